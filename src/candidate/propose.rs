//! From postings to pairs worth aligning.
//!
//! Guarantee: two articles that share a run of [`GUARANTEED_RUN`] tokens are proposed, unless each seed of the run stands in
//! more families of articles than the cap, or the article is one of a family too large for every pair to be looked at.
//! A seed over the cap still proposes each article with the next that has it, so that what is common is seen, in linear work.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{
    families::Families,
    postings::{EVERYWHERE, Postings},
};
use crate::sketch::winnow::SEEDS;

/// Common runs of this many tokens make a pair of articles worth comparing, by themselves.
pub const GUARANTEED_RUN: usize = SEEDS.guarantee();
/// How far round a seed its neighbourhood reaches, in tokens.
const NEAR: usize = 24;
/// Pairs of words that two neighbourhoods must share, the seed's own among them.
const ENOUGH_BIGRAMS: u32 = 8;
/// Neighbourhoods this close to one already looked at say nothing new, in tokens.
const SKIP: u32 = 4;

/// Least value of [`cap`].
pub const LEAST_CAP: usize = 64;

/// The most families a seed may stand in and still propose every pair: 64, or the cube root of the number of families.
#[must_use]
pub fn cap(families: usize) -> usize {
    (families as f64).cbrt().ceil().max(LEAST_CAP as f64) as usize
}

/// Proposes pairs of one corpus.
#[derive(Debug)]
pub struct Proposer {
    postings: Postings,
    families: Families,
    cap: usize,
    /// Families of each seed, counted to one over the cap.
    counts: Vec<u32>,
    /// Pairs of large families, lesser index first, sorted.
    within: Vec<(u32, u32)>,
}

/// A seed shared by two articles: the index of the other, and the seed's first token in either.
type Hit = (u32, u32, u32);

impl Proposer {
    /// Counts the families of every seed of `postings`, as [`Families::sampled`] gives them. `within` are the pairs of large
    /// families ([`Families::pairs_of_large`]).
    #[must_use]
    pub fn new(postings: Postings, families: Families, within: Vec<(u32, u32)>) -> Self {
        let cap = cap(families.len());
        let counts = (0..postings.len() as u32)
            .into_par_iter()
            .map(|l| families.count(&postings, l, cap + 1) as u32)
            .collect();
        Self {
            postings,
            families,
            cap,
            counts,
            within,
        }
    }

