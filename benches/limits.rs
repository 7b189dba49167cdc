//! What the machine can do with the same bytes: to read them, to look at each, to check, to hash them. The stages of
//! `benches/stages.rs` are to be seen beside these; one thread, as there.

mod made;

use std::{
    fs::File,
    hint::black_box,
    io::{self, Read, Write},
    time::Duration,
};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use made::{Kind, Maker};
use sha2::{Digest, Sha256};

/// Articles: enough to overflow the caches.
const ARTICLES: u64 = 20_000;
/// Bytes read at a time, as `cat` does.
const PIECE: usize = 128 << 10;

fn limits(c: &mut Criterion) {
    for (name, kind) in [("plain", Kind::Plain), ("messy", Kind::Messy)] {
        let mut bytes = Vec::new();
        for made in Maker::new(kind, 1).corpus(ARTICLES) {
            serde_json::to_writer(&mut bytes, &made).expect("a record is JSON");
            bytes.push(b'\n');
        }
        let mut group = c.benchmark_group(format!("limits/{name}"));
        group
            .throughput(Throughput::Bytes(bytes.len() as u64))
            .sample_size(10)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1));
        let file = saved(&bytes).expect("a temporary file");
        group.bench_function("read", |b| b.iter(|| all_read(file.path())));
        group.bench_function("memchr", |b| {
            b.iter(|| memchr::memchr_iter(b'\n', black_box(&bytes)).count());
        });
        group.bench_function("utf8", |b| {
            b.iter(|| simdutf8::basic::from_utf8(black_box(&bytes)).is_ok());
        });
        group.bench_function("xxh3", |b| {
            b.iter(|| xxhash_rust::xxh3::xxh3_64(black_box(&bytes)));
        });
        group.bench_function("sha256", |b| b.iter(|| Sha256::digest(black_box(&bytes))));
        group.finish();
    }
}

fn saved(bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(bytes)?;
    Ok(file)
}

/// As many bytes as stand in a file, all read.
fn all_read(path: &std::path::Path) -> io::Result<usize> {
    let (mut file, mut piece, mut all) = (File::open(path)?, vec![0; PIECE], 0);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(all),
            n => all += n,
        }
    }
}

criterion_group!(benches, limits);
criterion_main!(benches);
