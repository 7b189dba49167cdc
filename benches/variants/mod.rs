//! The MinHash schemes that were measured and not chosen, and two broken ones that show the
//! measurements can fail. Shared by `benches/sketch.rs` and `tests/sketch_statistics.rs`.
//!
//! Each is written for speed as far as safe and portable code allows, and does in advance whatever
//! does not depend on the article: losing should mean something.

use copytaster::sketch::minhash::SketchParams;

/// An empty slot; equal to no slot, not even an empty one.
pub const OPEN: u32 = u32::MAX;

/// A way to sketch a set of well mixed 64-bit hashes.
pub trait Scheme {
    fn sketch(&mut self, shingles: &[u64], out: &mut Vec<u32>);
}

/// Makes a scheme from its number of slots and a seed.
pub type Make = fn(usize, u64) -> Box<dyn Scheme>;

/// The candidates, each with the name it has in `docs/sketch.md`; the first is what costs are
/// relative to.
pub const CANDIDATES: [(&str, Make); 6] = [
    ("k-permutation", |k, seed| {
        Box::new(KPermutation::new(k, seed))
    }),
    ("OPH, optimal densification", |k, seed| {
        Box::new(OnePermutation::new(k, seed, true))
    }),
    ("C-MinHash, D = 2^16", |k, seed| {
        Box::new(CMinHash::new(k, seed, 16, false))
    }),
    ("C-MinHash, D = 2^12, keyed", |k, seed| {
        Box::new(CMinHash::new(k, seed, 12, true))
    }),
    ("SuperMinHash", |k, seed| {
        Box::new(SuperMinHash::new(k, seed))
    }),
    ("Fast Similarity Sketching", |k, seed| {
        let params = SketchParams::new(k, seed);
        Box::new(params.expect("a valid number of slots"))
    }),
];

/// Schemes that fail on small sets: the first in its bias, the second in its variance.
#[allow(dead_code)] // of the two users, only the test wants them
pub const BROKEN: [(&str, Make); 2] = [
    ("OPH, not densified", |k, seed| {
        Box::new(OnePermutation::new(k, seed, false))
    }),
    ("circulant, linear hash", |k, seed| {
        Box::new(LinearCirculant::new(k, seed))
    }),
];

/// A SplitMix64 stream: the only source of chance in the benches and the tests.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
}

/// The output function of SplitMix64.
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Folded 128-bit product.
fn fold(x: u64, multiplier: u64) -> u64 {
    let product = u128::from(x) * u128::from(multiplier);
    (product >> 64) as u64 ^ product as u64
}

/// Maps the high half of a hash to `0..n`.
fn scale(hash: u64, n: usize) -> usize {
    (((hash >> 32) * n as u64) >> 32) as usize
}

impl Scheme for SketchParams {
    fn sketch(&mut self, shingles: &[u64], out: &mut Vec<u32>) {
        self.sketch_into(shingles, out);
    }
}

/// k-permutation MinHash (Broder 1997): a hash function for each slot.
///
/// 32-bit multiply-add, which vectorises and so is less than half the price of a 64-bit one. On
/// well mixed input it is as good: `docs/sketch.md`.
pub struct KPermutation(Vec<(u32, u32)>);

impl KPermutation {
    fn new(k: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut pair = || (random.next() as u32 | 1, random.next() as u32);
        Self((0..k).map(|_| pair()).collect())
    }
}

impl Scheme for KPermutation {
    fn sketch(&mut self, shingles: &[u64], out: &mut Vec<u32>) {
        out.clear();
        out.resize(self.0.len(), OPEN);
        for shingle in shingles {
            let x = (shingle >> 32) as u32;
            for (held, &(a, b)) in out.iter_mut().zip(&self.0) {
                *held = a.wrapping_mul(x).wrapping_add(b).min(*held);
            }
        }
    }
}

/// One-permutation hashing (Li, Owen, Zhang, NIPS 2012): the hash picks the slot too. If `densify`,
/// an empty slot then copies one that is not, probing in an order of its own (Shrivastava, "Optimal
/// Densification for Fast and Accurate Minwise Hashing", ICML 2017).
pub struct OnePermutation {
    k: usize,
    key: u64,
    multiplier: u64,
    densify: bool,
    sparse: Vec<u32>,
}

impl OnePermutation {
    fn new(k: usize, seed: u64, densify: bool) -> Self {
        let mut random = Random::new(seed);
        Self {
            k,
            key: random.next(),
            multiplier: random.next() | 1,
            densify,
            sparse: Vec::new(),
        }
    }
}

impl Scheme for OnePermutation {
    fn sketch(&mut self, shingles: &[u64], out: &mut Vec<u32>) {
        out.clear();
        out.resize(self.k, OPEN);
        for shingle in shingles {
            let hash = fold(shingle ^ self.key, self.multiplier);
            let held = &mut out[scale(hash, self.k)];
            *held = (hash as u32).min(*held);
        }
        if !self.densify || shingles.is_empty() {
            return;
        }
        self.sparse.clone_from(out);
        for (slot, held) in out.iter_mut().enumerate() {
            let mut probe = self.key ^ ((slot as u64) << 32);
            while *held == OPEN {
                probe += 1;
                *held = self.sparse[scale(mix(probe), self.k)];
            }
        }
    }
}

