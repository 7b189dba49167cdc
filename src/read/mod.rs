//! Reading: from paths to articles.
//!
//! What is read, and in which order, depends on the inputs alone: not on the order in which they
//! are named, nor on the number of threads. A bad record becomes a [`RecordError`] and reading
//! goes on.

#[cfg(feature = "packed")]
mod archive;
mod batch;
mod blocks;
mod contents;
#[cfg(feature = "tables")]
mod csv;
mod decode;
#[cfg(feature = "web")]
mod extract;
#[cfg(feature = "web")]
mod feed;
mod flat;
pub mod ids;
#[cfg(feature = "web")]
mod item;
mod json;
mod jsonl;
#[cfg(feature = "web")]
mod lean;
mod lines;
#[cfg(feature = "web")]
mod markup;
#[cfg(feature = "web")]
mod page;
#[cfg(feature = "web")]
mod page_date;
#[cfg(feature = "web")]
mod page_meta;
#[cfg(feature = "tables")]
mod parquet;
mod plain;
mod record;
pub mod rewrite;
mod sniff;
mod stream;
mod unpack;
#[cfg(feature = "web")]
mod values;
mod walk;
#[cfg(feature = "web")]
mod warc;
#[cfg(feature = "web")]
mod wire;
#[cfg(feature = "web")]
mod xml;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::ControlFlow;

use rayon::prelude::*;

use crate::document::Document;
use crate::error::{ErrorKind, describe_io};

pub use contents::read_named_bytes;
pub use ids::{make_unique, new_names};
pub use jsonl::{read_jsonl, read_jsonl_bytes};
pub use record::FieldNames;
pub use stream::{Source, Stream, open};
pub use walk::{Found, Globs, Listing, find};

use record::Plan;

/// The path that stands for standard input.
pub const STDIN: &str = "-";

/// What a line or a plain article may measure unless told otherwise: 32 MiB.
pub const DEFAULT_MAX_RECORD: u64 = 32 << 20;

/// Spans count bytes in 32 bits; a little is kept free for what lossy decoding may add.
const HARD_MAX_RECORD: u64 = 4_000_000_000;

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// The whole file is one article.
    Plain,
    /// One JSON object a line.
    Jsonl,
    /// An array of JSON objects, or JSON objects over several lines.
    Json,
    /// A page.
    Html,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// An item of a news agency: NewsML, NITF, ninjs, IPTC 7901, ANPA 1312.
    Wire,
    /// A table of text, the columns named in its first record.
    Csv,
    /// Parquet.
    Parquet,
    /// A web archive.
    Warc,
}

impl Format {
    /// A stable lower-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Html => "html",
            Self::Feed => "feed",
            Self::Wire => "wire",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Warc => "warc",
        }
    }
}

/// How to read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Under which names a record's fields go.
    pub fields: FieldNames,
    /// Other fields to carry through, by name.
    pub carry: Vec<String>,
    /// The longest line or plain article read, in bytes.
    pub max_record: u64,
    /// The format of standard input and of files named one by one. None: told by extension and
    /// content. In folders content and name always decide.
    pub input_format: Option<Format>,
    /// Which files in folders are read.
    pub globs: Globs,
    /// Whether hidden files in folders are read.
    pub hidden: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            fields: FieldNames::default(),
            carry: Vec::new(),
            max_record: DEFAULT_MAX_RECORD,
            input_format: None,
            globs: Globs::default(),
            hidden: false,
        }
    }
}

impl ReadOptions {
    fn limit(&self) -> u64 {
        self.max_record.min(HARD_MAX_RECORD)
    }
}

/// Something that could not be read. The run goes on without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordError {
    /// The file, as given.
    pub path: String,
    /// Which record of it, counted from 1; None: the file as a whole.
    pub record: Option<u64>,
    /// What is wrong, without the path.
    pub message: String,
    /// What kind of thing is wrong.
    pub kind: ErrorKind,
    /// An input named by the user that cannot be opened, or not be read to its end.
    pub fatal: bool,
    /// Left out for its size alone.
    pub over_limit: bool,
    /// No error: a file nobody named that is no article.
    pub(crate) is_other: bool,
}

impl RecordError {
    /// A file that is passed over, by its extension.
    fn other(path: &str, extension: String) -> Self {
        Self {
            is_other: true,
            ..Self::new(path, None, ErrorKind::Format, extension)
        }
    }

