//! What the program does with bad input, end to end: a message that names file and record, the run goes on where it can,
//! exit status 0 or 2, and never half an output.
#![cfg(unix)]

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const STORY: &str = "The last paper mill on the Orrin will close in May, its owners said on Monday, ending two centuries of \
    work beside the weir and the jobs of ninety people who make envelopes there.";

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copytaster"));
    command.current_dir(folder);
    command
}

/// A scan to JSON Lines, with its exit status.
fn scan(folder: &TempDir, args: &[&str]) -> (i32, Vec<Value>, String) {
    let output = program(folder.path())
        .args(["scan", "--format", "jsonl"])
        .args(args)
        .output()
        .unwrap();
    told(&output)
}

fn told(output: &Output) -> (i32, Vec<Value>, String) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
    let stdout = String::from_utf8(output.stdout.clone()).unwrap();
    let records = stdout
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    (output.status.code().unwrap(), records, stderr)
}

fn of_type<'v>(records: &'v [Value], kind: &str) -> Vec<&'v Value> {
    records.iter().filter(|r| r["type"] == kind).collect()
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn entries(folder: &TempDir) -> Vec<String> {
    let mut out: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    out.sort();
    out
}

#[test]
fn empty_files_and_single_words_are_articles_like_others() {
    let folder = folder(&[
        ("empty.txt", b""),
        ("blank.txt", b" \n\n"),
        ("word.txt", b"Closed"),
        ("same.txt", b"closed."),
        ("story.txt", STORY.as_bytes()),
    ]);
    let (status, records, stderr) = scan(&folder, &["."]);
    assert_eq!((status, &*stderr), (0, ""));
    assert_eq!(of_type(&records, "article").len(), 5);
    let matches = of_type(&records, "match");
    assert_eq!(matches.len(), 1);
    assert_eq!(
        (&matches[0]["relation"], &matches[0]["score"]),
        (&Value::from("identical"), &Value::from(1.0))
    );
    let summary = records.last().unwrap();
    assert_eq!(summary["type"], "summary");
    assert_eq!(summary["skipped"]["empty"], 2);
    let empty = self::folder(&[]);
    let (status, records, _) = scan(&empty, &["."]);
    assert_eq!(status, 0);
    assert_eq!(records.last().unwrap()["articles"], 0);
}

