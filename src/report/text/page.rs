//! A page of text: lines cut to their columns, styles, and nothing that a terminal could take for a command.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

pub(super) const PLAIN: Style = Style::new();
pub(super) const HEADING: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const SHARE: Style = AnsiColor::Green.on_default();
pub(super) const NAME: Style = AnsiColor::Yellow.on_default();
pub(super) const QUOTED: Style = Style::new().italic();
pub(super) const WRONG: Style = AnsiColor::Red.on_default();

/// Where labels begin: behind a share such as `  97 %  `.
pub(super) const INDENT: usize = 8;
/// Between columns.
pub(super) const GAP: usize = 2;

const ELLIPSIS: &str = "…";

/// Writes lines, each cut to the columns there are.
pub(super) struct Page<'o> {
    out: &'o mut dyn Write,
    width: usize,
    colour: bool,
    line: String,
    at: usize,
}

impl<'o> Page<'o> {
    pub(super) fn new(out: &'o mut dyn Write, width: usize, colour: bool) -> Self {
        Self {
            out,
            width,
            colour,
            line: String::new(),
            at: 0,
        }
    }

    /// Columns of a line.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Columns left of this one.
    pub(super) fn left(&self) -> usize {
        self.width.saturating_sub(self.at)
    }

    /// Adds to the line, cutting what does not fit.
    pub(super) fn put(&mut self, style: Style, text: &str) {
        let text = fit(text, self.left());
        self.at += text.width();
        if self.colour && style != PLAIN {
            self.line += &format!("{style}{text}{style:#}");
        } else {
            self.line += &text;
        }
    }

    /// Fills the line with spaces up to `column`.
    pub(super) fn to(&mut self, column: usize) {
        let spaces = column.min(self.width).saturating_sub(self.at);
        self.line.extend(std::iter::repeat_n(' ', spaces));
        self.at += spaces;
    }

    /// Writes the line.
    pub(super) fn end(&mut self) -> io::Result<()> {
        writeln!(self.out, "{}", self.line.trim_end())?;
        self.line.clear();
        self.at = 0;
        Ok(())
    }

    /// An empty line.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Writes `text` over as many lines as it takes, all indented.
    pub(super) fn wrap(&mut self, style: Style, indent: usize, text: &str) -> io::Result<()> {
        let room = self.width.saturating_sub(indent).max(2);
        let mut line = String::new();
        for word in text.split_whitespace() {
            let mut word = &*visible(word);
            while !word.is_empty() {
                let space = usize::from(!line.is_empty());
                if line.width() + space + word.width() <= room {
                    line.extend(std::iter::repeat_n(' ', space));
                    line += word;
                    break;
                }
                // A word longer than a line, as all text without spaces is, goes on in the next.
                if line.is_empty() {
                    let (head, tail) = split(word, room);
                    // What is too wide even for a line of its own is cut by the line.
                    let (head, tail) = if head.is_empty() {
                        (word, "")
                    } else {
                        (head, tail)
                    };
                    line += head;
                    word = tail;
                }
                self.write_wrapped(style, indent, &mut line)?;
            }
        }
        self.write_wrapped(style, indent, &mut line)
    }

    fn write_wrapped(&mut self, style: Style, indent: usize, line: &mut String) -> io::Result<()> {
        if line.is_empty() {
            return Ok(());
        }
        self.to(indent);
        self.put(style, line);
        line.clear();
        self.end()
    }
}

/// `1 article`, `1,200 articles`.
pub(in crate::report) fn count(n: usize, what: &str) -> String {
    let plural = match (n, what) {
        (1, _) => "",
        (_, "match") => "es",
        _ => "s",
    };
    format!("{} {what}{plural}", number(n as u64))
}

/// Digits in groups of three.
pub(in crate::report) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(d);
    }
    out
}

/// A share of 1 as a percentage; only what is whole is 100 %, only what is nothing is 0 %.
pub(in crate::report) fn percent(share: f64) -> String {
    let rounded = (share * 100.0).round();
    if share > 0.0 && rounded < 1.0 {
        "<1 %".into()
    } else if share < 1.0 && rounded >= 100.0 {
        "99 %".into()
    } else {
        format!("{rounded:.0} %")
    }
}

/// A percentage, right-aligned before a label.
pub(super) fn share(of: f64) -> String {
    format!("{:>width$}", percent(of), width = INDENT - GAP)
}

/// Columns that `text` takes once it is made fit to be shown.
pub(super) fn columns(text: &str) -> usize {
    visible(text).width()
}

/// `text` in at most `columns`, its end cut off.
fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    let text = visible(text);
    if text.width() <= columns {
        return text;
    }
    let (head, _) = split(&text, columns.saturating_sub(1));
    Cow::Owned(format!("{head}{}", if columns > 0 { ELLIPSIS } else { "" }))
}

/// `text` in at most `columns`, its middle cut out: both ends of a path tell something.
pub(super) fn shorten(text: &str, columns: usize) -> Cow<'_, str> {
    let text = visible(text);
    let all = text.width();
    if all <= columns {
        return text;
    }
    let room = columns.saturating_sub(1);
    let (head, rest) = split(&text, room / 3);
    let keep = room - head.width();
    let mut tail = "";
    let mut width = 0;
    for (at, g) in rest.grapheme_indices(true).rev() {
        width += g.width();
        if width > keep {
            break;
        }
        tail = &rest[at..];
    }
    Cow::Owned(format!("{head}{ELLIPSIS}{tail}"))
}

