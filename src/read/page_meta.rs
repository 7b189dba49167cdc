//! What a page says of itself: JSON-LD, Open Graph and other `<meta>` elements, `<link rel=canonical>`, `<time>`, `<title>`.
//! The most explicit wins, in that order.

use dom_query::{Document, NodeRef};
use html5ever::ns;
use serde_json::Value;

use super::page_date;
use crate::document::{Meta, Moment};

/// Most `<meta>` and `<time>` elements that are kept of a page.
const MOST: usize = 1000;
/// How deep JSON-LD is looked into.
const DEEPEST: usize = 8;

/// The metadata of a page, whose scripts of JSON-LD stand apart.
pub(super) fn read(page: &Document, json_ld: &[String]) -> Meta {
    let mut said = Said::default();
    for node in page.root().descendants_it() {
        said.element(&node);
    }
    let mut meta = said.meta(json_ld);
    if meta.published.is_none() {
        meta.published = page_date::shown(page, meta.lang.as_deref());
    }
    meta
}

/// What the elements of a page say of it.
#[derive(Default)]
struct Said {
    lang: Option<String>,
    title: String,
    heading: String,
    canonical: Option<String>,
    /// Keys, in lower case, and values.
    named: Vec<(String, String)>,
    /// Times, and whether each is marked as that of publication.
    times: Vec<(String, bool)>,
}

