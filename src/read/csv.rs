//! Tables of text: CSV as RFC 4180 has it, and the same with tabs, semicolons or bars. The first record names the columns.

use std::{
    io::{self, BufRead},
    ops::ControlFlow,
};

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use serde_json::Value;

use super::{
    One, RecordError,
    batch::read_records,
    contents::Take,
    decode::decode,
    lines::Next,
    record::{Plan, article_of_values},
    sniff,
    walk::Found,
};
use crate::error::ErrorKind;

/// Most columns of a table.
const MOST_COLUMNS: usize = 4096;
/// What may stand between fields; the first wins where several are as frequent.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Reads a whole table.
pub(super) fn read(
    mut body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let delimiter = match body.fill_buf() {
        Ok(head) => delimiter_of(head, found),
        Err(error) => return take(vec![sniff::cannot_read(found, &error).into()]),
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
        Err(error) => return take(vec![sniff::cannot_read(found, &error).into()]),
    }
    let names: Vec<String> = names
        .fields()
        .map(|f| {
            String::from_utf8_lossy(f)
                .trim_start_matches('\u{feff}')
                .to_owned()
        })
        .collect();
    if !names.iter().any(|n| n == plan.text_name()) {
        return take(vec![no_texts(found, plan).into()]);
    }
    read_records(
        |row: &mut Row| {
            let next = rows.next(row)?;
            Ok((next, rows.number(), row.bytes.len()))
        },
        |number, row| article(&row, &names, number, found, plan),
        found,
        plan,
        take,
    )
}

/// What stands between the fields of a table that begins so.
pub(super) fn delimiter_of(head: &[u8], found: &Found) -> u8 {
    if found.extension_is(&["tsv", "tab"]) {
        return b'\t';
    }
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    // One column alone needs nothing between.
    delimiter(line).unwrap_or(b',')
}

/// A table without a column of texts: an error where it was named, else passed over.
pub(super) fn no_texts(found: &Found, plan: &Plan) -> RecordError {
    if found.named {
        let message = format!("has no column `{}`", plan.text_name());
        RecordError::new(&found.path, None, ErrorKind::Field, message)
    } else {
        RecordError::other(&found.path, found.extension())
    }
}

fn article(row: &Row, names: &[String], number: u64, found: &Found, plan: &Plan) -> One {
    let fail = |kind, message| RecordError::new(&found.path, Some(number), kind, message).into();
    let (given, columns) = (row.ends.len(), names.len());
    if given > columns {
        let message = format!("the record has {given} fields, and there are {columns} columns");
        return fail(ErrorKind::Field, message);
    }
    let (mut values, mut decoding_errors) = (Vec::new(), 0);
    for (name, field) in names.iter().zip(row.fields()) {
        if !plan.wants(name) {
            continue;
        }
        match decode(field) {
            Ok((text, bad)) => {
                decoding_errors += bad;
                values.push((name.clone(), Value::String(text.into_owned())));
            }
            Err(error) => {
                let message = format!("column `{name}` {}", error.message());
                return fail(ErrorKind::Encoding, message);
            }
        }
    }
    One {
        outcome: article_of_values(values.into_iter(), number, &found.path, plan),
        decoding_errors,
    }
}

/// The fields of one record, in one buffer.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Row {
    /// The fields, in order.
    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| self.bytes.get(start..*end).unwrap_or_default())
    }

    fn is_blank(&self) -> bool {
        self.bytes.is_empty() && self.ends.len() < 2
    }
}

/// Reads records one by one; a record over the limit is read past in bounded memory.
pub(super) struct Rows<R> {
    reader: R,
    core: Reader,
    limit: u64,
    number: u64,
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(reader: R, delimiter: u8, limit: u64) -> Self {
        Self {
            reader,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            limit,
            number: 0,
        }
    }

    /// The number of the record last read, from 1, the names of the columns counted.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Reads the next record that is not blank into `row`.
    pub(super) fn next(&mut self, row: &mut Row) -> io::Result<Next> {
        loop {
            let next = self.read(row)?;
            if next != Next::Line || !row.is_blank() {
                return Ok(next);
            }
        }
    }

