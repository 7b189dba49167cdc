//! Locality-sensitive hashing of MinHash sketches by bands (Indyk and Motwani 1998; Leskovec, Rajaraman and Ullman,
//! Mining of Massive Datasets, ch. 3): two articles are candidates where any band of rows is equal in both.

use crate::error::{Error, ErrorKind, Result};

/// How the slots of a sketch are cut into bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Banding {
    /// Number of bands.
    pub bands: usize,
    /// Slots a band, all of which must agree.
    pub rows: usize,
}

impl Banding {
    /// The banding of at most `slots` slots with the most rows (the fewest false candidates) that still proposes a pair of
    /// Jaccard `threshold` with probability of at least `recall`.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] where `threshold` or `recall` is outside (0, 1) or even one row a band does not reach `recall`.
    pub fn for_recall(threshold: f64, recall: f64, slots: usize) -> Result<Self> {
        let open = |x: f64| x > 0.0 && x < 1.0;
        if !open(threshold) || !open(recall) {
            return Err(Error::new(
                ErrorKind::Settings,
                format!("threshold {threshold} and recall {recall} must lie between 0 and 1"),
            ));
        }
        (1..=slots)
            .rev()
            .map(|rows| Self {
                bands: slots / rows,
                rows,
            })
            .find(|b| b.probability(threshold) >= recall)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Settings,
                    format!("{slots} slots cannot find Jaccard {threshold} with recall {recall}"),
                )
            })
    }

    /// Probability that a pair of this Jaccard is proposed: 1 − (1 − jʳ)ᵇ.
    #[must_use]
    pub fn probability(self, jaccard: f64) -> f64 {
        1.0 - (1.0 - jaccard.clamp(0.0, 1.0).powi(self.rows as i32)).powi(self.bands as i32)
    }

    /// How many bands of two sketches are equal.
    #[must_use]
    pub fn equal_bands(self, a: &[u32], b: &[u32]) -> usize {
        a.chunks_exact(self.rows)
            .zip(b.chunks_exact(self.rows))
            .take(self.bands)
            .filter(|(x, y)| x == y)
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_default_banding_is_known() {
        let b = Banding::for_recall(0.5, 0.999, 160).unwrap();
        assert_eq!((b.bands, b.rows), (53, 3));
        assert!((b.probability(0.5) - 0.99916).abs() < 1e-5);
    }

    #[test]
    fn what_cannot_be_reached_is_refused() {
        assert!(Banding::for_recall(0.01, 0.999, 16).is_err());
        for bad in [0.0, 1.0, -1.0, f64::NAN] {
            assert!(Banding::for_recall(bad, 0.9, 128).is_err());
            assert!(Banding::for_recall(0.5, bad, 128).is_err());
        }
    }

    proptest! {
        #[test]
        fn reaches_the_recall_with_the_most_rows(threshold in 0.2f64..0.95, recall in 0.5f64..0.999, slots in 64usize..512) {
            if let Ok(b) = Banding::for_recall(threshold, recall, slots) {
                prop_assert!(b.probability(threshold) >= recall);
                prop_assert!(b.bands * b.rows <= slots);
                let stricter = Banding { bands: slots / (b.rows + 1), rows: b.rows + 1 };
                prop_assert!(stricter.probability(threshold) < recall);
            }
        }

        /// The formula against slots that agree independently with probability j: within five standard errors.
        #[test]
        fn probability_is_that_of_independent_slots(j in 0.1f64..0.9, seed in any::<u64>()) {
            let b = Banding { bands: 16, rows: 3 };
            let (trials, mut hits, mut state) = (4000u32, 0u32, seed);
            for _ in 0..trials {
                let mut agree = || {
                    state = crate::hash::mix(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
                    (state >> 11) as f64 / (1u64 << 53) as f64
                } ;
                let any = (0..b.bands).fold(false, |any, _| (0..b.rows).fold(true, |all, _| (agree() < j) & all) | any);
                hits += u32::from(any);
            }
            let p = b.probability(j);
            let error = (p * (1.0 - p) / f64::from(trials)).sqrt();
            prop_assert!((f64::from(hits) / f64::from(trials) - p).abs() <= 5.0 * error + 1e-3);
        }
    }
}
