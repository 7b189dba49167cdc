//! Finds which news articles are the same text, which passages they share, and how much.
//!
//! An article becomes tokens ([`text`]), its shingles a sketch ([`sketch`]), its passages seeds; both propose pairs
//! ([`candidate`]), every pair is aligned exactly ([`align`]), versions are clustered ([`mod@cluster`]), and text that stands
//! everywhere is told apart ([`boilerplate`]). [`detector`] puts the stages together; [`read`] and [`report`] stand round it.
//!
//! ```
//! use copytaster::{
//!     align::similarity::Relation,
//!     detector::Detector,
//!     document::Document,
//!     settings::Settings,
//! };
//!
//! let wire = "The harbour board of Port Alma voted on Tuesday to close the old swing bridge for nine months, \
//!     saying that the bearings on which it turns were cast in 1911 and can no longer be bought anywhere.";
//! let paper = format!("{wire} Ferries will run every ten minutes while the work lasts.");
//! let document = |id: &str, text: &str| Document {
//!     id: id.into(),
//!     text: text.into(),
//!     ..Document::default()
//! };
//!
//! let detector = Detector::new(Settings::default())?;
//! let scan = detector.scan(vec![document("wire", wire), document("paper", &paper)])?;
//!
//! let found = &scan.matches[0]; // articles are in order of their ids: `paper`, then `wire`
//! assert_eq!(found.relation, Relation::NearDuplicate);
//! assert_eq!(found.containment[1], 1.0); // all of the wire's text stands in the paper
//! let paper = &scan.articles[found.a as usize];
//! let passage = paper.span_of(&found.passages[0].a);
//! assert!(passage.slice(&paper.document.text).starts_with("The harbour board"));
//! # Ok::<(), copytaster::error::Error>(())
//! ```
//!
//! Nothing here prints, reads a clock or keeps global state; no input makes it panic; the same articles and settings give the
//! same result for any order and any number of threads.

#![warn(missing_docs)]
#![deny(unsafe_code)]

pub mod align;
pub mod boilerplate;
mod calendar;
pub mod candidate;
pub mod cli;
pub mod cluster;
pub mod detector;
pub mod document;
pub mod error;
pub mod hash;
#[cfg(feature = "index")]
pub mod index;
pub mod partitions;
pub mod policy;
pub mod provenance;
pub mod read;
pub mod recognise;
pub mod report;
pub mod sets;
pub mod settings;
pub mod shingle;
pub mod sketch;
pub mod span;
pub mod spool;
pub mod text;
