//! The arguments of `index`.

use std::path::PathBuf;

use clap::{Args as Arguments, Subcommand};

use super::{EngineArgs, InputArgs, MaxErrors, OUTPUT, OutputArgs, max_errors, snippet, window};
use crate::report::outcome::Snippet;

#[derive(Debug, Arguments)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct IndexArgs {
    #[command(subcommand)]
    pub command: IndexCommand,
}

const EXAMPLES: &str = "\
Examples:
  copytaster index add -i seen archive.jsonl        keep the articles of an archive
  copytaster index query -i seen today.jsonl        what today's share with them
  tail -f feed.jsonl | copytaster index add -i seen --query -
  copytaster index expire -i seen --older-than 30d
  copytaster index export -i seen -o found.jsonl    the scan of all that is there";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum IndexCommand {
    /// Keep articles; one that goes by a known id takes the place of what was there.
    Add(Box<AddArgs>),
    /// Say what articles share with those that are kept, and keep nothing.
    Query(Box<QueryArgs>),
    /// Drop articles by their ids.
    Remove(RemoveArgs),
    /// Drop articles by their age.
    Expire(ExpireArgs),
    /// Count what is there.
    Stats(PlaceArgs),
    /// Read all that is there, and tell what is not as it was written.
    Verify(PlaceArgs),
    /// Make one file of all, without what was dropped.
    Compact(PlaceArgs),
    /// Print the records of a scan of all that is there.
    Export(Box<ExportArgs>),
}

#[derive(Debug, Arguments)]
pub(in crate::cli) struct PlaceArgs {
    /// The folder of the index; `add` makes it.
    #[arg(short, long, value_name = "DIR", default_value = "copytaster-index")]
    pub index: PathBuf,
}

#[derive(Debug, Arguments)]
pub(in crate::cli) struct AddArgs {
    /// Files, folders, or - for standard input.
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Make the index without the texts of its articles, for good. It takes less room, shows no
    /// passages of theirs, and tells no words that are spelt nearly alike.
    #[arg(long)]
    pub no_text: bool,
    /// Print for each article what it shares with those before it, as soon as it is read.
    #[arg(long, help_heading = OUTPUT)]
    pub query: bool,
    /// With --query, print how many articles are safe on the disk whenever more are.
    #[arg(long, requires = "query", help_heading = OUTPUT)]
    pub acknowledge: bool,
    #[command(flatten)]
    pub to: OutputArgs,
    /// Characters of each passage to print: a number, 0 for none, or `full`.
    #[arg(long, value_name = "N", default_value = "200", value_parser = snippet, help_heading = OUTPUT)]
    pub snippet: Snippet,
    /// Errors that are no failure of the run: a number, or a share of all records such as 1%.
    #[arg(long, value_name = "N|P%", default_value = "0", value_parser = max_errors, help_heading = OUTPUT)]
    pub max_errors: MaxErrors,
}

#[derive(Debug, Arguments)]
pub(in crate::cli) struct QueryArgs {
    /// Files, folders, or - for standard input.
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub to: OutputArgs,
    /// Characters of each passage to print: a number, 0 for none, or `full`.
    #[arg(long, value_name = "N", default_value = "200", value_parser = snippet, help_heading = OUTPUT)]
    pub snippet: Snippet,
    /// Errors that are no failure of the run: a number, or a share of all records such as 1%.
    #[arg(long, value_name = "N|P%", default_value = "0", value_parser = max_errors, help_heading = OUTPUT)]
    pub max_errors: MaxErrors,
}

#[derive(Debug, Arguments)]
pub(in crate::cli) struct RemoveArgs {
    /// Ids of articles; - for standard input, an id a line.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Arguments)]
pub(in crate::cli) struct ExpireArgs {
    /// Age, such as 30d or 12h: of publication, or of being added where that is not known.
    #[arg(long, value_name = "TIME", value_parser = window)]
    pub older_than: i64,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Arguments)]
pub(in crate::cli) struct ExportArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub to: OutputArgs,
    /// Add each article's text.
    #[arg(long, help_heading = OUTPUT)]
    pub with_text: bool,
    /// Characters of each passage to print: a number, 0 for none, or `full`.
    #[arg(long, value_name = "N", default_value = "200", value_parser = snippet, help_heading = OUTPUT)]
    pub snippet: Snippet,
}
