//! Postings: added in batches, each there for good when the next begins; then all places of a hundred hashes at a time.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode, config::FilterPolicy};
use redb::{ReadableDatabase, TableDefinition};

use crate::{
    folder, fresh, made,
    measure::{mb, peak, ranks, size, written},
    remove, said,
    segments::Segments,
};

pub const CACHE: usize = 64 << 20;
/// Postings of a batch of fjall, which keeps each in memory three times over.
const PIECE: usize = 100_000;
/// Queries timed.
const QUERIES: u64 = 2_000;
const CANDIDATES: [&str; 4] = ["segments", "fjall", "fjall ingest", "redb"];

trait Postings {
    fn add(&mut self, sorted: &[u128]) -> Result<()>;
    /// The places of all `hashes`, put to `to`.
    fn places(&self, hashes: &[u64], to: &mut Vec<u64>) -> Result<()>;
    /// Waits for what is done in the background.
    fn settle(&self) {}
}

fn open(name: &str, folder: &Path) -> Result<Box<dyn Postings>> {
    Ok(match name {
        "segments" => Box::new(Segments::open(folder)?),
        "redb" => Box::new(Tree::open(folder)?),
        _ => Box::new(Lsm::open(folder, name == "fjall ingest")?),
    })
}

impl Postings for Segments {
    fn add(&mut self, sorted: &[u128]) -> Result<()> {
        Self::add(self, sorted)
    }

    fn places(&self, hashes: &[u64], to: &mut Vec<u64>) -> Result<()> {
        Self::places(self, hashes, to)
    }
}

const TABLE: TableDefinition<u128, ()> = TableDefinition::new("postings");

/// A key for each posting, in redb.
struct Tree(redb::Database);

impl Tree {
    fn open(folder: &Path) -> Result<Self> {
        let mut builder = redb::Builder::new();
        let base = builder.set_cache_size(CACHE).create(folder.join("redb"))?;
        Ok(Self(base))
    }
}

impl Postings for Tree {
    fn add(&mut self, sorted: &[u128]) -> Result<()> {
        let writing = self.0.begin_write()?;
        let mut table = writing.open_table(TABLE)?;
        for posting in sorted {
            table.insert(posting, ())?;
        }
        drop(table);
        Ok(writing.commit()?)
    }

    fn places(&self, hashes: &[u64], to: &mut Vec<u64>) -> Result<()> {
        let table = self.0.begin_read()?.open_table(TABLE)?;
        for hash in hashes {
            let from = u128::from(*hash) << 64;
            for entry in table.range(from..=from | u128::from(u64::MAX))? {
                to.push(entry?.0.value() as u64);
            }
        }
        Ok(())
    }
}

/// A key for each posting, in fjall.
struct Lsm {
    base: Database,
    keys: Keyspace,
    ingest: bool,
}

impl Lsm {
    fn open(folder: &Path, ingest: bool) -> Result<Self> {
        let base = Database::builder(folder)
            .cache_size(CACHE as u64)
            .max_journaling_size(64 << 20)
            .open()?;
        let keys = base.keyspace("postings", || {
            KeyspaceCreateOptions::default()
                .max_memtable_size(16 << 20)
                .filter_policy(FilterPolicy::disabled())
        })?;
        Ok(Self { base, keys, ingest })
    }
}

impl Postings for Lsm {
    fn add(&mut self, sorted: &[u128]) -> Result<()> {
        if self.ingest {
            let mut ingestion = self.keys.start_ingestion()?;
            for posting in sorted {
                ingestion.write(posting.to_be_bytes(), [])?;
            }
            return Ok(ingestion.finish()?);
        }
        for piece in sorted.chunks(PIECE) {
            let mut batch = self.base.batch();
            for posting in piece {
                batch.insert(&self.keys, posting.to_be_bytes(), []);
            }
            batch.commit()?;
        }
        Ok(self.base.persist(PersistMode::SyncAll)?)
    }

    fn places(&self, hashes: &[u64], to: &mut Vec<u64>) -> Result<()> {
        for entry in hashes
            .iter()
            .flat_map(|hash| self.keys.prefix(hash.to_be_bytes()))
        {
            to.push(u64::from_be_bytes(entry.key()?[8..].try_into()?));
        }
        Ok(())
    }

