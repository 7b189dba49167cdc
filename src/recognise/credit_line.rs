//! Credit lines: bylines, copyright lines, lists of contributors. Who is credited is read elsewhere; here only that it is no prose.

use super::{CREDIT, Paragraph, screen, set};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Longest line, in tokens, that can be a credit and nothing else.
const LONGEST: usize = 45;
/// Longest byline, in tokens.
const LONGEST_BYLINE: usize = 14;

/// Phrases that make a line of at most [`LONGEST`] tokens a credit.
pub(super) const PHRASES: &[&str] = &[
    "all rights reserved",
    "contributed to this",
    "contributed reporting",
    "may not be published, broadcast",
    "reporting by",
    "editing by",
    "writing by",
    "additional reporting",
    "follow ap ",
    "associated press writer",
    "first appeared in",
    "originally published",
    "originally appeared",
    "todos los derechos reservados",
    "tous droits réservés",
    "alle rechte vorbehalten",
    "все права защищены",
    "جميع الحقوق محفوظة",
    "सर्वाधिकार सुरक्षित",
    "版权所有",
    "无断转载",
    "無断転載",
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| super::furniture::finder(PHRASES));

/// Sets [`CREDIT`] on the tokens of credit lines.
pub(super) fn mark(paragraphs: &[Paragraph<'_>], flags: &mut [u8]) {
    for p in paragraphs {
        if p.tokens.len() <= LONGEST && is_credit(p) {
            set(flags, &p.tokens, CREDIT);
        }
    }
}

fn is_credit(p: &Paragraph<'_>) -> bool {
    let line = p.text;
    let byline = p.tokens.len() <= LONGEST_BYLINE
        && !line.ends_with(['.', '!', '?', ':'])
        && ["By ", "by ", "BY ", "Por ", "Par ", "Von ", "Автор"]
            .iter()
            .any(|b| {
                line.strip_prefix(b)
                    .is_some_and(|r| r.chars().next().is_some_and(char::is_uppercase))
            });
    byline
        || line.starts_with(['©', '(', '℗']) && line.ends_with(')') && line.contains("diting by")
        || line.starts_with("Copyright")
        || line.starts_with('©')
        || p.lists & screen::CREDITS != 0 && FINDER.as_ref().is_some_and(|f| f.is_match(line))
}