/// C-MinHash (Li and Li, arXiv:2109.03337): one permutation gives a shingle its place, and slot
/// `i` takes the smallest of a second permutation's values `i` places on, all around a circle of
/// `D` places.
///
/// The second permutation is a table of `D` random numbers, so a shingle costs one sequential read
/// of `k` of them and no arithmetic. Shingles that share a place are told apart only if `keyed`:
/// then the table's values are combined with bits of the shingle, which is not in the paper.
pub struct CMinHash {
    k: usize,
    place_bits: u32,
    multiplier: u64,
    keyed: bool,
    table: Vec<i32>,
}

impl CMinHash {
    /// Slots held in registers at a time.
    const BLOCK: usize = 32;

    fn new(k: usize, seed: u64, place_bits: u32, keyed: bool) -> Self {
        let mut random = Random::new(seed);
        let mut table: Vec<i32> = (0..1 << place_bits).map(|_| random.next() as i32).collect();
        // The circle closes by repetition; the last block may read past slot k.
        table.extend_from_within(..k.next_multiple_of(Self::BLOCK));
        Self {
            k,
            place_bits,
            multiplier: random.next() | 1,
            keyed,
            table,
        }
    }
}

impl Scheme for CMinHash {
    fn sketch(&mut self, shingles: &[u64], out: &mut Vec<u32>) {
        out.clear();
        for first in (0..self.k).step_by(Self::BLOCK) {
            // Signed, because that comparison is the cheaper one in SSE2.
            let mut least = [i32::MAX; Self::BLOCK];
            for shingle in shingles {
                let hash = shingle.wrapping_mul(self.multiplier);
                let place = (hash >> (64 - self.place_bits)) as usize + first;
                let key = if self.keyed { *shingle as i32 } else { 0 };
                let row = &self.table[place..place + Self::BLOCK];
                for (held, value) in least.iter_mut().zip(row) {
                    *held = (value ^ key).min(*held);
                }
            }
            out.extend(least.map(|value| value as u32 ^ 0x8000_0000));
        }
        out.truncate(self.k);
    }
}

/// SuperMinHash (Ertl, arXiv:1706.05698): each shingle deals its values to the slots in an order of
/// its own, the small ones first, and stops where no slot could still fall.
pub struct SuperMinHash {
    k: usize,
    key: u64,
    value_bits: u32,
    /// A permutation in the making, and which shingle each of its entries was last set for.
    order: Vec<(usize, usize)>,
    /// How many slots hold a value of each whole part.
    histogram: Vec<usize>,
}

impl SuperMinHash {
    fn new(k: usize, seed: u64) -> Self {
        Self {
            k,
            key: Random::new(seed).next(),
            value_bits: (k as u32 - 1).leading_zeros(),
            order: vec![(0, 0); k],
            histogram: vec![0; k],
        }
    }
}

impl Scheme for SuperMinHash {
    fn sketch(&mut self, shingles: &[u64], out: &mut Vec<u32>) {
        let k = self.k;
        out.clear();
        out.resize(k, OPEN);
        self.order.fill((0, usize::MAX));
        self.histogram.fill(0);
        self.histogram[k - 1] = k;
        let mut largest = k - 1;
        for (turn, shingle) in shingles.iter().enumerate() {
            let mut random = Random(shingle ^ self.key);
            let mut step = 0;
            while step <= largest {
                let hash = random.next();
                let other = step + scale(hash, k - step);
                for entry in [step, other] {
                    if self.order[entry].1 != turn {
                        self.order[entry] = (entry, turn);
                    }
                }
                self.order.swap(step, other);
                let held = &mut out[self.order[step].0];
                let fraction = hash as u32 & ((1 << self.value_bits) - 1);
                let value = (step as u32) << self.value_bits | fraction;
                if value < *held {
                    let before = ((*held >> self.value_bits) as usize).min(k - 1);
                    *held = value;
                    if step < before {
                        self.histogram[before] -= 1;
                        self.histogram[step] += 1;
                        while self.histogram[largest] == 0 {
                            largest -= 1;
                        }
                    }
                }
                step += 1;
            }
        }
    }
}

/// The tempting short cut to C-MinHash: a linear hash in place of the second permutation. Then the
/// shift by `i` merely turns the circle, the slots see the same gaps over and over, and on a small
/// set the estimate hangs on a few gaps, however many slots there are.
pub struct LinearCirculant {
    k: usize,
    a: u64,
    b: u64,
}

impl LinearCirculant {
    #[allow(dead_code)] // see BROKEN
    fn new(k: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        Self {
            k,
            a: random.next() | 1,
            b: random.next(),
        }
    }
}

impl Scheme for LinearCirculant {
    fn sketch(&mut self, shingles: &[u64], out: &mut Vec<u32>) {
        out.clear();
        out.extend((0..self.k as u64).map(|slot| {
            let hash = |x: &u64| x.wrapping_add(slot).wrapping_mul(self.a);
            let values = shingles
                .iter()
                .map(|x| (hash(x).wrapping_add(self.b) >> 32) as u32);
            values.min().unwrap_or(OPEN)
        }));
    }
}
