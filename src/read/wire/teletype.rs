//! What the two formats of the teletype have in common: their characters, their control codes, and their clocks.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use super::BASIS;
use crate::document::Moment;

/// Start of a header, of a text, its end, the end of all.
pub(super) const SOH: u8 = 1;
pub(super) const STX: u8 = 2;
pub(super) const ETX: u8 = 3;
pub(super) const EOT: u8 = 4;

const ESC: u8 = 0x1b;

/// The three parts of a message: what stands before its text, the text, what stands behind it.
pub(super) struct Message<'a> {
    pub(super) header: &'a [u8],
    pub(super) text: &'a [u8],
    pub(super) trailer: &'a [u8],
}

/// The messages in a file.
pub(super) fn messages(bytes: &[u8]) -> impl Iterator<Item = Message<'_>> {
    bytes.split(|&b| b == SOH).skip(1).map(|message| {
        let message = upto(message, EOT).0;
        let (header, rest) = upto(message, STX);
        let (text, trailer) = upto(rest, ETX);
        Message {
            header,
            text,
            trailer,
        }
    })
}

fn upto(bytes: &[u8], end: u8) -> (&[u8], &[u8]) {
    let at = memchr::memchr(end, bytes).unwrap_or(bytes.len());
    let (before, after) = bytes.split_at_checked(at).unwrap_or_default();
    (before, after.get(1..).unwrap_or_default())
}

/// Latin-1 as text, without its control codes; those that part columns become spaces, escape sequences nothing.
pub(super) fn plain(bytes: &[u8]) -> String {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\n' | b'\t' | b' '..=0x7e | 0xa0.. => kept.push(byte),
            0x80..=0x9f => kept.push(byte),
            ESC => {
                let is_control = rest.next_if_eq(&b'[').is_some();
                let inner = if is_control { 0x20..=0x3f } else { 0x20..=0x2f };
                while rest.next_if(|b| inner.contains(b)).is_some() {}
                let _ = rest.next_if(|b| (0x30..=0x7e).contains(b));
            }
            // Fixed spaces and the tabs of tables.
            0x10 | 0x1c..=0x1f => kept.push(b' '),
            // The next line of a table, or page.
            0x08 | 0x0b | 0x0c => kept.push(b'\n'),
            _ => {}
        }
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&kept);
    match text {
        Cow::Borrowed(_) => String::from_utf8(kept).unwrap_or_default(),
        Cow::Owned(text) => text,
    }
}

/// The time on a teletype: `131137 GMT Nov 13`, or with `11-13-13 1509GMT` at its end.
pub(super) fn moment(raw: &str) -> Option<Moment> {
    let iso = european(raw).or_else(|| american(raw))?;
    let mut moment = Moment::parse(&iso, BASIS);
    moment.seconds?;
    raw.clone_into(&mut moment.raw);
    Some(moment)
}

fn european(raw: &str) -> Option<String> {
    /// In English, and in German where that has other letters.
    const MONTHS: [&[&str]; 12] = [
        &["jan"],
        &["feb"],
        &["mar", "mrz", "mae"],
        &["apr"],
        &["may", "mai"],
        &["jun"],
        &["jul"],
        &["aug"],
        &["sep"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez"],
    ];
    let words: Vec<&str> = raw.split_whitespace().take(5).collect();
    let (clock, zone, month, year) = match *words.as_slice() {
        [clock, "GMT" | "UTC" | "Z", month, year] => (clock, "Z", month, year),
        [clock, month, year] => (clock, "", month, year),
        _ => return None,
    };
    let month = month.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|names| names.contains(&&*month))? + 1;
    let (day, hour, minute) = (clock.get(..2)?, clock.get(2..4)?, clock.get(4..)?);
    let year = year_of(year)?;
    Some(format!("{year}-{month:02}-{day}T{hour}:{minute}{zone}"))
}

fn american(raw: &str) -> Option<String> {
    let mut words = raw.split_whitespace().rev();
    let clock = words.next()?.strip_suffix("GMT")?;
    let mut date = words.next()?.rsplit('-');
    let (year, day, month) = (date.next()?, date.next()?, date.next()?);
    let (hour, minute) = clock.split_at_checked(2)?;
    Some(format!("{}-{month}-{day}T{hour}:{minute}Z", year_of(year)?))
}

/// A year of two digits: these formats are older than the century.
fn year_of(year: &str) -> Option<u16> {
    let number: u16 = year.parse().ok().filter(|_| year.len() == 2)?;
    Some(if number < 70 { 2000 } else { 1900 } + number)
}
