//! Where the articles of a corpus come from: origins, directions of matches, origins of clusters, and which articles have
//! known copy of whom.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Article, Cluster, Detector, Match};
use crate::{
    align::{PassageKind, similarity::Relation},
    document::ReferenceKind,
    provenance::{
        Standing, Who,
        direction::{self, Party, Third},
        weights::{self, COVERED, confidence},
    },
    recognise::is_prose,
};

/// Most sources of copy in one article that a match of it is asked about: those of whom it has most.
const MOST_COPIES: usize = 32;

/// Confidence in the credit of an article from which its text counts as known copy of who is credited.
pub const KNOWN: f64 = 0.9;

/// Copy of somebody's that stands in an article.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Whose it is.
    pub who: Who,
    /// Id of the article known to be theirs that has most of it.
    pub of: String,
    /// What kind of original that is; none where it is an article of the corpus, known by its credits.
    pub reference: Option<ReferenceKind>,
    /// Tokens of the article's prose that stand in it.
    pub prose: u32,
    /// Which of its tokens, ascending and apart.
    pub ranges: Vec<Range<u32>>,
}

/// Where a cluster's text comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterOrigin {
    /// Index of the member nearest to the original.
    pub article: u32,
    /// Who wrote it.
    pub who: Who,
    /// How sure that is, in (0, 1).
    pub confidence: f64,
}

impl Detector {
    /// Weighs where every article stands, by its credits.
    pub(super) fn standings(&self, articles: &[Article]) -> Vec<Standing> {
        articles.par_iter().map(|a| self.standing_of(a)).collect()
    }

    /// Who is known to have written an article: by the set it was given in, else by its credits.
    fn known_author(
        &self,
        article: &Article,
        standing: &Standing,
    ) -> Option<(Who, Option<ReferenceKind>)> {
        if let Some(r) = &article.document.reference {
            return Some((self.named(&r.name), Some(r.kind)));
        }
        let best = standing.candidates.first()?;
        let all: f64 = standing.candidates.iter().map(|c| c.odds()).sum();
        // At home an outlet's copy is its own, and known as that.
        let known = best.who != Who::Own && confidence(best.odds(), all) >= KNOWN;
        known.then(|| (best.who.clone(), None))
    }

