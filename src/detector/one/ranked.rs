//! Articles of an answer in the order of a scan's.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Asking, Library};
use crate::{
    boilerplate::Articles, candidate::families::Kinship, error::Result, sketch::winnow::Seed,
};

/// Some articles and the heads of their families, ranked by id: what is decided by the order of a scan's articles is decided
/// by that of these.
pub(super) struct Ranked<'a, 'l, L> {
    asking: &'a Asking<'l, L>,
    pub(super) numbers: Vec<u32>,
    ranks: FxHashMap<u32, u32>,
}

impl<'a, 'l, L: Library> Ranked<'a, 'l, L> {
    pub(super) fn new(asking: &'a Asking<'l, L>, articles: impl Iterator<Item = u32>) -> Self {
        let all = articles.flat_map(|x| [x, asking.shelf.family(x)]);
        Self::of(asking, all.collect())
    }

    pub(super) fn of(asking: &'a Asking<'l, L>, articles: FxHashSet<u32>) -> Self {
        let mut numbers: Vec<u32> = articles.into_iter().collect();
        numbers.sort_unstable_by_key(|x| asking.shelf.id(*x));
        let ranks = numbers.iter().copied().zip(0..).collect();
        Self {
            asking,
            numbers,
            ranks,
        }
    }

    pub(super) fn rank(&self, x: u32) -> u32 {
        self.ranks.get(&x).copied().unwrap_or(0)
    }

    fn number(&self, rank: u32) -> u32 {
        self.numbers[rank as usize]
    }
}

impl<L: Library> Kinship for Ranked<'_, '_, L> {
    fn family(&self, rank: u32) -> u32 {
        self.rank(self.asking.shelf.family(self.number(rank)))
    }

    fn size(&self, rank: u32) -> usize {
        self.asking.shelf.family_size(self.number(rank))
    }
}

impl<L: Library> Articles for Ranked<'_, '_, L> {
    fn count(&self) -> usize {
        self.numbers.len()
    }

    fn length(&self, rank: u32) -> usize {
        self.asking.length(self.number(rank))
    }

    fn tokens(&self, rank: u32) -> Result<Cow<'_, [u32]>> {
        Articles::tokens(self.asking, self.number(rank))
    }

    fn flags(&self, rank: u32) -> Result<Cow<'_, [u8]>> {
        self.asking.flags(self.number(rank))
    }

    fn seeds(&self, rank: u32) -> Result<Vec<Seed>> {
        Articles::seeds(self.asking, self.number(rank))
    }
}
