//! What a passage is: prose, quoted speech, furniture of the page or a credit.

use super::{seed::Tile, weight};
use crate::recognise::{CREDIT, FURNITURE, QUOTED};

/// Share of the matched tokens that must be quoted for a passage, or all a pair shares, to count as a quotation.
pub const QUOTE_SHARE: f64 = 0.75;

/// What a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PassageKind {
    /// The article's own text.
    Prose,
    /// Inside quotation marks, or a printed statement.
    Quote,
    /// Navigation, teasers, captions, notices, boilerplate.
    Furniture,
    /// Bylines, copyright lines.
    Credit,
}

/// Weights ([`weight`]) of matched tokens by what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Prose outside quotations.
    pub prose: u32,
    /// Quoted in either article.
    pub quoted: u32,
    /// Furniture in either article.
    pub furniture: u32,
    /// Credit in either article.
    pub credit: u32,
}

impl Tally {
    /// Counts the tokens of `tiles` by the flags of both articles: a thing either of them marks is one.
    pub(crate) fn of(tiles: &[Tile], a: &[u8], b: &[u8]) -> Self {
        let mut t = Self::default();
        for tile in tiles {
            for k in 0..tile.len {
                let x = a[(tile.a + k) as usize];
                let f = x | b[(tile.b + k) as usize];
                let place = if f & FURNITURE != 0 {
                    &mut t.furniture
                } else if f & CREDIT != 0 {
                    &mut t.credit
                } else if f & QUOTED != 0 {
                    &mut t.quoted
                } else {
                    &mut t.prose
                };
                *place += weight(x);
            }
        }
        t
    }

    /// The kind of most of it.
    #[must_use]
    pub fn kind(self) -> PassageKind {
        let text = self.prose + self.quoted;
        if self.furniture + self.credit > text {
            return if self.furniture >= self.credit {
                PassageKind::Furniture
            } else {
                PassageKind::Credit
            };
        }
        if f64::from(self.quoted) >= QUOTE_SHARE * f64::from(text) {
            PassageKind::Quote
        } else {
            PassageKind::Prose
        }
    }
}

/// Cuts tiles where text meets furniture or credits: the tiles of the text, and those of the rest.
pub(super) fn text_and_rest(tiles: &[Tile], a: &[u8], b: &[u8]) -> [Vec<Tile>; 2] {
    let mut out = [Vec::new(), Vec::new()];
    for t in tiles {
        let is_rest =
            |k: u32| (a[(t.a + k) as usize] | b[(t.b + k) as usize]) & (FURNITURE | CREDIT) != 0;
        let mut from = 0;
        while from < t.len {
            let rest = is_rest(from);
            let to = (from..t.len).find(|k| is_rest(*k) != rest).unwrap_or(t.len);
            out[usize::from(rest)].push(Tile {
                a: t.a + from,
                b: t.b + from,
                len: to - from,
            });
            from = to;
        }
    }
    out
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, o: Self) {
        self.prose += o.prose;
        self.quoted += o.quoted;
        self.furniture += o.furniture;
        self.credit += o.credit;
    }
}
