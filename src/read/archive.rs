//! Archives of files, tar and zip: each file in them is read as if it lay in a folder, and goes by `ARCHIVE!/NAME`.

use std::{
    fs::File,
    io::{self, BufRead, Cursor, Read, Seek},
    ops::ControlFlow,
    sync::{Arc, atomic::AtomicU64},
};

use rayon::prelude::*;

use super::{
    One, RecordError,
    contents::{Depth, Take, contents, fault, read_bytes},
    record::Plan,
    sniff,
    unpack::Bounded,
    walk::Found,
};
use crate::error::ErrorKind;

/// Files of at most this size are read in memory, many at a time.
const SMALL: u64 = 4 << 20;
/// Bytes of them that are parsed together, and their number.
const BATCH: (usize, usize) = (16 << 20, 1024);
/// Most files in an archive.
const MOST_FILES: usize = 10_000_000;
/// A file in a zip that unpacks to so many times its size, and more than the least, is no text.
const RATIO: (u64, u64) = (500, 64 << 20);

/// Files of an archive that wait to be parsed.
struct Waiting<'p, 't> {
    plan: &'p Plan,
    depth: Depth,
    files: Vec<(Found, Vec<u8>)>,
    bytes: usize,
    take: &'p mut Take<'t>,
}

impl Waiting<'_, '_> {
    /// Reads one file: its bytes, or what keeps it from being read.
    fn add(&mut self, found: Found, mut reader: impl Read) -> ControlFlow<()> {
        let mut bytes = Vec::new();
        if let Err(error) = reader.by_ref().take(SMALL + 1).read_to_end(&mut bytes) {
            return self.fail(sniff::cannot_read(&found, &error));
        }
        if bytes.len() as u64 <= SMALL {
            self.bytes += bytes.len();
            self.files.push((found, bytes));
            return if self.bytes > BATCH.0 || self.files.len() > BATCH.1 {
                self.flush()
            } else {
                ControlFlow::Continue(())
            };
        }
        self.flush()?;
        match spooled(Cursor::new(bytes).chain(reader)) {
            Ok(file) => contents(Box::new(file), &found, self.plan, self.depth, self.take),
            Err(error) => self.fail(sniff::cannot_read(&found, &error)),
        }
    }

    fn fail(&mut self, error: RecordError) -> ControlFlow<()> {
        self.flush()?;
        (self.take)(vec![error.into()])
    }

    fn flush(&mut self) -> ControlFlow<()> {
        self.bytes = 0;
        let files = std::mem::take(&mut self.files);
        if files.is_empty() {
            return ControlFlow::Continue(());
        }
        let (plan, depth) = (self.plan, self.depth);
        let read: Vec<Vec<One>> = files
            .into_par_iter()
            .map(|(found, bytes)| read_bytes(bytes, &found, plan, depth))
            .collect();
        (self.take)(read.into_iter().flatten().collect())
    }
}

fn spooled(mut reader: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut reader, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// Reads a tar archive.
pub(super) fn read_tar(
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    depth: Depth,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let mut waiting = Waiting {
        plan,
        depth: Depth {
            in_archive: true,
            ..depth
        },
        files: Vec::new(),
        bytes: 0,
        take,
    };
    let mut archive = tar::Archive::new(body);
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return waiting.fail(sniff::cannot_read(found, &error)),
    };
    for entry in entries.take(MOST_FILES) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return waiting.fail(sniff::cannot_read(found, &error)),
        };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if let Some(inner) = found.inside(&name, entry.size()) {
            waiting.add(inner, entry)?;
        }
    }
    waiting.flush()
}

/// Reads a zip archive.
pub(super) fn read_zip(
    file: File,
    found: &Found,
    plan: &Plan,
    depth: Depth,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let mut waiting = Waiting {
        plan,
        depth: Depth {
            in_archive: true,
            ..depth
        },
        files: Vec::new(),
        bytes: 0,
        take,
    };
    let mut archive = match zip::ZipArchive::new(io::BufReader::new(file)) {
        Ok(archive) => archive,
        Err(error) => {
            return waiting.fail(fault(found, &format!("cannot be read as ZIP: {error}")));
        }
    };
    for i in 0..archive.len().min(MOST_FILES) {
        let entry = match archive.by_index(i) {
            Ok(entry) => entry,
            Err(error) => {
                let message = format!("file {} of the archive cannot be read: {error}", i + 1);
                waiting.fail(RecordError::new(
                    &found.path,
                    None,
                    ErrorKind::Format,
                    message,
                ))?;
                continue;
            }
        };
        if !entry.is_file() {
            continue;
        }
        let most = entry.compressed_size().saturating_mul(RATIO.0).max(RATIO.1);
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        match found.inside(&name, entry.size()) {
            Some(inner) if entry.size() > most => {
                let message = format!("unpacks to more than {} times its size", RATIO.0);
                waiting.fail(fault(&inner, &message))?;
            }
            Some(inner) => {
                let packed = entry.compressed_size();
                waiting.add(inner, Bounded::new(entry, Arc::new(AtomicU64::new(packed))))?;
            }
            None => {}
        }
    }
    waiting.flush()
}
