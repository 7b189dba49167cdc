//! Which pairs the settings ask for.

use super::{Article, Detector};
use crate::{document::Document, settings::PairScope};

/// Why a pair is outside what the settings ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfScope {
    /// Both are of one outlet, and only pairs of different ones are wanted.
    SameOutlet,
    /// Both are of one group, and only pairs of different ones are wanted.
    SameGroup,
    /// They were published too far apart.
    Window {
        /// Seconds between them.
        apart: u64,
    },
}

impl Detector {
    /// Why a pair is not wanted; none where it is.
    pub(super) fn out_of_scope(&self, a: &Article, b: &Article) -> Option<OutOfScope> {
        let (x, y) = (&a.document.meta, &b.document.meta);
        match self.settings.pairs {
            PairScope::CrossOutlet if x.outlet.is_some() && x.outlet == y.outlet => {
                return Some(OutOfScope::SameOutlet);
            }
            PairScope::CrossGroup if x.group.is_some() && x.group == y.group => {
                return Some(OutOfScope::SameGroup);
            }
            _ => {}
        }
        let seconds = |d: &Document| d.meta.published.as_ref().and_then(|p| p.seconds);
        let apart = seconds(&a.document)?.abs_diff(seconds(&b.document)?);
        (apart > self.settings.window_seconds?.unsigned_abs())
            .then_some(OutOfScope::Window { apart })
    }
}
