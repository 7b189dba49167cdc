//! Parquet without some of its rows: the same schema, columns and row groups, packed as they were. Columns are copied by their
//! levels, so that nested ones are as good as others; groups that nothing changes in are copied as they stand.

use std::{
    fs::File,
    io,
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use ::parquet::{
    column::{
        reader::{ColumnReader, ColumnReaderImpl},
        writer::ColumnCloseResult,
    },
    data_type::{ByteArray, ByteArrayType, DataType},
    errors::ParquetError,
    file::{
        metadata::{ParquetMetaData, RowGroupMetaData},
        properties::{WriterProperties, WriterVersion},
        reader::{FileReader, RowGroupReader, SerializedFileReader},
        writer::{SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter},
    },
};

use super::{Change, Changes, Fault, Out, TextCut, Uncut};
use crate::read::{parquet::Positioned, record::Plan};

/// Rows of a column that are copied at a time.
const ROWS: usize = 4096;

/// Writes the rows that stay.
pub(super) fn rewrite(
    file: File,
    plan: &Plan,
    changes: &Changes,
    out: &mut Out<'_>,
) -> Result<Uncut, Fault> {
    // The crate asserts what a broken file may not keep.
    let copied = catch_unwind(AssertUnwindSafe(|| copy(file, plan, changes, out)));
    match copied {
        Ok(Ok(uncut)) => Ok(uncut),
        Ok(Err(ParquetError::External(e))) => match e.downcast::<io::Error>() {
            // What is read of the file goes through the same calls; most likely there is no room.
            Ok(e) => Err(Fault::Write(*e)),
            Err(e) => Err(Fault::Format(format!("is broken: {e}"))),
        },
        Ok(Err(e)) => Err(Fault::Format(format!("is broken: {e}"))),
        Err(_) => Err(Fault::Format("is broken".into())),
    }
}

fn copy(
    file: File,
    plan: &Plan,
    changes: &Changes,
    out: &mut Out<'_>,
) -> Result<Uncut, ParquetError> {
    let whole = Positioned::new(file.try_clone()?)?;
    let reader = SerializedFileReader::new(Positioned::new(file)?)?;
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr().root_schema_ptr();
    let properties = Arc::new(properties(metadata));
    let mut writer = SerializedFileWriter::new(out, schema, properties)?;
    let mut uncut = Uncut::new();
    let mut first = 1u64;
    for g in 0..reader.num_row_groups() {
        let group = metadata.row_group(g);
        let rows = u64::try_from(group.num_rows()).unwrap_or(0);
        let rows = first..first.saturating_add(rows);
        first = rows.end;
        let kept = rows
            .clone()
            .filter(|r| !matches!(changes.of(*r), Change::Remove));
        let (kept, all) = (kept.count() as u64, rows.end - rows.start);
        if kept == 0 && all > 0 {
            continue;
        }
        let is_cut = rows
            .clone()
            .any(|r| matches!(changes.of(r), Change::Cut(_)));
        let mut to = writer.next_row_group()?;
        if kept == all && !is_cut {
            splice(&whole, group, &mut to)?;
        } else {
            let from = reader.get_row_group(g)?;
            let rows = Rows {
                first: rows.start,
                changes,
                text: plan.text_name(),
            };
            rows.copy(&*from, &mut to, &mut uncut)?;
        }
        to.close()?;
    }
    writer.close()?;
    uncut.sort_unstable();
    uncut.dedup();
    Ok(uncut)
}

/// Settings that write a file as it was written, as far as it tells.
fn properties(metadata: &ParquetMetaData) -> WriterProperties {
    let file = metadata.file_metadata();
    let version = match file.version() {
        2.. => WriterVersion::PARQUET_2_0,
        _ => WriterVersion::PARQUET_1_0,
    };
    let mut out = WriterProperties::builder()
        .set_writer_version(version)
        .set_key_value_metadata(file.key_value_metadata().cloned())
        .set_max_row_group_row_count(None);
    if let Some(group) = metadata.row_groups().first() {
        out = out.set_sorting_columns(group.sorting_columns().cloned());
        for c in group.columns() {
            let path = c.column_path().clone();
            let has_dictionary = c.dictionary_page_offset().is_some();
            let has_bloom = c.bloom_filter_offset().is_some();
            out = out
                .set_column_compression(path.clone(), c.compression())
                .set_column_dictionary_enabled(path.clone(), has_dictionary)
                .set_column_bloom_filter_enabled(path, has_bloom);
        }
    }
    out.build()
}

/// Copies a row group as it stands.
fn splice<W: Write + Send>(
    whole: &Positioned,
    group: &RowGroupMetaData,
    to: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<(), ParquetError> {
    for c in group.columns() {
        let close = ColumnCloseResult {
            bytes_written: u64::try_from(c.compressed_size()).unwrap_or(0),
            rows_written: u64::try_from(group.num_rows()).unwrap_or(0),
            metadata: c.clone(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        to.append_column(whole, close)?;
    }
    Ok(())
}

/// How a text is cut, and which rows it could not be in.
type Cutting<'c, T> = (
    fn(&TextCut, &<T as DataType>::T) -> Option<<T as DataType>::T>,
    &'c mut Uncut,
);

/// The rows of a group, and what becomes of them.
struct Rows<'r> {
    first: u64,
    changes: &'r Changes,
    text: &'r str,
}

impl Rows<'_> {
    fn copy<W: Write + Send>(
        &self,
        from: &dyn RowGroupReader,
        to: &mut SerializedRowGroupWriter<'_, W>,
        uncut: &mut Uncut,
    ) -> Result<(), ParquetError> {
        for c in 0..from.num_columns() {
            let Some(mut to) = to.next_column()? else {
                return Err(ParquetError::General("a column is missing".into()));
            };
            match from.get_column_reader(c)? {
                ColumnReader::BoolColumnReader(r) => self.column(r, &mut to, None)?,
                ColumnReader::Int32ColumnReader(r) => self.column(r, &mut to, None)?,
                ColumnReader::Int64ColumnReader(r) => self.column(r, &mut to, None)?,
                ColumnReader::Int96ColumnReader(r) => self.column(r, &mut to, None)?,
                ColumnReader::FloatColumnReader(r) => self.column(r, &mut to, None)?,
                ColumnReader::DoubleColumnReader(r) => self.column(r, &mut to, None)?,
                ColumnReader::FixedLenByteArrayColumnReader(r) => self.column(r, &mut to, None)?,
                ColumnReader::ByteArrayColumnReader(r) => {
                    let path = from.metadata().column(c).column_path().parts();
                    let is_text = path.len() == 1 && path.iter().all(|p| p == self.text);
                    let cutting: Option<Cutting<'_, ByteArrayType>> = if is_text {
                        Some((cut, &mut *uncut))
                    } else {
                        None
                    };
                    self.column(r, &mut to, cutting)?;
                }
            }
            to.close()?;
        }
        Ok(())
    }

    /// Copies a column, with its texts cut if `cutting`.
    fn column<T: DataType>(
        &self,
        mut from: ColumnReaderImpl<T>,
        to: &mut SerializedColumnWriter<'_>,
        mut cutting: Option<Cutting<'_, T>>,
    ) -> Result<(), ParquetError> {
        let to = to.typed::<T>();
        let (most_def, most_rep) = {
            let d = to.get_descriptor();
            (d.max_def_level(), d.max_rep_level())
        };
        let mut row = self.first;
        let (mut def, mut rep, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let (mut def_out, mut rep_out, mut out) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            values.clear();
            out.clear();
            for levels in [&mut def, &mut rep, &mut def_out, &mut rep_out] {
                levels.clear();
            }
            let (records, _, levels) =
                from.read_records(ROWS, Some(&mut def), Some(&mut rep), &mut values)?;
            if records == 0 && levels == 0 {
                return Ok(());
            }
            let mut values = values.drain(..);
            let mut change = Change::Keep;
            for i in 0..levels.max(records) {
                // A level of repetition of 0 begins a row.
                if most_rep == 0 || rep.get(i) == Some(&0) {
                    change = self.changes.of(row);
                    row += 1;
                }
                let level = def.get(i).copied().unwrap_or(most_def);
                let value = if level == most_def {
                    values.next()
                } else {
                    None
                };
                let value = match (&change, value, &mut cutting) {
                    (Change::Remove, ..) => continue,
                    (Change::Cut(c), Some(v), Some((cut, uncut))) => {
                        Some(cut(c, &v).unwrap_or_else(|| {
                            uncut.push(Some(row - 1));
                            v
                        }))
                    }
                    (_, value, _) => value,
                };
                def_out.push(level);
                rep_out.extend(rep.get(i));
                out.extend(value);
            }
            if !def_out.is_empty() {
                let def = (most_def > 0).then_some(&def_out[..]);
                let rep = (most_rep > 0).then_some(&rep_out[..]);
                to.write_batch(&out, def, rep)?;
            }
        }
    }
}

fn cut(cut: &TextCut, value: &ByteArray) -> Option<ByteArray> {
    let left = cut.apply(&String::from_utf8_lossy(value.data()))?;
    Some(left.into_bytes().into())
}
