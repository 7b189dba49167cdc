//! The engine put together: articles in, matches and clusters out. The only file that knows all its stages.

mod collect;
mod corpus;
mod explain;
mod found;
pub(crate) mod one;
mod scope;
mod shelf;
mod sources;
mod whole;

use std::{
    borrow::Cow,
    ops::Range,
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;

use crate::{
    align::{
        Aligned, Aligner, Side,
        similarity::{Relation, Shared, Test, least_passage},
    },
    boilerplate::{Articles, Common},
    candidate::{
        lsh::Banding,
        propose::{self, Partners},
    },
    document::Document,
    error::Result,
    hash,
    partitions::{PARTITIONS, Partitions},
    provenance::{
        Direction, Outlets, Standing,
        direction::{self, Party},
    },
    recognise::{self, Agencies, Attribution, BOILERPLATE, Parts},
    settings::Settings,
    shingle,
    sketch::minhash::SketchParams,
    span::Span,
    spool::Scratch,
    text::{self, Tokens},
};
use collect::{Prepared, seeds};
use corpus::Corpus;
use found::Shelved;

pub use collect::{Collector, SHORT_ARTICLE};
pub use corpus::Had;
pub use explain::{Explanation, Stages, Verdict};
pub use found::Scan;
#[cfg(feature = "index")]
pub(crate) use one::some_of;
pub use one::{Answer, Found, Known, Library, MOST_PLACES, Pair, Samples, Stories};
pub use scope::OutOfScope;
pub(crate) use sources::overlap;
pub use sources::{ClusterOrigin, Copy, KNOWN};

/// An article with what the engine reads in it.
#[derive(Clone, Debug)]
pub struct Article {
    /// The document as read; its text is empty where that is not kept.
    pub document: Document,
    /// Hash of the normal form of each of its tokens.
    pub hashes: Box<[u32]>,
    /// What its parts are.
    pub parts: Parts,
    /// Who is credited in it.
    pub attribution: Attribution,
    /// SHA-256 of its text.
    pub text_sha256: [u8; 32],
    /// What stands for the text where that is not kept.
    blank: Option<Box<str>>,
    sequence: u128,
    spans: OnceLock<Box<[Span]>>,
    shingles: OnceLock<Vec<u64>>,
}

impl Article {
    /// Reads `document`, its credits by the names of `agencies`.
    #[must_use]
    pub fn new(document: Document, agencies: &Agencies) -> Self {
        Self::read(document, agencies, &mut Tokens::default())
    }

    /// As [`Article::new`]; `tokens` is a buffer.
    fn read(document: Document, agencies: &Agencies, tokens: &mut Tokens) -> Self {
        text::tokenize_into(&document.text, tokens);
        let byline = document.meta.byline.as_deref();
        let (parts, attribution) = recognise::read(&document.text, tokens, byline, agencies);
        let sequence = hash::sequence(&tokens.hashes);
        let text_sha256 = hash::sha256(document.text.as_bytes());
        Self {
            document,
            hashes: tokens.hashes[..].into(),
            parts,
            attribution,
            text_sha256,
            blank: None,
            sequence,
            spans: OnceLock::new(),
            shingles: OnceLock::new(),
        }
    }

    /// An article of which all is known but the text. That of `document` stands for it.
    #[cfg(feature = "index")]
    pub(crate) fn of_blank(
        mut document: Document,
        (hashes, spans): (Box<[u32]>, Box<[Span]>),
        (parts, attribution): (Parts, Attribution),
        text_sha256: [u8; 32],
    ) -> Self {
        let blank = std::mem::take(&mut document.text);
        Self {
            document,
            sequence: hash::sequence(&hashes),
            hashes,
            parts,
            attribution,
            text_sha256,
            blank: Some(blank.into()),
            spans: OnceLock::from(spans),
            shingles: OnceLock::new(),
        }
    }

    /// The same with nothing left of its text but where its words stand, and web addresses ([`text::blank`]). What it shares with
    /// others is found as before, but that none of its words is spelt nearly as another.
    #[must_use]
    pub fn without_text(mut self) -> Self {
        if self.has_text() {
            let text = std::mem::take(&mut self.document.text);
            self.spans = OnceLock::from(text::spans(&text, self.hashes.len()));
            self.blank = Some(text::blank(&text).into());
        }
        self
    }

    /// Gives it the text that it was read from.
    #[cfg(feature = "index")]
    pub(crate) fn set_text(&mut self, text: String) {
        self.document.text = text;
        self.blank = None;
    }

    /// Whether its text is kept.
    #[must_use]
    pub fn has_text(&self) -> bool {
        self.blank.is_none()
    }

    /// What stands at a place of its text; none where that is not kept.
    #[must_use]
    pub fn words(&self, span: Span) -> Option<&str> {
        self.has_text().then(|| span.slice(&self.document.text))
    }

    /// Its text, or what stands for it: as long in every unit, and not to be printed.
    #[must_use]
    pub fn outline(&self) -> &str {
        self.blank.as_deref().unwrap_or(&self.document.text)
    }

    /// Where each of its tokens stands in the text. Found again when first asked for: most articles share nothing, and spans
    /// take twice the room of hashes.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        self.spans
            .get_or_init(|| text::spans(&self.document.text, self.hashes.len()))
    }

    /// Where a stretch of tokens stands in the text.
    #[must_use]
    pub fn span_of(&self, tokens: &Range<u32>) -> Span {
        let spans = self.spans();
        let first = spans.get(tokens.start as usize).map_or(0, |s| s.start);
        let last = (tokens.end as usize).checked_sub(1);
        let last = last.and_then(|i| spans.get(i)).map_or(first, |s| s.end);
        Span::new(first, last)
    }

    /// Its set of shingles of `k` tokens; computed once, so `k` must not change from call to call.
    fn shingles(&self, k: usize) -> &[u64] {
        self.shingles.get_or_init(|| shingle::set(&self.hashes, k))
    }

    fn side(&self) -> Side<'_> {
        Side {
            text: self.outline(),
            hashes: &self.hashes,
            spans: self.spans(),
            parts: &self.parts,
        }
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
    pub rule: String,
    /// Jaccard of their sets of shingles, exact.
    pub jaccard: f64,
    /// Share of the prose of `a` in `b`, and the reverse.
    pub containment: [f64; 2],
    /// The passages, by place in `a`.
    pub passages: Vec<Aligned>,
    /// Who has it from whom.
    pub direction: Direction,
}

