//! Temporary files for what does not fit in memory: bytes appended once, read back by place. A file has no name after it is
//! made, so that it is gone with the program, however that ends.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::error::{Error, Result};

/// Where things go that are too many to be held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scratch {
    /// In memory after all.
    #[default]
    Memory,
    /// In temporary files in this folder.
    Folder(PathBuf),
}

impl Scratch {
    /// A new spool, if not in memory.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::error::ErrorKind::Io) where no file can be made in the folder.
    pub fn spool(&self) -> Result<Option<Spool>> {
        match self {
            Self::Memory => Ok(None),
            Self::Folder(folder) => Spool::new(folder).map(Some),
        }
    }
}

/// A file that only grows.
#[derive(Debug)]
pub struct Spool {
    /// The file and its length; locked to write, so that pieces do not mix.
    file: Mutex<(File, u64)>,
    /// The same file, to read.
    reader: File,
    folder: PathBuf,
}

impl Spool {
    /// An empty one in `folder`.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::error::ErrorKind::Io) where no file can be made there.
    pub fn new(folder: &Path) -> Result<Self> {
        let failed = |e| {
            Error::io(
                format!("cannot make a temporary file in `{}`", folder.display()),
                e,
            )
        };
        let file = tempfile::tempfile_in(folder).map_err(failed)?;
        Ok(Self {
            reader: file.try_clone().map_err(failed)?,
            file: Mutex::new((file, 0)),
            folder: folder.into(),
        })
    }

    fn failed(&self, doing: &str, cause: io::Error) -> Error {
        let folder = self.folder.display();
        Error::io(
            format!("cannot {doing} a temporary file in `{folder}`"),
            cause,
        )
    }

    /// Appends `bytes`; the place they stand at.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::error::ErrorKind::Io): a full disk.
    pub fn append(&self, bytes: &[u8]) -> Result<u64> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let at = file.1;
        file.0
            .write_all(bytes)
            .map_err(|e| self.failed("write to", e))?;
        file.1 += bytes.len() as u64;
        Ok(at)
    }

    /// Bytes written so far.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Whether nothing was written yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `out` with what stands at a place.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::error::ErrorKind::Io), past the end too.
    pub fn read(&self, at: u64, out: &mut [u8]) -> Result<()> {
        self.read_at(at, out)
            .map_err(|e| self.failed("read back", e))
    }

    #[cfg(unix)]
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.reader, out, at)
    }

    #[cfg(not(unix))]
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};
        // Both handles share one position, which writing needs at the end.
        let _writing = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = &self.reader;
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(out)?;
        file.seek(SeekFrom::End(0)).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_appended_is_read_back_and_no_file_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Scratch::Folder(folder.path().into())
            .spool()
            .unwrap()
            .unwrap();
        assert!(spool.is_empty());
        let places: Vec<u64> = ["one", "", "three"]
            .map(|s| spool.append(s.as_bytes()).unwrap())
            .into();
        assert_eq!((places, spool.len()), (vec![0, 3, 3], 8));
        let mut out = [0; 5];
        spool.read(3, &mut out).unwrap();
        assert_eq!(&out, b"three");
        assert!(spool.read(4, &mut out).is_err());
        #[cfg(unix)]
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        assert!(Scratch::Folder("/nowhere/at/all".into()).spool().is_err());
        assert!(Scratch::Memory.spool().unwrap().is_none());
    }
}
