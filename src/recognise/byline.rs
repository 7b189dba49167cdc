//! Bylines: lines that name who wrote an article.

use super::{Paragraph, agency::Mention};
use crate::calendar;
use crate::text::Tokens;

/// Longest byline, in tokens.
pub(super) const LONGEST: usize = 30;
/// Most words of the names of a byline.
pub(super) const NAME_WORDS: usize = 9;

/// What begins a byline.
#[rustfmt::skip]
const BEGINNINGS: &[&str] = &[
    "By ", "BY ", "by ", "By: ", "By\t", "By\u{a0}", "by\u{a0}", "Von ", "von ", "VON ", "Par ", "par ", "PAR ",
    "Por ", "por ", "POR ", "Da ", "di ", "Di ", "Door ", "Av ", "Af ", "Автор: ", "Автор ", "Автор:", "Written by ",
    "Reported by ", "Words by ", "Posted by ", "Analysis by ", "Analysis By ", "Opinion by ", "Story by ", "From ",
    "Text: ", "Texte: ", "Texto: ", "Redacción ", "记者 ", "本报记者 ", "本報記者 ", "本刊记者 ", "文/", "特约记者 ", "Texte par : ",
    "Texte par ", "Texte : ", "作者：", "文／", "بقلم ", "كتب ", "โดย ", "Oleh ", "Oleh: ",
    "Yazan: ", "Napisał ", "Autor: ", "लेखक: ",
];

/// Words in small letters that stand in a byline.
#[rustfmt::skip]
const SMALL: &[&str] = &[
    "by", "and", "for", "of", "the", "in", "at", "on", "to", "with", "updated", "published", "posted", "ago", "hours",
    "hour", "hrs", "hr", "min", "mins", "minutes", "minute", "days", "day", "am", "pm", "a.m", "p.m", "est", "edt",
    "et", "y", "e", "und", "von", "par", "por", "de", "del", "della", "di", "da", "van", "der", "den", "le", "la",
    "el", "al", "bin", "staff", "writer", "writers", "reporter", "reporters", "correspondent", "correspondents",
    "editor", "special", "senior", "political", "read", "share", "email", "print", "comments", "from", "via", "agency",
    "news", "wire", "service", "services", "agencies", "last", "modified", "first", "uhr", "um", "am", "vor", "le",
    "à", "h", "и", "в", "от", "для", "agencia", "agence", "agentur", "videos", "video", "tweet", "c", "avec", "mit",
    "con", "com", "med", "met",
];

/// Words that say that the writer is on the staff.
#[rustfmt::skip]
const STAFF: &[&str] = &[
    "staff writer", "staff reporter", "staff correspondent", "our correspondent", "our reporter", "our staff",
    "special correspondent", "political reporter", "correspondent", "redacción", "von unserem",
    "de notre correspondant", "nuestro corresponsal", "наш корреспондент", "本报记者", "本報記者",
];

/// Words that no name of a person has.
#[rustfmt::skip]
const NO_NAME: &[&str] = &[
    "the", "this", "that", "these", "then", "noon", "now", "law", "default", "contrast", "night", "day", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "law,", "far", "all", "comparison", "which",
    "way", "what", "january", "february", "march", "april", "june", "july", "august", "september", "october",
    "november", "december", "early", "late", "mid", "then,", "now,",
];

pub(super) fn begins(line: &str) -> bool {
    rest(line).is_some()
}

/// What stands behind the word that begins a byline.
fn rest(line: &str) -> Option<&str> {
    let rest = BEGINNINGS
        .iter()
        .find_map(|b| line.strip_prefix(b))?
        .trim_start();
    rest.chars()
        .next()
        .is_some_and(|c| {
            c.is_uppercase() || !c.is_ascii() && c.is_alphabetic() && !c.is_lowercase()
        })
        .then_some(rest)
}

/// Whether a line is a byline that names persons: `By Jane Orlow`, `By Jane Orlow and Sam Vesk, Staff Writers`.
pub(super) fn is_byline(line: &str) -> bool {
    line.len() <= 200
        && !line.starts_with("From ")
        && rest(line).is_some_and(|r| is_person(r) && !ends_sentence(line))
}

