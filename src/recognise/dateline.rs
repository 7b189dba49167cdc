//! Datelines: the place, date and agency that open a report. A small grammar over the first marks and words of a line, in the
//! forms that agencies of many languages use.
//!
//! ```text
//! dateline = [agency-first] places [sep date] [sep] [credit] end
//! places   = place { ("," | "/" | "and" …) place } ["(" region ")"]
//! credit   = "(" agency { sep agency } ")" | [dash] agency
//! end      = dash | ":" | "." | the end of the line
//! ```

use std::ops::Range;

use super::{
    Paragraph as Line,
    agency::{Certainty, Mention},
    calendar,
};
use crate::span::Span;

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
/// Marks and words of a line that are looked at.
const ITEMS: usize = 48;
/// Words of one place.
const PLACE_WORDS: usize = 5;
/// Least bytes of text behind a dateline that names no agency.
const LEAST_BODY: usize = 30;
/// Least words of the line below a place that stands on a line of its own.
const LEAST_LINE_BELOW: usize = 6;

/// Words in capitals that open a line before a dash and are no place.
const NO_PLACE: &[&str] = &[
    "update",
    "updated",
    "watch",
    "breaking",
    "exclusive",
    "video",
    "opinion",
    "analysis",
    "corrected",
    "correction",
    "wrapup",
    "factbox",
    "file",
    "advertisement",
    "live",
    "photo",
    "photos",
    "photograph",
    "note",
    "editor's",
    "dear",
    "question",
    "answer",
    "poll",
    "recap",
    "review",
    "preview",
    "commentary",
    "editorial",
    "feature",
    "brief",
    "briefs",
    "urgent",
    "alert",
    "bulletin",
    "kill",
    "eds",
    "advisory",
    "image",
    "gallery",
    "listen",
    "read",
    "related",
    "more",
    "story",
    "topic",
    "column",
    "letter",
    "letters",
    "interview",
    "timeline",
    "explainer",
    "fact",
    "check",
    "report",
    "reports",
    "reported",
    "by",
    "posted",
    "published",
    "date",
    "time",
    "source",
    "credit",
    "copyright",
    "tags",
    "news",
    "latest",
    "the",
    "a",
    "in",
    "on",
    "at",
    "if",
    "but",
    "and",
    "he",
    "she",
    "they",
    "it",
    "we",
    "i",
    "what",
    "why",
    "how",
    "who",
    "when",
    "where",
    "this",
    "that",
    "mr",
    "mrs",
    "spoiler",
    "warning",
    "disclosure",
    "disclaimer",
    "host",
    "guest",
    "chapter",
    "part",
    "episode",
    "season",
    "today",
    "tonight",
    "tomorrow",
    "yesterday",
    "ultima",
    "última",
    "urgente",
    "vídeo",
    "actualización",
    "exclusif",
    "vidéo",
    "mise",
    "eilmeldung",
    "kommentar",
    "aktualisiert",
    "видео",
    "срочно",
    "обновлено",
    "фото",
    "vs",
    "no",
    "yes",
];

/// Words that join the words of a place.
const JOINERS: &[&str] = &[
    "de", "del", "la", "las", "los", "el", "le", "les", "of", "the", "am", "an", "der", "den",
    "do", "da", "dos", "das", "du", "des", "sur", "sous", "en", "di", "na", "on", "upon", "und",
    "и", "на",
];

/// Words between two places.
const BETWEEN_PLACES: &[&str] = &["and", "y", "et", "und", "e", "и", "en", "og", "och"];

/// Cities whose name opens a report without a state, a date or an agency beside it, folded to lower case.
static CITIES: &str = include_str!("cities.txt");

fn is_city(name: &str) -> bool {
    let name = name.to_lowercase();
    CITIES.lines().any(|c| c == name)
}

/// What the marks and words of a line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Dash,
    Open,
    Close,
    Comma,
    Stop,
    Colon,
    Slash,
    Equals,
    Other,
}

#[derive(Clone, Debug)]
struct Item {
    kind: Kind,
    at: Range<usize>,
}

