//! Articles that are in no segment yet: held in memory, with their samples to look up.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Of;
use crate::{
    candidate::postings::{Place, key},
    detector::{Article, Samples},
};

/// Some articles in memory.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    /// With its number and the Unix time at which it was added.
    pub(super) articles: Vec<(u32, Arc<Article>, i64)>,
    pub(super) samples: Samples,
    /// Articles found to be of one family since the last segment was written.
    pub(super) joins: Vec<(u32, u32)>,
    at: FxHashMap<u32, usize>,
    lists: [Lists; 3],
}

/// The places of each key, the last that was added first.
#[derive(Debug, Default)]
struct Lists {
    last: FxHashMap<u64, u32>,
    places: Vec<(Place, u32)>,
}

/// Ends a list.
const NONE: u32 = u32::MAX;

impl Fresh {
    /// Adds an article, to be found by the samples `of`.
    pub(super) fn push(
        &mut self,
        number: u32,
        article: Arc<Article>,
        added: i64,
        samples: Samples,
        of: &[Of],
    ) {
        for of in of {
            let lists = &mut self.lists[*of as usize];
            for p in of.among(&samples) {
                let n = lists.places.len() as u32;
                let before = lists.last.insert(key(*p), n).unwrap_or(NONE);
                lists.places.push((Place::from(*p), before));
            }
        }
        self.samples.seeds.extend(samples.seeds);
        self.samples.bands.extend(samples.bands);
        self.samples.lines.extend(samples.lines);
        self.at.insert(number, self.articles.len());
        self.articles.push((number, article, added));
    }

    pub(super) fn article(&self, number: u32) -> Option<&Arc<Article>> {
        self.at.get(&number).map(|i| &self.articles[*i].1)
    }

    /// Adds to `out` the first `most` places of a key in the articles that count, in the order in which they came: that they
    /// are the first does not depend on when the articles were written to a segment.
    pub(super) fn find(
        &self,
        of: Of,
        key: u64,
        most: usize,
        counts: impl Fn(u32) -> bool,
        out: &mut Vec<Place>,
    ) {
        let lists = &self.lists[of as usize];
        let mut next = lists.last.get(&key).copied().unwrap_or(NONE);
        let all = std::iter::from_fn(|| {
            let (place, before) = lists.places.get(next as usize)?;
            next = *before;
            Some(*place)
        });
        let from = out.len();
        out.extend(all.filter(|p| counts(p.article)));
        out[from..].reverse();
        out.truncate(from + most);
    }
}
