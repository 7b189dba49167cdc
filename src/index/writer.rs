//! Changes to an index: one writer at a time, every change whole.

mod open;

use std::{
    collections::BTreeSet,
    fs::{self, File},
    ops::Deref,
    sync::Arc,
};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Asked, Fresh, Home, Index, Of,
    manifest::{self, Manifest},
    merge::Merged,
    row::{Blob, Row},
    segment::{self, Builder, Segment},
    view::{Root, View},
};
use crate::{
    candidate::{
        families,
        postings::{Place, key},
    },
    detector::{Article, Samples},
    document::Document,
    error::{Error, ErrorKind, Result},
};

/// Articles of a segment when they are added many at once.
const BATCH: usize = 4096;
/// Segments of one size that become one of the next. A question asks each segment, so few are better, though an article is
/// written as often again for each size.
const FAN: usize = 4;
/// Articles of the smallest size.
const LEAST: u32 = 1024;

/// What became of an article that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there now.
    New,
    /// It is there in place of another that went by its id.
    Replaced,
    /// It was there, word for word.
    Seen,
}

/// An index that can be changed. What is not [committed](Self::commit) is lost when it is dropped.
#[derive(Debug)]
pub struct Writer {
    index: Index,
    _lock: File,
    /// Articles that were removed and stand in segments, and whether the folder knows of all of them.
    removed: BTreeSet<u32>,
    is_removed_known: bool,
}

impl Deref for Writer {
    type Target = Index;

    fn deref(&self) -> &Index {
        &self.index
    }
}

impl Writer {
    /// Adds articles, many at once, and commits them a batch at a time; `now` is Unix time. Of several of one id the last
    /// counts. What became of each, in order.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: a full disk, say; the index is then as it was after the last batch that was committed.
    pub fn add(&mut self, documents: Vec<Document>, now: i64) -> Result<Vec<Added>> {
        self.commit()?;
        let mut out = Vec::with_capacity(documents.len());
        let mut documents = documents.into_iter().peekable();
        while documents.peek().is_some() {
            let mut ids = FxHashSet::default();
            let mut batch = Vec::new();
            while let Some(d) = documents.next_if(|d| batch.len() < BATCH && !ids.contains(&d.id)) {
                ids.insert(d.id.clone());
                batch.push(d);
            }
            self.add_batch(batch, now, &mut out)?;
            self.commit()?;
        }
        Ok(out)
    }

    fn add_batch(&mut self, batch: Vec<Document>, now: i64, out: &mut Vec<Added>) -> Result<()> {
        let index = &self.index;
        let known: Vec<Added> = batch
            .par_iter()
            .map(|d| index.what_of(d))
            .collect::<Result<_>>()?;
        let new: Vec<Document> = batch
            .into_iter()
            .zip(&known)
            .filter_map(|(d, k)| (*k != Added::Seen).then_some(d))
            .collect();
        out.extend(known);
        let old: Vec<Option<u32>> = new.iter().map(|d| index.number(&d.id)).collect();
        let firsts: Vec<Option<u32>> = old
            .iter()
            .map(|n| Some(index.slots[(*n)? as usize].first))
            .collect();
        let old: Vec<u32> = old.into_iter().flatten().collect();
        self.take_out(&old)?;
        let index = &self.index;
        let first = index.slots.len() as u32;
        let read: Vec<(Arc<Article>, Samples, Vec<u32>)> = new
            .into_par_iter()
            .enumerate()
            .map(|(i, d)| {
                let n = first + i as u32;
                let article = Arc::new(index.read(d));
                let mut samples = Samples::default();
                index.detector.samples_of(&article, n, &mut samples);
                let root = |y: &u32| Root::Whole(index.kin.root(*y));
                let kin = index.kin_of(&article, &samples, None, &root)?;
                Ok((article, samples, kin))
            })
            .collect::<Result<_>>()?;
        for ((article, samples, kin), before) in read.into_iter().zip(firsts) {
            // Those that came in the same batch.
            let more = self.index.kin_in_memory(&article, &samples)?;
            let kin = [kin, more].concat();
            self.put(article, samples, (now, before), &[Of::Bands], &kin)?;
        }
        Ok(())
    }

