//! What stays of a file is what stood in it, byte for byte, and what is read of it is what was read before, less what was removed.

use std::{fs, path::PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::read::{find, read_all};

struct Written {
    _folder: TempDir,
    path: String,
    options: ReadOptions,
}

/// What a record gives: its number, and its text or that it has none.
type Given = (Option<u64>, Option<String>);

impl Written {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let folder = TempDir::new().unwrap();
        let path: PathBuf = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        Self {
            path: path.to_str().unwrap().to_owned(),
            _folder: folder,
            options: ReadOptions::default(),
        }
    }

    fn given(&self) -> Vec<Given> {
        let input = read_all(std::slice::from_ref(&self.path), &self.options, &|_| {});
        let articles = input
            .documents
            .into_iter()
            .map(|d| (d.record, Some(d.text)));
        let errors = input.errors.into_iter().map(|e| (e.record, None));
        let mut out: Vec<Given> = articles.chain(errors).collect();
        out.sort();
        out
    }

    fn rewritable(&self) -> Result<Rewritable> {
        let listing = find(std::slice::from_ref(&self.path), &self.options);
        Rewritable::of(&listing.files[0], &self.options, false)
    }

    /// The file with changes; also where there are none, record by record.
    fn changed(&self, changes: &Changes) -> (Vec<u8>, Uncut) {
        let file = self.rewritable().unwrap();
        let mut out = Vec::new();
        let plan = Plan::new(&self.options);
        let uncut = file.change(changes, &plan, &mut out);
        let Ok(uncut) = uncut else {
            panic!("{:?}", file.write(changes, &self.options, &mut out))
        };
        (out, uncut)
    }
}

fn without(records: &[u64]) -> Changes {
    let mut changes = Changes::default();
    for r in records {
        changes.remove(Some(*r));
    }
    changes
}

/// Takes some of the articles of a file out, and reads what is left.
fn leaves_the_rest(name: &str, bytes: &[u8], chosen: &[bool]) -> Vec<u8> {
    let before = Written::new(name, bytes);
    assert_eq!(
        before.changed(&Changes::default()).0,
        bytes,
        "{:?}",
        String::from_utf8_lossy(bytes)
    );
    let given = before.given();
    let articles = given.iter().filter(|g| g.1.is_some());
    let mut chosen = chosen.iter().copied().chain(std::iter::repeat(false));
    let removed: Vec<u64> = articles
        .filter(|_| chosen.next().unwrap())
        .filter_map(|g| g.0)
        .collect();
    let (out, _) = before.changed(&without(&removed));
    let left = given
        .into_iter()
        .filter(|g| g.0.is_none_or(|n| !removed.contains(&n)));
    let left: Vec<Option<String>> = left.map(|g| g.1).collect();
    let after = Written::new(name, &out);
    let found: Vec<Option<String>> = after.given().into_iter().map(|g| g.1).collect();
    assert_eq!(
        found,
        left,
        "{:?}\n{:?} without {removed:?}",
        String::from_utf8_lossy(bytes),
        String::from_utf8_lossy(&out)
    );
    out
}

#[test]
fn lines_keep_their_ends_and_their_mark() {
    let lines = "\u{feff}{\"text\":\"a\"}\r\n\r\n{\"text\":\"b\"}\nnot json\n \n{\"text\":\"c\"}";
    let file = Written::new("f.jsonl", lines.as_bytes());
    let left = |records: &[u64]| String::from_utf8(file.changed(&without(records)).0).unwrap();
    assert_eq!(left(&[]), lines);
    assert_eq!(
        left(&[1]),
        "\u{feff}\r\n{\"text\":\"b\"}\nnot json\n \n{\"text\":\"c\"}"
    );
    assert_eq!(
        left(&[3]),
        "\u{feff}{\"text\":\"a\"}\r\n\r\nnot json\n \n{\"text\":\"c\"}"
    );
    assert_eq!(
        left(&[6]),
        "\u{feff}{\"text\":\"a\"}\r\n\r\n{\"text\":\"b\"}\nnot json\n \n"
    );
    assert_eq!(left(&[1, 3, 6]), "\u{feff}\r\nnot json\n \n");
}

