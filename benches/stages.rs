//! Cost of each stage of a scan, and of a whole one, on made-up articles: `plain` in ASCII, `messy` with accents, Cyrillic and
//! curly quotes. One thread, so that a figure is that of the code and not of the machine.
//!
//! Compare within one run only: `docs/performance.md` says what the figures mean.

mod made;

use std::{
    error::Error,
    hint::black_box,
    io::{self, Write},
    time::Duration,
};

use copytaster::{
    align::{Aligner, Side, similarity::least_passage},
    candidate::{
        families::{Families, band_posting},
        postings::{self, Postings, posting},
        propose::{Partners, Proposer, lesser},
    },
    detector::{Article, Comparison, Detector},
    document::{Document, Meta, Moment},
    hash,
    partitions::{Builder, PARTITIONS, Partitions},
    provenance::direction::{Party, weigh},
    read::{self, ReadOptions},
    recognise,
    report::{
        jsonl::Jsonl,
        outcome::{Outcome, Reading, Show},
    },
    settings::Settings,
    shingle,
    sketch::{minhash::SketchParams, winnow::SEEDS},
    spool::Scratch,
    text::{self, Tokens},
};
use criterion::{
    BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main,
    measurement::WallTime,
};
use made::{Kind, Made, Maker};
use rayon::ThreadPoolBuilder;
use serde_json::Value;

type Fallible<T = ()> = Result<T, Box<dyn Error>>;

/// Articles of the corpus that is scanned.
const ARTICLES: u64 = 1000;
const SEED: u64 = 1;

/// A corpus with what the earlier stages make of it, so that each stage runs alone.
struct Corpus {
    detector: Detector,
    k: usize,
    records: Vec<Made>,
    articles: Vec<Article>,
    /// Shingles of each article, in order, repeats kept.
    lists: Vec<Vec<u64>>,
    /// The same as sets.
    sets: Vec<Vec<u64>>,
    /// Bands of the sketches.
    bands: Partitions<u128>,
    /// Passage seeds.
    seeds: Partitions<u128>,
    /// Pairs that are matches, with what comparing them shows.
    matches: Vec<(usize, usize, Comparison)>,
}

impl Corpus {
    fn new(kind: Kind) -> Fallible<Self> {
        let settings = Settings::default();
        let k = settings.k;
        let params = SketchParams::new(settings.slots, SketchParams::DEFAULT_SEED)?;
        let detector = Detector::new(settings)?;
        let records: Vec<Made> = Maker::new(kind, SEED).corpus(ARTICLES).collect();
        let article = |r: &Made| Article::new(document(r), detector.agencies());
        let articles: Vec<Article> = records.iter().map(article).collect();
        let (bands, seeds) = (
            Builder::new(&Scratch::Memory)?,
            Builder::new(&Scratch::Memory)?,
        );
        let banding = detector.banding();
        let (mut lists, mut sketch) = (Vec::new(), Vec::new());
        for (x, a) in (0..).zip(&articles) {
            let (mut list, mut sampled) = (Vec::new(), Vec::new());
            SEEDS.seeds(&a.hashes, &mut list, &mut sampled);
            let of_seeds: Vec<u128> = sampled.iter().map(|s| posting(s.hash, x, s.at)).collect();
            postings::spread(&seeds, &of_seeds)?;
            shingle::list(&a.hashes, k, &mut list);
            params.sketch_into(&list, &mut sketch);
            let slots = sketch.chunks_exact(banding.rows).take(banding.bands);
            let of_bands: Vec<u128> = slots
                .enumerate()
                .map(|(band, slots)| band_posting(band, slots, x))
                .collect();
            postings::spread(&bands, &of_bands)?;
            lists.push(list);
        }
        let sets = articles.iter().map(|a| shingle::set(&a.hashes, k));
        let scan = detector.scan(records.iter().map(document).collect())?;
        // Articles are in the order of their ids here as there.
        let matches = scan.matches.iter().map(|m| {
            let (a, b) = (m.a as usize, m.b as usize);
            (a, b, detector.compare_pair(&articles[a], &articles[b]))
        });
        Ok(Self {
            k,
            matches: matches.collect(),
            sets: sets.collect(),
            lists,
            bands: bands.finish(),
            seeds: seeds.finish(),
            detector,
            records,
            articles,
        })
    }

    fn documents(&self) -> Vec<Document> {
        self.records.iter().map(document).collect()
    }

    fn bytes(&self) -> Throughput {
        Throughput::Bytes(self.records.iter().map(|r| r.text.len() as u64).sum())
    }

    fn tokens(&self) -> Throughput {
        let tokens = self.articles.iter().map(|a| a.hashes.len() as u64);
        Throughput::ElementsAndBytes {
            elements: tokens.sum(),
            bytes: self.records.iter().map(|r| r.text.len() as u64).sum(),
        }
    }

