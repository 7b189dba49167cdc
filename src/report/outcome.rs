//! What a scan found, made into records and handed to a sink.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{
    Sink,
    model::{
        ArticleRecord, BoilerplateRecord, ClusterOriginRecord, ClusterRecord, Cohesion,
        ErrorRecord, MatchRecord, NearMissRecord, PassageRecord, Record, Run, SCHEMA, Skipped,
        Summary, round,
    },
    offsets::{Offsets, Unit},
    sources,
};
use crate::{
    align::Aligned,
    boilerplate::Boilerplate,
    detector::{Article, Cluster, Match, NearMiss, Scan, span_of},
    document::Moment,
    hash,
    read::RecordError,
    recognise::Agencies,
};

/// Hexadecimal digits of a cluster's or boilerplate's id.
const ID_DIGITS: usize = 12;
/// Articles named as examples of boilerplate.
const EXAMPLES: usize = 3;

/// How much of a passage's text is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snippet {
    /// Up to so many characters; 0 prints none.
    Chars(usize),
    /// All of it.
    Full,
}

/// What a report shows, beside what was found.
#[derive(Clone, Debug)]
pub struct Show {
    /// The unit of spans.
    pub offsets: Unit,
    /// How much of each passage.
    pub snippet: Snippet,
    /// Whether articles carry their text.
    pub with_text: bool,
    /// Whether near misses are printed.
    pub near_misses: bool,
}

impl Default for Show {
    fn default() -> Self {
        Self {
            offsets: Unit::Bytes,
            snippet: Snippet::Chars(200),
            with_text: false,
            near_misses: false,
        }
    }
}

/// What was read besides articles.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Records that could not be read.
    pub errors: Vec<RecordError>,
    /// Files passed over in folders, by extension.
    pub other_files: BTreeMap<String, u64>,
    /// Bytes that were no valid text.
    pub decoding_errors: u64,
}

/// What a report is made from.
#[derive(Debug)]
pub struct Outcome {
    /// What was found.
    pub scan: Scan,
    /// What was read besides.
    pub reading: Reading,
    /// All that decides the result, as printed.
    pub settings: Value,
    /// The agencies it was read by.
    pub agencies: Arc<Agencies>,
    /// The id of each cluster, in the order of the scan's.
    pub cluster_ids: Vec<String>,
    /// The cluster of each article.
    pub cluster_of: Vec<Option<u32>>,
    digests: Digests,
}

/// The SHA-256 of each text, each computed once, where it is asked for.
#[derive(Debug)]
struct Digests(Vec<OnceLock<[u8; 32]>>);

impl Digests {
    fn new(articles: usize) -> Self {
        Self(vec![OnceLock::new(); articles])
    }

    fn of(&self, articles: &[Article], i: usize) -> &[u8; 32] {
        self.0[i].get_or_init(|| hash::sha256(articles[i].document.text.as_bytes()))
    }
}

impl Outcome {
    /// Puts a scan and what was read for it together.
    #[must_use]
    pub fn new(scan: Scan, reading: Reading, settings: Value, agencies: Arc<Agencies>) -> Self {
        let digests = Digests::new(scan.articles.len());
        scan.clusters
            .par_iter()
            .flat_map_iter(|c| &c.members)
            .for_each(|m| {
                digests.of(&scan.articles, *m as usize);
            });
        let mut seen: FxHashMap<String, usize> = FxHashMap::default();
        let cluster_ids = scan
            .clusters
            .iter()
            .map(|c| {
                // Clusters of equal texts can be kept apart by scope alone.
                let id = cluster_id(c, &scan.articles, &digests);
                let n = seen.entry(id.clone()).or_default();
                *n += 1;
                if *n == 1 { id } else { format!("{id}#{n}") }
            })
            .collect();
        let mut cluster_of = vec![None; scan.articles.len()];
        for (c, cluster) in scan.clusters.iter().enumerate() {
            for m in &cluster.members {
                cluster_of[*m as usize] = Some(c as u32);
            }
        }
        Self {
            scan,
            reading,
            settings,
            agencies,
            cluster_ids,
            cluster_of,
            digests,
        }
    }

    /// The id of an article.
    #[must_use]
    pub fn id(&self, article: u32) -> &str {
        &self.scan.articles[article as usize].document.id
    }

    /// Articles without a time of publication that was understood.
    #[must_use]
    pub fn undated(&self) -> usize {
        let dated = |a: &&Article| {
            let published = a.document.meta.published.as_ref();
            published.is_some_and(|p| p.seconds.is_some())
        };
        self.scan.articles.len() - self.scan.articles.iter().filter(dated).count()
    }

    /// Articles without any token.
    #[must_use]
    pub fn empty(&self) -> usize {
        self.scan
            .articles
            .iter()
            .filter(|a| a.tokens.hashes.is_empty())
            .count()
    }

