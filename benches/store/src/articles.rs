//! Articles: a record by number and a number by id, in batches of a thousand; read, a tenth removed, compacted.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{BufReader, Read, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use fjall::{Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode};
use redb::{ConcurrencyMode, ReadableDatabase, TableDefinition};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use crate::{
    folder, fresh, made,
    measure::{mb, peak, ranks, size, written},
    postings::{CACHE, settle},
    remove, said,
};

/// Articles of a batch.
pub const BATCH: u32 = 1_000;
/// Articles read, at random.
const READS: u64 = 20_000;
const CANDIDATES: [&str; 6] = [
    "log",
    "redb",
    "redb quick",
    "redb shared",
    "fjall",
    "fjall blobs",
];

pub trait Articles {
    /// Adds articles, all or none; they are there for good when this returns.
    fn add(&mut self, numbers: &[u32]) -> Result<()>;
    fn read(&self, number: u32) -> Result<Option<Vec<u8>>>;
    fn number(&self, id: &str) -> Result<Option<u32>>;
    fn remove(&mut self, numbers: &[u32]) -> Result<()>;
    fn compact(&mut self) -> Result<()>;
    /// Looks for damage.
    fn check(&mut self) -> Result<String> {
        Ok("no such check".into())
    }
}

pub fn open(name: &str, folder: &Path) -> Result<Box<dyn Articles>> {
    Ok(match name {
        "log" => Box::new(Log::open(folder)?),
        "redb" => Box::new(Tree::open(folder, ConcurrencyMode::ExclusiveWriter, false)?),
        "redb quick" => Box::new(Tree::open(folder, ConcurrencyMode::ExclusiveWriter, true)?),
        "redb shared" => Box::new(Tree::open(folder, ConcurrencyMode::SingleWriter, true)?),
        _ => Box::new(Lsm::open(folder, name == "fjall blobs")?),
    })
}

const RECORDS: TableDefinition<u32, &[u8]> = TableDefinition::new("records");
const IDS: TableDefinition<&str, u32> = TableDefinition::new("ids");

/// Two tables of redb.
struct Tree {
    base: redb::Database,
    quick: bool,
}

impl Tree {
    fn open(folder: &Path, mode: ConcurrencyMode, quick: bool) -> Result<Self> {
        let mut builder = redb::Builder::new();
        let builder = builder.set_cache_size(CACHE).set_concurrency_mode(mode);
        let base = builder.create(folder.join("redb"))?;
        Ok(Self { base, quick })
    }

    fn write(&self) -> Result<redb::WriteTransaction> {
        let mut writing = self.base.begin_write()?;
        writing.set_durability(redb::Durability::Immediate)?;
        writing.set_quick_repair(self.quick);
        Ok(writing)
    }
}

impl Articles for Tree {
    fn add(&mut self, numbers: &[u32]) -> Result<()> {
        let writing = self.write()?;
        let (mut records, mut ids) = (writing.open_table(RECORDS)?, writing.open_table(IDS)?);
        for number in numbers {
            records.insert(number, &*made::record(*number))?;
            ids.insert(&*made::id(*number), number)?;
        }
        drop((records, ids));
        Ok(writing.commit()?)
    }

    fn read(&self, number: u32) -> Result<Option<Vec<u8>>> {
        let table = self.base.begin_read()?.open_table(RECORDS)?;
        Ok(table.get(number)?.map(|record| record.value().into()))
    }

    fn number(&self, id: &str) -> Result<Option<u32>> {
        let table = self.base.begin_read()?.open_table(IDS)?;
        Ok(table.get(id)?.map(|number| number.value()))
    }

    fn remove(&mut self, numbers: &[u32]) -> Result<()> {
        let writing = self.write()?;
        let (mut records, mut ids) = (writing.open_table(RECORDS)?, writing.open_table(IDS)?);
        for number in numbers {
            records.remove(number)?;
            ids.remove(&*made::id(*number))?;
        }
        drop((records, ids));
        Ok(writing.commit()?)
    }

    fn compact(&mut self) -> Result<()> {
        self.base.compact()?;
        Ok(())
    }

