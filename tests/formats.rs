//! The same articles in every format that carries them give the same documents; and what goes wrong in one of them is told.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    sync::Arc,
};

use copytaster::{
    detector::Detector,
    document::Document,
    error::ErrorKind,
    read::{Input, ReadOptions, make_unique, read_all},
    settings::Settings,
};
use flate2::{Compression, write::GzEncoder};
use parquet::{
    basic::Compression as Codec,
    data_type::{ByteArray, ByteArrayType},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Id, outlet, time and text of each article.
fn articles() -> Vec<[String; 4]> {
    let text = |n: usize| {
        format!(
            "PORT ALMA (AP) — Article {n} says: “the \"bridge\", closed; for now”,\nand goes on over lines, tabs\tand ünïcödé {}.",
            n * n
        )
    };
    (0..60)
        .map(|n| {
            [
                format!("a{n:02}"),
                format!("paper{}.example", n % 7),
                format!("2026-02-{:02}T10:00:00Z", n % 27 + 1),
                text(n),
            ]
        })
        .collect()
}

fn record([id, outlet, published, text]: &[String; 4]) -> Value {
    json!({"id": id, "outlet": outlet, "published": published, "text": text})
}

fn lines() -> String {
    articles()
        .iter()
        .map(|a| format!("{}\n", record(a)))
        .collect()
}

fn table(delimiter: char) -> String {
    let quoted = |s: &String| format!("\"{}\"", s.replace('"', "\"\""));
    let row = |a: &[String; 4]| {
        a.iter()
            .map(quoted)
            .collect::<Vec<_>>()
            .join(&delimiter.to_string())
    };
    let rows: String = articles().iter().map(|a| row(a) + "\r\n").collect();
    format!("id{delimiter}outlet{delimiter}published{delimiter}text\r\n{rows}")
}

fn parquet(path: &Path, articles: &[[String; 4]], group_of: usize) {
    let schema = "message s { required binary id (UTF8); optional binary outlet (UTF8); \
                  required binary published (UTF8); required int32 idle; required binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let settings = WriterProperties::builder()
        .set_compression(Codec::SNAPPY)
        .set_dictionary_enabled(false)
        .set_data_page_size_limit(4096)
        .set_write_batch_size(1)
        .build();
    let mut file =
        SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(settings)).unwrap();
    for some in articles.chunks(group_of) {
        let mut group = file.next_row_group().unwrap();
        for column in [Some(0), Some(1), Some(2), None, Some(3)] {
            let mut writer = group.next_column().unwrap().unwrap();
            let levels = vec![1; some.len()];
            match column {
                Some(at) => {
                    let values: Vec<ByteArray> =
                        some.iter().map(|a| a[at].as_str().into()).collect();
                    let levels = (at == 1).then_some(&levels[..]);
                    writer
                        .typed::<ByteArrayType>()
                        .write_batch(&values, levels, None)
                        .unwrap();
                }
                None => {
                    let values = vec![7; some.len()];
                    writer
                        .typed::<parquet::data_type::Int32Type>()
                        .write_batch(&values, None, None)
                        .unwrap();
                }
            }
            writer.close().unwrap();
        }
        group.close().unwrap();
    }
    file.close().unwrap();
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn read(path: &str) -> Input {
    let mut input = read_all(&[path.to_owned()], &ReadOptions::default(), &|_| {});
    make_unique(&mut input.documents);
    input
}

fn messages(input: &Input) -> Vec<&str> {
    input.errors.iter().map(|e| &*e.message).collect()
}

/// All that does not depend on where an article stands.
fn bare(documents: &[Document]) -> Vec<Document> {
    let mut bare = documents.to_vec();
    for d in &mut bare {
        (d.path, d.record) = (String::new(), None);
    }
    bare.sort_by(|a, b| a.id.cmp(&b.id));
    bare
}

#[test]
fn the_same_articles_in_every_format() {
    let folder = TempDir::new().unwrap();
    let expected = bare(&read(&write(&folder, "a.jsonl", lines())).documents);
    assert_eq!(expected.len(), 60);
    let array: Vec<Value> = articles().iter().map(record).collect();
    let pretty: String = array
        .iter()
        .map(|r| serde_json::to_string_pretty(r).unwrap() + "\n")
        .collect();
    let lines = lines();
    let table_file = folder.path().join("a.parquet");
    parquet(&table_file, &articles(), 13);
    let table_bytes = fs::read(&table_file).unwrap();
    let files = [
        write(
            &folder,
            "array.json",
            serde_json::to_string(&array).unwrap(),
        ),
        write(&folder, "pretty.json", &pretty),
        write(&folder, "a.csv", table(',')),
        write(&folder, "semicolons.csv", table(';')),
        write(&folder, "a.tsv", table('\t')),
        write(&folder, "told-by-content", table(',')),
        table_file.to_str().unwrap().to_owned(),
        write(&folder, "named-otherwise.bin", &table_bytes),
        write(&folder, "a.jsonl.gz", gzip(lines.as_bytes())),
        write(
            &folder,
            "twice.gz",
            [
                gzip(&lines.as_bytes()[..999]),
                gzip(&lines.as_bytes()[999..]),
            ]
            .concat(),
        ),
        write(
            &folder,
            "a.csv.zst",
            zstd::encode_all(table(',').as_bytes(), 1).unwrap(),
        ),
        write(&folder, "a.parquet.gz", gzip(&table_bytes)),
        write(
            &folder,
            "a.tar",
            tar(&[
                ("x/a.jsonl", lines.as_bytes()),
                ("x/.hidden.jsonl", lines.as_bytes()),
                ("x/y.css", b"p"),
            ]),
        ),
        write(
            &folder,
            "a.tgz",
            gzip(&tar(&[("a.jsonl.gz", &gzip(lines.as_bytes()))])),
        ),
        write(
            &folder,
            "a.zip",
            zipped(&[
                ("in/a.csv", table(',').as_bytes()),
                ("__MACOSX/a.csv", b"x"),
            ]),
        ),
    ];
    for file in &files {
        let input = read(file);
        assert_eq!(messages(&input), [""; 0], "{file}");
        assert!(bare(&input.documents) == expected, "{file}");
    }
    let inner = &read(&files[12]).documents[0];
    assert_eq!(inner.path, format!("{}!/x/a.jsonl", files[12]));
    assert_eq!(inner.record, Some(1));
}

#[test]
fn row_groups_are_read_side_by_side_and_in_order() {
    let folder = TempDir::new().unwrap();
    // Words that do not repeat, so that they stay long when packed.
    let text = |n: u64| {
        (0..300u64)
            .map(|i| format!("{:x} ", (n * 300 + i).wrapping_mul(0x9E37_79B9_7F4A_7C15)))
            .collect()
    };
    let articles: Vec<[String; 4]> = (0..4000u64)
        .map(|n| {
            [
                format!("{n:04}"),
                String::new(),
                "2026-01-01".into(),
                text(n),
            ]
        })
        .collect();
    let path = folder.path().join("many.parquet");
    parquet(&path, &articles, 200);
    let input = read(path.to_str().unwrap());
    assert_eq!(messages(&input), [""; 0]);
    let is_same = |(d, a): (&Document, &[String; 4])| d.id == a[0] && d.text == a[3];
    assert!(input.documents.len() == 4000 && input.documents.iter().zip(&articles).all(is_same));
}

#[test]
fn pages_in_a_web_archive_are_those_of_files() {
    let folder = TempDir::new().unwrap();
    let page = "<html><head><title>Bridge</title><meta property='article:published_time' content='2026-02-03'></head><body>\
        <article><h1>Bridge closed</h1><p>The harbour board voted on Tuesday to close the old bridge for nine months.</p>\
        <p>Ferries will run every ten minutes while the work lasts, the board said in a note to residents.</p></article></body></html>";
    let file = read(&write(&folder, "bridge.html", page));
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
    let record = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://quay.example/bridge\r\nWARC-Date: 2026-03-01T00:00:00Z\r\n\
         Content-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n{answer}\r\n\r\n",
        answer.len()
    );
    let not_found = record.replace("200 OK", "404 No").replace("quay", "gone");
    let archive = [gzip(record.as_bytes()), gzip(not_found.as_bytes())].concat();
    let input = read(&write(&folder, "crawl.warc.gz", archive));
    assert_eq!(messages(&input), [""; 0]);
    let [found] = &input.documents[..] else {
        panic!("{:?}", input.documents);
    };
    assert_eq!(found.text, file.documents[0].text);
    assert_eq!(found.id, "https://quay.example/bridge");
    assert_eq!(
        (found.record, found.meta.url.as_deref()),
        (Some(1), Some("https://quay.example/bridge"))
    );
    let basis =
        |m: &Option<copytaster::document::Moment>| m.as_ref().map(|m| m.basis.clone().into_owned());
    assert_eq!(basis(&found.meta.published).as_deref(), Some("meta"));
    assert_eq!(basis(&found.meta.retrieved).as_deref(), Some("warc"));
}