    fn read(&mut self, row: &mut Row) -> io::Result<Next> {
        row.bytes.clear();
        row.ends.clear();
        let mut too_long = false;
        let mut piece = [0; 4096];
        loop {
            let input = match self.reader.fill_buf() {
                Ok(input) => input,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let (result, used, written) = self.core.read_field(input, &mut piece);
            self.reader.consume(used);
            let size = row.bytes.len() + written;
            too_long |= size as u64 > self.limit || row.ends.len() > MOST_COLUMNS;
            if too_long {
                row.bytes.clear();
                row.ends.clear();
            } else {
                row.bytes
                    .extend_from_slice(piece.get(..written).unwrap_or_default());
            }
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::Field { record_end } => {
                    row.ends.push(row.bytes.len());
                    if record_end {
                        self.number += 1;
                        return Ok(if too_long { Next::TooLong } else { Next::Line });
                    }
                }
                ReadFieldResult::End => {
                    return Ok(Next::End);
                }
            }
        }
    }
}

/// What stands between the fields of a table whose first line this is, by what is most frequent there outside quotation
/// marks; none: it is no table of several columns.
pub(super) fn delimiter(line: &[u8]) -> Option<u8> {
    let mut counts = [0usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        if !quoted && let Some(at) = DELIMITERS.iter().position(|d| d == byte) {
            counts[at] += 1;
        }
    }
    let most = counts.iter().copied().max().filter(|n| *n > 0)?;
    let at = counts.iter().position(|n| *n == most)?;
    DELIMITERS.get(at).copied()
}

/// Whether a first line names a column so.
pub(super) fn names(line: &[u8], column: &str) -> bool {
    let Some(delimiter) = delimiter(line) else {
        return false;
    };
    let (mut rows, mut row) = (
        Rows::new(line, delimiter, line.len() as u64),
        Row::default(),
    );
    matches!(rows.next(&mut row), Ok(Next::Line)) && row.fields().any(|f| f == column.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn all(bytes: &[u8], limit: u64, capacity: usize) -> Vec<(u64, Option<Vec<String>>)> {
        let reader = BufReader::with_capacity(capacity, bytes);
        let mut rows = Rows::new(reader, b',', limit);
        let (mut found, mut row) = (Vec::new(), Row::default());
        loop {
            let fields = match rows.next(&mut row).unwrap() {
                Next::Line => Some(
                    row.fields()
                        .map(|f| String::from_utf8_lossy(f).into())
                        .collect(),
                ),
                Next::TooLong => None,
                Next::End => return found,
            };
            found.push((rows.number(), fields));
        }
    }

    #[test]
    fn quotes_line_ends_and_blank_records() {
        let table = b"id,text\r\n1,\"two\nlines, \"\"quoted\"\"\"\n\n2,\n3,last";
        let row = |n, fields: [&str; 2]| (n, Some(fields.map(String::from).to_vec()));
        for capacity in [1, 3, 64] {
            assert_eq!(
                all(table, 100, capacity),
                [
                    row(1, ["id", "text"]),
                    row(2, ["1", "two\nlines, \"quoted\""]),
                    row(3, ["2", ""]),
                    row(4, ["3", "last"]),
                ]
            );
        }
    }

    #[test]
    fn a_long_field_is_read_past() {
        let long = "x".repeat(20_000);
        let table = format!("1,{long}\n2,b\n3,\"{long}");
        let found = all(table.as_bytes(), 100, 50);
        assert_eq!(found[0], (1, None));
        assert_eq!(found[1], (2, Some(vec!["2".into(), "b".into()])));
        assert_eq!(found[2], (3, None));
    }

    #[test]
    fn the_delimiter_is_the_most_frequent() {
        assert_eq!(delimiter(b"id;text;title"), Some(b';'));
        assert_eq!(delimiter(b"id\ttext"), Some(b'\t'));
        assert_eq!(delimiter(b"\"a;b;c\",text"), Some(b','));
        assert_eq!(delimiter(b"One line of prose."), None);
        assert!(names(b"id,text", "text") && !names(b"A sentence, some text", "text"));
    }

    proptest! {
        #[test]
        fn reads_what_the_crate_writes_whatever_the_buffer(
            fields in prop::collection::vec(prop::collection::vec("[a,\"\n\r é]{0,9}", 2..4), 0..8), capacity in 1usize..20,
        ) {
            let quoted = |f: &String| format!("\"{}\"", f.replace('"', "\"\""));
            let lines: Vec<String> = fields.iter().map(|r| r.iter().map(quoted).collect::<Vec<_>>().join(",")).collect();
            let found = all(lines.join("\n").as_bytes(), 1000, capacity);
            let rows: Vec<Vec<String>> = found.into_iter().filter_map(|f| f.1).collect();
            prop_assert_eq!(rows, fields);
        }
    }
}
