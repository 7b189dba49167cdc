//! An index as the engine asks it: with one article more where that is asked about, without those that came later.

use std::{
    borrow::Cow,
    ops::Range,
    sync::{Arc, PoisonError},
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Among, Fresh, Home, Index, Of, REMEMBERED, kin::Kin};
use crate::{
    candidate::{
        families::BUCKET,
        postings::{Place, key},
    },
    detector::{Article, Known, Library, Pair, Samples, some_of},
    document::Document,
    error::Result,
};

/// Articles of one band of a sketch that are looked at.
const MOST_OF_BAND: usize = 256;

/// An index that stays as it is while it is asked.
pub(super) struct View<'i> {
    index: &'i Index,
    /// The number of the first article that is not there yet.
    upto: u32,
    extra: Option<Extra>,
    /// An article that is left out, and the others of its family as they are without it.
    hidden: Option<u32>,
    parted: Kin,
    parts: FxHashMap<u32, u32>,
    members: Vec<u32>,
}

/// A family: of the index, or a part of that of the article which is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Root {
    Whole(u32),
    Part(u32),
}

/// An article that is asked about and not there.
struct Extra {
    number: u32,
    article: Arc<Article>,
    held: Fresh,
    /// The roots of the families that it joins, and the family these make with it.
    roots: Vec<Root>,
    head: u32,
    size: usize,
}

impl<'i> View<'i> {
    pub(super) fn of(index: &'i Index) -> Self {
        Self::upto(index, index.slots.len() as u32)
    }

    /// As it was when an article was the last, of those that came together last.
    pub(super) fn as_of(index: &'i Index, last: u32) -> Self {
        Self::upto(index, last + 1)
    }

    fn upto(index: &'i Index, upto: u32) -> Self {
        Self {
            index,
            upto,
            extra: None,
            hidden: None,
            parted: Kin::default(),
            parts: FxHashMap::default(),
            members: Vec::new(),
        }
    }

    /// With an article more, and one less.
    pub(super) fn with(index: &'i Index, document: Document, hidden: Option<u32>) -> Result<Self> {
        let number = index.slots.len() as u32;
        let article = Arc::new(Article::new(document, index.detector.agencies()));
        let mut samples = Samples::default();
        index.detector.samples_of(&article, number, &mut samples);
        let mut view = Self::of(index);
        if let Some(hidden) = hidden {
            view.hide(hidden)?;
        }
        let of_kin = |y: &u32| view.root(*y);
        let kin = index.kin_of(&article, &samples, hidden, &of_kin)?;
        let mut roots: Vec<Root> = kin.iter().map(of_kin).collect();
        roots.sort_unstable();
        roots.dedup();
        let heads = roots.iter().map(|r| view.head_of(*r));
        let head = heads.min_by(|x, y| index.by_id(*x, *y));
        let head = head.filter(|h| index.id(*h) < &*article.document.id);
        let size = 1 + roots.iter().map(|r| view.size_of(*r)).sum::<usize>();
        let mut held = Fresh::default();
        held.push(number, Arc::clone(&article), 0, samples, &Of::ALL);
        view.extra = Some(Extra {
            number,
            article,
            held,
            roots,
            head: head.unwrap_or(number),
            size,
        });
        Ok(view)
    }

    /// Leaves an article out, and parts its family as it was held together by it.
    fn hide(&mut self, hidden: u32) -> Result<()> {
        let index = self.index;
        self.hidden = Some(hidden);
        let root = index.kin.root(hidden);
        let is_kin = |n: &u32| *n != hidden && index.is_there(*n) && index.kin.root(*n) == root;
        let members: Vec<u32> = if index.kin.size(hidden) > 1 {
            (0..index.slots.len() as u32).filter(is_kin).collect()
        } else {
            Vec::new()
        };
        for (place, n) in (0..).zip(&members) {
            self.parted.push();
            self.parts.insert(*n, place);
        }
        for (x, y) in index.kin_among(&members)? {
            let by_id = |i: u32, j: u32| index.by_id(members[i as usize], members[j as usize]);
            self.parted.join(self.parts[&x], self.parts[&y], by_id);
        }
        self.members = members;
        Ok(())
    }

    /// The family of an article that is there.
    fn root(&self, article: u32) -> Root {
        match self.parts.get(&article) {
            Some(place) => Root::Part(self.parted.root(*place)),
            None => Root::Whole(self.index.kin.root_at(article, self.upto)),
        }
    }

