//! JSONL: lines one at a time, or whole stretches of them by all threads.

use std::io::BufRead;
use std::ops::Range;

use rayon::prelude::*;

use super::lines::{Lines, Next};
use super::record::{Plan, read_record};
use super::walk::Found;
use super::{Input, One, ReadOptions, RecordError, sniff};

/// How much of a file is parsed at a time, in whole lines.
const CHUNK: usize = 8 << 20;

/// The next record by itself. `buffer` is scratch space.
pub(super) fn next_record<R: BufRead>(
    lines: &mut Lines<R>,
    buffer: &mut Vec<u8>,
    found: &Found,
    plan: &Plan,
) -> Result<Option<One>, RecordError> {
    buffer.clear();
    let next = lines
        .next(buffer)
        .map_err(|error| sniff::cannot_read(found, &error))?;
    let number = lines.number();
    Ok(match next {
        Next::Line => Some(read_record(buffer, number, &found.path, plan)),
        Next::TooLong => Some(RecordError::too_long(&found.path, Some(number), plan.limit).into()),
        Next::End => None,
    })
}

/// A stretch of whole lines.
#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    /// Number and place of each line; no place: over the limit.
    lines: Vec<(u64, Option<Range<usize>>)>,
    read: u64,
    /// Nothing follows, perhaps because reading failed.
    last: bool,
    failed: Option<RecordError>,
}

impl Chunk {
    fn fill<R: BufRead>(mut self, source: &mut Lines<R>, found: &Found) -> Self {
        self.bytes.clear();
        self.lines.clear();
        let before = source.total();
        while self.bytes.len() < CHUNK {
            let start = self.bytes.len();
            match source.next(&mut self.bytes) {
                Ok(Next::Line) => {
                    let place = start..self.bytes.len();
                    self.lines.push((source.number(), Some(place)));
                }
                Ok(Next::TooLong) => self.lines.push((source.number(), None)),
                Ok(Next::End) => {
                    self.last = true;
                    break;
                }
                Err(error) => {
                    self.last = true;
                    self.failed = Some(sniff::cannot_read(found, &error));
                    break;
                }
            }
        }
        self.read = source.total() - before;
        self
    }

    fn parse(&self, path: &str, plan: &Plan) -> Vec<One> {
        let parse = |(number, place): &(u64, Option<Range<usize>>)| match place {
            Some(place) => {
                let line = self.bytes.get(place.clone()).unwrap_or_default();
                read_record(line, *number, path, plan)
            }
            None => RecordError::too_long(path, Some(*number), plan.limit).into(),
        };
        self.lines.par_iter().with_min_len(8).map(parse).collect()
    }
}

/// Reads all of it, one stretch being parsed while the next is read. Order is kept.
pub(super) fn read_chunks<R: BufRead + Send>(
    mut lines: Lines<R>,
    found: &Found,
    plan: &Plan,
    progress: &(dyn Fn(u64) + Sync),
    push: &mut dyn FnMut(One),
) {
    let mut chunk = Chunk::default().fill(&mut lines, found);
    let mut spare = Chunk::default();
    loop {
        progress(chunk.read);
        let last = chunk.last;
        let (ones, following) = rayon::join(
            || chunk.parse(&found.path, plan),
            || (!last).then(|| std::mem::take(&mut spare).fill(&mut lines, found)),
        );
        ones.into_iter().for_each(&mut *push);
        if let Some(error) = chunk.failed.take() {
            push(error.into());
        }
        match following {
            Some(following) => spare = std::mem::replace(&mut chunk, following),
            None => break,
        }
    }
}

/// Reads JSONL from any reader. `path` is the name that errors and made-up ids use.
pub fn read_jsonl<R: BufRead + Send>(reader: R, path: &str, options: &ReadOptions) -> Input {
    let plan = Plan::new(options);
    let found = Found::unnamed(path);
    let mut input = Input::default();
    let lines = Lines::new(reader, plan.limit);
    read_chunks(lines, &found, &plan, &|_| (), &mut |one| input.push(one));
    input
}

/// Reads JSONL from memory.
pub fn read_jsonl_bytes(bytes: &[u8], options: &ReadOptions) -> Input {
    read_jsonl(bytes, super::STDIN, options)
}
