//! Joins tiles into passages. Two neighbours are one passage if the gap between them costs less than the weaker of them
//! is worth; order inside does not matter, so sentences moved within one borrowed stretch stay in it.

use std::ops::Range;

use super::{Aligned, seed::Tile, seed::apart, weight as token_weight};

/// What an unmatched token between two tiles costs, against 1 for a matched one.
const GAP_COST: f64 = 0.25;
/// Longest gap inside a passage, in tokens of either article.
const LONGEST_GAP: u32 = 60;
/// Tokens that a stretch is worth for the gap it lies in to be left open.
const WORTH_KEEPING: u32 = 16;
/// Neighbours tried, in order of place, for one chain.
const MOST_TRIED: usize = 6;

struct Chain {
    a: (u32, u32),
    b: (u32, u32),
    worth: f64,
    tiles: Vec<Tile>,
}

impl Chain {
    fn new(tiles: Vec<Tile>, flags: &[u8]) -> Self {
        let (a, b) = (extent(&tiles, |t| t.a), extent(&tiles, |t| t.b));
        let matched = weight(&tiles, flags);
        let unmatched = (a.end - a.start)
            .max(b.end - b.start)
            .saturating_sub(tiles.iter().map(|t| t.len).sum());
        Self {
            a: (a.start, a.end),
            b: (b.start, b.end),
            worth: f64::from(matched) / 2.0 - GAP_COST * f64::from(unmatched),
            tiles,
        }
    }

    fn gap(&self, other: &Self) -> u32 {
        let gap = |x: (u32, u32), y: (u32, u32)| apart(x.0, x.1 - x.0, y.0, y.1 - y.0);
        gap(self.a, other.a).max(gap(self.b, other.b))
    }

    fn join(&mut self, mut other: Self, gap: u32) {
        self.a = (self.a.0.min(other.a.0), self.a.1.max(other.a.1));
        self.b = (self.b.0.min(other.b.0), self.b.1.max(other.b.1));
        self.worth += other.worth - GAP_COST * f64::from(gap);
        self.tiles.append(&mut other.tiles);
    }
}

/// The chains of `tiles` (sorted by place in `a`), heaviest first. Near tiles join before far ones.
pub(super) fn chains(parts: impl IntoIterator<Item = Vec<Tile>>, flags: &[u8]) -> Vec<Vec<Tile>> {
    let mut chains: Vec<Option<Chain>> = parts
        .into_iter()
        .map(|tiles| Some(Chain::new(tiles, flags)))
        .collect();
    chains.sort_unstable_by_key(|c| c.as_ref().map(|c| (c.a, c.b)));
    for reach in [1, 3, 6, 10, 16, 24, LONGEST_GAP] {
        while join_pass(&mut chains, reach) {}
    }
    let mut out: Vec<Vec<Tile>> = chains
        .into_iter()
        .flatten()
        .map(|mut c| {
            c.tiles.sort_unstable_by_key(|t| t.a);
            c.tiles
        })
        .collect();
    out.sort_by_cached_key(|t| {
        (
            std::cmp::Reverse(weight(t, flags)),
            t.first().map(|t| (t.a, t.b)),
        )
    });
    out
}

/// One pass over the chains by place in `a`; whether any two joined.
fn join_pass(chains: &mut Vec<Option<Chain>>, reach: u32) -> bool {
    let mut joined = false;
    for i in 0..chains.len() {
        let Some(mut x) = chains[i].take() else {
            continue;
        };
        let mut tried = 0;
        for j in i + 1..chains.len() {
            let Some(y) = chains[j].as_ref() else {
                continue;
            };
            if tried == MOST_TRIED || apart(x.a.0, x.a.1 - x.a.0, y.a.0, y.a.1 - y.a.0) > reach {
                break;
            }
            tried += 1;
            let gap = x.gap(y);
            let near = gap <= reach && GAP_COST * f64::from(gap) < x.worth.min(y.worth);
            if near && !(gap >= WORTH_KEEPING && holds_another(&x, y, chains)) {
                if let Some(y) = chains[j].take() {
                    x.join(y, gap);
                }
                joined = true;
                tried = 0;
            }
        }
        chains[i] = Some(x);
    }
    if joined {
        chains.retain(Option::is_some);
        chains.sort_unstable_by_key(|c| c.as_ref().map(|c| (c.a, c.b)));
    }
    joined
}

/// Whether the gap between two chains holds, on one side, a chain worth keeping that on the other side is too far away to
/// join them: a paragraph moved from here to there. Joined, they would leave it no place of its own.
fn holds_another(x: &Chain, y: &Chain, chains: &[Option<Chain>]) -> bool {
    let between = |p: (u32, u32), q: (u32, u32)| (p.1.min(q.1), p.0.max(q.0));
    let (a, b) = (between(x.a, y.a), between(x.b, y.b));
    let union = |p: (u32, u32), q: (u32, u32)| (p.0.min(q.0), p.1.max(q.1));
    let (all_a, all_b) = (union(x.a, y.a), union(x.b, y.b));
    let inside = |z: (u32, u32), gap: (u32, u32)| {
        2 * z.1.min(gap.1).saturating_sub(z.0.max(gap.0)) > z.1 - z.0
    };
    let far =
        |z: (u32, u32), all: (u32, u32)| apart(z.0, z.1 - z.0, all.0, all.1 - all.0) > LONGEST_GAP;
    chains.iter().flatten().any(|z| {
        z.worth >= f64::from(WORTH_KEEPING)
            && (inside(z.b, b) && far(z.a, all_a) || inside(z.a, a) && far(z.b, all_b))
    })
}

/// Weight of the matched tokens, told by the flags of the first article.
pub(super) fn weight(tiles: &[Tile], flags: &[u8]) -> u32 {
    tiles
        .iter()
        .flat_map(|t| &flags[t.a as usize..(t.a + t.len) as usize])
        .map(|f| token_weight(*f))
        .sum()
}

/// From the first to the last token on one side.
pub(super) fn extent(tiles: &[Tile], at: impl Fn(&Tile) -> u32) -> Range<u32> {
    let from = tiles.iter().map(&at).min().unwrap_or(0);
    let to = tiles.iter().map(|t| at(t) + t.len).max().unwrap_or(0);
    from..to
}

/// The largest part of a chain that overlaps no passage taken before it, on either side.
pub(super) fn outside(tiles: Vec<Tile>, taken: &[Aligned]) -> Vec<Tile> {
    let mut tiles = tiles;
    for p in taken {
        for (at, held) in [
            ((|t: &Tile| t.a) as fn(&Tile) -> u32, &p.a),
            (|t: &Tile| t.b, &p.b),
        ] {
            let span = extent(&tiles, at);
            if span.end <= held.start || held.end <= span.start {
                continue;
            }
            let sum = |ts: &[Tile]| ts.iter().map(|t| t.len).sum::<u32>();
            let (before, rest): (Vec<_>, Vec<_>) =
                tiles.iter().partition(|t| at(t) + t.len <= held.start);
            let after: Vec<Tile> = rest.into_iter().filter(|t| at(t) >= held.end).collect();
            tiles = if sum(&before) >= sum(&after) {
                before
            } else {
                after
            };
        }
    }
    tiles
}
