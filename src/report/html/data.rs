//! What the page's script shows on demand: a block of JSON for each article, pair and cluster, within a bound on their size.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{ROWS, escape, utf16};
use crate::report::saved::{
    Article, Match, Saved,
    summary::{by_size, cluster_of},
};

/// Pairs of one cluster that are shown at most, so that one of thousands leaves room for others.
const PAIRS_OF_CLUSTER: usize = 1_000;
/// Bytes that no block of a pair goes below.
const LEAST_PAIR: usize = 150;
/// Pairs listed of one cluster, and as many of those that lead out of it.
const PAIRS_LISTED: usize = 2_000;

/// The blocks.
pub(super) struct Data {
    /// Each with its name: `a`, `m` or `c` and a number, by which the others and the page refer to it.
    pub(super) blocks: Vec<(String, String)>,
    /// Pairs whose block there was no room for.
    pub(super) pairs_left_out: usize,
    /// Clusters whose block there was no room for, by their number.
    pub(super) clusters_left_out: BTreeSet<usize>,
    /// The matches of which there is a block.
    pub(super) pairs: BTreeSet<usize>,
}

/// An article as lists name it.
#[derive(Serialize)]
struct Member<'s> {
    n: usize,
    id: &'s str,
    title: Option<&'s str>,
    outlet: Option<&'s str>,
    published: Option<&'s str>,
    source: Option<&'s str>,
}

#[derive(Serialize)]
struct ArticleBlock<'s> {
    #[serde(flatten)]
    member: Member<'s>,
    url: Option<&'s str>,
    byline: Option<&'s str>,
    lang: Option<&'s str>,
    tokens: u64,
    text: Option<&'s str>,
}

/// A pair as the lists of a cluster name it; `a` and `b` are numbers of articles.
#[derive(Serialize)]
struct Listed<'s> {
    m: usize,
    a: usize,
    b: usize,
    relation: &'s str,
    containment: [f64; 2],
    score: f64,
    source: &'s str,
    agency: Option<&'s str>,
    confidence: f64,
}

#[derive(Serialize)]
struct PairBlock<'s> {
    #[serde(flatten)]
    pair: Listed<'s>,
    rule: &'s str,
    jaccard: f64,
    lean: Option<&'s str>,
    lag: Option<i64>,
    passages: Vec<PassageData<'s>>,
    evidence: Vec<EvidenceData<'s>>,
    /// The number of its cluster.
    cluster: Option<usize>,
}

#[derive(Serialize)]
struct PassageData<'s> {
    a: [u32; 2],
    b: [u32; 2],
    tokens: u64,
    identity: f64,
    kind: &'s str,
    /// Where an article's text is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    a_text: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b_text: Option<&'s str>,
}

#[derive(Serialize)]
struct EvidenceData<'s> {
    kind: &'s str,
    r#in: &'s str,
    text: Option<&'s str>,
    span: Option<[u32; 2]>,
    source: Option<&'s str>,
    agency: Option<&'s str>,
    weight: f64,
}

#[derive(Serialize)]
struct ClusterBlock<'s> {
    id: &'s str,
    source: Option<&'s str>,
    confidence: f64,
    representative: Option<usize>,
    members: Vec<Member<'s>>,
    pairs: Vec<Listed<'s>>,
    /// Pairs not listed.
    more: usize,
    /// Pairs with articles outside, and those articles.
    outside: Vec<Listed<'s>>,
    others: Vec<Member<'s>>,
}

/// The pairs of a scan, strongest first: those inside each cluster, those that lead out of it, and those inside none.
#[derive(Default)]
pub(super) struct Pairs<'s> {
    pub(super) inside: BTreeMap<&'s str, Vec<usize>>,
    pub(super) leading_out: BTreeMap<&'s str, Vec<usize>>,
    pub(super) outside: Vec<usize>,
}

impl<'s> Pairs<'s> {
    pub(super) fn of(saved: &'s Saved) -> Self {
        let mut order: Vec<usize> = (0..saved.matches.len()).collect();
        let score = |i: &usize| saved.matches.get(*i).map_or(0.0, |m| m.score);
        order.sort_by(|x, y| score(y).total_cmp(&score(x)).then(x.cmp(y)));
        let mut out = Self::default();
        for i in order {
            let Some(m) = saved.matches.get(i) else {
                continue;
            };
            if let Some(c) = cluster_of(saved, m) {
                out.inside.entry(c).or_default().push(i);
                continue;
            }
            out.outside.push(i);
            for id in [&m.a, &m.b] {
                if let Some(c) = saved.article(id).and_then(|a| a.cluster.as_deref()) {
                    out.leading_out.entry(c).or_default().push(i);
                }
            }
        }
        out
    }
}

