//! Which words are spelt nearly the same: one but for a letter in four, by edit distance. Cheap bounds come first, as most
//! words are nothing alike.

use super::Side;

/// Shortest word, in characters, that may differ and still pair.
const SHORTEST: u8 = 4;
/// Characters of a word that are looked at: as many as bits to compare them in.
const LOOKED_AT: usize = 64;
/// Letters that may stand in only one of two words.
const MOST_NEW: u32 = 5;
/// The length of a word that is near no other: longer than any.
const FIXED: u8 = u8::MAX;

/// A word as compared with others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// The hash of its token.
    pub(super) hash: u32,
    /// Which letters it holds, folded into 32 bits.
    letters: u32,
    /// Its place in the article.
    at: u32,
    /// How many characters it has, or [`FIXED`].
    len: u8,
    /// The lengths of words that may be near it.
    shortest: u8,
    longest: u8,
}

impl Word {
    /// Whether `other` is of such a length and such letters that it may be near.
    #[inline]
    pub(super) fn may_be_near(&self, other: &Self) -> bool {
        other.len >= self.shortest && other.len <= self.longest && {
            // An edit makes no more than one letter new on either side.
            let new = (self.letters ^ other.letters).count_ones();
            new <= MOST_NEW && new <= 2 * most_edits(self.len.max(other.len))
        }
    }
}

/// Edits by which two words may differ, the longer of so many characters.
fn most_edits(longer: u8) -> u32 {
    u32::from((longer + 1) / 4) + u32::from(longer > 5)
}

/// The lengths of words that may be near one of `len` characters: they differ by a quarter of the longer and one at most.
fn lengths(len: u8) -> (u8, u8) {
    let shortest = len - len / 4 - 1;
    // Only one of the two may be shorter than a word that differs.
    let least = if len < SHORTEST {
        SHORTEST
    } else {
        SHORTEST - 1
    };
    (shortest.max(least), ((u32::from(len) + 1) * 4 / 3) as u8)
}

impl Word {
    /// Reads token `i`.
    pub(super) fn read(side: Side<'_>, i: u32) -> Self {
        let word = text_of(side, i);
        let (letters, all) =
            (word.bytes()).fold((0u32, 0), |(m, all), b| (m | 1 << (b & 31), all | b));
        let (letters, len, is_number) = if all.is_ascii() {
            // The case of a letter is not among the bits that count.
            let number = (word.bytes().take(LOOKED_AT)).all(|b| is_figure(char::from(b)));
            (letters, word.len().min(LOOKED_AT) as u8, number)
        } else {
            let (mut letters, mut len, mut number) = (0, 0, true);
            for (n, c) in lower(word).enumerate() {
                letters |= 1 << (c as u32 & 31);
                if n < LOOKED_AT {
                    len += 1;
                    number = number && is_figure(c);
                }
            }
            (letters, len, number)
        };
        let fixed = len < SHORTEST - 1 || is_number;
        let (shortest, longest) = if fixed { (FIXED, 0) } else { lengths(len) };
        Self {
            hash: side.hashes[i as usize],
            letters,
            at: i,
            len: if fixed { FIXED } else { len },
            shortest,
            longest,
        }
    }
}

fn text_of(side: Side<'_>, i: u32) -> &str {
    let span = side.spans.get(i as usize).copied();
    span.unwrap_or_default().slice(side.text)
}

fn lower(word: &str) -> impl Iterator<Item = char> {
    word.chars().flat_map(char::to_lowercase)
}

/// Figures are what edits change, so numbers are never near.
fn is_figure(c: char) -> bool {
    c.is_numeric() || matches!(c, '.' | ',')
}

/// Measures how far the words of two articles are from each other.
#[derive(Debug, Default)]
pub(super) struct Spelling {
    chars: Vec<char>,
    pattern: Pattern,
    /// The place of the word that is the pattern.
    set: Option<u32>,
}

impl Spelling {
    /// Forgets what it knows of the first article.
    pub(super) fn clear(&mut self) {
        self.set = None;
    }

    /// Whether two words, each of which may be near the other, are. Cheapest where `x` stays the same from call to call.
    pub(super) fn near(&mut self, (a, x): (Side<'_>, &Word), (b, y): (Side<'_>, &Word)) -> bool {
        if self.set != Some(x.at) {
            self.set = Some(x.at);
            spell(text_of(a, x.at), &mut self.chars);
            self.pattern.set(&self.chars);
        }
        spell(text_of(b, y.at), &mut self.chars);
        self.pattern.distance(&self.chars) <= most_edits(x.len.max(y.len))
    }
}

/// The characters of a word that are looked at.
fn spell(word: &str, out: &mut Vec<char>) {
    out.clear();
    let start = &word.as_bytes()[..word.len().min(LOOKED_AT)];
    if start.is_ascii() {
        let lower = |b: &u8| char::from(b.to_ascii_lowercase());
        out.extend(start.iter().map(lower));
    } else {
        out.extend(lower(word).take(LOOKED_AT));
    }
}

/// A word as bits: for each character, the places where it stands.
#[derive(Debug)]
struct Pattern {
    word: Vec<char>,
    ascii: [u64; 128],
}

impl Default for Pattern {
    fn default() -> Self {
        Self {
            word: Vec::with_capacity(LOOKED_AT),
            ascii: [0; 128],
        }
    }
}

