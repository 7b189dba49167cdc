//! Where the articles of a corpus come from: origins, directions of matches, origins of clusters, and which articles have
//! known copy of whom.

use std::{borrow::Cow, ops::Range};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Article, Cluster, Detector, Match, corpus::Corpus};
use crate::{
    align::{PassageKind, similarity::Relation},
    boilerplate::Articles,
    document::{Document, ReferenceKind},
    error::Result,
    provenance::{
        Standing, Who,
        direction::{self, Party, Third},
        weights::{self, COVERED, confidence},
    },
    recognise::is_prose,
};

/// Articles and matches that are no work for more than one thread: to hand them to another takes longer.
const FEW: usize = 32;
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
    /// Weighs where every article stands, by its credits; none where articles are not held, of which it is asked one by one.
    pub(super) fn standings(&self, corpus: &Corpus) -> Vec<Standing> {
        let articles = corpus.articles().par_iter().with_min_len(FEW);
        articles.map(|a| self.standing_of(a)).collect()
    }

    /// Where article `a`, of index `x`, stands, by its credits and by the references that it holds.
    pub(super) fn standing<'s>(
        &self,
        a: &Article,
        x: u32,
        standings: &'s [Standing],
        copies: &[Vec<Copy>],
    ) -> Cow<'s, Standing> {
        match standings.get(x as usize) {
            Some(s) => Cow::Borrowed(s),
            None => {
                let mut standing = self.standing_of(a);
                let copies = copies.get(x as usize).map_or(&[][..], |c| c);
                add_reference(&mut standing, copies, a.parts.prose_tokens());
                Cow::Owned(standing)
            }
        }
    }

    /// Who is known to have written an article: by the set it was given in, else by its credits.
    fn known_author(&self, document: &Document, standing: &Standing) -> Option<Author> {
        if let Some(r) = &document.reference {
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

    /// Who is known to have written the articles of `matches`.
    fn authors(
        &self,
        corpus: &Corpus,
        standings: &[Standing],
        matches: &[Match],
    ) -> Result<FxHashMap<u32, Author>> {
        let matched: FxHashSet<u32> = matches.iter().flat_map(|m| [m.a, m.b]).collect();
        let matched: Vec<u32> = matched.into_iter().collect();
        let known = |x: u32| -> Result<Option<(u32, Author)>> {
            let article = corpus.article(x)?;
            let standing = self.standing(&article, x, standings, &[]);
            let author = self.known_author(&article.document, &standing);
            Ok(author.map(|a| (x, a)))
        };
        matched
            .into_par_iter()
            .with_min_len(FEW)
            .map(known)
            .filter_map(Result::transpose)
            .collect()
    }

    /// The known copy in each article, most of it first. O(passages · log passages).
    pub(super) fn copies(
        &self,
        corpus: &Corpus,
        standings: &[Standing],
        matches: &[Match],
    ) -> Result<Vec<Vec<Copy>>> {
        let authors = self.authors(corpus, standings, matches)?;
        let mut out: Vec<Vec<Copy>> = vec![Vec::new(); corpus.len()];
        if authors.is_empty() {
            return Ok(out);
        }
        // Of each copy its place, and the most tokens of it that any one article has.
        let mut places: FxHashMap<(u32, &Who, Option<ReferenceKind>), (usize, u32)> =
            FxHashMap::default();
        for m in matches {
            for (own, other) in [(m.a, m.b), (m.b, m.a)] {
                let Some((who, reference)) = authors.get(&other) else {
                    continue;
                };
                let ranges: Vec<Range<u32>> = text_ranges(m, own == m.a);
                let size: u32 = ranges.iter().map(|r| r.end - r.start).sum();
                if size == 0 {
                    continue;
                }
                let copies = &mut out[own as usize];
                let (at, most) = places.entry((own, who, *reference)).or_insert_with(|| {
                    copies.push(Copy {
                        who: who.clone(),
                        of: String::new(),
                        reference: *reference,
                        prose: 0,
                        ranges: Vec::new(),
                    });
                    (copies.len() - 1, 0)
                });
                copies[*at].ranges.extend(ranges);
                if size > *most {
                    *most = size;
                    copies[*at].of = corpus.id(other).into();
                }
            }
        }
        let with_copy = out
            .par_iter_mut()
            .enumerate()
            .with_min_len(FEW)
            .filter(|(_, c)| !c.is_empty());
        with_copy.try_for_each(|(x, copies)| -> Result<()> {
            let flags = corpus.flags(x as u32)?;
            for c in copies.iter_mut() {
                merge(&mut c.ranges);
                let prose = |r: &Range<u32>| {
                    let flags = &flags[r.start as usize..r.end as usize];
                    flags.iter().filter(|f| is_prose(**f)).count() as u32
                };
                c.prose = c.ranges.iter().map(prose).sum();
            }
            copies.sort_by(|x, y| {
                (y.prose, &x.who, x.reference).cmp(&(x.prose, &y.who, y.reference))
            });
            Ok(())
        })?;
        Ok(out)
    }

    /// Weighs the direction of every match.
    pub(super) fn direct(
        &self,
        corpus: &Corpus,
        standings: &[Standing],
        copies: &[Vec<Copy>],
        matches: &mut [Match],
    ) -> Result<()> {
        let mut degree = vec![0u32; corpus.len()];
        for m in matches.iter() {
            degree[m.a as usize] += 1;
            degree[m.b as usize] += 1;
        }
        let matches = matches.par_iter_mut().with_min_len(FEW);
        matches.try_for_each(|m| {
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
            let (a, b) = (corpus.article(m.a)?, corpus.article(m.b)?);
            let (of_a, of_b) = (
                self.standing(&a, m.a, standings, copies),
                self.standing(&b, m.b, standings, copies),
            );
            let (a, b) = (
                party(&a, &of_a, degree[m.a as usize]),
                party(&b, &of_b, degree[m.b as usize]),
            );
            let direction = direction::weigh(&a, &b, m.containment, &thirds, &self.agencies);
            m.direction = match m.relation {
                Relation::Quotes => direction.of_speech(),
                _ => direction,
            };
            Ok(())
        })
    }

    /// Says where the text of each cluster comes from, by the credits of its members.
    pub(super) fn cluster_origins(
        &self,
        corpus: &Corpus,
        standings: &[Standing],
        copies: &[Vec<Copy>],
        clusters: &mut [Cluster],
    ) -> Result<()> {
        clusters.par_iter_mut().try_for_each(|c| {
            let of = |x: &u32| {
                let article = corpus.article(*x)?;
                Ok(self.standing(&article, *x, standings, copies))
            };
            let stand: Vec<Cow<'_, Standing>> = c.members.iter().map(of).collect::<Result<_>>()?;
            c.origin = self.cluster_origin(corpus, &stand, c);
            Ok(())
        })
    }

    /// Where the text of a cluster comes from, whose members stand as `stand` says.
    fn cluster_origin(
        &self,
        corpus: &Corpus,
        stand: &[Cow<'_, Standing>],
        cluster: &Cluster,
    ) -> Option<ClusterOrigin> {
        let mut who: Vec<(&Who, f64)> = Vec::new();
        let mut places: FxHashMap<&Who, usize> = FxHashMap::default();
        for s in stand {
            for c in s.candidates.iter().filter(|c| c.who != Who::Own) {
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
        let is_home = |i: usize| stand[i].is_of(best, &self.agencies);
        let credit = |i: usize| {
            let of = stand[i].candidates.iter().find(|c| &c.who == best);
            of.map_or(0.0, |c| c.odds())
        };
        let member = |i: usize| cluster.members[i];
        let is_representative = |i: usize| member(i) == cluster.representative;
        let published = |i: usize| {
            let scope = &corpus.digest(member(i)).scope;
            scope.published().unwrap_or(i64::MAX)
        };
        let article = (0..stand.len()).max_by(|x, y| {
            is_home(*x)
                .cmp(&is_home(*y))
                .then(credit(*x).total_cmp(&credit(*y)))
                .then(is_representative(*x).cmp(&is_representative(*y)))
                .then(published(*y).cmp(&published(*x)))
                .then(y.cmp(x))
        })?;
        let article = member(article);
        Some(ClusterOrigin {
            article,
            who: best.clone(),
            confidence,
        })
    }

    /// Adds what reference sets say to the candidates of the articles that hold their copy.
    pub(super) fn add_references(
        &self,
        corpus: &Corpus,
        standings: &mut [Standing],
        copies: &[Vec<Copy>],
    ) {
        let articles = corpus.articles();
        for ((standing, copies), a) in standings.iter_mut().zip(copies).zip(articles) {
            add_reference(standing, copies, a.parts.prose_tokens());
        }
    }
}

fn party<'a>(article: &'a Article, standing: &'a Standing, matches: u32) -> Party<'a> {
    Party {
        standing,
        document: &article.document,
        text: article.outline(),
        matches: matches as usize,
    }
}

/// Adds to the candidates of an article of so many tokens of prose those whose references it holds.
pub(super) fn add_reference(standing: &mut Standing, copies: &[Copy], prose: usize) {
    let least = COVERED * prose as f64;
    for c in copies {
        if c.reference.is_some() && f64::from(c.prose) >= least {
            standing.add_reference(c.who.clone());
        }
    }
}

/// Who wrote an article, and what kind of original it is.
type Author = (Who, Option<ReferenceKind>);

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
