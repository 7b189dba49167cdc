//! Many records formatted side by side, some being written while the next are formatted.

use std::io::{self, Write};

use rayon::prelude::*;

/// Records formatted into one buffer by one thread.
const PART: usize = 64;
/// Buffers a thread: enough to share the work out evenly, few enough to bound the memory of a report.
const SHARES: usize = 2;

/// Writes what `format` appends for each of `0..n`, in order.
///
/// # Errors
/// Those of `out` and of `format`.
pub(super) fn write(
    out: &mut (impl Write + Send),
    n: usize,
    format: impl Fn(usize, &mut Vec<u8>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let shares = SHARES * rayon::current_num_threads();
    let mut formatted = vec![Vec::new(); shares];
    let mut ready = formatted.clone();
    for from in (0..n).step_by(PART * shares) {
        let parts = formatted.par_iter_mut().enumerate();
        let (written, done) = rayon::join(
            || ready.iter().try_for_each(|part| out.write_all(part)),
            || {
                parts.try_for_each(|(k, part)| {
                    part.clear();
                    let from = from + k * PART;
                    (from..n.min(from + PART)).try_for_each(|i| format(i, part))
                })
            },
        );
        written?;
        done?;
        std::mem::swap(&mut ready, &mut formatted);
    }
    ready.iter().try_for_each(|part| out.write_all(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_once_and_in_order() {
        let format = |i: usize, out: &mut Vec<u8>| writeln!(out, "{i}");
        for n in [0, 1, PART - 1, PART, PART + 1, 40 * PART + 7] {
            let mut out = Vec::new();
            write(&mut out, n, format).unwrap();
            let expected: String = (0..n).map(|i| format!("{i}\n")).collect();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn errors_are_told() {
        let format = |i: usize, _: &mut Vec<u8>| match i {
            1000 => Err(io::Error::other("no")),
            _ => Ok(()),
        };
        assert!(write(&mut Vec::new(), 2000, format).is_err());
        let mut full: &mut [u8] = &mut [0; 10];
        assert!(write(&mut full, 2000, |i, out| writeln!(out, "{i}")).is_err());
    }
}
