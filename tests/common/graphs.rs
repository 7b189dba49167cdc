//! The structure of PROV-JSON, and the types and properties of schema.org in use, as checks of a document.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

pub type Object = Map<String, Value>;

pub fn object(text: &str) -> Object {
    serde_json::from_str(text).unwrap()
}

pub fn table<'v>(document: &'v Object, name: &str) -> &'v Object {
    static NONE: std::sync::LazyLock<Object> = std::sync::LazyLock::new(Object::new);
    document.get(name).map_or(&NONE, |t| t.as_object().unwrap())
}

const ENTITY: &str = "entity";
const ACTIVITY: &str = "activity";
const AGENT: &str = "agent";

/// An argument of a relation: its name, what it names (anything, where that is empty), and whether it must be there.
type Argument = (&'static str, &'static str, bool);

/// The relations of PROV-JSON in use, with all their arguments.
const RELATIONS: &[(&str, &[Argument])] = &[
    (
        "wasGeneratedBy",
        &[
            ("prov:entity", ENTITY, true),
            ("prov:activity", ACTIVITY, false),
            ("prov:time", "", false),
        ],
    ),
    (
        "used",
        &[
            ("prov:activity", ACTIVITY, true),
            ("prov:entity", ENTITY, false),
            ("prov:time", "", false),
        ],
    ),
    (
        "wasAssociatedWith",
        &[
            ("prov:activity", ACTIVITY, true),
            ("prov:agent", AGENT, false),
            ("prov:plan", ENTITY, false),
        ],
    ),
    (
        "wasAttributedTo",
        &[("prov:entity", ENTITY, true), ("prov:agent", AGENT, true)],
    ),
    (
        "wasInfluencedBy",
        &[("prov:influencee", "", true), ("prov:influencer", "", true)],
    ),
    (
        "wasDerivedFrom",
        &[
            ("prov:generatedEntity", ENTITY, true),
            ("prov:usedEntity", ENTITY, true),
            ("prov:activity", ACTIVITY, false),
            ("prov:generation", "", false),
            ("prov:usage", "", false),
        ],
    ),
    (
        "alternateOf",
        &[
            ("prov:alternate1", ENTITY, true),
            ("prov:alternate2", ENTITY, true),
        ],
    ),
    (
        "hadMember",
        &[
            ("prov:collection", ENTITY, true),
            ("prov:entity", ENTITY, true),
        ],
    ),
];
/// Relations that PROV-DM gives no attributes.
const BARE: [&str; 2] = ["alternateOf", "hadMember"];
/// Attributes that PROV-DM defines, beside the arguments.
const ATTRIBUTES: [&str; 5] = [
    "prov:type",
    "prov:label",
    "prov:value",
    "prov:role",
    "prov:location",
];
const XSD: [&str; 4] = ["xsd:dateTime", "xsd:date", "xsd:decimal", "xsd:anyURI"];

/// Whether a name is one of PROV-N, with a prefix declared or predefined.
fn is_qualified(name: &str, prefixes: &Object) -> bool {
    let Some((prefix, local)) = name.split_once(':') else {
        return false;
    };
    let mut rest = local;
    while let Some((_, after)) = rest.split_once('%') {
        if !after
            .get(..2)
            .is_some_and(|h| h.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            return false;
        }
        rest = &after[2..];
    }
    (["prov", "xsd"].contains(&prefix) || prefixes.contains_key(prefix))
        && !local.is_empty()
        && !local.starts_with(['.', '-'])
        && !local.ends_with('.')
        && local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_./+%".contains(&b))
}

/// An attribute's value: a literal, a typed one, or a set of such.
fn check_value(value: &Value, prefixes: &Object) {
    match value {
        Value::Array(values) => {
            assert!(
                !values.is_empty() && values.iter().all(|v| !v.is_array()),
                "{value}"
            );
            values.iter().for_each(|v| check_value(v, prefixes));
        }
        Value::Object(typed) => {
            let keys: Vec<&str> = typed.keys().map(|k| &**k).collect();
            assert_eq!(keys, ["$", "type"], "{value}");
            let (text, of) = (
                typed["$"].as_str().unwrap(),
                typed["type"].as_str().unwrap(),
            );
            assert!(is_qualified(of, prefixes), "{of}");
            match of {
                "prov:QUALIFIED_NAME" => assert!(is_qualified(text, prefixes), "{text}"),
                "xsd:dateTime" => {
                    assert!(text.len() >= 19 && text.as_bytes()[10] == b'T', "{text}")
                }
                "xsd:date" => assert_eq!(text.len(), 10),
                "xsd:decimal" => assert!(
                    !text.contains(['e', 'E']) && text.parse::<f64>().is_ok(),
                    "{text}"
                ),
                _ => assert!(of.starts_with("ct:") || XSD.contains(&of), "{of}"),
            }
        }
        Value::Null => panic!("a value is missing"),
        _ => {}
    }
}

