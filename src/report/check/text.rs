//! The findings of a check for people: a line each, the words below.

use std::io::{self, Write};

use super::{Checked, View};
use crate::report::text::page::visible;

/// Writes the findings, `limit` at most (0: all), and the verdict.
///
/// # Errors
/// Those of `out`.
pub fn write(checked: &Checked<'_>, limit: usize, out: &mut dyn Write) -> io::Result<()> {
    let most = if limit == 0 { usize::MAX } else { limit };
    for view in checked.views().take(most) {
        finding(&view, out)?;
    }
    let all = checked.check.findings.len();
    if all > most {
        writeln!(
            out,
            "… and {} more; --limit 0 or --format jsonl shows all\n",
            all - most
        )?;
    }
    for s in &checked.check.stale {
        writeln!(
            out,
            "stale {}: the baseline knows {} more between {}; --prune takes it out",
            s.rule,
            s.gone,
            visible(&s.articles.join(" and "))
        )?;
    }
    let word = checked.word();
    writeln!(out, "check {word}: {}", checked.verdict())?;
    out.flush()
}

fn finding(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let level = view.finding.level.name();
    writeln!(
        out,
        "{level}[{}] {}: {}",
        view.finding.rule.name(),
        visible(&view.at.name()),
        visible(&view.message)
    )?;
    if let Some(other) = &view.other
        && other.name() != other.id
    {
        writeln!(out, "  there: {}", visible(&other.name()))?;
    }
    writeln!(out, "  “{}”\n", visible(&view.at.words()))
}