#[test]
fn bad_records_are_named_and_the_others_read() {
    let lines = [
        format!(r#"{{"id":"good","text":"{STORY}"}}"#),
        r#"{"id":"no-text","title":"Mill"}"#.to_owned(),
        r#"{"id":"wrong","text":["Mill"]}"#.to_owned(),
        "not json".to_owned(),
        r#"{"id":{"a":1},"text":"x"}"#.to_owned(),
        r#"{"id":"cut","text":"Mi"#.to_owned(),
        format!(r#"{{"id":"last","text":"{STORY}"}}"#),
    ];
    let folder = folder(&[("feed.jsonl", lines.join("\n").as_bytes())]);
    let (status, records, stderr) = scan(&folder, &["feed.jsonl"]);
    assert_eq!(status, 2);
    let errors = of_type(&records, "error");
    let numbers: Vec<u64> = errors
        .iter()
        .map(|e| e["record"].as_u64().unwrap())
        .collect();
    assert!(
        numbers.starts_with(&[2, 3, 4]) && numbers.ends_with(&[6]),
        "{numbers:?}"
    );
    for (number, error) in numbers.iter().zip(&errors) {
        assert_eq!(error["path"], "feed.jsonl");
        assert!(
            stderr.contains(&format!("feed.jsonl:{number}: ")),
            "{stderr}"
        );
    }
    assert_eq!(errors[0]["message"], "field `text` is missing");
    assert_eq!(of_type(&records, "match").len(), 1);
    assert_eq!(records.last().unwrap()["errors"], errors.len());
    for (tolerated, expected) in [("5", 0), ("100%", 0), ("1", 2), ("1%", 2)] {
        let (status, again, _) = scan(&folder, &["feed.jsonl", "--max-errors", tolerated]);
        assert_eq!(status, expected, "--max-errors {tolerated}");
        assert_eq!(again.len(), records.len());
    }
}

#[test]
fn ids_given_twice_are_made_unique() {
    let line = format!("{{\"id\":\"x\",\"text\":\"{STORY}\"}}\n");
    let folder = folder(&[("feed.jsonl", line.repeat(3).as_bytes())]);
    let (status, records, _) = scan(&folder, &["feed.jsonl"]);
    assert_eq!(status, 0);
    let ids: Vec<&str> = of_type(&records, "article")
        .iter()
        .map(|a| a["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(
        ids.windows(2).all(|w| w[0] < w[1]) && ids.iter().all(|id| id.starts_with("x#")),
        "{ids:?}"
    );
    assert!(
        of_type(&records, "article")
            .iter()
            .all(|a| a["source_id"] == "x")
    );
    assert_eq!(of_type(&records, "match").len(), 3);
}

#[test]
fn a_line_of_forty_megabytes_is_left_out_unseen() {
    let long = format!(
        "{{\"id\":\"long\",\"text\":\"{}\"}}\n",
        "mill ".repeat(8 << 20)
    );
    let good = format!("{{\"id\":\"good\",\"text\":\"{STORY}\"}}\n");
    let folder = folder(&[
        ("feed.jsonl", format!("{good}{long}{good}").as_bytes()),
        ("long.txt", &long.as_bytes()[20..33 << 20]),
    ]);
    let (status, records, stderr) =
        scan(&folder, &["feed.jsonl", "long.txt", "--max-record", "32M"]);
    assert_eq!(status, 2);
    assert!(
        stderr.contains("feed.jsonl:2: the line is longer than 32 MiB"),
        "{stderr}"
    );
    assert!(
        stderr.contains("long.txt: the file is longer than 32 MiB"),
        "{stderr}"
    );
    assert_eq!(of_type(&records, "article").len(), 2);
    assert_eq!(records.last().unwrap()["skipped"]["over_limit"], 2);
}

#[test]
fn bytes_that_are_no_text_do_no_harm() {
    let mut stray = STORY.as_bytes().to_vec();
    stray.insert(20, 0xff);
    let binary: Vec<u8> = (0..=255).cycle().take(5000).collect();
    let nul = b"{\"id\":\"nul\",\"text\":\"a\\u0000b\"}\n{\"id\":\"raw\",\"text\":\"a\0b\"}\n";
    let folder = folder(&[
        ("stray.txt", &stray),
        ("story.txt", STORY.as_bytes()),
        ("binary.txt", &binary),
        ("nul.jsonl", nul),
    ]);
    let (status, records, stderr) = scan(&folder, &["."]);
    assert_eq!(status, 2);
    assert!(stderr.contains("binary.txt: is not text"), "{stderr}");
    let summary = records.last().unwrap();
    assert_eq!(summary["decoding_errors"], 1);
    let matches = of_type(&records, "match");
    assert_eq!(matches.len(), 1, "{matches:?}");
    assert_eq!(
        matches[0]["relation"], "identical",
        "a byte between words is of none"
    );
}

#[test]
fn what_is_named_and_not_there_is_an_error_whatever_is_tolerated() {
    let folder = folder(&[("story.txt", STORY.as_bytes())]);
    let (status, records, stderr) =
        scan(&folder, &["story.txt", "gone.txt", "--max-errors", "100"]);
    assert_eq!(status, 2);
    assert!(
        stderr.contains("gone.txt: ") && stderr.contains("no such file"),
        "{stderr}"
    );
    assert_eq!(of_type(&records, "article").len(), 1);
    assert_eq!(of_type(&records, "error")[0]["path"], "gone.txt");
    assert_eq!(records.last().unwrap()["type"], "summary");
}

#[test]
fn an_unreadable_file_is_named_and_the_others_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("story.txt", STORY.as_bytes()), ("closed.txt", b"x")]);
    let closed = folder.path().join("closed.txt");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&closed).is_ok() {
        return; // To the superuser nothing is closed.
    }
    let (status, records, stderr) = scan(&folder, &["."]);
    assert_eq!(status, 2);
    assert!(
        stderr.contains("closed.txt: ") && stderr.contains("permission denied"),
        "{stderr}"
    );
    assert_eq!(of_type(&records, "article").len(), 1);
}

#[test]
fn links_that_loop_are_survived() {
    let folder = folder(&[("story.txt", STORY.as_bytes())]);
    std::os::unix::fs::symlink(".", folder.path().join("again")).unwrap();
    std::os::unix::fs::symlink("round", folder.path().join("round")).unwrap();
    let (status, records, _) = scan(&folder, &["."]);
    assert!(matches!(status, 0 | 2));
    assert_eq!(of_type(&records, "article").len(), 1);
    assert_eq!(records.last().unwrap()["type"], "summary");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = folder(&[]);
    let lines: String = (0..20_000)
        .map(|i| format!("{{\"id\":\"{i}\",\"text\":\"a\"}}\n"))
        .collect();
    fs::write(folder.path().join("feed.jsonl"), lines).unwrap();
    for format in ["jsonl", "json", "text"] {
        let mut child = program(folder.path())
            .args(["scan", "feed.jsonl", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 1];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (
                output.status.code(),
                &*String::from_utf8(output.stderr).unwrap()
            ),
            (Some(0), ""),
            "--format {format}"
        );
    }
}

