//! What a page says of itself: JSON-LD, Open Graph and other `<meta>` elements, `<link rel=canonical>`, `<time>`, `<title>`.
//! The most explicit wins, in that order. A tokenizer alone, no tree.

use std::cell::RefCell;

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};
use serde_json::Value;

use crate::document::{Meta, Moment};

/// Most `<meta>` and `<time>` elements, and blocks of JSON-LD, that are kept of a page.
const MOST: usize = 1000;
/// Elements without an end.
#[rustfmt::skip]
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];
/// Elements whose end is often left out, and which do not stand in themselves.
const OPEN: &[&str] = &[
    "p", "li", "dt", "dd", "tr", "td", "th", "option", "body", "html", "head",
];
/// How deep JSON-LD is looked into.
const DEEPEST: usize = 8;

/// Reads a page's metadata, and how deep its elements stand in each other at most.
pub(super) fn read(html: &str) -> (Meta, usize) {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Collector::default(), TokenizerOpts::default());
    while let html5ever::TokenizerResult::Script(()) = tokenizer.feed(&queue) {}
    tokenizer.end();
    let found = tokenizer.sink.0.into_inner();
    let deepest = found.deepest;
    (found.meta(), deepest)
}

#[derive(Default)]
struct Collector(RefCell<Found>);

/// Where text goes that is read.
#[derive(Clone, Copy, Default, PartialEq)]
enum Into {
    #[default]
    Nothing,
    Title,
    JsonLd,
    Heading,
}

#[derive(Default)]
struct Found {
    lang: Option<String>,
    title: String,
    heading: String,
    canonical: Option<String>,
    named: Vec<(String, String)>,
    times: Vec<(String, bool)>,
    json_ld: Vec<String>,
    into: Into,
    headings: usize,
    depth: usize,
    deepest: usize,
}

impl TokenSink for Collector {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut found = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => found.text(&text),
            Token::TagToken(tag) => return found.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    let found = tag.attrs.iter().find(|a| &*a.name.local == name)?;
    let value = found.value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

impl Found {
    fn text(&mut self, text: &str) {
        match self.into {
            Into::Nothing => {}
            Into::Title => self.title.push_str(text),
            Into::Heading => self.heading.push_str(text),
            Into::JsonLd => {
                if let Some(last) = self.json_ld.last_mut() {
                    last.push_str(text);
                }
            }
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if tag.kind == TagKind::EndTag {
            if !OPEN.contains(&name) {
                self.depth = self.depth.saturating_sub(1);
            }
            if matches!(name, "title" | "script" | "h1") {
                self.into = Into::Nothing;
            }
            return TokenSinkResult::Continue;
        }
        if !VOID.contains(&name) && !OPEN.contains(&name) {
            self.depth += 1;
            self.deepest = self.deepest.max(self.depth);
        }
        match name {
            "html" => self.lang = self.lang.take().or_else(|| attribute(tag, "lang")),
            "title" => {
                // One of an SVG is none of the page.
                if self.title.trim().is_empty() {
                    self.into = Into::Title;
                }
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "h1" => {
                self.headings += 1;
                if self.headings == 1 {
                    self.into = Into::Heading;
                }
            }
            "meta" if self.named.len() < MOST => {
                let key = ["property", "name", "itemprop", "http-equiv"];
                let key = key.iter().find_map(|k| attribute(tag, k));
                if let (Some(key), Some(value)) = (key, attribute(tag, "content")) {
                    self.named.push((key.to_lowercase(), value));
                }
            }
            "link"
                if attribute(tag, "rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical")) =>
            {
                self.canonical = self.canonical.take().or_else(|| attribute(tag, "href"));
            }
            "time" if self.times.len() < MOST => {
                if let Some(at) = attribute(tag, "datetime") {
                    let is_marked = attribute(tag, "pubdate").is_some()
                        || attribute(tag, "itemprop").is_some_and(|p| p == "datePublished")
                        || tag.attrs.iter().any(|a| &*a.name.local == "pubdate");
                    self.times.push((at, is_marked));
                }
            }
            "script" => {
                let kind = attribute(tag, "type").unwrap_or_default();
                if kind.eq_ignore_ascii_case("application/ld+json") && self.json_ld.len() < MOST {
                    self.json_ld.push(String::new());
                    self.into = Into::JsonLd;
                }
                return TokenSinkResult::RawData(RawKind::ScriptData);
            }
            "style" | "iframe" | "noscript" => return TokenSinkResult::RawData(RawKind::Rawtext),
            "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn named(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| {
            let found = self.named.iter().find(|(k, _)| k == key)?;
            Some(clean(&found.1)).filter(|s| !s.is_empty())
        })
    }