    /// The families, where the rest is no longer needed.
    #[must_use]
    pub fn into_families(self) -> Families {
        self.families
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

    /// The articles of greater index than `x` worth aligning with it, ascending. `tokens` are those of each article; `hits`
    /// is scratch.
    #[must_use]
    pub fn partners(&self, x: u32, tokens: &[&[u32]], hits: &mut Vec<Hit>) -> Vec<u32> {
        hits.clear();
        self.each_hit(x, |_, hit| hits.push(hit));
        hits.sort_unstable();
        let worth =
            |h: &&[Hit]| looks(tokens[x as usize], tokens[h[0].0 as usize], h).any(Look::is_enough);
        let mut out: Vec<u32> = hits
            .chunk_by(|p, q| p.0 == q.0)
            .filter(worth)
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

    /// Why `y`, of greater index than `x`, is or is not among the [`Proposer::partners`] of `x`, by the same steps.
    #[must_use]
    pub fn why(&self, x: u32, y: u32, tokens: &[&[u32]]) -> Proposal {
        let (a, b) = (tokens[x as usize], tokens[y as usize]);
        let (mut heard, mut hits) = (FxHashSet::default(), Vec::new());
        self.each_hit(x, |list, hit| {
            if hit.0 == y {
                heard.insert(list);
                hits.push(hit);
            }
        });
        hits.sort_unstable();
        let mut best: Option<Look> = None;
        for look in looks(a, b, &hits) {
            best = Some(best.map_or(look, |l| l.and(look)));
            if look.is_enough() {
                break;
            }
        }
        let promising = best.is_some_and(Look::is_enough);
        let families = &self.families;
        let same_family = families.of[x as usize] == families.of[y as usize];
        let paired = (same_family && families.is_large(x))
            .then(|| self.within.binary_search(&(x, y)).is_ok());
        Proposal {
            over_cap: self
                .postings
                .in_both(x, y)
                .into_iter()
                .filter(|l| self.is_common(*l))
                .count(),
            cap: self.cap,
            heard: heard.len(),
            repeats: best.is_some_and(|l| l.repeats),
            run: best.map_or(0, |l| l.run),
            run_needed: enough_run(a, b),
            word_pairs: best.map_or(0, |l| l.word_pairs),
            word_pairs_needed: ENOUGH_BIGRAMS,
            same_family,
            family_sizes: [families.size(x), families.size(y)],
            paired_in_large: paired,
            promising,
            proposed: promising || paired == Some(true),
        }
    }

    /// Every seed that brings `x` together with an article of greater index, with the list it is of.
    fn each_hit(&self, x: u32, mut take: impl FnMut(u32, Hit)) {
        for &(list, at) in self.postings.of_article(x) {
            let places = self.postings.places(list);
            let later = &places[places.partition_point(|p| p.article <= x)..];
            if self.is_common(list) {
                if let Some(p) = later.first() {
                    take(list, (p.article, at, p.at));
                }
                continue;
            }
            // Pairs inside a large family are chosen elsewhere.
            let large = self
                .families
                .is_large(x)
                .then(|| self.families.of[x as usize]);
            for p in later
                .iter()
                .filter(|p| large != Some(self.families.of[p.article as usize]))
            {
                take(list, (p.article, at, p.at));
            }
        }
    }
}

/// Why two articles are, or are not, worth aligning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Seeds of both in more families than `cap`: they bring together only articles next to each other.
    pub over_cap: usize,
    /// The most families a seed may stand in ([`cap`]).
    pub cap: usize,
    /// Seeds that brought the two together.
    pub heard: usize,
    /// Whether one of these stands at more places of an article than are told apart.
    pub repeats: bool,
    /// Tokens of the longest common run looked at: the first that is enough, else the longest round a seed that brought
    /// the two together.
    pub run: usize,
    /// Tokens of a common run that are enough.
    pub run_needed: usize,
    /// Most pairs of neighbouring words shared round such a seed; not counted where a run is enough.
    pub word_pairs: u32,
    /// Pairs of words that are enough.
    pub word_pairs_needed: u32,
    /// Whether what stands round the seeds promises a passage.
    pub promising: bool,
    /// Whether both are of one family of near-duplicates.
    pub same_family: bool,
    /// Articles of the family of either.
    pub family_sizes: [usize; 2],
    /// Whether the two are one of the pairs compared inside their family; none where that is not too large for all pairs.
    pub paired_in_large: Option<bool>,
    /// Whether the two are aligned.
    pub proposed: bool,
}

/// What is to be seen round one shared seed.
#[derive(Clone, Copy)]
struct Look {
    repeats: bool,
    run: usize,
    run_needed: usize,
    word_pairs: u32,
}

impl Look {
    /// Whether a passage is promised: a long enough run, or articles that go on sharing pairs of words. What repeats itself
    /// is aligned, as none of its runs can be told from the others.
    fn is_enough(self) -> bool {
        self.repeats || self.run >= self.run_needed || self.word_pairs >= ENOUGH_BIGRAMS
    }

    /// The best of two.
    fn and(self, o: Self) -> Self {
        Self {
            repeats: self.repeats || o.repeats,
            run: self.run.max(o.run),
            run_needed: self.run_needed,
            word_pairs: self.word_pairs.max(o.word_pairs),
        }
    }
}

/// Looks round each seed shared by two articles; at the words round it only where none just before has been looked at.
fn looks<'t>(a: &'t [u32], b: &'t [u32], hits: &'t [Hit]) -> impl Iterator<Item = Look> + 't {
    let run_needed = enough_run(a, b);
    let mut seen = 0;
    hits.iter().map(move |&(_, i, j)| {
        let mut look = Look {
            repeats: i == EVERYWHERE || j == EVERYWHERE,
            run: 0,
            run_needed,
            word_pairs: 0,
        };
        if !look.repeats {
            look.run = common_run(a, b, i as usize, j as usize);
        }
        if !look.is_enough() && i >= seen {
            seen = i + SKIP;
            look.word_pairs = shared_bigrams(a, b, i as usize, j as usize);
        }
        look
    })
}

/// The least common run that makes two articles worth aligning: half of the shorter one where that is less.
fn enough_run(a: &[u32], b: &[u32]) -> usize {
    GUARANTEED_RUN.min(a.len().min(b.len()).div_ceil(2))
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
