//! Which store a standing index should use: the same work for each candidate, each in a process of its own, so that memory is
//! told apart. What came out stands in `docs/index.md`.
//!
//!     cargo run --release -- postings 200000 10000 300   # articles, articles a batch, seconds at most
//!     cargo run --release -- articles 300000             # records
//!     cargo run --release -- kills 100000 20             # records before, kills
//!     cargo run --release -- share
//!     cargo run --release -- damage 100                  # bytes flipped, one at a time
//!
//! Files are put into `STORE_DIR`, or the folder for temporary files, and removed.

mod articles;
mod crash;
mod made;
mod measure;
mod postings;
mod segments;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |at: usize, or: u64| words.get(at).map_or(Ok(or), |w| w.parse());
    match words.first().copied() {
        Some("postings") => postings::all(number(1, 200_000)?, number(2, 10_000)?, number(3, 300)?),
        Some("articles") => articles::all(number(1, 300_000)?),
        Some("kills") => crash::kills(number(1, 100_000)?, number(2, 20)?),
        Some("share") => crash::share(),
        Some("damage") => crash::damage(number(1, 100)?),
        Some("child") => match words[1..] {
            ["add", name, a, b, s] => postings::add(name, a.parse()?, b.parse()?, s.parse()?),
            ["ask", name, a, reached] => postings::ask(name, a.parse()?, reached.parse()?),
            ["keep", name, a] => articles::keep(name, a.parse()?),
            ["reopen", name, a] => articles::reopen(name, a.parse()?),
            ["write", name, from] => crash::write(name, from.parse()?),
            ["count", name, acknowledged] => crash::count(name, acknowledged.parse()?),
            ["hold", how] => crash::hold(how),
            ["try", how] => crash::attempt(how),
            ["look", name, records] => crash::look(name, records.parse()?),
            _ => bail!("unknown work: {words:?}"),
        },
        _ => bail!("one of postings, articles, kills, share, damage"),
    }
}

/// The folder of one candidate.
fn folder(name: &str) -> PathBuf {
    let base = env::var_os("STORE_DIR").map_or_else(env::temp_dir, PathBuf::from);
    base.join(format!("store-bench-{}", name.replace(' ', "-")))
}

/// The same, empty.
fn fresh(name: &str) -> Result<PathBuf> {
    let folder = folder(name);
    remove(&folder)?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    Ok(folder)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// This program once more.
fn child(args: &[&str]) -> Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("child").args(args);
    Ok(command)
}

/// What it prints, when it has ended well.
fn said(args: &[&str]) -> Result<String> {
    let output = child(args)?.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{args:?}: {}", output.status);
    Ok(String::from_utf8(output.stdout)?.trim_end().into())
}
