//! The check of a corpus: which articles should not be copies of others and are, and which of those were known before. It judges
//! what a scan found.

pub mod baseline;
mod judge;
mod rules;

use crate::provenance::Side;

pub use baseline::{Baseline, Stale};
pub use judge::Judge;
pub use rules::{Allowance, Level, Rule, Rules};

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A match of the scan, by its index, and which of its sides is at fault: the one that changed, that has it from the other,
    /// or that came later.
    Match(usize, Side),
    /// A finding of the audit, by its index.
    Credit(usize),
}

/// A finding of the check.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: Rule,
    /// How grave that is.
    pub level: Level,
    /// What it is about.
    pub subject: Subject,
    /// A name made from the rule and the words shared, and from nothing else: the same wherever the articles stand.
    pub key: String,
    /// How many findings of the same key stand before it.
    pub occurrence: usize,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Check {
    /// What was found and is not known, the gravest first, then by rule and articles.
    pub findings: Vec<Finding>,
    /// How many more the baseline knows.
    pub known: usize,
    /// How many more are allowed.
    pub allowed: usize,
    /// What the baseline knows and is no more.
    pub stale: Vec<Stale>,
}

impl Check {
    /// How many findings there are of a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|f| f.level == level).count()
    }

    /// Whether any finding is an error.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.count(Level::Error) > 0
    }
}
