//! What a segment has of an article beside its samples: a row.

use super::file::Reader;
use crate::error::{Error, Result};

/// Bytes of a segment that belong to one article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) at: u64,
    pub(super) len: u32,
    /// The lower half of its checksum.
    pub(super) sum: u32,
}

/// What a segment has of an article, beside its samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its number, lasting and never given twice.
    pub(super) number: u32,
    /// The number of the first article that went by its id, of those it has taken the place of one after the other.
    pub(super) first: u32,
    /// Unix time at which it was added.
    pub(super) added: i64,
    /// Unix time of its publication.
    pub(super) published: Option<i64>,
    pub(super) document: Blob,
    pub(super) tokens: Blob,
    pub(super) id: String,
}

/// Bytes of a row without its id.
pub(super) const ROW: usize = 60;

impl Blob {
    /// That of an article which is in no segment.
    pub(super) const NONE: Self = Self {
        at: 0,
        len: 0,
        sum: 0,
    };

    /// How many tokens it holds.
    pub(super) fn count(self) -> usize {
        super::tokens::count(self.len as usize)
    }
}

impl Row {
    /// As it is stored.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(ROW + self.id.len());
        out.extend(self.number.to_le_bytes());
        out.extend((self.id.len() as u32).to_le_bytes());
        out.extend(self.added.to_le_bytes());
        out.extend(self.published.unwrap_or(i64::MIN).to_le_bytes());
        for blob in [self.document, self.tokens] {
            out.extend(blob.at.to_le_bytes());
            out.extend(blob.len.to_le_bytes());
            out.extend(blob.sum.to_le_bytes());
        }
        out.extend(self.first.to_le_bytes());
        out.extend(self.id.as_bytes());
        out
    }
}

/// The row at the beginning of `bytes`, and how many of them it takes.
fn row_of(bytes: &[u8]) -> Option<(Row, usize)> {
    let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let long = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    let blob = |at: usize| {
        Some(Blob {
            at: long(at)?,
            len: word(at + 8)?,
            sum: word(at + 12)?,
        })
    };
    let end = ROW + word(4)? as usize;
    let id = std::str::from_utf8(bytes.get(ROW..end)?).ok()?;
    let row = Row {
        number: word(0)?,
        added: long(8)? as i64,
        published: Some(long(16)? as i64).filter(|p| *p != i64::MIN),
        document: blob(24)?,
        tokens: blob(40)?,
        first: word(56)?,
        id: id.to_owned(),
    };
    Some((row, end))
}

/// Bytes that are read at once.
const READ: usize = 1 << 20;

/// The rows of a segment, one after the other; they are many, and not all held at once.
#[derive(Debug)]
pub(super) struct Rows<'s> {
    file: &'s Reader,
    /// The next byte to read, and how many.
    at: u64,
    left: usize,
    read: Vec<u8>,
    used: usize,
    /// How many are to come.
    articles: u32,
}

impl<'s> Rows<'s> {
    /// `left` bytes at a place, which were checked.
    pub(super) fn new(file: &'s Reader, at: u64, left: usize, articles: u32) -> Self {
        Self {
            file,
            at,
            left,
            read: Vec::new(),
            used: 0,
            articles,
        }
    }

    fn more(&mut self) -> Result<()> {
        self.read.drain(..self.used);
        self.used = 0;
        let from = self.read.len();
        self.read.resize(from + self.left.min(READ), 0);
        let new = &mut self.read[from..];
        self.file.read(self.at, new)?;
        self.at += new.len() as u64;
        self.left -= new.len();
        Ok(())
    }

    fn row(&mut self) -> Result<Option<Row>> {
        loop {
            if let Some((row, len)) = row_of(&self.read[self.used..]) {
                self.used += len;
                let left = self.articles.checked_sub(1);
                self.articles = left.ok_or_else(|| self.broken())?;
                return Ok(Some(row));
            }
            if self.left == 0 {
                break;
            }
            self.more()?;
        }
        if self.articles > 0 || self.used < self.read.len() {
            return Err(self.broken());
        }
        Ok(None)
    }

    fn broken(&self) -> Error {
        let why = "not as many as there are articles, or one is cut off";
        self.file.broken("the rows", why)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        let row = self.row();
        if row.is_err() {
            // Nothing comes after an error.
            (self.left, self.articles, self.used) = (0, 0, self.read.len());
        }
        row.transpose()
    }
}
