//! Boilerplate: text that stands in many groups of articles which otherwise share nothing. Told by frequency over families
//! and by what else its articles share, so that neither a much printed story nor an agency's background paragraph is one.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::{
    align::{MIN_PASSAGE, weight},
    candidate::{
        families::Families,
        postings::Postings,
        propose::{self, GUARANTEED_RUN},
    },
    hash,
    recognise::{BOILERPLATE, CREDIT, FURNITURE, Parts, QUOTED},
    shingle::shared_by,
    sketch::winnow::SEEDS,
    text::Tokens,
};

/// Least families a paragraph stands in to be boilerplate.
pub const MIN_FAMILIES: usize = 5;
/// Least families of a run of words that is no whole line.
pub const MIN_FAMILIES_OF_RUN: usize = 20;
/// Tokens of a seed.
const SEED: u32 = SEEDS.run as u32;
const COMMON: &str = "a run of words in more groups than are compared pair by pair";
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

type Place = (u32, std::ops::Range<u32>);

/// What stands in more articles than are compared pair by pair.
#[derive(Debug, Default)]
pub struct Common {
    /// Boilerplate, by article and place.
    pub boilerplate: Vec<Boilerplate>,
    /// Runs of words round a seed over the cap that are no boilerplate: they are short, or quoted, or their articles share
    /// more.
    pub common_runs: Vec<Boilerplate>,
}

