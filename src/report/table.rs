//! Tables and paragraphs set into so many columns.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::wrap::Wrapper;

/// A row of a table.
pub(super) struct Cells {
    pub(super) cells: Vec<String>,
    pub(super) style: Style,
}

/// Where tables and paragraphs are set.
pub(super) struct Page {
    /// Columns of a line.
    pub(super) width: usize,
    pub(super) colour: bool,
}

impl Page {
    pub(super) fn title(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out)?;
        self.styled(text, Style::new().bold(), out)?;
        writeln!(out)
    }

    fn styled(&self, text: &str, style: Style, out: &mut dyn Write) -> io::Result<()> {
        if self.colour {
            write!(out, "{style}{text}{style:#}")
        } else {
            write!(out, "{text}")
        }
    }

    pub(super) fn paragraph(
        &self,
        text: &str,
        style: Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for row in wrapped(text, self.width) {
            self.styled(&row, style, out)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// Rows of cells in columns; the last is wrapped. Where there is no room for columns, each row is a paragraph.
    pub(super) fn table(&self, rows: &[Cells], out: &mut dyn Write) -> io::Result<()> {
        let columns = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
        let width = |i: usize| {
            rows.iter()
                .filter_map(|r| r.cells.get(i))
                .map(|c| c.width())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let before: usize = widths.iter().rev().skip(1).map(|w| w + 2).sum::<usize>() + 2;
        let room = self.width.saturating_sub(before);
        let fits = room >= widths.last().copied().unwrap_or(0).min(16);
        for r in rows {
            let Some((last, first)) = r.cells.split_last() else {
                continue;
            };
            if !fits {
                let text = r.cells.join("  ");
                for (i, line) in wrapped(&text, self.width.saturating_sub(4))
                    .into_iter()
                    .enumerate()
                {
                    write!(out, "{}", if i == 0 { "  " } else { "    " })?;
                    self.styled(&line, r.style, out)?;
                    writeln!(out)?;
                }
                continue;
            }
            let mut line = String::from("  ");
            for (c, w) in first.iter().zip(&widths) {
                line.push_str(c);
                line.extend(std::iter::repeat_n(' ', w + 2 - c.width()));
            }
            for row in wrapped(last, room) {
                self.styled(&(line + &row), r.style, out)?;
                writeln!(out)?;
                line = " ".repeat(before);
            }
        }
        Ok(())
    }
}

fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut wrapper = Wrapper::new(columns);
    wrapper.push(text, ());
    wrapper
        .finish()
        .into_iter()
        .map(|r| r.runs.into_iter().map(|r| r.text).collect())
        .collect()
}
