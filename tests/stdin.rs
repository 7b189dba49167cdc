//! Standard input, read by a process of its own.

use std::io::Write;

use copytaster::read::{ReadOptions, open, read_all};

/// Stands in for a program that reads its standard input; run by the test below alone.
#[test]
#[ignore = "a helper of `standard_input_is_told_by_its_first_byte`"]
fn stdin_child() {
    let paths = ["-".to_owned(), "-".to_owned()];
    let options = ReadOptions::default();
    if std::env::var("COPYTASTER_TEST_STREAM").is_ok() {
        for item in open(&paths, &options) {
            // Told at once: the other side waits for it.
            match item {
                Ok(document) => println!("\n> {}", document.id),
                Err(error) => println!("\n> {error}"),
            }
        }
        return;
    }
    let input = read_all(&paths, &options, &|_| ());
    for document in &input.documents {
        println!(
            "\n= {} {:?} {:?}",
            document.id, document.record, document.text
        );
    }
    for error in &input.errors {
        println!("\n= {error}");
    }
}

fn stdin_command() -> std::process::Command {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command
        .args(["stdin_child", "--exact", "--ignored", "--nocapture"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null());
    command
}

#[test]
fn standard_input_is_told_by_its_first_byte() {
    let give = |bytes: &[u8]| {
        let mut child = stdin_command().spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let output = String::from_utf8(output.stdout).unwrap();
        output
            .lines()
            .filter_map(|line| line.strip_prefix("= ").map(str::to_owned))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        give(b"\n  {\"text\":\"a\"}\n{\"text\":\"b\",\"id\":4}\nx"),
        [
            "- Some(2) \"a\"",
            "4 Some(3) \"b\"",
            "-:4: column 1: expected a value"
        ]
    );
    assert_eq!(
        give("\u{feff}Some prose.\n".as_bytes()),
        ["- None \"Some prose.\\n\""]
    );
    assert_eq!(give(b""), ["- None \"\""]);
    assert_eq!(give(b"a\0b"), ["-: is not text"]);
}

#[test]
fn a_stream_answers_line_by_line() {
    use std::io::{BufRead, BufReader};
    let mut child = stdin_command()
        .env("COPYTASTER_TEST_STREAM", "1")
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    for (line, id) in [("{\"text\":\"a\"}\n", "-"), ("{\"text\":\"b\"}\n", "-")] {
        // The next line is sent only once this one has been answered.
        input.write_all(line.as_bytes()).unwrap();
        let answer = output.find_map(|line| line.unwrap().strip_prefix("> ").map(str::to_owned));
        assert_eq!(answer.as_deref(), Some(id));
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}
