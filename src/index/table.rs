//! Postings on disk: sorted, in blocks with checksums, looked up by their keys.
//!
//! Beside the blocks stand the first key of each, and a filter that says of most keys that are not there that they are not:
//! eight bits for each posting, in lines of 64 bytes in the order of the keys, of which a key sets three bits in one (a blocked
//! Bloom filter: Putze, Sanders, Singler 2007; one in thirty of absent keys passes it). Both are held in memory, some nine
//! bytes for eight postings.

use serde::{Deserialize, Serialize};

use super::file::{Reader, Writer, checksum, checksum_of, is_sum};
use crate::{candidate::postings::key, error::Result};

/// Bytes of a block: postings, then the checksum of them.
const BLOCK: usize = 1024;
const POSTING: usize = size_of::<u128>();
const PER_BLOCK: usize = (BLOCK - size_of::<u64>()) / POSTING;
/// Most blocks that are read at once.
const AT_ONCE: usize = 8;
/// Blocks that are read at once where all are.
const IN_A_ROW: usize = 64;
/// Bits of the filter for a posting.
const BITS: u64 = 8;
/// Bytes of a line of the filter, and the bits that a key sets in one.
const LINE: usize = 64;
const SET: usize = 3;

/// Where a table stands in its file.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Place {
    /// First byte of its blocks, then of the first keys, then of the filter.
    at: u64,
    keys: u64,
    filter: u64,
    postings: u64,
    /// Checksum of the first keys and of the filter.
    sum: u64,
}

/// A table being written.
#[derive(Debug)]
pub(super) struct Builder {
    place: Place,
    block: Vec<u8>,
    firsts: Vec<u64>,
    filter: Vec<u8>,
}

impl Builder {
    /// A table of `postings` postings at most.
    pub(super) fn new(out: &Writer, postings: u64) -> Self {
        let lines = (postings * BITS / 8).div_ceil(LINE as u64).max(1);
        Self {
            place: Place {
                at: out.at(),
                ..Place::default()
            },
            block: Vec::with_capacity(BLOCK),
            firsts: Vec::new(),
            filter: vec![0; lines as usize * LINE],
        }
    }

    /// Adds a posting; they come in order.
    pub(super) fn add(&mut self, posting: u128, out: &mut Writer) -> Result<()> {
        let key = key(posting);
        if self.block.is_empty() {
            self.firsts.push(key);
        }
        self.block.extend_from_slice(&posting.to_le_bytes());
        for (byte, bit) in bits(key, self.filter.len()) {
            self.filter[byte] |= bit;
        }
        self.place.postings += 1;
        if self.block.len() == PER_BLOCK * POSTING {
            self.end_block(out)?;
        }
        Ok(())
    }

    fn end_block(&mut self, out: &mut Writer) -> Result<()> {
        let sum = checksum(&self.block);
        self.block.resize(BLOCK - size_of::<u64>(), 0);
        self.block.extend_from_slice(&sum.to_le_bytes());
        out.write(&self.block)?;
        self.block.clear();
        Ok(())
    }

    pub(super) fn finish(mut self, out: &mut Writer) -> Result<Place> {
        if !self.block.is_empty() {
            self.end_block(out)?;
        }
        self.place.keys = out.at();
        self.firsts.iter_mut().for_each(|k| *k = k.to_le());
        let keys = bytemuck::cast_slice(&self.firsts);
        out.write(keys)?;
        self.place.filter = out.at();
        out.write(&self.filter)?;
        self.place.sum = checksum_of(&[keys, &self.filter]);
        Ok(self.place)
    }
}

/// The bits of a key in a filter of so many bytes: the line by its high bits, as keys are hashes and spread evenly, those
/// in the line by its low ones.
fn bits(key: u64, bytes: usize) -> [(usize, u8); SET] {
    let lines = (bytes / LINE) as u128;
    let line = ((u128::from(key) * lines) >> 64) as usize;
    std::array::from_fn(|i| {
        let bit = key as usize >> (9 * i) & (8 * LINE - 1);
        (line * LINE + bit / 8, 1 << (bit % 8))
    })
}