/// Finds boilerplate and marks its tokens as furniture in every article; `tokens` and `parts` are by article.
pub fn find(
    tokens: &[&Tokens],
    parts: &mut [&mut Parts],
    postings: &Postings,
    families: &Families,
) -> Common {
    let cap = propose::cap(families.len());
    let counts: Vec<u32> = (0..postings.len() as u32)
        .into_par_iter()
        .map(|l| families.count(postings, l, cap + 1) as u32)
        .collect();
    let view: Vec<&Parts> = parts.iter().map(|p| &**p).collect();
    let mut by_text: BTreeMap<u128, Vec<Place>> = BTreeMap::new();
    let paragraphs: Vec<Vec<(u128, Place)>> = tokens
        .par_iter()
        .zip(&view)
        .enumerate()
        .map(|(x, (t, p))| paragraphs(x as u32, t, p))
        .collect();
    for (text, place) in paragraphs.into_iter().flatten() {
        by_text.entry(text).or_default().push(place);
    }
    by_text.retain(|_, places| places.len() >= MIN_FAMILIES);
    let mut repeated: Vec<Vec<std::ops::Range<u32>>> = vec![Vec::new(); tokens.len()];
    for (x, range) in by_text.values().flatten() {
        repeated[*x as usize].push(range.clone());
    }
    for ranges in &mut repeated {
        ranges.sort_unstable_by_key(|r| r.start);
    }
    // Runs of seeds in many families, in text that has no lines to go by.
    let runs: Vec<Vec<(u32, Place)>> = (0..tokens.len() as u32)
        .into_par_iter()
        .map(|x| runs_of(x, postings, &counts, &view))
        .collect();
    let mut by_seed: BTreeMap<u32, Vec<Place>> = BTreeMap::new();
    for (seed, place) in runs.into_iter().flatten() {
        by_seed.entry(seed).or_default().push(place);
    }
    // A run that only a few articles extend, by chance, is no text of its own; what is mostly spoken is no boilerplate.
    let by_seed = by_seed
        .into_values()
        .filter(|places| places.len() >= MIN_FAMILIES_OF_RUN && !is_speech(places, &view));
    let told: Vec<(Vec<Place>, &'static str)> = by_text
        .into_values()
        .map(|p| (p, "the same line in groups that share nothing else"))
        .chain(by_seed.map(|p| (p, RUN)))
        .collect();
    let mut found: Vec<(Boilerplate, Vec<Place>)> = told
        .into_par_iter()
        .filter_map(|(places, reason)| {
            let of = groups(&places, families);
            let is_one = of.len() >= MIN_FAMILIES
                && !is_the_article(&of, &view)
                && share_nothing_else(&of, postings, &view, &repeated);
            let told = is_one.then(|| describe(&places, of.len(), reason));
            told.map(|b| (b, places))
        })
        .collect();
    found.sort_by(|(x, _), (y, _)| {
        (x.article, x.tokens.start, x.tokens.end).cmp(&(y.article, y.tokens.start, y.tokens.end))
    });
    let mut out: Vec<Boilerplate> = Vec::new();
    for (b, places) in found {
        for (x, range) in places {
            for f in &mut parts[x as usize].flags[range.start as usize..range.end as usize] {
                *f |= FURNITURE | BOILERPLATE;
            }
        }
        // A run inside a line already told is the same piece.
        if !out
            .iter()
            .rev()
            .take_while(|o| o.article == b.article)
            .any(|o| o.tokens.start <= b.tokens.start && b.tokens.end <= o.tokens.end)
        {
            out.push(b);
        }
    }
    let is_told = |x: u32, at: u32| parts[x as usize].flags[at as usize] & BOILERPLATE != 0;
    let common_runs = common_runs(tokens, postings, &counts, cap, families, is_told);
    Common {
        boilerplate: out,
        common_runs,
    }
}

/// The runs round seeds over the cap that are no boilerplate and long enough to make a pair worth comparing: one each, by
/// article and place.
fn common_runs(
    tokens: &[&Tokens],
    postings: &Postings,
    counts: &[u32],
    cap: usize,
    families: &Families,
    is_told: impl Fn(u32, u32) -> bool + Sync,
) -> Vec<Boilerplate> {
    let mut out: Vec<Boilerplate> = (0..counts.len() as u32)
        .into_par_iter()
        .filter(|l| counts[*l as usize] as usize > cap)
        .filter_map(|l| {
            let seeds: Vec<(u32, u32)> = postings
                .places(l)
                .iter()
                .filter(|p| !is_told(p.article, p.at))
                .map(|p| (p.article, p.at))
                .collect();
            let places = whole_run(&seeds, tokens);
            let run = &places.first()?.1;
            let long = (run.end - run.start) as usize >= GUARANTEED_RUN;
            let groups = groups(&places, families).len();
            (long && groups > cap).then(|| describe(&places, groups, COMMON))
        })
        .collect();
    out.sort_by_key(|c| (c.article, c.tokens.start, c.tokens.end));
    out.dedup_by(|x, y| (x.article, &x.tokens) == (y.article, &y.tokens));
    out
}

fn paragraphs(x: u32, tokens: &Tokens, parts: &Parts) -> Vec<(u128, Place)> {
    let mut out: Vec<(u128, Place)> = parts
        .paragraphs
        .iter()
        .filter_map(|range| {
            let (from, to) = (range.start as usize, range.end as usize);
            let flags = &parts.flags[from..to];
            let quoted = flags.iter().filter(|f| *f & QUOTED != 0).count();
            let heavy = flags.iter().map(|f| weight(*f)).sum::<u32>() >= MIN_WEIGHT;
            (heavy && 2 * quoted < flags.len())
                .then(|| (hash::sequence(&tokens.hashes[from..to]), (x, range.clone())))
        })
        .collect();
    // A line twice in one article is one place.
    out.sort_by_key(|p| (p.0, p.1.1.start));
    out.dedup_by_key(|p| p.0);
    out
}

/// Stretches of passage length in which seeds of many families follow each other, each under the commonest of its seeds.
fn runs_of(x: u32, postings: &Postings, counts: &[u32], parts: &[&Parts]) -> Vec<(u32, Place)> {
    let mut seeds: Vec<(u32, u32)> = postings
        .of_article(x)
        .iter()
        .filter(|e| counts[e.0 as usize] as usize >= MIN_FAMILIES_OF_RUN)
        .map(|e| (e.1, e.0))
        .collect();
    seeds.sort_unstable();
    let flags = &parts[x as usize].flags;
    seeds
        .chunk_by(|p, q| q.0 - p.0 <= GUARANTEED_RUN as u32)
        .filter_map(|run| {
            let (from, to) = (
                run.first()?.0,
                (run.last()?.0 + SEED).min(flags.len() as u32),
            );
            let heavy = flags[from as usize..to as usize]
                .iter()
                .map(|f| weight(*f))
                .sum::<u32>()
                >= MIN_PASSAGE;
            let commonest = run
                .iter()
                .map(|s| s.1)
                .max_by_key(|s| (postings.places(*s).len(), std::cmp::Reverse(*s)))?;
            heavy.then_some((commonest, (x, from..to)))
        })
        .collect()
}

/// The whole run round one seed: as far as half of a sample of its places go on saying the same as the first. Places that
/// do not are left out.
fn whole_run(seeds: &[(u32, u32)], tokens: &[&Tokens]) -> Vec<Place> {
    let text = |x: u32| &tokens[x as usize].hashes[..];
    let Some(&(first, at)) = seeds.first() else {
        return Vec::new();
    };
    let (a, at) = (text(first), at as usize);
    let (mut before, mut after): (Vec<usize>, Vec<usize>) = seeds[1..]
        .iter()
        .take(SAMPLE)
        .map(|&(y, j)| {
            let (b, j) = (text(y), j as usize);
            let same = |p: &(&u32, &u32)| p.0 == p.1;
            (
                a[..at]
                    .iter()
                    .rev()
                    .zip(b[..j].iter().rev())
                    .take_while(same)
                    .count(),
                a[at..].iter().zip(&b[j..]).take_while(same).count(),
            )
        })
        .unzip();
    before.sort_unstable();
    after.sort_unstable();
    let half = before.len() / 2;
    let (Some(&before), Some(&after)) = (before.get(half), after.get(half)) else {
        return Vec::new();
    };
    let run = &a[at - before..at + after];
    seeds
        .iter()
        .filter_map(|&(y, j)| {
            let from = (j as usize).checked_sub(before)?;
            let holds = text(y).get(from..from + run.len()) == Some(run);
            holds.then_some((y, from as u32..(from + run.len()) as u32))
        })
        .collect()
}

/// Whether most places of a run are mostly quoted.
fn is_speech(places: &[Place], parts: &[&Parts]) -> bool {
    let quoted = places.iter().filter(|(x, range)| {
        let flags = &parts[*x as usize].flags[range.start as usize..range.end as usize];
        2 * flags.iter().filter(|f| *f & QUOTED != 0).count() >= flags.len()
    });
    2 * quoted.count() >= places.len()
}

/// One place of each family, by family.
fn groups<'p>(places: &'p [Place], families: &Families) -> Vec<&'p Place> {
    let mut first: BTreeMap<u32, &Place> = BTreeMap::new();
    for p in places {
        first.entry(families.of[p.0 as usize]).or_insert(p);
    }
    first.into_values().collect()
}

