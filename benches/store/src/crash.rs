//! What is left after a process is killed, what another process may do meanwhile, and what a flipped byte leads to.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, Read},
    os::unix::fs::FileExt,
    panic,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use fjall::Database;
use redb::{Builder, ConcurrencyMode, ReadableDatabase, ReadableTableMetadata, TableDefinition};

use crate::{
    articles::{self, BATCH},
    child, folder, fresh, made,
    measure::ranks,
    remove, said,
};

const CANDIDATES: [&str; 5] = ["log", "redb", "redb quick", "redb shared", "fjall"];
/// Records of a store that is damaged.
const RECORDS: u32 = 20_000;

/// Kills a process that adds, again and again.
pub fn kills(before: u64, kills: u64) -> Result<()> {
    println!("{before} articles, then {kills} kills\n");
    println!("| store | batches acknowledged | lost | torn | kept beyond | open ms | longest |");
    println!("|---|{}", "---:|".repeat(6));
    for name in CANDIDATES {
        let folder = fresh(name)?;
        let mut store = articles::open(name, &folder)?;
        let numbers: Vec<u32> = (0..before as u32).collect();
        numbers
            .chunks(BATCH as usize)
            .try_for_each(|piece| store.add(piece))?;
        drop(store);
        let (mut next, mut times) = (before as u32 / BATCH, Vec::new());
        let (mut acknowledged, mut lost, mut torn, mut beyond) = (0, 0, 0, 0);
        for kill in 0..kills {
            let mut writer = child(&["write", name, &next.to_string()])?
                .stdout(Stdio::piped())
                .spawn()?;
            let mut lines = BufReader::new(writer.stdout.take().context("no output")?).lines();
            // Opening is over with the first line; then a while that differs from kill to kill.
            let mut last = lines.next().context("nothing added")??;
            thread::sleep(Duration::from_millis(50 + made::mix(kill) % 500));
            writer.kill()?;
            writer.wait()?;
            for line in lines.map_while(|line| line.ok()) {
                last = line;
            }
            let last: u32 = last.parse()?;
            let found = said(&["count", name, &last.to_string()])?;
            let found: Vec<u64> = found.split(' ').map(str::parse).collect::<Result<_, _>>()?;
            acknowledged += last + 1 - next;
            (lost, torn, beyond) = (lost + found[0], torn + found[1], beyond + found[2]);
            times.push(Duration::from_micros(found[3]));
            next = last + 1 + found[2] as u32;
        }
        let longest = times.iter().max().map_or(0, Duration::as_millis);
        let median = ranks(&mut times).0 / 1000;
        println!("| {name} | {acknowledged} | {lost} | {torn} | {beyond} | {median} | {longest} |");
        remove(&folder)?;
    }
    Ok(())
}

/// Adds batches for ever, and says each that is there for good.
pub fn write(name: &str, from: u32) -> Result<()> {
    let mut store = articles::open(name, &folder(name))?;
    for batch in from.. {
        let numbers: Vec<u32> = (batch * BATCH..(batch + 1) * BATCH).collect();
        store.add(&numbers)?;
        println!("{batch}");
    }
    Ok(())
}

/// Batches lost up to the last acknowledged, torn, and whole though not acknowledged; how long opening took, in microseconds.
pub fn count(name: &str, last: u32) -> Result<()> {
    let start = Instant::now();
    let store = articles::open(name, &folder(name))?;
    let took = start.elapsed().as_micros();
    let there = |batch: u32| -> Result<u32> {
        (batch * BATCH..(batch + 1) * BATCH).try_fold(0, |count, number| {
            let record = store
                .read(number)?
                .is_some_and(|record| record == made::record(number));
            let id = store.number(&made::id(number))? == Some(number);
            Ok(count + u32::from(record && id))
        })
    };
    let (mut lost, mut torn, mut beyond) = (0, 0, 0);
    for batch in last.saturating_sub(100)..=last + 2 {
        match there(batch)? {
            BATCH if batch > last => beyond += 1,
            0 if batch > last => {}
            BATCH => {}
            n if n > 0 => torn += 1,
            _ => lost += 1,
        }
    }
    print!("{lost} {torn} {beyond} {took}");
    Ok(())
}

const TABLE: TableDefinition<u64, u64> = TableDefinition::new("shared");

fn mode(name: &str) -> ConcurrencyMode {
    match name {
        "single" => ConcurrencyMode::SingleWriter,
        "multi" => ConcurrencyMode::MultiWriter,
        _ => ConcurrencyMode::ExclusiveWriter,
    }
}

