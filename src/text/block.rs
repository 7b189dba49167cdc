//! 64 bytes of text at once: which of them make up words, and which need a closer look. Words of ASCII letters and digits
//! are read here; all others are left to [`super::tokenize`].
//!
//! Plain loops over bytes, which the compiler makes vector instructions of, so that the words of ordinary text are found
//! without a step, or a wrong guess, for each byte.

use super::class::{ASCII, BREAK, COMPLEX, in_word};
use super::tokenize::{Scanner, Sink};

/// Bytes in a block.
const LEN: usize = 64;

/// Sets of a block's bytes: one bit for each, the first the lowest.
#[derive(Clone, Copy)]
struct Block {
    /// ASCII letters and digits.
    solid: u64,
    /// ASCII punctuation that may stand within a word.
    mid: u64,
    /// The low line, and all bytes beyond ASCII.
    other: u64,
}

impl Block {
    /// A function of its own, since inside a larger one the compiler makes loops over single bytes of it.
    #[inline(never)]
    fn of(bytes: &[u8; LEN]) -> Self {
        let solid = bits(bytes, |b| {
            ((b | 0x20).wrapping_sub(b'a') < 26) | (b.wrapping_sub(b'0') < 10)
        });
        let mid = bits(bytes, |b| (b & !2 == b',') | (b | 1 == b';') | (b == b'\''));
        let is_other = |b: u8| (b >= 0x80) | (b == b'_');
        let other = if any(bytes, is_other) {
            bits(bytes, is_other)
        } else {
            0
        };
        Self { solid, mid, other }
    }

    /// Bytes with which a word that ends right before them may go on. `next`: whether the byte behind the block may be
    /// part of a word.
    #[inline(always)]
    fn joints(self, next: bool) -> u64 {
        let after = (self.solid | self.other) >> 1 | u64::from(next) << (LEN - 1);
        self.other | self.mid & after
    }
}

impl<S: Sink> Scanner<'_, S> {
    /// Passes on all tokens.
    pub(super) fn run(&mut self) {
        let bytes = self.bytes;
        let (mut at, mut open) = (0, None);
        let (blocks, rest) = bytes.as_chunks();
        for (block, base) in blocks.iter().zip((0..).step_by(LEN)) {
            (at, open) = self.block(block, base, at, open);
        }
        let mut last = [b' '; LEN];
        last[..rest.len()].copy_from_slice(rest);
        self.block(&last, bytes.len() - rest.len(), at, open);
    }

    /// The words of the block at `base`, what stands before `at` left out. A word that began before the block stands
    /// `open`. Returns where to go on, and the word left open at the end of the block.
    #[inline(always)]
    fn block(
        &mut self,
        bytes: &[u8; LEN],
        base: usize,
        at: usize,
        open: Option<usize>,
    ) -> (usize, Option<usize>) {
        let end = base + LEN;
        if at >= end {
            return (at, None);
        }
        let mut block = Block::of(bytes);
        if at > base {
            let unread = u64::MAX << (at - base);
            block.solid &= unread;
            block.other &= unread;
        }
        let next = self.bytes.get(end).map_or(BREAK, |b| ASCII[*b as usize]);
        let joints = block.joints(in_word(next) || next == COMPLEX);
        let before = u64::from(open.is_some());
        let behind = block.solid << 1 | before;
        if block.other | joints & behind == 0 {
            (end, self.plain_words(block.solid ^ behind, base, open))
        } else {
            self.joined_words(block, joints, base, at.max(base), open)
        }
    }

    /// The words of a block in which no word holds anything but letters and digits of ASCII. `edges`: where words begin and
    /// end, in turn.
    #[inline(always)]
    fn plain_words(&mut self, mut edges: u64, base: usize, open: Option<usize>) -> Option<usize> {
        let mut edge = || {
            let at = base + edges.trailing_zeros() as usize;
            let found = edges != 0;
            edges &= edges.wrapping_sub(1);
            found.then_some(at)
        };
        let mut start = open.or_else(&mut edge);
        while let Some(from) = start {
            let Some(to) = edge() else { break };
            self.plain_word(from, to);
            start = edge();
        }
        start
    }

    /// The words of a block in which a word may go on behind a mark or hold other characters.
    fn joined_words(
        &mut self,
        block: Block,
        joints: u64,
        base: usize,
        mut at: usize,
        mut open: Option<usize>,
    ) -> (usize, Option<usize>) {
        let end = base + LEN;
        while at < end {
            let start = if let Some(start) = open.take() {
                start
            } else {
                let begins = (block.solid | block.other) >> (at - base);
                if begins == 0 {
                    return (end, None);
                }
                at += begins.trailing_zeros() as usize;
                if block.other >> (at - base) & 1 != 0 {
                    at = self.irregular(at);
                    continue;
                }
                at
            };
            at += (!block.solid >> (at - base)).trailing_zeros() as usize;
            if at >= end {
                return (end, Some(start));
            }
            if joints >> (at - base) & 1 != 0 {
                at = self.ascii_word(start);
            } else {
                self.plain_word(start, at);
            }
        }
        (at, None)
    }

    /// A word of ASCII letters and digits alone.
    #[inline(always)]
    fn plain_word(&mut self, start: usize, end: usize) {
        // Letters without their case; digits have this bit.
        const SMALL: u64 = u64::from_ne_bytes([0x20; 8]);
        let Some(word) = self.bytes.get(start..) else {
            return;
        };
        let mut copy = [0; 16];
        let bytes = word.first_chunk().unwrap_or_else(|| {
            copy[..word.len()].copy_from_slice(word);
            &copy
        });
        if end - start > bytes.len() {
            self.ascii_word(start);
            return;
        }
        let all = u128::from_le_bytes(*bytes);
        let form = [all as u64 | SMALL, (all >> 64) as u64 | SMALL];
        self.sink.short(form, start, end);
    }

    /// Whatever begins with a low line or a character beyond ASCII; returns where to go on.
    fn irregular(&mut self, at: usize) -> usize {
        if self.bytes[at] == b'_' {
            self.ascii_word(at)
        } else {
            self.other(at)
        }
    }
}

