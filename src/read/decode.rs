//! From bytes to text.

use std::borrow::Cow;
use std::str;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// At most one byte in so many may be invalid.
const TOLERATED: usize = 100;

/// The byte-order mark of UTF-8.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Bytes that are not UTF-8, too many to be slips.
#[derive(Debug)]
pub(super) struct NotUtf8 {
    bad: usize,
    all: usize,
    first: usize,
}

impl NotUtf8 {
    /// In words, without the path.
    pub(super) fn message(&self) -> String {
        let (all, at) = (self.all, self.first + 1);
        let are = if self.bad == 1 { "is" } else { "are" };
        format!(
            "is not UTF-8: {} of {all} bytes {are} invalid, the first at byte {at}",
            self.bad
        )
    }
}

/// Decodes UTF-8. Up to 1 % of invalid bytes become U+FFFD; their number comes with the text.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, u64), NotUtf8> {
    let first = match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), 0)),
        Err(error) => error.valid_up_to(),
    };
    let bad: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    if bad.saturating_mul(TOLERATED) > bytes.len() {
        let all = bytes.len();
        return Err(NotUtf8 { bad, all, first });
    }
    Ok((String::from_utf8_lossy(bytes), bad as u64))
}

/// Decodes text of any encoding: by its byte-order mark, else as UTF-8 where it is, else as `declared` says, else by what
/// browsers would guess. Bytes that fit nowhere become U+FFFD; their number comes with the text.
pub(super) fn decode_any(bytes: Vec<u8>, declared: Option<&str>) -> (String, u64) {
    let marked = Encoding::for_bom(&bytes).map(|(encoding, _)| encoding);
    let bytes = match (marked, String::from_utf8(bytes)) {
        (None, Ok(text)) => return (text, 0),
        (Some(_), Ok(text)) => return (text.trim_start_matches('\u{feff}').to_owned(), 0),
        (_, Err(error)) => error.into_bytes(),
    };
    let encoding = marked
        .or_else(|| declared.and_then(|label| Encoding::for_label(label.as_bytes())))
        // Of a page that says UTF-8 and has slips only the slips are lost.
        .filter(|e| *e != UTF_8 || decode(&bytes).is_ok())
        .unwrap_or_else(|| guess(&bytes));
    let (text, _, had_errors) = encoding.decode(&bytes);
    let bad = if had_errors {
        text.matches(char::REPLACEMENT_CHARACTER).count() as u64
    } else {
        0
    };
    (text.into_owned(), bad)
}

/// The encoding that bytes without any mark most likely have.
pub(super) fn guess(bytes: &[u8]) -> &'static Encoding {
    if decode(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Replaces escaped UTF-16 halves without their other half (`\ud83d` alone), which no UTF-8 text
/// can hold, by `\ufffd`. None: there are none. Such halves are what is left of an emoji cut in two.
pub(super) fn mend_surrogates(line: &str) -> Option<(String, u64)> {
    let bytes = line.as_bytes();
    let mut mended = String::new();
    let (mut copied, mut count) = (0, 0);
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..)?) {
        at += found;
        match unit(bytes, at) {
            Some(0xD800..=0xDBFF) if matches!(unit(bytes, at + 6), Some(0xDC00..=0xDFFF)) => {
                at += 12;
            }
            Some(0xD800..=0xDFFF) => {
                mended.push_str(line.get(copied..at)?);
                mended.push_str("\\ufffd");
                at += 6;
                (copied, count) = (at, count + 1);
            }
            _ => at += 2,
        }
    }
    if count == 0 {
        return None;
    }
    mended.push_str(line.get(copied..)?);
    Some((mended, count))
}

/// The code unit of the escape `\uXXXX` that starts at `at`.
pub(super) fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &digit| {
        let value = char::from(digit).to_digit(16)?;
        Some(unit << 4 | value as u16)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerates_one_percent() {
        let mut bytes = vec![b'a'; 100];
        bytes[40] = 0xE9;
        let (text, bad) = decode(&bytes).unwrap();
        assert_eq!((text.matches('\u{FFFD}').count(), bad), (1, 1));
        bytes[41] = 0xE9;
        let error = decode(&bytes).unwrap_err();
        assert_eq!(
            error.message(),
            "is not UTF-8: 2 of 100 bytes are invalid, the first at byte 41"
        );
        assert!(decode(&bytes[41..]).is_err());
        assert!(decode(b"\xFF").is_err());
        assert_eq!(decode(b"").unwrap().1, 0);
    }

    #[test]
    fn legacy_encodings_are_told_and_guessed() {
        for (label, text) in [
            (
                "windows-1251",
                "Мэр города сказал во вторник, что мост закроют на девять месяцев.",
            ),
            (
                "windows-1252",
                "Le maire a déclaré que le pont serait fermé « jusqu’à l’été ».",
            ),
            (
                "windows-1256",
                "قال رئيس البلدية يوم الثلاثاء إن الجسر سيغلق لمدة تسعة أشهر",
            ),
            (
                "Shift_JIS",
                "市長は火曜日、橋を九か月間閉鎖すると述べた。カタカナも使う。",
            ),
            (
                "GBK",
                "市长星期二说，这座桥将关闭九个月，居民可以乘坐渡轮。",
            ),
            (
                "EUC-KR",
                "시장은 화요일 다리를 아홉 달 동안 폐쇄한다고 말했다.",
            ),
        ] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let bytes = encoding.encode(text).0.into_owned();
            assert_eq!(
                decode_any(bytes.clone(), Some(label)),
                (text.into(), 0),
                "{label}"
            );
            assert_eq!(decode_any(bytes, None), (text.into(), 0), "{label} guessed");
        }
        let utf16: Vec<u8> = [0xFEFF, 0x61]
            .iter()
            .flat_map(|u: &u16| u.to_le_bytes())
            .collect();
        assert_eq!(decode_any(utf16, None), ("a".into(), 0));
        // A page that says what it is not.
        assert_eq!(
            decode_any("é".into(), Some("windows-1252")),
            ("é".into(), 0)
        );
        assert_eq!(
            decode_any(b"\xE9t\xE9".to_vec(), Some("utf-8")),
            ("été".into(), 0)
        );
        assert_eq!(decode_any(b"\xEF\xBB\xBFa".to_vec(), None), ("a".into(), 0));
    }

    #[test]
    fn mends_only_what_is_broken() {
        let mend = |s: &str| mend_surrogates(s).map(|(text, count)| (text.clone(), count));
        assert_eq!(mend(r"a\ud83d\ude00b"), None);
        assert_eq!(mend(r"plain \n \\ud83d"), None);
        assert_eq!(mend(r"a\ud83db"), Some((r"a\ufffdb".into(), 1)));
        assert_eq!(mend(r"\uDE00\uD83D"), Some((r"\ufffd\ufffd".into(), 2)));
        assert_eq!(
            mend(r"é\ud83d\ud83d\ude00é"),
            Some((r"é\ufffd\ud83d\ude00é".into(), 1))
        );
        assert_eq!(mend("\\"), None);
        assert_eq!(mend(r"\ud8"), None);
        assert_eq!(mend("\\ud83é"), None);
    }
}
