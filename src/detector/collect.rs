//! From articles as they come to a corpus of which pairs can be proposed: samples of each are taken, and families and
//! boilerplate found in them.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::{
    Article, Detector,
    corpus::{Corpus, Digest},
};
use crate::{
    boilerplate::{self, Common, Line},
    candidate::{
        families::{self, Families, band_posting},
        postings::{self, Place, Postings, posting},
        propose::Proposer,
    },
    document::Document,
    error::Result,
    partitions::{Builder, Partitions},
    shingle,
    sketch::winnow::{SEEDS, Seed, Winnowing},
    spool::Scratch,
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
}

/// References come last, so that what is reported is a prefix.
fn in_order(x: &Document, y: &Document) -> Ordering {
    (x.reference.is_some(), &x.id).cmp(&(y.reference.is_some(), &y.id))
}

/// Samples of articles, of many at a time.
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
}

/// Buffers for samples before they are handed on.
#[derive(Default)]
struct Batch {
    runs: Vec<u64>,
    sketch: Vec<u32>,
    sampled: Vec<Seed>,
    seeds: Vec<u128>,
    bands: Vec<u128>,
    lines: Vec<Line>,
}

impl Detector {
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
        let (articles, digests) = self.sample(documents, &samples)?;
        let corpus = Corpus::held(articles, digests, self.settings.k);
        self.find_common(corpus, samples, scratch)
    }

    /// Reads `documents` and takes samples of them; the articles, and what is always kept of each.
    fn sample(
        &self,
        documents: Vec<Document>,
        samples: &Samples,
    ) -> Result<(Vec<Article>, Vec<Digest>)> {
        let read: Vec<Vec<(Article, Digest)>> = documents
            .into_par_iter()
            .enumerate()
            .chunks(BATCH)
            .map_init(Batch::default, |batch, documents| {
                let read = documents
                    .into_iter()
                    .map(|(x, d)| {
                        let article = Article::new(d, &self.agencies);
                        self.sample_of(&article, x as u32, batch);
                        let digest = Digest::of(&article);
                        (article, digest)
                    })
                    .collect();
                postings::spread(&samples.seeds, &batch.seeds)?;
                postings::spread(&samples.bands, &batch.bands)?;
                boilerplate::spread(&samples.lines, &batch.lines)?;
                batch.seeds.clear();
                batch.bands.clear();
                batch.lines.clear();
                Ok(read)
            })
            .collect::<Result<_>>()?;
        Ok(read.into_iter().flatten().unzip())
    }

    /// Adds the samples of article `x`.
    fn sample_of(&self, article: &Article, x: u32, batch: &mut Batch) {
        let tokens = &article.tokens.hashes;
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
        boilerplate::lines(x, &article.tokens, &article.parts, &mut batch.lines);
    }

    /// Finds families and boilerplate.
    fn find_common(
        &self,
        mut corpus: Corpus,
        samples: Samples,
        scratch: &Scratch,
    ) -> Result<Prepared> {
        let index = |x: u32| x;
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
        corpus.mark(&marks);
        // What is boilerplate is reported, and neither makes kin nor proposes a pair.
        let postings = if marks.is_empty() {
            postings
        } else {
            postings.without(|p: Place| marks.holds(p.article, p.at), scratch)?
        };
        let families = families.grown(&postings, scratch, |x| {
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
            |x| Ok(self.sketch_of(&*corpus.article(x)?)),
            |x, y| {
                let [x, y] = [x, y].map(|x| &corpus.digest(x).scope);
                self.out_of_scope(x, y).is_none()
            },
        )?;
        Ok(Prepared {
            corpus,
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
        shingle::list(&a.tokens.hashes, self.settings.k, &mut shingles);
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
