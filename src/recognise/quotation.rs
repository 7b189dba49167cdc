//! Quoted speech: text between quotation marks, and posts and statements set into the page.

use super::{Paragraph, QUOTED, set};
use crate::{
    span::Span,
    text::{Tokens, find},
};

/// Pairs of quotation marks that nest nowhere inside their own kind.
const PAIRS: [(char, char); 6] = [
    ('“', '”'),
    ('«', '»'),
    ('„', '“'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
];

/// Sets [`QUOTED`] on the tokens of quoted speech.
pub(super) fn mark(paragraphs: &[Paragraph<'_>], tokens: &Tokens, flags: &mut [u8]) {
    for (i, p) in paragraphs.iter().enumerate() {
        let mut first = p.tokens.start;
        for quoted in between_marks(p) {
            while first < p.tokens.end && tokens.spans[first].start < quoted.start {
                first += 1;
            }
            let mut end = first;
            while end < p.tokens.end && tokens.spans[end].start < quoted.end {
                end += 1;
            }
            set(flags, &(first..end), QUOTED);
            first = end;
        }
        if is_post_signature(p.text) {
            for before in post_above(&paragraphs[..i]) {
                set(flags, &before.tokens, QUOTED);
            }
        }
    }
}

/// Stretches between quotation marks, in order. A mark left open runs to the end of the paragraph only where it opens the
/// paragraph, as each paragraph of a long quotation does.
fn between_marks(p: &Paragraph<'_>) -> Vec<Span> {
    let mut out = Vec::new();
    let mut open: Option<(char, usize)> = None;
    let mut next = 0;
    while let Some(ahead) = next_mark(&p.text.as_bytes()[next..]) {
        let at = next + ahead;
        let mut chars = p.text[at..].chars();
        let Some(c) = chars.next() else { break };
        next = at + c.len_utf8();
        let follows = chars.next();
        // Two single marks in a row are a double one.
        let c = match (c, follows) {
            ('‘', Some('‘')) | ('`', Some('`')) => '“',
            ('’', Some('’')) | ('\'', Some('\'')) => '”',
            _ => c,
        };
        if let ('“' | '”', Some(single @ ('‘' | '’' | '`' | '\''))) = (c, follows) {
            next += single.len_utf8();
        }
        match open {
            None => {
                if let Some(close) = closing(c, &p.text[..at]) {
                    open = Some((close, at));
                }
            }
            Some((close, from)) if c == close || (close == '”' && c == '"') => {
                out.push(Span::new(
                    p.span.start + from as u32,
                    p.span.start + at as u32,
                ));
                open = None;
            }
            Some(_) => {}
        }
    }
    if let Some((_, 0)) = open {
        out.push(p.span);
    }
    out
}

/// Where the first byte is that a quotation mark may begin with. A function of its own, since inside a larger one the
/// compiler makes a loop over single bytes of it.
#[inline(never)]
fn next_mark(bytes: &[u8]) -> Option<usize> {
    // Of `«`, of curly and low marks, of corner marks and double angles.
    let begins =
        |b: u8| (b == b'"') | (b == b'\'') | (b == b'`') | (b == 0xc2) | (b == 0xe2) | (b == 0xe3);
    find(bytes, begins)
}

/// The mark that closes what `c` opens. A straight mark opens only where no word ends before it.
fn closing(c: char, before: &str) -> Option<char> {
    if c == '"' {
        return (!before.ends_with(char::is_alphanumeric)).then_some('"');
    }
    PAIRS.iter().find(|p| p.0 == c).map(|p| p.1)
}

/// The line under a post set into a page: `— Name (@handle) July 16, 2018`, or a count of its reposts.
fn is_post_signature(line: &str) -> bool {
    if line.len() > 160 {
        return false;
    }
    let dashed = line.trim_start_matches(['—', '–', '-', '―']);
    (dashed.len() < line.len() && dashed.contains("(@"))
        || (line.starts_with("Twitter") && line.ends_with("retweets"))
}

/// The paragraphs of the post: the one above the signature, and those it continues in mid-sentence.
fn post_above<'p, 't>(above: &'p [Paragraph<'t>]) -> &'p [Paragraph<'t>] {
    let mut from = above.len();
    while from > 0 && above.len() - from < 12 {
        from -= 1;
        let goes_on = above[from]
            .text
            .chars()
            .next()
            .is_some_and(char::is_lowercase);
        let unfinished = from > 0
            && !above[from - 1]
                .text
                .ends_with(['.', '!', '?', '"', '”', '…', ':'])
            && above[from - 1].tokens.len() > 8;
        if !goes_on && !unfinished {
            break;
        }
    }
    &above[from..]
}
