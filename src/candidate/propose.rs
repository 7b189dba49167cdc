//! From postings to pairs worth aligning.
//!
//! Guarantee: two articles that share a run of [`GUARANTEED_RUN`] tokens are proposed, unless each seed of the run stands in
//! more families of articles than the cap, or the article is one of a family too large for every pair to be looked at.
//! A seed over the cap still proposes each article with the next that has it, so that what is common is seen, in linear work.

use std::ops::Range;

use super::{
    families::{Families, Kinship, Pair},
    postings::{EVERYWHERE, Place, Postings},
};
use crate::{
    error::Result,
    partitions::{Builder, Partitions, by_index},
    sketch::winnow::SEEDS,
    spool::Scratch,
};

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

/// Hits that are kept in memory at a time while one partition of seeds is gone through.
const FLUSH: usize = 1 << 20;

/// Proposes pairs of one corpus.
#[derive(Debug)]
pub struct Proposer {
    postings: Postings,
    families: Families,
    cap: usize,
    /// Pairs of large families, lesser index first, sorted.
    within: Vec<Pair>,
}

/// A seed shared by two articles: the index of the one, of the other, greater one, and the seed's first token in either.
/// Sorted, all hits of a pair follow each other.
pub type Hit = [u32; 4];

impl Proposer {
    /// Proposes pairs by the seeds of `postings`; `within` are the pairs of large families ([`Families::pairs_of_large`]).
    #[must_use]
    pub fn new(postings: Postings, families: Families, within: Vec<Pair>) -> Self {
        Self {
            postings,
            cap: cap(families.len()),
            families,
            within,
        }
    }

    /// The families, where the rest is no longer needed.
    #[must_use]
    pub fn into_families(self) -> Families {
        self.families
    }

    /// Every seed that brings two articles together, by the lesser of them, and how many seeds are over the cap. A pair of a
    /// large family stands among them as a hit [`EVERYWHERE`]. Places that are `boilerplate` bring nothing together.
    ///
    /// # Errors
    /// Those of temporary files.
    pub fn hits(
        &self,
        scratch: &Scratch,
        boilerplate: impl Fn(&Place) -> bool + Sync,
    ) -> Result<(Partitions<u128>, usize)> {
        let n = self.families.of.len();
        let of = |h: &u128| by_index((*h >> 96) as u32, n);
        let hits = Builder::new(scratch)?;
        let over_cap = self.postings.fold(
            |(rows, sample, over_cap): &mut (Vec<u128>, Vec<Place>, usize), _, places| {
                self.families.sampled(places, sample);
                let is_common = self.is_common(sample);
                *over_cap += usize::from(is_common);
                self.outside(sample, is_common, &boilerplate, |hit| rows.push(row(hit)));
                if rows.len() >= FLUSH {
                    hits.add(rows, of)?;
                    rows.clear();
                }
                Ok(())
            },
            |(rows, _, over_cap)| hits.add(&rows, of).map(|()| over_cap),
        )?;
        let within: Vec<u128> = self
            .within
            .iter()
            .map(|(x, y)| row([*x, *y, EVERYWHERE, EVERYWHERE]))
            .collect();
        hits.add(&within, of)?;
        Ok((hits.finish(), over_cap.iter().sum()))
    }

    /// [`each_hit`] of places that are no boilerplate. These count for the cap, and stand between others: what is common is so
    /// wherever it stands.
    fn outside(
        &self,
        places: &mut Vec<Place>,
        is_common: bool,
        boilerplate: &impl Fn(&Place) -> bool,
        mut take: impl FnMut(Hit),
    ) {
        if is_common {
            each_hit(places, true, &self.families, |hit| {
                if places_of(hit).iter().all(|p| !boilerplate(p)) {
                    take(hit);
                }
            });
        } else {
            places.retain(|p| !boilerplate(p));
            each_hit(places, false, &self.families, take);
        }
    }

    /// Whether a seed of these places is over the cap.
    fn is_common(&self, places: &[Place]) -> bool {
        self.families.count(places, self.cap + 1) > self.cap
    }

