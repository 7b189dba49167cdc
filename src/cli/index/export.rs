//! `index export`: a scan of all that an index holds.

use std::{env, process::ExitCode, sync::Arc};

use super::{open, scan};
use crate::{
    cli::{
        args::{ExportArgs, SourceArgs},
        settings,
        sources::Sources,
    },
    error::{Error, ErrorKind},
    read::ReadOptions,
    report::{
        jsonl::Jsonl,
        outcome::{Outcome, Reading},
    },
};

/// Articles that are taken out together.
const TOGETHER: usize = 1024;

pub(super) fn run(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let index = open(&args.place.index, Some(&args.engine))?;
    if !index.keeps_texts() {
        let folder = args.place.index.display();
        let message = format!("the index `{folder}` keeps no texts, which a scan is made of");
        return Err(Error::new(ErrorKind::Settings, message).into());
    }
    let detector = index.detector();
    // Most of it goes to temporary files, however much it is.
    let mut collector = detector.collector(&env::temp_dir())?;
    let mut documents = Vec::with_capacity(TOGETHER);
    for document in index.documents() {
        documents.push(document?);
        if documents.len() == TOGETHER {
            collector.add(std::mem::take(&mut documents))?;
        }
    }
    collector.add(documents)?;
    let found = scan::compared(collector.len(), || collector.finish())?;
    let sources = Sources::read(&SourceArgs::default(), &ReadOptions::default())?
        .printed()
        .clone();
    let printed = settings::as_json(
        detector.settings(),
        detector.banding(),
        &ReadOptions::default(),
        &sources,
    )?;
    let agencies = Arc::clone(detector.agencies());
    let outcome = Outcome::new(found, Reading::default(), printed, agencies);
    let mut show = super::show(args.to.offsets, args.snippet);
    show.with_text = args.with_text;
    scan::to_file(&args.to.output, |out| outcome.write(&show, &mut Jsonl(out)))?;
    std::mem::forget(outcome);
    Ok(ExitCode::SUCCESS)
}