impl Match {
    /// The greater containment.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.containment[0].max(self.containment[1])
    }
}

/// Two articles as compared by themselves.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Jaccard of their sets of shingles, exact.
    pub jaccard: f64,
    /// The passages, by place in the first.
    pub passages: Vec<Aligned>,
    /// What they amount to.
    pub shared: Shared,
    /// Every rule, in the order in which the first that holds decides.
    pub tests: Vec<Test>,
}

impl Comparison {
    /// The rule that decides: the first that holds.
    #[must_use]
    pub fn decided_by(&self) -> Option<&Test> {
        self.tests.iter().find(|t| t.holds)
    }

    /// The match of articles `a` and `b` that it is, its direction not weighed yet; none where no rule holds.
    fn into_match(self, a: u32, b: u32) -> Option<Match> {
        let rule = self.decided_by()?;
        Some(Match {
            a,
            b,
            relation: rule.relation,
            rule: rule.label(),
            jaccard: self.jaccard,
            containment: self.shared.containment,
            passages: self.passages,
            direction: Direction::default(),
        })
    }

    /// The same, seen from the second article.
    #[must_use]
    pub fn turned(mut self) -> Self {
        for p in &mut self.passages {
            p.turn();
        }
        self.passages.sort_unstable_by_key(|p| p.a.start);
        self.shared.turn();
        self
    }
}

/// A pair that was compared and holds no rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearMiss {
    /// Index of the article of lesser id.
    pub a: u32,
    /// Index of the other.
    pub b: u32,
    /// Jaccard of their sets of shingles, exact.
    pub jaccard: f64,
    /// The greater containment.
    pub score: f64,
}

impl NearMiss {
    /// Nearest first, by score, then Jaccard, then ids.
    fn nearer(&self, other: &Self) -> std::cmp::Ordering {
        let by = |x: f64, y: f64| y.total_cmp(&x);
        by(self.score, other.score)
            .then(by(self.jaccard, other.jaccard))
            .then((self.a, self.b).cmp(&(other.a, other.b)))
    }
}

/// Articles that are versions of one.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Indices of the articles, ascending.
    pub members: Vec<u32>,
    /// The member that most of the others' text stands in.
    pub representative: u32,
    /// Least score among its joining matches.
    pub least: f64,
    /// Mean score of them.
    pub mean: f64,
    /// Where their text comes from, where their credits say.
    pub origin: Option<ClusterOrigin>,
}

/// Finds what articles share.
#[derive(Clone, Debug)]
pub struct Detector {
    settings: Settings,
    banding: Banding,
    sketch: SketchParams,
    agencies: Arc<Agencies>,
    outlets: Arc<Outlets>,
}