/// A table that is read.
#[derive(Debug)]
pub(super) struct Table {
    place: Place,
    firsts: Vec<u64>,
    /// Keys are cut in ranges of one size, so many bits of them: how many blocks begin before each.
    ranges: Vec<u32>,
    range_bits: u32,
    filter: Vec<u8>,
}

/// Blocks that begin in one range of keys, about.
const IN_RANGE: usize = 4;

impl Table {
    /// `end` is the byte after it.
    pub(super) fn open(file: &Reader, place: Place, end: u64) -> Result<Self> {
        let blocks = place.postings.div_ceil(PER_BLOCK as u64);
        let after = |at: u64, bytes: u64| at.checked_add(blocks.checked_mul(bytes)?);
        let is_sound = after(place.at, BLOCK as u64) == Some(place.keys)
            && after(place.keys, 8) == Some(place.filter)
            && place.filter < end
            && (end - place.filter).is_multiple_of(LINE as u64)
            && end <= file.len();
        if !is_sound {
            return Err(file.broken("a table", "its parts are not where they should be"));
        }
        let mut firsts = vec![0u64; blocks as usize];
        let mut filter = vec![0; (end - place.filter) as usize];
        let keys = bytemuck::cast_slice_mut(&mut firsts);
        file.read(place.keys, keys)?;
        file.read(place.filter, &mut filter)?;
        if !is_sum(checksum_of(&[keys, &filter]), place.sum) {
            let why = "its bytes are not those that were written";
            return Err(file.broken("the keys of a table", why));
        }
        firsts.iter_mut().for_each(|k| *k = u64::from_le(*k));
        if !firsts.is_sorted() || u32::try_from(firsts.len()).is_err() {
            return Err(file.broken("the keys of a table", "they are in no order"));
        }
        let range_bits = (firsts.len() / IN_RANGE).max(2).ilog2();
        let mut ranges = vec![0; (1 << range_bits) + 1];
        for k in &firsts {
            ranges[(k >> (64 - range_bits)) as usize + 1] += 1;
        }
        for i in 1..ranges.len() {
            ranges[i] += ranges[i - 1];
        }
        Ok(Self {
            place,
            firsts,
            ranges,
            range_bits,
            filter,
        })
    }

    pub(super) fn len(&self) -> u64 {
        self.place.postings
    }

    fn may_hold(&self, key: u64) -> bool {
        let bits = bits(key, self.filter.len());
        bits.iter().all(|(byte, bit)| self.filter[*byte] & bit != 0)
    }

