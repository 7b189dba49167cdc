//! What was not compared or not shown, and why; and what to say when nothing was found.

use std::io;

use super::{
    Report,
    page::{FAINT, HEADING, Page, WRONG, count, number},
    pairs,
};
use crate::{
    candidate::propose::GUARANTEED_RUN, detector::SHORT_ARTICLE, read::RecordError,
    settings::PairScope, sketch::winnow::SEEDS,
};

/// Errors listed.
const ERRORS: usize = 10;
/// Extensions listed.
const EXTENSIONS: usize = 8;

/// Says why nothing was found.
pub(super) fn write_nothing(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let (outcome, settings) = (report.outcome, report.detector.settings());
    let scan = &outcome.scan;
    if report.show.near_misses && !scan.near_misses.is_empty() {
        // They say it.
        return Ok(());
    }
    page.blank()?;
    match scan.articles.len() {
        0 if !outcome.reading.errors.is_empty() => {
            page.wrap(HEADING, 0, "No article could be read.")?
        }
        0 => page.wrap(
            HEADING,
            0,
            "There was no article to read: no file is of a kind that is read.",
        )?,
        1 => page.wrap(
            HEADING,
            0,
            "There is nothing to compare the one article with.",
        )?,
        _ if scan.near_misses.is_empty() => {
            let all = settings.pairs == PairScope::All && settings.window_seconds.is_none();
            let why = if all && scan.capped_seeds == 0 {
                format!(
                    "No two of the articles have enough in common to be compared: a run of {GUARANTEED_RUN} words, or, where an article has up to {SHORT_ARTICLE}, one of {} with more in common round it.",
                    SEEDS.run.min(settings.k)
                )
            } else {
                "No pair that is wanted has enough in common to be compared.".into()
            };
            page.wrap(HEADING, 0, &why)?;
        }
        _ => {
            page.put(HEADING, "The nearest pair is below every threshold");
            page.put(FAINT, "  % of each in the other");
            page.end()?;
            page.blank()?;
            let nearest = &scan.near_misses[0];
            pairs::write_near_miss(report, page, [nearest.a, nearest.b])?;
        }
    }
    Ok(())
}

/// Lists the first errors, and says how many more there are.
pub(super) fn list_errors(errors: &[RecordError], page: &mut Page<'_>) -> io::Result<()> {
    for e in errors.iter().take(ERRORS) {
        page.wrap(WRONG, 2, &e.to_string())?;
    }
    if errors.len() > ERRORS {
        page.wrap(
            FAINT,
            2,
            &format!("… and {} more", number((errors.len() - ERRORS) as u64)),
        )?;
    }
    Ok(())
}

/// Writes what was set aside.
pub(super) fn write(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let (outcome, scan) = (report.outcome, &report.outcome.scan);
    let errors = &outcome.reading.errors;
    if !errors.is_empty() {
        page.blank()?;
        page.put(
            HEADING,
            &format!("{} could not be read", count(errors.len(), "input")),
        );
        page.end()?;
        list_errors(errors, page)?;
    }
    let mut notes = Vec::new();
    let empty = outcome.scan.empty();
    if empty > 0 {
        notes.push(format!(
            "{} without a word: compared with nothing.",
            count(empty, "article")
        ));
    }
    if let Some(files) = passed_over(report) {
        notes.push(files);
    }
    let bad = outcome.reading.decoding_errors;
    if bad > 0 {
        notes.push(format!(
            "{} that were no valid text, read as \u{fffd}.",
            count(bad as usize, "byte")
        ));
    }
    if report.detector.settings().window_seconds.is_some() {
        let undated = report.outcome.scan.undated();
        if undated > 0 {
            notes.push(format!(
                "{} without a time of publication: compared with all.",
                count(undated, "article")
            ));
        }
    }
    if scan.capped_seeds > 0 {
        notes.push(format!(
            "{} of words too common to find pairs by: passages made of nothing else may be missing.",
            count(scan.capped_seeds, "short run")
        ));
    }
    if scan.pairs_left_out > 0 {
        notes.push(format!(
            "at most {} of large clusters and common runs of words, not compared or not listed.",
            count(scan.pairs_left_out as usize, "pair")
        ));
    }
    if notes.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.put(HEADING, "Set aside");
    page.end()?;
    notes.iter().try_for_each(|n| page.wrap(FAINT, 2, n))
}

/// `5 files passed over: 3 .pdf, 1 .html, 1 without an extension.`
fn passed_over(report: &Report<'_>) -> Option<String> {
    let files = &report.outcome.reading.other_files;
    let all: u64 = files.values().sum();
    let mut by_number: Vec<(&str, u64)> = files.iter().map(|(e, n)| (&**e, *n)).collect();
    by_number.sort_by_key(|(e, n)| (std::cmp::Reverse(*n), *e));
    let mut parts: Vec<String> = by_number
        .iter()
        .take(EXTENSIONS)
        .map(|(e, n)| match *e {
            "" => format!("{} without an extension", number(*n)),
            e => format!("{} .{e}", number(*n)),
        })
        .collect();
    let rest: u64 = by_number.iter().skip(EXTENSIONS).map(|(_, n)| n).sum();
    if rest > 0 {
        parts.push(format!("{} of other kinds", number(rest)));
    }
    (all > 0).then(|| {
        format!(
            "{} passed over: {}.",
            count(all as usize, "file"),
            parts.join(", ")
        )
    })
}
