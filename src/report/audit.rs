//! What the attribution audit found, made into records and handed to a sink, or into the rows of a table.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Sink,
    model::{ErrorRecord, Record, round, rounded},
    offsets::{Offsets, Unit},
    outcome::Outcome,
    rows::quoted,
};
use crate::{
    document::Moment,
    policy::audit::{Audit, Category, Count, Evidence, Finding, FindingKind, Place, Row},
};

/// What stands for the month of articles that have none.
const UNDATED: &str = "undated";

/// An audit with what it was made from.
#[derive(Debug)]
pub struct Audited<'r> {
    /// The scan.
    pub outcome: &'r Outcome,
    /// What the audit of it found.
    pub audit: &'r Audit,
    /// The unit of spans.
    pub offsets: Unit,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct FindingRecord<'r> {
    pub kind: &'static str,
    pub article: &'r str,
    pub outlet: Option<&'r str>,
    pub url: Option<&'r str>,
    pub published: Option<String>,
    pub source: &'r str,
    pub credited: Option<&'r str>,
    pub words: u32,
    #[serde(serialize_with = "rounded")]
    pub share: f64,
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    pub relation_to_source: &'static str,
    pub known: Option<&'r str>,
    pub known_kind: Option<&'static str>,
    pub passages: Vec<[u32; 2]>,
    pub searched: String,
    pub evidence: Vec<AuditEvidenceRecord<'r>>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct AuditEvidenceRecord<'r> {
    pub article: &'r str,
    pub basis: &'static str,
    /// As printed.
    pub text: Option<&'r str>,
    pub span: Option<[u32; 2]>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct AbstentionRecord<'r> {
    pub article: &'r str,
    pub reason: &'static str,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct AttributionRecord<'r> {
    pub outlet: Option<&'r str>,
    pub owner: Option<&'r str>,
    pub month: &'r str,
    pub articles: u64,
    pub words: u64,
    #[serde(flatten)]
    pub of: Map<String, Value>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct AuditSummary {
    pub articles: usize,
    pub references: usize,
    pub findings: Map<String, Value>,
    pub abstained: Map<String, Value>,
    pub attributions: usize,
    pub errors: usize,
    pub undated: usize,
}

impl<'r> Audited<'r> {
    /// Writes every record to `sink`, in the order of the output format.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write(&self, sink: &mut dyn Sink) -> io::Result<()> {
        sink.record(&Record::Run(self.outcome.run(self.offsets)))?;
        for f in &self.audit.findings {
            sink.record(&Record::Finding(Box::new(self.finding(f))))?;
        }
        for (x, reason) in &self.audit.abstained {
            sink.record(&Record::Abstention(AbstentionRecord {
                article: self.outcome.id(*x),
                reason: reason.name(),
            }))?;
        }
        for row in &self.audit.table {
            sink.record(&Record::Attribution(attribution(row)))?;
        }
        for e in &self.outcome.reading.errors {
            sink.record(&Record::Error(ErrorRecord {
                path: &e.path,
                record: e.record,
                message: &e.message,
            }))?;
        }
        sink.record(&Record::AuditSummary(self.summary()))?;
        sink.finish()
    }

    pub(super) fn finding(&self, f: &'r Finding) -> FindingRecord<'r> {
        let (scan, agencies) = (&self.outcome.scan, &*self.outcome.agencies);
        let d = &scan.articles[f.article as usize].document;
        let offsets = Offsets::new(&d.text, self.offsets);
        let known = f.known.and_then(|p| p.article(scan)).map(|a| &a.document);
        FindingRecord {
            kind: f.kind.name(),
            article: &d.id,
            outlet: d.meta.outlet.as_deref(),
            url: d.meta.url.as_deref(),
            published: d.meta.published.as_ref().and_then(Moment::rfc3339),
            source: f.source.name(agencies),
            credited: f.credited.as_ref().map(|w| w.name(agencies)),
            words: f.words,
            share: f.share,
            confidence: f.confidence,
            relation_to_source: f.relation.name(),
            known: known.map(|d| &*d.id),
            known_kind: known.map(|d| d.reference.as_ref().map_or("article", |r| r.kind.name())),
            passages: f.passages.iter().map(|s| offsets.span(*s)).collect(),
            searched: f.searched.join(", "),
            evidence: f.evidence.iter().map(|e| self.evidence(e)).collect(),
        }
    }

    pub(super) fn evidence(&self, e: &Evidence) -> AuditEvidenceRecord<'r> {
        let scan = &self.outcome.scan;
        let Some(d) = e.place.article(scan).map(|a| &a.document) else {
            return AuditEvidenceRecord {
                article: "",
                basis: e.basis,
                text: None,
                span: None,
            };
        };
        let text = match (e.span, e.place) {
            (Some(span), _) => Some(span.slice(&d.text)),
            (None, Place::Reference(_)) => d.reference.as_ref().map(|r| &*r.name),
            (None, _) if e.basis == "site" => d.meta.url.as_deref().or(d.meta.outlet.as_deref()),
            (None, _) if e.basis == "declared" => d.meta.source.as_deref(),
            (None, _) => d.meta.byline.as_deref(),
        };
        AuditEvidenceRecord {
            article: &d.id,
            basis: e.basis,
            text,
            span: e.span.map(|s| Offsets::new(&d.text, self.offsets).span(s)),
        }
    }

    fn summary(&self) -> AuditSummary {
        let abstained = self.audit.abstentions().into_iter();
        AuditSummary {
            articles: self.outcome.scan.articles.len(),
            references: self.outcome.scan.references.len(),
            findings: FindingKind::ALL
                .iter()
                .map(|k| (k.name().to_owned(), self.audit.count(*k).into()))
                .collect(),
            abstained: abstained.map(|(r, n)| (r.to_owned(), n.into())).collect(),
            attributions: self.audit.table.len(),
            errors: self.outcome.reading.errors.len(),
            undated: self.outcome.scan.undated(),
        }
    }
}

/// The share of a number, 0 of nothing.
pub(super) fn share(part: u64, all: u64) -> f64 {
    part as f64 / all.max(1) as f64
}

pub(super) fn month(row: &Row) -> &str {
    row.month.as_deref().unwrap_or(UNDATED)
}

fn attribution(row: &Row) -> AttributionRecord<'_> {
    let of = |c: Category| {
        let Count { articles, words } = row.count(c);
        let counted = serde_json::json!({
            "articles": articles,
            "words": words,
            "share_of_articles": round(share(articles, row.all.articles)),
            "share_of_words": round(share(words, row.all.words)),
        });
        (c.name().to_owned(), counted)
    };
    AttributionRecord {
        outlet: row.outlet.as_deref(),
        owner: row.owner.as_deref(),
        month: month(row),
        articles: row.all.articles,
        words: row.all.words,
        of: Category::ALL.map(of).into_iter().collect(),
    }
}

/// Writes the table of outlets by month as comma-separated values (RFC 4180), a line of names first.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let mut names = "outlet,owner,month,articles,words".to_owned();
    for c in Category::ALL.map(Category::name) {
        for what in ["articles", "words", "share_of_articles", "share_of_words"] {
            names += &format!(",{c}_{what}");
        }
    }
    write!(out, "{names}\r\n")?;
    for row in &audit.table {
        let text = [
            row.outlet.as_deref(),
            row.owner.as_deref(),
            Some(month(row)),
        ];
        let mut line = text.map(|t| quoted(t.unwrap_or(""))).join(",");
        line += &format!(",{},{}", row.all.articles, row.all.words);
        for c in row.of {
            let (articles, words) = (
                round(share(c.articles, row.all.articles)),
                round(share(c.words, row.all.words)),
            );
            line += &format!(",{},{},{articles},{words}", c.articles, c.words);
        }
        write!(out, "{line}\r\n")?;
    }
    out.flush()
}
