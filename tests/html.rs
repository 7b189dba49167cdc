//! The page: nothing in it but what is meant to be, whatever the articles hold; its data complete and in the right places.

use std::io::BufReader;

use base64_of_sha256::of;
use copytaster::report::{
    html::{Options, write},
    saved::Saved,
};
use serde_json::{Value, json};

/// SHA-256 as a Content-Security-Policy has it, made apart from the program.
mod base64_of_sha256 {
    use sha2::{Digest, Sha256};

    pub fn of(text: &str) -> String {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bits: String = Sha256::digest(text.as_bytes())
            .iter()
            .map(|b| format!("{b:08b}"))
            .collect();
        let padded = format!("{bits}00");
        let digits: String = (0..padded.len() / 6)
            .map(|i| usize::from_str_radix(&padded[6 * i..6 * i + 6], 2).unwrap())
            .map(|d| char::from(DIGITS[d]))
            .collect();
        digits + "="
    }
}

fn article(id: &str, text: &str) -> Value {
    json!({"type": "article", "id": id, "tokens": 40, "prose_tokens": 40, "text": text, "title": format!("On {id}"),
        "outlet": "Harbour Herald", "published": "2026-07-15T08:30:00Z", "cluster": "c-1",
        "origin": {"source": "UPI", "basis": ["dateline"], "confidence": 0.97}})
}

fn pair(a: &str, b: &str, spans: [[usize; 2]; 2]) -> Value {
    json!({"type": "match", "a": a, "b": b, "relation": "near-duplicate", "rule": "r", "jaccard": 0.5,
        "containment": [0.9, 0.8], "score": 0.9,
        "passages": [{"a": spans[0], "b": spans[1], "tokens": 30, "identity": 1.0, "kind": "prose", "a_text": "cut", "b_text": "cut"}],
        "direction": {"source": "a", "agency": null, "confidence": 0.9, "lean": null, "lag_seconds": null, "evidence": [
            {"kind": "cited", "in": "b", "text": "x", "span": spans[1], "source": "a", "agency": null, "weight": 0.88}]}})
}

fn saved(offsets: &str, records: &[Value], members: &[&str]) -> Saved {
    let run =
        json!({"type": "run", "schema": 1, "version": "0", "settings": {}, "offsets": offsets});
    let cluster = json!({"type": "cluster", "id": "c-1", "members": members, "representative": members[0],
        "origin": null, "cohesion": {"min": 0.9, "mean": 0.9}});
    let summary =
        json!({"type": "summary", "articles": members.len(), "matches": 1, "clusters": 1});
    let lines: Vec<String> = [run]
        .iter()
        .chain(records)
        .chain([&cluster, &summary])
        .map(Value::to_string)
        .collect();
    Saved::read(lines.join("\n").as_bytes(), "test").unwrap()
}

