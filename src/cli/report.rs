//! `report`: a saved scan rendered again, or a part of it.

use std::{
    fs::File,
    io::{self, BufReader},
    process::ExitCode,
};

use super::{
    args::{ReportArgs, ReportFormat},
    scan,
    tables::check_output,
};
use crate::{
    error::Error,
    read::STDIN,
    report::{
        html,
        output::OutputFile,
        rows::TableFormat,
        saved::{Saved, filter::Filter, summary},
        tables,
        text::page::visible,
    },
};

pub(super) fn run(args: &ReportArgs) -> anyhow::Result<ExitCode> {
    check_output(&args.output, args.format.tables())?;
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
        anstream::eprintln!("copytaster: {}", visible(&what));
    }
    let saved = filter.apply(saved)?;
    let to_file =
        |write: &dyn Fn(&mut OutputFile) -> io::Result<()>| scan::to_file(&args.output, write);
    match args.format {
        ReportFormat::Text => to_file(&|out| summary::write(&saved, args.limit, out)),
        ReportFormat::Jsonl => to_file(&|out| saved.write_jsonl(out)),
        ReportFormat::Json => to_file(&|out| saved.write_json(out)),
        ReportFormat::Html => to_file(&|out| html::write(&saved, &html::Options::default(), out)),
        ReportFormat::Csv => {
            tables::write(&saved, TableFormat::Csv, &args.output).map_err(Into::into)
        }
        ReportFormat::Parquet => {
            tables::write(&saved, TableFormat::Parquet, &args.output).map_err(Into::into)
        }
    }?;
    Ok(ExitCode::SUCCESS)
}
