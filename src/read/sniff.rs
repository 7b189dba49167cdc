//! Opens an input and tells what it holds from its first bytes.

use std::io::{self, BufRead, Cursor, Read};

use encoding_rs_io::DecodeReaderBytesBuilder;
use serde::de::IgnoredAny;

use super::decode::{self, BOM};
use super::record::Plan;
use super::unpack::Packing;
use super::walk::Found;
use super::{Format, RecordError, contents};
use crate::error::ErrorKind;

/// How far into a file binary content is looked for.
pub(super) const HEAD: usize = 8 << 10;

/// How much of a file its signature stands in: a block of tar.
const BLOCK: usize = 512;

/// How the files begin that Git LFS leaves in place of others.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Packed as a whole.
    Packed(Packing),
    /// An archive of files.
    Tar,
    /// An archive of files.
    Zip,
    /// Articles.
    Is(Format),
}

/// An input, open at its first byte.
pub(super) struct Opened {
    pub(super) kind: Kind,
    pub(super) body: Box<dyn BufRead + Send>,
    /// It is in another encoding than UTF-8, and `body` is decoded.
    pub(super) is_decoded: bool,
}

/// Settles what an input is: by its content first, then by its name; what the user says goes before both, but for packing.
/// Reads no further ahead than the decision needs: a pipe may hold its next line back until it has seen our answer to this
/// one.
pub(super) fn settle(
    mut reader: Box<dyn Read + Send>,
    found: &Found,
    plan: &Plan,
) -> Result<Opened, RecordError> {
    let mut head = Vec::new();
    let fail = |error: io::Error| cannot_read(found, &error);
    peek(&mut reader, &mut head, BLOCK, |head| {
        head.len() >= BLOCK || head.contains(&b'\n')
    })
    .map_err(fail)?;
    if head.starts_with(LFS_POINTER) {
        let message =
            "is a Git LFS pointer, and not the file it stands for (`git lfs pull` fetches that)";
        return Err(RecordError::new(
            &found.path,
            None,
            ErrorKind::Format,
            message,
        ));
    }
    if let Some(kind) = packed(&head) {
        let body = contents::again(head, reader);
        return Ok(Opened {
            kind,
            body,
            is_decoded: false,
        });
    }
    if head.starts_with(b"%PDF-") {
        return Err(not_text(found, "it is a PDF document"));
    }
    if let Some(format) = by_signature(&head) {
        let kind = Kind::Is(format);
        let body = contents::again(head, reader);
        return Ok(Opened {
            kind,
            body,
            is_decoded: false,
        });
    }
    // UTF-16 is told by its mark; whatever it holds, it is text.
    let mut is_decoded = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    if is_decoded {
        let decoded = DecodeReaderBytesBuilder::new()
            .bom_sniffing(true)
            .build(Cursor::new(head).chain(reader));
        (head, reader) = (Vec::new(), Box::new(decoded));
        peek(&mut reader, &mut head, BLOCK, |head| head.len() >= BLOCK).map_err(fail)?;
    }
    let format = match found.format {
        Some(format) => format,
        None => guess(&mut reader, &mut head, found, plan)?,
    };
    if format == Format::Csv || format == Format::Jsonl {
        let encoding = decode::guess(&head);
        if encoding != encoding_rs::UTF_8 {
            (reader, is_decoded) = (in_utf8(&mut head, reader, encoding), true);
        }
    }
    Ok(Opened {
        kind: Kind::Is(format),
        body: contents::again(head, reader),
        is_decoded,
    })
}

/// Decodes what is certainly in a legacy encoding, by as much of it as is there at once.
fn in_utf8(
    head: &mut Vec<u8>,
    rest: Box<dyn Read + Send>,
    encoding: &'static encoding_rs::Encoding,
) -> Box<dyn Read + Send> {
    let head = std::mem::take(head);
    let builder = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .clone();
    Box::new(builder.build(Cursor::new(head).chain(rest)))
}

fn not_text(found: &Found, what: &str) -> RecordError {
    RecordError::new(
        &found.path,
        None,
        ErrorKind::Encoding,
        format!("is not text: {what}"),
    )
}

/// A file of no format that is read: an error where it was named, else passed over.
fn no_article(found: &Found, message: &str) -> RecordError {
    if found.named {
        RecordError::new(&found.path, None, ErrorKind::Format, message)
    } else {
        RecordError::other(&found.path, found.extension())
    }
}

pub(super) fn cannot_read(found: &Found, error: &io::Error) -> RecordError {
    RecordError::io(&found.path, "cannot be read", error, found.named)
}

