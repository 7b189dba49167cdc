//! `compare`, run as a program: by itself and in a corpus.

use std::{
    fs,
    io::Write,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

const LENT: &str = "The harbour board voted on Monday to keep the old lamp burning until a buyer is found for the tower \
    and its three cottages, and asked the keeper to stay on through the winter at half pay.\n\nFishermen who had feared a \
    dark channel cheered from the gallery when the tally of nine hands to four was read out by the clerk.\n";

struct Place(TempDir);

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn run(&self, args: &[&str], stdin: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_copytaster"))
            .arg("compare")
            .args(args)
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may have ended without reading.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--format", "json"]].concat(), "");
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn text(&self, args: &[&str]) -> String {
        let output = self.run(args, "");
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// In one line, however it was wrapped.
    fn words(&self, args: &[&str]) -> String {
        self.text(args)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn error(&self, args: &[&str]) -> String {
        let output = self.run(args, "");
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }
}

fn words(name: &str, n: usize) -> String {
    (0..n).map(|i| format!("{name}{} ", i * i)).collect()
}

fn line(id: &str, text: &str) -> String {
    serde_json::json!({"id": id, "text": text, "outlet": "Echo", "published": format!("2031-05-{id:0>2}")}).to_string() + "\n"
}

#[test]
fn two_files_by_themselves() {
    let place = Place::new(&[
        ("a.txt", &format!("{}\n{LENT}", words("alone", 400))),
        ("b.txt", LENT),
    ]);
    let c = place.json(&["a.txt", "b.txt"]);
    assert_eq!(
        (&c["type"], &c["a"], &c["b"]),
        (&"comparison".into(), &"a.txt".into(), &"b.txt".into())
    );
    assert_eq!(c["relation"], "reuse");
    assert_eq!(c["containment"][1], 1.0);
    assert_eq!(c["score"], 1.0);
    assert!(c["containment"][0].as_f64().unwrap() < 0.3);
    assert!(c["jaccard"].as_f64().unwrap() > 0.1);
    let passage = &c["passages"][0];
    assert_eq!(
        (&passage["kind"], &passage["identity"]),
        (&"prose".into(), &1.0.into())
    );
    assert_eq!(passage["b"][0], 0);
    assert_eq!(passage["a_text"], LENT.trim_end().trim_end_matches('.'));
    let tests = c["tests"].as_array().unwrap();
    let decided = tests.iter().find(|t| t["holds"] == true).unwrap();
    assert_eq!(
        (&decided["relation"], &decided["rule"]),
        (&c["relation"], &c["rule"])
    );
    for t in tests {
        let figures = |name: &str| {
            t[name]
                .as_array()
                .unwrap()
                .iter()
                .map(|f| f.as_f64().unwrap())
                .collect::<Vec<f64>>()
        };
        let (found, needed) = (figures("found"), figures("needed"));
        assert_eq!(found.len(), needed.len());
        assert_eq!(t["holds"], found.iter().zip(&needed).all(|(f, n)| f >= n));
    }
    assert!(c.get("stages").is_none());
    // The other way round it is the same.
    let back = place.json(&["b.txt", "a.txt"]);
    assert_eq!(
        (&back["a"], &back["containment"][0], &back["jaccard"]),
        (&"b.txt".into(), &c["containment"][1], &c["jaccard"])
    );
    assert_eq!(back["passages"][0]["a"], passage["b"]);
}

#[test]
fn text_names_both_percentages_and_every_threshold() {
    let place = Place::new(&[
        ("a.txt", &format!("{}\n{LENT}", words("alone", 400))),
        ("b.txt", LENT),
    ]);
    let text = place.text(&["a.txt", "b.txt"]);
    assert!(
        text.contains("100 % in A") && text.contains("% in B"),
        "{text}"
    );
    assert!(
        text.contains("fails    near-duplicate") && text.contains("decides  reuse"),
        "{text}"
    );
    assert!(text.contains("≥ 40") && text.contains("< 0.2"), "{text}");
    assert!(
        text.contains("[1 The harbour board") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert!(text.lines().all(|l| l.chars().count() <= 100), "{text}");
    let strangers = Place::new(&[("a.txt", &words("one", 90)), ("b.txt", &words("two", 90))]);
    let text = strangers.text(&["a.txt", "b.txt"]);
    assert!(
        text.contains("No shared passage") && text.ends_with("No match: no rule holds.\n"),
        "{text}"
    );
}

#[test]
fn one_of_them_may_be_standard_input_or_a_file_of_one_record() {
    let place = Place::new(&[("one.jsonl", &line("7", LENT)), ("a.txt", LENT)]);
    let output = place.run(&["one.jsonl", "-", "--format", "json"], LENT);
    let c: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&c["a"], &c["b"], &c["relation"]),
        (&"7".into(), &"-".into(), &"identical".into())
    );
    assert_eq!(place.json(&["a.txt", "one.jsonl"])["relation"], "identical");
}

#[test]
fn in_a_corpus_every_stage_is_told() {
    let feed = [
        line("1", LENT),
        line("2", &format!("{LENT}{}", words("more", 12))),
        line("9", &words("other", 120)),
        line("10", &format!("{}\n{LENT}", words("far", 400))),
    ];
    let place = Place::new(&[("feed.jsonl", &feed.concat()), ("empty.txt", "\n")]);
    let c = place.json(&["--in", "feed.jsonl", "1", "2"]);
    let s = &c["stages"];
    assert_eq!(
        (&s["articles"], &s["matched"], &s["verdict"]),
        (&4.into(), &true.into(), &"matched".into())
    );
    assert_eq!(
        (
            &s["family"]["same"],
            &s["neighbourhood"]["holds"],
            &s["proposed"]
        ),
        (&true.into(), &true.into(), &true.into())
    );
    assert!(
        s["sketch"]["equal_bands"].as_u64().unwrap() > 0
            && s["seeds"]["longest_run"].as_u64().unwrap() > 40
    );
    assert_eq!(s["scope"]["wanted"], true);
    let c = place.json(&["--in", "feed.jsonl", "10", "1"]);
    assert_eq!(
        (
            &c["a"],
            &c["stages"]["family"]["same"],
            &c["stages"]["matched"]
        ),
        (&"10".into(), &false.into(), &true.into())
    );
    let c = place.json(&["--in", "feed.jsonl", "1", "9"]);
    assert_eq!(
        (
            &c["relation"],
            &c["stages"]["seeds"]["shared"],
            &c["stages"]["verdict"]
        ),
        (&Value::Null, &0.into(), &"not-proposed".into())
    );
    // What the settings leave out is told, with what it would have been.
    let c = place.json(&["--in", "feed.jsonl", "1", "10", "--window", "7d"]);
    assert_eq!(
        (
            &c["stages"]["verdict"],
            &c["stages"]["scope"]["seconds_apart"]
        ),
        (&"out-of-scope".into(), &777_600.into())
    );
    assert_eq!(c["relation"], "reuse");
    let text = place.words(&["--in", "feed.jsonl", "1", "10", "--window", "7d"]);
    assert!(
        text.contains("published 9 days apart, and --window is 7 days"),
        "{text}"
    );
    let text = place.words(&["--in", "feed.jsonl", "1", "2", "--pairs", "cross-outlet"]);
    assert!(
        text.contains("one outlet") && text.contains("By itself: near-duplicate"),
        "{text}"
    );
    // A corpus may be several places, and an article of it a file.
    let c = place.json(&[
        "--in",
        "feed.jsonl",
        "--in",
        "empty.txt",
        "./empty.txt",
        "1",
    ]);
    assert_eq!(
        (
            &c["stages"]["articles"],
            &c["stages"]["verdict"],
            &c["relation"]
        ),
        (&5.into(), &"empty".into(), &Value::Null)
    );
    assert!(c["verdict"].as_str().unwrap().contains("matches nothing"));
}

#[test]
fn what_cannot_be_compared_is_told() {
    let feed = [line("story-17", LENT), line("story-71", LENT)];
    let place = Place::new(&[
        ("feed.jsonl", &feed.concat()),
        ("a.txt", LENT),
        ("none.jsonl", ""),
        ("bad.jsonl", "{\"id\":1}\n"),
    ]);
    let has = |args: &[&str], said: &[&str]| {
        let error = place.error(args);
        assert!(said.iter().all(|s| error.contains(s)), "{error}");
    };
    has(
        &["--in", "feed.jsonl", "story-18", "story-71"],
        &["no article has the id `story-18`", "`story-17`"],
    );
    has(
        &["--in", "feed.jsonl", "story-17", "story-17"],
        &["`story-17` would be compared with itself"],
    );
    has(
        &["--in", "feed.jsonl", "story-17", "a.txt"],
        &["add --in a.txt"],
    );
    has(
        &["--in", "feed.jsonl", "feed.jsonl", "story-17"],
        &["2 articles are in `feed.jsonl`"],
    );
    has(
        &["a.txt", "a.txt"],
        &["`a.txt` would be compared with itself"],
    );
    has(
        &["a.txt", "feed.jsonl"],
        &["`feed.jsonl` holds 2 articles", "--in feed.jsonl"],
    );
    has(&["a.txt", "none.jsonl"], &["`none.jsonl` holds no article"]);
    has(
        &["a.txt", "bad.jsonl"],
        &["bad.jsonl:1: field `text` is missing"],
    );
    has(&["a.txt", "b.txt"], &["b.txt: ", "no such file", "--in"]);
    has(&["a.txt", "."], &["is a folder", "--in ."]);
    // A bad record of the corpus is an error in the end, but not the end.
    let output = place.run(
        &[
            "--in",
            "feed.jsonl",
            "--in",
            "bad.jsonl",
            "story-17",
            "story-71",
            "--format",
            "json",
        ],
        "",
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["relation"] == "identical");
    let empty = Place::new(&[("a.txt", LENT), ("b.txt", "")]);
    assert!(
        empty
            .text(&["a.txt", "b.txt"])
            .contains("`b.txt` is empty; an article without words matches nothing.")
    );
}

#[test]
fn who_has_it_from_whom_is_told_with_the_evidence() {
    let wire = format!("TOLVEN, May 4 (UPI) -- {LENT}");
    let place = Place::new(&[
        ("wire.txt", &wire),
        ("post.txt", LENT),
        ("other.txt", "Quite another matter."),
    ]);
    let c = place.json(&["wire.txt", "post.txt"]);
    assert_eq!(c["origin"][0]["source"], "UPI");
    assert_eq!(c["origin"][1], Value::Null);
    assert_eq!(c["dateline"][0]["place"], "TOLVEN");
    assert_eq!(c["credits"][0][0]["role"], "origin");
    assert_eq!(c["credits"][1], serde_json::json!([]));
    let direction = &c["direction"];
    assert_eq!(
        (&direction["source"], &direction["agency"]),
        (&"common".into(), &"UPI".into())
    );
    assert_eq!(direction["evidence"][0]["in"], "a");
    let back = place.json(&["post.txt", "wire.txt"]);
    assert_eq!(back["direction"]["evidence"][0]["in"], "b");
    let text = place.words(&["wire.txt", "post.txt"]);
    assert!(text.contains("Where it comes from both have it from UPI, confidence 97 % A credit for UPI 0.97 \"(UPI)\""), "{text}");
    // In a corpus it is weighed the same way.
    let corpus = place.json(&[
        "--in", "wire.txt", "--in", "post.txt", "wire.txt", "post.txt",
    ]);
    assert_eq!(corpus["direction"], c["direction"]);
    // Two that share nothing have nothing from each other.
    let none = place.json(&["wire.txt", "other.txt"]);
    assert_eq!(none["direction"]["source"], "unknown");
    assert!(
        !place
            .text(&["wire.txt", "other.txt"])
            .contains("comes from")
    );
}

#[test]
fn output_is_as_it_was() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .case("tests/cmd-compare/*.trycmd");
}
