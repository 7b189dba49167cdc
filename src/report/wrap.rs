//! Text wrapped into rows of so many terminal columns: at spaces, and between characters of scripts without them. What could
//! move the cursor is made harmless.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Stands for control characters.
const HARMLESS: &str = "\u{fffd}";
/// Printed as a space; no row ends at it.
pub(super) const NO_BREAK_SPACE: &str = "\u{a0}";
/// Marks that belong to the character before them.
const CLOSING: &str = "、。，．：；？！）〕］｝〉》」』】”’";

/// A stretch of a row in one ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run<I> {
    pub(super) text: String,
    pub(super) ink: I,
}

/// One row, and the columns it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row<I> {
    pub(super) runs: Vec<Run<I>>,
    pub(super) width: usize,
}

impl<I> Row<I> {
    pub(super) fn is_blank(&self) -> bool {
        self.width == 0
    }
}

#[derive(Clone, Copy)]
struct Glyph<I> {
    bytes: usize,
    width: usize,
    ink: I,
    is_space: bool,
    /// Whether a row may begin with it.
    may_begin: bool,
}

/// Takes text piece by piece and gives rows.
pub(super) struct Wrapper<I> {
    columns: usize,
    rows: Vec<Row<I>>,
    text: String,
    line: Vec<Glyph<I>>,
    width: usize,
    /// Whether a row may begin with what comes next, whatever it is.
    break_allowed: bool,
}

impl<I: Copy + PartialEq> Wrapper<I> {
    /// Rows of at most `columns`, which are at least 2: the widest character takes as many.
    pub(super) fn new(columns: usize) -> Self {
        Self {
            columns: columns.max(2),
            rows: Vec::new(),
            text: String::new(),
            line: Vec::new(),
            width: 0,
            break_allowed: false,
        }
    }

    /// Appends text. Runs of spaces are one; runs of empty lines are one.
    pub(super) fn push(&mut self, text: &str, ink: I) {
        for grapheme in text.graphemes(true) {
            let first = grapheme.chars().next().unwrap_or(' ');
            if matches!(
                first,
                '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
            ) {
                self.end_line();
            } else if first.is_whitespace() && grapheme != NO_BREAK_SPACE {
                self.space(ink);
            } else if first == '\u{200b}' {
                self.break_allowed = true;
            } else if grapheme.chars().any(|c| c.is_control() || is_invisible(c)) {
                for c in grapheme.chars().filter(|c| !is_invisible(*c)) {
                    let mut buffer = [0; 4];
                    let text = c.encode_utf8(&mut buffer);
                    self.glyph(if c.is_control() { HARMLESS } else { text }, ink);
                }
            } else {
                self.glyph(grapheme, ink);
            }
        }
    }

    /// All rows, without empty ones at the end.
    pub(super) fn finish(mut self) -> Vec<Row<I>> {
        self.end_line();
        while self.rows.last().is_some_and(Row::is_blank) {
            self.rows.pop();
        }
        self.rows
    }

    fn space(&mut self, ink: I) {
        if self.line.last().is_some_and(|g| !g.is_space) {
            self.text.push(' ');
            self.line.push(Glyph {
                bytes: 1,
                width: 1,
                ink,
                is_space: true,
                may_begin: false,
            });
            self.width += 1;
        }
    }

    fn glyph(&mut self, text: &str, ink: I) {
        let width = text.width();
        let last = self.line.last();
        let beside_wide = width > 1 || last.is_some_and(|g| g.width > 1);
        let may_begin = self.break_allowed
            || last.is_some_and(|g| g.is_space)
            || (beside_wide && !CLOSING.contains(text));
        self.break_allowed = false;
        while self.width + width > self.columns && !self.line.is_empty() {
            let begins = |i: &usize| self.line.get(*i).map_or(may_begin, |g| g.may_begin);
            let at = (1..=self.line.len())
                .rev()
                .find(begins)
                .unwrap_or(self.line.len());
            self.emit(at);
        }
        self.text.push_str(text);
        self.line.push(Glyph {
            bytes: text.len(),
            width,
            ink,
            is_space: false,
            may_begin,
        });
        self.width += width;
    }

    fn end_line(&mut self) {
        if !self.line.is_empty() {
            self.emit(self.line.len());
        } else if self.rows.last().is_some_and(|r| !r.is_blank()) {
            self.rows.push(Row {
                runs: Vec::new(),
                width: 0,
            });
        }
    }

    /// Makes a row of the first `n` glyphs.
    fn emit(&mut self, n: usize) {
        let mut row = Row {
            runs: Vec::new(),
            width: 0,
        };
        let shown = self.line[..n]
            .iter()
            .rposition(|g| !g.is_space)
            .map_or(0, |i| i + 1);
        let mut from = 0;
        for g in &self.line[..shown] {
            let text = &self.text[from..from + g.bytes];
            let text = if text == NO_BREAK_SPACE { " " } else { text };
            match row.runs.last_mut() {
                Some(run) if run.ink == g.ink => run.text.push_str(text),
                _ => row.runs.push(Run {
                    text: text.to_owned(),
                    ink: g.ink,
                }),
            }
            row.width += g.width;
            from += g.bytes;
        }
        self.rows.push(row);
        let bytes: usize = self.line.drain(..n).map(|g| g.bytes).sum();
        self.text.drain(..bytes);
        self.width = self.line.iter().map(|g| g.width).sum();
    }
}

