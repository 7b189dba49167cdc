//! Two articles beside each other, what they share in colours: passages in the same order in both begin on the same row.

use std::{
    io::{self, Write},
    ops::Range,
};

use anstyle::{AnsiColor, Effects, Style};
use unicode_width::UnicodeWidthStr;

use super::step::{anchors, cuts, marks};
use super::wrap::{NO_BREAK_SPACE, Row, Run, Wrapper, cut};
use crate::{align::Aligned, detector::Article, span::Span};

/// Rows of unshared text shown before and after a passage.
const CONTEXT: usize = 3;
/// Columns from which there is room for two articles beside each other.
pub(super) const TWO_COLUMNS: usize = 60;
/// What stands between the columns.
const RULE: &str = " │ ";
const COLOURS: [AnsiColor; 6] = [
    AnsiColor::Green,
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Yellow,
    AnsiColor::Blue,
    AnsiColor::Red,
];

/// What a stretch of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Text outside passages.
    Plain,
    /// Matched text of a passage.
    Matched(usize),
    /// Text inside a passage that the other article has not.
    Edited,
    /// Where a passage begins and ends.
    Mark(usize),
    /// What is said about the text.
    Note,
}

impl Ink {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Matched(n) => colour(n),
            Self::Edited => Style::new().effects(Effects::UNDERLINE),
            Self::Mark(n) => colour(n).effects(Effects::BOLD),
            Self::Note => Style::new().effects(Effects::DIMMED),
        }
    }
}

/// The colour of a passage, counted from 0.
pub(super) fn colour(passage: usize) -> Style {
    COLOURS[passage % COLOURS.len()].on_default()
}

/// How the articles are set.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to colour.
    pub colour: bool,
    /// Whether to show all of the text, rather than what is shared and the rows around it.
    pub full: bool,
}

/// Writes both articles, each under its `head`.
pub(super) fn write(
    a: (&Article, &[String]),
    b: (&Article, &[String]),
    passages: &[Aligned],
    layout: &Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let sides = [Side::new(a.0, passages, 0), Side::new(b.0, passages, 1)];
    if layout.width < TWO_COLUMNS {
        for (side, (_, head)) in sides.iter().zip([a, b]) {
            let mut rows = heading(head, layout.width);
            rows.extend(fold(
                side.rows(0..side.text.len(), layout.width, layout),
                layout,
            ));
            for row in &rows {
                line(row, layout, out)?;
            }
            writeln!(out)?;
        }
        return Ok(());
    }
    let columns = (layout.width - RULE.chars().count()) / 2;
    beside(
        [heading(a.1, columns), heading(b.1, columns)],
        columns,
        layout,
        out,
    )?;
    writeln!(out, "{}─┼─{}", "─".repeat(columns), "─".repeat(columns))?;
    let mut meetings = vec![[0, 0]];
    for number in anchors(passages) {
        let places = [0, 1].map(|s| sides[s].place(number));
        meetings.push(places.map(|p| p.span.start as usize));
        meetings.extend(cuts(&passages[number], [a.0, b.0]));
        meetings.push(places.map(|p| p.span.end as usize));
    }
    meetings.push([0, 1].map(|s| sides[s].text.len()));
    let mut is_first = true;
    for w in meetings.windows(2) {
        let rows = [0, 1].map(|s| fold(sides[s].rows(w[0][s]..w[1][s], columns, layout), layout));
        if rows.iter().all(Vec::is_empty) {
            continue;
        }
        if !is_first && (0..2).any(|s| sides[s].breaks_at(w[0][s])) {
            beside([vec![blank()], vec![blank()]], columns, layout, out)?;
        }
        is_first = false;
        beside(rows, columns, layout, out)?;
    }
    Ok(())
}

/// One article with the places of its passages, in their order.
struct Side<'t> {
    text: &'t str,
    places: Vec<Place>,
    /// The index in `places` of each passage.
    index: Vec<usize>,
}

/// A passage in one article.
struct Place {
    number: usize,
    span: Span,
    /// The matched stretches in it.
    matched: Vec<Span>,
}

impl Place {
    fn new(article: &Article, p: &Aligned, number: usize, side: usize) -> Self {
        let spans = article.spans();
        let span = |from: u32, to: u32| match (
            spans.get(from as usize),
            to.checked_sub(1).and_then(|i| spans.get(i as usize)),
        ) {
            (Some(first), Some(last)) => Span::new(first.start, last.end),
            _ => Span::default(),
        };
        let range = [&p.a, &p.b][side];
        let mut matched: Vec<Span> = p
            .tiles
            .iter()
            .map(|t| [t.a, t.b][side])
            .zip(&p.tiles)
            .map(|(from, t)| span(from, from + t.len))
            .collect();
        matched.sort_unstable();
        Self {
            number,
            span: span(range.start, range.end),
            matched,
        }
    }
}