    /// Adds one article, which is then there to be asked about, in memory until the next [`commit`](Self::commit).
    ///
    /// # Errors
    /// Where an article cannot be read.
    pub fn push(&mut self, document: Document, now: i64) -> Result<Added> {
        let what = self.index.what_of(&document)?;
        if what != Added::Seen {
            let old = self.index.number(&document.id);
            let before = old.map(|n| self.index.slots[n as usize].first);
            self.take_out(old.as_slice())?;
            self.push_new(vec![document], now, before)?;
        }
        Ok(what)
    }

    /// Adds articles whose ids are not there; `before` is of the first article that went by the id of the one.
    fn push_new(&mut self, documents: Vec<Document>, now: i64, before: Option<u32>) -> Result<()> {
        let index = &self.index;
        let first = index.slots.len() as u32;
        let read: Vec<_> = documents
            .into_par_iter()
            .enumerate()
            .map(|(i, d)| {
                let article = Arc::new(index.read(d));
                let mut samples = Samples::default();
                let n = first + i as u32;
                index.detector.samples_of(&article, n, &mut samples);
                let stored = index.stored_bands(&samples)?;
                Ok((article, samples, stored))
            })
            .collect::<Result<_>>()?;
        self.index.kin.forget();
        for (article, samples, stored) in read {
            let kin = self.index.kin_beside(&article, &samples, &stored)?;
            self.put(article, samples, (now, before), &Of::ALL, &kin)?;
        }
        Ok(())
    }

    /// Adds one article and says what it shares with those that were there.
    ///
    /// # Errors
    /// Where an article cannot be read.
    pub fn push_and_ask(&mut self, document: Document, now: i64) -> Result<Asked> {
        let id = document.id.clone();
        let text = (!self.keeps_texts()).then(|| document.text.clone());
        let added = self.push(document, now)?;
        let Some(n) = self.index.number(&id) else {
            return Err(Error::new(ErrorKind::NoSuchArticle, id));
        };
        let view = View::of(&self.index);
        let is = |what| added == what;
        let mut asked = self
            .index
            .asked(n, &view, is(Added::Replaced), is(Added::Seen))?;
        if let Some(text) = text {
            asked.set_text(text);
        }
        Ok(asked)
    }

    /// As [`push_and_ask`](Self::push_and_ask) of one after the other, on all processors; what is said of each, in order.
    ///
    /// # Errors
    /// Where an article cannot be read.
    pub fn push_and_ask_all(&mut self, documents: Vec<Document>, now: i64) -> Result<Vec<Asked>> {
        let mut out = Vec::with_capacity(documents.len());
        let mut documents = documents.into_iter().peekable();
        while let Some(d) = documents.next() {
            if self.index.holds(&d.id) {
                // It may change what those before it found, so it comes by itself.
                out.push(self.push_and_ask(d, now)?);
                continue;
            }
            let mut ids = FxHashSet::from_iter([d.id.clone()]);
            let mut new = vec![d];
            let index = &self.index;
            while let Some(d) =
                documents.next_if(|d| !index.holds(&d.id) && ids.insert(d.id.clone()))
            {
                new.push(d);
            }
            let texts: Vec<String> = match index.keeps_texts() {
                true => Vec::new(),
                false => new.iter().map(|d| d.text.clone()).collect(),
            };
            let first = index.slots.len() as u32;
            self.push_new(new, now, None)?;
            let index = &self.index;
            let mut asked: Vec<Asked> = (first..index.slots.len() as u32)
                .into_par_iter()
                .with_max_len(1) // some take ten times as long as others
                .map(|n| index.asked(n, &View::as_of(index, n), false, false))
                .collect::<Result<_>>()?;
            for (asked, text) in asked.iter_mut().zip(texts) {
                asked.set_text(text);
            }
            out.extend(asked);
        }
        Ok(out)
    }

