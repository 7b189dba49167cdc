//! What a scan found, made into records and handed to a sink.

use std::{borrow::Cow, collections::BTreeMap, io, sync::Arc};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{
    Sink,
    model::{
        ArticleRecord, BoilerplateRecord, ClusterOriginRecord, ClusterRecord, Cohesion,
        ErrorRecord, ItemRecord, MatchRecord, NearMissRecord, PassageRecord, Record, Run, SCHEMA,
        Skipped, Summary, round,
    },
    offsets::{Offsets, Unit},
    sources,
};
use crate::{
    align::Aligned,
    boilerplate::Boilerplate,
    detector::{Article, Cluster, Had, Match, NearMiss, Scan},
    document::Moment,
    hash,
    provenance::Standing,
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
}

impl Outcome {
    /// Puts a scan and what was read for it together.
    #[must_use]
    pub fn new(scan: Scan, reading: Reading, settings: Value, agencies: Arc<Agencies>) -> Self {
        let mut seen: FxHashMap<String, usize> = FxHashMap::default();
        let cluster_ids = scan
            .clusters
            .iter()
            .map(|c| {
                // Clusters of equal texts can be kept apart by scope alone.
                let id = cluster_id(c, &scan);
                let n = seen.entry(id.clone()).or_default();
                *n += 1;
                if *n == 1 { id } else { format!("{id}#{n}") }
            })
            .collect();
        let mut cluster_of = vec![None; scan.count()];
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
        }
    }

    /// The id of an article.
    #[must_use]
    pub fn id(&self, article: u32) -> &str {
        self.scan.id(article)
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
        let scan = &self.scan;
        sink.series(scan.count(), &|i, take| {
            let a = scan.article(i as u32).map_err(io::Error::other)?;
            let standing = scan.standing(&a, i as u32);
            take(&Record::Article(Box::new(
                self.article_record(i, &a, &standing, show),
            )))
        })?;
        sink.series(scan.matches.len(), &|i, take| {
            let m = &scan.matches[i];
            let [a, b] = [m.a, m.b].map(|x| scan.article(x).map_err(io::Error::other));
            let (a, b) = (a?, b?);
            take(&Record::Match(self.record_of_match(m, [&a, &b], show)))
        })?;
        if show.near_misses {
            let mut nearest: Vec<&NearMiss> = self.scan.near_misses.iter().collect();
            nearest.sort_by_key(|n| (n.a, n.b));
            sink.series(nearest.len(), &|i, take| {
                take(&Record::NearMiss(self.near_miss(nearest[i])))
            })?;
        }
        let boilerplate = self.common_text(&scan.boilerplate)?;
        let common_runs = self.common_text(&scan.common_runs)?;
        let counts = [boilerplate.len(), common_runs.len()];
        for b in boilerplate {
            sink.record(&Record::Boilerplate(b))?;
        }
        for b in common_runs {
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
        sink.record(&Record::Summary(self.summary(counts)))?;
        sink.finish()
    }

    /// The dateline of an article, as printed.
    pub(super) fn printed_dateline(&self, i: usize) -> Option<&str> {
        let a = &self.scan.articles[i];
        let dateline = a.attribution.dateline.as_ref()?;
        Some(dateline.span.slice(&a.document.text))
    }

    /// The record of an article that is held.
    pub(super) fn article(&self, i: usize, show: &Show) -> ArticleRecord<'_> {
        let (a, standing) = (&self.scan.articles[i], &self.scan.standings[i]);
        self.article_record(i, a, standing, show)
    }

    fn article_record<'r>(
        &'r self,
        i: usize,
        a: &'r Article,
        standing: &'r Standing,
        show: &Show,
    ) -> ArticleRecord<'r> {
        let (d, m) = (&a.document, &a.document.meta);
        let time = |t: &Option<Moment>| t.as_ref().and_then(Moment::rfc3339);
        let offsets = Offsets::new(a.outline(), show.offsets);
        ArticleRecord {
            id: &d.id,
            source_id: d.source_id.as_deref(),
            path: &d.path,
            record: d.record,
            text_sha256: hash::hex(&a.text_sha256, 64),
            extractor: a.document.meta.extractor.as_deref(),
            title: m.title.as_deref(),
            outlet: m.outlet.as_deref(),
            owner: standing.outlet.as_ref().and_then(|o| o.owner.as_deref()),
            url: m.url.as_deref(),
            byline: m.byline.as_deref(),
            lang: m.lang.as_deref(),
            group: m.group.as_deref(),
            tokens: a.hashes.len(),
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
            declared_source: m.source.as_deref(),
            item: m.item.as_deref().map(|i| ItemRecord {
                guid: i.guid.as_deref(),
                version: i.version.as_deref(),
                slug: i.slug.as_deref(),
                provider: i.provider.as_deref(),
                embargo: time(&i.embargo),
            }),
            dateline: sources::dateline(a, &offsets, &self.agencies),
            credits: sources::credits(a, &offsets, &self.agencies),
            origin: sources::origin(standing, &self.agencies),
            cluster: self.cluster_of[i].map(|c| &*self.cluster_ids[c as usize]),
            carried: &m.carried,
            text: (show.with_text && a.has_text()).then_some(&d.text),
        }
    }

    /// The record of a match of articles that are held.
    pub(super) fn match_record<'r>(&'r self, m: &'r Match, show: &Show) -> MatchRecord<'r> {
        let of = [m.a, m.b].map(|x| &self.scan.articles[x as usize]);
        self.record_of_match(m, of, show)
    }

    fn record_of_match<'r>(
        &'r self,
        m: &'r Match,
        [a, b]: [&'r Article; 2],
        show: &Show,
    ) -> MatchRecord<'r> {
        let offsets = [
            Offsets::new(a.outline(), show.offsets),
            Offsets::new(b.outline(), show.offsets),
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
    fn common_text<'r>(
        &'r self,
        texts: &'r [Boilerplate],
    ) -> io::Result<Vec<BoilerplateRecord<'r>>> {
        let records = texts.par_iter().map(|b| self.boilerplate(b));
        let mut out: Vec<BoilerplateRecord<'r>> = records.collect::<io::Result<_>>()?;
        out.sort_by(|x, y| x.id.cmp(&y.id));
        out.dedup_by(|x, y| x.id == y.id);
        Ok(out)
    }

    fn boilerplate(&self, b: &Boilerplate) -> io::Result<BoilerplateRecord<'_>> {
        let a = self.scan.article(b.article).map_err(io::Error::other)?;
        let tokens = &a.hashes[b.tokens.start as usize..b.tokens.end as usize];
        let bytes: Vec<u8> = tokens.iter().flat_map(|t| t.to_le_bytes()).collect();
        let span = a.span_of(&b.tokens);
        Ok(BoilerplateRecord {
            id: format!("p-{}", hash::hex(&hash::sha256(&bytes), ID_DIGITS)),
            text: match a {
                Had::Held(a) => Cow::Borrowed(span.slice(&a.document.text)),
                Had::Read(a) => Cow::Owned(span.slice(&a.document.text).to_owned()),
            },
            articles: b.articles.len(),
            groups: b.families,
            outlets: self.scan.outlets(&b.articles),
            reason: b.reason,
            examples: b
                .articles
                .iter()
                .take(EXAMPLES)
                .map(|x| self.id(*x))
                .collect(),
        })
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

    pub(super) fn summary(&self, [boilerplate, common_runs]: [usize; 2]) -> Summary {
        let s = &self.scan;
        Summary {
            articles: s.count(),
            matches: s.matches.len(),
            clusters: s.clusters.len(),
            boilerplate,
            common_runs,
            errors: self.reading.errors.len(),
            skipped: Skipped {
                empty: s.empty(),
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
            undated: s.undated(),
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
    let (x, y) = (a.span_of(&p.a), b.span_of(&p.b));
    PassageRecord {
        a: offsets[0].span(x),
        b: offsets[1].span(y),
        tokens: p.matched(),
        identity: p.identity(),
        kind: p.tally.kind(),
        a_text: a.words(x).and_then(|t| cut(t, snippet)),
        b_text: b.words(y).and_then(|t| cut(t, snippet)),
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
fn cluster_id(c: &Cluster, scan: &Scan) -> String {
    let mut texts: Vec<[u8; 32]> = c.members.iter().map(|m| scan.text_sha256(*m)).collect();
    texts.sort_unstable();
    let all: Vec<u8> = texts.into_iter().flatten().collect();
    format!("c-{}", hash::hex(&hash::sha256(&all), ID_DIGITS))
}
