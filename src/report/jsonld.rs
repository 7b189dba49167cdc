//! schema.org: what a scan found as a graph of [JSON-LD](https://schema.org). `docs/standards.md` has the whole mapping.
//!
//! Every property stands on a type that schema.org defines it for. Three things follow from that:
//! - `additionalProperty` is none of a creative work's. So what is measured between two articles is a `Dataset` about both,
//!   and each figure one of its `variableMeasured`, a `PropertyValue`; `valueReference` names the article it is a share of.
//! - Each passage is a `Quotation`, part of the article that has it from elsewhere; its places are `identifier`s, as `PropertyValue`s with
//!   `minValue` and `maxValue`.
//! - Where it is not known who has a text from whom, nothing is `isBasedOn` or `citation` of the other, which would say that
//!   it is known. The `Dataset` is about both, and versions of one story are each an `exampleOfWork` of their cluster.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use super::{
    graph::{self, Descent, List, NAMESPACE, OWN, put},
    model::{ArticleRecord, Run, round},
    outcome::{Outcome, Show},
};
use crate::{detector::Match, recognise::Role};

/// UN/CEFACT's code of a percentage.
const PERCENT: &str = "P1";

/// Writes the result as a graph of JSON-LD.
///
/// # Errors
/// Those of the place written to.
pub fn write<W: Write>(outcome: &Outcome, show: &Show, out: &mut W) -> io::Result<()> {
    let graph = Graph::new(outcome, show)?;
    let scan = &outcome.scan;
    let agents: Vec<&str> = graph::agents(outcome).into_iter().collect();
    let copies: Vec<(String, &str)> = graph::copies(outcome).into_iter().collect();
    let opening = "{\"@context\":\"https://schema.org\",\"@graph\":[";
    let mut list = List::new(out, opening.into());
    list.add(1, |_, m| m.item(&graph.report()))?;
    list.add_all(&agents, |who, m| {
        m.item(&json!({"@type": "Organization", "@id": agent(who), "name": who}));
    })?;
    list.add(scan.articles.len(), |i, m| m.item(&graph.article(i)))?;
    list.add_all(&copies, |(copy, agency), m| {
        m.item(&json!({
            "@type": "NewsArticle",
            "@id": urn(copy),
            "creditText": agency,
            "publisher": id(&agent(agency)),
            "sourceOrganization": id(&agent(agency)),
        }));
    })?;
    list.add_all(&scan.matches, |x, m| m.item(&graph.of_match(x)))?;
    list.add(scan.clusters.len(), |c, m| m.item(&graph.cluster(c)))?;
    list.close("\n]}\n")?;
    out.flush()
}

struct Graph<'o> {
    outcome: &'o Outcome,
    show: &'o Show,
    run: Run<'o>,
    unit: Value,
    report: String,
    /// Addresses that only one article has, and which may name it therefore.
    addresses: FxHashMap<&'o str, bool>,
    /// The matches of each article.
    matches: Vec<Vec<u32>>,
}

impl<'o> Graph<'o> {
    fn new(outcome: &'o Outcome, show: &'o Show) -> io::Result<Self> {
        let run = outcome.run(show.offsets);
        let mut addresses: FxHashMap<&str, bool> = FxHashMap::default();
        let urls = outcome.scan.articles.iter();
        for url in urls.filter_map(|a| a.document.meta.url.as_deref()) {
            addresses
                .entry(url)
                .and_modify(|only| *only = false)
                .or_insert_with(|| is_iri(url));
        }
        let mut matches = vec![Vec::new(); outcome.scan.articles.len()];
        for (i, m) in outcome.scan.matches.iter().enumerate() {
            for x in [m.a, m.b] {
                if let Some(of) = matches.get_mut(x as usize) {
                    of.push(i as u32);
                }
            }
        }
        Ok(Self {
            outcome,
            show,
            unit: serde_json::to_value(run.offsets)?,
            report: urn(&format!("report/{}", graph::of_run(&run.settings_sha256))),
            run,
            addresses,
            matches,
        })
    }

    fn report(&self) -> Value {
        let mut known = vec![property("settings_sha256", &self.run.settings_sha256)];
        let agencies = self.run.agencies_version;
        known.extend(agencies.map(|v| property("agencies_version", v)));
        let program = env!("CARGO_PKG_NAME");
        json!({
            "@type": "Dataset",
            "@id": self.report,
            "name": format!("Text shared by {} articles", self.outcome.scan.articles.len()),
            "measurementTechnique": format!("{program} {}", self.run.version),
            "identifier": known,
        })
    }

