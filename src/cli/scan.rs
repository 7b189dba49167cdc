//! `scan`: what the articles of a corpus share.

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;

use super::{
    ERROR,
    args::{Format, MaxErrors, ScanArgs},
    progress::Progress,
    settings,
    sources::Sources,
};
use crate::{
    detector::{Detector, Scan},
    document::Document,
    read::{self, Input},
    report::{
        json::Json,
        jsonl::Jsonl,
        jsonld,
        outcome::{Outcome, Reading, Show},
        output::OutputFile,
        prov, text,
    },
};

pub(super) fn run(args: &ScanArgs) -> anyhow::Result<ExitCode> {
    let options = settings::read_options(&args.input);
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
    let input = read(&args.paths, &options);
    let failed = has_failed(&input, args.max_errors);
    let (documents, reading) = told(input);
    let scan = compared(&detector, sources.with_references(documents))?;
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

/// Reads all inputs, with a bar on long work; ids are made unique.
pub(super) fn read(paths: &[String], options: &read::ReadOptions) -> Input {
    let listing = read::find(paths, options);
    let progress = Progress::reading(listing.bytes());
    let mut input = read::read_listing(listing, options, &|n| progress.add(n));
    drop(progress);
    read::make_unique(&mut input.documents);
    input
}

/// Tells the errors, and parts the articles from what else was read.
pub(super) fn told(input: Input) -> (Vec<Document>, Reading) {
    let Input {
        documents,
        errors,
        skipped,
        decoding_errors,
    } = input;
    for e in &errors {
        anstream::eprintln!("copytaster: {e}");
    }
    let reading = Reading {
        errors,
        other_files: skipped.other_files,
        decoding_errors,
    };
    (documents, reading)
}

/// Scans, with a sign of life on long work.
pub(super) fn compared(detector: &Detector, documents: Vec<Document>) -> anyhow::Result<Scan> {
    let progress = Progress::comparing(documents.len());
    let scan = detector.scan(documents)?;
    drop(progress);
    Ok(scan)
}

/// Whether the errors are more than tolerated, or a named input could not be read at all.
pub(super) fn has_failed(input: &Input, most: MaxErrors) -> bool {
    let errors = input.errors.len() as u64;
    let all = errors + input.documents.len() as u64;
    let too_many = match most {
        MaxErrors::Count(n) => errors > n,
        MaxErrors::Share(s) => errors as f64 > s * all as f64,
    };
    too_many || input.errors.iter().any(|e| e.fatal)
}
