//! Reports: what a scan found, written out. One model of records, one file a format.

pub mod audit;
pub mod compare;
mod graph;
pub mod json;
pub mod jsonl;
pub mod jsonld;
pub mod model;
pub mod offsets;
pub mod outcome;
pub mod output;
pub mod prov;
mod series;
mod side_by_side;
mod sources;
mod step;
mod table;
pub mod text;
mod wrap;

use std::io;

use model::Record;

/// Takes the records of a scan one by one, in the order of the output format.
pub trait Sink {
    /// Takes one record.
    ///
    /// # Errors
    /// Those of the place written to.
    fn record(&mut self, record: &Record<'_>) -> io::Result<()>;

    /// Takes the `n` records that `record` makes, in order; a sink may make and format them side by side.
    ///
    /// # Errors
    /// Those of the place written to.
    fn series<'r>(
        &mut self,
        n: usize,
        record: &(dyn Fn(usize) -> Record<'r> + Sync),
    ) -> io::Result<()> {
        (0..n).try_for_each(|i| self.record(&record(i)))
    }

    /// Ends the report.
    ///
    /// # Errors
    /// Those of the place written to.
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}