    fn article(&self, i: usize) -> Value {
        let a = self.outcome.article(i, self.show);
        let mut node = Map::new();
        put(&mut node, "@type", Some("NewsArticle"));
        put(&mut node, "@id", Some(self.iri(i as u32)));
        put(&mut node, "headline", a.title);
        put(&mut node, "url", a.url.filter(|u| is_iri(u)));
        let publisher = a.outlet.map(|o| id(&agent(o)));
        put(&mut node, "publisher", publisher);
        put(&mut node, "datePublished", a.published.as_deref());
        put(&mut node, "dateModified", a.modified.as_deref());
        put(&mut node, "inLanguage", a.lang);
        put(&mut node, "author", author(&a));
        put(&mut node, "creditText", several(credit_text(&a)));
        put(&mut node, "dateline", self.outcome.printed_dateline(i));
        let source = a.origin.as_ref().map(|o| o.source);
        let agency = source.filter(|s| *s != OWN).map(|s| id(&agent(s)));
        put(&mut node, "sourceOrganization", agency);
        let named = graph::others_named(self.outcome, i);
        let of_role = |role: Role| {
            let those = named.iter().filter(|(r, _)| *r == role.name());
            several(those.map(|(_, who)| id(&agent(who))).collect())
        };
        put(&mut node, "contributor", of_role(Role::Contributor));
        put(&mut node, "mentions", of_role(Role::Cited));
        put(&mut node, "citation", several(citations(&a)));
        put(&mut node, "isBasedOn", several(self.sources(i as u32)));
        let story = a.cluster.map(|c| id(&urn(&graph::cluster(c))));
        put(&mut node, "exampleOfWork", story);
        let matches = self.matches.get(i).map(|of| {
            let of = of.iter().map(|m| &self.outcome.scan.matches[*m as usize]);
            of.map(|m| id(&self.match_iri(m))).collect()
        });
        put(&mut node, "subjectOf", matches.and_then(several));
        let mut known = vec![
            property("id", a.id),
            property("text_sha256", &a.text_sha256),
        ];
        let unfit = a.url.filter(|u| !is_iri(u));
        known.extend(unfit.map(|u| property("url", u)));
        put(&mut node, "identifier", Some(known));
        put(&mut node, "articleBody", a.text);
        Value::Object(node)
    }

    /// What an article has its text from.
    fn sources(&self, article: u32) -> Vec<Value> {
        let of = self.matches.get(article as usize).into_iter().flatten();
        let sources: BTreeSet<String> = of
            .map(|m| &self.outcome.scan.matches[*m as usize])
            .filter_map(|m| match graph::descent(self.outcome, m) {
                Descent::From { derived, source } if derived == article => Some(self.iri(source)),
                Descent::Common { copy, .. } => Some(urn(&copy)),
                _ => None,
            })
            .collect();
        sources.iter().map(|s| id(s)).collect()
    }

    fn of_match(&self, m: &Match) -> Value {
        let record = self.outcome.match_record(m, self.show);
        let [a, b] = [self.iri(m.a), self.iri(m.b)];
        let descent = graph::descent(self.outcome, m);
        let source = match &descent {
            Descent::From { source, .. } => Some(self.iri(*source)),
            Descent::Common { copy, .. } => Some(urn(copy)),
            Descent::Unknown => None,
        };
        // The text as it stands in the article that has it from the other.
        let is_of_b = matches!(descent, Descent::From { derived, .. } if derived == m.b);
        let holders = match &descent {
            Descent::From { derived, .. } => vec![id(&self.iri(*derived))],
            _ => vec![id(&a), id(&b)],
        };
        let passages: Vec<Value> = record
            .passages
            .iter()
            .filter_map(|p| graph::kind_told(p.kind).map(|kind| (p, kind)))
            .map(|(p, kind)| {
                let place = |at: [u32; 2], article: &str| {
                    json!({
                        "@type": "PropertyValue",
                        "name": "span",
                        "minValue": at[0],
                        "maxValue": at[1],
                        "unitText": self.unit,
                        "valueReference": article,
                    })
                };
                let mut node = Map::new();
                put(&mut node, "@type", Some("Quotation"));
                put(&mut node, "additionalType", Some(urn(kind)));
                put(&mut node, "text", if is_of_b { p.b_text } else { p.a_text });
                put(&mut node, "isPartOf", several(holders.clone()));
                put(&mut node, "isBasedOn", source.as_deref().map(id));
                let places = vec![place(p.a, &a), place(p.b, &b)];
                put(&mut node, "identifier", Some(places));
                Value::Object(node)
            })
            .collect();
        let [a_in_b, b_in_a] = record.containment;
        let share = |x: f64, of: &str| {
            json!({
                "@type": "PropertyValue",
                "name": "containment",
                "value": graph::percent(x),
                "unitCode": PERCENT,
                "valueReference": of,
            })
        };
        let mut measured = vec![
            share(a_in_b, &a),
            share(b_in_a, &b),
            property_value("jaccard", round(record.jaccard)),
        ];
        let evidence = graph::evidence(m);
        if source.is_some() {
            let confidence = round(record.direction.confidence);
            measured.push(property_value("confidence", confidence));
            measured.push(property_value("evidence", evidence));
        }
        let mut node = Map::new();
        put(&mut node, "@type", Some("Dataset"));
        put(&mut node, "@id", Some(self.match_iri(m)));
        put(&mut node, "additionalType", Some(urn(record.relation)));
        put(&mut node, "isPartOf", Some(id(&self.report)));
        put(&mut node, "measurementTechnique", Some(record.rule));
        put(&mut node, "about", Some(vec![id(&a), id(&b)]));
        put(&mut node, "variableMeasured", Some(measured));
        put(&mut node, "hasPart", several(passages));
        Value::Object(node)
    }

