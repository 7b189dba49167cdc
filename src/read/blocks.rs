//! Whole lines of a stream, a block of bytes at a time, each byte copied once.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memchr_iter;

use super::decode::BOM;

/// How much is read at a time: small enough to stay in a cache until it is parsed.
pub(super) const BLOCK: usize = 1 << 20;

/// A reader of blocks. Lines, their limit and their numbers are those of [`Lines`](super::lines::Lines).
pub(super) struct Blocks<R> {
    reader: R,
    limit: u64,
    size: usize,
    number: u64,
    /// What is read of the line that goes on in the next block.
    rest: Vec<u8>,
    /// That line is over the limit: nothing of it is kept.
    too_long: bool,
}

/// Some lines on end.
#[derive(Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    /// Number and place of each line that is not blank; no place: over the limit.
    pub(super) lines: Vec<(u64, Option<Range<usize>>)>,
    /// The bytes read for it.
    pub(super) read: u64,
    /// Nothing follows, perhaps because reading failed.
    pub(super) last: bool,
    pub(super) failed: Option<io::Error>,
}

impl Block {
    pub(super) fn line(&self, place: &Range<usize>) -> &[u8] {
        self.bytes.get(place.clone()).unwrap_or_default()
    }
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(reader: R, limit: u64) -> Self {
        Self {
            reader,
            limit,
            size: BLOCK,
            number: 0,
            rest: Vec::new(),
            too_long: false,
        }
    }

    /// The next block, in the memory of one that is done with.
    pub(super) fn next(&mut self, used: Block) -> Block {
        let mut block = Block {
            bytes: used.bytes,
            lines: used.lines,
            ..Block::default()
        };
        block.lines.clear();
        let mut filled = self.rest.len();
        let room = self.size.max(2 * filled);
        if block.bytes.len() < room {
            block.bytes.resize(room, 0);
        }
        if let Some(head) = block.bytes.get_mut(..filled) {
            head.copy_from_slice(&self.rest);
        }
        // Where the line begins whose end is looked for.
        let mut start = 0;
        loop {
            if filled == block.bytes.len() {
                if start > 0 {
                    break;
                }
                block.bytes.resize(2 * filled, 0);
            }
            let free = block.bytes.get_mut(filled..).unwrap_or_default();
            let read = match self.reader.read(free) {
                Ok(0) => {
                    block.last = true;
                    break;
                }
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    block.last = true;
                    block.failed = Some(error);
                    return block;
                }
            };
            block.read += read as u64;
            let new = block.bytes.get(filled..filled + read).unwrap_or_default();
            for end in memchr_iter(b'\n', new) {
                let end = filled + end;
                block.lines.extend(self.line(&block.bytes, start..end));
                start = end + 1;
            }
            filled += read;
            // The `\r` of a line end and the byte-order mark are no part of the line.
            let most = self.limit + 1 + BOM.len() as u64;
            if self.too_long || (filled - start) as u64 > most {
                self.too_long = true;
                filled = start;
            }
        }
        self.rest.clear();
        if !block.last {
            let rest = block.bytes.get(start..filled).unwrap_or_default();
            self.rest.extend_from_slice(rest);
        } else if filled > start || self.too_long {
            block.lines.extend(self.line(&block.bytes, start..filled));
        }
        block
    }

    fn line(
        &mut self,
        bytes: &[u8],
        mut place: Range<usize>,
    ) -> Option<(u64, Option<Range<usize>>)> {
        self.number += 1;
        let line = bytes.get(place.clone())?;
        if self.number == 1 && line.starts_with(BOM) {
            place.start += BOM.len();
        }
        if place.start < place.end && line.ends_with(b"\r") {
            place.end -= 1;
        }
        if std::mem::take(&mut self.too_long) || place.len() as u64 > self.limit {
            return Some((self.number, None));
        }
        let line = bytes.get(place.clone())?;
        let blank = line.iter().all(u8::is_ascii_whitespace);
        (!blank).then_some((self.number, Some(place)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::{Lines, Next};
    use super::*;
    use proptest::prelude::*;

    /// Gives a few bytes a time, and in the end an error if so told.
    struct Slow<'b> {
        bytes: &'b [u8],
        most: usize,
        fails: bool,
    }

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.bytes.is_empty() && self.fails {
                return Err(io::Error::other("gone"));
            }
            let most = self.most.min(out.len());
            self.bytes.read(&mut out[..most])
        }
    }

    type Found = Vec<(u64, Option<Vec<u8>>)>;

    fn by_lines(reader: Slow<'_>, limit: u64) -> (Found, bool) {
        let mut lines = Lines::new(io::BufReader::with_capacity(3, reader), limit);
        let (mut found, mut buffer) = (Vec::new(), Vec::new());
        loop {
            buffer.clear();
            match lines.next(&mut buffer) {
                Ok(Next::Line) => found.push((lines.number(), Some(buffer.clone()))),
                Ok(Next::TooLong) => found.push((lines.number(), None)),
                Ok(Next::End) => return (found, false),
                Err(_) => return (found, true),
            }
        }
    }

    fn by_blocks(reader: Slow<'_>, limit: u64, size: usize) -> (Found, bool) {
        let all = reader.bytes.len() as u64;
        let mut blocks = Blocks::new(reader, limit);
        blocks.size = size;
        let (mut found, mut read, mut block) = (Vec::new(), 0, Block::default());
        loop {
            block = blocks.next(block);
            read += block.read;
            for (number, place) in &block.lines {
                found.push((*number, place.as_ref().map(|p| block.line(p).to_vec())));
            }
            assert!(block.bytes.len() as u64 <= (limit + 8).max(size as u64) * 4);
            if block.last {
                assert_eq!(read, all);
                return (found, block.failed.is_some());
            }
        }
    }

    proptest! {
        #[test]
        fn gives_the_lines_of_lines(
            pieces in prop::collection::vec(
                "(\n|\r\n|\r| |\t|a|bb|ccc|\u{FEFF}|é|dddddddddddd|\n\n)", 0..40,
            ),
            limit in 0u64..12,
            size in 1usize..40,
            most in 1usize..20,
            fails: bool,
        ) {
            let bytes = pieces.concat().into_bytes();
            let slow = || Slow { bytes: &bytes, most, fails };
            prop_assert_eq!(by_blocks(slow(), limit, size), by_lines(slow(), limit));
        }
    }
}
