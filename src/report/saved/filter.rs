//! A part of a saved scan, which is a saved scan again: its articles, clusters and counts are those of what is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    Article, Cluster, Line, Match, Of, Saved, edit, index_of,
    narrow::{JOINING, clusters},
};
use crate::error::{Error, ErrorKind, Result};

/// What is kept. Of criteria that are given, all must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Relations of a match; empty for all.
    pub relations: Vec<String>,
    /// Least score of a match.
    pub min_score: Option<f64>,
    /// Least containment of the shorter and of the longer article in a `near-duplicate`.
    pub near_duplicate: Option<(f64, f64)>,
    /// Least matched tokens in passages of prose of a `reuse`.
    pub reuse_words: Option<u32>,
    /// Outlets of which one article of a match must be; empty for all. Case does not matter.
    pub outlets: Vec<String>,
    /// The agency or source from which one article of a match, its cluster, or what both share must be.
    pub agency: Option<String>,
    /// First day of publication, `2018-07-15`, of both articles.
    pub since: Option<String>,
    /// Last day of it.
    pub until: Option<String>,
}

impl Filter {
    /// Whether everything is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Applies it.
    ///
    /// # Errors
    /// A threshold below that of the scan: what lies between was not kept.
    pub fn apply(&self, mut saved: Saved) -> Result<Saved> {
        self.check(&saved)?;
        if self.is_empty() {
            return Ok(saved);
        }
        let kept = Kept::of(self, &saved);
        saved.lines = kept.lines(self, &saved);
        let mut told = saved.run.filters;
        told.push(self.told());
        saved.run.filters = told;
        keep(&mut saved.articles, &kept.articles);
        keep(&mut saved.matches, &kept.matches);
        keep(&mut saved.near_misses, &kept.near_misses);
        let members = kept.members();
        for a in &mut saved.articles {
            a.cluster = a.cluster.take().filter(|_| members.contains(&*a.id));
        }
        saved.clusters = kept.clusters.into_values().collect();
        saved.index = index_of(&saved.articles);
        for b in saved.boilerplate.iter_mut().chain(&mut saved.common_runs) {
            b.examples.retain(|id| saved.index.contains_key(id));
        }
        saved.summary.articles = saved.articles.len() as u64;
        saved.summary.matches = saved.matches.len() as u64;
        saved.summary.clusters = saved.clusters.len() as u64;
        saved.summary.undated = undated(saved.articles.iter());
        Ok(saved)
    }

    /// The names given that no article of `saved` bears.
    #[must_use]
    pub fn unknown(&self, saved: &Saved) -> Vec<String> {
        let outlets = saved.articles.iter().filter_map(|a| a.outlet.as_deref());
        let outlets: BTreeSet<String> = outlets.map(str::to_lowercase).collect();
        let wanted = self.outlets.iter();
        let mut out: Vec<String> = wanted
            .filter(|o| !outlets.contains(&o.to_lowercase()))
            .map(|o| format!("no article is of the outlet `{o}`"))
            .collect();
        if let Some(name) = &self.agency {
            let origins = saved.articles.iter().filter_map(|a| a.origin.as_ref());
            let origins = origins.map(|o| &*o.source);
            let commons = saved
                .matches
                .iter()
                .filter_map(|m| m.direction.agency.as_deref());
            let clusters = saved.clusters.iter().filter_map(|c| c.origin.as_ref());
            let clusters = clusters.map(|o| &*o.source);
            if !origins
                .chain(commons)
                .chain(clusters)
                .any(|n| same(n, name))
            {
                out.push(format!("nothing is from `{name}`"));
            }
        }
        out
    }

    fn check(&self, saved: &Saved) -> Result<()> {
        let of = |name: &str| saved.threshold(name);
        if let Some((shorter, longer)) = self.near_duplicate {
            let names = ["near_duplicate_shorter", "near_duplicate_longer"];
            reaches("--near-duplicate", shorter, of(names[0]))?;
            reaches("--near-duplicate", longer, of(names[1]))?;
        }
        if let Some(n) = self.reuse_words {
            reaches("--reuse-words", f64::from(n), of("reuse_words"))?;
        }
        // Reuse and quotes have no least score, and identical articles without prose have none.
        let only_versions = self.relations.iter().all(|r| JOINING.contains(&&**r));
        if let Some(score) = self.min_score
            && only_versions
            && self.relations.iter().any(|r| r == "near-duplicate")
        {
            reaches("--min-score", score, of("near_duplicate_shorter"))?;
        }
        Ok(())
    }

