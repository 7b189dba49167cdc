//! Records of the common shape, read at memory speed: one object, no value of which holds others.
//!
//! Whatever is out of the ordinary is left to `serde_json`, and so is every error.

use memchr::{memchr, memchr2};

use super::decode::unit;

const LONGEST_NUMBER: usize = 64;

/// Hands over the name and the value of each field of a record, as written, in order. None: the record is not plainly of
/// that shape, and what was handed over means nothing.
pub(super) fn fields<'l>(record: &'l str, mut field: impl FnMut(&'l str, &'l str)) -> Option<()> {
    // Inside a string a control character is an error, outside it may be white space.
    if has_control(record.as_bytes()) {
        return None;
    }
    let mut at = Scanner { record, at: 0 };
    at.spaces();
    at.take(b'{')?;
    loop {
        at.spaces();
        let name = inside(at.string()?)?;
        if memchr(b'\\', name.as_bytes()).is_some() {
            return None;
        }
        at.spaces();
        at.take(b':')?;
        at.spaces();
        field(name, at.value()?);
        at.spaces();
        if at.take(b',').is_none() {
            break;
        }
    }
    at.take(b'}')?;
    at.spaces();
    (at.at == record.len()).then_some(())
}

/// Decodes a JSON string. None: it is none, or holds an escaped half of a surrogate pair.
pub(super) fn unescape(string: &str) -> Option<String> {
    let mut rest = inside(string)?;
    let Some(mut next) = memchr(b'\\', rest.as_bytes()) else {
        return Some(rest.to_owned());
    };
    let mut out = String::with_capacity(rest.len());
    loop {
        out.push_str(rest.get(..next)?);
        let (character, length) = escape(rest.as_bytes(), next)?;
        out.push(character);
        rest = rest.get(next + length..)?;
        match memchr(b'\\', rest.as_bytes()) {
            Some(at) => next = at,
            None => break,
        }
    }
    out.push_str(rest);
    out.shrink_to_fit();
    Some(out)
}

fn inside(string: &str) -> Option<&str> {
    string.strip_prefix('"')?.strip_suffix('"')
}

/// Without leaving early: many bytes are looked at in one step.
fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |any, &byte| any | (byte < b' '))
}

/// What the escape at `at` stands for, and its length.
fn escape(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let character = match bytes.get(at + 1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return Some((char::from_u32(unit(bytes, at)?.into())?, 6)),
    };
    Some((character, 2))
}

struct Scanner<'l> {
    record: &'l str,
    at: usize,
}

impl<'l> Scanner<'l> {
    fn peek(&self) -> Option<u8> {
        self.record.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn spaces(&mut self) {
        while self.take(b' ').is_some() {}
    }

    fn value(&mut self) -> Option<&'l str> {
        match self.peek()? {
            b'"' => self.string(),
            b'n' => self.word("null"),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str) -> Option<&'l str> {
        let found = self.record.get(self.at..self.at + word.len())?;
        self.at += word.len();
        (found == word).then_some(found)
    }

