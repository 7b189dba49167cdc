//! Tables that programs read: rows of typed columns as comma-separated values, Parquet or JSON Lines, as the name of the file
//! says.

use std::{
    borrow::Cow,
    io::{self, Write},
    path::Path,
};

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated values (RFC 4180), a line of names first.
    Csv,
    /// Parquet.
    Parquet,
    /// One JSON object a line.
    Jsonl,
}

impl TableFormat {
    /// The format that the extension of a file stands for.
    ///
    /// # Errors
    /// [`ErrorKind::Format`]: it stands for none, or for one that this build does not write.
    pub fn of_name(path: &str) -> Result<Self> {
        let extension = Path::new(path).extension().and_then(|e| e.to_str());
        match extension.unwrap_or_default().to_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "jsonl" | "ndjson" => Ok(Self::Jsonl),
            "parquet" => Self::Parquet.check().map(|()| Self::Parquet),
            _ => Err(fault(
                path,
                "its name should end in .csv, .parquet or .jsonl",
            )),
        }
    }

    /// Whether this build writes it.
    ///
    /// # Errors
    /// [`ErrorKind::Format`]: it does not.
    pub fn check(self) -> Result<()> {
        if self == Self::Parquet && !cfg!(feature = "tables") {
            return Err(Error::new(
                ErrorKind::Format,
                "this build writes no Parquet",
            ));
        }
        Ok(())
    }

    /// The extension of a file that holds it.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Jsonl => "jsonl",
        }
    }
}

fn fault(path: &str, why: &str) -> Error {
    Error::new(ErrorKind::Format, format!("cannot write `{path}`: {why}"))
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    Number,
    Truth,
}

/// A column: its name, and what it holds.
pub(super) type Column = (&'static str, Kind);

/// A cell; one of another kind than its column's is as good as none.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'c> {
    None,
    Text(Cow<'c, str>),
    Whole(i64),
    Number(f64),
    Truth(bool),
}

impl<'c> From<Option<&'c str>> for Cell<'c> {
    fn from(text: Option<&'c str>) -> Self {
        text.map_or(Self::None, |t| Self::Text(t.into()))
    }
}

impl<'c> From<&'c str> for Cell<'c> {
    fn from(text: &'c str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Option<u64>> for Cell<'_> {
    fn from(whole: Option<u64>) -> Self {
        whole.map_or(Self::None, Self::from)
    }
}

impl From<u64> for Cell<'_> {
    fn from(whole: u64) -> Self {
        i64::try_from(whole).map_or(Self::None, Self::Whole)
    }
}

impl From<Option<i64>> for Cell<'_> {
    fn from(whole: Option<i64>) -> Self {
        whole.map_or(Self::None, Self::Whole)
    }
}

impl From<Option<f64>> for Cell<'_> {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::None, Self::Number)
    }
}

/// Makes the cells of the row of a number.
pub(super) type Row<'r> = dyn Fn(usize) -> Vec<Cell<'r>> + 'r;

/// Writes `n` rows.
///
/// # Errors
/// Those of `out`.
pub(super) fn write(
    columns: &[Column],
    n: usize,
    row: &Row<'_>,
    format: TableFormat,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    match format {
        TableFormat::Csv => csv(columns, n, row, out),
        TableFormat::Jsonl => jsonl(columns, n, row, out),
        #[cfg(feature = "tables")]
        TableFormat::Parquet => parquet::write(columns, n, row, out),
        #[cfg(not(feature = "tables"))]
        TableFormat::Parquet => Err(io::Error::other("this build writes no Parquet")),
    }
}

