//! Shingles: the set of runs of k tokens by which two articles are compared as wholes (Broder 1997).

use crate::hash;

/// The set of shingles of an article, sorted and without repeats. An article of fewer than `k` tokens is one shingle of
/// all of them; one of none has none. O(n log n).
#[must_use]
pub fn set(tokens: &[u32], k: usize) -> Vec<u64> {
    let mut shingles = Vec::new();
    list(tokens, k, &mut shingles);
    let mut out = sorted(&shingles);
    out.dedup();
    out
}

/// Values in order: dealt into hands by their leading bits, which leaves hashes, as they spread evenly, nearly sorted.
fn sorted(values: &[u64]) -> Vec<u64> {
    /// The most of one hand that are put in order one by one.
    const FEW: u32 = 16;
    let bits = values.len().max(2).ilog2();
    let hand = |v: u64| (v >> (u64::BITS - bits)) as usize;
    let mut ends = vec![0u32; 1 << bits];
    for v in values {
        ends[hand(*v)] += 1;
    }
    let few = ends.iter().all(|n| *n <= FEW);
    let mut end = 0;
    for n in &mut ends {
        end += *n;
        *n = end;
    }
    let mut out = vec![0; values.len()];
    // From the last place of each hand down to its first.
    for v in values {
        let place = &mut ends[hand(*v)];
        *place -= 1;
        out[*place as usize] = *v;
    }
    if !few {
        out.sort_unstable();
        return out;
    }
    for i in 1..out.len() {
        let v = out[i];
        let mut to = i;
        while to > 0 && out[to - 1] > v {
            out[to] = out[to - 1];
            to -= 1;
        }
        out[to] = v;
    }
    out
}

/// The shingles of an article in order, repeats kept; `out` is cleared first.
pub fn list(tokens: &[u32], k: usize, out: &mut Vec<u64>) {
    hash::runs(tokens, k.min(tokens.len()), out);
}

/// How many members of two lists, ascending by `key`, pair up by it; of sets, the size of their intersection.
/// O(|a| + |b|).
pub fn shared_by<T, K: Ord>(a: &[T], b: &[T], key: impl Fn(&T) -> K) -> usize {
    let (mut a, mut b, mut n) = (a, b, 0);
    // From both ends at once, as a step of a merge waits for the one before.
    while let ([x, .., x_last], [y, .., y_last]) = (a, b) {
        let (x, y, x_last, y_last) = (key(x), key(y), key(x_last), key(y_last));
        n += usize::from(x == y) + usize::from(x_last == y_last);
        a = &a[usize::from(x <= y)..a.len() - usize::from(x_last >= y_last)];
        b = &b[usize::from(y <= x)..b.len() - usize::from(y_last >= x_last)];
    }
    // One of the two has one member left at most.
    let (one, others) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let found = |x: &T| others.binary_search_by_key(&key(x), &key).is_ok();
    n + one.iter().filter(|x| found(x)).count()
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

        #[test]
        fn sorted_is_sorted(a in proptest::collection::vec(proptest::num::u64::ANY, 0..300), b in proptest::collection::vec(0u64..9, 0..90)) {
            let all = [a, b].concat();
            let mut naive = all.clone();
            naive.sort();
            proptest::prop_assert_eq!(sorted(&all), naive);
        }

        #[test]
        fn as_many_pair_up_as_both_lists_hold(a in proptest::collection::vec(0u64..60, 0..90), b in proptest::collection::vec(0u64..60, 0..90)) {
            let (mut a, mut b) = (a, b);
            a.sort();
            b.sort();
            let times = |of: &[u64], x| of.iter().filter(|y| **y == x).count();
            let naive: usize = (0..60).map(|x| times(&a, x).min(times(&b, x))).sum();
            proptest::prop_assert_eq!(shared_by(&a, &b, |x| *x), naive);
        }
    }
}