    /// The candidate that goes by a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Who {
        match self.agencies.named(name) {
            Some(i) => Who::Agency(i),
            None => Who::Named(name.into()),
        }
    }

    /// The known copy in each article, most of it first. O(passages · log passages).
    pub(super) fn copies(
        &self,
        articles: &[Article],
        standings: &[Standing],
        matches: &[Match],
    ) -> Vec<Vec<Copy>> {
        let authors: Vec<Option<(Who, Option<ReferenceKind>)>> = articles
            .iter()
            .zip(standings)
            .map(|(a, s)| self.known_author(a, s))
            .collect();
        let mut out: Vec<Vec<Copy>> = vec![Vec::new(); articles.len()];
        let mut most: Vec<Vec<u32>> = vec![Vec::new(); articles.len()];
        let mut places: FxHashMap<(u32, &Who, Option<ReferenceKind>), usize> = FxHashMap::default();
        for m in matches {
            for (own, other) in [(m.a, m.b), (m.b, m.a)] {
                let Some((who, reference)) = &authors[other as usize] else {
                    continue;
                };
                let ranges: Vec<Range<u32>> = text_ranges(m, own == m.a);
                let size: u32 = ranges.iter().map(|r| r.end - r.start).sum();
                if size == 0 {
                    continue;
                }
                let copies = &mut out[own as usize];
                let sizes = &mut most[own as usize];
                let at = *places.entry((own, who, *reference)).or_insert_with(|| {
                    copies.push(Copy {
                        who: who.clone(),
                        of: String::new(),
                        reference: *reference,
                        prose: 0,
                        ranges: Vec::new(),
                    });
                    sizes.push(0);
                    copies.len() - 1
                });
                copies[at].ranges.extend(ranges);
                if size > sizes[at] {
                    sizes[at] = size;
                    copies[at]
                        .of
                        .clone_from(&articles[other as usize].document.id);
                }
            }
        }
        out.par_iter_mut().zip(articles).for_each(|(copies, a)| {
            for c in copies.iter_mut() {
                merge(&mut c.ranges);
                let prose = |r: &Range<u32>| {
                    let flags = &a.parts.flags[r.start as usize..r.end as usize];
                    flags.iter().filter(|f| is_prose(**f)).count() as u32
                };
                c.prose = c.ranges.iter().map(prose).sum();
            }
            copies.sort_by(|x, y| {
                (y.prose, &x.who, x.reference).cmp(&(x.prose, &y.who, y.reference))
            });
        });
        out
    }

    /// Weighs the direction of every match.
    pub(super) fn direct(
        &self,
        articles: &[Article],
        standings: &[Standing],
        copies: &[Vec<Copy>],
        matches: &mut [Match],
    ) {
        let mut degree = vec![0usize; articles.len()];
        for m in matches.iter() {
            degree[m.a as usize] += 1;
            degree[m.b as usize] += 1;
        }
        let party = |x: u32| Party {
            standing: &standings[x as usize],
            text: &articles[x as usize].document.text,
            published: articles[x as usize].document.meta.published.as_ref(),
            matches: degree[x as usize],
        };
        matches.par_iter_mut().for_each(|m| {
            let mut thirds: Vec<Third> = Vec::new();
            for (x, side) in [(m.a, direction::Side::A), (m.b, direction::Side::B)] {
                let shared = text_ranges(m, x == m.a);
                let size: u32 = shared.iter().map(|r| r.end - r.start).sum();
                for c in copies[x as usize].iter().take(MOST_COPIES) {
                    let held = overlap(&shared, &c.ranges);
                    let told = thirds
                        .iter()
                        .any(|t| t.who == c.who && t.is_reference == c.reference.is_some());
                    if !told && size > 0 && f64::from(held) >= COVERED * f64::from(size) {
                        thirds.push(Third {
                            who: c.who.clone(),
                            id: c.of.clone(),
                            side,
                            is_reference: c.reference.is_some(),
                        });
                    }
                }
            }
            let (a, b) = (party(m.a), party(m.b));
            let direction = direction::weigh(&a, &b, m.containment, &thirds, &self.agencies);
            m.direction = match m.relation {
                Relation::Quotes => direction.of_speech(),
                _ => direction,
            };
        });
    }

    /// Says where the text of each cluster comes from, by the credits of its members.
    pub(super) fn cluster_origins(
        &self,
        articles: &[Article],
        standings: &[Standing],
        clusters: &mut [Cluster],
    ) {
        for c in clusters {
            c.origin = self.cluster_origin(articles, standings, c);
        }
    }

    fn cluster_origin(
        &self,
        articles: &[Article],
        standings: &[Standing],
        cluster: &Cluster,
    ) -> Option<ClusterOrigin> {
        let of = |x: u32| &standings[x as usize];
        let mut who: Vec<(&Who, f64)> = Vec::new();
        let mut places: FxHashMap<&Who, usize> = FxHashMap::default();
        for x in &cluster.members {
            for c in of(*x).candidates.iter().filter(|c| c.who != Who::Own) {
                match places.get(&c.who) {
                    Some(at) => who[*at].1 = (who[*at].1 * c.odds()).min(1e12),
                    None => {
                        places.insert(&c.who, who.len());
                        who.push((&c.who, c.odds()));
                    }
                }
            }
        }
        let all: f64 = who.iter().map(|w| w.1).sum();
        let (best, own) = who
            .into_iter()
            .max_by(|x, y| x.1.total_cmp(&y.1).then(y.0.cmp(x.0)))?;
        let confidence = confidence(own, all);
        if confidence < weights::VERDICT {
            return None;
        }
        // At home before credited; then the likeliest, the one the others stand in, the earliest.
        let is_home = |x: u32| of(x).is_of(best, &self.agencies);
        let credit = |x: u32| {
            of(x)
                .candidates
                .iter()
                .find(|c| &c.who == best)
                .map_or(0.0, |c| c.odds())
        };
        let published = |x: u32| {
            articles[x as usize]
                .document
                .meta
                .published
                .as_ref()
                .and_then(|p| p.seconds)
        };
        let article = cluster.members.iter().copied().max_by(|x, y| {
            is_home(*x)
                .cmp(&is_home(*y))
                .then(credit(*x).total_cmp(&credit(*y)))
                .then((*x == cluster.representative).cmp(&(*y == cluster.representative)))
                .then(
                    published(*y)
                        .unwrap_or(i64::MAX)
                        .cmp(&published(*x).unwrap_or(i64::MAX)),
                )
                .then(y.cmp(x))
        })?;
        Some(ClusterOrigin {
            article,
            who: best.clone(),
            confidence,
        })
    }

    /// Adds what reference sets say to the candidates of the articles that hold their copy.
    pub(super) fn add_references(
        &self,
        articles: &[Article],
        standings: &mut [Standing],
        copies: &[Vec<Copy>],
    ) {
        for ((standing, copies), a) in standings.iter_mut().zip(copies).zip(articles) {
            let prose = a.parts.prose_tokens() as f64;
            for c in copies
                .iter()
                .filter(|c| c.reference.is_some() && f64::from(c.prose) >= COVERED * prose)
            {
                standing.add_reference(c.who.clone());
            }
        }
    }
}

