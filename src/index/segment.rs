//! A segment: some articles and the samples of them, in one file that never changes.
//!
//! ```text
//! magic | documents | tokens | seeds, bands, lines (tables) | rows | joins | footer | length and checksum of the footer, magic
//! ```

use std::path::Path;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    file::{Reader, Writer, checksum, is_sum},
    kept::Kept,
    table::{self, Table},
};
use crate::{
    detector::{Article, Samples},
    document::Document,
    error::Result,
    recognise::Agencies,
};

const MAGIC: &[u8; 8] = b"ctseg001";
/// Level at which documents are packed.
const LEVEL: i32 = 3;
/// Bytes at the end: length and checksum of the footer, and the magic.
const END: u64 = 24;
/// Most bytes of a document, unpacked.
const MOST_DOCUMENT: usize = 1 << 30;

/// Bytes of a segment that belong to one article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Blob {
    at: u64,
    len: u32,
    sum: u32,
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
const ROW: usize = 60;

#[derive(Debug, Serialize, Deserialize)]
struct Footer {
    articles: u32,
    seeds: table::Place,
    bands: table::Place,
    lines: table::Place,
    /// First byte of the rows, and of what comes after them.
    rows: u64,
    joins: u64,
    end: u64,
    rows_sum: u64,
    joins_sum: u64,
    table_ends: [u64; 3],
}

/// A segment being written.
#[derive(Debug)]
pub(super) struct Builder {
    out: Writer,
    rows: Rows,
}

/// The rows of a segment as they are stored, which takes least room.
#[derive(Debug, Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
    count: u32,
}

impl Rows {
    fn push(&mut self, row: &Row) {
        self.bytes.extend(bytes_of(row));
        self.count += 1;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Each row; none after one that is broken.
    pub(super) fn iter(&self) -> impl Iterator<Item = Row> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            let (row, len) = row_of(&self.bytes[at..])?;
            at += len;
            Some(row)
        })
    }
}

impl Builder {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let mut out = Writer::create(path)?;
        out.write(MAGIC)?;
        Ok(Self {
            out,
            rows: Rows::default(),
        })
    }

    fn blob(&mut self, bytes: &[u8]) -> Result<Blob> {
        let blob = Blob {
            at: self.out.at(),
            len: bytes.len() as u32,
            sum: checksum(bytes) as u32,
        };
        self.out.write(bytes)?;
        Ok(blob)
    }

    /// Adds an article, packed by [`pack`].
    pub(super) fn add(
        &mut self,
        article: &Article,
        packed: &[u8],
        [number, first]: [u32; 2],
        added: i64,
    ) -> Result<()> {
        let row = Row {
            number,
            first,
            added,
            published: published(&article.document),
            document: self.blob(packed)?,
            tokens: self.blob(
                &article
                    .hashes
                    .iter()
                    .flat_map(|h| h.to_le_bytes())
                    .collect::<Vec<u8>>(),
            )?,
            id: article.document.id.clone(),
        };
        self.rows.push(&row);
        Ok(())
    }

    /// Adds an article of another segment.
    pub(super) fn copy(&mut self, from: &Segment, row: &Row) -> Result<()> {
        let row = Row {
            document: self.blob(&from.bytes(row.document, "a document")?)?,
            tokens: self.blob(&from.bytes(row.tokens, "the tokens of an article")?)?,
            ..row.clone()
        };
        self.rows.push(&row);
        Ok(())
    }

    /// Ends it with the postings of the three tables, each in order and of a known number at most.
    pub(super) fn finish(
        mut self,
        postings: [(u64, &mut dyn Iterator<Item = Result<u128>>); 3],
        joins: &[(u32, u32)],
    ) -> Result<Rows> {
        let out = &mut self.out;
        let mut tables = Vec::new();
        let mut ends = [0; 3];
        for (i, (n, postings)) in postings.into_iter().enumerate() {
            let mut table = table::Builder::new(out, n);
            for p in postings {
                table.add(p?, out)?;
            }
            tables.push(table.finish(out)?);
            ends[i] = out.at();
        }
        let rows = &self.rows.bytes;
        let joined: Vec<u8> = joins
            .iter()
            .flat_map(|(x, y)| [x.to_le_bytes(), y.to_le_bytes()].concat())
            .collect();
        let footer = Footer {
            articles: self.rows.count,
            seeds: tables[0],
            bands: tables[1],
            lines: tables[2],
            rows: out.at(),
            joins: out.at() + rows.len() as u64,
            end: out.at() + (rows.len() + joined.len()) as u64,
            rows_sum: checksum(rows),
            joins_sum: checksum(&joined),
            table_ends: ends,
        };
        out.write(rows)?;
        out.write(&joined)?;
        let footer = serde_json::to_vec(&footer).unwrap_or_default();
        out.write(&footer)?;
        out.write(&(footer.len() as u64).to_le_bytes())?;
        out.write(&checksum(&footer).to_le_bytes())?;
        out.write(MAGIC)?;
        self.out.finish()?;
        Ok(self.rows)
    }
}

