//! What the rows of the tables are made of.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::saved::{Article, Cluster, Credit, Evidence, Match, Passage, Saved};

pub(super) fn articles(saved: &Saved) -> Vec<&Article> {
    saved.articles.iter().collect()
}

pub(super) fn matches(saved: &Saved) -> Vec<&Match> {
    saved.matches.iter().collect()
}

pub(super) fn credits(saved: &Saved) -> Vec<(&Article, &Credit)> {
    let of = saved.articles.iter();
    of.flat_map(|a| a.credits.iter().map(move |c| (a, c)))
        .collect()
}

/// Each passage with its number among those of its match, from 1.
pub(super) fn passages(saved: &Saved) -> Vec<(&Match, u64, &Passage)> {
    let of = saved.matches.iter();
    of.flat_map(|m| m.passages.iter().zip(1..).map(move |(p, n)| (m, n, p)))
        .collect()
}

pub(super) fn evidence(saved: &Saved) -> Vec<(&Match, &Evidence)> {
    let of = saved.matches.iter();
    of.flat_map(|m| m.direction.evidence.iter().map(move |e| (m, e)))
        .collect()
}

/// A cluster, and what its members tell.
pub(super) struct ClusterRow<'s> {
    pub(super) cluster: &'s Cluster,
    /// How many outlets the members are of.
    pub(super) outlets: u64,
    /// First and last time of publication.
    pub(super) published: [Option<&'s str>; 2],
}

pub(super) fn clusters(saved: &Saved) -> Vec<ClusterRow<'_>> {
    let row = |cluster: &'_ Cluster| {
        let members = cluster.members.iter().filter_map(|id| saved.article(id));
        let outlets: BTreeSet<&str> = members
            .clone()
            .filter_map(|a| a.outlet.as_deref())
            .collect();
        let published = members.filter_map(|a| a.published.as_deref());
        (
            outlets.len() as u64,
            [published.clone().min(), published.max()],
        )
    };
    let rows = saved.clusters.iter().map(|cluster| {
        let (outlets, published) = row(cluster);
        ClusterRow {
            cluster,
            outlets,
            published,
        }
    });
    rows.collect()
}

/// What the articles of two outlets share that came out in one month.
#[derive(Default)]
pub(super) struct OutletPair<'s> {
    /// The outlet whose name comes first, none before all, and the other.
    pub(super) outlets: [Option<&'s str>; 2],
    /// Month of the later publication, `2018-07`, UTC.
    pub(super) month: Option<&'s str>,
    pub(super) matches: u64,
    /// Matches by relation.
    pub(super) relations: BTreeMap<&'s str, u64>,
    /// Tokens in passages of prose and speech.
    pub(super) tokens: u64,
    /// Matches by who has it from whom: `outlet`, `other`, `common`, `unknown`.
    pub(super) directions: BTreeMap<&'s str, u64>,
    /// Seconds from the publication of the one to that of the other, ascending.
    pub(super) lags: Vec<i64>,
}

impl OutletPair<'_> {
    /// How often the one published before the other, and the other before the one.
    pub(super) fn before(&self) -> (u64, u64) {
        let count = |is: fn(&&i64) -> bool| self.lags.iter().filter(is).count() as u64;
        (count(|s| **s > 0), count(|s| **s < 0))
    }

    /// The middle one of the lags, or the mean of the two there.
    pub(super) fn median_lag(&self) -> Option<f64> {
        let n = self.lags.len();
        let middle = [n.checked_sub(1)? / 2, n / 2].map(|i| self.lags[i] as f64);
        Some(f64::midpoint(middle[0], middle[1]))
    }
}

pub(super) fn outlet_pairs(saved: &Saved) -> Vec<OutletPair<'_>> {
    let mut rows = BTreeMap::new();
    for m in &saved.matches {
        let (Some(a), Some(b)) = (saved.article(&m.a), saved.article(&m.b)) else {
            continue;
        };
        add(m, a, b, &mut rows);
    }
    let mut rows: Vec<OutletPair<'_>> = rows.into_values().collect();
    for row in &mut rows {
        row.lags.sort_unstable();
    }
    rows
}

type Key<'s> = ([Option<&'s str>; 2], Option<&'s str>);

fn add<'s>(
    m: &'s Match,
    a: &'s Article,
    b: &'s Article,
    rows: &mut BTreeMap<Key<'s>, OutletPair<'s>>,
) {
    let is_turned = b.outlet < a.outlet;
    let (one, other) = if is_turned { (b, a) } else { (a, b) };
    let outlets = [one.outlet.as_deref(), other.outlet.as_deref()];
    let lag = m.direction.lag_seconds;
    let later = lag.and(a.published.as_deref().max(b.published.as_deref()));
    let month = later.and_then(|p| p.get(..7));
    let row = rows.entry((outlets, month)).or_default();
    (row.outlets, row.month) = (outlets, month);
    row.matches += 1;
    *row.relations.entry(&m.relation).or_default() += 1;
    let is_text = |p: &&Passage| matches!(&*p.kind, "prose" | "quote");
    row.tokens += m
        .passages
        .iter()
        .filter(is_text)
        .map(|p| p.tokens)
        .sum::<u64>();
    let from = match (&*m.direction.source, is_turned) {
        ("a", false) | ("b", true) => "outlet",
        ("a" | "b", _) => "other",
        (other, _) => other,
    };
    *row.directions.entry(from).or_default() += 1;
    row.lags
        .extend(lag.map(|s| if is_turned { s.saturating_neg() } else { s }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        let of = |lags: &[i64]| {
            let lags = lags.to_vec();
            OutletPair {
                lags,
                ..OutletPair::default()
            }
            .median_lag()
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[-5]), Some(-5.0));
        assert_eq!(of(&[-5, 0, 90]), Some(0.0));
        assert_eq!(of(&[i64::MAX, i64::MAX]), Some(i64::MAX as f64));
        assert_eq!(of(&[-1, 2]), Some(0.5));
    }
}
