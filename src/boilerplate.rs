//! Boilerplate: text that stands in many groups of articles which otherwise share nothing. Told by frequency over families
//! and by what else its articles share, so that neither a much printed story nor an agency's background paragraph is one.

use std::{borrow::Cow, cmp::Reverse, collections::BTreeMap, ops::Range};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{
    align::{MIN_PASSAGE, weight},
    candidate::{
        families::{Families, Kinship},
        postings::{Place, Postings},
        propose::{self, GUARANTEED_RUN},
    },
    error::Result,
    hash,
    partitions::{Builder, PARTITIONS, Partitions, by_hash, by_index},
    recognise::{BOILERPLATE, FURNITURE, Parts, QUOTED, is_prose},
    shingle::shared_by,
    sketch::winnow::{SEEDS, Seed},
    spool::Scratch,
};

/// Least families a paragraph stands in to be boilerplate.
pub const MIN_FAMILIES: usize = 5;
/// Least families of a run of words that is no whole line.
pub const MIN_FAMILIES_OF_RUN: usize = 20;
/// Tokens of a seed.
const SEED: u32 = SEEDS.run as u32;
const COMMON: &str = "a run of words in more groups than are compared pair by pair";
const LINE: &str = "the same line in groups that share nothing else";
const RUN: &str = "the same run of words in groups that share nothing else";
/// Least weight of a paragraph that can be: 8 words.
const MIN_WEIGHT: u32 = 16;
/// Articles of as many families that are compared to see what else they share.
const SAMPLE: usize = 12;
/// Seeds outside the text in question that two articles may share by chance: so many, and this share of the shorter's.
const CHANCE: (usize, f64) = (2, 0.05);
/// Share of the sampled pairs that must share nothing else.
const MOST: f64 = 0.9;

/// One piece of boilerplate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boilerplate {
    /// An article it stands in: that of least index.
    pub article: u32,
    /// Its tokens there.
    pub tokens: std::ops::Range<u32>,
    /// Articles it stands in, ascending.
    pub articles: Vec<u32>,
    /// Families they are of.
    pub families: usize,
    /// What told it.
    pub reason: &'static str,
}

/// A stretch of tokens of an article.
pub type Stretch = (u32, Range<u32>);

/// What stands in more articles than are compared pair by pair.
#[derive(Debug, Default)]
pub struct Common {
    /// Boilerplate, by article and place.
    pub boilerplate: Vec<Boilerplate>,
    /// Runs of words round a seed over the cap that are no boilerplate: they are short, or quoted, or their articles share
    /// more.
    pub common_runs: Vec<Boilerplate>,
}

/// The tokens that are boilerplate, by article.
#[derive(Debug, Default)]
pub struct Marks(FxHashMap<u32, Vec<Range<u32>>>);

impl Marks {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a token is boilerplate.
    #[must_use]
    pub fn holds(&self, article: u32, at: u32) -> bool {
        !self.is_empty() && self.of(article).iter().any(|r| r.contains(&at))
    }

    /// Flags the tokens of an article that are boilerplate as that, and as furniture.
    pub fn set(&self, article: u32, flags: &mut [u8]) {
        mark(self.of(article), flags);
    }

    fn of(&self, article: u32) -> &[Range<u32>] {
        self.0.get(&article).map_or(&[], |m| m)
    }
}

/// Flags some tokens of an article as boilerplate, and as furniture.
pub fn mark(ranges: &[Range<u32>], flags: &mut [u8]) {
    for range in ranges {
        for f in &mut flags[range.start as usize..range.end as usize] {
            *f |= FURNITURE | BOILERPLATE;
        }
    }
}

/// What is asked of the articles of a corpus, by index.
pub trait Articles {
    /// How many there are.
    fn count(&self) -> usize;
    /// How many tokens an article has.
    fn length(&self, article: u32) -> usize;
    /// The tokens of an article.
    ///
    /// # Errors
    /// Where it cannot be read back.
    fn tokens(&self, article: u32) -> Result<Cow<'_, [u32]>>;
    /// The flags of its tokens.
    ///
    /// # Errors
    /// Where it cannot be read back.
    fn flags(&self, article: u32) -> Result<Cow<'_, [u8]>>;
    /// Its passage seeds, by place.
    ///
    /// # Errors
    /// Where it cannot be read back.
    fn seeds(&self, article: u32) -> Result<Vec<Seed>>;
}

