//! From articles as they come to a corpus of which pairs can be proposed: samples of each are taken, and families and
//! boilerplate found in them.

use std::{cmp::Ordering, path::Path, sync::Arc};

use rayon::prelude::*;

use super::{
    Article, Detector, Scan,
    corpus::{Corpus, Digest},
    shelf::{self, Pile, Shelf},
};
use crate::{
    boilerplate::{self, Common, Line, Marks},
    candidate::{
        families::{self, Families, band_posting},
        postings::{self, Place, Postings, posting},
        propose::Proposer,
    },
    document::Document,
    error::{Error, ErrorKind, Result},
    partitions::{Builder, Partitions},
    shingle,
    sketch::winnow::{SEEDS, Seed, Winnowing},
    spool::{Scratch, Spool},
    text::Tokens,
};

/// Articles of at most this many tokens keep every run as a seed, so that short ones are compared exactly.
pub const SHORT_ARTICLE: usize = 200;

/// Articles whose samples are handed on together.
const BATCH: usize = 1024;

/// A corpus before any two of its articles are compared.
pub(super) struct Prepared {
    pub(super) corpus: Corpus,
    pub(super) proposer: Proposer,
    pub(super) common: Common,
    pub(super) marks: Arc<Marks>,
}

/// All `items`, in the order of their indices in `order`.
fn arranged<T: Default>(mut items: Vec<T>, order: &[u32]) -> Vec<T> {
    order
        .iter()
        .map(|i| std::mem::take(&mut items[*i as usize]))
        .collect()
}

/// References come last, so that what is reported is a prefix.
fn in_order(x: &Document, y: &Document) -> Ordering {
    (x.reference.is_some(), &x.id).cmp(&(y.reference.is_some(), &y.id))
}

/// Samples of articles, of many at a time.
#[derive(Debug)]
struct Samples {
    /// Passage seeds.
    seeds: Builder<u128>,
    /// Bands of sketches.
    bands: Builder<u128>,
    /// Lines that may be boilerplate.
    lines: Builder<Line>,
}

impl Samples {
    fn new(scratch: &Scratch) -> Result<Self> {
        Ok(Self {
            seeds: Builder::new(scratch)?,
            bands: Builder::new(scratch)?,
            lines: Builder::new(scratch)?,
        })
    }

    fn spilled(&self) -> u64 {
        self.seeds.spilled() + self.bands.spilled() + self.lines.spilled()
    }
}

/// Buffers for samples before they are handed on.
#[derive(Default)]
pub(super) struct Batch {
    runs: Vec<u64>,
    sketch: Vec<u32>,
    sampled: Vec<Seed>,
    pub(super) seeds: Vec<u128>,
    pub(super) bands: Vec<u128>,
    pub(super) lines: Vec<Line>,
}

impl Batch {
    fn hand_to(&mut self, samples: &Samples) -> Result<()> {
        postings::spread(&samples.seeds, &self.seeds)?;
        postings::spread(&samples.bands, &self.bands)?;
        boilerplate::spread(&samples.lines, &self.lines)?;
        self.seeds.clear();
        self.bands.clear();
        self.lines.clear();
        Ok(())
    }
}

/// Takes articles in, a batch at a time, that together are too many for memory: only digests of them are held, the rest goes
/// to temporary files.
#[derive(Debug)]
pub struct Collector<'d> {
    detector: &'d Detector,
    scratch: Scratch,
    samples: Samples,
    pile: Pile,
    digests: Vec<Digest>,
    places: Vec<shelf::Place>,
    ids: Vec<(Box<str>, bool)>,
}

