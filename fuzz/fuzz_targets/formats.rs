//! A file of any format, by its name and content: no panic, and nothing but articles and errors comes of it. The first byte
//! chooses the name.
#![no_main]

use copytaster::read::{ReadOptions, read_named_bytes};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 14] = [
    "a.html", "a.xml", "a.rss", "a.json", "a.csv", "a.tsv", "a.warc", "a.txt", "a", "a.jsonl", "a.gz", "a.tar", "a.zip", "a.parquet",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let options = ReadOptions {
        max_record: 1 << 20,
        ..ReadOptions::default()
    };
    let input = read_named_bytes(bytes.to_vec(), name, &options);
    for d in &input.documents {
        assert!(d.path.starts_with(name) && d.text.len() < 64 << 20);
    }
    for e in &input.errors {
        assert!(!e.message.is_empty() && e.path.starts_with(name));
    }
});