/// A line of an article that may be boilerplate: a hash of its tokens, the article and the first token, the end.
pub type Line = [u64; 3];

/// The lines of an article that may be boilerplate; one that stands there twice is one.
pub fn lines(article: u32, tokens: &[u32], parts: &Parts, out: &mut Vec<Line>) {
    let first = out.len();
    for range in &parts.paragraphs {
        let (from, to) = (range.start as usize, range.end as usize);
        let flags = &parts.flags[from..to];
        let quoted = flags.iter().filter(|f| *f & QUOTED != 0).count();
        let heavy = flags.iter().map(|f| weight(*f)).sum::<u32>() >= MIN_WEIGHT;
        if heavy && 2 * quoted < flags.len() {
            let text = hash::sequence(&tokens[from..to]) as u64;
            out.push([text, u64::from(article) << 32 | from as u64, to as u64]);
        }
    }
    out[first..].sort_unstable();
    let mut kept = first;
    for i in first..out.len() {
        if i == first || out[i][0] != out[kept - 1][0] {
            out[kept] = out[i];
            kept += 1;
        }
    }
    out.truncate(kept);
}

/// Spreads lines over partitions by their text.
///
/// # Errors
/// Those of temporary files.
pub fn spread(builder: &Builder<Line>, lines: &[Line]) -> Result<()> {
    builder.add(lines, |l| by_hash(l[0]))
}