    fn put(
        &mut self,
        article: Arc<Article>,
        samples: Samples,
        (now, first): (i64, Option<u32>),
        of: &[Of],
        kin: &[u32],
    ) -> Result<()> {
        let index = &mut self.index;
        let n = index.slots.len() as u32;
        if n == u32::MAX {
            return Err(Error::new(
                ErrorKind::Limit,
                "more articles than can be counted in 32 bits",
            ));
        }
        index.manifest.next_article = n + 1;
        let row = Row {
            number: n,
            first: first.unwrap_or(n),
            added: now,
            published: segment::published(&article.document),
            document: Blob::NONE,
            tokens: Blob::NONE,
            id: article.document.id.clone(),
        };
        index.place(&row, Home::Fresh)?;
        index.name(n);
        index.kin.push();
        for y in kin {
            index.join_last(n, *y);
            index.fresh.joins.push((*y, n));
        }
        index.fresh.push(n, article, now, samples, of);
        Ok(())
    }

    /// Removes the articles of these ids; how many there were.
    ///
    /// # Errors
    /// Where an article cannot be read.
    pub fn remove<'d>(&mut self, ids: impl IntoIterator<Item = &'d str>) -> Result<usize> {
        let numbers: BTreeSet<u32> = ids
            .into_iter()
            .filter_map(|id| self.index.number(id))
            .collect();
        let numbers: Vec<u32> = numbers.into_iter().collect();
        self.take_out(&numbers)?;
        Ok(numbers.len())
    }

    /// Removes the articles that were published before this Unix time, or, where that is not known, added before it; how many
    /// there were.
    ///
    /// # Errors
    /// Where an article cannot be read.
    pub fn expire(&mut self, before: i64) -> Result<usize> {
        let index = &self.index;
        let is_old = |n: &u32| {
            let slot = &index.slots[*n as usize];
            index.is_there(*n) && slot.published.unwrap_or(slot.added) < before
        };
        let numbers: Vec<u32> = (0..index.slots.len() as u32).filter(is_old).collect();
        self.take_out(&numbers)?;
        Ok(numbers.len())
    }

    /// Takes articles out, and finds the families anew of which they were.
    fn take_out(&mut self, numbers: &[u32]) -> Result<()> {
        if numbers.is_empty() {
            return Ok(());
        }
        let index = &mut self.index;
        for n in numbers {
            let (slots, ids) = (&index.slots, &index.ids);
            let id = super::id_of(slots, ids, *n);
            let entry = index.by_id.find_entry(crate::hash::name(id), |m| m == n);
            if let Ok(entry) = entry {
                entry.remove();
            }
            if matches!(index.slots[*n as usize].home, Home::Segment(_)) {
                self.removed.insert(*n);
            }
            index.drop_slot(*n);
        }
        let roots: FxHashSet<u32> = numbers
            .iter()
            .filter(|n| index.kin.size(**n) > 1)
            .map(|n| index.kin.root(*n))
            .collect();
        let mut families: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        if !roots.is_empty() {
            for n in (0..index.slots.len() as u32).filter(|n| index.is_there(*n)) {
                let root = index.kin.root(n);
                if roots.contains(&root) {
                    families.entry(root).or_default().push(n);
                }
            }
        }
        let left: Vec<u32> = families.values().flatten().copied().collect();
        index.kin.forget();
        index.kin.part(&left, numbers);
        for members in families.into_values() {
            for (x, y) in self.index.kin_among(&members)? {
                self.index.join(x, y);
            }
        }
        self.is_removed_known = false;
        Ok(())
    }

    /// Makes all that was added and removed last: it is on the disk when this returns.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: a full disk, say; the folder is then as it was, or, where only a merge of segments that fell due had
    /// no room, with all that was to be made last.
    pub fn commit(&mut self) -> Result<()> {
        let index = &self.index;
        if index.fresh.articles.is_empty() && self.is_removed_known {
            return Ok(());
        }
        let mut manifest = index.manifest.clone();
        let mut fresh = std::mem::take(&mut self.index.fresh);
        let written = self.write_fresh(&mut manifest, &mut fresh);
        // What cannot be written is still there to be asked, and to be tried again.
        let articles = match written {
            Ok(articles) => articles,
            Err(e) => {
                self.index.fresh = fresh;
                return Err(e);
            }
        };
        drop(fresh);
        self.settle(manifest, articles)?;
        self.merge()
    }

    /// Writes the articles in memory as a segment, and then the manifest; how many articles.
    fn write_fresh(&self, manifest: &mut Manifest, fresh: &mut Fresh) -> Result<u32> {
        let index = &self.index;
        let folder = &index.folder;
        let there = |n: u32| index.is_there(n);
        let articles: Vec<_> = fresh.articles.iter().filter(|(n, ..)| there(*n)).collect();
        let mut written = 0;
        if !articles.is_empty() {
            let file = manifest.new_file();
            let packed: Vec<Vec<u8>> = articles
                .par_iter()
                .map(|(_, a, _)| index.packed(a))
                .collect();
            let mut builder = Builder::create(&manifest::segment_path(folder, file))?;
            for ((n, article, added), packed) in articles.iter().zip(&packed) {
                let first = index.slots[*n as usize].first;
                builder.add(article, packed, [*n, first], *added)?;
            }
            segment::sort(&mut fresh.samples);
            let s = &fresh.samples;
            let sorted = |postings: &'_ [u128]| {
                let postings: Vec<u128> = postings.to_vec();
                postings
                    .into_iter()
                    .filter(|p| there(Place::from(*p).article))
                    .map(Ok)
            };
            let (mut seeds, mut bands, mut lines) =
                (sorted(&s.seeds), sorted(&s.bands), sorted(&s.lines));
            let joins: Vec<(u32, u32)> = fresh
                .joins
                .iter()
                .copied()
                .filter(|(x, y)| there(*x) && there(*y))
                .collect();
            written = builder.finish(
                [
                    (s.seeds.len() as u64, &mut seeds),
                    (s.bands.len() as u64, &mut bands),
                    (s.lines.len() as u64, &mut lines),
                ],
                &joins,
            )?;
            manifest.segments.push(file);
        }
        if !self.is_removed_known {
            self.write_removed(manifest, &self.removed)?;
        }
        manifest.write(folder)?;
        Ok(written)
    }

    /// Writes which articles are gone, and the families as they are without them.
    fn write_removed(&self, manifest: &mut Manifest, removed: &BTreeSet<u32>) -> Result<()> {
        let folder = &self.index.folder;
        manifest.removed = None;
        if !removed.is_empty() {
            let numbers: Vec<u32> = removed.iter().copied().collect();
            let file = manifest.new_file();
            manifest.removed = Some(manifest::write_numbers(folder, file, &numbers)?);
        }
        let file = manifest.new_file();
        manifest.kin = Some(manifest::write_numbers(
            folder,
            file,
            &self.index.kin.roots(),
        )?);
        Ok(())
    }

    /// Goes by a manifest that was written: the last segment it names is new where it has articles.
    fn settle(&mut self, manifest: Manifest, articles: u32) -> Result<()> {
        let index = &mut self.index;
        if let Some(file) = manifest.segments.last().filter(|_| articles > 0) {
            let s = index.segments.len() as u32;
            let segment = Segment::open(&manifest::segment_path(&index.folder, *file))?;
            index.segments.push(segment);
            for row in index.segments[s as usize].rows()? {
                let row = row?;
                let slot = &mut index.slots[row.number as usize];
                slot.home = Home::Segment(s);
                (slot.document, slot.tokens) = (row.document, row.tokens);
                index.reach[row.number as usize] = row.tokens.count() as u32 + 1;
            }
        }
        index.manifest = manifest;
        self.is_removed_known = true;
        Ok(())
    }

    /// Merges the segments of one size, where there are enough.
    fn merge(&mut self) -> Result<()> {
        let size = |s: &Segment| s.articles().max(LEAST).ilog2() / FAN.ilog2();
        while let Some(last) = self.index.segments.last().map(size) {
            let sizes = self.index.segments.iter().rev().map(size);
            let n = sizes.take_while(|s| *s <= last).count();
            if n < FAN {
                break;
            }
            let from = self.index.segments.len() - n;
            self.merge_from(from)?;
        }
        Ok(())
    }

    /// Makes one segment of all, without what was removed.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: a full disk, say; the folder is then as it was.
    pub fn compact(&mut self) -> Result<()> {
        self.commit()?;
        if self.index.segments.len() > 1 || !self.removed.is_empty() {
            self.merge_from(0)?;
        }
        Ok(())
    }

    /// Makes one segment of those from this place on.
    fn merge_from(&mut self, from: usize) -> Result<()> {
        let index = &self.index;
        let folder = index.folder.clone();
        let mut manifest = index.manifest.clone();
        let file = manifest.new_file();
        let path = manifest::segment_path(&folder, file);
        let merged: Vec<&Segment> = index.segments[from..].iter().collect();
        let mut builder = Builder::create(&path)?;
        builder.reserve(&merged);
        let mut gone = Vec::new();
        for segment in &merged {
            for row in segment.rows()? {
                let row = row?;
                if index.is_there(row.number) {
                    builder.copy(segment, &row)?;
                } else {
                    gone.push(row.number);
                }
            }
        }
        let is_kept = |n: u32| index.is_there(n);
        let count = |of: Of| merged.iter().map(|s| of.table(s).len()).sum::<u64>();
        let mut tables = Of::ALL.map(|of| Merged::of(of, &merged, &is_kept));
        let [seeds, bands, lines] = &mut tables;
        let articles = builder.finish(
            [
                (count(Of::Seeds), seeds),
                (count(Of::Bands), bands),
                (count(Of::Lines), lines),
            ],
            &[],
        )?;
        drop(tables);
        let mut removed = self.removed.clone();
        for n in gone {
            removed.remove(&n);
        }
        manifest.segments.truncate(from);
        if articles == 0 {
            let _ = fs::remove_file(&path);
        } else {
            manifest.segments.push(file);
        }
        self.write_removed(&mut manifest, &removed)?;
        manifest.write(&folder)?;
        self.removed = removed;
        self.index.segments.truncate(from);
        self.settle(manifest, articles)?;
        self.clean()
    }
}

