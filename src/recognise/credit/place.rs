//! What the place of one name in a line makes of it: what stands before it and behind it, and how late in the article.

use super::{Basis, Found, Reader, Role};
use crate::{
    recognise::{
        AgencyKind, Paragraph,
        agency::{Certainty, Mention},
        phrases,
    },
    span::Span,
    text::tokenize,
};

/// Longest note of a desk behind a closing name, in bytes: `AGERPRES/(AS - autor: …)`.
const DESK: usize = 60;

impl Reader<'_> {
    /// What the place of a name says, if it says anything.
    pub(super) fn place_of(
        &self,
        i: usize,
        line: &Paragraph<'_>,
        m: &Mention,
        has_dateline: bool,
    ) -> Option<Found> {
        let (before, after) = (self.before(line, m), self.after(line, m));
        if phrases::is_photo(before, after) {
            return Some(Found::beside(Role::Photo));
        }
        if let Some(found) = self.bracketed(line, m, before, after) {
            return found;
        }
        if phrases::is_sentence_of_contribution(before, after) {
            return Some(Found::beside(Role::Contributor));
        }
        if phrases::is_between_date_and_dash(before, after) {
            return Some(Found::origin(Basis::Dateline, None));
        }
        let is_head = i <= self.body.start;
        if is_head
            && (phrases::is_heading_of_dispatches(before)
                || phrases::is_between_bar_and_dash(before, after))
        {
            return Some(Found::origin(Basis::Byline, None));
        }
        if self.is_closing_mark(i, line, m, has_dateline) {
            // A dash before it, or its desk behind it, makes it more than a word.
            let signed =
                before.trim_end().ends_with(['—', '–', '-', '/']) || after.starts_with('/');
            let basis = if signed { Basis::Closing } else { Basis::Mark };
            return Some(Found::origin(basis, None));
        }
        let is_end = i < self.body.start + 2 || i + 2 >= self.body.end;
        if m.certainty == Certainty::Form && is_end && phrases::stands_apart(before, after) {
            return Some(Found::origin(Basis::Form, None));
        }
        // Those who distribute statements are not cited for them.
        let may_be_cited = self.table.entry(m.agency).kind != AgencyKind::PressRelease;
        phrases::citation(before, after)
            .filter(|_| may_be_cited)
            .map(|(back, ahead)| Found {
                role: Role::Cited,
                basis: Basis::Text,
                span: Some(Span::new(
                    m.span.start - back as u32,
                    m.span.end + ahead as u32,
                )),
            })
    }

    /// A name alone between brackets. `Some(None)`: it is explained there, and credited with nothing.
    fn bracketed(
        &self,
        line: &Paragraph<'_>,
        m: &Mention,
        before: &str,
        after: &str,
    ) -> Option<Option<Found>> {
        let (open, close) = phrases::brackets(before, after, |inside| self.names_agencies(inside))?;
        let head = before[..open].trim_end();
        let tail = after[close..].trim_start();
        let span = Some(Span::new(
            line.span.start + open as u32,
            m.span.end + close as u32,
        ));
        // `[h/t Tolven Wire]` is thanks, `Associated Press (AP)` an explanation.
        if phrases::is_thanks(&before[open..]) {
            return Some(Some(Found::beside(Role::Cited)));
        }
        let is_short = m.certainty == Certainty::Short;
        if is_short && self.names_agencies(phrases::last_words(head, 3)) {
            return Some(None);
        }
        let origin = |basis| Some(Some(Found::origin(basis, span)));
        let dash = tail
            .trim_start_matches(['.', ',', ' ', '"', '”'])
            .starts_with(['—', '–', '-', '―', '_', '=']);
        if head.is_empty() {
            let opens = dash || tail.is_empty() || tail.starts_with(char::is_uppercase);
            return if opens {
                origin(Basis::Dateline)
            } else {
                Some(None)
            };
        }
        let last = head.chars().next_back().unwrap_or(' ');
        // `… du complot » (AFP) —`, `Bâle, - (ATS) Jusqu'…`: with a dash on either side it opens a report.
        let after_dash = matches!(last, '-' | '–' | '—') && tail.starts_with(char::is_uppercase);
        if dash || after_dash || phrases::ends_with_date(head) {
            return origin(Basis::Dateline);
        }
        let ends_sentence = matches!(
            last,
            '.' | '!'
                | '?'
                | '”'
                | '"'
                | '»'
                | '…'
                | '。'
                | '！'
                | '」'
                | '।'
                | '؟'
                | ':'
                | ';'
                | '—'
                | '-'
                | ','
        );
        let late = self.is_late(m);
        let opens_next = tail.starts_with(|c: char| c.is_uppercase() || c == '.');
        let ends_line = tail.chars().all(|c| matches!(c, '.' | ' ' | '"' | '”'));
        if late && (ends_sentence && (opens_next || ends_line) || ends_line && line.is_long()) {
            return origin(Basis::Closing);
        }
        if ends_sentence && (ends_line || !late) {
            return Some(Some(Found {
                role: Role::Photo,
                basis: Basis::Text,
                span,
            }));
        }
        Some(None)
    }

    /// Whether some words are agencies' names and little else.
    fn names_agencies(&self, words: &str) -> bool {
        let tokens = tokenize(words);
        let mentions = self.table.mentions(words, &tokens);
        let named: usize = mentions.iter().map(|m| m.tokens.len()).sum();
        named > 0 && tokens.len() <= named + 2
    }

    /// Whether a name stands in the later part of the article, or the article is short.
    fn is_late(&self, m: &Mention) -> bool {
        const SHORT: usize = 60;
        let n = self.tokens.len();
        5 * m.tokens.end >= 2 * n || n < SHORT
    }

    /// A name behind the last sentence of an article, or of a line near its end.
    fn is_closing_mark(
        &self,
        i: usize,
        line: &Paragraph<'_>,
        m: &Mention,
        has_dateline: bool,
    ) -> bool {
        let (before, after) = (self.before(line, m), self.after(line, m));
        let is_last = i + 4 >= self.lines.len() || i + 1 >= self.body.end;
        let ends = !after.contains(char::is_alphanumeric);
        let desk = after.starts_with('/') && after.len() <= DESK;
        // Tables end without a full stop; under a dateline the last word of all is a mark all the same.
        let is_end = m.span.end as usize >= self.end;
        let single = m.certainty == Certainty::Short && m.tokens.len() == 1;
        let apart = phrases::ends_sentence(before)
            || before.trim_end().ends_with(['—', '–', '/'])
            || before.ends_with("- ")
            || is_end
                && has_dateline
                && single
                && after.trim() != "."
                && !phrases::ends_with_dated_bracket(before);
        is_last && apart && (ends || desk) && line.tokens.len() > m.tokens.len() && self.is_late(m)
    }
}