/// Takes no room, and could reorder a row or hide something in it.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// One line of text cut to so many columns, with an ellipsis where it is longer; harmless as rows are.
pub(super) fn cut(text: &str, columns: usize) -> String {
    let line = |columns| {
        let mut wrapper = Wrapper::new(columns);
        for (i, part) in text.split(['\n', '\r']).enumerate() {
            wrapper.push(if i > 0 { " " } else { "" }, ());
            wrapper.push(part, ());
        }
        wrapper.finish()
    };
    let mut rows = line(usize::MAX);
    let whole = rows.pop().map_or_else(String::new, |r| {
        r.runs.into_iter().map(|r| r.text).collect()
    });
    if whole.width() <= columns {
        return whole;
    }
    let mut out = String::new();
    for grapheme in whole.graphemes(true) {
        if out.width() + grapheme.width() >= columns {
            break;
        }
        out.push_str(grapheme);
    }
    out + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, columns: usize) -> Vec<String> {
        let mut wrapper = Wrapper::new(columns);
        wrapper.push(text, ());
        wrapper
            .finish()
            .into_iter()
            .map(|r| r.runs.into_iter().map(|r| r.text).collect())
            .collect()
    }

    #[test]
    fn wraps_at_spaces_and_splits_only_what_is_too_long() {
        assert_eq!(rows("the dam was opened", 9), ["the dam", "was", "opened"]);
        assert_eq!(
            rows("an extraordinary day", 6),
            ["an", "extrao", "rdinar", "y day"]
        );
        assert_eq!(rows("exact fit", 5), ["exact", "fit"]);
        assert_eq!(rows("a\u{200b}bb\u{200b}cc", 3), ["abb", "cc"]);
        assert_eq!(rows("ends [1\u{a0}here", 7), ["ends", "[1 here"]);
    }

    #[test]
    fn lines_are_kept_and_empty_ones_are_one() {
        assert_eq!(
            rows("\n\n  one  two\nthree\r\n\r\n\n\nfour\n\n", 20),
            ["one two", "three", "", "four"]
        );
        assert!(rows(" \n \n", 20).is_empty());
    }

    #[test]
    fn wide_characters_break_anywhere_but_before_closing_marks() {
        assert_eq!(
            rows("港口昨天关闭。船停航", 6),
            ["港口昨", "天关", "闭。船", "停航"]
        );
        assert_eq!(rows("港口昨天关。船", 10), ["港口昨天", "关。船"]);
        assert_eq!(rows("在CGTN報道", 6), ["在CGTN", "報道"]);
    }

    #[test]
    fn combining_marks_stay_with_their_letter_and_take_no_room() {
        assert_eq!(rows("cafe\u{301}s", 5), ["cafe\u{301}s"]);
        assert_eq!(
            rows("e\u{301}e\u{301}e\u{301}", 2),
            ["e\u{301}e\u{301}", "e\u{301}"]
        );
        assert_eq!(
            rows("👩\u{200d}🚒👩\u{200d}🚒", 2),
            ["👩\u{200d}🚒", "👩\u{200d}🚒"]
        );
    }

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        assert_eq!(
            rows("a\u{1b}[2Jb\u{7}\u{9b}\u{0}", 20),
            ["a\u{fffd}[2Jb\u{fffd}\u{fffd}\u{fffd}"]
        );
        assert_eq!(rows("x\u{202e}y\u{ad}z\tt", 20), ["xyz t"]);
    }

    #[test]
    fn inks_are_kept_apart_and_rows_measured() {
        let mut wrapper = Wrapper::new(8);
        wrapper.push("one tw", 1);
        wrapper.push("o three", 2);
        let rows = wrapper.finish();
        let run = |text: &str, ink| Run {
            text: text.into(),
            ink,
        };
        assert_eq!(
            rows[0],
            Row {
                runs: vec![run("one tw", 1), run("o", 2)],
                width: 7
            }
        );
        assert_eq!(
            rows[1],
            Row {
                runs: vec![run("three", 2)],
                width: 5
            }
        );
    }

    #[test]
    fn cuts_one_line() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("港口昨天", 6), "港口…");
        assert_eq!(cut("a\nb\u{1b}", 9), "a b\u{fffd}");
        assert_eq!(cut("", 3), "");
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked_and_no_letter_is_lost(text in "([a-c]{1,9}|[港口。]{1,4}|e\u{301}|[ \n]){0,40}", columns in 2usize..24) {
            let rows = rows(&text, columns);
            for row in &rows {
                prop_assert!(row.width() <= columns, "{row:?}");
                prop_assert_eq!(row.trim(), row);
            }
            let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&rows.concat()), letters(&text));
        }
    }
}
