//! Lines of a stream, however long, in bounded memory.

use std::io::{self, BufRead};

use memchr::memchr;

use super::decode::BOM;

/// What comes next in a stream of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A line, appended to the buffer without its end.
    Line,
    /// A line over the limit, read past and not kept.
    TooLong,
    /// Nothing.
    End,
}

/// A reader of lines, which end in `\n` or `\r\n`. Blank ones are counted and passed over.
pub(super) struct Lines<R> {
    reader: R,
    limit: u64,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R, limit: u64) -> Self {
        Self {
            reader,
            limit,
            number: 0,
        }
    }

    /// The number of the line last read, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Appends the next line that is not blank.
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<Next> {
        let start = buffer.len();
        loop {
            let next = self.read_line(buffer, start)?;
            let line = buffer.get(start..).unwrap_or_default();
            if next == Next::Line && line.iter().all(u8::is_ascii_whitespace) {
                buffer.truncate(start);
                continue;
            }
            return Ok(next);
        }
    }

    fn read_line(&mut self, buffer: &mut Vec<u8>, start: usize) -> io::Result<Next> {
        // The `\r` of a line end and the byte-order mark are no part of the line.
        let slack = self.limit + 1 + BOM.len() as u64;
        let mut too_long = false;
        let mut any = false;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                break;
            }
            any = true;
            let end = memchr(b'\n', available);
            let piece = available.get(..end.unwrap_or(available.len()));
            let piece = piece.unwrap_or_default();
            too_long |= (buffer.len() - start) as u64 + piece.len() as u64 > slack;
            if too_long {
                buffer.truncate(start);
            } else {
                buffer.extend_from_slice(piece);
            }
            let used = piece.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(Next::End);
        }
        self.number += 1;
        if self.number == 1
            && buffer
                .get(start..)
                .is_some_and(|line| line.starts_with(BOM))
        {
            buffer.drain(start..start + BOM.len());
        }
        if buffer.len() > start && buffer.last() == Some(&b'\r') {
            buffer.pop();
        }
        if too_long || (buffer.len() - start) as u64 > self.limit {
            buffer.truncate(start);
            return Ok(Next::TooLong);
        }
        Ok(Next::Line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn all(bytes: &[u8], limit: u64, capacity: usize) -> Vec<(u64, Option<String>)> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, bytes), limit);
        let mut found = Vec::new();
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let line = match lines.next(&mut buffer).unwrap() {
                Next::Line => Some(String::from_utf8(buffer.clone()).unwrap()),
                Next::TooLong => None,
                Next::End => break,
            };
            found.push((lines.number(), line));
        }
        found
    }

    fn line(number: u64, text: &str) -> (u64, Option<String>) {
        (number, Some(text.into()))
    }

    #[test]
    fn splits_counts_and_drops_blanks() {
        for capacity in [1, 2, 3, 64] {
            let found = all(b"\xEF\xBB\xBFa\r\n\n \t\r\nbb\n\r\nccc", 3, capacity);
            assert_eq!(found, [line(1, "a"), line(4, "bb"), line(6, "ccc")]);
            assert_eq!(all(b"", 3, capacity), []);
            assert_eq!(all(b"\n\n", 3, capacity), []);
            assert_eq!(all(b"\xEF\xBB\xBF", 3, capacity), []);
        }
    }

    #[test]
    fn passes_over_long_lines_exactly() {
        for capacity in [1, 2, 3, 64] {
            let found = all(b"abc\r\nabcd\r\nabcdefghijkl\nabc", 3, capacity);
            assert_eq!(
                found,
                [line(1, "abc"), (2, None), (3, None), line(4, "abc")]
            );
            assert_eq!(all(b"\xEF\xBB\xBFabc\r\n", 3, capacity), [line(1, "abc")]);
            assert_eq!(all(b"abcd", 3, capacity), [(1, None)]);
        }
    }
}