/// Whether words begin with the name of a person: two to four words with a capital.
pub(super) fn is_person(words: &str) -> bool {
    let words = rest(words).unwrap_or(words).trim();
    let name = words
        .split([',', '|', '/', ';', '(', '\n'])
        .next()
        .unwrap_or("");
    let mut capitals = 0;
    for (n, w) in name.split_whitespace().enumerate() {
        let plain = w.trim_matches(|c: char| !c.is_alphanumeric());
        if plain.is_empty() {
            break;
        }
        let lower = plain.to_lowercase();
        if n == 0 && NO_NAME.contains(&&*lower) {
            return false;
        }
        if matches!(&*lower, "and" | "y" | "et" | "und" | "e" | "&") && n > 0 {
            break;
        }
        if plain.starts_with(char::is_uppercase)
            || !plain.is_ascii() && !plain.starts_with(char::is_lowercase)
        {
            capitals += 1;
        } else if calendar::is_month(&lower)
            || plain.starts_with(char::is_numeric)
            || !SMALL.contains(&&*lower)
        {
            break;
        }
        if n > NAME_WORDS {
            return false;
        }
    }
    // Without spaces between the names of a person, one word is enough.
    capitals >= 2 || capitals == 1 && !name.is_ascii()
}

pub(super) fn says_staff(line: &str) -> bool {
    let lower = line.to_lowercase();
    STAFF.iter().any(|s| lower.contains(s))
}

fn ends_sentence(line: &str) -> bool {
    const ABBREVIATED: [&str; 5] = ["a.m.", "p.m.", "jr.", "sr.", "inc."];
    let lower = line.trim_end().to_lowercase();
    lower.ends_with(['.', '!', '?', ':', '…', '。', '！', '？', '।', '؟', '۔'])
        && !ABBREVIATED.iter().any(|a| lower.ends_with(a))
}

/// Whether a line that names agencies holds nothing but names, times and what else stands in a byline.
pub(super) fn is_byline_of(
    line: &Paragraph<'_>,
    named: &[&Mention],
    tokens: &Tokens,
    text: &str,
) -> bool {
    if line.tokens.len() > LONGEST
        || ends_sentence(line.text)
        || line.text.contains(['“', '"', '?', '，', '。', '、'])
    {
        return false;
    }
    let mut words = 0;
    for i in line.tokens.clone() {
        if named.iter().any(|m| m.tokens.contains(&i)) {
            continue;
        }
        let word = tokens.spans[i].slice(text);
        let small = word.to_lowercase();
        let fits = word
            .starts_with(|c: char| c.is_uppercase() || c.is_numeric() || !c.is_lowercase())
            || SMALL.contains(&&*small);
        if !fits {
            return false;
        }
        words += usize::from(
            word.starts_with(char::is_uppercase)
                && !calendar::is_month(&small)
                && !calendar::is_weekday(&small),
        );
    }
    words <= 18
}

/// Whether a line is agencies' names and marks alone, or with a time.
pub(super) fn is_only(line: &Paragraph<'_>, named: &[&Mention]) -> bool {
    let base = line.span.start;
    let mut left = String::new();
    let mut at = 0;
    for m in named {
        let from = (m.span.start - base) as usize;
        left.push_str(line.text.get(at..from).unwrap_or(""));
        at = (m.span.end - base) as usize;
    }
    left.push_str(line.text.get(at..).unwrap_or(""));
    left.split(|c: char| !c.is_alphanumeric() && c != '.')
        .map(|w| w.trim_matches('.').to_lowercase())
        .filter(|w| !w.is_empty())
        .all(|w| {
            w.starts_with(char::is_numeric)
                || calendar::is_month(&w)
                || calendar::is_weekday(&w)
                || SMALL.contains(&&*w)
                || matches!(
                    &*w,
                    "et" | "est"
                        | "edt"
                        | "gmt"
                        | "utc"
                        | "bst"
                        | "ist"
                        | "india"
                        | "uk"
                        | "us"
                        | "•"
                        | "health"
                        | "life"
                )
        })
}

/// Whether a line holds a date or a time of day.
pub(super) fn has_date(lower: &str) -> bool {
    let mut words = lower
        .split(|c: char| !c.is_alphanumeric() && c != ':')
        .filter(|w| !w.is_empty());
    let mut number = false;
    let mut month = false;
    let time = words.any(|w| {
        number |= w.starts_with(char::is_numeric) && w.len() <= 4;
        month |= calendar::is_month(w);
        w.contains(':') && w.starts_with(char::is_numeric) || month && number
    });
    time || lower.ends_with(" ago")
        || lower.contains(" hrs ago")
        || lower.contains("published")
        || lower.contains("updated")
}

/// Whether a line is a date, a time, and little else.
pub(super) fn is_date_line(line: &str) -> bool {
    line.len() <= 90
        && has_date(&line.to_lowercase())
        && line.split_whitespace().count() <= 14
        && !line.ends_with('?')
}
