//! What `dedup` must never do: take the place of an input, lose what it cannot write, leave anything half written.

#[path = "common/cleaning.rs"]
mod cleaning;
mod common;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use cleaning::{articles, done, files, folder, jsonl, run};
use common::{Rng, unrelated};

#[test]
fn no_output_takes_the_place_of_an_input() {
    let a = jsonl(&articles());
    let f = folder(&[
        ("in/a.jsonl", a.as_bytes()),
        ("in/sub/b.txt", b"Bees."),
        ("full/x", b"x"),
        ("outlets.toml", b""),
    ]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("in/a.jsonl", f.path().join("link.jsonl")).unwrap();
        std::os::unix::fs::symlink("in", f.path().join("linked")).unwrap();
        std::os::unix::fs::symlink("in/new.jsonl", f.path().join("dangling")).unwrap();
    }
    let before = files(f.path());
    let refused = |args: &[&str], why: &str| {
        let r = run(f.path(), args);
        assert_eq!(r.code, 2, "{args:?}");
        assert!(r.stderr.contains(why), "{args:?}: {}", r.stderr);
        assert_eq!(files(f.path()), before, "{args:?}");
    };
    refused(&["in/a.jsonl", "-o", "in/a.jsonl"], "is an input");
    refused(&["in/a.jsonl", "-o", "in/../in/a.jsonl"], "is an input");
    refused(&["in", "-o", "in"], "is an input");
    refused(&["in", "-o", "in/out"], "lies in a folder that is read");
    refused(
        &["in", "-o", "out", "--log", "in/log.jsonl"],
        "lies in a folder that is read",
    );
    refused(
        &["in", "--mask", "in/sub/m.csv"],
        "lies in a folder that is read",
    );
    refused(&["in/sub", "-o", "in"], "holds an input");
    refused(&["in", "-o", "full"], "not empty");
    refused(&["in/a.jsonl", "-o", "full"], "is a folder");
    refused(
        &[
            "in/a.jsonl",
            "-o",
            "outlets.toml",
            "--outlets",
            "outlets.toml",
        ],
        "is an input",
    );
    refused(
        &["in/a.jsonl", "-o", "out", "--log", "./out"],
        "is the same file",
    );
    refused(&["in/a.jsonl", "-o", "-"], "--log");
    refused(&["in/a.jsonl", "-o", "out.csv"], "the format it came in");
    refused(
        &["in/a.jsonl", "-o", "out.jsonl.gz"],
        "the format it came in",
    );
    refused(&["in/a.jsonl"], "nothing to write");
    refused(
        &["in/a.jsonl", "--mask", "mask.txt"],
        ".csv, .parquet or .jsonl",
    );
    refused(&["-", "-o", "out"], "standard input");
    refused(&["in", "gone.jsonl", "-o", "out"], "gone.jsonl");
    refused(&["in/a.jsonl", "-o", "nowhere/out.jsonl"], "no folder");
    #[cfg(unix)]
    {
        refused(&["in/a.jsonl", "-o", "link.jsonl"], "is an input");
        refused(&["link.jsonl", "-o", "in/a.jsonl"], "is an input");
        refused(&["in", "-o", "linked/out"], "lies in a folder that is read");
        refused(&["in", "-o", "dangling"], "lies in a folder that is read");
        refused(
            &["linked", "-o", "in/sub/out"],
            "lies in a folder that is read",
        );
    }
}

