//! Records found one by one and parsed by all threads, a batch at a time, in order.

use std::{io, ops::ControlFlow};

use rayon::prelude::*;

use super::{One, RecordError, contents::Take, lines::Next, record::Plan, sniff, walk::Found};

/// Bytes of records that are parsed together.
const BYTES: usize = 8 << 20;
/// Records that are.
const RECORDS: usize = 4096;

/// Pulls records, with their sizes, and hands over what `parse` makes of them; the next batch is pulled while one is parsed.
pub(super) fn in_batches<R: Send>(
    mut pull: impl FnMut() -> Option<(R, usize)> + Send,
    parse: impl Fn(R) -> Vec<One> + Sync,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let mut gather = || {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while bytes < BYTES && batch.len() < RECORDS {
            let Some((record, size)) = pull() else { break };
            bytes += size;
            batch.push(record);
        }
        batch
    };
    let mut batch = gather();
    while !batch.is_empty() {
        let (ones, next) = rayon::join(
            || batch.into_par_iter().map(&parse).collect::<Vec<_>>(),
            &mut gather,
        );
        take(ones.into_iter().flatten().collect())?;
        batch = next;
    }
    ControlFlow::Continue(())
}

/// Reads records that `next` fills in one by one, with the number and the size of each, and that each make one article.
pub(super) fn read_records<R: Default + Send>(
    mut next: impl FnMut(&mut R) -> io::Result<(Next, u64, usize)> + Send,
    parse: impl Fn(u64, R) -> One + Sync,
    found: &Found,
    plan: &Plan,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    let mut ended = false;
    let pull = || {
        if ended {
            return None;
        }
        let mut record = R::default();
        match next(&mut record) {
            Ok((Next::Line, number, size)) => Some((Ok((number, Some(record))), size)),
            Ok((Next::TooLong, number, _)) => Some((Ok((number, None)), 0)),
            Ok((Next::End, ..)) => {
                ended = true;
                None
            }
            Err(error) => {
                ended = true;
                Some((Err(error), 0))
            }
        }
    };
    let parse = |next: io::Result<(u64, Option<R>)>| match next {
        Ok((number, Some(record))) => vec![parse(number, record)],
        Ok((number, None)) => {
            vec![RecordError::too_long(&found.path, Some(number), plan.limit).into()]
        }
        Err(error) => vec![sniff::cannot_read(found, &error).into()],
    };
    in_batches(pull, parse, take)
}