    fn cluster(&self, c: usize) -> Value {
        let cluster = self.outcome.cluster(c);
        let mut node = Map::new();
        put(&mut node, "@type", Some("CreativeWork"));
        put(&mut node, "@id", Some(urn(&graph::cluster(cluster.id))));
        let agency = cluster.origin.map(|o| id(&agent(o.source)));
        put(&mut node, "sourceOrganization", agency);
        Value::Object(node)
    }

    /// What an article is named by: its address if that is one and is its alone.
    fn iri(&self, article: u32) -> String {
        let of = self.outcome.scan.articles.get(article as usize);
        let url = of.and_then(|a| a.document.meta.url.as_deref());
        match url.filter(|u| self.addresses.get(u) == Some(&true)) {
            Some(url) => url.to_owned(),
            None => urn(&graph::article(self.outcome.id(article))),
        }
    }

    fn match_iri(&self, m: &Match) -> String {
        urn(&graph::of_match(self.outcome.id(m.a), self.outcome.id(m.b)))
    }
}

/// Only of own work is the byline known to be that of a person.
fn author(a: &ArticleRecord<'_>) -> Option<Value> {
    let origin = a.origin.as_ref()?;
    let is_staff = origin.source == OWN && origin.basis.contains(&"staff");
    a.byline
        .filter(|_| is_staff)
        .map(|b| json!({"@type": "Person", "name": b}))
}

/// Credits as printed; where there are none, the source as the output names it.
fn credit_text(a: &ArticleRecord<'_>) -> Vec<Value> {
    let printed = a.credits.iter().filter(|c| c.role == Role::Origin.name());
    let source = a.origin.as_ref().map(|o| o.source);
    let mut all: Vec<&str> = a.byline.into_iter().collect();
    all.extend(printed.map(|c| c.text));
    if all.is_empty() {
        all.extend(source.filter(|s| *s != OWN));
    }
    distinct(all)
}

/// Those cited, as printed.
fn citations(a: &ArticleRecord<'_>) -> Vec<Value> {
    let cited = a.credits.iter().filter(|c| c.role == Role::Cited.name());
    distinct(cited.map(|c| c.text).collect())
}

fn distinct(texts: Vec<&str>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let first = texts.into_iter().filter(|t| seen.insert(*t));
    first.map(Value::from).collect()
}

/// One value as itself, several as an array, none as nothing.
fn several(mut values: Vec<Value>) -> Option<Value> {
    match values.len() {
        0 => None,
        1 => values.pop(),
        _ => Some(Value::Array(values)),
    }
}

fn property(of: &str, value: &str) -> Value {
    json!({"@type": "PropertyValue", "propertyID": of, "value": value})
}

fn property_value(name: &str, value: impl Into<Value>) -> Value {
    json!({"@type": "PropertyValue", "name": name, "value": value.into()})
}

fn id(iri: &str) -> Value {
    json!({"@id": iri})
}

fn urn(local: &str) -> String {
    format!("{NAMESPACE}{local}")
}

fn agent(name: &str) -> String {
    urn(&graph::agent(name))
}

/// Whether an address is an absolute one of the web, in characters that an IRI may have.
fn is_iri(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let refused = |c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c);
    rest.is_some_and(|r| !r.is_empty() && !r.starts_with('/') && !r.contains(refused))
}