/// Finds boilerplate. `lines` are those of all articles ([`lines`]), in each of which `index` tells the article of the one
/// that was counted while it was read.
///
/// # Errors
/// Those of temporary files and of `articles`.
pub fn find(
    articles: &(impl Articles + Sync),
    lines: &Partitions<Line>,
    index: impl Fn(u32) -> u32 + Sync,
    postings: &Postings,
    families: &Families,
    scratch: &Scratch,
) -> Result<(Common, Marks)> {
    let cap = propose::cap(families.len());
    let by_text = repeated_lines(lines, index)?;
    let mut repeated: FxHashMap<u32, Vec<Range<u32>>> = FxHashMap::default();
    for (x, range) in by_text.iter().flatten() {
        repeated.entry(*x).or_default().push(range.clone());
    }
    for ranges in repeated.values_mut() {
        ranges.sort_unstable_by_key(|r| r.start);
    }
    let by_seed = runs(articles, postings, families, cap, scratch)?;
    let told: Vec<(Vec<Stretch>, &'static str)> = by_text
        .into_iter()
        .map(|p| (p, LINE))
        .chain(by_seed.into_iter().map(|p| (p, RUN)))
        .collect();
    let mut found: Vec<(Boilerplate, Vec<Stretch>)> = told
        .into_par_iter()
        .map(|(places, reason)| {
            let of_article = |x: u32| Ok(repeated.get(&x).map_or(&[][..], |r| r).into());
            let families = families_of(&places, families, articles, of_article)?;
            let told = families.map(|n| describe(&places, n, reason));
            Ok(told.map(|b| (b, places)))
        })
        .filter_map(Result::transpose)
        .collect::<Result<_>>()?;
    found.sort_by(|(x, _), (y, _)| {
        (x.article, x.tokens.start, x.tokens.end).cmp(&(y.article, y.tokens.start, y.tokens.end))
    });
    let mut boilerplate: Vec<Boilerplate> = Vec::new();
    let mut marks = Marks::default();
    for (b, places) in found {
        for (x, range) in places {
            marks.0.entry(x).or_default().push(range);
        }
        // A run inside a line already told is the same piece.
        if !boilerplate
            .iter()
            .rev()
            .take_while(|o| o.article == b.article)
            .any(|o| o.tokens.start <= b.tokens.start && b.tokens.end <= o.tokens.end)
        {
            boilerplate.push(b);
        }
    }
    let common_runs = common_runs(articles, postings, cap, families, &marks)?;
    let common = Common {
        boilerplate,
        common_runs,
    };
    Ok((common, marks))
}

/// The places of every line that stands in enough articles, by article.
fn repeated_lines(
    lines: &Partitions<Line>,
    index: impl Fn(u32) -> u32 + Sync,
) -> Result<Vec<Vec<Stretch>>> {
    let of_partition = |buffer: &mut Vec<Line>, p: usize| -> Result<Vec<Vec<Stretch>>> {
        lines.read(p, buffer)?;
        let lines = buffer;
        // Most stand once: by their text first, by article where that matters.
        lines.sort_unstable_by_key(|l| l[0]);
        Ok(lines
            .chunk_by(|l, m| l[0] == m[0])
            .filter(|places| places.len() >= MIN_FAMILIES)
            .map(|places| {
                let place = |l: &Line| {
                    let (article, from) = ((l[1] >> 32) as u32, l[1] as u32);
                    (index(article), from..l[2] as u32)
                };
                let mut places: Vec<Stretch> = places.iter().map(place).collect();
                places.sort_unstable_by_key(|p| (p.0, p.1.start));
                places
            })
            .collect())
    };
    let parts: Vec<_> = (0..PARTITIONS)
        .into_par_iter()
        .map_init(Vec::new, of_partition)
        .collect::<Result<_>>()?;
    Ok(parts.concat())
}

/// Runs of seeds that stand in many families, in text that has no lines to go by: all places of each.
fn runs(
    articles: &(impl Articles + Sync),
    postings: &Postings,
    families: &Families,
    cap: usize,
    scratch: &Scratch,
) -> Result<Vec<Vec<Stretch>>> {
    let n = articles.count();
    // A seed of many families: article and token, hash, number of places.
    let seeds: Builder<[u64; 3]> = Builder::new(scratch)?;
    let of = |s: &[u64; 3]| by_index((s[0] >> 32) as u32, n);
    postings.fold(
        |many: &mut Vec<[u64; 3]>, hash, places| {
            if is_of_many(places, families, cap) {
                let place = |p: &Place| u64::from(p.article) << 32 | u64::from(p.at);
                many.extend(places.iter().map(|p| [place(p), hash, places.len() as u64]));
            }
            Ok(())
        },
        |many| seeds.add(&many, of),
    )?;
    let seeds = seeds.finish();
    let of_partition = |p: usize| -> Result<Vec<(u64, Stretch, bool)>> {
        let mut seeds = seeds.owned(p)?;
        seeds.sort_unstable();
        let mut out = Vec::new();
        for of_one in seeds.chunk_by(|s, t| s[0] >> 32 == t[0] >> 32) {
            runs_of((of_one[0][0] >> 32) as u32, of_one, articles, &mut out)?;
        }
        Ok(out)
    };
    let runs: Vec<Vec<(u64, Stretch, bool)>> = (0..PARTITIONS)
        .into_par_iter()
        .map(of_partition)
        .collect::<Result<_>>()?;
    let mut by_seed: BTreeMap<u64, (Vec<Stretch>, usize)> = BTreeMap::new();
    for (seed, place, is_speech) in runs.into_iter().flatten() {
        let (places, speech) = by_seed.entry(seed).or_default();
        places.push(place);
        *speech += usize::from(is_speech);
    }
    let runs = by_seed
        .into_values()
        .filter_map(|(places, speech)| is_run(places.len(), speech).then_some(places));
    Ok(runs.collect())
}

/// Whether a seed stands in enough families for a run of such seeds to be boilerplate; `cap` is [`propose::cap`].
#[must_use]
pub fn is_of_many(places: &[Place], kin: &impl Kinship, cap: usize) -> bool {
    kin.count(places, cap + 1) >= MIN_FAMILIES_OF_RUN
}

/// Whether runs at so many places, so many of them mostly spoken, can be boilerplate: a run that only a few articles extend,
/// by chance, is no text of its own, and what is mostly spoken is none.
#[must_use]
pub fn is_run(places: usize, speech: usize) -> bool {
    places >= MIN_FAMILIES_OF_RUN && 2 * speech < places
}

/// Stretches of passage length of one article in which seeds of many families follow each other, each under the commonest
/// of its seeds, and whether it is mostly quoted. `seeds` are those in many families, each as article and token, hash, number
/// of places; in order.
///
/// # Errors
/// Those of `articles`.
pub fn runs_of(
    article: u32,
    seeds: &[[u64; 3]],
    articles: &impl Articles,
    out: &mut Vec<(u64, Stretch, bool)>,
) -> Result<()> {
    let length = articles.length(article) as u32;
    let mut flags = None;
    for run in seeds.chunk_by(|s, t| t[0] - s[0] <= GUARANTEED_RUN as u64) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let (from, to) = (first[0] as u32, (last[0] as u32 + SEED).min(length));
        // A token weighs two at most.
        if (to - from) * 2 < MIN_PASSAGE {
            continue;
        }
        if flags.is_none() {
            flags = Some(articles.flags(article)?);
        }
        let Some(flags) = &flags else { continue };
        let flags = &flags[from as usize..to as usize];
        if flags.iter().map(|f| weight(*f)).sum::<u32>() < MIN_PASSAGE {
            continue;
        }
        let commonest = run.iter().map(|s| (s[2], Reverse(s[1]))).max();
        let quoted = flags.iter().filter(|f| **f & QUOTED != 0).count();
        if let Some((_, Reverse(seed))) = commonest {
            out.push((seed, (article, from..to), 2 * quoted >= flags.len()));
        }
    }
    Ok(())
}

