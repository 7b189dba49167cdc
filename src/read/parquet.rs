//! Parquet: each row an article, its columns by name; only the columns that are asked for are read.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use ::bytes::Bytes;
use ::parquet::{
    errors::Result as ParquetResult,
    file::reader::{ChunkReader, FileReader, Length, SerializedFileReader},
    record::{Field, Row, reader::RowIter},
    schema::types::Type,
};
use rayon::prelude::*;
use serde_json::Value;

use super::{
    One, RecordError,
    batch::in_batches,
    contents::Take,
    csv::no_texts,
    record::{Plan, article_of_values},
    walk::Found,
};
use crate::error::{ErrorKind, describe_io};

/// Row groups of at most so many bytes, unpacked, are read side by side.
const SIDE_BY_SIDE: i64 = 64 << 20;

/// Reads a whole file.
pub(super) fn read(file: File, found: &Found, plan: &Plan, take: &mut Take<'_>) -> ControlFlow<()> {
    let fail = |message: String| -> One {
        let message = format!("cannot be read as Parquet: {message}");
        RecordError::new(&found.path, None, ErrorKind::Format, message).into()
    };
    // The crate asserts what a broken file may not keep.
    let opened = catch_unwind(AssertUnwindSafe(|| Table::open(file, plan)));
    let table = match opened {
        Ok(Ok(table)) => table,
        Ok(Err(message)) => return take(vec![fail(message)]),
        Err(_) => return take(vec![fail("it is broken".into())]),
    };
    if !table
        .wanted
        .get_fields()
        .iter()
        .any(|f| f.name() == plan.text_name())
    {
        return take(vec![no_texts(found, plan).into()]);
    }
    let mut first = 1u64;
    let groups: Vec<(usize, u64, i64)> = (0..table.reader.num_row_groups())
        .map(|g| {
            let group = table.reader.metadata().row_group(g);
            let at = first;
            first = first.saturating_add(u64::try_from(group.num_rows()).unwrap_or(0));
            (g, at, group.total_byte_size())
        })
        .collect();
    for wave in groups.chunk_by(|x, y| x.2 <= SIDE_BY_SIDE && y.2 <= SIDE_BY_SIDE) {
        for side_by_side in wave.chunks(rayon::current_num_threads()) {
            if let [(g, at, size)] = side_by_side
                && *size > SIDE_BY_SIDE
            {
                read_group(&table, *g, *at, found, plan, &fail, take)?;
                continue;
            }
            let read: Vec<Vec<One>> = side_by_side
                .par_iter()
                .map(|(g, at, _)| {
                    let mut ones = Vec::new();
                    let _ = read_group(&table, *g, *at, found, plan, &fail, &mut |batch| {
                        ones.extend(batch);
                        ControlFlow::Continue(())
                    });
                    ones
                })
                .collect();
            take(read.into_iter().flatten().collect())?;
        }
    }
    ControlFlow::Continue(())
}

/// A file read by place. Threads that read row groups of one file side by side share it, and would share its position.
pub(super) struct Positioned {
    file: Arc<File>,
    length: u64,
}

impl Positioned {
    pub(super) fn new(file: File) -> io::Result<Self> {
        Ok(Self {
            length: file.metadata()?.len(),
            file: Arc::new(file),
        })
    }
}

impl Length for Positioned {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Positioned {
    type T = BufReader<Onward>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(BufReader::new(Onward {
            file: Arc::clone(&self.file),
            at: start,
        }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        // What the file says of its lengths is believed as far as it goes.
        let room = self.length.saturating_sub(start);
        let mut out = Vec::with_capacity(length.min(usize::try_from(room).unwrap_or(usize::MAX)));
        self.get_read(start)?
            .take(length as u64)
            .read_to_end(&mut out)?;
        if out.len() < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(out.into())
    }
}

/// Reads on from a place.
pub(super) struct Onward {
    file: Arc<File>,
    at: u64,
}

impl Read for Onward {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let n = std::os::unix::fs::FileExt::read_at(&*self.file, out, self.at)?;
        #[cfg(windows)]
        let n = std::os::windows::fs::FileExt::seek_read(&*self.file, out, self.at)?;
        // Else what skips a list would skip it behind the end, for as many items as the list says it has.
        if n == 0 && !out.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += n as u64;
        Ok(n)
    }
}

struct Table {
    reader: SerializedFileReader<Positioned>,
    wanted: Type,
}

impl Table {
    fn open(file: File, plan: &Plan) -> Result<Self, String> {
        let reader = SerializedFileReader::new(Positioned::new(file).map_err(|e| describe_io(&e))?)
            .map_err(|e| e.to_string())?;
        let schema = reader.metadata().file_metadata().schema();
        let wanted: Vec<Arc<Type>> = schema
            .get_fields()
            .iter()
            .filter(|field| plan.wants(field.name()))
            .cloned()
            .collect();
        let wanted = Type::group_type_builder(schema.name())
            .with_fields(wanted)
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Self { reader, wanted })
    }
}

/// Reads one row group, its first row being number `first` of the file.
fn read_group(
    table: &Table,
    group: usize,
    first: u64,
    found: &Found,
    plan: &Plan,
    fail: &(dyn Fn(String) -> One + Sync),
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let mut number = first;
    let opened = catch_unwind(AssertUnwindSafe(|| table.reader.get_row_group(group)));
    let group = match opened {
        Ok(Ok(group)) => group,
        Ok(Err(e)) => return take(vec![fail(e.to_string())]),
        Err(_) => return take(vec![fail("it is broken".into())]),
    };
    let rows = catch_unwind(AssertUnwindSafe(|| {
        RowIter::from_row_group(Some(table.wanted.clone()), &*group)
    }));
    let mut rows = match rows {
        Ok(Ok(rows)) => Some(rows),
        Ok(Err(e)) => return take(vec![fail(e.to_string())]),
        Err(_) => return take(vec![fail("it is broken".into())]),
    };
    let pull = || {
        let row = catch_unwind(AssertUnwindSafe(|| rows.as_mut()?.next()));
        let row: Result<Row, String> = match row {
            Ok(next) => next?.map_err(|e| e.to_string()),
            Err(_) => Err("it is broken".into()),
        };
        if row.is_err() {
            rows = None;
        }
        let at = number;
        number += 1;
        let size = row.as_ref().map_or(0, size_of_row);
        Some(((at, row), size))
    };
    let parse = |(at, row): (u64, Result<Row, String>)| match row {
        Ok(row) => vec![article(row, at, found, plan)],
        Err(message) => vec![fail(message)],
    };
    in_batches(pull, parse, take)
}

fn article(row: Row, number: u64, found: &Found, plan: &Plan) -> One {
    if size_of_row(&row) as u64 > plan.limit {
        return RecordError::too_long(&found.path, Some(number), plan.limit).into();
    }
    let columns = row.into_columns().into_iter();
    let values = columns.map(|(name, field)| (name, value(field)));
    One {
        outcome: article_of_values(values, number, &found.path, plan),
        decoding_errors: 0,
    }
}

fn value(field: Field) -> Value {
    match field {
        Field::Str(text) => Value::String(text),
        // Strings without the mark of one, as some writers leave them.
        Field::Bytes(bytes) => Value::String(String::from_utf8_lossy(bytes.data()).into_owned()),
        other => other.to_json_value(),
    }
}

fn size_of_row(row: &Row) -> usize {
    row.get_column_iter()
        .map(|(_, field)| match field {
            Field::Str(text) => text.len(),
            Field::Bytes(bytes) => bytes.len(),
            _ => size_of::<Field>(),
        })
        .sum()
}
