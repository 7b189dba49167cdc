//! Feeds: RSS, Atom and JSON Feed, an article for each entry. Read by our own hand, as a feed reader's library makes up ids
//! and dates where there are none, and lets go of dates as they were written, of sources, and of a feed that breaks off.

use serde_json::Value;

use super::{
    item::{Entry, Fault, Item},
    markup::{text_of, text_of_either},
    values,
    xml::{self, Element, Role, Tree, one_line, paragraphs},
};
use crate::{
    document::{ItemMeta, Meta, Moment},
    error::ErrorKind,
};

/// Where a date of a feed was found.
const BASIS: &str = "feed";

/// Whether a file is a feed, by its first bytes.
pub(super) fn looks_like(head: &[u8]) -> bool {
    if let Some(text) = values::head(head) {
        return is_json_feed(&text);
    }
    let Some(tag) = xml::root_tag(head) else {
        return false;
    };
    let is_atom = tag.contains("www.w3.org/2005/Atom") || tag.contains("purl.org/atom/");
    match xml::name_in(&tag) {
        "rss" => true,
        "feed" => is_atom || !tag.contains("xmlns="),
        "entry" => is_atom,
        // Other things are written in RDF, too.
        "RDF" => tag.contains("purl.org/rss/") || tag.contains("my.netscape.com/rdf/"),
        _ => false,
    }
}

fn is_json_feed(text: &str) -> bool {
    text.starts_with('{')
        && text.split("\"version\"").skip(1).any(|rest| {
            let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
            let value = value.and_then(|value| value.strip_prefix('"')?.split('"').next());
            value.is_some_and(|value| value.contains("jsonfeed.org"))
        })
}

/// The entries of a feed.
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>, Fault> {
    let (mut entries, bad) = if values::head(bytes).is_some() {
        let (values, bad) = values::values(bytes)?;
        (values.iter().flat_map(of_json).collect(), bad)
    } else {
        let (text, bad) = xml::text_of_bytes(bytes)?;
        (of_xml(&text)?, bad)
    };
    if let Some(item) = entries.iter_mut().find_map(|entry| entry.as_mut().ok()) {
        item.decoding_errors = bad;
    }
    Ok(entries)
}

/// What an entry says, still as written.
#[derive(Default)]
struct Found {
    title: Option<String>,
    /// Texts from the fullest to the shortest, none of them blank.
    content: Option<String>,
    summary: Option<String>,
    note: Option<String>,
    guid: Option<String>,
    link: Option<String>,
    authors: Vec<String>,
    source: Option<String>,
    lang: Option<String>,
    published: Option<String>,
    modified: Option<String>,
}

impl Found {
    /// The article of it, in a feed that says so much of all.
    fn item(self, feed: &Feed) -> Entry {
        let texts = [self.content, self.summary, self.note, self.title.clone()];
        let Some(text) = texts.into_iter().flatten().next() else {
            return Err(Fault::new(ErrorKind::Field, "the entry has no text"));
        };
        let moment = |raw: Option<String>| raw.map(|raw| Moment::parse(&raw, BASIS));
        let authors = if self.authors.is_empty() {
            &feed.authors
        } else {
            &self.authors
        };
        let byline = authors.join(", ");
        Ok(Item {
            id: self.guid.clone().or_else(|| self.link.clone()),
            text,
            meta: Meta {
                title: self.title,
                outlet: feed.title.clone(),
                url: self.link,
                byline: (!byline.is_empty()).then_some(byline),
                lang: self.lang.or_else(|| feed.lang.clone()),
                published: moment(self.published),
                modified: moment(self.modified),
                source: self.source,
                item: self.guid.map(|guid| {
                    Box::new(ItemMeta {
                        guid: Some(guid),
                        ..ItemMeta::default()
                    })
                }),
                ..Meta::default()
            },
            decoding_errors: 0,
        })
    }

    fn author(&mut self, name: Option<String>) {
        self.authors
            .extend(name.filter(|name| !self.authors.contains(name)));
    }
}

/// What a feed says of all its entries.
#[derive(Default)]
struct Feed {
    title: Option<String>,
    lang: Option<String>,
    authors: Vec<String>,
}

/// Whose an element is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    /// The feed's own.
    Core,
    /// Dublin Core.
    Dublin,
    /// RSS's module for content.
    Content,
    /// Those for broadcasts and pictures.
    Media,
    Itunes,
    /// What blogs are exported with.
    Wordpress,
    Other,
}

