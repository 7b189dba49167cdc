//! The check of a corpus by the program itself: verdicts, groups, baseline, changes, formats.
#![cfg(feature = "web")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

const BRIDGE: &str = "The harbour board of Quay voted on Tuesday to close the old bridge for nine months, because the bearings that were \
cast in 1911 can no longer be bought anywhere, its chair said. Ferries will run every ten minutes while the work lasts, and a second \
landing stage is to be built before the spring, at a cost that nobody on the board was willing to name in public.";
const FERRY: &str = "Two ferries ran aground below the lighthouse of Corrie on Friday night when the fog came in, and forty passengers \
waited for the tide until the morning. Nobody was hurt. The company says that its captains had asked for a new radar three winters ago, \
and that the ministry has not answered any of the letters that it sent since then.";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_copytaster"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// The exit status and what was printed.
fn check(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let out = run(folder, &[&["check"], arguments].concat());
    let said = String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap();
    (out.status.code().unwrap(), said)
}

fn records(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    let out = run(
        folder,
        &[&["check", "--format", "jsonl"], arguments].concat(),
    );
    let text = String::from_utf8(out.stdout).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

fn findings(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let all = records(folder, arguments);
    let found = all.iter().filter(|r| r["type"] == "finding");
    found
        .map(|r| {
            let of = |side: &str| r[side]["id"].as_str().unwrap_or("-").replace("./", "");
            format!(
                "{} {} {}",
                r["rule"].as_str().unwrap(),
                of("at"),
                of("other")
            )
        })
        .collect()
}

fn corpus(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    let out = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=T", "-c", "user.email=t@example.org"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
}

#[test]
fn copies_fail_it_and_strangers_do_not() {
    let reuse = format!("{FERRY}\n\n{}", &BRIDGE[..160]);
    let c = corpus(&[("a.txt", BRIDGE), ("b.txt", FERRY)]);
    let (code, said) = check(c.path(), &["."]);
    assert_eq!(
        (code, &*said),
        (0, "check passed: nothing found in 2 articles\n")
    );
    fs::write(c.path().join("c.txt"), BRIDGE).unwrap();
    fs::write(c.path().join("d.txt"), reuse).unwrap();
    let (code, said) = check(c.path(), &["."]);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("error[identical] c.txt:1: is the same text as ./a.txt"),
        "{said}"
    );
    assert!(said.contains("check failed"), "{said}");
    assert_eq!(check(c.path(), &["--exit-zero", "."]).0, 0);
    let (code, said) = check(c.path(), &["--fail", "quotes", "--warn", "identical", "."]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("warning[identical]"), "{said}");
}

#[test]
fn nothing_to_check_is_an_error() {
    let c = corpus(&[("empty/x.txt", "")]);
    fs::create_dir(c.path().join("none")).unwrap();
    let (code, said) = check(c.path(), &["none"]);
    assert!(
        code == 2 && said.contains("check could not be made"),
        "{said}"
    );
    assert_eq!(check(c.path(), &["--allow-empty", "none"]).0, 0);
    let (code, said) = check(c.path(), &["empty"]);
    assert!(code == 0 && said.contains("1 skipped"), "{code} {said}");
    assert_eq!(check(c.path(), &["--max-skipped", "0", "empty"]).0, 2);
    assert_eq!(check(c.path(), &["missing"]).0, 2);
    assert_eq!(check(c.path(), &["--fail", "copies", "."]).0, 2);
}

