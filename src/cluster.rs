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
    /// Share of `a` in `b`, and of `b` in `a`, in [0, 1].
    pub containment: [f64; 2],
}

impl Edge {
    /// The lesser containment: how much of a version of the other the longer article is.
    fn strength(&self) -> f64 {
        self.containment[0].min(self.containment[1])
    }

    /// The article less of which stands in the other.
    fn longer(&self) -> u32 {
        if self.containment[0] <= self.containment[1] {
            self.a
        } else {
            self.b
        }
    }
}

/// An edge weaker than this that no third article confirms is a bridge to cut, where both its articles have other partners,
/// or the longer one holds another stranger as loosely.
pub const WEAK_BRIDGE: f64 = 0.35;

/// The clusters of at least two of `n` articles, members ascending, clusters by first member.
#[must_use]
pub fn clusters(n: usize, edges: &[Edge]) -> Vec<Vec<u32>> {
    let mut ends: Vec<[u32; 2]> = edges
        .iter()
        .flat_map(|e| [[e.a, e.b], [e.b, e.a]])
        .collect();
    ends.sort_unstable();
    let mut starts = vec![0; n + 1];
    for [x, _] in &ends {
        starts[*x as usize + 1] += 1;
    }
    for x in 0..n {
        starts[x + 1] += starts[x];
    }
    let of = |x: u32| &ends[starts[x as usize]..starts[x as usize + 1]];
    let weak = |e: &Edge| e.strength() < WEAK_BRIDGE && !have_common(of(e.a), of(e.b));
    let mut held = vec![0u32; n];
    for e in edges.iter().filter(|e| weak(e)) {
        held[e.longer() as usize] += 1;
    }
    let mut sets = Sets::new(n);
    for e in edges {
        let between_stories = of(e.a).len() > 1 && of(e.b).len() > 1;
        // One that holds several strangers is a roundup of them.
        let roundup = held[e.longer() as usize] > 1;
        if !(weak(e) && (between_stories || roundup)) {
            sets.join(e.a, e.b);
        }
    }
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (x, set) in sets.all().into_iter().enumerate() {
        members.entry(set).or_default().push(x as u32);
    }
    members.into_values().filter(|m| m.len() > 1).collect()
}

/// Whether two sorted lists of edges lead to one article.
fn have_common(x: &[[u32; 2]], y: &[[u32; 2]]) -> bool {
    let (mut i, mut j) = (0, 0);
    while i < x.len() && j < y.len() {
        match x[i][1].cmp(&y[j][1]) {
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

    /// `a` is the longer article.
    fn edge(a: u32, b: u32, strength: f64) -> Edge {
        Edge {
            a,
            b,
            containment: [strength, 0.95],
        }
    }

    #[test]
    fn a_roundup_of_four_briefs_does_not_fuse_them() {
        let edges = [
            edge(0, 1, 0.24),
            edge(0, 2, 0.24),
            edge(0, 3, 0.24),
            edge(0, 4, 0.24),
        ];
        assert!(clusters(5, &edges).is_empty());
    }

    #[test]
    fn versions_that_grow_stay_one_story() {
        let edges = [edge(1, 0, 0.3), edge(2, 1, 0.45)];
        assert_eq!(clusters(3, &edges), [vec![0, 1, 2]]);
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
