//! The tokens of an article as they are stored: in pieces, each with its checksum, so that some can be read without the rest.

use std::ops::Range;

use super::file::{checksum, is_sum};

/// Tokens of a piece; the last may have fewer.
const PIECE: usize = 64;
/// Numbers of a piece: its tokens, then the lower half of their checksum.
const STORED: usize = PIECE + 1;
const NUMBER: usize = size_of::<u32>();

pub(super) fn to_bytes(tokens: &[u32]) -> Vec<u8> {
    let mut out = Vec::with_capacity((tokens.len() + tokens.len().div_ceil(PIECE)) * NUMBER);
    for piece in tokens.chunks(PIECE) {
        let from = out.len();
        out.extend(piece.iter().flat_map(|t| t.to_le_bytes()));
        let sum = checksum(&out[from..]) as u32;
        out.extend(sum.to_le_bytes());
    }
    out
}

/// How many tokens are stored in so many bytes.
pub(super) fn count(bytes: usize) -> usize {
    let numbers = bytes / NUMBER;
    numbers / STORED * PIECE + (numbers % STORED).saturating_sub(1)
}

/// The bytes of the pieces that hold some tokens, of all that are stored, and where these begin among theirs.
pub(super) fn pieces(some: &Range<usize>, bytes: usize) -> (Range<usize>, usize) {
    let (first, last) = (some.start / PIECE, some.end.div_ceil(PIECE));
    let size = STORED * NUMBER;
    let end = (last * size).min(bytes);
    ((first * size).min(end)..end, some.start % PIECE)
}

/// The tokens of some pieces, read as they stand; none where a checksum is wrong.
pub(super) fn of(stored: &[u32]) -> Option<Vec<u32>> {
    let mut out = Vec::with_capacity(stored.len());
    for piece in stored.chunks(STORED) {
        let (sum, tokens) = piece.split_last()?;
        if !is_sum(
            checksum(bytemuck::cast_slice(tokens)) as u32,
            u32::from_le(*sum),
        ) {
            return None;
        }
        out.extend(tokens.iter().map(|t| u32::from_le(*t)));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Option<Vec<u32>> {
        let number = |b: &[u8]| u32::from_ne_bytes(b.try_into().unwrap());
        of(&bytes.chunks_exact(NUMBER).map(number).collect::<Vec<u32>>())
    }

    proptest! {
        #[test]
        fn some_are_read_without_the_rest(
            tokens in prop::collection::vec(any::<u32>(), 0..300),
            from in 0usize..300,
            n in 0usize..80,
        ) {
            let bytes = to_bytes(&tokens);
            prop_assert_eq!(count(bytes.len()), tokens.len());
            prop_assert_eq!(read(&bytes), Some(tokens.clone()));
            let from = from.min(tokens.len());
            let some = from..(from + n).min(tokens.len());
            let (place, skip) = pieces(&some, bytes.len());
            let read = read(&bytes[place]).unwrap();
            prop_assert_eq!(&read[skip.min(read.len())..][..some.len()], &tokens[some]);
        }
    }

    #[test]
    fn a_flipped_bit_is_seen() {
        let bytes = to_bytes(&[7; 100]);
        for i in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[i] ^= 1;
            assert_eq!(read(&flipped), None, "byte {i}");
        }
    }
}
