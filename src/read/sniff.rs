//! Opens an input and tells what it holds from its first bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use serde::de::IgnoredAny;

use super::decode::BOM;
use super::record::Plan;
use super::walk::Found;
use super::{Format, RecordError};
use crate::error::ErrorKind;

/// How far into a file binary content is looked for.
pub(super) const HEAD: usize = 8 << 10;

/// What a JSONL file is read in.
const BUFFER: usize = 256 << 10;

/// An input, open at its first byte.
pub(super) struct Opened {
    pub(super) format: Format,
    pub(super) body: Box<dyn BufRead + Send>,
}

/// Opens what was found and settles its format.
pub(super) fn open_found(found: &Found, plan: &Plan) -> Result<Opened, RecordError> {
    if found.stdin {
        return settle(io::stdin(), found, plan);
    }
    match File::open(&found.open) {
        Ok(file) => settle(file, found, plan),
        Err(error) => Err(RecordError::io(
            &found.path,
            "cannot be opened",
            &error,
            found.named,
        )),
    }
}

/// Reads no further ahead than the decision needs: a pipe may hold its next line back until it
/// has seen our answer to this one.
pub(super) fn settle<R: Read + Send + 'static>(
    mut reader: R,
    found: &Found,
    plan: &Plan,
) -> Result<Opened, RecordError> {
    let mut head = Vec::new();
    let format = match found.format {
        Some(Format::Jsonl) => {
            // Else every line of a compressed file would be an error of its own.
            peek(&mut reader, &mut head, 4, |head| head.len() >= 4)
                .map(|()| Format::Jsonl)
                .map_err(|error| cannot_read(found, &error))?
        }
        Some(format) => format,
        None => guess(&mut reader, &mut head, found, plan)?,
    };
    if let Some(what) = packed(&head) {
        let message = format!("is not text: {what}");
        return Err(RecordError::new(
            &found.path,
            None,
            ErrorKind::Encoding,
            message,
        ));
    }
    let capacity = match found.bytes {
        Some(bytes) => BUFFER
            .min(usize::try_from(bytes).unwrap_or(BUFFER))
            .max(HEAD),
        None => BUFFER,
    };
    let rest = BufReader::with_capacity(capacity, reader);
    Ok(Opened {
        format,
        body: Box::new(Cursor::new(head).chain(rest)),
    })
}

pub(super) fn cannot_read(found: &Found, error: &io::Error) -> RecordError {
    RecordError::io(&found.path, "cannot be read", error, found.named)
}

