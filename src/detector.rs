//! The engine put together: articles in, matches and clusters out. The only file that knows all its stages.

use std::{ops::Range, sync::OnceLock};

use rayon::prelude::*;

use crate::{
    align::{Aligned, Aligner, Side, similarity::{Relation, Shared, least_passage}},
    candidate::{postings::Postings, propose::{Families, Proposer}},
    cluster::{self, Edge, Sets},
    document::Document,
    error::Result,
    hash,
    recognise::Parts,
    settings::{PairScope, Settings},
    shingle,
    sketch::winnow::{Seed, Winnowing},
    text::{self, Tokens},
};

/// Seeds: runs of 5 tokens, one of 8, so that a common run of 12 is found.
pub const SEEDS: Winnowing = Winnowing { run: 4, window: 9 };
/// Articles of at most this many tokens keep every run as a seed, so that short ones are compared exactly.
pub const SHORT_ARTICLE: usize = 200;

/// An article with what the engine reads in it.
#[derive(Debug)]
pub struct Article {
    /// The document as read.
    pub document: Document,
    /// Its tokens.
    pub tokens: Tokens,
    /// What its parts are.
    pub parts: Parts,
    sequence: u128,
    shingles: OnceLock<Vec<u64>>,
}

impl Article {
    /// Reads `document`.
    #[must_use]
    pub fn new(document: Document) -> Self {
        let tokens = text::tokenize(&document.text);
        let parts = Parts::of(&document.text, &tokens);
        let sequence = hash::sequence(&tokens.hashes);
        Self { document, tokens, parts, sequence, shingles: OnceLock::new() }
    }

    /// Its set of shingles of `k` tokens; computed once, so `k` must not change from call to call.
    fn shingles(&self, k: usize) -> &[u64] {
        self.shingles.get_or_init(|| shingle::set(&self.tokens.hashes, k))
    }

    fn side(&self) -> Side<'_> {
        Side { text: &self.document.text, tokens: &self.tokens, parts: &self.parts }
    }
}

/// Two articles that share text.
#[derive(Clone, Debug)]
pub struct Match {
    /// Index of the article of lesser id.
    pub a: u32,
    /// Index of the other.
    pub b: u32,
    /// How they relate.
    pub relation: Relation,
    /// The rule that decided.
    pub rule: &'static str,
    /// Jaccard of their sets of shingles, exact.
    pub jaccard: f64,
    /// Share of the prose of `a` in `b`, and the reverse.
    pub containment: [f64; 2],
    /// The passages, by place in `a`.
    pub passages: Vec<Aligned>,
}

impl Match {
    /// The greater containment.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.containment[0].max(self.containment[1])
    }
}

/// Articles that are versions of one.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Indices of the articles, ascending.
    pub members: Vec<u32>,
    /// The member that most of the others' text stands in.
    pub representative: u32,
}

/// What a scan found.
#[derive(Debug, Default)]
pub struct Scan {
    /// All articles, by id.
    pub articles: Vec<Article>,
    /// All matches, by `a`, then `b`.
    pub matches: Vec<Match>,
    /// All clusters, by first member.
    pub clusters: Vec<Cluster>,
    /// Seeds over the cap.
    pub capped_seeds: usize,
}

/// Finds what articles share.
#[derive(Clone, Debug)]
pub struct Detector {
    settings: Settings,
}

impl Detector {
    /// A detector of checked settings.
    ///
    /// # Errors
    /// Those of [`Settings::check`].
    pub fn new(settings: Settings) -> Result<Self> {
        settings.check()?;
        Ok(Self { settings })
    }