/// Fills `most` bytes: what is in every cluster, the largest first; then the pairs of the clusters in that order, and those
/// outside them, the strongest first.
pub(super) fn fill(saved: &Saved, pairs: &Pairs<'_>, most: usize) -> Data {
    let mut filling = Filling {
        saved,
        left: most,
        has_article: BTreeSet::new(),
        data: Data {
            blocks: Vec::new(),
            pairs_left_out: 0,
            clusters_left_out: BTreeSet::new(),
            pairs: BTreeSet::new(),
        },
        cluster_numbers: BTreeMap::new(),
    };
    let clusters = by_size(saved);
    for (n, c) in clusters.iter().enumerate() {
        filling.cluster_numbers.insert(&c.id, n);
        if n >= ROWS {
            filling.data.clusters_left_out.insert(n);
            continue;
        }
        let inside = pairs.inside.get(&*c.id).map_or(&[][..], |p| p);
        let leading_out = pairs.leading_out.get(&*c.id).map_or(&[][..], |p| p);
        let block = cluster_block(saved, c, inside, leading_out);
        if !filling.add(format!("c{n}"), escape::json(&block)) {
            filling.data.clusters_left_out.insert(n);
        }
    }
    for (n, c) in clusters.iter().enumerate() {
        let inside = pairs.inside.get(&*c.id).map_or(&[][..], |p| p);
        for (k, i) in inside.iter().enumerate() {
            if n < ROWS && k < PAIRS_OF_CLUSTER {
                filling.pair(*i);
            } else {
                filling.data.pairs_left_out += 1;
            }
        }
    }
    for i in pairs.outside.iter().take(ROWS) {
        filling.pair(*i);
    }
    filling.data.pairs_left_out += pairs.outside.len().saturating_sub(ROWS);
    filling.data
}

struct Filling<'s> {
    saved: &'s Saved,
    left: usize,
    has_article: BTreeSet<usize>,
    data: Data,
    cluster_numbers: BTreeMap<&'s str, usize>,
}

impl Filling<'_> {
    /// Adds a block if there is room for it.
    fn add(&mut self, name: String, json: Option<String>) -> bool {
        let Some(json) = json.filter(|j| j.len() <= self.left) else {
            return false;
        };
        self.left -= json.len();
        self.data.blocks.push((name, json));
        true
    }

    /// Adds a pair with both articles, or nothing of it.
    fn pair(&mut self, i: usize) {
        if self.try_pair(i).is_none() {
            self.data.pairs_left_out += 1;
        }
    }

    fn try_pair(&mut self, i: usize) -> Option<()> {
        if self.left < LEAST_PAIR {
            return None;
        }
        let saved = self.saved;
        let m = saved.matches.get(i)?;
        let places = [saved.place(&m.a)?, saved.place(&m.b)?];
        let mut blocks = Vec::new();
        let mut size = 0;
        for place in places {
            if self.has_article.contains(&place) {
                continue;
            }
            let a = saved.articles.get(place)?;
            // No longer than it will be, so that what has no room is not written out to see it.
            size += a.text.as_deref().map_or(0, str::len);
            if size > self.left {
                return None;
            }
            blocks.push((place, escape::json(&article_block(place, a))?));
        }
        let cluster = cluster_of(saved, m).and_then(|c| self.cluster_numbers.get(c).copied());
        let pair = escape::json(&pair_block(saved, i, m, places, cluster)?)?;
        let size = pair.len() + blocks.iter().map(|b| b.1.len()).sum::<usize>();
        if size > self.left {
            return None;
        }
        for (place, json) in blocks {
            self.has_article.insert(place);
            self.add(format!("a{place}"), Some(json));
        }
        self.add(format!("m{i}"), Some(pair));
        self.data.pairs.insert(i);
        Some(())
    }
}

fn member(n: usize, a: &Article) -> Member<'_> {
    Member {
        n,
        id: &a.id,
        title: a.title.as_deref(),
        outlet: a.outlet.as_deref(),
        published: a.published.as_deref(),
        source: a.origin.as_ref().map(|o| &*o.source),
    }
}

