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
    tables::check_output,
};
use crate::{
    detector::{Detector, Scan},
    read::{self, Input, Listing, RecordError},
    report::{
        html,
        json::Json,
        jsonl::Jsonl,
        jsonld,
        offsets::Unit,
        outcome::{Outcome, Reading, Show},
        output::OutputFile,
        prov,
        rows::TableFormat,
        saved::Saved,
        tables,
        text::{self, page::visible},
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
    check_output(&args.to.output, args.format.tables())?;
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
    let outcome = Outcome::new(scan, reading, printed, Arc::clone(detector.agencies()));
    let show = Show {
        offsets: settings::unit(args.to.offsets),
        snippet: args.snippet,
        with_text: args.with_text,
        near_misses: args.near_misses > 0,
    };
    let to_file =
        |write: &dyn Fn(&mut OutputFile) -> io::Result<()>| to_file(&args.to.output, write);
    let to_folder = |format| -> anyhow::Result<()> {
        Ok(tables::write(
            &saved(&outcome, &show)?,
            format,
            &args.to.output,
        )?)
    };
    match args.format {
        Format::Jsonl => to_file(&|out| outcome.write(&show, &mut Jsonl(out))),
        Format::Json => to_file(&|out| outcome.write(&show, &mut Json::new(out))),
        Format::Prov => to_file(&|out| prov::write(&outcome, &show, out)),
        Format::Jsonld => to_file(&|out| jsonld::write(&outcome, &show, out)),
        Format::Html => {
            let of_page = Show {
                offsets: Unit::Utf16,
                with_text: true,
                ..show
            };
            let saved = saved(&outcome, &of_page)?;
            to_file(&|out| html::write(&saved, &html::Options::default(), out))
        }
        Format::Csv => to_folder(TableFormat::Csv),
        Format::Parquet => to_folder(TableFormat::Parquet),
        Format::Text => {
            let style = text::Style::of_terminal(args.to.output == "-", args.limit);
            to_file(&|out| text::write(&outcome, &detector, &show, &style, out))
        }
    }?;
    // The process ends here: its memory goes back at once, not article by article.
    std::mem::forget(outcome);
    Ok(status(failed))
}

/// The records as `report` has them; they go through a file, as their JSON takes more room than they.
fn saved(outcome: &Outcome, show: &Show) -> anyhow::Result<Saved> {
    let cannot = "cannot write a temporary file";
    let mut file = BufWriter::new(tempfile::tempfile().context(cannot)?);
    outcome.write(show, &mut Jsonl(&mut file)).context(cannot)?;
    let mut file = file.into_inner().context(cannot)?;
    file.rewind().context(cannot)?;
    Ok(Saved::read_records(BufReader::new(file), "the result")?)
}

/// Writes a file, which appears whole or not at all, or to standard output.
pub(super) fn to_file(
    output: &str,
    write: impl FnOnce(&mut OutputFile) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut out = OutputFile::create(output)?;
    let written = write(&mut out);
    finish(out, written)
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
    let mut input = read_as_given(listing, options);
    read::make_unique(&mut input.documents);
    input
}

/// The same with ids as they are.
pub(super) fn read_as_given(listing: Listing, options: &read::ReadOptions) -> Input {
    let progress = Progress::reading(listing.bytes());
    let input = read::read_listing(listing, options, &|n| progress.add(n));
    drop(progress);
    input
}

/// Tells the errors of what was read.
pub(super) fn tell(input: &Input) {
    input.errors.iter().for_each(tell_one);
}

/// Tells an error of reading.
pub(super) fn tell_one(e: &RecordError) {
    // Names of files are of others, and could forge lines.
    anstream::eprintln!("copytaster: {}", visible(&e.to_string()));
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
    let is_fatal = input.errors.iter().any(|e| e.fatal);
    are_too_many(input.errors.len() as u64, articles as u64, most) || is_fatal
}

/// Whether so many errors beside so many articles are more than tolerated.
pub(super) fn are_too_many(errors: u64, articles: u64, most: MaxErrors) -> bool {
    match most {
        MaxErrors::Count(n) => errors > n,
        MaxErrors::Share(s) => errors as f64 > s * (errors + articles) as f64,
    }
}
