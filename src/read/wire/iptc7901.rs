//! IPTC 7901: a header of number, priority, category, length and source; what it goes by; a heading that ends in `=`; the text,
//! broken into short lines; the time.

use super::{
    Draft, Entry, one_line,
    teletype::{Message, SOH, STX, messages, plain},
};
use crate::read::xml::paragraphs;

/// How many lines a heading has at most.
const HEADING: usize = 12;

/// A header with its number and its priority, then a text.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let start = head.trim_ascii_start();
    let start = start
        .strip_prefix(b"ZCZC")
        .unwrap_or(start)
        .trim_ascii_start();
    let Some(header) = start.strip_prefix(&[SOH]) else {
        return false;
    };
    let mut words = header.split(|&b| b == b' ');
    let number = words.next().unwrap_or_default();
    let letters = number
        .iter()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let digits = number.get(letters..).unwrap_or_default();
    (1..=6).contains(&letters)
        && (1..=6).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && matches!(words.next(), Some([b'0'..=b'9']))
        && header.contains(&STX)
}

pub(super) fn entries(bytes: &[u8]) -> Vec<Entry> {
    messages(bytes)
        .map(|message| draft(&message).item())
        .collect()
}

fn draft(message: &Message<'_>) -> Draft {
    let mut draft = Draft::default();
    let header = plain(message.header);
    let mut lines = header.lines().filter(|line| !line.trim().is_empty());
    // Number, priority, category, number of words, perhaps codes, the source and its own number.
    let words = lines.next().unwrap_or_default().split_whitespace().skip(4);
    let is_name = |word: &&str| word.contains(|c: char| c.is_alphabetic());
    draft.provider = words.filter(is_name).last().map(str::to_owned);
    let slug: Vec<&str> = lines
        .map(|line| line.trim().trim_end_matches('/'))
        .collect();
    draft.slug = one_line(&slug.join(" "));

    let text = plain(message.text);
    let lines: Vec<&str> = text.lines().collect();
    let is_end = |line: &&str| line.trim_end().ends_with('=');
    let end = lines.iter().take(HEADING).position(is_end);
    let (above, body) = lines
        .split_at_checked(end.map_or(0, |end| end + 1))
        .unwrap_or_default();
    heading(above, &mut draft);
    let body: Vec<&str> = body
        .iter()
        .copied()
        .take_while(|line| !is_notebook(line))
        .collect();
    draft.text = paragraphs(&body.join("\n")).join("\n");
    draft.published = one_line(&plain(message.trailer));
    draft
}

/// Which version it is, its title, who wrote it: each on lines of its own.
fn heading(lines: &[&str], draft: &mut Draft) {
    let mut title = Vec::new();
    let mut notes = Vec::new();
    for line in lines {
        let line = line.trim_end().trim_end_matches('=').trim();
        let is_author = ["By ", "Von ", "Par ", "Por ", "Di "]
            .iter()
            .any(|by| line.starts_with(by));
        let is_note =
            line.starts_with('(') && line.ends_with(')') || !line.contains(char::is_lowercase);
        if line.is_empty() {
        } else if is_author && !title.is_empty() {
            draft.byline = Some(line.to_owned());
        } else if is_note && title.is_empty() {
            notes.push(line);
        } else {
            title.push(line);
        }
    }
    // Some write their titles in capitals.
    if title.is_empty() {
        title.extend(notes.pop());
    }
    draft.version = one_line(&notes.join(", "));
    draft.title = one_line(&title.join(" "));
}

/// Where that begins which is for editors alone.
fn is_notebook(line: &str) -> bool {
    let line = line.trim_start();
    let name = line.trim_start_matches('#').to_lowercase();
    line.starts_with('#') && (name.contains("notebook") || name.contains("notizblock"))
}
