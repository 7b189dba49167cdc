//! Files written again without some of their records: what stays is copied as it stands in the file. Records are numbered by the
//! reader of each format, so that number and record cannot part.

#[cfg(feature = "tables")]
mod csv;
mod json;
mod jsonl;
#[cfg(feature = "packed")]
mod pack;
#[cfg(feature = "tables")]
mod parquet;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, Metadata},
    io::{self, BufRead, Read, Write},
    path::Path,
    sync::Arc,
    time::SystemTime,
};

use super::{
    Format, ReadOptions,
    contents::{self, Depth},
    decode::BOM,
    record::Plan,
    sniff::{self, Kind, Opened},
    unpack::Packing,
    walk::Found,
};
use crate::{
    error::{Error, ErrorKind, Result},
    hash,
    span::Span,
};

/// What is told where a file cannot be written again.
const ADVICE: &str = "--mask lists what to keep instead";

/// Bytes that are copied at a time.
const PIECE: usize = 256 << 10;

/// What becomes of the records of one file.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    removed: BTreeSet<Option<u64>>,
    cuts: BTreeMap<Option<u64>, TextCut>,
}

/// Stretches that are cut out of the text of a record.
#[derive(Clone, Debug)]
pub struct TextCut {
    /// Bytes of the text as read, ascending and apart.
    pub spans: Vec<Span>,
    /// SHA-256 of that text: a record whose text is found to be another stays as it is.
    pub text_sha256: [u8; 32],
}

impl Changes {
    /// Leaves a record out; without a number the file, which is one article.
    pub fn remove(&mut self, record: Option<u64>) {
        self.removed.insert(record);
    }

    /// Cuts stretches out of the text of a record.
    pub fn cut(&mut self, record: Option<u64>, cut: TextCut) {
        self.cuts.insert(record, cut);
    }

    /// Whether the file is one article that is left out.
    #[must_use]
    pub fn drops_file(&self) -> bool {
        self.removed.contains(&None)
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.cuts.is_empty()
    }

    fn of(&self, record: u64) -> Change<'_> {
        if self.removed.contains(&Some(record)) {
            return Change::Remove;
        }
        match self.cuts.get(&Some(record)) {
            Some(cut) => Change::Cut(cut),
            None => Change::Keep,
        }
    }
}

enum Change<'c> {
    Keep,
    Remove,
    Cut(&'c TextCut),
}

impl TextCut {
    /// What is left of a text; none where it is not the text that was read, or the spans are not of it.
    fn apply(&self, text: &str) -> Option<String> {
        if hash::sha256(text.as_bytes()) != self.text_sha256 {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for s in &self.spans {
            out.push_str(text.get(at..s.start as usize)?);
            at = s.end as usize;
        }
        out.push_str(text.get(at..)?);
        Some(out)
    }
}

/// What went wrong while a file was written again.
enum Fault {
    Read(io::Error),
    Write(io::Error),
    Format(String),
}

/// A way to write that threads may share.
type Out<'o> = dyn Write + Send + 'o;
/// Records whose text could not be cut.
type Uncut = Vec<Option<u64>>;

/// How the records of a file are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// It is one article, or none.
    One {
        is_text: bool,
    },
    Jsonl,
    Json,
    #[cfg(feature = "tables")]
    Csv,
    #[cfg(feature = "tables")]
    Parquet,
}

/// A file that can be written again without some of its records.
#[derive(Clone, Debug)]
pub struct Rewritable {
    found: Found,
    shape: Shape,
    packing: Option<Packing>,
    stamp: Stamp,
}

/// What tells whether a file was changed meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

