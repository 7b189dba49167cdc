//! The only place that hashes. Every function here is frozen: a change of any value is a new [`VERSION`].

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

/// Version of all functions of this file together; stored wherever their values are.
pub const VERSION: u32 = 1;

const TOKEN_SEED: u64 = 0x636f_7079_7461_7374;
/// Odd, so that multiplication by it is a bijection on 64 bits.
const RADIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hash of a normalised token: XXH3 of its bytes, low 32 bits.
#[inline]
#[must_use]
pub fn token(normalised: &[u8]) -> u32 {
    xxh3_64_with_seed(normalised, TOKEN_SEED) as u32
}

/// [`token`] of the first `len` of 16 bytes held in two little-endian words; the bytes behind them do not matter. For a word
/// that stands in registers already: no loop, no look at memory. 0 where `len` is not 1 to 16.
#[inline(always)]
#[must_use]
pub(crate) fn short_token([low, high]: [u64; 2], len: u32) -> u32 {
    // Of XXH3's secret, what each length is mixed with.
    const TO_3: u64 = 0x8727_5a9b + TOKEN_SEED;
    const TO_8: u64 = 0xc73a_b174_c5ec_d5a2u64
        .wrapping_sub(TOKEN_SEED ^ (((TOKEN_SEED as u32).swap_bytes() as u64) << 32));
    const TO_16: [u64; 2] = [
        0x6782_737b_ea42_39b9u64.wrapping_add(TOKEN_SEED),
        0xaf56_bc3b_0996_523au64.wrapping_sub(TOKEN_SEED),
    ];
    const PRIME_TO_3: [u64; 2] = [0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9];
    const PRIME_TO_8: u64 = 0x9fb2_1c65_1e98_df25;
    const PRIME_TO_16: u64 = 0x1656_6791_9e37_79f9;
    match len {
        1..=3 => {
            let byte = |i: u32| low >> (8 * i) & 0xff;
            let all = byte(0) << 16 | byte(len / 2) << 24 | byte(len - 1) | u64::from(len) << 8;
            let h = all ^ TO_3;
            let h = (h ^ (h >> 33)).wrapping_mul(PRIME_TO_3[0]);
            let h = (h ^ (h >> 29)).wrapping_mul(PRIME_TO_3[1]);
            (h ^ (h >> 32)) as u32
        }
        4..=8 => {
            let last = low >> (8 * (len - 4)) & 0xffff_ffff;
            let h = (last | low << 32) ^ TO_8;
            let h = (h ^ h.rotate_left(49) ^ h.rotate_left(24)).wrapping_mul(PRIME_TO_8);
            let h = (h ^ (h >> 35).wrapping_add(u64::from(len))).wrapping_mul(PRIME_TO_8);
            (h ^ (h >> 28)) as u32
        }
        9..=16 => {
            let all = u128::from(low) | u128::from(high) << 64;
            let first = low ^ TO_16[0];
            let last = (all >> (8 * (len - 8))) as u64 ^ TO_16[1];
            let product = u128::from(first) * u128::from(last);
            let h = u64::from(len)
                .wrapping_add(first.swap_bytes())
                .wrapping_add(last)
                .wrapping_add(product as u64 ^ (product >> 64) as u64);
            let h = (h ^ (h >> 37)).wrapping_mul(PRIME_TO_16);
            (h ^ (h >> 32)) as u32
        }
        _ => 0,
    }
}

/// Spreads the bits of `x`: the finaliser of MurmurHash3 (Appleby, public domain), a bijection on 64 bits.
#[inline]
#[must_use]
pub fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