    fn check(&mut self) -> Result<String> {
        Ok(format!("Ok({})", self.base.check_integrity()?))
    }
}

/// Two keyspaces of fjall, records in files of their own or not.
struct Lsm {
    base: Database,
    records: Keyspace,
    ids: Keyspace,
}

impl Lsm {
    fn open(folder: &Path, blobs: bool) -> Result<Self> {
        let base = Database::builder(folder)
            .cache_size(CACHE as u64)
            .max_journaling_size(64 << 20)
            .open()?;
        let options = || KeyspaceCreateOptions::default().max_memtable_size(16 << 20);
        let records = base.keyspace("records", || {
            options().with_kv_separation(blobs.then(KvSeparationOptions::default))
        })?;
        let ids = base.keyspace("ids", options)?;
        Ok(Self { base, records, ids })
    }
}

impl Articles for Lsm {
    fn add(&mut self, numbers: &[u32]) -> Result<()> {
        let mut batch = self.base.batch().durability(Some(PersistMode::SyncAll));
        for number in numbers {
            batch.insert(&self.records, number.to_be_bytes(), made::record(*number));
            batch.insert(&self.ids, made::id(*number), number.to_be_bytes());
        }
        Ok(batch.commit()?)
    }

    fn read(&self, number: u32) -> Result<Option<Vec<u8>>> {
        Ok(self
            .records
            .get(number.to_be_bytes())?
            .map(|record| record.to_vec()))
    }

    fn number(&self, id: &str) -> Result<Option<u32>> {
        let found = self.ids.get(id)?;
        found
            .map(|n| Ok(u32::from_be_bytes((*n).try_into()?)))
            .transpose()
    }

    fn remove(&mut self, numbers: &[u32]) -> Result<()> {
        let mut batch = self.base.batch().durability(Some(PersistMode::SyncAll));
        for number in numbers {
            batch.remove(&self.records, number.to_be_bytes());
            batch.remove(&self.ids, made::id(*number));
        }
        Ok(batch.commit()?)
    }

    fn compact(&mut self) -> Result<()> {
        for keys in [&self.records, &self.ids] {
            keys.rotate_memtable_and_wait()?;
            settle(&self.base);
            keys.major_compact()?;
        }
        settle(&self.base);
        Ok(())
    }
}

/// Checksum, length of the record, number, length of the id (and whether the article is removed, or a batch ends).
const HEAD: usize = 18;
const REMOVED: u16 = 1 << 15;
const END: u16 = 1 << 14;
const NONE: u64 = u64::MAX;

/// A file that only grows, and where each article stands in it, in memory.
struct Log {
    path: PathBuf,
    file: File,
    length: u64,
    places: Vec<u64>,
    ids: HashMap<u64, u32>,
}

