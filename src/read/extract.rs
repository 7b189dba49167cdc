//! The article of a page, told from what stands round it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use trafilatura::{ExtractionFocus, Options};

use super::markup;

/// Elements inside each other beyond which a page is not taken apart: no article needs them, and the extractor goes down into
/// each by a call of its own.
const DEEPEST: usize = 500;

/// How the text of a page was found, as the output names it.
const EXTRACTOR: &str = "trafilatura";
/// The same where nothing was told apart.
const WHOLE: &str = "whole page";

/// The text of the article in a page whose elements stand `depth` deep in each other, and how it was found. Where no article is
/// made out, all text of the page.
pub(super) fn article(html: &str, depth: usize) -> (String, &'static str) {
    if depth <= DEEPEST
        && let Some(text) = extracted(html)
    {
        return (text, EXTRACTOR);
    }
    (markup::text_of(html), WHOLE)
}

fn extracted(html: &str) -> Option<String> {
    let options = Options::default()
        .with_exclude_comments(true)
        .with_fallback(true)
        .with_focus(ExtractionFocus::FavorPrecision);
    // A page that breaks the extractor is still a page.
    let found = catch_unwind(AssertUnwindSafe(|| trafilatura::extract(html, &options)));
    let text = markup::text_of(&found.ok()?.ok()?.content_html);
    (!text.is_empty()).then_some(text)
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
        let (text, extractor) = article(&page, 6);
        assert_eq!(extractor, EXTRACTOR);
        assert!(text.contains("said.\nThe bearings"), "{text}");
        assert!(
            !text.contains("Weather") && !text.contains("Copyright"),
            "{text}"
        );
    }

    #[test]
    fn a_page_of_nothing_but_depth_is_read_whole() {
        let deep = "<div>".repeat(100_000) + STORY;
        let (text, extractor) = article(&deep, 100_000);
        assert_eq!((text.lines().count(), extractor), (3, WHOLE));
        assert_eq!(article("<p>short", 1).0, "short");
    }
}
