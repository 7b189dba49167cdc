//! Records of one size spread over partitions by a key, so that what is sorted or grouped is so one partition at a time, in
//! memory or in a temporary file.

use std::{
    ops::Range,
    sync::{Mutex, PoisonError},
};

use bytemuck::{Pod, Zeroable};

use crate::{
    error::Result,
    spool::{Scratch, Spool},
};

/// How many partitions there are.
pub const PARTITIONS: usize = 256;

/// The partition of a well mixed 64-bit key: by its upper bits, so that partitions are in the order of keys.
#[inline]
#[must_use]
pub fn by_hash(key: u64) -> usize {
    (key >> (64 - PARTITIONS.trailing_zeros())) as usize
}

/// The partition of an index below `n`; partitions are in the order of indices.
#[inline]
#[must_use]
pub fn by_index(index: u32, n: usize) -> usize {
    index as usize / n.div_ceil(PARTITIONS).max(1)
}

/// Records in the making; any thread may add to them.
#[derive(Debug)]
pub struct Builder<T> {
    segments: Mutex<Vec<Segment<T>>>,
    spool: Option<Spool>,
}

/// What was added at once, by partition.
#[derive(Debug)]
struct Segment<T> {
    /// Where each partition begins; one more at the end.
    starts: Vec<u32>,
    records: Records<T>,
}

impl<T> Segment<T> {
    fn range(&self, partition: usize) -> Range<usize> {
        self.starts[partition] as usize..self.starts[partition + 1] as usize
    }
}

#[derive(Debug)]
enum Records<T> {
    Held(Vec<T>),
    /// They stand in the spool from this place on.
    Spooled(u64),
}

impl<T: Pod> Builder<T> {
    /// No records yet.
    ///
    /// # Errors
    /// Those of [`Scratch::spool`].
    pub fn new(scratch: &Scratch) -> Result<Self> {
        Ok(Self {
            segments: Mutex::default(),
            spool: scratch.spool()?,
        })
    }

    /// Adds records, each to the partition that `of` names, by a counting sort.
    ///
    /// # Errors
    /// Those of [`Spool::append`].
    pub fn add(&self, records: &[T], of: impl Fn(&T) -> usize) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let mut starts = vec![0u32; PARTITIONS + 1];
        for r in records {
            starts[of(r) + 1] += 1;
        }
        for p in 0..PARTITIONS {
            starts[p + 1] += starts[p];
        }
        let mut next = starts.clone();
        let mut sorted = vec![T::zeroed(); records.len()];
        for r in records {
            let slot = &mut next[of(r)];
            sorted[*slot as usize] = *r;
            *slot += 1;
        }
        self.push(starts, sorted)
    }

    /// Adds records that are all of one partition.
    ///
    /// # Errors
    /// Those of [`Spool::append`].
    pub fn put(&self, partition: usize, records: Vec<T>) -> Result<()> {
        let end = records.len() as u32;
        let starts = (0..=PARTITIONS).map(|p| if p > partition { end } else { 0 });
        self.push(starts.collect(), records)
    }

    fn push(&self, starts: Vec<u32>, records: Vec<T>) -> Result<()> {
        let records = match &self.spool {
            None => Records::Held(records),
            Some(spool) => Records::Spooled(spool.append(bytemuck::cast_slice(&records))?),
        };
        self.segments
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Segment { starts, records });
        Ok(())
    }

    /// Bytes in a temporary file.
    #[must_use]
    pub fn spilled(&self) -> u64 {
        self.spool.as_ref().map_or(0, Spool::len)
    }

    /// All that was added, to read.
    #[must_use]
    pub fn finish(self) -> Partitions<T> {
        Partitions {
            segments: self
                .segments
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner),
            spool: self.spool,
        }
    }
}

/// Records by partition. Within one their order is that in which threads came to add them: sort before anything depends on it.
#[derive(Debug)]
pub struct Partitions<T> {
    segments: Vec<Segment<T>>,
    spool: Option<Spool>,
}

impl<T: Pod + Zeroable> Partitions<T> {
    /// The records of a partition: where they stand together in memory themselves, else read into `buffer`.
    ///
    /// # Errors
    /// Those of [`Spool::read`].
    pub fn of<'s>(&'s self, partition: usize, buffer: &'s mut Vec<T>) -> Result<&'s [T]> {
        let mut pieces = self
            .segments
            .iter()
            .filter(|s| !s.range(partition).is_empty());
        if let (Some(s), None) = (pieces.next(), pieces.next())
            && let Records::Held(records) = &s.records
        {
            return Ok(&records[s.range(partition)]);
        }
        self.read(partition, buffer)?;
        Ok(buffer)
    }

    /// Reads the records of a partition into `out`, whose former content is lost.
    ///
    /// # Errors
    /// Those of [`Spool::read`].
    pub fn read(&self, partition: usize, out: &mut Vec<T>) -> Result<()> {
        out.clear();
        out.reserve(self.segments.iter().map(|s| s.range(partition).len()).sum());
        for s in &self.segments {
            let range = s.range(partition);
            match (&s.records, &self.spool) {
                (Records::Held(records), _) => out.extend_from_slice(&records[range]),
                (Records::Spooled(at), Some(spool)) if !range.is_empty() => {
                    let from = out.len();
                    out.resize(from + range.len(), T::zeroed());
                    let place = at + (range.start * size_of::<T>()) as u64;
                    spool.read(place, bytemuck::cast_slice_mut(&mut out[from..]))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// As [`Partitions::read`], into memory of its own.
    ///
    /// # Errors
    /// Those of [`Spool::read`].
    pub fn owned(&self, partition: usize) -> Result<Vec<T>> {
        let mut out = Vec::new();
        self.read(partition, &mut out)?;
        Ok(out)
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments
            .iter()
            .map(|s| s.starts[PARTITIONS] as usize)
            .sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes in a temporary file.
    #[must_use]
    pub fn spilled(&self) -> u64 {
        self.spool.as_ref().map_or(0, Spool::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_record_is_in_its_partition_in_memory_and_in_files(
            batches in prop::collection::vec(prop::collection::vec(any::<u64>(), 0..40), 0..6),
        ) {
            let folder = tempfile::tempdir().unwrap();
            for scratch in [Scratch::Memory, Scratch::Folder(folder.path().into())] {
                let builder = Builder::new(&scratch).unwrap();
                for b in &batches {
                    builder.add(b, |r| by_hash(*r)).unwrap();
                }
                builder.put(7, vec![7 << 56]).unwrap();
                let found = builder.finish();
                let mut all: Vec<u64> = batches.concat();
                all.push(7 << 56);
                prop_assert_eq!(found.len(), all.len());
                all.sort_unstable();
                let mut read = Vec::new();
                for p in 0..PARTITIONS {
                    let (mut of, mut buffer) = (found.owned(p).unwrap(), Vec::new());
                    prop_assert_eq!(&of[..], found.of(p, &mut buffer).unwrap());
                    prop_assert!(of.iter().all(|r| by_hash(*r) == p));
                    of.sort_unstable();
                    read.extend(of);
                }
                prop_assert_eq!(read, all);
            }
        }

        #[test]
        fn indices_are_spread_in_order(n in 1usize..2000) {
            let of: Vec<usize> = (0..n as u32).map(|x| by_index(x, n)).collect();
            prop_assert!(of.windows(2).all(|w| w[0] <= w[1]) && of.iter().all(|p| *p < PARTITIONS));
        }
    }
}