    fn new(path: &str, record: Option<u64>, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            record,
            message: message.into(),
            kind,
            fatal: false,
            over_limit: false,
            is_other: false,
        }
    }

    fn io(path: &str, doing: &str, cause: &io::Error, fatal: bool) -> Self {
        let message = format!("{doing}: {}", describe_io(cause));
        Self {
            fatal,
            ..Self::new(path, None, ErrorKind::Io, message)
        }
    }

    fn too_long(path: &str, record: Option<u64>, limit: u64) -> Self {
        let what = if record.is_some() {
            "the line"
        } else {
            "the file"
        };
        let message = format!("{what} is longer than {} (--max-record)", size(limit));
        Self {
            over_limit: true,
            ..Self::new(path, record, ErrorKind::Limit, message)
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.record {
            Some(record) => write!(f, "{}:{record}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

impl std::error::Error for RecordError {}

/// A number of bytes, in the largest unit that divides it.
fn size(bytes: u64) -> String {
    for (unit, name) in [(1_u64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] {
        if bytes >= unit && bytes.is_multiple_of(unit) {
            return format!("{} {name}", bytes / unit);
        }
    }
    if bytes == 1 {
        "1 byte".into()
    } else {
        format!("{bytes} bytes")
    }
}

/// What was found and not read, without being an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Files in folders that are not articles, counted by their extension in lower case
    /// (empty: none).
    pub other_files: BTreeMap<String, u64>,
}

impl Skipped {
    fn add(&mut self, extension: String) {
        *self.other_files.entry(extension).or_default() += 1;
    }
}

/// Everything read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input {
    /// The articles, in reading order: files by the bytes of their paths, then by record.
    pub documents: Vec<Document>,
    /// What could not be read, by path and record.
    pub errors: Vec<RecordError>,
    /// What was passed over.
    pub skipped: Skipped,
    /// Bytes that were no valid text and became U+FFFD.
    pub decoding_errors: u64,
}

impl Input {
    /// Records and files left out for their size alone.
    pub fn over_limit(&self) -> usize {
        self.errors.iter().filter(|error| error.over_limit).count()
    }

    fn extend(&mut self, batch: Vec<One>) {
        for one in batch {
            self.decoding_errors += one.decoding_errors;
            match one.outcome {
                Ok(document) => self.documents.push(document),
                Err(error) if error.is_other => self.skipped.add(error.message),
                Err(error) => self.errors.push(error),
            }
        }
    }

    fn sort_errors(&mut self) {
        self.errors
            .sort_by(|a, b| (a.path.as_bytes(), a.record).cmp(&(b.path.as_bytes(), b.record)));
    }
}

/// What one record or one plain file gives.
#[derive(Clone, Debug, PartialEq)]
pub struct One {
    /// An article, or why there is none.
    pub outcome: Result<Document, RecordError>,
    /// Bytes of it that were no valid text and became U+FFFD.
    pub decoding_errors: u64,
}

impl From<RecordError> for One {
    fn from(error: RecordError) -> Self {
        Self {
            outcome: Err(error),
            decoding_errors: 0,
        }
    }
}

/// Files below this size are read side by side, each by one thread; larger ones one after the
/// other, each by all threads, so that only a bounded stretch of them is in memory at a time.
const SIDE_BY_SIDE: u64 = 1 << 20;

/// So many times as much a packed file is taken to hold.
const PACKED: u64 = 8;

/// So many of the small ones at a time.
const MOST_FILES: usize = 1024;

/// Reads all the inputs: files, folders, or `-` for standard input. `progress` is told of every
/// stretch of bytes read. Ids are as given: see [`make_unique`].
pub fn read_all(paths: &[String], options: &ReadOptions, progress: &(dyn Fn(u64) + Sync)) -> Input {
    let listing = find(paths, options);
    read_listing(listing, options, progress)
}

/// Reads what [`find`] found.
pub fn read_listing(
    listing: Listing,
    options: &ReadOptions,
    progress: &(dyn Fn(u64) + Sync),
) -> Input {
    read_listing_in_batches(listing, options, progress, u64::MAX, &mut |_| {
        ControlFlow::Continue(())
    })
}

/// Reads what [`find`] found, and hands the articles over whenever texts of `size` bytes have come together, for as long as
/// `take` says so. What is returned has those that are left over.
pub fn read_listing_in_batches(
    listing: Listing,
    options: &ReadOptions,
    progress: &(dyn Fn(u64) + Sync),
    size: u64,
    take: &mut dyn FnMut(Vec<Document>) -> ControlFlow<()>,
) -> Input {
    let mut input = Input {
        errors: listing.errors,
        skipped: listing.skipped,
        ..Input::default()
    };
    let mut gathered = 0;
    let _ = read_batches(&listing.files, options, progress, &mut |batch| {
        let from = input.documents.len();
        input.extend(batch);
        let texts = input.documents[from..].iter().map(|d| d.text.len() as u64);
        gathered += texts.sum::<u64>();
        if gathered < size {
            return ControlFlow::Continue(());
        }
        gathered = 0;
        take(std::mem::take(&mut input.documents))
    });
    input.sort_errors();
    input
}

/// Reads files and hands over what they give, in reading order, a bounded batch at a time: not everything need be in
/// memory at once. Ends where `take` says so.
pub fn read_batches(
    files: &[Found],
    options: &ReadOptions,
    progress: &(dyn Fn(u64) + Sync),
    take: &mut dyn FnMut(Vec<One>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let plan = Plan::new(options);
    let mut rest = files;
    while let Some((first, after)) = rest.split_first() {
        let small = rest
            .iter()
            .take(MOST_FILES)
            .take_while(|found| found.is_small())
            .count();
        if small == 0 {
            contents::read(first, &plan, progress, take)?;
            rest = after;
            continue;
        }
        let (batch, after) = rest.split_at(small);
        rest = after;
        let parts: Vec<Vec<One>> = batch
            .par_iter()
            .map(|found| {
                let mut ones = Vec::new();
                let _ = contents::read(found, &plan, progress, &mut |batch| {
                    ones.extend(batch);
                    ControlFlow::Continue(())
                });
                ones
            })
            .collect();
        take(parts.into_iter().flatten().collect())?;
    }
    ControlFlow::Continue(())
}

impl Found {
    fn is_small(&self) -> bool {
        let most = if self.may_be_packed() {
            SIDE_BY_SIDE / PACKED
        } else {
            SIDE_BY_SIDE
        };
        !self.stdin && self.bytes.is_some_and(|bytes| bytes < most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_largest_whole_unit() {
        assert_eq!(size(32 << 20), "32 MiB");
        assert_eq!(size(1 << 30), "1 GiB");
        assert_eq!(size(1536), "1536 bytes");
        assert_eq!(size(2048), "2 KiB");
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(0), "0 bytes");
    }
}
