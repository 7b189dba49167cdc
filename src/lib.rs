//! copytaster
#![deny(unsafe_code)]
pub mod align;
pub mod boilerplate;
pub mod candidate;
pub mod cli;
pub mod cluster;
pub mod detector;
pub mod document;
pub mod error;
pub mod hash;
pub mod read;
pub mod recognise;
pub mod report;
pub mod sets;
pub mod settings;
pub mod shingle;
pub mod sketch;
pub mod span;
pub mod text;
