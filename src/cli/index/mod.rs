//! `index`: articles that are kept, and what others share with them.

mod export;
mod feed;

use std::{
    io::{self, Write},
    ops::ControlFlow,
    path::Path,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use rayon::prelude::*;

use super::{
    args::{AddArgs, EngineArgs, IndexArgs, IndexCommand, InputArgs, QueryArgs, RemoveArgs},
    progress::Progress,
    scan, settings,
};
use crate::{
    detector::Detector,
    document::Document,
    hash,
    index::{Added, Index, Writer},
    read::{self, Input},
    report::{
        answer,
        outcome::{Show, Snippet},
        output::OutputFile,
    },
};

/// Bytes of text that are added together.
const BATCH: u64 = 8 << 20;
/// Questions that are answered together.
const TOGETHER: usize = 256;

pub(super) fn run(args: &IndexArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        IndexCommand::Add(a) if a.query => feed::run(a),
        IndexCommand::Add(a) => add(a),
        IndexCommand::Query(a) => query(a),
        IndexCommand::Remove(a) => remove(a),
        IndexCommand::Expire(a) => {
            let before = now().saturating_sub(a.older_than);
            change(&a.place.index, |w| w.expire(before))
        }
        IndexCommand::Stats(a) => stats(&a.index),
        IndexCommand::Verify(a) => verify(&a.index),
        IndexCommand::Compact(a) => change(&a.index, |w| w.compact().map(|()| 0)),
        IndexCommand::Export(a) => export::run(a),
    }
}

/// Unix time.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |d| d.as_secs() as i64)
}

/// What asks an index, by its own settings where it is there.
fn detector(folder: &Path, engine: Option<&EngineArgs>) -> anyhow::Result<Detector> {
    let given = engine.map_or_else(Default::default, |e| settings::engine(e, 0));
    let settings = if Index::is_in(folder) {
        Index::settings(folder, given)?
    } else {
        given
    };
    Ok(Detector::new(settings)?)
}

fn open(folder: &Path, engine: Option<&EngineArgs>) -> anyhow::Result<Index> {
    Ok(Index::open(folder, detector(folder, engine)?)?)
}

/// Articles without an id of their own go by their text, so that it does not matter with which others they come.
fn named(mut document: Document) -> Document {
    if document.record.is_some() && document.id == document.path {
        let digest = hash::hex(&hash::sha256(document.text.as_bytes()), 8);
        let id = format!("{}#{digest}", document.path);
        document.source_id = Some(std::mem::replace(&mut document.id, id));
    }
    document
}

/// Reads what is named.
fn read(paths: &[String], input: &InputArgs) -> anyhow::Result<Input> {
    let options = settings::read_options(input)?;
    let listing = read::find(&settings::paths(paths, input)?, &options);
    let mut input = scan::read_as_given(listing, &options);
    scan::tell(&input);
    input.documents = std::mem::take(&mut input.documents)
        .into_iter()
        .map(named)
        .collect();
    Ok(input)
}

/// What `add` writes with; tells what an index cannot show that it makes without texts.
fn writer(args: &AddArgs) -> anyhow::Result<Writer> {
    let folder = &args.place.index;
    let detector = detector(folder, Some(&args.engine))?;
    if !args.no_text {
        return Ok(Writer::open(folder, detector)?);
    }
    let is_new = !Index::is_in(folder);
    let writer = Writer::open_without_texts(folder, detector)?;
    if is_new {
        anstream::eprintln!(
            "copytaster: `{}` keeps no texts: it shows no passages of the articles in it, exports no scan of them, and takes \
             words that are spelt nearly alike for different ones",
            folder.display()
        );
    }
    Ok(writer)
}

