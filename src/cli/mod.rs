//! The command line: arguments in, settings resolved, one file a subcommand.

mod args;
mod audit;
mod check;
mod compare;
mod dedup;
#[cfg(feature = "index")]
mod index;
mod pick;
mod progress;
mod report;
mod room;
mod scan;
mod settings;
mod sources;
mod tables;

use std::{io, process::ExitCode};

use clap::{CommandFactory, Parser};

use crate::error::Error;
use args::{Args, Command};

/// Exit status where something went wrong, the command line included.
const ERROR: u8 = 2;

/// Runs the program on the process's own arguments.
#[must_use]
pub fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(e) => {
            // A reader that has gone away is no error of ours.
            let _ = e.print();
            return ExitCode::from(u8::try_from(e.exit_code()).unwrap_or(ERROR));
        }
    };
    match dispatch(args) {
        Ok(code) => code,
        Err(e) if is_broken_pipe(&e) => ExitCode::SUCCESS,
        Err(e) => {
            anstream::eprintln!("copytaster: {}", in_full(&e));
            ExitCode::from(ERROR)
        }
    }
}

fn dispatch(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(n) = args.threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(n)
            .build_global()?;
    }
    match args.command {
        Command::Scan(a) => scan::run(&a),
        Command::Compare(a) => compare::run(&a),
        Command::Audit(a) => audit::run(&a),
        Command::Check(a) => check::run(&a),
        Command::Report(a) => report::run(&a),
        Command::Dedup(a) => dedup::run(&a),
        #[cfg(feature = "index")]
        Command::Index(a) => index::run(&a),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "copytaster", &mut out);
            io::Write::write_all(&mut io::stdout(), &out)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Man { command } => {
            let mut page = Args::command();
            page.build();
            if let Some(name) = command {
                let found = page.find_subcommand(&name).cloned();
                page = found.ok_or_else(|| anyhow::anyhow!("there is no command `{name}`"))?;
            }
            let mut out = Vec::new();
            clap_mangen::Man::new(page).render(&mut out)?;
            io::Write::write_all(&mut io::stdout(), &out)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// An error and its causes, but for the system's own words, which our messages already put plainly.
fn in_full(e: &anyhow::Error) -> String {
    let told = e.chain().filter(|c| !c.is::<io::Error>());
    told.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn is_broken_pipe(e: &anyhow::Error) -> bool {
    e.chain().any(|c| {
        c.downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
            || c.downcast_ref::<Error>().is_some_and(Error::is_broken_pipe)
    })
}
