//! Common runs of tokens of two articles, each token used once: greedy string tiling (Wise 1993) over an index of short runs,
//! with the runs taken in order of their length and of what else matches round them.

use super::Side;
use crate::{hash, recognise::CHAR};

/// Least run of words that can be part of a passage.
const LEAST_RUN: usize = 3;
/// The same for scripts of one token a character.
const LEAST_RUN_CHARS: usize = 6;
/// Places of one short run that are looked at: the commonest runs are found through their rarer neighbours.
const MOST_PLACES: usize = 48;
/// Common runs kept for each token of the two articles together, plus a few: bounds the work on text that repeats itself.
const MOST_RUNS: usize = 4;
/// Tokens looked at for each token read, to follow runs to their ends: text that repeats itself has a run on every diagonal.
const MOST_STEPS: usize = 64;
/// How far apart, in tokens, common runs speak for each other.
const NEIGHBOURHOOD: u32 = 40;
/// Neighbours looked at on each side of a run.
const MOST_NEIGHBOURS: usize = 24;

const NONE: u32 = u32::MAX;

/// Tokens `a .. a + len` of one article equal to (or, where grown over edits, standing for) `b .. b + len` of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) len: u32,
}

/// The length of the short runs that are looked up in `side`.
pub(super) fn least_run(side: Side<'_>) -> usize {
    let chars = side.parts.flags.iter().filter(|f| *f & CHAR != 0).count();
    if chars * 2 > side.parts.flags.len() {
        LEAST_RUN_CHARS
    } else {
        LEAST_RUN
    }
}

/// Places of the short runs of one article, as chains through a table.
#[derive(Debug, Default)]
pub(super) struct RunIndex {
    run: usize,
    heads: Vec<u32>,
    next: Vec<u32>,
    mask: u64,
}

impl RunIndex {
    pub(super) fn build(&mut self, tokens: &[u32], run: usize) {
        self.run = run;
        let places = (tokens.len() + 1).saturating_sub(run);
        let size = (places * 2).next_power_of_two().max(16);
        self.mask = size as u64 - 1;
        self.heads.clear();
        self.heads.resize(size, NONE);
        self.next.clear();
        self.next.resize(places, NONE);
        for at in (0..places).rev() {
            let slot = self.slot(&tokens[at..at + run]);
            self.next[at] = self.heads[slot];
            self.heads[slot] = at as u32;
        }
    }