fn shared() -> PathBuf {
    folder("share").join("redb")
}

/// What other processes get while this one has the store open.
pub fn share() -> Result<()> {
    for writer in ["exclusive", "single", "multi"] {
        fresh("share")?;
        let base = Builder::new()
            .set_concurrency_mode(mode(writer))
            .create(shared())?;
        put(&base, 1)?;
        for other in ["exclusive", "single", "multi"] {
            for what in ["read", "write"] {
                println!(
                    "redb {writer}, another {what} {other}: {}",
                    said(&["try", &format!("{what} {other}")])?
                );
            }
        }
        let mut reader = child(&["try", "follow single"])?
            .stdout(Stdio::piped())
            .spawn()?;
        thread::sleep(Duration::from_millis(300));
        put(&base, 2)?;
        let mut said = String::new();
        reader
            .stdout
            .take()
            .context("no output")?
            .read_to_string(&mut said)?;
        reader.wait()?;
        println!("redb {writer}, followed by single: {said}");
    }
    for writer in ["exclusive", "single", "multi", "single quick"] {
        fresh("share")?;
        let mut holder = child(&["hold", writer])?.stdout(Stdio::null()).spawn()?;
        thread::sleep(Duration::from_millis(300));
        holder.kill()?;
        holder.wait()?;
        let mode = writer.trim_end_matches(" quick");
        for what in ["read", "write", "read"] {
            let said = said(&["try", &format!("{what} {mode}")])?;
            println!("redb {writer}, writer killed, then {what}: {said}");
        }
    }
    limits()?;
    let folder = fresh("share")?;
    let base = Database::builder(folder.join("fjall")).open()?;
    println!("fjall, another: {}", said(&["try", "fjall"])?);
    drop(base);
    println!("fjall, alone: {}", said(&["try", "fjall"])?);
    remove(&folder)
}

/// What one process may not do.
fn limits() -> Result<()> {
    fresh("share")?;
    let mut base = Builder::new()
        .set_concurrency_mode(ConcurrencyMode::SingleWriter)
        .create(shared())?;
    put(&base, 1)?;
    let reading = base.begin_read()?;
    println!("redb, compacted while read: {:?}", base.compact());
    println!("redb, checked while read: {:?}", base.check_integrity());
    drop(reading);
    let mut reader = child(&["try", "follow single"])?
        .stdout(Stdio::null())
        .spawn()?;
    thread::sleep(Duration::from_millis(300));
    println!("redb, compacted while another reads: {:?}", base.compact());
    reader.wait()?;
    let mut writing = base.begin_write()?;
    println!(
        "redb, not durable, shared: {:?}",
        writing.set_durability(redb::Durability::None)
    );
    let before = writing.ephemeral_savepoint()?;
    writing.open_table(TABLE)?.insert(2, 2)?;
    println!(
        "redb, savepoint after a table: {:?}",
        writing.ephemeral_savepoint().err()
    );
    writing.restore_savepoint(&before)?;
    println!(
        "redb, compacted with a savepoint: {:?}",
        writing.commit().map(|()| base.compact())
    );
    Ok(())
}

/// Writes for ever.
pub fn hold(how: &str) -> Result<()> {
    let (of, quick) = how
        .split_once(' ')
        .map_or((how, false), |(of, _)| (of, true));
    let base = Builder::new()
        .set_concurrency_mode(mode(of))
        .create(shared())?;
    for value in 0.. {
        let mut writing = base.begin_write()?;
        writing.set_quick_repair(quick);
        writing.open_table(TABLE)?.insert(value, value)?;
        writing.commit()?;
    }
    Ok(())
}

fn put(base: &redb::Database, value: u64) -> Result<()> {
    let writing = base.begin_write()?;
    writing.open_table(TABLE)?.insert(value, value)?;
    Ok(writing.commit()?)
}

/// Opens what another process has open, and says what comes of it.
pub fn attempt(how: &str) -> Result<()> {
    let said = match how.split_once(' ') {
        Some(("read", of)) => Builder::new()
            .set_concurrency_mode(mode(of))
            .open_read_only(shared())
            .map_or_else(
                |e| format!("{e:?}"),
                |base| format!("opens, {:?} keys", keys(&base)),
            ),
        Some(("write", of)) => Builder::new()
            .set_concurrency_mode(mode(of))
            .open(shared())
            .map_or_else(|e| format!("{e:?}"), |_| "opens".into()),
        Some((_, of)) => match Builder::new()
            .set_concurrency_mode(mode(of))
            .open_read_only(shared())
        {
            Err(e) => format!("{e:?}"),
            Ok(base) => {
                let before = keys(&base)?;
                thread::sleep(Duration::from_millis(600));
                format!("{before} keys, then {}", keys(&base)?)
            }
        },
        None => Database::builder(folder("share").join("fjall"))
            .open()
            .map_or_else(|e| format!("{e:?}"), |_| "opens".into()),
    };
    print!("{said}");
    Ok(())
}

