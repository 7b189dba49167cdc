//! An index without texts: it answers as one with them does, shows nothing that it has not, and has nothing of them.

use std::io::Read;

use super::*;

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// An answer of an index with texts as far as one without can give it: it prints no text but that of the article asked about.
fn without_texts(mut answer: Value) -> Value {
    let own = answer["id"].clone();
    for m in answer["matches"].as_array_mut().unwrap() {
        let other = if m["a"] == own { "b" } else { "a" };
        for p in m["passages"].as_array_mut().unwrap() {
            p[format!("{other}_text")] = Value::Null;
        }
        for e in m["direction"]["evidence"].as_array_mut().unwrap() {
            if e["in"] == other && !e["span"].is_null() {
                e["text"] = Value::Null;
            }
        }
    }
    answer
}

/// What does not hang on whether a word is spelt nearly as another.
fn told(answer: &Value) -> Value {
    let matches = answer["matches"].as_array().unwrap().iter();
    let matches = matches.map(|m| {
        let (d, passages) = (&m["direction"], m["passages"].as_array().unwrap());
        let kinds: Vec<&Value> = passages.iter().map(|p| &p["kind"]).collect();
        json!([
            m["a"],
            m["b"],
            m["relation"],
            m["jaccard"],
            kinds,
            d["source"],
            d["agency"],
            d["lag_seconds"]
        ])
    });
    let matches: Vec<Value> = matches.collect();
    json!([
        answer["id"],
        answer["status"],
        matches,
        answer["cluster"],
        answer["cluster_change"]
    ])
}

fn scores(answer: &Value) -> Vec<f64> {
    let matches = answer["matches"].as_array().unwrap().iter();
    matches.map(|m| m["score"].as_f64().unwrap()).collect()
}

/// Everything that a folder holds, packed or not.
fn unpacked(folder: &Path) -> String {
    let mut out = Vec::new();
    for bytes in files(folder).into_values() {
        for at in 0..bytes.len() {
            if bytes[at..].starts_with(&MAGIC) {
                let mut frame = zstd::Decoder::new(&bytes[at..]).unwrap().single_frame();
                frame.read_to_end(&mut out).unwrap();
            }
        }
        out.extend(bytes);
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn answers_are_those_of_an_index_with_texts() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    done("add", folders[0].path(), &[CORPUS], "");
    done("add", folders[1].path(), &["--no-text", CORPUS], "");
    // Articles that are there, and others of the same texts.
    let scan = run(&["scan", "--format", "jsonl", "--with-text", CORPUS], "").1;
    let is_article = |r: &Value| r["type"] == "article";
    let articles = records(&scan).into_iter().filter(is_article);
    let others: String = std::iter::zip(0.., articles)
        .map(|(n, r)| record(&format!("other {n}"), r["text"].as_str().unwrap()))
        .collect();
    for (unit, path, input) in [
        ("bytes", CORPUS, ""),
        ("bytes", "-", &others),
        ("chars", CORPUS, ""),
        ("utf16", CORPUS, ""),
    ] {
        let [with, without] = [0, 1].map(|i: usize| {
            let more = [path, "--offsets", unit, "--snippet", "full"];
            records(&done("query", folders[i].path(), &more, input).0)
        });
        assert_eq!(with.len(), without.len());
        let mut differ = 0;
        for (with, without) in with.into_iter().zip(&without) {
            let with = without_texts(with);
            if with != *without {
                // The corpus has a scanned page and other slips of the pen.
                assert_eq!(told(&with), told(without));
                for (x, y) in scores(&with).into_iter().zip(scores(without)) {
                    assert!(y <= x && x - y < 0.05, "{with}\n{without}");
                }
                differ += 1;
            }
        }
        println!("{unit} {path}: {differ} of {} differ", without.len());
        assert!(differ * 5 < without.len(), "{differ} of {}", without.len());
    }
}

#[test]
fn nothing_of_a_text_is_there() {
    let words = ["quetzalcoatlus", "Wyvernhill", "брандмауэр", "夕焼け小焼け"];
    let text = format!(
        "{} It {}. See https://vesk.example/kept.",
        unrelated(1, 2),
        words.join(" ")
    );
    let later = text.replace("It", "She");
    let added = |more: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        done("add", at, &[&["-"], more].concat(), &record("a", &text));
        let feed = record("a", &later) + &record("b", &text);
        done("add", at, &["-", "--query"], &feed);
        let is_there = || {
            let all = unpacked(at);
            assert!(all.contains("vesk.example/kept"));
            words.map(|w| all.contains(w))
        };
        let before = is_there();
        done("compact", at, &[], "");
        assert_eq!(before, is_there());
        before
    };
    assert_eq!(added(&[]), [true; 4]);
    assert_eq!(added(&["--no-text"]), [false; 4]);
}