    /// The tokens of both articles of each match.
    fn tokens_of_pairs(&self) -> Throughput {
        let tokens = |x: usize| self.articles[x].hashes.len() as u64;
        let of_pairs = self.matches.iter().map(|m| tokens(m.0) + tokens(m.1));
        Throughput::Elements(of_pairs.sum())
    }

    fn pairs(&self) -> impl Iterator<Item = [&Article; 2]> {
        let article = |x: usize| &self.articles[x];
        self.matches
            .iter()
            .map(move |m| [article(m.0), article(m.1)])
    }

    fn families(&self) -> Fallible<Families> {
        let jaccard = self.detector.settings().jaccard;
        Ok(Families::find(
            self.articles.len(),
            &self.bands,
            |x| x,
            |x, y| {
                let [a, b] = [x, y].map(|x| &self.sets[x as usize]);
                Ok(shingle::jaccard(a, b) >= jaccard)
            },
        )?)
    }

    fn postings(&self) -> Fallible<Postings> {
        Ok(Postings::build(&self.seeds, |x| x, &Scratch::Memory)?)
    }
}

fn document(r: &Made) -> Document {
    Document {
        id: r.id.clone(),
        text: r.text.clone(),
        meta: Meta {
            outlet: Some(r.outlet.clone()),
            published: Some(Moment::parse(&r.published, "field")),
            ..Meta::default()
        },
        ..Document::default()
    }
}

fn side(a: &Article) -> Side<'_> {
    Side {
        text: &a.document.text,
        hashes: &a.hashes,
        spans: a.spans(),
        parts: &a.parts,
    }
}

