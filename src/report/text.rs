//! Text for people.

use std::io::{self, Write};

use super::model::{Outcome, Show};

/// How text is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns of a line.
    pub width: usize,
    /// Whether to colour.
    pub colour: bool,
    /// Clusters, and pairs outside clusters, shown at most; 0 for all.
    pub limit: usize,
}

impl Style {
    /// The style of the terminal on standard output, if there is one and it is what is written to.
    #[must_use]
    pub fn of_terminal(_to_stdout: bool, limit: usize) -> Self {
        Self {
            width: 100,
            colour: false,
            limit,
        }
    }
}

/// Writes the report.
///
/// # Errors
/// Those of `out`.
pub fn write(
    outcome: &Outcome,
    _show: &Show,
    _style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{} articles", outcome.scan.articles.len())
}
