//! The arguments of `check`.

use clap::{Args as Arguments, ValueEnum};

use super::{EngineArgs, InputArgs, MaxErrors, OUTPUT, OutputArgs, SourceArgs, max_errors};

const CHECK: &str = "Check";

#[derive(Debug, Arguments)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct CheckArgs {
    /// Files, folders, or - for standard input [default: `paths` of the settings, else the working folder].
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub sources: SourceArgs,
    /// Relations that fail the check [default: identical,near-duplicate].
    #[arg(long, value_name = "RELATION", value_delimiter = ',', help_heading = CHECK)]
    pub fail: Option<Vec<String>>,
    /// Relations that are told [default: reuse].
    #[arg(long, value_name = "RELATION", value_delimiter = ',', help_heading = CHECK)]
    pub warn: Option<Vec<String>>,
    /// Least score of a relation (repeatable), such as reuse=0.5.
    #[arg(long, value_name = "RELATION=S", value_parser = score_of, help_heading = CHECK)]
    pub min_score: Vec<(String, f64)>,
    /// Least words of the longest passage shared.
    #[arg(long, value_name = "N", help_heading = CHECK)]
    pub min_passage: Option<u32>,
    /// Copy of this source must be credited (repeatable); * for all.
    #[arg(long, value_name = "SOURCE", help_heading = CHECK)]
    pub require_credit: Vec<String>,
    /// Leakage: articles whose path matches are of this group (repeatable); what two groups share is a finding. A
    /// --group-field other than `group`, or --pairs cross-group, takes the groups from a field.
    #[arg(long, value_name = "NAME=GLOB", value_parser = group, help_heading = CHECK)]
    pub group: Vec<(String, String)>,
    /// Leakage: compare the articles with those of PATH only (repeatable).
    #[arg(long, value_name = "PATH", conflicts_with = "group", help_heading = CHECK)]
    pub against: Vec<String>,
    /// Findings that are known, by content; it must be there.
    #[arg(long, value_name = "FILE", help_heading = CHECK)]
    pub baseline: Option<String>,
    /// Write all that is found to the baseline.
    #[arg(long, conflicts_with_all = ["since", "changed", "prune"], help_heading = CHECK)]
    pub write_baseline: bool,
    /// Take out of the baseline what is no more.
    #[arg(long, conflicts_with_all = ["since", "changed"], help_heading = CHECK)]
    pub prune: bool,
    /// Only articles that changed since the branch left this revision, against all.
    #[arg(long, value_name = "GIT_REV", conflicts_with = "changed", help_heading = CHECK)]
    pub since: Option<String>,
    /// Only articles of these files, against all.
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = CHECK)]
    pub changed: Vec<String>,
    /// Let a check of no article pass.
    #[arg(long, help_heading = CHECK)]
    pub allow_empty: bool,
    /// Articles without words, and records that could not be read, that are let pass.
    #[arg(long, value_name = "N", help_heading = CHECK)]
    pub max_skipped: Option<u64>,
    /// End with 0 whatever is found; errors still end with 2.
    #[arg(long, help_heading = CHECK)]
    pub exit_zero: bool,
    /// The settings to go by, in place of the nearest copytaster.toml.
    #[arg(long, value_name = "FILE", help_heading = CHECK)]
    pub config: Option<String>,
    /// Pass over copytaster.toml.
    #[arg(long, conflicts_with = "config", help_heading = CHECK)]
    pub isolated: bool,
    /// Print the settings in force, and do nothing.
    #[arg(long, help_heading = CHECK)]
    pub print_config: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text, help_heading = OUTPUT)]
    pub format: CheckFormat,
    /// Another report beside it (repeatable): sarif=out.sarif, markdown=-.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report, help_heading = OUTPUT)]
    pub report: Vec<ReportArg>,
    #[command(flatten)]
    pub to: OutputArgs,
    /// Errors that are no failure of the run: a number, or a share of all records such as 1%.
    #[arg(long, value_name = "N|P%", default_value = "0", value_parser = max_errors, help_heading = OUTPUT)]
    pub max_errors: MaxErrors,
    /// Findings that text output shows at most; 0 for all.
    #[arg(long, value_name = "N", default_value_t = 50, help_heading = OUTPUT)]
    pub limit: usize,
}

impl CheckArgs {
    /// All reports: that of --format, and those of --report.
    pub(in crate::cli) fn reports(&self) -> Vec<ReportArg> {
        let first = ReportArg {
            format: self.format,
            file: self.to.output.clone(),
        };
        // A report on standard output stands in for the one that would be there anyway.
        let is_taken = self.to.output == "-" && self.report.iter().any(|r| r.file == "-");
        let first = if is_taken { None } else { Some(first) };
        first
            .into_iter()
            .chain(self.report.iter().cloned())
            .collect()
    }
}

const EXAMPLES: &str = "\
Examples:
  copytaster check articles
  copytaster check --baseline known.json --write-baseline articles     what is there now is known
  copytaster check --baseline known.json --since origin/main articles  only what a branch adds
  copytaster check --group train='train/**' --group test='test/**' data
  copytaster check --against benchmark.jsonl training.jsonl
  copytaster check --report sarif=found.sarif --report markdown=- articles

Exit status: 0 nothing found that fails, 1 findings, 2 an error.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CheckFormat {
    /// For people.
    Text,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// JUnit XML.
    Junit,
    /// For a comment on a pull request.
    Markdown,
}

/// A report, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct ReportArg {
    pub format: CheckFormat,
    pub file: String,
}

fn report(s: &str) -> Result<ReportArg, String> {
    let (format, file) = s
        .split_once('=')
        .filter(|(_, file)| !file.is_empty())
        .ok_or("FORMAT=FILE is wanted, such as sarif=found.sarif")?;
    Ok(ReportArg {
        format: CheckFormat::from_str(format, false)?,
        file: file.into(),
    })
}

fn group(s: &str) -> Result<(String, String), String> {
    match s.split_once('=') {
        Some((name, glob)) if !name.is_empty() && !glob.is_empty() => {
            Ok((name.into(), glob.into()))
        }
        _ => Err("NAME=GLOB is wanted, such as train='train/**'".into()),
    }
}

fn score_of(s: &str) -> Result<(String, f64), String> {
    let form = || "RELATION=S is wanted, such as reuse=0.5".to_owned();
    let (relation, score) = s.split_once('=').ok_or_else(form)?;
    Ok((relation.into(), score.parse().map_err(|_| form())?))
}