impl Collector<'_> {
    /// Takes in articles.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: no room for temporary files;
    /// [`ErrorKind::Limit`]: more articles than can be counted.
    pub fn add(&mut self, documents: Vec<Document>) -> Result<()> {
        let from = self.digests.len();
        let articles = self.detector.read(documents);
        let taken = self.detector.sample(&articles, from, &self.samples, |a| {
            Ok((self.pile.put(a)?, a.document.id.as_str().into()))
        })?;
        for ((place, id), digest) in taken {
            self.digests.push(digest);
            self.places.push(place);
            self.ids.push((id, false));
        }
        Ok(())
    }

    /// How many articles were taken in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.digests.len()
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    /// The ids of the articles, in the order in which they came.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(|(id, _)| &**id)
    }

    /// SHA-256 of the text of the article that came as number `i`, from 0.
    #[must_use]
    pub fn text_sha256(&self, i: usize) -> [u8; 32] {
        self.places[i].text_sha256()
    }

    /// Gives an article another id than it came with, which goes on as its `source_id`.
    pub fn rename(&mut self, i: usize, id: &str) {
        self.ids[i] = (id.into(), true);
    }

    /// Scans what was taken in; ids must be unique. The result is that of [`Detector::scan`], but that the articles are had
    /// one by one ([`Scan::article`]) and passages without the runs of matched tokens inside them.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: no room for temporary files.
    pub fn finish(self) -> Result<Scan> {
        let Self {
            detector,
            scratch,
            samples,
            pile,
            digests,
            places,
            ids,
        } = self;
        let mut order: Vec<u32> = (0..digests.len() as u32).collect();
        let key = |i: &u32| {
            let i = *i as usize;
            (digests[i].is_reference, &*ids[i].0)
        };
        order.par_sort_unstable_by(|i, j| key(i).cmp(&key(j)));
        let mut index = vec![0; order.len()];
        for (x, i) in order.iter().enumerate() {
            index[*i as usize] = x as u32;
        }
        let digests = arranged(digests, &order);
        let shelf = Shelf::new(pile, arranged(places, &order), arranged(ids, &order));
        drop(order);
        let corpus = Corpus::shelved(shelf, digests, detector.settings.k);
        let prepared = detector.find_common(corpus, samples, |i| index[i as usize], &scratch)?;
        drop(index);
        detector.compare_proposed(prepared, &scratch)
    }

    /// Bytes in temporary files so far.
    #[must_use]
    pub fn spilled(&self) -> u64 {
        self.pile.spilled() + self.samples.spilled()
    }
}

