//! What the parts of a text are: quoted speech, furniture of the page, credit lines; the rest is the article's own prose.
//! And what its credits say: the dateline, who is named as the origin of the text, and as what others are named.

pub mod agency;
mod byline;
mod credit;
mod credit_line;
mod dateline;
mod furniture;
mod phrases;
mod quotation;
mod republication;
mod screen;

use crate::{
    span::Span,
    text::{self, Tokens, sentence},
};

pub use agency::{Agencies, Agency, AgencyKind};
pub use credit::{Attribution, Basis, Credit, Credited, Role, Staff};
pub use dateline::{Dateline, day_of};

/// A token of one character, of a script written without spaces; the same bit as [`text::CHAR`].
pub const CHAR: u8 = text::CHAR;
/// Inside quotation marks, or of a post or statement set into the page.
pub const QUOTED: u8 = 2;
/// Navigation, teasers, captions, notices, scripts: what the page wraps round an article.
pub const FURNITURE: u8 = 4;
/// A byline, copyright line or list of contributors.
pub const CREDIT: u8 = 8;
/// Furniture told by its frequency in a corpus.
pub const BOILERPLATE: u8 = 16;

/// Flags of each token of an article, and where its sentences begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// A set of [`CHAR`], [`QUOTED`], [`FURNITURE`] and [`CREDIT`] for each token.
    pub flags: Vec<u8>,
    /// Index of the first token of each sentence, ascending.
    pub sentences: Vec<u32>,
    /// Tokens of each line that has any, in order.
    pub paragraphs: Vec<std::ops::Range<u32>>,
}

/// A line of the text with the tokens in it.
pub(crate) struct Paragraph<'t> {
    pub(crate) text: &'t str,
    pub(crate) span: Span,
    pub(crate) tokens: std::ops::Range<usize>,
    /// The lists of phrases that may stand in it, if it is short enough for any.
    lists: screen::Lists,
}

impl Paragraph<'_> {
    /// Whether it ends as a sentence does.
    fn is_sentence(&self) -> bool {
        furniture::is_sentence(self.text)
    }

    /// Whether it is too long for a label or the name of a photographer.
    fn is_long(&self) -> bool {
        self.tokens.len() >= 12
    }
}

/// Recognises the parts of `text` and who is credited in it or in `byline`, the one that came with it. O(length of the
/// text).
#[must_use]
pub fn read(
    text: &str,
    tokens: &Tokens,
    byline: Option<&str>,
    agencies: &Agencies,
) -> (Parts, Attribution) {
    let paragraphs = paragraphs(text, tokens);
    let parts = Parts::of_paragraphs(text, tokens, &paragraphs);
    let attribution = credit::read(agencies, text, tokens, &paragraphs, &parts.flags, byline);
    (parts, attribution)
}

impl Parts {
    /// Recognises the parts of `text`, of which `tokens` are the tokens. O(length of the text).
    #[must_use]
    pub fn of(text: &str, tokens: &Tokens) -> Self {
        Self::of_paragraphs(text, tokens, &paragraphs(text, tokens))
    }

    fn of_paragraphs(text: &str, tokens: &Tokens, paragraphs: &[Paragraph<'_>]) -> Self {
        let mut flags = tokens.flags.clone();
        quotation::mark(paragraphs, tokens, &mut flags);
        furniture::mark(paragraphs, &mut flags);
        credit_line::mark(paragraphs, &mut flags);
        if !flags.iter().any(|f| is_prose(*f)) {
            for f in &mut flags {
                *f &= !CREDIT;
            }
        }
        if !is_mostly_text(&flags) {
            // A page of nothing but captions or notices is about them.
            for f in &mut flags {
                *f &= !FURNITURE;
            }
        }
        Self {
            flags,
            sentences: sentence::sentences(text, tokens),
            paragraphs: paragraphs
                .iter()
                .filter(|p| !p.tokens.is_empty())
                .map(|p| p.tokens.start as u32..p.tokens.end as u32)
                .collect(),
        }
    }

    /// Tokens that are the article's prose: outside furniture and credits.
    #[must_use]
    pub fn prose_tokens(&self) -> usize {
        self.flags.iter().filter(|f| is_prose(**f)).count()
    }
}

/// Whether a token of these flags counts as prose (quoted speech does).
#[inline]
#[must_use]
pub fn is_prose(flags: u8) -> bool {
    flags & (FURNITURE | CREDIT) == 0
}

/// Whether anything worth the name of an article is left outside furniture: a tenth of the page, or a couple of sentences.
fn is_mostly_text(flags: &[u8]) -> bool {
    let prose = flags.iter().filter(|f| is_prose(**f)).count();
    prose * 10 >= flags.len() || prose >= 40
}

fn paragraphs<'t>(text: &'t str, tokens: &Tokens) -> Vec<Paragraph<'t>> {
    let mut next = 0;
    let mut out = Vec::new();
    for span in sentence::paragraphs(text) {
        while next < tokens.spans.len() && tokens.spans[next].start < span.start {
            next += 1;
        }
        let first = next;
        next += tokens.spans[next..].partition_point(|s| s.start < span.end);
        let line = span.slice(text);
        let is_short = next - first <= furniture::LONGEST;
        out.push(Paragraph {
            text: line,
            span,
            tokens: first..next,
            lists: if is_short { screen::lists(line) } else { 0 },
        });
    }
    out
}

fn set(flags: &mut [u8], tokens: &std::ops::Range<usize>, flag: u8) {
    for f in &mut flags[tokens.clone()] {
        *f |= flag;
    }
}

#[cfg(test)]
mod tests;