/// Holds a document to the structure of PROV-JSON.
pub fn check_prov(document: &Object) {
    let prefixes = table(document, "prefix");
    for p in prefixes.keys() {
        assert!(!["prov", "xsd"].contains(&&**p), "{p} is predefined");
    }
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for kind in [ENTITY, ACTIVITY, AGENT] {
        for (name, attributes) in table(document, kind) {
            assert!(is_qualified(name, prefixes), "{name}");
            assert!(names.insert(name), "{name} is of two kinds");
            for (key, value) in attributes.as_object().unwrap() {
                assert!(is_qualified(key, prefixes), "{key}");
                assert!(
                    !key.starts_with("prov:") || ATTRIBUTES.contains(&&**key),
                    "{key}"
                );
                check_value(value, prefixes);
            }
        }
    }
    let known = |kind: &str, name: &Value| {
        let name = name.as_str().unwrap();
        if kind.is_empty() {
            names.contains(name)
        } else {
            table(document, kind).contains_key(name)
        }
    };
    for (relation, all) in document {
        if ["prefix", ENTITY, ACTIVITY, AGENT].contains(&&**relation) {
            continue;
        }
        let arguments = RELATIONS.iter().find(|r| r.0 == relation).unwrap().1;
        for (id, record) in all.as_object().unwrap() {
            let record = record.as_object().unwrap();
            assert!(id.starts_with("_:") && id.len() > 2, "{id}");
            for (argument, kind, needed) in arguments {
                match record.get(*argument) {
                    Some(name) => assert!(known(kind, name), "{relation} {id}: {name}"),
                    None => assert!(!needed, "{relation} {id}: {argument}"),
                }
            }
            for (key, value) in record {
                if arguments.iter().all(|a| a.0 != key) {
                    assert!(!BARE.contains(&&**relation), "{relation} {id}: {key}");
                    assert!(
                        !key.starts_with("prov:") || ATTRIBUTES.contains(&&**key),
                        "{relation} {id}: {key}"
                    );
                    assert!(is_qualified(key, prefixes), "{key}");
                    check_value(value, prefixes);
                }
            }
        }
    }
}

const THING: &[&str] = &["additionalType", "identifier", "name", "subjectOf", "url"];
const WORK: &[&str] = &[
    "about",
    "author",
    "citation",
    "contributor",
    "creditText",
    "dateModified",
    "datePublished",
    "exampleOfWork",
    "hasPart",
    "headline",
    "inLanguage",
    "isBasedOn",
    "isPartOf",
    "mentions",
    "publisher",
    "sourceOrganization",
    "text",
];
/// The types in use, each with the properties that schema.org defines for it or what it is a kind of.
const TYPES: &[(&str, &[&[&str]])] = &[
    ("NewsArticle", &[THING, WORK, &["articleBody", "dateline"]]),
    ("CreativeWork", &[THING, WORK]),
    ("Quotation", &[THING, WORK]),
    (
        "Dataset",
        &[THING, WORK, &["measurementTechnique", "variableMeasured"]],
    ),
    ("Organization", &[THING]),
    ("Person", &[THING]),
    (
        "PropertyValue",
        &[
            THING,
            &[
                "maxValue",
                "minValue",
                "propertyID",
                "unitCode",
                "unitText",
                "value",
                "valueReference",
            ],
        ],
    ),
];

/// Walks a node: its properties are its type's, and nothing is null or empty. Gathers what is named and what is pointed at.
fn check_node<'v>(node: &'v Value, named: &mut Vec<&'v str>, pointed: &mut BTreeSet<&'v str>) {
    match node {
        Value::Array(nodes) => {
            assert!(!nodes.is_empty());
            nodes.iter().for_each(|n| check_node(n, named, pointed));
        }
        Value::Object(node) => {
            let id = node.get("@id").and_then(Value::as_str);
            if let (Some(id), 1) = (id, node.len()) {
                pointed.insert(id);
                return;
            }
            named.extend(id);
            let of = node["@type"].as_str().unwrap();
            let properties = TYPES.iter().find(|t| t.0 == of).unwrap().1;
            for (key, value) in node.iter().filter(|(k, _)| !k.starts_with('@')) {
                assert!(
                    properties.iter().any(|p| p.contains(&&**key)),
                    "{of} has no {key}"
                );
                check_node(value, named, pointed);
            }
        }
        Value::Null => panic!("a value is missing"),
        _ => {}
    }
}

pub fn check_jsonld(document: &Object) {
    assert_eq!(document.keys().collect::<Vec<_>>(), ["@context", "@graph"]);
    assert_eq!(document["@context"], "https://schema.org");
    let (mut named, mut pointed) = (Vec::new(), BTreeSet::new());
    check_node(&document["@graph"], &mut named, &mut pointed);
    let all: BTreeSet<&str> = named.iter().copied().collect();
    assert_eq!(all.len(), named.len(), "a node stands twice");
    assert!(pointed.is_subset(&all), "{:?}", pointed.difference(&all));
    for id in all {
        assert!(
            !id.contains(|c: char| c.is_whitespace()
                || c.is_control()
                || "<>\"{}|\\^`".contains(c)),
            "{id}"
        );
        assert!(id.contains(':'), "{id}");
    }
}
