//! Files of an index: written once from beginning to end, read by place, whole or not there at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::error::{Error, ErrorKind, Result};

const BUFFER: usize = 1 << 20;

/// A checksum as it is stored.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// The checksum of several pieces, one after the other.
pub(super) fn checksum_of(pieces: &[&[u8]]) -> u64 {
    let mut hasher = Xxh3::new();
    pieces.iter().for_each(|p| hasher.update(p));
    hasher.digest()
}

/// Whether a checksum is the one that was written. Under the fuzzer any is, so that it gets behind them.
pub(super) fn is_sum<T: PartialEq>(sum: T, written: T) -> bool {
    cfg!(fuzzing) || sum == written
}

/// A file that is read by place, by many at once.
#[derive(Debug)]
pub(super) struct Reader {
    file: File,
    path: PathBuf,
    len: u64,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let cannot = |e| Error::io(format_args!("cannot read `{}`", path.display()), e);
        let file = File::open(path).map_err(cannot)?;
        let len = file.metadata().map_err(cannot)?.len();
        Ok(Self {
            file,
            path: path.into(),
            len,
        })
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Fills `out` with what stands at a place.
    pub(super) fn read(&self, at: u64, out: &mut [u8]) -> Result<()> {
        read_at(&self.file, at, out)
            .map_err(|e| Error::io(format_args!("cannot read `{}`", self.path.display()), e))
    }

    /// What stands at a place, whose checksum is known.
    pub(super) fn checked(&self, at: u64, len: usize, sum: u64, what: &str) -> Result<Vec<u8>> {
        if at.checked_add(len as u64).is_none_or(|end| end > self.len) {
            return Err(self.broken(what, "it ends too early"));
        }
        let mut out = vec![0; len];
        self.read(at, &mut out)?;
        if !is_sum(checksum(&out), sum) {
            return Err(self.broken(what, "its bytes are not those that were written"));
        }
        Ok(out)
    }

    /// Checks what stands at a place, a piece at a time.
    pub(super) fn check(&self, mut at: u64, len: usize, sum: u64, what: &str) -> Result<()> {
        let end = at.checked_add(len as u64).filter(|end| *end <= self.len);
        let end = end.ok_or_else(|| self.broken(what, "it ends too early"))?;
        let mut hasher = Xxh3::new();
        let mut piece = vec![0; BUFFER.min(len)];
        while at < end {
            let read = &mut piece[..BUFFER.min((end - at) as usize)];
            self.read(at, read)?;
            hasher.update(read);
            at += read.len() as u64;
        }
        if !is_sum(hasher.digest(), sum) {
            return Err(self.broken(what, "its bytes are not those that were written"));
        }
        Ok(())
    }

    /// That something in it is not what was written.
    pub(super) fn broken(&self, what: &str, why: &str) -> Error {
        let path = self.path.display();
        Error::new(ErrorKind::Format, format!("`{path}`, {what}: {why}"))
    }
}

#[cfg(unix)]
fn read_at(file: &File, at: u64, out: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, at)
}

#[cfg(windows)]
fn read_at(file: &File, mut at: u64, mut out: &mut [u8]) -> io::Result<()> {
    while !out.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, out, at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                out = &mut out[n..];
                at += n as u64;
            }
        }
    }
    Ok(())
}

/// A file that is being written. It bears its name only once it is whole and on the disk.
#[derive(Debug)]
pub(super) struct Writer {
    out: BufWriter<File>,
    temporary: PathBuf,
    path: PathBuf,
    at: u64,
}

impl Writer {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let temporary = path.with_extension("tmp");
        let file = File::create(&temporary).map_err(|e| cannot_write(path, e))?;
        Ok(Self {
            out: BufWriter::with_capacity(BUFFER, file),
            temporary,
            path: path.into(),
            at: 0,
        })
    }

    /// Bytes written so far.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out
            .write_all(bytes)
            .map_err(|e| cannot_write(&self.path, e))?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<()> {
        let written = self.out.flush().and_then(|()| {
            self.out.get_ref().sync_all()?;
            fs::rename(&self.temporary, &self.path)?;
            sync_folder(&self.path)
        });
        written.map_err(|e| cannot_write(&self.path, e))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // What was not finished is nobody's; of one that was finished nothing is left under this name.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Writes a small file whole, in place of what stood there.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut out = Writer::create(path)?;
    out.write(bytes)?;
    out.finish()
}

fn cannot_write(path: &Path, e: io::Error) -> Error {
    Error::io(format_args!("cannot write `{}`", path.display()), e)
}

/// Makes the names in a folder last.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
