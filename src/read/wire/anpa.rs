//! ANPA 1312: a header of service, number, priority and category; then lines that open with a caret and end in how they are
//! set, which tell of the text, and the text, its paragraphs indented.

use super::{
    Draft, Entry, one_line,
    teletype::{Message, SOH, STX, messages, plain},
};

/// Two synchronising characters, a header, a text.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let start = head.trim_ascii_start();
    start.starts_with(&[0x16, 0x16, SOH]) && start.contains(&STX)
}

pub(super) fn entries(bytes: &[u8]) -> Vec<Entry> {
    messages(bytes)
        .map(|message| draft(&message).item())
        .collect()
}

fn draft(message: &Message<'_>) -> Draft {
    let mut draft = Draft::default();
    trailer(&plain(message.trailer), &mut draft);
    let mut paragraphs: Vec<String> = Vec::new();
    let mut head = Some(Head::default());
    let mut begins = true;
    for line in plain(message.text).lines() {
        if let Some(told) = &mut head {
            if line.trim().is_empty() || told.takes(line, &mut draft) {
                continue;
            }
            head = None;
        }
        let is_set = line.starts_with('^');
        begins |= is_set || line.starts_with([' ', '\t']);
        let Some(words) = one_line(
            line.trim_start_matches('^')
                .trim_end()
                .trim_end_matches(['<', '=']),
        ) else {
            begins = true;
            continue;
        };
        match paragraphs.last_mut() {
            Some(paragraph) if !begins => {
                paragraph.push(' ');
                paragraph.push_str(&words);
            }
            _ => paragraphs.push(words),
        }
        // A line that says how it is set ends there.
        begins = is_set || line.trim_end().ends_with(['<', '=']);
    }
    draft.text = typographic(&paragraphs.join("\n"));
    draft.title = draft.title.map(|title| typographic(&title));
    draft
}

/// `AP-WF-11-13-13 1509GMT<`: whose it is, and when it was sent.
fn trailer(text: &str, draft: &mut Draft) {
    let Some(line) = one_line(text.trim_end().trim_end_matches('<')) else {
        return;
    };
    let agency = line.split('-').next().map(str::trim);
    let agency = agency.filter(|name| !name.is_empty() && name.chars().all(char::is_alphabetic));
    draft.provider = agency.map(str::to_owned);
    draft.published = Some(line);
}

/// What the lines before the text have told.
#[derive(Default)]
struct Head {
    has_slug: bool,
    has_author: bool,
}

impl Head {
    /// Whether a line is one of them.
    fn takes(&mut self, line: &str, draft: &mut Draft) -> bool {
        let Some(line) = line.strip_prefix('^') else {
            return false;
        };
        let line = line.trim_end();
        if let Some(line) = line.strip_suffix('<') {
            if !self.has_slug {
                self.has_slug = true;
                slug(line, draft);
            } else if draft.title.is_none() && !is_note(line) {
                draft.title = one_line(line);
            }
            return true;
        }
        let Some(line) = line.strip_suffix('=') else {
            return false;
        };
        let is_author = line.starts_with("By ");
        let is_office = [
            "Associated Press",
            "AP ",
            "Writer",
            "Editor",
            "Correspondent",
        ]
        .iter()
        .any(|part| line.contains(part));
        if is_author {
            self.has_author = true;
            draft.byline = one_line(line);
        } else if self.has_author && is_office {
            let byline = draft.byline.get_or_insert_default();
            byline.push_str(", ");
            byline.push_str(line.trim());
        } else if draft.title.is_none() {
            draft.title = one_line(line);
        } else {
            return false;
        }
        true
    }
}

/// To the desk, not to the reader.
fn is_note(line: &str) -> bool {
    let line = line.trim_start_matches('(');
    ["AP Photo", "AP Video", "Eds:", "EDITOR", "Editor", "With "]
        .iter()
        .any(|start| line.starts_with(start))
}

/// `BC-Harbour-Bridge, 1st Ld-Writethru,466`: what it goes by, which version it is, how many words it has.
fn slug(line: &str, draft: &mut Draft) {
    // A number of the desk's may stand before it.
    let line = line.rsplit('^').next().unwrap_or(line);
    let mut parts: Vec<&str> = line.split(',').map(str::trim).collect();
    parts.retain(|part| !part.is_empty() && !part.chars().all(|c| c.is_ascii_digit()));
    let is_version = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_digit()) && part.contains("Ld")
            || part.ends_with("Writethru")
    };
    if let Some(at) = parts.iter().position(|part| is_version(part)) {
        draft.version = Some(parts.remove(at).to_owned());
    }
    draft.slug = one_line(&parts.join(", "));
}

/// Quotation marks and dashes as they are meant: the character set has none.
fn typographic(text: &str) -> String {
    text.replace("``", "“")
        .replace("''", "”")
        .replace(" _ ", " — ")
}
