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

    /// Takes many of one type; a sink may format them side by side.
    ///
    /// # Errors
    /// Those of the place written to.
    fn records(&mut self, records: &[Record<'_>]) -> io::Result<()> {
        records.iter().try_for_each(|r| self.record(r))
    }

    /// Ends the report.
    ///
    /// # Errors
    /// Those of the place written to.
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}
