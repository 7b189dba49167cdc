//! What a scan found, and how its articles are had, whether they are held or on the shelf.

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    Article, Cluster, Copy, Detector, Match, NearMiss,
    corpus::{Corpus, Digest, Had},
    scope::Scope,
};
use crate::{boilerplate::Boilerplate, error::Result, provenance::Standing};

/// What a scan found.
#[derive(Debug, Default)]
pub struct Scan {
    /// All articles, by id.
    pub articles: Vec<Article>,
    /// Those given as references, by id: matched against, but in nothing else here.
    pub references: Vec<Article>,
    /// Where each article stands, and who may be its origin.
    pub standings: Vec<Standing>,
    /// The known copy in each article, most of it first.
    pub copies: Vec<Vec<Copy>>,
    /// All matches, by `a`, then `b`.
    pub matches: Vec<Match>,
    /// All clusters, by first member.
    pub clusters: Vec<Cluster>,
    /// Boilerplate, by article and place.
    pub boilerplate: Vec<Boilerplate>,
    /// Runs of words in more families than are compared pair by pair that are no boilerplate, by article and place.
    pub common_runs: Vec<Boilerplate>,
    /// Pairs under every threshold, nearest first; as many as were asked for.
    pub near_misses: Vec<NearMiss>,
    /// Seeds in more families than the cap.
    pub capped_seeds: usize,
    /// Pairs inside large clusters that were not compared or are not reported.
    pub pairs_left_out: u64,
    /// Jaccard similarities, each with the probability that the sketches propose a pair of it.
    pub expected_recall: Vec<(f64, f64)>,
    /// The articles, where they are too many to be held: then `articles`, `references` and `standings` are empty.
    pub(super) shelved: Option<Shelved>,
}

/// Articles that are read back one at a time.
#[derive(Debug)]
pub(super) struct Shelved {
    pub(super) corpus: Box<Corpus>,
    pub(super) detector: Detector,
    pub(super) reported: usize,
}

impl Scan {
    /// How many articles there are, references left out.
    #[must_use]
    pub fn count(&self) -> usize {
        self.shelved
            .as_ref()
            .map_or(self.articles.len(), |s| s.reported)
    }

    /// Whether all articles are in `articles`.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.shelved.is_none()
    }

    /// An article, wherever it is.
    ///
    /// # Errors
    /// Where it cannot be read back.
    pub fn article(&self, x: u32) -> Result<Had<'_>> {
        match &self.shelved {
            Some(s) => s.corpus.article(x),
            None => Ok(Had::Held(&self.articles[x as usize])),
        }
    }

    /// Where article `a`, of index `x`, stands.
    #[must_use]
    pub fn standing(&self, a: &Article, x: u32) -> Cow<'_, Standing> {
        match &self.shelved {
            Some(s) => s.detector.standing(a, x, &self.standings, &self.copies),
            None => Cow::Borrowed(&self.standings[x as usize]),
        }
    }

    /// The id of an article.
    #[must_use]
    pub fn id(&self, x: u32) -> &str {
        match &self.shelved {
            Some(s) => s.corpus.id(x),
            None => &self.articles[x as usize].document.id,
        }
    }

    /// SHA-256 of the text of an article.
    #[must_use]
    pub fn text_sha256(&self, x: u32) -> [u8; 32] {
        match &self.shelved {
            Some(s) => s.corpus.text_sha256(x),
            None => self.articles[x as usize].text_sha256,
        }
    }

    /// Articles without any token.
    #[must_use]
    pub fn empty(&self) -> usize {
        match &self.shelved {
            Some(s) => s.digests().filter(|d| d.tokens == 0).count(),
            None => {
                let empty = |a: &&Article| a.hashes.is_empty();
                self.articles.iter().filter(empty).count()
            }
        }
    }

    /// Articles without a time of publication that was understood.
    #[must_use]
    pub fn undated(&self) -> usize {
        let undated = |scope: &Scope| scope.published().is_none();
        match &self.shelved {
            Some(s) => s.digests().filter(|d| undated(&d.scope)).count(),
            None => {
                let scopes = self.articles.iter().map(|a| Scope::of(&a.document));
                scopes.filter(undated).count()
            }
        }
    }

    /// How many outlets some articles are of.
    #[must_use]
    pub fn outlets(&self, articles: &[u32]) -> usize {
        let outlet = |x: &u32| match &self.shelved {
            Some(s) => s.corpus.digest(*x).scope.outlet(),
            None => Scope::of(&self.articles[*x as usize].document).outlet(),
        };
        articles
            .iter()
            .filter_map(outlet)
            .collect::<BTreeSet<_>>()
            .len()
    }
}

impl Shelved {
    fn digests(&self) -> impl Iterator<Item = &Digest> {
        self.corpus.digests[..self.reported].iter()
    }
}
