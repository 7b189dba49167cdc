//! What only all matches together show: clusters, which of their pairs are reported, and how many are left out.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{Cluster, Match, Scan};
use crate::{
    boilerplate::Boilerplate,
    candidate::families::{Families, Kinship, LARGE},
    cluster::{self, Edge},
};

/// The clusters that the joining matches make.
pub(super) fn clusters(articles: usize, matches: &[Match]) -> Vec<Cluster> {
    let edges: Vec<Edge> = matches
        .iter()
        .filter(|m| m.relation.joins())
        .map(|m| Edge {
            a: m.a,
            b: m.b,
            containment: m.containment,
        })
        .collect();
    let members = cluster::clusters(articles, &edges);
    let mut of = vec![u32::MAX; articles];
    for (c, m) in members.iter().enumerate() {
        for x in m {
            of[*x as usize] = c as u32;
        }
    }
    // How much of the others stands in each, and how strong the edges of each cluster are.
    let mut held = vec![0.0; articles];
    // The least, the sum and the number of scores.
    let mut scores = vec![(1.0f64, 0.0, 0u32); members.len()];
    for m in matches.iter().filter(|m| {
        m.relation.joins() && of[m.a as usize] == of[m.b as usize] && of[m.a as usize] != u32::MAX
    }) {
        held[m.a as usize] += m.containment[1];
        held[m.b as usize] += m.containment[0];
        let (least, sum, n) = &mut scores[of[m.a as usize] as usize];
        *least = least.min(m.score());
        *sum += m.score();
        *n += 1;
    }
    members
        .into_iter()
        .zip(scores)
        .map(|(members, (least, sum, n))| Cluster {
            representative: members
                .iter()
                .copied()
                .max_by(|x, y| {
                    held[*x as usize]
                        .total_cmp(&held[*y as usize])
                        .then(y.cmp(x))
                })
                .unwrap_or(members[0]),
            members,
            least,
            mean: sum / f64::from(n.max(1)),
            origin: None,
        })
        .collect()
}

/// Takes references, which stand behind the first `n` articles, out of everything that is reported.
pub(super) fn set_references_apart(scan: &mut Scan, n: usize) {
    if !scan.articles.is_empty() {
        scan.references = scan.articles.split_off(n);
    }
    scan.standings.truncate(n);
    scan.copies.truncate(n);
    let is_reported = |x: u32| (x as usize) < n;
    scan.matches.retain(|m| is_reported(m.b));
    scan.near_misses.retain(|m| is_reported(m.b));
    for c in &mut scan.clusters {
        c.members.retain(|m| is_reported(*m));
        if !is_reported(c.representative) {
            c.representative = c.members.first().copied().unwrap_or(0);
        }
        if c.origin.as_ref().is_some_and(|o| !is_reported(o.article)) {
            c.origin = None;
        }
    }
    scan.clusters.retain(|c| c.members.len() > 1);
    for texts in [&mut scan.boilerplate, &mut scan.common_runs] {
        texts.retain(|b| is_reported(b.article));
        for b in texts.iter_mut() {
            b.articles.retain(|x| is_reported(*x));
        }
    }
}

/// Keeps of a cluster of more than [`LARGE`] members only the matches with its representative and of each member with its
/// nearest sibling; returns how many pairs of such clusters are not among the matches.
pub(super) fn thin_out(clusters: &[Cluster], matches: &mut Vec<Match>) -> u64 {
    let mut large: FxHashMap<u32, (usize, u32)> = FxHashMap::default();
    let mut pairs = 0u64;
    for (c, cluster) in clusters
        .iter()
        .enumerate()
        .filter(|(_, c)| c.members.len() > LARGE)
    {
        let n = cluster.members.len() as u64;
        pairs += n * (n - 1) / 2;
        large.extend(
            cluster
                .members
                .iter()
                .map(|m| (*m, (c, cluster.representative))),
        );
    }
    if large.is_empty() {
        return 0;
    }
    let inside = |m: &Match| {
        large
            .get(&m.a)
            .is_some_and(|x| large.get(&m.b).is_some_and(|y| x.0 == y.0))
    };
    let mut nearest: FxHashMap<u32, (f64, u32)> = FxHashMap::default();
    for m in matches.iter().filter(|m| inside(m)) {
        for (x, y) in [(m.a, m.b), (m.b, m.a)] {
            let best = nearest.entry(x).or_insert((f64::MIN, y));
            if m.jaccard > best.0 {
                *best = (m.jaccard, y);
            }
        }
    }
    matches.retain(|m| {
        let representative = large.get(&m.a).map(|x| x.1);
        let keep = !inside(m)
            || representative == Some(m.a)
            || representative == Some(m.b)
            || nearest.get(&m.a).is_some_and(|n| n.1 == m.b)
            || nearest.get(&m.b).is_some_and(|n| n.1 == m.a);
        pairs -= u64::from(keep && inside(m));
        keep
    });
    pairs
}

/// How many pairs of different families were not compared, at most: those that share a run too common for every pair, and
/// those of an article with the members of a large family that did not stand for it. Pairs among the matches are not
/// counted.
pub(super) fn not_compared(common: &[Boilerplate], matches: &[Match], families: &Families) -> u64 {
    let family = |x: u32| families.of[x as usize];
    let across: Vec<&Match> = matches
        .iter()
        .filter(|m| family(m.a) != family(m.b))
        .collect();
    // One text told in several pieces is one.
    let texts: BTreeSet<&[u32]> = common.iter().map(|c| &c.articles[..]).collect();
    let mut holding: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    let mut left: Vec<u64> = Vec::with_capacity(texts.len());
    let pairs = |n: u64| n * n.saturating_sub(1) / 2;
    for (t, articles) in texts.into_iter().enumerate() {
        let mut sizes: FxHashMap<u32, u64> = FxHashMap::default();
        for x in articles {
            holding.entry(*x).or_default().push(t);
            *sizes.entry(family(*x)).or_default() += 1;
        }
        let within: u64 = sizes.values().map(|n| pairs(*n)).sum();
        left.push(pairs(articles.len() as u64) - within);
    }
    let mut spoken_for: FxHashMap<(u32, u32), u64> = FxHashMap::default();
    for m in across {
        if let (Some(of_a), Some(of_b)) = (holding.get(&m.a), holding.get(&m.b)) {
            for t in of_a.iter().filter(|t| of_b.contains(t)) {
                left[*t] = left[*t].saturating_sub(1);
            }
        }
        for (x, y) in [(m.a, m.b), (m.b, m.a)] {
            if families.is_large(y) {
                *spoken_for.entry((x, family(y))).or_default() += 1;
            }
        }
    }
    let sampled = spoken_for
        .iter()
        .map(|((_, f), n)| (families.size(*f) as u64).saturating_sub(*n));
    left.iter().sum::<u64>() + sampled.sum::<u64>()
}
