//! Families of articles: near-duplicates found by their sketches, each edge verified exactly. How common a text is is
//! counted over families, never over articles: a wire story in 2,000 papers is one story.

use std::{cmp::Reverse, collections::BTreeMap};

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::{
    postings::{EVERYWHERE, Place, Postings, Repeated, by_key, posting},
    propose,
};
use crate::{
    error::Result,
    partitions::{Builder, PARTITIONS, Partitions, by_index},
    sets::Sets,
    shingle::shared_by,
    sketch::minhash::estimate_jaccard,
    spool::Scratch,
};

/// Families larger than this are not compared pair by pair.
pub const LARGE: usize = 200;
/// Share of the seeds of the shorter article that two must share to be of one family, where their seeds are common.
const KIN: f64 = 0.3;
/// Seeds that must put two articles next to each other before their share is looked at.
const VOTES: usize = 4;
/// Members of a large family that an article outside it is compared with, for one seed.
const SAMPLE: usize = 4;
/// Places of one seed in one article that are kept apart.
const REPEATS: usize = 16;
/// Members tried for one that is wanted.
const MOST_TRIED: usize = 512;
/// Members before it, in the order of their sketches, among which the nearest sibling of an article is sought.
const SIBLINGS: usize = 8;
/// Most articles of a bucket of which every pair is tried.
pub const BUCKET: usize = 16;
/// Partitions of bands whose edges are verified together: what one wave joins, the next need not try.
const WAVE: usize = 64;

/// The families of a corpus.
#[derive(Debug)]
pub struct Families {
    /// The family of each article: the least index in it.
    pub of: Vec<u32>,
    sizes: Vec<u32>,
    count: usize,
}

/// Of which family each article is.
pub trait Kinship {
    /// The family of an article: the least index in it.
    fn family(&self, article: u32) -> u32;

    /// How many articles are of the family of this one.
    fn size(&self, article: u32) -> usize;

    /// Whether the article is one of a family too large for all pairs.
    fn is_large(&self, article: u32) -> bool {
        self.size(article) > LARGE
    }

    /// In how many families a seed of these places stands, counted up to `most`; where it has fewer places than that, their
    /// number.
    fn count(&self, places: &[Place], most: usize) -> usize {
        if places.len() < most {
            return places.len();
        }
        let mut seen = FxHashSet::with_capacity_and_hasher(most, FxBuildHasher);
        for p in places {
            seen.insert(self.family(p.article));
            if seen.len() >= most {
                break;
            }
        }
        seen.len()
    }

