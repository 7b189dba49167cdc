//! Who of two has it from whom, and why, for people.

use std::io::{self, Write};

use anstyle::Style;

use super::{Compared, figure, time};
use crate::{
    provenance::{Direction, Evidence, Side, Verdict},
    recognise::Agencies,
    report::{
        table::{Cells, Page},
        text::page::{percent, visible},
    },
};

/// Writes the verdict, its confidence, and each piece of evidence; nothing where the two share nothing.
pub(super) fn write(c: &Compared<'_>, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    if c.comparison.decided_by().is_none() {
        return Ok(());
    }
    let agencies = c.detector.agencies();
    let direction = c.detector.direction_of(c.a, c.b, c.comparison);
    page.title("Where it comes from", out)?;
    let mut rows = vec![verdict(&direction, agencies)];
    rows.extend(lean(&direction));
    for row in rows {
        page.table(&[cells(vec![row])], out)?;
    }
    let evidence: Vec<Cells> = direction
        .evidence
        .iter()
        .map(|e| {
            cells(vec![
                e.side.name().to_uppercase(),
                e.kind.to_owned(),
                speaks_for(&e.speaks_for, agencies),
                figure(e.weight),
                printed(e, c),
            ])
        })
        .collect();
    page.table(&evidence, out)
}

fn cells(cells: Vec<String>) -> Cells {
    Cells {
        cells,
        style: Style::new(),
    }
}

fn verdict(d: &Direction, agencies: &Agencies) -> String {
    let sure = percent(d.confidence);
    match &d.verdict {
        Verdict::From(Side::A) => format!("B has it from A, confidence {sure}"),
        Verdict::From(Side::B) => format!("A has it from B, confidence {sure}"),
        Verdict::Common(who) => format!(
            "both have it from {}, confidence {sure}",
            who.name(agencies)
        ),
        Verdict::Unknown if d.evidence.iter().any(decides) => {
            "not known: what they say is too little, or not of one mind".to_owned()
        }
        Verdict::Unknown => "not known: neither says".to_owned(),
    }
}

fn decides(e: &Evidence) -> bool {
    e.speaks_for != Verdict::Unknown && e.weight != 0.5
}

fn lean(d: &Direction) -> Option<String> {
    let (first, lag) = (d.lean?, d.lag_seconds?);
    Some(format!(
        "{} was published {} before the other, which decides nothing",
        first.name().to_uppercase(),
        time(lag.unsigned_abs())
    ))
}

fn speaks_for(v: &Verdict, agencies: &Agencies) -> String {
    match v {
        Verdict::From(side) => format!("for {}", side.name().to_uppercase()),
        // Some names come from the page.
        Verdict::Common(who) => format!("for {}", visible(who.name(agencies))),
        Verdict::Unknown => "for neither".to_owned(),
    }
}

/// The words of the page, or what stands for them.
fn printed(e: &Evidence, c: &Compared<'_>) -> String {
    let article = if e.side == Side::A { c.a } else { c.b };
    match (e.span, &e.value, e.kind) {
        (Some(span), ..) => format!("\"{}\" at {span}", span.slice(&article.document.text)),
        (None, Some(value), "holds") => {
            let (other, own) = value.split_once('/').unwrap_or((value, "none"));
            format!("{other} of the other stands in it, {own} of it in the other")
        }
        (None, Some(value), _) => value.clone(),
        (None, None, "link") => "the address of the other".to_owned(),
        (None, None, "home") if article.document.meta.byline.is_none() => "its site".to_owned(),
        (None, None, _) => {
            let byline = article.document.meta.byline.as_deref().unwrap_or_default();
            format!("\"{byline}\", the byline given with it")
        }
    }
}
