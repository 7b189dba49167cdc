//! The arguments of `dedup`.

use clap::{Args as Arguments, ValueEnum};

use super::{EngineArgs, InputArgs, MaxErrors, OUTPUT, SourceArgs, max_errors};
use crate::policy::dedup::MIN_CONTAINED;

const CLEANING: &str = "Cleaning";

#[derive(Debug, Arguments)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct DedupArgs {
    /// Files, folders, or - for standard input. Folders give all that is of a format that is read.
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub sources: SourceArgs,
    /// Which of several articles that hold each other stays.
    #[arg(long, value_enum, default_value_t = Keep::Earliest, help_heading = CLEANING)]
    pub keep: Keep,
    /// Outlet whose articles stay before those of others (repeatable, the dearest first); goes before --keep.
    #[arg(long, value_name = "NAME", help_heading = CLEANING)]
    pub prefer_outlet: Vec<String>,
    /// Least share of an article's prose that must stand in the one it is removed in favour of.
    #[arg(long, value_name = "SHARE", default_value_t = MIN_CONTAINED, value_parser = share, help_heading = CLEANING)]
    pub min_contained: f64,
    /// Cut the boilerplate out of the texts written: never a credit, nor prose of another version of the story.
    #[arg(long, help_heading = CLEANING)]
    pub cut_boilerplate: bool,
    /// Write what stays to OUT: a file like the one read, or a folder where several are. It appears whole or not at all.
    #[arg(short, long, value_name = "OUT", help_heading = OUTPUT)]
    pub output: Option<String>,
    /// Write what was removed, and why, to FILE (JSON Lines) [default: OUT.removed.jsonl].
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub log: Option<String>,
    /// Write to FILE (.parquet, .csv or .jsonl) for each article whether it stays.
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub mask: Option<String>,
    /// Write to FILE (.parquet, .csv or .jsonl) the group of each article: articles of different groups share no prose.
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub groups: Option<String>,
    /// Write nothing, and tell what would be removed.
    #[arg(long, help_heading = OUTPUT)]
    pub dry_run: bool,
    /// Errors that are no failure of the run: a number, or a share of all records such as 1%.
    #[arg(long, value_name = "N|P%", default_value = "0", value_parser = max_errors, help_heading = OUTPUT)]
    pub max_errors: MaxErrors,
}

const EXAMPLES: &str = "\
Examples:
  copytaster dedup articles.jsonl -o clean.jsonl
  copytaster dedup corpus -o clean --keep longest --prefer-outlet 'Harbour Herald'
  copytaster dedup articles.parquet --mask mask.parquet --groups groups.parquet
  copytaster dedup articles.csv --dry-run

An article is removed only in favour of one that stays, was compared with it, and holds 0.8 of its prose
(--min-contained). Shared speech alone removes nothing. What cannot be read is kept as it is.";

/// Which of several articles stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Keep {
    /// The one published first.
    Earliest,
    /// The one with most prose.
    Longest,
    /// The one the others have it from, where credits say; else the one published first.
    Origin,
    /// The one read first, by path and record.
    First,
}

fn share(s: &str) -> Result<f64, String> {
    match s.parse::<f64>() {
        Ok(x) if x > 0.0 && x <= 1.0 => Ok(x),
        _ => Err("a share above 0, and 1 at most".into()),
    }
}
