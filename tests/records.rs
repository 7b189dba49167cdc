//! Records of JSONL, good and bad.

use copytaster::error::ErrorKind;
use copytaster::read::{FieldNames, Input, ReadOptions, read_jsonl_bytes};
use proptest::prelude::*;

fn jsonl(text: &str) -> Input {
    read_jsonl_bytes(text.as_bytes(), &ReadOptions::default())
}

fn ids(input: &Input) -> Vec<&str> {
    input.documents.iter().map(|d| d.id.as_str()).collect()
}

fn messages(input: &Input) -> Vec<String> {
    input.errors.iter().map(|e| e.message.clone()).collect()
}

/// The one error of one line.
fn error(line: &str) -> String {
    let input = jsonl(line);
    assert_eq!(input.documents, [], "{line}");
    assert_eq!(input.errors.len(), 1, "{line}");
    assert_eq!(input.errors[0].record, Some(1));
    assert!(!input.errors[0].fatal);
    input.errors[0].message.clone()
}

#[test]
fn a_record_gives_all_its_fields() {
    let options = ReadOptions {
        carry: ["z", "url", "none", "a", "z"].map(String::from).to_vec(),
        ..ReadOptions::default()
    };
    let line = r#"{"a":{"b":[1,null]},"id":"n-1","text":"T\u00e9xt\n","title":"Ti","outlet":"O",
        "url":"https://x.example/","published":"2018-07-15T10:30Z","modified":1531643400,
        "crawled":"2018-07-17","scraped":"2018-07-16","byline":["A. B",7,"","C D"],"lang":true,
        "group":-1.50,"z":1e3,"other":[]}"#;
    let input = read_jsonl_bytes(line.replace('\n', "").as_bytes(), &options);
    assert_eq!(input.errors, []);
    let document = &input.documents[0];
    assert_eq!(document.id, "n-1");
    assert_eq!(document.path, "-");
    assert_eq!(document.record, Some(1));
    assert_eq!(document.text, "Téxt\n");
    let meta = &document.meta;
    let is = |field: &Option<String>, text: &str| assert_eq!(field.as_deref(), Some(text));
    is(&meta.title, "Ti");
    is(&meta.outlet, "O");
    is(&meta.url, "https://x.example/");
    is(&meta.byline, "A. B, C D");
    is(&meta.lang, "true");
    is(&meta.group, "-1.50");
    let published = meta.published.as_ref().unwrap();
    assert_eq!(published.rfc3339().as_deref(), Some("2018-07-15T10:30:00Z"));
    let modified = meta.modified.as_ref().unwrap();
    assert_eq!(
        (modified.raw.as_str(), modified.seconds),
        ("1531643400", Some(1_531_643_400))
    );
    assert_eq!(meta.retrieved.as_ref().unwrap().raw, "2018-07-16");
    let carried: Vec<(&str, String)> = meta
        .carried
        .iter()
        .map(|(k, v)| (k.as_str(), v.to_string()))
        .collect();
    let url = r#""https://x.example/""#.to_owned();
    assert_eq!(
        carried,
        [
            ("z", "1000.0".to_owned()),
            ("url", url),
            ("a", r#"{"b":[1,null]}"#.to_owned())
        ]
    );
}

#[test]
fn null_empty_and_nested_metadata_are_absent() {
    let input = jsonl(
        r#"{"text":"","title":null,"outlet":"","url":["x"],"published":{"a":1},"modified":"","lang":[],"byline":[{"name":"x"}],"retrieved":null,"crawled":"x"}"#,
    );
    assert_eq!(input.errors, []);
    let document = &input.documents[0];
    assert_eq!(document.text, "");
    let retrieved = document.meta.retrieved.clone();
    assert_eq!(retrieved.as_ref().map(|m| m.raw.as_str()), Some("x"));
    let rest = copytaster::document::Meta {
        retrieved,
        ..Default::default()
    };
    assert_eq!(document.meta, rest);
}