    fn head_of(&self, root: Root) -> u32 {
        match root {
            Root::Part(place) => self.members[self.parted.head(self.parted.root(place)) as usize],
            Root::Whole(root) => self.index.kin.family_at(root, self.upto).0,
        }
    }

    fn size_of(&self, root: Root) -> usize {
        match root {
            Root::Part(place) => self.parted.size(place),
            Root::Whole(root) => self.index.kin.family_at(root, self.upto).1,
        }
    }

    /// The number of the article that is more.
    pub(super) fn article(&self) -> u32 {
        self.extra.as_ref().map_or(0, |e| e.number)
    }

    fn extra(&self, article: u32) -> Option<&Extra> {
        self.extra.as_ref().filter(|e| e.number == article)
    }

    /// The extra article, where this one is of its family.
    fn joined(&self, article: u32) -> Option<&Extra> {
        let is_of = |e: &&Extra| {
            e.number == article || !e.roots.is_empty() && e.roots.contains(&self.root(article))
        };
        self.extra.as_ref().filter(is_of)
    }

    fn find(&self, of: Of, key: u64, most: usize, out: &mut Vec<Place>) -> Result<()> {
        let among = Among {
            upto: self.upto,
            without: self.hidden,
        };
        let from = out.len();
        self.index.places(of, key, among, most, out)?;
        // As if it had come last.
        if let Some(e) = &self.extra {
            let left = most - (out.len() - from);
            e.held.find(of, key, left, |_| true, out);
        }
        Ok(())
    }
}

impl Library for View<'_> {
    fn families(&self) -> usize {
        let more = usize::from(self.extra.is_some());
        let joined = self.extra.as_ref().map_or(0, |e| e.roots.len());
        // The family of what is left out, for its parts.
        let whole = usize::from(self.hidden.is_some());
        self.index.kin.count_at(self.upto) + more + self.parted.count() - joined - whole
    }

    fn family(&self, article: u32) -> u32 {
        match self.joined(article) {
            Some(e) => e.head,
            None => self.head_of(self.root(article)),
        }
    }

    fn family_size(&self, article: u32) -> usize {
        match self.joined(article) {
            Some(e) => e.size,
            None => self.size_of(self.root(article)),
        }
    }

    fn id(&self, article: u32) -> &str {
        match self.extra(article) {
            Some(e) => &e.article.document.id,
            None => self.index.id(article),
        }
    }

    fn length(&self, article: u32) -> usize {
        if let Some(e) = self.extra(article) {
            return e.article.hashes.len();
        }
        let slot = &self.index.slots[article as usize];
        match slot.home {
            Home::Segment(_) => slot.tokens.count(),
            _ => self
                .index
                .fresh
                .article(article)
                .map_or(0, |a| a.hashes.len()),
        }
    }

    fn tokens(&self, article: u32) -> Result<Cow<'_, [u32]>> {
        match self.extra(article) {
            Some(e) => Ok(Cow::Borrowed(&e.article.hashes)),
            None => self.index.tokens(article),
        }
    }

    fn some_tokens(&self, article: u32, some: Range<usize>) -> Result<Cow<'_, [u32]>> {
        let slot = self.index.slots.get(article as usize);
        match slot.map(|s| (s.home, s.tokens)) {
            Some((Home::Segment(s), tokens)) => {
                let (segment, id) = (&self.index.segments[s as usize], self.index.id(article));
                segment.some_tokens(tokens, some, id).map(Cow::Owned)
            }
            _ => Ok(some_of(self.tokens(article)?, some)),
        }
    }

    fn article(&self, article: u32) -> Result<Arc<Article>> {
        match self.extra(article) {
            Some(e) => Ok(Arc::clone(&e.article)),
            None => self.index.article(article),
        }
    }

    fn seed(&self, hash: u64, most: usize, out: &mut Vec<Place>) -> Result<()> {
        self.find(Of::Seeds, hash, most, out)
    }

    fn line(&self, hash: u64, most: usize, out: &mut Vec<Place>) -> Result<()> {
        self.find(Of::Lines, hash, most, out)
    }

    fn known(&self, pair: Pair) -> Option<Known> {
        let found = self
            .index
            .found
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        found.get(&pair).cloned()
    }

    fn learn(&self, pair: Pair, known: &Known) {
        // An article that is not there has no number of its own.
        if self.extra(pair.0).or(self.extra(pair.1)).is_some() {
            return;
        }
        let mut all = self
            .index
            .found
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert(pair, known.clone());
    }
}

