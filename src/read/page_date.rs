//! The day of publication that a page shows its readers, where nothing in it says so for machines.

use std::ops::Range;

use dom_query::{Document, NodeRef};

use super::page_meta;
use crate::{calendar, document::Moment};

/// Longer texts tell a story, and its dates are those of the story, in bytes.
const LONGEST: usize = 120;
/// So many pieces of text after a heading are looked at: what comes later is another story's.
const NEAR: usize = 30;
/// How elements are named that hold a date.
const HINTS: &[&str] = &[
    "date",
    "time",
    "publi",
    "posted",
    "byline",
    "meta",
    "entry-info",
];
/// What stands between two parts of a date, in bytes.
const FARTHEST: usize = 6;
/// Words and signs that stand between the parts of a date.
#[rustfmt::skip]
const JOINTS: &[&str] = &[
    "de", "del", "di", "of", "st", "nd", "rd", "th", "er", "º", "ª", "年", "月", "日", "년", "월", "일",
];

/// The day that a page shows: near its first heading, else in the first element that is named for it.
pub(super) fn shown(page: &Document, lang: Option<&str>) -> Option<Moment> {
    let month_first = lang.is_none_or(|l| matches!(&*l.to_lowercase(), "en" | "en-us" | "en_us"));
    let found = |text: &str| {
        let (year, month, day) = day_in(text, month_first)?;
        let day = Moment::parse(&format!("{year:04}-{month:02}-{day:02}"), "text");
        let raw = page_meta::clean(text);
        day.seconds.is_some().then_some(Moment { raw, ..day })
    };
    let mut after_heading = None;
    for node in page.root().descendants_it() {
        if node.has_name("h1") {
            after_heading = after_heading.or(Some(0));
        }
        let Some(passed) = after_heading.as_mut() else {
            continue;
        };
        if !node.is_nonempty_text() {
            continue;
        }
        let text = node.text();
        if text.len() <= LONGEST
            && let Some(day) = found(&text)
        {
            return Some(day);
        }
        *passed += 1;
        if *passed > NEAR {
            break;
        }
    }
    let root = page.root();
    let hinted = root.descendants_it().filter(is_named_for_a_date);
    hinted.map(|node| node.text()).find_map(|text| {
        let text = text.trim();
        (text.len() <= LONGEST).then(|| found(text))?
    })
}

fn is_named_for_a_date(node: &NodeRef) -> bool {
    node.has_name("time")
        || ["class", "id", "itemprop"].iter().any(|name| {
            node.attr(name).is_some_and(|value| {
                let value = value.to_lowercase();
                HINTS.iter().any(|hint| value.contains(hint))
            })
        })
}

/// A word or a number of a line.
struct Part {
    at: Range<usize>,
    number: Option<u16>,
    month: Option<i8>,
}

impl Part {
    fn year(&self) -> Option<i16> {
        let year = i16::try_from(self.number?).ok()?;
        (self.at.len() == 4 && (1800..2200).contains(&year)).then_some(year)
    }
}

/// The words and numbers of a line but for those that only join.
fn parts(line: &str) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let mut chars = line.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let is_digit = c.is_ascii_digit();
        let same = |c: &char| c.is_alphanumeric() && c.is_ascii_digit() == is_digit;
        if !same(&c) {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some((_, c)) = chars.next_if(|(_, c)| same(c)) {
            end += c.len_utf8();
        }
        let word = line[start..end].to_lowercase();
        if !JOINTS.contains(&&*word) {
            out.push(Part {
                at: start..end,
                number: word.parse().ok(),
                month: calendar::month_number(&word).and_then(|m| i8::try_from(m).ok()),
            });
        }
    }
    out
}

/// The first full date in a line, as year, month and day: `18 November 2019`, `Nov. 18, 2019`, `18.11.2019`, `2019-11-18`,
/// `2019年11月18日`. Of `4/5/2019` the month comes first where `month_first`.
fn day_in(line: &str, month_first: bool) -> Option<(i16, i8, i8)> {
    parts(line).windows(3).find_map(|w| {
        let [a, b, c] = w else { return None };
        let between = [&line[a.at.end..b.at.start], &line[b.at.end..c.at.start]].map(str::trim);
        if between.iter().any(|s| s.len() > FARTHEST) {
            return None;
        }
        let (year, month, day) = match (a.month, b.month, c.month) {
            (Some(month), None, None) => (c.year()?, month, b.number?),
            (None, Some(month), None) if a.year().is_some() => (a.year()?, month, c.number?),
            (None, Some(month), None) => (c.year()?, month, a.number?),
            (None, None, None) => {
                let joint = match between {
                    [x, y] if x == y => x,
                    ["年", "月"] | ["년", "월"] => "-",
                    _ => return None,
                };
                if !matches!(joint, "." | "/" | "-") {
                    return None;
                }
                let (first, second) = (a.number?, b.number?);
                if let Some(year) = a.year() {
                    (year, i8::try_from(second).ok()?, c.number?)
                } else if second > 12 || joint == "/" && month_first && first <= 12 {
                    (c.year()?, i8::try_from(first).ok()?, second)
                } else {
                    (c.year()?, i8::try_from(second).ok()?, first)
                }
            }
            _ => return None,
        };
        let day = i8::try_from(day).ok()?;
        let is_day = jiff::civil::Date::new(year, month, day).is_ok();
        is_day.then_some((year, month, day))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_the_orders_that_leave_no_doubt() {
        for (line, day) in [
            ("18 November 2019", Some((2019, 11, 18))),
            (
                "By A. Writer | Nov. 18, 2019 at 2:26 PM",
                Some((2019, 11, 18)),
            ),
            ("Monday, March 3rd, 2025", Some((2025, 3, 3))),
            ("3 de marzo de 2025, 10:15", Some((2025, 3, 3))),
            ("Опубликовано: 5 октября 2031 г.", Some((2031, 10, 5))),
            ("2019年11月18日 10時", Some((2019, 11, 18))),
            ("2019년 11월 18일", Some((2019, 11, 18))),
            ("Posted 2019-11-18T10:00", Some((2019, 11, 18))),
            ("18.11.2019 - 09:30", Some((2019, 11, 18))),
            ("4.5.2019", Some((2019, 5, 4))),
            ("11/18/2019", Some((2019, 11, 18))),
            ("4/5/2019", Some((2019, 4, 5))),
            ("30 Feb 2019", None),
            ("November 2019", None),
            ("18 November", None),
            ("10.5.3 and 2019", None),
            ("May we have 18 of the 2019 vintage", None),
            ("", None),
        ] {
            assert_eq!(day_in(line, true), day, "{line}");
        }
        assert_eq!(day_in("4/5/2019", false), Some((2019, 5, 4)));
    }

    #[test]
    fn the_date_near_the_heading_is_meant() {
        let day = |html: &str| shown(&Document::from(html), Some("en")).and_then(|m| m.rfc3339());
        let page = "<div class=date>Friday, January 2, 2026</div><h1>Bridge closed</h1><p>By A. Writer<span>1 January 2026</span>\
            <p>The bridge was opened on 3 May 1911, and on 4 May 1911 the first tram came over it, as the papers of the day say at length.";
        assert_eq!(day(page).as_deref(), Some("2026-01-01"));
        let heading = page.replace("1 January 2026", "");
        assert_eq!(day(&heading).as_deref(), Some("2026-01-02"));
        assert_eq!(day("<p>3 May 1911"), None);
        assert_eq!(day(""), None);
    }
}
