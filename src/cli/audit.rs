//! `audit`: who prints the copy of others without saying so.

use std::{process::ExitCode, sync::Arc};

use serde_json::json;

use super::{
    args::{AuditArgs, AuditFormat},
    scan, settings,
    sources::Sources,
};
use crate::{
    detector::Detector,
    policy::audit::{Audit, AuditSettings, risk},
    read,
    report::{
        audit::{Audited, write_csv},
        json::Json,
        jsonl::Jsonl,
        outcome::Outcome,
        output::OutputFile,
        text,
    },
};

pub(super) fn run(args: &AuditArgs) -> anyhow::Result<ExitCode> {
    let options = settings::read_options(&args.input)?;
    let detector = Detector::new(settings::engine(&args.engine, 0))?;
    let sources = Sources::read(&args.sources, &options)?;
    let detector = sources.known_to(detector);
    let audit_settings = AuditSettings {
        words: args.words,
        ..AuditSettings::default()
    };
    let mut printed = settings::as_json(
        detector.settings(),
        detector.banding(),
        &options,
        sources.printed(),
    )?;
    printed["audit"] = json!({
        "words": audit_settings.words,
        "share": audit_settings.share,
        "risk_of_whole": risk::WHOLE,
        "risk_of_part": risk::PART,
        "risk_undirected": risk::UNDIRECTED,
        "risk_contradicted": risk::CONTRADICTED,
        "risk_unsupported": risk::UNSUPPORTED,
    });
    OutputFile::check(&args.to.output)?;
    let mut input = scan::read(
        read::find(&settings::paths(&args.paths, &args.input)?, &options),
        &options,
    );
    scan::tell(&input);
    let documents = sources.with_references(std::mem::take(&mut input.documents));
    let articles = documents.len();
    let found = scan::compared(articles, || detector.scan(documents))?;
    let failed = scan::has_failed(&input, found.count(), args.max_errors);
    let reading = scan::reading(input);
    let audit = Audit::of(&found, &detector, audit_settings);
    let outcome = Outcome::new(found, reading, printed, Arc::clone(detector.agencies()));
    let audited = Audited {
        outcome: &outcome,
        audit: &audit,
        offsets: settings::unit(args.to.offsets),
    };
    let mut out = OutputFile::create(&args.to.output)?;
    let written = match args.format {
        AuditFormat::Jsonl => audited.write(&mut Jsonl(&mut out)),
        AuditFormat::Json => audited.write(&mut Json::new(&mut out)),
        AuditFormat::Csv => write_csv(&audit, &mut out),
        AuditFormat::Text => {
            let style = text::Style::of_terminal(args.to.output == "-", 0);
            text::write_audit(&audited, &style, &mut out)
        }
    };
    scan::finish(out, written)?;
    Ok(scan::status(failed))
}