#[test]
fn ids_are_strings_or_numbers_or_made_up() {
    let input = jsonl(concat!(
        "{\"text\":\"\",\"id\":\"a\\u0062\"}\n{\"text\":\"\",\"id\":12345678901234567890123}\n",
        "{\"text\":\"\",\"id\":-1.50}\n\n{\"text\":\"\"}\n{\"text\":\"\",\"id\":null}\n",
        "{\"text\":\"\",\"id\":\"\"}",
    ));
    assert_eq!(
        ids(&input),
        ["ab", "12345678901234567890123", "-1.50", "-", "-", "-"]
    );
    assert_eq!(
        error(r#"{"text":"","id":true}"#),
        "field `id` is a boolean, not a string or a number"
    );
    assert_eq!(
        error(r#"{"text":"","id":["a"]}"#),
        "field `id` is an array, not a string or a number"
    );
}

#[test]
fn fields_go_by_the_names_given() {
    let options = ReadOptions {
        fields: FieldNames {
            id: "meta.id".into(),
            text: "body".into(),
            title: "body".into(),
            retrieved: "seen".into(),
            ..FieldNames::default()
        },
        ..ReadOptions::default()
    };
    let read = |line: &str| read_jsonl_bytes(line.as_bytes(), &options);
    let input = read(r#"{"body":"x","meta.id":7,"meta":{"id":8},"scraped":"2018","text":1}"#);
    assert_eq!(ids(&input), ["7"]);
    assert_eq!(input.documents[0].text, "x");
    assert_eq!(input.documents[0].meta.title.as_deref(), Some("x"));
    assert_eq!(input.documents[0].meta.retrieved, None);
    assert_eq!(
        messages(&read("{\"text\":\"x\"}")),
        ["field `body` is missing"]
    );
    assert_eq!(
        messages(&read("{\"body\":{}}")),
        ["field `body` is an object, not a string"]
    );
}

#[test]
fn the_last_of_equal_keys_wins() {
    let input = jsonl(r#"{"text":"a","id":1,"text":5,"id":true,"te\u0078t":"b","id":2}"#);
    assert_eq!(ids(&input), ["2"]);
    assert_eq!(input.documents[0].text, "b");
    assert_eq!(
        error(r#"{"text":"a","text":5}"#),
        "field `text` is a number, not a string"
    );
}

#[test]
fn bad_records_say_what_is_wrong() {
    assert_eq!(error("{}"), "field `text` is missing");
    for (value, what) in [
        ("5", "a number"),
        ("-5", "a number"),
        ("5.5", "a number"),
        ("true", "a boolean"),
        ("null", "null"),
        ("[[1],{\"a\":\"b\"}]", "an array"),
        ("{\"a\":{\"b\":[]}}", "an object"),
    ] {
        let expected = format!("field `text` is {what}, not a string");
        assert_eq!(error(&format!("{{\"text\":{value}}}")), expected);
    }
    assert_eq!(error("[1]"), "the record is an array, not an object");
    assert_eq!(error(" 7"), "the record is a number, not an object");
    assert_eq!(error("\"x\""), "the record is a string, not an object");
    for (line, message) in [
        ("{\"text\":\"ab", "column 11: the record breaks off"),
        ("{\"text\":\"ab\"", "column 12: the record breaks off"),
        ("{\"text\":", "column 8: the record breaks off"),
        ("{", "column 1: the record breaks off"),
        ("{\"text\":\"é\" x}", "column 13: expected `,` or `}`"),
        ("{\"text\":NaN}", "column 9: expected a value"),
        ("{text:1}", "column 2: expected a name in double quotes"),
        (
            "{\"text\":\"a\"} {",
            "column 14: something follows the end of the record",
        ),
        (
            "{\"text\":\"a\tb\"}",
            "column 11: a line break, tab or other control character inside a string \
             must be escaped",
        ),
        ("prose", "column 1: expected a value"),
    ] {
        assert_eq!(error(line), message, "{line}");
    }
    let input = jsonl("{\"text\":\"a\"}\n\nx\n{\"text\":\"b\"}\n");
    assert_eq!(ids(&input), ["-", "-"]);
    assert_eq!(input.errors[0].record, Some(3));
    assert_eq!(input.errors[0].kind, ErrorKind::Syntax);
    assert!(input.errors[0].message.starts_with("column 1: "));
}

#[test]
fn deep_json_is_an_error_and_no_crash() {
    let many = 1_000_000;
    let open = "[".repeat(many);
    let both = open.clone() + &"]".repeat(many);
    let maps = "{\"a\":".repeat(many) + "1" + &"}".repeat(many);
    let options = ReadOptions {
        carry: vec!["c".into()],
        ..ReadOptions::default()
    };
    for value in [&open, &both, &maps] {
        for line in [
            value.clone(),
            format!("{{\"text\":{value}}}"),
            format!("{{\"text\":\"t\",\"id\":{value}}}"),
            format!("{{\"text\":\"t\",\"byline\":{value}}}"),
            format!("{{\"text\":\"t\",\"other\":{value}}}"),
            format!("{{\"text\":\"t\",\"c\":{value}}}"),
        ] {
            let input = read_jsonl_bytes(line.as_bytes(), &options);
            assert_eq!((input.documents.len(), input.errors.len()), (0, 1));
        }
    }
    // The limit is the same wherever the value stands.
    for key in ["other", "c", "text", "url"] {
        for (depth, fits) in [(126, true), (127, false)] {
            let value = "[".repeat(depth) + &"]".repeat(depth);
            let line = format!("{{\"{key}\":{value},\"text\":\"t\"}}");
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&line).is_ok(),
                fits
            );
            let input = read_jsonl_bytes(line.as_bytes(), &options);
            assert_eq!(
                input.errors.is_empty(),
                fits,
                "{key} {depth} {:?}",
                input.errors
            );
            assert!(fits || input.errors[0].message.ends_with("nested too deeply"));
        }
    }
    // Brackets in strings are no nesting.
    let line = format!("{{\"text\":\"t\",\"other\":[\"\\\"{open}\"]}}");
    assert_eq!(jsonl(&line[..]).documents.len(), 1);
}

#[test]
fn halves_of_characters_are_mended() {
    let input = jsonl(r#"{"text":"a\ud83d","title":"\ude00b \ud83d\ude00"}"#);
    assert_eq!(input.errors, []);
    assert_eq!(input.decoding_errors, 2);
    assert_eq!(input.documents[0].text, "a\u{fffd}");
    assert_eq!(
        input.documents[0].meta.title.as_deref(),
        Some("\u{fffd}b 😀")
    );
    assert!(error(r#"{"text":"a\ud83d"#).ends_with("the record breaks off"));
}

/// What reading JSONL means, in the plainest words.
fn naive(bytes: &[u8]) -> (Vec<(u64, String)>, Vec<u64>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    for (line, number) in text.split('\n').zip(1..) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let value: Result<serde_json::Value, _> = serde_json::from_str(line);
        let text = value
            .ok()
            .and_then(|v| v.get("text")?.as_str().map(str::to_owned));
        match text {
            Some(text) => good.push((number, text)),
            None => bad.push(number),
        }
    }
    (good, bad)
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zé\"\\\\\u{1}{}😀]{0,12}".prop_map(|text| {
            serde_json::json!({"text": text, "x": [text.clone()]}).to_string()
        }),
        1 => Just(String::new()),
        1 => "[ \t\r]{0,3}",
        1 => "[{}\\[\\]\",:a0 \t]{0,10}",
        1 => "(\\{\"text\":|\\{\"a\":1,|\"x\"|5|null|\\}|,|\"text\":\"y\"){1,5}",
    ]
}

proptest! {
    #[test]
    fn jsonl_equals_a_naive_reader(
        lines in prop::collection::vec((line(), any::<bool>()), 0..20),
        mark in any::<bool>(),
        open_end in any::<bool>(),
    ) {
        let mut bytes = if mark { "\u{feff}".to_owned() } else { String::new() };
        for (line, carriage) in &lines {
            bytes += line;
            bytes += if *carriage { "\r\n" } else { "\n" };
        }
        if open_end && bytes.ends_with('\n') {
            bytes.pop();
        }
        let (good, bad) = naive(bytes.as_bytes());
        let input = read_jsonl_bytes(bytes.as_bytes(), &ReadOptions::default());
        let found: Vec<(u64, String)> = input
            .documents
            .iter()
            .map(|d| (d.record.unwrap(), d.text.clone()))
            .collect();
        prop_assert_eq!(found, good);
        let errors: Vec<u64> = input.errors.iter().map(|e| e.record.unwrap()).collect();
        prop_assert_eq!(errors, bad);
    }

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let options = ReadOptions { carry: vec!["a".into()], ..ReadOptions::default() };
        let _ = read_jsonl_bytes(&bytes, &options);
    }
}