#[test]
fn groups_must_not_leak() {
    let short = "The ministry has not answered any of the letters that it sent since then";
    let c = corpus(&[
        ("train/a.txt", BRIDGE),
        ("train/b.txt", BRIDGE),
        ("train/f.txt", FERRY),
        ("test/c.txt", BRIDGE),
        ("test/short.txt", short),
        ("other/d.txt", BRIDGE),
    ]);
    let groups = ["--group", "train=train/**", "--group", "test=test/**", "."];
    let mut found = findings(c.path(), &groups);
    found.sort();
    assert_eq!(
        found,
        [
            "leakage test/short.txt train/f.txt",
            "leakage train/a.txt test/c.txt",
            "leakage train/b.txt test/c.txt",
        ]
    );
    // Fourteen words of another group's article; eight are too few.
    assert_eq!(short.split(' ').count(), 14);
    fs::write(
        c.path().join("test/short.txt"),
        "any of the letters that it sent since",
    )
    .unwrap();
    assert_eq!(findings(c.path(), &groups).len(), 2);
    assert_eq!(
        check(c.path(), &groups[2..]).0,
        2,
        "one group alone is refused"
    );
    // The same by a field, and against other files.
    let lines = |group: &str| {
        format!(
            "{}\n",
            serde_json::json!({"id": group, "split": group, "text": BRIDGE})
        )
    };
    fs::write(c.path().join("all.jsonl"), lines("train") + &lines("test")).unwrap();
    assert_eq!(
        findings(c.path(), &["--group-field", "split", "all.jsonl"]).len(),
        1
    );
    let against = findings(c.path(), &["--against", "test", "train"]);
    assert_eq!(against.len(), 2, "{against:?}");
    assert_eq!(
        check(c.path(), &["--against", "test", "test"]).0,
        2,
        "nothing is left to check"
    );
}

#[test]
fn a_baseline_knows_by_content_and_counts() {
    let c = corpus(&[("a.txt", BRIDGE), ("b.txt", BRIDGE), ("f.txt", FERRY)]);
    let known = ["--baseline", "known.json", "."];
    assert_eq!(check(c.path(), &known).0, 2, "a baseline that is not there");
    let (code, said) = check(
        c.path(),
        &["--write-baseline", "--baseline", "known.json", "."],
    );
    assert_eq!(code, 0, "{said}");
    let (code, said) = check(c.path(), &known);
    assert!(code == 0 && said.contains("1 known"), "{said}");
    // A file that moves is known, and so is one with more in it.
    fs::create_dir(c.path().join("moved")).unwrap();
    fs::rename(c.path().join("b.txt"), c.path().join("moved/z.txt")).unwrap();
    assert_eq!(check(c.path(), &known).0, 0);
    // One more copy is not.
    fs::write(c.path().join("n.txt"), BRIDGE).unwrap();
    let (code, said) = check(c.path(), &known);
    assert!(
        code == 1 && said.contains("2 errors") && said.contains("1 known"),
        "{said}"
    );
    assert!(said.contains("n.txt"), "{said}");
    // What is gone is told, and taken out.
    fs::remove_file(c.path().join("n.txt")).unwrap();
    fs::remove_file(c.path().join("moved/z.txt")).unwrap();
    let (code, said) = check(c.path(), &known);
    assert!(code == 0 && said.contains("stale identical"), "{said}");
    assert_eq!(
        check(c.path(), &["--prune", "--baseline", "known.json", "."]).0,
        0
    );
    let (_, said) = check(c.path(), &known);
    assert!(!said.contains("stale"), "{said}");
    fs::write(c.path().join("known.json"), "{}").unwrap();
    assert_eq!(check(c.path(), &known).0, 2);
}

#[test]
fn only_what_changed_is_looked_at() {
    let c = corpus(&[("a.txt", BRIDGE), ("b.txt", BRIDGE), ("f.txt", FERRY)]);
    git(c.path(), &["init", "-q", "-b", "main"]);
    git(c.path(), &["add", "."]);
    git(c.path(), &["commit", "-q", "-m", "one"]);
    let since = ["--since", "HEAD", "."];
    assert_eq!(check(c.path(), &since).0, 0);
    // A text that only moves is not new.
    git(c.path(), &["mv", "b.txt", "moved.txt"]);
    assert_eq!(check(c.path(), &since).0, 0);
    fs::write(c.path().join("new.txt"), format!("Quay. {FERRY}")).unwrap();
    assert_eq!(findings(c.path(), &since), ["near-duplicate new.txt f.txt"]);
    assert_eq!(
        findings(c.path(), &[".", "--changed", "new.txt"]),
        ["near-duplicate new.txt f.txt"]
    );
    assert!(
        findings(c.path(), &[".", "--changed", "f.txt"])[0].starts_with("near-duplicate f.txt")
    );
    // A record that is added to a file is new, those beside it are not.
    fs::remove_file(c.path().join("new.txt")).unwrap();
    let line = |id: u8, text: &str| format!("{}\n", serde_json::json!({"id": id, "text": text}));
    let two = line(
        1,
        "An invented story of no importance about the price of salt in Quay",
    ) + &line(2, BRIDGE);
    fs::write(c.path().join("feed.jsonl"), &two).unwrap();
    git(c.path(), &["add", "."]);
    git(c.path(), &["commit", "-q", "-m", "two"]);
    assert_eq!(findings(c.path(), &since).len(), 0);
    fs::write(c.path().join("feed.jsonl"), two + &line(3, FERRY)).unwrap();
    assert_eq!(findings(c.path(), &since), ["identical 3 f.txt"]);
    assert_eq!(check(c.path(), &["--since", "nowhere", "."]).0, 2);
    // A shallow clone knows no past.
    let clone = TempDir::new().unwrap();
    let from = format!("file://{}", c.path().display());
    git(
        clone.path(),
        &["clone", "-q", "--depth", "1", &from, "copy"],
    );
    let (code, said) = check(&clone.path().join("copy"), &since);
    assert!(code == 2 && said.contains("fetch-depth: 0"), "{said}");
}

