//! JSON Lines: one record a line.

use std::io::{self, Write};

use super::{Each, Sink, model::Record, series};

/// Writes each record as a line of JSON.
#[derive(Debug)]
pub struct Jsonl<W>(pub W);

impl<W: Write + Send> Sink for Jsonl<W> {
    fn record(&mut self, record: &Record<'_>) -> io::Result<()> {
        let mut line = Vec::new();
        append(record, &mut line)?;
        self.0.write_all(&line)
    }

    fn series(&mut self, n: usize, each: Each<'_>) -> io::Result<()> {
        series::write(&mut self.0, n, |i, out| {
            each(i, &mut |record| append(record, out))
        })
    }

    fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn append(record: &Record<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.push(b'\n');
    Ok(())
}