/// Extends `head` until it is enough, or `limit` long, or at the end.
fn peek(
    reader: &mut (impl Read + ?Sized),
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

/// Tells the format by content, then by name.
fn guess(
    reader: &mut dyn Read,
    head: &mut Vec<u8>,
    found: &Found,
    plan: &Plan,
) -> Result<Format, RecordError> {
    let fail = |error: io::Error| cannot_read(found, &error);
    let limit = usize::try_from(plan.limit).unwrap_or(usize::MAX);
    peek(reader, head, limit.max(HEAD), |head| {
        first_byte(head).is_some()
    })
    .map_err(fail)?;
    let by_name = found.by_name();
    let first = first_byte(head);
    let is_teletype = matches!(first, Some(0x01 | 0x16));
    if by_name == Some(Format::Plain) && !found.named && !is_teletype {
        return Ok(Format::Plain);
    }
    if is_teletype || first == Some(b'<') || matches!(by_name, Some(Format::Html | Format::Wire)) {
        peek(reader, head, HEAD, |head| head.len() >= HEAD).map_err(fail)?;
        if let Some(format) = by_markup(head) {
            return Ok(format);
        }
        return match by_name {
            Some(Format::Wire | Format::Feed) => Err(no_article(
                found,
                "is XML, but neither a feed nor an item of an agency",
            )),
            Some(format) => Ok(format),
            None if found.named => Ok(Format::Plain),
            None => Err(RecordError::other(&found.path, found.extension())),
        };
    }
    match (first, by_name) {
        (_, Some(format @ (Format::Jsonl | Format::Csv))) => Ok(format),
        (Some(b'{'), _) => object(reader, head, found, plan),
        (Some(b'['), Some(Format::Json)) => array(reader, head, found, plan),
        (Some(b'['), None) if found.stdin => {
            peek(reader, head, HEAD, |head| head.len() >= HEAD).map_err(fail)?;
            // Prose may begin with a bracket, and a dump of records with nothing but one.
            let next = first_byte(head.trim_ascii_start().get(1..).unwrap_or_default());
            Ok(if next == Some(b'{') {
                Format::Json
            } else {
                Format::Plain
            })
        }
        (_, Some(Format::Json)) => Err(no_article(found, "is no JSON")),
        (_, Some(format)) => Ok(format),
        (_, None) if is_table(head, plan) => Ok(Format::Csv),
        (_, None) if found.named => Ok(Format::Plain),
        (_, None) => Err(RecordError::other(&found.path, found.extension())),
    }
}

/// What begins with a brace: a feed, an item of an agency, records a line, or records over several.
fn object(
    reader: &mut dyn Read,
    head: &mut Vec<u8>,
    found: &Found,
    plan: &Plan,
) -> Result<Format, RecordError> {
    let fail = |error: io::Error| cannot_read(found, &error);
    let by_name = found.by_name();
    let limit = usize::try_from(plan.limit).unwrap_or(usize::MAX);
    let enough = limit.saturating_add(2 + BOM.len());
    peek(reader, head, enough, |head| first_line(head).is_some()).map_err(fail)?;
    let text = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    let line = first_line(head).unwrap_or(text);
    // Over the limit, it is told so as the line it is.
    let is_line = line.len() > limit || is_json(line);
    if found.stdin && is_line {
        return Ok(Format::Jsonl);
    }
    if !matches!(by_name, None | Some(Format::Json)) {
        // Prose of a name that says so may begin with a brace.
        return Ok(if is_line {
            Format::Jsonl
        } else {
            Format::Plain
        });
    }
    if !is_line {
        peek(reader, head, HEAD, |head| head.len() >= HEAD).map_err(fail)?;
    }
    if let Some(format) = by_marks(head) {
        return Ok(format);
    }
    if !found.named && !names_text(head, plan) {
        return Err(RecordError::other(&found.path, found.extension()));
    }
    Ok(match (is_line, by_name) {
        (true, _) => Format::Jsonl,
        (false, None) if !found.stdin && !names_text(head, plan) => Format::Plain,
        (false, _) => Format::Json,
    })
}

fn array(
    reader: &mut dyn Read,
    head: &mut Vec<u8>,
    found: &Found,
    plan: &Plan,
) -> Result<Format, RecordError> {
    peek(reader, head, HEAD, |head| head.len() >= HEAD)
        .map_err(|error| cannot_read(found, &error))?;
    match by_marks(head) {
        Some(format) => Ok(format),
        None if found.named || names_text(head, plan) => Ok(Format::Json),
        None => Err(RecordError::other(&found.path, found.extension())),
    }
}

/// Whether a JSON file may hold records: the name of the field with the text stands in it.
fn names_text(head: &[u8], plan: &Plan) -> bool {
    let name = plan.text_name().rsplit('.').next().unwrap_or_default();
    memchr::memmem::find(head, format!("\"{name}\"").as_bytes()).is_some()
}

/// Whether the first line of a file names the columns of a table, that of the text among them.
fn is_table(head: &[u8], plan: &Plan) -> bool {
    #[cfg(feature = "tables")]
    {
        let line = first_line(head).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        super::csv::names(line, plan.text_name())
    }
    #[cfg(not(feature = "tables"))]
    {
        let _ = (head, plan);
        false
    }
}

/// The format that begins so, of those that begin in one way only.
fn by_signature(head: &[u8]) -> Option<Format> {
    if head.starts_with(b"PAR1") {
        Some(Format::Parquet)
    } else if head.starts_with(b"WARC/") {
        Some(Format::Warc)
    } else {
        None
    }
}

/// The format of what begins with a tag, or with the marks of a teleprinter.
fn by_markup(head: &[u8]) -> Option<Format> {
    if let Some(format) = by_marks(head) {
        return Some(format);
    }
    const PAGE: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head", b"<body"];
    let lower = head.to_ascii_lowercase();
    PAGE.iter()
        .any(|tag| memchr::memmem::find(&lower, tag).is_some())
        .then_some(Format::Html)
}

/// The format of what says so in a field or a tag of its own: a feed, or an item of an agency.
fn by_marks(head: &[u8]) -> Option<Format> {
    #[cfg(feature = "web")]
    if super::feed::looks_like(head) {
        return Some(Format::Feed);
    } else if super::wire::looks_like(head).is_some() {
        return Some(Format::Wire);
    }
    let _ = head;
    None
}

fn is_json(line: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

/// What a file is packed as.
fn packed(head: &[u8]) -> Option<Kind> {
    if let Some(packing) = Packing::of(head) {
        return Some(Kind::Packed(packing));
    }
    if head.starts_with(b"PK\x03\x04") {
        return Some(Kind::Zip);
    }
    (head.get(257..262) == Some(b"ustar")).then_some(Kind::Tar)
}

/// What says that a plain file is no text, if anything does. An extension of text vouches for a
/// stray NUL, not for a file full of them.
pub(super) fn binary(bytes: &[u8], vouched: bool) -> Option<String> {
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
