//! What decides the result of a scan, in one place: every value here is printed in the `run` record.

use serde::Serialize;

use crate::{
    align::similarity::Thresholds,
    candidate::lsh::Banding,
    error::{Error, ErrorKind, Result},
};

/// Which pairs are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PairScope {
    /// Every pair.
    #[default]
    All,
    /// Pairs of different outlets.
    CrossOutlet,
    /// Pairs of different groups.
    CrossGroup,
}

/// Settings of the engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// Tokens of a shingle, 1 to 64.
    pub k: usize,
    /// Jaccard at which `recall` is promised of the sketches, in (0, 1).
    pub jaccard: f64,
    /// Share of the pairs at `jaccard` that the sketches must propose, in (0, 1).
    pub recall: f64,
    /// Slots of a sketch.
    pub slots: usize,
    /// Thresholds of the relations.
    pub relations: Thresholds,
    /// Which pairs are wanted.
    pub pairs: PairScope,
    /// Only pairs published within this many seconds of each other; articles without a date are compared with all.
    pub window_seconds: Option<i64>,
    /// How many of the nearest pairs under every threshold to report.
    pub near_misses: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            k: 5,
            jaccard: 0.5,
            recall: 0.999,
            slots: 160,
            relations: Thresholds::default(),
            pairs: PairScope::All,
            window_seconds: None,
            near_misses: 0,
        }
    }
}

impl Settings {
    /// Checks every range, and gives the banding that the settings ask for.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`], naming the setting and its range.
    pub fn check(&self) -> Result<Banding> {
        let bad = |what: &str| Err(Error::new(ErrorKind::Settings, what));
        if !(1..=64).contains(&self.k) {
            return bad("k must be from 1 to 64");
        }
        if !(16..=1024).contains(&self.slots) {
            return bad("slots must be from 16 to 1024");
        }
        let t = &self.relations;
        let shares = [
            t.near_duplicate_shorter,
            t.near_duplicate_longer,
            t.reuse_shorter,
        ];
        if shares.iter().any(|s| !(*s > 0.0 && *s <= 1.0)) {
            return bad("containment thresholds must be above 0 and at most 1");
        }
        Banding::for_recall(self.jaccard, self.recall, self.slots)
    }
}
