//! Text for people: clusters first, then pairs outside them, then what was set aside and why. One file a section.

mod audit;
mod clusters;
mod notes;
pub(crate) mod page;
mod pairs;
mod shared;
mod source;
#[cfg(test)]
mod tests;

pub use audit::write as write_audit;

use std::io::{self, IsTerminal, Write, stdout};

use super::outcome::{Outcome, Show};
use crate::{align::similarity::Relation, detector::Detector};
use page::{FAINT, HEADING, Page, count, number};
use shared::Sorted;

/// Columns of a line where there is no terminal to tell.
const WIDTH: usize = 100;
/// Narrower than this nothing can be laid out; a smaller terminal wraps the lines itself.
const LEAST_WIDTH: usize = 50;

/// The relations, strongest first.
const RELATIONS: [Relation; 4] = [
    Relation::Identical,
    Relation::NearDuplicate,
    Relation::Reuse,
    Relation::Quotes,
];

/// How text is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns of a line.
    pub width: usize,
    /// Whether to colour.
    pub colour: bool,
    /// Clusters, pairs outside clusters and stock passages shown at most of each; 0 for all.
    pub limit: usize,
}

impl Style {
    /// The style of the terminal on standard output, if there is one and it is what is written to. `NO_COLOR`,
    /// `CLICOLOR` and `CLICOLOR_FORCE` are honoured.
    #[must_use]
    pub fn of_terminal(to_stdout: bool, limit: usize) -> Self {
        let terminal = to_stdout && stdout().is_terminal();
        let size = if terminal {
            terminal_size::terminal_size_of(stdout())
        } else {
            None
        };
        Self {
            width: size
                .map_or(WIDTH, |(w, _)| usize::from(w.0))
                .max(LEAST_WIDTH),
            colour: to_stdout
                && anstream::AutoStream::choice(&stdout()) != anstream::ColorChoice::Never,
            limit,
        }
    }

    /// How many of `n` to show.
    fn shown(&self, n: usize) -> usize {
        if self.limit == 0 {
            n
        } else {
            n.min(self.limit)
        }
    }
}

/// Everything a section is written from.
struct Report<'r> {
    outcome: &'r Outcome,
    show: &'r Show,
    style: &'r Style,
    detector: &'r Detector,
    sorted: Sorted,
}

/// Writes the report of a scan that `detector` made. O(matches), beside what is shown.
///
/// # Errors
/// Those of `out`.
pub fn write(
    outcome: &Outcome,
    detector: &Detector,
    show: &Show,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = Report {
        outcome,
        show,
        style,
        detector,
        sorted: Sorted::new(outcome),
    };
    let mut page = Page::new(out, style.width, style.colour);
    page.wrap(HEADING, 0, &report.headline())?;
    clusters::write(&report, &mut page)?;
    pairs::write(&report, &mut page)?;
    pairs::write_stock(&report, &mut page)?;
    if outcome.scan.matches.is_empty() {
        notes::write_nothing(&report, &mut page)?;
    }
    if show.near_misses {
        pairs::write_near(&report, &mut page)?;
    }
    notes::write(&report, &mut page)?;
    out.flush()
}

impl Report<'_> {
    fn headline(&self) -> String {
        let scan = &self.outcome.scan;
        let mut parts = vec![count(scan.articles.len(), "article")];
        if !scan.matches.is_empty() {
            parts.push(count(scan.clusters.len(), "cluster"));
            let matches = count(scan.matches.len(), "match");
            parts.push(format!("{matches} ({})", self.relations()));
        } else if scan.articles.len() > 1 {
            parts.push("nothing shared".into());
        }
        let rest = [
            (scan.boilerplate.len(), "stock passage"),
            (self.outcome.reading.errors.len(), "error"),
        ];
        parts.extend(
            rest.iter()
                .filter(|(n, _)| *n > 0)
                .map(|(n, what)| count(*n, what)),
        );
        parts.join(", ")
    }

    /// How many matches there are of each relation that there is: `70 near-duplicate, 7 quotes`.
    fn relations(&self) -> String {
        let matches = &self.outcome.scan.matches;
        let parts = RELATIONS.iter().filter_map(|r| {
            let n = matches.iter().filter(|m| m.relation == *r).count();
            (n > 0).then(|| match r {
                Relation::Quotes => count(n, "quote"),
                _ => format!("{} {}", number(n as u64), r.name()),
            })
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    /// The line that ends a section of which not all is shown.
    fn more(&self, page: &mut Page<'_>, all: usize) -> io::Result<()> {
        let rest = all - self.style.shown(all);
        if rest > 0 {
            page.blank()?;
            page.wrap(
                FAINT,
                0,
                &format!(
                    "… and {} more; --limit 0 or --format jsonl shows all",
                    number(rest as u64)
                ),
            )?;
        }
        Ok(())
    }
}
