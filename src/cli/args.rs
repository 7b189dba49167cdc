//! The arguments as typed; what they mean is resolved in [`super::settings`].

mod check;
mod dedup;
#[cfg(feature = "index")]
mod index;
mod report;

use std::path::PathBuf;

use clap::{Args as Arguments, Parser, Subcommand, ValueEnum};

pub(super) use check::{CheckArgs, CheckFormat, ReportArg};
pub(super) use dedup::{DedupArgs, Keep};
#[cfg(feature = "index")]
pub(super) use index::{AddArgs, ExportArgs, IndexArgs, IndexCommand, QueryArgs, RemoveArgs};
pub(super) use report::{ReportArgs, ReportFormat};

use crate::{
    document::{Reference, ReferenceKind},
    report::rows::TableFormat,
};

/// Finds which news articles are the same text, which passages they share, and how much.
#[derive(Debug, Parser)]
#[command(name = "copytaster", version, arg_required_else_help = true, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(super) struct Args {
    /// Threads to use; all processors if not given. The output is the same for any number.
    #[arg(long, global = true, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  copytaster scan corpus                        read a folder, print clusters and passages
  copytaster scan --format jsonl feed.jsonl     one JSON object a line, for programs
  copytaster compare a.txt b.txt                two articles side by side
  copytaster compare --in feed.jsonl 17 42      why two articles of a feed do or do not match
  copytaster audit feed.jsonl                   who prints agency copy without saying so
  copytaster report --format html found.jsonl   a saved scan as a page to read
  copytaster check corpus                       fail where articles are copies of others
  copytaster dedup feed.jsonl -o clean.jsonl    the feed without its duplicates
  copytaster index add --query feed.jsonl       what each article shares with all before it

Exit status: 0 done, 1 `check` found something, 2 an error.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Find what the articles of a corpus share.
    Scan(ScanArgs),
    /// Show two articles side by side, with every score beside its threshold.
    Compare(CompareArgs),
    /// Find who prints agency copy and statements without saying so.
    Audit(AuditArgs),
    /// Fail where articles that should not be copies are; for continuous integration.
    Check(CheckArgs),
    /// Render a saved scan, or a part of it, without scanning again.
    Report(ReportArgs),
    /// Write a corpus without its duplicates, in the format it came in.
    Dedup(DedupArgs),
    /// Keep articles on disk, and ask of each new one what was there before.
    #[cfg(feature = "index")]
    Index(IndexArgs),
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff), or that of a command.
    Man {
        /// Which command.
        command: Option<String>,
    },
}

/// The heading of the options that tell what is written, and how. Each names it: without one, an option is listed under the
/// heading before it.
const OUTPUT: &str = "Output";

/// Where the result goes, and what its spans count.
#[derive(Debug, Arguments)]
pub(super) struct OutputArgs {
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
    /// What spans count in JSON output.
    #[arg(long, value_enum, default_value_t = Offsets::Bytes, help_heading = OUTPUT)]
    pub offsets: Offsets,
}

#[derive(Debug, Arguments)]
#[command(after_help = SCAN_EXAMPLES)]
pub(super) struct ScanArgs {
    /// Files, folders, or - for standard input. Folders give all that is of a format that is read.
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub room: RoomArgs,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = OUTPUT)]
    pub format: Format,
    #[command(flatten)]
    pub to: OutputArgs,
    /// Add each article's text to JSON output.
    #[arg(long, help_heading = OUTPUT)]
    pub with_text: bool,
    /// Characters of each passage to print: a number, 0 for none, or `full`.
    #[arg(long, value_name = "N", default_value = "200", value_parser = snippet, help_heading = OUTPUT)]
    pub snippet: crate::report::outcome::Snippet,
    /// Also report the N nearest pairs below every threshold.
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = OUTPUT)]
    pub near_misses: usize,
    /// Errors that are no failure of the run: a number, or a share of all records such as 1%.
    #[arg(long, value_name = "N|P%", default_value = "0", value_parser = max_errors, help_heading = OUTPUT)]
    pub max_errors: MaxErrors,
    /// Clusters, and pairs outside clusters, that text output shows at most; 0 for all.
    #[arg(long, value_name = "N", default_value_t = 50, help_heading = OUTPUT)]
    pub limit: usize,
}

