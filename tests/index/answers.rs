//! It answers as a scan of what it holds would, whatever was added and removed.

use super::*;

/// What a scan says beside its settings.
fn scanned(paths: &[&str]) -> Vec<Value> {
    let (code, out, said) = run(&[&["scan", "--format", "jsonl"], paths].concat(), "");
    assert_eq!(code, 0, "{said}");
    without_run(&out)
}

fn without_run(text: &str) -> Vec<Value> {
    let mut all = records(text);
    all.retain(|r| r["type"] != "run");
    all
}

/// The matches of a scan that an article has a part in.
fn own(scan: &[Value], id: &Value) -> Vec<Value> {
    let is_own = |r: &&Value| r["type"] == "match" && (r["a"] == *id || r["b"] == *id);
    scan.iter().filter(is_own).cloned().collect()
}

#[test]
fn export_is_a_scan_and_answers_are_parts_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let said = done("add", at, &[CORPUS], "").1;
    let scan = scanned(&[CORPUS]);
    let articles = scan.iter().filter(|r| r["type"] == "article").count();
    assert!(
        said.contains(&format!("{articles} added, 0 in place")),
        "{said}"
    );
    assert_eq!(without_run(&done("export", at, &[], "").0), scan);

    let answers = records(&done("query", at, &[CORPUS], "").0);
    assert_eq!(answers.len(), articles);
    for answer in &answers {
        assert_eq!(answer["status"], "seen");
        let mut found = answer["matches"].as_array().unwrap().clone();
        for m in &mut found {
            m["type"] = json!("match");
        }
        assert_eq!(found, own(&scan, &answer["id"]), "{}", answer["id"]);
    }

    let before = files(at);
    let said = done("add", at, &[CORPUS], "").1;
    assert!(
        said.contains(&format!("0 added, 0 in place of others, {articles} known")),
        "{said}"
    );
    assert_eq!(files(at), before);
}

#[test]
fn another_text_of_an_id_takes_the_place_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (old, new, other) = (unrelated(1, 3), unrelated(2, 3), unrelated(3, 3));
    done(
        "add",
        at,
        &["-"],
        &(record("a", &old) + &record("b", &other)),
    );
    let changed = record("a", &new);
    let answers = records(&done("query", at, &["-"], &changed).0);
    assert_eq!(
        (&answers[0]["status"], &answers[0]["matches"]),
        (&json!("version"), &json!([]))
    );
    let out = records(&done("add", at, &["--query", "--acknowledge", "-"], &changed).0);
    assert_eq!(out[0]["status"], "version");
    assert_eq!(out[1], json!({"type": "durable", "articles": 1}));
    let status = |id: &str, text: &str| {
        records(&done("query", at, &["-"], &record(id, text)).0)[0]["status"].clone()
    };
    assert_eq!(status("c", &old), "new");
    assert_eq!(status("c", &new), "seen");
    assert_eq!(
        opened(at).unwrap().document("a").unwrap().unwrap().text,
        new
    );
    let said = done("add", at, &["-"], &record("a", &old)).1;
    assert!(
        said.contains("0 added, 1 in place of others, 0 known; 2 articles"),
        "{said}"
    );
    assert_eq!(status("c", &new), "new");
}

#[test]
fn what_is_removed_is_gone_and_the_rest_answers_as_before() {
    remove_some(made);
}

#[test]
fn without_texts_too() {
    remove_some(made_without_texts);
}

fn remove_some(made: fn(&[Document], usize) -> tempfile::TempDir) {
    let all = articles(60);
    let folder = made(&all, 3);
    let at = folder.path();
    let gone: Vec<&str> = all.iter().step_by(3).map(|d| &*d.id).collect();
    let said = done("remove", at, &["-", "unheard-of"], &gone.join("\n")).1;
    assert!(said.contains("by the id `unheard-of`"), "{said}");
    assert!(said.contains("20 removed; 40 articles"), "{said}");
    let left: Vec<Document> = all
        .iter()
        .filter(|d| !gone.contains(&&*d.id))
        .cloned()
        .collect();
    let fresh = made(&left, 1);
    let same = || {
        let (kept, fresh) = (opened(at).unwrap(), opened(fresh.path()).unwrap());
        assert!(kept.verify().is_empty());
        for d in &all {
            assert_eq!(
                matches(&kept, d).unwrap(),
                matches(&fresh, d).unwrap(),
                "{}",
                d.id
            );
        }
        kept.stats().unwrap()
    };
    let before = same();
    assert_eq!(
        (before.articles, before.removed, before.segments),
        (40, 20, 3)
    );
    done("compact", at, &[], "");
    let after = same();
    assert_eq!((after.articles, after.removed, after.segments), (40, 0, 1));
    let on_disk: usize = files(at).values().map(Vec::len).sum();
    assert_eq!(after.bytes, on_disk as u64);
    assert!(after.bytes < before.bytes * 3 / 4);
    // An id that was removed is as good as new, and an index may come to hold nothing.
    done("add", at, &["-"], &record(gone[0], &text(0)));
    let ids: Vec<&str> = left.iter().map(|d| &*d.id).chain([gone[0]]).collect();
    done("remove", at, &["-"], &ids.join("\n"));
    done("compact", at, &[], "");
    let empty = opened(at).unwrap();
    assert!(empty.is_empty() && empty.stats().unwrap().segments == 0);
    assert!(matches(&empty, &all[1]).unwrap().is_empty());
}

#[test]
fn articles_expire_by_their_date() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let dated = |id: &str, n: u64, date: Option<&str>| {
        format!(
            "{}\n",
            json!({"id": id, "text": unrelated(n, 2), "published": date})
        )
    };
    let input = dated("old", 1, Some("2001-02-03T04:05:06Z"))
        + &dated("day", 2, Some("2002-03-04"))
        + &dated("undated", 3, None)
        + &dated("far", 4, Some("2199-01-01T00:00:00Z"));
    done("add", at, &["-"], &input);
    let said = done("expire", at, &["--older-than", "100d"], "").1;
    assert!(said.contains("2 removed; 2 articles"), "{said}");
    let index = opened(at).unwrap();
    let held = ["old", "day", "undated", "far"].map(|id| index.holds(id));
    assert_eq!(held, [false, false, true, true]);
    let said = done("expire", at, &["--older-than", "100d"], "").1;
    assert!(said.contains("0 removed; 2 articles"), "{said}");
}

#[test]
fn records_without_an_id_go_by_their_text() {
    let folder = tempfile::tempdir().unwrap();
    let (at, path) = (folder.path().join("index"), folder.path().join("in.jsonl"));
    let record = |n: u64| format!("{}\n", json!({ "text": unrelated(n, 2) }));
    let name = |n: u64| {
        use sha2::{Digest, Sha256};
        let digest = Sha256::digest(unrelated(n, 2));
        let hex: String = digest[..4].iter().map(|b| format!("{b:02x}")).collect();
        format!("{}#{hex}", path.display())
    };
    fs::write(&path, record(1) + &record(2)).unwrap();
    done("add", &at, &[path.to_str().unwrap()], "");
    // The same text in another line of the file is the same article.
    fs::write(&path, record(3) + &record(2)).unwrap();
    let said = done("add", &at, &[path.to_str().unwrap()], "").1;
    assert!(
        said.contains("1 added, 0 in place of others, 1 known; 3 articles"),
        "{said}"
    );
    let index = opened(&at).unwrap();
    assert!([1, 2, 3].iter().all(|n| index.holds(&name(*n))));
}
