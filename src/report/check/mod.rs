//! What a check found, written out: one view of each finding, one file a format.

mod github;
mod junit;
mod lines;
mod markdown;
mod root;
mod sarif;
mod text;

pub use github::write as write_github;
pub use junit::write as write_junit;
pub use markdown::write as write_markdown;
pub use sarif::write as write_sarif;
pub use text::write as write_text;

use std::io;

use serde::Serialize;

use super::{
    Sink,
    model::{ErrorRecord, MatchRecord, Record, Skipped},
    outcome::{Outcome, Show},
    text::page::{count, percent},
};
use crate::{
    align::{PassageKind, similarity::Relation},
    detector::{Article, Match},
    policy::{
        audit::{Audit, Finding as CreditFinding},
        check::{Check, Finding, Level, Subject},
    },
    provenance::Side,
    span::Span,
};
use lines::Lines;

/// Characters of a passage that a report for people shows.
const SNIPPET: usize = 160;

/// A check with what it was made from.
#[derive(Debug)]
pub struct Checked<'r> {
    /// The scan.
    pub outcome: &'r Outcome,
    /// What the check of it found.
    pub check: &'r Check,
    /// The audit, where credits are required.
    pub audit: Option<&'r Audit>,
    /// What of it is shown.
    pub show: &'r Show,
    /// Whether errors, or too little to look at, forbid to say that it passed.
    pub is_in_doubt: bool,
}

/// Where one side of a finding stands.
#[derive(Debug, Serialize)]
pub(super) struct Place<'r> {
    id: &'r str,
    path: &'r str,
    record: Option<u64>,
    group: Option<&'r str>,
    /// Where the words shared stand in the file; null where that is not known.
    #[serde(flatten)]
    lines: Option<Lines>,
    #[serde(skip)]
    snippet: &'r str,
}

