//! What follows from the results of a scan. Nothing here compares texts or prints.

pub mod audit;
pub mod check;
pub mod cut;
pub mod dedup;
pub mod groups;
