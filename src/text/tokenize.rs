//! Finds the words of a text.
//!
//! Words are those of UAX #29, with these departures:
//!
//! * a zero-width space attaches to what stands before it, as other invisible
//!   characters do, so that it does not split a word; a narrow no-break space
//!   is a space;
//! * each character of a script written without spaces is a token of its own;
//! * a word begins at its first letter, digit or connector, and holds a letter
//!   or digit: combining marks, which have no other base than a space or mark
//!   of punctuation, are no word, though some count as alphabetic.
//!
//! Four ways lead to the same tokens, which tests ensure: one for words of
//! ASCII letters and digits, found a block at a time, one for ASCII with marks,
//! one for characters whose properties are listed here, and one for all others,
//! which asks the segmentation crate for a single segment and then goes back
//! to the quick ways.

use memchr::memmem;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical};
use unicode_segmentation::UnicodeSegmentation;

use super::class::{
    ASCII, BREAK, CHAR as CHAR_CLASS, COMPLEX, COMPOSES, DIGIT, FOLDS, HEBREW, LETTER, MIDLETTER,
    MIDNUM, ORDERED, class, fold, in_word, is_extend, is_mid,
};
use super::normalize::normalize_word;
use super::script::{
    attaches, is_alphanumeric, is_connector, is_sara_am, is_unspaced, takes_sara_am,
};
use super::{CHAR, Tokens, addressable};
use crate::hash;
use crate::span::Span;

/// The tokens of `text`. Of a text longer than `u32` can count, the tokens of
/// the part it can.
///
/// ```
/// # use copytaster::text::tokenize;
/// let text = "“Don’t,” she said.";
/// let tokens = tokenize(text);
/// let words: Vec<&str> = tokens.spans.iter().map(|s| s.slice(text)).collect();
/// assert_eq!(words, ["Don’t", "she", "said"]);
/// assert_eq!(tokens.hashes[0], tokenize("DON'T").hashes[0]);
/// ```
#[must_use]
pub fn tokenize(text: &str) -> Tokens {
    let mut tokens = Tokens::default();
    tokenize_into(text, &mut tokens);
    tokens
}

/// As [`tokenize`], into `out`, whose former content is lost and memory kept.
pub fn tokenize_into(text: &str, out: &mut Tokens) {
    out.clear();
    let text = addressable(text);
    // English has a token in six bytes; a little more, so that hardly any text has to move.
    let expected = text.len() / 5;
    out.hashes.reserve(expected);
    out.spans.reserve(expected);
    out.flags.reserve(expected);
    Scanner::new(text, out).run();
}

/// Where the tokens of a text of `n` stand.
pub(crate) fn spans(text: &str, n: usize) -> Box<[Span]> {
    let mut out = Vec::with_capacity(n);
    Scanner::new(addressable(text), &mut out).run();
    out.into()
}

/// What receives the tokens.
pub(super) trait Sink {
    fn token(&mut self, form: &[u8], start: usize, end: usize, flags: u8);

    /// A token of at most 16 bytes whose form is as long as it; what is behind the form does not matter.
    #[inline(always)]
    fn short(&mut self, form: [u64; 2], start: usize, end: usize) {
        let form = form.map(u64::to_le_bytes);
        self.token(&form.as_flattened()[..end - start], start, end, 0);
    }
}

impl Sink for Tokens {
    #[inline(always)]
    fn token(&mut self, form: &[u8], start: usize, end: usize, flags: u8) {
        self.hashes.push(hash::token(form));
        // `addressable` has seen to it that both fit.
        self.spans.push(Span::new(start as u32, end as u32));
        self.flags.push(flags);
    }

    #[inline(always)]
    fn short(&mut self, form: [u64; 2], start: usize, end: usize) {
        self.hashes
            .push(hash::short_token(form, (end - start) as u32));
        self.spans.push(Span::new(start as u32, end as u32));
        self.flags.push(0);
    }
}

impl Sink for Vec<Span> {
    #[inline(always)]
    fn token(&mut self, _form: &[u8], start: usize, end: usize, _flags: u8) {
        self.push(Span::new(start as u32, end as u32));
    }
}

/// One character as the tables see it.
#[derive(Clone, Copy)]
struct Seen {
    class: u8,
    code: u32,
    len: usize,
}

/// The normal form of a word in the making. Nothing is copied as long as the
/// form is what the text holds.
struct Form {
    start: usize,
    /// The form is in the scanner's buffer.
    copied: bool,
    /// The characters depend on each other: the long way must be taken.
    entangled: bool,
    /// The form's last character, if any, and whether its combining class is
    /// other than zero.
    last: Option<char>,
    last_ordered: bool,
}