/// When an article was published, Unix time.
pub(super) fn published(document: &Document) -> Option<i64> {
    document.meta.published.as_ref().and_then(|p| p.seconds)
}

/// A document, or what is kept in its place, as it is stored.
pub(super) fn pack(document: &impl Serialize) -> Vec<u8> {
    // Both work in memory on what is sound, and do not fail.
    let json = serde_json::to_vec(document).unwrap_or_default();
    zstd::bulk::compress(&json, LEVEL).unwrap_or_default()
}

fn bytes_of(row: &Row) -> Vec<u8> {
    let mut out = Vec::with_capacity(ROW + row.id.len());
    out.extend(row.number.to_le_bytes());
    out.extend((row.id.len() as u32).to_le_bytes());
    out.extend(row.added.to_le_bytes());
    out.extend(row.published.unwrap_or(i64::MIN).to_le_bytes());
    for blob in [row.document, row.tokens] {
        out.extend(blob.at.to_le_bytes());
        out.extend(blob.len.to_le_bytes());
        out.extend(blob.sum.to_le_bytes());
    }
    out.extend(row.first.to_le_bytes());
    out.extend(row.id.as_bytes());
    out
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

/// A segment that is read.
#[derive(Debug)]
pub(super) struct Segment {
    file: Reader,
    pub(super) seeds: Table,
    pub(super) bands: Table,
    pub(super) lines: Table,
    footer: Footer,
}

impl Segment {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = Reader::open(path)?;
        let (mut begin, mut end) = ([0; MAGIC.len()], [0; END as usize]);
        let too_short = || file.broken("the end", "the file is cut off");
        let last = file.len().checked_sub(END).ok_or_else(too_short)?;
        file.read(0, &mut begin)?;
        file.read(last, &mut end)?;
        let number = |at: usize| u64::from_le_bytes(end[at..at + 8].try_into().unwrap_or_default());
        for (place, magic) in [("the beginning", &begin[..]), ("the end", &end[16..])] {
            if magic != MAGIC {
                return Err(file.broken(place, "no segment of this format, or cut off"));
            }
        }
        let (len, sum) = (number(0), number(8));
        let at = last.checked_sub(len).ok_or_else(too_short)?;
        let json = file.checked(at, len as usize, sum, "the footer")?;
        let footer: Footer =
            serde_json::from_slice(&json).map_err(|e| file.broken("the footer", &e.to_string()))?;
        let rows = footer.joins.saturating_sub(footer.rows) / ROW as u64;
        if footer.joins > file.len() || u64::from(footer.articles) > rows {
            return Err(file.broken("the footer", "more articles than rows"));
        }
        let ends = footer.table_ends;
        Ok(Self {
            seeds: Table::open(&file, footer.seeds, ends[0])?,
            bands: Table::open(&file, footer.bands, ends[1])?,
            lines: Table::open(&file, footer.lines, ends[2])?,
            file,
            footer,
        })
    }

    pub(super) fn file(&self) -> &Reader {
        &self.file
    }

    pub(super) fn tables(&self) -> [&Table; 3] {
        [&self.seeds, &self.bands, &self.lines]
    }

    pub(super) fn articles(&self) -> u32 {
        self.footer.articles
    }

    /// What it has of each article, by number.
    pub(super) fn rows(&self) -> Result<Rows> {
        let f = &self.footer;
        let len = f.joins.saturating_sub(f.rows) as usize;
        let bytes = self.file.checked(f.rows, len, f.rows_sum, "the rows")?;
        let rows = Rows {
            bytes,
            count: f.articles,
        };
        let (count, bytes) = rows
            .iter()
            .fold((0, 0), |(n, bytes), r| (n + 1, bytes + ROW + r.id.len()));
        if (count, bytes) != (rows.count, rows.bytes.len()) {
            let why = "not as many as there are articles, or one is cut off";
            return Err(self.file.broken("the rows", why));
        }
        Ok(rows)
    }

    /// The articles found to be of one family when these were added.
    pub(super) fn joins(&self) -> Result<Vec<(u32, u32)>> {
        let f = &self.footer;
        let len = f.end.saturating_sub(f.joins) as usize;
        let bytes = self.file.checked(f.joins, len, f.joins_sum, "the joins")?;
        let word = |b: &[u8]| u32::from_le_bytes(b.try_into().unwrap_or_default());
        let join = |b: &[u8]| (word(&b[..4]), word(&b[4..]));
        Ok(bytes.chunks_exact(8).map(join).collect())
    }

    fn bytes(&self, blob: Blob, what: &str) -> Result<Vec<u8>> {
        let end = blob.at.checked_add(u64::from(blob.len));
        if end.is_none_or(|e| e > self.file.len()) {
            return Err(self.file.broken(what, "it ends too early"));
        }
        let mut out = vec![0; blob.len as usize];
        self.file.read(blob.at, &mut out)?;
        if !is_sum(checksum(&out) as u32, blob.sum) {
            return Err(self
                .file
                .broken(what, "its bytes are not those that were written"));
        }
        Ok(out)
    }

    pub(super) fn document(&self, blob: Blob, id: &str) -> Result<Document> {
        self.unpacked(blob, id, |d: &Document| &d.id)
    }

    /// What is kept in place of a document.
    pub(super) fn kept(&self, blob: Blob, id: &str) -> Result<Kept> {
        self.unpacked(blob, id, Kept::id)
    }

    /// An article whose text is not kept.
    pub(super) fn article(
        &self,
        [document, tokens]: [Blob; 2],
        id: &str,
        agencies: &Agencies,
    ) -> Result<Article> {
        let kept = self.kept(document, id)?;
        let article = kept.into_article(self.tokens(tokens, id)?, agencies);
        article.map_err(|why| self.file.broken(&document_of(id), why))
    }

    fn unpacked<T: DeserializeOwned>(
        &self,
        blob: Blob,
        id: &str,
        id_of: impl Fn(&T) -> &str,
    ) -> Result<T> {
        let what = document_of(id);
        let packed = self.bytes(blob, &what)?;
        let broken = |e: &dyn std::fmt::Display| self.file.broken(&what, &e.to_string());
        let len = zstd::bulk::Decompressor::upper_bound(&packed).unwrap_or(MOST_DOCUMENT);
        let json =
            zstd::bulk::decompress(&packed, len.min(MOST_DOCUMENT)).map_err(|e| broken(&e))?;
        let document: T = serde_json::from_slice(&json).map_err(|e| broken(&e))?;
        if id_of(&document) != id {
            return Err(broken(&"it goes by another id"));
        }
        Ok(document)
    }

    pub(super) fn tokens(&self, blob: Blob, id: &str) -> Result<Vec<u32>> {
        let bytes = self.bytes(blob, &format!("the tokens of `{id}`"))?;
        Ok(bytes
            .chunks_exact(4)
            .map(|b| u32::from_le_bytes(b.try_into().unwrap_or_default()))
            .collect())
    }

    /// Reads all of it, with `texts` or without; what is not as it was written.
    pub(super) fn verify(&self, texts: bool, agencies: &Agencies) -> Result<()> {
        for table in self.tables() {
            for block in table.blocks(&self.file) {
                block?;
            }
        }
        for row in self.rows()?.iter() {
            if texts {
                self.document(row.document, &row.id)?;
                self.tokens(row.tokens, &row.id)?;
            } else {
                self.article([row.document, row.tokens], &row.id, agencies)?;
            }
        }
        self.joins().map(|_| ())
    }
}

fn document_of(id: &str) -> String {
    format!("the document `{id}`")
}

impl Blob {
    /// That of an article which is in no segment.
    pub(super) const NONE: Self = Self {
        at: 0,
        len: 0,
        sum: 0,
    };

    /// How many tokens it holds.
    pub(super) fn count(self) -> usize {
        self.len as usize / size_of::<u32>()
    }
}

/// Puts samples in order, as the tables of a segment have them.
pub(super) fn sort(samples: &mut Samples) {
    use rayon::prelude::*;
    for postings in [&mut samples.seeds, &mut samples.bands, &mut samples.lines] {
        postings.par_sort_unstable();
    }
}
