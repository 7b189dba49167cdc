//! What an index consists of, in one small file that is replaced whole: what it does not name is not there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::file::{self, checksum, is_sum};
use crate::{
    candidate::lsh::Banding,
    error::{Error, ErrorKind, Result},
    hash,
    settings::Settings,
    sketch::{minhash::SketchParams, winnow::SEEDS},
    text,
};

/// Version of the format of an index: of this file, of segments, and of lists of numbers.
pub const FORMAT: u32 = 1;

const NAME: &str = "manifest.json";

/// What an index is made with, which every article added to it and every question to it must share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Bound {
    pub(super) k: usize,
    pub(super) jaccard: f64,
    pub(super) recall: f64,
    pub(super) slots: usize,
    bands: usize,
    rows: usize,
    seed_run: usize,
    seed_guarantee: usize,
    text_version: u32,
    hash_version: u32,
    sketch_version: u32,
    /// Whether the texts of articles are kept.
    #[serde(default = "kept")]
    pub(super) texts: bool,
}

fn kept() -> bool {
    true
}

impl Bound {
    pub(super) fn of(settings: &Settings, banding: Banding, texts: bool) -> Self {
        Self {
            k: settings.k,
            jaccard: settings.jaccard,
            recall: settings.recall,
            slots: settings.slots,
            bands: banding.bands,
            rows: banding.rows,
            seed_run: SEEDS.run,
            seed_guarantee: SEEDS.guarantee(),
            text_version: text::VERSION,
            hash_version: hash::VERSION,
            sketch_version: SketchParams::VERSION.into(),
            texts,
        }
    }
}

/// A file of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbers {
    pub(super) file: u64,
    pub(super) len: u64,
    sum: u64,
}

/// What an index consists of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    /// Version of the program that wrote it, for people.
    version: String,
    pub(super) bound: Bound,
    /// The number of the next article, and of the next file.
    pub(super) next_article: u32,
    pub(super) next_file: u64,
    /// The segments by their files, oldest first.
    pub(super) segments: Vec<u64>,
    /// Numbers of articles that were removed and still stand in segments.
    pub(super) removed: Option<Numbers>,
    /// The family of each article, as it was before the segments of later files were written.
    pub(super) kin: Option<Numbers>,
}

impl Manifest {
    pub(super) fn new(bound: Bound) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").into(),
            bound,
            next_article: 0,
            next_file: 1,
            segments: Vec::new(),
            removed: None,
            kin: None,
        }
    }

    pub(super) fn is_in(folder: &Path) -> bool {
        folder.join(NAME).exists()
    }

    pub(super) fn read(folder: &Path) -> Result<Self> {
        #[derive(Deserialize)]
        struct Versioned {
            format: u32,
        }
        let path = folder.join(NAME);
        let broken = |why: &str| {
            let message = format!(
                "`{}` is no sound manifest of an index: {why}",
                path.display()
            );
            Error::new(ErrorKind::Format, message)
        };
        let bytes = fs::read(&path).map_err(|e| {
            Error::io(
                format_args!("cannot read the index `{}`", folder.display()),
                e,
            )
        })?;
        let text = String::from_utf8(bytes).map_err(|_| broken("it is no text"))?;
        let (json, sum) = text
            .strip_suffix('\n')
            .and_then(|t| t.rsplit_once('\n'))
            .ok_or_else(|| broken("it is cut off"))?;
        if !is_sum(&*format!("{:016x}", checksum(json.as_bytes())), sum) {
            return Err(broken("its checksum is not that of its text"));
        }
        let Versioned { format } =
            serde_json::from_str(json).map_err(|e| broken(&e.to_string()))?;
        if format != FORMAT {
            let (age, what) = if format > FORMAT {
                ("newer", "a newer version of the program reads it")
            } else {
                (
                    "older",
                    "the version that wrote it can export its articles, to be added to a new one",
                )
            };
            let message = format!(
                "the index `{}` is of format {format}, {age} than {FORMAT}, which this version reads: {what}",
                folder.display()
            );
            return Err(Error::new(ErrorKind::Format, message));
        }
        let manifest: Self = serde_json::from_str(json).map_err(|e| broken(&e.to_string()))?;
        let numbers = [manifest.removed, manifest.kin];
        let files = numbers.iter().flatten().map(|n| n.file);
        let last = manifest.segments.last().copied().max(files.max());
        if !manifest.segments.is_sorted_by(|x, y| x < y)
            || last >= Some(manifest.next_file)
            || manifest.next_file > u64::MAX / 2
        {
            return Err(broken("its files are not numbered as they were made"));
        }
        Ok(manifest)
    }

    /// The file, as it is written.
    pub(super) fn text(&self) -> String {
        let json = serde_json::to_string_pretty(self).unwrap_or_default();
        let sum = checksum(json.as_bytes());
        format!("{json}\n{sum:016x}\n")
    }

    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        file::replace(&folder.join(NAME), self.text().as_bytes())
    }

    /// The number of a new file.
    pub(super) fn new_file(&mut self) -> u64 {
        self.next_file += 1;
        self.next_file - 1
    }

    /// Every file it names.
    pub(super) fn files(&self, folder: &Path) -> Vec<PathBuf> {
        let numbers = [self.removed, self.kin].into_iter().flatten();
        let numbers = numbers.map(|n| numbers_path(folder, n.file));
        let segments = self.segments.iter().map(|s| segment_path(folder, *s));
        segments.chain(numbers).chain([folder.join(NAME)]).collect()
    }
}

pub(super) fn segment_path(folder: &Path, file: u64) -> PathBuf {
    folder.join(format!("{file:08}.segment"))
}

fn numbers_path(folder: &Path, file: u64) -> PathBuf {
    folder.join(format!("{file:08}.numbers"))
}

/// Writes numbers to a new file.
pub(super) fn write_numbers(folder: &Path, file: u64, numbers: &[u32]) -> Result<Numbers> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    file::replace(&numbers_path(folder, file), &bytes)?;
    Ok(Numbers {
        file,
        len: bytes.len() as u64,
        sum: checksum(&bytes),
    })
}

pub(super) fn read_numbers(folder: &Path, numbers: Numbers) -> Result<Vec<u32>> {
    let reader = file::Reader::open(&numbers_path(folder, numbers.file))?;
    if reader.len() != numbers.len {
        return Err(reader.broken("its numbers", "they are not as many as were written"));
    }
    let bytes = reader.checked(0, numbers.len as usize, numbers.sum, "its numbers")?;
    let number = |b: &[u8]| u32::from_le_bytes(b.try_into().unwrap_or_default());
    Ok(bytes.chunks_exact(4).map(number).collect())
}
