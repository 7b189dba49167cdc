//! Which stretches of two articles are the same text: common runs (`seed`), joined into passages (`chain`), grown over
//! small edits (`extend`), and told apart by what they are (`kind`).

mod chain;
mod extend;
mod kind;
mod seed;
pub mod similarity;
mod spelling;

use std::ops::Range;

use crate::{
    recognise::{CHAR, Parts},
    span::Span,
};

pub use kind::{PassageKind, QUOTE_SHARE, Tally};
pub(crate) use seed::Tile;

/// Least weight of a passage: 20 words, or 40 tokens of one character.
pub const MIN_PASSAGE: u32 = 40;

/// What a token counts: 2 for a word, 1 for a single character, so that 20 words weigh as much as 40 characters.
#[inline]
#[must_use]
pub fn weight(flags: u8) -> u32 {
    2 - u32::from(flags & CHAR)
}

/// One article as the aligner sees it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'t> {
    /// The text as read.
    pub text: &'t str,
    /// Hash of each token's normal form.
    pub hashes: &'t [u32],
    /// Where each token stands in the text.
    pub spans: &'t [Span],
    /// What its parts are.
    pub parts: &'t Parts,
}

/// A stretch of `a` aligned with a stretch of `b`, in tokens.
#[derive(Clone, Debug)]
pub struct Aligned {
    /// Tokens of the first article.
    pub a: Range<u32>,
    /// Tokens of the second.
    pub b: Range<u32>,
    /// The runs of matched tokens inside, by place in `a`; disjoint in both. None where there is no memory for them.
    pub(crate) tiles: Box<[Tile]>,
    /// How many tokens those are.
    pub(crate) matched: u32,
    /// What the matched tokens are.
    pub tally: Tally,
}

impl Aligned {
    /// The passage that `tiles` make of two articles whose tokens have flags `a` and `b`.
    fn of(tiles: Vec<Tile>, a: &[u8], b: &[u8]) -> Self {
        Self {
            a: chain::extent(&tiles, |t| t.a),
            b: chain::extent(&tiles, |t| t.b),
            matched: tiles.iter().map(|t| t.len).sum(),
            tally: Tally::of(&tiles, a, b),
            tiles: tiles.into(),
        }
    }

    /// Matched tokens.
    #[must_use]
    pub fn matched(&self) -> u32 {
        self.matched
    }

    /// Matched tokens over the tokens of the longer stretch, in (0, 1].
    #[must_use]
    pub fn identity(&self) -> f64 {
        let longer = (self.a.end - self.a.start).max(self.b.end - self.b.start);
        f64::from(self.matched()) / f64::from(longer.max(1))
    }

    /// Makes the second article the first.
    pub(crate) fn turn(&mut self) {
        std::mem::swap(&mut self.a, &mut self.b);
        for t in &mut self.tiles {
            std::mem::swap(&mut t.a, &mut t.b);
        }
        self.tiles.sort_unstable_by_key(|t| t.a);
    }
}

/// Aligns pairs of articles; its buffers are reused from pair to pair.
#[derive(Debug, Default)]
pub struct Aligner {
    index: seed::RunIndex,
    tiler: seed::Tiler,
    filler: extend::Filler,
}

impl Aligner {
    /// Sets the article that the next calls of [`Aligner::align`] compare others with.
    pub fn first(&mut self, a: Side<'_>) {
        self.index.build(a.hashes, seed::least_run(a));
    }

    /// The passages of at least `least` weight that `a` (given to [`Aligner::first`]) shares with `b`, by place in `a`;
    /// they overlap on neither side. O(|a| + |b| + r log r) for r common runs, whose number is bounded by a multiple of
    /// |a| + |b|.
    pub fn align(&mut self, a: Side<'_>, b: Side<'_>, least: u32) -> Vec<Aligned> {
        self.tiler.tile(&self.index, a.hashes, b.hashes);
        let flags = &a.parts.flags[..];
        let mut out: Vec<Aligned> = Vec::new();
        // Text and what stands round it are different passages, however close: text first, as they may not overlap.
        for tiles in kind::text_and_rest(&self.tiler.tiles, flags, &b.parts.flags) {
            let grown: Vec<Vec<Tile>> = chain::chains(tiles.into_iter().map(|t| vec![t]), flags)
                .into_iter()
                .filter(|c| chain::weight(c, flags) * 4 >= least.min(MIN_PASSAGE))
                .map(|c| {
                    self.filler
                        .fill(a, b, c, &mut self.tiler.used_a, &mut self.tiler.used_b)
                })
                .collect();
            // Grown chains may have come near enough to each other to be one.
            for tiles in chain::chains(grown, flags) {
                let tiles = chain::outside(tiles, &out);
                if chain::weight(&tiles, flags) < least {
                    continue;
                }
                out.push(Aligned::of(tiles, flags, &b.parts.flags));
            }
        }
        out.sort_unstable_by_key(|p| p.a.start);
        out
    }
}

#[cfg(test)]
mod tests;
