//! Our own: files of sorted postings that never change, eight of one level merged into one of the next, and a list of those in
//! force that is renamed into place.
//!
//! A file is blocks of 256 postings, then for each block its first hash and its checksum, then how many postings there are and
//! the checksum of all that follows the blocks.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use xxhash_rust::xxh3::xxh3_64;

/// Postings of a block of 4 KiB.
const BLOCK: usize = 256;
const BYTES: usize = BLOCK * 16;
/// Segments of a level that are merged.
const FAN: usize = 8;
/// Blocks read at a time where all are.
const RUN: usize = 32;

/// A file that is read.
struct Segment {
    level: u32,
    name: u64,
    file: File,
    postings: u64,
    /// The first hash of each block.
    firsts: Vec<u64>,
    checksums: Vec<u64>,
}

impl Segment {
    fn open(folder: &Path, level: u32, name: u64) -> Result<Self> {
        let file = File::open(path(folder, name))?;
        let length = file.metadata()?.len();
        let mut end = [0; 16];
        file.read_exact_at(
            &mut end,
            length.checked_sub(16).context("a file too short")?,
        )?;
        let postings = u64::from_le_bytes(end[..8].try_into()?);
        let blocks = postings.div_ceil(BLOCK as u64) as usize;
        let mut tail = vec![0; blocks * 16 + 8];
        ensure!(
            length == postings * 16 + tail.len() as u64 + 8,
            "a file of another length"
        );
        file.read_exact_at(&mut tail, postings * 16)?;
        ensure!(xxh3_64(&tail).to_le_bytes() == end[8..], "a damaged index");
        let (firsts, rest) = tail.split_at(blocks * 8);
        Ok(Self {
            level,
            name,
            file,
            postings,
            firsts: bytemuck::pod_collect_to_vec(firsts),
            checksums: bytemuck::pod_collect_to_vec(&rest[..blocks * 8]),
        })
    }

    /// Up to `count` blocks from `block`, checked.
    fn read(&self, block: usize, count: usize, to: &mut Vec<u128>) -> Result<()> {
        let from = block * BLOCK;
        let until = (from + count * BLOCK).min(self.postings as usize);
        to.resize(until - from, 0);
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(to);
        self.file.read_exact_at(bytes, from as u64 * 16)?;
        for (bytes, sum) in bytes.chunks(BYTES).zip(&self.checksums[block..]) {
            ensure!(xxh3_64(bytes) == *sum, "a damaged block");
        }
        Ok(())
    }

    /// The places of a hash, put to `to`.
    fn places(&self, hash: u64, block: &mut Vec<u128>, to: &mut Vec<u64>) -> Result<()> {
        let first = self
            .firsts
            .partition_point(|first| *first < hash)
            .saturating_sub(1);
        for at in first..self.firsts.len() {
            if self.firsts[at] > hash {
                break;
            }
            self.read(at, 1, block)?;
            let from = block.partition_point(|p| *p < u128::from(hash) << 64);
            let found = block[from..]
                .iter()
                .take_while(|p| (**p >> 64) as u64 == hash);
            to.extend(found.map(|p| *p as u64));
        }
        Ok(())
    }
}

/// A file that is written.
struct Writer {
    file: BufWriter<File>,
    block: Vec<u128>,
    postings: u64,
    firsts: Vec<u64>,
    checksums: Vec<u64>,
}

impl Writer {
    fn new(path: &Path) -> Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(1 << 18, File::create(path)?),
            block: Vec::with_capacity(BLOCK),
            postings: 0,
            firsts: Vec::new(),
            checksums: Vec::new(),
        })
    }

    fn push(&mut self, posting: u128) -> Result<()> {
        self.block.push(posting);
        if self.block.len() == BLOCK {
            self.end_block()?;
        }
        Ok(())
    }

    fn end_block(&mut self) -> Result<()> {
        if let Some(first) = self.block.first() {
            let bytes: &[u8] = bytemuck::cast_slice(&self.block);
            self.firsts.push((*first >> 64) as u64);
            self.checksums.push(xxh3_64(bytes));
            self.postings += self.block.len() as u64;
            self.file.write_all(bytes)?;
            self.block.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        self.end_block()?;
        let mut tail: Vec<u8> = bytemuck::cast_slice(&self.firsts).to_vec();
        tail.extend_from_slice(bytemuck::cast_slice(&self.checksums));
        tail.extend(self.postings.to_le_bytes());
        self.file.write_all(&tail)?;
        self.file.write_all(&xxh3_64(&tail).to_le_bytes())?;
        Ok(self.file.into_inner()?.sync_all()?)
    }
}