const SCAN_EXAMPLES: &str = "\
Examples:
  copytaster scan corpus
  copytaster scan --format jsonl -o found.jsonl articles.jsonl
  copytaster scan --format html -o found.html articles.jsonl
  copytaster scan --format parquet -o found articles.jsonl       tables, in the folder `found`
  copytaster scan --text-field body --id-field guid --pairs cross-outlet feed.jsonl
  zcat feed.jsonl.gz | copytaster scan --window 7d -";

#[derive(Debug, Arguments)]
#[command(after_help = COMPARE_EXAMPLES)]
pub(super) struct CompareArgs {
    /// The first article: a file, - for standard input, or with --in an id.
    pub a: String,
    /// The second.
    pub b: String,
    /// A corpus the two ids are of: also tells whether each stage would have proposed the pair in it.
    #[arg(long = "in", value_name = "PATH")]
    pub corpus: Vec<String>,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub sources: SourceArgs,
    /// Output format.
    #[arg(long, value_enum, default_value_t = CompareFormat::Text, help_heading = OUTPUT)]
    pub format: CompareFormat,
    /// Show all of both texts, rather than the passages and a few lines around them.
    #[arg(long, help_heading = OUTPUT)]
    pub full: bool,
}

const COMPARE_EXAMPLES: &str = "\
Examples:
  copytaster compare agency.txt reprint.txt
  copytaster compare --in feed.jsonl 17 42      by id, and what each stage of a scan makes of the two
  copytaster compare --in corpus corpus/a.txt corpus/b.txt
  copytaster compare --format html a.txt b.txt > pair.html
  curl -s https://example.org/story.txt | copytaster compare --format json agency.txt -";

#[derive(Debug, Arguments)]
#[command(after_help = AUDIT_EXAMPLES)]
pub(super) struct AuditArgs {
    /// Files, folders, or - for standard input. Folders give all that is of a format that is read.
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub sources: SourceArgs,
    /// Least words of prose shared with known copy to be a finding; speech in quotation marks is not counted.
    #[arg(long, value_name = "N", default_value_t = crate::policy::audit::WORDS, help_heading = AUDIT)]
    pub words: u32,
    /// Output format.
    #[arg(long, value_enum, default_value_t = AuditFormat::Text, help_heading = OUTPUT)]
    pub format: AuditFormat,
    #[command(flatten)]
    pub to: OutputArgs,
    /// Errors that are no failure of the run: a number, or a share of all records such as 1%.
    #[arg(long, value_name = "N|P%", default_value = "0", value_parser = max_errors, help_heading = OUTPUT)]
    pub max_errors: MaxErrors,
}

const AUDIT: &str = "Audit";

const AUDIT_EXAMPLES: &str = "\
Examples:
  copytaster audit articles.jsonl
  copytaster audit --reference agency:AP=wire/ap --outlets outlets.toml articles.jsonl
  copytaster audit --reference press-release:Acme=releases --format jsonl -o found.jsonl articles
  copytaster audit --format csv articles.jsonl          the table of outlets by month

Only copy known to be somebody's is found: the texts of --reference, and articles with a sure credit.
A text that breaks off is not judged. A finding is a lead to be read, not a verdict.";

/// What is known of sources beforehand.
#[derive(Debug, Default, Arguments)]
#[command(next_help_heading = "Sources")]
pub(super) struct SourceArgs {
    /// A table of agencies (TOML) in place of the built-in one; with `extends = true` added to it.
    #[arg(long, value_name = "FILE")]
    pub agencies: Option<String>,
    /// A table of outlets (TOML): name, sites, owner, country, wires.
    #[arg(long, value_name = "FILE")]
    pub outlets: Option<String>,
    /// Texts known to be originals (repeatable): compared with, believed for the source, not reported. KIND is agency,
    /// press-release, government or outlet; NAME whose they are; PATH a file or folder.
    #[arg(long, value_name = "KIND:NAME=PATH", value_parser = reference)]
    pub reference: Vec<ReferenceArg>,
}

/// A set of originals.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ReferenceArg {
    /// Whose they are.
    pub of: Reference,
    /// The file or folder.
    pub path: String,
}

