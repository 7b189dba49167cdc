//! NewsML 1: items of components, which hold others or content.

use super::{Draft, Entry, line, nitf};
use crate::read::{
    markup::{text_of, text_of_either},
    xml::{Element, Role},
};

/// The article of a `NewsItem`; None: it has pictures and the like alone.
pub(super) fn entry(item: Element<'_>) -> Option<Entry> {
    let contents = || item.below().filter(|at| at.name() == "ContentItem");
    let texts: Vec<String> = contents()
        .filter(|content| is_text(*content))
        .filter_map(|content| content.child("DataContent"))
        .map(text)
        .filter(|text| !text.is_empty())
        .collect();
    if texts.is_empty() && contents().any(|content| !is_text(content)) {
        return None;
    }
    // Several are parts of one story.
    let text = texts.join("\n");
    Some(
        Draft {
            text,
            ..draft(item)
        }
        .item(),
    )
}

fn is_text(content: Element<'_>) -> bool {
    let kind = content
        .child("MediaType")
        .and_then(|kind| kind.attribute("FormalName"));
    kind.is_none_or(|kind| kind.eq_ignore_ascii_case("text") || kind == "ComplexData")
}

fn text(data: Element<'_>) -> String {
    if let Some(nitf) = data.find("nitf") {
        nitf::text(nitf)
    } else if data.has_elements() {
        text_of(&data.html(|_| Role::Same))
    } else {
        text_of_either(&data.text()).trim().to_owned()
    }
}

fn draft(item: Element<'_>) -> Draft {
    let identity = item.path(&["Identification", "NewsIdentifier"]);
    let management = item.child("NewsManagement");
    let identified = |name: &str| line(identity?, name);
    let managed = |name: &str| line(management?, name);
    let lines = item.find("NewsLines");
    let told = |name: &str| line(lines?, name);
    let metadata = item.find("AdministrativeMetadata");
    let party = |name: &str| metadata?.path(&[name, "Party"])?.attribute("FormalName");
    let language = item
        .find("Language")
        .and_then(|at| at.attribute("FormalName"));
    let version = identified("RevisionId");
    let guid = identified("PublicIdentifier").map(|guid| {
        // It names the version at its end.
        let suffix = version.as_ref().map(|version| format!(":{version}"));
        let bare = suffix.and_then(|suffix| Some(guid.strip_suffix(&*suffix)?.to_owned()));
        bare.unwrap_or(guid)
    });
    let copyright = || lines?.child("CopyrightLine")?.line();
    Draft {
        text: String::new(),
        title: told("HeadLine").or_else(|| line(item.child("Identification")?, "NameLabel")),
        byline: told("ByLine"),
        dateline: told("DateLine"),
        source: told("CreditLine")
            .or_else(|| party("Provider"))
            .or_else(|| party("Source")),
        provider: party("Provider")
            .or_else(|| party("Source"))
            .or_else(|| identified("ProviderId"))
            .or_else(copyright),
        published: managed("FirstCreated"),
        modified: managed("ThisRevisionCreated"),
        embargo: management
            .and_then(|at| at.path(&["StatusWillChange", "DateAndTime"]))
            .and_then(Element::line),
        lang: language.or_else(|| item.attribute("xml:lang")),
        guid,
        version,
        slug: told("SlugLine").or_else(|| line(item.child("Identification")?, "NameLabel")),
    }
}
