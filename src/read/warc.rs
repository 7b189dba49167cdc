//! WARC, the format of web archives (ISO 28500): the pages in its response records, as crawlers and Common Crawl write them.

use std::{
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

use super::{
    RecordError, batch::in_batches, contents::Take, page, record::Plan, sniff, walk::Found,
};
use crate::error::ErrorKind;

/// Longest header of a record or of an answer, in bytes.
const HEADER: usize = 64 << 10;
/// Most header fields of an answer.
const FIELDS: usize = 256;
/// How every record begins.
const VERSION: &[u8] = b"WARC/";

/// Reads a whole archive.
pub(super) fn read(
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let mut records = Records::new(body, plan.limit);
    let mut ended = false;
    let pull = || {
        if ended {
            return None;
        }
        let next = records.next();
        ended = next.is_err();
        let size = match &next {
            Ok(Next::End) => return None,
            Ok(Next::Record(record)) => record.block.len(),
            _ => 0,
        };
        Some((next, size))
    };
    let parse = |next| match next {
        Ok(Next::Record(record)) => page::archived(record, found, plan.limit),
        Ok(Next::TooLong(number)) => {
            vec![RecordError::too_long(&found.path, Some(number), plan.limit).into()]
        }
        Ok(Next::Broken(number, what)) => {
            vec![RecordError::new(&found.path, Some(number), ErrorKind::Format, what).into()]
        }
        Ok(Next::End) => Vec::new(),
        Err(error) => vec![sniff::cannot_read(found, &error).into()],
    };
    in_batches(pull, parse, take)
}

/// A response, resource or conversion record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// Its number in the file, from 1, all records counted.
    pub(super) number: u64,
    /// Where the page was found.
    pub(super) url: Option<String>,
    /// When it was fetched, as written.
    pub(super) date: Option<String>,
    /// The content type that the record names: that of an HTTP answer, or of the content itself.
    pub(super) content_type: String,
    /// What it holds.
    pub(super) block: Vec<u8>,
}

/// What comes next in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Record(Record),
    /// A record over the limit, read past.
    TooLong(u64),
    /// What stands where a record should begin, or breaks off.
    Broken(u64, &'static str),
    End,
}

/// Reads records one by one, in bounded memory.
pub(super) struct Records<R> {
    reader: R,
    limit: u64,
    number: u64,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(reader: R, limit: u64) -> Self {
        Self {
            reader,
            limit,
            number: 0,
        }
    }

    /// The next record that may hold a page.
    pub(super) fn next(&mut self) -> io::Result<Next> {
        loop {
            let mut line = Vec::new();
            if !self.find_version(&mut line)? {
                return Ok(Next::End);
            }
            self.number += 1;
            if !line.starts_with(VERSION) {
                self.resync()?;
                return Ok(Next::Broken(
                    self.number,
                    "no record begins where one should",
                ));
            }
            let Some(header) = self.header()? else {
                self.resync()?;
                return Ok(Next::Broken(
                    self.number,
                    "the header of the record is broken",
                ));
            };
            let field = |name: &str| header.iter().find(|f| f.0 == name).map(|f| f.1.clone());
            let Some(length) = field("content-length").and_then(|n| n.parse::<u64>().ok()) else {
                self.resync()?;
                return Ok(Next::Broken(self.number, "the record names no length"));
            };
            let kind = field("warc-type").unwrap_or_default();
            if !matches!(&*kind, "response" | "resource" | "conversion") {
                self.skip(length)?;
                continue;
            }
            if length > self.limit {
                self.skip(length)?;
                return Ok(Next::TooLong(self.number));
            }
            let mut block = Vec::with_capacity(usize::try_from(length.min(1 << 20)).unwrap_or(0));
            self.reader.by_ref().take(length).read_to_end(&mut block)?;
            if (block.len() as u64) < length {
                return Ok(Next::Broken(self.number, "the record breaks off"));
            }
            // A length that lies leaves us inside a block, or past the next record.
            if !self.is_at_end_of_record()? {
                self.resync()?;
                return Ok(Next::Broken(
                    self.number,
                    "the record is not as long as it says",
                ));
            }
            return Ok(Next::Record(Record {
                number: self.number,
                url: field("warc-target-uri").map(|u| u.trim_matches(['<', '>']).to_owned()),
                date: field("warc-date"),
                content_type: field("content-type").unwrap_or_default().to_lowercase(),
                block,
            }));
        }
    }