fn page_with(saved: &Saved, options: &Options) -> String {
    let mut out = Vec::new();
    write(saved, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn page(saved: &Saved) -> String {
    page_with(saved, &Options::default())
}

fn block(page: &str, name: &str) -> Option<Value> {
    let begin = format!("<script type=\"application/json\" id=\"{name}\">");
    let (_, rest) = page.split_once(&begin)?;
    let (json, _) = rest.split_once("</script>").unwrap();
    Some(serde_json::from_str(json).unwrap())
}

const HOSTILE: &str = "<script>alert(1)</script> ]]> <!-- </script> <b onclick='x'>\"&amp;\u{2028}\u{2029}\u{0}\u{202e}";

fn hostile() -> Saved {
    let mut odd = article("a</script><script>alert(2)</script>", HOSTILE);
    for field in ["title", "outlet", "byline", "url"] {
        odd[field] = format!("{field}{HOSTILE}").into();
    }
    odd["origin"]["source"] = HOSTILE.into();
    let id = odd["id"].as_str().unwrap().to_owned();
    let mut m = pair(&id, "b", [[0, 8], [0, 5]]);
    m["relation"] = HOSTILE.into();
    m["direction"]["agency"] = HOSTILE.into();
    m["direction"]["source"] = "common".into();
    let boilerplate =
        json!({"type": "boilerplate", "id": "p-1", "text": HOSTILE, "articles": 9, "groups": 9});
    let error = json!({"type": "error", "path": HOSTILE, "record": 3, "message": HOSTILE});
    let b = article("b", "plain");
    saved("bytes", &[odd, b, m, boilerplate, error], &[&id, "b"])
}

#[test]
fn an_article_that_is_a_script_stays_text() {
    let page = page(&hostile());
    // The program's own, and a block each for the cluster, the pair and its articles.
    assert_eq!(page.matches("<script").count(), 5);
    assert_eq!(page.matches("</script").count(), 5);
    for odd in ["<script>alert", "]]>", "<b ", "<!-- </", "\u{0}"] {
        assert!(!page.contains(odd), "{odd:?}");
    }
    // Ends of lines to JavaScript, and nothing to HTML.
    let data = page.split_once("<script").unwrap().1;
    assert!(!data.contains(['\u{2028}', '\u{2029}']));
    assert_eq!(block(&page, "a0").unwrap()["text"], HOSTILE);
    assert!(page.contains("title&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn allows_its_own_style_and_script_alone() {
    let page = page(&hostile());
    let inside = |begin: &str, end: &str| {
        let (_, rest) = page.rsplit_once(begin).unwrap();
        rest.split_once(end).unwrap().0.to_owned()
    };
    let style = of(&inside("<style>", "</style>"));
    let script = of(&inside("<script>", "</script>"));
    let policy = format!(
        "content=\"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'\""
    );
    assert!(page.contains(&policy), "{policy}");
    assert!(!page.contains("unsafe-inline"));
    let body = page.split_once("</style>").unwrap().1;
    let body = body.rsplit_once("<script>").unwrap().0;
    assert!(!body.contains(" style="));
    // Nothing is fetched: no address but the name space of SVG, in the script.
    for attribute in ["src=", "<link", "<img", "<iframe", "@import", "url("] {
        assert!(!page.contains(attribute), "{attribute}");
    }
}

#[test]
fn spans_land_on_the_text_for_every_unit() {
    let (a, b) = (
        "é中😀 Ünder the bridge, 橋の下で",
        "😀😀 then: Ünder the bridge",
    );
    let word = "Ünder the bridge";
    let count = |unit: &str, s: &str| match unit {
        "bytes" => s.len(),
        "chars" => s.chars().count(),
        _ => s.encode_utf16().count(),
    };
    for unit in ["bytes", "chars", "utf16"] {
        let place = |text: &str| {
            let from = count(unit, text.split_once(word).unwrap().0);
            [from, from + count(unit, word)]
        };
        let records = [
            article("a", a),
            article("b", b),
            pair("a", "b", [place(a), place(b)]),
        ];
        let page = page(&saved(unit, &records, &["a", "b"]));
        let m = block(&page, "m0").unwrap();
        let slice = |text: &str, span: &Value| {
            let units: Vec<u16> = text.encode_utf16().collect();
            let [from, to] = [0, 1].map(|i| span[i].as_u64().unwrap() as usize);
            String::from_utf16(&units[from..to]).unwrap()
        };
        let passage = &m["passages"][0];
        assert_eq!(slice(a, &passage["a"]), word, "{unit}");
        assert_eq!(slice(b, &passage["b"]), word, "{unit}");
        assert_eq!(slice(b, &m["evidence"][0]["span"]), word, "{unit}");
        assert!(passage.get("a_text").is_none(), "the text is there");
    }
}

#[test]
fn a_saved_scan_without_texts_shows_what_it_has() {
    let mut records = [
        article("a", ""),
        article("b", ""),
        pair("a", "b", [[0, 3], [0, 3]]),
    ];
    for r in &mut records[..2] {
        r.as_object_mut().unwrap().remove("text");
    }
    let page = page(&saved("bytes", &records, &["a", "b"]));
    assert!(page.contains("id=\"no-texts\""));
    assert_eq!(block(&page, "m0").unwrap()["passages"][0]["a_text"], "cut");
    assert!(block(&page, "a0").unwrap()["text"].is_null());
}

#[test]
fn a_page_has_its_bound_and_says_what_it_leaves_out() {
    let texts = [
        "wood ".repeat(400),
        "stone ".repeat(400),
        "iron ".repeat(400),
    ];
    let records = [
        article("a", &texts[0]),
        article("b", &texts[1]),
        article("c", &texts[2]),
        pair("a", "b", [[0, 9], [0, 9]]),
        {
            let mut weak = pair("b", "c", [[0, 9], [0, 9]]);
            weak["score"] = 0.5.into();
            weak
        },
    ];
    let saved = saved("bytes", &records, &["a", "b", "c"]);
    let whole = page(&saved);
    assert!(!whole.contains("id=\"left-out\""));
    assert!(block(&whole, "m1").is_some() && block(&whole, "a2").is_some());
    let options = Options {
        max_data: 7_000,
        ..Options::default()
    };
    let part = page_with(&saved, &options);
    assert!(part.contains("Left out are the details of 1 of 2 pairs and of 0 of 1 clusters"));
    assert!(block(&part, "m0").is_some(), "the strongest pair is there");
    assert!(block(&part, "m1").is_none() && block(&part, "a2").is_none());
    let data: usize = part
        .split("<script type=\"application/json\"")
        .skip(1)
        .map(|s| s.split_once("</script>").unwrap().0.len())
        .sum();
    assert!(data < 7_200, "{data}");
    let none = page_with(
        &saved,
        &Options {
            max_data: 0,
            ..options
        },
    );
    assert!(block(&none, "c0").is_none());
    assert!(none.contains("On a") && !none.contains("href=\"#c0\""));
}

#[test]
fn the_tables_have_their_bound_too() {
    let mut lines = vec![json!({"type": "run", "schema": 1, "settings": {}, "offsets": "bytes"})];
    let clusters = 0..2_001;
    for c in clusters.clone() {
        for side in ["x", "y"] {
            let mut a = article(&format!("{c}{side}"), "short");
            a["cluster"] = format!("c-{c}").into();
            lines.push(a);
        }
    }
    for c in clusters {
        let members = ["x", "y"].map(|side| format!("{c}{side}"));
        lines.push(json!({"type": "cluster", "id": format!("c-{c}"), "members": members, "representative": members[0],
            "cohesion": {"min": 1.0, "mean": 1.0}}));
    }
    lines.push(json!({"type": "summary", "articles": 4_002, "matches": 0, "clusters": 2_001}));
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let page = page(&Saved::read(lines.join("\n").as_bytes(), "test").unwrap());
    assert_eq!(page.matches("<a href=\"#c").count(), 2_000);
    assert!(block(&page, "c1999").is_some() && block(&page, "c2000").is_none());
    assert!(page.contains("of 0 of 0 pairs and of 1 of 2,001 clusters"));
    assert!(page.contains("The table holds 2000 of 2001 clusters."));
}

#[test]
fn the_corpus_makes_one_page_for_any_threads() {
    let run = |args: &[&str]| {
        let program = env!("CARGO_BIN_EXE_copytaster");
        let output = std::process::Command::new(program)
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}");
        output.stdout
    };
    let one = run(&["scan", "--threads", "1", "--format", "html", "corpus"]);
    assert!(one == run(&["scan", "--threads", "4", "--format", "html", "corpus"]));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("found.jsonl");
    let file = file.to_str().unwrap();
    run(&[
        "scan",
        "--format",
        "jsonl",
        "--with-text",
        "--offsets",
        "chars",
        "-o",
        file,
        "corpus",
    ]);
    let again = String::from_utf8(run(&["report", "--format", "html", file])).unwrap();
    assert!(again.as_bytes() == one, "report makes the page of scan");
    // Every block parses, and every place is in its text.
    let saved = std::fs::File::open(file).unwrap();
    let saved = Saved::read(BufReader::new(saved), file).unwrap();
    assert!(saved.matches.len() > 90);
    for (i, m) in saved.matches.iter().enumerate() {
        let b = block(&again, &format!("m{i}")).unwrap();
        for (side, id) in [("a", &m.a), ("b", &m.b)] {
            let text = saved.article(id).unwrap().text.as_deref().unwrap();
            let units: Vec<u16> = text.encode_utf16().collect();
            for (p, q) in b["passages"].as_array().unwrap().iter().zip(&m.passages) {
                let span = if side == "a" { q.a } else { q.b };
                let [from, to] = span.map(|x| x as usize);
                let there: String = text.chars().skip(from).take(to - from).collect();
                let [from, to] = [0, 1].map(|k| p[side][k].as_u64().unwrap() as usize);
                assert_eq!(String::from_utf16(&units[from..to]).unwrap(), there);
            }
        }
    }
    let pair = run(&[
        "compare",
        "--format",
        "html",
        "tests/data/versions/agency.txt",
        "tests/data/versions/cut.txt",
    ]);
    let pair = String::from_utf8(pair).unwrap();
    assert!(pair.contains("<body data-open=\"m0\">"));
    assert_eq!(block(&pair, "m0").unwrap()["relation"], "near-duplicate");
    let strangers = run(&[
        "compare",
        "--format",
        "html",
        "tests/data/versions/agency.txt",
        "corpus/afp/chess-split.txt",
    ]);
    let strangers = String::from_utf8(strangers).unwrap();
    let m = block(&strangers, "m0").unwrap();
    assert_eq!(m["relation"], "none");
    assert_eq!(m["source"], "unknown");
    assert!(
        block(&strangers, "a1").unwrap()["text"].is_string(),
        "both can be read all the same"
    );
}
