//! Fingerprints of an article: a sketch of the whole for resemblance, seeds of its passages for what it shares in part.

pub mod minhash;
pub mod winnow;