pub(super) struct Scanner<'a, S> {
    text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) sink: &'a mut S,
    buffer: Vec<u8>,
    form: String,
    /// The text as the segmentation crate is shown it, if not as it is.
    shown: Option<Option<String>>,
}

impl<'a, S: Sink> Scanner<'a, S> {
    pub(super) fn new(text: &'a str, sink: &'a mut S) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            sink,
            buffer: Vec::new(),
            form: String::new(),
            shown: None,
        }
    }

    /// A word that begins with an ASCII character; returns where to go on.
    pub(super) fn ascii_word(&mut self, start: usize) -> usize {
        let bytes = self.bytes;
        let (mut at, mut seen, mut apostrophes) = (start, 0, false);
        loop {
            while let Some(&block) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
                let (len, classes) = word_prefix(block);
                seen |= classes;
                at += len;
                if len < block.len() {
                    break;
                }
            }
            while let Some(&byte) = bytes.get(at) {
                let class = ASCII[byte as usize];
                if !in_word(class) {
                    break;
                }
                seen |= class;
                at += 1;
            }
            let Some(&byte) = bytes.get(at) else { break };
            let class = ASCII[byte as usize];
            if class == BREAK {
                break;
            }
            if class == COMPLEX {
                // Quotation marks and dashes end a word as a space does.
                if matches!(self.look(at), Some(next) if next.class == BREAK) {
                    break;
                }
                return self.word(start);
            }
            let Some(&next) = bytes.get(at + 1) else {
                break;
            };
            let next = ASCII[next as usize];
            if next == COMPLEX {
                return self.word(start);
            }
            // The loop has seen at least the character it began with.
            if !joins(ASCII[bytes[at - 1] as usize], class, next) {
                break;
            }
            apostrophes |= class & FOLDS != 0;
            at += 1;
        }
        if seen & (LETTER | DIGIT) != 0 {
            let word = &bytes[start..at];
            if seen & FOLDS == 0 && !apostrophes {
                self.sink.token(word, start, at, 0);
            } else {
                self.buffer.clear();
                self.buffer.extend(word.iter().map(u8::to_ascii_lowercase));
                if apostrophes {
                    self.buffer.retain(|&b| b != b'\'');
                }
                self.sink.token(&self.buffer, start, at, 0);
            }
        }
        at
    }

    /// Whatever begins with a character beyond ASCII; returns where to go on.
    #[inline(always)]
    pub(super) fn other(&mut self, at: usize) -> usize {
        let Some(seen) = self.look(at) else {
            return self.bytes.len();
        };
        if in_word(seen.class) {
            self.word(at)
        } else if seen.class == COMPLEX || seen.code == ZWJ {
            self.segment(at)
        } else if seen.class & CHAR_CLASS != 0 {
            self.character(at, seen)
        } else {
            at + seen.len
        }
    }

    /// A word in an alphabet of the tables; returns where to go on.
    fn word(&mut self, start: usize) -> usize {
        let mut form = Form::new(start);
        let (mut at, mut joined, mut seen) = (start, 0, 0);
        while let Some(next) = self.look(at) {
            if in_word(next.class) {
                joined = next.class;
                seen |= next.class;
                self.add(&mut form, at, next);
            } else if is_extend(next.class) {
                self.add_mark(&mut form, at, next);
            } else if next.class == COMPLEX {
                return self.segment(start);
            } else if joined & HEBREW == HEBREW && matches!(next.code, 0x22 | 0x27) {
                // A quotation mark, straight, single or double.
                return self.segment(start);
            } else if is_mid(next.class) {
                let after = self.class_after_marks(at + next.len);
                if after == COMPLEX || after & (CHAR_CLASS | LETTER) == CHAR_CLASS | LETTER {
                    return self.segment(start);
                }
                if !joins(joined, next.class, after) {
                    break;
                }
                self.add(&mut form, at, next);
            } else {
                break;
            }
            at += next.len;
        }
        if seen & (LETTER | DIGIT) != 0 {
            self.finish(&form, at, 0);
        }
        at
    }

    /// A character of a script without spaces; returns where to go on.
    #[inline(always)]
    fn character(&mut self, start: usize, base: Seen) -> usize {
        let mut form = Form::new(start);
        let mut am = !char::from_u32(base.code).is_some_and(takes_sara_am);
        let mut at = start + base.len;
        form.last = char::from_u32(base.code);
        while let Some(next) = self.look(at) {
            if is_extend(next.class) {
                self.add_mark(&mut form, at, next);
            } else if next.class == COMPLEX {
                if am || !char::from_u32(next.code).is_some_and(is_sara_am) {
                    return self.segment(start);
                }
                am = true;
                form.entangled = true;
            } else if base.class & LETTER != 0 && is_mid(next.class) {
                return self.segment(start);
            } else {
                break;
            }
            at += next.len;
        }
        self.finish(&form, at, CHAR);
        at
    }

    /// Class of the first character from `at` on that does not attach to the
    /// one before.
    fn class_after_marks(&self, mut at: usize) -> u8 {
        while let Some(next) = self.look(at) {
            if !is_extend(next.class) {
                return next.class;
            }
            at += next.len;
        }
        BREAK
    }

    #[inline(always)]
    fn add(&mut self, form: &mut Form, at: usize, next: Seen) {
        let mut code = next.code;
        if next.class & FOLDS != 0 {
            if !form.copied {
                form.copied = true;
                self.buffer.clear();
                self.buffer.extend_from_slice(&self.bytes[form.start..at]);
            }
            code = fold(next.code);
            if code == 0 {
                return;
            }
            let folded = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            self.buffer
                .extend_from_slice(folded.encode_utf8(&mut [0; 4]).as_bytes());
        } else if form.copied {
            self.buffer
                .extend_from_slice(&self.bytes[at..at + next.len]);
        }
        form.last = char::from_u32(code);
        form.last_ordered = false;
    }

    fn add_mark(&mut self, form: &mut Form, at: usize, next: Seen) {
        // The only marks that fold are those left out.
        let kept = next.class & FOLDS == 0;
        if kept && next.class & (COMPOSES | ORDERED) != 0 {
            let mark = char::from_u32(next.code).unwrap_or_default();
            form.entangled |= form.moves(mark, next.class);
        }
        self.add(form, at, next);
        if kept {
            form.last_ordered = next.class & ORDERED != 0;
        }
    }

    fn finish(&mut self, form: &Form, end: usize, flags: u8) {
        if form.entangled {
            self.long_way(form.start, end, flags);
        } else if !form.copied {
            let word = &self.bytes[form.start..end];
            self.sink.token(word, form.start, end, flags);
        } else if !self.buffer.is_empty() {
            self.sink.token(&self.buffer, form.start, end, flags);
        }
    }

    /// Normalises and passes on a token that the tables are not enough for.
    fn long_way(&mut self, start: usize, end: usize, flags: u8) {
        normalize_word(&self.text[start..end], &mut self.form);
        if !self.form.is_empty() {
            self.sink.token(self.form.as_bytes(), start, end, flags);
        }
    }

    /// One segment by the segmentation crate; returns where it ends. `start`
    /// must be a boundary between segments, or stand after marks on a
    /// character that joins nothing.
    #[cold]
    fn segment(&mut self, start: usize) -> usize {
        let text = self.text;
        let shown = self.shown.get_or_insert_with(|| shown(text));
        let rest = &shown.as_deref().unwrap_or(text)[start..];
        let mut segments = rest.split_word_bounds();
        let Some(first) = segments.next() else {
            return text.len();
        };
        let mut end = start + first.len();
        let mut chars = first.chars();
        if chars.next().is_some_and(takes_sara_am)
            && chars.all(attaches)
            && rest[first.len()..].starts_with(is_sara_am)
        {
            end += segments.next().map_or(0, str::len);
        }
        self.pieces(start, end);
        end
    }

    /// Splits one segment into characters of scripts without spaces and words.
    fn pieces(&mut self, start: usize, end: usize) {
        let text = self.text;
        let is_base = |c: char| is_unspaced(c) && !attaches(c);
        let mut at = start;
        while let Some(c) = text[at..end].chars().next() {
            let rest = &text[at..end];
            let stop;
            if is_base(c) {
                stop = at + character_len(rest);
                self.long_way(at, stop, CHAR);
            } else {
                stop = rest.find(is_base).map_or(end, |found| at + found);
                if let Some((from, to)) = word_within(&text[at..stop], stop == end) {
                    self.long_way(at + from, at + to, 0);
                }
            }
            at = stop;
        }
    }

    /// The character at `at` and its class.
    #[inline(always)]
    fn look(&self, at: usize) -> Option<Seen> {
        let &[lead, ref rest @ ..] = self.bytes.get(at..)? else {
            return None;
        };
        let low = |byte: u8| u32::from(byte & 0x3f);
        let (code, len) = match (lead, rest) {
            (..0x80, _) => (lead.into(), 1),
            (..0xe0, &[a, ..]) => (u32::from(lead & 0x1f) << 6 | low(a), 2),
            (..0xf0, &[a, b, ..]) => (u32::from(lead & 0x0f) << 12 | low(a) << 6 | low(b), 3),
            _ => {
                return Some(Seen {
                    class: COMPLEX,
                    code: 0,
                    len: 4,
                });
            }
        };
        let class = class(code);
        Some(Seen { class, code, len })
    }
}

