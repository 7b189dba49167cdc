//! A scan that aims at a given memory: what would need more goes to temporary files, but for a digest of each article.

use std::{env, ops::ControlFlow, path::PathBuf};

use anyhow::{Context, bail};

use super::{
    args::{Format, RoomArgs},
    progress::Progress,
    scan,
    sources::Sources,
};
use crate::{
    detector::{Detector, Scan},
    read::{self, Input, Listing, ReadOptions},
};

/// Most bytes of memory for a byte of input where everything is held: those of articles of a dozen words.
const HELD: u64 = 24;
/// Bytes of temporary files for a byte of input (measured: docs/performance.md), with some to spare.
const SPILLED: u64 = 4;
/// The part of the memory given that articles may take before they are put aside.
const BATCH: u64 = 32;
/// Least and most bytes of text put aside at once.
const BATCH_BYTES: (u64, u64) = (1 << 20, 32 << 20);

/// Where what does not fit goes.
pub(super) struct Room {
    memory: u64,
    folder: PathBuf,
}

impl Room {
    /// The room there is for reading `listing`; none where it is not asked for, or all of it can be held.
    pub(super) fn of(
        args: &RoomArgs,
        format: Format,
        listing: &Listing,
    ) -> anyhow::Result<Option<Self>> {
        let Some(memory) = args.memory else {
            return Ok(None);
        };
        if !matches!(format, Format::Json | Format::Jsonl) {
            bail!(
                "--memory is for --format jsonl and json: the other formats need all articles at once"
            );
        }
        let folder = args.tmp_dir.clone().unwrap_or_else(env::temp_dir);
        let bytes = listing.bytes();
        if bytes.is_some_and(|n| n.saturating_mul(HELD) <= memory) {
            return Ok(None);
        }
        let free = fs4::available_space(&folder)
            .with_context(|| format!("cannot use `{}` for temporary files", folder.display()))?;
        if let Some(needed) = bytes.map(|n| n.saturating_mul(SPILLED))
            && free < needed
        {
            bail!(
                "temporary files need about {} MiB, and `{}` has {} MiB free (--tmp-dir names another folder)",
                needed >> 20,
                folder.display(),
                free >> 20
            );
        }
        Ok(Some(Self { memory, folder }))
    }

    /// Reads and scans what was found. The articles are in the scan; what else was read is returned beside it.
    pub(super) fn scan(
        &self,
        listing: Listing,
        options: &ReadOptions,
        detector: &Detector,
        sources: Sources,
    ) -> anyhow::Result<(Scan, Input)> {
        let mut collector = detector.collector(&self.folder)?;
        let size = (self.memory / BATCH).clamp(BATCH_BYTES.0, BATCH_BYTES.1);
        let mut added = Ok(());
        let progress = Progress::reading(listing.bytes());
        let mut input = read::read_listing_in_batches(
            listing,
            options,
            &|n| progress.add(n),
            size,
            &mut |documents| {
                added = collector.add(documents);
                match added {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            },
        );
        drop(progress);
        added?;
        collector.add(std::mem::take(&mut input.documents))?;
        let ids: Vec<&str> = collector.ids().collect();
        let names = read::new_names(&ids, |i| collector.text_sha256(i));
        for (i, id) in names {
            collector.rename(i, &id);
        }
        let references = sources.beside(collector.ids());
        collector.add(references)?;
        scan::tell(&input);
        Ok((
            scan::compared(collector.len(), || collector.finish())?,
            input,
        ))
    }
}
