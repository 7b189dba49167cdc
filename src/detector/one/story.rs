//! The clusters round one article: which it is of, and what they were without it.

use std::{collections::VecDeque, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Asking, Library, Match, Pair};
use crate::{
    cluster::{self, Edge},
    error::Result,
};

/// Articles that are gone through from one; of a story of more, those that are nearest to it.
const MOST_MEMBERS: usize = 256;

/// Clusters by the numbers of their members, ascending, that an article has to do with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stories {
    /// As they are.
    pub with: Vec<Vec<u32>>,
    /// As they would be without the article.
    pub without: Vec<Vec<u32>>,
}

impl Stories {
    /// The cluster of an article.
    #[must_use]
    pub fn of(&self, article: u32) -> Option<&[u32]> {
        let holds = |c: &&Vec<u32>| c.binary_search(&article).is_ok();
        self.with.iter().find(holds).map(|c| &**c)
    }
}

impl<L: Library> Asking<'_, L> {
    /// The clusters of all that hangs together with `x` by joining matches.
    pub(super) fn stories(&self, x: u32) -> Result<Stories> {
        let mut edges: FxHashMap<Pair, Arc<Match>> = FxHashMap::default();
        let mut seen = FxHashSet::from_iter([x]);
        let mut next = VecDeque::from([x]);
        while let Some(y) = next.pop_front() {
            for (pair, m) in self.matches(y)? {
                if !m.relation.joins() {
                    continue;
                }
                edges.insert(pair, m);
                let other = if pair.0 == y { pair.1 } else { pair.0 };
                if seen.len() < MOST_MEMBERS && seen.insert(other) {
                    next.push_back(other);
                }
            }
        }
        let mut numbers: Vec<u32> = edges.keys().flat_map(|p| [p.0, p.1]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let index = |n: u32| numbers.partition_point(|m| *m < n) as u32;
        let all: Vec<Edge> = edges
            .iter()
            .map(|((a, b), m)| Edge {
                a: index(*a),
                b: index(*b),
                containment: m.containment,
            })
            .collect();
        let at = index(x);
        let others: Vec<Edge> = all
            .iter()
            .copied()
            .filter(|e| e.a != at && e.b != at)
            .collect();
        let clusters = |edges: &[Edge]| -> Vec<Vec<u32>> {
            let number = |i: &u32| numbers[*i as usize];
            let clusters = cluster::clusters(numbers.len(), edges).into_iter();
            clusters.map(|c| c.iter().map(number).collect()).collect()
        };
        Ok(Stories {
            with: clusters(&all),
            without: clusters(&others),
        })
    }
}
