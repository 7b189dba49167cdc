//! From an open file to what it gives, whatever its format: the only place that knows all readers.

use std::{
    fs::File,
    io::{self, BufRead, Cursor, Read},
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    Format, Input, One, ReadOptions, RecordError, json, jsonl, plain,
    record::Plan,
    sniff::{self, Kind, Opened},
    unpack::{Counted, Packing, buffered},
    walk::Found,
};
use crate::error::ErrorKind;

/// What takes the articles, and says whether it wants more.
pub(super) type Take<'t> = dyn FnMut(Vec<One>) -> ControlFlow<()> + 't;

/// How many layers a file may be packed in: an archive that is packed, of files that are.
const MOST_LAYERS: u32 = 3;

/// Where in its packings a file lies.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Depth {
    pub(super) layers: u32,
    pub(super) in_archive: bool,
}

/// Reads a file.
pub(super) fn read(
    found: &Found,
    plan: &Plan,
    progress: &(dyn Fn(u64) + Sync),
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let counted = Arc::new(AtomicU64::new(0));
    let opened = match open(found, plan, Arc::clone(&counted)) {
        Ok(opened) => opened,
        Err(error) => return take(vec![error.into()]),
    };
    let end = read_opened(opened, found, plan, Depth::default(), &mut |ones| {
        progress(counted.swap(0, Ordering::Relaxed));
        take(ones)
    });
    progress(counted.swap(0, Ordering::Relaxed));
    end
}

/// Opens a file and settles what it is; `counted` is told of what is read.
pub(super) fn open(
    found: &Found,
    plan: &Plan,
    counted: Arc<AtomicU64>,
) -> Result<Opened, RecordError> {
    let reader: Box<dyn Read + Send> = if found.stdin {
        Box::new(Counted(io::stdin(), counted))
    } else {
        match File::open(&found.open) {
            Ok(file) => Box::new(Counted(file, counted)),
            Err(error) => {
                let named = found.named;
                return Err(RecordError::io(
                    &found.path,
                    "cannot be opened",
                    &error,
                    named,
                ));
            }
        }
    };
    sniff::settle(reader, found, plan)
}

/// Reads what `reader` gives, which goes by the name of `found`.
pub(super) fn contents(
    reader: Box<dyn Read + Send>,
    found: &Found,
    plan: &Plan,
    depth: Depth,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    match sniff::settle(reader, found, plan) {
        Ok(opened) => read_opened(opened, found, plan, depth, take),
        Err(error) => take(vec![error.into()]),
    }
}

/// Reads what was opened.
pub(super) fn read_opened(
    opened: Opened,
    found: &Found,
    plan: &Plan,
    depth: Depth,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let body = opened.body;
    match opened.kind {
        Kind::Packed(packing) => packed(packing, body, found, plan, depth, take),
        Kind::Tar | Kind::Zip if depth.in_archive => take(vec![
            fault(found, "is an archive in an archive, which is not read").into(),
        ]),
        Kind::Tar => tar(body, found, plan, depth, take),
        Kind::Zip => zip(body, found, plan, depth, take),
        Kind::Is(Format::Plain) => take(vec![plain::read_plain(body, found, plan.limit)]),
        Kind::Is(Format::Jsonl) => jsonl::read_blocks(body, found, plan, take),
        Kind::Is(Format::Json) => json::read(body, found, plan, take),
        Kind::Is(format) => by_feature(format, body, found, plan, take),
    }
}

/// Formats that a build may leave out.
#[cfg_attr(
    not(any(feature = "tables", feature = "web")),
    expect(unused_variables, reason = "nobody takes the body")
)]
fn by_feature(
    format: Format,
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    match format {
        #[cfg(feature = "web")]
        Format::Html => whole(body, found, plan, take, |bytes| {
            let entry = super::page::entry(bytes, None);
            vec![super::item::one(entry, found, None)]
        }),
        #[cfg(feature = "web")]
        Format::Feed => whole(body, found, plan, take, |bytes| {
            entries(super::feed::entries(&bytes), true, found)
        }),
        #[cfg(feature = "web")]
        Format::Wire => whole(body, found, plan, take, |bytes| {
            entries(super::wire::entries(&bytes), false, found)
        }),
        #[cfg(feature = "web")]
        Format::Warc => super::warc::read(body, found, plan, take),
        #[cfg(feature = "tables")]
        Format::Csv => super::csv::read(body, found, plan, take),
        #[cfg(feature = "tables")]
        Format::Parquet => match as_file(body, found) {
            Ok(file) => super::parquet::read(file, found, plan, take),
            Err(error) => take(vec![sniff::cannot_read(found, &error).into()]),
        },
        _ if found.named => take(vec![
            fault(found, "is of a format that this build does not read").into(),
        ]),
        _ => take(vec![
            RecordError::other(&found.path, found.extension()).into(),
        ]),
    }
}

