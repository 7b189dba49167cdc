//! Grows a chain over small edits: inside its gaps and a little beyond its ends, words are paired by least edits, where a
//! word spelt nearly the same (a scanning error, another ending) pairs as an equal one does.

use std::ops::Range;

use super::{
    Side,
    seed::Tile,
    spelling::{Spelling, Word},
};

/// Longest gap, in tokens of either article, that is aligned word by word; no longer than the bits of a row.
const LONGEST_GAP: usize = 48;
/// How far beyond its ends a chain may grow, in tokens.
const REACH: usize = 12;

/// Cost of pairing nearly equal words, of leaving one out; in tenths. Equal words cost nothing.
const NEAR: u16 = 2;
const LEFT_OUT: u16 = 10;
/// Pairing two different words: dearer than one omission, cheaper than two, so that it is an edit but never a match.
const DIFFERENT: u16 = 18;

/// What the words of `b` are to one word of `a`, a bit each.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    equal: u64,
    /// Spelt nearly the same.
    near: u64,
}

impl Row {
    /// The words that pair with it.
    fn pairs(self) -> u64 {
        self.equal | self.near
    }

    /// What pairing it with word `j` costs.
    #[inline]
    fn cost(self, j: usize) -> u16 {
        DIFFERENT
            - (self.equal >> j & 1) as u16 * DIFFERENT
            - (self.near >> j & 1) as u16 * (DIFFERENT - NEAR)
    }
}

#[derive(Debug, Default)]
pub(super) struct Filler {
    spelling: Spelling,
    /// The words of both stretches.
    left: Vec<Word>,
    right: Vec<Word>,
    rows: Vec<Row>,
    cost: Vec<u16>,
}

impl Filler {
    /// The tiles (sorted by place in `a`) with pairs of words added inside the gaps and at both ends. Tokens used by any
    /// tile of the pair of articles are left alone.
    pub(super) fn fill(
        &mut self,
        a: Side<'_>,
        b: Side<'_>,
        tiles: Vec<Tile>,
        used_a: &mut [bool],
        used_b: &mut [bool],
    ) -> Vec<Tile> {
        let mut out: Vec<Tile> = Vec::with_capacity(tiles.len() * 2);
        if let Some(first) = tiles.first() {
            self.before(a, b, *first, used_a, used_b, &mut out);
        }
        for (i, &t) in tiles.iter().enumerate() {
            push(&mut out, t);
            let Some(next) = tiles.get(i + 1) else {
                self.after(a, b, t, used_a, used_b, &mut out);
                break;
            };
            let (a0, a1, b0, b1) = (t.a + t.len, next.a, t.b + t.len, next.b);
            let free = b0 < b1
                && a0 < a1
                && (b1 - b0) as usize <= LONGEST_GAP
                && (a1 - a0) as usize <= LONGEST_GAP
                && !used_b[b0 as usize..b1 as usize].contains(&true)
                && !used_a[a0 as usize..a1 as usize].contains(&true);
            if free {
                self.pair(a, b, a0..a1, b0..b1, &mut out);
            }
        }
        for t in &out {
            used_a[t.a as usize..(t.a + t.len) as usize].fill(true);
            used_b[t.b as usize..(t.b + t.len) as usize].fill(true);
        }
        out
    }

    /// Pairs the words of a gap.
    fn pair(
        &mut self,
        a: Side<'_>,
        b: Side<'_>,
        x: Range<u32>,
        y: Range<u32>,
        out: &mut Vec<Tile>,
    ) {
        self.lay_out(a, b, x.clone(), y.clone());
        if self.rows.iter().any(|r| r.pairs() != 0) {
            self.tell_near(a, b);
            self.least_edits(x.start, y.start, out);
        }
    }