impl Index {
    pub(super) fn tokens(&self, n: u32) -> Result<Cow<'_, [u32]>> {
        if let Some(a) = self.fresh.article(n) {
            return Ok(Cow::Borrowed(&a.hashes));
        }
        let slot = &self.slots[n as usize];
        match slot.home {
            Home::Segment(s) => {
                let tokens = self.segments[s as usize].tokens(slot.tokens, self.id(n))?;
                Ok(Cow::Owned(tokens))
            }
            _ => Ok(Cow::Borrowed(&[])),
        }
    }

    /// One article at least of each family that an article belongs to, by its bands; `hidden` is not looked at.
    pub(super) fn kin_of(
        &self,
        article: &Article,
        samples: &Samples,
        hidden: Option<u32>,
        root: &dyn Fn(&u32) -> Root,
    ) -> Result<Vec<u32>> {
        let among = Among {
            without: hidden,
            ..Among::ALL
        };
        self.kin_by(article, samples, root, |band, bucket| {
            self.places(Of::Bands, band, among, MOST_OF_BAND, bucket)
        })
    }

    /// The same among those in memory.
    pub(super) fn kin_in_memory(&self, article: &Article, samples: &Samples) -> Result<Vec<u32>> {
        let root = |y: &u32| Root::Whole(self.kin.root(*y));
        self.kin_by(article, samples, &root, |band, bucket| {
            self.fresh_places(Of::Bands, band, Among::ALL, MOST_OF_BAND, bucket);
            Ok(())
        })
    }

    /// The places in segments of the bands of an article, for [`kin_beside`](Self::kin_beside).
    pub(super) fn stored_bands(&self, samples: &Samples) -> Result<FxHashMap<u64, Vec<Place>>> {
        let mut out = FxHashMap::default();
        for band in &samples.bands {
            let mut places = Vec::new();
            self.stored(Of::Bands, key(*band), Among::ALL, MOST_OF_BAND, &mut places)?;
            if !places.is_empty() {
                out.insert(key(*band), places);
            }
        }
        Ok(out)
    }

    /// As [`kin_of`](Self::kin_of), the places in segments being known.
    pub(super) fn kin_beside(
        &self,
        article: &Article,
        samples: &Samples,
        stored: &FxHashMap<u64, Vec<Place>>,
    ) -> Result<Vec<u32>> {
        let root = |y: &u32| Root::Whole(self.kin.root(*y));
        self.kin_by(article, samples, &root, |band, bucket| {
            bucket.extend(stored.get(&band).into_iter().flatten());
            let left = MOST_OF_BAND.saturating_sub(bucket.len());
            self.fresh_places(Of::Bands, band, Among::ALL, left, bucket);
            Ok(())
        })
    }

    fn kin_by(
        &self,
        article: &Article,
        samples: &Samples,
        root: &dyn Fn(&u32) -> Root,
        find: impl Fn(u64, &mut Vec<Place>) -> Result<()>,
    ) -> Result<Vec<u32>> {
        let id = &*article.document.id;
        let (mut tried, mut roots) = (FxHashSet::default(), FxHashSet::default());
        let (mut kin, mut places) = (Vec::new(), Vec::new());
        for band in &samples.bands {
            places.clear();
            find(key(*band), &mut places)?;
            let bucket = places.iter().map(|p| p.article);
            let is_new = |y: &u32| self.is_there(*y) && !roots.contains(&root(y));
            let mut bucket: Vec<u32> = bucket.filter(is_new).collect();
            if bucket.len() >= BUCKET {
                bucket.sort_unstable_by(|x, y| self.by_id(*x, *y));
                let at = bucket.partition_point(|y| self.id(*y) < id);
                let near = [Some(0), at.checked_sub(1), Some(at)];
                let near = near.into_iter().flatten();
                bucket = near.filter_map(|i| bucket.get(i).copied()).collect();
            }
            for y in bucket {
                if !roots.contains(&root(&y))
                    && tried.insert(y)
                    && self.detector.are_kin(&article.hashes, &self.tokens(y)?)
                {
                    roots.insert(root(&y));
                    kin.push(y);
                }
            }
        }
        Ok(kin)
    }
}
