//! `scan`: what the articles of a corpus share.

use std::{
    io::{self, BufReader, BufWriter, Seek, Write},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;

use super::{
    ERROR,
    args::{Format, MaxErrors, ScanArgs},
    progress::Progress,
    room::Room,
    settings,
    sources::Sources,
};
use crate::{
    detector::{Detector, Scan},
    read::{self, Input, Listing},
    report::{
        html,
        json::Json,
        jsonl::Jsonl,
        jsonld,
        offsets::Unit,
        outcome::{Outcome, Reading, Show, Snippet},
        output::OutputFile,
        prov,
        saved::Saved,
        text,
    },
};

pub(super) fn run(args: &ScanArgs) -> anyhow::Result<ExitCode> {
    let options = settings::read_options(&args.input)?;
    let detector = Detector::new(settings::engine(&args.engine, args.near_misses))?;
    let sources = Sources::read(&args.sources, &options)?;
    let detector = sources.known_to(detector);
    let printed = settings::as_json(
        detector.settings(),
        detector.banding(),
        &options,
        sources.printed(),
    )?;
    // A place that cannot be written to is told before the work; what is made for the test goes at once, so that an
    // interrupt during the work leaves nothing behind.
    OutputFile::check(&args.to.output)?;
    let listing = read::find(&settings::paths(&args.paths, &args.input)?, &options);
    let (scan, input) = match Room::of(&args.room, args.format, &listing)? {
        Some(room) => room.scan(listing, &options, &detector, sources)?,
        None => {
            let mut input = read(listing, &options);
            tell(&input);
            let documents = sources.with_references(std::mem::take(&mut input.documents));
            let articles = documents.len();
            (compared(articles, || detector.scan(documents))?, input)
        }
    };
    let failed = has_failed(&input, scan.count(), args.max_errors);
    let reading = reading(input);
    let mut out = OutputFile::create(&args.to.output)?;
    let outcome = Outcome::new(scan, reading, printed, Arc::clone(detector.agencies()));
    let show = Show {
        offsets: settings::unit(args.to.offsets),
        snippet: args.snippet,
        with_text: args.with_text,
        near_misses: args.near_misses > 0,
    };
    let written = match args.format {
        Format::Jsonl => outcome.write(&show, &mut Jsonl(&mut out)),
        Format::Json => outcome.write(&show, &mut Json::new(&mut out)),
        Format::Prov => prov::write(&outcome, &show, &mut out),
        Format::Jsonld => jsonld::write(&outcome, &show, &mut out),
        Format::Html => write_html(&outcome, args.snippet, &mut out)?,
        Format::Text => {
            let style = text::Style::of_terminal(args.to.output == "-", args.limit);
            text::write(&outcome, &detector, &show, &style, &mut out)
        }
    };
    finish(out, written)?;
    // The process ends here: its memory goes back at once, not article by article.
    std::mem::forget(outcome);
    Ok(status(failed))
}

/// As `report` makes the page, of records with texts; they go through a file, as they take more room than the page.
fn write_html(
    outcome: &Outcome,
    snippet: Snippet,
    out: &mut OutputFile,
) -> anyhow::Result<io::Result<()>> {
    let show = Show {
        offsets: Unit::Utf16,
        snippet,
        with_text: true,
        near_misses: false,
    };
    let cannot = "cannot write a temporary file";
    let mut file = BufWriter::new(tempfile::tempfile().context(cannot)?);
    outcome
        .write(&show, &mut Jsonl(&mut file))
        .context(cannot)?;
    let mut file = file.into_inner().context(cannot)?;
    file.rewind().context(cannot)?;
    let saved = Saved::read_records(BufReader::new(file), "the result")?;
    Ok(html::write(&saved, &html::Options::default(), out))
}

/// Puts what was written in its place.
pub(super) fn finish(mut out: OutputFile, written: io::Result<()>) -> anyhow::Result<()> {
    written
        .and_then(|()| out.flush())
        .map_err(|e| out.write_error(e))?;
    out.finish().context("the report was not written")
}

/// The exit status of a run that came to its end.
pub(super) fn status(failed: bool) -> ExitCode {
    if failed {
        ExitCode::from(ERROR)
    } else {
        ExitCode::SUCCESS
    }
}

/// Reads all that was found, with a bar on long work; ids are made unique.
pub(super) fn read(listing: Listing, options: &read::ReadOptions) -> Input {
    let progress = Progress::reading(listing.bytes());
    let mut input = read::read_listing(listing, options, &|n| progress.add(n));
    drop(progress);
    read::make_unique(&mut input.documents);
    input
}

/// Tells the errors of what was read.
pub(super) fn tell(input: &Input) {
    for e in &input.errors {
        anstream::eprintln!("copytaster: {e}");
    }
}

/// What was read besides articles.
pub(super) fn reading(input: Input) -> Reading {
    Reading {
        errors: input.errors,
        other_files: input.skipped.other_files,
        decoding_errors: input.decoding_errors,
    }
}

/// Scans, with a sign of life on long work.
pub(super) fn compared(
    articles: usize,
    scan: impl FnOnce() -> crate::error::Result<Scan>,
) -> anyhow::Result<Scan> {
    let progress = Progress::comparing(articles);
    let scan = scan()?;
    drop(progress);
    Ok(scan)
}

/// Whether the errors are more than tolerated, or a named input could not be read at all.
pub(super) fn has_failed(input: &Input, articles: usize, most: MaxErrors) -> bool {
    let errors = input.errors.len() as u64;
    let all = errors + articles as u64;
    let too_many = match most {
        MaxErrors::Count(n) => errors > n,
        MaxErrors::Share(s) => errors as f64 > s * all as f64,
    };
    too_many || input.errors.iter().any(|e| e.fatal)
}
