//! Where two articles set beside each other are in step: the places of either that begin on one row.

use std::{cmp::Reverse, collections::BTreeMap, ops::Range};

use crate::{align::Aligned, detector::Article};

/// Tokens of an edit after which both articles begin a row together again.
const LONG_EDIT: u32 = 8;
/// Least matched tokens after such an edit for that.
const LEAST_STEP: usize = 3;

/// Where, inside a passage, both articles go on alike after an edit that would put them out of step; in bytes of each.
pub(super) fn cuts(p: &Aligned, articles: [&Article; 2]) -> Vec<[usize; 2]> {
    let runs: Vec<[Range<u32>; 2]> = p
        .tiles
        .iter()
        .map(|t| [t.a..t.a + t.len, t.b..t.b + t.len])
        .collect();
    let mut before = [p.a.start, p.b.start];
    let mut out = Vec::new();
    for i in in_step(&runs, |i| p.tiles[i].len) {
        let [a, b] = &runs[i];
        let edit = (a.start - before[0]).max(b.start - before[1]);
        if edit >= LONG_EDIT && a.len() >= LEAST_STEP {
            let places = [(articles[0], a.start), (articles[1], b.start)];
            out.push(places.map(|(article, token)| begin(article, token)));
        }
        before = [a.end, b.end];
    }
    out
}

/// The byte at which a token begins, or the marks that open it.
fn begin(article: &Article, token: u32) -> usize {
    let (text, spans) = (&article.document.text, article.spans());
    let at = spans
        .get(token as usize)
        .map_or(text.len(), |s| s.start as usize);
    let last = (token as usize).checked_sub(1).and_then(|i| spans.get(i));
    at - marks(
        text.get(last.map_or(0, |s| s.end as usize)..at)
            .unwrap_or_default()
            .chars()
            .rev(),
    )
}

/// Bytes of the characters up to the first space or letter.
pub(super) fn marks(text: impl Iterator<Item = char>) -> usize {
    text.take_while(|c| !c.is_whitespace() && !c.is_alphanumeric())
        .map(char::len_utf8)
        .sum()
}

/// The passages that may begin on one row in both articles.
pub(super) fn anchors(passages: &[Aligned]) -> Vec<usize> {
    let stretches: Vec<[Range<u32>; 2]> = passages
        .iter()
        .map(|p| [p.a.clone(), p.b.clone()])
        .collect();
    in_step(&stretches, |i| passages[i].matched())
}

/// Of stretches that overlap on neither side, some that stand in the same order in both: the largest, then whichever next
/// largest keeps to the order. O(n log n).
fn in_step(stretches: &[[Range<u32>; 2]], size: impl Fn(usize) -> u32) -> Vec<usize> {
    let mut by_size: Vec<usize> = (0..stretches.len()).collect();
    by_size.sort_by_key(|i| (Reverse(size(*i)), *i));
    let mut chosen: BTreeMap<u32, usize> = BTreeMap::new();
    for i in by_size {
        let [a, b] = &stretches[i];
        let before = chosen.range(..a.start).next_back();
        let after = chosen.range(a.start..).next();
        if before.is_none_or(|(_, j)| stretches[*j][1].end <= b.start)
            && after.is_none_or(|(_, j)| b.end <= stretches[*j][1].start)
        {
            chosen.insert(a.start, i);
        }
    }
    chosen.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_stretches_in_one_order_are_in_step() {
        let stretches = [
            [0..9, 50..59],
            [10..40, 0..30],
            [40..45, 90..95],
            [45..60, 30..45],
        ];
        assert_eq!(
            in_step(&stretches, |i| stretches[i][0].len() as u32),
            [1, 3]
        );
        assert_eq!(in_step(&stretches, |i| if i == 0 { 99 } else { 1 }), [0, 2]);
        assert!(in_step(&[], |_| 0).is_empty());
    }
}
