//! The program run as `dedup`, and a small corpus with duplicates in every format.
#![allow(dead_code, reason = "each test program uses a part")]

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use flate2::{Compression, write::GzEncoder};
use parquet::{
    data_type::{ByteArray, ByteArrayType},
    file::{
        properties::WriterProperties,
        reader::{FileReader, SerializedFileReader},
        writer::SerializedFileWriter,
    },
    schema::parser::parse_message_type,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::common::{Rng, edited, story, unrelated};

pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

pub fn run(folder: &Path, args: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_copytaster"))
        .current_dir(folder)
        .arg("dedup")
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let stderr = text(output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    Run {
        code: output.status.code().unwrap(),
        stdout: text(output.stdout),
        stderr,
    }
}

pub fn done(folder: &Path, args: &[&str]) -> String {
    let r = run(folder, args);
    assert_eq!((r.code, &*r.stderr), (0, ""), "{args:?}");
    r.stdout
}

pub fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

pub fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

pub fn of_type<'v>(log: &'v [Value], kind: &str) -> Vec<&'v Value> {
    log.iter().filter(|r| r["type"] == kind).collect()
}

/// Every file of a folder, by its way from there.
pub fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut rest = vec![root.to_owned()];
    while let Some(folder) = rest.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rest.push(path);
            } else {
                out.insert(
                    path.strip_prefix(root).unwrap().to_owned(),
                    fs::read(&path).unwrap_or_default(),
                );
            }
        }
    }
    out
}

/// Id, time, outlet and text of: a story, a stranger, a later version of the story with a few words changed, a copy of it cut short.
pub fn articles() -> Vec<[String; 4]> {
    let mut rng = Rng::new(5);
    let paragraphs = story(&mut rng, 6);
    let first = paragraphs.join("\n\n");
    let version = edited(&mut rng, &first, 0.01);
    let cut = paragraphs[..4].join("\n\n");
    let row = |id: &str, day: u32, outlet: &str, text: String| {
        [
            id.into(),
            format!("2031-03-{day:02}T08:00:00Z"),
            outlet.into(),
            text,
        ]
    };
    vec![
        row("version", 5, "Vesk Post", version),
        row("stranger", 1, "Vesk Post", unrelated(9, 5)),
        row("first", 4, "Averley Bugle", first),
        row("cut", 2, "Quay Courier", cut),
    ]
}

pub fn record([id, published, outlet, text]: &[String; 4]) -> Value {
    json!({"id": id, "published": published, "outlet": outlet, "text": text})
}

pub fn jsonl(articles: &[[String; 4]]) -> String {
    articles
        .iter()
        .map(|a| format!("{}\n", record(a)))
        .collect()
}

pub fn csv(articles: &[[String; 4]], delimiter: char) -> String {
    let rows = articles.iter().map(|a| {
        let cells: Vec<String> = a
            .iter()
            .map(|c| format!("\"{}\"", c.replace('"', "\"\"")))
            .collect();
        cells.join(&delimiter.to_string()) + "\r\n"
    });
    let names = ["id", "published", "outlet", "text"].join(&delimiter.to_string());
    format!("{names}\r\n{}", rows.collect::<String>())
}

pub fn json_array(articles: &[[String; 4]]) -> String {
    let all: Vec<String> = articles
        .iter()
        .map(|a| format!("{:#}", record(a)))
        .collect();
    format!("[\n{}\n]\n", all.join(",\n"))
}

pub fn parquet(articles: &[[String; 4]]) -> Vec<u8> {
    let schema = "message s { required binary id (UTF8); required binary published (UTF8); \
                  optional binary outlet (UTF8); required binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    let mut group = file.next_row_group().unwrap();
    for at in 0..4 {
        let mut column = group.next_column().unwrap().unwrap();
        let values: Vec<ByteArray> = articles.iter().map(|a| a[at].as_str().into()).collect();
        let levels = vec![1; values.len()];
        let levels = (at == 2).then_some(&levels[..]);
        column
            .typed::<ByteArrayType>()
            .write_batch(&values, levels, None)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    file.into_inner().unwrap()
}

pub fn parquet_rows(path: &Path) -> Vec<Value> {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    reader
        .get_row_iter(None)
        .unwrap()
        .map(|r| r.unwrap().to_json_value())
        .collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}
