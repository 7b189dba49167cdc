//! What an index says of an article, and the lasting names of clusters.

use super::Index;
use crate::detector::{Answer, Stories};

/// What an index says of an article.
#[derive(Debug)]
pub struct Asked {
    /// What it shares with the articles there.
    pub answer: Answer,
    /// What that makes it.
    pub status: Status,
    /// The cluster it is of.
    pub cluster: Option<ClusterId>,
    /// What becomes of clusters by it.
    pub changes: Vec<Change>,
}

impl Asked {
    /// Gives the article that was asked about its text, which an index need not have kept.
    pub(super) fn set_text(&mut self, text: String) {
        let Answer { scan, article, .. } = &mut self.answer;
        if let Some(article) = scan.articles.get_mut(*article as usize) {
            article.set_text(text);
        }
    }
}

/// The lasting name of a cluster in one index: the number of the first article in it that was added. Others may come, and
/// that one be replaced; where it is removed, the next one names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClusterId(pub u32);

impl std::fmt::Display for ClusterId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "k-{}", self.0)
    }
}

/// What becomes of clusters by an article that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Several are one, which goes by the first of their names.
    Merge {
        /// That name.
        into: ClusterId,
        /// Their names, ascending.
        from: Vec<ClusterId>,
    },
    /// One falls apart.
    Split {
        /// Its name.
        from: ClusterId,
        /// The names of its parts, ascending; one of a single article is none.
        into: Vec<ClusterId>,
    },
}

/// What an article is to an index, the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its text is there.
    Seen,
    /// Another version of it is.
    Version,
    /// Passages of it are.
    Reuse,
    /// Nothing of it is, but speech that others quote too.
    New,
}

impl Status {
    /// As the output format names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Version => "version",
            Self::Reuse => "reuse",
            Self::New => "new",
        }
    }
}

impl Index {
    /// The name of a cluster of these numbers.
    pub(super) fn cluster_id(&self, members: &[u32]) -> ClusterId {
        // One that is not there names nothing.
        let first = |n: &u32| self.slots.get(*n as usize).map_or(*n, |s| s.first);
        ClusterId(members.iter().map(first).min().unwrap_or_default())
    }

    pub(super) fn changes(&self, stories: &Stories) -> Vec<Change> {
        let mut out = Vec::new();
        for c in &stories.with {
            let parts = names_of_parts(self, c, &stories.without);
            if parts.len() > 1 {
                let into = self.cluster_id(c);
                out.push(Change::Merge { into, from: parts });
            }
        }
        for c in &stories.without {
            let is_whole = stories.with.iter().any(|d| c.iter().all(|n| d.contains(n)));
            if !is_whole {
                let into = names_of_parts(self, c, &stories.with);
                out.push(Change::Split {
                    from: self.cluster_id(c),
                    into,
                });
            }
        }
        out
    }
}

/// The names of the clusters among `all` that have articles of one.
fn names_of_parts(index: &Index, cluster: &[u32], all: &[Vec<u32>]) -> Vec<ClusterId> {
    let parts = all.iter().filter(|p| p.iter().any(|n| cluster.contains(n)));
    let mut names: Vec<ClusterId> = parts.map(|p| index.cluster_id(p)).collect();
    names.sort_unstable();
    names
}
