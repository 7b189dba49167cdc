//! The standing index, by the program and by the library: what it answers, and what it does when it is killed, damaged, shared
//! with others, or given what no writer would write.

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod crash;
mod damage;
mod feed;
mod hostile;
mod kept;
mod no_text;
mod shared;

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use copytaster::{
    detector::Detector,
    document::Document,
    error::Result,
    index::{Index, Writer},
    settings::Settings,
};
use serde_json::{Value, json};

use common::{Rng, detector, document, edited, unrelated};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_copytaster"))
}

/// The exit status, and what was printed to standard output and standard error.
fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = program()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let giver = std::thread::spawn(move || {
        // Who refuses its arguments reads nothing.
        let _ = stdin.write_all(input.as_bytes());
    });
    let out = child.wait_with_output().unwrap();
    giver.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(out.stdout), text(out.stderr));
    assert!(!stderr.contains("panicked"), "{arguments:?}: {stderr}");
    (out.status.code().unwrap_or(-1), stdout, stderr)
}

/// `index` with a command, the folder and more.
fn index(command: &str, folder: &Path, more: &[&str], input: &str) -> (i32, String, String) {
    let folder = folder.to_str().unwrap();
    run(&[&["index", command, "-i", folder], more].concat(), input)
}

/// The same, where it must go well: what it printed, and what it said.
fn done(command: &str, folder: &Path, more: &[&str], input: &str) -> (String, String) {
    let (code, out, said) = index(command, folder, more, input);
    assert_eq!(code, 0, "{command} {more:?}: {said}");
    (out, said)
}

fn records(text: &str) -> Vec<Value> {
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<std::result::Result<_, _>>().unwrap()
}

fn record(id: &str, text: &str) -> String {
    format!("{}\n", json!({ "id": id, "text": text }))
}

/// Article `n` of a stream in which every third is a version of an earlier one.
fn text(n: usize) -> String {
    let story = if n % 3 == 2 { n / 2 } else { n };
    edited(
        &mut Rng::new(n as u64),
        &unrelated(story as u64, 3),
        if story == n { 0.0 } else { 0.1 },
    )
}

fn articles(n: usize) -> Vec<Document> {
    (0..n)
        .map(|i| document(format!("a{i:04}"), text(i)))
        .collect()
}

/// An index of some articles, in so many segments.
fn made(articles: &[Document], segments: usize) -> tempfile::TempDir {
    filled(|at| Writer::open(at, detector()), articles, segments)
}

/// The same without their texts.
fn made_without_texts(articles: &[Document], segments: usize) -> tempfile::TempDir {
    filled(
        |at| Writer::open_without_texts(at, detector()),
        articles,
        segments,
    )
}

fn filled(
    open: impl FnOnce(&Path) -> Result<Writer>,
    articles: &[Document],
    segments: usize,
) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path()).unwrap();
    for part in articles.chunks(articles.len().div_ceil(segments).max(1)) {
        writer.add(part.to_vec(), 7).unwrap();
    }
    folder
}

fn opened(folder: &Path) -> Result<Index> {
    let settings = Index::settings(folder, Settings::default())?;
    Index::open(folder, Detector::new(settings)?)
}

/// The matches of an article, as text.
fn matches(index: &Index, question: &Document) -> Result<Vec<String>> {
    let scan = index.ask(question.clone())?.answer.scan;
    let id = |x: u32| &scan.articles[x as usize].document.id;
    let told = scan.matches.iter().map(|m| {
        format!(
            "{} {} {:?} {:?} {:?}",
            id(m.a),
            id(m.b),
            m.relation,
            m.containment,
            m.passages
        )
    });
    Ok(told.collect())
}

/// Every file of a folder but the lock.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries
        .filter(|p| !p.ends_with("lock"))
        .map(|p| (p.clone(), fs::read(p).unwrap()))
        .collect()
}