#[test]
fn what_is_broken_is_told_and_the_rest_is_read() {
    let folder = TempDir::new().unwrap();
    let lines = lines();
    let packed = gzip(lines.as_bytes());
    let cut = read(&write(&folder, "cut.jsonl.gz", &packed[..packed.len() / 2]));
    assert!(
        cut.documents.len() > 5,
        "what came before the break is read"
    );
    assert!(
        messages(&cut)
            .last()
            .unwrap()
            .starts_with("cannot be read: "),
        "{:?}",
        messages(&cut)
    );

    let rows = "id,text\n1,good\n2,too,many,fields\n3,good\n";
    let input = read(&write(&folder, "rows.csv", rows));
    assert_eq!(input.documents.len(), 2);
    assert_eq!(
        messages(&input),
        ["the record has 4 fields, and there are 2 columns"]
    );
    assert_eq!(input.errors[0].record, Some(3));

    let input = read(&write(&folder, "no-text.csv", "id,body\n1,x\n"));
    assert_eq!(messages(&input), ["has no column `text`"]);
    assert_eq!(input.errors[0].kind, ErrorKind::Field);

    for (name, bytes) in [
        ("broken.parquet", &b"PAR1 and no more"[..]),
        ("tail.parquet", b"PAR1\0\0\0\xFF\xFF\xFF\x7FPAR1"),
    ] {
        let input = read(&write(&folder, name, bytes));
        assert!(
            messages(&input)[0].starts_with("cannot be read as Parquet: "),
            "{:?}",
            messages(&input)
        );
    }

    let nested = tar(&[
        ("inner.tar", &tar(&[("a.txt", b"x")])),
        ("fine.txt", b"fine"),
    ]);
    let input = read(&write(&folder, "nested.tar", nested));
    assert_eq!(
        messages(&input),
        ["is an archive in an archive, which is not read"]
    );
    assert_eq!(input.documents.len(), 1);

    let entities = "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>\
        <!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss version='2.0'><channel><title>T</title><item><title>&b; &x;</title></item></channel></rss>";
    let input = read(&write(&folder, "bomb.xml", entities));
    let host = fs::read_to_string("/etc/hostname").unwrap_or_default();
    let text: String = input.documents.iter().map(|d| d.text.clone()).collect();
    assert!(
        !text.contains("aaaa") && (host.trim().is_empty() || !text.contains(host.trim())),
        "{text}"
    );
}

