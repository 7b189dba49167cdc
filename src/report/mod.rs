//! Reports.
pub mod output;
