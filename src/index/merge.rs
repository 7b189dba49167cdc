//! Sorted postings of several tables as one, those of articles that are gone left out.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::Of;
use super::segment::Segment;
use crate::{candidate::postings::Place, error::Result};

/// A table that is read through.
struct Source<'s> {
    blocks: Box<dyn Iterator<Item = Result<Vec<u128>>> + 's>,
    block: std::vec::IntoIter<u128>,
}

impl Source<'_> {
    fn next(&mut self) -> Option<Result<u128>> {
        loop {
            if let Some(posting) = self.block.next() {
                return Some(Ok(posting));
            }
            match self.blocks.next()? {
                Ok(block) => self.block = block.into_iter(),
                Err(e) => return Some(Err(e)),
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
        for i in 0..out.sources.len() {
            out.pull(i);
        }
        out
    }

    fn pull(&mut self, i: usize) {
        loop {
            match self.sources[i].next() {
                Some(Ok(p)) if !(self.is_kept)(Place::from(p).article) => {}
                Some(Ok(p)) => return self.heap.push(Reverse((p, i))),
                Some(Err(e)) => return self.error = Some(e),
                None => return,
            }
        }
    }
}

impl Iterator for Merged<'_> {
    type Item = Result<u128>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(e) = self.error.take() {
            self.heap.clear();
            return Some(Err(e));
        }
        let Reverse((posting, i)) = self.heap.pop()?;
        self.pull(i);
        Some(Ok(posting))
    }
}
