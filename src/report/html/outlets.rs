//! The table of outlets by agencies: how many articles of each say they are from whom.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use super::escape;
use crate::report::saved::Saved;

/// Agencies that have a column of their own, and outlets that have a row.
const COLUMNS: usize = 8;
const ROWS: usize = 300;

/// What the origin of an article by its outlet's own staff is called in the output.
const OWN: &str = "own";

/// Articles of one outlet, by their source.
type BySource<'s> = BTreeMap<Option<&'s str>, usize>;

pub(super) fn write(saved: &Saved, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&str, BySource<'_>> = BTreeMap::new();
    let mut agencies: BTreeMap<&str, usize> = BTreeMap::new();
    for a in &saved.articles {
        let source = a.origin.as_ref().map(|o| &*o.source);
        if let Some(s) = source.filter(|s| *s != OWN) {
            *agencies.entry(s).or_default() += 1;
        }
        let outlet = a.outlet.as_deref().unwrap_or_default();
        let row = counts.entry(outlet).or_default();
        *row.entry(source).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    let mut agencies: Vec<(&str, usize)> = agencies.into_iter().collect();
    agencies.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(y.0)));
    let others = agencies.len() > COLUMNS;
    agencies.truncate(COLUMNS);
    let mut rows: Vec<(&str, usize, BySource<'_>)> = counts
        .into_iter()
        .map(|(outlet, of)| (outlet, of.values().sum(), of))
        .collect();
    rows.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(y.0)));
    let sortable = |name: &str, number: bool| {
        let class = if number { " class=\"n\"" } else { "" };
        format!(
            "<th scope=\"col\" aria-sort=\"none\"{class}><span class=\"sort\">{}</span></th>",
            escape::text(name)
        )
    };
    write!(
        out,
        "<h2>Who prints whom</h2>\n<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Outlets by agency\">\
         <table id=\"outlets\"><caption>Articles of each outlet, by whom they say they are from</caption><thead><tr>{}{}",
        sortable("Outlet", false),
        sortable("Articles", true),
    )?;
    for (name, _) in &agencies {
        write!(out, "{}", sortable(name, true))?;
    }
    if others {
        write!(out, "{}", sortable("other agencies", true))?;
    }
    write!(
        out,
        "{}{}</tr></thead><tbody>",
        sortable("own staff", true),
        sortable("not said", true)
    )?;
    for (outlet, all, of) in rows.iter().take(ROWS) {
        let name = if outlet.is_empty() {
            "no outlet given"
        } else {
            outlet
        };
        write!(
            out,
            "<tr><th scope=\"row\" dir=\"auto\">{}</th>",
            escape::text(name)
        )?;
        let of = |source: Option<&str>| of.get(&source).copied().unwrap_or_default();
        let mut cells = vec![*all];
        cells.extend(agencies.iter().map(|(a, _)| of(Some(a))));
        let told: usize = cells.iter().skip(1).sum::<usize>() + of(Some(OWN)) + of(None);
        if others {
            cells.push(all - told.min(*all));
        }
        cells.extend([of(Some(OWN)), of(None)]);
        for n in cells {
            let zero = if n == 0 { " zero" } else { "" };
            write!(out, "<td class=\"n{zero}\" data-v=\"{n}\">{n}</td>")?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")?;
    if rows.len() > ROWS {
        writeln!(
            out,
            "<p class=\"note\">and {} more outlets</p>",
            rows.len() - ROWS
        )?;
    }
    Ok(())
}
