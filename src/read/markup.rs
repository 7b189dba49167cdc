//! From a piece of HTML to its text: a line for each block, entities resolved, scripts and styles left out. A tokenizer
//! alone, no tree: time is linear in the bytes and memory in the text, however tags are nested or left open.

use std::{borrow::Cow, cell::RefCell};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};

/// Elements that end a line before and after them.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header",
    "hedline", "hgroup", "hl1", "hl2", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "title", "tr", "ul",
];
/// Elements whose content is no text.
const HIDDEN: &[&str] = &[
    "script", "style", "noscript", "template", "iframe", "svg", "math", "head",
];

/// Elements that stand beside the text of an article: pictures with their captions, boxes, navigation.
const BESIDE: &[&str] = &[
    "aside",
    "button",
    "figcaption",
    "figure",
    "footer",
    "header",
    "nav",
    "select",
    "textarea",
];

/// A line of a text, and how much of it links elsewhere.
#[derive(Default)]
pub(super) struct Line {
    pub(super) text: String,
    /// How many bytes of it stand in links.
    pub(super) linked: usize,
}

/// The text of a piece of HTML.
pub(super) fn text_of(html: &str) -> String {
    let lines = lines(html, HIDDEN);
    let mut out = String::with_capacity(lines.iter().map(|line| line.text.len() + 1).sum());
    for line in lines {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&line.text);
    }
    out
}

/// The lines of a piece of HTML that is an article, without what stands beside its text.
pub(super) fn lines_of_article(html: &str) -> Vec<Line> {
    lines(html, &[HIDDEN, BESIDE].concat())
}

fn lines(html: &str, hidden: &[&str]) -> Vec<Line> {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let lines = RefCell::new(Lines {
        hidden,
        ..Lines::default()
    });
    let tokenizer = Tokenizer::new(Sink(lines), TokenizerOpts::default());
    // A script may ask to be run: none is.
    while let html5ever::TokenizerResult::Script(()) = tokenizer.feed(&queue) {}
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

/// The text of what may be HTML, as feeds do not say: it is where a tag or an entity stands in it.
pub(super) fn text_of_either(text: &str) -> Cow<'_, str> {
    let is_markup = memchr::memchr2(b'<', b'&', text.as_bytes()).is_some();
    if is_markup {
        Cow::Owned(text_of(text))
    } else {
        Cow::Borrowed(text)
    }
}

#[derive(Default)]
struct Lines<'a> {
    lines: Vec<Line>,
    line: Line,
    /// White space has come since the last word.
    space: bool,
    /// Elements whose content is left out, and how many of them are open.
    hidden: &'a [&'a str],
    open: usize,
    /// Within a link.
    link: bool,
}

impl Lines<'_> {
    fn push(&mut self, text: &str) {
        if self.open > 0 {
            return;
        }
        let before = self.line.text.len();
        for c in text.chars() {
            if c.is_whitespace() && c != '\u{a0}' {
                self.space = true;
                continue;
            }
            if self.space && !self.line.text.is_empty() {
                self.line.text.push(' ');
            }
            self.space = false;
            self.line.text.push(if c == '\u{a0}' { ' ' } else { c });
        }
        if self.link {
            self.line.linked += self.line.text.len() - before;
        }
    }

    fn end_line(&mut self) {
        self.space = false;
        let mut line = std::mem::take(&mut self.line);
        line.text.truncate(line.text.trim_end().len());
        if !line.text.is_empty() {
            self.lines.push(line);
        }
    }

    fn finish(mut self) -> Vec<Line> {
        self.end_line();
        self.lines
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if BLOCKS.contains(&name) {
            self.end_line();
        }
        if name == "body" {
            // The end of a head is often left out.
            self.open = 0;
        } else if self.hidden.contains(&name) {
            match tag.kind {
                TagKind::StartTag if !tag.self_closing => self.open += 1,
                TagKind::EndTag => self.open = self.open.saturating_sub(1),
                TagKind::StartTag => {}
            }
        }
        match (tag.kind, name) {
            (kind, "a") => self.link = kind == TagKind::StartTag,
            (_, "td" | "th" | "img") => self.space = true,
            (TagKind::StartTag, "script") => {
                return TokenSinkResult::RawData(RawKind::ScriptData);
            }
            (TagKind::StartTag, "style" | "iframe" | "noscript") => {
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            (TagKind::StartTag, "title" | "textarea") => {
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

struct Sink<'a>(RefCell<Lines<'a>>);

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut lines = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(s) => lines.push(&s),
            Token::TagToken(tag) => return lines.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_a_line_and_an_entity_a_character() {
        for (html, text) in [
            ("", ""),
            ("plain", "plain"),
            (
                "<p>One &amp; two</p><p>Three<br>four</p>",
                "One & two\nThree\nfour",
            ),
            ("a<b>b</b>c <i>d</i>", "abc d"),
            ("<ul><li>x<li>y</ul>z", "x\ny\nz"),
            ("<script>if (a < b) { '<p>' }</script>after", "after"),
            ("<style>p { }</style><p>x", "x"),
            ("a&nbsp;b&#8212;c &bogus; &", "a b—c &bogus; &"),
            ("  <p>\n  a \t b\n</p>  ", "a b"),
            ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
            ("a < b <c", "a < b"),
            ("<p hidden", ""),
            ("<head><title>x</title><body>y", "y"),
        ] {
            assert_eq!(text_of(html), text, "{html}");
        }
    }

    #[test]
    fn nesting_costs_no_stack() {
        let deep = "<div>".repeat(200_000) + "x";
        assert_eq!(text_of(&deep), "x");
    }
}
