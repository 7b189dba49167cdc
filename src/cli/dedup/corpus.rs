//! The corpus written again: one file, or a folder of them under the names they had.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use rayon::prelude::*;

use crate::{
    detector::Scan,
    policy::{cut::Cut, dedup::Dedup},
    read::{
        Listing, ReadOptions,
        rewrite::{Changes, Rewritable, TextCut},
    },
    report::{folder::OutputFolder, output::OutputFile},
};

/// What is to be written where.
pub(super) struct Corpus {
    out: String,
    files: Vec<Rewritable>,
    /// The way of each from the folder that is written; none: it is one file.
    ways: Option<Vec<PathBuf>>,
}

/// What was written and is not in its place yet.
pub(super) enum Written {
    File(Box<OutputFile>),
    Folder(OutputFolder),
}

impl Written {
    /// Puts it in its place.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::File(file) => file.finish(),
            Self::Folder(folder) => folder.finish(),
        }
        .context("the corpus was not written")
    }
}

impl Corpus {
    /// Looks whether all that was found can be written again.
    pub(super) fn plan(
        out: &str,
        paths: &[String],
        listing: &Listing,
        options: &ReadOptions,
        cutting: bool,
    ) -> anyhow::Result<Self> {
        if let Some(e) = listing.errors.iter().find(|e| e.fatal) {
            bail!("{e}");
        }
        let files: Vec<crate::error::Result<Rewritable>> = listing
            .files
            .par_iter()
            .map(|found| Rewritable::of(found, options, cutting))
            .collect();
        let files: Vec<Rewritable> = files.into_iter().collect::<Result<_, _>>()?;
        let mut seen = BTreeMap::new();
        for f in &files {
            if seen.insert(f.path(), f.place()).is_some() {
                bail!("two files go by the name `{}`", f.path());
            }
        }
        let is_one = match (paths, &files[..]) {
            ([path], [file]) => Path::new(path) == file.place(),
            _ => false,
        };
        let ways = match is_one {
            true => None,
            false => Some(ways(paths, &files)?),
        };
        if ways.is_some() && out == super::STDOUT {
            bail!("several files cannot be written to standard output");
        }
        if let (None, [file]) = (&ways, &files[..]) {
            same_format(file.place(), out)?;
        }
        Ok(Self {
            out: out.to_owned(),
            files,
            ways,
        })
    }

    /// Whether a folder is written.
    pub(super) fn is_folder(&self) -> bool {
        self.ways.is_some()
    }

    /// Looks whether there is a place for it.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        match self.ways {
            Some(_) => OutputFolder::check(&self.out)?,
            None => OutputFile::check(&self.out)?,
        }
        Ok(())
    }

    /// Writes what stays, with texts cut; of `cuts` only those are left that could be made.
    pub(super) fn write(
        &self,
        scan: &Scan,
        dedup: &Dedup,
        cuts: &mut Vec<Cut>,
        options: &ReadOptions,
    ) -> anyhow::Result<Written> {
        let changes = changes(scan, dedup, cuts);
        let none = Changes::default();
        let of = |f: &Rewritable| changes.get(f.path()).unwrap_or(&none);
        let mut uncut: Vec<(&str, Option<u64>)> = Vec::new();
        let written = match (&self.ways, &self.files[..]) {
            (None, [file]) => {
                let mut out = OutputFile::create(&self.out)?;
                let missed = file.write(of(file), options, &mut out)?;
                uncut.extend(missed.into_iter().map(|r| (file.path(), r)));
                out.flush().map_err(|e| out.write_error(e))?;
                Written::File(Box::new(out))
            }
            (ways, files) => {
                let out = OutputFolder::create(&self.out)?;
                let ways = ways.as_deref().unwrap_or_default();
                let missed: Vec<Vec<(&str, Option<u64>)>> = files
                    .par_iter()
                    .zip(ways)
                    .filter(|(f, _)| !of(f).drops_file())
                    .map(|(file, way)| -> anyhow::Result<_> {
                        let mut to = BufWriter::new(out.file(way)?);
                        let missed = file.write(of(file), options, &mut to)?;
                        let flushed: io::Result<()> = to.flush();
                        flushed.with_context(|| {
                            format!("cannot write the copy of `{}`", file.path())
                        })?;
                        Ok(missed.into_iter().map(|r| (file.path(), r)).collect())
                    })
                    .collect::<Result<_, _>>()?;
                uncut.extend(missed.into_iter().flatten());
                Written::Folder(out)
            }
        };
        if !uncut.is_empty() {
            cuts.retain(|c| {
                let d = &scan.articles[c.article as usize].document;
                !uncut.contains(&(&d.path, d.record))
            });
        }
        Ok(written)
    }
}

