//! JSONL: lines one at a time, or whole stretches of them by all threads.

use std::io::{BufRead, Read};
use std::ops::{ControlFlow, Range};

use rayon::prelude::*;

use super::blocks::{Block, Blocks};
use super::lines::{Lines, Next};
use super::record::{Plan, read_record};
use super::walk::Found;
use super::{Input, One, ReadOptions, RecordError, sniff};

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

fn parse(block: &Block, path: &str, plan: &Plan) -> Vec<One> {
    let parse = |(number, place): &(u64, Option<Range<usize>>)| match place {
        Some(place) => read_record(block.line(place), *number, path, plan),
        None => RecordError::too_long(path, Some(*number), plan.limit).into(),
    };
    block.lines.par_iter().with_min_len(8).map(parse).collect()
}

/// Reads all of it, one block being parsed while the next is read. Order is kept.
pub(super) fn read_blocks<R: Read + Send>(
    reader: R,
    found: &Found,
    plan: &Plan,
    take: &mut dyn FnMut(Vec<One>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut blocks = Blocks::new(reader, plan.limit);
    let mut block = blocks.next(Block::default());
    let mut spare = Block::default();
    loop {
        let last = block.last;
        let (mut ones, following) = rayon::join(
            || parse(&block, &found.path, plan),
            || (!last).then(|| blocks.next(std::mem::take(&mut spare))),
        );
        if let Some(error) = block.failed.take() {
            ones.push(sniff::cannot_read(found, &error).into());
        }
        take(ones)?;
        match following {
            Some(following) => spare = std::mem::replace(&mut block, following),
            None => return ControlFlow::Continue(()),
        }
    }
}

/// Reads JSONL from any reader. `path` is the name that errors and made-up ids use.
pub fn read_jsonl<R: BufRead + Send>(reader: R, path: &str, options: &ReadOptions) -> Input {
    let plan = Plan::new(options);
    let found = Found::unnamed(path);
    let mut input = Input::default();
    let _ = read_blocks(reader, &found, &plan, &mut |batch| {
        input.extend(batch);
        ControlFlow::Continue(())
    });
    input
}

/// Reads JSONL from memory.
pub fn read_jsonl_bytes(bytes: &[u8], options: &ReadOptions) -> Input {
    read_jsonl(bytes, super::STDIN, options)
}