    /// The places of a seed that are gone through: of a large family only its first few articles, which speak for all; and
    /// of an article that says the seed over and over one place that stands for all. No list makes more work than its
    /// articles do.
    fn sampled(&self, places: &[Place], out: &mut Vec<Place>) {
        out.clear();
        let mut seen: FxHashMap<u32, usize> = FxHashMap::default();
        for of_one in places.chunk_by(|p, q| p.article == q.article) {
            let article = of_one[0].article;
            if self.is_large(article) {
                let n = seen.entry(self.family(article)).or_default();
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
    }
}

impl Kinship for Families {
    fn family(&self, article: u32) -> u32 {
        self.of[article as usize]
    }

    fn size(&self, article: u32) -> usize {
        self.sizes[self.of[article as usize] as usize] as usize
    }
}

/// A pair of articles, lesser index first.
pub type Pair = (u32, u32);

impl Families {
    /// Joins articles that a band of their sketches proposes and `is_kin` confirms. `bands` are the bands of all sketches as
    /// postings ([`posting`]), in each of which `index` tells the article of the one that was counted while it was read.
    /// Of each bucket those pairs are tried that [`tried`] names, so that none costs much more than its size.
    ///
    /// # Errors
    /// Those of temporary files and of `is_kin`.
    pub fn find(
        articles: usize,
        bands: &Partitions<u128>,
        index: impl Fn(u32) -> u32 + Sync,
        is_kin: impl Fn(u32, u32) -> Result<bool> + Sync,
    ) -> Result<Self> {
        let mut sets = Sets::new(articles);
        for wave in (0..PARTITIONS).step_by(WAVE) {
            let known = sets.all();
            let proposed: Vec<Vec<Pair>> = (wave..wave + WAVE)
                .into_par_iter()
                .map_init(Repeated::default, |repeated, p| {
                    Ok(edges(repeated.of(bands, p, &index)?, &known))
                })
                .collect::<Result<_>>()?;
            let mut edges = proposed.concat();
            edges.par_sort_unstable();
            edges.dedup();
            let kin: Vec<bool> = edges
                .par_iter()
                .map(|e| is_kin(e.0, e.1))
                .collect::<Result<_>>()?;
            for (e, _) in edges.iter().zip(kin).filter(|(_, kin)| *kin) {
                sets.join(e.0, e.1);
            }
        }
        Ok(Self::new(sets.all()))
    }

    /// Joins families whose articles share much of their text though less than half: versions recut so often that no two
    /// agree. Only seeds in more families than the cap can hide such kin; of each, neighbours that are no `boilerplate` are
    /// tried, in linear work.
    /// `seeds` gives the hashes of an article's seeds, sorted, repeats kept, those in boilerplate set apart behind.
    ///
    /// # Errors
    /// Those of temporary files and of `seeds`.
    pub fn grown(
        self,
        postings: &Postings,
        scratch: &Scratch,
        boilerplate: impl Fn(&Place) -> bool + Sync,
        seeds: impl Fn(u32) -> Result<Seeds> + Sync,
    ) -> Result<Self> {
        let cap = propose::cap(self.len());
        let votes = Builder::new(scratch)?;
        let of_article = |v: &u64| by_index((*v >> 32) as u32, self.of.len());
        postings.fold(
            |voted: &mut Vec<u64>, _, places| {
                if self.count(places, cap + 1) <= cap {
                    return Ok(());
                }
                for w in places.windows(2) {
                    let (x, y) = (w[0].article, w[1].article);
                    let are_apart = self.of[x as usize] != self.of[y as usize];
                    if are_apart && w.iter().all(|p| !boilerplate(p)) {
                        voted.push(u64::from(x) << 32 | u64::from(y));
                    }
                }
                Ok(())
            },
            |voted| votes.add(&voted, of_article),
        )?;
        let votes = votes.finish();
        if votes.is_empty() {
            return Ok(self);
        }
        let kin: Vec<Vec<Pair>> = (0..PARTITIONS)
            .into_par_iter()
            .map(|p| {
                let mut votes = votes.owned(p)?;
                votes.sort_unstable();
                let enough = votes.chunk_by(|v, w| v == w).filter(|v| v.len() >= VOTES);
                let mut kin = Vec::new();
                for v in enough {
                    let (x, y) = ((v[0] >> 32) as u32, v[0] as u32);
                    let (a, b) = (seeds(x)?, seeds(y)?);
                    let shorter = a.total.min(b.total);
                    if a.shared(&b) as f64 >= KIN * shorter as f64 {
                        kin.push((x, y));
                    }
                }
                Ok(kin)
            })
            .collect::<Result<_>>()?;
        let mut sets = Sets::from(self.of);
        for (x, y) in kin.into_iter().flatten() {
            sets.join(x, y);
        }
        Ok(Self::new(sets.all()))
    }

    fn new(of: Vec<u32>) -> Self {
        let mut sizes = vec![0; of.len()];
        for f in &of {
            sizes[*f as usize] += 1;
        }
        let count = sizes.iter().filter(|s| **s > 0).count();
        Self { of, sizes, count }
    }

    /// The number of families.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are no articles.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// The pairs compared inside large families: each member with its family's representative, the one of most text that
    /// others have too, and with its nearest sibling by `sketch`; of those that are `wanted`. Sorted, lesser index first.
    ///
    /// # Errors
    /// Those of temporary files and of `sketch`.
    pub fn pairs_of_large(
        &self,
        postings: &Postings,
        boilerplate: impl Fn(&Place) -> bool + Sync,
        sketch: impl Fn(u32) -> Result<Vec<u32>> + Sync,
        wanted: impl Fn(u32, u32) -> bool,
    ) -> Result<Vec<Pair>> {
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (x, f) in self.of.iter().enumerate() {
            if self.is_large(x as u32) {
                members.entry(*f).or_default().push(x as u32);
            }
        }
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let in_common = self.in_common(postings, boilerplate)?;
        let mut out = Vec::new();
        for mut family in members.into_values() {
            let mut heads = family.clone();
            heads.sort_by_cached_key(|x| (Reverse(in_common.get(x).copied()), *x));
            heads.truncate(MOST_TRIED);
            for &x in &family {
                let head = heads.iter().find(|h| **h != x && wanted(x, **h));
                out.extend(head.map(|h| (x, *h)));
            }
            let sketches: FxHashMap<u32, Vec<u32>> = family
                .par_iter()
                .map(|x| Ok((*x, sketch(*x)?)))
                .collect::<Result<_>>()?;
            let estimate =
                |x: &u32, y: &u32| estimate_jaccard(&sketches[x], &sketches[y]).unwrap_or(0.0);
            family.sort_by(|x, y| sketches[x].cmp(&sketches[y]).then(x.cmp(y)));
            for (i, x) in family.iter().enumerate() {
                let before = &family[i.saturating_sub(MOST_TRIED)..i];
                let siblings = before
                    .iter()
                    .rev()
                    .filter(|y| wanted(*x, **y))
                    .take(SIBLINGS);
                let nearest = siblings
                    .max_by(|p, q| estimate(x, p).total_cmp(&estimate(x, q)).then(q.cmp(p)));
                out.extend(nearest.map(|y| (*x, *y)));
            }
        }
        for p in &mut out {
            *p = (p.0.min(p.1), p.0.max(p.1));
        }
        out.sort_unstable();
        out.dedup();
        Ok(out)
    }

    /// For each member of a large family, over its seeds, at how many places they stand.
    fn in_common(
        &self,
        postings: &Postings,
        boilerplate: impl Fn(&Place) -> bool + Sync,
    ) -> Result<FxHashMap<u32, usize>> {
        let parts = postings.fold(
            |sums: &mut FxHashMap<u32, usize>, _, places| {
                let of_large = |p: &&Place| self.is_large(p.article) && !boilerplate(p);
                for p in places.iter().filter(of_large) {
                    *sums.entry(p.article).or_default() += places.len();
                }
                Ok(())
            },
            Ok,
        )?;
        let mut out: FxHashMap<u32, usize> = FxHashMap::default();
        for (x, n) in parts.into_iter().flatten() {
            *out.entry(x).or_default() += n;
        }
        Ok(out)
    }
}

/// The seeds of one article, to be counted.
#[derive(Clone, Debug, Default)]
pub struct Seeds {
    /// Hashes of those that are in no boilerplate, sorted, repeats kept.
    pub hashes: Vec<u64>,
    /// How many there are, those in boilerplate included.
    pub total: usize,
}

impl Seeds {
    /// How many two articles share, each as often as both have it.
    #[must_use]
    pub fn shared(&self, other: &Self) -> usize {
        shared_by(&self.hashes, &other.hashes, |h| *h)
    }
}

/// The pairs that buckets propose, of those not `known` to be of one family.
fn edges(bands: &[u128], known: &[u32]) -> Vec<Pair> {
    let apart = |e: &Pair| known[e.0 as usize] != known[e.1 as usize];
    let (mut out, mut bucket) = (Vec::new(), Vec::new());
    for of_one in by_key(bands) {
        bucket.clear();
        bucket.extend(of_one.iter().map(|p| Place::from(*p).article));
        out.extend(tried(&bucket).filter(apart));
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// The pairs of a bucket, whose articles are in order, that are tried: all of a small one, so that their order is of no
/// matter; of one of more than [`BUCKET`] articles each with the first and with the one before it.
pub fn tried(bucket: &[u32]) -> impl Iterator<Item = Pair> + '_ {
    let is_small = bucket.len() <= BUCKET;
    (1..bucket.len()).flat_map(move |j| {
        let before = j - 1;
        let all = if is_small { 0..j } else { 0..0 };
        let few = [0, before].into_iter().take(if is_small { 0 } else { 2 });
        all.chain(few).map(move |i| (bucket[i], bucket[j]))
    })
}

/// A band of a sketch as the posting of an article.
#[must_use]
pub fn band_posting(band: usize, slots: &[u32], article: u32) -> u128 {
    posting(
        crate::hash::mix(crate::hash::band(slots) ^ band as u64),
        article,
        0,
    )
}