/// The runs round seeds over the cap that are no boilerplate and long enough to make a pair worth comparing: one each, by
/// article and place.
fn common_runs(
    articles: &(impl Articles + Sync),
    postings: &Postings,
    cap: usize,
    families: &Families,
    marks: &Marks,
) -> Result<Vec<Boilerplate>> {
    let mut out: Vec<Boilerplate> = postings
        .fold(
            |runs: &mut Vec<Boilerplate>, _, places| {
                if families.count(places, cap + 1) <= cap {
                    return Ok(());
                }
                let seeds: Vec<Place> = places
                    .iter()
                    .copied()
                    .filter(|p| !marks.holds(p.article, p.at))
                    .collect();
                let places = whole_run(&seeds, articles)?;
                let of = groups(&places, families).len();
                if of > cap {
                    runs.push(describe(&places, of, COMMON));
                }
                Ok(())
            },
            Ok,
        )?
        .concat();
    out.sort_by_key(|c| (c.article, c.tokens.start, c.tokens.end));
    out.dedup_by(|x, y| (x.article, &x.tokens) == (y.article, &y.tokens));
    Ok(out)
}

/// The whole run round one seed, if it is of [`GUARANTEED_RUN`] tokens: as far as half of a sample of its places go on saying
/// the same as the first. Places that do not are left out.
fn whole_run(seeds: &[Place], articles: &impl Articles) -> Result<Vec<Stretch>> {
    let Some(first) = seeds.first() else {
        return Ok(Vec::new());
    };
    let (a, at) = (articles.tokens(first.article)?, first.at as usize);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for p in seeds[1..].iter().take(SAMPLE) {
        let (b, j) = (articles.tokens(p.article)?, p.at as usize);
        let same = |p: &(&u32, &u32)| p.0 == p.1;
        let back = a[..at].iter().rev().zip(b[..j].iter().rev());
        before.push(back.take_while(same).count());
        after.push(a[at..].iter().zip(&b[j..]).take_while(same).count());
    }
    before.sort_unstable();
    after.sort_unstable();
    let half = before.len() / 2;
    let (Some(&before), Some(&after)) = (before.get(half), after.get(half)) else {
        return Ok(Vec::new());
    };
    let run = &a[at - before..at + after];
    if run.len() < GUARANTEED_RUN {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    for p in seeds {
        let Some(from) = (p.at as usize).checked_sub(before) else {
            continue;
        };
        if articles.tokens(p.article)?.get(from..from + run.len()) == Some(run) {
            out.push((p.article, from as u32..(from + run.len()) as u32));
        }
    }
    Ok(out)
}

/// In how many families a text stands, by its places, where that makes it boilerplate. `repeated` are the lines of an article
/// that stand in others too ([`MIN_FAMILIES`]), by place.
///
/// # Errors
/// Those of `articles` and `repeated`.
pub fn families_of<'r>(
    places: &[Stretch],
    kin: &impl Kinship,
    articles: &impl Articles,
    repeated: impl Fn(u32) -> Result<Cow<'r, [Range<u32>]>>,
) -> Result<Option<usize>> {
    let of = groups(places, kin);
    let is_one = of.len() >= MIN_FAMILIES
        && !is_the_article(&of, articles)
        && share_nothing_else(&of, articles, repeated)?;
    Ok(is_one.then_some(of.len()))
}