/// What the entries of a file give; those of a list are numbered even where there is one.
#[cfg(feature = "web")]
fn entries(
    entries: Result<Vec<super::item::Entry>, super::item::Fault>,
    is_list: bool,
    found: &Found,
) -> Vec<One> {
    match entries {
        Ok(entries) => {
            let is_list = is_list || entries.len() > 1;
            (1u64..)
                .zip(entries)
                .map(|(n, entry)| super::item::one(entry, found, is_list.then_some(n)))
                .collect()
        }
        Err(fault) => vec![RecordError::new(&found.path, None, fault.kind, fault.message).into()],
    }
}

pub(super) fn fault(found: &Found, message: &str) -> RecordError {
    RecordError::new(&found.path, None, ErrorKind::Format, message)
}

fn packed(
    packing: Packing,
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    depth: Depth,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    if depth.layers == MOST_LAYERS {
        return take(vec![fault(found, "is packed too many times over").into()]);
    }
    let inside = Depth {
        layers: depth.layers + 1,
        ..depth
    };
    match packing.unpack(body) {
        Ok(body) => contents(body, &found.unpacked(), plan, inside, take),
        Err(error) => take(vec![sniff::cannot_read(found, &error).into()]),
    }
}

#[cfg(feature = "packed")]
fn tar(
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    depth: Depth,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    super::archive::read_tar(body, found, plan, depth, take)
}

#[cfg(feature = "packed")]
fn zip(
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    depth: Depth,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    match as_file(body, found) {
        Ok(file) => super::archive::read_zip(file, found, plan, depth, take),
        Err(error) => take(vec![sniff::cannot_read(found, &error).into()]),
    }
}

#[cfg(not(feature = "packed"))]
fn tar(
    _: Box<dyn BufRead + Send>,
    found: &Found,
    _: &Plan,
    _: Depth,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    take(vec![
        fault(found, "is an archive, which this build does not read").into(),
    ])
}

#[cfg(not(feature = "packed"))]
use tar as zip;

/// A file to seek in: the one that was opened, or a temporary one where it came packed or through a pipe.
#[cfg(any(feature = "packed", feature = "tables"))]
fn as_file(mut body: Box<dyn BufRead + Send>, found: &Found) -> io::Result<File> {
    if found.is_file() {
        return File::open(&found.open);
    }
    let mut file = tempfile::tempfile()?;
    io::copy(&mut body, &mut file)?;
    io::Seek::rewind(&mut file)?;
    Ok(file)
}

/// All of a file in memory, up to the limit.
#[cfg(feature = "web")]
fn whole(
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    take: &mut Take<'_>,
    parse: impl FnOnce(Vec<u8>) -> Vec<One>,
) -> ControlFlow<()> {
    let mut bytes = Vec::new();
    if let Err(error) = body.take(plan.limit + 1).read_to_end(&mut bytes) {
        return take(vec![sniff::cannot_read(found, &error).into()]);
    }
    if bytes.len() as u64 > plan.limit {
        return take(vec![
            RecordError::too_long(&found.path, None, plan.limit).into(),
        ]);
    }
    take(parse(bytes))
}

/// Reads what is in memory as a file of the name `path`: of whatever format and packing its content and the name tell.
#[must_use]
pub fn read_named_bytes(bytes: Vec<u8>, path: &str, options: &ReadOptions) -> Input {
    let found = Found {
        format: options.input_format,
        ..Found::in_memory(path, bytes.len() as u64)
    };
    let mut input = Input::default();
    input.extend(read_bytes(
        bytes,
        &found,
        &Plan::new(options),
        Depth::default(),
    ));
    input
}

/// Reads what is in memory.
pub(super) fn read_bytes(bytes: Vec<u8>, found: &Found, plan: &Plan, depth: Depth) -> Vec<One> {
    let mut out = Vec::new();
    let _ = contents(
        Box::new(Cursor::new(bytes)),
        found,
        plan,
        depth,
        &mut |ones| {
            out.extend(ones);
            ControlFlow::Continue(())
        },
    );
    out
}

/// As [`buffered`], for what was sniffed at.
pub(super) fn again(head: Vec<u8>, rest: Box<dyn Read + Send>) -> Box<dyn BufRead + Send> {
    Box::new(Cursor::new(head).chain(buffered(rest)))
}
