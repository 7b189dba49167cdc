//! The graph formats against the models they are written in: W3C PROV-JSON and schema.org.

#[path = "common/graphs.rs"]
mod graphs;

use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
};

use graphs::{Object, check_jsonld, check_prov, object, table};
use serde_json::Value;

/// Scans the records of `input`, or `corpus/` where there are none.
fn scan(input: &str, args: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_copytaster"))
        .args(["scan", if input.is_empty() { "corpus" } else { "-" }])
        .args(["--input-format", "jsonl"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

const STORY: &str = "The harbour board of Port Alma voted on Tuesday to close the old swing bridge for nine months, \
    saying that the bearings on which it turns were cast in 1911 and can no longer be bought anywhere. Ferries will run \
    every ten minutes while the work lasts, the board added, and nobody who lives on the island is to pay for the \
    crossing until the bridge is open to carts again in the spring.";
const OTHER: &str = "Lanterns were hung along the sea wall at Vesk Haven last night for the first time since the weather \
    tower was built. Its keeper had asked the elders for a bell instead, and was told that bells wake the goats, which \
    give no milk for a day whenever that happens; so there is light now, and the fishermen say that it can be seen from \
    as far out as the second sandbank.";
const SPEECH: &str = "“We counted every rivet twice and then we counted them again, because nobody on this island \
    believed the first number, and I do not blame them for one moment,” said Orla Finch.";

/// An agency's own page, two papers that credit it, two papers that say nothing, two that quote one woman, one that cites,
/// and a text with nothing known about it.
fn stories() -> String {
    let wire = format!("PORT ALMA (AP) — {STORY}");
    let plain =
        |extra: &str| format!("{OTHER} {extra} A lamp was carried up the stairs by the warden.");
    let articles = [
        serde_json::json!({"id": "wire 1:a+b%.", "outlet": "AP", "url": "https://apnews.com/x1", "lang": "en",
            "title": "Bridge \"shut\"\u{7}\u{202e} עברית \\", "published": "2031-03-04T10:00:00Z", "text": wire}),
        serde_json::json!({"id": "paper/é", "outlet": "Alma \"Courier\"", "url": "https://courier.example/a",
            "published": "2031-03-05", "byline": "Ines Varga", "text": format!("Näheres 😀 unten.\n\n{wire}")}),
        serde_json::json!({"id": "third", "outlet": "Vesk Post", "url": "https://courier.example/a", "text": wire}),
        serde_json::json!({"id": "silent 1", "url": "no address", "text": plain("It is 9 years old.")}),
        serde_json::json!({"id": "silent 2", "url": "https://x.example/a b", "text": plain("Its stones are grey.")}),
        serde_json::json!({"id": "said 1", "text": format!("Paint flakes off the pier, and few care. {SPEECH} \
            A meeting on the matter of the pier will be held after the herring fair, weather allowing.")}),
        serde_json::json!({"id": "said 2", "text": format!("Gulls nest in the clock of the town hall this year. {SPEECH} \
            Children have been told to look up before they cross the square, where the pigeons used to be.")}),
        serde_json::json!({"id": "citing", "outlet": "Inland Post", "text": "A barge ran aground below the weir on Friday, \
            the fire brigade told Reuters. Nobody was hurt, and the barge was afloat again by the evening tide."}),
        serde_json::json!({"id": "bare", "text": ""}),
        serde_json::json!({"id": "of the wire", "byline": "Ines Varga, Staff Writer", "outlet": "Quay Courier",
            "text": format!("Something else went before it. {}", &STORY[..STORY.len() / 2])}),
    ];
    articles.iter().map(|a| format!("{a}\n")).collect()
}

fn nodes<'v>(document: &'v Object, of: &'v str) -> impl Iterator<Item = &'v Value> {
    let graph = document["@graph"].as_array().unwrap().iter();
    graph.filter(move |n| n["@type"] == of)
}

#[test]
fn both_are_what_their_models_say() {
    for input in ["", &stories(), "\n", "{\"text\":\"\"}\n"] {
        for args in [
            &[][..],
            &["--with-text", "--snippet", "0"],
            &["--snippet", "full"],
        ] {
            check_prov(&object(&scan(
                input,
                &[&["--format", "prov"], args].concat(),
            )));
            check_jsonld(&object(&scan(
                input,
                &[&["--format", "jsonld"], args].concat(),
            )));
        }
    }
}

#[test]
fn threads_change_nothing() {
    for format in ["prov", "jsonld"] {
        let run = |threads| scan("", &["--format", format, "--threads", threads]);
        assert!(run("1") == run("4"), "{format}");
    }
}

#[test]
fn prov_says_who_has_it_from_whom() {
    let document = object(&scan(&stories(), &["--format", "prov"]));
    let entity = |id: &str| &document["entity"][&format!("ct:article/{id}")];
    let wire = entity("wire%201%3Aa%2Bb%25%2E");
    assert_eq!(wire["prov:label"], "Bridge \"shut\"\u{7}\u{202e} עברית \\");
    assert_eq!(wire["ct:id"], "wire 1:a+b%.");
    assert_eq!(wire["schema:datePublished"]["type"], "xsd:dateTime");
    assert_eq!(
        entity("paper/%C3%A9")["schema:datePublished"]["type"],
        "xsd:date"
    );
    let derived = |from: &str, to: &str| -> Vec<&Value> {
        let all = table(&document, "wasDerivedFrom").values();
        all.filter(|d| d["prov:generatedEntity"] == from && d["prov:usedEntity"] == to)
            .collect()
    };
    let revision = derived("ct:article/third", "ct:article/wire%201%3Aa%2Bb%25%2E");
    let [revision] = revision[..] else {
        panic!("{revision:?}");
    };
    assert_eq!(revision["prov:type"]["$"], "prov:Revision");
    assert_eq!(revision["ct:relation"], "identical");
    assert_eq!(revision["ct:percentOfAInB"]["$"], "100");
    // Both papers from the copy they had, which is the agency's.
    let copies: Vec<&String> = table(&document, "entity")
        .keys()
        .filter(|k| k.starts_with("ct:copy/AP/c-"))
        .collect();
    let [copy] = copies[..] else {
        panic!("{copies:?}");
    };
    for paper in ["ct:article/third", "ct:article/paper/%C3%A9"] {
        let from_copy = derived(paper, copy)[0];
        assert_eq!(from_copy.get("prov:type"), None);
        assert_eq!(from_copy["ct:evidence"], serde_json::json!(["credit"]));
    }
    let attributed = |entity: &str, agent: &str| {
        table(&document, "wasAttributedTo")
            .values()
            .any(|r| r["prov:entity"] == entity && r["prov:agent"] == agent)
    };
    assert!(attributed(copy, "ct:agent/AP"));
    assert!(attributed("ct:article/paper/%C3%A9", "ct:agent/AP"));
    assert!(attributed(
        "ct:article/paper/%C3%A9",
        "ct:agent/Alma%20%22Courier%22"
    ));
    // Nothing says who was first of these: they are versions of one thing, and derived from each other they are not.
    let [silent_1, silent_2] = ["ct:article/silent%201", "ct:article/silent%202"];
    assert!(derived(silent_1, silent_2).is_empty() && derived(silent_2, silent_1).is_empty());
    let alternates: Vec<&Value> = table(&document, "alternateOf").values().collect();
    let [alternate] = alternates[..] else {
        panic!("{alternates:?}");
    };
    assert_eq!(alternate["prov:alternate1"], silent_1);
    let found = "ct:match/silent%201+silent%202";
    assert_eq!(
        [
            derived(found, silent_1).len(),
            derived(found, silent_2).len()
        ],
        [1, 1]
    );
    // What two quote is in both, and the two are not versions of one thing.
    let said = &document["entity"]["ct:match/said%201+said%202"];
    assert_eq!(said["ct:relation"], "quotes");
    let influences: Vec<&Value> = table(&document, "wasInfluencedBy").values().collect();
    assert_eq!(influences.len(), 1);
    assert_eq!(influences[0]["prov:influencer"], "ct:agent/Reuters");
}

#[test]
fn jsonld_says_who_has_it_from_whom() {
    let document = object(&scan(&stories(), &["--format", "jsonld"]));
    let articles: BTreeMap<&str, &Value> = nodes(&document, "NewsArticle")
        .filter_map(|n| {
            let mut known = n["identifier"].as_array()?.iter();
            let id = known.find(|k| k["propertyID"] == "id")?;
            Some((id["value"].as_str()?, n))
        })
        .collect();
    assert_eq!(articles.len(), 10);
    let wire = articles["wire 1:a+b%."];
    assert_eq!(wire["@id"], "https://apnews.com/x1");
    assert_eq!(wire["headline"], "Bridge \"shut\"\u{7}\u{202e} עברית \\");
    assert_eq!(wire["dateline"], "PORT ALMA (AP)");
    // An address that two articles have names neither; one that is none is not told as one.
    assert_eq!(articles["third"]["@id"], "urn:copytaster:article/third");
    assert_eq!(articles["third"]["url"], "https://courier.example/a");
    assert_eq!(articles["silent 1"].get("url"), None);
    let based_on = |id: &str| -> Vec<&str> {
        let all = articles[id].get("isBasedOn");
        let all = all.map_or(vec![], |a| {
            a.as_array().map_or(vec![a], |a| a.iter().collect())
        });
        all.iter().map(|b| b["@id"].as_str().unwrap()).collect()
    };
    assert_eq!(based_on("third")[0], "https://apnews.com/x1");
    assert!(based_on("third")[1].starts_with("urn:copytaster:copy/AP/c-"));
    for id in [
        "silent 1",
        "silent 2",
        "said 1",
        "said 2",
        "bare",
        "wire 1:a+b%.",
    ] {
        assert_eq!(based_on(id), [""; 0], "{id}");
    }
    assert_eq!(articles["third"]["creditText"], "(AP)");
    assert_eq!(
        articles["third"]["sourceOrganization"]["@id"],
        "urn:copytaster:agent/AP"
    );
    assert_eq!(
        articles["citing"]["mentions"]["@id"],
        "urn:copytaster:agent/Reuters"
    );
    assert!(
        articles["citing"]["citation"]
            .as_str()
            .unwrap()
            .contains("Reuters")
    );
    assert_eq!(
        articles["silent 1"]["exampleOfWork"],
        articles["silent 2"]["exampleOfWork"]
    );
    assert_eq!(articles["bare"].as_object().unwrap().len(), 3);
    let said = nodes(&document, "Dataset")
        .find(|n| n["@id"] == "urn:copytaster:match/said%201+said%202")
        .unwrap();
    let quotation = &said["hasPart"];
    assert_eq!(quotation["additionalType"], "urn:copytaster:quote");
    assert_eq!(quotation.get("isBasedOn"), None);
    assert_eq!(quotation["isPartOf"].as_array().unwrap().len(), 2);
}

/// Places and shares of every match, by its ids.
type Told = BTreeMap<(String, String), (Vec<[u64; 4]>, [String; 2])>;

fn pair(span: &Value) -> [u64; 2] {
    [0, 1].map(|i| span[i].as_u64().unwrap())
}

#[test]
fn spans_and_shares_are_those_of_the_records() {
    for unit in ["bytes", "chars", "utf16"] {
        let run = |format| scan(&stories(), &["--offsets", unit, "--format", format]);
        let mut records = Told::new();
        for line in run("jsonl").lines() {
            let r: Value = serde_json::from_str(line).unwrap();
            if r["type"] != "match" {
                continue;
            }
            let counted = r["passages"].as_array().unwrap().iter();
            let spans = counted
                .filter(|p| p["kind"] == "prose" || p["kind"] == "quote")
                .map(|p| {
                    let ([a, b], [c, d]) = (pair(&p["a"]), pair(&p["b"]));
                    [a, b, c, d]
                })
                .collect();
            let percent = |x: &Value| ((x.as_f64().unwrap() * 1e4).round() / 1e2).to_string();
            let shares = [percent(&r["containment"][0]), percent(&r["containment"][1])];
            let id = |x: &str| r[x].as_str().unwrap().to_owned();
            records.insert((id("a"), id("b")), (spans, shares));
        }
        assert!(records.len() >= 5, "{records:?}");

        let prov = object(&run("prov"));
        assert_eq!(
            prov["activity"]
                .as_object()
                .unwrap()
                .values()
                .next()
                .unwrap()["ct:offsets"],
            unit
        );
        let entities = table(&prov, "entity");
        let tellers = table(&prov, "wasDerivedFrom")
            .values()
            .chain(entities.values());
        let mut told = Told::new();
        for r in tellers.filter(|r| r.get("ct:a").is_some()) {
            let id = |x: &str| {
                entities[r[x]["$"].as_str().unwrap()]["ct:id"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            };
            let spans = r["ct:passage"].as_array().unwrap().iter().map(|p| {
                let numbers = p["$"].as_str().unwrap().split(['=', '-', ' ']);
                let numbers: Vec<u64> = numbers.filter_map(|n| n.parse().ok()).take(4).collect();
                numbers.try_into().unwrap()
            });
            let share = |x: &str| r[x]["$"].as_str().unwrap().to_owned();
            let shares = [share("ct:percentOfAInB"), share("ct:percentOfBInA")];
            told.insert((id("ct:a"), id("ct:b")), (spans.collect(), shares));
        }
        assert_eq!(told, records, "prov, {unit}");

        let graph = object(&run("jsonld"));
        let ids: BTreeMap<&str, &str> = nodes(&graph, "NewsArticle")
            .filter_map(|n| Some((n["@id"].as_str()?, n["identifier"][0]["value"].as_str()?)))
            .collect();
        let mut told = Told::new();
        for m in nodes(&graph, "Dataset").filter(|n| n.get("about").is_some()) {
            let iri = |i: usize| m["about"][i]["@id"].as_str().unwrap();
            let [a, b] = [iri(0), iri(1)];
            let parts = m["hasPart"]
                .as_array()
                .cloned()
                .unwrap_or_else(|| vec![m["hasPart"].clone()]);
            let spans = parts.iter().map(|p| {
                assert!(
                    [0, 1]
                        .iter()
                        .all(|i| p["identifier"][*i]["unitText"] == unit)
                );
                assert_eq!(p["identifier"][0]["valueReference"], a);
                assert_eq!(p["identifier"][1]["valueReference"], b);
                let at = |i: usize, x: &str| p["identifier"][i][x].as_u64().unwrap();
                [
                    at(0, "minValue"),
                    at(0, "maxValue"),
                    at(1, "minValue"),
                    at(1, "maxValue"),
                ]
            });
            let measured = m["variableMeasured"].as_array().unwrap();
            let share = |of: &str| {
                let of = measured
                    .iter()
                    .find(|v| v["name"] == "containment" && v["valueReference"] == of);
                of.unwrap()["value"].as_f64().unwrap().to_string()
            };
            let of = (ids[a].to_owned(), ids[b].to_owned());
            told.insert(of, (spans.collect(), [share(a), share(b)]));
        }
        assert_eq!(told, records, "jsonld, {unit}");
    }
}
