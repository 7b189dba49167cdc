//! `check`: whether articles that should not be copies are.

mod changed;
mod config;

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail};
use serde_json::json;

use super::{
    ERROR,
    args::{CheckArgs, CheckFormat, Pairs, ReportArg},
    scan, settings,
    sources::Sources,
};
use crate::{
    detector::Detector,
    document::Document,
    policy::{
        audit::{Audit, AuditSettings},
        check::{Baseline, Check, Judge},
    },
    read::{self, Input, Listing, ReadOptions},
    report::{
        check::{Checked, write_github, write_junit, write_markdown, write_sarif, write_text},
        json::Json,
        jsonl::Jsonl,
        outcome::{Outcome, Show},
        output::OutputFile,
    },
    settings::PairScope,
};
use config::{Config, Groups};

/// Exit status where something was found.
const FOUND: u8 = 1;

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let config = Config::read(args)?;
    if args.print_config {
        print!("{}", config.to_toml()?);
        return Ok(ExitCode::SUCCESS);
    }
    let options = settings::read_options(&args.input)?;
    let groups = config.groups()?;
    let mut rules = config.rules()?;
    rules.across_groups = !groups.is_empty()
        || !args.against.is_empty()
        || args.input.group_field != "group"
        || args.engine.pairs == Pairs::CrossGroup;
    let mut engine = settings::engine(&args.engine, 0);
    if rules.across_groups {
        engine.pairs = PairScope::CrossGroup;
    }
    let detector = Detector::new(engine)?;
    let sources = Sources::read(&args.sources, &options)?;
    let detector = sources.known_to(detector);
    let mut printed = settings::as_json(
        detector.settings(),
        detector.banding(),
        &options,
        sources.printed(),
    )?;
    printed["check"] = json!(config);
    let baseline = known(args, config.baseline.as_deref())?;
    let reports = args.reports();
    for r in &reports {
        OutputFile::check(&r.file)?;
    }

    let paths = settings::paths(&config.paths, &args.input)?;
    let own = reports.iter().map(|r| &r.file).chain(&config.baseline);
    let mut input = read_all(&paths, args, &own.cloned().collect::<Vec<_>>(), &options)?;
    scan::tell(&input);
    groups.apply(&mut input.documents);
    if rules.across_groups && !config.allow_empty {
        let named = input
            .documents
            .iter()
            .filter_map(|d| d.meta.group.as_deref());
        let named: BTreeSet<&str> = named.collect();
        if named.len() < 2 {
            bail!(
                "articles of two groups are wanted, and there are those of {}",
                named.len()
            );
        }
    }
    let changed = match (&args.since, args.changed.is_empty()) {
        (Some(rev), _) => Some(changed::since(rev, &options)?),
        (None, false) => Some(changed::named(&args.changed)?),
        (None, true) => None,
    };
    let documents = sources.with_references(std::mem::take(&mut input.documents));
    let articles = documents.len();
    let found = scan::compared(articles, || detector.scan(documents))?;
    let is_changed = changed.map(|c| c.mark(&found.articles));
    let audit = (!rules.require_credit.is_empty())
        .then(|| Audit::of(&found, &detector, AuditSettings::default()));
    let mut failed = scan::has_failed(&input, found.count(), args.max_errors);
    let reading = scan::reading(input);
    let outcome = Outcome::new(found, reading, printed, Arc::clone(detector.agencies()));
    let judge = Judge {
        scan: &outcome.scan,
        detector: &detector,
        audit: audit.as_ref(),
        rules: &rules,
        changed: is_changed.as_deref(),
    };
    if args.write_baseline {
        return write_baseline(args, &config, &judge, failed);
    }
    let check = judge.check(baseline.as_ref());
    if args.prune
        && let (Some(known), Some(file)) = (&baseline, &config.baseline)
    {
        put(file, &known.pruned(&check.stale).to_json()?)?;
    }
    let show = Show {
        offsets: settings::unit(args.to.offsets),
        ..Show::default()
    };
    let mut checked = Checked {
        outcome: &outcome,
        check: &check,
        audit: audit.as_ref(),
        show: &show,
        is_in_doubt: failed,
    };
    failed |= is_too_little(&checked, &config);
    checked.is_in_doubt = failed;
    for r in &reports {
        write(&checked, r, args.limit)?;
    }
    Ok(verdict(&check, failed, args.exit_zero))
}

fn verdict(check: &Check, failed: bool, exit_zero: bool) -> ExitCode {
    match (failed, check.has_failed() && !exit_zero) {
        (true, _) => ExitCode::from(ERROR),
        (false, true) => ExitCode::from(FOUND),
        (false, false) => ExitCode::SUCCESS,
    }
}

