//! Reading one article at a time, each as soon as its line is there.

use std::collections::VecDeque;
use std::io::BufRead;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::vec;

use super::contents::{self, Depth, read_opened};
use super::lines::Lines;
use super::record::Plan;
use super::sniff::Kind;
use super::walk::{Found, find};
use super::{Format, One, ReadOptions, RecordError, Skipped, jsonl};
use crate::document::Document;

/// A run of articles and of errors between them, in reading order.
pub trait Source: Iterator<Item = Result<Document, RecordError>> {
    /// What was found and not read.
    fn skipped(&self) -> &Skipped;

    /// Bytes so far that were no valid text and became U+FFFD.
    fn decoding_errors(&self) -> u64;
}

/// The [`Source`] behind [`open`].
pub struct Stream {
    plan: Plan,
    files: vec::IntoIter<Found>,
    errors: vec::IntoIter<RecordError>,
    skipped: Skipped,
    /// Articles of a file that is not read line by line.
    read: VecDeque<One>,
    current: Option<(Found, Lines<Box<dyn BufRead + Send>>)>,
    buffer: Vec<u8>,
    decoding_errors: u64,
}

/// Opens the inputs [`read_all`](super::read_all) would read, to be read one article at a time by
/// the thread that asks; those of files that do not have one a line, a file at a time. Errors of finding them come first.
pub fn open(paths: &[String], options: &ReadOptions) -> Stream {
    let listing = find(paths, options);
    Stream {
        plan: Plan::new(options),
        files: listing.files.into_iter(),
        errors: listing.errors.into_iter(),
        skipped: listing.skipped,
        read: VecDeque::new(),
        current: None,
        buffer: Vec::new(),
        decoding_errors: 0,
    }
}

impl Source for Stream {
    fn skipped(&self) -> &Skipped {
        &self.skipped
    }

    fn decoding_errors(&self) -> u64 {
        self.decoding_errors
    }
}

impl Stream {
    fn give(&mut self, one: One) -> Option<Result<Document, RecordError>> {
        self.decoding_errors += one.decoding_errors;
        Some(one.outcome)
    }
}

impl Iterator for Stream {
    type Item = Result<Document, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.errors.next() {
            return Some(Err(error));
        }
        loop {
            if let Some((found, lines)) = &mut self.current {
                match jsonl::next_record(lines, &mut self.buffer, found, &self.plan) {
                    Ok(Some(one)) => return self.give(one),
                    Ok(None) => self.current = None,
                    Err(error) => {
                        self.current = None;
                        return Some(Err(error));
                    }
                }
            }
            if let Some(one) = self.read.pop_front() {
                match one.outcome {
                    Err(error) if error.is_other => self.skipped.add(error.message),
                    _ => return self.give(one),
                }
                continue;
            }
            let found = self.files.next()?;
            match contents::open(&found, &self.plan, Arc::default()) {
                Err(error) if error.is_other => self.skipped.add(error.message),
                Err(error) => return Some(Err(error)),
                Ok(opened) if opened.kind == Kind::Is(Format::Jsonl) => {
                    self.current = Some((found, Lines::new(opened.body, self.plan.limit)));
                }
                Ok(opened) => {
                    let read = &mut self.read;
                    let _ =
                        read_opened(opened, &found, &self.plan, Depth::default(), &mut |ones| {
                            read.extend(ones);
                            ControlFlow::Continue(())
                        });
                }
            }
        }
    }
}
