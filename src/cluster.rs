//! Clusters: articles joined by `identical` and `near-duplicate` edges, with weak bridges between them taken out.

use std::collections::BTreeMap;

use crate::sets::Sets;

/// A joining edge between two articles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Index of the first article.
    pub a: u32,
    /// Index of the second.
    pub b: u32,
    /// The lesser containment of the two, in [0, 1]: how much of a version the longer one is.
    pub strength: f64,
}

/// An edge weaker than this that no third article confirms, between articles that each have others, is a bridge to cut.
pub const WEAK_BRIDGE: f64 = 0.35;

/// The clusters of at least two of `n` articles, members ascending, clusters by first member.
#[must_use]
pub fn clusters(n: usize, edges: &[Edge]) -> Vec<Vec<u32>> {
    let mut neighbours = vec![Vec::new(); n];
    for e in edges {
        neighbours[e.a as usize].push(e.b);
        neighbours[e.b as usize].push(e.a);
    }
    for list in &mut neighbours {
        list.sort_unstable();
    }
    let mut sets = Sets::new(n);
    for e in edges {
        let (x, y) = (&neighbours[e.a as usize], &neighbours[e.b as usize]);
        let bridge = e.strength < WEAK_BRIDGE && x.len() > 1 && y.len() > 1 && !have_common(x, y);
        if !bridge {
            sets.join(e.a, e.b);
        }
    }
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (x, set) in sets.all().into_iter().enumerate() {
        members.entry(set).or_default().push(x as u32);
    }
    members.into_values().filter(|m| m.len() > 1).collect()
}

fn have_common(x: &[u32], y: &[u32]) -> bool {
    let (mut i, mut j) = (0, 0);
    while i < x.len() && j < y.len() {
        match x[i].cmp(&y[j]) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(a: u32, b: u32, strength: f64) -> Edge {
        Edge { a, b, strength }
    }

    #[test]
    fn a_weak_bridge_does_not_fuse_two_stories() {
        let edges = [
            edge(0, 1, 0.9),
            edge(1, 2, 0.9),
            edge(0, 2, 0.9),
            edge(2, 3, 0.22),
            edge(3, 4, 0.9),
        ];
        assert_eq!(clusters(6, &edges), [vec![0, 1, 2], vec![3, 4]]);
    }

    #[test]
    fn a_weak_edge_that_a_third_confirms_stays() {
        let edges = [edge(0, 1, 0.9), edge(0, 2, 0.22), edge(1, 2, 0.3)];
        assert_eq!(clusters(3, &edges), [vec![0, 1, 2]]);
    }

    #[test]
    fn a_weak_edge_to_a_lone_article_stays() {
        assert_eq!(
            clusters(3, &[edge(0, 1, 0.2), edge(1, 2, 0.8)]),
            [vec![0, 1, 2]]
        );
    }
}
