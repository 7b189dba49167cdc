//! The standing index: articles that were seen, kept on disk, and what each new one shares with them.
//!
//! A folder holds a manifest, which names the segments that count. A segment holds articles and, sorted
//! in tables, the samples by which others find them; it never changes. New articles are held in memory until they
//! are written as a segment; segments of one size are merged into a larger one. A writer replaces the manifest whole once all
//! that it names is on the disk, so that whatever ends it, the folder is as it was before or after. Readers, in this process or
//! another, see the index as it was when they opened it.
//!
//! An index may be made [without the texts](Writer::open_without_texts) of its articles. It then finds what it found with them, but
//! has none to give back.

mod articles;
mod asked;
mod file;
mod fresh;
mod kept;
mod kin;
mod manifest;
mod merge;
mod packed;
mod row;
mod segment;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod view;
mod vlq;
mod writer;

use std::{
    cmp::Ordering,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use hashbrown::HashTable;
use rustc_hash::FxHashMap;

use crate::{
    align::similarity::Relation,
    candidate::postings::{EVERYWHERE, Place},
    detector::{Article, Detector, Known, Pair, Samples},
    document::Document,
    error::{Error, ErrorKind, Result},
    hash,
    settings::Settings,
};
use fresh::Fresh;
use kin::Kin;
use manifest::{Bound, Manifest};
use row::{Blob, Row};
use segment::Segment;
use table::Table;

pub use asked::{Asked, Change, ClusterId, Status};
pub use manifest::FORMAT;
pub use writer::{Added, Writer};

/// Pairs of articles of which is remembered what was found.
const REMEMBERED: usize = 1 << 15;
/// Times that an index is opened again where a writer replaced its files meanwhile.
const TRIES: usize = 10;

/// Which samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Seeds,
    Bands,
    Lines,
}

/// The articles whose samples are looked at.
#[derive(Clone, Copy, Debug)]
struct Among {
    /// Those that came before this one.
    upto: u32,
    /// But for one.
    without: Option<u32>,
}

impl Among {
    const ALL: Self = Self {
        upto: u32::MAX,
        without: None,
    };

    fn counts(&self, n: u32) -> bool {
        n < self.upto && self.without != Some(n)
    }
}

impl Of {
    const ALL: [Self; 3] = [Self::Seeds, Self::Bands, Self::Lines];

    fn among(self, samples: &Samples) -> &[u128] {
        match self {
            Self::Seeds => &samples.seeds,
            Self::Bands => &samples.bands,
            Self::Lines => &samples.lines,
        }
    }

    fn table(self, segment: &Segment) -> &Table {
        match self {
            Self::Seeds => &segment.seeds,
            Self::Bands => &segment.bands,
            Self::Lines => &segment.lines,
        }
    }
}

/// Where an article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    /// Nowhere: it was removed.
    Gone,
    /// In memory.
    Fresh,
    /// In the segment of this place among all.
    Segment(u32),
}

/// What is in memory of each article.
#[derive(Clone, Copy, Debug)]
struct Slot {
    home: Home,
    document: Blob,
    tokens: Blob,
    added: i64,
    published: Option<i64>,
    /// As [`Row::first`](segment::Row).
    first: u32,
    id: (u32, u32),
}

/// An index that is read.
#[derive(Debug)]
pub struct Index {
    folder: PathBuf,
    detector: Detector,
    manifest: Manifest,
    segments: Vec<Segment>,
    /// By number.
    slots: Vec<Slot>,
    /// One more than the tokens of each article in a segment; of one that is gone, none. Beside the slots, as it is looked at
    /// for every place that is found.
    reach: Vec<u32>,
    /// All ids, one after the other, and the number of each article that is there.
    ids: String,
    by_id: HashTable<u32>,
    kin: Kin,
    fresh: Fresh,
    cache: Mutex<FxHashMap<u32, Arc<Article>>>,
    /// What was found of two articles.
    found: Mutex<FxHashMap<Pair, Known>>,
}

