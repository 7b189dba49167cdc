//! Owns the MinHash sketch of an article: how it is computed, what it estimates, how it is stored.
//!
//! The scheme is Fast Similarity Sketching (Dahlgaard, Knudsen, Thorup, FOCS 2017,
//! arXiv:1704.04370). `docs/sketch.md` has the measurements that chose it over its rivals.
//!
//! A sketch of `k` slots is filled in rounds. In each of the first `k` rounds every shingle throws
//! one value into a slot picked by its hash; in each of the last `k` rounds all shingles throw into
//! the one slot whose turn it is. An earlier round beats a later one, and within a round the
//! smallest value stays. Once no slot is open, further rounds would change nothing and are not run:
//! a long article is done after one or two, a short one takes as many as it needs. Each slot thus
//! holds a uniform draw from the article's own shingles, never a copy of another slot, and two
//! articles agree in a slot with probability equal to their Jaccard similarity.

use std::fmt;

/// A slot that no shingle has reached, which only the sketch of an empty set keeps.
const OPEN: u32 = u32::MAX;

/// First bytes of a stored sketch.
const MAGIC: [u8; 4] = *b"CTSK";

/// Bytes ahead of the slots: magic, version, number of slots, seed.
const HEADER_BYTES: usize = 16;

/// All that a sketch depends on besides the article. Two sketches compare only if these are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SketchParams {
    slots: u16,
    seed: u64,
}

impl SketchParams {
    /// Version of the scheme and of its byte format. A change that alters one slot of one sketch
    /// takes a new number, because stored sketches outlive the program that wrote them.
    pub const VERSION: u16 = 1;

    /// Fewest slots a sketch may have.
    pub const MIN_SLOTS: usize = 16;

    /// Most slots a sketch may have.
    pub const MAX_SLOTS: usize = 1024;

    /// Slots of a default sketch: 512 bytes, and a standard error of at most 0.044 (half of
    /// `1 / sqrt(128)`) in the estimate of the Jaccard similarity.
    pub const DEFAULT_SLOTS: usize = 128;

    /// Seed of a default sketch. Any would do; this is 2^64 over the golden ratio.
    pub const DEFAULT_SEED: u64 = 0x9e37_79b9_7f4a_7c15;

    /// Parameters for sketches of `slots` slots, any number from
    /// [`MIN_SLOTS`](Self::MIN_SLOTS) to [`MAX_SLOTS`](Self::MAX_SLOTS).
    ///
    /// # Errors
    /// [`SketchError::Slots`] if the number is outside that range.
    pub fn new(slots: usize, seed: u64) -> Result<Self, SketchError> {
        match u16::try_from(slots) {
            Ok(narrow) if (Self::MIN_SLOTS..=Self::MAX_SLOTS).contains(&slots) => Ok(Self {
                slots: narrow,
                seed,
            }),
            _ => Err(SketchError::Slots { found: slots }),
        }
    }

    /// Number of slots, 16 to 1,024.
    pub fn slots(&self) -> usize {
        usize::from(self.slots)
    }

    /// Seed of the hash functions.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Writes the slots of an article's sketch to `out`, dropping what `out` held and reusing its
    /// memory.
    ///
    /// `shingles` are well mixed 64-bit hashes, in any order; one that occurs twice counts once.
    /// The slots are in `0..u32::MAX`, except that all are `u32::MAX` if there are no shingles.
    /// The slot-wise minimum of two sketches is the sketch of the union.
    ///
    /// Expected time for `n` shingles and `k` slots is O(n + k log k): about `k ln k` hash
    /// evaluations while `n` is less than that, about `n` once it is much more. Allocates nothing
    /// if `out` has the capacity. Fast Similarity Sketching, arXiv:1704.04370.
    pub fn sketch_into(&self, shingles: &[u64], out: &mut Vec<u32>) {
        out.clear();
        out.resize(self.slots(), OPEN);
        if shingles.is_empty() {
            return;
        }

        // The round sits above the value in a key, so one comparison ranks by both.
        let slots = u32::from(self.slots);
        let value_bits = value_bits(slots);
        let value_mask = (1 << value_bits) - 1;
        let base = splitmix64(self.seed);

        for round in 0..slots {
            let hash = RoundHash::new(base, round);
            let rank = round << value_bits;
            for &shingle in shingles {
                // High half: which slot, by scaling instead of a division. Low half: the value.
                let mixed = hash.of(shingle);
                let slot = ((mixed >> 32) * u64::from(slots)) >> 32;
                let key = rank | (mixed as u32 & value_mask);
                let held = &mut out[slot as usize];
                *held = key.min(*held);
            }
            // Asked between rounds only: the last shingle of a round may still lower any slot.
            if out.iter().fold(0, |most, held| most.max(*held)) != OPEN {
                return;
            }
        }

        // A late round touches one slot, so those of slots already filled can be skipped.
        for (slot, held) in (0..).zip(out.iter_mut()) {
            if *held == OPEN {
                let round = slots + slot;
                let hash = RoundHash::new(base, round);
                let rank = round << value_bits;
                *held = shingles
                    .iter()
                    .map(|&shingle| rank | (hash.of(shingle) as u32 & value_mask))
                    .fold(OPEN - 1, u32::min); // below OPEN even if every bit of a key is set
            }
        }
    }

