//! Annotations as the runner of GitHub Actions reads them from the log.

use std::io::{self, Write};

use super::{Checked, root::Root};
use crate::policy::check::Level;

/// Annotations of a level that are shown of one step.
const SHOWN: usize = 10;

/// Writes an annotation a finding, as many as are shown, and says how many there are.
///
/// # Errors
/// Those of `out`.
pub fn write(checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
    let root = Root::find();
    let mut shown = [0, 0];
    for view in checked.views() {
        let n = &mut shown[usize::from(view.finding.level == Level::Warning)];
        *n += 1;
        if *n > SHOWN {
            continue;
        }
        write!(
            out,
            "::{} file={}",
            view.finding.level.name(),
            property(&root.path(view.at.path))
        )?;
        if let Some(lines) = &view.at.lines {
            write!(out, ",line={},endLine={}", lines.start_line, lines.end_line)?;
        }
        let title = format!("copytaster: {}", view.finding.rule.name());
        let of = if view.at.record.is_some() {
            format!("{} ", view.at.id)
        } else {
            String::new()
        };
        writeln!(
            out,
            ",title={}::{}",
            property(&title),
            data(&format!("{of}{}", view.message))
        )?;
    }
    let left: usize = shown.iter().map(|n| n.saturating_sub(SHOWN)).sum();
    let more = if left > 0 {
        format!("; {left} of them are not annotated here")
    } else {
        String::new()
    };
    writeln!(
        out,
        "::notice title=copytaster::{}",
        data(&format!("{}{more}", checked.verdict()))
    )?;
    out.flush()
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