impl Log {
    fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("log");
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)?;
        let mut log = Self {
            path,
            file,
            length: 0,
            places: Vec::new(),
            ids: HashMap::new(),
        };
        let mut reader = BufReader::with_capacity(1 << 18, log.file.try_clone()?);
        let (mut at, mut batch, mut body) = (0, Vec::new(), Vec::new());
        let mut head = [0; HEAD];
        // What follows the last whole batch was not promised to anyone.
        while reader.read_exact(&mut head).is_ok() {
            let (length, number, id) = parts(&head);
            body.resize(length + usize::from(id & !(REMOVED | END)), 0);
            if reader.read_exact(&mut body).is_err() || !whole(&head, &body) {
                break;
            }
            batch.push((number, id, xxh3_64(&body[length..]), at));
            at += (HEAD + body.len()) as u64;
            if id & END > 0 {
                batch
                    .drain(..)
                    .for_each(|(number, id, hash, at)| log.put(number, id, hash, at));
                log.length = at;
            }
        }
        log.file.set_len(log.length)?;
        Ok(log)
    }

    fn put(&mut self, number: u32, id: u16, hash: u64, at: u64) {
        let place = number as usize;
        if id & END > 0 {
        } else if id & REMOVED > 0 {
            self.places[place] = NONE;
            self.ids.remove(&hash);
        } else {
            self.places.resize(self.places.len().max(place + 1), NONE);
            self.places[place] = at;
            self.ids.insert(hash, number);
        }
    }

    fn append(&mut self, entries: impl Iterator<Item = (u32, u16, Vec<u8>, String)>) -> Result<()> {
        let (mut bytes, mut put) = (Vec::new(), Vec::new());
        for (number, kind, record, id) in entries {
            let kind = kind | id.len() as u16;
            put.push((
                number,
                kind,
                xxh3_64(id.as_bytes()),
                self.length + bytes.len() as u64,
            ));
            encode(&mut bytes, number, kind, &record, &id);
        }
        encode(&mut bytes, 0, END, &[], "");
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        self.length += bytes.len() as u64;
        put.into_iter()
            .for_each(|(number, id, hash, at)| self.put(number, id, hash, at));
        Ok(())
    }

    fn entry(&self, at: u64) -> Result<(usize, Vec<u8>)> {
        let mut head = [0; HEAD];
        self.file.read_exact_at(&mut head, at)?;
        let (length, _, id) = parts(&head);
        let size = length + usize::from(id & !(REMOVED | END));
        ensure!(at + (HEAD + size) as u64 <= self.length, "a damaged length");
        let mut body = vec![0; size];
        self.file.read_exact_at(&mut body, at + HEAD as u64)?;
        ensure!(whole(&head, &body), "a damaged record");
        Ok((length, body))
    }
}

fn encode(bytes: &mut Vec<u8>, number: u32, id: u16, record: &[u8], text: &str) {
    let from = bytes.len();
    bytes.extend([0; 8]);
    bytes.extend((record.len() as u32).to_le_bytes());
    bytes.extend(number.to_le_bytes());
    bytes.extend(id.to_le_bytes());
    bytes.extend_from_slice(record);
    bytes.extend_from_slice(text.as_bytes());
    let sum = xxh3_64(&bytes[from + 8..]).to_le_bytes();
    bytes[from..from + 8].copy_from_slice(&sum);
}

fn parts(head: &[u8; HEAD]) -> (usize, u32, u16) {
    let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    (
        word(8) as usize,
        word(12),
        u16::from_le_bytes([head[16], head[17]]),
    )
}

fn whole(head: &[u8; HEAD], body: &[u8]) -> bool {
    let mut sum = Xxh3Default::new();
    sum.update(&head[8..]);
    sum.update(body);
    sum.digest().to_le_bytes() == head[..8]
}

impl Articles for Log {
    fn add(&mut self, numbers: &[u32]) -> Result<()> {
        self.append(
            numbers
                .iter()
                .map(|n| (*n, 0, made::record(*n), made::id(*n))),
        )
    }

    fn read(&self, number: u32) -> Result<Option<Vec<u8>>> {
        match self.places.get(number as usize) {
            None | Some(&NONE) => Ok(None),
            Some(at) => {
                let (length, mut body) = self.entry(*at)?;
                body.truncate(length);
                Ok(Some(body))
            }
        }
    }

    fn number(&self, id: &str) -> Result<Option<u32>> {
        Ok(self.ids.get(&xxh3_64(id.as_bytes())).copied())
    }

    fn remove(&mut self, numbers: &[u32]) -> Result<()> {
        self.append(
            numbers
                .iter()
                .map(|n| (*n, REMOVED, Vec::new(), made::id(*n))),
        )
    }

    fn compact(&mut self) -> Result<()> {
        let folder = self.path.parent().context("a folder")?.to_owned();
        let new = folder.join("new");
        fs::create_dir_all(&new)?;
        let mut log = Self::open(&new)?;
        let numbers: Vec<u32> = (0..self.places.len() as u32).collect();
        for piece in numbers.chunks(BATCH as usize) {
            let mut bytes = Vec::new();
            for number in piece.iter().filter(|n| self.places[**n as usize] != NONE) {
                let (length, body) = self.entry(self.places[*number as usize])?;
                let (record, id) = body.split_at(length);
                let (id, at) = (std::str::from_utf8(id)?, log.length + bytes.len() as u64);
                log.put(*number, id.len() as u16, xxh3_64(id.as_bytes()), at);
                encode(&mut bytes, *number, id.len() as u16, record, id);
            }
            encode(&mut bytes, 0, END, &[], "");
            log.file.write_all(&bytes)?;
            log.length += bytes.len() as u64;
        }
        log.file.sync_all()?;
        fs::rename(&log.path, &self.path)?;
        fs::remove_dir(new)?;
        File::open(folder)?.sync_all()?;
        log.path.clone_from(&self.path);
        *self = log;
        Ok(())
    }
}

