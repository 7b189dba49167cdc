//! Dates of datelines, in words and figures.

use std::ops::Range;

use super::{Reader, scan::Kind};
use crate::calendar;

/// A date of a dateline.
#[derive(Clone)]
pub(super) struct Date {
    pub(super) at: Range<usize>,
    /// The item behind it.
    pub(super) next: usize,
    /// Whether it is more than the day of a month.
    pub(super) full: bool,
}

/// Articles before the day of a date.
const ARTICLES: [&str; 12] = [
    "le", "den", "der", "am", "el", "il", "on", "dne", "a", "em", "op", "dnia",
];

impl Reader<'_> {
    /// The date inside the brackets of a credit: `(Newsfile Corp. - May 6, 2031)`.
    pub(super) fn date_inside(&self, credit: &super::named::Named) -> Option<Date> {
        if !credit.closed {
            return None;
        }
        let first = self.item_from(credit.at.start);
        (first..credit.next)
            .filter_map(|i| self.date(i))
            .find(|d| d.full && d.at.end < credit.at.end)
    }

    /// The last item of a date in figures: `12.03.2031`, `12-3-31`, `2031/3/12`.
    fn numeric_date(&self, from: usize) -> Option<usize> {
        self.full_numeric_date(from)
            .or_else(|| self.short_numeric_date(from))
    }

    fn number(&self, k: usize) -> Option<u16> {
        (self.kind(k) == Some(Kind::Number)).then(|| self.word(k).parse().ok())?
    }

    /// `04/11`, with an agency behind it: `BRUXELLES 04/11 (BELGA)`.
    fn short_numeric_date(&self, from: usize) -> Option<usize> {
        let fits = matches!(self.kind(from + 1), Some(Kind::Slash | Kind::Dash))
            && (1..=31).contains(&self.number(from)?)
            && (1..=12).contains(&self.number(from + 2)?);
        let credited =
            || self.closed_credit(from + 3).is_some() || self.kind(from + 3) == Some(Kind::Close);
        (fits && credited()).then_some(from + 2)
    }

    /// `12.03.2031`
    fn full_numeric_date(&self, from: usize) -> Option<usize> {
        let joint = self.kind(from + 1)?;
        let fits = matches!(joint, Kind::Stop | Kind::Dash | Kind::Slash)
            && self.kind(from + 3) == Some(joint)
            && self.items[from].at.end == self.items[from + 1].at.start;
        let [a, b, c] = [
            self.number(from)?,
            self.number(from + 2)?,
            self.number(from + 4)?,
        ];
        let day_first = (1..=31).contains(&a) && (1..=12).contains(&b);
        let year_first =
            (1800..2200).contains(&a) && (1..=12).contains(&b) && (1..=31).contains(&c);
        (fits && (day_first || year_first)).then_some(from + 4)
    }

    /// A date that begins with an item.
    pub(super) fn date(&self, from: usize) -> Option<Date> {
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
            } else if self.word(k + 1) == "d" {
                // `lapkričio 4 d.`
                last = k + 1 + usize::from(self.kind(k + 2) == Some(Kind::Stop));
            }
            return done(last, true);
        }
        if i > from && !day(i) && !month(i, false) {
            // `NAIROBI, Monday (AFP)`
            let last = from;
            let next = self.kind(from + 1);
            let ends = matches!(
                next,
                Some(Kind::Open | Kind::Stop | Kind::Dash | Kind::Colon | Kind::Comma) | None
            );
            return if ends { done(last, true) } else { None };
        }
        // `le 3 juin`, `den 4. November`
        if self.kind(i) == Some(Kind::Word)
            && ARTICLES.contains(&self.word(i))
            && day(i + 1)
            && let Some(date) = self.date(i + 1).filter(|d| d.full)
        {
            return Some(date);
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
                if joins(y) || self.kind(y) == Some(Kind::Comma) && year(y + 1) {
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