#[test]
fn a_full_disk_is_an_error() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let folder = folder(&[("story.txt", STORY.as_bytes())]);
    for format in ["jsonl", "json", "text"] {
        let output = program(folder.path())
            .args(["scan", "story.txt", "--format", format, "-o", "/dev/full"])
            .output()
            .unwrap();
        let (status, _, stderr) = told(&output);
        assert_eq!(status, 2);
        assert!(
            stderr.contains("cannot write `/dev/full`: no space left"),
            "--format {format}: {stderr}"
        );
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = program(folder.path())
            .args(["scan", "story.txt", "--format", format])
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(2),
            "standard output, --format {format}"
        );
        assert!(
            String::from_utf8_lossy(&output.stderr)
                .contains("cannot write standard output: no space left")
                || String::from_utf8_lossy(&output.stderr)
                    .contains("cannot write `standard output`: no space left"),
            "{output:?}"
        );
    }
}

#[test]
fn output_appears_whole_or_not_at_all() {
    let folder = folder(&[("story.txt", STORY.as_bytes()), ("feed.jsonl", b"bad\n")]);
    let (status, _, stderr) = scan(&folder, &["story.txt", "-o", "none/out.jsonl"]);
    assert_eq!(status, 2);
    assert!(
        stderr.contains("cannot write `none/out.jsonl`: there is no folder `none`"),
        "{stderr}"
    );
    assert_eq!(entries(&folder), ["feed.jsonl", "story.txt"]);
    // What stood there stays, where the settings are wrong.
    fs::write(folder.path().join("out.jsonl"), "before").unwrap();
    let (status, ..) = scan(&folder, &["story.txt", "-o", "out.jsonl", "--recall", "2"]);
    assert_eq!(status, 2);
    assert_eq!(
        fs::read_to_string(folder.path().join("out.jsonl")).unwrap(),
        "before"
    );
    // A bad record is in the report, which is whole.
    let (status, ..) = scan(&folder, &["story.txt", "feed.jsonl", "-o", "out.jsonl"]);
    assert_eq!(status, 2);
    let written = fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
    let last: Value = serde_json::from_str(written.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["type"], &last["errors"]),
        (&Value::from("summary"), &Value::from(1))
    );
    assert_eq!(entries(&folder), ["feed.jsonl", "out.jsonl", "story.txt"]);
}

#[test]
fn a_run_that_is_ended_leaves_no_output() {
    let folder = folder(&[]);
    let mut child = program(folder.path())
        .args(["scan", "-", "-o", "out.jsonl", "--format", "jsonl"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), STORY.as_bytes()).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!folder.path().join("out.jsonl").exists());
}

#[test]
fn wrong_arguments_exit_with_two() {
    let folder = folder(&[("story.txt", STORY.as_bytes())]);
    for args in [
        &["scan"][..],
        &["scan", "story.txt", "--no-such-option"],
        &["scan", "story.txt", "--format", "xml"],
        &["scan", "story.txt", "--threads", "0"],
        &["scan", "story.txt", "--max-record", "0"],
        &["scan", "story.txt", "--max-errors", "-1"],
        &["scan", "story.txt", "--jaccard", "1.5"],
        &["scan", "story.txt", "--recall", "1"],
        &["scan", "story.txt", "-k", "0"],
        &["scan", "story.txt", "--near-duplicate", "0.5"],
        &["scan", "story.txt", "--near-duplicate", "NaN,0.2"],
        &["scan", "story.txt", "--window", "7 days"],
        &["no-such-command"],
    ] {
        let output = program(folder.path()).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{args:?}"
        );
        assert!(
            !String::from_utf8_lossy(&output.stderr).contains("panicked"),
            "{args:?}"
        );
    }
}

#[test]
#[cfg(unix)]
fn a_name_cannot_forge_a_line_of_the_errors() {
    let folder = folder(&[("a\n::error::forged\u{1b}[31m.jsonl", b"{")]);
    let output = program(folder.path())
        .args(["scan", "--format", "jsonl", "."])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told.starts_with("copytaster: ./a\u{fffd}::error::forged"),
        "{told:?}"
    );
    assert!(
        told.lines().count() == 1 && !told.contains('\u{1b}'),
        "{told:?}"
    );
}
