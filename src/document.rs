//! An article as read: its text, its names, and what its publisher says about it.
//!
//! No clock is read here: a moment is what the input says, never what the machine thinks.

use jiff::Timestamp;
use jiff::civil;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use std::borrow::Cow;

/// One article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The name it goes by in the output.
    pub id: String,
    /// The id it came with, where several articles came with the same one.
    pub source_id: Option<String>,
    /// The file it was read from, as given; `-` for standard input.
    pub path: String,
    /// Which record of the file, counted from 1; for JSONL the line number. None: the whole file.
    pub record: Option<u64>,
    /// The text as read, without a byte-order mark.
    pub text: String,
    /// What came with the text.
    pub meta: Meta,
    /// Whose original it is known to be; none for an article of the corpus itself.
    pub reference: Option<Reference>,
}

/// A text known to be an original: matched against, believed for the source, not reported itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// What kind of original.
    pub kind: ReferenceKind,
    /// Whose: an id or name of the table of agencies, or any other name.
    pub name: String,
}

/// What kind of original a reference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ReferenceKind {
    /// Copy of a news agency.
    Agency,
    /// A statement of a company or body.
    PressRelease,
    /// A text of a government.
    Government,
    /// An article of a newspaper, broadcaster or site.
    Outlet,
}

impl ReferenceKind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Agency,
        Self::PressRelease,
        Self::Government,
        Self::Outlet,
    ];

    /// Whether it is published to be used by others, who may name whose it is in many ways.
    #[must_use]
    pub fn is_statement(self) -> bool {
        matches!(self, Self::PressRelease | Self::Government)
    }

    /// A stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::PressRelease => "press-release",
            Self::Government => "government",
            Self::Outlet => "outlet",
        }
    }
}

/// What came with an article's text.
#[derive(Default, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// Headline.
    pub title: Option<String>,
    /// The newspaper, broadcaster or site.
    pub outlet: Option<String>,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// Who signs it.
    pub byline: Option<String>,
    /// Language, as the input names it.
    pub lang: Option<String>,
    /// A group the input puts it in.
    pub group: Option<String>,
    /// When it was published.
    pub published: Option<Moment>,
    /// When it was last changed.
    pub modified: Option<Moment>,
    /// When it was collected.
    pub retrieved: Option<Moment>,
    /// Whom the page or item itself names as its source, outside its text.
    pub source: Option<String>,
    /// How the text was taken out of a page; none where it was given as such.
    pub extractor: Option<Cow<'static, str>>,
    /// What an item of a feed or a news agency says of itself.
    pub item: Option<Box<ItemMeta>>,
    /// Fields carried through to the output untouched, in the order they were asked for.
    pub carried: serde_json::Map<String, serde_json::Value>,
}

/// What an item of a feed or a news agency says of itself, beside what every article can.
#[derive(Default, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemMeta {
    /// Its own lasting name, the same for all versions of it.
    pub guid: Option<String>,
    /// Which version it is.
    pub version: Option<String>,
    /// The short name that it goes by in newsrooms.
    pub slug: Option<String>,
    /// Who provides it.
    pub provider: Option<String>,
    /// Not to be published before.
    pub embargo: Option<Moment>,
}

/// How finely a moment is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// A date only.
    Day,
    /// Hours and minutes.
    Minute,
    /// Seconds, or finer.
    Second,
}

impl Precision {
    /// A stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// A point in time as the input tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// As written.
    pub raw: String,
    /// Where it was found: `field`.
    pub basis: Cow<'static, str>,
    /// Unix time; None: not understood. A time without a zone is counted as if it were UTC,
    /// a day from its midnight.
    pub seconds: Option<i64>,
    /// How finely it is told.
    pub precision: Precision,
    /// Whether the zone is known. False for a date, and for a time that names no zone.
    pub zoned: bool,
}

/// What a reading of the raw text gives.
struct Reading {
    seconds: i64,
    precision: Precision,
    zoned: bool,
}

impl Moment {
    /// Reads RFC 3339 and ISO 8601 dates and times (basic form and a missing zone included),
    /// RFC 2822 dates, and Unix seconds or milliseconds. Anything else is kept raw.
    pub fn parse(raw: &str, basis: &'static str) -> Moment {
        let text = raw.trim();
        let reading = read_digits(text)
            .or_else(|| read_iso(text))
            .or_else(|| read_rfc2822(text));
        Moment {
            raw: raw.to_owned(),
            basis: Cow::Borrowed(basis),
            seconds: reading.as_ref().map(|r| r.seconds),
            precision: reading.as_ref().map_or(Precision::Day, |r| r.precision),
            zoned: reading.is_some_and(|r| r.zoned),
        }
    }

