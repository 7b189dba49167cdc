//! A scan as tables for data frames and databases: a folder with a file for each, and `run.json` beside them.

mod columns;
mod rows;

use std::{io::BufWriter, io::Write, path::Path};

use super::{
    folder::OutputFolder,
    rows::{self as cells, Cell, Column, Kind, TableFormat},
    saved::Saved,
};
use crate::error::{Error, Result};

/// A column of a table whose rows are made of `T`: its name, what it holds, and the cell of a row.
type Field<'s, T> = (&'static str, Kind, fn(&T) -> Cell<'s>);

/// Writes every table of a scan to a folder, which appears whole or not at all. The rows are in the order of the records,
/// those of `outlet_pairs` in that of their first three columns.
///
/// # Errors
/// [`ErrorKind::Io`](crate::error::ErrorKind::Io): the folder is not empty, or cannot be written.
pub fn write(saved: &Saved, format: TableFormat, folder: &str) -> Result<()> {
    let to = Tables {
        folder: OutputFolder::create(folder)?,
        name: folder,
        format,
    };
    to.table(
        "articles",
        &columns::articles(saved),
        &rows::articles(saved),
    )?;
    to.table("credits", &columns::credits(), &rows::credits(saved))?;
    to.table("matches", &columns::matches(), &rows::matches(saved))?;
    to.table("passages", &columns::passages(), &rows::passages(saved))?;
    to.table("evidence", &columns::evidence(), &rows::evidence(saved))?;
    to.table("clusters", &columns::clusters(), &rows::clusters(saved))?;
    let pairs = rows::outlet_pairs(saved);
    to.table("outlet_pairs", &columns::outlet_pairs(), &pairs)?;
    to.file("run.json", |out| {
        serde_json::to_writer_pretty(&mut *out, &saved.run)?;
        writeln!(out)
    })?;
    to.folder.finish()
}

/// The folder that tables go to.
struct Tables<'n> {
    folder: OutputFolder,
    name: &'n str,
    format: TableFormat,
}

impl Tables<'_> {
    fn table<'s, T>(&self, name: &str, fields: &[Field<'s, T>], rows: &[T]) -> Result<()> {
        let columns: Vec<Column> = fields
            .iter()
            .map(|(name, kind, _)| (*name, *kind))
            .collect();
        let row = |i: usize| fields.iter().map(|(.., cell)| cell(&rows[i])).collect();
        let file = format!("{name}.{}", self.format.extension());
        self.file(&file, |out| {
            cells::write(&columns, rows.len(), &row, self.format, out)
        })
    }

    fn file(
        &self,
        name: &str,
        write: impl FnOnce(&mut (dyn Write + Send)) -> std::io::Result<()>,
    ) -> Result<()> {
        let mut out = BufWriter::new(self.folder.file(Path::new(name))?);
        write(&mut out)
            .and_then(|()| out.flush())
            .map_err(|e| Error::io(format_args!("cannot write `{}/{name}`", self.name), e))
    }
}
