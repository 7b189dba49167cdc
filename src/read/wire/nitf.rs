//! NITF: the text of a newspaper's article with its head.

use super::{Draft, line, one_line};
use crate::read::{
    markup::text_of,
    xml::{Element, Role},
};

pub(super) fn draft(nitf: Element<'_>) -> Draft {
    let nothing = || None::<Element<'_>>;
    let head = nitf.child("head");
    let docdata = nitf.path(&["head", "docdata"]);
    let above = nitf.path(&["body", "body.head"]);
    let doc = |name: &str| docdata.and_then(|at| at.child(name)).or_else(nothing);
    let doc_attribute = |name: &str, key: &str| doc(name)?.attribute(key);
    let front = |name: &str| above.and_then(|at| at.child(name));
    let meta = |names: &[&str]| {
        let mut all = head.into_iter().flat_map(Element::children);
        let found = all.find(|at| {
            at.name() == "meta" && at.attribute("name").is_some_and(|n| names.contains(&&*n))
        });
        found?.attribute("content")
    };
    let headline = front("hedline").and_then(|at| at.child("hl1").unwrap_or(at).line());
    let issued = doc_attribute("date.issue", "norm");
    let released = doc_attribute("date.release", "norm");
    let sender = doc("del-list").and_then(|at| at.child("from-src")?.attribute("src-name"));
    Draft {
        text: text(nitf),
        title: headline.or_else(|| line(head?, "title")),
        byline: front("byline").and_then(byline),
        dateline: front("dateline").and_then(dateline),
        source: None,
        provider: front("distributor")
            .and_then(Element::line)
            .or_else(|| doc_attribute("doc.copyright", "holder"))
            .or_else(|| doc_attribute("doc-id", "regsrc"))
            .or_else(|| doc_attribute("doc.rights", "owner"))
            .or(sender)
            .or_else(|| meta(&["aap-source", "NTBKilde"])),
        embargo: released.filter(|at| is_later(at, issued.as_deref())),
        published: issued.or_else(|| nitf.find("pubdata")?.attribute("date.publication")),
        modified: doc_attribute("revision-history", "norm"),
        lang: nitf
            .attribute("xml:lang")
            .or_else(|| nitf.attribute("baselang")),
        guid: doc_attribute("doc-id", "id-string"),
        version: doc_attribute("du-key", "version"),
        slug: doc_attribute("du-key", "key").or_else(|| meta(&["anpa-keyword", "NTBStikkord"])),
    }
}

/// Whether an item is to be held back: most are released when they are issued.
fn is_later(released: &str, issued: Option<&str>) -> bool {
    let seconds = |raw: &str| super::moment(raw).seconds;
    let (released, issued) = (seconds(released), issued.and_then(seconds));
    released.is_some() && released > issued
}

/// The text of an item, without what stands above it.
pub(super) fn text(nitf: Element<'_>) -> String {
    let body = nitf.child("body").unwrap_or(nitf);
    text_of(&body.child("body.content").unwrap_or(body).html(role))
}

fn role(name: &str) -> Role {
    match name {
        "body.head" | "media" | "pronounce" | "body.end" => Role::Hidden,
        "block" | "note" | "bq" | "credit" | "tagline" | "datasource" | "fn" | "nitf-table" => {
            Role::Block
        }
        "p" | "pre" => Role::Lined,
        _ => Role::Same,
    }
}

/// Names, and behind them what those are.
fn byline(byline: Element<'_>) -> Option<String> {
    let office = line(byline, "byttl");
    let all = byline.line()?;
    let Some(office) = office else {
        return Some(all);
    };
    match all.strip_suffix(&*office).map(str::trim_end) {
        Some(name) if !name.is_empty() && !name.ends_with([',', '/']) => {
            Some(format!("{name}, {office}"))
        }
        _ => Some(all),
    }
}

/// Place and date as printed, or the parts of a place with commas between them.
fn dateline(dateline: Element<'_>) -> Option<String> {
    let place = dateline.child("location");
    if let Some(place) = place.filter(|place| place.has_elements()) {
        let parts: Vec<String> = place.children().filter_map(Element::line).collect();
        return one_line(&parts.join(", "));
    }
    let date = line(dateline, "story.date").unwrap_or_default();
    let all = dateline.line()?;
    // Where it is the number of a machine it is not for readers.
    if date.starts_with(|c: char| c.is_ascii_digit()) {
        return one_line(&all.replace(&date, " "));
    }
    Some(all)
}