    /// Why `y`, of greater index than `x`, is or is not worth aligning with it, by the same steps; `a` and `b` are their
    /// tokens.
    ///
    /// # Errors
    /// Those of temporary files.
    pub fn why(
        &self,
        [x, y]: [u32; 2],
        a: &[u32],
        b: &[u32],
        boilerplate: impl Fn(&Place) -> bool + Sync,
    ) -> Result<Proposal> {
        #[derive(Default)]
        struct Told {
            sample: Vec<Place>,
            heard: usize,
            over_cap: usize,
            hits: Vec<u128>,
        }
        let told = self.postings.fold(
            |told: &mut Told, _, places| {
                self.families.sampled(places, &mut told.sample);
                let stands_in = |x: u32| {
                    let mut of_x = told.sample.iter().filter(|p| p.article == x);
                    of_x.any(|p| !boilerplate(p))
                };
                if !stands_in(x) || !stands_in(y) {
                    return Ok(());
                }
                let is_common = self.is_common(&told.sample);
                told.over_cap += usize::from(is_common);
                let before = told.hits.len();
                let hits = &mut told.hits;
                self.outside(&mut told.sample, is_common, &boilerplate, |hit| {
                    if hit[..2] == [x, y] {
                        hits.push(row(hit));
                    }
                });
                told.heard += usize::from(told.hits.len() > before);
                Ok(())
            },
            Ok,
        )?;
        let mut hits: Vec<u128> = told.iter().flat_map(|t| t.hits.iter().copied()).collect();
        hits.sort_unstable();
        let mut best: Option<Look> = None;
        let mut pairs = Vec::new();
        word_pairs(a, &mut pairs);
        let mut looking = Looking::new(a, &pairs, enough_run(a.len(), b.len()));
        for hit in hits {
            let [i, j] = places(hit);
            let look = looking.at(b, i, j);
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
        Ok(Proposal {
            over_cap: told.iter().map(|t| t.over_cap).sum(),
            cap: self.cap,
            heard: told.iter().map(|t| t.heard).sum(),
            repeats: best.is_some_and(|l| l.repeats),
            run: best.map_or(0, |l| l.run),
            run_needed: enough_run(a.len(), b.len()),
            word_pairs: best.map_or(0, |l| l.word_pairs),
            word_pairs_needed: ENOUGH_BIGRAMS,
            same_family,
            family_sizes: [families.size(x), families.size(y)],
            paired_in_large: paired,
            promising,
            proposed: promising || paired == Some(true),
        })
    }
}

/// Every two places of one seed that bring their articles together: all of them, but of a seed over the cap only those next
/// to each other.
pub fn each_hit(places: &[Place], is_common: bool, kin: &impl Kinship, mut take: impl FnMut(Hit)) {
    for (i, p) in places.iter().enumerate() {
        let mut later = places[i + 1..]
            .iter()
            .skip_while(|q| q.article == p.article);
        if is_common {
            if let Some(q) = later.next() {
                take([p.article, q.article, p.at, q.at]);
            }
            continue;
        }
        // Pairs inside a large family are chosen elsewhere.
        let large = kin.is_large(p.article).then(|| kin.family(p.article));
        for q in later.filter(|q| large != Some(kin.family(q.article))) {
            take([p.article, q.article, p.at, q.at]);
        }
    }
}

/// Those of [`each_hit`] that article `x` is in. Of a large family, whose pairs are chosen elsewhere, also those with its own.
pub fn hits_of(
    x: u32,
    places: &[Place],
    is_common: bool,
    kin: &impl Kinship,
    mut take: impl FnMut(Hit),
) {
    if is_common && !kin.is_large(x) {
        each_hit(places, true, kin, |hit| {
            if hit[..2].contains(&x) {
                take(hit);
            }
        });
        return;
    }
    let mut is_later = false;
    for (i, q) in places.iter().enumerate() {
        if q.article == x {
            is_later = true;
            continue;
        }
        let own = if is_later { &places[..i] } else { &places[i..] };
        for p in own.iter().filter(|p| p.article == x) {
            take(if is_later {
                [x, q.article, p.at, q.at]
            } else {
                [q.article, x, q.at, p.at]
            });
        }
    }
}

fn places_of([x, y, i, j]: Hit) -> [Place; 2] {
    [(x, i), (y, j)].map(|(article, at)| Place { article, at })
}

/// A hit as one number, in the same order.
#[must_use]
pub fn row(hit: Hit) -> u128 {
    hit.iter().fold(0, |n, part| n << 32 | u128::from(*part))
}

/// The lesser article of a hit.
#[must_use]
pub fn lesser(hit: u128) -> u32 {
    (hit >> 96) as u32
}

/// The greater article of a hit.
#[must_use]
pub fn greater(hit: u128) -> u32 {
    (hit >> 64) as u32
}

/// The seed's first token in either article of a hit.
#[must_use]
pub fn places(hit: u128) -> [u32; 2] {
    [(hit >> 32) as u32, hit as u32]
}

/// Tokens round a seed that decide whether its articles are worth aligning.
const AROUND: usize = 2 * NEAR + SEEDS.run + 1;

/// What stands round the first seed that an article shares with another.
#[derive(Debug)]
struct Surroundings {
    article: u32,
    /// Tokens of the whole article.
    length: usize,
    /// The seed's first token among these.
    at: usize,
    tokens: [u32; AROUND],
    n: usize,
}

impl Surroundings {
    fn of(article: u32, tokens: &[u32], at: u32) -> Self {
        let around = surroundings(tokens.len(), at);
        // Of a seed that stands everywhere, whatever comes first.
        let at = if at == EVERYWHERE { 0 } else { at as usize };
        let n = around.len();
        let mut out = Self {
            article,
            length: tokens.len(),
            at: at - around.start,
            tokens: [0; AROUND],
            n,
        };
        let tokens = &tokens[around];
        match <&[u32; AROUND]>::try_from(tokens) {
            Ok(all) => out.tokens = *all,
            Err(_) => out.tokens[..n].copy_from_slice(tokens),
        }
        out
    }
}

/// The tokens round a place of an article of so many by which [`is_partner`] decides.
#[must_use]
pub fn surroundings(length: usize, at: u32) -> Range<usize> {
    let n = length.min(AROUND);
    let at = if at == EVERYWHERE { 0 } else { at as usize };
    let from = at.saturating_sub(NEAR).min(length - n);
    from..from + n
}

/// Whether two articles that have one hit are worth aligning, as [`Partners::of`] says of it: by how many tokens each has, and
/// the [`surroundings`] of the hit in each.
#[must_use]
pub fn is_partner(hit: u128, lengths: [usize; 2], [a, b]: [&[u32]; 2]) -> bool {
    let [i, j] = places(hit);
    let local = |at: u32, length: usize| match at {
        EVERYWHERE => at,
        _ => at - surroundings(length, at).start as u32,
    };
    let (mut pairs, [m, n]) = (Vec::new(), lengths);
    word_pairs(a, &mut pairs);
    let mut looking = Looking::new(a, &pairs, enough_run(m, n));
    looking.at(b, local(i, m), local(j, n)).is_enough()
}

/// Finds the articles worth aligning with one; buffers are reused.
#[derive(Debug, Default)]
pub struct Partners {
    pairs: Vec<u16>,
    around: Vec<Surroundings>,
}

impl Partners {
    /// The articles worth aligning with one, ascending, of its hits, which are sorted; `tokens` are its own and those of
    /// others.
    ///
    /// # Errors
    /// Those of `tokens`.
    pub fn of<T: std::ops::Deref<Target = [u32]>>(
        &mut self,
        hits: &[u128],
        tokens: impl Fn(u32) -> Result<T>,
    ) -> Result<Vec<u32>> {
        let Some(first) = hits.first() else {
            return Ok(Vec::new());
        };
        let a = tokens(lesser(*first))?;
        word_pairs(&a, &mut self.pairs);
        let pairs = || hits.chunk_by(|h, k| greater(*h) == greater(*k));
        // Most articles share one seed by chance. What stands round it is far off in memory: all of it is fetched before
        // any of it decides, so that one need not wait for the other.
        self.around.clear();
        for of_pair in pairs() {
            let y = greater(of_pair[0]);
            let around = Surroundings::of(y, &tokens(y)?, of_pair[0] as u32);
            self.around.push(around);
        }
        let mut out = Vec::new();
        for (of_pair, b) in pairs().zip(&self.around) {
            let needed = enough_run(a.len(), b.length);
            let mut looking = Looking::new(&a, &self.pairs, needed);
            let [i, j] = places(of_pair[0]);
            let j = if j == EVERYWHERE { j } else { b.at as u32 };
            let is_enough = looking.at(&b.tokens[..b.n], i, j).is_enough() || {
                let more = &of_pair[1..];
                !more.is_empty() && {
                    let b = tokens(b.article)?;
                    let mut rest = more.iter().map(|h| places(*h));
                    rest.any(|[i, j]| looking.at(&b, i, j).is_enough())
                }
            };
            if is_enough {
                out.push(b.article);
            }
        }
        Ok(out)
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

/// Looks round each seed that one article shares with another; at the words round it only where none just before has been
/// looked at.
struct Looking<'t> {
    a: &'t [u32],
    /// Its pairs of words.
    pairs: &'t [u16],
    run_needed: usize,
    seen: u32,
}

impl<'t> Looking<'t> {
    fn new(a: &'t [u32], pairs: &'t [u16], run_needed: usize) -> Self {
        Self {
            a,
            pairs,
            run_needed,
            seen: 0,
        }
    }

