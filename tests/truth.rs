//! Holds the program to what was said of the corpus by hand: `corpus/truth.jsonl`, what is copied from what, and
//! `corpus/origins.jsonl`, whom each article credits with its text, its dateline, and whom it cites.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use copytaster::detector::{Detector, Scan};
use copytaster::read::{Input, ReadOptions, make_unique, read_all};
use copytaster::recognise::{Credited, Role};
use copytaster::settings::Settings;
use serde_json::{Value, json};

/// Two ids, the lesser first.
type Pair = (String, String);

/// Articles of which the program does not say all that `corpus/origins.jsonl` does. Of each it says nothing, never a wrong
/// thing.
const MISSED: [&str; 14] = [
    // A place and a colon are no dateline: headings look the same.
    "corpus/deccan-ledger/neelvan-town.txt",
    "corpus/quay-courier/indian-banks.txt",
    // Bylines without `By` or a translation of it, and of a desk without a name.
    "corpus/ar/marafi/fitr.txt",
    "corpus/es/noray-de-levante/ultimo-farero.txt",
    "corpus/hi/ratan-patrika/chappal.txt",
    "corpus/lantern-bay-lantern/morning-briefing-aug-3.txt",
    "corpus/port-sennet-packet/brass-chest.txt",
    "corpus/ru/mzorskie-vesti/rechnik.txt",
    "corpus/ru/rajon-online/shvartovy.txt",
    // `Con información de EFE`: of a text rewritten.
    "corpus/es/correo-de-arenuela/joya-escondida.txt",
    // `Reuters set out the arithmetic`: a verb of no list.
    "corpus/sunday-meridian/bed-on-the-2210.txt",
    // A source that is in no table.
    "corpus/zh/hexi-kuaixun/qiuchang.txt",
    // A dateline by two calendars, its agency without brackets.
    "corpus/ar/spa/asal.txt",
    // Datelines in Thai.
    "corpus/th/xinhua/ped.txt",
];