/// One place of each family, by family.
fn groups<'p>(places: &'p [Stretch], kin: &impl Kinship) -> Vec<&'p Stretch> {
    let mut first: BTreeMap<u32, &Stretch> = BTreeMap::new();
    for p in places {
        first.entry(kin.family(p.0)).or_insert(p);
    }
    first.into_values().collect()
}

/// Whether the text is most of what stands in most of its articles: then they are versions of one thing, a form filled in.
fn is_the_article(groups: &[&Stretch], articles: &impl Articles) -> bool {
    let whole = groups
        .iter()
        .filter(|(x, range)| 2 * (range.end - range.start) as usize > articles.length(*x));
    2 * whole.count() > groups.len()
}

/// Whether a sample of articles share nothing but this text, what runs on from it, and known furniture.
fn share_nothing_else<'r>(
    groups: &[&Stretch],
    articles: &impl Articles,
    repeated: impl Fn(u32) -> Result<Cow<'r, [Range<u32>]>>,
) -> Result<bool> {
    let step = groups.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<(usize, Vec<u64>)> = groups
        .iter()
        .step_by(step)
        .map(|(x, range)| seeds_outside(*x, &block(range, &repeated(*x)?), articles))
        .collect::<Result<_>>()?;
    let (mut pairs, mut strangers) = (0usize, 0usize);
    for (i, x) in sample.iter().enumerate() {
        for y in &sample[i + 1..] {
            pairs += 1;
            let by_chance = CHANCE.0 + (CHANCE.1 * x.0.min(y.0) as f64) as usize;
            strangers += usize::from(shared_by(&x.1, &y.1, |s| *s) <= by_chance);
        }
    }
    Ok(pairs > 0 && strangers as f64 >= MOST * pairs as f64)
}

/// A line with the repeated lines that touch it: a footer is one thing, however many lines it has.
fn block(line: &Range<u32>, repeated: &[Range<u32>]) -> Range<u32> {
    let mut block = line.clone();
    for r in repeated {
        if r.start == block.end {
            block.end = r.end;
        }
    }
    for r in repeated.iter().rev() {
        if r.end == block.start {
            block.start = r.start;
        }
    }
    block
}

/// How many seeds an article has, and the different ones of tokens that are no furniture and not in `range`, ascending.
fn seeds_outside(
    article: u32,
    range: &Range<u32>,
    articles: &impl Articles,
) -> Result<(usize, Vec<u64>)> {
    let (seeds, flags) = (articles.seeds(article)?, articles.flags(article)?);
    let mut out: Vec<u64> = seeds
        .iter()
        .filter(|s| {
            let inside = s.at + SEED > range.start && s.at < range.end;
            !inside && flags.get(s.at as usize).is_some_and(|f| is_prose(*f))
        })
        .map(|s| s.hash)
        .collect();
    out.sort_unstable();
    out.dedup();
    Ok((seeds.len(), out))
}

fn articles_of(places: &[Stretch]) -> Vec<u32> {
    let mut articles: Vec<u32> = places.iter().map(|p| p.0).collect();
    articles.sort_unstable();
    articles.dedup();
    articles
}

fn describe(places: &[Stretch], families: usize, reason: &'static str) -> Boilerplate {
    let first = places
        .iter()
        .min_by_key(|p| (p.0, p.1.start))
        .cloned()
        .unwrap_or((0, 0..0));
    Boilerplate {
        article: first.0,
        tokens: first.1,
        articles: articles_of(places),
        families,
        reason,
    }
}
