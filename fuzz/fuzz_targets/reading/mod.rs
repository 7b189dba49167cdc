//! Reads bytes as a file of a name: no panic, and nothing but articles and errors comes of it.

use copytaster::read::{ReadOptions, read_named_bytes};

pub fn read(bytes: &[u8], name: &str) {
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
}