    /// Whether `value` can stand in slot number `slot` of the sketch of a non-empty set.
    fn admits(&self, slot: usize, value: u32) -> bool {
        let round = (value >> value_bits(u32::from(self.slots))) as usize;
        value != OPEN && (round < self.slots() || round == self.slots() + slot)
    }
}

impl Default for SketchParams {
    fn default() -> Self {
        Self {
            slots: Self::DEFAULT_SLOTS as u16,
            seed: Self::DEFAULT_SEED,
        }
    }
}

/// The MinHash sketch of one article's set of shingles.
///
/// ```
/// use copytaster::sketch::minhash::{Sketch, SketchParams};
///
/// let params = SketchParams::default();
/// let hash = |i: u64| (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
/// let first: Vec<u64> = (0..300).map(hash).collect();
/// let second: Vec<u64> = (100..400).map(hash).collect();
///
/// let estimate = Sketch::of(&params, &first).jaccard(&Sketch::of(&params, &second));
/// assert!((estimate.unwrap() - 0.5).abs() < 0.15); // 200 shared of 400
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    params: SketchParams,
    values: Vec<u32>,
}

impl Sketch {
    /// Sketches a set of shingle hashes. [`SketchParams::sketch_into`] tells what is expected of
    /// them and what it costs, and does the same without allocating.
    pub fn of(params: &SketchParams, shingles: &[u64]) -> Self {
        let mut values = Vec::new();
        params.sketch_into(shingles, &mut values);
        Self {
            params: *params,
            values,
        }
    }

    /// The parameters it was made with.
    pub fn params(&self) -> SketchParams {
        self.params
    }

    /// The slots, as many as the parameters say. For any two sketches with equal parameters, each
    /// slot holds equal values with probability equal to the Jaccard similarity of the sets, so
    /// that a run of slots serves as a row of LSH bands. Leave the empty sketch out of those.
    pub fn values(&self) -> &[u32] {
        &self.values
    }

    /// Whether the set had no shingles.
    pub fn is_empty(&self) -> bool {
        self.values.iter().all(|&value| value == OPEN)
    }

    /// Estimates the Jaccard similarity of the two sets, 0 to 1, as [`estimate_jaccard`] does.
    /// `None` if the parameters differ. Time O(k) for `k` slots.
    pub fn jaccard(&self, other: &Self) -> Option<f64> {
        if self.params == other.params {
            estimate_jaccard(&self.values, &other.values)
        } else {
            None
        }
    }

    /// The stored form, `16 + 4 * slots` bytes, all numbers little-endian: the magic `CTSK`, the
    /// version (2 bytes), the number of slots (2), the seed (8), the slots (4 each). Frozen for a
    /// given [`SketchParams::VERSION`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + 4 * self.values.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&SketchParams::VERSION.to_le_bytes());
        bytes.extend_from_slice(&self.params.slots.to_le_bytes());
        bytes.extend_from_slice(&self.params.seed.to_le_bytes());
        for value in &self.values {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    /// Reads the stored form back. Takes exactly one sketch: no bytes may be missing or left over.
    /// The number of slots is checked before anything is allocated for them.
    ///
    /// # Errors
    /// A [`SketchError`] that says which check failed first. Values that no set of shingles can
    /// produce are refused; damage that yields other possible values is not noticed, so storage
    /// that may rot needs a checksum of its own.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SketchError> {
        let Some((header, body)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
            return Err(SketchError::Length {
                expected: HEADER_BYTES,
                found: bytes.len(),
            });
        };
        // An array pattern rather than offsets: the compiler sees that no field overruns.
        let &[m0, m1, m2, m3, v0, v1, k0, k1, ref seed @ ..] = header;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(SketchError::Magic);
        }
        let version = u16::from_le_bytes([v0, v1]);
        if version != SketchParams::VERSION {
            return Err(SketchError::Version { found: version });
        }
        let slots = usize::from(u16::from_le_bytes([k0, k1]));
        let params = SketchParams::new(slots, u64::from_le_bytes(*seed))?;

