//! From an open file to what it gives, whatever its format: the only place that knows all readers.

use std::{
    fs::File,
    io::{self, BufRead, Cursor, Read, Seek},
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    Format, Input, One, ReadOptions, RecordError,
    batch::in_batches,
    json::Elements,
    jsonl,
    lines::Next,
    plain,
    record::{Plan, read_record},
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
        Kind::Is(Format::Json) => json(body, found, plan, take),
        Kind::Is(format) => by_feature(format, body, found, plan, take),
    }
}

/// Formats that a build may leave out.
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
        Format::Warc => web_archive(body, found, plan, take),
        #[cfg(feature = "tables")]
        Format::Csv => table(body, found, plan, take),
        #[cfg(feature = "tables")]
        Format::Parquet => match as_file(body, found) {
            Ok(file) => super::parquet::read(file, found, plan, take),
            Err(error) => take(vec![sniff::cannot_read(found, &error).into()]),
        },
        _ => take(vec![
            fault(found, "is of a format that this build does not read").into(),
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
    file.rewind()?;
    Ok(file)
}

/// A table without a column of texts: an error where it was named, else passed over.
#[cfg(feature = "tables")]
pub(super) fn no_texts(found: &Found, message: String) -> RecordError {
    if found.named {
        RecordError::new(&found.path, None, ErrorKind::Field, message)
    } else {
        RecordError::other(&found.path, found.extension())
    }
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

fn json(
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let mut elements = Elements::new(body, plan.limit);
    let mut ended = false;
    let pull = || {
        if ended {
            return None;
        }
        let mut record = Vec::new();
        let next = elements.next(&mut record);
        let number = elements.number();
        ended = !matches!(next, Ok(Next::Line | Next::TooLong));
        let size = record.len();
        match next {
            Ok(Next::Line) => Some((Ok((number, Some(record))), size)),
            Ok(Next::TooLong) => Some((Ok((number, None)), 0)),
            Ok(Next::End) => None,
            Err(error) => Some((Err(error), 0)),
        }
    };
    in_batches(
        pull,
        |next: io::Result<(u64, Option<Vec<u8>>)>| match next {
            Ok((number, Some(record))) => vec![read_record(&record, number, &found.path, plan)],
            Ok((number, None)) => {
                vec![RecordError::too_long(&found.path, Some(number), plan.limit).into()]
            }
            Err(error) => vec![sniff::cannot_read(found, &error).into()],
        },
        take,
    )
}

#[cfg(feature = "tables")]
fn table(
    mut body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    use super::{
        csv::{Row, Rows, delimiter},
        decode::decode,
        record::Columns,
    };
    let failed = |error: &io::Error| vec![sniff::cannot_read(found, error).into()];
    let first = match body.fill_buf() {
        Ok(head) => head.split(|b| *b == b'\n').next().unwrap_or_default(),
        Err(error) => return take(failed(&error)),
    };
    // One column alone needs nothing between.
    let delimiter = if found.extension_is(&["tsv", "tab"]) {
        b'\t'
    } else {
        delimiter(first).unwrap_or(b',')
    };
    let mut rows = Rows::new(body, delimiter, plan.limit);
    let mut names = Row::default();
    match rows.next(&mut names) {
        Ok(Next::Line) => {}
        Ok(Next::TooLong) => {
            return take(vec![
                RecordError::too_long(&found.path, Some(1), plan.limit).into(),
            ]);
        }
        Ok(Next::End) => return ControlFlow::Continue(()),
        Err(error) => return take(failed(&error)),
    }
    let names: Vec<String> = names
        .fields()
        .map(|f| {
            String::from_utf8_lossy(f)
                .trim_start_matches('\u{feff}')
                .to_owned()
        })
        .collect();
    let columns = Columns::new(plan, names.iter().map(|n| &**n));
    if let Some(message) = columns.without_text() {
        return take(vec![no_texts(found, message).into()]);
    }
    let mut ended = false;
    let pull = || {
        if ended {
            return None;
        }
        let mut row = Row::default();
        let next = rows.next(&mut row);
        let number = rows.number();
        ended = !matches!(next, Ok(Next::Line | Next::TooLong));
        let size = row.size();
        match next {
            Ok(Next::Line) => Some((Ok((number, Some(row))), size)),
            Ok(Next::TooLong) => Some((Ok((number, None)), 0)),
            Ok(Next::End) => None,
            Err(error) => Some((Err(error), 0)),
        }
    };
    let article = |number: u64, row: &Row| -> One {
        let fail =
            |kind, message| RecordError::new(&found.path, Some(number), kind, message).into();
        let given = row.fields().count();
        if given > names.len() {
            return fail(
                ErrorKind::Field,
                format!(
                    "the record has {given} fields, and there are {} columns",
                    names.len()
                ),
            );
        }
        let (mut values, mut decoding_errors) = (Vec::with_capacity(given), 0);
        for (i, field) in row.fields().enumerate() {
            if columns.is_idle(i) {
                values.push(serde_json::Value::Null);
                continue;
            }
            match decode(field) {
                Ok((text, bad)) => {
                    decoding_errors += bad;
                    values.push(serde_json::Value::String(text.into_owned()));
                }
                Err(error) => {
                    return fail(
                        ErrorKind::Encoding,
                        format!("column `{}` {}", names[i], error.message()),
                    );
                }
            }
        }
        One {
            outcome: columns.article(values.into_iter(), number, &found.path),
            decoding_errors,
        }
    };
    in_batches(
        pull,
        |next: io::Result<(u64, Option<Row>)>| match next {
            Ok((number, Some(row))) => vec![article(number, &row)],
            Ok((number, None)) => {
                vec![RecordError::too_long(&found.path, Some(number), plan.limit).into()]
            }
            Err(error) => vec![sniff::cannot_read(found, &error).into()],
        },
        take,
    )
}

#[cfg(feature = "web")]
fn web_archive(
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    use super::warc::{Next, Records};
    let mut records = Records::new(body, plan.limit);
    let mut ended = false;
    let pull = || {
        if ended {
            return None;
        }
        let next = records.next();
        ended = !matches!(
            next,
            Ok(Next::Record(_) | Next::TooLong(_) | Next::Broken(..))
        );
        let size = match &next {
            Ok(Next::End) => return None,
            Ok(Next::Record(record)) => record.block.len(),
            _ => 0,
        };
        Some((next, size))
    };
    let fail = |number, message: &str| -> Vec<One> {
        vec![RecordError::new(&found.path, Some(number), ErrorKind::Format, message).into()]
    };
    in_batches(
        pull,
        |next| match next {
            Ok(Next::Record(record)) => super::page::archived(record, found, plan.limit),
            Ok(Next::TooLong(number)) => {
                vec![RecordError::too_long(&found.path, Some(number), plan.limit).into()]
            }
            Ok(Next::Broken(number, what)) => fail(number, what),
            Ok(Next::End) => Vec::new(),
            Err(error) => vec![sniff::cannot_read(found, &error).into()],
        },
        take,
    )
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
