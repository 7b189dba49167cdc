//! A plain file: one article.

use std::io::{BufRead, Read};

use super::decode::{BOM, decode_any};
use super::walk::Found;
use super::{One, RecordError, sniff};
use crate::document::Document;
use crate::error::ErrorKind;

/// Reads a whole stream as one article.
pub(super) fn read_plain(body: impl BufRead, found: &Found, limit: u64) -> One {
    let mut bytes = Vec::with_capacity(expected(found, limit));
    // The mark is no part of the article, and does not count.
    let most = limit + BOM.len() as u64 + 1;
    if let Err(error) = body.take(most).read_to_end(&mut bytes) {
        return sniff::cannot_read(found, &error).into();
    }
    article(bytes, found, limit)
}

fn expected(found: &Found, limit: u64) -> usize {
    // What a file system claims is no reason to ask for any amount of memory at once.
    let bytes = found.bytes.unwrap_or(0).min(limit).min(64 << 20);
    usize::try_from(bytes).map_or(0, |bytes| bytes + 1)
}

fn article(mut bytes: Vec<u8>, found: &Found, limit: u64) -> One {
    if let Some(message) = sniff::binary(&bytes, found.vouched()) {
        return RecordError::new(&found.path, None, ErrorKind::Encoding, message).into();
    }
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    if bytes.len() as u64 > limit {
        return RecordError::too_long(&found.path, None, limit).into();
    }
    let (text, decoding_errors) = decode_any(bytes, None);
    One {
        outcome: Ok(Document {
            id: found.path.clone(),
            path: found.path.clone(),
            text,
            ..Document::default()
        }),
        decoding_errors,
    }
}
