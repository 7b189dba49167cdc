//! The marks and words of a line.

use std::ops::Range;

/// Marks and words of a line that are looked at.
const ITEMS: usize = 48;

/// What the marks and words of a line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    Dash,
    Open,
    Close,
    Comma,
    Stop,
    Colon,
    Slash,
    Equals,
    Other,
}

#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

pub(super) fn is_cased(c: char) -> bool {
    c.is_uppercase() || c.is_lowercase()
}

pub(super) fn is_opening(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '«'
            | '‘'
            | '\''
            | '<'
            | '„'
            | '`'
            | '¿'
            | '¡'
            | '['
            | '$'
            | '#'
            | '&'
            | '…'
            | '’'
    )
}

pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}')
}

/// The marks and words of a text, at most [`ITEMS`].
pub(super) fn items(text: &str) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if out.len() == ITEMS {
            break;
        }
        let mut end = at + c.len_utf8();
        let kind = match c {
            _ if c.is_whitespace() || c == '\u{ad}' || c == '\u{200b}' => continue,
            '(' | '[' | '（' | '【' | '［' | '〔' | '〖' => Kind::Open,
            ')' | ']' | '）' | '】' | '］' | '〕' | '〗' => Kind::Close,
            ',' | '，' | '、' | '،' => Kind::Comma,
            '.' | '。' => Kind::Stop,
            ':' | '：' => Kind::Colon,
            '/' | '／' | '|' => Kind::Slash,
            '=' | '＝' => Kind::Equals,
            '—' | '–' | '―' | '−' | '‒' | '─' | '-' | '_' => {
                while let Some((a, d)) = chars
                    .peek()
                    .copied()
                    .filter(|(_, d)| matches!(d, '—' | '–' | '-' | '―' | '_'))
                {
                    end = a + d.len_utf8();
                    chars.next();
                }
                Kind::Dash
            }
            _ if c.is_numeric() => {
                while let Some((a, d)) = chars
                    .peek()
                    .copied()
                    .filter(|(_, d)| d.is_alphanumeric() && !is_cjk(*d))
                {
                    end = a + d.len_utf8();
                    chars.next();
                }
                Kind::Number
            }
            _ if c.is_alphabetic() || is_mark(c) => {
                let mut before = c;
                loop {
                    let mut ahead = chars.clone();
                    let Some((a, d)) = ahead.next() else { break };
                    let joins =
                        |n: Option<(usize, char)>| n.is_some_and(|(_, n)| n.is_alphanumeric());
                    let inside = d.is_alphanumeric()
                        || is_mark(d)
                        || matches!(d, '\'' | '’' | '.' | '·')
                            && joins(ahead.next())
                            && (d != '.' || !before.is_lowercase())
                        || d == '-' && is_cased(c) && {
                            let mut b = chars.clone();
                            b.next();
                            b.next().is_some_and(|(_, n)| n.is_alphabetic())
                        };
                    if !inside || is_cjk(c) != is_cjk(d) && d.is_alphabetic() {
                        break;
                    }
                    end = a + d.len_utf8();
                    before = d;
                    chars.next();
                }
                Kind::Word
            }
            _ => Kind::Other,
        };
        out.push(Item { kind, at: at..end });
    }
    out
}

/// Marks that belong to the letter before them, in scripts that write vowels so.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}' | '\u{b82}' | '\u{bbe}'..='\u{bcd}' | '\u{c3e}'..='\u{c4d}' | '\u{cbe}'..='\u{ccd}' | '\u{d3e}'..='\u{d4d}' | '\u{e31}' | '\u{e34}'..='\u{e4e}' | '\u{200c}' | '\u{200d}')
}