/// How input is read.
#[derive(Debug, Arguments)]
#[command(next_help_heading = "Input")]
pub(super) struct InputArgs {
    /// Field that holds the id.
    #[arg(long, value_name = "NAME", default_value = "id")]
    pub id_field: String,
    /// Field that holds the text.
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub text_field: String,
    /// Field that holds the title.
    #[arg(long, value_name = "NAME", default_value = "title")]
    pub title_field: String,
    /// Field that holds the outlet.
    #[arg(long, value_name = "NAME", default_value = "outlet")]
    pub outlet_field: String,
    /// Field that holds the address.
    #[arg(long, value_name = "NAME", default_value = "url")]
    pub url_field: String,
    /// Field that holds the time of publication.
    #[arg(long, value_name = "NAME", default_value = "published")]
    pub published_field: String,
    /// Field that holds the time of the last change.
    #[arg(long, value_name = "NAME", default_value = "modified")]
    pub modified_field: String,
    /// Field that holds the time of the crawl (also read from `scraped` and `crawled`).
    #[arg(long, value_name = "NAME", default_value = "retrieved")]
    pub retrieved_field: String,
    /// Field that holds the byline.
    #[arg(long, value_name = "NAME", default_value = "byline")]
    pub byline_field: String,
    /// Field that holds the language.
    #[arg(long, value_name = "NAME", default_value = "lang")]
    pub lang_field: String,
    /// Field that holds the group.
    #[arg(long, value_name = "NAME", default_value = "group")]
    pub group_field: String,
    /// Carry a field through to the output (repeatable).
    #[arg(long, value_name = "FIELD")]
    pub carry: Vec<String>,
    /// Format of named files and standard input, where content and name do not tell it. What they are packed in is always told.
    #[arg(long, value_enum)]
    pub input_format: Option<InputFormat>,
    /// A file that names the files and folders to read, a line each; - for standard input.
    #[arg(long, value_name = "FILE")]
    pub files_from: Option<String>,
    /// In folders read only what matches this glob (repeatable).
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// In folders pass over what matches this glob (repeatable).
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Read hidden files in folders too.
    #[arg(long)]
    pub hidden: bool,
    /// Longest record read, in bytes (suffixes K, M, G).
    #[arg(long, value_name = "BYTES", default_value = "32M", value_parser = bytes)]
    pub max_record: u64,
}

/// How much room there is.
#[derive(Debug, Arguments)]
#[command(next_help_heading = "Room")]
pub(super) struct RoomArgs {
    /// Memory to aim at, in bytes (suffixes K, M, G): what needs more goes to temporary files, but for about 1 KB an article. For JSON and JSONL output.
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub memory: Option<u64>,
    /// Folder for temporary files [default: the system's].
    #[arg(long, value_name = "FOLDER", requires = "memory")]
    pub tmp_dir: Option<PathBuf>,
}

/// What the engine is told.
#[derive(Debug, Arguments)]
#[command(next_help_heading = "Comparison")]
pub(super) struct EngineArgs {
    /// Tokens of a shingle.
    #[arg(short, long, default_value_t = 5)]
    pub k: usize,
    /// Jaccard similarity at which --recall is promised of the sketches.
    #[arg(long, value_name = "J", default_value_t = 0.5)]
    pub jaccard: f64,
    /// Share of the pairs at that similarity that the sketches must propose.
    #[arg(long, value_name = "R", default_value_t = 0.999)]
    pub recall: f64,
    /// near-duplicate: least containment of the shorter and of the longer article.
    #[arg(long, value_name = "S,L", default_value = "0.5,0.2", value_parser = two_shares)]
    pub near_duplicate: (f64, f64),
    /// reuse: least words of prose shared.
    #[arg(long, value_name = "WORDS", default_value_t = 40)]
    pub reuse_words: u32,
    /// quotes: least words shared.
    #[arg(long, value_name = "WORDS", default_value_t = 20)]
    pub quotes_words: u32,
    /// Which pairs are wanted.
    #[arg(long, value_enum, default_value_t = Pairs::All)]
    pub pairs: Pairs,
    /// Only pairs published within this time of each other: 90m, 36h, 7d, 2w. Articles without a date are compared with all.
    #[arg(long, value_name = "TIME", value_parser = window)]
    pub window: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array.
    Json,
    /// W3C PROV-JSON: who has it from whom.
    Prov,
    /// schema.org JSON-LD, the same.
    Jsonld,
    /// One page for a browser, which needs no network.
    Html,
    /// A folder of tables.
    Csv,
    /// The same as Parquet.
    Parquet,
}

