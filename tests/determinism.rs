//! The same input gives the same bytes, whatever the number of threads and the order in which files are listed.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Every article file of the corpus, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            out.extend(files(&path));
        } else if !name.starts_with('.') && !matches!(&*name, "truth.jsonl" | "origins.jsonl") {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn scan(threads: &str, paths: &[PathBuf], more: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copytaster"));
    command.args(["scan", "--threads", threads, "--format", "jsonl"]);
    let output = command.args(more).args(paths).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Names the first line that differs: the whole output says nothing to anybody.
fn assert_same(one: &[u8], other: &[u8], what: &str) {
    let lines = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec())
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (one, other) = (lines(one), lines(other));
    for (x, y) in one.iter().zip(&other) {
        assert_eq!(x, y, "{what}");
    }
    assert_eq!(one.len(), other.len(), "{what}");
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let corpus = [PathBuf::from("corpus")];
    let one = scan("1", &corpus, &[]);
    assert!(
        one.windows(14)
            .filter(|w| w == b"\"type\":\"match\"")
            .count()
            > 50
    );
    for threads in ["2", "8"] {
        assert_same(&one, &scan(threads, &corpus, &[]), threads);
    }
}

#[test]
fn any_order_of_listing_gives_the_same_bytes() {
    let sorted = files(Path::new("corpus"));
    let by_name = scan("2", &sorted, &[]);
    assert_same(
        &scan("2", &[PathBuf::from("corpus")], &[]),
        &by_name,
        "the folder",
    );
    let backwards: Vec<PathBuf> = sorted.iter().rev().cloned().collect();
    assert_same(&by_name, &scan("8", &backwards, &[]), "backwards");
    let n = sorted.len();
    // A prime step that does not divide their number goes through them all.
    let step = if n.is_multiple_of(37) { 41 } else { 37 };
    let shuffled: Vec<PathBuf> = (0..n).map(|i| sorted[i * step % n].clone()).collect();
    assert_same(&by_name, &scan("8", &shuffled, &[]), "shuffled");
    let twice: Vec<PathBuf> = shuffled.iter().chain(&sorted).cloned().collect();
    assert_same(&by_name, &scan("2", &twice, &[]), "each named twice");
}

#[test]
fn every_option_of_output_is_as_steady() {
    let corpus = [PathBuf::from("corpus")];
    for more in [
        &["--with-text", "--snippet", "full"][..],
        &["--near-misses", "40"],
        &["--offsets", "utf16"],
        &["--format", "json"],
        &["--pairs", "cross-outlet", "--window", "2d"],
    ] {
        // The last of two formats holds.
        let run = |threads| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_copytaster"));
            command.args(["scan", "--threads", threads]);
            if !more.contains(&"--format") {
                command.args(["--format", "jsonl"]);
            }
            let output = command.args(more).args(&corpus).output().unwrap();
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            output.stdout
        };
        assert_same(&run("1"), &run("8"), &more.join(" "));
    }
}