#[test]
fn a_bomb_ends_in_an_error() {
    let folder = TempDir::new().unwrap();
    // A line of its own each, so that no limit of a record is met first.
    let zeros = format!("{}\n", "\n".repeat(1 << 20));
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..100 {
        bomb.write_all(zeros.as_bytes()).unwrap();
    }
    let input = read(&write(&folder, "bomb.jsonl.gz", bomb.finish().unwrap()));
    assert_eq!(
        messages(&input),
        ["cannot be read: it unpacks to more than 500 times its size"]
    );
    let one = vec![b'a'; 100 << 20];
    let input = read(&write(
        &folder,
        "bomb.txt.zst",
        zstd::encode_all(&one[..], 3).unwrap(),
    ));
    assert_eq!(
        messages(&input),
        ["the file is longer than 32 MiB (--max-record)"]
    );
}

#[test]
fn a_path_leads_into_objects() {
    let folder = TempDir::new().unwrap();
    let mut options = ReadOptions::default();
    options.fields.text = "article.body.0".into();
    options.fields.title = "article.head.line".into();
    let lines = "{\"article\":{\"head.line\":\"no\",\"head\":{\"line\":\"T\"},\"body\":[\"one\",\"two\"]}}\n{\"article.body.0\":\"whole\"}\n{\"article\":{}}\n";
    let path = write(&folder, "deep.jsonl", lines);
    let input = read_all(&[path], &options, &|_| {});
    let texts: Vec<&str> = input.documents.iter().map(|d| &*d.text).collect();
    assert_eq!(texts, ["one", "whole"]);
    assert_eq!(input.documents[0].meta.title.as_deref(), Some("no"));
    assert_eq!(messages(&input), ["field `article.body.0` is missing"]);
}

#[test]
fn two_versions_of_one_item_are_known_as_such() {
    let body = "<p>The harbour board voted on Tuesday to close the old bridge for nine months, its chair said, because the bearings \
        that were cast in 1911 can no longer be bought anywhere, according to the engineers who looked at them last spring.</p>";
    let item = |version: &str, more: &str| {
        json!({"guid": "urn:quay:bridge", "uri": format!("urn:quay:bridge:{version}"), "version": version,
            "versioncreated": "2026-01-02T03:04:05Z", "headline": "Bridge", "body_html": format!("{body}{more}")})
    };
    let folder = TempDir::new().unwrap();
    let path = write(
        &folder,
        "items.json",
        json!([item("1", ""), item("2", "<p>Ferries will run.</p>")]).to_string(),
    );
    let documents = read(&path).documents;
    let scan = Detector::new(Settings::default())
        .unwrap()
        .scan(documents)
        .unwrap();
    let [found] = &scan.matches[..] else {
        panic!("{:?}", scan.matches)
    };
    let evidence = found
        .direction
        .evidence
        .iter()
        .filter(|e| e.kind == "version");
    let versions: Vec<Option<&str>> = evidence.map(|e| e.value.as_deref()).collect();
    assert_eq!(versions, [Some("1"), Some("2")]);
}

#[test]
fn a_list_that_says_it_goes_on_behind_the_end_is_an_error_and_takes_no_time() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/endless-list.parquet"
    );
    let input = read(path);
    assert!(input.documents.is_empty());
    let told = "cannot be read as Parquet: ";
    assert!(!input.errors.is_empty() && input.errors.iter().all(|e| e.message.starts_with(told)));
}
