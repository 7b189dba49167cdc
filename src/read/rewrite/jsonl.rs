//! JSONL without some of its lines.

use std::io::{self, BufRead, Write};

use memchr::memchr;

use super::{Change, Changes, Fault, Out, Uncut};
use crate::read::{
    decode::BOM,
    record::{Plan, with_text},
};

/// Copies the lines that stay, with their ends as they are. Lines are numbered as [`Lines`](crate::read::lines::Lines) does:
/// all of them.
pub(super) fn rewrite(
    mut body: impl BufRead,
    plan: &Plan,
    changes: &Changes,
    out: &mut Out<'_>,
) -> Result<Uncut, Fault> {
    let mut uncut = Uncut::new();
    let mut line = Vec::new();
    // The mark is the file's, not the first line's.
    if fill(&mut body).map_err(Fault::Read)?.starts_with(BOM) {
        body.consume(BOM.len());
        out.write_all(BOM).map_err(Fault::Write)?;
    }
    for number in 1.. {
        let any = match changes.of(number) {
            Change::Keep => pass(&mut body, &mut |piece| out.write_all(piece))?,
            Change::Remove => pass(&mut body, &mut |_| Ok(()))?,
            Change::Cut(cut) => {
                line.clear();
                let any = pass(&mut body, &mut |piece| line.write_all(piece))?;
                let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
                let ends = line.iter().rev().take_while(|b| is_end(b)).count();
                let (record, end) = line.split_at(line.len() - ends);
                let record = std::str::from_utf8(record).ok();
                match record.and_then(|r| with_text(r, plan, |text| cut.apply(text))) {
                    Some(record) => out
                        .write_all(record.as_bytes())
                        .and_then(|()| out.write_all(end)),
                    None => {
                        uncut.push(Some(number));
                        out.write_all(&line)
                    }
                }
                .map_err(Fault::Write)?;
                any
            }
        };
        if !any {
            break;
        }
    }
    Ok(uncut)
}

fn fill(body: &mut impl BufRead) -> io::Result<&[u8]> {
    // A borrow that is returned cannot be retried.
    while let Err(e) = body.fill_buf() {
        if e.kind() != io::ErrorKind::Interrupted {
            return Err(e);
        }
    }
    body.fill_buf()
}

/// Hands over the next line with its end, piece by piece; whether there was one.
fn pass(
    body: &mut impl BufRead,
    take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> Result<bool, Fault> {
    let mut any = false;
    loop {
        let available = fill(body).map_err(Fault::Read)?;
        if available.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = memchr(b'\n', available);
        let used = end.map_or(available.len(), |at| at + 1);
        let piece = available.get(..used).unwrap_or_default();
        take(piece).map_err(Fault::Write)?;
        body.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}
