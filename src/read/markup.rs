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

/// The text of a piece of HTML.
pub(super) fn text_of(html: &str) -> String {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Lines::default(), TokenizerOpts::default());
    // A script may ask to be run: none is.
    while let html5ever::TokenizerResult::Script(()) = tokenizer.feed(&queue) {}
    tokenizer.end();
    tokenizer.sink.text.into_inner().finish()
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
struct Lines {
    text: RefCell<Text>,
}

#[derive(Default)]
struct Text {
    out: String,
    /// White space has come since the last word.
    space: bool,
    /// A line has ended since.
    line: bool,
    /// How many hidden elements are open.
    hidden: usize,
}

impl Text {
    fn push(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() && c != '\u{a0}' {
                self.space = true;
                continue;
            }
            if !self.out.is_empty() {
                if self.line {
                    self.out.push('\n');
                } else if self.space {
                    self.out.push(' ');
                }
            }
            (self.space, self.line) = (false, false);
            self.out.push(if c == '\u{a0}' { ' ' } else { c });
        }
    }

    fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        self.out
    }
}

impl TokenSink for Lines {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut text = self.text.borrow_mut();
        match token {
            Token::CharacterTokens(s) => text.push(&s),
            Token::TagToken(tag) => return tagged(&mut text, &tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn tagged(text: &mut Text, tag: &Tag) -> TokenSinkResult<()> {
    let name = &*tag.name;
    if BLOCKS.contains(&name) {
        text.line = true;
    } else if matches!(name, "td" | "th" | "img") {
        text.space = true;
    }
    if name == "body" {
        // The end of a head is often left out.
        text.hidden = 0;
    } else if HIDDEN.contains(&name) {
        match tag.kind {
            TagKind::StartTag if !tag.self_closing => text.hidden += 1,
            TagKind::EndTag => text.hidden = text.hidden.saturating_sub(1),
            TagKind::StartTag => {}
        }
    }
    match (tag.kind, name) {
        (TagKind::StartTag, "script") => TokenSinkResult::RawData(RawKind::ScriptData),
        (TagKind::StartTag, "style" | "iframe" | "noscript") => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        (TagKind::StartTag, "title" | "textarea") => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
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