/// Refuses a name that says that what is written is of another format than what is read.
fn same_format(input: &Path, out: &str) -> anyhow::Result<()> {
    let format = |path: &Path| {
        let extension = path.extension()?.to_str()?.to_lowercase();
        Some(match extension.as_str() {
            "jsonl" | "ndjson" => "jsonl",
            "tsv" | "tab" => "tsv",
            "zst" | "zstd" => "zst",
            "json" => "json",
            "csv" => "csv",
            "parquet" => "parquet",
            "gz" => "gz",
            "xz" => "xz",
            "bz2" => "bz2",
            _ => return None,
        })
    };
    match (format(input), format(Path::new(out))) {
        (Some(of_input), Some(of_out)) if of_input != of_out => bail!(
            "cannot write `{out}`: the corpus is written in the format it came in, which the name of `{}` says is {of_input}",
            input.display()
        ),
        _ => Ok(()),
    }
}

/// What becomes of the records of each file, by its path.
fn changes<'s>(scan: &'s Scan, dedup: &Dedup, cuts: &[Cut]) -> HashMap<&'s str, Changes> {
    let mut out: HashMap<&str, Changes> = HashMap::new();
    for r in &dedup.removals {
        let d = &scan.articles[r.article as usize].document;
        out.entry(&d.path).or_default().remove(d.record);
    }
    for c in cuts {
        let a = &scan.articles[c.article as usize];
        let cut = TextCut {
            spans: c.spans.clone(),
            text_sha256: a.text_sha256,
        };
        let d = &a.document;
        out.entry(&d.path).or_default().cut(d.record, cut);
    }
    out
}

/// The way of each file from the folder that is written: as it lies in the one folder that is read, or of several inputs each
/// under its own name.
fn ways(paths: &[String], files: &[Rewritable]) -> anyhow::Result<Vec<PathBuf>> {
    let mut out: Vec<PathBuf> = Vec::with_capacity(files.len());
    let mut seen: BTreeMap<PathBuf, &str> = BTreeMap::new();
    for f in files {
        let roots = paths.iter().map(Path::new);
        let inside = |root: &Path| f.place().strip_prefix(root).ok().map(Path::to_owned);
        let found = roots.filter_map(|r| Some((r, inside(r)?))).next();
        let Some((root, way)) = found else {
            bail!("`{}` lies in none of the inputs", f.path());
        };
        let way = match (paths, way.as_os_str().is_empty()) {
            ([_], false) => way,
            (_, is_file) => {
                let name = match root.file_name() {
                    Some(name) => name.to_owned(),
                    None => root
                        .canonicalize()?
                        .file_name()
                        .unwrap_or_default()
                        .to_owned(),
                };
                match is_file {
                    true => PathBuf::from(name),
                    false => Path::new(&name).join(way),
                }
            }
        };
        if let Some(other) = seen.insert(way.clone(), f.path()) {
            bail!(
                "`{other}` and `{}` would both be written as `{}`",
                f.path(),
                way.display()
            );
        }
        out.push(way);
    }
    Ok(out)
}