/// Hashes of every run of `n` tokens, in order, rolled in constant time a token (Karp and Rabin 1987) and mixed.
/// `out` is cleared first; it stays empty where there are fewer than `n` tokens or `n` is 0.
pub fn runs(tokens: &[u32], n: usize, out: &mut Vec<u64>) {
    out.clear();
    if n == 0 || tokens.len() < n {
        return;
    }
    let leaving = (0..n).fold(1u64, |p, _| p.wrapping_mul(RADIX));
    let digit = |t: u32| u64::from(t) + 1;
    let first = tokens[..n].iter();
    let mut h = first.fold(0u64, |h, &t| h.wrapping_mul(RADIX).wrapping_add(digit(t)));
    out.reserve(tokens.len() - n + 1);
    out.push(mix(h));
    out.extend(tokens.iter().zip(&tokens[n..]).map(|(&gone, &new)| {
        // Only the first product waits for the hash before.
        let change = digit(new).wrapping_sub(digit(gone).wrapping_mul(leaving));
        h = h.wrapping_mul(RADIX).wrapping_add(change);
        mix(h)
    }));
}

/// Hash of one band of a sketch: its slots mixed in, one after the other.
#[must_use]
pub fn band(slots: &[u32]) -> u64 {
    slots.iter().fold(slots.len() as u64, |h, s| {
        mix(h.rotate_left(32) ^ u64::from(*s))
    })
}

/// Identity of a whole token sequence: XXH3-128 of the hashes as little-endian bytes, its length included.
#[must_use]
pub fn sequence(tokens: &[u32]) -> u128 {
    let mut hasher = Xxh3::new();
    hasher.update(&(tokens.len() as u64).to_le_bytes());
    if cfg!(target_endian = "little") {
        hasher.update(bytemuck::cast_slice(tokens));
    } else {
        for t in tokens {
            hasher.update(&t.to_le_bytes());
        }
    }
    hasher.digest128()
}

/// Hash of a name, to tell it from others while a program runs.
#[must_use]
pub fn name(name: &str) -> u64 {
    xxh3_64_with_seed(name.as_bytes(), TOKEN_SEED)
}

/// SHA-256 of `bytes`: for ids that others can recompute.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The first `digits` hexadecimal digits of a digest, at most 64.
#[must_use]
pub fn hex(digest: &[u8; 32], digits: usize) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let mut out = String::with_capacity(2 * digest.len());
    for byte in digest {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
    out.truncate(digits);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_frozen() {
        assert_eq!(token(b"wire"), 0xfbe9_e140);
        let mut out = Vec::new();
        runs(&[1, 2, 3, 4], 3, &mut out);
        assert_eq!(out, [0x00dc_acf7_b00e_6144, 0x91e0_057a_fbf5_4a66]);
        assert_eq!(
            sequence(&[1, 2, 3]),
            0x5b27_8b94_5300_40cf_8663_106b_c51f_68c1
        );
        // The finaliser's value for 1, as published implementations give it.
        assert_eq!(mix(1), 0xb456_bcfc_34c2_cb2c);
        assert_eq!(band(&[1, 2, 3]), 0x99ff_cd6b_ae61_8885);
        // FIPS 180-2, appendix B.1.
        assert_eq!(hex(&sha256(b"abc"), 16), "ba7816bf8f01cfea");
    }

    proptest! {
        #[test]
        fn short_tokens_hash_as_all_do(bytes in any::<[u8; 16]>(), len in 1usize..=16) {
            let all = u128::from_le_bytes(bytes);
            let words = [all as u64, (all >> 64) as u64];
            prop_assert_eq!(short_token(words, len as u32), token(&bytes[..len]));
        }

        #[test]
        fn rolling_equals_each_run_alone(tokens in prop::collection::vec(any::<u32>(), 0..60), n in 1usize..9) {
            let (mut rolled, mut alone) = (Vec::new(), Vec::new());
            runs(&tokens, n, &mut rolled);
            for (i, w) in tokens.windows(n).enumerate() {
                runs(w, n, &mut alone);
                prop_assert_eq!(rolled[i], alone[0]);
            }
            prop_assert_eq!(rolled.len(), (tokens.len() + 1).saturating_sub(n));
        }
    }
}