#[test]
fn it_is_so_from_the_first_and_says_what_it_has_not() {
    let folder = tempfile::tempdir().unwrap();
    let (at, kept) = (folder.path().join("none"), folder.path().join("kept"));
    let (first, second) = (record("a", &text(1)), record("b", &text(3)));
    let said = done("add", &at, &["--no-text", "-"], &first).1;
    assert!(
        said.contains("none` keeps no texts: it shows no passages of the articles in it"),
        "{said}"
    );
    // It is told once, and the flag is not needed any more.
    for more in [&["-"][..], &["--no-text", "-"], &["--query", "-"]] {
        let said = done("add", &at, more, &(first.clone() + &second)).1;
        assert!(!said.contains("texts"), "{said}");
        let stats = done("stats", &at, &[], "").0;
        assert!(
            stats.starts_with("2 articles") && stats.contains("no texts are kept"),
            "{stats}"
        );
    }
    let said = done("add", &at, &["-"], &first).1;
    assert!(
        said.contains("0 added, 0 in place of others, 1 known"),
        "{said}"
    );
    let said = done("add", &at, &["-"], &record("a", &text(5))).1;
    assert!(
        said.contains("0 added, 1 in place of others, 0 known"),
        "{said}"
    );
    done("verify", &at, &[], "");
    let (code, out, said) = index("export", &at, &[], "");
    assert!(
        code == 2
            && out.is_empty()
            && said.contains("none` keeps no texts, which a scan is made of"),
        "{said}"
    );
    let document = opened(&at).unwrap().document("b").unwrap().unwrap();
    assert_eq!((&*document.id, &*document.text), ("b", ""));

    let said = done("add", &kept, &["-"], &first).1 + &done("stats", &kept, &[], "").0;
    assert!(!said.contains("texts"), "{said}");
    let before = files(&kept);
    let (code, _, said) = index("add", &kept, &["--no-text", "-"], &second);
    assert!(
        code == 2 && said.contains("kept` was made to keep the texts"),
        "{said}"
    );
    assert_eq!(files(&kept), before);
}

#[test]
fn an_article_that_is_asked_about_shows_its_own_text() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let story = |outlet: &str| format!("VESK (Reuters) - {} {outlet}", unrelated(1, 3));
    let feed =
        record("b", &story("Post")) + &record("a", &story("Star")) + &record("c", &story("Sun"));
    let out = records(&done("add", at, &["--no-text", "--query", "-"], &feed).0);
    let seen = records(&done("query", at, &["-"], &feed).0);
    for answer in [&out[1], &out[2], &seen[0], &seen[1], &seen[2]] {
        for m in answer["matches"].as_array().unwrap() {
            let own = if m["a"] == answer["id"] { "a" } else { "b" };
            let evidence = m["direction"]["evidence"].as_array().unwrap();
            assert!(evidence.len() > 1);
            for (side, is_own) in [("a", own == "a"), ("b", own == "b")] {
                for p in m["passages"].as_array().unwrap() {
                    assert_eq!(p[format!("{side}_text")].is_string(), is_own, "{m}");
                }
                let credits = evidence
                    .iter()
                    .filter(|e| e["in"] == side && e["kind"] == "credit");
                for e in credits {
                    assert_eq!(e["text"].is_string(), is_own, "{m}");
                    assert!(e["agency"] == "Reuters" && e["span"].is_array());
                }
            }
        }
    }
}