#[test]
fn an_array_stays_one() {
    let left = |json: &str, records: &[u64]| {
        let file = Written::new("f.json", json.as_bytes());
        String::from_utf8(file.changed(&without(records)).0).unwrap()
    };
    let [a, b, c] = ["a", "b", "c"].map(|t| format!("{{\"text\": \"{t}\"}}"));
    let array = format!("\u{feff}[\n  {a},\n  {b} ,\n  {c}\n]\n");
    assert_eq!(left(&array, &[]), array);
    assert_eq!(
        left(&array, &[1]),
        format!("\u{feff}[\n  {b} ,\n  {c}\n]\n")
    );
    assert_eq!(
        left(&array, &[2]),
        format!("\u{feff}[\n  {a} ,\n  {c}\n]\n")
    );
    assert_eq!(left(&array, &[3]), format!("\u{feff}[\n  {a},\n  {b}\n]\n"));
    assert_eq!(left(&array, &[1, 2, 3]), "\u{feff}[\n  \n]\n");
    let objects = "{\n\"text\": \"a\"\n}\n{\n\"text\": \"b\"\n}\n";
    assert_eq!(left(objects, &[1]), "{\n\"text\": \"b\"\n}\n");
    assert_eq!(left(objects, &[2]), "{\n\"text\": \"a\"\n}\n");
}

#[test]
#[cfg(feature = "tables")]
fn records_of_a_table_keep_their_quotes_and_ends() {
    let table = "\u{feff}id;text\r\n1;\"two\r\nlines, \"\"quoted\"\"\"\r\n\r\n2;b\r\n\"\"\r\n3;c";
    let file = Written::new("f.csv", table.as_bytes());
    let left = |records: &[u64]| String::from_utf8(file.changed(&without(records)).0).unwrap();
    assert_eq!(left(&[]), table);
    assert_eq!(left(&[2]), "\u{feff}id;text\r\n\r\n2;b\r\n\"\"\r\n3;c");
    assert_eq!(
        left(&[3]),
        "\u{feff}id;text\r\n1;\"two\r\nlines, \"\"quoted\"\"\"\r\n\r\n\"\"\r\n3;c"
    );
    // The record of quotation marks alone has a number, and is passed over.
    assert_eq!(
        left(&[5]),
        "\u{feff}id;text\r\n1;\"two\r\nlines, \"\"quoted\"\"\"\r\n\r\n2;b\r\n\"\"\r\n"
    );
}

#[test]
fn a_text_is_cut_where_it_is_the_text_that_was_read() {
    let cut = |name: &str, bytes: &str, record, text: &str, span: Span| {
        let mut changes = Changes::default();
        let text_sha256 = hash::sha256(text.as_bytes());
        changes.cut(
            record,
            TextCut {
                spans: vec![span],
                text_sha256,
            },
        );
        let (out, uncut) = Written::new(name, bytes.as_bytes()).changed(&changes);
        (String::from_utf8(out).unwrap(), uncut)
    };
    let span = Span::new(2, 6);
    let text = "a \"é\" z";
    let line =
        "{\"x\":[1],\"text\":\"no\",\"text\":\"a \\\"\\u00e9\\\" z\" ,\"y\":2}\r\n{\"text\":\"b\"}";
    assert_eq!(
        cut("f.jsonl", line, Some(1), text, span),
        (
            "{\"x\":[1],\"text\":\"no\",\"text\":\"a  z\" ,\"y\":2}\r\n{\"text\":\"b\"}".into(),
            vec![],
        )
    );
    // Another text stays as it is.
    assert_eq!(
        cut("f.jsonl", line, Some(2), text, span),
        (line.into(), vec![Some(2)])
    );
    let plain = "\u{feff}a \"é\" z";
    assert_eq!(
        cut("f.txt", plain, None, text, span),
        ("\u{feff}a  z".into(), vec![])
    );
    let array = "[{\"text\": \"a \\\"é\\\" z\"}\n]";
    assert_eq!(
        cut("f.json", array, Some(1), text, span),
        ("[{\"text\": \"a  z\"}\n]".into(), vec![])
    );
    #[cfg(feature = "tables")]
    {
        let table = "text,id\r\n\"a \"\"é\"\" z\",1\r\nb,2";
        assert_eq!(
            cut("f.csv", table, Some(2), text, span),
            ("text,id\r\n\"a  z\",1\r\nb,2".into(), vec![])
        );
        let last = "id,text\n1,a\n2,ab,\n";
        assert_eq!(
            cut("f.csv", last, Some(2), "a", Span::new(0, 0)),
            ("id,text\n1,\"a\"\n2,ab,\n".into(), vec![])
        );
    }
}

