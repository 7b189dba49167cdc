//! Common runs of tokens of two articles, each token used once: greedy string tiling (Wise 1993) over an index of short runs,
//! with the runs taken in order of their length and of what else matches round them.

use std::cmp::Reverse;

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

/// Slots of the table for each word of 64 bits of the filter before it: 8 bits a slot, 16 or more a run.
const SLOTS_A_WORD: usize = 8;

const NONE: u32 = u32::MAX;

/// Tokens `a .. a + len` of one article equal to (or, where grown over edits, standing for) `b .. b + len` of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) len: u32,
}

impl Tile {
    /// Orders tiles by place in the first article, then in the second.
    #[inline]
    fn place(self) -> u64 {
        u64::from(self.a) << 32 | u64::from(self.b)
    }
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
    /// For each place, the first from there on whose chain holds another place too.
    crowded: Vec<u32>,
    /// A bit set for each run, so that most of those that stand nowhere here need no look at the table (Bloom 1970).
    seen: Vec<u64>,
}

impl RunIndex {
    pub(super) fn build(&mut self, tokens: &[u32], run: usize) {
        self.run = run;
        if run == LEAST_RUN {
            self.enter::<LEAST_RUN>(tokens);
        } else {
            self.enter::<LEAST_RUN_CHARS>(tokens);
        }
    }

    fn enter<const N: usize>(&mut self, tokens: &[u32]) {
        let places = (tokens.len() + 1).saturating_sub(N);
        let size = (places * 2).next_power_of_two().max(16);
        self.mask = size as u64 - 1;
        refill(&mut self.heads, size, NONE);
        refill(&mut self.next, places, NONE);
        refill(&mut self.crowded, places, NONE);
        refill(&mut self.seen, size / SLOTS_A_WORD, 0);
        for at in (0..places).rev() {
            let Some(run) = tokens[at..].first_chunk::<N>() else {
                continue;
            };
            let (word, bit) = self.bit(run);
            self.seen[word] |= bit;
            let slot = self.slot(run);
            let head = std::mem::replace(&mut self.heads[slot], at as u32);
            if head != NONE {
                self.next[at] = head;
                self.crowded[at] = at as u32;
                self.crowded[head as usize] = head;
            }
        }
        let mut next = NONE;
        for crowded in self.crowded.iter_mut().rev() {
            next = next.min(*crowded);
            *crowded = next;
        }
    }