/// Lets each passage take in the punctuation that touches it, so that no row begins with a lone full stop.
fn widen(places: &mut [Place], text: &str) {
    for i in 0..places.len() {
        let after = places
            .get(i + 1)
            .map_or(text.len(), |p| p.span.start as usize);
        let before = i.checked_sub(1).map_or(0, |i| places[i].span.end as usize);
        let span = places[i].span;
        let (Some(ahead), Some(behind)) = (
            text.get(span.end as usize..after),
            text.get(before..span.start as usize),
        ) else {
            continue;
        };
        let (start, end) = (marks(behind.chars().rev()), marks(ahead.chars()));
        places[i].span = Span::new(span.start - start as u32, span.end + end as u32);
    }
}

impl<'t> Side<'t> {
    fn new(article: &'t Article, passages: &[Aligned], side: usize) -> Self {
        let text = &*article.document.text;
        let mut places: Vec<Place> = passages
            .iter()
            .enumerate()
            .map(|(number, p)| Place::new(article, p, number, side))
            .collect();
        places.sort_unstable_by_key(|p| p.span.start);
        widen(&mut places, text);
        let mut index = vec![0; places.len()];
        for (i, p) in places.iter().enumerate() {
            index[p.number] = i;
        }
        Self {
            text,
            places,
            index,
        }
    }

    fn place(&self, number: usize) -> &Place {
        &self.places[self.index[number]]
    }

    /// Whether a line of the text ends at this place.
    fn breaks_at(&self, at: usize) -> bool {
        let (before, after) = self.text.split_at_checked(at).unwrap_or_default();
        let is_break = |c: char| c == '\n' || c == '\r';
        before[before.trim_end().len()..].contains(is_break)
            || after[..after.len() - after.trim_start().len()].contains(is_break)
    }

    /// The rows of a stretch of the text, which may begin and end inside a passage where a matched stretch begins.
    fn rows(&self, range: Range<usize>, columns: usize, layout: &Layout) -> Vec<Row<Ink>> {
        let mut wrapper = Wrapper::new(columns);
        let slice = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        let first = self
            .places
            .partition_point(|p| p.span.end as usize <= range.start);
        let mut at = range.start;
        for p in &self.places[first..] {
            let (start, end) = (p.span.start as usize, p.span.end as usize);
            if start >= range.end {
                break;
            }
            let n = p.number + 1;
            if start >= range.start {
                wrapper.push(slice(at, start), Ink::Plain);
                wrapper.push(&format!("[{n}{NO_BREAK_SPACE}"), Ink::Mark(p.number));
                at = start;
            }
            let from = p
                .matched
                .partition_point(|m| (m.start as usize) < range.start);
            for (i, m) in p.matched.iter().enumerate().skip(from) {
                if m.start as usize >= range.end {
                    break;
                }
                between(
                    i > 0,
                    slice(at, m.start as usize),
                    p.number,
                    layout,
                    &mut wrapper,
                );
                wrapper.push(
                    slice(m.start as usize, m.end as usize),
                    Ink::Matched(p.number),
                );
                at = m.end as usize;
            }
            let stop = end.min(range.end);
            between(stop < end, slice(at, stop), p.number, layout, &mut wrapper);
            at = stop;
            if stop == end {
                wrapper.push(&format!("{NO_BREAK_SPACE}{n}]"), Ink::Mark(p.number));
            }
        }
        wrapper.push(slice(at, range.end), Ink::Plain);
        wrapper.finish()
    }
}

/// Text of a passage before a matched stretch: spaces and marks are of the passage, words between two are an edit, in
/// braces where there is no colour to tell.
fn between(inside: bool, text: &str, passage: usize, layout: &Layout, wrapper: &mut Wrapper<Ink>) {
    let first = text.find(char::is_alphanumeric).filter(|_| inside);
    let (before, words) = text.split_at(first.unwrap_or(text.len()));
    let (words, after) = words.split_at(words.trim_end().len());
    wrapper.push(before, Ink::Matched(passage));
    if !words.is_empty() {
        let brace = |mark: &'static str| if layout.colour { "" } else { mark };
        wrapper.push(brace("{"), Ink::Edited);
        wrapper.push(words, Ink::Edited);
        wrapper.push(brace("}"), Ink::Edited);
    }
    wrapper.push(after, Ink::Matched(passage));
}