#[test]
fn what_cannot_be_written_without_some_articles_is_refused_at_once() {
    let feed = "<rss version=\"2.0\"><channel><item><title>A</title><description>Bees stopped it.</description></item></channel></rss>";
    let f = folder(&[
        ("feed/f.xml", feed.as_bytes()),
        ("warc/w.warc", b"WARC/1.0\r\n\r\n"),
        ("zip/z.zip", b"PK\x03\x04"),
        (
            "page/p.html",
            b"<html><body><p>Bees stopped the clock of the corn exchange.</p></body></html>",
        ),
    ]);
    for (input, why) in [
        ("feed", "is a feed"),
        ("warc", "web archive"),
        ("zip", "archive"),
    ] {
        let r = run(f.path(), &[input, "-o", "out"]);
        assert_eq!(r.code, 2);
        assert!(
            r.stderr.contains(why) && r.stderr.contains("--mask"),
            "{}",
            r.stderr
        );
        assert!(!f.path().join("out").exists());
    }
    done(f.path(), &["feed", "--mask", "m.csv"]);
    done(f.path(), &["page", "-o", "out"]);
    assert_eq!(files(&f.path().join("out")), files(&f.path().join("page")));
    let r = run(f.path(), &["page", "-o", "cut", "--cut-boilerplate"]);
    assert!(
        r.code == 2 && r.stderr.contains("is a page"),
        "{}",
        r.stderr
    );
}

/// Kills the program at fifty moments of its run: every output is there as a whole or not at all, and no input is touched.
#[test]
fn killed_at_any_moment_it_leaves_nothing_half_written() {
    let mut rng = Rng::new(1);
    let a: Vec<[String; 4]> = (0..150)
        .map(|n| {
            [
                format!("a{n}"),
                "2031-03-01".into(),
                "Vesk Post".into(),
                unrelated(n % 60, 4),
            ]
        })
        .collect();
    let f = folder(&[("a.jsonl", jsonl(&a).as_bytes())]);
    for (n, r) in a.iter().enumerate() {
        let place = f.path().join(format!("in/{}/{n}.txt", n % 5));
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, &r[3]).unwrap();
    }
    let inputs = files(f.path());
    let args = |input: &str, out: &str| {
        [
            input,
            "-o",
            out,
            "--mask",
            &format!("{out}.csv"),
            "--groups",
            &format!("{out}.groups.csv"),
        ]
        .map(str::to_owned)
    };
    let start = |input: &str, out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copytaster"));
        command
            .current_dir(f.path())
            .arg("dedup")
            .args(args(input, out))
            .stdout(Stdio::null());
        command.spawn().unwrap()
    };
    let outputs = |out: &str| -> BTreeMap<PathBuf, Vec<u8>> {
        let is_out = |p: &PathBuf| p.to_str().unwrap().starts_with(out);
        files(f.path())
            .into_iter()
            .filter(|(p, _)| is_out(p))
            .collect()
    };
    for (input, whole) in [("a.jsonl", "file"), ("in", "folder")] {
        let begun = Instant::now();
        assert!(start(input, whole).wait().unwrap().success());
        let time = begun.elapsed();
        let expected = outputs(whole);
        for round in 0..25 {
            let out = format!("{input}-killed-{round}");
            let mut child = start(input, &out);
            let part = rng.below(1300) as u32;
            thread::sleep(time * part / 1000 + Duration::from_micros(u64::from(part)));
            child.kill().unwrap();
            child.wait().unwrap();
            for (path, bytes) in outputs(&out) {
                let name = path.to_str().unwrap().replacen(&out, whole, 1);
                assert_eq!(
                    expected.get(Path::new(&name)),
                    Some(&bytes),
                    "{path:?} in round {round}"
                );
            }
            let written = outputs(&out);
            let corpus = written.keys().any(|p| p.starts_with(&out));
            let log = PathBuf::from(format!("{out}.removed.jsonl"));
            assert!(
                !corpus || written.contains_key(&log),
                "a corpus without its log"
            );
            // Of a folder all files or none.
            let inside = |of: &BTreeMap<PathBuf, Vec<u8>>, n: &str| {
                of.keys().filter(|p| p.starts_with(n)).count()
            };
            let found = inside(&written, &out);
            assert!(
                found == 0 || found == inside(&expected, whole),
                "{found} files"
            );
        }
    }
    let left: BTreeMap<_, _> = files(f.path())
        .into_iter()
        .filter(|(p, _)| inputs.contains_key(p))
        .collect();
    assert_eq!(left, inputs);
}
