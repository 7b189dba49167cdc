//! A stretch of text, in bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Bytes `[start, end)` of a text. Four bytes a side: no text is longer than 4 GiB.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Length in bytes; 0 where the ends are crossed.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it covers nothing.
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The text it covers: empty if it does not lie within `text` on character boundaries.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or("")
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_and_slices() {
        let span = Span::new(1, 3);
        assert_eq!((span.len(), span.is_empty()), (2, false));
        assert_eq!(span.slice("aé!"), "é");
        assert_eq!(span.to_string(), "1..3");
        assert!(Span::default().is_empty());
    }

    #[test]
    fn never_panics() {
        assert_eq!(Span::new(3, 1).slice("abcd"), "");
        assert_eq!(Span::new(3, 1).len(), 0);
        assert_eq!(Span::new(0, 9).slice("abc"), "");
        assert_eq!(Span::new(0, 2).slice("aé"), "");
    }

    #[test]
    fn sorts_by_start_then_end() {
        let mut spans = [Span::new(2, 3), Span::new(0, 9), Span::new(0, 1)];
        spans.sort();
        assert_eq!(spans, [Span::new(0, 1), Span::new(0, 9), Span::new(2, 3)]);
    }
}
