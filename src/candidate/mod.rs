//! Which pairs are worth comparing.

pub mod lsh;
pub mod postings;
pub mod propose;
