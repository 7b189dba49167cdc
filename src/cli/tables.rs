//! Tables of a result: where they go.

use anyhow::bail;

use crate::report::{folder::OutputFolder, output::OutputFile, rows::TableFormat};

/// Whether a result can go to `output`: a folder where it is tables, else a file or standard output.
pub(super) fn check_output(output: &str, tables: Option<TableFormat>) -> anyhow::Result<()> {
    let Some(format) = tables else {
        return Ok(OutputFile::check(output)?);
    };
    if output == "-" {
        bail!(
            "--format {} writes several tables: -o names a folder for them",
            format.extension()
        );
    }
    format.check()?;
    Ok(OutputFolder::check(output)?)
}
