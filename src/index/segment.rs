//! A segment: some articles and the samples of them, in one file that never changes.
//!
//! ```text
//! magic | documents | tokens | rows | joins | seeds, bands, lines (tables) | footer | length and checksum of the footer, magic
//! ```

use std::{ops::Range, path::Path};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    file::{Reader, Writer, checksum, is_sum},
    kept::Kept,
    packed::Unpacker,
    row::{Blob, ROW, Row, Rows},
    table::{self, Table},
    tokens,
};
use crate::{
    detector::{Article, Samples},
    document::Document,
    error::Result,
    recognise::Agencies,
};

const MAGIC: &[u8; 8] = b"ctseg001";
const OTHERWISE: &str = "its bytes are not those that were written";
/// Bytes at the end: length and checksum of the footer, and the magic.
const END: u64 = 24;

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
    articles: u32,
    rows: Vec<u8>,
}

impl Builder {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let mut out = Writer::create(path)?;
        out.write(MAGIC)?;
        Ok(Self {
            out,
            articles: 0,
            rows: Vec::new(),
        })
    }

    /// Makes room for the rows of other segments: grown as they come, they would take twice as much.
    pub(super) fn reserve(&mut self, others: &[&Segment]) {
        let bytes = others.iter().map(|s| s.rows_len()).sum();
        self.rows.reserve_exact(bytes);
    }

    fn push(&mut self, row: &Row) {
        self.rows.extend(row.to_bytes());
        self.articles += 1;
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

    /// Adds an article, packed by [`pack`](super::packed::pack).
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
            tokens: self.blob(&tokens::to_bytes(&article.hashes))?,
            id: article.document.id.clone(),
        };
        self.push(&row);
        Ok(())
    }

    /// Adds an article of another segment.
    pub(super) fn copy(&mut self, from: &Segment, row: &Row) -> Result<()> {
        let row = Row {
            document: self.blob(&from.bytes(row.document, "a document")?)?,
            tokens: self.blob(&from.bytes(row.tokens, "the tokens of an article")?)?,
            ..row.clone()
        };
        self.push(&row);
        Ok(())
    }

    /// Ends it with the postings of the three tables, each in order and of a known number at most; how many articles it has.
    pub(super) fn finish(
        mut self,
        postings: [(u64, &mut dyn Iterator<Item = Result<u128>>); 3],
        joins: &[(u32, u32)],
    ) -> Result<u32> {
        let out = &mut self.out;
        // The rows first: the tables take much memory to write.
        let rows = std::mem::take(&mut self.rows);
        let joined: Vec<u8> = joins
            .iter()
            .flat_map(|(x, y)| [x.to_le_bytes(), y.to_le_bytes()].concat())
            .collect();
        let (rows_at, rows_sum, joins_sum) = (out.at(), checksum(&rows), checksum(&joined));
        let joins_at = rows_at + rows.len() as u64;
        out.write(&rows)?;
        out.write(&joined)?;
        drop((rows, joined));
        let end = out.at();
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
        let footer = Footer {
            articles: self.articles,
            seeds: tables[0],
            bands: tables[1],
            lines: tables[2],
            rows: rows_at,
            joins: joins_at,
            end,
            rows_sum,
            joins_sum,
            table_ends: ends,
        };
        let footer = serde_json::to_vec(&footer).unwrap_or_default();
        out.write(&footer)?;
        out.write(&(footer.len() as u64).to_le_bytes())?;
        out.write(&checksum(&footer).to_le_bytes())?;
        out.write(MAGIC)?;
        self.out.finish()?;
        Ok(self.articles)
    }
}

/// When an article was published, Unix time.
pub(super) fn published(document: &Document) -> Option<i64> {
    document.meta.published.as_ref().and_then(|p| p.seconds)
}

/// A segment that is read.
#[derive(Debug)]
pub(super) struct Segment {
    file: Reader,
    unpacker: Unpacker,
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
            unpacker: Unpacker::default(),
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

    fn rows_len(&self) -> usize {
        self.footer.joins.saturating_sub(self.footer.rows) as usize
    }

    /// What it has of each article, by number.
    pub(super) fn rows(&self) -> Result<Rows<'_>> {
        let (f, len) = (&self.footer, self.rows_len());
        self.file.check(f.rows, len, f.rows_sum, "the rows")?;
        Ok(Rows::new(&self.file, f.rows, len, f.articles))
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
        if !self.holds(blob) {
            return Err(self.file.broken(what, "it ends too early"));
        }
        let mut out = vec![0; blob.len as usize];
        self.file.read(blob.at, &mut out)?;
        if !is_sum(checksum(&out) as u32, blob.sum) {
            return Err(self.file.broken(what, OTHERWISE));
        }
        Ok(out)
    }

    fn holds(&self, blob: Blob) -> bool {
        let end = blob.at.checked_add(u64::from(blob.len));
        end.is_some_and(|end| end <= self.file.len())
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
        let broken = |why: &str| self.file.broken(&document_of(id), why);
        let packed = self.bytes(blob, &document_of(id))?;
        let document: T = self.unpacker.unpack(&packed).map_err(|e| broken(&e))?;
        if id_of(&document) != id {
            return Err(broken("it goes by another id"));
        }
        Ok(document)
    }

    pub(super) fn tokens(&self, blob: Blob, id: &str) -> Result<Vec<u32>> {
        self.some_tokens(blob, 0..blob.count(), id)
    }

    /// Some of the tokens of an article, by place.
    pub(super) fn some_tokens(&self, blob: Blob, some: Range<usize>, id: &str) -> Result<Vec<u32>> {
        let broken = |why| self.file.broken(&format!("the tokens of `{id}`"), why);
        if !self.holds(blob) {
            return Err(broken("they end too early"));
        }
        let (place, skip) = tokens::pieces(&some, blob.len as usize);
        let mut stored = vec![0u32; place.len() / size_of::<u32>()];
        let at = blob.at + place.start as u64;
        self.file.read(at, bytemuck::cast_slice_mut(&mut stored))?;
        let mut tokens = tokens::of(&stored).ok_or_else(|| broken(OTHERWISE))?;
        tokens.drain(..skip.min(tokens.len()));
        tokens.truncate(some.len());
        Ok(tokens)
    }

    /// Reads all of it, with `texts` or without; what is not as it was written.
    pub(super) fn verify(&self, texts: bool, agencies: &Agencies) -> Result<()> {
        for table in self.tables() {
            for block in table.blocks(&self.file) {
                block?;
            }
        }
        for row in self.rows()? {
            let row = row?;
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

/// Puts samples in order, as the tables of a segment have them.
pub(super) fn sort(samples: &mut Samples) {
    use rayon::prelude::*;
    for postings in [&mut samples.seeds, &mut samples.bands, &mut samples.lines] {
        postings.par_sort_unstable();
    }
}
