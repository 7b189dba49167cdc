//! Numbers as text, in the base 64 of source maps: five bits a character, the lowest first, and a sixth where more follow. Most
//! numbers are small and take a character each, which packs well.

use std::ops::Range;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Says that more characters follow.
const MORE: u32 = 32;

pub(super) fn write(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut out = String::new();
    for mut n in numbers {
        while n >= MORE {
            out.push(char::from(DIGITS[(n % MORE + MORE) as usize]));
            n /= MORE;
        }
        out.push(char::from(DIGITS[n as usize]));
    }
    out
}

/// The numbers of a text; none where [`write`] would not have written it.
pub(super) fn read(text: &str) -> Option<Vec<u32>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut n, mut bits) = (0u64, 0);
    for c in text.bytes() {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        let digit = u32::from(digit);
        n |= u64::from(digit % MORE) << bits;
        bits += MORE.ilog2();
        if digit < MORE {
            out.push(u32::try_from(n).ok()?);
            (n, bits) = (0, 0);
        } else if bits > u32::BITS {
            return None;
        }
    }
    (bits == 0).then_some(out)
}

/// Of each range what lies between it and the one before, and its length.
pub(super) fn write_ranges(ranges: impl Iterator<Item = Range<u32>> + Clone) -> [String; 2] {
    let ends = [0].into_iter().chain(ranges.clone().map(|r| r.end));
    let gaps = ranges.clone().zip(ends).map(|(r, end)| r.start - end);
    [write(gaps), write(ranges.map(|r| r.end - r.start))]
}

/// Ranges that hold something, ascending and apart.
pub(super) fn read_ranges([gaps, lengths]: &[String; 2]) -> Option<Vec<Range<u32>>> {
    let (gaps, lengths) = (read(gaps)?, read(lengths)?);
    if gaps.len() != lengths.len() {
        return None;
    }
    let mut last = 0u32;
    let ranges = gaps.into_iter().zip(lengths).map(|(gap, length)| {
        let start = last.checked_add(gap)?;
        last = start.checked_add(length)?;
        (start < last).then_some(start..last)
    });
    ranges.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn is_that_of_source_maps() {
        assert_eq!(write([0, 1, 31, 32, 1 << 10]), "ABfgBggB");
        assert_eq!(write([u32::MAX]), "//////D");
        assert_eq!(read("//////D"), Some(vec![u32::MAX]));
        for text in ["g", "//////E", "ggggggggA", "A!", "é"] {
            assert_eq!(read(text), None, "{text}");
        }
        let ranges = |gaps: &str, lengths: &str| read_ranges(&[gaps.into(), lengths.into()]);
        assert_eq!(ranges("AB", "BB"), Some(vec![0..1, 2..3]));
        for (gaps, lengths) in [("A", "BB"), ("A", "A"), ("BB", "//////DB")] {
            assert_eq!(ranges(gaps, lengths), None, "{gaps} {lengths}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_wrote(numbers in prop::collection::vec(prop_oneof![0u32..40, any::<u32>()], 0..50)) {
            prop_assert_eq!(read(&write(numbers.iter().copied())), Some(numbers));
        }

        #[test]
        fn ranges_too(steps in prop::collection::vec((0u32..90, 1u32..90), 0..50)) {
            let mut end = 0;
            let ranges: Vec<Range<u32>> = steps
                .iter()
                .map(|(gap, length)| {
                    let start = end + gap;
                    end = start + length;
                    start..end
                })
                .collect();
            prop_assert_eq!(read_ranges(&write_ranges(ranges.iter().cloned())), Some(ranges));
        }

        #[test]
        fn never_panics(text in "[A-Za-z0-9+/]{0,40}|\\PC{0,9}") {
            let _ = read_ranges(&[text.clone(), text]);
        }
    }
}
