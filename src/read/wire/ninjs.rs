//! ninjs: items as JSON, of all versions, alone or in the lists and envelopes that interfaces serve them in.

use serde_json::Value;

use super::{Draft, Entry, one_line};
use crate::read::{
    markup::{text_of, text_of_either},
    values::text,
    xml::paragraphs,
};

/// Names of fields that other JSON hardly has, in lower case. Two of them make an item.
const FIELDS: &[&str] = &[
    "\"versioncreated\"",
    "\"firstcreated\"",
    "\"pubstatus\"",
    "\"body_html\"",
    "\"body_xhtml\"",
    "\"body_text\"",
    "\"bodies\"",
    "\"headlines\"",
    "\"description_text\"",
    "\"copyrightholder\"",
    "\"copyrightnotice\"",
    "\"usageterms\"",
];

/// How many envelopes may be round an item.
const ENVELOPES: usize = 4;

pub(super) fn looks_like(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let has = |field: &&&str| text.contains(**field);
    // A record of the database of an editorial system is not yet an item.
    FIELDS.iter().filter(has).take(2).count() == 2 && !text.contains("\"_id\"")
}

pub(super) fn entries(values: &[Value]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for value in values {
        gather(value, ENVELOPES, &mut entries);
    }
    entries
}

fn gather(value: &Value, envelopes: usize, entries: &mut Vec<Entry>) {
    if let Value::Array(values) = value {
        for value in values {
            if value.is_object() {
                gather(value, envelopes, entries);
            }
        }
        return;
    }
    let inner = ["data", "items", "item", "newsitems"];
    let inner = inner.iter().find_map(|name| value.get(name));
    match inner.filter(|inner| inner.is_object() || inner.is_array()) {
        Some(inner) if envelopes > 0 => gather(inner, envelopes - 1, entries),
        _ => entries.extend(entry(value)),
    }
}

/// The article of an item; None: it is a picture, a list of items, or no item.
fn entry(value: &Value) -> Option<Entry> {
    let kind = text(value, "type").unwrap_or_default();
    if ["picture", "photo", "graphic", "audio", "video"].contains(&&*kind) {
        return None;
    }
    let draft = draft(value);
    let is_text = matches!(&*kind, "text" | "story") || text(value, "headline").is_some();
    let is_list = matches!(&*kind, "composite" | "package");
    (!draft.text.is_empty() || is_text && !is_list).then(|| draft.item())
}

fn draft(value: &Value) -> Draft {
    let first = |names: &[&str]| names.iter().find_map(|name| text(value, name));
    let clean = |raw: String| one_line(&text_of_either(&raw));
    let source = first(&["creditline", "creditLine", "source"])
        .or_else(|| named(value, "infosource"))
        .or_else(|| named(value, "infoSources"));
    let provider = first(&["provider", "copyrightholder", "copyrightHolder"])
        .or_else(|| text(value.get("provider")?, "name"));
    let item_id = value.get("altids").and_then(|ids| text(ids, "itemid"));
    let (sent, made) = (
        first(&["versioncreated", "versionCreated"]),
        first(&["firstpublished", "firstcreated", "firstCreated"]),
    );
    Draft {
        text: body(value),
        title: first(&["headline"])
            .or_else(|| valued(value, "headlines"))
            .or_else(|| first(&["title"]))
            .and_then(clean),
        byline: first(&["byline", "by"])
            .or_else(|| listed(value, "bylines", "by"))
            .or_else(|| named(value, "authors"))
            .and_then(clean),
        dateline: None,
        source,
        provider,
        published: made.or_else(|| sent.clone()),
        modified: sent,
        embargo: first(&["embargoed", "embargodate"]),
        lang: first(&["language"]),
        guid: first(&["guid"]).or(item_id).or_else(|| first(&["uri"])),
        version: first(&["version"]),
        slug: first(&["slugline", "slug"]),
    }
}

/// Its text, from the form that tells most of its paragraphs.
fn body(value: &Value) -> String {
    let bodies = value.get("bodies").and_then(Value::as_array);
    let bodies = || bodies.into_iter().flatten();
    let is_markup = |body: &&Value| {
        let kind = text(body, "contenttype").or_else(|| text(body, "contentType"));
        kind.is_some_and(|kind| kind.contains("html") || kind.contains("xml"))
    };
    let marked = ["body_html", "body_xhtml", "body_nitf"]
        .iter()
        .filter_map(|name| text(value, name))
        .chain(
            bodies()
                .filter(is_markup)
                .filter_map(|body| text(body, "value")),
        )
        .map(|html| text_of(&html));
    let plain = text(value, "body_text")
        .into_iter()
        .chain(bodies().filter_map(|body| text(body, "value")))
        .map(|text| paragraphs(&text).join("\n"));
    marked
        .chain(plain)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// The names in a list of objects.
fn named(value: &Value, list: &str) -> Option<String> {
    listed(value, list, "name")
}

fn listed(value: &Value, list: &str, name: &str) -> Option<String> {
    let all = value.get(list)?.as_array()?;
    let names: Vec<String> = all.iter().filter_map(|one| text(one, name)).collect();
    one_line(&names.join(", "))
}

/// The first value in a list of objects, the main one where one is called so.
fn valued(value: &Value, list: &str) -> Option<String> {
    let all = value.get(list)?.as_array()?;
    let main = all
        .iter()
        .find(|one| text(one, "role").as_deref() == Some("main"));
    main.into_iter()
        .chain(all)
        .find_map(|one| text(one, "value"))
}
