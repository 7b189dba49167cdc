//! Spans in the unit a reader counts in: bytes, Unicode code points, or UTF-16 code units.

use serde::{Deserialize, Serialize};

use crate::span::Span;

/// What spans count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Bytes of UTF-8.
    #[default]
    Bytes,
    /// Unicode code points, as Python counts.
    Chars,
    /// UTF-16 code units, as JavaScript and Java count.
    Utf16,
}

/// How far apart the places are whose offsets are kept, in bytes.
const STEP: usize = 512;

/// Converts the byte offsets of one text. Built in one pass; a look-up reads half a kilobyte at most.
#[derive(Debug)]
pub struct Offsets<'t> {
    text: &'t str,
    unit: Unit,
    /// The offset at every multiple of [`STEP`] bytes (or the character boundary before it); empty where bytes serve.
    kept: Vec<(u32, u32)>,
}

impl<'t> Offsets<'t> {
    /// Offsets into `text`.
    #[must_use]
    pub fn new(text: &'t str, unit: Unit) -> Self {
        let mut kept = Vec::new();
        if unit != Unit::Bytes && !text.is_ascii() {
            let (mut from, mut units) = (0, 0);
            while from < text.len() {
                kept.push((from as u32, units));
                let to = text.floor_char_boundary((from + STEP).max(from + 4));
                units += count(&text[from..to], unit);
                from = to;
            }
        }
        Self { text, unit, kept }
    }

    /// `[start, end)` in the unit.
    #[must_use]
    pub fn span(&self, span: Span) -> [u32; 2] {
        [self.at(span.start), self.at(span.end)]
    }

    fn at(&self, byte: u32) -> u32 {
        let i = self.kept.partition_point(|k| k.0 <= byte);
        let Some(&(from, units)) = i.checked_sub(1).and_then(|i| self.kept.get(i)) else {
            return byte;
        };
        units
            + self
                .text
                .get(from as usize..byte as usize)
                .map_or(0, |t| count(t, self.unit))
    }
}

fn count(text: &str, unit: Unit) -> u32 {
    match unit {
        Unit::Bytes => text.len() as u32,
        Unit::Chars => text.chars().count() as u32,
        Unit::Utf16 => text.chars().map(|c| c.len_utf16() as u32).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn equals_a_count_from_the_start(text in "(\\PC|é|中|😀){0,900}", at in 0usize..4000) {
            let at = text.floor_char_boundary(at.min(text.len()));
            for unit in [Unit::Bytes, Unit::Chars, Unit::Utf16] {
                let got = Offsets::new(&text, unit).span(Span::new(0, at as u32));
                proptest::prop_assert_eq!(got, [0, count(&text[..at], unit)]);
            }
        }
    }
}
