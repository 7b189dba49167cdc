//! Holds the program to `corpus/truth.jsonl`: what is copied from what in the corpus, said by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use copytaster::detector::{Detector, Scan};
use copytaster::read::{Input, ReadOptions, make_unique, read_all};
use copytaster::settings::Settings;
use serde_json::Value;

/// Two ids, the lesser first.
type Pair = (String, String);

/// Lines of the truth of one type.
fn truth(kind: &str) -> Vec<Value> {
    let text = fs::read_to_string("corpus/truth.jsonl").unwrap();
    let lines = text
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap());
    lines.filter(|v| v["type"] == kind).collect()
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
        .scan(read().documents);
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
        .scan(read().documents);
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
