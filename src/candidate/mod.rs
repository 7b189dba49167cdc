//! Which pairs are worth comparing.

pub mod families;
pub mod lsh;
pub mod postings;
pub mod propose;