impl Detector {
    /// A detector of checked settings.
    ///
    /// # Errors
    /// Those of [`Settings::check`].
    pub fn new(settings: Settings) -> Result<Self> {
        let banding = settings.check()?;
        let sketch = SketchParams::new(settings.slots, SketchParams::DEFAULT_SEED)?;
        Ok(Self {
            settings,
            banding,
            sketch,
            agencies: Agencies::built_in(),
            outlets: Arc::default(),
        })
    }

    /// The same with other agencies and outlets than come with the program.
    #[must_use]
    pub fn with_tables(self, agencies: Arc<Agencies>, outlets: Arc<Outlets>) -> Self {
        Self {
            agencies,
            outlets,
            ..self
        }
    }

    /// The agencies it knows.
    #[must_use]
    pub fn agencies(&self) -> &Arc<Agencies> {
        &self.agencies
    }

    /// The outlets it knows.
    #[must_use]
    pub fn outlets(&self) -> &Outlets {
        &self.outlets
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How sketches are cut into bands.
    #[must_use]
    pub fn banding(&self) -> Banding {
        self.banding
    }

    /// Scans a corpus. The result is the same for any order of `documents` and any number of threads; `ids` must be
    /// unique.
    ///
    /// # Errors
    /// None where all is in memory.
    pub fn scan(&self, documents: Vec<Document>) -> Result<Scan> {
        let scratch = Scratch::Memory;
        let prepared = self.prepare(documents, &scratch)?;
        self.compare_proposed(prepared, &scratch)
    }

    /// Compares every pair that is proposed and wanted.
    fn compare_proposed(&self, prepared: Prepared, scratch: &Scratch) -> Result<Scan> {
        let Prepared {
            corpus,
            proposer,
            common: Common {
                boilerplate,
                common_runs,
            },
            marks,
        } = prepared;
        let (hits, capped_seeds) = proposer.hits(scratch, |p| marks.holds(p.article, p.at))?;
        let families = proposer.into_families();
        let compared = self.compare_hits(&corpus, &hits)?;
        drop(hits);
        let (mut matches, mut near_misses) = (Vec::new(), Vec::new());
        for c in compared {
            match c {
                Compared::Match(m) => matches.push(m),
                Compared::NearMiss(n) => near_misses.push(n),
            }
        }
        near_misses.sort_by(NearMiss::nearer);
        near_misses.truncate(self.most_near_misses());
        let mut clusters = whole::clusters(corpus.len(), &matches);
        let mut standings = self.standings(&corpus);
        let copies = self.copies(&corpus, &standings, &matches)?;
        self.add_references(&corpus, &mut standings, &copies);
        self.direct(&corpus, &standings, &copies, &mut matches)?;
        self.cluster_origins(&corpus, &standings, &copies, &mut clusters)?;
        let pairs_left_out = whole::thin_out(&clusters, &mut matches)
            + whole::not_compared(&common_runs, &matches, &families);
        let (reported, all) = (corpus.reported(), corpus.len());
        let (articles, shelved) = match corpus.into_articles() {
            Ok(articles) => (articles, None),
            Err(corpus) => (
                Vec::new(),
                Some(Shelved {
                    corpus,
                    detector: self.clone(),
                    reported,
                }),
            ),
        };
        let mut scan = Scan {
            references: Vec::new(),
            standings,
            copies,
            matches,
            clusters,
            boilerplate,
            common_runs,
            near_misses,
            capped_seeds,
            pairs_left_out,
            expected_recall: vec![(
                self.settings.jaccard,
                self.banding.probability(self.settings.jaccard),
            )],
            articles,
            shelved,
        };
        if reported < all {
            whole::set_references_apart(&mut scan, reported);
        }
        Ok(scan)
    }

    /// Compares the articles that `hits` bring together, where they promise a passage; in the order of their indices.
    fn compare_hits(&self, corpus: &Corpus, hits: &Partitions<u128>) -> Result<Vec<Compared>> {
        // Looked at out of order, a million times: one step to each is worth a table.
        let held = corpus.articles().iter();
        let held: Vec<&[u32]> = held.map(|a| &a.hashes[..]).collect();
        let tokens = |x: u32| match held.get(x as usize) {
            Some(tokens) => Ok(Cow::Borrowed(*tokens)),
            None => corpus.tokens(x),
        };
        let of_partition = |p: usize| -> Result<Vec<Compared>> {
            let mut hits = hits.owned(p)?;
            hits.sort_unstable();
            let of_article: Vec<&[u128]> = hits
                .chunk_by(|h, k| propose::lesser(*h) == propose::lesser(*k))
                .collect();
            let compared: Vec<Vec<Compared>> = of_article
                .into_par_iter()
                .map_init(
                    <(Partners, Aligner)>::default,
                    |(partners, aligner), hits| {
                        let partners = partners.of(hits, tokens)?;
                        self.compare_all(corpus, propose::lesser(hits[0]), &partners, aligner)
                    },
                )
                .collect::<Result<_>>()?;
            Ok(compared.into_iter().flatten().collect())
        };
        let compared: Vec<Vec<Compared>> = (0..PARTITIONS)
            .into_par_iter()
            .map(of_partition)
            .collect::<Result<_>>()?;
        Ok(compared.into_iter().flatten().collect())
    }

    fn compare_all(
        &self,
        corpus: &Corpus,
        x: u32,
        partners: &[u32],
        aligner: &mut Aligner,
    ) -> Result<Vec<Compared>> {
        let scope = &corpus.digest(x).scope;
        let wanted = |y: &&u32| {
            self.out_of_scope(scope, &corpus.digest(**y).scope)
                .is_none()
        };
        let mut partners = partners.iter().filter(wanted).peekable();
        if partners.peek().is_none() {
            return Ok(Vec::new());
        }
        let a = corpus.article(x)?;
        aligner.first(a.side());
        let (mut out, mut misses) = (Vec::new(), Vec::new());
        for &y in partners {
            let mut c = self.compare(&a, &*corpus.article(y)?, aligner);
            if !corpus.is_held() {
                for p in &mut c.passages {
                    p.tiles = Box::default();
                }
            }
            let near_miss = NearMiss {
                a: x,
                b: y,
                jaccard: c.jaccard,
                score: c.shared.score(),
            };
            match c.into_match(x, y) {
                Some(m) => out.push(Compared::Match(m)),
                None => misses.push(near_miss),
            }
        }
        // No more of one article can be among the nearest of all.
        misses.sort_by(NearMiss::nearer);
        misses.truncate(self.most_near_misses());
        out.extend(misses.into_iter().map(Compared::NearMiss));
        Ok(out)
    }

    fn most_near_misses(&self) -> usize {
        self.settings.near_misses.max(1)
    }

    /// Compares two articles; the aligner must have been given `a`.
    fn compare(&self, a: &Article, b: &Article, aligner: &mut Aligner) -> Comparison {
        let passages = aligner.align(a.side(), b.side(), least_passage(&a.parts, &b.parts));
        let shared = Shared::of(&passages, &a.parts, &b.parts);
        // Two articles of no words say nothing, and nothing is no copy of it.
        let identical = a.sequence == b.sequence && !a.hashes.is_empty();
        let tests = shared.tests(identical, &self.settings.relations);
        let k = self.settings.k;
        Comparison {
            jaccard: shingle::jaccard(a.shingles(k), b.shingles(k)),
            passages,
            shared,
            tests,
        }
    }

    /// Compares two articles by themselves: every score, and every rule with its threshold.
    #[must_use]
    pub fn compare_pair(&self, a: &Article, b: &Article) -> Comparison {
        let mut aligner = Aligner::default();
        aligner.first(a.side());
        self.compare(a, b, &mut aligner)
    }

    /// Weighs who of two has it from whom by what the two themselves say; where no rule holds, there is nothing to have.
    #[must_use]
    pub fn direction_of(&self, a: &Article, b: &Article, comparison: &Comparison) -> Direction {
        if comparison.decided_by().is_none() {
            return Direction::default();
        }
        let standings = [a, b].map(|x| self.standing_of(x));
        let party = |x: usize| Party {
            standing: &standings[x],
            document: &[a, b][x].document,
            text: [a, b][x].outline(),
            matches: 1,
        };
        let contained = comparison.shared.containment;
        let direction = direction::weigh(&party(0), &party(1), contained, &[], &self.agencies);
        match comparison.decided_by().map(|t| t.relation) {
            Some(Relation::Quotes) => direction.of_speech(),
            _ => direction,
        }
    }

    /// Where an article stands, and who may be its origin, by its own credits.
    #[must_use]
    pub fn standing_of(&self, a: &Article) -> Standing {
        Standing::of(&a.document, &a.attribution, &self.agencies, &self.outlets)
    }
}

/// Whether the seed at a token proposes nothing, as boilerplate begins or runs on there.
fn is_boilerplate(parts: &Parts, at: u32) -> bool {
    parts.flags[at as usize] & BOILERPLATE != 0
}

enum Compared {
    Match(Match),
    NearMiss(NearMiss),
}
