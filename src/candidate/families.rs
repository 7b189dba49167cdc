//! Families of articles: near-duplicates found by their sketches, each edge verified exactly. How common a text is is
//! counted over families, never over articles: a wire story in 2,000 papers is one story.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    lsh::Banding,
    postings::{EVERYWHERE, Place, Postings},
    propose,
};
use crate::{sets::Sets, sketch::minhash::estimate_jaccard};

/// Families larger than this are not compared pair by pair.
pub const LARGE: usize = 200;
/// Share of the seeds of the shorter article that two must share to be of one family, where their seeds are common.
const KIN: f64 = 0.3;
/// Seeds that must put two articles next to each other before their share is looked at.
const VOTES: u32 = 4;
/// Members of a large family that an article outside it is compared with, for one seed.
const SAMPLE: usize = 4;
/// Places of one seed in one article that are kept apart.
const REPEATS: usize = 16;
/// Members tried for one that is wanted.
const MOST_TRIED: usize = 512;
/// Members before it, in the order of their sketches, among which the nearest sibling of an article is sought.
const SIBLINGS: usize = 8;

/// The families of a corpus.
#[derive(Debug)]
pub struct Families {
    /// The family of each article: the least index in it.
    pub of: Vec<u32>,
    sizes: Vec<u32>,
}

/// The sketches of all articles, one after the other.
#[derive(Debug)]
pub struct Sketches {
    /// Slots of one sketch.
    pub slots: usize,
    /// All slots.
    pub values: Vec<u32>,
    /// Which articles have any shingle: the others match nothing.
    pub filled: Vec<bool>,
}

impl Sketches {
    /// The sketch of an article.
    #[must_use]
    pub fn of(&self, article: u32) -> &[u32] {
        let from = article as usize * self.slots;
        &self.values[from..from + self.slots]
    }

    fn estimate(&self, x: u32, y: u32) -> f64 {
        estimate_jaccard(self.of(x), self.of(y)).unwrap_or(0.0)
    }
}

impl Families {
    /// Joins articles that a band of their sketches proposes and `is_kin` confirms. Each bucket is tried against its first
    /// article and each article against the one before it, so that no bucket costs more than its size.
    pub fn find(
        sketches: &Sketches,
        banding: Banding,
        is_kin: impl Fn(u32, u32) -> bool + Sync,
    ) -> Self {
        let n = sketches.filled.len();
        let mut sets = Sets::new(n);
        for band in 0..banding.bands {
            let from = band * banding.rows;
            let mut rows: Vec<(u64, u32)> = (0..n as u32)
                .into_par_iter()
                .filter(|x| sketches.filled[*x as usize])
                .map(|x| {
                    (
                        crate::hash::band(&sketches.of(x)[from..from + banding.rows]),
                        x,
                    )
                })
                .collect();
            rows.par_sort_unstable();
            let known = sets.all();
            let apart = |x: u32, y: u32| known[x as usize] != known[y as usize];
            let edges: Vec<(u32, u32)> = rows
                .par_chunk_by(|p, q| p.0 == q.0)
                .flat_map_iter(|bucket| {
                    let head = bucket[0].1;
                    bucket
                        .windows(2)
                        .flat_map(move |w| [(head, w[1].1), (w[0].1, w[1].1)])
                })
                .filter(|&(x, y)| x != y && apart(x, y) && is_kin(x, y))
                .collect();
            for (x, y) in edges {
                sets.join(x, y);
            }
        }
        Self::new(sets.all())
    }

    /// Joins families whose articles share much of their text though less than half: versions recut so often that no two
    /// agree. Only seeds in more families than the cap can hide such kin; of each, neighbours are tried, in linear work.
    #[must_use]
    pub fn grown(self, postings: &Postings) -> Self {
        let cap = propose::cap(self.len());
        let mut votes: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for list in 0..postings.len() as u32 {
            if self.count(postings, list, cap + 1) <= cap {
                continue;
            }
            for w in postings.places(list).windows(2) {
                let (x, y) = (w[0].article, w[1].article);
                if self.of[x as usize] != self.of[y as usize] {
                    *votes.entry((x, y)).or_default() += 1;
                }
            }
        }
        let mut sets = Sets::from(self.of);
        for ((x, y), v) in votes {
            let shorter = postings.seeds(x).min(postings.seeds(y));
            if v >= VOTES && postings.shared(x, y) as f64 >= KIN * f64::from(shorter) {
                sets.join(x, y);
            }
        }
        Self::new(sets.all())
    }

