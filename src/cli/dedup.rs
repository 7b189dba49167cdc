//! `dedup`: a corpus without its duplicates, in the format it came in.

mod corpus;
mod places;

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use anyhow::bail;

use super::{
    args::{DedupArgs, Keep},
    scan, settings,
    sources::Sources,
};
use crate::{
    detector::{Detector, Scan},
    policy::{
        cut,
        dedup::{self, Dedup, DedupSettings},
        groups,
    },
    read,
    report::{dedup::Deduped, outcome::Outcome, output::OutputFile, rows::TableFormat},
};
use corpus::Corpus;
use places::Places;

/// Where standard output is meant.
const STDOUT: &str = "-";

pub(super) fn run(args: &DedupArgs) -> anyhow::Result<ExitCode> {
    let options = settings::read_options(&args.input)?;
    let detector = Detector::new(settings::engine(&args.engine, 0))?;
    let (log, tables) = outputs(args)?;
    let paths = settings::paths(&args.paths, &args.input)?;
    let listing = read::find(&paths, &options);
    let mut places = Places::of(&paths, &listing);
    places.add_inputs(args.input.files_from.as_deref());
    places.add_inputs(args.sources.agencies.as_deref());
    places.add_inputs(args.sources.outlets.as_deref());
    places.add_inputs(args.sources.reference.iter().map(|r| &*r.path));
    // All that can be refused is, before the work.
    for path in [&args.output, &log, &args.mask, &args.groups]
        .into_iter()
        .flatten()
    {
        places.check(path)?;
    }
    let corpus = match &args.output {
        Some(out) => Some(Corpus::plan(
            out,
            &paths,
            &listing,
            &options,
            args.cut_boilerplate,
        )?),
        None => None,
    };
    if !args.dry_run {
        if let Some(corpus) = &corpus {
            corpus.check()?;
        }
        for path in [&log, &args.mask, &args.groups].into_iter().flatten() {
            OutputFile::check(path)?;
        }
    }
    let sources = Sources::read(&args.sources, &options)?;
    let detector = sources.known_to(detector);
    let other_files: u64 = listing.skipped.other_files.values().sum();
    let mut input = scan::read(listing, &options);
    scan::tell(&input);
    let documents = sources.with_references(std::mem::take(&mut input.documents));
    let articles = documents.len();
    let found = scan::compared(articles, || detector.scan(documents))?;
    let failed = scan::has_failed(&input, found.count(), args.max_errors);
    if corpus.is_some()
        && let Some(e) = input.errors.iter().find(|e| e.fatal)
    {
        bail!("nothing was written: {e}");
    }
    let cleaning = DedupSettings {
        keep: match args.keep {
            Keep::Earliest => dedup::Keep::Earliest,
            Keep::Longest => dedup::Keep::Longest,
            Keep::Origin => dedup::Keep::Origin,
            Keep::First => dedup::Keep::First,
        },
        prefer_outlets: args.prefer_outlet.clone(),
        min_contained: args.min_contained,
    };
    let decided = Dedup::of(&found, &cleaning);
    let mut cuts = match args.cut_boilerplate {
        true => cut::boilerplate(&found, &decided.kept(found.count())),
        false => Vec::new(),
    };
    let groups = args.groups.as_ref().map(|_| groups::ids(&found));
    let written = match &corpus {
        Some(corpus) if !args.dry_run => Some(corpus.write(&found, &decided, &mut cuts, &options)?),
        _ => None,
    };
    let outcome = outcome(found, input, &detector);
    let deduped = Deduped {
        outcome: &outcome,
        dedup: &decided,
        settings: &cleaning,
        cuts: &cuts,
    };
    if !args.dry_run {
        // The corpus appears last, so that it never stands without its log.
        let log = to(log.as_deref(), &mut |out| deduped.write_log(out))?;
        let mask = to(args.mask.as_deref(), &mut |out| {
            deduped.write_mask(tables.0, out)
        })?;
        let groups = to(args.groups.as_deref(), &mut |out| {
            deduped.write_groups(groups.as_deref().unwrap_or_default(), tables.1, out)
        })?;
        for file in [log, mask, groups].into_iter().flatten() {
            file.finish()?;
        }
        if let Some(written) = written {
            written.finish()?;
        }
    }
    let mut told = Vec::new();
    deduped.write_summary(&mut told)?;
    if corpus.is_some_and(|c| c.is_folder()) && other_files > 0 {
        writeln!(
            told,
            "{other_files} other files of the folders are not copied"
        )?;
    }
    let named = [&args.output, &args.log, &args.mask, &args.groups];
    match named.into_iter().flatten().any(|p| p == STDOUT) {
        true => anstream::stderr().write_all(&told)?,
        false => io::stdout().write_all(&told)?,
    }
    // The process ends here: its memory goes back at once, not article by article.
    std::mem::forget(outcome);
    Ok(scan::status(failed))
}

/// Where the log goes, and in which formats the tables are written: the mask, then the groups.
fn outputs(args: &DedupArgs) -> anyhow::Result<(Option<String>, (TableFormat, TableFormat))> {
    let log = match (&args.log, &args.output) {
        (Some(log), _) => Some(log.clone()),
        (None, Some(out)) if out == STDOUT => bail!("-o - wants a place for the log: --log FILE"),
        (None, Some(out)) => {
            let name = out.trim_end_matches(std::path::is_separator);
            Some(format!("{name}.removed.jsonl"))
        }
        (None, None) => None,
    };
    if log.is_none() && args.mask.is_none() && args.groups.is_none() && !args.dry_run {
        bail!("nothing to write: -o OUT, --log, --mask, --groups or --dry-run is wanted");
    }
    let format = |path: &Option<String>| match path {
        Some(path) => TableFormat::of_name(path),
        None => Ok(TableFormat::Csv),
    };
    Ok((log, (format(&args.mask)?, format(&args.groups)?)))
}

/// Writes an output that is asked for; it does not appear yet.
fn to(
    path: Option<&str>,
    write: &mut dyn FnMut(&mut OutputFile) -> io::Result<()>,
) -> anyhow::Result<Option<OutputFile>> {
    let Some(path) = path else {
        return Ok(None);
    };
    let mut out = OutputFile::create(path)?;
    write(&mut out).map_err(|e| out.write_error(e))?;
    Ok(Some(out))
}

/// What was found, for the reports; settings are not told there.
fn outcome(found: Scan, input: read::Input, detector: &Detector) -> Outcome {
    let reading = scan::reading(input);
    Outcome::new(
        found,
        reading,
        serde_json::Value::Null,
        Arc::clone(detector.agencies()),
    )
}
