//! Records found one by one and parsed by all threads, a batch at a time, in order.

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::One;

/// Bytes of records that are parsed together.
const BYTES: usize = 8 << 20;
/// Records that are.
const RECORDS: usize = 4096;

/// Pulls records, with their sizes, and hands over what `parse` makes of them; the next batch is pulled while one is parsed.
pub(super) fn in_batches<R: Send>(
    mut pull: impl FnMut() -> Option<(R, usize)> + Send,
    parse: impl Fn(R) -> Vec<One> + Sync,
    take: &mut dyn FnMut(Vec<One>) -> ControlFlow<()>,
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