    fn meta(self) -> Meta {
        let blocks: Vec<Value> = self.json_ld.iter().filter_map(|s| json(s)).collect();
        let article = blocks.iter().find_map(|b| article_in(b, DEEPEST));
        let ld = |keys: &[&str]| {
            keys.iter()
                .find_map(|k| text_of(article?.get(*k)?, DEEPEST))
        };
        let (heading, title) = (clean(&self.heading), clean(&self.title));
        let outlet = ld(&["publisher"])
            .or_else(|| self.named(&["og:site_name", "application-name", "twitter:site"]));
        let said = ld(&["headline"])
            .or_else(|| self.named(&["og:title", "twitter:title", "dc.title", "headline"]));
        let title = said
            .or_else(|| Some(heading).filter(|h| !h.is_empty()))
            .or_else(|| Some(title).filter(|t| !t.is_empty()));
        let moment = |keys: &[&str], names: &[&str]| {
            ld(keys)
                .map(|raw| Moment::parse(&raw, "json-ld"))
                .filter(|m| m.seconds.is_some())
                .or_else(|| self.named(names).map(|raw| Moment::parse(&raw, "meta")))
        };
        let time = || {
            let marked = self.times.iter().find(|t| t.1).or(self.times.first())?;
            Some(Moment::parse(&marked.0, "time"))
        };
        let url = self
            .canonical
            .clone()
            .or_else(|| self.named(&["og:url", "twitter:url"]));
        let url = url
            .filter(|u| u.starts_with("http"))
            .or_else(|| ld(&["mainEntityOfPage", "url"]).filter(|u| u.starts_with("http")));
        let published = moment(&["datePublished", "dateCreated"], PUBLISHED)
            .filter(|m| m.seconds.is_some())
            .or_else(|| time().filter(|m| m.seconds.is_some()))
            .or_else(|| url.as_deref().and_then(date_in_url));
        let credited =
            ld(&["creditText", "isBasedOn", "isBasedOnUrl", "copyrightHolder"]).or_else(|| {
                self.named(&[
                    "article:source",
                    "syndication-source",
                    "original-source",
                    "dc.source",
                    "source",
                ])
            });
        Meta {
            byline: ld(&["author", "creator"]).or_else(|| {
                self.named(&[
                    "author",
                    "article:author",
                    "parsely-author",
                    "sailthru.author",
                    "dc.creator",
                    "byl",
                ])
                .filter(|a| !a.starts_with("http"))
            }),
            modified: moment(&["dateModified"], MODIFIED),
            lang: ld(&["inLanguage"])
                .or(self.lang.clone())
                .or_else(|| self.named(&["og:locale", "content-language"])),
            source: credited,
            title,
            outlet,
            published,
            url,
            ..Meta::default()
        }
    }
}

const PUBLISHED: &[&str] = &[
    "article:published_time",
    "datepublished",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "date",
    "article.published",
    "cxenseparse:recs:publishtime",
    "rnews:datepublished",
];
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "datemodified",
    "og:updated_time",
    "last-modified",
    "dcterms.modified",
    "lastmod",
];

/// White space made single.
fn clean(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// JSON as pages have it: in a comment, in CDATA, with line ends in strings.
fn json(text: &str) -> Option<Value> {
    let text = text.trim();
    let text = text.strip_prefix("<!--").unwrap_or(text);
    let text = text.strip_suffix("-->").unwrap_or(text).trim();
    let text = text
        .strip_prefix("//<![CDATA[")
        .or(text.strip_prefix("<![CDATA["))
        .unwrap_or(text);
    let text = text
        .strip_suffix("//]]>")
        .or(text.strip_suffix("]]>"))
        .unwrap_or(text)
        .trim();
    let text = text.strip_suffix(';').unwrap_or(text);
    let is_space = |c: char| c.is_control();
    serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&text.replace(is_space, " ")))
        .ok()
}

/// The object that stands for the article, wherever it is.
fn article_in(value: &Value, deepest: usize) -> Option<&Value> {
    let deeper = deepest.checked_sub(1)?;
    match value {
        Value::Array(items) => items.iter().find_map(|v| article_in(v, deeper)),
        Value::Object(fields) => {
            let kinds = match fields.get("@type") {
                Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
                Some(Value::String(kind)) => vec![&**kind],
                _ => Vec::new(),
            };
            if kinds.iter().any(|k| is_article(k)) {
                return Some(value);
            }
            [
                "@graph",
                "mainEntity",
                "mainEntityOfPage",
                "itemListElement",
                "item",
            ]
            .iter()
            .find_map(|k| article_in(fields.get(*k)?, deeper))
        }
        _ => None,
    }
}

fn is_article(kind: &str) -> bool {
    let kind = kind.rsplit(['/', ':', '#']).next().unwrap_or(kind);
    kind.ends_with("Article")
        || kind.ends_with("BlogPosting")
        || matches!(kind, "Report" | "LiveBlogPosting" | "SocialMediaPosting")
}

