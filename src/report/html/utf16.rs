//! Spans of a saved scan, in whatever unit, as JavaScript counts: in UTF-16 code units.

use crate::report::offsets::Unit;

/// Converts offsets into `text` from `unit`. One inside a character becomes that of the next; one beyond the end, the end.
pub(super) fn spans(text: &str, unit: Unit, spans: &[[u32; 2]]) -> Vec<[u32; 2]> {
    let mut wanted: Vec<u32> = spans.iter().flatten().copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut found = Vec::with_capacity(wanted.len());
    let (mut here, mut there) = (0_u32, 0_u32);
    let mut chars = text.chars();
    for offset in &wanted {
        while here < *offset {
            let Some(c) = chars.next() else {
                break;
            };
            here += match unit {
                Unit::Bytes => c.len_utf8(),
                Unit::Chars => 1,
                Unit::Utf16 => c.len_utf16(),
            } as u32;
            there += c.len_utf16() as u32;
        }
        found.push(there);
    }
    let at = |offset: &u32| {
        let place = wanted.binary_search(offset).ok();
        place.and_then(|i| found.get(i)).copied().unwrap_or(there)
    };
    spans.iter().map(|[from, to]| [at(from), at(to)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{report::offsets::Offsets, span::Span};

    proptest::proptest! {
        #[test]
        fn turns_every_unit_into_utf16(text in "(\\PC|é|中|😀){0,60}", x in 0usize..200, y in 0usize..200) {
            let [x, y] = [x, y].map(|at| text.floor_char_boundary(at.min(text.len())) as u32);
            let span = Span::new(x.min(y), x.max(y));
            let expected = Offsets::new(&text, Unit::Utf16).span(span);
            for unit in [Unit::Bytes, Unit::Chars, Unit::Utf16] {
                let given = Offsets::new(&text, unit).span(span);
                proptest::prop_assert_eq!(spans(&text, unit, &[given]), [expected]);
            }
        }
    }

    #[test]
    fn keeps_within_the_text() {
        assert_eq!(
            spans("a😀b", Unit::Bytes, &[[2, 99], [99, 1]]),
            [[3, 4], [4, 1]]
        );
        assert_eq!(spans("", Unit::Chars, &[[0, 5]]), [[0, 0]]);
    }
}