/// Leaves out rows far from any passage.
fn fold(rows: Vec<Row<Ink>>, layout: &Layout) -> Vec<Row<Ink>> {
    if layout.full {
        return rows;
    }
    let is_plain = |r: &Row<Ink>| r.runs.iter().all(|r| r.ink == Ink::Plain);
    let mut out = Vec::new();
    for stretch in rows.chunk_by(|p, q| is_plain(p) == is_plain(q)) {
        let n = stretch.len();
        if !is_plain(&stretch[0]) || n <= 2 * CONTEXT + 1 {
            out.extend_from_slice(stretch);
            continue;
        }
        out.extend_from_slice(&stretch[..CONTEXT]);
        out.push(note(&format!("⋮ {} lines", n - 2 * CONTEXT)));
        out.extend_from_slice(&stretch[n - CONTEXT..]);
    }
    out
}

fn heading(lines: &[String], columns: usize) -> Vec<Row<Ink>> {
    let row = |l: &String| cut(l, columns);
    lines
        .iter()
        .map(row)
        .map(|text| Row {
            width: text.width(),
            runs: vec![Run {
                text,
                ink: Ink::Plain,
            }],
        })
        .collect()
}

fn note(text: &str) -> Row<Ink> {
    Row {
        width: text.width(),
        runs: vec![Run {
            text: text.to_owned(),
            ink: Ink::Note,
        }],
    }
}

fn blank() -> Row<Ink> {
    Row {
        runs: Vec::new(),
        width: 0,
    }
}

/// Two columns of rows, the shorter one filled up.
fn beside(
    rows: [Vec<Row<Ink>>; 2],
    columns: usize,
    layout: &Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let blank = blank();
    for i in 0..rows[0].len().max(rows[1].len()) {
        let [left, right] = [0, 1].map(|s| rows[s].get(i).unwrap_or(&blank));
        runs(left, layout, out)?;
        write!(out, "{:1$}", "", columns.saturating_sub(left.width))?;
        out.write_all(
            if right.is_blank() {
                RULE.trim_end()
            } else {
                RULE
            }
            .as_bytes(),
        )?;
        line(right, layout, out)?;
    }
    Ok(())
}

fn line(row: &Row<Ink>, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    runs(row, layout, out)?;
    writeln!(out)
}

