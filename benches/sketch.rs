//! Cost of sketching one article, by scheme and number of shingles.
//!
//! Compare within one run only: `docs/sketch.md` gives ratios for that reason.

mod variants;

use copytaster::sketch::minhash::SketchParams;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use variants::{CANDIDATES, Random};

/// Shingles over all the articles of one size: enough articles that the branch predictor cannot
/// learn them, few enough that they stay in the cache.
const SHINGLES: usize = 50_000;

fn sketch(c: &mut Criterion) {
    for size in [5, 50, 400, 5_000] {
        let mut random = Random::new(size as u64);
        let mut article = || (0..size).map(|_| random.next()).collect::<Vec<u64>>();
        let articles: Vec<_> = (0..(SHINGLES / size).min(500)).map(|_| article()).collect();

        let mut group = c.benchmark_group(format!("sketch/{size}"));
        group
            .throughput(Throughput::Elements(size as u64))
            .sample_size(20)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1));
        for (name, make) in CANDIDATES {
            let mut scheme = make(SketchParams::DEFAULT_SLOTS, SketchParams::DEFAULT_SEED);
            let mut next = articles.iter().cycle();
            let mut out = Vec::new();
            group.bench_function(BenchmarkId::from_parameter(name), |b| {
                b.iter(|| {
                    if let Some(shingles) = next.next() {
                        scheme.sketch(black_box(shingles), &mut out);
                    }
                    black_box(out.first().copied())
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, sketch);
criterion_main!(benches);
