//! Markdown for a comment on a pull request or the summary of a job.

use std::io::{self, Write};

use super::{Checked, View};
use crate::policy::check::Level;

/// Characters of the table at most: a comment holds 65,536.
const ROOM: usize = 60_000;

/// Writes the verdict and a table of findings, the gravest first.
///
/// # Errors
/// Those of `out`.
pub fn write(checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
    let word = checked.word();
    writeln!(
        out,
        "### copytaster: check {word}\n\n{}\n",
        checked.verdict()
    )?;
    if !checked.check.findings.is_empty() {
        writeln!(out, "| | rule | article | | words |\n|---|---|---|---|---|")?;
    }
    let (mut room, mut left) = (ROOM, 0);
    for view in checked.views() {
        let row = row(&view);
        let length = row.chars().count();
        if left > 0 || length > room {
            left += 1;
            continue;
        }
        room -= length;
        out.write_all(row.as_bytes())?;
    }
    if left > 0 {
        writeln!(out, "\n… and {left} more, which have no room here.")?;
    }
    if !checked.check.stale.is_empty() {
        writeln!(
            out,
            "\nThe baseline knows what is no more; `--prune` takes it out."
        )?;
    }
    out.flush()
}

fn row(view: &View<'_>) -> String {
    let sign = match view.finding.level {
        Level::Error => "❌",
        Level::Warning => "⚠️",
    };
    format!(
        "| {sign} {} | {} | {} | {} | {} |\n",
        view.finding.level.name(),
        view.finding.rule.name(),
        escaped(&view.at.name()),
        escaped(&view.message),
        escaped(&view.at.words()),
    )
}

/// As plain words in a cell of a table.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '\n' | '\r' => out.push(' '),
            // A name behind an @ would be called, and a number behind a # linked.
            '@' | '#' => {
                out.push(c);
                out.push('\u{200b}');
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '>' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