    /// Reads past empty lines, and the first that is not into `line`.
    fn find_version(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            line.clear();
            let n = self.line(line)?;
            if n == 0 {
                return Ok(false);
            }
            if !line.is_empty() {
                return Ok(true);
            }
        }
    }

    /// One line without its end, cut at the longest header; the bytes read.
    fn line(&mut self, line: &mut Vec<u8>) -> io::Result<usize> {
        let n = self
            .reader
            .by_ref()
            .take(HEADER as u64)
            .read_until(b'\n', line)?;
        while line.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
            line.pop();
        }
        Ok(n)
    }

    /// The fields of a header, their names in lower case; None: it is none.
    fn header(&mut self) -> io::Result<Option<Vec<(String, String)>>> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut size = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            let n = self.line(&mut line)?;
            size += n;
            if n == 0 || size > HEADER {
                return Ok(None);
            }
            if line.is_empty() {
                return Ok(Some(fields));
            }
            let text = String::from_utf8_lossy(&line);
            if let (true, Some(last)) = (text.starts_with([' ', '\t']), fields.last_mut()) {
                last.1.push(' ');
                last.1.push_str(text.trim());
                continue;
            }
            let Some((name, value)) = text.split_once(':') else {
                return Ok(None);
            };
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        io::copy(&mut self.reader.by_ref().take(length), &mut io::sink()).map(|_| ())
    }

    /// Whether nothing, an empty line or the next record follows.
    fn is_at_end_of_record(&mut self) -> io::Result<bool> {
        let next = self.reader.fill_buf()?;
        Ok(next.is_empty()
            || next.starts_with(b"\r")
            || next.starts_with(b"\n")
            || VERSION.starts_with(next)
            || next.starts_with(VERSION))
    }

    /// Reads on to the line before the next that begins a record.
    fn resync(&mut self) -> io::Result<()> {
        let mut line = Vec::new();
        loop {
            let next = self.reader.fill_buf()?;
            if next.is_empty() || next.starts_with(VERSION) {
                return Ok(());
            }
            line.clear();
            self.line(&mut line)?;
        }
    }
}

/// An HTTP answer: its content type, in lower case, and its body, unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// Reads an HTTP answer; None: it is none. A body of more than `limit` bytes when unpacked is longer than `limit` by one.
pub(super) fn answer(block: &[u8], limit: u64) -> Option<Answer> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut head = httparse::Response::new(&mut fields);
    let parsed = httparse::ParserConfig::default()
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .ignore_invalid_headers_in_responses(true)
        .parse_response(&mut head, block);
    let Ok(httparse::Status::Complete(start)) = parsed else {
        return None;
    };
    let field = |name: &str| {
        let found = head
            .headers
            .iter()
            .find(|f| f.name.eq_ignore_ascii_case(name));
        found.map(|f| String::from_utf8_lossy(f.value).trim().to_ascii_lowercase())
    };
    let mut body = block.get(start..)?.to_vec();
    // Crawlers that keep what they unpacked may keep the old header too.
    if field("transfer-encoding").is_some_and(|e| e.contains("chunked"))
        && let Some(whole) = dechunked(&body)
    {
        body = whole;
    }
    for encoding in field("content-encoding")
        .unwrap_or_default()
        .split(',')
        .rev()
    {
        let encoding = encoding.trim();
        if !matches!(encoding, "" | "identity")
            && let Some(unpacked) = super::unpack::unpack_body(encoding, &body, limit)
        {
            body = unpacked;
        }
    }
    Some(Answer {
        status: head.code.unwrap_or(0),
        content_type: field("content-type").unwrap_or_default(),
        body,
    })
}

