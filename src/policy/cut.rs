//! Which stretches of the articles of a scan are boilerplate that a cleaned corpus can do without. Never a credit, and nothing
//! that is prose in another version of the same story.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{
    boilerplate::Boilerplate,
    detector::{Article, Scan},
    recognise::{BOILERPLATE, CREDIT, is_prose},
    span::Span,
};

/// What is cut from an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its index.
    pub article: u32,
    /// Stretches of its text, ascending and apart.
    pub spans: Vec<Span>,
}

impl Cut {
    /// How many bytes of the text are cut.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.spans.iter().map(|s| u64::from(s.len())).sum()
    }
}

/// What is cut from the articles for which `wanted` is set, by article; nothing where they are not held. The same for any number
/// of threads.
#[must_use]
pub fn boilerplate(scan: &Scan, wanted: &[bool]) -> Vec<Cut> {
    if !scan.is_held() {
        return Vec::new();
    }
    let mut cluster: FxHashMap<u32, u32> = FxHashMap::default();
    for (c, found) in (0u32..).zip(&scan.clusters) {
        cluster.extend(found.members.iter().map(|x| (*x, c)));
    }
    let pieces: Vec<Vec<(u32, Span)>> = scan
        .boilerplate
        .par_iter()
        .map(|b| piece(scan, b, wanted, &cluster))
        .collect();
    let mut of: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
    for (x, span) in pieces.into_iter().flatten() {
        of.entry(x).or_default().push(span);
    }
    let cut = |(article, spans)| Cut {
        article,
        spans: joined(spans),
    };
    let mut out: Vec<Cut> = of.into_iter().map(cut).collect();
    // What is nothing else is left: an article without text is no better than one of stock text.
    out.retain(|c| has_more(&scan.articles[c.article as usize], &c.spans));
    out
}

/// Where one piece of boilerplate can be cut.
fn piece(
    scan: &Scan,
    b: &Boilerplate,
    wanted: &[bool],
    cluster: &FxHashMap<u32, u32>,
) -> Vec<(u32, Span)> {
    let first = &scan.articles[b.article as usize];
    let run = &first.hashes[b.tokens.start as usize..b.tokens.end as usize];
    // Whether it is prose in a version of a story, by cluster.
    let mut is_story: FxHashMap<u32, bool> = FxHashMap::default();
    let mut out = Vec::new();
    for x in b.articles.iter().copied() {
        if !wanted.get(x as usize).is_some_and(|w| *w) {
            continue;
        }
        let places = places(&scan.articles[x as usize], run);
        if places.is_empty() {
            continue;
        }
        if let Some(c) = cluster.get(&x) {
            let is_story = *is_story.entry(*c).or_insert_with(|| {
                let members = &scan.clusters[*c as usize].members;
                members
                    .iter()
                    .any(|m| is_prose_in(&scan.articles[*m as usize], run))
            });
            if is_story {
                continue;
            }
        }
        let a = &scan.articles[x as usize];
        out.extend(
            places
                .into_iter()
                .filter_map(|at| Some((x, cuttable(a, at, run.len())?))),
        );
    }
    out
}

/// Where a run of tokens begins in an article; places do not overlap.
fn places(a: &Article, run: &[u32]) -> Vec<usize> {
    let mut out = Vec::new();
    let Some(head) = run.first() else {
        return out;
    };
    let mut at = 0;
    while let Some(rest) = a.hashes.get(at..).filter(|r| r.len() >= run.len()) {
        let Some(next) = rest.iter().position(|t| t == head) else {
            break;
        };
        at += next;
        if a.hashes[at..].starts_with(run) {
            out.push(at);
            at += run.len();
        } else {
            at += 1;
        }
    }
    out
}

fn is_prose_in(a: &Article, run: &[u32]) -> bool {
    let flags = |at: usize| a.parts.flags[at..at + run.len()].iter();
    places(a, run)
        .into_iter()
        .any(|at| flags(at).any(|f| is_prose(*f)))
}

/// The stretch of text that goes with a run of tokens; none where it is not all boilerplate, or has to do with a credit.
fn cuttable(a: &Article, at: usize, length: usize) -> Option<Span> {
    let flags = a.parts.flags.get(at..at + length)?;
    if flags
        .iter()
        .any(|f| f & BOILERPLATE == 0 || f & CREDIT != 0)
    {
        return None;
    }
    let text = &a.document.text;
    let span = whole(text, a.span_of(&(at as u32..(at + length) as u32)));
    let credits = a.attribution.credits.iter().filter_map(|c| c.span);
    let dateline = a.attribution.dateline.as_ref().map(|d| d.span);
    let staff = a.attribution.staff.and_then(|s| s.span);
    let mut kept = credits.chain(dateline).chain(staff);
    let apart = |s: Span| s.end <= span.start || span.end <= s.start;
    kept.all(apart).then_some(span)
}

/// A run of words with the marks that hang on it; all of its lines, with their ends, where nothing else stands in them.
fn whole(text: &str, run: Span) -> Span {
    let (start, end) = (run.start as usize, run.end as usize);
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let line_end = after.find('\n').map_or(text.len(), |i| end + i + 1);
    let is_bare = |from: usize, to: usize| {
        let piece = text.get(from..to).unwrap_or_default();
        !piece.chars().any(char::is_alphanumeric)
    };
    if is_bare(line_start, start) && is_bare(end, line_end) {
        return Span::new(line_start as u32, line_end as u32);
    }
    let hangs = |c: char| !c.is_whitespace() && !c.is_alphanumeric();
    let tail = after
        .trim_start_matches(hangs)
        .trim_start_matches([' ', '\t', '\u{a0}']);
    Span::new(run.start, (text.len() - tail.len()) as u32)
}

/// Spans in order, those that touch made one.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for s in spans {
        match out.last_mut() {
            Some(last) if s.start <= last.end => last.end = last.end.max(s.end),
            _ => out.push(s),
        }
    }
    out
}

/// Whether an article has a word outside `spans`.
fn has_more(a: &Article, spans: &[Span]) -> bool {
    let inside = |t: &Span| {
        let after = spans.partition_point(|s| s.end <= t.start);
        spans.get(after).is_some_and(|s| s.start <= t.start)
    };
    a.spans().iter().any(|t| !inside(t))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_with_its_marks_and_an_empty_line_with_its_end() {
        let cut = |text: &str, run: &str| {
            let at = text.find(run).unwrap();
            let s = whole(text, Span::new(at as u32, (at + run.len()) as u32));
            format!("{}{}", &text[..s.start as usize], &text[s.end as usize..])
        };
        assert_eq!(cut("One.\n© Vesk Post.\nTwo.", "Vesk Post"), "One.\nTwo.");
        assert_eq!(
            cut("One.\r\nVesk Post\r\nTwo.", "Vesk Post"),
            "One.\r\nTwo."
        );
        assert_eq!(cut("One. Vesk Post! Two.", "Vesk Post"), "One. Two.");
        assert_eq!(cut("One. Vesk Post.\nTwo.", "Vesk Post"), "One. \nTwo.");
        assert_eq!(cut("Vesk Post", "Vesk Post"), "");
    }

    #[test]
    fn touching_spans_are_one() {
        let s = Span::new;
        assert_eq!(
            joined(vec![s(4, 9), s(0, 4), s(10, 11), s(5, 6)]),
            [s(0, 9), s(10, 11)]
        );
    }
}
