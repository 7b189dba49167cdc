//! The cleaned corpus end to end: what goes and what stays in each format, and what is told of it.

#[path = "common/cleaning.rs"]
mod cleaning;
mod common;

use std::{collections::BTreeMap, fs, path::Path};

use cleaning::{
    articles, csv, done, files, folder, gzip, json_array, jsonl, lines, of_type, parquet,
    parquet_rows, record, run,
};
use common::{Rng, edited, story, unrelated};
use serde_json::{Value, json};

#[test]
fn without_duplicates_every_format_comes_out_as_it_went_in() {
    let a: Vec<_> = articles().into_iter().take(2).collect();
    let bom = |s: String| format!("\u{feff}{s}").into_bytes();
    let crlf = jsonl(&a).replace('\n', "\r\n");
    let inputs: Vec<(&str, Vec<u8>)> = vec![
        ("a.jsonl", bom(crlf.trim_end().to_owned())),
        ("a.json", bom(json_array(&a))),
        ("a.csv", bom(csv(&a, ';'))),
        ("a.tsv", csv(&a, '\t').into_bytes()),
        ("a.parquet", parquet(&a)),
        ("a.jsonl.gz", gzip(jsonl(&a).as_bytes())),
        ("a.txt", a[0][3].clone().into_bytes()),
    ];
    for (name, bytes) in &inputs {
        let f = folder(&[(name, bytes)]);
        let told = done(f.path(), &[name, "-o", "out"]);
        assert!(told.contains("0 removed"), "{told}");
        assert_eq!(&fs::read(f.path().join("out")).unwrap(), bytes, "{name}");
        assert_eq!(lines(&f.path().join("out.removed.jsonl")).len(), 1);
    }
    let all: Vec<(&str, &[u8])> = inputs.iter().map(|(n, b)| (*n, &b[..])).collect();
    let f = folder(&[]);
    for (name, bytes) in all {
        let place = f.path().join("in/x").join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
    done(
        f.path(),
        &[
            "in",
            "-o",
            "out",
            "--min-contained",
            "1",
            "--pairs",
            "cross-group",
            "--keep",
            "first",
        ],
    );
    let out = files(&f.path().join("out"));
    // Equal articles of several files are duplicates: what stays is the first of each.
    assert_eq!(out.len(), inputs.len() - 1, "the text stands in the others");
    assert_eq!(files(&f.path().join("in")).len(), inputs.len());
}

#[test]
fn duplicates_go_in_every_format() {
    let a = articles();
    let left: Vec<[String; 4]> = vec![a[1].clone(), a[2].clone()];
    for (name, before, after) in [
        ("a.jsonl", jsonl(&a), jsonl(&left)),
        ("a.csv", csv(&a, ','), csv(&left, ',')),
        ("a.tsv", csv(&a, '\t'), csv(&left, '\t')),
        ("a.json", json_array(&a), json_array(&left)),
    ] {
        let f = folder(&[(name, before.as_bytes())]);
        let told = done(f.path(), &[name, "-o", "out"]);
        assert!(
            told.contains("2 removed (0 identical, 2 near-duplicate, 0 reuse), 2 kept"),
            "{told}"
        );
        assert_eq!(
            fs::read_to_string(f.path().join("out")).unwrap(),
            after,
            "{name}"
        );
        assert_eq!(fs::read(f.path().join(name)).unwrap(), before.as_bytes());
    }
    let f = folder(&[
        ("a.parquet", &parquet(&a)),
        ("a.jsonl.gz", &gzip(jsonl(&a).as_bytes())),
    ]);
    done(f.path(), &["a.parquet", "-o", "out.parquet"]);
    let rows = parquet_rows(&f.path().join("out.parquet"));
    assert_eq!(rows, left.iter().map(record).collect::<Vec<_>>());
    done(f.path(), &["a.jsonl.gz", "-o", "out.jsonl.gz"]);
    done(f.path(), &["out.jsonl.gz", "--mask", "m.jsonl"]);
    let mask = lines(&f.path().join("m.jsonl"));
    assert_eq!(
        mask.iter().map(|r| &r["id"]).collect::<Vec<_>>(),
        ["stranger", "first"]
    );
}

#[test]
fn a_folder_keeps_its_names_and_what_cannot_be_read() {
    let a = articles();
    let f = folder(&[
        ("in/b/version.txt", a[0][3].as_bytes()),
        ("in/b/stranger.txt", a[1][3].as_bytes()),
        ("in/first.txt", a[2][3].as_bytes()),
        (
            "in/feed.jsonl",
            format!("oops\n\n{}", record(&a[3])).as_bytes(),
        ),
        ("in/picture.jpg", b"\xff\xd8"),
        ("in/binary.txt", b"a\0b\0c\0\x01\x02"),
        ("in/empty.txt", b""),
    ]);
    let before = files(f.path());
    let r = run(f.path(), &["in", "-o", "out/", "--keep", "longest"]);
    assert_eq!(r.code, 2, "{}", r.stderr);
    assert!(r.stderr.contains("in/feed.jsonl:1"), "{}", r.stderr);
    assert!(r.stdout.contains("1 other file"), "{}", r.stdout);
    let out = files(&f.path().join("out"));
    let names: Vec<&str> = out.keys().map(|p| p.to_str().unwrap()).collect();
    let stories = names
        .iter()
        .filter(|n| n.contains("first") || n.contains("version"));
    assert_eq!(stories.count(), 1, "{names:?}");
    for name in ["b/stranger.txt", "binary.txt", "empty.txt", "feed.jsonl"] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    assert_eq!(out[Path::new("feed.jsonl")], b"oops\n\n");
    for (name, bytes) in &out {
        let was = &before[&Path::new("in").join(name)];
        assert!(name.ends_with("feed.jsonl") || bytes == was, "{name:?}");
    }
    let after: BTreeMap<_, _> = files(f.path())
        .into_iter()
        .filter(|(p, _)| p.starts_with("in"))
        .collect();
    assert_eq!(after, before);
    assert_eq!(
        run(f.path(), &["in", "-o", "again", "--max-errors", "5"]).code,
        0
    );
    // Several inputs are written under their own names.
    done(f.path(), &["in/b", "in/first.txt", "-o", "both"]);
    let both = files(&f.path().join("both"));
    let kept: Vec<&str> = both.keys().map(|p| p.to_str().unwrap()).collect();
    assert_eq!(kept, ["b/stranger.txt", "b/version.txt"]);
}

#[test]
fn the_log_says_what_went_for_what() {
    let f = folder(&[("a.jsonl", jsonl(&articles()).as_bytes())]);
    done(
        f.path(),
        &["a.jsonl", "-o", "out.jsonl", "--min-contained", "0.7"],
    );
    let log = lines(&f.path().join("out.jsonl.removed.jsonl"));
    assert_eq!(log.len(), 3);
    let [cut, version] = of_type(&log, "removed")[..] else {
        panic!("{log:?}")
    };
    for (r, id, record) in [(cut, "cut", 4), (version, "version", 1)] {
        assert_eq!(
            (&r["id"], &r["path"], &r["record"]),
            (&json!(id), &json!("a.jsonl"), &json!(record))
        );
        assert_eq!(
            (&r["in_favour_of"], &r["relation"]),
            (&json!("first"), &json!("near-duplicate"))
        );
        let [contained, score, jaccard] =
            ["containment", "score", "jaccard"].map(|k| r[k].as_f64().unwrap());
        assert!(
            contained >= 0.8 && score >= contained && jaccard < score,
            "{r}"
        );
    }
    let summary = log.last().unwrap();
    assert_eq!(summary["type"], "summary");
    for (field, value) in [
        ("articles", json!(4)),
        ("removed", json!(2)),
        ("kept", json!(2)),
        ("errors", json!(0)),
        ("keep", json!("earliest")),
        ("min_contained", json!(0.7)),
    ] {
        assert_eq!(summary[field], value, "{field}");
    }
}

#[test]
fn a_text_too_little_of_which_is_in_another_stays_and_is_told() {
    let mut rng = Rng::new(3);
    let shared = story(&mut rng, 4).join("\n\n");
    let texts = [unrelated(1, 2), unrelated(2, 2)].map(|own| format!("{shared}\n\n{own}"));
    let a = [("x", &texts[0]), ("y", &texts[1])]
        .map(|(id, text)| json!({"id": id, "text": text}).to_string());
    let f = folder(&[("a.jsonl", a.join("\n").as_bytes())]);
    done(f.path(), &["a.jsonl", "-o", "out.jsonl"]);
    assert_eq!(
        fs::read_to_string(f.path().join("out.jsonl")).unwrap(),
        a.join("\n")
    );
    let log = lines(&f.path().join("out.jsonl.removed.jsonl"));
    let [stay] = of_type(&log, "kept_not_contained")[..] else {
        panic!("{log:?}")
    };
    assert_eq!(
        (&stay["id"], &stay["best"], &stay["best_kept"]),
        (&json!("y"), &json!("x"), &json!(true))
    );
    assert!(
        (0.5..0.8).contains(&stay["containment"].as_f64().unwrap()),
        "{stay}"
    );
}

#[test]
fn a_roundup_stays_beside_the_briefs_it_holds() {
    // It came last and is of the outlet that nobody prefers.
    let briefs: Vec<String> = (20..28).map(|n| unrelated(n, 2)).collect();
    let mut a: Vec<[String; 4]> = briefs
        .iter()
        .enumerate()
        .map(|(n, text)| {
            [
                format!("brief{n}"),
                "2031-03-01".into(),
                "Vesk Post".into(),
                text.clone(),
            ]
        })
        .collect();
    a.push([
        "roundup".into(),
        "2031-03-09".into(),
        "Quay Courier".into(),
        briefs.join("\n\n"),
    ]);
    let f = folder(&[("a.jsonl", jsonl(&a).as_bytes())]);
    for keep in ["earliest", "longest", "origin", "first"] {
        let out = format!("{keep}.jsonl");
        done(
            f.path(),
            &[
                "a.jsonl",
                "-o",
                &out,
                "--keep",
                keep,
                "--prefer-outlet",
                "Vesk Post",
            ],
        );
        let left = lines(&f.path().join(&out));
        assert!(left.iter().any(|r| r["id"] == "roundup"), "{keep}");
        for r in of_type(
            &lines(&f.path().join(format!("{out}.removed.jsonl"))),
            "removed",
        ) {
            assert_eq!(r["in_favour_of"], "roundup");
        }
    }
}

#[test]
fn what_stays_is_as_asked() {
    let mut a = articles();
    a.truncate(3);
    // A credit that says whose it is.
    a[0][3] = format!("AVERLEY (AP) - {}", a[0][3]);
    let f = folder(&[("a.jsonl", jsonl(&a).as_bytes())]);
    let stays = |args: &[&str]| {
        let all = [&["a.jsonl", "--mask", "m.jsonl"], args].concat();
        done(f.path(), &all);
        let mask = lines(&f.path().join("m.jsonl"));
        let kept = mask
            .iter()
            .filter(|r| r["keep"] == true && r["id"] != "stranger");
        kept.map(|r| r["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(stays(&[]), ["first"]);
    assert_eq!(stays(&["--keep", "first"]), ["version"]);
    assert_eq!(stays(&["--keep", "origin"]), ["version"]);
    assert_eq!(stays(&["--prefer-outlet", "vesk post"]), ["version"]);
    assert_eq!(
        stays(&["--prefer-outlet", "Averley Bugle", "--keep", "first"]),
        ["first"]
    );
    let r = run(f.path(), &["a.jsonl", "--dry-run", "--min-contained", "0"]);
    assert_eq!(r.code, 2);
}

#[test]
fn masks_and_groups_have_a_row_for_each_article() {
    let a = articles();
    let f = folder(&[
        ("in/a.jsonl", jsonl(&a).as_bytes()),
        ("in/b.txt", unrelated(77, 3).as_bytes()),
    ]);
    done(
        f.path(),
        &["in", "--mask", "m.parquet", "--groups", "g.parquet"],
    );
    done(f.path(), &["in", "--mask", "m.csv", "--groups", "g.csv"]);
    done(
        f.path(),
        &["in", "--mask", "m.jsonl", "--groups", "g.jsonl"],
    );
    let mask = parquet_rows(&f.path().join("m.parquet"));
    assert_eq!(mask, lines(&f.path().join("m.jsonl")));
    assert_eq!(mask.len(), 5);
    let row = |id: &str| mask.iter().find(|r| r["id"] == id).unwrap();
    assert_eq!(row("first")["keep"], true);
    assert_eq!(row("first")["kept_id"], Value::Null);
    let version = row("version");
    assert_eq!(
        (&version["file"], &version["record"]),
        (&json!("in/a.jsonl"), &json!(1))
    );
    assert_eq!(
        (&version["keep"], &version["kept_id"]),
        (&json!(false), &json!("first"))
    );
    assert_eq!(
        (&version["relation"], &version["cluster"]),
        (&json!("near-duplicate"), &row("cut")["cluster"])
    );
    assert_eq!(row("in/b.txt")["record"], Value::Null);
    let table = fs::read_to_string(f.path().join("m.csv")).unwrap();
    let expected = [
        "id,file,record,keep,cluster,kept_id,relation,containment",
        "version,in/a.jsonl,1,false,c-",
    ];
    for (line, start) in table.lines().zip(expected) {
        assert!(line.starts_with(start), "{line}");
    }
    assert_eq!(table.lines().count(), 6);
    let groups = parquet_rows(&f.path().join("g.parquet"));
    assert_eq!(groups, lines(&f.path().join("g.jsonl")));
    let group = |id: &str| {
        groups.iter().find(|r| r["id"] == id).unwrap()["group"]
            .as_str()
            .unwrap()
    };
    assert_eq!(group("first"), group("version"));
    assert_eq!(group("first"), group("cut"));
    let distinct: std::collections::BTreeSet<&str> = groups
        .iter()
        .map(|r| r["group"].as_str().unwrap())
        .collect();
    assert_eq!(distinct.len(), 3);
    // Only the texts name a group.
    let mut other = a;
    other.reverse();
    for r in &mut other {
        r[0] = format!("other-{}", r[0]);
    }
    fs::write(f.path().join("other.jsonl"), jsonl(&other)).unwrap();
    done(f.path(), &["other.jsonl", "--groups", "h.jsonl"]);
    let again = lines(&f.path().join("h.jsonl"));
    assert!(
        again
            .iter()
            .any(|r| r["id"] == "other-first" && r["group"] == group("first"))
    );
}

#[test]
fn errors_stay_as_they_are() {
    let a = articles();
    let bad = "{\"id\": 1, \"text\": 5}\nnot json\n{\"id\": 2}\n\r\n{\"id\":3,\"text\":\"\"}\n";
    let input = format!("{bad}{}{bad}", jsonl(&a));
    let f = folder(&[("a.jsonl", input.as_bytes())]);
    let r = run(f.path(), &["a.jsonl", "-o", "out.jsonl"]);
    assert_eq!(r.code, 2);
    assert!(r.stdout.contains("6 errors"), "{}", r.stdout);
    let left = format!("{bad}{}{bad}", jsonl(&[a[1].clone(), a[2].clone()]));
    assert_eq!(
        fs::read_to_string(f.path().join("out.jsonl")).unwrap(),
        left
    );
    assert_eq!(
        run(
            f.path(),
            &["a.jsonl", "-o", "out.jsonl", "--max-errors", "6"]
        )
        .code,
        0
    );
}

#[test]
fn a_group_is_what_matches_of_prose_join() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let f = folder(&[]);
    let groups = f.path().join("g.jsonl");
    done(here, &["corpus", "--groups", groups.to_str().unwrap()]);
    let scan = std::process::Command::new(env!("CARGO_BIN_EXE_copytaster"))
        .current_dir(here)
        .args(["scan", "--format", "jsonl", "--snippet", "0", "corpus"])
        .output()
        .unwrap();
    let scan: Vec<Value> = String::from_utf8(scan.stdout)
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let mut group: BTreeMap<String, String> = BTreeMap::new();
    for row in lines(&groups) {
        let text = |k: &str| row[k].as_str().unwrap().to_owned();
        group.insert(text("id"), text("group"));
    }
    let articles = of_type(&scan, "article").len();
    assert_eq!(group.len(), articles);
    // Plain definition: each match of prose makes one group of two.
    let mut joined: BTreeMap<&str, usize> = BTreeMap::new();
    let mut sets: Vec<Vec<&str>> = Vec::new();
    for m in of_type(&scan, "match")
        .into_iter()
        .filter(|m| m["relation"] != "quotes")
    {
        let [a, b] = ["a", "b"].map(|k| m[k].as_str().unwrap());
        assert_eq!(group[a], group[b]);
        match (joined.get(a).copied(), joined.get(b).copied()) {
            (Some(x), Some(y)) if x != y => {
                let moved = std::mem::take(&mut sets[y]);
                for id in &moved {
                    joined.insert(id, x);
                }
                sets[x].extend(moved);
            }
            (Some(_), Some(_)) => {}
            (Some(x), None) | (None, Some(x)) => {
                for id in [a, b] {
                    if joined.insert(id, x).is_none() {
                        sets[x].push(id);
                    }
                }
            }
            (None, None) => {
                joined.insert(a, sets.len());
                joined.insert(b, sets.len());
                sets.push(vec![a, b]);
            }
        }
    }
    let alone = articles - joined.len();
    let sets = sets.iter().filter(|s| !s.is_empty()).count();
    let distinct: std::collections::BTreeSet<&String> = group.values().collect();
    assert_eq!(distinct.len(), sets + alone);
}

#[test]
fn a_dry_run_writes_nothing() {
    let f = folder(&[("a.jsonl", jsonl(&articles()).as_bytes())]);
    let before = files(f.path());
    let told = done(
        f.path(),
        &["a.jsonl", "-o", "out.jsonl", "--mask", "m.csv", "--dry-run"],
    );
    assert!(told.contains("2 removed"), "{told}");
    assert_eq!(done(f.path(), &["a.jsonl", "--dry-run"]), told);
    assert_eq!(files(f.path()), before);
}

#[test]
fn boilerplate_is_cut_and_credits_are_not() {
    let notice = "Sign up for the Harbour Herald morning letter and read the tide tables before your neighbours do.";
    let credit =
        "© 2031 The Associated Press. All rights reserved. No part of it may be printed again.";
    let a: Vec<String> = (0..9)
        .map(|n| {
            let text = format!(
                "{}\n\n{notice}\n\n{}\n{credit}\n",
                unrelated(300 + n, 3),
                unrelated(400 + n, 2)
            );
            json!({"id": format!("a{n}"), "text": text, "more": [1, "é"]}).to_string()
        })
        .chain([json!({"id": "own", "text": unrelated(500, 4)}).to_string()])
        .collect();
    let f = folder(&[("a.jsonl", (a.join("\n") + "\n").as_bytes())]);
    let told = done(
        f.path(),
        &["a.jsonl", "-o", "out.jsonl", "--cut-boilerplate"],
    );
    let out = lines(&f.path().join("out.jsonl"));
    let log = lines(&f.path().join("out.jsonl.removed.jsonl"));
    let cuts = of_type(&log, "cut");
    assert_eq!(cuts.len(), 9, "{told}");
    for (line, after) in a.iter().zip(&out) {
        let before: Value = serde_json::from_str(line).unwrap();
        let text = before["text"].as_str().unwrap();
        assert_eq!(after["text"], text.replace(&format!("{notice}\n"), ""));
        assert_eq!(after["more"], before["more"]);
    }
    // What is not cut is not touched.
    let last = fs::read_to_string(f.path().join("out.jsonl")).unwrap();
    assert_eq!(last.lines().last(), Some(&*a[9]));
    for c in &cuts {
        assert_eq!(c["bytes"], notice.len() + 1);
    }
    assert_eq!(log.last().unwrap()["cut_bytes"], 9 * (notice.len() + 1));
}

#[test]
fn identical_copies_go_from_a_large_cluster() {
    let mut rng = Rng::new(8);
    let text = story(&mut rng, 5).join("\n\n");
    let mut all = Vec::new();
    for n in 0..300 {
        let text = match n % 3 {
            0 => edited(&mut rng, &text, 0.01),
            _ => text.clone(),
        };
        all.push([
            format!("a{n:03}"),
            format!("2031-03-{:02}", 1 + n % 28),
            "Vesk Post".into(),
            text,
        ]);
    }
    let f = folder(&[("a.jsonl", jsonl(&all).as_bytes())]);
    done(f.path(), &["a.jsonl", "--mask", "m.jsonl"]);
    let mask = lines(&f.path().join("m.jsonl"));
    let kept = mask.iter().filter(|r| r["keep"] == true).count();
    assert_eq!(kept, 1, "of a cluster whose members all hold one of them");
}

#[test]
fn the_same_for_any_threads_and_order() {
    let a = articles();
    let f = folder(&[
        ("in/a.jsonl", jsonl(&a).as_bytes()),
        ("in/b.csv", csv(&a, ',').as_bytes()),
        ("in/c/d.txt", a[2][3].as_bytes()),
    ]);
    let all = |name: &str, args: &[&str]| {
        let (mask, groups) = (format!("{name}.mask.csv"), format!("{name}.groups.csv"));
        done(
            f.path(),
            &[args, &["-o", name, "--mask", &mask, "--groups", &groups]].concat(),
        );
        let read = |n: &str| fs::read(f.path().join(n)).unwrap();
        (
            files(&f.path().join(name)),
            [mask, groups, format!("{name}.removed.jsonl")].map(|n| read(&n)),
        )
    };
    let one = all("one", &["in/a.jsonl", "in/b.csv", "in/c", "--threads", "1"]);
    let other = all(
        "other",
        &["in/c", "in/b.csv", "in/a.jsonl", "--threads", "8"],
    );
    assert_eq!(one, other);
}