    fn slot(&self, run: &[u32]) -> usize {
        let h = run.iter().fold(0u64, |h, &t| {
            (h.rotate_left(21) ^ u64::from(t)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        (hash::mix(h) & self.mask) as usize
    }

    /// Places at which `run` may stand, ascending, at most [`MOST_PLACES`].
    fn places(&self, run: &[u32]) -> impl Iterator<Item = u32> {
        let head = self.heads[self.slot(run)];
        std::iter::successors((head != NONE).then_some(head), |&at| {
            let next = self.next[at as usize];
            (next != NONE).then_some(next)
        })
        .take(MOST_PLACES)
    }
}

/// Finds the tiles of a pair.
#[derive(Debug, Default)]
pub(super) struct Tiler {
    runs: Vec<(Tile, u32)>,
    covered: Vec<u32>,
    /// Whether each token of the first article is in a tile.
    pub(super) used_a: Vec<bool>,
    /// The same of the second.
    pub(super) used_b: Vec<bool>,
    /// The tiles found, by place in `a`.
    pub(super) tiles: Vec<Tile>,
}

impl Tiler {
    pub(super) fn tile(&mut self, index: &RunIndex, a: &[u32], b: &[u32]) {
        self.used_a.clear();
        self.used_a.resize(a.len(), false);
        self.used_b.clear();
        self.used_b.resize(b.len(), false);
        self.tiles.clear();
        if a == b {
            // However short or repetitive, a text is one run of itself.
            self.take_free(
                Tile {
                    a: 0,
                    b: 0,
                    len: a.len() as u32,
                },
                1,
            );
            return;
        }
        self.common_runs(index, a, b);
        self.weigh();
        // Best first; equals by place, so that the result never depends on the order they were found in.
        self.runs
            .sort_unstable_by_key(|(t, worth)| (std::cmp::Reverse(*worth), t.a, t.b));
        for i in 0..self.runs.len() {
            let (t, _) = self.runs[i];
            self.take_free(t, index.run as u32);
        }
        self.tiles.sort_unstable_by_key(|t| (t.a, t.b));
    }

    /// Every maximal common run of at least `index.run` tokens, but for those found only through runs that are too common.
    fn common_runs(&mut self, index: &RunIndex, a: &[u32], b: &[u32]) {
        self.runs.clear();
        let n = index.run;
        if a.len() < n || b.len() < n {
            return;
        }
        let most = MOST_RUNS * (a.len() + b.len()) + 64;
        // For each diagonal, the end in `b` of the last run on it.
        self.covered.clear();
        self.covered.resize(a.len() + b.len(), 0);
        let mut steps = 0;
        for j in 0..=b.len() - n {
            let short = &b[j..j + n];
            for i in index.places(short) {
                let i = i as usize;
                let diagonal = i + b.len() - j;
                if self.covered[diagonal] > j as u32 || a[i..i + n] != *short {
                    continue;
                }
                if steps > MOST_STEPS * (a.len() + j) {
                    break;
                }
                let back = a[..i]
                    .iter()
                    .rev()
                    .zip(b[..j].iter().rev())
                    .take_while(|(x, y)| x == y)
                    .count();
                let on = a[i..]
                    .iter()
                    .zip(&b[j..])
                    .take_while(|(x, y)| x == y)
                    .count();
                steps += back + on;
                self.covered[diagonal] = (j + on) as u32;
                let tile = Tile {
                    a: (i - back) as u32,
                    b: (j - back) as u32,
                    len: (back + on) as u32,
                };
                self.runs.push((tile, 0));
            }
            if self.runs.len() > most {
                break;
            }
        }
    }

    /// The worth of a run: its length, and up to as much again for other runs near it in both articles.
    fn weigh(&mut self) {
        self.runs.sort_unstable_by_key(|(t, _)| (t.a, t.b));
        for i in 0..self.runs.len() {
            let t = self.runs[i].0;
            let before = self.runs[..i].iter().rev().take(MOST_NEIGHBOURS);
            let after = self.runs[i + 1..].iter().take(MOST_NEIGHBOURS);
            let support: u32 = before
                .chain(after)
                .filter(|(o, _)| {
                    apart(t.a, t.len, o.a, o.len) <= NEIGHBOURHOOD
                        && apart(t.b, t.len, o.b, o.len) <= NEIGHBOURHOOD
                })
                // Runs in the same order in both articles speak twice as loud.
                .map(|(o, _)| {
                    if (o.a < t.a) == (o.b < t.b) {
                        2 * o.len
                    } else {
                        o.len
                    }
                })
                .fold(0, u32::saturating_add);
            self.runs[i].1 = (4 * t.len).saturating_add(support.min(4 * t.len));
        }
    }

    /// Takes what no better tile holds of `t`, in stretches of at least `least` tokens.
    fn take_free(&mut self, t: Tile, least: u32) {
        let mut from = 0;
        for k in 0..=t.len {
            let free =
                k < t.len && !self.used_a[(t.a + k) as usize] && !self.used_b[(t.b + k) as usize];
            if free {
                continue;
            }
            if k - from >= least {
                for m in from..k {
                    self.used_a[(t.a + m) as usize] = true;
                    self.used_b[(t.b + m) as usize] = true;
                }
                self.tiles.push(Tile {
                    a: t.a + from,
                    b: t.b + from,
                    len: k - from,
                });
            }
            from = k + 1;
        }
    }
}

/// Tokens between two stretches; 0 where they touch or overlap.
pub(super) fn apart(x: u32, x_len: u32, y: u32, y_len: u32) -> u32 {
    if x <= y {
        y.saturating_sub(x + x_len)
    } else {
        x.saturating_sub(y + y_len)
    }
}