impl Format {
    /// The format of the tables, where it is tables.
    pub(super) fn tables(self) -> Option<TableFormat> {
        match self {
            Self::Csv => Some(TableFormat::Csv),
            Self::Parquet => Some(TableFormat::Parquet),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CompareFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// One page for a browser, which needs no network.
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum AuditFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array.
    Json,
    /// The table of outlets by month.
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum InputFormat {
    /// The whole file is one article.
    Plain,
    /// One JSON object a line.
    Jsonl,
    /// An array of JSON objects, or objects over several lines.
    Json,
    /// A page.
    Html,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// An item of a news agency: NewsML, NITF, ninjs, IPTC 7901, ANPA 1312.
    Wire,
    /// A table of text with named columns.
    Csv,
    /// Parquet.
    Parquet,
    /// A web archive.
    Warc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Offsets {
    /// Bytes of UTF-8.
    Bytes,
    /// Unicode code points.
    Chars,
    /// UTF-16 code units.
    Utf16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Pairs {
    /// Every pair.
    All,
    /// Pairs of different outlets.
    CrossOutlet,
    /// Pairs of different groups.
    CrossGroup,
}

/// How many errors are tolerated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum MaxErrors {
    /// So many.
    Count(u64),
    /// This share of all records, in [0, 1].
    Share(f64),
}

fn threads(s: &str) -> Result<usize, String> {
    match s.parse() {
        Ok(n @ 1..=1024) => Ok(n),
        _ => Err("a number from 1 to 1024".into()),
    }
}

fn snippet(s: &str) -> Result<crate::report::outcome::Snippet, String> {
    use crate::report::outcome::Snippet;
    if s == "full" {
        return Ok(Snippet::Full);
    }
    s.parse()
        .map(Snippet::Chars)
        .map_err(|_| "a number of characters, or `full`".into())
}

fn max_errors(s: &str) -> Result<MaxErrors, String> {
    let bad = || "a number such as 10, or a share such as 1%".to_owned();
    match s.strip_suffix('%') {
        Some(p) => match p.parse::<f64>() {
            Ok(p) if (0.0..=100.0).contains(&p) => Ok(MaxErrors::Share(p / 100.0)),
            _ => Err(bad()),
        },
        None => s.parse().map(MaxErrors::Count).map_err(|_| bad()),
    }
}

fn reference(s: &str) -> Result<ReferenceArg, String> {
    let form = || "KIND:NAME=PATH is wanted, such as agency:AP=wire/ap".to_owned();
    let (of, path) = s.split_once('=').ok_or_else(form)?;
    let (kind, name) = of.split_once(':').ok_or_else(form)?;
    let kinds = ReferenceKind::ALL;
    let Some(kind) = kinds.into_iter().find(|k| k.name() == kind) else {
        let all = kinds.map(ReferenceKind::name).join(", ");
        return Err(format!("`{kind}` is no kind of reference; they are {all}"));
    };
    if name.trim().is_empty() || path.is_empty() {
        return Err(form());
    }
    if path == "-" {
        return Err("references are not read from standard input".into());
    }
    Ok(ReferenceArg {
        of: Reference {
            kind,
            name: name.trim().into(),
        },
        path: path.into(),
    })
}

fn bytes(s: &str) -> Result<u64, String> {
    let (number, unit) = s.split_at(s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len()));
    let shift = match unit
        .to_ascii_uppercase()
        .trim_end_matches('B')
        .trim_end_matches('I')
    {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return Err("a number of bytes, with K, M or G".into()),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|n| n.checked_mul(1 << shift))
        .filter(|n| *n > 0)
        .ok_or_else(|| "a number of bytes above 0, with K, M or G".into())
}

fn two_shares(s: &str) -> Result<(f64, f64), String> {
    s.split_once(',')
        .and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)))
        .ok_or_else(|| "two shares, such as 0.5,0.2".into())
}

fn window(s: &str) -> Result<i64, String> {
    let (number, unit) = s.split_at(s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len()));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err("a time such as 90m, 36h, 7d or 2w".into()),
    };
    number
        .parse::<i64>()
        .ok()
        .and_then(|n| n.checked_mul(seconds))
        .ok_or_else(|| "a time such as 90m, 36h, 7d or 2w".into())
}