/// Whether a line is worth a closer look: it names an agency near its beginning, or has a mark there that ends datelines, or
/// is short enough to be one by itself.
pub(super) fn may_open(line: &Line<'_>, mentions: &[Mention]) -> bool {
    const NEAR: usize = 100;
    let head = &line.text.as_bytes()[..line.text.len().min(NEAR)];
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
        || head.windows(3).any(is_mark)
}

/// Reads the dateline that opens `line`, of which `mentions` are the agencies named in the line. `below` is the next line.
pub(super) fn read(
    line: &Line<'_>,
    mentions: &[Mention],
    below: Option<&Line<'_>>,
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
    let reach = floor_boundary(line.text, REACH);
    let reader = Reader {
        line,
        text: &line.text[..reach],
        items: items(&line.text[..reach]),
        mentions,
    };
    let from = reader.after_metadata();
    reader
        .bracketed(from)
        .or_else(|| reader.cjk(from))
        .or_else(|| reader.place_first(from, below))
        .or_else(|| reader.agency_first(from))
        .or_else(|| reader.date_first(from))
}

struct Reader<'l> {
    line: &'l Line<'l>,
    text: &'l str,
    items: Vec<Item>,
    mentions: &'l [Mention],
}

/// Agencies between brackets, or bare.
struct Named {
    agencies: Vec<u16>,
    at: Range<usize>,
    /// Item after it.
    next: usize,
    /// Whether brackets or slashes stand round it.
    closed: bool,
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

    fn overlaps_mention(&self, range: &Range<usize>) -> bool {
        let span = self.span(range.clone());
        self.mentions
            .iter()
            .any(|m| m.span.start < span.end && span.start < m.span.end)
    }

    /// Past `date 2018-09-21` and the like, which scrapers leave before the text.
    fn after_metadata(&self) -> usize {
        let known = ["date", "published", "updated", "posted", "*"];
        let mut i = 0;
        if known.contains(&&*self.word(0).to_lowercase()) {
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
        let marks = i;
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
        } else if known.contains(&&*self.word(0).to_lowercase())
            && marks > 0
            && self.kind(0) == Some(Kind::Word)
        {
            0
        } else {
            marks
        }
    }

    /// Agencies alone between brackets or slashes, from an item on.
    fn closed_credit(&self, open: usize) -> Option<Named> {
        if !matches!(self.kind(open), Some(Kind::Open | Kind::Slash)) {
            return None;
        }
        // `JO EXAMPLE/AP/Getty`: slashes that touch words are a photographer's.
        let start = self.items[open].at.start;
        if self.kind(open) == Some(Kind::Slash)
            && self.text[..start].ends_with(char::is_alphanumeric)
        {
            return None;
        }
        let is_bracket = self.kind(open) == Some(Kind::Open);
        let mut i = open + 1;
        let mut agencies = Vec::new();
        let mut others = 0;
        while i < self.items.len() && i - open < 14 {
            match self.kind(i)? {
                Kind::Close | Kind::Slash
                    if !agencies.is_empty()
                        && (self.kind(open) == Some(Kind::Slash))
                            == (self.kind(i) == Some(Kind::Slash)) =>
                {
                    let at = self.items[open].at.start..self.items[i].at.end;
                    return (others <= 2).then_some(Named {
                        agencies,
                        at,
                        next: i + 1,
                        closed: true,
                    });
                }
                Kind::Close | Kind::Open => return None,
                _ => match self.mention_at(i) {
                    Some(m) => {
                        if !agencies.contains(&m.agency) {
                            agencies.push(m.agency);
                        }
                        i = self.past(m);
                        continue;
                    }
                    // `Reuters Health`, `dpa/tmn`: desks and partners. `Jo Example / AP` is a photographer.
                    None if agencies.is_empty()
                        && is_bracket
                        && self.kind(i) == Some(Kind::Word) =>
                    {
                        return None;
                    }
                    None => others += usize::from(self.kind(i) == Some(Kind::Word)),
                },
            }
            i += 1;
        }
        None
    }