    /// What the result depends on.
    pub(super) fn run(&self, offsets: Unit) -> Run<'_> {
        Run {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            settings: &self.settings,
            settings_sha256: hash::hex(&hash::sha256(self.settings.to_string().as_bytes()), 64),
            agencies_version: Some(self.agencies.version()),
            offsets,
        }
    }

    /// Writes every record to `sink`, in the order of the output format.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write(&self, show: &Show, sink: &mut dyn Sink) -> io::Result<()> {
        sink.record(&Record::Run(self.run(show.offsets)))?;
        sink.series(self.scan.articles.len(), &|i| {
            Record::Article(Box::new(self.article(i, show)))
        })?;
        sink.series(self.scan.matches.len(), &|i| {
            Record::Match(self.match_record(&self.scan.matches[i], show))
        })?;
        if show.near_misses {
            let mut nearest: Vec<&NearMiss> = self.scan.near_misses.iter().collect();
            nearest.sort_by_key(|n| (n.a, n.b));
            sink.series(nearest.len(), &|i| {
                Record::NearMiss(self.near_miss(nearest[i]))
            })?;
        }
        for b in self.common_text(&self.scan.boilerplate) {
            sink.record(&Record::Boilerplate(b))?;
        }
        for b in self.common_text(&self.scan.common_runs) {
            sink.record(&Record::CommonRun(b))?;
        }
        let mut clusters: Vec<usize> = (0..self.scan.clusters.len()).collect();
        clusters.sort_by_key(|c| &self.cluster_ids[*c]);
        for c in clusters {
            sink.record(&Record::Cluster(self.cluster(c)))?;
        }
        for e in &self.reading.errors {
            sink.record(&Record::Error(ErrorRecord {
                path: &e.path,
                record: e.record,
                message: &e.message,
            }))?;
        }
        sink.record(&Record::Summary(self.summary()))?;
        sink.finish()
    }

    /// The dateline of an article, as printed.
    pub(super) fn printed_dateline(&self, i: usize) -> Option<&str> {
        let a = &self.scan.articles[i];
        let dateline = a.attribution.dateline.as_ref()?;
        Some(dateline.span.slice(&a.document.text))
    }

    pub(super) fn article(&self, i: usize, show: &Show) -> ArticleRecord<'_> {
        let a = &self.scan.articles[i];
        let (d, m) = (&a.document, &a.document.meta);
        let time = |t: &Option<Moment>| t.as_ref().and_then(Moment::rfc3339);
        let offsets = Offsets::new(&d.text, show.offsets);
        ArticleRecord {
            id: &d.id,
            source_id: d.source_id.as_deref(),
            path: &d.path,
            record: d.record,
            text_sha256: hash::hex(self.digests.of(&self.scan.articles, i), 64),
            extractor: None,
            title: m.title.as_deref(),
            outlet: m.outlet.as_deref(),
            owner: self.scan.standings[i]
                .outlet
                .as_ref()
                .and_then(|o| o.owner.as_deref()),
            url: m.url.as_deref(),
            byline: m.byline.as_deref(),
            lang: m.lang.as_deref(),
            group: m.group.as_deref(),
            tokens: a.tokens.hashes.len(),
            prose_tokens: a.parts.prose_tokens(),
            published: time(&m.published),
            published_raw: m.published.as_ref().map(|p| &*p.raw),
            published_basis: m.published.as_ref().map(|p| &*p.basis),
            published_precision: m
                .published
                .as_ref()
                .filter(|p| p.seconds.is_some())
                .map(|p| p.precision.name()),
            modified: time(&m.modified),
            retrieved: time(&m.retrieved),
            dateline: sources::dateline(a, &offsets, &self.agencies),
            credits: sources::credits(a, &offsets, &self.agencies),
            origin: sources::origin(&self.scan.standings[i], &self.agencies),
            cluster: self.cluster_of[i].map(|c| &*self.cluster_ids[c as usize]),
            carried: &m.carried,
            text: show.with_text.then_some(&d.text),
        }
    }

    pub(super) fn match_record<'r>(&'r self, m: &'r Match, show: &Show) -> MatchRecord<'r> {
        let (a, b) = (
            &self.scan.articles[m.a as usize],
            &self.scan.articles[m.b as usize],
        );
        let offsets = [
            Offsets::new(&a.document.text, show.offsets),
            Offsets::new(&b.document.text, show.offsets),
        ];
        MatchRecord {
            a: &a.document.id,
            b: &b.document.id,
            relation: m.relation.name(),
            rule: &m.rule,
            jaccard: m.jaccard,
            containment: m.containment,
            score: m.score(),
            passages: m
                .passages
                .iter()
                .map(|p| passage(p, a, b, &offsets, show.snippet))
                .collect(),
            direction: sources::direction(&m.direction, [a, b], &offsets, &self.agencies),
        }
    }

    fn near_miss(&self, n: &NearMiss) -> NearMissRecord<'_> {
        NearMissRecord {
            a: self.id(n.a),
            b: self.id(n.b),
            jaccard: n.jaccard,
            score: n.score,
        }
    }

    /// Records of pieces of common text, by id; of equal texts only the first is kept.
    fn common_text<'r>(&'r self, texts: &'r [Boilerplate]) -> Vec<BoilerplateRecord<'r>> {
        let mut out: Vec<BoilerplateRecord<'r>> =
            texts.iter().map(|b| self.boilerplate(b)).collect();
        out.sort_by(|x, y| x.id.cmp(&y.id));
        out.dedup_by(|x, y| x.id == y.id);
        out
    }

    fn boilerplate(&self, b: &Boilerplate) -> BoilerplateRecord<'_> {
        let a = &self.scan.articles[b.article as usize];
        let tokens = &a.tokens.hashes[b.tokens.start as usize..b.tokens.end as usize];
        let bytes: Vec<u8> = tokens.iter().flat_map(|t| t.to_le_bytes()).collect();
        BoilerplateRecord {
            id: format!("p-{}", hash::hex(&hash::sha256(&bytes), ID_DIGITS)),
            text: span_of(&a.tokens, &b.tokens).slice(&a.document.text),
            articles: b.articles.len(),
            groups: b.families,
            outlets: b
                .articles
                .iter()
                .filter_map(|x| {
                    self.scan.articles[*x as usize]
                        .document
                        .meta
                        .outlet
                        .as_deref()
                })
                .collect::<BTreeSet<&str>>()
                .len(),
            reason: b.reason,
            examples: b
                .articles
                .iter()
                .take(EXAMPLES)
                .map(|x| self.id(*x))
                .collect(),
        }
    }

    pub(super) fn cluster(&self, c: usize) -> ClusterRecord<'_> {
        let cluster = &self.scan.clusters[c];
        ClusterRecord {
            id: &self.cluster_ids[c],
            members: cluster.members.iter().map(|m| self.id(*m)).collect(),
            representative: self.id(cluster.representative),
            origin: cluster.origin.as_ref().map(|o| ClusterOriginRecord {
                article: self.id(o.article),
                source: o.who.name(&self.agencies),
                confidence: o.confidence,
            }),
            cohesion: Cohesion {
                min: cluster.least,
                mean: cluster.mean,
            },
        }
    }

    fn summary(&self) -> Summary {
        let s = &self.scan;
        Summary {
            articles: s.articles.len(),
            matches: s.matches.len(),
            clusters: s.clusters.len(),
            boilerplate: self.common_text(&s.boilerplate).len(),
            common_runs: self.common_text(&s.common_runs).len(),
            errors: self.reading.errors.len(),
            skipped: Skipped {
                empty: self.empty(),
                short: 0,
                over_limit: self.reading.errors.iter().filter(|e| e.over_limit).count(),
                other_files: self.reading.other_files.values().sum(),
            },
            capped_seeds: s.capped_seeds,
            pairs_left_out: s.pairs_left_out,
            expected_recall: s
                .expected_recall
                .iter()
                .map(|(j, r)| (j.to_string(), Value::from(round(*r))))
                .collect(),
            undated: self.undated(),
            decoding_errors: self.reading.decoding_errors,
        }
    }
}

