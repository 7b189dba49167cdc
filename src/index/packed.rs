//! What is kept of an article as JSON, packed with zstd.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};
use zstd::bulk::{Decompressor, compress};

/// Level at which it is packed.
const LEVEL: i32 = 3;
/// Most bytes, unpacked.
const MOST: usize = 1 << 30;
/// Decompressors that wait to be used again: each has 100 KiB or so, and to make one takes longer than to unpack an article.
const WAITING: usize = 4;

/// A document, or what is kept in its place, as it is stored.
pub(super) fn pack(document: &impl Serialize) -> Vec<u8> {
    // Both work in memory on what is sound, and do not fail.
    let json = serde_json::to_vec(document).unwrap_or_default();
    compress(&json, LEVEL).unwrap_or_default()
}

/// Unpacks, many at once.
#[derive(Default)]
pub(super) struct Unpacker {
    waiting: Mutex<Vec<Decompressor<'static>>>,
}

impl fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unpacker")
    }
}

impl Unpacker {
    /// What [`pack`] packed, or why it cannot be read.
    pub(super) fn unpack<T: DeserializeOwned>(&self, packed: &[u8]) -> Result<T, String> {
        let lock = || self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = lock().pop();
        let mut unpacker = match waiting {
            Some(unpacker) => unpacker,
            None => Decompressor::new().map_err(|e| e.to_string())?,
        };
        let len = Decompressor::upper_bound(packed).unwrap_or(MOST).min(MOST);
        let json = unpacker.decompress(packed, len);
        let mut waiting = lock();
        if waiting.len() < WAITING {
            waiting.push(unpacker);
        }
        drop(waiting);
        let json = json.map_err(|e| e.to_string())?;
        serde_json::from_slice(&json).map_err(|e| e.to_string())
    }
}