/// The start of `text` in quotation marks, in at most `columns`, cut between words where there are words. None: no room
/// or no text.
pub(super) fn quote(text: &str, columns: usize, whole: bool) -> Option<String> {
    let room = columns.checked_sub(4).filter(|r| *r > 0)?;
    let mut out = String::new();
    let mut cut = !whole;
    for word in text.split_whitespace() {
        // No more is looked at of a long word than could be shown of it.
        let end = word
            .char_indices()
            .nth(4 * columns)
            .map_or(word.len(), |(at, _)| at);
        let (shown, space) = (visible(&word[..end]), usize::from(!out.is_empty()));
        let Some(left) = room.checked_sub(out.width() + space) else {
            cut = true;
            break;
        };
        if shown.width() <= left && end == word.len() {
            out.extend(std::iter::repeat_n(' ', space));
            out += &shown;
            continue;
        }
        // Text without spaces is one long word; of other words no part is shown, unless there is nothing else.
        if out.is_empty() || (left > room / 3) {
            out.extend(std::iter::repeat_n(' ', space));
            out += split(&shown, left).0;
        }
        cut = true;
        break;
    }
    let dots = if cut { " …" } else { "" };
    (!out.is_empty()).then(|| format!("\"{out}{dots}\""))
}

/// The longest start of `text` of at most `columns`, and the rest.
fn split(text: &str, columns: usize) -> (&str, &str) {
    let mut width = 0;
    for (at, g) in text.grapheme_indices(true) {
        width += g.width();
        if width > columns {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// `text` with nothing in it that moves a cursor, changes a colour or turns the direction of the line.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.contains(is_command) {
        Cow::Owned(text.replace(is_command, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_command(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize, write: impl FnOnce(&mut Page<'_>)) -> String {
        let mut out = Vec::new();
        write(&mut Page::new(&mut out, width, false));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_grouped_and_named() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(count(1, "match"), "1 match");
        assert_eq!(count(61_000, "match"), "61,000 matches");
        assert_eq!(count(0, "article"), "0 articles");
    }

    #[test]
    fn only_all_is_100_percent_and_only_none_is_0() {
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.9999), "99 %");
        assert_eq!(percent(0.0001), "<1 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.346), "35 %");
        assert_eq!(share(0.07), "   7 %");
    }

    #[test]
    fn lines_are_cut_to_their_columns() {
        assert_eq!(fit("abcdef", 6), "abcdef");
        assert_eq!(fit("abcdefg", 6), "abcde…");
        assert_eq!(fit("abc", 0), "");
        // Two columns a character: the third has no room left.
        assert_eq!(fit("新闻稿件", 6), "新闻…");
        let line = page(10, |p| {
            p.put(PLAIN, "1234567");
            p.put(PLAIN, "89abc");
            p.end().unwrap();
        });
        assert_eq!(line, "123456789…\n");
    }

    #[test]
    fn paths_keep_both_ends() {
        assert_eq!(shorten("folder/file.txt", 15), "folder/file.txt");
        assert_eq!(shorten("a/long/folder/file.txt", 13), "a/lo…file.txt");
        assert_eq!(shorten("文件夹/文件.txt", 9), "文…件.txt");
        assert!(columns(&shorten("文件夹/文件.txt", 8)) <= 8);
    }

    #[test]
    fn quotations_end_between_words() {
        let text = "The two\n\n leaders  are to meet";
        assert_eq!(
            quote(text, 99, true).unwrap(),
            "\"The two leaders are to meet\""
        );
        assert_eq!(
            quote(text, 99, false).unwrap(),
            "\"The two leaders are to meet …\""
        );
        assert_eq!(quote(text, 20, true).unwrap(), "\"The two leaders …\"");
        assert_eq!(
            quote("新闻稿件新闻稿件", 12, true).unwrap(),
            "\"新闻稿件 …\""
        );
        assert_eq!(quote("word", 4, true), None);
        assert_eq!(quote(" \n", 40, true), None);
    }

    #[test]
    fn long_text_is_wrapped_and_indented() {
        let text = page(12, |p| p.wrap(PLAIN, 2, "one two three four").unwrap());
        assert_eq!(text, "  one two\n  three four\n");
        let text = page(8, |p| p.wrap(PLAIN, 2, "a 新闻稿件新闻稿件 b").unwrap());
        assert_eq!(text, "  a\n  新闻稿\n  件新闻\n  稿件 b\n");
    }

    #[test]
    fn no_command_reaches_the_terminal() {
        let nasty = "a\u{1b}[31mb\u{7}\r\u{9b}2J\u{202e}c\u{2066}";
        for shown in [
            fit(nasty, 80).into_owned(),
            shorten(nasty, 80).into_owned(),
            quote(nasty, 80, true).unwrap(),
            page(80, |p| p.wrap(PLAIN, 0, nasty).unwrap())
                .trim_end()
                .to_owned(),
        ] {
            assert!(!shown.contains(is_command), "{shown:?}");
            assert!(shown.contains('b') && shown.contains('c'));
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_wider_than_its_room(text in "(\\PC|é|中|😀|\u{301}| |\n|\u{1b}){0,60}", room in 0usize..40) {
            assert!(columns(&fit(&text, room)) <= room);
            assert!(columns(&shorten(&text, room)) <= room.max(1));
            if let Some(quote) = quote(&text, room, true) {
                assert!(columns(&quote) <= room, "{quote:?}");
            }
            let wrapped = page(room + 10, |p| p.wrap(PLAIN, 3, &text).unwrap());
            for line in wrapped.lines() {
                assert!(columns(line) <= room + 10, "{line:?}");
            }
        }
    }
}
