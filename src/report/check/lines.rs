//! Where a stretch of an article stands in its file, in lines and columns.

use serde::Serialize;

use crate::{document::Document, span::Span};

/// Lines and columns, from 1; columns count Unicode code points, and the end is the column behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Lines {
    pub(super) start_line: u64,
    pub(super) start_column: u64,
    pub(super) end_line: u64,
    pub(super) end_column: u64,
}

impl Lines {
    /// Of a file that is one text, the place itself; of JSON Lines, the line of the record; of other formats nothing is known.
    pub(super) fn of(document: &Document, span: Span) -> Option<Self> {
        let Some(record) = document.record else {
            let is_whole = document.meta.extractor.is_none() && document.meta.item.is_none();
            return is_whole.then(|| Self::in_text(&document.text, span));
        };
        let name = document.path.rsplit(['/', '\\']).next().unwrap_or_default();
        let is_lines = [".jsonl", ".ndjson"]
            .iter()
            .any(|e| name.to_ascii_lowercase().contains(e));
        is_lines.then_some(Self {
            start_line: record,
            start_column: 1,
            end_line: record,
            end_column: 1,
        })
    }

    fn in_text(text: &str, span: Span) -> Self {
        let place = |at: u32| {
            let before = text.get(..at as usize).unwrap_or(text);
            let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u64 + 1;
            let start = before.rfind('\n').map_or(0, |n| n + 1);
            let column = before.get(start..).unwrap_or_default().chars().count() as u64 + 1;
            (line, column)
        };
        let ((start_line, start_column), (end_line, end_column)) =
            (place(span.start), place(span.end));
        Self {
            start_line,
            start_column,
            end_line,
            end_column,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_those_before() {
        let text = "één\ntwee drie\nvier";
        let lines = |start, end| {
            let l = Lines::in_text(text, Span::new(start, end));
            [l.start_line, l.start_column, l.end_line, l.end_column]
        };
        assert_eq!(lines(0, 5), [1, 1, 1, 4]);
        assert_eq!(lines(2, 10), [1, 2, 2, 5]);
        assert_eq!(lines(11, 20), [2, 6, 3, 5]);
    }

    #[test]
    fn a_record_of_json_lines_has_its_line_and_a_page_none() {
        let mut document = Document {
            text: "x".into(),
            path: "a/feed.jsonl.gz".into(),
            record: Some(17),
            ..Document::default()
        };
        let span = Span::new(0, 1);
        assert_eq!(Lines::of(&document, span).map(|l| l.start_line), Some(17));
        document.path = "a/table.csv".into();
        assert_eq!(Lines::of(&document, span), None);
        document.record = None;
        assert!(Lines::of(&document, span).is_some());
        document.meta.extractor = Some("x".into());
        assert_eq!(Lines::of(&document, span), None);
    }
}
