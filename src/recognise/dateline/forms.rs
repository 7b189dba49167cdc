//! Forms that do not begin with a place: an agency first, a date first, all of it in brackets, and those of Chinese, Japanese
//! and Korean papers.

use std::ops::Range;

use super::{
    Dateline, Reader,
    scan::{Kind, is_cjk},
};
use crate::{recognise::agency::Certainty, span::Span};

impl Reader<'_> {
    /// `(CNN) - …`, `(ANSA) - ROMA, 12 MAR - …`, `(서울=연합뉴스)`, `【北京共同】`.
    pub(super) fn bracketed(&self, from: usize) -> Option<Dateline> {
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
        // `(PresseBox) (Heilbronn, 12.03.2031)`
        if self.kind(i) == Some(Kind::Open)
            && let Some(place) = self.place(i + 1)
        {
            let date = self.date(self.separators(self.item_from(place.end)));
            let end = date.as_ref().map_or(place.end, |d| d.at.end);
            return Some(Dateline {
                place: Some(self.span(place)),
                date: date.map(|d| self.span(d.at)),
                agencies: named.agencies,
                credit,
                span: self.span(named.at.start..end),
            });
        }
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

    /// `本报北京11月4日电`: the paper's own.
    pub(super) fn own_paper(&self, from: usize) -> Option<Dateline> {
        const OWN: [&str; 5] = ["本报", "本報", "本台", "本网", "本刊"];
        let start = self.items.get(from)?.at.start;
        let own = OWN.iter().find(|o| self.text[start..].starts_with(**o))?;
        let rest = &self.text[start + own.len()..];
        let (at, sign) = rest
            .char_indices()
            .take(32)
            .find(|(_, c)| matches!(c, '电' | '電' | '讯' | '訊'))?;
        let from = start + own.len();
        let (place, date) = self.cjk_place_and_date(from..from + at);
        date?;
        Some(Dateline {
            place,
            date,
            span: self.span(start..from + at + sign.len_utf8()),
            ..Dateline::default()
        })
    }

    /// `新华社北京11月4日电`.
    pub(super) fn cjk(&self, from: usize) -> Option<Dateline> {
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
        // `記者林小禾台北4日電`: the place is the last two characters, as of most cities.
        const REPORTER: [&str; 2] = ["记者", "記者"];
        let named = REPORTER
            .iter()
            .any(|r| self.text[..range.start].ends_with(r));
        let reporter = REPORTER
            .iter()
            .find_map(|r| head.rfind(r).map(|at| at + r.len()))
            .or(named.then_some(0));
        let head = match reporter {
            Some(at) => {
                let cut = head[at..].char_indices().rev().nth(1).map_or(0, |(i, _)| i);
                &head[at + cut..]
            }
            None => head,
        };
        let offset = first.unwrap_or(text.len()) - head.len();
        let place = head.trim_matches(trim);
        let start = offset + head.find(place).unwrap_or(0);
        let is_place = !place.is_empty() && place.chars().count() <= 10;
        (
            is_place.then(|| self.span(range.start + start..range.start + start + place.len())),
            date.map(|d| self.span(range.start + d.start..range.start + d.end)),
        )
    }

    /// The forms that begin with an agency's bare name: `APA-Dakar (Sénégal) -`, `央视网消息：`.
    pub(super) fn agency_first(&self, from: usize) -> Option<Dateline> {
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
        let is_sure = m.certainty > Certainty::Short && self.line.is_long();
        // `RADOR (3 august) -`
        if self.kind(next) == Some(Kind::Open)
            && let Some(d) = self.date(next + 1)
            && self.kind(d.next) == Some(Kind::Close)
            && self.has_dash(d.next + 1)
        {
            return Some(Dateline {
                date: Some(self.span(d.at.clone())),
                agencies: vec![m.agency],
                credit: Some(m.span),
                span: Span::new(m.span.start, self.span(d.at).end),
                place: None,
            });
        }
        let alone = Dateline {
            agencies: vec![m.agency],
            credit: Some(m.span),
            span: m.span,
            ..Dateline::default()
        };
        if let Some(p) = self.place_first(i, None)
            && p.agencies.is_empty()
            && (i > next && (is_sure || self.kind(next) != Some(Kind::Stop))
                || self.opens_with_city(next) && p.date.is_some())
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
        let opens = rest
            .trim_start_matches(['/', '.', ' ', '-', '—', '–', '\u{a0}'])
            .starts_with(char::is_uppercase);
        let hyphen = rest
            .strip_prefix('-')
            .is_some_and(|r| r.starts_with(char::is_uppercase));
        // `Newswise — Bees …`; a hyphen stands in titles of pages.
        let long_dash = rest.trim_start().starts_with(['—', '–']) && self.line.is_sentence();
        let marked = hyphen
            || long_dash
            || rest.starts_with('/')
            || rest.starts_with(". ") && !rest.is_ascii();
        (is_note || is_sure && marked && opens).then_some(alone)
    }

    /// `12 марта, Минск /Корр. БЕЛТА/.`
    pub(super) fn date_first(&self, from: usize) -> Option<Dateline> {
        let date = self.date(from).filter(|d| d.full)?;
        let i = self.separators(date.next);
        let after_place = self.place(i).map_or(i, |p| self.item_from(p.end));
        let place = self.place(i).filter(|_| self.mention_at(i).is_none());
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
}