fn lines(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

/// Lines of the truth of one type.
fn truth(kind: &str) -> Vec<Value> {
    let mut out = lines("corpus/truth.jsonl");
    out.retain(|v| v["type"] == kind);
    out
}

fn string(v: &Value) -> String {
    v.as_str().unwrap().to_owned()
}

/// The relation of each pair that the truth lists.
fn listed() -> BTreeMap<Pair, String> {
    let mut out = BTreeMap::new();
    for line in truth("pair") {
        let (a, b) = (string(&line["a"]), string(&line["b"]));
        let pair = if a < b { (a, b) } else { (b, a) };
        let relation = string(&line["relation"]);
        assert!(
            out.insert(pair.clone(), relation).is_none(),
            "{pair:?} is listed twice"
        );
    }
    out
}

fn read() -> Input {
    let mut input = read_all(&["corpus".to_owned()], &ReadOptions::default(), &|_| ());
    make_unique(&mut input.documents);
    input
}

fn found(scan: &Scan) -> BTreeMap<Pair, String> {
    let id = |x: u32| scan.articles[x as usize].document.id.clone();
    scan.matches
        .iter()
        .map(|m| ((id(m.a), id(m.b)), m.relation.name().to_owned()))
        .collect()
}

#[test]
fn every_article_has_a_line_and_every_line_an_article() {
    let input = read();
    assert_eq!(input.errors, []);
    assert!(
        input.documents.len() >= 80,
        "a corpus of {}",
        input.documents.len()
    );
    let articles: BTreeSet<String> = input.documents.into_iter().map(|d| d.id).collect();
    let lines: Vec<String> = truth("article").iter().map(|l| string(&l["id"])).collect();
    let distinct: BTreeSet<String> = lines.iter().cloned().collect();
    assert_eq!(distinct.len(), lines.len(), "an article is listed twice");
    let unlisted: Vec<&String> = articles.difference(&distinct).collect();
    let missing: Vec<&String> = distinct.difference(&articles).collect();
    assert!(
        unlisted.is_empty() && missing.is_empty(),
        "without a line: {unlisted:?}; without an article: {missing:?}"
    );
    for (a, b) in listed().keys() {
        assert!(
            a != b && distinct.contains(a) && distinct.contains(b),
            "{a} and {b} are not two articles of the corpus"
        );
    }
}

#[test]
fn finds_the_listed_pairs_with_their_relations_and_no_others() {
    let scan = Detector::new(Settings::default())
        .unwrap()
        .scan(read().documents)
        .unwrap();
    let (found, listed) = (found(&scan), listed());
    let mut wrong = Vec::new();
    for (pair, relation) in &listed {
        match found.get(pair) {
            None => wrong.push(format!("not found: {relation:14} {} {}", pair.0, pair.1)),
            Some(r) if r != relation => {
                wrong.push(format!("{r} instead of {relation}: {} {}", pair.0, pair.1))
            }
            Some(_) => {}
        }
    }
    for (pair, relation) in found.iter().filter(|(p, _)| !listed.contains_key(*p)) {
        wrong.push(format!("not listed: {relation:13} {} {}", pair.0, pair.1));
    }
    assert!(
        wrong.is_empty(),
        "{} of {} pairs differ from corpus/truth.jsonl:\n{}",
        wrong.len(),
        listed.len(),
        wrong.join("\n")
    );
}

#[test]
fn clusters_are_the_listed_versions_joined() {
    let scan = Detector::new(Settings::default())
        .unwrap()
        .scan(read().documents)
        .unwrap();
    let listed = listed();
    let joining: BTreeSet<&Pair> = listed
        .iter()
        .filter(|(_, r)| *r == "identical" || *r == "near-duplicate")
        .map(|(p, _)| p)
        .collect();
    for cluster in &scan.clusters {
        let ids: Vec<&str> = cluster
            .members
            .iter()
            .map(|m| &*scan.articles[*m as usize].document.id)
            .collect();
        for id in &ids {
            let joined = joining.iter().any(|(a, b)| {
                (a == id && ids.contains(&b.as_str())) || (b == id && ids.contains(&a.as_str()))
            });
            assert!(joined, "{id} is a version of none of {ids:?}");
        }
    }
}

#[test]
fn origins_datelines_and_citations_are_those_said_by_hand() {
    let detector = Detector::new(Settings::default()).unwrap();
    let scan = detector.scan(read().documents).unwrap();
    let agencies = detector.agencies();
    let told: BTreeMap<&str, Value> = scan
        .articles
        .iter()
        .zip(&scan.standings)
        .map(|(a, standing)| {
            let text = &a.document.text;
            let dateline = a.attribution.dateline.as_ref().map(|d| {
                json!({
                    "place": d.place.map(|s| s.slice(text)),
                    "date": d.date.map(|s| s.slice(text)),
                    "agency": d.agencies.first().map(|i| &agencies.all()[*i as usize].id),
                })
            });
            let origin = standing.origin(agencies).map(|o| o.source);
            let cited = a
                .attribution
                .credits
                .iter()
                .filter(|c| c.role == Role::Cited);
            let cited: BTreeSet<&str> = cited
                .map(|c| match &c.who {
                    Credited::Agency(i) => &*agencies.all()[*i as usize].id,
                    Credited::Named(name) => name,
                })
                .collect();
            let told = json!({"origin": origin, "dateline": dateline, "cited": cited});
            (&*a.document.id, told)
        })
        .collect();
    let said = lines("corpus/origins.jsonl");
    assert_eq!(
        said.len(),
        told.len(),
        "an article without a line, or twice"
    );
    let (mut wrong, mut missed) = (Vec::new(), BTreeSet::new());
    for line in &said {
        let id = string(&line["id"]);
        let told = told.get(&*id).unwrap_or_else(|| panic!("no article {id}"));
        for what in ["origin", "dateline", "cited"] {
            if told[what] == line[what] {
                continue;
            }
            let is_silent = told[what].is_null() || told[what] == json!([]);
            if !MISSED.contains(&&*id) || !is_silent {
                wrong.push(format!(
                    "{id}: {what} {} instead of {}",
                    told[what], line[what]
                ));
            }
            missed.insert(id.clone());
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} articles differ from corpus/origins.jsonl:\n{}",
        missed.len(),
        said.len(),
        wrong.join("\n")
    );
    let found: Vec<&&str> = MISSED.iter().filter(|id| !missed.contains(**id)).collect();
    assert!(found.is_empty(), "no longer missed: {found:?}");
}