fn article_block(n: usize, a: &Article) -> ArticleBlock<'_> {
    ArticleBlock {
        member: member(n, a),
        url: a.url.as_deref(),
        byline: a.byline.as_deref(),
        lang: a.lang.as_deref(),
        tokens: a.tokens,
        text: a.text.as_deref(),
    }
}

fn listed(m: usize, pair: &Match, [a, b]: [usize; 2]) -> Listed<'_> {
    Listed {
        m,
        a,
        b,
        relation: &pair.relation,
        containment: pair.containment,
        score: pair.score,
        source: &pair.direction.source,
        agency: pair.direction.agency.as_deref(),
        confidence: pair.direction.confidence,
    }
}

fn pair_block<'s>(
    saved: &'s Saved,
    i: usize,
    m: &'s Match,
    places: [usize; 2],
    cluster: Option<usize>,
) -> Option<PairBlock<'s>> {
    let evidence = &m.direction.evidence;
    // All spans of a side at once, as its text is gone through for them.
    let convert = |side: usize| {
        let text = saved.articles.get(places[side])?.text.as_deref()?;
        let of_passages = m.passages.iter().map(|p| [p.a, p.b][side]);
        let name = ["a", "b"][side];
        let of_evidence = evidence.iter().filter(|e| e.r#in == name);
        let spans: Vec<[u32; 2]> = of_passages
            .chain(of_evidence.filter_map(|e| e.span))
            .collect();
        Some(utf16::spans(text, saved.run.offsets, &spans))
    };
    let mut spans = [0, 1].map(|side| convert(side).map(Vec::into_iter));
    let mut next = |side: usize| spans.get_mut(side)?.as_mut()?.next();
    let passages = m
        .passages
        .iter()
        .map(|p| {
            let [a, b] = [next(0), next(1)];
            PassageData {
                a: a.unwrap_or_default(),
                b: b.unwrap_or_default(),
                tokens: p.tokens,
                identity: p.identity,
                kind: &p.kind,
                a_text: p.a_text.as_deref().filter(|_| a.is_none()),
                b_text: p.b_text.as_deref().filter(|_| b.is_none()),
            }
        })
        .collect();
    let evidence = evidence
        .iter()
        .map(|e| EvidenceData {
            kind: &e.kind,
            r#in: &e.r#in,
            text: e.text.as_deref(),
            span: match (&*e.r#in, e.span) {
                ("a", Some(_)) => next(0),
                ("b", Some(_)) => next(1),
                _ => None,
            },
            source: e.source.as_deref(),
            agency: e.agency.as_deref(),
            weight: e.weight,
        })
        .collect();
    Some(PairBlock {
        pair: listed(i, m, places),
        rule: &m.rule,
        jaccard: m.jaccard,
        lean: m.direction.lean.as_deref(),
        lag: m.direction.lag_seconds,
        passages,
        evidence,
        cluster,
    })
}

fn cluster_block<'s>(
    saved: &'s Saved,
    c: &'s crate::report::saved::Cluster,
    inside: &[usize],
    leading_out: &[usize],
) -> ClusterBlock<'s> {
    let named = |n: usize| saved.articles.get(n).map(|a| member(n, a));
    let list = |pairs: &[usize]| -> Vec<Listed<'s>> {
        let pairs = pairs.iter().take(PAIRS_LISTED);
        pairs
            .filter_map(|i| {
                let m = saved.matches.get(*i)?;
                Some(listed(*i, m, [saved.place(&m.a)?, saved.place(&m.b)?]))
            })
            .collect()
    };
    let places: Vec<usize> = c.members.iter().filter_map(|m| saved.place(m)).collect();
    let own: BTreeSet<usize> = places.iter().copied().collect();
    let outside = list(leading_out);
    let others: BTreeSet<usize> = outside.iter().flat_map(|p| [p.a, p.b]).collect();
    let others = others.difference(&own);
    ClusterBlock {
        id: &c.id,
        source: c.origin.as_ref().map(|o| &*o.source),
        confidence: c.origin.as_ref().map_or(0.0, |o| o.confidence),
        representative: saved.place(&c.representative),
        members: places.iter().filter_map(|n| named(*n)).collect(),
        pairs: list(inside),
        more: inside.len().saturating_sub(PAIRS_LISTED),
        others: others.filter_map(|n| named(*n)).collect(),
        outside,
    }
}