/// A finding as it is shown.
#[derive(Debug)]
pub(super) struct View<'r> {
    finding: &'r Finding,
    message: String,
    at: Place<'r>,
    other: Option<Place<'r>>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct CheckFindingRecord<'r> {
    pub rule: &'static str,
    pub level: Level,
    pub key: &'r str,
    pub occurrence: usize,
    pub message: String,
    at: Place<'r>,
    other: Option<Place<'r>>,
    pub r#match: Option<MatchRecord<'r>>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct StaleRecord<'r> {
    pub key: &'r str,
    pub rule: &'r str,
    pub gone: usize,
    pub articles: &'r [String],
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct CheckSummary {
    pub verdict: &'static str,
    pub articles: usize,
    pub errors: usize,
    pub warnings: usize,
    pub known: usize,
    pub allowed: usize,
    pub stale: usize,
    pub unread: usize,
    pub skipped: Skipped,
}

impl<'r> Checked<'r> {
    /// Writes every record to `sink`: `run`, `finding`, `stale`, `error`, `summary`.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write(&self, sink: &mut dyn Sink) -> io::Result<()> {
        sink.record(&Record::Run(self.outcome.run(self.show.offsets)))?;
        for finding in &self.check.findings {
            let Some(view) = self.view(finding) else {
                continue;
            };
            sink.record(&Record::CheckFinding(Box::new(CheckFindingRecord {
                rule: finding.rule.name(),
                level: finding.level,
                key: &finding.key,
                occurrence: finding.occurrence,
                message: view.message,
                at: view.at,
                other: view.other,
                r#match: self
                    .matched(finding)
                    .map(|m| self.outcome.match_record(m, self.show)),
            })))?;
        }
        for s in &self.check.stale {
            sink.record(&Record::Stale(StaleRecord {
                key: &s.key,
                rule: &s.rule,
                gone: s.gone,
                articles: &s.articles,
            }))?;
        }
        for e in &self.outcome.reading.errors {
            sink.record(&Record::Error(ErrorRecord {
                path: &e.path,
                record: e.record,
                message: &e.message,
            }))?;
        }
        sink.record(&Record::CheckSummary(self.summary()))?;
        sink.finish()
    }

    /// The counts beside the verdict.
    #[must_use]
    pub fn summary(&self) -> CheckSummary {
        let summary = self.outcome.summary([0, 0]);
        CheckSummary {
            verdict: match (self.check.has_failed(), self.is_in_doubt) {
                (true, _) => "fail",
                (false, true) => "error",
                (false, false) => "pass",
            },
            articles: summary.articles,
            errors: self.check.count(Level::Error),
            warnings: self.check.count(Level::Warning),
            known: self.check.known,
            allowed: self.check.allowed,
            stale: self.check.stale.iter().map(|s| s.gone).sum(),
            unread: summary.errors,
            skipped: summary.skipped,
        }
    }

    /// `2 errors, 1 warning in 120 articles`, with what was known, allowed and skipped.
    pub(super) fn verdict(&self) -> String {
        let s = self.summary();
        let mut found = Vec::new();
        for (n, what) in [(s.errors, "error"), (s.warnings, "warning")] {
            if n > 0 {
                found.push(count(n, what));
            }
        }
        let found = if found.is_empty() {
            "nothing found".into()
        } else {
            found.join(", ")
        };
        let mut beside = Vec::new();
        for (n, what) in [
            (s.known, "known"),
            (s.allowed, "allowed"),
            (s.stale, "stale in the baseline"),
        ] {
            if n > 0 {
                beside.push(format!("{n} {what}"));
            }
        }
        let skipped = s.skipped.empty + s.unread;
        if skipped > 0 {
            beside.push(format!("{skipped} skipped"));
        }
        let beside = if beside.is_empty() {
            String::new()
        } else {
            format!(" ({})", beside.join(", "))
        };
        format!("{found} in {}{beside}", count(s.articles, "article"))
    }

    /// `failed`, `passed`, or neither.
    pub(super) fn word(&self) -> &'static str {
        match self.summary().verdict {
            "fail" => "failed",
            "pass" => "passed",
            _ => "could not be made",
        }
    }

    fn matched(&self, finding: &Finding) -> Option<&'r Match> {
        match finding.subject {
            Subject::Match(index, _) => self.outcome.scan.matches.get(index),
            Subject::Credit(_) => None,
        }
    }

    pub(super) fn views(&self) -> impl Iterator<Item = View<'r>> + '_ {
        self.check.findings.iter().filter_map(|f| self.view(f))
    }

    fn view(&self, finding: &'r Finding) -> Option<View<'r>> {
        let scan = &self.outcome.scan;
        match finding.subject {
            Subject::Match(index, side) => {
                let m = scan.matches.get(index)?;
                let article = |x: u32| scan.articles.get(x as usize);
                let sides = [article(m.a)?, article(m.b)?];
                let is_prose = |k| matches!(k, PassageKind::Prose | PassageKind::Quote);
                let longest = (m.passages.iter())
                    .filter(|p| is_prose(p.tally.kind()))
                    .max_by_key(|p| (p.matched(), std::cmp::Reverse(p.a.start)));
                let spans = [0, 1].map(|x: usize| match longest {
                    Some(p) => sides[x].span_of(if x == 0 { &p.a } else { &p.b }),
                    None => Span::new(0, sides[x].document.text.len() as u32),
                });
                let (at, other) = match side {
                    Side::A => (0, 1),
                    Side::B => (1, 0),
                };
                Some(View {
                    finding,
                    message: message(m, side, sides),
                    at: place(sides[at], spans[at]),
                    other: Some(place(sides[other], spans[other])),
                })
            }
            Subject::Credit(index) => {
                let found = self.audit?.findings.get(index)?;
                let article = scan.articles.get(found.article as usize)?;
                let known = found.known.and_then(|p| p.article(scan));
                let all = || Span::new(0, article.document.text.len() as u32);
                let span = found.passages.iter().max_by_key(|s| s.end - s.start);
                Some(View {
                    finding,
                    message: self.message_of_credit(found),
                    at: place(article, span.copied().unwrap_or_else(all)),
                    other: known.map(|a| place(a, Span::new(0, a.document.text.len() as u32))),
                })
            }
        }
    }

    fn message_of_credit(&self, found: &CreditFinding) -> String {
        let source = found.source.name(&self.outcome.agencies);
        format!(
            "{} of prose ({}) are copy of {source}, who is named nowhere",
            count(found.words as usize, "word"),
            percent(found.share),
        )
    }
}

/// What two articles have to do with each other, said of the one at fault.
fn message(m: &Match, side: Side, sides: [&Article; 2]) -> String {
    let (own, other) = match side {
        Side::A => (0, 1),
        Side::B => (1, 0),
    };
    let id = &sides[other].document.id;
    let words: u32 = m.passages.iter().map(|p| p.matched()).sum();
    match m.relation {
        Relation::Identical => format!("is the same text as {id}"),
        relation => format!(
            "{} of it stand in {id}, and {} of that in it ({}, {})",
            percent(m.containment[own]),
            percent(m.containment[other]),
            relation.name(),
            count(words as usize, "word"),
        ),
    }
}

fn place(article: &Article, span: Span) -> Place<'_> {
    let d = &article.document;
    let snippet = span.slice(&d.text);
    let end = snippet
        .char_indices()
        .nth(SNIPPET)
        .map_or(snippet.len(), |(at, _)| at);
    Place {
        id: &d.id,
        path: d.path.strip_prefix("./").unwrap_or(&d.path),
        record: d.record,
        group: d.meta.group.as_deref(),
        lines: Lines::of(d, span),
        snippet: &snippet[..end],
    }
}

impl Place<'_> {
    /// `path:line`, or the id where it says more.
    fn name(&self) -> String {
        match &self.lines {
            Some(lines) if self.record.is_none() => format!("{}:{}", self.path, lines.start_line),
            _ => self.id.to_owned(),
        }
    }

    /// The words shared, on one line.
    fn words(&self) -> String {
        self.snippet
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }
}