fn keys(base: &redb::ReadOnlyDatabase) -> Result<u64> {
    Ok(base.begin_read()?.open_table(TABLE)?.len()?)
}

/// Flips bytes of a store, one at a time, and counts what comes of it.
pub fn damage(bytes: u64) -> Result<()> {
    println!("| store | {bytes} bytes flipped: all read, then checked | times |\n|---|---|---:|");
    for name in CANDIDATES {
        let whole = fresh(&format!("{name} whole"))?;
        let mut store = articles::open(name, &whole)?;
        let numbers: Vec<u32> = (0..RECORDS).collect();
        numbers
            .chunks(BATCH as usize)
            .try_for_each(|piece| store.add(piece))?;
        store.compact()?;
        drop(store);
        let mut outcomes = BTreeMap::<String, u32>::new();
        for byte in 0..bytes {
            let folder = fresh(name)?;
            let mut largest = (0, PathBuf::new());
            copy(&whole, &folder, &mut largest)?;
            let (length, path) = largest;
            let file = OpenOptions::new().read(true).write(true).open(path)?;
            let (at, mut old) = (made::mix(byte) % length, [0]);
            file.read_exact_at(&mut old, at)?;
            file.write_all_at(&[old[0] ^ 1 << (byte % 8)], at)?;
            let output = child(&["look", name, &RECORDS.to_string()])?.output()?;
            let mut said = String::from_utf8(output.stdout)?;
            if !output.status.success() {
                said += &format!(" ended with {}", output.status);
            }
            *outcomes.entry(said).or_default() += 1;
        }
        for (outcome, times) in outcomes {
            println!("| {name} | {outcome} | {times} |");
        }
        remove(&whole)?;
        remove(&folder(name))?;
    }
    Ok(())
}

/// Copies a folder; the largest file of it that is no journal.
fn copy(from: &Path, to: &Path, largest: &mut (u64, PathBuf)) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to, largest)?;
            continue;
        }
        let length = fs::copy(entry.path(), &to)?;
        // A journal is room set aside for the most part, and what it holds stands in tables too.
        if length > largest.0 && to.extension().is_none_or(|e| e != "jnl") {
            *largest = (length, to);
        }
    }
    Ok(())
}

/// Reads everything of a store that may be damaged, then has it checked, and says what came of it.
pub fn look(name: &str, records: u32) -> Result<()> {
    panic::set_hook(Box::new(|_| ()));
    let folder = folder(name);
    match panic::catch_unwind(|| articles::open(name, &folder)) {
        Err(_) => print!("open panics"),
        Ok(Err(e)) => print!("open: {}", short(&e)),
        Ok(Ok(store)) => print!("{}", read_and_check(store, records)),
    }
    Ok(())
}

fn read_and_check(mut store: Box<dyn articles::Articles>, records: u32) -> String {
    let read = panic::catch_unwind(panic::AssertUnwindSafe(|| -> Result<&str> {
        let (mut wrong, mut missing) = (false, false);
        for number in 0..records {
            match store.read(number)? {
                None => missing = true,
                Some(record) => wrong |= record != made::record(number),
            }
            missing |= store.number(&made::id(number))? != Some(number);
        }
        Ok(match (wrong, missing) {
            (true, _) => "wrong bytes, silently",
            (_, true) => "articles missing, silently",
            _ => "nothing noticed, nothing wrong",
        })
    }));
    let read = match read {
        Err(_) => "read panics".into(),
        Ok(Err(e)) => format!("read: {}", short(&e)),
        Ok(Ok(said)) => said.into(),
    };
    match panic::catch_unwind(panic::AssertUnwindSafe(|| store.check())) {
        Err(_) => format!("{read}; check panics"),
        Ok(Err(e)) => format!("{read}; check: {}", short(&e)),
        Ok(Ok(said)) => format!("{read}; check: {said}"),
    }
}

/// An error without the numbers in it, so that like ones are counted together.
fn short(error: &anyhow::Error) -> String {
    let text = format!("{error:?}").replace(|c: char| c.is_ascii_digit(), "");
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(90)
        .collect()
}