    /// A string with its quotation marks.
    fn string(&mut self) -> Option<&'l str> {
        let start = self.at;
        self.take(b'"')?;
        let bytes = self.record.as_bytes();
        loop {
            self.at += memchr2(b'"', b'\\', bytes.get(self.at..)?)?;
            if self.take(b'"').is_some() {
                return self.record.get(start..self.at);
            }
            self.at += escape(bytes, self.at)?.1;
        }
    }

    /// A number without an exponent, too short to be out of range.
    fn number(&mut self) -> Option<&'l str> {
        let start = self.at;
        let _ = self.take(b'-');
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        let short = self.at - start <= LONGEST_NUMBER;
        short.then(|| self.record.get(start..self.at))?
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::error::ErrorKind;
    use crate::read::{ReadOptions, read_jsonl_bytes};
    use proptest::prelude::*;
    use serde_json::Value;

    fn read(record: &str) -> Option<Vec<(&str, &str)>> {
        let mut out = Vec::new();
        fields(record, |name, value| out.push((name, value)))?;
        Some(out)
    }

    #[test]
    fn takes_the_common_and_leaves_the_rest() {
        let record = r#" { "id" : -7.25, "text":"a \"b\" \u00e9", "x":null,"x":true }  "#;
        let text = r#""a \"b\" \u00e9""#;
        let expected = [
            ("id", "-7.25"),
            ("text", text),
            ("x", "null"),
            ("x", "true"),
        ];
        assert_eq!(read(record).unwrap(), expected);
        for other in [
            "",
            "{}",
            "[]",
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"a":1e5}"#,
            r#"{"a":1.}"#,
            r#"{"a":-}"#,
            r#"{"a":nul}"#,
            r#"{"a":[1]}"#,
            r#"{"a":{}}"#,
            r#"{"\u0061":1}"#,
            r#"{"a":"\ud83d\ude00"}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u12"}"#,
            r#"{"a":"b}"#,
            r#"{"a":"b\"}"#,
            "{\"a\":\"b\tc\"}",
            "{\"a\":\t1}",
            r#"{"a":1} x"#,
            r#"{"a":1"#,
            r#"{"a" 1}"#,
            r#"{a:1}"#,
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_string_is_decoded() {
        let is = |string: &str| unescape(string).as_deref() == Some("é\n\"\\/\u{8}\u{C}\r\t\0x");
        assert!(is(r#""\u00E9\n\"\\\/\b\f\r\t\u0000x""#));
        assert_eq!(unescape(r#""""#).as_deref(), Some(""));
        for other in [r#""\ud83d""#, r#""\""#, r#"""#, "", "x", r#""\q""#] {
            assert_eq!(unescape(other), None, "{other}");
        }
    }

    /// What reading a record gives.
    fn article(record: &str) -> Result<Document, (ErrorKind, Option<String>)> {
        let options = ReadOptions {
            carry: vec!["b".into(), "url".into()],
            ..ReadOptions::default()
        };
        let input = read_jsonl_bytes(record.as_bytes(), &options);
        assert_eq!(input.decoding_errors, 0);
        match input.errors.first() {
            // Columns of what breaks off count the mark below.
            Some(e) => Err((
                e.kind,
                (e.kind == ErrorKind::Field).then(|| e.message.clone()),
            )),
            None => Ok(input.documents[0].clone()),
        }
    }

    proptest! {
        // A tab after a record changes nothing but the way it is read.
        #[test]
        fn makes_the_article_serde_makes(fields in prop::collection::vec((
            "(id|text|text|title|url|published|scraped|byline|b|other|\\\\u0069d)",
            r#"("([a-z ”é]|\\n|\\"|\\u00e9|\\u0000){0,9}"|"2018-07-15"|null|true|-?[0-9]{1,80}|0\.50|1e999|\["x"\]|\{"x":1\}|"\\ud83d\\ude00")"#,
            " {0,2}",
        ), 0..7)) {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value, space)| format!("{space}\"{name}\"{space}:{space}{value}{space}"))
                .collect();
            let record = format!("{{{}}}", fields.join(","));
            prop_assert_eq!(article(&record), article(&format!("{record}\t")));
        }

        // Plain definition: what `serde_json` makes of the same bytes.
        #[test]
        fn says_what_serde_says(pieces in prop::collection::vec(
            r#"([{}\[\],:"\\ \t]|"a":|"text":|"id":|"[a-c é]{0,4}"|\\n|\\u00e9|\\ud83d|\\ude00|\\"|null|true|-?[0-9]{1,3}|\.|e|[\x00-\x1f]|[a-z”😀]{1,40}|,"b":)"#, 0..16,
        ), wrap: bool) {
            let mut record = pieces.concat();
            if wrap {
                record = format!("{{\"a\":\"{record}\"}}");
            }
            if let Some(found) = read(&record) {
                let value: serde_json::Result<serde_json::Map<String, Value>> = serde_json::from_str(&record);
                let value = value.unwrap();
                for (name, raw) in &found {
                    let last = found.iter().rfind(|f| f.0 == *name).unwrap().1;
                    let decoded: Value = serde_json::from_str(last).unwrap();
                    prop_assert_eq!(&value[*name], &decoded);
                    if raw.starts_with('"') {
                        prop_assert_eq!(unescape(raw).unwrap(), serde_json::from_str::<String>(raw).unwrap());
                    }
                }
                prop_assert!(value.keys().all(|key| found.iter().any(|f| f.0 == key)));
            }
            if let Some(text) = unescape(&record) {
                // Raw control characters and quotation marks are the caller's to find.
                if let Ok(same) = serde_json::from_str::<String>(&record) {
                    prop_assert_eq!(text, same);
                }
            }
        }
    }
}
