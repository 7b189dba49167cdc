//! A page: its encoding, its article, and what it says of itself.

use dom_query::Document;

use super::{
    One, RecordError,
    decode::decode_any,
    extract,
    item::{Entry, Fault, Item, one},
    lean::{Lean, lean},
    page_meta,
    walk::Found,
    warc,
};
use crate::{document::Moment, error::ErrorKind};

/// How far into a page its encoding is declared, in bytes. (HTML: 1024; pages do not keep to it.)
const HEAD: usize = 4096;

/// The article of a page; `charset` is what came with it, as HTTP has it.
pub(super) fn entry(bytes: Vec<u8>, charset: Option<&str>) -> Entry {
    let declared = charset.map(str::to_owned).or_else(|| declared(&bytes));
    let (html, decoding_errors) = decode_any(bytes, declared.as_deref());
    let Lean {
        html,
        json_ld,
        shallow,
    } = lean(&html);
    // What stands too deep is only read, not taken apart.
    let page = Document::from(
        html.get(..shallow.unwrap_or(html.len()))
            .unwrap_or_default(),
    );
    let mut meta = page_meta::read(&page, &json_ld);
    let (text, extractor) = match shallow {
        None => extract::article(page, &html),
        Some(_) => extract::whole(&html),
    };
    if text.is_empty() {
        return Err(Fault::new(ErrorKind::Format, "is a page without text"));
    }
    meta.extractor = Some(extractor.into());
    Ok(Item {
        id: None,
        text,
        meta,
        decoding_errors,
    })
}

/// The encoding that a page declares at its beginning, in `<meta charset>` or the older form of it, or as XML.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..HEAD).unwrap_or(bytes).to_ascii_lowercase();
    let named = |mark: &[u8]| {
        let at = memchr::memmem::find(&head, mark)? + mark.len();
        let rest = head.get(at..)?.trim_ascii_start().strip_prefix(b"=")?;
        let rest = rest.trim_ascii_start();
        let rest = rest
            .strip_prefix(b"\"")
            .or(rest.strip_prefix(b"'"))
            .unwrap_or(rest);
        let end = rest
            .iter()
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.')))
            .unwrap_or(rest.len());
        let name = String::from_utf8_lossy(rest.get(..end)?).into_owned();
        (!name.is_empty()).then_some(name)
    };
    named(b"charset").or_else(|| head.starts_with(b"<?xml").then(|| named(b"encoding"))?)
}

/// The articles in a record of a web archive. What is no text gives none, and no error.
pub(super) fn archived(record: warc::Record, found: &Found, limit: u64) -> Vec<One> {
    let number = Some(record.number);
    let (content_type, body) =
        if record.content_type.contains("application/http") || record.block.starts_with(b"HTTP/") {
            match warc::answer(&record.block, limit) {
                None => {
                    let message = "the record holds no HTTP answer";
                    return vec![
                        RecordError::new(&found.path, number, ErrorKind::Format, message).into(),
                    ];
                }
                Some(answer) if !(200..300).contains(&answer.status) => return Vec::new(),
                Some(answer) => (answer.content_type, answer.body),
            }
        } else {
            (record.content_type, record.block)
        };
    if body.len() as u64 > limit {
        return vec![RecordError::too_long(&found.path, number, limit).into()];
    }
    let charset = content_type.split_once("charset=").map(|(_, name)| {
        let name = name.trim_start_matches(['"', '\'']);
        name.split(['"', '\'', ';', ' '])
            .next()
            .unwrap_or_default()
            .to_owned()
    });
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let entry = match kind {
        "text/html" | "application/xhtml+xml" => entry(body, charset.as_deref()),
        "text/plain" => {
            let (text, decoding_errors) = decode_any(body, charset.as_deref());
            Ok(Item {
                text,
                decoding_errors,
                ..Item::default()
            })
        }
        _ => return Vec::new(),
    };
    let entry = entry.map(|mut item| {
        item.id = record.url.clone();
        item.meta.url = item.meta.url.or(record.url);
        item.meta.retrieved = record.date.map(|d| Moment::parse(&d, "warc"));
        item
    });
    vec![one(entry, found, number)]
}