#[test]
fn what_is_not_told_apart_by_records_is_refused() {
    let refused = |name: &str, bytes: &[u8]| {
        Written::new(name, bytes)
            .rewritable()
            .unwrap_err()
            .to_string()
    };
    let utf16: Vec<u8> = "\u{feff}{\"text\":\"a\"}\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(refused("f.jsonl", &utf16).contains("not in UTF-8"));
    #[cfg(feature = "web")]
    {
        let feed = b"<rss version=\"2.0\"><channel><item><title>a</title></item></channel></rss>";
        assert!(refused("f.xml", feed).contains("is a feed"));
        assert!(refused("f.warc", b"WARC/1.0\r\n").contains("web archive"));
    }
    assert!(refused("f.zip", b"PK\x03\x04").contains("is an archive"));
    // What is no article is copied.
    let pdf = Written::new("f.txt", b"%PDF-1.4 \xff");
    let mut out = Vec::new();
    pdf.rewritable()
        .unwrap()
        .write(&Changes::default(), &pdf.options, &mut out)
        .unwrap();
    assert_eq!(out, b"%PDF-1.4 \xff");
}

#[test]
fn a_file_that_was_changed_meanwhile_is_an_error() {
    let file = Written::new("f.jsonl", b"{\"text\":\"a\"}\n");
    let found = file.rewritable().unwrap();
    fs::write(&file.path, b"{\"text\":\"ab\"}\n").unwrap();
    let error = found.write(&without(&[1]), &file.options, &mut Vec::new());
    assert!(error.unwrap_err().to_string().contains("was changed"));
}

#[test]
#[cfg(feature = "packed")]
fn what_came_packed_is_packed_again() {
    let lines = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n".repeat(20);
    for packing in [Packing::Gzip, Packing::Zstd, Packing::Xz, Packing::Bzip2] {
        let mut packed = Vec::new();
        let mut packer = pack::Packer::new(packing, &mut packed).unwrap();
        packer.write_all(lines.as_bytes()).unwrap();
        packer.finish().unwrap();
        let out = leaves_the_rest_packed(&packed);
        assert_eq!(Packing::of(&out), Some(packing));
        let left = Written::new("f.jsonl.x", &out).given();
        assert_eq!(left.len(), 39);
        assert_eq!(left[0].1.as_deref(), Some("b"));
    }
}