    fn told(&self) -> Value {
        let mut out = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() && value != json!([]) {
                out.insert(name.into(), value);
            }
        };
        put("relation", json!(self.relations));
        put("min_score", json!(self.min_score));
        put("near_duplicate", json!(self.near_duplicate));
        put("reuse_words", json!(self.reuse_words));
        put("outlet", json!(self.outlets));
        put("agency", json!(self.agency));
        put("since", json!(self.since));
        put("until", json!(self.until));
        out.into()
    }

    fn in_time(&self, a: &Article) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        let Some(day) = a.published.as_deref().and_then(|p| p.get(..10)) else {
            return false;
        };
        self.since.as_deref().is_none_or(|s| s <= day)
            && self.until.as_deref().is_none_or(|u| day <= u)
    }

    fn of_outlet(&self, a: &Article) -> bool {
        self.outlets.is_empty()
            || a.outlet
                .as_deref()
                .is_some_and(|o| self.outlets.iter().any(|w| same(o, w)))
    }

    fn of_agency(&self, a: &Article, source_of: &BTreeMap<&str, &str>) -> bool {
        let Some(name) = &self.agency else {
            return true;
        };
        let own = a.origin.as_ref().map(|o| &*o.source);
        let cluster = a.cluster.as_deref().and_then(|c| source_of.get(c).copied());
        own.into_iter().chain(cluster).any(|n| same(n, name))
    }

    fn of_relation(&self, m: &Match, saved: &Saved) -> bool {
        if !self.relations.is_empty() && !self.relations.contains(&m.relation) {
            return false;
        }
        match &*m.relation {
            "near-duplicate" => self.near_duplicate.is_none_or(|(shorter, longer)| {
                let [a, b] = [&m.a, &m.b].map(|id| saved.article(id).map_or(0, |x| x.prose_tokens));
                let [x, y] = m.containment;
                let (of_shorter, of_longer) = if a <= b { (x, y) } else { (y, x) };
                of_shorter >= shorter && of_longer >= longer
            }),
            "reuse" => self.reuse_words.is_none_or(|n| {
                let prose = m.passages.iter().filter(|p| p.kind == "prose");
                prose.map(|p| p.tokens).sum::<u64>() >= u64::from(n)
            }),
            _ => true,
        }
    }
}

/// What of a scan is kept.
struct Kept {
    articles: Vec<bool>,
    matches: Vec<bool>,
    near_misses: Vec<bool>,
    /// By their place in the scan.
    clusters: BTreeMap<usize, Cluster>,
}

impl Kept {
    fn of(filter: &Filter, saved: &Saved) -> Self {
        let source_of: BTreeMap<&str, &str> = saved
            .clusters
            .iter()
            .filter_map(|c| Some((&*c.id, &*c.origin.as_ref()?.source)))
            .collect();
        let pair = |a: &str, b: &str, agency: Option<&str>| {
            let both = [a, b].map(|id| saved.article(id));
            let [Some(a), Some(b)] = both else {
                return false;
            };
            let either = |wanted: &dyn Fn(&Article) -> bool| wanted(a) || wanted(b);
            let named = filter.agency.as_deref().zip(agency);
            filter.in_time(a)
                && filter.in_time(b)
                && either(&|x| filter.of_outlet(x))
                && (named.is_some_and(|(x, y)| same(x, y))
                    || either(&|x| filter.of_agency(x, &source_of)))
        };
        let high = |score: f64| filter.min_score.is_none_or(|s| score >= s);
        let matches: Vec<bool> = saved
            .matches
            .iter()
            .map(|m| {
                let agency = m.direction.agency.as_deref();
                high(m.score) && filter.of_relation(m, saved) && pair(&m.a, &m.b, agency)
            })
            .collect();
        // A near miss has no relation.
        let near_misses: Vec<bool> = saved
            .near_misses
            .iter()
            .map(|n| filter.relations.is_empty() && high(n.score) && pair(&n.a, &n.b, None))
            .collect();
        let mut articles: Vec<bool> = saved
            .articles
            .iter()
            .map(|a| filter.in_time(a) && filter.of_outlet(a) && filter.of_agency(a, &source_of))
            .collect();
        let of_matches = saved.matches.iter().zip(&matches);
        let of_matches = of_matches.filter(|x| *x.1).map(|(m, _)| [&m.a, &m.b]);
        let of_misses = saved.near_misses.iter().zip(&near_misses);
        let of_misses = of_misses.filter(|x| *x.1).map(|(n, _)| [&n.a, &n.b]);
        for id in of_matches.chain(of_misses).flatten() {
            if let Some(kept) = saved.place(id).and_then(|i| articles.get_mut(i)) {
                *kept = true;
            }
        }
        let clusters = clusters(saved, &matches);
        Self {
            articles,
            matches,
            near_misses,
            clusters,
        }
    }

