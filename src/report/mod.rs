//! Reports: what a scan found, written out. One model of records, one file a format.

#[cfg(feature = "index")]
pub mod answer;
pub mod audit;
pub mod check;
pub mod compare;
pub mod dedup;
pub mod folder;
mod graph;
pub mod html;
pub mod json;
pub mod jsonl;
pub mod jsonld;
pub mod model;
pub mod offsets;
pub mod outcome;
pub mod output;
pub mod prov;
pub mod rows;
pub mod saved;
mod series;
mod side_by_side;
mod sources;
mod step;
mod table;
pub mod tables;
pub mod text;
mod wrap;

use std::io;

use model::Record;

/// Makes the record of a number and hands it on, so that what it is made from need not outlive it.
pub type Each<'e> =
    &'e (dyn Fn(usize, &mut dyn FnMut(&Record<'_>) -> io::Result<()>) -> io::Result<()> + Sync);

/// Takes the records of a scan one by one, in the order of the output format.
pub trait Sink {
    /// Takes one record.
    ///
    /// # Errors
    /// Those of the place written to.
    fn record(&mut self, record: &Record<'_>) -> io::Result<()>;

    /// Takes the `n` records that `each` makes, in order; a sink may make and format them side by side.
    ///
    /// # Errors
    /// Those of the place written to, and of `each`.
    fn series(&mut self, n: usize, each: Each<'_>) -> io::Result<()> {
        (0..n).try_for_each(|i| each(i, &mut |record| self.record(record)))
    }

    /// Ends the report.
    ///
    /// # Errors
    /// Those of the place written to.
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}
