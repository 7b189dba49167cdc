//! What two articles are to each other, found once however often it is asked.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use rustc_hash::FxHasher;

use super::{Asking, Found, Known, Library, Pair};
use crate::{
    detector::{Article, scope::Scope},
    error::Result,
};

impl<L: Library> Asking<'_, L> {
    /// Two articles as a scan has them.
    pub(super) fn in_order(&self, x: u32, y: u32) -> Pair {
        if self.shelf.id(x) < self.shelf.id(y) {
            (x, y)
        } else {
            (y, x)
        }
    }

    /// What a pair is, boilerplate marked in both.
    pub(super) fn found(&self, pair: Pair) -> Result<Found> {
        if let Some(found) = self.compared.borrow().get(&pair) {
            return Ok(found.clone());
        }
        let marks = [self.marks(pair.0)?, self.marks(pair.1)?];
        let mut hasher = FxHasher::default();
        marks.hash(&mut hasher);
        let boilerplate = hasher.finish();
        let found = match self.shelf.known(pair) {
            Some(Known::Found(of, found)) if of == boilerplate => found,
            _ => {
                let plain = self.plain.borrow().get(&pair).cloned().flatten();
                let found = match plain {
                    Some(found) if marks.iter().all(|m| m.is_empty()) => found,
                    _ => {
                        let (a, b) = (self.article(pair.0)?, self.article(pair.1)?);
                        self.compare(pair, [&a, &b]).1
                    }
                };
                let known = Known::Found(boilerplate, found.clone());
                self.shelf.learn(pair, &known);
                found
            }
        };
        self.compared.borrow_mut().insert(pair, found.clone());
        Ok(found)
    }

    /// Whether two articles may match: what has no passage in common is taken to have none where some of it is boilerplate,
    /// which takes longer to tell.
    pub(super) fn may_match(&self, x: u32, y: u32) -> Result<bool> {
        let pair = self.in_order(x, y);
        if let Some(plain) = self.plain.borrow().get(&pair) {
            return Ok(plain.is_some());
        }
        let plain = match self.shelf.known(pair) {
            Some(Known::Nothing) => None,
            // Boilerplate may have been left out then: it is found again where it matters.
            Some(Known::Found(..)) => return Ok(true),
            None => {
                let (a, b) = (self.shelf.article(pair.0)?, self.shelf.article(pair.1)?);
                let (shares, found) = self.compare(pair, [&a, &b]);
                let plain = (shares || found.is_some()).then_some(found);
                if plain.is_none() {
                    self.shelf.learn(pair, &Known::Nothing);
                }
                plain
            }
        };
        let may = plain.is_some();
        self.plain.borrow_mut().insert(pair, plain);
        Ok(may)
    }

    /// Whether two articles share a passage, and the match they are.
    fn compare(&self, (x, y): Pair, [a, b]: [&Article; 2]) -> (bool, Found) {
        let scopes = [a, b].map(|a| Scope::of(&a.document));
        if self.detector.out_of_scope(&scopes[0], &scopes[1]).is_some() {
            return (false, None);
        }
        let mut aligner = self.aligner.borrow_mut();
        aligner.first(a.side());
        let compared = self.detector.compare(a, b, &mut aligner);
        let shares = !compared.passages.is_empty();
        (shares, compared.into_match(x, y).map(Arc::new))
    }
}
