//! JSON Lines: one record a line.

use std::io::{self, Write};

use rayon::prelude::*;

use super::{Sink, model::Record};

/// Writes each record as a line of JSON.
#[derive(Debug)]
pub struct Jsonl<W>(pub W);

impl<W: Write> Sink for Jsonl<W> {
    fn record(&mut self, record: &Record<'_>) -> io::Result<()> {
        self.0.write_all(&line(record)?)
    }

    fn records(&mut self, records: &[Record<'_>]) -> io::Result<()> {
        let lines: Vec<io::Result<Vec<u8>>> = records.par_iter().map(line).collect();
        lines.into_iter().try_for_each(|l| self.0.write_all(&l?))
    }

    fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn line(record: &Record<'_>) -> io::Result<Vec<u8>> {
    let mut out = serde_json::to_vec(record)?;
    out.push(b'\n');
    Ok(out)
}
