//! Shingles: the set of runs of k tokens by which two articles are compared as wholes (Broder 1997).

use crate::hash;

/// The set of shingles of an article, sorted and without repeats. An article of fewer than `k` tokens is one shingle of
/// all of them; one of none has none. O(n log n).
#[must_use]
pub fn set(tokens: &[u32], k: usize) -> Vec<u64> {
    let mut out = Vec::new();
    list(tokens, k, &mut out);
    out.sort_unstable();
    out.dedup();
    out
}

/// The shingles of an article in order, repeats kept; `out` is cleared first.
pub fn list(tokens: &[u32], k: usize, out: &mut Vec<u64>) {
    hash::runs(tokens, k.min(tokens.len()), out);
}

/// How many members of two lists, ascending by `key`, pair up by it; of sets, the size of their intersection.
/// O(|a| + |b|).
pub fn shared_by<T, K: Ord>(a: &[T], b: &[T], key: impl Fn(&T) -> K) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (key(&a[i]), key(&b[j]));
        n += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    n
}

/// |A∩B| / |A∪B| of two sorted sets; 0 where either is empty.
#[must_use]
pub fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let both = shared_by(a, b, |x| *x);
    if both == 0 {
        return 0.0;
    }
    both as f64 / (a.len() + b.len() - both) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn short_articles_are_one_shingle() {
        assert_eq!(set(&[7, 8], 5).len(), 1);
        assert_eq!(set(&[7, 8], 5), set(&[7, 8], 2));
        assert!(set(&[], 5).is_empty());
        assert_eq!(jaccard(&set(&[], 5), &set(&[], 5)), 0.0);
    }

    proptest::proptest! {
        #[test]
        fn jaccard_equals_that_of_sets(a in proptest::collection::vec(0u32..4, 0..40), b in proptest::collection::vec(0u32..4, 0..40), k in 1usize..6) {
            let runs = |t: &[u32]| -> BTreeSet<Vec<u32>> {
                if t.is_empty() { return BTreeSet::new() }
                t.windows(k.min(t.len())).map(<[u32]>::to_vec).collect()
            };
            let (x, y) = (runs(&a), runs(&b));
            let both = x.intersection(&y).count();
            let naive = if both == 0 { 0.0 } else { both as f64 / (x.len() + y.len() - both) as f64 };
            proptest::prop_assert!((jaccard(&set(&a, k), &set(&b, k)) - naive).abs() < 1e-12);
        }
    }
}
