//! A saved scan rendered again: what was written comes back as it was, and a part of it is a saved scan too.

use std::{collections::BTreeSet, path::Path, process::Command};

use copytaster::report::saved::Saved;
use tempfile::TempDir;

fn run(args: &[&str]) -> (bool, Vec<u8>, String) {
    let program = env!("CARGO_BIN_EXE_copytaster");
    let output = Command::new(program).args(args).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    (output.status.success(), output.stdout, told)
}

fn done(args: &[&str]) -> Vec<u8> {
    let (ok, out, told) = run(args);
    assert!(ok, "{args:?}: {told}");
    out
}

/// The scan of `corpus/`, in a folder of its own.
fn scanned() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("found.jsonl");
    let file = file.to_str().unwrap().to_owned();
    done(&["scan", "--format", "jsonl", "-o", &file, "corpus"]);
    (folder, file)
}

#[test]
fn what_was_written_comes_back_byte_for_byte() {
    let (_folder, file) = scanned();
    let written = std::fs::read(&file).unwrap();
    assert!(done(&["report", "--format", "jsonl", &file]) == written);
    let json = done(&["scan", "--format", "json", "corpus"]);
    assert!(done(&["report", "--format", "json", &file]) == json);
    let text = String::from_utf8(done(&["report", &file])).unwrap();
    assert!(
        text.starts_with("102 articles, 22 clusters, 101 matches"),
        "{text}"
    );
}

/// What is kept is consistent: every count, cluster and name, and once filtered so, nothing more goes.
fn kept(file: &str, filter: &[&str]) -> Saved {
    let args = [&["report", "--format", "jsonl", file], filter].concat();
    let out = done(&args);
    let saved = Saved::read(&*out, "filtered").unwrap();
    assert_eq!(saved.summary.articles as usize, saved.articles.len());
    assert_eq!(saved.summary.matches as usize, saved.matches.len());
    assert_eq!(saved.summary.clusters as usize, saved.clusters.len());
    for c in &saved.clusters {
        assert!(c.members.len() > 1 && c.members.contains(&c.representative));
        assert!(
            c.origin
                .as_ref()
                .is_none_or(|o| c.members.contains(&o.article))
        );
        let of: BTreeSet<&str> = saved
            .articles
            .iter()
            .filter(|a| a.cluster.as_ref() == Some(&c.id))
            .map(|a| &*a.id)
            .collect();
        assert_eq!(of, c.members.iter().map(|m| &**m).collect());
    }
    let clusters: BTreeSet<&str> = saved.clusters.iter().map(|c| &*c.id).collect();
    for a in &saved.articles {
        assert!(
            a.cluster.as_deref().is_none_or(|c| clusters.contains(c)),
            "{}",
            a.id
        );
    }
    let again = Path::new(file).with_extension("again");
    std::fs::write(&again, &out).unwrap();
    let twice = done(
        &[
            &["report", "--format", "jsonl", again.to_str().unwrap()],
            filter,
        ]
        .concat(),
    );
    let twice = Saved::read(&*twice, "twice").unwrap();
    assert_eq!(twice.run.filters.len(), 2);
    let lines = |s: &Saved| {
        s.lines
            .iter()
            .skip(1)
            .map(|l| l.json.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(&twice), lines(&saved));
    saved
}

#[test]
fn filters_keep_what_they_say() {
    let (_folder, file) = scanned();
    let quotes = kept(&file, &["--relation", "quotes"]);
    assert_eq!((quotes.matches.len(), quotes.clusters.len()), (8, 0));
    let some = kept(&file, &["--relation", "identical", "--relation", "quotes"]);
    assert_eq!((some.matches.len(), some.clusters.len()), (9, 1));
    let high = kept(&file, &["--min-score", "0.9"]);
    assert!(high.matches.len() > 20 && high.matches.iter().all(|m| m.score >= 0.9));
    let close = kept(
        &file,
        &[
            "--near-duplicate",
            "0.9,0.5",
            "--relation",
            "near-duplicate",
        ],
    );
    assert!(!close.matches.is_empty());
    assert!(
        close
            .matches
            .iter()
            .all(|m| m.score >= 0.9 && m.containment.iter().all(|c| *c >= 0.5))
    );
    let outlet = kept(&file, &["--outlet", "harbour herald"]);
    let of = |id: &String| outlet.article(id).unwrap().outlet.as_deref() == Some("Harbour Herald");
    assert!(!outlet.matches.is_empty() && outlet.matches.iter().all(|m| of(&m.a) || of(&m.b)));
    assert!(
        outlet
            .articles
            .iter()
            .any(|a| a.outlet.as_deref() == Some("Quay Courier")),
        "partners stay"
    );
    let agency = kept(&file, &["--agency", "UPI"]);
    assert!(agency.matches.len() > 5 && agency.matches.len() < 40);
    let day = kept(&file, &["--since", "2026-07-15", "--until", "2026-07-16"]);
    assert!(!day.articles.is_empty());
    for a in &day.articles {
        let published = a.published.as_deref().unwrap();
        assert!(
            ("2026-07-15".."2026-07-17").contains(&published),
            "{published}"
        );
    }
}

#[test]
fn refuses_thresholds_below_those_of_the_scan() {
    let (_folder, file) = scanned();
    let refused = |args: &[&str]| {
        let (ok, out, told) = run(&[&["report", &file], args].concat());
        assert!(!ok && out.is_empty(), "{args:?}");
        told
    };
    let told = refused(&["--reuse-words", "25"]);
    assert!(
        told.contains("--reuse-words 25 is below the 40 of the scan"),
        "{told}"
    );
    let told = refused(&["--near-duplicate", "0.6,0.1"]);
    assert!(
        told.contains("--near-duplicate 0.1 is below the 0.2 of the scan"),
        "{told}"
    );
    let told = refused(&["--relation", "near-duplicate", "--min-score", "0.3"]);
    assert!(
        told.contains("--min-score 0.3 is below the 0.5 of the scan"),
        "{told}"
    );
    // Reuse has no least score.
    done(&["report", "--min-score", "0.3", &file]);
}

#[test]
fn says_what_is_wrong_with_a_file() {
    let (folder, file) = scanned();
    let written = std::fs::read_to_string(&file).unwrap();
    let cut = folder.path().join("cut.jsonl");
    let cut = cut.to_str().unwrap();
    let (rest, _) = written.trim_end().rsplit_once('\n').unwrap();
    std::fs::write(cut, rest).unwrap();
    let out = folder.path().join("page.html");
    let (ok, _, told) = run(&[
        "report",
        "--format",
        "html",
        "-o",
        out.to_str().unwrap(),
        cut,
    ]);
    assert!(!ok && told.contains("has no `summary`"), "{told}");
    assert!(!out.exists());
    let (ok, _, told) = run(&["report", "nowhere.jsonl"]);
    assert!(!ok && told.contains("`nowhere.jsonl`"), "{told}");
    let (ok, _, told) = run(&["report", "--outlet", "Nobody", &file]);
    assert!(
        ok && told.contains("no article is of the outlet `Nobody`"),
        "{told}"
    );
}
