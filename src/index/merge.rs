//! Sorted postings of several tables as one, those of articles that are gone left out.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, binary_heap::PeekMut},
};

use super::Of;
use super::segment::Segment;
use crate::{candidate::postings::Place, error::Result};

/// A table that is read through.
struct Source<'s> {
    blocks: Box<dyn Iterator<Item = Result<Vec<u128>>> + 's>,
    block: std::vec::IntoIter<u128>,
}

impl Source<'_> {
    /// The next posting of an article that is kept.
    fn next(&mut self, is_kept: &dyn Fn(u32) -> bool) -> Result<Option<u128>> {
        loop {
            let next = self.block.find(|p| is_kept(Place::from(*p).article));
            if next.is_some() {
                return Ok(next);
            }
            match self.blocks.next() {
                Some(block) => self.block = block?.into_iter(),
                None => return Ok(None),
            }
        }
    }
}

/// The postings of some segments in order.
pub(super) struct Merged<'s> {
    sources: Vec<Source<'s>>,
    heap: BinaryHeap<Reverse<(u128, usize)>>,
    is_kept: &'s dyn Fn(u32) -> bool,
    error: Option<crate::error::Error>,
}

impl<'s> Merged<'s> {
    pub(super) fn of(of: Of, segments: &[&'s Segment], is_kept: &'s dyn Fn(u32) -> bool) -> Self {
        let source = |s: &&'s Segment| Source {
            blocks: Box::new(of.table(s).blocks(s.file())),
            block: Vec::new().into_iter(),
        };
        let mut out = Self {
            sources: segments.iter().map(source).collect(),
            heap: BinaryHeap::new(),
            is_kept,
            error: None,
        };
        for (i, source) in out.sources.iter_mut().enumerate() {
            match source.next(is_kept) {
                Ok(first) => out.heap.extend(first.map(|p| Reverse((p, i)))),
                Err(e) => out.error = Some(e),
            }
        }
        out
    }
}

impl Iterator for Merged<'_> {
    type Item = Result<u128>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(e) = self.error.take() {
            self.heap.clear();
            return Some(Err(e));
        }
        let mut least = self.heap.peek_mut()?;
        let Reverse((posting, i)) = *least;
        match self.sources[i].next(self.is_kept) {
            Ok(Some(next)) => *least = Reverse((next, i)),
            Ok(None) => drop(PeekMut::pop(least)),
            Err(e) => self.error = Some(e),
        }
        Some(Ok(posting))
    }
}
