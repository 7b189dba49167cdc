//! Where a text came from: the evidence of credits, places and matches weighed. What a text says is `recognise`'s; what two
//! texts share is `align`'s; here both are put together into an origin of an article and a direction of a match.
//!
//! One model throughout. Each piece of evidence names a hypothesis and carries odds, constants of [`weights`], read as: of a
//! hundred texts with this credit in this place, so many are what it says. Odds for one hypothesis are multiplied, and the
//! confidence of a hypothesis is its odds over the sum of all odds and 1, the last for the chance that none of them is right.

pub mod direction;
pub mod origin;
pub mod outlets;
pub mod weights;

pub(crate) use origin::odds_of;

pub use direction::{Direction, Evidence, Side, Verdict};
pub use origin::{Candidate, Claim, Named, Origin, Standing, Who};
pub use outlets::{Outlet, Outlets};
