//! NewsML-G2: items with their management, their description, and their content in one of several ways.

use super::{Draft, Entry, line, nitf};
use crate::read::{
    markup::{text_of, text_of_either},
    xml::{Element, Role, paragraphs},
};

/// The article of a `newsItem`; None: it is a picture or the like.
pub(super) fn entry(item: Element<'_>) -> Option<Entry> {
    let management = item.child("itemMeta");
    let mut draft = draft(item);
    let contents = item.child("contentSet");
    if let Some((text, nitf)) = contents.and_then(content) {
        draft.text = text;
        if let Some(nitf) = nitf {
            fill(&mut draft, nitf::draft(nitf));
        }
    } else if !is_text(management) {
        return None;
    }
    Some(draft.item())
}

/// Whether it ought to have a text.
fn is_text(management: Option<Element<'_>>) -> bool {
    let code = |name: &str| {
        let code = management?.child(name)?.attribute("qcode")?;
        Some(code.rsplit(':').next().unwrap_or_default().to_owned())
    };
    let class = code("itemClass");
    let status = code("pubStatus");
    // A text that is taken back may come without it.
    class.is_none_or(|class| class == "text")
        && !matches!(
            status.as_deref(),
            Some("canceled" | "cancelled" | "withheld")
        )
}

/// The first content that is a text, and the NITF it stands in, if it does.
fn content(contents: Element<'_>) -> Option<(String, Option<Element<'_>>)> {
    contents.children().find_map(|content| {
        let kind = content.attribute("contenttype").unwrap_or_default();
        let (text, nitf) = match content.name() {
            "inlineXML" => match content.find("nitf") {
                Some(nitf) => (nitf::text(nitf), Some(nitf)),
                None => (text_of(&content.html(role)), None),
            },
            // Encoded, it is a picture or the like.
            "inlineData" if content.attribute("encoding").is_some() => return None,
            "inlineData" if kind.contains("html") || kind.contains("xml") => {
                (text_of(&content.text()), None)
            }
            "inlineData" if kind.is_empty() || kind.starts_with("text/") => {
                (plain(&content.text()), None)
            }
            _ => return None,
        };
        (!text.is_empty()).then_some((text, nitf))
    })
}

/// Paragraphs may be marked by their indents alone; a page's header repeats what the description says.
fn role(name: &str) -> Role {
    match name {
        "header" | "footer" | "nav" => Role::Hidden,
        "p" | "pre" | "body" => Role::Lined,
        _ => Role::Same,
    }
}

/// Plain text, in which tags are met all the same.
fn plain(text: &str) -> String {
    let paragraphs = paragraphs(text);
    let texts = paragraphs.iter().map(|text| text_of_either(text));
    let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}

fn draft(item: Element<'_>) -> Draft {
    let management = item.child("itemMeta");
    let description = item.child("contentMeta");
    let managed = |name: &str| line(management?, name);
    let described = |name: &str| line(description?, name);
    let who = |at: Option<Element<'_>>, name: &str| at?.child(name).and_then(party);
    let source = described("creditline")
        .map(|credit| credit.trim_end_matches(['-', '–', '—', ' ']).to_owned())
        .filter(|credit| !credit.is_empty())
        .or_else(|| who(description, "infoSource"));
    let provider =
        who(management, "provider").or_else(|| who(item.child("rightsInfo"), "copyrightHolder"));
    // Those of one word are signs of the desk's, or the agency itself.
    let creator = description
        .and_then(|at| at.child("creator")?.child("name")?.line())
        .filter(|name| name.contains(' ') && Some(name) != source.as_ref());
    let creator = creator.filter(|name| Some(name) != provider.as_ref());
    let language = description
        .and_then(|at| at.child("language")?.attribute("tag"))
        .or_else(|| item.attribute("xml:lang"));
    let (first, last) = (managed("firstCreated"), managed("versionCreated"));
    Draft {
        text: String::new(),
        title: headline(description).or_else(|| managed("title")),
        byline: described("by").or(creator),
        dateline: described("dateline"),
        source,
        provider,
        published: first
            .or_else(|| last.clone())
            .or_else(|| described("contentCreated")),
        modified: last.or_else(|| described("contentModified")),
        embargo: managed("embargoed"),
        lang: language,
        guid: item.attribute("guid"),
        version: item.attribute("version"),
        slug: described("slugline"),
    }
}

/// The headline, not one below it.
fn headline(description: Option<Element<'_>>) -> Option<String> {
    let all = || {
        let children = description.into_iter().flat_map(Element::children);
        children.filter(|child| child.name() == "headline")
    };
    let is_below = |at: &Element<'_>| {
        let role = at.attribute("role").unwrap_or_default().to_lowercase();
        role.contains("sub") || role.contains("deck")
    };
    let main = all().filter(|at| !is_below(at)).find_map(Element::line);
    main.or_else(|| all().find_map(Element::line))
}

/// Who it is: by name, as written, or by code.
fn party(party: Element<'_>) -> Option<String> {
    let code = || {
        let code = party.attribute("qcode")?;
        Some(code.rsplit(':').next()?.to_owned())
    };
    line(party, "name")
        .or_else(|| party.attribute("literal"))
        .or_else(code)
}

/// Takes what is missing from elsewhere.
fn fill(draft: &mut Draft, other: Draft) {
    let Draft {
        title,
        byline,
        dateline,
        provider,
        published,
        ..
    } = other;
    for (mine, its) in [
        (&mut draft.title, title),
        (&mut draft.byline, byline),
        (&mut draft.dateline, dateline),
        (&mut draft.provider, provider),
        (&mut draft.published, published),
    ] {
        if mine.is_none() {
            *mine = its;
        }
    }
}
