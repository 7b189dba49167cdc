//! How a writer comes to an index: the folder, the lock, and what an earlier writer left.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
};

use rustc_hash::FxHashSet;

use super::{
    super::{
        Index,
        manifest::{self, Bound, Manifest},
    },
    Writer,
};
use crate::{
    detector::Detector,
    error::{Error, ErrorKind, Result},
};

/// The file that a writer locks.
const LOCK: &str = "lock";

impl Writer {
    /// Opens an index to change it; makes one where there is none, which keeps the texts of its articles.
    ///
    /// # Errors
    /// Those of [`Index::open`]; [`ErrorKind::Io`]: another writer has it open, or the folder holds other files and no index.
    pub fn open(folder: &Path, detector: Detector) -> Result<Self> {
        Self::open_or_make(folder, detector, true)
    }

    /// Opens an index that keeps no texts of its articles; makes one where there is none. Of a text it keeps the hashes of its
    /// words and where they stand, what its parts are, its credits and its web addresses, as they were read when it was added, and
    /// its SHA-256. Answers are those of an index that keeps texts, but that words count as different which are spelt nearly alike.
    ///
    /// # Errors
    /// Those of [`open`](Self::open); [`ErrorKind::Settings`]: it was made to keep texts.
    pub fn open_without_texts(folder: &Path, detector: Detector) -> Result<Self> {
        let writer = Self::open_or_make(folder, detector, false)?;
        if writer.keeps_texts() {
            let message = format!(
                "the index `{}` was made to keep the texts of its articles: one without them needs a folder of its own",
                folder.display()
            );
            return Err(Error::new(ErrorKind::Settings, message));
        }
        Ok(writer)
    }

    fn open_or_make(folder: &Path, detector: Detector, texts: bool) -> Result<Self> {
        let cannot = |e| {
            Error::io(
                format_args!("cannot write the index `{}`", folder.display()),
                e,
            )
        };
        let is_new = !Manifest::is_in(folder);
        if is_new {
            fs::create_dir_all(folder).map_err(cannot)?;
            let mut entries = fs::read_dir(folder).map_err(cannot)?;
            // Segments without a manifest are an index that lost it, not room for a new one.
            let is_left =
                |path: &Path| path.file_name() == Some(LOCK.as_ref()) || is_temporary(path);
            if entries.any(|e| e.is_ok_and(|e| !is_left(&e.path()))) {
                let message = format!("`{}` holds files, and no index", folder.display());
                return Err(Error::new(ErrorKind::Io, message));
            }
        }
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK))
            .map_err(cannot)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = format!(
                    "the index `{}` is open for writing elsewhere",
                    folder.display()
                );
                return Err(Error::new(ErrorKind::Io, message));
            }
            Err(TryLockError::Error(e)) => return Err(cannot(e)),
        }
        if !Manifest::is_in(folder) {
            let bound = Bound::of(detector.settings(), detector.banding(), texts);
            Manifest::new(bound).write(folder)?;
        }
        let index = Index::open(folder, detector)?;
        let removed = match index.manifest.removed {
            Some(numbers) => manifest::read_numbers(folder, numbers)?,
            None => Vec::new(),
        };
        let writer = Self {
            index,
            _lock: lock,
            removed: removed.into_iter().collect(),
            is_removed_known: true,
        };
        writer.clean()?;
        Ok(writer)
    }

    /// Deletes files of ours that the manifest does not name.
    pub(super) fn clean(&self) -> Result<()> {
        let index = &self.index;
        let named: FxHashSet<_> = index.manifest.files(&index.folder).into_iter().collect();
        let cannot = |e| Error::io(format_args!("cannot read `{}`", index.folder.display()), e);
        for entry in fs::read_dir(&index.folder).map_err(cannot)? {
            let path = entry.map_err(cannot)?.path();
            if is_ours(&path) && !named.contains(&path) {
                // Where it cannot be deleted, as while a reader has it on Windows, it is next time.
                let _ = fs::remove_file(&path);
            }
        }
        Ok(())
    }
}

/// Whether a file is one that writers make and replace.
fn is_ours(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str());
    matches!(extension, Some("segment" | "numbers")) || is_temporary(path)
}

fn is_temporary(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "tmp")
}
