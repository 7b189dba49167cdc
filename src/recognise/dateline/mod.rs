//! Datelines: the place, date and agency that open a report. A small grammar over the first marks and words of a line, in the
//! forms that agencies of many languages use.
//!
//! ```text
//! dateline = [agency-first] places [sep date] [sep] [credit] end
//! places   = place { ("," | "/" | "and" …) place } ["(" region ")"]
//! credit   = "(" agency { sep agency } ")" | [dash] agency
//! end      = dash | ":" | "." | the end of the line
//! ```

mod accept;
mod date;
mod day;
mod forms;
mod named;
mod place;
mod scan;

use std::{cell::Cell, ops::Range};

use super::{
    Paragraph as Line,
    agency::{Certainty, Mention},
};
use crate::{span::Span, text::find};
pub use day::day_of;
use scan::{Item, Kind, items};

/// A dateline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dateline {
    /// The places, state or country included, as printed.
    pub place: Option<Span>,
    /// The date as printed.
    pub date: Option<Span>,
    /// Indices in the table of the agencies it names, in order.
    pub agencies: Vec<u16>,
    /// Where it names them, with the brackets.
    pub credit: Option<Span>,
    /// All of it, without the dash at its end.
    pub span: Span,
}

/// Bytes of a line that are looked at.
const REACH: usize = 240;
/// Least bytes of text behind a dateline that names no agency.
const LEAST_BODY: usize = 30;
/// Least words of the line below a place that stands on a line of its own.
const LEAST_LINE_BELOW: usize = 6;

/// How often an article is searched for a place that it may name again.
const SEARCHES: u32 = 64;

/// The whole text of an article, searched only so often: a list of a thousand places in capitals is no article.
pub(super) struct Article<'t> {
    text: &'t str,
    searches: Cell<u32>,
}

impl<'t> Article<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            searches: Cell::new(0),
        }
    }

    /// The text, for one search more.
    fn search(&self) -> Option<&'t str> {
        let n = self.searches.get();
        self.searches.set(n + 1);
        (n < SEARCHES).then_some(self.text)
    }
}

/// Whether a line is worth a closer look: it names an agency near its beginning, or has a mark there that ends datelines, or
/// is short enough to be one by itself.
pub(super) fn may_open(line: &Line<'_>, mentions: &[Mention]) -> bool {
    const NEAR: usize = 100;
    let head = &line.text.as_bytes()[..line.text.len().min(NEAR)];
    // All bytes at once, to turn most lines away.
    let begins_mark = |b: u8| {
        (b == b':')
            | (b == b'(')
            | (b == b'[')
            | (b == b'/')
            | (b == b'_')
            | (b == b'-')
            | (b >= 0xe2)
    };
    let is_mark = |w: &[u8]| match w {
        [b':' | b'(' | b'[' | b'/' | b'_' | 0xe3..=0xff, ..] => true,
        // A hyphen inside a word ends nothing.
        [b'-', next, ..] => !next.is_ascii_lowercase(),
        [0xe2, 0x80, 0x93..=0x95] => true,
        _ => false,
    };
    line.text.len() <= 40
        || mentions
            .first()
            .is_some_and(|m| (m.span.start - line.span.start) as usize <= NEAR)
        || find(head, begins_mark).is_some() && head.windows(3).any(is_mark)
}

/// Reads the dateline that opens `line`, of which `mentions` are the agencies named in the line. `below` is the next line,
/// `article` the whole text.
pub(super) fn read(
    line: &Line<'_>,
    mentions: &[Mention],
    below: Option<&Line<'_>>,
    article: &Article<'_>,
) -> Option<Dateline> {
    let first = line.text.chars().next()?;
    let named_first = mentions
        .first()
        .is_some_and(|m| m.span.start == line.span.start);
    if !(first.is_uppercase()
        || !first.is_ascii()
        || first.is_numeric()
        || named_first
        || matches!(first, '(' | '[' | '/' | 'd' | 'p' | 'u' | '*' | '"'))
    {
        return None;
    }
    let reach = line.text.floor_char_boundary(REACH);
    // A name that goes on beyond, or in the next line, is none of a dateline's.
    let within = line.span.start + reach as u32;
    let mentions = &mentions[..mentions.partition_point(|m| m.span.end <= within)];
    let reader = Reader {
        line,
        article,
        text: &line.text[..reach],
        items: items(&line.text[..reach]),
        mentions,
    };
    let from = reader.after_metadata();
    reader
        .bracketed(from)
        .or_else(|| reader.cjk(from))
        .or_else(|| reader.own_paper(from))
        .or_else(|| reader.place_first(from, below))
        .or_else(|| reader.agency_first(from))
        .or_else(|| reader.date_first(from))
}

struct Reader<'l> {
    line: &'l Line<'l>,
    article: &'l Article<'l>,
    text: &'l str,
    items: Vec<Item>,
    mentions: &'l [Mention],
}