    /// Its year and month, by its own calendar in UTC; None where it was not understood.
    pub fn year_and_month(&self) -> Option<(i16, i8)> {
        let stamp = Timestamp::from_second(self.seconds?).ok()?;
        let local = Offset::UTC.to_datetime(stamp);
        Some((local.year(), local.month()))
    }

    /// `2018-07-15T10:30:00Z` where the zone is known, `2018-07-15T10:30:00` where it is not,
    /// `2018-07-15` for a day; None where it was not understood.
    pub fn rfc3339(&self) -> Option<String> {
        let stamp = Timestamp::from_second(self.seconds?).ok()?;
        let local = Offset::UTC.to_datetime(stamp);
        let (year, month, day) = (local.year(), local.month(), local.day());
        let date = format!("{year:04}-{month:02}-{day:02}");
        if self.precision == Precision::Day {
            return Some(date);
        }
        let (hour, minute, second) = (local.hour(), local.minute(), local.second());
        let zone = if self.zoned { "Z" } else { "" };
        Some(format!("{date}T{hour:02}:{minute:02}:{second:02}{zone}"))
    }
}

/// Digits alone: a date in basic form, else Unix seconds or milliseconds, told by their length.
fn read_digits(text: &str) -> Option<Reading> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !numeric(digits) || !fraction.is_none_or(numeric) {
        return None;
    }
    let bare = digits.len() == whole.len() && fraction.is_none();
    if bare && let Some(reading) = read_compact(digits.as_bytes()) {
        return Some(reading);
    }
    // Shorter numbers are years, counters or zeros far more often than times.
    let number: i64 = whole.parse().ok()?;
    // Rounded down: a fraction before 1970 belongs to the second before.
    let part = fraction.is_some_and(|f| f.bytes().any(|b| b != b'0'));
    let number = number - i64::from(number < 0 && part);
    let seconds = match digits.len() {
        9 | 10 => number,
        12 | 13 => number.div_euclid(1000),
        _ => return None,
    };
    Some(Reading {
        seconds,
        precision: Precision::Second,
        zoned: true,
    })
}

/// `20180715`, `201807151030`, `20180715103000`.
fn read_compact(digits: &[u8]) -> Option<Reading> {
    if !matches!(digits.len(), 8 | 12 | 14) {
        return None;
    }
    let mut at = Cursor(digits);
    let year = at.number(4)?;
    // Outside these years the digits are more likely a count of milliseconds, or no time at all.
    if !(1600..2200).contains(&year) {
        return None;
    }
    let (month, day) = (at.number(2)?, at.number(2)?);
    let (hour, minute) = (at.number(2).unwrap_or(0), at.number(2).unwrap_or(0));
    let second = at.number(2).unwrap_or(0);
    let precision = match digits.len() {
        8 => Precision::Day,
        12 => Precision::Minute,
        _ => Precision::Second,
    };
    reading([year, month, day, hour, minute, second], precision, None)
}

/// ISO 8601 and RFC 3339, extended or basic: a date, a time, a zone, the last two optional.
fn read_iso(text: &str) -> Option<Reading> {
    // RFC 9557 adds the zone's name in brackets; the offset before it already says enough.
    let text = match text.find('[') {
        Some(bracket) if text.ends_with(']') => text.get(..bracket)?,
        _ => text,
    };
    let mut at = Cursor(text.as_bytes());
    let year = at.number(4)?;
    let separator = at.take_any(b"-/");
    let month = at.number(2)?;
    if let Some(separator) = separator {
        at.take(separator)?;
    }
    let day = at.number(2)?;
    if at.is_done() {
        return reading([year, month, day, 0, 0, 0], Precision::Day, None);
    }
    let joint = at.0;
    if at.take_any(b"Tt").is_none() {
        while at.take(b' ').is_some() {}
    }
    let Some(hour) = at.number(2) else {
        // A day with a zone, as XML writes it. The day is what its publisher calls it.
        at.0 = joint;
        at.zone()?;
        return at
            .is_done()
            .then(|| reading([year, month, day, 0, 0, 0], Precision::Day, None))?;
    };
    let colon = at.take(b':').is_some();
    let minute = at.number(2)?;
    let mut precision = Precision::Minute;
    let mut second = 0;
    let more = if colon {
        at.take(b':').is_some()
    } else {
        at.0.first().is_some_and(u8::is_ascii_digit)
    };
    if more {
        second = at.number(2)?;
        precision = Precision::Second;
        if at.take_any(b".,").is_some() {
            at.number(1)?;
            while at.number(1).is_some() {}
        }
    }
    while at.take(b' ').is_some() {}
    let offset = if at.is_done() { None } else { Some(at.zone()?) };
    if !at.is_done() {
        return None;
    }
    reading([year, month, day, hour, minute, second], precision, offset)
}

