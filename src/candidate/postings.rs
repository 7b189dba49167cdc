//! Passage seeds of a whole corpus: from a seed to the places it stands at. Lists are gone through in the order of their
//! seeds' hashes, a partition at a time; nothing here is looked up.

use rayon::prelude::*;

use crate::{
    error::Result,
    partitions::{Builder, PARTITIONS, Partitions, by_hash},
    spool::Scratch,
};

/// A key and where it stands, as one number: 64 bits of key, 32 of article, 32 of token; in sorted order all places of a key
/// follow each other, by article and token.
#[inline]
#[must_use]
pub fn posting(key: u64, article: u32, at: u32) -> u128 {
    u128::from(key) << 64 | u128::from(article) << 32 | u128::from(at)
}

/// The key of a posting.
#[inline]
#[must_use]
pub fn key(posting: u128) -> u64 {
    (posting >> 64) as u64
}

/// A place of a seed: an article and a token of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the article.
    pub article: u32,
    /// Index of the seed's first token, or [`EVERYWHERE`].
    pub at: u32,
}

/// In place of a token: the seed stands at too many places of the article to name them.
pub const EVERYWHERE: u32 = u32::MAX;

impl From<u128> for Place {
    #[inline]
    fn from(posting: u128) -> Self {
        Self {
            article: (posting >> 32) as u32,
            at: posting as u32,
        }
    }
}

/// Seeds that stand in at least two articles, with all their places.
#[derive(Debug)]
pub struct Postings {
    /// Sorted within each partition.
    lists: Partitions<u128>,
}

impl Postings {
    /// The lists of `seeds`, in each of which `index` tells the article of the one that was counted while it was read. Every
    /// partition is sorted by itself; the result does not depend on threads.
    ///
    /// # Errors
    /// Those of temporary files.
    pub fn build(
        seeds: &Partitions<u128>,
        index: impl Fn(u32) -> u32 + Sync,
        scratch: &Scratch,
    ) -> Result<Self> {
        let lists = Builder::new(scratch)?;
        (0..PARTITIONS)
            .into_par_iter()
            .try_for_each_init(Repeated::default, |repeated, p| {
                let mut kept = Vec::new();
                for list in by_key(repeated.of(seeds, p, &index)?) {
                    extend_if_shared(&mut kept, list);
                }
                lists.put(p, kept)
            })?;
        Ok(Self {
            lists: lists.finish(),
        })
    }

    /// Hands every list to `each`, with the seed's hash and its places by article and token. Each partition has an
    /// accumulator of its own, which `done` makes a result of; these are in the order of hashes.
    ///
    /// # Errors
    /// Those of temporary files, of `each` and of `done`.
    pub fn fold<A: Default, R: Send>(
        &self,
        each: impl Fn(&mut A, u64, &[Place]) -> Result<()> + Sync,
        done: impl Fn(A) -> Result<R> + Sync,
    ) -> Result<Vec<R>> {
        (0..PARTITIONS)
            .into_par_iter()
            .map_init(
                Default::default,
                |(places, buffer): &mut (Vec<Place>, Vec<u128>), p| {
                    let mut out = A::default();
                    for list in by_key(self.lists.of(p, buffer)?) {
                        places.clear();
                        places.extend(list.iter().map(|r| Place::from(*r)));
                        each(&mut out, key(list[0]), places)?;
                    }
                    done(out)
                },
            )
            .collect()
    }

    /// Bytes in temporary files.
    #[must_use]
    pub fn spilled(&self) -> u64 {
        self.lists.spilled()
    }
}

/// Adds a list if it is one of at least two articles.
fn extend_if_shared(out: &mut Vec<u128>, list: &[u128]) {
    let article = |r: &u128| Place::from(*r).article;
    if list.first().map(article) != list.last().map(article) {
        out.extend_from_slice(list);
    }
}

/// Stretches of sorted postings of one key.
pub(super) fn by_key(sorted: &[u128]) -> impl Iterator<Item = &[u128]> {
    sorted.chunk_by(|x, y| key(*x) == key(*y))
}

/// Finds the postings of a partition whose keys occur more than once; buffers are reused.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    all: Vec<u128>,
    counts: Vec<u8>,
    repeated: Vec<u128>,
}

impl Repeated {
    /// The postings whose keys occur more than once, sorted, and few others; articles by `index`. Most keys occur once, so
    /// that a small table of counts saves most of the sorting.
    pub(super) fn of(
        &mut self,
        postings: &Partitions<u128>,
        partition: usize,
        index: impl Fn(u32) -> u32,
    ) -> Result<&[u128]> {
        let postings = postings.of(partition, &mut self.all)?;
        let mask = (postings.len() * 4).next_power_of_two() - 1;
        // The upper bits of a key chose the partition.
        let slot = |p: &u128| key(*p) as usize & mask;
        self.counts.clear();
        self.counts.resize(mask + 1, 0);
        for p in postings {
            let count = &mut self.counts[slot(p)];
            *count = count.saturating_add(1);
        }
        let counts = &self.counts;
        let repeated = postings.iter().filter(|p| counts[slot(p)] > 1);
        self.repeated.clear();
        self.repeated.extend(repeated.map(|p| {
            let place = Place::from(*p);
            posting(key(*p), index(place.article), place.at)
        }));
        self.repeated.sort_unstable();
        Ok(&self.repeated)
    }
}

/// Spreads postings over partitions by their keys.
///
/// # Errors
/// Those of temporary files.
pub fn spread(builder: &Builder<u128>, postings: &[u128]) -> Result<()> {
    builder.add(postings, |p| by_hash(key(*p)))
}
