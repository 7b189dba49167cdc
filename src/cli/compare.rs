//! `compare`: two articles side by side, by themselves or as a scan of a corpus sees them.

use std::{io::Write, process::ExitCode};

use anyhow::bail;

use super::{
    args::{CompareArgs, CompareFormat, MaxErrors},
    pick,
    progress::Progress,
    scan, settings,
    sources::Sources,
};
use crate::{
    detector::{Article, Detector},
    document::Document,
    read::{self, ReadOptions},
    report::{
        compare::{Compared, Layout, write_html, write_json, write_text},
        output::OutputFile,
        text,
    },
};

pub(super) fn run(args: &CompareArgs) -> anyhow::Result<ExitCode> {
    let options = settings::read_options(&args.input)?;
    let detector = Detector::new(settings::engine(&args.engine, 0))?;
    let sources = Sources::read(&args.sources, &options)?;
    let detector = sources.known_to(detector);
    if args.corpus.is_empty() {
        let [a, b] = two_files(args, &options)?.map(|d| Article::new(d, detector.agencies()));
        let comparison = detector.compare_pair(&a, &b);
        write(
            args,
            &Compared {
                a: &a,
                b: &b,
                comparison: &comparison,
                stages: None,
                detector: &detector,
            },
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let input = scan::read(read::find(&args.corpus, &options), &options);
    let failed = scan::has_failed(&input, input.documents.len(), MaxErrors::Count(0));
    scan::tell(&input);
    let documents = input.documents;
    let [a, b] = [
        pick::find(&documents, &args.a)?,
        pick::find(&documents, &args.b)?,
    ]
    .map(str::to_owned);
    let progress = Progress::comparing(documents.len());
    let explained = detector.explain(sources.with_references(documents), &a, &b);
    drop(progress);
    let explained = explained?;
    let compared = Compared {
        a: &explained.a,
        b: &explained.b,
        comparison: &explained.comparison,
        stages: Some(&explained.stages),
        detector: &detector,
    };
    write(args, &compared)?;
    Ok(scan::status(failed))
}

fn write(args: &CompareArgs, compared: &Compared<'_>) -> anyhow::Result<()> {
    let style = text::Style::of_terminal(true, 0);
    let mut out = OutputFile::create("-")?;
    let written = match args.format {
        CompareFormat::Json => write_json(compared, &mut out),
        CompareFormat::Html => write_html(compared, &mut out),
        CompareFormat::Text => {
            let layout = Layout {
                width: style.width,
                colour: style.colour,
                full: args.full,
            };
            write_text(compared, &layout, &mut out)
        }
    };
    written
        .and_then(|()| out.flush())
        .map_err(|e| out.write_error(e))?;
    Ok(out.finish()?)
}

/// The one article of each of two files.
fn two_files(args: &CompareArgs, options: &ReadOptions) -> anyhow::Result<[Document; 2]> {
    if args.a == args.b {
        bail!("`{}` would be compared with itself", args.a);
    }
    let mut both = [
        one_article(args, &args.a, options)?,
        one_article(args, &args.b, options)?,
    ];
    read::make_unique(&mut both);
    Ok(both)
}

fn one_article(args: &CompareArgs, path: &str, options: &ReadOptions) -> anyhow::Result<Document> {
    let many = || format!("to compare two articles of it: copytaster compare --in {path} ID ID");
    if std::path::Path::new(path).is_dir() {
        bail!("`{path}` is a folder; {}", many());
    }
    let input = read::read_all(&[path.to_owned()], options, &|_| ());
    if let Some(e) = input.errors.first() {
        let hint = if input.documents.is_empty() && e.fatal && args.corpus.is_empty() {
            "; articles are named by id only with --in"
        } else {
            ""
        };
        bail!("{e}{hint}");
    }
    let n = input.documents.len();
    match <[Document; 1]>::try_from(input.documents) {
        Ok([document]) => Ok(document),
        Err(_) if n == 0 => bail!("`{path}` holds no article"),
        Err(_) => bail!("`{path}` holds {n} articles; {}", many()),
    }
}
