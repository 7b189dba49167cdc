//! The program as it is run: what it prints, file by file of `tests/cmd`, and what no setting may change.
//!
//! After a change that is meant, `TRYCMD=overwrite cargo test --test cli` writes down what is printed now; read the
//! difference before you keep it.

use std::{fs, process::Command};

#[test]
fn prints_what_is_written_down() {
    trycmd::TestCases::new()
        // Help is as wide as the terminal; these are the columns there are without one.
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .case("tests/cmd/*.md");
}

fn scan(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_copytaster"))
        .arg("scan")
        .args(args)
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}");
    // Standard error is no terminal here: no progress, and nothing went wrong.
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_report_is_the_same_for_any_threads_and_order() {
    let one = scan(&["--threads", "1", "corpus"]);
    assert!(one.lines().count() > 100);
    for threads in ["2", "8"] {
        assert_eq!(scan(&["--threads", threads, "corpus"]), one);
    }
    let folder = "tests/data/versions";
    let files = ["essay", "agency", "cut"].map(|f| format!("{folder}/{f}.txt"));
    let [x, y, z] = &files;
    assert_eq!(scan(&[x, y, z]), scan(&[folder]));
    assert_eq!(scan(&[z, y, x]), scan(&[folder]));
}

#[test]
fn a_file_gets_the_report_without_colours() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.txt");
    let written = scan(&["-o", file.to_str().unwrap(), "tests/data/versions"]);
    assert_eq!(written, "");
    let coloured = scan(&["tests/data/versions"]);
    assert!(coloured.contains('\u{1b}'), "colours were forced");
    assert_eq!(
        fs::read_to_string(file).unwrap(),
        anstream::adapter::strip_str(&coloured).to_string()
    );
}
