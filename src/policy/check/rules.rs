//! The rules of a check: what fails it, what is only told, and what is allowed.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};
use serde::Serialize;

use crate::{
    align::similarity::Relation,
    document::Document,
    error::{Error, ErrorKind, Result},
};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It fails the check.
    Error,
    /// It is told.
    Warning,
}

impl Level {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A rule; the names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// An item of one group stands in another.
    Leakage,
    /// Two articles are the same text.
    Identical,
    /// Two articles are versions of one.
    NearDuplicate,
    /// An article has prose of another.
    Reuse,
    /// Two articles share quoted speech.
    Quotes,
    /// An article has copy of a source that must be credited, and does not credit it.
    MissingCredit,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Leakage,
        Self::Identical,
        Self::NearDuplicate,
        Self::Reuse,
        Self::Quotes,
        Self::MissingCredit,
    ];

    /// The name in the output formats.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Leakage => "leakage",
            Self::Identical => "identical",
            Self::NearDuplicate => "near-duplicate",
            Self::Reuse => "reuse",
            Self::Quotes => "quotes",
            Self::MissingCredit => "missing-credit",
        }
    }

    /// What it says, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Leakage => "An item of one group stands in another",
            Self::Identical => "Two articles are the same text",
            Self::NearDuplicate => "Two articles are versions of one text",
            Self::Reuse => "An article has prose of another",
            Self::Quotes => "Two articles share quoted speech",
            Self::MissingCredit => "Copy of a source without a credit",
        }
    }

    /// What it says in full, and what to do.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::Leakage => {
                "Groups such as training and test sets must not share articles or passages. Remove the item from one of them."
            }
            Self::Identical => {
                "The words of the two are the same but for case, punctuation and layout. Remove one of them."
            }
            Self::NearDuplicate => {
                "At least half of the shorter article stands in the other, and a fifth of the longer. Keep one version."
            }
            Self::Reuse => {
                "The two share at least forty words of prose, two sentences, or half of the shorter one. Look whether that is meant."
            }
            Self::Quotes => {
                "The two share speech in quotation marks, or a statement that both print."
            }
            Self::MissingCredit => {
                "The article prints copy that is known to be somebody else's and names the source nowhere. Add the credit."
            }
        }
    }

    pub(super) fn of(relation: Relation) -> Self {
        match relation {
            Relation::Identical => Self::Identical,
            Relation::NearDuplicate => Self::NearDuplicate,
            Relation::Reuse => Self::Reuse,
            Relation::Quotes => Self::Quotes,
        }
    }
}

/// What is allowed although a rule forbids it. All that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Allowance {
    /// Rules it is for; none: all.
    pub rules: BTreeSet<Rule>,
    /// One article matches the first, the other the second.
    pub pair: Option<[GlobMatcher; 2]>,
    /// Either article matches.
    pub path: Option<GlobMatcher>,
    /// The text is that agency's in both.
    pub agency: Option<String>,
}

impl Allowance {
    /// A pattern over ids and paths: `*` is anything in a folder, `**` any folders.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`], where the pattern is none.
    pub fn pattern(glob: &str) -> Result<GlobMatcher> {
        let read = globset::GlobBuilder::new(glob.strip_prefix("./").unwrap_or(glob))
            .literal_separator(true)
            .build();
        read.map(|g: Glob| g.compile_matcher()).map_err(|e| {
            let message = format!("`{glob}` is no pattern: {}", e.kind());
            Error::new(ErrorKind::Settings, message)
        })
    }

    /// Whether a pattern is for an article, by its id or path; where the working folder is read, both begin with `./`.
    #[must_use]
    pub fn is_for(glob: &GlobMatcher, d: &Document) -> bool {
        let bare = |name: &str| glob.is_match(name.strip_prefix("./").unwrap_or(name));
        bare(&d.id) || bare(&d.path)
    }

    /// Whether it is for these two articles and the agency that both have their text from.
    pub(super) fn covers(&self, rule: Rule, [a, b]: [&Document; 2], agency: Option<&str>) -> bool {
        let is = Self::is_for;
        (self.rules.is_empty() || self.rules.contains(&rule))
            && self
                .pair
                .as_ref()
                .is_none_or(|[x, y]| (is(x, a) && is(y, b)) || (is(x, b) && is(y, a)))
            && self.path.as_ref().is_none_or(|x| is(x, a) || is(x, b))
            && (self.agency.as_deref())
                .is_none_or(|x| agency.is_some_and(|y| x.eq_ignore_ascii_case(y)))
    }
}

/// The rules of a check.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Relations that fail it.
    pub fail: BTreeSet<Relation>,
    /// Relations that are told.
    pub warn: BTreeSet<Relation>,
    /// Least score of each relation, in [0, 1].
    pub min_score: BTreeMap<Relation, f64>,
    /// Least words of the longest passage.
    pub min_passage: u32,
    /// What is allowed.
    pub allow: Vec<Allowance>,
    /// Sources whose copy must be credited; `*` for all.
    pub require_credit: Vec<String>,
    /// Whether only pairs of different groups are looked at, and what they share is leakage.
    pub across_groups: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            fail: [Relation::Identical, Relation::NearDuplicate].into(),
            warn: [Relation::Reuse].into(),
            min_score: BTreeMap::new(),
            min_passage: 0,
            allow: Vec::new(),
            require_credit: Vec::new(),
            across_groups: false,
        }
    }
}