#[cfg(feature = "packed")]
fn leaves_the_rest_packed(packed: &[u8]) -> Vec<u8> {
    let file = Written::new("f.jsonl.x", packed);
    assert_eq!(file.given().len(), 40);
    file.changed(&without(&[1])).0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn lines_are_numbered_as_they_are_read(
        // A mark in the midst of a file is of its line, and the file's once that comes first.
        bom: bool,
        pieces in prop::collection::vec(
            "(\n|\r\n| |\\{\"text\":\"[a-z]{1,9}\"\\}\r?\n|\\{\"text\":\"é\"\\}\n\n|\\{\"x\":1\\}\n|oops\n|\\{\"text\":\"[a-z]{1,3}\"\\})", 1..12,
        ),
        chosen in prop::collection::vec(any::<bool>(), 12),
    ) {
        let mark = if bom { "\u{feff}" } else { "" };
        leaves_the_rest("f.jsonl", format!("{mark}{}", pieces.concat()).as_bytes(), &chosen);
    }

    #[test]
    fn elements_are_numbered_as_they_are_read(
        elements in prop::collection::vec(
            "(\\{\"text\": ?\"[a-z\\],]{1,9}\"\\}|\\{\"text\":\n\"\\\\\"\",\"x\":\\[\\{\\}\\]\\}|\\{\"x\":1\\}|7|null)[ \n]{0,2}", 1..8,
        ),
        array: bool,
        chosen in prop::collection::vec(any::<bool>(), 8),
    ) {
        let json = match array {
            true => format!("[ {} ]\n", elements.join(",\n")),
            // One object a line would be JSON Lines.
            false => elements.iter().map(|e| e.replacen('{', "{\n", 1) + "\n").collect(),
        };
        // With nothing left it would be empty, which is no JSON.
        let chosen: Vec<bool> = (0..).zip(chosen).map(|(n, c)| c && (array || n > 0)).collect();
        // Scalars alone are no JSON file that is told by its content.
        prop_assume!(array || elements.iter().all(|e| e.starts_with('{')));
        leaves_the_rest("f.json", json.as_bytes(), &chosen);
    }
}

#[cfg(feature = "tables")]
mod tables {
    use std::sync::Arc;