impl Pattern {
    /// Takes a word of at most [`LOOKED_AT`] characters.
    fn set(&mut self, word: &[char]) {
        for &c in &self.word {
            if let Some(places) = self.ascii.get_mut(c as usize) {
                *places = 0;
            }
        }
        self.word.clear();
        self.word.extend_from_slice(word);
        for (i, &c) in self.word.iter().enumerate() {
            if let Some(places) = self.ascii.get_mut(c as usize) {
                *places |= 1 << i;
            }
        }
    }

    fn places(&self, c: char) -> u64 {
        match self.ascii.get(c as usize) {
            Some(places) => *places,
            None => (self.word.iter().rev()).fold(0, |m, x| m << 1 | u64::from(*x == c)),
        }
    }

    /// The edit distance (Levenshtein 1965), a column of its table at a time (Myers 1999, Hyyrö 2003): bit `i` says whether
    /// the distance goes up or down from row `i` to the next.
    fn distance(&self, other: &[char]) -> u32 {
        let Some(last) = self.word.len().checked_sub(1) else {
            return other.len() as u32;
        };
        let (mut up, mut down) = (!0u64, 0u64);
        let mut distance = last as u32 + 1;
        for &c in other {
            let equal = self.places(c);
            let diagonal = ((equal & up).wrapping_add(up) ^ up) | equal | down;
            let (right_up, right_down) = (down | !(diagonal | up), diagonal & up);
            distance += (right_up >> last & 1) as u32;
            distance -= (right_down >> last & 1) as u32;
            let right_up = right_up << 1 | 1;
            up = right_down << 1 | !(diagonal | right_up);
            down = right_up & diagonal;
        }
        distance
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{recognise::Parts, text};
    use proptest::prelude::*;

    /// The definition.
    pub(in crate::align) fn near(x: &[char], y: &[char]) -> bool {
        let letters = |w: &[char]| w.iter().fold(0u32, |m, c| m | 1 << (*c as u32 & 31));
        let number = |w: &[char]| w.iter().all(|c| c.is_numeric() || ['.', ','].contains(c));
        let (longer, shorter) = (x.len().max(y.len()), x.len().min(y.len()));
        let string = |w: &[char]| w.iter().collect::<String>();
        (letters(x) ^ letters(y)).count_ones() <= 5
            && longer >= 4
            && shorter >= 3
            && longer - shorter <= longer / 4 + 1
            && !number(x)
            && !number(y)
            && strsim::levenshtein(&string(x), &string(y))
                <= (longer + 1) / 4 + usize::from(longer > 5)
    }

    #[test]
    fn lengths_are_those_that_differ_by_a_quarter_and_one() {
        for x in SHORTEST - 1..=LOOKED_AT as u8 {
            let (shortest, longest) = lengths(x);
            for y in SHORTEST - 1..=LOOKED_AT as u8 {
                let may = x.max(y) >= SHORTEST && x.abs_diff(y) <= x.max(y) / 4 + 1;
                assert_eq!((shortest..=longest).contains(&y), may, "{x} and {y}");
            }
        }
    }

    fn words(side: Side<'_>) -> Vec<Word> {
        let all = 0..side.hashes.len() as u32;
        all.map(|i| Word::read(side, i)).collect()
    }

    fn is_as_defined(text: &str) -> Result<(), TestCaseError> {
        let tokens = text::tokenize(text);
        let parts = Parts::of(text, &tokens);
        let side = Side {
            text,
            hashes: &tokens.hashes,
            spans: &tokens.spans,
            parts: &parts,
        };
        let mut spelling = Spelling::default();
        let words = words(side);
        let chars: Vec<Vec<char>> = (tokens.spans.iter())
            .map(|s| (s.slice(text).chars().flat_map(char::to_lowercase)).collect())
            .collect();
        for (x, p) in words.iter().zip(&chars) {
            for (y, q) in words.iter().zip(&chars) {
                let found = x.may_be_near(y) && spelling.near((side, x), (side, y));
                // What lies beyond is not looked at.
                if p.len() <= LOOKED_AT && q.len() <= LOOKED_AT {
                    prop_assert_eq!(found, near(p, q), "{:?} and {:?}", p, q);
                }
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn near_is_as_defined(words in prop::collection::vec("[a-d]{0,9}|[abж0]{1,7}|[0-9]{1,4}[.,]?[0-9]{0,3}|[A-Cа-вÀ]{2,12}|[ab]{55,64}|\\PC{1,8}", 0..24)) {
            is_as_defined(&words.join(" "))?;
        }

        #[test]
        fn words_of_a_blank_text_are_near_none(text in "(\\PC{1,8}|[a-dж]{3,9}|[ .\n]){0,40}") {
            // What has no slash holds no address.
            let text = text.replace('/', " ");
            let (blank, tokens) = (text::blank(&text), text::tokenize(&text));
            let parts = Parts::of(&text, &tokens);
            let side = |text| Side { text, hashes: &tokens.hashes, spans: &tokens.spans, parts: &parts };
            let (read, unread) = (words(side(&text)), words(side(&blank)));
            for x in &unread {
                for y in read.iter().chain(&unread) {
                    prop_assert!(!x.may_be_near(y) && !y.may_be_near(x));
                }
            }
        }

        #[test]
        fn distance_is_that_of_levenshtein(x in "[a-dж中]{0,64}", y in "[a-dж中]{0,64}") {
            let (p, q): (Vec<char>, Vec<char>) = (x.chars().collect(), y.chars().collect());
            let mut pattern = Pattern::default();
            pattern.set(&q);
            pattern.set(&p);
            prop_assert_eq!(pattern.distance(&q) as usize, strsim::levenshtein(&x, &y));
        }
    }
}