#[test]
fn settings_come_from_the_nearest_file() {
    let c = corpus(&[
        (
            "copytaster.toml",
            "[check]\npaths = ['in']\nfail = []\nwarn = ['identical']\n",
        ),
        ("in/a.txt", BRIDGE),
        ("in/b.txt", BRIDGE),
        ("deep/x.txt", ""),
    ]);
    assert_eq!(check(c.path(), &[]).0, 0);
    assert_eq!(check(c.path(), &["--isolated"]).0, 1);
    assert_eq!(check(&c.path().join("deep"), &["../in"]).0, 0);
    assert_eq!(check(c.path(), &["--fail", "identical"]).0, 1);
    let (_, printed) = check(c.path(), &["--print-config"]);
    assert!(printed.contains("warn = [\"identical\"]"), "{printed}");
    fs::write(
        c.path().join("copytaster.toml"),
        "[[check.allow]]\npair = ['in/a.txt', 'in/*.txt']\nreason = 'a reprint we paid for'\n",
    )
    .unwrap();
    let (code, said) = check(c.path(), &["in"]);
    assert!(code == 0 && said.contains("1 allowed"), "{said}");
    fs::write(c.path().join("copytaster.toml"), "[check]\nfial = []\n").unwrap();
    let (code, said) = check(c.path(), &["in"]);
    assert!(code == 2 && said.contains("did you mean `fail`?"), "{said}");
}

#[test]
fn copy_that_must_be_credited_is_told() {
    let c = corpus(&[
        (
            "wire/a.txt",
            &format!("QUAY, Jan 5 (AP) — {BRIDGE}\n\n{FERRY}"),
        ),
        ("paper/b.txt", &format!("{BRIDGE}\n\n{FERRY}")),
    ]);
    let found = findings(
        c.path(),
        &["--require-credit", "AP", "--fail", "quotes", "."],
    );
    assert!(
        found.contains(&"missing-credit paper/b.txt wire/a.txt".into()),
        "{found:?}"
    );
    let none = findings(
        c.path(),
        &["--require-credit", "Reuters", "--fail", "quotes", "."],
    );
    assert!(
        none.iter().all(|f| !f.starts_with("missing-credit")),
        "{none:?}"
    );
}

