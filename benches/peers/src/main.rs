//! The parts of the comparison that are written in Rust: asking the standing index, and all of gaoya. `run.py` calls them,
//! each in a process of its own, and takes what they print: one JSON object, times in seconds, memory in MiB.

use std::{
    collections::BTreeMap,
    env,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use copytaster::{
    detector::Detector,
    index::Index,
    read::{self, ReadOptions},
    settings::Settings,
};
use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32, SmallVecContainer};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

/// Bands, hashes in each, and words of a shingle: as for datasketch.
const BANDS: usize = 16;
const WIDTH: usize = 8;
const WORDS: usize = 5;
/// Least estimated Jaccard of what gaoya names.
const LEAST: f64 = 0.5;
/// Articles that are signed together.
const TOGETHER: usize = 4096;

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let figures = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["ours", index, asked] => ours(Path::new(index), asked)?,
        ["gaoya", added, asked, fed] => gaoya(added, asked, fed)?,
        _ => bail!("`ours INDEX ASKED` or `gaoya ADDED ASKED FED`"),
    };
    println!("{figures}");
    Ok(())
}

/// Asks the standing index.
fn ours(folder: &Path, asked: &str) -> Result<Value> {
    let start = Instant::now();
    let settings = Index::settings(folder, Settings::default())?;
    let index = Index::open(folder, Detector::new(settings)?)?;
    let open = start.elapsed().as_secs_f64();
    let (mut times, mut answers) = (Vec::new(), BTreeMap::new());
    for document in read::open(&[asked.to_owned()], &ReadOptions::default()) {
        let document = document?;
        let id = document.id.clone();
        let start = Instant::now();
        let answer = index.ask(document)?.answer;
        times.push(start.elapsed().as_secs_f64());
        let named = answer.scan.matches.iter().map(|m| {
            let other = if m.a == answer.article { m.b } else { m.a };
            let id = &answer.scan.articles[other as usize].document.id;
            (id.clone(), m.relation.name())
        });
        answers.insert(id, named.collect::<BTreeMap<_, _>>());
    }
    Ok(json!({ "open": open, "times": times, "answers": answers, "ask_peak": [peak()?] }))
}

/// Adds to gaoya's index, asks it, and feeds it. Ids are numbers there, as its documentation advises.
fn gaoya(added: &str, asked: &str, fed: &str) -> Result<Value> {
    let hasher = MinHasher32::new(BANDS * WIDTH);
    let sign = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        hasher.create_signature(words.windows(WORDS))
    };
    let mut index: MinHashIndex<u32, u32, SmallVecContainer<u32, 2>> =
        MinHashIndex::new_index(BANDS, WIDTH, LEAST);
    let mut ids: Vec<String> = Vec::new();

    let start = Instant::now();
    let mut coming = articles(added)?.peekable();
    while coming.peek().is_some() {
        let batch: Vec<Article> = coming.by_ref().take(TOGETHER).collect::<Result<_>>()?;
        let signatures = batch.par_iter().map(|a| sign(&a.text)).collect();
        let first = ids.len() as u32;
        ids.extend(batch.into_iter().map(|a| a.id));
        index.par_bulk_insert((first..ids.len() as u32).collect(), signatures);
    }
    let (add, add_peak) = (start.elapsed().as_secs_f64(), peak()?);

    let (mut times, mut answers) = (Vec::new(), BTreeMap::new());
    for article in articles(asked)? {
        let article = article?;
        let start = Instant::now();
        let found = index.query(&sign(&article.text));
        times.push(start.elapsed().as_secs_f64());
        let named = found.into_iter().map(|n| (&ids[*n as usize], "candidate"));
        answers.insert(article.id, json!(named.collect::<BTreeMap<_, _>>()));
    }
    let ask_peak = peak()?;

    let start = Instant::now();
    for article in articles(fed)? {
        let article = article?;
        let signature = sign(&article.text);
        index.query(&signature);
        index.insert(ids.len() as u32, signature);
        ids.push(article.id);
    }
    let feed = start.elapsed().as_secs_f64();
    Ok(json!({
        "add": add, "add_peak": [add_peak], "ask_peak": [ask_peak],
        "times": times, "answers": answers, "feed": feed,
    }))
}

#[derive(Deserialize)]
struct Article {
    id: String,
    text: String,
}

fn articles(file: &str) -> Result<impl Iterator<Item = Result<Article>>> {
    let lines = BufReader::new(File::open(file)?).lines();
    Ok(lines.map(|line| Ok(serde_json::from_str(&line?)?)))
}

/// The largest resident set of this process so far.
fn peak() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.split_whitespace().next());
    Ok(kib.context("VmHWM is not known here")?.parse::<f64>()? / 1024.0)
}