    /// An agency without brackets behind a date or place: `16. Reuter. —`, `5 окт — РИА Новости.`
    fn bare_credit(&self, from: usize) -> Option<Named> {
        let mut i = from;
        while matches!(
            self.kind(i),
            Some(Kind::Dash | Kind::Stop | Kind::Comma | Kind::Slash)
        ) && i - from < 3
        {
            i += 1;
        }
        let m = self.mention_at(i)?;
        let mut next = self.past(m);
        // The closing mark of a name in quotation marks.
        next += usize::from(self.kind(next) == Some(Kind::Other));
        let ends = next == self.items.len()
            || matches!(self.kind(next), Some(Kind::Dash | Kind::Stop | Kind::Colon));
        let at = self.items[i].at.start..(m.span.end - self.line.span.start) as usize;
        ends.then(|| Named {
            agencies: vec![m.agency],
            at,
            next,
            closed: false,
        })
    }

    /// `(CNN) - …`, `(ANSA) - ROMA, 12 MAR - …`, `(서울=연합뉴스)`, `【北京共同】`.
    fn bracketed(&self, from: usize) -> Option<Dateline> {
        if self.kind(from) == Some(Kind::Open) {
            let whole = self
                .bracketed_cjk(from)
                .or_else(|| self.all_in_brackets(from));
            if whole.is_some() {
                return whole;
            }
        }
        let named = self.closed_credit(from)?;
        let credit = Some(self.span(named.at.clone()));
        let mut i = named.next;
        let mut dash = false;
        while matches!(self.kind(i), Some(Kind::Dash | Kind::Stop | Kind::Comma))
            && i - named.next < 4
        {
            dash |= self.kind(i) == Some(Kind::Dash);
            i += 1;
        }
        let alone = i == self.items.len();
        if !dash && !alone {
            return None;
        }
        let place = if dash {
            self.place_first(i, None)
        } else {
            None
        };
        let span = self.span(named.at.start..named.at.end);
        Some(match place {
            Some(p) if p.agencies.is_empty() => Dateline {
                agencies: named.agencies,
                credit,
                span: Span::new(span.start, p.span.end),
                ..p
            },
            _ => Dateline {
                agencies: named.agencies,
                credit,
                span,
                ..Dateline::default()
            },
        })
    }

    /// Brackets of Japanese, Korean and Chinese papers, with the place inside.
    fn bracketed_cjk(&self, open: usize) -> Option<Dateline> {
        let close = (open + 1..self.items.len().min(open + 24))
            .find(|i| self.kind(*i) == Some(Kind::Close))?;
        let inside = self.items[open].at.end..self.items[close].at.start;
        let range = self.span(inside.clone());
        let m = self
            .mentions
            .iter()
            .find(|m| m.span.start >= range.start && m.span.end <= range.end)?;
        let text = &self.text[inside.clone()];
        if !text.contains(|c: char| is_cjk(c)) {
            return None;
        }
        let m_start = (m.span.start - self.line.span.start) as usize;
        let m_end = (m.span.end - self.line.span.start) as usize;
        let before = inside.start..m_start;
        let after = m_end..inside.end;
        let has_letters = |r: &Range<usize>| self.text[r.clone()].contains(char::is_alphabetic);
        let side = if has_letters(&before) { before } else { after };
        let (place, date) = self.cjk_place_and_date(side);
        Some(Dateline {
            place,
            date,
            agencies: vec![m.agency],
            credit: Some(m.span),
            span: self.span(self.items[open].at.start..self.items[close].at.end),
        })
    }

    /// `新华社北京11月4日电`.
    fn cjk(&self, from: usize) -> Option<Dateline> {
        let m = self.mention_at(from)?;
        let m_end = (m.span.end - self.line.span.start) as usize;
        let rest = &self.text[m_end..];
        if !rest.starts_with(|c| is_cjk(c) || c.is_numeric()) || self.line.text[..m_end].is_ascii()
        {
            return None;
        }
        let (at, sign) = rest
            .char_indices()
            .take(32)
            .find(|(_, c)| matches!(c, '电' | '電' | '讯' | '訊'))?;
        let (place, date) = self.cjk_place_and_date(m_end..m_end + at);
        date?;
        Some(Dateline {
            place,
            date,
            agencies: vec![m.agency],
            credit: Some(m.span),
            span: self
                .span((m.span.start - self.line.span.start) as usize..m_end + at + sign.len_utf8()),
        })
    }