/// A chunked body (RFC 9112) put together; None: it is not chunked. One that breaks off is as long as it goes.
fn dechunked(body: &[u8]) -> Option<Vec<u8>> {
    let (mut rest, mut out) = (body, Vec::with_capacity(body.len()));
    loop {
        let end = memchr::memchr(b'\n', rest.get(..rest.len().min(1024))?)?;
        let line = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = rest.get(end + 1..)?;
        if size == 0 {
            return Some(out);
        }
        match rest.get(..size) {
            Some(chunk) => out.extend_from_slice(chunk),
            None => {
                out.extend_from_slice(rest);
                return Some(out);
            }
        }
        rest = rest.get(size..)?;
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        if rest.is_empty() {
            return Some(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(kind: &str, block: &str) -> String {
        let length = block.len();
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <http://a.example/x>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\nContent-Type: application/http;\r\n msgtype=response\r\nContent-Length: {length}\r\n\r\n{block}\r\n\r\n"
        )
    }

    fn all(bytes: &[u8], limit: u64) -> Vec<Next> {
        let mut records = Records::new(bytes, limit);
        let mut found = Vec::new();
        loop {
            match records.next().unwrap() {
                Next::End => return found,
                next => found.push(next),
            }
        }
    }

    #[test]
    fn responses_are_found_among_other_records() {
        let file = record("warcinfo", "software: x")
            + &record("response", "one")
            + &record("request", "GET")
            + &record("response", "two");
        let found = all(file.as_bytes(), 100);
        let [Next::Record(one), Next::Record(two)] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!((one.number, two.number), (2, 4));
        assert_eq!(one.url.as_deref(), Some("http://a.example/x"));
        assert_eq!(one.date.as_deref(), Some("2026-01-02T03:04:05Z"));
        assert_eq!(one.content_type, "application/http; msgtype=response");
        assert_eq!((&one.block[..], &two.block[..]), (&b"one"[..], &b"two"[..]));
    }

    #[test]
    fn a_broken_record_costs_itself_alone() {
        let good = record("response", "good");
        let lies = record("response", "liar").replace("Content-Length: 4", "Content-Length: 2");
        let long = record("response", &"x".repeat(200));
        let odd = "no record\r\n\r\n".to_owned();
        let without = record("response", "y").replace("Content-Length: 1\r\n", "");
        for (bad, broken) in [
            (lies, "the record is not as long as it says"),
            (odd, "no record begins where one should"),
            (without, "the record names no length"),
        ] {
            let found = all((bad + &good).as_bytes(), 100);
            assert!(
                matches!(&found[..], [Next::Broken(1, why), Next::Record(r)] if *why == broken && r.block == b"good"),
                "{found:?}"
            );
        }
        let found = all((long + &good).as_bytes(), 100);
        assert!(
            matches!(&found[..], [Next::TooLong(1), Next::Record(_)]),
            "{found:?}"
        );
        let cut = &good.as_bytes()[..good.len() - 6];
        assert_eq!(all(cut, 100), [Next::Broken(1, "the record breaks off")]);
    }

    #[test]
    fn an_answer_is_put_together_and_unpacked() {
        use std::io::Write;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"<p>packed").unwrap();
        let packed = gzip.finish().unwrap();
        let mut block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        let (a, b) = packed.split_at(7);
        for chunk in [a, b] {
            block.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            block.extend_from_slice(chunk);
            block.extend_from_slice(b"\r\n");
        }
        block.extend_from_slice(b"0\r\n\r\n");
        let found = answer(&block, 1000).unwrap();
        assert_eq!(
            (found.status, &*found.content_type, &found.body[..]),
            (200, "text/html; charset=utf-8", &b"<p>packed"[..])
        );
        let kept = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n<p>plain after all";
        assert_eq!(answer(kept, 1000).unwrap().body, b"<p>plain after all");
        assert_eq!(answer(b"no answer", 1000), None);
        assert_eq!(dechunked(b"5\r\nab"), Some(b"ab".to_vec()));
    }

    proptest! {
        #[test]
        fn ends_on_anything(pieces in prop::collection::vec(prop::sample::select(vec![
            "WARC/1.0\r\n", "WARC-Type: response\r\n", "Content-Length: 3\r\n", "Content-Length: 99999999999\r\n", "\r\n", "abc", "\n", ":", " x\r\n",
        ]), 0..40)) {
            let bytes = pieces.concat();
            prop_assert!(all(bytes.as_bytes(), 50).len() <= bytes.len() + 1);
        }
    }
}
