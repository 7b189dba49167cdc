//! JSON that is not one object a line: an array of records, or records after each other, each over as many lines as it likes.
//! Records are told apart by their brackets alone, and read as those of JSONL are.

use std::{
    io::{self, BufRead},
    ops::ControlFlow,
};

use super::{
    batch::read_records,
    contents::Take,
    lines::Next,
    record::{Plan, read_record},
    walk::Found,
};

/// Reads a whole file.
pub(super) fn read(
    body: Box<dyn BufRead + Send>,
    found: &Found,
    plan: &Plan,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let mut elements = Elements::new(body, plan.limit);
    read_records(
        |record: &mut Vec<u8>| {
            let next = elements.next(record)?;
            Ok((next, elements.number(), record.len()))
        },
        |number, record| read_record(&record, number, &found.path, plan),
        found,
        plan,
        take,
    )
}

/// Finds the records.
pub(super) struct Elements<R> {
    reader: R,
    limit: u64,
    number: u64,
    /// Whether the array that holds them is open.
    in_array: bool,
}

impl<R: BufRead> Elements<R> {
    pub(super) fn new(reader: R, limit: u64) -> Self {
        Self {
            reader,
            limit,
            number: 0,
            in_array: false,
        }
    }

    /// The number of the record last read, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Appends the next record to `out`.
    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> io::Result<Next> {
        let (start, limit) = (out.len(), self.limit);
        let mut too_long = false;
        let any = self.pieces(&mut |_| {}, &mut |piece| {
            too_long |= (out.len() - start + piece.len()) as u64 > limit;
            if too_long {
                out.truncate(start);
            } else {
                out.extend_from_slice(piece);
            }
        })?;
        Ok(match (any, too_long) {
            (false, _) => Next::End,
            (true, true) => Next::TooLong,
            (true, false) => Next::Line,
        })
    }

    /// Hands over the next record, and before it what stands between it and the last, piece by piece; whether there was one.
    pub(super) fn pieces(
        &mut self,
        between: &mut dyn FnMut(&[u8]),
        take: &mut dyn FnMut(&[u8]),
    ) -> io::Result<bool> {
        let Some(()) = self.skip_between(between)? else {
            return Ok(false);
        };
        self.number += 1;
        let (mut depth, mut in_string, mut escaped, mut any) = (0u64, false, false, false);
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                break;
            }
            let mut used = available.len();
            let mut ended = false;
            for (i, byte) in available.iter().enumerate() {
                if in_string {
                    in_string = escaped || *byte != b'"';
                    escaped = !escaped && *byte == b'\\';
                    continue;
                }
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' if depth > 1 => depth -= 1,
                    b'}' | b']' => {
                        // The bracket of the record itself, or that of the array it is the last of.
                        let is_stray = i == 0 && !any;
                        used = i + usize::from(depth == 1 || is_stray);
                        ended = true;
                        break;
                    }
                    b',' if depth == 0 => {
                        used = i;
                        ended = true;
                        break;
                    }
                    _ => {}
                }
            }
            any |= used > 0;
            take(available.get(..used).unwrap_or_default());
            self.reader.consume(used);
            if ended {
                break;
            }
        }
        Ok(true)
    }

    /// Passes over what stands between records; None: nothing follows.
    fn skip_between(&mut self, between: &mut dyn FnMut(&[u8])) -> io::Result<Option<()>> {
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                return Ok(None);
            }
            let mut used = 0;
            for byte in available {
                match byte {
                    b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF => {}
                    b'[' if self.number == 0 && !self.in_array => self.in_array = true,
                    b']' if self.in_array => self.in_array = false,
                    _ => {
                        between(available.get(..used).unwrap_or_default());
                        self.reader.consume(used);
                        return Ok(Some(()));
                    }
                }
                used += 1;
            }
            between(available);
            self.reader.consume(used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn all(bytes: &[u8], limit: u64, capacity: usize) -> Vec<Option<String>> {
        let mut elements = Elements::new(BufReader::with_capacity(capacity, bytes), limit);
        let mut found = Vec::new();
        let mut out = Vec::new();
        loop {
            out.clear();
            match elements.next(&mut out).unwrap() {
                Next::Line => found.push(Some(String::from_utf8_lossy(&out).into_owned())),
                Next::TooLong => found.push(None),
                Next::End => return found,
            }
        }
    }

    #[test]
    fn records_are_told_apart_by_their_brackets() {
        for capacity in [1, 2, 7, 64] {
            let is = |json: &str, records: &[&str]| {
                let expected: Vec<Option<String>> =
                    records.iter().map(|r| Some((*r).into())).collect();
                assert_eq!(all(json.as_bytes(), 100, capacity), expected, "{json}");
            };
            is("", &[]);
            is("[]", &[]);
            is(
                "\u{feff}[{\"a\":1},\n {\"b\":[2,{}]}]\n",
                &["{\"a\":1}", "{\"b\":[2,{}]}"],
            );
            is(
                "{\n\"a\": 1\n}\n{\"b\":\"]}\\\"\"}",
                &["{\n\"a\": 1\n}", "{\"b\":\"]}\\\"\"}"],
            );
            is("[1,\"x,y\"]", &["1", "\"x,y\""]);
            is("[{\"a\":1}", &["{\"a\":1}"]);
            is("[{\"a\":1", &["{\"a\":1"]);
            is("[{}]]", &["{}", "]"]);
        }
        assert_eq!(all(b"[{\"a\":12345},{}]", 5, 3), [None, Some("{}".into())]);
    }

    proptest! {
        #[test]
        fn ends_on_anything(bytes in prop::collection::vec(prop::sample::select(b"[]{},\"\\ a1".to_vec()), 0..60), capacity in 1usize..9) {
            prop_assert!(all(&bytes, 8, capacity).len() <= bytes.len());
        }
    }
}
