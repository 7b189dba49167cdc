//! What a reader finds in a file: articles before they have a place and an id of their own.

use super::{One, RecordError, walk::Found};
use crate::{
    document::{Document, Meta},
    error::ErrorKind,
};

/// An article as a reader finds it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    /// The id it came with; none: it goes by the file's path.
    pub(super) id: Option<String>,
    /// Its text, a line for each paragraph.
    pub(super) text: String,
    /// What came with it.
    pub(super) meta: Meta,
    /// Bytes that were no valid text and became U+FFFD.
    pub(super) decoding_errors: u64,
}

/// Why there is no article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: ErrorKind,
    /// In words, without the path.
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

/// What one entry of a file gives.
pub(super) type Entry = Result<Item, Fault>;

/// The outcome of an entry of `found`; `record` is its number there, from 1, where it is not the whole file.
pub(super) fn one(entry: Entry, found: &Found, record: Option<u64>) -> One {
    match entry {
        Ok(item) => One {
            outcome: Ok(Document {
                id: item.id.unwrap_or_else(|| found.path.clone()),
                source_id: None,
                path: found.path.clone(),
                record,
                text: item.text,
                meta: item.meta,
                reference: None,
            }),
            decoding_errors: item.decoding_errors,
        },
        Err(fault) => RecordError::new(&found.path, record, fault.kind, fault.message).into(),
    }
}