/// The table: each candidate in a process of its own, opened again in another.
pub fn all(articles: u64) -> Result<()> {
    println!("{articles} articles, {BATCH} a batch\n");
    println!(
        "| store | add s | longest batch ms | MB | written/payload | read µs | p99 | by id µs | p99 | remove s | compact s \
         | MB | peak MiB | open ms | read µs | peak MiB |"
    );
    println!("|---|{}", "---:|".repeat(15));
    for name in CANDIDATES {
        let kept = said(&["keep", name, &articles.to_string()])?;
        let again = said(&["reopen", name, &articles.to_string()])?;
        println!("| {name} | {kept} | {again} |");
        remove(&folder(name))?;
    }
    Ok(())
}

/// Adds, reads, removes and compacts.
pub fn keep(name: &str, articles: u32) -> Result<()> {
    let folder = fresh(name)?;
    let mut store = open(name, &folder)?;
    let numbers: Vec<u32> = (0..articles).collect();
    let payload: usize = u64::from(articles) as usize * (made::record(0).len() + made::id(0).len());
    let (spent, longest) = batches(&numbers, |piece| store.add(piece))?;
    print!("{:.1} | {} | ", spent.as_secs_f64(), longest.as_millis());
    print!(
        "{} | {:.1} | ",
        mb(size(&folder)?),
        written()? as f64 / payload as f64
    );
    let (median, p99) = reads(articles, |number| {
        Ok(store.read(number)? == Some(made::record(number)))
    })?;
    print!("{median} | {p99} | ");
    let (median, p99) = reads(articles, |n| Ok(store.number(&made::id(n))? == Some(n)))?;
    print!("{median} | {p99} | ");
    let gone: Vec<u32> = numbers.into_iter().filter(|n| is_gone(*n)).collect();
    let (spent, _) = batches(&gone, |piece| store.remove(piece))?;
    print!("{:.1} | ", spent.as_secs_f64());
    let start = Instant::now();
    store.compact()?;
    print!(
        "{:.1} | {} | {}",
        start.elapsed().as_secs_f64(),
        mb(size(&folder)?),
        peak()?
    );
    Ok(())
}

/// Opens what another process has left.
pub fn reopen(name: &str, articles: u32) -> Result<()> {
    let start = Instant::now();
    let store = open(name, &folder(name))?;
    print!("{} | ", start.elapsed().as_millis());
    let (median, _) = reads(articles, |number| {
        let expected = (!is_gone(number)).then(|| made::record(number));
        Ok(store.read(number)? == expected)
    })?;
    print!("{median} | {}", peak()?);
    Ok(())
}

/// Whether an article is of the tenth that is removed.
fn is_gone(number: u32) -> bool {
    made::mix(number.into()).is_multiple_of(10)
}

fn batches(
    numbers: &[u32],
    mut each: impl FnMut(&[u32]) -> Result<()>,
) -> Result<(Duration, Duration)> {
    let (start, mut longest) = (Instant::now(), Duration::ZERO);
    for piece in numbers.chunks(BATCH as usize) {
        let start = Instant::now();
        each(piece)?;
        longest = longest.max(start.elapsed());
    }
    Ok((start.elapsed(), longest))
}

fn reads(articles: u32, ask: impl Fn(u32) -> Result<bool>) -> Result<(u128, u128)> {
    let mut times = Vec::new();
    for read in 0..READS {
        let number = (made::mix(read) % u64::from(articles)) as u32;
        let start = Instant::now();
        ensure!(ask(number)?, "article {number} is another");
        times.push(start.elapsed());
    }
    Ok(ranks(&mut times))
}