#[test]
fn every_format_says_the_same() {
    let hostile = "z b,c:d%.txt";
    let c = corpus(&[("a.txt", BRIDGE), (hostile, BRIDGE), ("x/<i>&.txt", BRIDGE)]);
    let all = ["sarif", "junit", "github", "markdown", "json"];
    let reports: Vec<String> = all
        .iter()
        .map(|f| format!("--report={f}=out.{f}"))
        .collect();
    let arguments: Vec<&str> = reports.iter().map(|s| &**s).chain(["."]).collect();
    let (code, said) = check(c.path(), &arguments);
    assert!(
        code == 1 && said.contains("3 errors in 3 articles"),
        "{said}"
    );
    let read = |f: &str| fs::read_to_string(c.path().join(format!("out.{f}"))).unwrap();

    let sarif: Value = serde_json::from_str(&read("sarif")).unwrap();
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let mut prints: Vec<&Value> = Vec::new();
    for r in results {
        let index = r["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], r["ruleId"]);
        assert_eq!(r["ruleId"], "copytaster/identical");
        assert_eq!(
            r["locations"][0]["physicalLocation"]["region"]["startLine"],
            1
        );
        prints.push(&r["partialFingerprints"]["copytasterWords/v1"]);
    }
    prints.dedup();
    assert_eq!(prints.len(), 3, "no two results are taken for one");
    assert!(read("sarif").contains("z%20b%2Cc%3Ad%25.txt"));

    let junit = read("junit");
    let mut reader = quick_xml::Reader::from_str(&junit);
    let mut failures = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(e) if e.name().as_ref() == "failure" => failures += 1,
            _ => {}
        }
    }
    assert_eq!(failures, 3);
    assert!(junit.contains("x/&lt;i&gt;&amp;.txt"));

    let github = read("github");
    assert!(
        github.contains(
            "::error file=z b%2Cc%3Ad%25.txt,line=1,endLine=1,title=copytaster%3A identical::is"
        ),
        "{github}"
    );
    assert_eq!(
        github.lines().filter(|l| l.starts_with("::error")).count(),
        3
    );
    let markdown = read("markdown");
    assert!(
        markdown.contains("check failed") && markdown.contains("x/&lt;i\\>&amp;.txt"),
        "{markdown}"
    );
    let json: Value = serde_json::from_str(&read("json")).unwrap();
    assert_eq!(json.as_array().unwrap().last().unwrap()["verdict"], "fail");
}

/// Code scanning and annotations know no working folder.
#[test]
fn reports_name_files_from_the_root_of_the_repository() {
    let c = corpus(&[("in/here/a.txt", BRIDGE), ("in/there/b.txt", BRIDGE)]);
    git(c.path(), &["init", "-q"]);
    let reports = ["--report=sarif=s", "--report=junit=j", "--format=github"];
    let paths = [".", "../there"];
    let (code, said) = check(
        &c.path().join("in/here"),
        &[&reports[..], &paths[..]].concat(),
    );
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("::error file=in/here/a.txt,"), "{said}");
    let read = |f: &str| fs::read_to_string(c.path().join("in/here").join(f)).unwrap();
    let sarif: Value = serde_json::from_str(&read("s")).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    for (locations, uri) in [
        ("locations", "in/here/a.txt"),
        ("relatedLocations", "in/there/b.txt"),
    ] {
        let place = &result[locations][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(place["uri"], uri);
        assert_eq!(place["uriBaseId"], "%SRCROOT%");
    }
    assert!(read("j").contains("file=\"in/here/a.txt\""));
}

#[test]
#[cfg(unix)]
fn sarif_names_a_file_with_a_backslash() {
    let c = corpus(&[("a.txt", BRIDGE), ("b\\c.txt", BRIDGE)]);
    let (_, sarif) = check(c.path(), &["--format", "sarif", "."]);
    assert!(sarif.contains("b%5Cc.txt"), "{sarif}");
}

#[test]
fn an_id_cannot_forge_a_line_or_command_the_terminal() {
    let id = "\u{1b}[2J\ncheck passed: nothing found";
    let line = |id: &str| format!("{}\n", serde_json::json!({"id": id, "text": BRIDGE}));
    let c = corpus(&[("a.jsonl", &(line("a") + &line(id)))]);
    let (code, said) = check(c.path(), &["."]);
    assert_eq!(code, 1);
    assert!(
        !said.contains("\u{1b}") && !said.contains("\ncheck passed"),
        "{said}"
    );
}

#[test]
fn sarif_of_a_check_that_could_not_be_made_says_so() {
    let c = corpus(&[("a.txt", BRIDGE), ("b.jsonl", "{\n")]);
    let successful = |arguments: &[&str]| {
        let out = run(
            c.path(),
            &[&["check", "--format", "sarif"], arguments].concat(),
        );
        let sarif: Value = serde_json::from_slice(&out.stdout).unwrap();
        sarif["runs"][0]["invocations"][0]["executionSuccessful"]
            .as_bool()
            .unwrap()
    };
    assert!(!successful(&["."]));
    assert!(successful(&["--max-errors", "1", "."]));
}

#[test]
fn the_same_for_any_number_of_threads() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let of = |n: &str| {
        run(
            Path::new(corpus),
            &["--threads", n, "check", "--format", "sarif", "."],
        )
        .stdout
    };
    assert!(of("1").len() > 10_000);
    assert_eq!(of("1"), of("3"));
}
