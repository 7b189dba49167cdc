//! What a process took: memory, bytes written, bytes kept, time.

use std::{fs, io, path::Path, time::Duration};

use anyhow::{Context, Result};

/// The largest resident set of this process so far, in MiB.
pub fn peak() -> Result<u64> {
    Ok(field("/proc/self/status", "VmHWM:")? >> 10)
}

/// Bytes this process gave to the system to write.
pub fn written() -> Result<u64> {
    field("/proc/self/io", "wchar:")
}

fn field(file: &str, name: &str) -> Result<u64> {
    let text = fs::read_to_string(file)?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let value = line.and_then(|line| line.split_whitespace().next());
    Ok(value
        .with_context(|| format!("no {name} in {file}"))?
        .parse()?)
}

/// Bytes of all files in a folder and those below.
pub fn size(folder: &Path) -> io::Result<u64> {
    fs::read_dir(folder)?.try_fold(0, |sum, entry| {
        let entry = entry?;
        let meta = entry.metadata()?;
        Ok(sum
            + if meta.is_dir() {
                size(&entry.path())?
            } else {
                meta.len()
            })
    })
}

/// Median and 99th percentile, in microseconds.
pub fn ranks(times: &mut [Duration]) -> (u128, u128) {
    times.sort_unstable();
    let rank = |of: usize| times[(times.len() * of / 100).min(times.len() - 1)].as_micros();
    (rank(50), rank(99))
}

/// Bytes, in MB.
pub fn mb(bytes: u64) -> u64 {
    bytes / 1_000_000
}