    /// A place and the date behind it, of characters that need no spaces.
    fn cjk_place_and_date(&self, range: Range<usize>) -> (Option<Span>, Option<Span>) {
        let text = &self.text[range.clone()];
        let is_date = |c: char| c.is_numeric() || "年月日号號월일".contains(c);
        let first = text.find(char::is_numeric);
        let date = first.map(|f| {
            let end = text[f..]
                .find(|c: char| !is_date(c) && c != ' ')
                .map_or(text.len(), |e| f + e);
            f..f + text[f..end].trim_end().len()
        });
        let trim = |c: char| !c.is_alphanumeric();
        let head = &text[..first.unwrap_or(text.len())];
        let place = head.trim_matches(trim);
        let start = head.find(place).unwrap_or(0);
        let is_place = !place.is_empty()
            && place.chars().count() <= 10
            && !place.contains("记者")
            && !place.contains("記者");
        (
            is_place.then(|| self.span(range.start + start..range.start + start + place.len())),
            date.map(|d| self.span(range.start + d.start..range.start + d.end)),
        )
    }

    /// The forms that begin with a place.
    fn place_first(&self, from: usize, below: Option<&Line<'_>>) -> Option<Dateline> {
        let places = self.places(from)?;
        let mut end = places.next;
        let mut date = self.date(self.separators(end));
        if let Some(d) = &date {
            end = d.next;
        }
        let open = self.separators(end);
        let credit = self
            .closed_credit(open)
            .or_else(|| self.closed_credit(end))
            .or_else(|| {
                let may_be_bare = date.is_some() || places.is_capitals || !places.is_cased;
                self.bare_credit(end).filter(|_| may_be_bare)
            });
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
        if self.overlaps_mention(&places.at)
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

    /// The forms that begin with an agency's bare name: `APA-Dakar (Sénégal) -`, `央视网消息：`.
    fn agency_first(&self, from: usize) -> Option<Dateline> {
        let m = self.mention_at(from)?;
        let next = self.past(m);
        let mut i = next;
        while i - next < 2
            && matches!(
                self.kind(i),
                Some(Kind::Dash | Kind::Slash | Kind::Comma | Kind::Stop | Kind::Colon)
            )
        {
            i += 1;
        }
        let alone = Dateline {
            agencies: vec![m.agency],
            credit: Some(m.span),
            span: m.span,
            ..Dateline::default()
        };
        if let Some(p) = self.place_first(i, None)
            && p.agencies.is_empty()
            && (i > next || p.date.is_some())
        {
            return Some(Dateline {
                place: p.place,
                date: p.date,
                span: Span::new(m.span.start, p.span.end),
                ..alone
            });
        }
        let rest = &self.line.text[(m.span.end - self.line.span.start) as usize..];
        let is_note = ["消息", "讯", "訊", "电", "電"].iter().any(|n| {
            rest.strip_prefix(n)
                .is_some_and(|r| r.starts_with(['：', ':', '，', ',', '（', '(', ' ']))
        });
        let is_sure = m.certainty > Certainty::Short && self.line.is_long();
        let opens = rest
            .trim_start_matches(['/', '.', ' '])
            .starts_with(char::is_uppercase);
        let hyphen = rest
            .strip_prefix('-')
            .is_some_and(|r| r.starts_with(char::is_uppercase));
        let marked = hyphen || rest.starts_with('/') || rest.starts_with(". ") && !rest.is_ascii();
        (is_note || is_sure && marked && opens).then_some(alone)
    }

    /// `12 марта, Минск /Корр. БЕЛТА/.`
    fn date_first(&self, from: usize) -> Option<Dateline> {
        let date = self.date(from).filter(|d| d.full)?;
        let i = self.separators(date.next);
        let after_place = self.place(i).map_or(i, |p| self.item_from(p.end));
        let place = self.place(i).filter(|p| !self.overlaps_mention(p));
        let credit = self
            .closed_credit(self.separators(after_place))
            .or_else(|| self.bare_credit(if place.is_some() { after_place } else { i }))?;
        let start = self.items.get(from)?.at.start;
        Some(Dateline {
            place: place.map(|p| self.span(p)),
            date: Some(self.span(date.at)),
            agencies: credit.agencies,
            credit: Some(self.span(credit.at.clone())),
            span: self.span(start..credit.at.end),
        })
    }

    /// A bracket that holds a place, a date and an agency, with the reporter: `(Казань, 12 марта, «Татар-информ», …).`
    fn all_in_brackets(&self, open: usize) -> Option<Dateline> {
        let close = (open + 1..self.items.len().min(open + 24))
            .find(|i| self.kind(*i) == Some(Kind::Close))?;
        let place = self.place(open + 1)?;
        let date = self.date(self.separators(self.item_from(place.end)))?;
        let span = self.span(self.items[open].at.start..self.items[close].at.end);
        let m = self
            .mentions
            .iter()
            .find(|m| m.span.start >= span.start && m.span.end <= span.end)?;
        Some(Dateline {
            place: Some(self.span(place)),
            date: Some(self.span(date.at)),
            agencies: vec![m.agency],
            credit: Some(m.span),
            span,
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
        if joint && self.date(i + 1).is_some() {
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

    fn is_accepted(
        &self,
        places: &Places,
        date: Option<&Date>,
        credit: Option<&Named>,
        end: usize,
        below: Option<&Line<'_>>,
    ) -> bool {
        let alone = end >= self.items.len() && self.line.text.len() == self.text.len();
        if let Some(c) = credit {
            let opens_text = || {
                let body = self.body(end);
                body.chars()
                    .next()
                    .is_some_and(|c| c.is_uppercase() || c.is_numeric() || !is_cased(c))
            };
            return if c.closed {
                let is_place = || {
                    places.is_capitals
                        || places.has_region
                        || is_city(&self.text[places.first.clone()])
                };
                self.has_dash(end)
                    || alone && is_place()
                    || self.kind(end) == Some(Kind::Equals)
                    || (date.is_some() || places.is_capitals) && opens_text()
                    || self.kind(end) == Some(Kind::Colon)
                    || self.kind(end) == Some(Kind::Stop) && opens_text()
            } else {
                date.is_some() || self.has_dash(end) && (places.is_capitals || !places.is_cased)
            };
        }
        let is_city = || is_city(&self.text[places.first.clone()]);
        if alone {
            // A line of its own above the text.
            let words = below.map_or(0, |b| b.tokens.len());
            return below.is_some_and(|b| b.is_sentence() || b.text.ends_with(':'))
                && words >= LEAST_LINE_BELOW
                && (places.is_capitals
                    && (is_city() || places.has_region && self.items.len() <= 8))
                && date.is_none();
        }
        let dash = self.has_dash(end);
        let colon = self.kind(end) == Some(Kind::Colon);
        let body = self.body(end);
        let opens = body
            .chars()
            .next()
            .is_some_and(|c| c.is_alphanumeric() || is_opening(c))
            || self.text[self.items.get(end).map_or(0, |x| x.at.end)..]
                .trim_start()
                .starts_with(is_opening);
        if body.len() < LEAST_BODY || !opens {
            return false;
        }
        // `BRUSSELS, BELGIUM - JULY 11: …` is how picture agencies open captions.
        let dated_caption = date.is_none() && dash && self.date(end + 1).is_some();
        if dated_caption {
            return false;
        }
        match date {
            Some(d) if d.full => {
                dash || colon || !places.is_cased && self.kind(end) == Some(Kind::Stop)
            }
            Some(_) => dash,
            None => {
                dash && (places.is_capitals && places.words <= PLACE_WORDS
                    || is_city() && self.line.is_sentence() && body.len() > 2 * LEAST_BODY)
            }
        }
    }
}

/// The places of a dateline.
struct Places {
    at: Range<usize>,
    /// The first place alone.
    first: Range<usize>,
    next: usize,
    words: usize,
    /// Whether the first place is all capitals.
    is_capitals: bool,
    /// Whether its script has capitals.
    is_cased: bool,
    has_region: bool,
}

impl Reader<'_> {
    fn places(&self, from: usize) -> Option<Places> {
        let first = self.place(from)?;
        let name = &self.text[first.clone()];
        let lower = name.to_lowercase();
        let head = lower.split([' ', '.']).next().unwrap_or("");
        if NO_PLACE.contains(&head) && lower != "the hague"
            || calendar::is_weekday(head)
            || self.date(from).is_some()
        {
            return None;
        }
        let letters = || name.chars().filter(|c| c.is_alphabetic());
        let is_cased = letters().any(is_cased);
        let is_capitals = is_cased
            && letters().count() > 2
            && letters().filter(|c| c.is_lowercase()).count() * 8 <= letters().count();
        let mut at = first.clone();
        let mut next = self.item_from(first.end);
        let mut words = name.split_whitespace().count();
        let mut has_region = false;
        for _ in 0..4 {
            let mut i = next;
            let joined = match self.kind(i) {
                Some(Kind::Comma | Kind::Slash) => {
                    i += 1;
                    true
                }
                // `N.Y,.`
                Some(Kind::Word) if BETWEEN_PLACES.contains(&self.word(i)) => {
                    i += 1;
                    true
                }
                Some(Kind::Open) => {
                    // A region in brackets.
                    if self.closed_credit(i).is_some() {
                        break;
                    }
                    let Some(place) = self.place(i + 1) else {
                        break;
                    };
                    let close = self.item_from(place.end);
                    if self.kind(close) != Some(Kind::Close) {
                        break;
                    }
                    at.end = self.items[close].at.end;
                    next = close + 1;
                    has_region = true;
                    continue;
                }
                _ => false,
            };
            while self.kind(i) == Some(Kind::Comma) {
                i += 1;
            }
            if !joined || self.date(i).is_some() || self.mention_at(i).is_some() {
                break;
            }
            if self.kind(i) == Some(Kind::Open) {
                next = i;
                continue;
            }
            let Some(place) = self.place(i) else { break };
            words += self.text[place.clone()].split_whitespace().count();
            if words > 3 * PLACE_WORDS {
                return None;
            }
            at.end = place.end;
            next = self.item_from(place.end);
            has_region = true;
        }
        Some(Places {
            at,
            first,
            next,
            words,
            is_capitals,
            is_cased,
            has_region,
        })
    }

    fn item_from(&self, byte: usize) -> usize {
        self.items
            .iter()
            .position(|x| x.at.start >= byte)
            .unwrap_or(self.items.len())
    }

    /// One place: words with a capital, or of a script without capitals, and what joins them.
    fn place(&self, from: usize) -> Option<Range<usize>> {
        let start = self.items.get(from)?.at.start;
        let mut end = None;
        let mut i = from;
        let mut words = 0;
        while words < PLACE_WORDS + 1 {
            if self.kind(i) != Some(Kind::Word) || self.date(i).is_some() && words > 0 {
                break;
            }
            let word = self.word(i);
            let first = word.chars().next()?;
            if first.is_uppercase() || !is_cased(first) {
                if BETWEEN_PLACES.contains(&word) && words > 0 {
                    break;
                }
                words += 1;
                let mut stop = self.items[i].at.end;
                // The full stop of an abbreviation: `Mich.`, `ST. LOUIS`.
                let abbreviated = self.kind(i + 1) == Some(Kind::Stop)
                    && self.items[i + 1].at.start == stop
                    && word.chars().count() <= 6
                    && is_cased(first)
                    && self.goes_on_after_stop(i + 2);
                if abbreviated {
                    stop = self.items[i + 1].at.end;
                    i += 1;
                }
                end = Some(stop);
                i += 1;
            } else if words > 0
                && JOINERS.contains(&word)
                && !(BETWEEN_PLACES.contains(&word) && word != "en")
            {
                i += 1;
            } else {
                break;
            }
        }
        end.filter(|_| words <= PLACE_WORDS).map(|e| start..e)
    }

    /// Whether a full stop before this item ends an abbreviation, not a sentence.
    fn goes_on_after_stop(&self, i: usize) -> bool {
        match self.kind(i) {
            Some(Kind::Comma | Kind::Open | Kind::Dash | Kind::Slash) => true,
            Some(Kind::Word) => {
                self.date(i).is_some() || self.word(i).chars().all(|c| !c.is_lowercase())
            }
            _ => false,
        }
    }
}

/// A date of a dateline.
#[derive(Clone)]
struct Date {
    at: Range<usize>,
    next: usize,
    /// Whether it names a month.
    full: bool,
}

impl Reader<'_> {
    /// The last item of a date in figures: `12.03.2031`, `12-3-31`, `2031/3/12`.
    fn numeric_date(&self, from: usize) -> Option<usize> {
        let number = |k: usize| {
            (self.kind(k) == Some(Kind::Number)).then(|| self.word(k).parse::<u16>().ok())?
        };
        let joint = self.kind(from + 1)?;
        let fits = matches!(joint, Kind::Stop | Kind::Dash | Kind::Slash)
            && self.kind(from + 3) == Some(joint)
            && self.items[from].at.end == self.items[from + 1].at.start;
        let [a, b, c] = [number(from)?, number(from + 2)?, number(from + 4)?];
        let day_first = (1..=31).contains(&a) && (1..=12).contains(&b);
        let year_first =
            (1800..2200).contains(&a) && (1..=12).contains(&b) && (1..=31).contains(&c);
        (fits && (day_first || year_first)).then_some(from + 4)
    }

    /// A date that begins with an item.
    fn date(&self, from: usize) -> Option<Date> {
        let mut i = from;
        if calendar::is_weekday(&self.word(i).to_lowercase()) {
            i += 1;
            while matches!(self.kind(i), Some(Kind::Comma | Kind::Stop)) && i - from < 3 {
                i += 1;
            }
        }
        let day = |k: usize| self.kind(k) == Some(Kind::Number) && is_day(self.word(k));
        let year =
            |k: usize| self.kind(k) == Some(Kind::Number) && self.word(k).chars().count() == 4;
        let done = |last: usize, full: bool| {
            Some(Date {
                at: self.items[from].at.start..self.items[last].at.end,
                next: last + 1,
                full,
            })
        };
        let joins = |k: usize| matches!(self.word(k), "de" | "of" | "di" | "del" | "di'");
        let month = |k: usize, near: bool| {
            let word = self.word(k).to_lowercase();
            self.kind(k) == Some(Kind::Word)
                && (calendar::is_month(&word) || near && calendar::is_nearly_month(&word))
        };
        if month(i, day(i + 1)) {
            let mut k = i + 1;
            if self.kind(k) == Some(Kind::Stop) {
                k += 1;
            }
            if !day(k) {
                return None;
            }
            let mut last = k;
            let y = if self.kind(k + 1) == Some(Kind::Comma) {
                k + 2
            } else {
                k + 1
            };
            if year(y) {
                last = y;
            }
            return done(last, true);
        }
        if let Some(last) = self.numeric_date(i) {
            return done(last, true);
        }
        if day(i) {
            let mut k = i + 1;
            // `12-nji mart`
            let ordinal = self.word(i + 2);
            if self.kind(k) == Some(Kind::Dash) && ordinal.len() <= 5 && month(i + 3, false) {
                return done(i + 3, true);
            }
            while self.kind(k) == Some(Kind::Stop) || joins(k) || matches!(self.word(k), "º" | "°")
            {
                k += 1;
                if k - i > 4 {
                    break;
                }
            }
            if month(k, false) {
                let mut last = k;
                let mut y = k + 1;
                if self.kind(y) == Some(Kind::Stop) {
                    last = y;
                    y += 1;
                }
                if joins(y) {
                    y += 1;
                }
                if year(y) {
                    return done(y, true);
                }
                // The full stop belongs to an abbreviation only where it touches it.
                if last != k
                    && (self.items[k].at.end != self.items[last].at.start
                        || self.word(k).chars().count() > 4)
                {
                    last = k;
                }
                return done(last, true);
            }
            // `PARIS, 14. (Havas.)`: the day alone, as old papers have it.
            let next = self.kind(i + 1);
            if matches!(
                next,
                Some(Kind::Stop | Kind::Dash | Kind::Open | Kind::Comma) | None
            ) {
                return done(i, false);
            }
        }
        None
    }
}

fn is_day(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    digits.chars().count() <= 2
        && digits.chars().all(char::is_numeric)
        && digits
            .parse::<u8>()
            .map_or(!digits.is_ascii(), |d| (1..=31).contains(&d))
}

fn is_cased(c: char) -> bool {
    c.is_uppercase() || c.is_lowercase()
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '«'
            | '‘'
            | '\''
            | '<'
            | '„'
            | '`'
            | '¿'
            | '¡'
            | '['
            | '$'
            | '#'
            | '&'
            | '…'
            | '’'
    )
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}')
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|i| text.is_char_boundary(*i))
        .unwrap_or(0)
}

