//! The arguments of `report`.

use clap::{Args as Arguments, ValueEnum};

use super::{OUTPUT, two_shares};
use crate::report::rows::TableFormat;

#[derive(Debug, Arguments)]
#[command(after_help = REPORT_EXAMPLES)]
pub(in crate::cli) struct ReportArgs {
    /// The result of `scan --format jsonl`; - for standard input.
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Only matches of this relation (repeatable).
    #[arg(long, value_enum, help_heading = FILTER)]
    pub relation: Vec<Relation>,
    /// Only matches of at least this score.
    #[arg(long, value_name = "S", value_parser = share, help_heading = FILTER)]
    pub min_score: Option<f64>,
    /// Of near-duplicates, only those of this containment of the shorter and of the longer article.
    #[arg(long, value_name = "S,L", value_parser = two_shares, help_heading = FILTER)]
    pub near_duplicate: Option<(f64, f64)>,
    /// Of reuse, only pairs that share so many words in passages of prose.
    #[arg(long, value_name = "WORDS", help_heading = FILTER)]
    pub reuse_words: Option<u32>,
    /// Only matches of which one article is of this outlet (repeatable).
    #[arg(long, value_name = "NAME", help_heading = FILTER)]
    pub outlet: Vec<String>,
    /// Only matches of which an article, its cluster, or what both share is from this agency or source.
    #[arg(long, value_name = "NAME", help_heading = FILTER)]
    pub agency: Option<String>,
    /// Only what was published on this day or later, such as 2018-07-15 (UTC). What has no date is left out.
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = FILTER)]
    pub since: Option<String>,
    /// Only what was published on this day or earlier.
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = FILTER)]
    pub until: Option<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text, help_heading = OUTPUT)]
    pub format: ReportFormat,
    /// Write to FILE instead of standard output; tables, to a folder of this name. It appears whole or not at all.
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "-",
        hide_default_value = true,
        help_heading = OUTPUT
    )]
    pub output: String,
    /// Clusters, and pairs outside clusters, that text output shows at most; 0 for all.
    #[arg(long, value_name = "N", default_value_t = 50, help_heading = OUTPUT)]
    pub limit: usize,
}

const FILTER: &str = "Filter";

const REPORT_EXAMPLES: &str = "\
Examples:
  copytaster scan --format jsonl --with-text -o found.jsonl articles.jsonl
  copytaster report found.jsonl
  copytaster report --format html -o found.html found.jsonl
  copytaster report --format csv -o tables found.jsonl
  copytaster report --outlet 'Harbour Herald' --since 2026-07-01 --format jsonl found.jsonl

A threshold below that of the scan is refused: what lies between was not kept.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReportFormat {
    /// For people, in short.
    Text,
    /// One JSON object a line, as the scan wrote them.
    Jsonl,
    /// One JSON array.
    Json,
    /// One page for a browser, which needs no network.
    Html,
    /// A folder of tables.
    Csv,
    /// The same as Parquet.
    Parquet,
}

impl ReportFormat {
    /// The format of the tables, where it is tables.
    pub(in crate::cli) fn tables(self) -> Option<TableFormat> {
        match self {
            Self::Csv => Some(TableFormat::Csv),
            Self::Parquet => Some(TableFormat::Parquet),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Relation {
    /// The same words.
    Identical,
    /// Versions of one article.
    NearDuplicate,
    /// Prose in common.
    Reuse,
    /// Only speech in common.
    Quotes,
}

impl Relation {
    /// As the output format names it.
    pub(in crate::cli) fn name(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::NearDuplicate => "near-duplicate",
            Self::Reuse => "reuse",
            Self::Quotes => "quotes",
        }
    }
}

fn share(s: &str) -> Result<f64, String> {
    let n = s.parse().ok().filter(|n| (0.0..=1.0).contains(n));
    n.ok_or_else(|| "a number from 0 to 1".into())
}

fn day(s: &str) -> Result<String, String> {
    let day: Result<jiff::civil::Date, _> = s.parse();
    match day {
        Ok(day) if s.len() == 10 => Ok(day.to_string()),
        _ => Err("a day such as 2018-07-15".into()),
    }
}