impl Rewritable {
    /// Looks whether a file can be written again, with texts cut if `cutting`. Nothing is read of it but its beginning; of an
    /// item of an agency all.
    ///
    /// # Errors
    /// [`ErrorKind::Format`]: it cannot. [`ErrorKind::Io`]: it cannot be read.
    pub fn of(found: &Found, options: &ReadOptions, cutting: bool) -> Result<Self> {
        if found.stdin {
            return Err(refused("standard input", "is gone once it was read"));
        }
        let cannot = |e| Error::io(format_args!("cannot read `{}`", found.path), e);
        let metadata = fs::metadata(&found.open).map_err(cannot)?;
        if !metadata.is_file() {
            return Err(refused(&quoted(found), "is no regular file"));
        }
        let stamp = Stamp::of(&metadata);
        let plan = Plan::new(options);
        let mut packing = None;
        let opened = contents::open(found, &plan, Arc::default()).and_then(|o| match o.kind {
            Kind::Packed(p) => {
                packing = Some(p);
                let body = p.unpack(o.body);
                let body = body.map_err(|e| sniff::cannot_read(found, &e))?;
                sniff::settle(body, &found.unpacked(), &plan)
            }
            _ => Ok(o),
        });
        let shape = match opened {
            Ok(opened) => shape(found, &opened, options, packing)?,
            Err(e) if e.kind == ErrorKind::Io => return Err(Error::new(e.kind, e.to_string())),
            // What is no article is copied as it is.
            Err(_) => Shape::One { is_text: true },
        };
        if cutting && shape == (Shape::One { is_text: false }) {
            let why = "is a page or an item of an agency, of whose text nothing can be cut";
            return Err(refused(&quoted(found), why));
        }
        Ok(Self {
            found: found.clone(),
            shape,
            packing,
            stamp,
        })
    }

    /// The path that its articles go by.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.found.path
    }

    /// Where it lies.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.found.open
    }

    /// Writes it without what `changes` leave out, but for [`Changes::drops_file`], which is the caller's; returns the records
    /// whose text could not be cut. Bytes of what stays are those of the file; packed files are packed anew.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: it cannot be read, or `out` not be written to. [`ErrorKind::Format`]: it is broken, or was changed
    /// since it was found.
    pub fn write(
        &self,
        changes: &Changes,
        options: &ReadOptions,
        out: &mut Out<'_>,
    ) -> Result<Uncut> {
        self.check_unchanged()?;
        let written = if changes.is_empty() {
            self.copy(out).map(|()| Uncut::new())
        } else {
            self.change(changes, &Plan::new(options), out)
        };
        self.check_unchanged()?;
        let path = &self.found.path;
        written.map_err(|fault| match fault {
            Fault::Read(e) => Error::io(format_args!("cannot read `{path}`"), e),
            Fault::Write(e) => Error::io(format_args!("cannot write the copy of `{path}`"), e),
            Fault::Format(why) => refused(&quoted(&self.found), &why),
        })
    }

    fn check_unchanged(&self) -> Result<()> {
        let path = &self.found.path;
        let metadata = fs::metadata(&self.found.open);
        let metadata = metadata.map_err(|e| Error::io(format_args!("cannot read `{path}`"), e))?;
        if Stamp::of(&metadata) == self.stamp {
            return Ok(());
        }
        let message = format!("`{path}` was changed while it was read");
        Err(Error::new(ErrorKind::Format, message))
    }

    fn copy(&self, out: &mut Out<'_>) -> Result<(), Fault> {
        let mut file = File::open(&self.found.open).map_err(Fault::Read)?;
        let size = usize::try_from(self.stamp.length).unwrap_or(PIECE);
        let mut piece = vec![0; size.clamp(1, PIECE)];
        loop {
            let n = match file.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(Fault::Read(e)),
            };
            let read = piece.get(..n).unwrap_or_default();
            out.write_all(read).map_err(Fault::Write)?;
        }
    }

    fn change(&self, changes: &Changes, plan: &Plan, out: &mut Out<'_>) -> Result<Uncut, Fault> {
        #[cfg(feature = "tables")]
        if self.shape == Shape::Parquet {
            let file = File::open(&self.found.open).map_err(Fault::Read)?;
            return parquet::rewrite(file, plan, changes, out);
        }
        let fail = |e: super::RecordError| Fault::Format(e.message);
        let opened = contents::open(&self.found, plan, Arc::default()).map_err(fail)?;
        match self.packing {
            None => self.records(opened.body, &self.found, plan, changes, out),
            #[cfg(feature = "packed")]
            Some(packing) => {
                let body = packing.unpack(opened.body).map_err(Fault::Read)?;
                let found = self.found.unpacked();
                let opened = sniff::settle(body, &found, plan).map_err(fail)?;
                let mut packer = pack::Packer::new(packing, out).map_err(Fault::Write)?;
                let uncut = self.records(opened.body, &found, plan, changes, &mut packer)?;
                packer.finish().map_err(Fault::Write)?;
                Ok(uncut)
            }
            #[cfg(not(feature = "packed"))]
            Some(_) => Err(Fault::Format("is packed".into())),
        }
    }

    #[cfg_attr(
        not(feature = "tables"),
        expect(unused_variables, reason = "tables alone go by names")
    )]
    fn records(
        &self,
        body: Box<dyn BufRead + Send>,
        found: &Found,
        plan: &Plan,
        changes: &Changes,
        out: &mut Out<'_>,
    ) -> Result<Uncut, Fault> {
        match self.shape {
            Shape::One { .. } => one(body, changes, out),
            Shape::Jsonl => jsonl::rewrite(body, plan, changes, out),
            Shape::Json => json::rewrite(body, plan, changes, out),
            #[cfg(feature = "tables")]
            Shape::Csv => csv::rewrite(body, found, plan, changes, out),
            #[cfg(feature = "tables")]
            Shape::Parquet => Err(Fault::Format("is packed Parquet".into())),
        }
    }
}