fn runs(row: &Row<Ink>, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    for run in &row.runs {
        let style = run.ink.style();
        if layout.colour && style != Style::new() {
            write!(out, "{style}{}{style:#}", run.text)?;
        } else {
            out.write_all(run.text.as_bytes())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{detector::Detector, document::Document, recognise::Agencies, settings::Settings};

    const LENT: &str = "The harbour board voted on Monday to keep the old lamp burning until a buyer is found for the tower and its three cottages.";
    const LAST: &str = "Nobody living can remember a winter in which the ferry missed so many crossings as it did in the one now ending.";

    fn article(id: &str, text: &str) -> Article {
        let document = Document {
            id: id.into(),
            text: text.into(),
            ..Document::default()
        };
        Article::new(document, &Agencies::built_in())
    }

    fn filler(word: &str, n: usize) -> String {
        (0..n).map(|i| format!("{word}{i} ")).collect()
    }

    fn lines(a: &str, b: &str, layout: Layout) -> Vec<String> {
        let (a, b) = (article("a", a), article("b", b));
        let c = Detector::new(Settings::default())
            .unwrap()
            .compare_pair(&a, &b);
        let mut out = Vec::new();
        let heads = ["first".to_owned(), "second".to_owned()];
        write(
            (&a, &heads[..1]),
            (&b, &heads[1..]),
            &c.passages,
            &layout,
            &mut out,
        )
        .unwrap();
        String::from_utf8(out)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    fn plain(width: usize) -> Layout {
        Layout {
            width,
            colour: false,
            full: false,
        }
    }

    #[test]
    fn passages_in_the_same_order_begin_on_the_same_row() {
        let a = format!(
            "{}\n\n{LENT}\n\n{}\n\n{LAST}",
            filler("left", 90),
            filler("west", 250)
        );
        let b = format!("{LENT} {}\n\n{LAST} The end.", filler("right", 250));
        for width in [60, 80, 121] {
            let rows = lines(&a, &b, plain(width));
            let begins = |n: usize| {
                rows.iter()
                    .filter(|r| r.matches(&format!("[{n} ")).count() == 2)
                    .count()
            };
            assert_eq!((begins(1), begins(2)), (1, 1), "{rows:#?}");
            assert!(rows.iter().all(|r| r.width() <= width), "{rows:#?}");
            assert!(rows.iter().any(|r| r.contains("⋮ ")));
            let rule = rows[1].find('┼').map(|at| rows[1][..at].width());
            assert!(
                rows.iter()
                    .filter(|r| r.contains('│'))
                    .all(|r| r.find('│').map(|at| r[..at].width()) == rule),
                "{rows:#?}"
            );
        }
    }

    #[test]
    fn after_a_long_edit_a_passage_goes_on_in_step() {
        let inserted = format!("{LENT} {} {LAST}", filler("new", 25));
        for (a, b) in [
            (&*inserted, &*format!("{LENT} {LAST}")),
            (&*format!("{LENT} {LAST}"), &*inserted),
        ] {
            let rows = lines(a, b, plain(90));
            assert!(
                rows.iter().any(|r| r.matches("Nobody living").count() == 2),
                "{rows:#?}"
            );
            let all = rows.join("\n");
            assert_eq!(
                (
                    all.matches("[1 ").count(),
                    all.matches(" 1]").count(),
                    all.matches('{').count()
                ),
                (2, 2, 1),
                "{all}"
            );
        }
    }

    #[test]
    fn moved_passages_are_marked_where_they_stand() {
        let a = format!("{LENT}\n\n{}\n\n{LAST}", filler("left", 250));
        let b = format!("{LAST}\n\n{}\n\n{LENT}", filler("right", 250));
        let rows = lines(
            &a,
            &b,
            Layout {
                full: true,
                ..plain(100)
            },
        )
        .join("\n");
        assert_eq!(
            (rows.matches("[1 ").count(), rows.matches(" 1]").count()),
            (2, 2),
            "{rows}"
        );
        assert_eq!(
            (rows.matches("[2 ").count(), rows.matches(" 2]").count()),
            (2, 2),
            "{rows}"
        );
    }

    #[test]
    fn a_narrow_terminal_has_one_after_the_other() {
        let rows = lines(
            &format!("Ahead. {LENT}"),
            &format!("{LENT} After."),
            plain(40),
        );
        assert!(rows.iter().all(|r| r.width() <= 40 && !r.contains('│')));
        assert_eq!(rows[0], "first");
        assert_eq!(
            rows.iter().filter(|r| r.contains("[1 The harbour")).count(),
            2,
            "{rows:#?}"
        );
    }

    #[test]
    fn edits_are_told_apart_with_and_without_colour() {
        let edited = LENT.replace("on Monday", "late last night, by nine to one,");
        let without = lines(LENT, &edited, plain(100)).join("\n");
        assert!(without.contains("{on Monday}"), "{without}");
        assert!(without.contains("{late last night,"), "{without}");
        let with = lines(
            LENT,
            &edited,
            Layout {
                colour: true,
                ..plain(100)
            },
        )
        .join("\n");
        assert!(
            with.contains("\u{1b}[4mon Monday\u{1b}[0m") && with.contains("\u{1b}[32m"),
            "{with}"
        );
        assert!(!with.contains('{'));
    }

    #[test]
    fn columns_hold_with_wide_characters_and_marks() {
        let shared = "港口管理局星期一投票决定在为灯塔及其三座小屋找到买主之前让这盏老灯继续亮着，船长们表示欢迎。e\u{301}t\u{e9} ";
        let a = format!("甲报讯。{shared}编辑\u{1b}[2J完");
        let rows = lines(&a, shared, plain(61));
        assert!(rows.iter().all(|r| r.width() <= 61), "{rows:#?}");
        assert!(rows.iter().all(|r| !r.contains('\u{1b}')));
        assert!(rows.join("").contains("[1 港口"));
    }

    #[test]
    fn all_of_the_text_is_there_when_asked_for() {
        let a = format!("{}{LENT}", filler("left", 200));
        let all = lines(
            &a,
            LENT,
            Layout {
                full: true,
                ..plain(80)
            },
        )
        .join(" ");
        assert!((0..200).all(|i| all.contains(&format!("left{i} "))));
        let folded = lines(&a, LENT, plain(80)).join(" ");
        assert!(!folded.contains("left100 ") && folded.contains("left0 "));
    }

    #[test]
    fn empty_articles_are_empty_columns() {
        let rows = lines("", LENT, plain(80));
        assert!(rows.len() >= 3 && rows.iter().all(|r| r.width() <= 80));
        assert_eq!(lines("", "", plain(80)).len(), 2);
    }
}