fn add(args: &AddArgs) -> anyhow::Result<ExitCode> {
    let folder = &args.place.index;
    let mut writer = writer(args)?;
    let options = settings::read_options(&args.input)?;
    let listing = read::find(&settings::paths(&args.paths, &args.input)?, &options);
    let progress = Progress::reading(listing.bytes());
    let mut counts = [0usize; 3];
    let mut put = |documents: Vec<Document>| -> anyhow::Result<()> {
        for what in writer.add(documents.into_iter().map(named).collect(), now())? {
            counts[what as usize] += 1;
        }
        Ok(())
    };
    let mut added = Ok(());
    let mut input = read::read_listing_in_batches(
        listing,
        &options,
        &|n| progress.add(n),
        BATCH,
        &mut |documents| {
            added = put(documents);
            match added {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        },
    );
    drop(progress);
    added?;
    put(std::mem::take(&mut input.documents))?;
    scan::tell(&input);
    anstream::eprintln!(
        "copytaster: {} added, {} in place of others, {} known; {} articles in `{}`",
        counts[Added::New as usize],
        counts[Added::Replaced as usize],
        counts[Added::Seen as usize],
        writer.len(),
        folder.display()
    );
    let failed = scan::has_failed(&input, counts.iter().sum(), args.max_errors);
    Ok(scan::status(failed))
}

fn query(args: &QueryArgs) -> anyhow::Result<ExitCode> {
    let index = open(&args.place.index, Some(&args.engine))?;
    OutputFile::check(&args.to.output)?;
    let mut input = read(&args.paths, &args.input)?;
    let documents = std::mem::take(&mut input.documents);
    let read = documents.len();
    let show = show(args.to.offsets, args.snippet);
    let mut failed = None;
    scan::to_file(&args.to.output, |out| {
        for together in documents.chunks(TOGETHER) {
            let lines: Vec<_> = together
                .par_iter()
                .with_max_len(1)
                .map(|d| -> anyhow::Result<Vec<u8>> {
                    let asked = index.ask(d.clone())?;
                    let mut line = Vec::new();
                    answer::write(asked, &index, &show, &mut line)?;
                    Ok(line)
                })
                .collect();
            for line in lines {
                match line {
                    Ok(line) => out.write_all(&line)?,
                    Err(e) => {
                        let message = format!("{e:#}");
                        failed = Some(e);
                        return Err(io::Error::other(message));
                    }
                }
            }
        }
        Ok(())
    })
    .map_err(|e| failed.take().unwrap_or(e))?;
    Ok(scan::status(scan::has_failed(
        &input,
        read,
        args.max_errors,
    )))
}

fn show(offsets: super::args::Offsets, snippet: Snippet) -> Show {
    Show {
        offsets: settings::unit(offsets),
        snippet,
        with_text: false,
        near_misses: false,
    }
}

fn remove(args: &RemoveArgs) -> anyhow::Result<ExitCode> {
    let mut ids = Vec::new();
    for id in &args.ids {
        if id == read::STDIN {
            let text = io::read_to_string(io::stdin()).context("cannot read the list of ids")?;
            ids.extend(text.lines().map(str::to_owned));
        } else {
            ids.push(id.clone());
        }
    }
    change(&args.place.index, |w| {
        for id in ids.iter().filter(|id| !w.holds(id)) {
            anstream::eprintln!(
                "copytaster: no article goes by the id `{}`",
                crate::report::text::page::visible(id)
            );
        }
        w.remove(ids.iter().map(String::as_str))
    })
}

/// Changes an index that is there, and tells how many articles are gone and left.
fn change(
    folder: &Path,
    change: impl FnOnce(&mut Writer) -> crate::error::Result<usize>,
) -> anyhow::Result<ExitCode> {
    // One that is not there is not made.
    let detector = open(folder, None)?.detector().clone();
    let mut writer = Writer::open(folder, detector)?;
    let gone = change(&mut writer)?;
    writer.commit()?;
    anstream::eprintln!(
        "copytaster: {gone} removed; {} articles in `{}`",
        writer.len(),
        folder.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn stats(folder: &Path) -> anyhow::Result<ExitCode> {
    let index = open(folder, None)?;
    let s = index.stats()?;
    let [seeds, bands, lines] = s.samples;
    let mut out = io::stdout().lock();
    writeln!(out, "{} articles in {} families", s.articles, s.families)?;
    writeln!(out, "{} removed that still take room", s.removed)?;
    writeln!(
        out,
        "{seeds} passage seeds, {bands} bands of sketches, {lines} lines"
    )?;
    writeln!(out, "{} bytes in {} segments", s.bytes, s.segments)?;
    if !index.keeps_texts() {
        writeln!(out, "no texts are kept")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(folder: &Path) -> anyhow::Result<ExitCode> {
    let index = open(folder, None)?;
    let broken = index.verify();
    for e in &broken {
        anstream::eprintln!("copytaster: {e}");
    }
    if broken.is_empty() {
        anstream::eprintln!(
            "copytaster: {} articles, all as they were written",
            index.len()
        );
    }
    Ok(scan::status(!broken.is_empty()))
}