/// A sink that counts.
#[derive(Default)]
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Group<'c> = BenchmarkGroup<'c, WallTime>;
type Stage = fn(&mut Group<'_>, &str, &Corpus) -> Fallible;

/// In the order in which a scan goes through them.
const STAGES: [(&str, Stage); 15] = [
    ("read", read),
    ("sha256", sha256),
    ("tokens", tokens),
    ("recognise", recognise),
    ("shingles", shingles),
    ("seeds", seeds),
    ("sketch", sketch),
    ("bands", bands),
    ("postings", postings),
    ("hits", hits),
    ("partners", looked_at),
    ("verify", verify),
    ("align", align),
    ("provenance", provenance),
    ("report", report),
];

fn read(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile()?;
    for r in &corpus.records {
        serde_json::to_writer(&mut file, r)?;
        file.write_all(b"\n")?;
    }
    let path = [file.path().to_string_lossy().into_owned()];
    let options = ReadOptions::default();
    group.throughput(Throughput::Bytes(file.as_file().metadata()?.len()));
    group.bench_function(name, |b| {
        b.iter(|| read::read_all(&path, &options, &|_| {}).documents.len());
    });
    Ok(())
}

fn sha256(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    group.throughput(corpus.bytes());
    group.bench_function(name, |b| {
        b.iter(|| {
            for r in &corpus.records {
                black_box(hash::sha256(r.text.as_bytes()));
            }
        });
    });
    Ok(())
}

fn tokens(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let mut out = Tokens::default();
    group.throughput(corpus.tokens());
    group.bench_function(name, |b| {
        b.iter(|| {
            for r in &corpus.records {
                out.clear();
                text::tokenize_into(&r.text, &mut out);
                black_box(&out);
            }
        });
    });
    Ok(())
}

fn recognise(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let agencies = corpus.detector.agencies();
    // Those of an article have given their flags to its parts.
    let read = |r: &Made| text::tokenize(&r.text);
    let tokens: Vec<Tokens> = corpus.records.iter().map(read).collect();
    group.throughput(corpus.tokens());
    group.bench_function(name, |b| {
        b.iter(|| {
            for (r, tokens) in corpus.records.iter().zip(&tokens) {
                black_box(recognise::read(&r.text, tokens, None, agencies));
            }
        });
    });
    Ok(())
}

fn shingles(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    group.throughput(corpus.tokens());
    group.bench_function(name, |b| {
        b.iter(|| {
            for a in &corpus.articles {
                black_box(shingle::set(&a.hashes, corpus.k));
            }
        });
    });
    Ok(())
}

fn seeds(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let (mut runs, mut out) = (Vec::new(), Vec::new());
    group.throughput(corpus.tokens());
    group.bench_function(name, |b| {
        b.iter(|| {
            for a in &corpus.articles {
                out.clear();
                SEEDS.seeds(&a.hashes, &mut runs, &mut out);
                black_box(&out);
            }
        });
    });
    Ok(())
}

fn sketch(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let slots = corpus.detector.settings().slots;
    let params = SketchParams::new(slots, SketchParams::DEFAULT_SEED)?;
    let mut out = Vec::new();
    group.throughput(corpus.tokens());
    group.bench_function(name, |b| {
        b.iter(|| {
            for list in &corpus.lists {
                params.sketch_into(list, &mut out);
                black_box(&out);
            }
        });
    });
    Ok(())
}

/// Families by bands of sketches; the sets of shingles that confirm them are there already.
fn bands(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    group.throughput(corpus.tokens());
    group.bench_function(name, |b| b.iter(|| corpus.families().map(|f| f.len())));
    Ok(())
}

fn postings(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    group.throughput(corpus.tokens());
    group.bench_function(name, |b| b.iter(|| corpus.postings().map(|p| p.spilled())));
    Ok(())
}

fn hits(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let proposer = Proposer::new(corpus.postings()?, corpus.families()?, Vec::new());
    group.throughput(corpus.tokens());
    group.bench_function(name, |b| {
        b.iter(|| {
            proposer
                .hits(&Scratch::Memory, |_| false)
                .map(|(hits, _)| hits.len())
        });
    });
    Ok(())
}

/// Which of the articles that share a seed are worth aligning.
fn looked_at(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let proposer = Proposer::new(corpus.postings()?, corpus.families()?, Vec::new());
    let (of_partition, _) = proposer.hits(&Scratch::Memory, |_| false)?;
    let mut hits = Vec::new();
    for p in 0..PARTITIONS {
        hits.extend_from_slice(of_partition.of(p, &mut Vec::new())?);
    }
    hits.sort_unstable();
    let tokens = |x: u32| Ok(&corpus.articles[x as usize].hashes[..]);
    let mut partners = Partners::default();
    group.throughput(Throughput::Elements(hits.len() as u64));
    group.bench_function(name, |b| {
        b.iter(|| {
            for of_article in hits.chunk_by(|h, k| lesser(*h) == lesser(*k)) {
                let _ = black_box(partners.of(of_article, tokens));
            }
        });
    });
    Ok(())
}

/// Exact Jaccard of the pairs that are matches.
fn verify(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    group.throughput(corpus.tokens_of_pairs());
    group.bench_function(name, |b| {
        b.iter(|| {
            for (x, y, _) in &corpus.matches {
                black_box(shingle::jaccard(&corpus.sets[*x], &corpus.sets[*y]));
            }
        });
    });
    Ok(())
}

fn align(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let mut aligner = Aligner::default();
    group.throughput(corpus.tokens_of_pairs());
    group.bench_function(name, |b| {
        b.iter(|| {
            for [x, y] in corpus.pairs() {
                aligner.first(side(x));
                let least = least_passage(&x.parts, &y.parts);
                black_box(aligner.align(side(x), side(y), least));
            }
        });
    });
    Ok(())
}

/// Where every article stands, and who of each match has it from whom.
fn provenance(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let detector = &corpus.detector;
    group.throughput(corpus.tokens());
    group.bench_function(name, |b| {
        b.iter(|| {
            let standings: Vec<_> = corpus
                .articles
                .iter()
                .map(|a| detector.standing_of(a))
                .collect();
            let party = |x: usize| Party {
                standing: &standings[x],
                document: &corpus.articles[x].document,
                text: corpus.articles[x].outline(),
                matches: 1,
            };
            for (x, y, c) in &corpus.matches {
                let (x, y) = (party(*x), party(*y));
                black_box(weigh(
                    &x,
                    &y,
                    c.shared.containment,
                    &[],
                    detector.agencies(),
                ));
            }
        });
    });
    Ok(())
}

fn report(group: &mut Group<'_>, name: &str, corpus: &Corpus) -> Fallible {
    let scan = corpus.detector.scan(corpus.documents())?;
    let agencies = corpus.detector.agencies().clone();
    let outcome = Outcome::new(scan, Reading::default(), Value::Null, agencies);
    let write = || {
        let mut sink = Jsonl(Count::default());
        outcome.write(&Show::default(), &mut sink)?;
        Ok::<_, io::Error>(sink.0.0)
    };
    group.throughput(Throughput::Bytes(write()?));
    group.bench_function(name, |b| b.iter(|| write().ok()));
    Ok(())
}

/// All but reading and the report.
fn scan(group: &mut Group<'_>, name: &str, corpus: &Corpus) {
    group.throughput(corpus.tokens()).sample_size(10);
    group.bench_function(name, |b| {
        let documents = || corpus.documents();
        let scan = |d| corpus.detector.scan(d).map(|scan| scan.matches.len());
        b.iter_batched(documents, scan, BatchSize::LargeInput);
    });
}

fn all(c: &mut Criterion) -> Fallible {
    let corpora = [
        ("plain", Corpus::new(Kind::Plain)?),
        ("messy", Corpus::new(Kind::Messy)?),
    ];
    for (stage, bench) in STAGES {
        let mut group = c.benchmark_group(stage);
        group
            .sample_size(20)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(2));
        for (name, corpus) in &corpora {
            bench(&mut group, name, corpus)?;
        }
    }
    let mut group = c.benchmark_group("scan");
    group
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4));
    for (name, corpus) in &corpora {
        scan(&mut group, name, corpus);
    }
    Ok(())
}

fn stages(c: &mut Criterion) {
    // The only thread there is: `RAYON_NUM_THREADS` is not asked.
    ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build_global()
        .expect("no pool was made before");
    all(c).expect("made-up articles are scanned");
}

criterion_group!(benches, stages);
criterion_main!(benches);
