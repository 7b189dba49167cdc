//! Texts that break off: a credit may have stood in what is missing, so nothing is said of them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::{detector::Article, recognise::is_prose};

/// Why an article is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Abstention {
    /// It has no prose.
    NoText,
    /// It asks readers to pay or to sign in for the rest.
    Paywall,
    /// It ends in an ellipsis or in the middle of a sentence.
    Truncated,
    /// Its text is credited to one here and to another there.
    Contested,
}

impl Abstention {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoText => "no-text",
            Self::Paywall => "paywall",
            Self::Truncated => "truncated",
            Self::Contested => "contested",
        }
    }
}

/// What stands where the rest is for those who pay. Lower case; letters outside ASCII as they are.
#[rustfmt::skip]
const PAYWALLS: &[&str] = &[
    "subscribe to read", "subscribe to continue", "subscribe now to read", "to continue reading", "to keep reading",
    "to read the full story", "to read the full article", "to read the rest of", "to read more of this",
    "continue reading your article", "continue reading with a", "this article is for subscribers",
    "this content is for subscribers", "this story is for subscribers", "available to subscribers only",
    "only available to subscribers", "exclusive to subscribers", "para seguir leyendo", "para continuar leyendo",
    "para continuar lendo", "conteúdo exclusivo para assinantes", "contenido exclusivo para suscriptores",
    "pour lire la suite", "réservé aux abonnés", "réservée aux abonnés", "um weiterzulesen", "jetzt weiterlesen",
    "weiterlesen mit", "per continuare a leggere", "чтобы читать дальше", "продолжение доступно", "続きを読むには",
    "この記事は会員限定", "登录后阅读全文", "订阅后阅读",
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(PAYWALLS)
        .ok()
});

/// Words from which a line is a sentence rather than a label.
const SENTENCE: u32 = 12;

/// Why an article cannot be judged, if so. O(length of the text).
pub(super) fn reason(a: &Article) -> Option<Abstention> {
    if a.parts.prose_tokens() == 0 {
        return Some(Abstention::NoText);
    }
    let text = &*a.document.text;
    if FINDER.as_ref().is_some_and(|f| f.is_match(text)) {
        return Some(Abstention::Paywall);
    }
    let is_text = |r: &&std::ops::Range<u32>| {
        let flags = &a.parts.flags[r.start as usize..r.end as usize];
        2 * flags.iter().filter(|f| is_prose(**f)).count() > flags.len()
    };
    let lines = a.parts.paragraphs.iter().rev().filter(is_text);
    // What stands behind the last word of a line: punctuation is no token.
    let line = |r: &std::ops::Range<u32>| {
        let from = a.span_of(r).start as usize;
        let rest = text.get(from..).unwrap_or("");
        let end = a.spans()[r.end as usize - 1].end as usize - from;
        let stop = rest
            .get(end..)
            .and_then(|t| t.find(['\n', '\r']))
            .map_or(rest.len(), |n| end + n);
        rest[..stop].trim_end()
    };
    let last = lines.clone().next().map(line);
    let is_long = |r: &&std::ops::Range<u32>| r.end - r.start >= SENTENCE;
    let sentence = lines.clone().find(is_long).map(line);
    // A page that opens with a summary cut off may go on behind what it left out.
    let first = a.parts.paragraphs.iter().find(is_long).map(line);
    let breaks_off = last
        .into_iter()
        .chain(sentence)
        .chain(first)
        .any(ends_in_ellipsis)
        || sentence.is_some_and(|s| !ends_as_sentence(s));
    breaks_off.then_some(Abstention::Truncated)
}

/// Marks that close what a sentence ended before: quotation marks, brackets, spaces.
fn is_closing(c: char) -> bool {
    c.is_whitespace() || "\"'”’»«“„›)]}）］】」』〉》*".contains(c)
}

fn ends_in_ellipsis(line: &str) -> bool {
    let bare = line.trim_end_matches(is_closing);
    bare.ends_with(['…', '⋯']) || bare.ends_with("...") || bare.ends_with(". . .")
}

fn ends_as_sentence(line: &str) -> bool {
    let bare = line.trim_end_matches(is_closing);
    match bare.chars().next_back() {
        // Thai, Lao, Khmer, Tibetan and Burmese end sentences with a space, or with marks of their own.
        Some('\u{0e00}'..='\u{0fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}') => true,
        Some(c) => ".!?;:。．！？；：｡।॥۔؟։።—–".contains(c) || bare.len() < line.len(),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_lines() {
        for whole in [
            "They left at noon.",
            "They left (see page 2)",
            "He said: “We left.”",
            "他们中午离开。",
            "वे दोपहर में चले गए।",
            "พวกเขาออกไปตอนเที่ยง",
        ] {
            assert!(
                ends_as_sentence(whole) && !ends_in_ellipsis(whole),
                "{whole}"
            );
        }
        assert!(!ends_as_sentence("They left at noon and"));
        for cut in [
            "They left at…",
            "They left […]",
            "They left...",
            "They left ...",
        ] {
            assert!(ends_in_ellipsis(cut), "{cut}");
        }
    }
}
