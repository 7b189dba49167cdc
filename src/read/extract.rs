//! The article of a page, told from what stands round it.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use dom_query::Document;
use dom_smoothie::{Config, Readability};

use super::markup;

/// How the text of a page was found, as the output names it.
const EXTRACTOR: &str = "dom_smoothie";
/// The same where nothing was told apart.
const WHOLE: &str = "whole page";

/// Lines with more of their text in links, in percent, lead elsewhere.
const LINKED: usize = 70;
/// Lines of at least so many bytes that stood before are captions, or the text of a box, once more.
const REPEATED: usize = 40;
/// Lines of fewer characters are looked at for what they invite to.
const SHORT: usize = 140;
/// How lines begin that say what the page is or has, not what the article does.
#[rustfmt::skip]
const ASIDES: &[&str] = &[
    "advertisement", "also read", "click here", "copyright", "follow", "getty", "image:", "last updated", "more from",
    "photo", "photos", "posted", "published", "read also", "read more", "recommended", "see also", "see more", "share",
    "sign up", "subscribe", "tags", "updated", "video:", "watch:", "you may also like", "©",
];

/// The text of the article in a page, and how it was found. Where no article is made out, all text of it.
pub(super) fn article(page: Document, html: &str) -> (String, &'static str) {
    extracted(page).map_or_else(|| whole(html), |text| (text, EXTRACTOR))
}

/// All text of a page.
pub(super) fn whole(html: &str) -> (String, &'static str) {
    (markup::text_of(html), WHOLE)
}

/// As Mozilla's Readability finds it, without what it leaves of boxes and invitations.
fn extracted(page: Document) -> Option<String> {
    let config = Config {
        disable_json_ld: true,
        ..Config::default()
    };
    // A page that breaks the extractor is still a page.
    let found = catch_unwind(AssertUnwindSafe(|| {
        Readability::with_document(page, None, Some(config)).and_then(|mut page| page.parse())
    }));
    let lines = markup::lines_of_article(&found.ok()?.ok()?.content);
    let mut seen = HashSet::new();
    let kept: Vec<&str> = lines
        .iter()
        .filter(|line| line.linked * 100 <= line.text.len() * LINKED)
        .map(|line| &*line.text)
        .filter(|line| !is_aside(line))
        .filter(|line| line.len() < REPEATED || seen.insert(*line))
        .collect();
    (!kept.is_empty()).then(|| kept.join("\n"))
}

fn is_aside(line: &str) -> bool {
    // No character is shorter than a byte.
    if line.len() > SHORT * 4 || line.chars().count() >= SHORT {
        return false;
    }
    let line = line.to_lowercase();
    ASIDES.iter().any(|start| {
        line.strip_prefix(start)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "<p>The harbour board voted on Tuesday to close the old bridge for nine months, its chair said.</p>\
        <p>The bearings were cast in 1911 and can no longer be bought anywhere, according to the engineers who looked at them.</p>\
        <p>Ferries will run every ten minutes while the work lasts, and a second landing stage is to be built by the spring.</p>";

    #[test]
    fn the_article_is_told_from_the_navigation() {
        let page = format!(
            "<html><body><nav><ul><li><a href=/>Home</a><li><a href=/w>Weather</a></ul></nav><article><h1>Bridge</h1>{STORY}</article>\
             <footer><p>Copyright, all rights reserved</p></footer></body></html>"
        );
        let (text, extractor) = article(Document::from(&*page), &page);
        assert_eq!(extractor, EXTRACTOR);
        assert!(text.contains("said.\nThe bearings"), "{text}");
        assert!(
            !text.contains("Weather") && !text.contains("Copyright"),
            "{text}"
        );
    }

    #[test]
    fn a_page_without_an_article_is_read_whole() {
        let read = |html: &str| article(Document::from(html), html);
        assert_eq!(read("<p>short").0, "short");
        assert_eq!(read("").0, "");
    }

    #[test]
    fn what_stands_beside_the_text_is_left_out() {
        let caption = "The old bridge on a day in spring, seen from the harbour wall.";
        let page = format!(
            "<article>{STORY}<figure><img><figcaption>{caption}</figcaption></figure><p>Read more: <b>ferries in winter</b></p>\
             <p><a href=/x>Nine other bridges that were closed, and why the harbour board closed them</a></p>{STORY}</article>"
        );
        let (text, _) = article(Document::from(&*page), &page);
        assert_eq!(text.lines().count(), 3, "{text}");
    }
}
