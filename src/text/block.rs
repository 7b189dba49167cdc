//! 64 bytes of text at once: which of them make up words, and which need a closer look.
//!
//! Plain loops over bytes, which the compiler makes vector instructions of, so that the words of ordinary text are found
//! without a step, or a wrong guess, for each byte.

/// Bytes in a block.
pub(super) const LEN: usize = 64;

/// Sets of a block's bytes: one bit for each, the first the lowest.
#[derive(Clone, Copy)]
pub(super) struct Block {
    /// ASCII letters and digits.
    pub(super) solid: u64,
    /// ASCII punctuation that may stand within a word.
    pub(super) mid: u64,
    /// The low line, and all bytes beyond ASCII.
    pub(super) other: u64,
}

impl Block {
    /// A function of its own, since inside a larger one the compiler makes loops over single bytes of it.
    #[inline(never)]
    pub(super) fn of(bytes: &[u8; LEN]) -> Self {
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
    pub(super) fn joints(self, next: bool) -> u64 {
        let after = (self.solid | self.other) >> 1 | u64::from(next) << (LEN - 1);
        self.other | self.mid & after
    }
}

/// Where the first byte is that `is` holds of; quick where that is seldom.
#[inline(always)]
pub(crate) fn find(bytes: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    const STEP: usize = 32;
    let (chunks, _) = bytes.as_chunks::<STEP>();
    let none = chunks.iter().take_while(|chunk| !any(*chunk, &is));
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
    use crate::text::class::{ASCII, BREAK, COMPLEX, CONNECTOR, DIGIT, FOLDS, LETTER, is_mid};

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