    /// Calls `take` with each posting of a key, in order, for as long as it returns true.
    pub(super) fn find(
        &self,
        file: &Reader,
        wanted: u64,
        mut take: impl FnMut(u128) -> bool,
    ) -> Result<()> {
        if self.place.postings == 0 || !self.may_hold(wanted) {
            return Ok(());
        }
        let first = self.first_from(wanted);
        let more = self.firsts[first..].iter().take_while(|k| **k == wanted);
        // The block before may end with it.
        let blocks = first.saturating_sub(1)..first + more.count();
        let (mut one, mut many);
        let buffer: &mut [u8] = if blocks.len() == 1 {
            one = [0; BLOCK];
            &mut one
        } else {
            many = [0; AT_ONCE * BLOCK];
            &mut many
        };
        for from in blocks.clone().step_by(AT_ONCE) {
            let n = AT_ONCE.min(blocks.end - from);
            let read = &mut buffer[..n * BLOCK];
            file.read(self.place.at + (from * BLOCK) as u64, read)?;
            for (b, block) in (from..).zip(read.chunks_exact(BLOCK)) {
                let postings = self.postings(file, b, block)?;
                let n = postings.len() / POSTING;
                let at = |i: usize| posting_at(postings, i);
                let from = partition_point(n, |i| key(at(i)) < wanted);
                for i in from..n {
                    if key(at(i)) != wanted || !take(at(i)) {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// The first block that begins with this key or a greater one.
    fn first_from(&self, wanted: u64) -> usize {
        let range = (wanted >> (64 - self.range_bits)) as usize;
        let (from, to) = (self.ranges[range] as usize, self.ranges[range + 1] as usize);
        from + self.firsts[from..to].partition_point(|k| *k < wanted)
    }

    /// The postings of a block that was read, as bytes.
    fn postings<'b>(&self, file: &Reader, b: usize, block: &'b [u8]) -> Result<&'b [u8]> {
        let before = (b * PER_BLOCK) as u64;
        let n = self
            .place
            .postings
            .saturating_sub(before)
            .min(PER_BLOCK as u64) as usize;
        let (postings, rest) = block.split_at(n * POSTING);
        let (padding, sum) = rest.split_at(rest.len() - 8);
        let is_sound = is_sum(&checksum(postings).to_le_bytes()[..], sum);
        if !is_sound || padding.iter().any(|b| *b != 0) {
            let what = format!(
                "block {b} of a table, at byte {}",
                self.place.at + (b * BLOCK) as u64
            );
            return Err(file.broken(&what, "its bytes are not those that were written"));
        }
        Ok(postings)
    }

    /// Its postings, some blocks at a time, in order.
    pub(super) fn blocks<'t>(
        &'t self,
        file: &'t Reader,
    ) -> impl Iterator<Item = Result<Vec<u128>>> + 't {
        let mut read = vec![0; IN_A_ROW * BLOCK];
        let blocks = self.firsts.len();
        (0..blocks).step_by(IN_A_ROW).map(move |from| {
            let read = &mut read[..IN_A_ROW.min(blocks - from) * BLOCK];
            file.read(self.place.at + (from * BLOCK) as u64, read)?;
            let mut out = Vec::with_capacity(read.len() / POSTING);
            for (b, block) in (from..).zip(read.chunks_exact(BLOCK)) {
                let postings = self.postings(file, b, block)?;
                let n = postings.len() / POSTING;
                out.extend((0..n).map(|i| posting_at(postings, i)));
            }
            Ok(out)
        })
    }
}

fn posting_at(bytes: &[u8], i: usize) -> u128 {
    let bytes = &bytes[i * POSTING..(i + 1) * POSTING];
    u128::from_le_bytes(bytes.try_into().unwrap_or_default())
}

/// The first of `n` numbers for which `is_before` does not hold.
fn partition_point(n: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut from, mut to) = (0, n);
    while from < to {
        let middle = usize::midpoint(from, to);
        if is_before(middle) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::postings::posting;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_list_holds(
            mut keys in prop::collection::vec(prop_oneof![0u64..6, any::<u64>()], 0..900),
            others in prop::collection::vec(any::<u64>(), 8),
        ) {
            keys.sort_unstable();
            let postings: Vec<u128> = (0u32..).zip(&keys).map(|(i, k)| posting(*k, i, 7)).collect();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("table");
            let mut out = Writer::create(&path).unwrap();
            out.write(b"before").unwrap();
            let mut builder = Builder::new(&out, postings.len() as u64);
            for p in &postings {
                builder.add(*p, &mut out).unwrap();
            }
            let place = builder.finish(&mut out).unwrap();
            let end = out.at();
            out.finish().unwrap();
            let file = Reader::open(&path).unwrap();
            let table = Table::open(&file, place, end).unwrap();
            prop_assert_eq!(table.len(), postings.len() as u64);
            let read: Vec<u128> = table.blocks(&file).map(Result::unwrap).collect::<Vec<_>>().concat();
            prop_assert_eq!(&read, &postings);
            for k in keys.iter().chain(&others).chain(&[0, 3, u64::MAX]) {
                let mut found = Vec::new();
                table.find(&file, *k, |p| { found.push(p); true }).unwrap();
                let expected: Vec<u128> = postings.iter().copied().filter(|p| key(*p) == *k).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn a_flipped_bit_is_an_error_that_names_the_block() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table");
        let mut out = Writer::create(&path).unwrap();
        let mut builder = Builder::new(&out, 400);
        for k in 0..400 {
            builder.add(posting(k << 50, 1, 1), &mut out).unwrap();
        }
        let place = builder.finish(&mut out).unwrap();
        let end = out.at();
        out.finish().unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[BLOCK + 40] ^= 4;
        std::fs::write(&path, &bytes).unwrap();
        let file = Reader::open(&path).unwrap();
        let table = Table::open(&file, place, end).unwrap();
        assert!(table.find(&file, 1 << 50, |_| true).is_ok());
        let error = table.find(&file, 100 << 50, |_| true).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("block 1 of a table, at byte 1024"),
            "{error}"
        );
    }
}