pub(super) fn passage<'r>(
    p: &Aligned,
    a: &'r Article,
    b: &'r Article,
    offsets: &[Offsets<'_>; 2],
    snippet: Snippet,
) -> PassageRecord<'r> {
    let (x, y) = (span_of(&a.tokens, &p.a), span_of(&b.tokens, &p.b));
    PassageRecord {
        a: offsets[0].span(x),
        b: offsets[1].span(y),
        tokens: p.matched(),
        identity: p.identity(),
        kind: p.tally.kind(),
        a_text: cut(x.slice(&a.document.text), snippet),
        b_text: cut(y.slice(&b.document.text), snippet),
    }
}

fn cut(text: &str, snippet: Snippet) -> Option<&str> {
    match snippet {
        Snippet::Full => Some(text),
        Snippet::Chars(0) => None,
        Snippet::Chars(n) if text.get(..n).is_some_and(str::is_ascii) => text.get(..n),
        Snippet::Chars(n) => Some(
            text.char_indices()
                .nth(n)
                .map_or(text, |(at, _)| &text[..at]),
        ),
    }
}

/// From the members' texts alone, so that the same corpus gives the same ids.
fn cluster_id(c: &Cluster, articles: &[Article], digests: &Digests) -> String {
    let mut texts: Vec<&[u8; 32]> = c
        .members
        .iter()
        .map(|m| digests.of(articles, *m as usize))
        .collect();
    texts.sort_unstable();
    let all: Vec<u8> = texts.into_iter().flatten().copied().collect();
    format!("c-{}", hash::hex(&hash::sha256(&all), ID_DIGITS))
}