fn space_of(element: Element<'_>) -> Space {
    let space = element.space();
    let has = |part: &str| space.contains(part);
    if has("purl.org/rss/1.0/modules/content") || space == "content" {
        Space::Content
    } else if has("purl.org/dc/") || matches!(space, "dc" | "dcterms") {
        Space::Dublin
    } else if has("itunes") {
        Space::Itunes
    } else if has("search.yahoo.com/mrss") || space == "media" {
        Space::Media
    } else if has("wordpress.org/export") && !has("excerpt") {
        Space::Wordpress
    } else if space.is_empty()
        || space == "atom"
        || space.eq_ignore_ascii_case("http://www.w3.org/2005/Atom")
        || has("purl.org/atom/ns")
        || has("purl.org/rss/1.0/") && !has("modules")
        || has("my.netscape.com/rdf/")
        || has("backend.userland.com/")
        || has("www.w3.org/1999/xhtml")
    {
        Space::Core
    } else {
        Space::Other
    }
}

fn of_xml(text: &str) -> Result<Vec<Entry>, Fault> {
    let tree = Tree::parse(text)?;
    let root = tree.root();
    let channel = root.child("channel").unwrap_or(root);
    let feed = about(root, channel);
    let mut found: Vec<Element<'_>> = Vec::new();
    if root.name() == "entry" {
        found.push(root);
    } else {
        // Entries stand in the channel, beside it, or in a list of their own.
        let lists = root.children().filter(|list| list.name() == "items");
        let lists = [root]
            .into_iter()
            .chain(lists)
            .chain(root.children().filter(|list| list.name() == "channel"))
            .flat_map(Element::children);
        found.extend(lists.filter(|element| {
            matches!(element.name(), "item" | "entry") && space_of(*element) == Space::Core
        }));
    }
    let mut entries: Vec<Entry> = found
        .into_iter()
        .filter(|element| element.is_whole() && !is_attachment(*element))
        .map(|element| entry(element).item(&feed))
        .collect();
    if let Some(fault) = tree.fault() {
        if entries.is_empty() {
            return Err(fault.clone());
        }
        entries.push(Err(fault.clone()));
    }
    Ok(entries)
}

/// A picture or a menu of an exported blog.
fn is_attachment(element: Element<'_>) -> bool {
    let kind = element.children().find(|child| child.name() == "post_type");
    kind.is_some_and(|kind| {
        space_of(kind) == Space::Wordpress
            && matches!(kind.text().trim(), "attachment" | "nav_menu_item")
    })
}

fn about(root: Element<'_>, channel: Element<'_>) -> Feed {
    let lang = |at: Element<'_>| at.attribute("xml:lang");
    let mut feed = Feed {
        lang: lang(channel).or_else(|| lang(root)),
        ..Feed::default()
    };
    for child in channel.children() {
        match (space_of(child), child.name()) {
            (Space::Core, "title") if feed.title.is_none() => feed.title = title_of(child),
            (Space::Core | Space::Dublin, "language") if feed.lang.is_none() => {
                feed.lang = child.line();
            }
            (Space::Core, "author") if root.name() == "feed" => {
                feed.authors.extend(person(child));
            }
            _ => {}
        }
    }
    feed
}

fn entry(element: Element<'_>) -> Found {
    let mut found = Found {
        lang: element.attribute("xml:lang"),
        guid: element.attribute("rdf:about"),
        ..Found::default()
    };
    let mut links = Links::default();
    let mut broadcaster = None;
    for child in element.children() {
        let space = space_of(child);
        match (space, child.name()) {
            (Space::Core, "title") => first(&mut found.title, || title_of(child)),
            (Space::Content, "encoded") | (Space::Core, "body" | "content") => {
                first(&mut found.content, || text_in(child));
            }
            (Space::Core, "description" | "summary") => {
                first(&mut found.summary, || text_in(child));
            }
            (Space::Itunes, "summary" | "subtitle") | (Space::Media, "description") => {
                first(&mut found.note, || text_in(child));
            }
            (Space::Media, "group") => first(&mut found.note, || {
                let mut below = child.children();
                text_in(below.find(|below| below.name() == "description")?)
            }),
            (Space::Core, "guid" | "id") => {
                found.guid = child.line();
                if child.attribute("isPermaLink").as_deref() != Some("false") {
                    links.guid = child.line().filter(|guid| guid.starts_with("http"));
                }
            }
            (Space::Core, "link") => links.take(child),
            (_, "origLink") => links.original = child.line(),
            (Space::Core, "author") | (Space::Dublin, "creator") => found.author(person(child)),
            (Space::Itunes, "author") => broadcaster = person(child),
            (Space::Core, "source") => {
                let title = child.child("title");
                found.source = title.map_or_else(|| line_of(child), title_of);
                if found.authors.is_empty() {
                    found.authors.extend(child.child("author").and_then(person));
                }
            }
            (Space::Dublin, "language") => found.lang = child.line().or(found.lang.take()),
            (Space::Core, "pubDate" | "published" | "issued") => found.published = written(child),
            (Space::Dublin, "date" | "issued" | "created") => {
                first(&mut found.published, || written(child));
            }
            (Space::Core, "updated" | "modified") | (Space::Dublin, "modified") => {
                found.modified = written(child);
            }
            _ => {}
        }
    }
    if found.authors.is_empty() {
        found.author(broadcaster);
    }
    found.link = links.best();
    found
}