impl Detector {
    /// Takes in articles that are too many for memory; temporary files are made in `folder`.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where none can be made there.
    pub fn collector(&self, folder: &Path) -> Result<Collector<'_>> {
        let scratch = Scratch::Folder(folder.into());
        Ok(Collector {
            detector: self,
            samples: Samples::new(&scratch)?,
            pile: Pile::new(
                Spool::new(folder)?,
                Spool::new(folder)?,
                Arc::clone(&self.agencies),
            ),
            scratch,
            digests: Vec::new(),
            places: Vec::new(),
            ids: Vec::new(),
        })
    }

    /// Reads all articles, finds their families and boilerplate, and makes ready to propose pairs.
    pub(super) fn prepare(
        &self,
        mut documents: Vec<Document>,
        scratch: &Scratch,
    ) -> Result<Prepared> {
        if !documents.is_sorted_by(|x, y| in_order(x, y).is_le()) {
            documents.par_sort_by(in_order);
        }
        let samples = Samples::new(scratch)?;
        let articles = self.read(documents);
        let digests = self.sample(&articles, 0, &samples, |_| Ok(()))?;
        let digests = digests.into_iter().map(|(_, d)| d).collect();
        let corpus = Corpus::held(articles, digests, self.settings.k);
        self.find_common(corpus, samples, |x| x, scratch)
    }

    fn read(&self, documents: Vec<Document>) -> Vec<Article> {
        let documents = documents.into_par_iter();
        documents
            .map_init(Tokens::default, |tokens, d| {
                Article::read(d, &self.agencies, tokens)
            })
            .collect()
    }

    /// Takes samples of `articles`, the first of which came as number `from`; what `keep` makes of each, and what is always
    /// kept of it.
    fn sample<K: Send>(
        &self,
        articles: &[Article],
        from: usize,
        samples: &Samples,
        keep: impl Fn(&Article) -> Result<K> + Sync,
    ) -> Result<Vec<(K, Digest)>> {
        if u32::try_from(from + articles.len()).is_err() {
            return Err(Error::new(
                ErrorKind::Limit,
                "more articles than can be counted in 32 bits",
            ));
        }
        let taken: Vec<Vec<(K, Digest)>> = articles
            .par_chunks(BATCH)
            .enumerate()
            .map_init(Batch::default, |batch, (n, articles)| {
                let mut taken = Vec::with_capacity(articles.len());
                for (i, a) in articles.iter().enumerate() {
                    self.sample_of(a, (from + n * BATCH + i) as u32, batch);
                    taken.push((keep(a)?, Digest::of(a)));
                }
                batch.hand_to(samples)?;
                Ok(taken)
            })
            .collect::<Result<_>>()?;
        Ok(taken.into_iter().flatten().collect())
    }

    /// Adds the samples of article `x`.
    pub(super) fn sample_of(&self, article: &Article, x: u32, batch: &mut Batch) {
        let tokens = &article.hashes;
        if tokens.is_empty() {
            return;
        }
        batch.sampled.clear();
        seeds(tokens, self.settings.k, &mut batch.runs, &mut batch.sampled);
        let of_seed = |s: &Seed| posting(s.hash, x, s.at);
        batch.seeds.extend(batch.sampled.iter().map(of_seed));
        shingle::list(tokens, self.settings.k, &mut batch.runs);
        self.sketch.sketch_into(&batch.runs, &mut batch.sketch);
        let bands = batch.sketch.chunks_exact(self.banding.rows);
        let of_band = |(band, slots): (usize, &[u32])| band_posting(band, slots, x);
        batch
            .bands
            .extend(bands.take(self.banding.bands).enumerate().map(of_band));
        boilerplate::lines(x, &article.hashes, &article.parts, &mut batch.lines);
    }

    /// Finds families and boilerplate.
    fn find_common(
        &self,
        mut corpus: Corpus,
        samples: Samples,
        index: impl Fn(u32) -> u32 + Sync + Copy,
        scratch: &Scratch,
    ) -> Result<Prepared> {
        let families = {
            let bands = samples.bands.finish();
            Families::find(corpus.len(), &bands, index, |x, y| {
                self.is_kin(&corpus, x, y)
            })?
        };
        let postings = {
            let seeds: Partitions<u128> = samples.seeds.finish();
            Postings::build(&seeds, index, scratch)?
        };
        let (common, marks) = boilerplate::find(
            &corpus,
            &samples.lines.finish(),
            index,
            &postings,
            &families,
            scratch,
        )?;
        // What is boilerplate is reported, and neither makes kin nor proposes a pair.
        let is_marked = |p: &Place| marks.holds(p.article, p.at);
        let families = families.grown(&postings, scratch, is_marked, |x| {
            let seeds = boilerplate::Articles::seeds(&corpus, x)?;
            let outside = seeds.iter().filter(|s| !marks.holds(x, s.at));
            let mut hashes: Vec<u64> = outside.map(|s| s.hash).collect();
            hashes.sort_unstable();
            Ok(families::Seeds {
                hashes,
                total: seeds.len(),
            })
        })?;
        let within = families.pairs_of_large(
            &postings,
            is_marked,
            |x| Ok(self.sketch_of(&*corpus.article(x)?)),
            |x, y| {
                let [x, y] = [x, y].map(|x| &corpus.digest(x).scope);
                self.out_of_scope(x, y).is_none()
            },
        )?;
        let marks = Arc::new(marks);
        corpus.mark(&marks);
        Ok(Prepared {
            corpus,
            marks,
            proposer: Proposer::new(postings, families, within),
            common,
        })
    }

    /// Whether two articles whose sketches meet are of one family.
    fn is_kin(&self, corpus: &Corpus, x: u32, y: u32) -> Result<bool> {
        if corpus.digest(x).is_same_text(corpus.digest(y)) {
            return Ok(true);
        }
        let k = self.settings.k;
        let (a, b) = (corpus.article(x)?, corpus.article(y)?);
        Ok(shingle::jaccard(a.shingles(k), b.shingles(k)) >= self.settings.jaccard)
    }

    pub(super) fn sketch_of(&self, a: &Article) -> Vec<u32> {
        let (mut shingles, mut out) = (Vec::new(), Vec::new());
        shingle::list(&a.hashes, self.settings.k, &mut shingles);
        self.sketch.sketch_into(&shingles, &mut out);
        out
    }
}

/// Appends the passage seeds of an article to `out`; `scratch` is reused.
pub(super) fn seeds(tokens: &[u32], k: usize, scratch: &mut Vec<u64>, out: &mut Vec<Seed>) {
    // An article shorter than a seed is one seed.
    let run = SEEDS.run.min(k).min(tokens.len());
    let window = if tokens.len() <= SHORT_ARTICLE {
        1
    } else {
        SEEDS.guarantee() + 1 - run
    };
    Winnowing { run, window }.seeds(tokens, scratch, out);
}