/// The marks and words of a text, at most [`ITEMS`].
fn items(text: &str) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if out.len() == ITEMS {
            break;
        }
        let mut end = at + c.len_utf8();
        let kind = match c {
            _ if c.is_whitespace() || c == '\u{ad}' || c == '\u{200b}' => continue,
            '(' | '[' | '（' | '【' | '［' | '〔' | '〖' => Kind::Open,
            ')' | ']' | '）' | '】' | '］' | '〕' | '〗' => Kind::Close,
            ',' | '，' | '、' | '،' => Kind::Comma,
            '.' | '。' => Kind::Stop,
            ':' | '：' => Kind::Colon,
            '/' | '／' => Kind::Slash,
            '=' | '＝' => Kind::Equals,
            '—' | '–' | '―' | '−' | '‒' | '─' | '-' | '_' => {
                while let Some((a, d)) = chars
                    .peek()
                    .copied()
                    .filter(|(_, d)| matches!(d, '—' | '–' | '-' | '―' | '_'))
                {
                    end = a + d.len_utf8();
                    chars.next();
                }
                Kind::Dash
            }
            _ if c.is_numeric() => {
                while let Some((a, d)) = chars
                    .peek()
                    .copied()
                    .filter(|(_, d)| d.is_alphanumeric() && !is_cjk(*d))
                {
                    end = a + d.len_utf8();
                    chars.next();
                }
                Kind::Number
            }
            _ if c.is_alphabetic() || is_mark(c) => {
                let mut before = c;
                loop {
                    let mut ahead = chars.clone();
                    let Some((a, d)) = ahead.next() else { break };
                    let joins =
                        |n: Option<(usize, char)>| n.is_some_and(|(_, n)| n.is_alphanumeric());
                    let inside = d.is_alphanumeric()
                        || is_mark(d)
                        || matches!(d, '\'' | '’' | '.' | '·')
                            && joins(ahead.next())
                            && (d != '.' || !before.is_lowercase())
                        || d == '-' && {
                            let mut b = chars.clone();
                            b.next();
                            joins(b.next())
                        };
                    if !inside || is_cjk(c) != is_cjk(d) && d.is_alphabetic() {
                        break;
                    }
                    end = a + d.len_utf8();
                    before = d;
                    chars.next();
                }
                Kind::Word
            }
            _ => Kind::Other,
        };
        out.push(Item { kind, at: at..end });
    }
    out
}

/// Marks that belong to the letter before them, in scripts that write vowels so.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}' | '\u{b82}' | '\u{bbe}'..='\u{bcd}' | '\u{c3e}'..='\u{c4d}' | '\u{cbe}'..='\u{ccd}' | '\u{d3e}'..='\u{d4d}' | '\u{e31}' | '\u{e34}'..='\u{e4e}' | '\u{200c}' | '\u{200d}')
}