    /// Reads the words of two stretches, and marks those that are equal and those that may be near.
    fn lay_out(&mut self, a: Side<'_>, b: Side<'_>, x: Range<u32>, y: Range<u32>) {
        self.left.clear();
        self.left.extend(x.map(|i| Word::read(a, i)));
        self.right.clear();
        self.right.extend(y.map(|j| Word::read(b, j)));
        self.rows.clear();
        self.rows.extend(self.left.iter().map(|l| {
            let mut row = Row::default();
            for (j, r) in self.right.iter().enumerate() {
                let equal = l.hash == r.hash;
                row.equal |= u64::from(equal) << j;
                row.near |= u64::from(!equal && l.may_be_near(r)) << j;
            }
            row
        }));
    }

    /// Takes the mark off the words that are not near after all.
    fn tell_near(&mut self, a: Side<'_>, b: Side<'_>) {
        self.spelling.clear();
        for (row, l) in self.rows.iter_mut().zip(&self.left) {
            let mut left = row.near;
            while left != 0 {
                let j = left.trailing_zeros();
                left &= left - 1;
                if !self.spelling.near((a, l), (b, &self.right[j as usize])) {
                    row.near &= !(1 << j);
                }
            }
        }
    }

    /// Pairs the words laid out, which begin at `x` and `y`, by least edits (Wagner and Fischer 1974).
    fn least_edits(&mut self, x: u32, y: u32, out: &mut Vec<Tile>) {
        let (n, m) = (self.rows.len(), self.right.len());
        let width = m + 1;
        self.cost.clear();
        self.cost.extend((0..=m as u16).map(|j| j * LEFT_OUT));
        self.cost.resize((n + 1) * width, 0);
        let mut rest = &mut self.cost[..];
        for (i, words) in self.rows.iter().enumerate() {
            let (above, below) = rest.split_at_mut(width);
            let mut here = (i as u16 + 1) * LEFT_OUT;
            below[0] = here;
            for (j, (above, cell)) in above.windows(2).zip(&mut below[1..]).enumerate() {
                let pair = above[0] + words.cost(j);
                here = pair.min(above[1] + LEFT_OUT).min(here + LEFT_OUT);
                *cell = here;
            }
            rest = below;
        }
        let (mut i, mut j) = (n, m);
        let from = out.len();
        while i > 0 && j > 0 {
            let here = self.cost[i * width + j];
            let pair = self.rows[i - 1].cost(j - 1);
            if here == self.cost[(i - 1) * width + j - 1] + pair {
                i -= 1;
                j -= 1;
                if pair <= NEAR {
                    push_before(out, from, x + i as u32, y + j as u32);
                }
            } else if here == self.cost[(i - 1) * width + j] + LEFT_OUT {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        out[from..].reverse();
    }

    /// Grows past the last tile, word against word, until edits outweigh matches.
    fn after(
        &mut self,
        a: Side<'_>,
        b: Side<'_>,
        t: Tile,
        used_a: &[bool],
        used_b: &[bool],
        out: &mut Vec<Tile>,
    ) {
        let (a0, b0) = ((t.a + t.len) as usize, (t.b + t.len) as usize);
        let free = |used: &[bool], from: usize| {
            used[from..].iter().take(REACH).take_while(|u| !**u).count()
        };
        let (n, m) = (free(used_a, a0), free(used_b, b0));
        if n == 0 || m == 0 {
            return;
        }
        let from = out.len();
        let (x, y) = (a0 as u32, b0 as u32);
        self.lay_out(a, b, x..x + n as u32, y..y + m as u32);
        let outward = |rows: &[Row]| may_grow(rows.iter().map(|r| r.pairs()));
        if !outward(&self.rows) {
            return;
        }
        self.tell_near(a, b);
        if !outward(&self.rows) {
            return;
        }
        self.least_edits(x, y, out);
        let keep = worthwhile(
            out[from..]
                .iter()
                .map(|p| (p.a - a0 as u32, p.b - b0 as u32, p.len)),
        );
        out.truncate(from + keep);
    }

    /// The same before the first tile.
    fn before(
        &mut self,
        a: Side<'_>,
        b: Side<'_>,
        t: Tile,
        used_a: &[bool],
        used_b: &[bool],
        out: &mut Vec<Tile>,
    ) {
        let free = |used: &[bool], to: u32| {
            used[..to as usize]
                .iter()
                .rev()
                .take(REACH)
                .take_while(|u| !**u)
                .count() as u32
        };
        let (n, m) = (free(used_a, t.a), free(used_b, t.b));
        if n == 0 || m == 0 {
            return;
        }
        let (x, y) = (t.a - n, t.b - m);
        self.lay_out(a, b, x..t.a, y..t.b);
        let outward = |rows: &[Row]| {
            let turned = |r: &Row| r.pairs().reverse_bits() >> (u64::BITS - m);
            may_grow(rows.iter().rev().map(turned))
        };
        if !outward(&self.rows) {
            return;
        }
        self.tell_near(a, b);
        if !outward(&self.rows) {
            return;
        }
        self.least_edits(x, y, out);
        let keep = worthwhile(
            out.iter()
                .rev()
                .map(|p| (t.a - p.a - p.len, t.b - p.b - p.len, p.len)),
        );
        let drop = out.len() - keep;
        out.drain(..drop);
    }
}

/// Whether any pairs can be worth the words skipped to reach them, of rows and bits in the order outward from a chain's end:
/// more than half of the words up to some place must pair.
fn may_grow(outward: impl Iterator<Item = u64>) -> bool {
    let mut reached = [0; REACH];
    for (i, row) in outward.enumerate() {
        if row != 0 {
            reached[i.max(row.trailing_zeros() as usize)] += 1;
        }
    }
    let mut matched = 0;
    (1..).zip(reached).any(|(words, n)| {
        matched += n;
        2 * matched > words
    })
}

/// How many of the pairs, going outward from a chain's end, are worth the words skipped to reach them.
fn worthwhile(outward: impl Iterator<Item = (u32, u32, u32)>) -> usize {
    let (mut best, mut keep, mut matched) = (0i64, 0, 0i64);
    for (n, (da, db, len)) in outward.enumerate() {
        matched += i64::from(len);
        let skipped = i64::from(da.max(db) + len) - matched;
        let worth = matched * 2 - skipped * 2;
        if worth > best {
            best = worth;
            keep = n + 1;
        }
    }
    keep
}

fn push(out: &mut Vec<Tile>, t: Tile) {
    match out.last_mut() {
        Some(l) if l.a + l.len == t.a && l.b + l.len == t.b => l.len += t.len,
        _ => out.push(t),
    }
}

/// Puts a pair of words before the first of those that were put after `from`, last first.
fn push_before(out: &mut Vec<Tile>, from: usize, a: u32, b: u32) {
    match out[from..].last_mut() {
        Some(next) if next.a == a + 1 && next.b == b + 1 => {
            (next.a, next.b) = (a, b);
            next.len += 1;
        }
        _ => out.push(Tile { a, b, len: 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{align::spelling::tests::near, recognise::Parts, text};
    use proptest::prelude::*;

    /// The pairs of least edits by definition: every word against every other.
    fn least_edits(x: &[Vec<char>], y: &[Vec<char>]) -> Vec<(usize, usize)> {
        let difference = |p: &Vec<char>, q: &Vec<char>| match () {
            () if p == q => 0,
            () if near(p, q) => NEAR,
            () => DIFFERENT,
        };
        let mut cost = vec![vec![0; y.len() + 1]; x.len() + 1];
        for i in 0..=x.len() {
            for j in 0..=y.len() {
                let left_out = [
                    i.checked_sub(1).map(|i| (i, j)),
                    j.checked_sub(1).map(|j| (i, j)),
                ];
                let left_out = left_out.into_iter().flatten();
                let left_out = left_out.map(|(i, j)| cost[i][j] + LEFT_OUT).min();
                let pair =
                    (i > 0 && j > 0).then(|| cost[i - 1][j - 1] + difference(&x[i - 1], &y[j - 1]));
                cost[i][j] = left_out.into_iter().chain(pair).min().unwrap_or(0);
            }
        }
        let (mut i, mut j, mut pairs) = (x.len(), y.len(), Vec::new());
        while i > 0 && j > 0 {
            let pair = difference(&x[i - 1], &y[j - 1]);
            if cost[i][j] == cost[i - 1][j - 1] + pair {
                (i, j) = (i - 1, j - 1);
                if pair <= NEAR {
                    pairs.push((i, j));
                }
            } else if cost[i][j] == cost[i - 1][j] + LEFT_OUT {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        pairs.reverse();
        pairs
    }

    /// The pairs worth having, going outward from an end: `(place in a, place in b)` from there, nearest first.
    fn worth_having(pairs: &[(usize, usize)]) -> usize {
        let worth = |n: usize| {
            // A stretch of pairs that follow each other is taken whole or not at all.
            let (i, j) = pairs[n - 1];
            let cut = pairs.get(n) == Some(&(i + 1, j + 1));
            let reached = i.max(j) + 1;
            (!cut && 2 * n > reached).then(|| (2 * n - reached, usize::MAX - n))
        };
        let best = (1..=pairs.len()).filter_map(worth).max();
        best.map_or(0, |(_, n)| usize::MAX - n)
    }

    fn flat(tiles: &[Tile], x: u32, y: u32) -> Vec<(usize, usize)> {
        let pairs = tiles
            .iter()
            .flat_map(|t| (0..t.len).map(|k| (t.a + k - x, t.b + k - y)));
        pairs.map(|(i, j)| (i as usize, j as usize)).collect()
    }

    proptest! {
        #[test]
        fn words_are_paired_as_defined(a in words(), b in words(), ends in any::<bool>()) {
            let texts = [a.join(" "), b.join(" ")];
            let tokens = [text::tokenize(&texts[0]), text::tokenize(&texts[1])];
            let parts = [0, 1].map(|n| Parts::of(&texts[n], &tokens[n]));
            let side = |n: usize| Side { text: &texts[n], hashes: &tokens[n].hashes, spans: &tokens[n].spans, parts: &parts[n] };
            let spelt = [0, 1].map(|n| -> Vec<Vec<char>> {
                let words = tokens[n].spans.iter().map(|s| s.slice(&texts[n]));
                words.map(|w| w.chars().flat_map(char::to_lowercase).collect()).collect()
            });
            let [n, m] = [0, 1].map(|n| tokens[n].hashes.len() as u32);
            let mut filler = Filler::default();
            let mut out = Vec::new();
            if !ends {
                filler.pair(side(0), side(1), 0..n, 0..m, &mut out);
                prop_assert_eq!(flat(&out, 0, 0), least_edits(&spelt[0], &spelt[1]));
                return Ok(());
            }
            let free = [vec![false; n as usize], vec![false; m as usize]];
            let [n, m] = [n.min(REACH as u32), m.min(REACH as u32)];
            let near = [&spelt[0][..n as usize], &spelt[1][..m as usize]];
            filler.after(side(0), side(1), Tile { a: 0, b: 0, len: 0 }, &free[0], &free[1], &mut out);
            let pairs = least_edits(near[0], near[1]);
            prop_assert_eq!(flat(&out, 0, 0), &pairs[..worth_having(&pairs)]);
            out.clear();
            let end = Tile { a: free[0].len() as u32, b: free[1].len() as u32, len: 0 };
            let (x, y) = (end.a - n, end.b - m);
            let near = [&spelt[0][x as usize..], &spelt[1][y as usize..]];
            filler.before(side(0), side(1), end, &free[0], &free[1], &mut out);
            let pairs = least_edits(near[0], near[1]);
            let outward = pairs.iter().rev().map(|(i, j)| (n as usize - 1 - i, m as usize - 1 - j));
            let keep = worth_having(&outward.collect::<Vec<_>>());
            prop_assert_eq!(flat(&out, x, y), &pairs[pairs.len() - keep..]);
        }
    }

    fn words() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec(
            "[a-c]{1,3}|harbou?rs?|swing bridge|[a-d]{5}|1[0-9]{3}|ж[а-в]{3}",
            0..24,
        )
    }
}
