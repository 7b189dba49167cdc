//! Tables of text without some of their records.

use std::io::{self, BufRead};

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::{Change, Changes, Fault, Out, TextCut, Uncut};
use crate::read::{
    csv::delimiter_of,
    decode::{BOM, decode},
    record::Plan,
    walk::Found,
};

/// Copies the names of the columns and the records that stay, as they are written. Told apart and numbered by the machine that
/// reads them.
pub(super) fn rewrite(
    mut body: impl BufRead,
    found: &Found,
    plan: &Plan,
    changes: &Changes,
    out: &mut Out<'_>,
) -> Result<Uncut, Fault> {
    let head = body.fill_buf().map_err(Fault::Read)?;
    let core = ReaderBuilder::new()
        .delimiter(delimiter_of(head, found))
        .build();
    let mut records = Records { body, core };
    let (mut names, mut record) = (Record::default(), Record::default());
    let mut uncut = Uncut::new();
    let mut column = None;
    // The last record was left out and ended in `\r`: a `\n` that follows is of its end.
    let mut is_open = false;
    for number in 1.. {
        let any = match changes.of(number) {
            _ if number == 1 => {
                let any = records.whole(&mut names, out)?;
                let is_text = |i: &usize| {
                    let name = names.field(*i);
                    name.strip_prefix(BOM).unwrap_or(name) == plan.text_name().as_bytes()
                };
                // Of several of one name the last counts.
                column = (0..names.ends.len()).rev().find(is_text);
                out.write_all(&names.raw).map_err(Fault::Write)?;
                any
            }
            Change::Cut(cut) => {
                let any = records.whole(&mut record, out)?;
                match column.and_then(|c| record.with_cut(c, cut)) {
                    Some(bytes) => out.write_all(&bytes),
                    None => {
                        uncut.push(Some(number));
                        out.write_all(&record.raw)
                    }
                }
                .map_err(Fault::Write)?;
                any
            }
            change => {
                let is_kept = matches!(change, Change::Keep);
                let mut last = None;
                let any = records.next(&mut |event| match event {
                    Event::Between(ends) => {
                        let ends = match std::mem::take(&mut is_open) {
                            true => ends.strip_prefix(b"\n").unwrap_or(ends),
                            false => ends,
                        };
                        out.write_all(ends)
                    }
                    Event::Raw(raw) => {
                        last = raw.last().copied();
                        if is_kept { out.write_all(raw) } else { Ok(()) }
                    }
                    Event::Text(_) | Event::End { .. } => Ok(()),
                })?;
                is_open = !is_kept && last == Some(b'\r');
                any
            }
        };
        if !any {
            break;
        }
    }
    Ok(uncut)
}

/// One record, as written and as read.
#[derive(Default)]
struct Record {
    raw: Vec<u8>,
    /// Where in `raw` each field begins and ends.
    places: Vec<(usize, usize)>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    fn field(&self, i: usize) -> &[u8] {
        let start = i.checked_sub(1).and_then(|b| self.ends.get(b));
        let end = self.ends.get(i).copied().unwrap_or(0);
        self.bytes
            .get(start.copied().unwrap_or(0)..end)
            .unwrap_or_default()
    }

    /// The record with the text of a column cut.
    fn with_cut(&self, column: usize, cut: &TextCut) -> Option<Vec<u8>> {
        let (text, bad) = decode(self.field(column)).ok()?;
        let left = cut.apply(&text).filter(|_| bad == 0)?;
        let (start, end) = *self.places.get(column)?;
        let mut out = self.raw.get(..start)?.to_vec();
        out.push(b'"');
        out.extend_from_slice(left.replace('"', "\"\"").as_bytes());
        out.push(b'"');
        out.extend_from_slice(self.raw.get(end..)?);
        Some(out)
    }
}

/// What the machine comes by.
enum Event<'e> {
    /// Ends of lines before a record.
    Between(&'e [u8]),
    /// Bytes of a record, as written.
    Raw(&'e [u8]),
    /// Bytes of a field, as read.
    Text(&'e [u8]),
    /// The end of a field; the last byte is not of it where it is closed.
    End { is_closed: bool },
}

struct Records<R> {
    body: R,
    core: Reader,
}

impl<R: BufRead> Records<R> {
    /// Hands over the next record and the ends of lines before it; whether there was one.
    fn next(&mut self, take: &mut dyn FnMut(Event<'_>) -> io::Result<()>) -> Result<bool, Fault> {
        let mut piece = [0; 4096];
        let mut begun = false;
        loop {
            let input = match self.body.fill_buf() {
                Ok(input) => input,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(Fault::Read(e)),
            };
            let (result, used, written) = self.core.read_field(input, &mut piece);
            let mut raw = input.get(..used).unwrap_or_default();
            if !begun {
                let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
                let ends = raw.iter().take_while(|b| is_end(b)).count();
                let (between, rest) = raw.split_at(ends);
                take(Event::Between(between)).map_err(Fault::Write)?;
                (raw, begun) = (rest, !rest.is_empty());
            }
            take(Event::Raw(raw)).map_err(Fault::Write)?;
            self.body.consume(used);
            let text = piece.get(..written).unwrap_or_default();
            take(Event::Text(text)).map_err(Fault::Write)?;
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::Field { record_end } => {
                    let is_closed = used > 0;
                    take(Event::End { is_closed }).map_err(Fault::Write)?;
                    if record_end {
                        return Ok(true);
                    }
                }
                ReadFieldResult::End => return Ok(false),
            }
        }
    }

    /// Takes the next record as a whole, and writes the ends of lines before it; whether there was one.
    fn whole(&mut self, record: &mut Record, out: &mut Out<'_>) -> Result<bool, Fault> {
        *record = Record::default();
        let mut start = 0;
        self.next(&mut |event| {
            match event {
                Event::Between(ends) => out.write_all(ends)?,
                Event::Raw(raw) => record.raw.extend_from_slice(raw),
                Event::Text(text) => record.bytes.extend_from_slice(text),
                Event::End { is_closed } => {
                    let end = record.raw.len() - usize::from(is_closed && record.raw.len() > start);
                    record.places.push((start, end));
                    record.ends.push(record.bytes.len());
                    start = record.raw.len();
                }
            }
            Ok(())
        })
    }
}