fn quoted(found: &Found) -> String {
    format!("`{}`", found.path)
}

fn refused(what: &str, why: &str) -> Error {
    let message =
        format!("{what} cannot be written without some of its articles: it {why}; {ADVICE}");
    Error::new(ErrorKind::Format, message)
}

/// How the records of what was opened are told apart.
fn shape(
    found: &Found,
    opened: &Opened,
    options: &ReadOptions,
    packing: Option<Packing>,
) -> Result<Shape> {
    let refuse = |why: &str| Err(refused(&quoted(found), why));
    let is_one = Shape::One { is_text: false };
    let shape = match opened.kind {
        Kind::Packed(_) => return refuse("is packed twice over"),
        Kind::Tar | Kind::Zip => return refuse("is an archive"),
        Kind::Is(Format::Warc) => return refuse("is a web archive"),
        Kind::Is(Format::Feed) => return refuse("is a feed"),
        Kind::Is(Format::Wire) if is_list(found, options) => {
            return refuse("holds several items of an agency");
        }
        Kind::Is(Format::Wire | Format::Html) => is_one,
        Kind::Is(Format::Plain) => Shape::One { is_text: true },
        Kind::Is(Format::Jsonl) => Shape::Jsonl,
        Kind::Is(Format::Json) => Shape::Json,
        #[cfg(feature = "tables")]
        Kind::Is(Format::Csv) => Shape::Csv,
        #[cfg(feature = "tables")]
        Kind::Is(Format::Parquet) if packing.is_none() => Shape::Parquet,
        #[cfg(feature = "tables")]
        Kind::Is(Format::Parquet) => return refuse("is packed Parquet"),
        #[cfg(not(feature = "tables"))]
        Kind::Is(Format::Csv | Format::Parquet) => is_one,
    };
    let is_one = matches!(shape, Shape::One { .. });
    if opened.is_decoded && !is_one {
        return refuse("is not in UTF-8");
    }
    let _ = packing;
    Ok(shape)
}

/// Whether a file gives numbered articles.
fn is_list(found: &Found, options: &ReadOptions) -> bool {
    let (mut any, plan) = (false, Plan::new(options));
    let Ok(opened) = contents::open(found, &plan, Arc::default()) else {
        return false;
    };
    let _ = contents::read_opened(opened, found, &plan, Depth::default(), &mut |ones| {
        any |= ones.iter().any(|o| match &o.outcome {
            Ok(d) => d.record.is_some(),
            Err(e) => e.record.is_some(),
        });
        std::ops::ControlFlow::Continue(())
    });
    any
}

/// A file that is one article, with its text cut.
fn one(mut body: impl BufRead, changes: &Changes, out: &mut Out<'_>) -> Result<Uncut, Fault> {
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes).map_err(Fault::Read)?;
    let (mark, text) = match bytes.strip_prefix(BOM) {
        Some(text) => (BOM, text),
        None => (&[][..], &bytes[..]),
    };
    let Some(cut) = changes.cuts.get(&None) else {
        out.write_all(&bytes).map_err(Fault::Write)?;
        return Ok(Uncut::new());
    };
    let left = std::str::from_utf8(text).ok().and_then(|t| cut.apply(t));
    match &left {
        Some(left) => out
            .write_all(mark)
            .and_then(|()| out.write_all(left.as_bytes())),
        None => out.write_all(&bytes),
    }
    .map_err(Fault::Write)?;
    Ok(if left.is_none() {
        vec![None]
    } else {
        Uncut::new()
    })
}
