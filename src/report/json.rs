//! JSON: all records as one array, in the order of the lines of [`super::jsonl`].

use std::io::{self, Write};

use super::{Sink, model::Record};

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

impl<W: Write> Sink for Json<W> {
    fn record(&mut self, record: &Record<'_>) -> io::Result<()> {
        self.out
            .write_all(if self.begun { b",\n" } else { b"[\n" })?;
        self.begun = true;
        serde_json::to_writer(&mut self.out, record).map_err(io::Error::from)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out
            .write_all(if self.begun { b"\n]\n" } else { b"[]\n" })?;
        self.out.flush()
    }
}