fn first(place: &mut Option<String>, value: impl FnOnce() -> Option<String>) {
    if place.is_none() {
        *place = value();
    }
}

/// The addresses of an entry.
#[derive(Default)]
struct Links {
    /// That of the page, where the link goes by way of a counter.
    original: Option<String>,
    page: Option<String>,
    guid: Option<String>,
    other: Option<String>,
}

impl Links {
    fn take(&mut self, link: Element<'_>) {
        let Some(href) = link.attribute("href") else {
            first(&mut self.page, || link.line());
            return;
        };
        let place = match link.attribute("rel").as_deref() {
            None | Some("alternate") => &mut self.page,
            Some("self" | "via") => &mut self.other,
            Some(_) => return,
        };
        first(place, || Some(href));
    }

    fn best(self) -> Option<String> {
        self.original.or(self.page).or(self.guid).or(self.other)
    }
}

/// A date or time, as written.
fn written(element: Element<'_>) -> Option<String> {
    let text = element.text();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The text of an element that may hold HTML in any of the ways that feeds do.
fn text_in(element: Element<'_>) -> Option<String> {
    let kind = element.attribute("type").unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let is_data = ["image/", "audio/", "video/", "application/", "multipart/"]
        .iter()
        .any(|prefix| kind.starts_with(prefix));
    if is_data && !kind.ends_with("xml") {
        return None;
    }
    if element.has_elements() {
        return filled(text_of(&element.html(|_| Role::Same)));
    }
    let text = element.text();
    match kind.as_str() {
        "text" | "text/plain" => plain(&text),
        "html" | "xhtml" | "text/html" => filled(text_of(&text)),
        _ if space_of(element) == Space::Content => filled(text_of(&text)),
        _ if text.contains(['<', '&']) => filled(text_of(&text)),
        _ => plain(&text),
    }
}

fn plain(text: &str) -> Option<String> {
    filled(paragraphs(text).join("\n"))
}

fn filled(text: String) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    Some(if trimmed.len() == text.len() {
        text
    } else {
        trimmed.to_owned()
    })
}

fn title_of(element: Element<'_>) -> Option<String> {
    one_line(&text_in(element)?)
}

fn line_of(element: Element<'_>) -> Option<String> {
    one_line(&text_of_either(&element.text()))
}

/// The name of an author: an element of its own, or what stands in brackets behind an address, or all of it.
fn person(element: Element<'_>) -> Option<String> {
    if element.has_elements() {
        let part = |name| element.child(name).and_then(line_of);
        return part("name").or_else(|| part("email"));
    }
    let all = line_of(element)?;
    match all.split_once('(') {
        Some((address, name)) if address.contains('@') => one_line(name.trim_end_matches(')')),
        _ => Some(all),
    }
}

/// The entries of a JSON Feed.
fn of_json(value: &Value) -> Vec<Entry> {
    let feed = Feed {
        title: line_in(value, "title"),
        lang: values::text(value, "language"),
        authors: authors_in(value),
    };
    let entries = value.get("items").and_then(Value::as_array);
    let entries = entries.into_iter().flatten();
    entries.map(|value| json_entry(value).item(&feed)).collect()
}

fn json_entry(value: &Value) -> Found {
    let plain = |name| values::text(value, name);
    let markup = || filled(text_of(&plain("content_html")?));
    Found {
        title: line_in(value, "title"),
        content: markup().or_else(|| self::plain(&plain("content_text")?)),
        summary: plain("summary").and_then(|text| filled(text_of_either(&text).into_owned())),
        note: None,
        guid: plain("id"),
        link: plain("url").or_else(|| plain("external_url")),
        authors: authors_in(value),
        source: None,
        lang: plain("language"),
        published: plain("date_published"),
        modified: plain("date_modified"),
    }
}

fn line_in(value: &Value, name: &str) -> Option<String> {
    one_line(&text_of_either(&values::text(value, name)?))
}

fn authors_in(value: &Value) -> Vec<String> {
    let many = value.get("authors").and_then(Value::as_array);
    let one = value.get("author");
    let all = many.into_iter().flatten().chain(one);
    let mut names: Vec<String> = Vec::new();
    for author in all {
        let name = line_in(author, "name");
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

#[cfg(test)]
mod tests;
