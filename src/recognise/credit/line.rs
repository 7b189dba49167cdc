//! Lines that are a credit and nothing else: bylines, copyright lines, lists of contributors, the names under pictures.

use super::{Basis, Found, MARGIN, Reader, Role};
use crate::{
    recognise::{
        AgencyKind, Paragraph,
        agency::{Certainty, Mention},
        byline, dateline, phrases,
    },
    span::Span,
};

/// Longest line that is a credit as a whole, in bytes, whatever is in it beside words.
const LONGEST_BYTES: usize = 2000;
/// Longest line of a desk and its name, in bytes.
const LONGEST_DESK: usize = 40;

/// What a line is, whole.
pub(super) enum Whole {
    /// The credit of a picture.
    Photo,
    /// A credit of origin.
    Origin(Basis, Span),
    /// Who helped with the text. Agencies whose own writers are listed are told apart.
    Contributors(Span),
    /// Who wrote the text.
    Byline {
        /// The line.
        span: Span,
        /// Whether it names a person, with agencies that only helped.
        staff: bool,
        /// Whether it names agencies and nobody else.
        only: bool,
    },
}

impl Whole {
    /// What the line says of one agency in it.
    pub(super) fn of(
        &self,
        reader: &Reader<'_>,
        line: &Paragraph<'_>,
        m: &Mention,
    ) -> Option<Found> {
        let (before, after) = (reader.before(line, m), reader.after(line, m));
        Some(match self {
            Self::Photo => Found::beside(Role::Photo),
            Self::Origin(basis, span) => Found::origin(*basis, Some(*span)),
            Self::Contributors(span) => Found {
                role: Role::Contributor,
                // `Associated Press writers … contributed` stands under the agency's own copy.
                basis: if phrases::is_writer_of(after) {
                    Basis::Contributor
                } else {
                    Basis::Text
                },
                span: Some(*span),
            },
            Self::Byline { .. } if phrases::is_helper(before) => Found::beside(Role::Contributor),
            // Capitals in a line of names may be anybody's: `ANA ORLOW Associated Press`.
            Self::Byline { only: false, .. }
                if m.certainty == Certainty::Short
                    && !phrases::opens_credit(before)
                    && !phrases::is_writer_of(after) =>
            {
                return None;
            }
            Self::Byline { only: false, .. }
                if m.certainty == Certainty::Short
                    && !phrases::closes_credit(after)
                    && !phrases::is_writer_of(after) =>
            {
                return None;
            }
            Self::Byline { span, .. } => Found::origin(Basis::Byline, Some(*span)),
        })
    }
}

impl Reader<'_> {
    /// What a line is, where it is a credit and nothing else.
    pub(super) fn whole_line(
        &self,
        i: usize,
        line: &Paragraph<'_>,
        named: &[&Mention],
    ) -> Option<Whole> {
        let n = line.tokens.len();
        if n > byline::LONGEST + 20 || line.text.len() > LONGEST_BYTES {
            return None;
        }
        let lower = line.text.to_lowercase();
        let only = byline::is_only(line, named);
        // Syndicates sign texts so under the headline; agencies sign pictures.
        let signs = i <= 1
            && named
                .iter()
                .all(|m| self.table.entry(m.agency).kind == AgencyKind::Syndicate);
        if !only && !signs && phrases::is_photo_line(&lower, line.text, named, line.span.start) {
            return Some(Whole::Photo);
        }
        let begins = byline::begins(line.text);
        if phrases::is_copyright(&lower) && !begins {
            return Some(Whole::Origin(Basis::Copyright, line.span));
        }
        if phrases::is_contribution(&lower) && !begins {
            return Some(Whole::Contributors(line.span));
        }
        let writer = |m: &&Mention| phrases::is_writer_of(self.after(line, m));
        if n <= byline::LONGEST && phrases::is_about_writer(&lower) && named.iter().any(writer) {
            return Some(Whole::Origin(Basis::Writer, line.span));
        }
        let is_tail = i + 1 >= self.body.end && i > self.body.start;
        let first = named.first()?;
        // `teleSUR/jl - MR`
        let desk = self.begins_with_name(line, named)
            && self.after(line, first).starts_with('/')
            && line.text.len() <= LONGEST_DESK;
        if is_tail && desk {
            return Some(Whole::Origin(Basis::Closing, line.span));
        }
        if byline::is_byline_of(line, named, self.tokens, self.text) {
            return Some(self.byline(i, line, named, only));
        }
        None
    }

    /// A line of names and agencies: a byline, a closing credit, or the names under a picture, by where it stands.
    fn byline(&self, i: usize, line: &Paragraph<'_>, named: &[&Mention], only: bool) -> Whole {
        let is_tail = i + 1 >= self.body.end && i > self.body.start;
        let is_head = i <= self.body.start + 2 && !is_tail;
        let begins = byline::begins(line.text);
        let below_byline = i > 0 && byline::is_byline(self.lines[i - 1].text);
        let staff = begins
            && named
                .iter()
                .all(|m| phrases::is_helper(self.before(line, m)));
        let byline = Whole::Byline {
            span: line.span,
            staff,
            only,
        };
        if begins || below_byline && is_head {
            return byline;
        }
        // `Jo Example (AP)` under a picture.
        if line.text.ends_with(')') && !only && is_head {
            return Whole::Photo;
        }
        let next = self.lines.get(i + 1);
        let dated = byline::has_date(&line.text.to_lowercase())
            || next.is_some_and(|l| byline::is_date_line(l.text) || self.opens_body(l));
        // The first line under the headline, before anything that could have a picture.
        let opens = i <= 1
            && next.is_some_and(Paragraph::is_sentence)
            && !self.lines[..i].iter().any(Paragraph::is_sentence)
            && named.last().is_some_and(|m| {
                self.before(line, m).split_whitespace().count() <= byline::NAME_WORDS
                    && phrases::closes_credit(self.after(line, m))
            });
        let leads = i < MARGIN && line.text.contains('|') && self.begins_with_name(line, named);
        if is_head && (opens || leads || dated || only) || only && !is_tail && (dated || i < MARGIN)
        {
            return byline;
        }
        let bare = !line
            .text
            .starts_with(['—', '–', '-', '(', '/', '[', '［', '（']);
        if only && is_tail {
            let sure = named.iter().any(|m| m.certainty > Certainty::Short);
            let basis = if sure || !bare {
                Basis::Closing
            } else {
                Basis::Mark
            };
            return Whole::Origin(basis, line.span);
        }
        if is_tail && line.text.starts_with(['—', '–', '-']) {
            return Whole::Origin(Basis::Closing, line.span);
        }
        // A name and an agency, after the byline: whose picture it is.
        Whole::Photo
    }

    fn begins_with_name(&self, line: &Paragraph<'_>, named: &[&Mention]) -> bool {
        named
            .first()
            .is_some_and(|m| m.span.start == line.span.start)
    }

    /// Whether a line begins with what a dateline begins with.
    fn opens_body(&self, line: &Paragraph<'_>) -> bool {
        dateline::may_open(line, &[]) && dateline::read(line, &[], None, &self.article).is_some()
    }
}
