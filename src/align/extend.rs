//! Grows a chain over small edits: inside its gaps and a little beyond its ends, words are paired by least edits, where a
//! word spelt nearly the same (a scanning error, another ending) pairs as an equal one does.

use super::{Side, seed::Tile};
use crate::span::Span;

/// Longest gap, in tokens of either article, that is aligned word by word.
const LONGEST_GAP: usize = 48;
/// How far beyond its ends a chain may grow, in tokens.
const REACH: usize = 12;
/// Shortest word, in characters, that may differ and still pair.
const SHORTEST: usize = 4;

/// Cost of pairing equal words, nearly equal ones, of leaving one out; in tenths.
const NEAR: u32 = 2;
const LEFT_OUT: u32 = 10;
/// Pairing two different words: dearer than one omission, cheaper than two, so that it is an edit but never a match.
const DIFFERENT: u32 = 18;

#[derive(Debug, Default)]
pub(super) struct Filler {
    cost: Vec<u32>,
    left: Vec<char>,
    right: Vec<char>,
    letters: Vec<u32>,
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
                self.pair(a, b, (a0, a1), (b0, b1), &mut out);
            }
        }
        for t in &out {
            used_a[t.a as usize..(t.a + t.len) as usize].fill(true);
            used_b[t.b as usize..(t.b + t.len) as usize].fill(true);
        }
        out
    }

    /// Pairs the words of two short stretches by least edits (Wagner and Fischer 1974).
    fn pair(
        &mut self,
        a: Side<'_>,
        b: Side<'_>,
        x: (u32, u32),
        y: (u32, u32),
        out: &mut Vec<Tile>,
    ) {
        let (n, m) = ((x.1 - x.0) as usize, (y.1 - y.0) as usize);
        let width = m + 1;
        self.letters.clear();
        self.letters.extend((x.0..x.1).map(|i| letters(a, i)));
        self.letters.extend((y.0..y.1).map(|j| letters(b, j)));
        self.cost.clear();
        self.cost.resize((n + 1) * width, 0);
        for j in 1..=m {
            self.cost[j] = j as u32 * LEFT_OUT;
        }
        for i in 1..=n {
            self.cost[i * width] = i as u32 * LEFT_OUT;
            for j in 1..=m {
                let pair = self.cost[(i - 1) * width + j - 1]
                    + self.difference(
                        a,
                        b,
                        x.0 + i as u32 - 1,
                        y.0 + j as u32 - 1,
                        (i - 1, n + j - 1),
                    );
                let up = self.cost[(i - 1) * width + j] + LEFT_OUT;
                let left = self.cost[i * width + j - 1] + LEFT_OUT;
                self.cost[i * width + j] = pair.min(up).min(left);
            }
        }
        let (mut i, mut j) = (n, m);
        let from = out.len();
        while i > 0 && j > 0 {
            let here = self.cost[i * width + j];
            let d = self.difference(
                a,
                b,
                x.0 + i as u32 - 1,
                y.0 + j as u32 - 1,
                (i - 1, n + j - 1),
            );
            if here == self.cost[(i - 1) * width + j - 1] + d {
                if d <= NEAR {
                    out.push(Tile {
                        a: x.0 + i as u32 - 1,
                        b: y.0 + j as u32 - 1,
                        len: 1,
                    });
                }
                i -= 1;
                j -= 1;
            } else if here == self.cost[(i - 1) * width + j] + LEFT_OUT {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        out[from..].reverse();
        merge_tail(out, from);
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
        self.pair(
            a,
            b,
            (a0 as u32, (a0 + n) as u32),
            (b0 as u32, (b0 + m) as u32),
            out,
        );
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
        self.pair(a, b, (t.a - n, t.a), (t.b - m, t.b), out);
        let keep = worthwhile(
            out.iter()
                .rev()
                .map(|p| (t.a - p.a - p.len, t.b - p.b - p.len, p.len)),
        );
        let drop = out.len() - keep;
        out.drain(..drop);
    }

    fn difference(
        &mut self,
        a: Side<'_>,
        b: Side<'_>,
        i: u32,
        j: u32,
        masks: (usize, usize),
    ) -> u32 {
        if a.tokens.hashes[i as usize] == b.tokens.hashes[j as usize] {
            return 0;
        }
        // Words of other letters cannot be near: three letters may be new on either side.
        if (self.letters[masks.0] ^ self.letters[masks.1]).count_ones() > 5 {
            return DIFFERENT;
        }
        lower(a, i, &mut self.left);
        lower(b, j, &mut self.right);
        if near(&self.left, &self.right) {
            NEAR
        } else {
            DIFFERENT
        }
    }
}

fn word<'t>(side: Side<'t>, i: u32) -> &'t str {
    side.tokens
        .spans
        .get(i as usize)
        .copied()
        .unwrap_or(Span::default())
        .slice(side.text)
}

fn lower(side: Side<'_>, i: u32, out: &mut Vec<char>) {
    out.clear();
    out.extend(word(side, i).chars().flat_map(char::to_lowercase).take(64));
}

/// Which letters a word holds, folded into 32 bits.
fn letters(side: Side<'_>, i: u32) -> u32 {
    word(side, i)
        .chars()
        .flat_map(char::to_lowercase)
        .fold(0, |m, c| m | 1 << (c as u32 & 31))
}

/// Whether two words are one but for a letter in four. Figures are what edits change, so numbers are never near.
fn near(x: &[char], y: &[char]) -> bool {
    let (longer, shorter) = (x.len().max(y.len()), x.len().min(y.len()));
    if shorter < SHORTEST - 1 || longer < SHORTEST || longer - shorter > longer / 4 + 1 {
        return false;
    }
    if [x, y]
        .iter()
        .any(|w| w.iter().all(|c| c.is_numeric() || matches!(c, '.' | ',')))
    {
        return false;
    }
    strsim::generic_levenshtein(&Chars(x), &Chars(y)) <= (longer + 1) / 4 + usize::from(longer > 5)
}

struct Chars<'c>(&'c [char]);

impl<'a> IntoIterator for &'a Chars<'_> {
    type Item = &'a char;
    type IntoIter = std::slice::Iter<'a, char>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
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

/// Joins single pairs from `from` on that follow each other into longer tiles.
fn merge_tail(out: &mut Vec<Tile>, from: usize) {
    let tail = out.split_off(from);
    let mut merged = Vec::with_capacity(tail.len());
    for t in tail {
        push(&mut merged, t);
    }
    out.append(&mut merged);
}
