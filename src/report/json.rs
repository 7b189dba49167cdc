//! JSON: all records as one array, in the order of the lines of [`super::jsonl`].

use std::io::{self, Write};

use super::{Each, Sink, model::Record, series};

/// Writes an array of records.
#[derive(Debug)]
pub struct Json<W> {
    out: W,
    begun: bool,
}

impl<W: Write> Json<W> {
    /// An array written to `out`.
    pub fn new(out: W) -> Self {
        Self { out, begun: false }
    }
}

impl<W: Write + Send> Sink for Json<W> {
    fn record(&mut self, record: &Record<'_>) -> io::Result<()> {
        let mut item = Vec::new();
        append(record, !self.begun, &mut item)?;
        self.begun = true;
        self.out.write_all(&item)
    }

    fn series(&mut self, n: usize, each: Each<'_>) -> io::Result<()> {
        let begun = self.begun;
        self.begun |= n > 0;
        series::write(&mut self.out, n, |i, out| {
            each(i, &mut |record| append(record, !begun && i == 0, out))
        })
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out
            .write_all(if self.begun { b"\n]\n" } else { b"[]\n" })?;
        self.out.flush()
    }
}

fn append(record: &Record<'_>, first: bool, out: &mut Vec<u8>) -> io::Result<()> {
    out.extend_from_slice(if first { b"[\n" } else { b",\n" });
    serde_json::to_writer(out, record).map_err(io::Error::from)
}
