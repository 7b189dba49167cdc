//! From postings to pairs worth aligning.
//!
//! Guarantee: two articles that share a run of [`GUARANTEED_RUN`] tokens are proposed, unless each seed of the run stands in
//! more families of articles than the cap, or the article is one of a family too large for every pair to be looked at.
//! A seed over the cap still proposes each article with the next that has it, so that what is common is seen, in linear work.

use rayon::prelude::*;

use super::{
    families::Families,
    postings::{EVERYWHERE, Postings},
};

/// Common runs of this many tokens make a pair of articles worth comparing, by themselves.
pub const GUARANTEED_RUN: usize = 12;
/// How far round a seed its neighbourhood reaches, in tokens.
const NEAR: usize = 24;
/// Pairs of words that two neighbourhoods must share, the seed's own among them.
const ENOUGH_BIGRAMS: u32 = 10;
/// Neighbourhoods this close to one already looked at say nothing new, in tokens.
const SKIP: u32 = 4;

/// The most families a seed may stand in and still propose every pair: 64, or the cube root of the number of families.
#[must_use]
pub fn cap(families: usize) -> usize {
    (families as f64).cbrt().ceil().max(64.0) as usize
}

/// Proposes pairs of one corpus.
#[derive(Debug)]
pub struct Proposer<'c> {
    postings: &'c Postings,
    families: &'c Families,
    tokens: Vec<&'c [u32]>,
    cap: usize,
    /// Families of each seed, counted to one over the cap.
    counts: Vec<u32>,
    /// Pairs of large families, lesser index first, sorted.
    within: Vec<(u32, u32)>,
}

impl<'c> Proposer<'c> {
    /// Counts the families of every seed of `postings`, as [`Families::sampled`] gives them. `tokens` are those of each
    /// article, `within` the pairs of large families ([`Families::pairs_of_large`]).
    #[must_use]
    pub fn new(
        postings: &'c Postings,
        families: &'c Families,
        tokens: Vec<&'c [u32]>,
        within: Vec<(u32, u32)>,
    ) -> Self {
        let cap = cap(families.len());
        let counts = (0..postings.len() as u32)
            .into_par_iter()
            .map(|l| families.count(postings, l, cap + 1) as u32)
            .collect();
        Self {
            postings,
            families,
            tokens,
            cap,
            counts,
            within,
        }
    }

    /// In how many families a seed stands, counted to one over the cap.
    #[must_use]
    pub fn families_of(&self, list: u32) -> usize {
        self.counts[list as usize] as usize
    }

    /// Whether a seed is over the cap.
    #[must_use]
    pub fn is_common(&self, list: u32) -> bool {
        self.families_of(list) > self.cap
    }

    /// The most families a seed may stand in and still propose every pair.
    #[must_use]
    pub fn cap(&self) -> usize {
        self.cap
    }

    /// How many seeds are over the cap.
    #[must_use]
    pub fn common_seeds(&self) -> usize {
        self.counts
            .iter()
            .filter(|c| **c as usize > self.cap)
            .count()
    }

    /// The articles of greater index than `x` worth aligning with it, ascending.
    #[must_use]
    pub fn partners(&self, x: u32, hits: &mut Vec<(u32, u32, u32)>) -> Vec<u32> {
        hits.clear();
        for &(list, at) in self.postings.of_article(x) {
            let places = self.postings.places(list);
            let later = &places[places.partition_point(|p| p.article <= x)..];
            if self.is_common(list) {
                hits.extend(later.first().map(|p| (p.article, at, p.at)));
                continue;
            }
            // Pairs inside a large family are chosen elsewhere.
            let large = self
                .families
                .is_large(x)
                .then(|| self.families.of[x as usize]);
            let wanted = later
                .iter()
                .filter(|p| large != Some(self.families.of[p.article as usize]));
            hits.extend(wanted.map(|p| (p.article, at, p.at)));
        }
        hits.sort_unstable();
        let mut out: Vec<u32> = hits
            .chunk_by(|p, q| p.0 == q.0)
            .filter(|h| self.worth_aligning(x, h))
            .map(|h| h[0].0)
            .collect();
        let from = self.within.partition_point(|p| p.0 < x);
        out.extend(
            self.within[from..]
                .iter()
                .take_while(|p| p.0 == x)
                .map(|p| p.1),
        );
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether the seeds shared by `x` and another promise a passage: one inside a long enough run, or one round which the
    /// articles go on sharing pairs of words.
    fn worth_aligning(&self, x: u32, hits: &[(u32, u32, u32)]) -> bool {
        let (a, b) = (self.tokens[x as usize], self.tokens[hits[0].0 as usize]);
        let enough = GUARANTEED_RUN.min(a.len().min(b.len()).div_ceil(2));
        let mut seen = 0;
        hits.iter().any(|&(_, i, j)| {
            // What repeats itself is aligned, as none of its runs can be told from the others.
            let repeats = i == EVERYWHERE || j == EVERYWHERE;
            if repeats || common_run(a, b, i as usize, j as usize) >= enough {
                return true;
            }
            if i < seen {
                return false;
            }
            seen = i + SKIP;
            shared_bigrams(a, b, i as usize, j as usize) >= ENOUGH_BIGRAMS
        })
    }
}

/// How many different pairs of neighbouring words two places share within [`NEAR`] tokens of them, counted by a small Bloom
/// filter: a little too many at worst, and then an alignment decides.
fn shared_bigrams(a: &[u32], b: &[u32], i: usize, j: usize) -> u32 {
    let bit = |w: &[u32]| {
        let h = (w[0].wrapping_mul(0x9e37_79b1) ^ w[1]).wrapping_mul(0x85eb_ca6b) >> 21;
        ((h >> 6) as usize, 1u64 << (h & 63))
    };
    let window = |t: &'_ [u32], at: usize| (at.saturating_sub(NEAR), (at + NEAR + 5).min(t.len()));
    let mut filter = [0u64; 32];
    let (from, to) = window(a, i);
    for w in a[from..to].windows(2) {
        let (word, mask) = bit(w);
        filter[word] |= mask;
    }
    let (from, to) = window(b, j);
    let mut shared = 0;
    for w in b[from..to].windows(2) {
        let (word, mask) = bit(w);
        shared += u32::from(filter[word] & mask != 0);
        filter[word] &= !mask;
    }
    shared
}

/// Length of the common run through `a[i]` and `b[j]`.
fn common_run(a: &[u32], b: &[u32], i: usize, j: usize) -> usize {
    let back = a[..i]
        .iter()
        .rev()
        .zip(b[..j].iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    back + a[i..]
        .iter()
        .zip(&b[j..])
        .take_while(|(x, y)| x == y)
        .count()
}