/// Where the first byte is that `is` holds of; quick where that is seldom.
#[inline(always)]
pub(crate) fn find(bytes: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    const STEP: usize = 32;
    let (chunks, _) = bytes.as_chunks::<STEP>();
    let none = chunks.iter().take_while(|chunk| !any(chunk, &is));
    let from = STEP * none.count();
    let found = bytes[from..].iter().position(|b| is(*b))?;
    Some(from + found)
}

/// Whether `is` holds of any byte. As numbers: of truth values the compiler would make a branch for each byte.
#[inline(always)]
fn any<const N: usize>(bytes: &[u8; N], is: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(0, |any, b| any | u8::from(is(*b))) != 0
}

/// The bytes that `is` holds of.
#[inline(always)]
fn bits(bytes: &[u8; LEN], is: impl Fn(u8) -> bool) -> u64 {
    // Moves the top bits of eight bytes together.
    const GATHER: u64 = 0x0002_0408_1020_4081;
    let mut tops = [0; LEN];
    for (top, byte) in tops.iter_mut().zip(bytes) {
        *top = if is(*byte) { 0x80 } else { 0 };
    }
    let (eights, _) = tops.as_chunks();
    eights.iter().rev().fold(0, |all, eight| {
        all << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::class::{CONNECTOR, DIGIT, FOLDS, LETTER, is_mid};

    #[test]
    fn sets_are_those_of_the_classes() {
        for byte in 0..=255u8 {
            for at in [0, 1, 7, 8, 31, 62, 63] {
                let mut bytes = [b' '; LEN];
                bytes[at] = byte;
                let Block { solid, mid, other } = Block::of(&bytes);
                let class = ASCII[byte as usize];
                let is = |holds: bool| u64::from(holds) << at;
                let kind = if class == COMPLEX {
                    class
                } else {
                    class & !FOLDS
                };
                assert_eq!(solid, is(kind == LETTER || kind == DIGIT), "{byte:x}");
                assert_eq!(mid, is(class != COMPLEX && is_mid(class)), "{byte:x}");
                assert_eq!(other, is(kind == COMPLEX || kind == CONNECTOR), "{byte:x}");
                assert_eq!(solid | mid | other == 0, class == BREAK, "{byte:x}");
            }
        }
    }
}
