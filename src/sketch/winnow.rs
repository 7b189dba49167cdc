//! Passage seeds: a sample of an article's runs of tokens, chosen so that any long enough common run shares one.
//!
//! Winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003): of every `window` consecutive runs of `run` tokens the one of
//! least hash is kept, the rightmost of equals. Two articles that share `window + run - 1` tokens in a row share a seed of it.

use crate::hash;

/// How seeds are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Winnowing {
    /// Tokens a seed covers, at least 1.
    pub run: usize,
    /// Consecutive runs of which one is kept, at least 1; 1 keeps all.
    pub window: usize,
}

/// The seeds of passages: runs of 4 tokens, one of 9, so that a common run of 12 is found.
pub const SEEDS: Winnowing = Winnowing { run: 4, window: 9 };

/// One seed: the hash of a run of tokens and the index of its first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seed {
    /// Hash of the run ([`hash::runs`]).
    pub hash: u64,
    /// Index of its first token.
    pub at: u32,
}

impl Winnowing {
    /// Common runs of at least this many tokens always share a seed.
    #[must_use]
    pub const fn guarantee(self) -> usize {
        self.run + self.window - 1
    }

    /// Appends the seeds of `tokens` to `out`, in order. `scratch` is reused. O(n).
    pub fn seeds(self, tokens: &[u32], scratch: &mut Vec<u64>, out: &mut Vec<Seed>) {
        hash::runs(tokens, self.run, scratch);
        let hashes = &scratch[..];
        let w = self.window.max(1);
        if hashes.is_empty() {
            return;
        }
        let seed = |i: usize| Seed {
            hash: hashes[i],
            at: i as u32,
        };
        let rightmost_least = |from: usize, to: usize| {
            (from..to).fold(from, |m, i| if hashes[i] <= hashes[m] { i } else { m })
        };
        // The least of a window stays until it leaves or is beaten: a rescan happens once in some w/2 steps.
        let mut least = rightmost_least(0, w.min(hashes.len()));
        out.push(seed(least));
        for end in w..hashes.len() {
            let new = if least + w <= end {
                rightmost_least(end + 1 - w, end + 1)
            } else if hashes[end] <= hashes[least] {
                end
            } else {
                continue;
            };
            least = new;
            out.push(seed(least));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seeds(w: Winnowing, tokens: &[u32]) -> Vec<Seed> {
        let mut out = Vec::new();
        w.seeds(tokens, &mut Vec::new(), &mut out);
        out
    }

    proptest! {
        #[test]
        fn equals_the_definition(tokens in prop::collection::vec(0u32..6, 0..80), run in 1usize..6, window in 1usize..9) {
            let w = Winnowing { run, window };
            let mut hashes = Vec::new();
            hash::runs(&tokens, run, &mut hashes);
            let mut naive = Vec::new();
            for (s, win) in hashes.windows(window.min(hashes.len()).max(1)).enumerate() {
                let least = win.iter().min().copied().unwrap_or_default();
                let at = s + win.iter().rposition(|&h| h == least).unwrap_or_default();
                if naive.last().is_none_or(|l: &Seed| l.at as usize != at) {
                    naive.push(Seed { hash: least, at: at as u32 });
                }
            }
            prop_assert_eq!(seeds(w, &tokens), naive);
        }

        #[test]
        fn a_common_run_shares_a_seed(before in prop::collection::vec(0u32..9, 0..30), common in prop::collection::vec(0u32..9, 12..20), after in prop::collection::vec(0u32..9, 0..30)) {
            let w = Winnowing { run: 5, window: 8 };
            prop_assert_eq!(w.guarantee(), 12);
            let host: Vec<u32> = [&before[..], &common, &after].concat();
            let of_host = seeds(w, &host);
            prop_assert!(seeds(w, &common).iter().any(|s| of_host.iter().any(|h| h.hash == s.hash && h.at as usize == before.len() + s.at as usize)));
        }
    }
}