/// The tokens of one side of a match that are matched in passages of text.
fn text_ranges(m: &Match, is_a: bool) -> Vec<Range<u32>> {
    m.passages
        .iter()
        .filter(|p| matches!(p.tally.kind(), PassageKind::Prose | PassageKind::Quote))
        .map(|p| if is_a { p.a.clone() } else { p.b.clone() })
        .collect()
}

/// Sorts ranges and joins those that meet.
fn merge(ranges: &mut Vec<Range<u32>>) {
    ranges.sort_unstable_by_key(|r| (r.start, r.end));
    let mut out: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
    for r in ranges.drain(..) {
        match out.last_mut() {
            Some(last) if r.start <= last.end => last.end = last.end.max(r.end),
            _ => out.push(r),
        }
    }
    *ranges = out;
}

/// How many tokens of some ranges, apart from each other, stand in others, which ascend and are apart.
pub(crate) fn overlap(some: &[Range<u32>], others: &[Range<u32>]) -> u32 {
    some.iter()
        .map(|s| {
            let from = others.partition_point(|o| o.end <= s.start);
            others[from..]
                .iter()
                .take_while(|o| o.start < s.end)
                .map(|o| o.end.min(s.end) - o.start.max(s.start))
                .sum::<u32>()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn merged_ranges_and_their_overlap_agree_with_counting(
            some in prop::collection::vec((0u32..60, 1u32..9), 0..8),
            others in prop::collection::vec((0u32..60, 1u32..9), 0..8),
        ) {
            let ranges = |v: &[(u32, u32)]| -> Vec<Range<u32>> { v.iter().map(|(s, n)| *s..s + n).collect() };
            let (mut x, mut y) = (ranges(&some), ranges(&others));
            let holds = |v: &[Range<u32>], t: u32| v.iter().any(|r| r.contains(&t));
            let (plain_x, plain_y) = (x.clone(), y.clone());
            merge(&mut x);
            merge(&mut y);
            prop_assert!(x.windows(2).all(|w| w[0].end < w[1].start));
            let both = (0..80).filter(|t| holds(&plain_x, *t) && holds(&plain_y, *t)).count();
            prop_assert_eq!(overlap(&x, &y) as usize, both);
        }
    }
}