/// Whether too little was looked at to say that all is well; says so.
fn is_too_little(checked: &Checked<'_>, config: &Config) -> bool {
    let summary = checked.summary();
    let skipped = (summary.skipped.empty + summary.unread) as u64;
    if summary.articles == 0 && !config.allow_empty {
        anstream::eprintln!(
            "copytaster: no article was found to check; --allow-empty lets that pass"
        );
        return true;
    }
    if let Some(most) = config.max_skipped
        && skipped > most
    {
        anstream::eprintln!(
            "copytaster: {skipped} articles were skipped, and --max-skipped is {most}"
        );
        return true;
    }
    false
}

/// The baseline that the findings are held against.
fn known(args: &CheckArgs, file: Option<&str>) -> anyhow::Result<Option<Baseline>> {
    let Some(file) = file else {
        if args.write_baseline || args.prune {
            bail!("--baseline FILE says which baseline is meant");
        }
        return Ok(None);
    };
    if args.write_baseline {
        return Ok(None);
    }
    let text = fs::read_to_string(file).with_context(|| {
        format!("cannot read the baseline `{file}`; --write-baseline makes one")
    })?;
    let read = Baseline::read(&text).with_context(|| format!("`{file}`"))?;
    Ok(Some(read))
}

fn write_baseline(
    args: &CheckArgs,
    config: &Config,
    judge: &Judge<'_>,
    failed: bool,
) -> anyhow::Result<ExitCode> {
    let check = judge.check(None);
    let baseline = Baseline::of(&check.findings, |f| judge.ids(f));
    if let Some(file) = &config.baseline {
        put(file, &baseline.to_json()?)?;
        anstream::eprintln!(
            "copytaster: {} findings are known now (`{file}`)",
            baseline.len()
        );
    }
    let is_empty = judge.scan.count() == 0 && !config.allow_empty;
    Ok(verdict(
        &Check::default(),
        failed || is_empty,
        args.exit_zero,
    ))
}

fn put(file: &str, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = OutputFile::create(file)?;
    let written = out.write_all(text.as_bytes());
    scan::finish(out, written)
}

/// The articles to check and, with `--against`, those that they are held against, told apart by their groups.
/// What the check itself writes is none.
fn read_all(
    paths: &[String],
    args: &CheckArgs,
    own: &[String],
    options: &ReadOptions,
) -> anyhow::Result<Input> {
    let place = |path: &str| fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).into());
    let own: HashSet<_> = own.iter().map(|file| place(file)).collect();
    let mut listing = read::find(paths, options);
    listing.files.retain(|f| !own.contains(&place(&f.path)));
    if args.against.is_empty() {
        return Ok(scan::read(listing, options));
    }
    let against = read::find(&args.against, options);
    // What is named on both sides is held against, not checked against itself.
    let there: HashSet<_> = against.files.iter().map(|f| place(&f.path)).collect();
    listing.files.retain(|f| !there.contains(&place(&f.path)));
    let mut input = read_as(listing, options, "checked");
    let mut other = read_as(against, options, "against");
    if other.documents.is_empty() {
        bail!("--against {}: there is no article", args.against.join(" "));
    }
    input.documents.append(&mut other.documents);
    input.errors.append(&mut other.errors);
    input.decoding_errors += other.decoding_errors;
    read::make_unique(&mut input.documents);
    Ok(input)
}

fn read_as(listing: Listing, options: &ReadOptions, group: &str) -> Input {
    let mut input = scan::read(listing, options);
    for d in &mut input.documents {
        d.meta.group = Some(group.to_owned());
    }
    input
}

fn write(checked: &Checked<'_>, report: &ReportArg, limit: usize) -> anyhow::Result<()> {
    let mut out = OutputFile::create(&report.file)?;
    let written = match report.format {
        CheckFormat::Text => write_text(checked, limit, &mut out),
        CheckFormat::Json => checked.write(&mut Json::new(&mut out)),
        CheckFormat::Jsonl => checked.write(&mut Jsonl(&mut out)),
        CheckFormat::Sarif => write_sarif(checked, &mut out),
        CheckFormat::Github => write_github(checked, &mut out),
        CheckFormat::Junit => write_junit(checked, &mut out),
        CheckFormat::Markdown => write_markdown(checked, &mut out),
    };
    scan::finish(out, written)
}

impl Groups {
    /// Puts each article into the first group whose patterns it matches; the others into none.
    fn apply(&self, documents: &mut [Document]) {
        if self.is_empty() {
            return;
        }
        for d in documents {
            d.meta.group = self.of(d).map(str::to_owned);
        }
    }
}
