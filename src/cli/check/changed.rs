//! Which articles are new: those of files that are named, or what git says has changed since a revision.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};

use crate::{
    detector::Article,
    hash,
    read::{self, ReadOptions},
};

/// Files that changed, and the texts that they held before.
pub(super) struct Changed {
    files: HashSet<PathBuf>,
    /// How often each text stood in them, by its SHA-256.
    before: HashMap<[u8; 32], usize>,
}

/// The articles of these files, all of them.
pub(super) fn named(files: &[String]) -> anyhow::Result<Changed> {
    let place = |file: &String| {
        fs::canonicalize(file).with_context(|| format!("--changed: cannot open `{file}`"))
    };
    Ok(Changed {
        files: files.iter().map(place).collect::<anyhow::Result<_>>()?,
        before: HashMap::new(),
    })
}

/// What changed since the branch left `rev`, what is not committed included. A text that only moved is not new.
pub(super) fn since(rev: &str, options: &ReadOptions) -> anyhow::Result<Changed> {
    if rev.starts_with('-') {
        bail!("--since: `{rev}` is no revision");
    }
    let top = line(&["rev-parse", "--show-toplevel"])?;
    if line(&["rev-parse", "--is-shallow-repository"])? == "true" {
        bail!(
            "--since: this is a shallow clone, which does not know what came before; fetch all of it (in a workflow: \
             `fetch-depth: 0`)"
        );
    }
    let base = line(&["merge-base", rev, "HEAD"])
        .with_context(|| format!("--since: `{rev}` is no revision with a common past"))?;
    let touched = git(&["diff", "--name-only", "--no-renames", "-z", &base, "--"])?;
    let added = git(&[
        "ls-files",
        "--others",
        "--exclude-standard",
        "--full-name",
        "-z",
        "--",
        ":/",
    ])?;
    let names = |list: &[u8]| -> Vec<String> {
        let names = list.split(|b| *b == 0).filter(|n| !n.is_empty());
        names
            .map(|n| String::from_utf8_lossy(n).into_owned())
            .collect()
    };
    let mut changed = Changed {
        files: HashSet::new(),
        before: HashMap::new(),
    };
    for name in names(&touched) {
        // A file that is new has no earlier version.
        if let Ok(bytes) = git(&["show", &format!("{base}:{name}")]) {
            let input = read::read_named_bytes(bytes, &name, options);
            for d in &input.documents {
                *changed
                    .before
                    .entry(hash::sha256(d.text.as_bytes()))
                    .or_default() += 1;
            }
        }
        changed.add(&top, &name);
    }
    for name in names(&added) {
        changed.add(&top, &name);
    }
    Ok(changed)
}

impl Changed {
    fn add(&mut self, top: &str, name: &str) {
        // What is gone holds nothing new.
        if let Ok(path) = fs::canonicalize(Path::new(top).join(name)) {
            self.files.insert(path);
        }
    }

    /// Which of these articles are new, in their order.
    pub(super) fn mark(mut self, articles: &[Article]) -> Vec<bool> {
        let mut files: HashMap<&str, bool> = HashMap::new();
        let mut marks = Vec::with_capacity(articles.len());
        for a in articles {
            // An article in an archive is of the archive's file.
            let file = a.document.path.split("!/").next().unwrap_or_default();
            let is_in = *files
                .entry(file)
                .or_insert_with(|| fs::canonicalize(file).is_ok_and(|p| self.files.contains(&p)));
            let before = self
                .before
                .get_mut(&a.text_sha256)
                .filter(|n| is_in && **n > 0);
            marks.push(is_in && before.is_none());
            if let Some(left) = before {
                *left -= 1;
            }
        }
        marks
    }
}

/// What git writes; its own words where it fails.
fn git(arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let out = Command::new("git")
        .args(arguments)
        .output()
        .context("git cannot be run")?;
    if !out.status.success() {
        let said = String::from_utf8_lossy(&out.stderr);
        let first = said
            .lines()
            .next()
            .unwrap_or("it failed")
            .trim_start_matches("fatal: ")
            .to_owned();
        bail!("git {}: {first}", arguments.first().unwrap_or(&""));
    }
    Ok(out.stdout)
}

fn line(arguments: &[&str]) -> anyhow::Result<String> {
    Ok(String::from_utf8_lossy(&git(arguments)?).trim().to_owned())
}