impl Reader<'_> {
    fn kind(&self, i: usize) -> Option<Kind> {
        self.items.get(i).map(|x| x.kind)
    }

    fn word(&self, i: usize) -> &str {
        self.items.get(i).map_or("", |x| &self.text[x.at.clone()])
    }

    fn span(&self, range: Range<usize>) -> Span {
        let base = self.line.span.start;
        Span::new(base + range.start as u32, base + range.end as u32)
    }

    /// The mention that begins with an item.
    fn mention_at(&self, i: usize) -> Option<&Mention> {
        let start = self.line.span.start + self.items.get(i)?.at.start as u32;
        self.mentions.iter().find(|m| m.span.start == start)
    }

    fn past(&self, m: &Mention) -> usize {
        let end = (m.span.end - self.line.span.start) as usize;
        self.items
            .iter()
            .position(|x| x.at.start >= end)
            .unwrap_or(self.items.len())
    }

    fn overlaps_mention(&self, places: &place::Places) -> bool {
        let (all, first) = (
            self.span(places.at.clone()),
            self.span(places.first.clone()),
        );
        // `SANTA ANA`: letters that stand in a longer name are not somebody's initials.
        self.mentions.iter().any(|m| {
            m.span.start < all.end
                && all.start < m.span.end
                && (m.certainty > Certainty::Short || m.span == first)
        })
    }

    /// Past `date 2018-09-21` and the like, which scrapers leave before the text.
    fn after_metadata(&self) -> usize {
        const LABELS: [&str; 5] = ["date", "published", "updated", "posted", "*"];
        let labelled = LABELS.contains(&&*self.word(0).to_lowercase());
        let mut i = 0;
        if labelled {
            i = 1;
            while self.kind(i) == Some(Kind::Colon) {
                i += 1;
            }
        }
        while self.kind(i) == Some(Kind::Other)
            && matches!(self.word(i), "*" | "#" | "•" | "·")
            && i < 6
        {
            i += 1;
        }
        let start = i;
        while matches!(
            self.kind(i),
            Some(Kind::Number | Kind::Dash | Kind::Slash | Kind::Colon)
        ) && i - start < 12
        {
            i += 1;
        }
        let has_year =
            (start..i).any(|k| self.kind(k) == Some(Kind::Number) && self.word(k).len() == 4);
        if has_year && i - start >= 3 {
            i
        } else if labelled && self.kind(0) == Some(Kind::Word) {
            0
        } else {
            start
        }
    }

    /// The forms that begin with a place.
    fn place_first(&self, from: usize, below: Option<&Line<'_>>) -> Option<Dateline> {
        let places = self.places(from)?;
        let mut end = places.next;
        // The day of a month alone needs a comma before it: `PARIS, 14.`; scores have none.
        let has_comma = self.kind(end) == Some(Kind::Comma);
        let mut date = self.date(self.separators(end)).filter(|d| {
            d.full || has_comma || self.closed_credit(self.separators(d.next)).is_some()
        });
        if let Some(d) = &date {
            end = d.next;
        }
        let open = self.separators(end);
        let credit = self
            .closed_credit(open)
            .or_else(|| self.closed_credit(end))
            .or_else(|| {
                // A state is no agency: `MASONTOWN, PA., March 2`.
                self.bare_credit(end)
                    .filter(|c| date.is_some() || self.date(self.separators(c.next)).is_none())
            });
        if date.is_none() {
            date = credit.as_ref().and_then(|c| self.date_inside(c));
        }
        match &credit {
            Some(c) => end = c.next,
            // A bracket that is neither a region nor a credit.
            None if date.is_none() && self.kind(open) == Some(Kind::Open) => return None,
            None => {}
        }
        // `ROMA (ANSA), 12 MAR -`
        if date.is_none() && credit.is_some() {
            date = self
                .date(self.separators(end))
                .filter(|d| self.ends(d.next));
            if let Some(d) = &date {
                end = d.next;
            }
        }
        if self.overlaps_mention(&places)
            || !self.is_accepted(&places, date.as_ref(), credit.as_ref(), end, below)
        {
            return None;
        }
        let last = [
            Some(places.at.end),
            date.as_ref().map(|d| d.at.end),
            credit.as_ref().map(|c| c.at.end),
        ];
        Some(Dateline {
            place: Some(self.span(places.at.clone())),
            date: date.map(|d| self.span(d.at)),
            credit: credit.as_ref().map(|c| self.span(c.at.clone())),
            agencies: credit.map(|c| c.agencies).unwrap_or_default(),
            span: self.span(places.at.start..last.into_iter().flatten().max()?),
        })
    }

    fn separators(&self, from: usize) -> usize {
        let mut i = from;
        while matches!(self.kind(i), Some(Kind::Comma | Kind::Stop | Kind::Colon)) && i - from < 3 {
            i += 1;
        }
        // `Md, - March 6`, `Bakı/12.03.31/`
        let joint =
            self.kind(i) == Some(Kind::Dash) && i > from || self.kind(i) == Some(Kind::Slash);
        let credited = self.kind(i) == Some(Kind::Dash) && self.closed_credit(i + 1).is_some();
        if joint && self.date(i + 1).is_some() || credited {
            i += 1;
        }
        i
    }

    fn ends(&self, i: usize) -> bool {
        let mut k = i;
        while matches!(self.kind(k), Some(Kind::Stop | Kind::Comma)) && k - i < 3 {
            k += 1;
        }
        k >= self.items.len() || matches!(self.kind(k), Some(Kind::Dash | Kind::Colon))
    }

    fn has_dash(&self, i: usize) -> bool {
        let mut k = i;
        while matches!(self.kind(k), Some(Kind::Stop | Kind::Comma | Kind::Other)) && k - i < 3 {
            k += 1;
        }
        self.kind(k) == Some(Kind::Dash)
    }

    /// What follows the mark at the end.
    fn body(&self, end: usize) -> &str {
        let mut k = end;
        while k < self.items.len() && !matches!(self.kind(k), Some(Kind::Word | Kind::Number)) {
            k += 1;
        }
        let at = self.items.get(k).map_or(self.text.len(), |x| x.at.start);
        &self.line.text[at..]
    }
}