    fn settle(&self) {
        settle(&self.base);
    }
}

/// Waits until nothing has been done in the background for a while.
pub fn settle(base: &Database) {
    let (mut quiet, mut done) = (0, 0);
    while quiet < 10 {
        thread::sleep(Duration::from_millis(20));
        let busy = base.outstanding_flushes() > 0 || base.active_compactions() > 0;
        let before = done;
        done = base.compactions_completed();
        quiet = if busy || before != done { 0 } else { quiet + 1 };
    }
}

/// The table: each candidate adds in one process, and is asked there and in another.
pub fn all(articles: u64, batch: u64, seconds: u64) -> Result<()> {
    println!(
        "{articles} articles, {} postings each, {batch} a batch\n",
        made::PER_ARTICLE
    );
    println!(
        "| store | articles | s | longest batch ms | MB | peak MiB | written/payload | µs/query | p99 | common ms \
         | open ms | µs/query | p99 | common ms | MB | peak MiB |"
    );
    println!("|---|{}", "---:|".repeat(15));
    for name in CANDIDATES {
        let added = said(&[
            "add",
            name,
            &articles.to_string(),
            &batch.to_string(),
            &seconds.to_string(),
        ])?;
        let (reached, cells) = added.split_once(' ').unwrap_or((&added, ""));
        let asked = said(&["ask", name, &articles.to_string(), reached])?;
        println!("| {name} | {reached} | {cells} | {asked} |");
        remove(&folder(name))?;
    }
    Ok(())
}

/// Adds, until the time is over.
pub fn add(name: &str, articles: u64, batch: u64, seconds: u64) -> Result<()> {
    let folder = fresh(name)?;
    let mut store = open(name, &folder)?;
    let (mut spent, mut longest, mut reached) = (Duration::ZERO, Duration::ZERO, 0);
    while reached < articles && spent.as_secs() < seconds {
        let next = (reached + batch).min(articles);
        let mut postings = made::postings(articles, reached, next);
        let start = Instant::now();
        postings.sort_unstable();
        store.add(&postings)?;
        longest = longest.max(start.elapsed());
        spent += start.elapsed();
        reached = next;
    }
    let start = Instant::now();
    store.settle();
    spent += start.elapsed();
    let written = written()? as f64 / (reached * made::PER_ARTICLE * 16) as f64;
    let (size, peak) = (mb(size(&folder)?), peak()?);
    print!(
        "{reached} {:.1} | {} | {size} | {peak} | {written:.1} | ",
        spent.as_secs_f64(),
        longest.as_millis()
    );
    queries(&*store, articles, reached)
}

/// Asks what another process has added.
pub fn ask(name: &str, articles: u64, reached: u64) -> Result<()> {
    let start = Instant::now();
    let store = open(name, &folder(name))?;
    print!("{} | ", start.elapsed().as_millis());
    queries(&*store, articles, reached)?;
    print!(" | {} | {}", mb(size(&folder(name))?), peak()?);
    Ok(())
}

/// A hundred hashes at a time, then the common one.
fn queries(store: &dyn Postings, articles: u64, reached: u64) -> Result<()> {
    let (mut times, mut places, mut found) = (Vec::new(), Vec::new(), 0);
    for query in 0..QUERIES {
        let hashes = made::query(articles, made::mix(query) % reached);
        places.clear();
        let start = Instant::now();
        store.places(&hashes, &mut places)?;
        times.push(start.elapsed());
        found += places.len();
    }
    let least = QUERIES * (made::ASKED - 10);
    ensure!(found as u64 >= least, "{found} places of {least} at least");
    let (median, p99) = ranks(&mut times);
    places.clear();
    let start = Instant::now();
    store.places(&[made::common()], &mut places)?;
    ensure!(
        places.len() as u64 == reached.div_ceil(8),
        "{} common",
        places.len()
    );
    print!(
        "{median} | {p99} | {:.1}",
        start.elapsed().as_secs_f64() * 1e3
    );
    Ok(())
}