fn csv(columns: &[Column], n: usize, row: &Row<'_>, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<&str> = columns.iter().map(|c| c.0).collect();
    write!(out, "{}\r\n", names.join(","))?;
    for i in 0..n {
        let cells: Vec<String> = row(i).iter().map(cell).collect();
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

fn cell(cell: &Cell<'_>) -> String {
    match cell {
        Cell::None => String::new(),
        Cell::Text(text) => quoted(text),
        Cell::Whole(n) => n.to_string(),
        Cell::Number(x) => x.to_string(),
        Cell::Truth(t) => t.to_string(),
    }
}

/// A cell of CSV, in quotation marks where it must be.
pub(super) fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn jsonl(columns: &[Column], n: usize, row: &Row<'_>, out: &mut dyn Write) -> io::Result<()> {
    for i in 0..n {
        let cells = columns.iter().zip(row(i)).map(|((name, _), cell)| {
            let value = match cell {
                Cell::None => Value::Null,
                Cell::Text(text) => text.into(),
                Cell::Whole(n) => n.into(),
                Cell::Number(x) => x.into(),
                Cell::Truth(t) => t.into(),
            };
            ((*name).to_owned(), value)
        });
        let object: Map<String, Value> = cells.collect();
        writeln!(out, "{}", Value::Object(object))?;
    }
    Ok(())
}

#[cfg(feature = "tables")]
mod parquet {
    //! The same as Parquet.

    use std::{
        io::{self, Write},
        sync::Arc,
    };

    use ::parquet::{
        basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel},
        data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
        errors::Result,
        file::{
            properties::WriterProperties,
            writer::{SerializedFileWriter, SerializedRowGroupWriter},
        },
        schema::types::Type,
    };

    use super::{Cell, Column, Kind, Row};

    /// Rows of a row group.
    const ROWS: usize = 1 << 17;

    pub(super) fn write(
        columns: &[Column],
        n: usize,
        row: &Row<'_>,
        out: &mut (dyn Write + Send),
    ) -> io::Result<()> {
        write_groups(columns, n, row, out).map_err(io::Error::other)
    }

    fn write_groups(
        columns: &[Column],
        n: usize,
        row: &Row<'_>,
        out: &mut (dyn Write + Send),
    ) -> Result<()> {
        let fields: Vec<Arc<Type>> = columns.iter().map(field).collect::<Result<_>>()?;
        let schema = Type::group_type_builder("schema")
            .with_fields(fields)
            .build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(concat!("copytaster ", env!("CARGO_PKG_VERSION")).into())
            .build();
        let mut file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        let mut first = 0;
        while first < n {
            let rows: Vec<Vec<Cell<'_>>> = (first..n.min(first + ROWS)).map(row).collect();
            first += rows.len();
            let mut group = file.next_row_group()?;
            for (at, (_, kind)) in columns.iter().enumerate() {
                let cells = || rows.iter().map(|r| r.get(at).unwrap_or(&Cell::None));
                match kind {
                    Kind::Text => column::<ByteArrayType>(&mut group, cells(), |c| match c {
                        Cell::Text(text) => Some(ByteArray::from(&**text)),
                        _ => None,
                    }),
                    Kind::Whole => column::<Int64Type>(&mut group, cells(), |c| match c {
                        Cell::Whole(n) => Some(*n),
                        _ => None,
                    }),
                    Kind::Number => column::<DoubleType>(&mut group, cells(), |c| match c {
                        Cell::Number(x) => Some(*x),
                        _ => None,
                    }),
                    Kind::Truth => column::<BoolType>(&mut group, cells(), |c| match c {
                        Cell::Truth(t) => Some(*t),
                        _ => None,
                    }),
                }?;
            }
            group.close()?;
        }
        file.close()?;
        Ok(())
    }

    fn field((name, kind): &Column) -> Result<Arc<Type>> {
        let (physical, logical) = match kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Whole => (Physical::INT64, None),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Truth => (Physical::BOOLEAN, None),
        };
        let builder = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        Ok(Arc::new(builder.build()?))
    }

    fn column<'c, T: DataType>(
        group: &mut SerializedRowGroupWriter<'_, &mut (dyn Write + Send)>,
        cells: impl Iterator<Item = &'c Cell<'c>>,
        value: impl Fn(&Cell<'_>) -> Option<T::T>,
    ) -> Result<()> {
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        for c in cells {
            let value = value(c);
            levels.push(i16::from(value.is_some()));
            values.extend(value);
        }
        if let Some(mut column) = group.next_column()? {
            column
                .typed::<T>()
                .write_batch(&values, Some(&levels), None)?;
            column.close()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(quoted("Tolven Post"), "Tolven Post");
        assert_eq!(quoted("Post, \"The\""), "\"Post, \"\"The\"\"\"");
    }
}
