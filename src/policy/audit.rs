//! The attribution audit: which articles print copy that is known to be somebody's without saying so. It judges what a scan
//! found. Precision goes before recall: whatever could be a credit is one.

mod broken;
mod judge;
mod naming;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::{
    detector::{Article, Detector, Scan},
    provenance::Who,
    span::Span,
};

use judge::{Judge, Judged};

pub use broken::Abstention;
pub use table::{Category, Count, Row};

/// Least words shared of a finding, unless told otherwise.
pub const WORDS: u32 = 60;
/// Least share of an article's prose that is copy, of `uncredited`.
pub const SHARE: f64 = 0.2;

/// The chance that a finding is wrong although the known copy is what it is taken for; see [`Finding::confidence`].
pub mod risk {
    /// At least half of the article is the known copy.
    pub const WHOLE: f64 = 0.02;
    /// Less is: the rest may have come with a credit that was cut.
    pub const PART: f64 = 0.06;
    /// What is known of the two articles does not tell whose text it is; the known copy is an article of the corpus.
    pub const UNDIRECTED: f64 = 0.1;
    /// The article credits another: the reference set may hold what that other wrote.
    pub const CONTRADICTED: f64 = 0.05;
    /// A reference set seldom holds all that its source has written.
    pub const UNSUPPORTED: f64 = 0.5;
}

/// What is wrong with the credits of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// It has known copy of a source that it names nowhere.
    Uncredited,
    /// It credits one, and is a reference text of another.
    Miscredited,
    /// It credits one of whom a reference set was given, and shares nothing with it. For information.
    Unsupported,
}

impl FindingKind {
    /// All of them, the gravest first.
    pub const ALL: [Self; 3] = [Self::Uncredited, Self::Miscredited, Self::Unsupported];

    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uncredited => "uncredited",
            Self::Miscredited => "miscredited",
            Self::Unsupported => "unsupported",
        }
    }
}

/// What an article's outlet and the source have to do with each other, as the table of outlets says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationToSource {
    /// One owner has both.
    SameOwner,
    /// The outlet subscribes to the source.
    Licensed,
    /// Nothing is known of either.
    Other,
}

impl RelationToSource {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SameOwner => "same-owner",
            Self::Licensed => "licensed",
            Self::Other => "other",
        }
    }
}

/// Where a piece of evidence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An article of the scan, by its index.
    Article(u32),
    /// A reference of the scan, by its index.
    Reference(u32),
}

impl Place {
    /// The article.
    #[must_use]
    pub fn article(self, scan: &Scan) -> Option<&Article> {
        match self {
            Self::Article(x) => scan.articles.get(x as usize),
            Self::Reference(x) => scan.references.get(x as usize),
        }
    }
}

/// Why somebody is taken for the source of an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The article it stands in.
    pub place: Place,
    /// Where there: the name of a basis of credits, `site`, `staff`, or `reference` for a text given as an original.
    pub basis: &'static str,
    /// Its place in the text; none: it stands in the byline, or is the address or the reference set.
    pub span: Option<Span>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Index of the article.
    pub article: u32,
    /// Whose copy it has; of `unsupported`, whom it credits.
    pub source: Who,
    /// Whom it credits; none: nobody, or of `uncredited` nobody but its own staff.
    pub credited: Option<Who>,
    /// Words of its prose that are known copy, speech in quotation marks not counted.
    pub words: u32,
    /// The share of its prose that those are.
    pub share: f64,
    /// How sure it is: the confidence in the source of the known copy (of `unsupported`, in the article's credit), times one
    /// less each [`risk`] that applies.
    pub confidence: f64,
    /// What its outlet has to do with the source.
    pub relation: RelationToSource,
    /// The article or reference known to be the source's that has most of the copy.
    pub known: Option<Place>,
    /// Where the copy stands in the article.
    pub passages: Vec<Span>,
    /// What was looked through for the source's name.
    pub searched: Vec<&'static str>,
    /// Why the copy is known to be the source's, then whom the article credits.
    pub evidence: Vec<Evidence>,
}

/// How the audit is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AuditSettings {
    /// Least words shared.
    pub words: u32,
    /// Least share of the article's prose, of `uncredited`.
    pub share: f64,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            words: WORDS,
            share: SHARE,
        }
    }
}

/// What the audit found.
#[derive(Debug, Default)]
pub struct Audit {
    /// The findings, by article, then by the name of the source.
    pub findings: Vec<Finding>,
    /// The articles not judged, and why.
    pub abstained: Vec<(u32, Abstention)>,
    /// The credits of each outlet and month, by name and month.
    pub table: Vec<Row>,
}

impl Audit {
    /// Audits the articles of a scan that `detector` made. The same for any number of threads.
    #[must_use]
    pub fn of(scan: &Scan, detector: &Detector, settings: AuditSettings) -> Self {
        let judge = Judge::new(scan, detector, settings);
        let judged: Vec<Judged> = (0..scan.articles.len() as u32)
            .into_par_iter()
            .map(|x| judge.article(x))
            .collect();
        let table = table::rows(scan, &judged);
        let mut out = Self {
            table,
            ..Self::default()
        };
        for (x, mut j) in judged.into_iter().enumerate() {
            let name = |f: &Finding| f.source.name(detector.agencies()).to_owned();
            j.findings.sort_by_cached_key(|f| (name(f), f.kind));
            out.findings.append(&mut j.findings);
            out.abstained.extend(j.abstained.map(|a| (x as u32, a)));
        }
        out
    }

    /// How many findings there are of each kind.
    #[must_use]
    pub fn count(&self, kind: FindingKind) -> usize {
        self.findings.iter().filter(|f| f.kind == kind).count()
    }

    /// How many articles were not judged, by reason.
    #[must_use]
    pub fn abstentions(&self) -> BTreeMap<&'static str, usize> {
        let mut out = BTreeMap::new();
        for (_, reason) in &self.abstained {
            *out.entry(reason.name()).or_default() += 1;
        }
        out
    }
}