/// Counts of an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Articles there.
    pub articles: usize,
    /// Articles that were removed and still take room.
    pub removed: usize,
    /// Families of near-duplicates, articles by themselves among them.
    pub families: usize,
    /// Files of articles.
    pub segments: usize,
    /// Passage seeds, bands of sketches and lines, those of removed articles included.
    pub samples: [u64; 3],
    /// Bytes on disk.
    pub bytes: u64,
}

impl Index {
    /// Whether there is an index in a folder.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        Manifest::is_in(folder)
    }

    /// The settings that an index was made with, thresholds apart, which are those of `settings`.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn settings(folder: &Path, settings: Settings) -> Result<Settings> {
        let bound = Manifest::read(folder)?.bound;
        Ok(Settings {
            k: bound.k,
            jaccard: bound.jaccard,
            recall: bound.recall,
            slots: bound.slots,
            ..settings
        })
    }

    /// Opens an index to ask it. Thresholds, pairs and window may be others than those of other questions.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: it is not there, or cannot be read; [`ErrorKind::Format`]: it is of another format, or broken;
    /// [`ErrorKind::Settings`]: it was made with other settings than the detector has.
    pub fn open(folder: &Path, detector: Detector) -> Result<Self> {
        let mut tries = 0;
        loop {
            let manifest = Manifest::read(folder)?;
            let opened = Self::load(folder, &detector, manifest.clone());
            tries += 1;
            match opened {
                // Merged away between the two.
                Err(_) if tries < TRIES && Manifest::read(folder)? != manifest => {}
                opened => return opened,
            }
        }
    }

    fn load(folder: &Path, detector: &Detector, manifest: Manifest) -> Result<Self> {
        let texts = manifest.bound.texts;
        let bound = Bound::of(detector.settings(), detector.banding(), texts);
        if bound != manifest.bound {
            let message = format!(
                "the index `{}` was made with {:?}, and is asked with {bound:?}",
                folder.display(),
                manifest.bound
            );
            return Err(Error::new(ErrorKind::Settings, message));
        }
        let mut index = Self {
            folder: folder.into(),
            detector: detector.clone(),
            segments: Vec::new(),
            slots: Vec::new(),
            reach: Vec::new(),
            ids: String::new(),
            by_id: HashTable::new(),
            kin: Kin::default(),
            fresh: Fresh::default(),
            cache: Mutex::default(),
            found: Mutex::default(),
            manifest,
        };
        let files = index.manifest.segments.clone();
        let mut joins = Vec::new();
        let since = index.manifest.kin.map_or(0, |k| k.file);
        for file in &files {
            let path = manifest::segment_path(folder, *file);
            index.segments.push(Segment::open(&path)?);
        }
        if let Some(kin) = index.manifest.kin {
            joins.extend((0..).zip(manifest::read_numbers(folder, kin)?));
        }
        // Every number that was given has its family or its row, so what is counted is bounded by what is there.
        let next = index.manifest.next_article as usize;
        let rows = index.segments.iter().map(|s| s.articles() as usize);
        if next > joins.len() + rows.sum::<usize>() {
            return Err(index.broken("more articles are counted than were written"));
        }
        index.slots.resize(next, Slot::GONE);
        index.reach.resize(next, 0);
        let segments = std::mem::take(&mut index.segments);
        for ((s, file), segment) in (0..).zip(&files).zip(segments) {
            for row in segment.rows()? {
                let row = row?;
                if row.number as usize >= next {
                    return Err(index.broken("an article of a number too high"));
                }
                index.place(&row, Home::Segment(s))?;
            }
            if *file > since {
                joins.extend(segment.joins()?);
            }
            index.segments.push(segment);
        }
        if let Some(removed) = index.manifest.removed {
            for n in manifest::read_numbers(folder, removed)? {
                if (n as usize) < next {
                    index.drop_slot(n);
                }
            }
        }
        for n in 0..index.slots.len() as u32 {
            index.kin.push();
            if index.is_there(n) {
                index.name(n);
            } else {
                index.kin.part(&[], &[n]);
            }
        }
        for (x, y) in joins {
            if index.is_there(x) && index.is_there(y) {
                index.join(x, y);
            }
        }
        Ok(index)
    }

    /// Gives a row its slot.
    fn place(&mut self, row: &Row, home: Home) -> Result<()> {
        let n = row.number as usize;
        if self.slots.len() <= n {
            self.slots.resize(n + 1, Slot::GONE);
            self.reach.resize(n + 1, 0);
        }
        let start = self.ids.len();
        self.ids.push_str(&row.id);
        if u32::try_from(self.ids.len()).is_err() {
            return Err(Error::new(
                ErrorKind::Limit,
                "the ids of an index are more than 4 GiB",
            ));
        }
        self.slots[n] = Slot {
            home,
            document: row.document,
            tokens: row.tokens,
            added: row.added,
            published: row.published,
            first: row.first,
            id: (start as u32, row.id.len() as u32),
        };
        self.reach[n] = row.tokens.count() as u32 + 1;
        Ok(())
    }

    /// Leaves an article out.
    fn drop_slot(&mut self, n: u32) {
        self.slots[n as usize].home = Home::Gone;
        self.reach[n as usize] = 0;
    }

    /// Makes an article known by its id.
    fn name(&mut self, n: u32) {
        let (slots, ids) = (&self.slots, &self.ids);
        let id = |n: &u32| id_of(slots, ids, *n);
        self.by_id
            .insert_unique(hash::name(id(&n)), n, |n| hash::name(id(n)));
    }

    /// The number of the article of an id.
    fn number(&self, id: &str) -> Option<u32> {
        let is_it = |n: &u32| self.id(*n) == id;
        self.by_id.find(hash::name(id), is_it).copied()
    }

    fn id(&self, n: u32) -> &str {
        id_of(&self.slots, &self.ids, n)
    }

    fn by_id(&self, x: u32, y: u32) -> Ordering {
        self.id(x).cmp(self.id(y))
    }

    fn is_there(&self, n: u32) -> bool {
        let slot = self.slots.get(n as usize);
        slot.is_some_and(|s| s.home != Home::Gone)
    }

    /// That its files, each sound, do not belong together.
    fn broken(&self, why: &str) -> Error {
        let message = format!("the index `{}` is broken: {why}", self.folder.display());
        Error::new(ErrorKind::Format, message)
    }

    fn join(&mut self, x: u32, y: u32) {
        let (slots, ids) = (&self.slots, &self.ids);
        let by_id = |x, y| id_of(slots, ids, x).cmp(id_of(slots, ids, y));
        self.kin.join(x, y, by_id);
    }

    /// Joins the article that came last to one before it.
    fn join_last(&mut self, last: u32, y: u32) {
        let (slots, ids) = (&self.slots, &self.ids);
        let by_id = |x, y| id_of(slots, ids, x).cmp(id_of(slots, ids, y));
        self.kin.join_last(last, y, by_id);
    }

    /// How many articles there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What decides its answers.
    #[must_use]
    pub fn detector(&self) -> &Detector {
        &self.detector
    }

    /// Whether it keeps the texts of its articles. One that does not answers with articles that have none
    /// ([`Article::has_text`]), but for the one that was asked about.
    #[must_use]
    pub fn keeps_texts(&self) -> bool {
        self.manifest.bound.texts
    }

    /// Whether an article of this id is there.
    #[must_use]
    pub fn holds(&self, id: &str) -> bool {
        self.number(id).is_some()
    }

    /// Adds to `out` the first `most` places of a key, in the order in which articles came.
    fn places(
        &self,
        of: Of,
        key: u64,
        among: Among,
        most: usize,
        out: &mut Vec<Place>,
    ) -> Result<()> {
        let from = out.len();
        self.stored(of, key, among, most, out)?;
        self.fresh_places(of, key, among, most - (out.len() - from), out);
        Ok(())
    }

    /// The same in memory.
    fn fresh_places(&self, of: Of, key: u64, among: Among, most: usize, out: &mut Vec<Place>) {
        let counts = |n| among.counts(n) && self.is_there(n);
        self.fresh.find(of, key, most, counts, out);
    }

    /// The same in segments, where only articles are that came before those in memory.
    fn stored(
        &self,
        of: Of,
        key: u64,
        among: Among,
        most: usize,
        out: &mut Vec<Place>,
    ) -> Result<()> {
        let from = out.len();
        for segment in &self.segments {
            if out.len() - from >= most {
                break;
            }
            let mut is_sound = true;
            of.table(segment).find(segment.file(), key, |p| {
                let place = Place::from(p);
                match self.reach.get(place.article as usize) {
                    Some(0) => {}
                    Some(reach) if place.at < *reach || place.at == EVERYWHERE => {
                        if among.counts(place.article) {
                            out.push(place);
                        }
                    }
                    _ => is_sound = false,
                }
                is_sound && out.len() - from < most
            })?;
            if !is_sound {
                let why = "a place in no article";
                return Err(segment.file().broken("a table", why));
            }
        }
        Ok(())
    }

    /// What an article that is not there, or is there in another version, shares with those that are. Of an id that is there,
    /// the article there is left out.
    ///
    /// # Errors
    /// Where an article cannot be read.
    pub fn ask(&self, document: Document) -> Result<Asked> {
        let before = self.number(&document.id);
        if let Some(n) = before
            && self.is_of(n, &document)?
        {
            let mut asked = self.asked_of(n, true)?;
            asked.set_text(document.text);
            return Ok(asked);
        }
        let view = view::View::with(self, document, before)?;
        self.asked(view.article(), &view, before.is_some(), false)
    }

    fn asked_of(&self, n: u32, is_seen: bool) -> Result<Asked> {
        self.asked(n, &view::View::of(self), false, is_seen)
    }

    fn asked(
        &self,
        n: u32,
        view: &view::View<'_>,
        is_update: bool,
        is_seen: bool,
    ) -> Result<Asked> {
        let answer = self.detector.answer(n, view)?;
        let has = |relation| answer.scan.matches.iter().any(|m| m.relation == relation);
        let status = if is_seen || has(Relation::Identical) {
            Status::Seen
        } else if is_update || has(Relation::NearDuplicate) {
            Status::Version
        } else if has(Relation::Reuse) {
            Status::Reuse
        } else {
            Status::New
        };
        let stories = &answer.stories;
        let cluster = stories.of(n).map(|c| self.cluster_id(c));
        let changes = self.changes(stories);
        Ok(Asked {
            answer,
            status,
            cluster,
            changes,
        })
    }

    /// Counts.
    ///
    /// # Errors
    /// [`ErrorKind::Io`].
    pub fn stats(&self) -> Result<Stats> {
        let mut out = Stats {
            articles: self.len(),
            families: self.kin.count(),
            segments: self.segments.len(),
            ..Stats::default()
        };
        let mut stored = 0;
        for s in &self.segments {
            stored += s.articles() as usize;
            for (n, table) in out.samples.iter_mut().zip(s.tables()) {
                *n += table.len();
            }
        }
        out.removed = stored.saturating_sub(self.len() - self.fresh_count());
        // By what it has open: a writer may have replaced the files since.
        let numbers = [self.manifest.removed, self.manifest.kin];
        out.bytes = self.segments.iter().map(|s| s.file().len()).sum::<u64>()
            + numbers.iter().flatten().map(|n| n.len).sum::<u64>()
            + self.manifest.text().len() as u64;
        Ok(out)
    }

    fn fresh_count(&self) -> usize {
        let there = |(n, ..): &&(u32, Arc<Article>, i64)| self.is_there(*n);
        self.fresh.articles.iter().filter(there).count()
    }

    /// Reads everything, and finds whatever is not as it was written; each error names the file and the place.
    #[must_use]
    pub fn verify(&self) -> Vec<Error> {
        let (texts, agencies) = (self.keeps_texts(), self.detector.agencies());
        let broken = self.segments.iter().map(|s| s.verify(texts, agencies));
        broken.filter_map(Result::err).collect()
    }
}

impl Slot {
    const GONE: Self = Self {
        home: Home::Gone,
        document: Blob::NONE,
        tokens: Blob::NONE,
        added: 0,
        published: None,
        first: 0,
        id: (0, 0),
    };
}

fn id_of<'s>(slots: &[Slot], ids: &'s str, n: u32) -> &'s str {
    let (start, len) = slots[n as usize].id;
    &ids[start as usize..(start + len) as usize]
}
