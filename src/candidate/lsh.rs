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
}