    #[inline]
    fn slot<const N: usize>(&self, run: &[u32; N]) -> usize {
        let h = run.iter().fold(0u64, |h, &t| {
            (h.rotate_left(21) ^ u64::from(t)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        (hash::mix(h) & self.mask) as usize
    }

    /// The word and the bit of `seen` that stand for a run: by three of its tokens, which are hashes already.
    #[inline]
    fn bit<const N: usize>(&self, run: &[u32; N]) -> (usize, u64) {
        let h = run[0] ^ run[1].rotate_left(11) ^ run[N - 1].rotate_left(22);
        let word = (h >> 6) as usize & (self.seen.len() - 1);
        (word, 1 << (h & 63))
    }

    /// False only where `run` stands nowhere.
    #[inline]
    fn may_hold<const N: usize>(&self, run: &[u32; N]) -> bool {
        let (word, bit) = self.bit(run);
        self.seen[word] & bit != 0
    }

    /// Places at which `run` may stand, ascending, at most [`MOST_PLACES`].
    fn places<const N: usize>(&self, run: &[u32; N]) -> impl Iterator<Item = u32> {
        let head = self.heads[self.slot(run)];
        std::iter::successors((head != NONE).then_some(head), |&at| {
            let next = self.next[at as usize];
            (next != NONE).then_some(next)
        })
        .take(MOST_PLACES)
    }
}

/// Makes `out` so many times `value`.
fn refill<T: Copy>(out: &mut Vec<T>, len: usize, value: T) {
    out.clear();
    out.resize(len, value);
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
        refill(&mut self.used_a, a.len(), false);
        refill(&mut self.used_b, b.len(), false);
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
        if index.run == LEAST_RUN {
            self.common_runs::<LEAST_RUN>(index, a, b);
        } else {
            self.common_runs::<LEAST_RUN_CHARS>(index, a, b);
        }
        self.weigh();
        // Best first; equals stay by place, so that the result never depends on the order they were found in.
        self.runs.sort_by_key(|(_, worth)| Reverse(*worth));
        for i in 0..self.runs.len() {
            let (t, _) = self.runs[i];
            self.take_free(t, index.run as u32);
        }
        self.tiles.sort_unstable_by_key(|t| t.place());
    }

    /// Every maximal common run of at least `N` tokens, but for those found only through runs that are too common.
    fn common_runs<const N: usize>(&mut self, index: &RunIndex, a: &[u32], b: &[u32]) {
        self.runs.clear();
        if a.len() < N || b.len() < N {
            return;
        }
        let most = MOST_RUNS * (a.len() + b.len()) + 64;
        // For each diagonal, the end in `b` of the last run on it.
        refill(&mut self.covered, a.len() + b.len(), 0);
        let mut steps = 0;
        // The run that goes furthest in `b`, as the place in `a` less that in `b`, and its end in `b`.
        let (mut shift, mut end) = (0, 0);
        let mut j = 0;
        while let Some(short) = b[j..].first_chunk::<N>() {
            if j + N <= end {
                // Short runs that stand but once in `a` tell of no other than the run they are in.
                let i = j.wrapping_add(shift);
                let alone = index.crowded[i] as usize - i;
                if alone > 0 {
                    j += alone.min(end + 1 - N - j);
                    continue;
                }
            }
            if !index.may_hold(short) {
                j += 1;
                continue;
            }
            for i in index.places(short) {
                let i = i as usize;
                let diagonal = i + b.len() - j;
                if self.covered[diagonal] > j as u32 || a[i..].first_chunk() != Some(short) {
                    continue;
                }
                if steps > MOST_STEPS * (a.len() + j) {
                    break;
                }
                let back = common_end(&a[..i], &b[..j]);
                let on = common_start(&a[i..], &b[j..]);
                steps += back + on;
                self.covered[diagonal] = (j + on) as u32;
                if j + on > end {
                    (shift, end) = (i.wrapping_sub(j), j + on);
                }
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
            j += 1;
        }
    }

    /// Sorts the runs by place and tells the worth of each: its length, and up to as much again for other runs near it in
    /// both articles.
    fn weigh(&mut self) {
        self.runs.sort_unstable_by_key(|(t, _)| t.place());
        for i in 0..self.runs.len() {
            let Some(((t, worth), after)) = self.runs[i..].split_first_mut() else {
                break;
            };
            for (o, support) in after.iter_mut().take(MOST_NEIGHBOURS) {
                if apart(t.a, t.len, o.a, o.len) > NEIGHBOURHOOD {
                    break;
                }
                if apart(t.b, t.len, o.b, o.len) > NEIGHBOURHOOD {
                    continue;
                }
                // Runs in the same order in both articles speak twice as loud.
                let loud = |same: bool, len: u32| if same { 2 * len } else { len };
                *worth = worth.saturating_add(loud(t.b <= o.b, o.len));
                *support = support.saturating_add(loud((t.a < o.a) == (t.b < o.b), t.len));
            }
            *worth = (4 * t.len).saturating_add((4 * t.len).min(*worth));
        }
    }

    /// Takes what no better tile holds of `t`, in stretches of at least `least` tokens.
    fn take_free(&mut self, t: Tile, least: u32) {
        let used_a = &mut self.used_a[t.a as usize..][..t.len as usize];
        let used_b = &mut self.used_b[t.b as usize..][..t.len as usize];
        let mut from = 0;
        while from < used_a.len() {
            let taken = (used_a[from..].iter().zip(&used_b[from..])).position(|(x, y)| *x || *y);
            let to = taken.map_or(used_a.len(), |n| from + n);
            let len = (to - from) as u32;
            if len >= least {
                used_a[from..to].fill(true);
                used_b[from..to].fill(true);
                self.tiles.push(Tile {
                    a: t.a + from as u32,
                    b: t.b + from as u32,
                    len,
                });
            }
            from = to + 1;
        }
    }
}

/// How many tokens two stretches begin with alike.
fn common_start(a: &[u32], b: &[u32]) -> usize {
    let eights = (a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0))
        .take_while(|(x, y)| x == y)
        .count();
    let same = a[eights * 8..].iter().zip(&b[eights * 8..]);
    eights * 8 + same.take_while(|(x, y)| x == y).count()
}

/// How many tokens two stretches end with alike.
fn common_end(a: &[u32], b: &[u32]) -> usize {
    let same = a.iter().rev().zip(b.iter().rev());
    same.take_while(|(x, y)| x == y).count()
}

/// Tokens between two stretches; 0 where they touch or overlap.
pub(super) fn apart(x: u32, x_len: u32, y: u32, y_len: u32) -> u32 {
    if x <= y {
        y.saturating_sub(x + x_len)
    } else {
        x.saturating_sub(y + y_len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The tiles by definition: every token looked up, every neighbour weighed.
    mod plain {
        use super::*;

        fn slot(run: &[u32], size: usize) -> usize {
            let h = run.iter().fold(0u64, |h, &t| {
                (h.rotate_left(21) ^ u64::from(t)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            });
            hash::mix(h) as usize % size
        }

        fn common_runs(a: &[u32], b: &[u32], n: usize) -> Vec<Tile> {
            let places = (a.len() + 1).saturating_sub(n);
            let size = (places * 2).next_power_of_two().max(16);
            let mut chains = vec![Vec::new(); size];
            for at in 0..places {
                chains[slot(&a[at..at + n], size)].push(at);
            }
            let mut runs = Vec::new();
            let mut covered = vec![0; a.len() + b.len()];
            let mut steps = 0;
            for j in 0..(b.len() + 1).saturating_sub(n) {
                for &i in chains[slot(&b[j..j + n], size)].iter().take(MOST_PLACES) {
                    let diagonal = i + b.len() - j;
                    if covered[diagonal] > j || a[i..i + n] != b[j..j + n] {
                        continue;
                    }
                    if steps > MOST_STEPS * (a.len() + j) {
                        break;
                    }
                    let back = (1..=i.min(j)).take_while(|k| a[i - k] == b[j - k]).count();
                    let on = (a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y)).count();
                    steps += back + on;
                    covered[diagonal] = j + on;
                    runs.push(Tile {
                        a: (i - back) as u32,
                        b: (j - back) as u32,
                        len: (back + on) as u32,
                    });
                }
                if runs.len() > MOST_RUNS * (a.len() + b.len()) + 64 {
                    break;
                }
            }
            runs
        }

        fn worth(runs: &[Tile], i: usize) -> u32 {
            let t = runs[i];
            let near = i.saturating_sub(MOST_NEIGHBOURS)..(i + MOST_NEIGHBOURS + 1).min(runs.len());
            let support: u32 = near
                .filter(|k| *k != i)
                .map(|k| runs[k])
                .filter(|o| apart(t.a, t.len, o.a, o.len) <= NEIGHBOURHOOD)
                .filter(|o| apart(t.b, t.len, o.b, o.len) <= NEIGHBOURHOOD)
                .map(|o| o.len * (1 + u32::from((o.a < t.a) == (o.b < t.b))))
                .sum();
            4 * t.len + support.min(4 * t.len)
        }

        pub(super) fn tiles(a: &[u32], b: &[u32], n: usize) -> Vec<Tile> {
            let mut runs = common_runs(a, b, n);
            runs.sort_by_key(|t| (t.a, t.b));
            let mut order: Vec<usize> = (0..runs.len()).collect();
            order.sort_by_key(|i| (Reverse(worth(&runs, *i)), runs[*i].a, runs[*i].b));
            let (mut used_a, mut used_b) = (vec![false; a.len()], vec![false; b.len()]);
            let mut tiles = Vec::new();
            for t in order.into_iter().map(|i| runs[i]) {
                let mut from = 0;
                for k in 0..=t.len {
                    let (i, j) = ((t.a + k) as usize, (t.b + k) as usize);
                    if k < t.len && !used_a[i] && !used_b[j] {
                        continue;
                    }
                    if k - from >= n as u32 {
                        used_a[i - (k - from) as usize..i].fill(true);
                        used_b[j - (k - from) as usize..j].fill(true);
                        tiles.push(Tile {
                            a: t.a + from,
                            b: t.b + from,
                            len: k - from,
                        });
                    }
                    from = k + 1;
                }
            }
            tiles.sort_by_key(|t| (t.a, t.b));
            tiles
        }
    }

    /// Two lists of tokens, the second made of stretches of the first, in any order, and others.
    fn versions() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
        let kinds = prop::sample::select(vec![1u32, 2, 3, 5, 12, 40, 1000, 100_000]);
        kinds.prop_flat_map(|kinds| {
            let tokens = |most| {
                let token = (0..kinds).prop_map(|t| hash::mix(u64::from(t)) as u32);
                prop::collection::vec(token, 0..most)
            };
            let stretch = (any::<prop::sample::Index>(), 0usize..120, tokens(6));
            (tokens(400), prop::collection::vec(stretch, 0..12)).prop_map(|(a, stretches)| {
                let mut b = Vec::new();
                for (at, len, new) in stretches {
                    let from = at.index(a.len() + 1);
                    b.extend_from_slice(&a[from..(from + len).min(a.len())]);
                    b.extend(new);
                }
                (a, b)
            })
        })
    }

    proptest! {
        #[test]
        fn tiles_are_as_defined((a, b) in versions(), chars in any::<bool>()) {
            let run = if chars { LEAST_RUN_CHARS } else { LEAST_RUN };
            let mut index = RunIndex::default();
            let mut tiler = Tiler::default();
            index.build(&b, run);
            tiler.tile(&index, &b, &a);
            index.build(&a, run);
            tiler.tile(&index, &a, &b);
            if a != b {
                prop_assert_eq!(&tiler.tiles, &plain::tiles(&a, &b, run));
            }
        }

        #[test]
        fn common_ends_are_counted(a in prop::collection::vec(0u32..2, 0..40), b in prop::collection::vec(0u32..2, 0..40), same in prop::collection::vec(0u32..2, 0..40)) {
            let (x, y) = ([&same[..], &a].concat(), [&same[..], &b].concat());
            let naive = x.iter().zip(&y).take_while(|(x, y)| x == y).count();
            prop_assert_eq!(common_start(&x, &y), naive);
        }
    }
}