fn attribute(node: &NodeRef, name: &str) -> Option<String> {
    let value = node.attr(name)?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

impl Said {
    fn element(&mut self, node: &NodeRef) {
        let Some(name) = node.qual_name_ref() else {
            return;
        };
        match &*name.local {
            "html" => self.lang = self.lang.take().or_else(|| attribute(node, "lang")),
            // One of an SVG is none of the page.
            "title" if name.ns == ns!(html) && self.title.is_empty() => {
                self.title = clean(&node.text());
            }
            "h1" if self.heading.is_empty() => self.heading = clean(&node.text()),
            "meta" if self.named.len() < MOST => {
                let key = ["property", "name", "itemprop", "http-equiv"];
                let key = key.iter().find_map(|k| attribute(node, k));
                if let (Some(key), Some(value)) = (key, attribute(node, "content")) {
                    self.named.push((key.to_lowercase(), value));
                }
            }
            "link"
                if attribute(node, "rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical")) =>
            {
                self.canonical = self.canonical.take().or_else(|| attribute(node, "href"));
            }
            "time" if self.times.len() < MOST => {
                if let Some(at) = attribute(node, "datetime") {
                    let is_marked = node.has_attr("pubdate")
                        || attribute(node, "itemprop").is_some_and(|p| p == "datePublished");
                    self.times.push((at, is_marked));
                }
            }
            _ => {}
        }
        // A day that is marked for machines in an element of any name.
        let is_marked = |name, value| {
            (node.attr(name)).is_some_and(|v| v.split_whitespace().any(|w| w == value))
        };
        if &*name.local != "meta"
            && &*name.local != "time"
            && self.times.len() < MOST
            && (is_marked("itemprop", "datePublished") || is_marked("class", "published"))
        {
            let values = ["content", "datetime", "title"];
            let at = values.iter().find_map(|name| attribute(node, name));
            self.times.extend(at.map(|at| (at, true)));
        }
    }

    fn named(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| {
            let found = self.named.iter().find(|(k, _)| k == key)?;
            Some(clean(&found.1)).filter(|s| !s.is_empty())
        })
    }

    fn meta(self, json_ld: &[String]) -> Meta {
        let blocks: Vec<Value> = json_ld.iter().filter_map(|s| json(s)).collect();
        let article = blocks.iter().find_map(|b| article_in(b, DEEPEST));
        let ld = |keys: &[&str]| {
            keys.iter()
                .find_map(|k| text_of(article?.get(*k)?, DEEPEST))
        };
        let outlet = ld(&["publisher"])
            .or_else(|| self.named(&["og:site_name", "application-name", "twitter:site"]));
        let said = ld(&["headline"])
            .or_else(|| self.named(&["og:title", "twitter:title", "dc.title", "headline"]));
        let title = said.or_else(|| {
            let shown = [&self.heading, &self.title];
            shown.into_iter().find(|t| !t.is_empty()).cloned()
        });
        let title = title.map(|t| without_outlet(&t, outlet.as_deref(), &self.heading).to_owned());
        let dated = article.or_else(|| blocks.iter().find_map(|b| dated_in(b, DEEPEST)));
        let moment = |keys: &[&str], names: &[&str]| {
            keys.iter()
                .find_map(|k| text_of(dated?.get(*k)?, DEEPEST))
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
pub(super) fn clean(text: &str) -> String {
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

/// The first object that says when it was published, where none stands for an article.
fn dated_in(value: &Value, deepest: usize) -> Option<&Value> {
    let deeper = deepest.checked_sub(1)?;
    match value {
        Value::Array(items) => items.iter().find_map(|v| dated_in(v, deeper)),
        Value::Object(fields) if fields.contains_key("datePublished") => Some(value),
        Value::Object(fields) => dated_in(fields.get("@graph")?, deeper),
        _ => None,
    }
}

/// A title without the name of the outlet behind it: where that is known, or where the heading of the page is the rest.
fn without_outlet<'a>(title: &'a str, outlet: Option<&str>, heading: &str) -> &'a str {
    const SIGNS: [&str; 8] = [" | ", " - ", " – ", " — ", " » ", " :: ", " · ", " • "];
    const MOST: usize = 4;
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let mut rest = title;
    for _ in 0..MOST {
        let cut = SIGNS.iter().filter_map(|sign| rest.rsplit_once(sign));
        let Some((head, tail)) = cut.max_by_key(|(head, _)| head.len()) else {
            break;
        };
        let is_outlet = rest.len() == title.len() && outlet.is_some_and(|o| same(o, tail));
        if is_outlet || same(head, heading) {
            return head.trim_end();
        }
        rest = head;
    }
    title
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
    use crate::read::lean::lean;

    fn meta_of(html: &str) -> Meta {
        let page = lean(html);
        read(&Document::from(&*page.html), &page.json_ld)
    }

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
        let meta = meta_of(page);
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
        let plain = meta_of(&page.replace("application/ld+json", "text/x"));
        assert_eq!(plain.title.as_deref(), Some("The bridge & the bay"));
        assert_eq!(plain.byline.as_deref(), Some("A. Writer"));
        assert_eq!(
            moment(plain.published),
            Some(("2026-01-02T03:04:05Z".into(), "meta".into()))
        );
    }

    #[test]
    fn a_title_goes_without_its_outlet() {
        for (title, outlet, heading, left) in [
            (
                "Bridge closed | Quay Courier",
                Some("Quay courier"),
                "",
                "Bridge closed",
            ),
            (
                "Bridge closed - Bay - Quay",
                None,
                "Bridge closed",
                "Bridge closed",
            ),
            (
                "Bridge closed - for ever",
                Some("Quay"),
                "Bridge",
                "Bridge closed - for ever",
            ),
            (
                "Bridge-building",
                Some("building"),
                "Bridge",
                "Bridge-building",
            ),
            ("A | B", None, "", "A | B"),
        ] {
            assert_eq!(without_outlet(title, outlet, heading), left);
        }
    }

    #[test]
    fn a_day_is_found_wherever_it_is_marked() {
        for (page, day) in [
            (
                "<script type=application/ld+json>{\"@graph\":[{\"@type\":\"WebPage\",\"datePublished\":\"2026-01-02\"}]}</script>",
                "2026-01-02",
            ),
            (
                "<abbr class='x published' title='2026-01-03T10:00:00Z'>x</abbr>",
                "2026-01-03T10:00:00Z",
            ),
            ("<h1>Bridge</h1><p>5 January 2026", "2026-01-05"),
        ] {
            let published = meta_of(page).published.and_then(|m| m.rfc3339());
            assert_eq!(published.as_deref(), Some(day), "{page}");
        }
    }

    #[test]
    fn a_bare_page_is_told_by_its_heading_time_and_address() {
        let meta = meta_of(
            "<h1>One</h1><h1>Two</h1><time datetime=2026-02-01></time><time pubdate datetime='2026-02-03T10:00'></time>",
        );
        assert_eq!(meta.title.as_deref(), Some("One"));
        assert_eq!(
            moment(meta.published),
            Some(("2026-02-03T10:00:00".into(), "time".into()))
        );
        let meta = meta_of(
            "<title>T</title><link rel=canonical href='https://a.example/2026/3/04/x?y=1'>",
        );
        assert_eq!(meta.title.as_deref(), Some("T"));
        assert_eq!(
            moment(meta.published),
            Some(("2026-03-04".into(), "url".into()))
        );
        assert_eq!(meta_of(""), Meta::default());
        assert_eq!(
            meta_of("<script type=application/ld+json>[[[[[[[[[[[[{"),
            Meta::default()
        );
    }
}
