//! Where sentences begin, and which lines a text is made of.
//!
//! The rules are few and local: each looks at what stands between two tokens
//! and at those two. A boundary too few costs less than one in the middle of a
//! name, so doubtful full stops are read as abbreviations.

use memchr::memchr_iter;

use super::normalize::is_default_ignorable;
use super::{Tokens, addressable};
use crate::span::Span;

/// Indices of those of `tokens`, made from `text`, with which a sentence
/// begins: in order, and with the first token, if there is one, among them.
///
/// ```
/// # use copytaster::text::{sentences, tokenize};
/// let text = "Mr. Ames spoke at 10.30. Nobody came.";
/// assert_eq!(sentences(text, &tokenize(text)), [0, 5]);
/// ```
#[must_use]
pub fn sentences(text: &str, tokens: &Tokens) -> Vec<u32> {
    let mut starts = Vec::new();
    if !tokens.is_empty() {
        starts.push(0);
    }
    for (next, pair) in (1..).zip(tokens.spans.windows(2)) {
        let &[before, after] = pair else { continue };
        if ends_between(text, before, after) {
            starts.push(next);
        }
    }
    starts
}

/// Spans of the lines of `text` that hold more than white space, without the
/// white space around them.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<Span> {
    let text = addressable(text);
    let mut spans = Vec::new();
    let mut start = 0;
    for end in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let line = text[start..end].trim_end();
        let words = line.trim_start();
        if !words.is_empty() {
            let (from, to) = (start + line.len() - words.len(), start + line.len());
            spans.push(Span::new(from as u32, to as u32));
        }
        start = end + 1;
    }
    spans
}

/// Whether a sentence ends between two neighbouring tokens.
fn ends_between(text: &str, before: Span, after: Span) -> bool {
    let gap = Span::new(before.end, after.start);
    if gap.len() <= 1 {
        // A lone space or sign; one in a script without spaces is longer.
        return false;
    }
    ends_in(gap.slice(text), text, before, after)
}

/// Whether a sentence ends in the gap between two neighbouring tokens.
fn ends_in(gap: &str, text: &str, before: Span, after: Span) -> bool {
    if let [b',' | b' ' | b';' | b'-' | b'(' | b')', b' '] | [b' ', b'(' | b'"' | b'-'] =
        gap.as_bytes()
    {
        return false;
    }
    let (mut closing, mut ended, mut line_ends) = (false, false, 0);
    for c in gap.chars() {
        if ends_alone(c) {
            return true;
        }
        if c.is_whitespace() {
            ended |= closing;
            line_ends += u32::from(c == '\n');
            if line_ends == 2 || c == '\u{2029}' {
                return true;
            }
            continue;
        }
        if !is_default_ignorable(c) {
            line_ends = 0;
            closing = is_terminator(c) || (closing && is_closer(c));
        }
    }
    if !ended {
        return false;
    }
    let next = after.slice(text).chars().next();
    if next.is_some_and(char::is_lowercase) {
        return false;
    }
    let mut gap = gap.chars();
    let lone_stop = gap.next() == Some('.') && !gap.next().is_some_and(is_terminator);
    let next_is_number = next.is_some_and(char::is_numeric);
    !(lone_stop && is_abbreviation(before.slice(text), next_is_number))
}

/// Whether `c` may end a sentence, if white space follows.
fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉')
}

/// Whether `c` ends a sentence whatever follows.
fn ends_alone(c: char) -> bool {
    matches!(
        c,
        '。' | '｡'
            | '！'
            | '？'
            | '؟'
            | '۔'
            | '।'
            | '॥'
            | '։'
            | '።'
            | '፧'
            | '။'
            | '។'
            | '៕'
    )
}

/// Whether `c`, directly after the end of a sentence, belongs to it. There,
/// a quotation mark closes, whichever way it points.
fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '”'
            | '„'
            | '‘'
            | '’'
            | '‚'
            | '«'
            | '»'
            | '‹'
            | '›'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '》'
            | '〉'
            | '】'
            | '）'
            | '］'
            | '｝'
    )
}