        let (chunks, rest) = body.as_chunks::<4>();
        if chunks.len() != slots || !rest.is_empty() {
            return Err(SketchError::Length {
                expected: HEADER_BYTES + 4 * slots,
                found: bytes.len(),
            });
        }
        let values = chunks.iter().map(|&chunk| u32::from_le_bytes(chunk));
        let sketch = Self {
            params,
            values: values.collect(),
        };
        let possible = |(slot, &value)| params.admits(slot, value);
        if sketch.is_empty() || sketch.values.iter().enumerate().all(possible) {
            Ok(sketch)
        } else {
            Err(SketchError::Values)
        }
    }
}

/// Estimates the Jaccard similarity of two sets from the slots of their sketches, which the caller
/// knows to have been made with equal parameters: the share of slots that agree, 0 to 1.
///
/// Unbiased. With `k` slots its variance is at most the `J (1 - J) / k` of `k` independent
/// permutations, and about half of that where the union has no more than `k` shingles
/// (`docs/sketch.md` has the formula). An empty set matches nothing, itself included: 0.
/// `None` if the lengths differ or are 0. Time O(k).
pub fn estimate_jaccard(a: &[u32], b: &[u32]) -> Option<f64> {
    if a.len() != b.len() || a.is_empty() {
        return None;
    }
    let agree: usize = a
        .iter()
        .zip(b)
        .map(|(&x, &y)| usize::from((x == y) & (x != OPEN)))
        .sum();
    Some(agree as f64 / a.len() as f64)
}

/// Why parameters or stored bytes were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SketchError {
    /// The number of slots is not in 16 to 1,024.
    Slots {
        /// The number asked for or read.
        found: usize,
    },
    /// The bytes do not begin as a sketch does.
    Magic,
    /// The sketch is of a version this program does not read.
    Version {
        /// The version read.
        found: u16,
    },
    /// There are more or fewer bytes than the header calls for, or not even a header.
    Length {
        /// Bytes called for.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// A slot holds a value that no set of shingles leaves there.
    Values,
}

impl SketchError {
    /// A stable name for the kind of error, for programs to match on.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Slots { .. } => "sketch-slots",
            Self::Magic => "sketch-magic",
            Self::Version { .. } => "sketch-version",
            Self::Length { .. } => "sketch-length",
            Self::Values => "sketch-values",
        }
    }
}

impl fmt::Display for SketchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slots { found } => write!(
                f,
                "a sketch has {} to {} slots, not {found}",
                SketchParams::MIN_SLOTS,
                SketchParams::MAX_SLOTS
            ),
            Self::Magic => f.write_str("these bytes are not a sketch"),
            Self::Version { found } => {
                write!(
                    f,
                    "the sketch is of version {found}; version {} is read",
                    SketchParams::VERSION
                )
            }
            Self::Length { expected, found } => {
                write!(f, "the sketch takes {expected} bytes, not {found}")
            }
            Self::Values => f.write_str("the sketch holds values that no article produces"),
        }
    }
}

impl std::error::Error for SketchError {}

impl From<SketchError> for crate::error::Error {
    fn from(e: SketchError) -> Self {
        Self::new(crate::error::ErrorKind::Format, e.to_string()).with_source(e)
    }
}

/// Bits left for the value in a key whose upper bits hold a round, `0..2 * slots`: 21 to 27.
fn value_bits(slots: u32) -> u32 {
    (2 * slots - 1).leading_zeros()
}

/// The hash function of one round: a 128-bit product, its halves folded into one.
///
/// One multiplication is enough since shingles arrive well mixed: what it has to add is that the
/// rounds are independent of each other.
struct RoundHash {
    key: u64,
    multiplier: u64,
}