    use ::parquet::{
        basic::Compression,
        data_type::{ByteArray, ByteArrayType, Int32Type},
        file::{
            metadata::KeyValue,
            properties::WriterProperties,
            reader::{FileReader, SerializedFileReader},
            writer::SerializedFileWriter,
        },
        schema::parser::parse_message_type,
    };

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn records_are_numbered_as_they_are_read(
            bom: bool,
            records in prop::collection::vec(
                "([0-9],\"[a-z\n\r,]{0,5}(\"\")?[a-z]{1,4}\"|[0-9],[a-z\"]{1,5}|\"\"|[0-9]|[0-9],a,b,c|,\"\")(\n|\r\n|\r|\n\n|\r\n\r\n)", 0..9,
            ),
            no_end: bool,
            chosen in prop::collection::vec(any::<bool>(), 9),
        ) {
            let mut table = format!("{}id,text\r\n{}", if bom { "\u{feff}" } else { "" }, records.concat());
            if no_end {
                table.truncate(table.trim_end().len());
            }
            leaves_the_rest("f.csv", table.as_bytes(), &chosen);
        }
    }

    /// Rows with a text each, a number that some lack, and a list of words.
    fn parquet(rows: usize, group_of: usize) -> Vec<u8> {
        let schema = "message s { optional binary text (UTF8); optional int32 n; \
            optional group words (LIST) { repeated group list { optional binary element (UTF8); } } }";
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_key_value_metadata(Some(vec![KeyValue::new("pandas".into(), "{}".to_string())]))
            .build();
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
        let all: Vec<usize> = (0..rows).collect();
        for some in all.chunks(group_of) {
            let mut group = file.next_row_group().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            let texts: Vec<ByteArray> = some
                .iter()
                .map(|r| format!("text {r} é").as_str().into())
                .collect();
            column
                .typed::<ByteArrayType>()
                .write_batch(&texts, Some(&vec![1; some.len()]), None)
                .unwrap();
            column.close().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            let levels: Vec<i16> = some.iter().map(|r| i16::from(r % 3 > 0)).collect();
            let numbers: Vec<i32> = some
                .iter()
                .filter(|r| *r % 3 > 0)
                .map(|r| *r as i32)
                .collect();
            column
                .typed::<Int32Type>()
                .write_batch(&numbers, Some(&levels), None)
                .unwrap();
            column.close().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            let (mut def, mut rep, mut words) = (Vec::new(), Vec::new(), Vec::<ByteArray>::new());
            for r in some {
                match r % 4 {
                    0 => (def.push(0), rep.push(0)),
                    1 => (def.push(1), rep.push(0)),
                    n => {
                        for i in 0..n {
                            let is_there = i != 1;
                            def.push(if is_there { 3 } else { 2 });
                            rep.push(i16::from(i > 0));
                            words.extend(is_there.then(|| format!("{r}.{i}").as_str().into()));
                        }
                        ((), ())
                    }
                };
            }
            column
                .typed::<ByteArrayType>()
                .write_batch(&words, Some(&def), Some(&rep))
                .unwrap();
            column.close().unwrap();
            group.close().unwrap();
        }
        file.into_inner().unwrap()
    }

    fn rows(bytes: Vec<u8>) -> (usize, Vec<String>) {
        let reader = SerializedFileReader::new(::bytes::Bytes::from(bytes)).unwrap();
        let file = reader.metadata().file_metadata();
        assert_eq!(file.key_value_metadata().unwrap()[0].key, "pandas");
        let groups = reader.metadata().row_groups().iter();
        for c in groups.flat_map(|g| g.columns()) {
            assert_eq!(c.compression(), Compression::SNAPPY);
        }
        let rows = reader
            .get_row_iter(None)
            .unwrap()
            .map(|r| r.unwrap().to_json_value().to_string());
        (reader.num_row_groups(), rows.collect())
    }

    #[test]
    fn rows_keep_all_their_columns() {
        let bytes = parquet(10_000, 6000);
        let (groups, all) = rows(bytes.clone());
        assert_eq!((groups, all.len()), (2, 10_000));
        assert!(all[2].contains("[\"2.0\",null]"), "{}", all[2]);
        let file = Written::new("f.parquet", &bytes);
        let left = |changes: &Changes| {
            let (out, uncut) = file.changed(changes);
            assert_eq!(uncut, []);
            rows(out)
        };
        assert_eq!(left(&Changes::default()), (2, all.clone()));
        let removed: Vec<u64> = (1..=6000)
            .filter(|r| r % 7 == 0 || (2000..4000).contains(r))
            .collect();
        let kept = |removed: &[u64]| -> Vec<String> {
            let kept = (1u64..)
                .zip(&all)
                .filter(|(r, _)| removed.binary_search(r).is_err());
            kept.map(|(_, row)| row.clone()).collect()
        };
        assert_eq!(left(&without(&removed)), (2, kept(&removed)));
        let first: Vec<u64> = (1..=6000).collect();
        assert_eq!(left(&without(&first)), (1, kept(&first)));
        let none: Vec<u64> = (1..=10_000).collect();
        assert_eq!(left(&without(&none)), (0, vec![]));
        let mut changes = without(&[2]);
        let text_sha256 = hash::sha256("text 2 é".as_bytes());
        changes.cut(
            Some(3),
            TextCut {
                spans: vec![Span::new(0, 5)],
                text_sha256,
            },
        );
        let (_, cut) = left(&changes);
        assert_eq!(cut[1], all[2].replace("text 2 é", "2 é"));
        assert_eq!(cut[2..], all[3..]);
    }

    #[test]
    fn a_broken_file_is_an_error() {
        let mut bytes = parquet(50, 50);
        for b in &mut bytes[20..200] {
            *b ^= 0x55;
        }
        let file = Written::new("f.parquet", &bytes);
        let error =
            file.rewritable()
                .unwrap()
                .write(&without(&[1]), &file.options, &mut Vec::new());
        assert!(error.unwrap_err().to_string().contains("is broken"));
    }
}