/// Whether the text is most of what stands in most of its articles: then they are versions of one thing, a form filled in.
fn is_the_article(groups: &[&Place], parts: &[&Parts]) -> bool {
    let whole = groups.iter().filter(|(x, range)| {
        2 * (range.end - range.start) as usize > parts[*x as usize].flags.len()
    });
    2 * whole.count() > groups.len()
}

/// Whether a sample of articles share nothing but this text, what runs on from it, and known furniture.
fn share_nothing_else(
    groups: &[&Place],
    postings: &Postings,
    parts: &[&Parts],
    repeated: &[Vec<std::ops::Range<u32>>],
) -> bool {
    let step = groups.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<(&Place, Vec<u32>)> = groups
        .iter()
        .step_by(step)
        .map(|p| {
            (
                *p,
                seeds_outside(&(p.0, block(p, &repeated[p.0 as usize])), postings, parts),
            )
        })
        .collect();
    let (mut pairs, mut strangers) = (0usize, 0usize);
    for (i, x) in sample.iter().enumerate() {
        for y in &sample[i + 1..] {
            pairs += 1;
            let shorter = postings.seeds(x.0.0).min(postings.seeds(y.0.0));
            strangers += usize::from(
                shared_by(&x.1, &y.1, |l| *l)
                    <= CHANCE.0 + (CHANCE.1 * f64::from(shorter)) as usize,
            );
        }
    }
    pairs > 0 && strangers as f64 >= MOST * pairs as f64
}

/// A line with the repeated lines that touch it: a footer is one thing, however many lines it has.
fn block(place: &Place, repeated: &[std::ops::Range<u32>]) -> std::ops::Range<u32> {
    let mut block = place.1.clone();
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

/// The lists an article stands in with tokens that are no furniture and not in the place itself, ascending.
fn seeds_outside(place: &Place, postings: &Postings, parts: &[&Parts]) -> Vec<u32> {
    let (x, range) = place;
    let flags = &parts[*x as usize].flags;
    let mut out: Vec<u32> = postings
        .of_article(*x)
        .iter()
        .filter(|(_, at)| {
            let inside = *at + SEED > range.start && *at < range.end;
            !inside
                && flags
                    .get(*at as usize)
                    .is_some_and(|f| f & (FURNITURE | CREDIT) == 0)
        })
        .map(|e| e.0)
        .collect();
    out.dedup();
    out
}

fn articles(places: &[Place]) -> Vec<u32> {
    let mut articles: Vec<u32> = places.iter().map(|p| p.0).collect();
    articles.sort_unstable();
    articles.dedup();
    articles
}

fn describe(places: &[Place], families: usize, reason: &'static str) -> Boilerplate {
    let first = places
        .iter()
        .min_by_key(|p| (p.0, p.1.start))
        .cloned()
        .unwrap_or((0, 0..0));
    Boilerplate {
        article: first.0,
        tokens: first.1,
        articles: articles(places),
        families,
        reason,
    }
}