/// Whether the full stop after `word` more likely marks an abbreviation than
/// the end of a sentence.
fn is_abbreviation(word: &str, next_is_number: bool) -> bool {
    // Initials and the like: J, J.K, U.S, p.m, т.е.
    let mut letters = word.split('.');
    let dotted = word.contains('.');
    if letters.all(|letter| {
        let mut chars = letter.chars();
        let is_letter = |c: char| c.is_uppercase() || (dotted && c.is_lowercase());
        chars.next().is_some_and(is_letter) && chars.next().is_none()
    }) {
        return true;
    }
    // None is longer; most words are.
    if word.len() > 6 {
        return false;
    }
    match word {
        // Titles
        "Mr" | "Mrs" | "Ms" | "Mx" | "Dr" | "Prof" | "Rev" | "Hon" | "Messrs" | "Mme" | "Mlle"
        | "Sr" | "Sra" | "Srta" | "Dra" | "Jr" | "St" | "Ste" | "Gen" | "Col" | "Maj" | "Capt"
        | "Cmdr" | "Lt" | "Sgt" | "Cpl" | "Pvt" | "Adm" | "Sen" | "Sens" | "Rep" | "Reps"
        | "Gov" | "Govs" | "Pres" | "Supt" | "Det" | "Insp" => true,
        // Months
        "Jan" | "Feb" | "Mar" | "Apr" | "Jun" | "Jul" | "Aug" | "Sep" | "Sept" | "Oct" | "Nov"
        | "Dec" => true,
        // Firms and places
        "Inc" | "Corp" | "Co" | "Ltd" | "Bros" | "Ave" | "Blvd" | "Mt" | "Ft" | "EE.UU" => true,
        // Others
        "vs" | "cf" | "al" | "approx" | "Ph.D" | "bzw" | "ca" | "г" | "гг" | "ул" | "им" | "св" => {
            true
        }
        // Words of their own, but for a number after them
        "No" | "no" | "Nos" | "nos" | "Nr" | "Art" | "art" | "Fig" | "fig" | "Vol" | "vol"
        | "pp" | "Sec" | "sec" => next_is_number,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    /// The text cut before each sentence's first token.
    fn split(text: &str) -> Vec<&str> {
        let tokens = tokenize(text);
        let starts = sentences(text, &tokens);
        let at = |i: usize| tokens.spans[starts[i] as usize].start as usize;
        (0..starts.len())
            .map(|i| {
                let end = if i + 1 < starts.len() {
                    at(i + 1)
                } else {
                    text.len()
                };
                text[at(i)..end].trim_end()
            })
            .collect()
    }

    #[test]
    fn ends_at_terminators_before_capitals() {
        assert_eq!(
            split("It rained. Nobody came! Why? Ask him… Then go."),
            ["It rained.", "Nobody came!", "Why?", "Ask him…", "Then go."]
        );
        assert_eq!(
            split("The Yahoo! search. it goes on"),
            ["The Yahoo! search. it goes on"]
        );
        assert_eq!(split("Wait... what? Go...on"), ["Wait... what?", "Go...on"]);
        assert_eq!(split("It was 2019. 30 came."), ["It was 2019.", "30 came."]);
        assert_eq!(split("no space.After that"), ["no space.After that"]);
    }

    #[test]
    fn closers_belong_to_the_sentence() {
        assert_eq!(
            split("“It rained.” She left. (He stayed.) Then ‘why?’ Nobody."),
            [
                "It rained.”",
                "She left. (",
                "He stayed.)",
                "Then ‘why?’",
                "Nobody."
            ]
        );
        assert_eq!(
            split("«Да.» Нет. «Может быть», — сказал он."),
            ["Да.»", "Нет. «", "Может быть», — сказал он."]
        );
    }

    #[test]
    fn abbreviations_do_not_end() {
        for text in [
            "Mr. Smith and Dr. Jones met Gen. Lee",
            "J. Smith and J.K. Rowling of the U.S. Senate",
            "He came on Jan. 5 and Sept. 6 to St. Louis",
            "Ticket No. 5 of vol. 3",
            "about 3.5 and 1,000.50 times",
            "А. С. Пушкин жил на ул. Мойка",
            "at 8 p.m. Friday",
        ] {
            assert_eq!(split(text), [text]);
        }
        assert_eq!(split("She said no. He left."), ["She said no.", "He left."]);
        assert_eq!(split("Is it J.? Yes"), ["Is it J.?", "Yes"]);
    }

    #[test]
    fn lines_end_sentences_only_in_pairs() {
        assert_eq!(
            split("A heading\n\nthe text\ngoes on"),
            ["A heading", "the text\ngoes on"]
        );
        assert_eq!(
            split("A heading\r\n \r\nthe text"),
            ["A heading", "the text"]
        );
        assert_eq!(
            split("It ended.\nThis begins\nHere"),
            ["It ended.", "This begins\nHere"]
        );
        assert_eq!(split("one\u{2029}two"), ["one", "two"]);
    }

    #[test]
    fn other_scripts_need_no_space() {
        assert_eq!(
            split("天气很好。我们走吧！好吗？好"),
            ["天气很好。", "我们走吧！", "好吗？", "好"]
        );
        assert_eq!(
            split("「行く。」彼は言った。"),
            ["行く。」", "彼は言った。"]
        );
        assert_eq!(split("वह गया। मैं आया।"), ["वह गया।", "मैं आया।"]);
        assert_eq!(
            split("هل ذهب؟ نعم. ذهب أمس."),
            ["هل ذهب؟", "نعم.", "ذهب أمس."]
        );
    }

    #[test]
    fn no_token_no_sentence() {
        assert!(split("").is_empty());
        assert!(split("... !!! \n\n").is_empty());
        assert_eq!(split("... one"), ["one"]);
    }

    #[test]
    fn paragraphs_are_lines_without_their_edges() {
        let text = "\n  First line \r\n\n\t\n\u{3000}second\u{a0}\nthird";
        let lines: Vec<&str> = paragraphs(text).iter().map(|s| s.slice(text)).collect();
        assert_eq!(lines, ["First line", "second", "third"]);
        assert!(paragraphs("").is_empty());
        assert!(paragraphs(" \n \n").is_empty());
    }
}
