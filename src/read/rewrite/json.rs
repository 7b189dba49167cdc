//! JSON without some of its records: an array stays one.

use std::io::BufRead;

use super::{Change, Changes, Fault, Out, Uncut};
use crate::read::{
    json::Elements,
    record::{Plan, with_text},
};

/// Copies the records that stay and what stands between them. A record goes with what stands before it; the first of those
/// that stay comes where the first of all was. One record at a time is in memory, whatever its length.
pub(super) fn rewrite(
    body: impl BufRead,
    plan: &Plan,
    changes: &Changes,
    out: &mut Out<'_>,
) -> Result<Uncut, Fault> {
    let mut elements = Elements::new(body, u64::MAX);
    let (mut between, mut record) = (Vec::new(), Vec::new());
    let (mut uncut, mut any) = (Uncut::new(), false);
    loop {
        between.clear();
        record.clear();
        let more = elements
            .pieces(
                &mut |piece| between.extend_from_slice(piece),
                &mut |piece| record.extend_from_slice(piece),
            )
            .map_err(Fault::Read)?;
        if !more {
            out.write_all(&between).map_err(Fault::Write)?;
            return Ok(uncut);
        }
        let number = elements.number();
        let change = changes.of(number);
        let is_kept = !matches!(change, Change::Remove);
        // The brackets of arrays are nobody's.
        let has_brackets = between.iter().any(|b| matches!(b, b'[' | b']'));
        if number == 1 || has_brackets || (is_kept && any) {
            out.write_all(&between).map_err(Fault::Write)?;
        }
        any |= is_kept;
        match change {
            Change::Remove => {}
            Change::Keep => out.write_all(&record).map_err(Fault::Write)?,
            Change::Cut(cut) => {
                let text = std::str::from_utf8(&record).ok();
                let cut = text.and_then(|r| with_text(r, plan, |text| cut.apply(text)));
                if cut.is_none() {
                    uncut.push(Some(number));
                }
                let written = cut.as_ref().map_or(&record[..], |c| c.as_bytes());
                out.write_all(written).map_err(Fault::Write)?;
            }
        }
    }
}