/// A segment that is merged: what was read of it and is not yet taken.
struct Head<'a> {
    segment: &'a Segment,
    next: usize,
    run: Vec<u128>,
    at: usize,
}

impl Head<'_> {
    /// The smallest posting that is left.
    fn peek(&mut self) -> Result<Option<u128>> {
        if self.at == self.run.len() {
            if self.next >= self.segment.firsts.len() {
                return Ok(None);
            }
            self.segment.read(self.next, RUN, &mut self.run)?;
            self.next += RUN;
            self.at = 0;
        }
        Ok(Some(self.run[self.at]))
    }
}

/// All segments in force.
pub struct Segments {
    folder: PathBuf,
    segments: Vec<Segment>,
    next: u64,
}

impl Segments {
    pub fn open(folder: &Path) -> Result<Self> {
        let mut all = Self {
            folder: folder.into(),
            segments: Vec::new(),
            next: 0,
        };
        let list = folder.join("list");
        if list.exists() {
            let text = fs::read_to_string(list)?;
            let (text, sum) = text.rsplit_once('#').context("a list cut short")?;
            ensure!(
                sum.trim().parse() == Ok(xxh3_64(text.as_bytes())),
                "a damaged list"
            );
            for line in text.lines() {
                let (level, name) = line.split_once(' ').context("a line of the list")?;
                let segment = Segment::open(folder, level.parse()?, name.parse()?)?;
                all.next = all.next.max(segment.name + 1);
                all.segments.push(segment);
            }
        }
        Ok(all)
    }

    /// Adds sorted postings; they are there for good when this returns.
    pub fn add(&mut self, sorted: &[u128]) -> Result<()> {
        self.write(0, |writer| sorted.iter().try_for_each(|p| writer.push(*p)))?;
        let mut dead = Vec::new();
        while let Some(level) = self.full() {
            let (old, kept) = self.segments.drain(..).partition(|s| s.level == level);
            self.segments = kept;
            self.write(level + 1, |writer| merge(&old, writer))?;
            dead.extend(old.into_iter().map(|s: Segment| s.name));
        }
        self.publish()?;
        for name in dead {
            fs::remove_file(path(&self.folder, name))?;
        }
        Ok(())
    }

    /// A level with as many segments as are merged.
    fn full(&self) -> Option<u32> {
        let levels = self.segments.iter().map(|s| s.level);
        levels
            .clone()
            .find(|level| levels.clone().filter(|l| l == level).count() >= FAN)
    }

    fn write(&mut self, level: u32, fill: impl FnOnce(&mut Writer) -> Result<()>) -> Result<()> {
        let mut writer = Writer::new(&path(&self.folder, self.next))?;
        fill(&mut writer)?;
        writer.finish()?;
        self.segments
            .push(Segment::open(&self.folder, level, self.next)?);
        self.next += 1;
        Ok(())
    }

    fn publish(&self) -> Result<()> {
        let lines = self
            .segments
            .iter()
            .map(|s| format!("{} {}\n", s.level, s.name));
        let text: String = lines.collect();
        let new = self.folder.join("list.new");
        let mut file = File::create(&new)?;
        write!(file, "{text}#{}", xxh3_64(text.as_bytes()))?;
        file.sync_all()?;
        fs::rename(new, self.folder.join("list"))?;
        Ok(File::open(&self.folder)?.sync_all()?)
    }

    /// The places of all `hashes`, put to `to`.
    pub fn places(&self, hashes: &[u64], to: &mut Vec<u64>) -> Result<()> {
        let mut block = Vec::with_capacity(BLOCK);
        let pairs = hashes
            .iter()
            .flat_map(|hash| self.segments.iter().map(move |s| (hash, s)));
        for (hash, segment) in pairs {
            segment.places(*hash, &mut block, to)?;
        }
        Ok(())
    }
}

fn merge(old: &[Segment], writer: &mut Writer) -> Result<()> {
    let mut heads: Vec<_> = old
        .iter()
        .map(|segment| Head {
            segment,
            next: 0,
            run: Vec::new(),
            at: 0,
        })
        .collect();
    loop {
        let mut least = None;
        for (at, head) in heads.iter_mut().enumerate() {
            if let Some(posting) = head.peek()?
                && least.is_none_or(|(least, _)| posting < least)
            {
                least = Some((posting, at));
            }
        }
        let Some((posting, at)) = least else {
            return Ok(());
        };
        heads[at].at += 1;
        writer.push(posting)?;
    }
}

fn path(folder: &Path, name: u64) -> PathBuf {
    folder.join(format!("{name}.seg"))
}