    /// Scans a corpus. The result is the same for any order of `documents` and any number of threads.
    #[must_use]
    pub fn scan(&self, documents: Vec<Document>) -> Scan {
        let mut articles: Vec<Article> = documents.into_par_iter().map(Article::new).collect();
        articles.par_sort_by(|x, y| x.document.id.cmp(&y.document.id));
        let seeds: Vec<Vec<Seed>> = articles.par_iter().map_init(Vec::new, |scratch, a| self.seeds(&a.tokens.hashes, scratch)).collect();
        let postings = Postings::build(&seeds);
        drop(seeds);
        let families = Families::new(Sets::new(articles.len()).all());
        let proposer = Proposer::new(&postings, &families, articles.iter().map(|a| &a.tokens.hashes[..]).collect());
        let matches: Vec<Match> = (0..articles.len() as u32)
            .into_par_iter()
            .map_init(Workspace::default, |w, x| {
                let partners = proposer.partners(x, &mut w.hits);
                self.align(&articles, x, &partners, &mut w.aligner)
            })
            .flatten_iter()
            .collect();
        let clusters = clusters(articles.len(), &matches);
        Scan { capped_seeds: proposer.common_seeds(), articles, matches, clusters }
    }

    fn seeds(&self, tokens: &[u32], scratch: &mut Vec<u64>) -> Vec<Seed> {
        let mut out = Vec::new();
        let run = SEEDS.run.min(self.settings.k);
        let window = if tokens.len() <= SHORT_ARTICLE { 1 } else { SEEDS.guarantee() + 1 - run };
        Winnowing { run, window }.seeds(tokens, scratch, &mut out);
        out
    }

    fn wanted(&self, a: &Article, b: &Article) -> bool {
        let (x, y) = (&a.document.meta, &b.document.meta);
        let apart = match self.settings.pairs {
            PairScope::All => true,
            PairScope::CrossOutlet => x.outlet.is_none() || x.outlet != y.outlet,
            PairScope::CrossGroup => x.group.is_none() || x.group != y.group,
        };
        let seconds = |d: &Document| d.meta.published.as_ref().and_then(|p| p.seconds);
        apart
            && match (self.settings.window_seconds, seconds(&a.document), seconds(&b.document)) {
                (Some(window), Some(s), Some(t)) => s.abs_diff(t) <= window.unsigned_abs(),
                _ => true,
            }
    }

    fn align(&self, articles: &[Article], x: u32, partners: &[u32], aligner: &mut Aligner) -> Vec<Match> {
        let a = &articles[x as usize];
        let mut out = Vec::new();
        let mut ready = false;
        for &y in partners {
            let b = &articles[y as usize];
            if !self.wanted(a, b) {
                continue;
            }
            if !ready {
                aligner.first(a.side());
                ready = true;
            }
            let passages = aligner.align(a.side(), b.side(), least_passage(&a.parts, &b.parts));
            let shared = Shared::of(&passages, &a.parts, &b.parts);
            let tests = shared.tests(a.sequence == b.sequence, &self.settings.relations);
            let Some(rule) = tests.iter().find(|t| t.holds) else { continue };
            let k = self.settings.k;
            out.push(Match {
                a: x,
                b: y,
                relation: rule.relation,
                rule: rule.rule,
                jaccard: shingle::jaccard(a.shingles(k), b.shingles(k)),
                containment: shared.containment,
                passages,
            });
        }
        out
    }
}

#[derive(Default)]
struct Workspace {
    aligner: Aligner,
    hits: Vec<(u32, u32, u32)>,
}

fn clusters(n: usize, matches: &[Match]) -> Vec<Cluster> {
    let joining: Vec<&Match> = matches.iter().filter(|m| m.relation.joins()).collect();
    let edges: Vec<Edge> = joining.iter().map(|m| Edge { a: m.a, b: m.b, strength: m.containment[0].min(m.containment[1]) }).collect();
    let clusters = cluster::clusters(n, &edges);
    clusters.into_iter().map(|members| Cluster { representative: members[0], members }).collect()
}

/// The place of `tokens` in the text.
#[must_use]
pub fn span_of(tokens: &Tokens, range: &Range<u32>) -> crate::span::Span {
    let first = tokens.spans.get(range.start as usize).map_or(0, |s| s.start);
    let last = (range.end as usize).checked_sub(1).and_then(|i| tokens.spans.get(i)).map_or(first, |s| s.end);
    crate::span::Span::new(first, last)
}