/// Extends `head` until it is enough, or `limit` long, or at the end.
fn peek(
    reader: &mut impl Read,
    head: &mut Vec<u8>,
    limit: usize,
    enough: impl Fn(&[u8]) -> bool,
) -> io::Result<()> {
    while head.len() < limit && !enough(head) {
        let start = head.len();
        // Twice as much each time, so that looking again at all of it stays cheap.
        head.resize(start + start.max(HEAD), 0);
        let read = reader.read(head.get_mut(start..).unwrap_or_default());
        head.truncate(start + read.as_ref().copied().unwrap_or(0));
        match read {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn first_byte(head: &[u8]) -> Option<u8> {
    let text = head.strip_prefix(BOM).unwrap_or(head);
    text.trim_ascii_start().first().copied()
}

/// The first line that is not blank, if its end is there.
fn first_line(head: &[u8]) -> Option<&[u8]> {
    let text = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    memchr::memchr(b'\n', text).and_then(|end| text.get(..end))
}

/// Standard input is JSONL if it starts with `{`; a named file must also keep the promise with
/// its first line, since prose may open with a brace.
fn guess(
    reader: &mut impl Read,
    head: &mut Vec<u8>,
    found: &Found,
    plan: &Plan,
) -> Result<Format, RecordError> {
    let limit = usize::try_from(plan.limit).unwrap_or(usize::MAX);
    peek(reader, head, limit.max(HEAD), |head| {
        first_byte(head).is_some()
    })
    .map_err(|error| cannot_read(found, &error))?;
    let first = first_byte(head);
    let json_file = found.extension().eq_ignore_ascii_case("json");
    if first != Some(b'{') {
        if first == Some(b'[') && json_file {
            return Err(not_a_record_a_line(found));
        }
        return Ok(Format::Plain);
    }
    if found.stdin {
        return Ok(Format::Jsonl);
    }
    let enough = limit.saturating_add(2 + BOM.len());
    peek(reader, head, enough, |head| first_line(head).is_some())
        .map_err(|error| cannot_read(found, &error))?;
    let line = first_line(head).unwrap_or_else(|| {
        let text = head.strip_prefix(BOM).unwrap_or(head);
        text.trim_ascii_start()
    });
    // Over the limit, it is told so as the line it is.
    if line.len() > limit || is_json(line) {
        Ok(Format::Jsonl)
    } else if json_file {
        Err(not_a_record_a_line(found))
    } else {
        Ok(Format::Plain)
    }
}

fn is_json(line: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

fn not_a_record_a_line(found: &Found) -> RecordError {
    let message = "is JSON, but not one object a line: make JSONL of it";
    RecordError::new(&found.path, None, ErrorKind::Format, message)
}

/// Names what a file's first bytes say it is, where that is certainly no text.
fn packed(head: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 8] = [
        (b"\x1F\x8B", "it is packed by gzip, unpack it first"),
        (b"\x28\xB5\x2F\xFD", "it is packed by zstd, unpack it first"),
        (b"BZh91AY&SY", "it is packed by bzip2, unpack it first"),
        (b"\xFD7zXZ\0", "it is packed by xz, unpack it first"),
        (b"PK\x03\x04", "it is a ZIP archive or an office document"),
        (b"%PDF-", "it is a PDF document"),
        (
            b"\xFF\xFE",
            "it looks like UTF-16, convert it to UTF-8 first",
        ),
        (
            b"\xFE\xFF",
            "it looks like UTF-16, convert it to UTF-8 first",
        ),
    ];
    SIGNATURES
        .iter()
        .find(|(signature, _)| head.starts_with(signature))
        .map(|&(_, what)| what)
}

/// What says that a plain file is no text, if anything does. An extension of text vouches for a
/// stray NUL, not for a file full of them.
pub(super) fn binary(bytes: &[u8], vouched: bool) -> Option<String> {
    if let Some(what) = packed(bytes) {
        return Some(format!("is not text: {what}"));
    }
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let control = |&&byte: &&u8| byte == 0x7F || (byte < 0x20 && !matches!(byte, 8..=13 | 0x1B));
    let odd = head.iter().filter(control).count();
    let binary = odd * 10 > head.len() || (!vouched && head.contains(&0));
    binary.then(|| "is not text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_text_from_binary() {
        assert_eq!(binary(b"Some prose.\r\n\tMore.\x0c", false), None);
        assert_eq!(binary(b"", false), None);
        let stray = b"Some prose with a stray \0 in it.";
        assert_eq!(binary(stray, false), Some("is not text".into()));
        assert_eq!(binary(stray, true), None);
        assert!(binary(b"a\0b\0c\0", true).is_some());
        assert!(binary(b"\x01\x02\x03\x04abc", false).is_some());
        assert!(binary(b"%PDF-1.7\n", true).is_some());
        let mut late = vec![b'a'; HEAD];
        late.push(0);
        assert_eq!(binary(&late, false), None);
        assert_eq!(binary("naïve – “yes” 中文".as_bytes(), false), None);
    }

    #[test]
    fn finds_the_first_line() {
        assert_eq!(first_byte(b"\xEF\xBB\xBF \n {"), Some(b'{'));
        assert_eq!(first_byte(b" \n"), None);
        assert_eq!(first_line(b"\n\n{}\n{}"), Some(&b"{}"[..]));
        assert_eq!(first_line(b"{}"), None);
    }
}