impl Index {
    /// What would become of an article.
    fn what_of(&self, document: &Document) -> Result<Added> {
        match self.number(&document.id) {
            None => Ok(Added::New),
            Some(n) if self.is_of(n, document)? => Ok(Added::Seen),
            Some(_) => Ok(Added::Replaced),
        }
    }

    /// Pairs of some articles, of different families all, that join those of one family.
    pub(super) fn kin_among(&self, members: &[u32]) -> Result<Vec<(u32, u32)>> {
        let mut samples = Samples::default();
        for n in members {
            let article = self.article(*n)?;
            self.detector.samples_of(&article, *n, &mut samples);
        }
        samples.bands.sort_unstable();
        let mut tried = FxHashSet::default();
        let mut out = Vec::new();
        for bucket in samples.bands.chunk_by(|p, q| key(*p) == key(*q)) {
            let mut bucket: Vec<u32> = bucket.iter().map(|p| Place::from(*p).article).collect();
            bucket.sort_unstable_by(|x, y| self.by_id(*x, *y));
            for (x, y) in families::tried(&bucket) {
                if tried.insert((x, y)) && self.detector.are_kin(&self.tokens(x)?, &self.tokens(y)?)
                {
                    out.push((x, y));
                }
            }
        }
        Ok(out)
    }
}
