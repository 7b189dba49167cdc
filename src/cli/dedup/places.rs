//! Where inputs lie, so that no output takes the place of one.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::bail;

use crate::read::{Listing, STDIN};

/// How many links in a row are followed to what is not there yet.
const MAX_LINKS: usize = 40;

/// The real places of all inputs, and of the outputs so far.
pub(super) struct Places {
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
    outputs: BTreeMap<PathBuf, String>,
}

impl Places {
    /// Those of what is named and of what was found there.
    pub(super) fn of(paths: &[String], listing: &Listing) -> Self {
        let mut out = Self {
            files: BTreeSet::new(),
            folders: BTreeSet::new(),
            outputs: BTreeMap::new(),
        };
        out.add_inputs(paths.iter().map(|p| &**p));
        let mut folders: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        for found in &listing.files {
            let path = found.place();
            if found.path == STDIN {
                continue;
            }
            let is_link = fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink());
            let (Some(folder), Some(name), false) = (path.parent(), path.file_name(), is_link)
            else {
                out.files.insert(real(path));
                continue;
            };
            let folder = folders
                .entry(folder.to_owned())
                .or_insert_with_key(|f| real(f));
            out.files.insert(folder.join(name));
            if !found.named {
                out.folders.insert(folder.clone());
            }
        }
        out
    }

    /// Adds files and folders that are read as well.
    pub(super) fn add_inputs<'p>(&mut self, paths: impl IntoIterator<Item = &'p str>) {
        for path in paths.into_iter().filter(|p| *p != STDIN) {
            let path = real(Path::new(path));
            match path.is_dir() {
                true => self.folders.insert(path),
                false => self.files.insert(path),
            };
        }
    }

    /// Whether an output may be written there: it is no input, lies in no folder that is read, holds no input, and is no other
    /// output.
    pub(super) fn check(&mut self, path: &str) -> anyhow::Result<()> {
        if path == STDIN {
            return Ok(());
        }
        let place = real(Path::new(path));
        if self.files.contains(&place) || self.folders.contains(&place) {
            bail!("cannot write `{path}`: it is an input");
        }
        if place.ancestors().any(|a| self.folders.contains(a)) {
            bail!("cannot write `{path}`: it lies in a folder that is read");
        }
        // Of what lies in a folder the first stands right behind it.
        let holds = |inputs: &BTreeSet<PathBuf>| {
            let next = inputs.range(place.clone()..).next();
            next.is_some_and(|p| p.starts_with(&place))
        };
        if holds(&self.files) || holds(&self.folders) {
            bail!("cannot write `{path}`: it holds an input");
        }
        if let Some(other) = self.outputs.insert(place, path.to_owned()) {
            bail!("cannot write `{path}`: `{other}` is the same file");
        }
        Ok(())
    }
}

/// Where a path leads in the end, whether or not there is anything.
fn real(path: &Path) -> PathBuf {
    let mut path = match path.is_absolute() {
        true => path.to_owned(),
        false => env::current_dir().unwrap_or_default().join(path),
    };
    for _ in 0..MAX_LINKS {
        if let Ok(real) = fs::canonicalize(&path) {
            return real;
        }
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => break,
        }
    }
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => real(folder).join(name),
        _ => path,
    }
}
