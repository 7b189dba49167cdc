//! Items of news agencies, in the formats they are sent in: which of them a file is, and the articles in it.

mod anpa;
mod iptc7901;
mod newsml;
mod newsml1;
mod ninjs;
mod nitf;
mod teletype;

use super::{
    item::{Entry, Fault, Item},
    values,
    xml::{self, Element, Tree, one_line},
};
use crate::{
    document::{ItemMeta, Meta, Moment},
    error::ErrorKind,
};

/// Where a date of an item was found.
const BASIS: &str = "wire";

/// How much of a file tells what it is.
const HEAD: usize = 8 << 10;

/// The formats of agencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// NewsML-G2.
    NewsMlG2,
    /// NewsML 1.
    NewsMl1,
    /// NITF on its own.
    Nitf,
    /// ninjs, also in the envelopes of those who serve it.
    Ninjs,
    /// ANPA 1312.
    Anpa,
    /// IPTC 7901.
    Iptc7901,
}

/// The format of a file, by its first bytes; None: it is no agency's.
pub(super) fn looks_like(head: &[u8]) -> Option<Layout> {
    if anpa::looks_like(head) {
        return Some(Layout::Anpa);
    }
    if iptc7901::looks_like(head) {
        return Some(Layout::Iptc7901);
    }
    if let Some(text) = values::head(head) {
        return ninjs::looks_like(&text).then_some(Layout::Ninjs);
    }
    let tag = xml::root_tag(head)?;
    match xml::name_in(&tag) {
        "newsItem" | "newsMessage" | "packageItem" => Some(Layout::NewsMlG2),
        "NewsML" => Some(Layout::NewsMl1),
        "nitf" => Some(Layout::Nitf),
        _ => None,
    }
}

/// The articles in a file. Pictures, films and lists of items are none, and no error.
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>, Fault> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let Some(layout) = looks_like(head) else {
        let message = "is of no format of a news agency";
        return Err(Fault::new(ErrorKind::Format, message));
    };
    let (mut entries, bad) = match layout {
        Layout::NewsMlG2 => of_xml(bytes, "newsItem", newsml::entry)?,
        Layout::NewsMl1 => of_xml(bytes, "NewsItem", newsml1::entry)?,
        Layout::Nitf => of_xml(bytes, "nitf", |nitf| Some(nitf::draft(nitf).item()))?,
        Layout::Ninjs => {
            let (values, bad) = values::values(bytes)?;
            (ninjs::entries(&values), bad)
        }
        Layout::Anpa => (anpa::entries(bytes), 0),
        Layout::Iptc7901 => (iptc7901::entries(bytes), 0),
    };
    if let Some(item) = entries.iter_mut().find_map(|entry| entry.as_mut().ok()) {
        item.decoding_errors = bad;
    }
    Ok(entries)
}

/// What the elements of a name in a document give, and the number of bytes in it that were no text.
fn of_xml(
    bytes: &[u8],
    name: &str,
    entry: impl Fn(Element<'_>) -> Option<Entry>,
) -> Result<(Vec<Entry>, u64), Fault> {
    let (text, bad) = xml::text_of_bytes(bytes)?;
    let tree = Tree::parse(&text)?;
    let found = tree.root().outermost(name);
    let whole = found.into_iter().filter(|element| element.is_whole());
    let mut entries: Vec<Entry> = whole.filter_map(entry).collect();
    if let Some(fault) = tree.fault() {
        if entries.is_empty() {
            return Err(fault.clone());
        }
        entries.push(Err(fault.clone()));
    }
    Ok((entries, bad))
}

/// An item as an agency tells it, still as written.
#[derive(Debug, Default)]
struct Draft {
    text: String,
    title: Option<String>,
    byline: Option<String>,
    /// Place and date, where they stand apart from the text.
    dateline: Option<String>,
    /// Whom it credits.
    source: Option<String>,
    provider: Option<String>,
    published: Option<String>,
    modified: Option<String>,
    embargo: Option<String>,
    lang: Option<String>,
    guid: Option<String>,
    version: Option<String>,
    slug: Option<String>,
}

impl Draft {
    /// The article of it.
    fn item(self) -> Entry {
        if self.text.is_empty() {
            return Err(Fault::new(ErrorKind::Field, "the item has no text"));
        }
        let moment = |raw: Option<String>| raw.map(|raw| moment(&raw));
        let id = match (&self.guid, &self.version) {
            (Some(guid), Some(version)) => Some(format!("{guid}:{version}")),
            (guid, _) => guid.clone(),
        };
        Ok(Item {
            id,
            text: match &self.dateline {
                Some(dateline) => with_dateline(dateline, self.text),
                None => self.text,
            },
            meta: Meta {
                title: self.title,
                byline: self.byline,
                lang: self.lang,
                published: moment(self.published),
                modified: moment(self.modified),
                source: self.source.or_else(|| self.provider.clone()),
                item: Some(Box::new(ItemMeta {
                    guid: self.guid,
                    version: self.version,
                    slug: self.slug,
                    provider: self.provider,
                    embargo: moment(self.embargo),
                })),
                ..Meta::default()
            },
            decoding_errors: 0,
        })
    }
}

fn moment(raw: &str) -> Moment {
    teletype::moment(raw).unwrap_or_else(|| Moment::parse(raw, BASIS))
}

/// A text that opens with a dateline, unless it does already.
fn with_dateline(dateline: &str, text: String) -> String {
    /// It may come behind a byline and a note.
    const OPENING: usize = 300;
    const MARKS: [char; 6] = [',', '(', '/', '-', '–', '—'];
    let digit = dateline.find(|c: char| c.is_ascii_digit());
    let words = digit.and_then(|at| dateline.get(..at)).unwrap_or(dateline);
    // The word before a number is a month.
    let place = match words.trim_end().rsplit_once([' ', ',']) {
        Some((place, _)) if digit.is_some() => place,
        _ if digit.is_some() => "",
        _ => words,
    };
    let opening: String = text.chars().take(OPENING).collect();
    let opening = opening.to_lowercase();
    let parts = || {
        place
            .split(MARKS)
            .map(str::trim)
            .filter(|part| !part.is_empty())
    };
    // With no place it is a date, which tells nothing that is not elsewhere.
    if !place.contains(char::is_alphabetic)
        || parts().any(|part| opening.contains(&part.to_lowercase()))
    {
        return text;
    }
    let joint = if dateline.ends_with(['-', '–', '—', ':']) {
        " "
    } else {
        " - "
    };
    format!("{dateline}{joint}{text}")
}

/// The text of an element on one line, by name.
fn line(element: Element<'_>, name: &str) -> Option<String> {
    element.child(name)?.line()
}

#[cfg(test)]
mod tests;
