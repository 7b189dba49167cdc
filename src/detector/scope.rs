//! Which pairs the settings ask for.

use std::num::NonZeroU64;

use super::Detector;
use crate::{document::Document, hash, settings::PairScope};

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

/// What of an article decides with whom it is compared.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scope {
    /// Hash of the name of its outlet.
    outlet: Option<NonZeroU64>,
    /// Hash of the name of its group.
    group: Option<NonZeroU64>,
    /// When it was published, Unix time.
    published: Option<i64>,
}

impl Scope {
    pub(super) fn of(document: &Document) -> Self {
        let name = |s: &Option<String>| NonZeroU64::new(hash::name(s.as_deref()?));
        let meta = &document.meta;
        Self {
            outlet: name(&meta.outlet),
            group: name(&meta.group),
            published: meta.published.as_ref().and_then(|p| p.seconds),
        }
    }
}

impl Scope {
    /// Hash of the name of its outlet.
    pub(super) fn outlet(&self) -> Option<NonZeroU64> {
        self.outlet
    }

    /// When the article was published, Unix time.
    pub(super) fn published(&self) -> Option<i64> {
        self.published
    }
}

impl Detector {
    /// Why a pair is not wanted; none where it is.
    pub(super) fn out_of_scope(&self, a: &Scope, b: &Scope) -> Option<OutOfScope> {
        match self.settings.pairs {
            PairScope::CrossOutlet if a.outlet.is_some() && a.outlet == b.outlet => {
                return Some(OutOfScope::SameOutlet);
            }
            PairScope::CrossGroup if a.group.is_some() && a.group == b.group => {
                return Some(OutOfScope::SameGroup);
            }
            _ => {}
        }
        let apart = a.published?.abs_diff(b.published?);
        (apart > self.settings.window_seconds?.unsigned_abs())
            .then_some(OutOfScope::Window { apart })
    }
}