/// What a value of JSON-LD says in words: itself, or its name or address; several joined by commas.
fn text_of(value: &Value, deepest: usize) -> Option<String> {
    let deeper = deepest.checked_sub(1)?;
    let text = match value {
        Value::String(text) => super::markup::text_of_either(text).into_owned(),
        Value::Number(n) => n.to_string(),
        Value::Array(items) => {
            let mut names: Vec<String> = items.iter().filter_map(|v| text_of(v, deeper)).collect();
            names.dedup();
            names.join(", ")
        }
        Value::Object(fields) => {
            let named = ["name", "headline", "url", "@id", "alternateName"];
            named
                .iter()
                .find_map(|k| text_of(fields.get(*k)?, deeper))?
        }
        _ => return None,
    };
    let text = clean(&text);
    (!text.is_empty()).then_some(text)
}

/// The day in an address such as `/2026/01/31/`.
fn date_in_url(url: &str) -> Option<Moment> {
    let path = url.split_once("://")?.1;
    let parts: Vec<&str> = path.split(['?', '#']).next()?.split('/').collect();
    let is_number = |s: &str, n: std::ops::RangeInclusive<usize>| {
        n.contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit())
    };
    let day = parts.windows(3).find_map(|w| {
        let [year, month, day] = w else { return None };
        let is_day = is_number(year, 4..=4) && is_number(month, 1..=2) && is_number(day, 1..=2);
        is_day.then(|| format!("{year}-{month:0>2}-{day:0>2}"))
    })?;
    Some(Moment::parse(&day, "url")).filter(|m| m.seconds.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(m: Option<Moment>) -> Option<(String, String)> {
        m.and_then(|m| Some((m.rfc3339()?, m.basis.into_owned())))
    }

    #[test]
    fn json_ld_goes_before_meta_and_meta_before_the_rest() {
        let page = r#"<html lang="en-GB"><head><title>Bridge closed | Quay Courier</title>
            <meta property="og:title" content="The bridge &amp; the bay"><meta property="article:published_time" content="2026-01-02T03:04:05Z">
            <meta name=author content="A. Writer"><link rel="canonical" href="https://quay.example/bridge">
            <script>var title = "<title>no</title>";</script>
            <script type="application/ld+json">{"@context":"x","@graph":[{"@type":"WebSite","name":"no"},{"@type":["NewsArticle"],
              "headline":"Old bridge
 closed","datePublished":"2026-01-02T09:00:00+01:00","author":[{"@type":"Person","name":"Ann Example"},{"name":"Bo Example"}],
              "publisher":{"@type":"Organization","name":"Quay Courier"},"creditText":"AP","dateModified":"2026-01-03"}]}</script>
            </head><body><h1>Bridge <b>closed</b></h1><time datetime="2025-12-31">"#;
        let meta = read(page).0;
        assert_eq!(meta.title.as_deref(), Some("Old bridge closed"));
        assert_eq!(meta.outlet.as_deref(), Some("Quay Courier"));
        assert_eq!(meta.byline.as_deref(), Some("Ann Example, Bo Example"));
        assert_eq!(meta.source.as_deref(), Some("AP"));
        assert_eq!(meta.lang.as_deref(), Some("en-GB"));
        assert_eq!(meta.url.as_deref(), Some("https://quay.example/bridge"));
        assert_eq!(
            moment(meta.published),
            Some(("2026-01-02T08:00:00Z".into(), "json-ld".into()))
        );
        assert_eq!(
            moment(meta.modified),
            Some(("2026-01-03".into(), "json-ld".into()))
        );
        let plain = read(&page.replace("application/ld+json", "text/x")).0;
        assert_eq!(plain.title.as_deref(), Some("The bridge & the bay"));
        assert_eq!(plain.byline.as_deref(), Some("A. Writer"));
        assert_eq!(
            moment(plain.published),
            Some(("2026-01-02T03:04:05Z".into(), "meta".into()))
        );
    }

    #[test]
    fn a_bare_page_is_told_by_its_heading_time_and_address() {
        let (meta, _) = read(
            "<h1>One</h1><h1>Two</h1><time datetime=2026-02-01></time><time pubdate datetime='2026-02-03T10:00'></time>",
        );
        assert_eq!(meta.title.as_deref(), Some("One"));
        assert_eq!(
            moment(meta.published),
            Some(("2026-02-03T10:00:00".into(), "time".into()))
        );
        let (meta, _) =
            read("<title>T</title><link rel=canonical href='https://a.example/2026/3/04/x?y=1'>");
        assert_eq!(meta.title.as_deref(), Some("T"));
        assert_eq!(
            moment(meta.published),
            Some(("2026-03-04".into(), "url".into()))
        );
        assert_eq!(read("").0, Meta::default());
        assert_eq!(
            read("<script type=application/ld+json>[[[[[[[[[[[[{").0,
            Meta::default()
        );
    }
}