    fn new(of: Vec<u32>) -> Self {
        let mut sizes = vec![0; of.len()];
        for f in &of {
            sizes[*f as usize] += 1;
        }
        Self { of, sizes }
    }

    /// Whether the article is one of a family too large for all pairs.
    #[must_use]
    pub fn is_large(&self, article: u32) -> bool {
        self.size(article) > LARGE
    }

    /// How many articles are of the family of this one.
    #[must_use]
    pub fn size(&self, article: u32) -> usize {
        self.sizes[self.of[article as usize] as usize] as usize
    }

    /// The number of families.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sizes.iter().filter(|s| **s > 0).count()
    }

    /// Whether there are no articles.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// In how many families a seed stands, counted up to `most`.
    #[must_use]
    pub fn count(&self, postings: &Postings, list: u32, most: usize) -> usize {
        let places = postings.places(list);
        if places.len() < most {
            return places.len();
        }
        let mut seen: Vec<u32> = places.iter().map(|p| self.of[p.article as usize]).collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len().min(most)
    }

    /// Postings in which a large family has only its first few articles on each list, which speak for all, and an article
    /// that says a seed over and over one place that stands for all: no list makes more work than its articles do.
    #[must_use]
    pub fn sampled(&self, postings: &Postings) -> Postings {
        postings.thinned(|places, out| {
            let mut seen: FxHashMap<u32, usize> = FxHashMap::default();
            for of_one in places.chunk_by(|p, q| p.article == q.article) {
                let article = of_one[0].article;
                if self.is_large(article) {
                    let n = seen.entry(self.of[article as usize]).or_default();
                    *n += 1;
                    if *n > SAMPLE {
                        continue;
                    }
                }
                if of_one.len() > REPEATS {
                    out.push(Place {
                        article,
                        at: EVERYWHERE,
                    });
                } else {
                    out.extend_from_slice(of_one);
                }
            }
        })
    }

    /// The pairs compared inside large families: each member with its family's representative, the one of most text that
    /// others have too, and with its nearest sibling by sketch; of those that are `wanted`. Sorted, lesser index first.
    #[must_use]
    pub fn pairs_of_large(
        &self,
        sketches: &Sketches,
        postings: &Postings,
        wanted: impl Fn(u32, u32) -> bool,
    ) -> Vec<(u32, u32)> {
        let in_common = |x: u32| {
            postings
                .of_article(x)
                .iter()
                .map(|e| postings.places(e.0).len())
                .sum::<usize>()
        };
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (x, f) in self.of.iter().enumerate() {
            if self.is_large(x as u32) {
                members.entry(*f).or_default().push(x as u32);
            }
        }
        let mut out = Vec::new();
        for mut family in members.into_values() {
            let mut heads = family.clone();
            heads.sort_by_cached_key(|x| (std::cmp::Reverse(in_common(*x)), *x));
            heads.truncate(MOST_TRIED);
            for &x in &family {
                let head = heads.iter().find(|h| **h != x && wanted(x, **h));
                out.extend(head.map(|h| (x, *h)));
            }
            family.sort_by(|x, y| sketches.of(*x).cmp(sketches.of(*y)).then(x.cmp(y)));
            for (i, &x) in family.iter().enumerate() {
                let before = &family[i.saturating_sub(MOST_TRIED)..i];
                let siblings = before
                    .iter()
                    .rev()
                    .filter(|y| wanted(x, **y))
                    .take(SIBLINGS);
                let nearest = siblings.max_by(|p, q| {
                    sketches
                        .estimate(x, **p)
                        .total_cmp(&sketches.estimate(x, **q))
                        .then(q.cmp(p))
                });
                out.extend(nearest.map(|y| (x, *y)));
            }
        }
        for p in &mut out {
            *p = (p.0.min(p.1), p.0.max(p.1));
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}