impl Form {
    fn new(start: usize) -> Self {
        Self {
            start,
            copied: false,
            entangled: false,
            last: None,
            last_ordered: false,
        }
    }

    /// Whether normalisation might not leave `mark` where it stands.
    fn moves(&self, mark: char, class: u8) -> bool {
        let Some(last) = self.last else { return true };
        if class & COMPOSES != 0 {
            let mut parts = 0;
            decompose_canonical(last, |_| parts += 1);
            return self.last_ordered || parts > 1 || compose(last, mark).is_some();
        }
        self.last_ordered && canonical_combining_class(last) > canonical_combining_class(mark)
    }
}

/// How many of eight bytes, from the first on, are ASCII characters of words,
/// and the union of those characters' classes, as far as [`Scanner::ascii_word`]
/// tells them apart. All eight are looked at together, since a branch on each
/// would be mispredicted at the end of every word.
#[inline(always)]
fn word_prefix(block: [u8; 8]) -> (usize, u8) {
    const TOPS: u64 = every(0x80);
    const fn every(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let block = u64::from_le_bytes(block);
    // Without the top bits, no sum below carries into the next byte.
    let low = block & !TOPS;
    let between = |bytes: u64, first: u8, last: u8| {
        (bytes + every(0x80 - first)) & !(bytes + every(0x7f - last)) & TOPS
    };
    let letters = between(low | every(0x20), b'a', b'z');
    let solid = letters | between(low, b'0', b'9');
    let words = (solid | between(low, b'_', b'_')) & !block;
    let len = ((!words & TOPS).trailing_zeros() / 8) as usize;
    let within = if len < 8 {
        (1 << (len * 8)) - 1
    } else {
        u64::MAX
    };
    let capitals = letters & !(low << 2);
    let mut classes = 0;
    if solid & within != 0 {
        classes |= LETTER;
    }
    if capitals & within != 0 {
        classes |= FOLDS;
    }
    (len, classes)
}

const ZWJ: u32 = 0x200d;

/// Whether punctuation of class `mid` between characters of classes `before`
/// and `after` is part of the word.
#[inline(always)]
fn joins(before: u8, mid: u8, after: u8) -> bool {
    in_word(after)
        && (before & after & LETTER != 0 && mid & MIDLETTER != 0
            || before & after & DIGIT != 0 && mid & MIDNUM != 0)
}

/// `text` with the characters replaced that this tokenizer classes otherwise
/// than the standard, by others of the same length; none if it has none.
fn shown(text: &str) -> Option<String> {
    const REPLACED: [(&str, &str); 2] = [
        // Zero-width space by word joiner.
        ("\u{200b}", "\u{2060}"),
        // Narrow no-break space by thin space.
        ("\u{202f}", "\u{2009}"),
    ];
    let mut shown = None;
    for (from, to) in REPLACED {
        let text = shown.as_deref().unwrap_or(text);
        if memmem::find(text.as_bytes(), from.as_bytes()).is_some() {
            shown = Some(text.replace(from, to));
        }
    }
    shown
}

/// Length of the character of a script without spaces that `text` begins with.
fn character_len(text: &str) -> usize {
    let mut chars = text.char_indices();
    let mut am = !chars.next().is_some_and(|(_, c)| takes_sara_am(c));
    for (at, c) in chars {
        if !attaches(c) {
            if am || !is_sara_am(c) {
                return at;
            }
            am = true;
        }
    }
    text.len()
}

/// The word in a segment or, unless `whole`, in a part of one before a
/// character of a script without spaces.
fn word_within(text: &str, whole: bool) -> Option<(usize, usize)> {
    let is_solid = |c: char| is_alphanumeric(c) && !attaches(c);
    let begins = |c: char| is_connector(c) || is_solid(c);
    let start = text.find(begins)?;
    let word = &text[start..];
    if !word.contains(is_solid) {
        return None;
    }
    if whole {
        return Some((start, text.len()));
    }
    // Punctuation that joined the word to what follows is not part of it.
    let (mut end, mut open) = (start, true);
    for (at, c) in word.char_indices() {
        open = if attaches(c) { open } else { begins(c) };
        if open {
            end = start + at + c.len_utf8();
        }
    }
    Some((start, end))
}