impl RoundHash {
    fn new(base: u64, round: u32) -> Self {
        Self {
            key: base,
            multiplier: splitmix64(base ^ u64::from(round)) | 1,
        }
    }

    #[inline]
    fn of(&self, shingle: u64) -> u64 {
        let product = u128::from(shingle ^ self.key) * u128::from(self.multiplier);
        (product >> 64) as u64 ^ product as u64
    }
}

/// One step of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
fn splitmix64(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [u64; 7] = [1, 2, 5, 50, 127, 400, 5_000];

    fn shingles(range: std::ops::Range<u64>) -> Vec<u64> {
        range.map(splitmix64).collect()
    }

    fn params(slots: usize) -> SketchParams {
        SketchParams::new(slots, 7).unwrap()
    }

    /// The scheme as the paper states it: all rounds, all shingles, no early end.
    fn by_definition(params: &SketchParams, shingles: &[u64]) -> Vec<u32> {
        let k = u32::from(params.slots);
        let base = splitmix64(params.seed);
        let mut best = vec![(u32::MAX, u32::MAX); params.slots()];
        for round in 0..2 * k {
            for &shingle in shingles {
                let mixed = RoundHash::new(base, round).of(shingle);
                let slot = match round.checked_sub(k) {
                    None => ((mixed >> 32) * u64::from(k)) >> 32,
                    Some(turn) => u64::from(turn),
                };
                let value = (mixed as u32) % (1 << value_bits(k));
                let held = &mut best[slot as usize];
                *held = (round, value).min(*held);
            }
        }
        let key = |&(round, value): &(u32, u32)| (round << value_bits(k)) + value;
        best.iter().map(key).collect()
    }

    #[test]
    fn stopping_early_changes_nothing() {
        for slots in [16, 100, 128, 1024] {
            for size in [1, 2, 5, 50, 127, 400] {
                let (params, set) = (params(slots), shingles(0..size));
                let sketch = Sketch::of(&params, &set);
                assert_eq!(sketch.values, by_definition(&params, &set));
            }
        }
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        let once = shingles(0..60);
        let mut twice: Vec<u64> = once.iter().rev().copied().collect();
        twice.extend(&once);
        let params = SketchParams::default();
        assert_eq!(Sketch::of(&params, &once), Sketch::of(&params, &twice));
    }

    #[test]
    fn slot_wise_minimum_is_the_sketch_of_the_union() {
        let params = SketchParams::default();
        for (a, b, union) in [(0..3, 2..9, 0..9), (0..90, 50..800, 0..800)] {
            let [a, b, union] = [a, b, union].map(|range| Sketch::of(&params, &shingles(range)));
            let pairs = a.values.iter().zip(&b.values);
            let least: Vec<u32> = pairs.map(|(&x, &y)| x.min(y)).collect();
            assert_eq!(least, union.values);
        }
    }

    #[test]
    fn a_used_buffer_gives_the_same_sketch() {
        let set = shingles(0..30);
        let mut buffer = vec![3; 999];
        params(100).sketch_into(&set, &mut buffer);
        assert_eq!(buffer, Sketch::of(&params(100), &set).values);
    }

    #[test]
    fn identical_disjoint_and_empty_sets() {
        let of = |range| Sketch::of(&SketchParams::default(), &shingles(range));
        assert_eq!(of(0..5).jaccard(&of(0..5)), Some(1.0));
        assert_eq!(of(0..5).jaccard(&of(5..10)), Some(0.0));
        assert_eq!(of(0..0).jaccard(&of(0..0)), Some(0.0));
        assert_eq!(of(0..0).jaccard(&of(0..5)), Some(0.0));
        assert!(of(0..0).is_empty() && !of(0..1).is_empty());
    }

    #[test]
    fn sketches_of_different_parameters_do_not_compare() {
        let set = shingles(0..9);
        let sketch = Sketch::of(&params(16), &set);
        let reseeded = SketchParams::new(16, 8).unwrap();
        assert_eq!(sketch.jaccard(&Sketch::of(&params(17), &set)), None);
        assert_eq!(sketch.jaccard(&Sketch::of(&reseeded, &set)), None);
        assert_eq!(estimate_jaccard(&[1, 2], &[1]), None);
        assert_eq!(estimate_jaccard(&[], &[]), None);
    }

    #[test]
    fn the_number_of_slots_is_bounded() {
        for slots in [0, 15, 1025, 65_536 + 128] {
            let refused = SketchParams::new(slots, 0);
            assert_eq!(refused, Err(SketchError::Slots { found: slots }));
        }
        assert!(SketchParams::new(16, 0).is_ok() && SketchParams::new(1024, 0).is_ok());
        assert_eq!(SketchParams::default().slots(), 128);
    }

    #[test]
    fn bytes_read_back_as_the_sketch_they_were() {
        for slots in [16, 100, 128, 1024] {
            for size in SIZES.into_iter().chain([0]) {
                let sketch = Sketch::of(&params(slots), &shingles(0..size));
                let bytes = sketch.to_bytes();
                assert_eq!(bytes.len(), 16 + 4 * slots);
                assert_eq!(Sketch::from_bytes(&bytes), Ok(sketch));
            }
        }
    }

    /// If this fails, stored sketches no longer match new ones: raise `VERSION` or undo the change.
    #[test]
    fn golden_bytes() {
        #[rustfmt::skip]
        const GOLDEN: [u8; 80] = [
            0x43, 0x54, 0x53, 0x4b, 0x01, 0x00, 0x10, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
            0x95, 0xa4, 0x81, 0x02, 0xd7, 0x95, 0x1c, 0x0a, 0x2c, 0xf0, 0xfe, 0x03, 0xc6, 0x44, 0x49, 0x05,
            0x07, 0x90, 0x26, 0x2e, 0xbd, 0x3d, 0xbf, 0x11, 0x15, 0xe1, 0x6f, 0x1e, 0xfd, 0x2c, 0x14, 0x24,
            0x92, 0xbf, 0x54, 0x19, 0x5f, 0xfe, 0x16, 0x03, 0x93, 0xa3, 0x69, 0x34, 0xa3, 0xf0, 0xf2, 0x22,
            0x2b, 0xac, 0xe4, 0x08, 0x73, 0x6f, 0x5e, 0x47, 0x21, 0x4f, 0xda, 0x2f, 0xdd, 0xdd, 0x2f, 0x00,
        ];
        let bytes = Sketch::of(&params(16), &shingles(0..5)).to_bytes();
        assert_eq!(bytes, GOLDEN, "{bytes:#04x?}");

        // The rest of the range, condensed: FNV-1a over the bytes of many sketches.
        let mut digest = 0xcbf2_9ce4_8422_2325_u64;
        for slots in [16, 100, 128, 1024] {
            for size in SIZES {
                for byte in Sketch::of(&params(slots), &shingles(0..size)).to_bytes() {
                    digest = (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
                }
            }
        }
        assert_eq!(digest, 0xbd3e_1fe1_4f13_d987, "{digest:#x}");
    }

    #[test]
    fn each_kind_of_damage_is_named() {
        let good = Sketch::of(&params(16), &shingles(0..5)).to_bytes();
        let kind_of = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            Sketch::from_bytes(&bytes).map_err(|error| error.kind())
        };
        assert_eq!(kind_of(0, b'X'), Err("sketch-magic"));
        assert_eq!(kind_of(4, 2), Err("sketch-version"));
        assert_eq!(kind_of(6, 15), Err("sketch-slots"));
        assert_eq!(kind_of(6, 17), Err("sketch-length"));
        // Slot 0 in round 31, which belongs to slot 15.
        assert_eq!(kind_of(19, 0xf8), Err("sketch-values"));

        for length in 0..good.len() {
            let refused = Sketch::from_bytes(&good[..length]);
            assert!(matches!(refused, Err(SketchError::Length { .. })));
        }
        let longer = [good.as_slice(), &[0]].concat();
        let refused = Sketch::from_bytes(&longer);
        assert!(matches!(refused, Err(SketchError::Length { .. })));

        let mut half_empty = good.clone();
        half_empty[16..20].fill(0xff);
        assert_eq!(Sketch::from_bytes(&half_empty), Err(SketchError::Values));
    }

    #[test]
    fn whatever_is_read_writes_back_the_same() {
        let good = Sketch::of(&params(16), &shingles(0..5)).to_bytes();
        for at in 0..good.len() {
            for byte in 0..=u8::MAX {
                let mut bytes = good.clone();
                bytes[at] = byte;
                if let Ok(sketch) = Sketch::from_bytes(&bytes) {
                    assert_eq!(sketch.to_bytes(), bytes);
                }
            }
        }
    }
}
