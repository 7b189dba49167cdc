//! `report`: a saved scan rendered again, or a part of it.

use std::{
    fs::File,
    io::{self, BufReader},
    process::ExitCode,
};

use super::{
    args::{ReportArgs, ReportFormat},
    scan,
};
use crate::{
    error::Error,
    read::STDIN,
    report::{
        html,
        output::OutputFile,
        saved::{Saved, filter::Filter, summary},
    },
};

pub(super) fn run(args: &ReportArgs) -> anyhow::Result<ExitCode> {
    OutputFile::check(&args.output)?;
    let saved = if args.file == STDIN {
        Saved::read(io::stdin().lock(), "standard input")
    } else {
        let file = File::open(&args.file)
            .map_err(|e| Error::io(format_args!("cannot read `{}`", args.file), e))?;
        Saved::read(BufReader::new(file), &args.file)
    }?;
    let filter = Filter {
        relations: args.relation.iter().map(|r| r.name().to_owned()).collect(),
        min_score: args.min_score,
        near_duplicate: args.near_duplicate,
        reuse_words: args.reuse_words,
        outlets: args.outlet.clone(),
        agency: args.agency.clone(),
        since: args.since.clone(),
        until: args.until.clone(),
    };
    for what in filter.unknown(&saved) {
        anstream::eprintln!("copytaster: {what}");
    }
    let saved = filter.apply(saved)?;
    let mut out = OutputFile::create(&args.output)?;
    let written = match args.format {
        ReportFormat::Text => summary::write(&saved, args.limit, &mut out),
        ReportFormat::Jsonl => saved.write_jsonl(&mut out),
        ReportFormat::Json => saved.write_json(&mut out),
        ReportFormat::Html => html::write(&saved, &html::Options::default(), &mut out),
    };
    scan::finish(out, written)?;
    Ok(ExitCode::SUCCESS)
}