/// Mail and RSS dates: `Sun, 15 Jul 2018 10:30:00 +0200`.
fn read_rfc2822(text: &str) -> Option<Reading> {
    // A wrong name of the day is a slip of the writer's; the date beside it still counts.
    const PARSER: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let stamp = PARSER.parse_timestamp(text).ok()?;
    let precision = if text.bytes().filter(|&b| b == b':').count() > 1 {
        Precision::Second
    } else {
        Precision::Minute
    };
    Some(Reading {
        seconds: stamp.as_second(),
        precision,
        zoned: true,
    })
}

/// Unix time of year, month, day, hour, minute and second at an offset of so many seconds.
fn reading(parts: [i32; 6], precision: Precision, offset: Option<i32>) -> Option<Reading> {
    let [year, month, day, hour, minute, second] = parts;
    // A leap second is told as 60; Unix time has no room for it.
    let second = if second == 60 { 59 } else { second };
    let small = |n: i32| i8::try_from(n).ok();
    let local = civil::DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    )
    .ok()?;
    let zone = Offset::from_seconds(offset.unwrap_or(0)).ok()?;
    Some(Reading {
        seconds: zone.to_timestamp(local).ok()?.as_second(),
        precision,
        zoned: offset.is_some(),
    })
}

/// What is left to read of a date.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.take_any(&[byte]).map(|_| ())
    }

    fn take_any(&mut self, bytes: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        if !bytes.contains(&first) {
            return None;
        }
        self.0 = rest;
        Some(first)
    }

    /// Exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<i32> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        let mut number = 0;
        for byte in head {
            if !byte.is_ascii_digit() {
                return None;
            }
            number = number * 10 + i32::from(byte - b'0');
        }
        self.0 = rest;
        Some(number)
    }

    /// `Z`, `UTC`, `GMT`, `+02`, `+0200`, `+02:00`, `−02:00`: seconds east of Greenwich.
    fn zone(&mut self) -> Option<i32> {
        for name in [&b"Z"[..], b"UTC", b"GMT"] {
            if let Some((head, rest)) = self.0.split_at_checked(name.len())
                && head.eq_ignore_ascii_case(name)
            {
                self.0 = rest;
                return Some(0);
            }
        }
        let sign = if self.take(b'+').is_some() {
            1
        } else if self.take(b'-').is_some() {
            -1
        } else {
            self.0 = self.0.strip_prefix("−".as_bytes())?;
            -1
        };
        let hours = self.number(2)?;
        let minutes = if self.take(b':').is_some() {
            self.number(2)?
        } else {
            self.number(2).unwrap_or(0)
        };
        // Offsets past 24 hours are no offsets.
        (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Option<(String, Precision)> {
        let moment = Moment::parse(raw, "field");
        assert_eq!(moment.raw, raw);
        assert_eq!(moment.basis, "field");
        assert_eq!(moment.seconds.is_some(), moment.rfc3339().is_some());
        moment.rfc3339().map(|text| (text, moment.precision))
    }

    fn is(raw: &str, text: &str, precision: Precision) {
        assert_eq!(read(raw), Some((text.to_owned(), precision)), "{raw}");
    }

    #[test]
    fn reads_rfc3339_and_iso() {
        use Precision::{Day, Minute, Second};
        is("2018-07-15", "2018-07-15", Day);
        is(" 2018-07-15\n", "2018-07-15", Day);
        is("2018-07-15+02:00", "2018-07-15", Day);
        is("2018-07-15Z", "2018-07-15", Day);
        is("20180715", "2018-07-15", Day);
        is("2018/07/15", "2018-07-15", Day);
        is("2018-07-15T10:30Z", "2018-07-15T10:30:00Z", Minute);
        is("2018-07-15T10:30", "2018-07-15T10:30:00", Minute);
        is("2018-07-15 10:30:00+02:00", "2018-07-15T08:30:00Z", Second);
        is("2018-07-15 10:30:00", "2018-07-15T10:30:00", Second);
        is("2018-07-15 10:30:00 UTC", "2018-07-15T10:30:00Z", Second);
        is("2018-07-15 10:30:00 +0200", "2018-07-15T08:30:00Z", Second);
        is("2018-07-15T10:30:00-05", "2018-07-15T15:30:00Z", Second);
        is("2018-07-15T10:30:00−05:30", "2018-07-15T16:00:00Z", Second);
        is("2018-07-15t10:30:00.999z", "2018-07-15T10:30:00Z", Second);
        is("2018-07-15T10:30:00,5", "2018-07-15T10:30:00", Second);
        is("20180715T103000Z", "2018-07-15T10:30:00Z", Second);
        is("20180715T1030", "2018-07-15T10:30:00", Minute);
        is("20180715103000", "2018-07-15T10:30:00", Second);
        is("201807151030", "2018-07-15T10:30:00", Minute);
        is("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", Second);
        is("1899-12-31T23:59:59.5Z", "1899-12-31T23:59:59Z", Second);
        is(
            "2018-07-15T10:30:00+02:00[Europe/Berlin]",
            "2018-07-15T08:30:00Z",
            Second,
        );
    }

    #[test]
    fn reads_rfc2822() {
        use Precision::{Minute, Second};
        let text = "2018-07-15T08:30:00Z";
        is("Sun, 15 Jul 2018 10:30:00 +0200", text, Second);
        is("15 Jul 2018 10:30 +0200", text, Minute);
        is("Sun, 15 Jul 2018 08:30:00 GMT", text, Second);
        is("Sun, 15 Jul 2018 04:30:00 EDT", text, Second);
        is("Mon, 15 Jul 2018 10:30:00 +0200", text, Second);
    }

    #[test]
    fn reads_unix_time() {
        use Precision::Second;
        is("1531643400", "2018-07-15T08:30:00Z", Second);
        is("1531643400123", "2018-07-15T08:30:00Z", Second);
        is("1531643400.75", "2018-07-15T08:30:00Z", Second);
        is("-2208988800", "1900-01-01T00:00:00Z", Second);
        is("-2208988800.5", "1899-12-31T23:59:59Z", Second);
        is("-2208988800000.5", "1899-12-31T23:59:59Z", Second);
        is("-2208988799999", "1900-01-01T00:00:00Z", Second);
        is("-2208988800001", "1899-12-31T23:59:59Z", Second);
    }

    #[test]
    fn leaves_the_rest_raw() {
        for raw in [
            "",
            " ",
            "yesterday",
            "2018",
            "2018-07",
            "0",
            "-1",
            "2018-02-30",
            "2018-13-01",
            "2018-07-15T",
            "2018-07-15T10",
            "2018-07-15T25:00Z",
            "2018-07-15T10:30Zulu",
            "2018-07-15T10:30:00.Z",
            "2018-07-15T10:30+99:00",
            "2018-07/15",
            "15/07/2018",
            "2018-07-15T10:30:00.",
            "99999999999999999999",
            "1531643400.",
            "1531643400.x",
            "０１２３４５６７８９",
            "2018-07-15 10:30 XYZ",
            "0000-00-00",
            "[",
            "2018-07-15[",
            "--1531643400",
            "+1531643400",
            "Sun, 32 Jul 2018 10:30:00 +0200",
        ] {
            let moment = Moment::parse(raw, "field");
            assert_eq!(moment.seconds, None, "{raw}");
            assert_eq!(moment.rfc3339(), None);
            assert!(!moment.zoned);
        }
    }

    #[test]
    fn no_moment_panics_at_the_ends_of_time() {
        for seconds in [i64::MIN, i64::MAX, 253_402_300_800] {
            let moment = Moment {
                raw: String::new(),
                basis: Cow::Borrowed("field"),
                seconds: Some(seconds),
                precision: Precision::Second,
                zoned: true,
            };
            let _ = moment.rfc3339();
        }
        let _ = Moment::parse("9999-12-31T23:59:59-23:59", "field");
        let _ = Moment::parse("0001-01-01T00:00:00+23:59", "field");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(raw in "\\PC{0,40}", date in "[-+0-9TZ:., /]{0,30}") {
            let _ = Moment::parse(&raw, "field");
            let _ = Moment::parse(&date, "field").rfc3339();
        }

        #[test]
        fn what_it_prints_it_reads_back(seconds in -60_000_000_000_i64..250_000_000_000) {
            let stamp = Timestamp::from_second(seconds).unwrap();
            let moment = Moment::parse(&stamp.to_string(), "field");
            assert_eq!(moment.seconds, Some(seconds));
            assert_eq!(moment.rfc3339(), Some(stamp.to_string()));
        }
    }
}