    /// The articles that are still of a cluster.
    fn members(&self) -> BTreeSet<&str> {
        let all = self.clusters.values().flat_map(|c| &c.members);
        all.map(|m| &**m).collect()
    }

    /// The lines of what is kept, those of records that change anew.
    fn lines(&self, filter: &Filter, saved: &Saved) -> Vec<Line> {
        let is = |kept: &[bool], i: usize| kept.get(i).copied().unwrap_or(false);
        let members = self.members();
        let is_kept = |id: &String| saved.place(id).is_some_and(|i| is(&self.articles, i));
        let [mut articles, mut matches, mut misses, mut clusters] = [0; 4];
        let mut out = Vec::new();
        for line in &saved.lines {
            let json = &line.json;
            let (json, of) = match line.of {
                Of::Run => {
                    let mut filters = saved.run.filters.clone();
                    filters.push(filter.told());
                    (edit::set(json, &[("filters", filters.into())]), Of::Run)
                }
                Of::Article(i) if is(&self.articles, i) => {
                    let a = saved.articles.get(i);
                    let lost = a.is_some_and(|a| a.cluster.is_some() && !members.contains(&*a.id));
                    let json = if lost {
                        edit::set(json, &[("cluster", Value::Null)])
                    } else {
                        json.clone()
                    };
                    (json, Of::Article(next(&mut articles)))
                }
                Of::Match(i) if is(&self.matches, i) => {
                    (json.clone(), Of::Match(next(&mut matches)))
                }
                Of::NearMiss(i) if is(&self.near_misses, i) => {
                    (json.clone(), Of::NearMiss(next(&mut misses)))
                }
                Of::Article(_) | Of::Match(_) | Of::NearMiss(_) => continue,
                Of::Boilerplate(i) | Of::CommonRun(i) => {
                    let all = match line.of {
                        Of::Boilerplate(_) => &saved.boilerplate,
                        _ => &saved.common_runs,
                    };
                    let examples = all.get(i).map_or(&[][..], |b| &b.examples);
                    if examples.iter().all(is_kept) {
                        (json.clone(), line.of)
                    } else {
                        let some: Vec<_> = examples.iter().filter(|id| is_kept(id)).collect();
                        (edit::set(json, &[("examples", json!(some))]), line.of)
                    }
                }
                Of::Cluster(i) => match self.clusters.get(&i) {
                    Some(c) => (cluster_line(json, c), Of::Cluster(next(&mut clusters))),
                    None => continue,
                },
                Of::Summary => (
                    edit::set(
                        json,
                        &[
                            ("articles", count(&self.articles)),
                            ("matches", count(&self.matches)),
                            ("clusters", self.clusters.len().into()),
                            ("undated", {
                                let all = saved.articles.iter().zip(&self.articles);
                                undated(all.filter(|x| *x.1).map(|x| x.0)).into()
                            }),
                        ],
                    ),
                    Of::Summary,
                ),
                Of::Error(_) | Of::Other => (json.clone(), line.of),
            };
            out.push(Line { json, of });
        }
        out
    }
}

fn next(n: &mut usize) -> usize {
    *n += 1;
    *n - 1
}

fn count(kept: &[bool]) -> Value {
    kept.iter().filter(|k| **k).count().into()
}

fn undated<'s>(articles: impl Iterator<Item = &'s Article>) -> u64 {
    articles.filter(|a| a.published.is_none()).count() as u64
}

fn cluster_line(json: &str, c: &Cluster) -> String {
    let origin = c
        .origin
        .as_ref()
        .map(|o| json!({"article": o.article, "source": o.source, "confidence": o.confidence}));
    let fields = [
        ("members", json!(c.members)),
        ("representative", json!(c.representative)),
        ("origin", json!(origin)),
        (
            "cohesion",
            json!({"min": c.cohesion.min, "mean": c.cohesion.mean}),
        ),
    ];
    edit::set(json, &fields)
}

fn keep<T>(records: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    records.retain(|_| kept.next().copied().unwrap_or(false));
}

fn same(x: &str, y: &str) -> bool {
    x == y || x.to_lowercase() == y.to_lowercase()
}

fn reaches(option: &str, wanted: f64, scan: Option<f64>) -> Result<()> {
    match scan {
        Some(scan) if wanted < scan => Err(Error::new(
            ErrorKind::Settings,
            format!(
                "{option} {wanted} is below the {scan} of the scan, which kept nothing under it: scan again for that"
            ),
        )),
        _ => Ok(()),
    }
}