    /// Looks at places `i` and `j` of the two.
    fn at(&mut self, b: &[u32], i: u32, j: u32) -> Look {
        let mut look = Look {
            repeats: i == EVERYWHERE || j == EVERYWHERE,
            run: 0,
            run_needed: self.run_needed,
            word_pairs: 0,
        };
        if !look.repeats {
            look.run = common_run(self.a, b, i as usize, j as usize);
        }
        if !look.is_enough() && i >= self.seen {
            self.seen = i + SKIP;
            look.word_pairs = shared_bigrams(self.pairs, b, i as usize, j as usize);
        }
        look
    }
}

/// The least common run that makes two articles of so many tokens worth aligning: half of the shorter one where that is less.
fn enough_run(a: usize, b: usize) -> usize {
    GUARANTEED_RUN.min(a.min(b).div_ceil(2))
}

/// Bits of the filter that pairs of words are looked up in.
const FILTER: usize = 1 << 11;
/// Pairs of words in the whole neighbourhood of a seed.
const PAIRS: usize = 2 * NEAR + 4;

/// A number below [`FILTER`] for two neighbouring words.
#[inline]
fn word_pair(first: u32, second: u32) -> u16 {
    ((first.wrapping_mul(0x9e37_79b1) ^ second).wrapping_mul(0x85eb_ca6b) >> 21) as u16
}

/// The pairs of neighbouring words of an article, by place.
fn word_pairs(tokens: &[u32], out: &mut Vec<u16>) {
    out.clear();
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    out.extend(pairs.map(|(x, y)| word_pair(*x, *y)));
}

/// How many different pairs of neighbouring words two places share within [`NEAR`] tokens of them, counted by a small Bloom
/// filter: a little too many at worst, and then an alignment decides. `pairs` are those of the first article.
fn shared_bigrams(pairs: &[u16], b: &[u32], i: usize, j: usize) -> u32 {
    let around = |at: usize, tokens: usize| at.saturating_sub(NEAR)..(at + NEAR + 5).min(tokens);
    let mut filter = [0u64; FILTER / 64];
    let bit = |pair: u16| ((pair >> 6) as usize % (FILTER / 64), 1u64 << (pair & 63));
    let near = around(i, pairs.len() + 1);
    for pair in &pairs[near.start..near.end - 1] {
        let (word, mask) = bit(*pair);
        filter[word] |= mask;
    }
    // All at once first, as many are numbered side by side.
    let near = &b[around(j, b.len())];
    let mut others = [0u16; PAIRS];
    for (other, (x, y)) in others.iter_mut().zip(near.iter().zip(&near[1..])) {
        *other = word_pair(*x, *y);
    }
    let mut shared = 0;
    for pair in &others[..near.len() - 1] {
        let (word, mask) = bit(*pair);
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
