//! One article against many that stand elsewhere: the matches that a scan of all would give it, found by looking up only
//! what it shares with them.

mod compared;
mod ranked;
mod shelf;
mod story;

use std::{borrow::Cow, cell::RefCell, collections::VecDeque, ops::Range, rc::Rc, sync::Arc};

use rustc_hash::{FxBuildHasher, FxHashMap};

use ranked::Ranked;
#[cfg(feature = "index")]
pub(crate) use shelf::some_of;
pub use shelf::{Found, Known, Library, Pair, Samples};
pub use story::Stories;

use super::{
    Article, Detector, Match, Scan,
    corpus::{Corpus, Digest},
    seeds,
};
use crate::{
    align::Aligner,
    boilerplate::{self, Articles, MIN_FAMILIES, Stretch},
    candidate::{
        families::Kinship,
        postings::Place,
        propose::{self, Partners},
    },
    error::Result,
    sketch::winnow::Seed,
};

/// Places of one seed or line that are looked at. In more, those that come first speak for all.
pub const MOST_PLACES: usize = 512;
/// Places of one seed that are put in order: more are over every cap.
const SORTED: usize = 128;
/// Articles of a run of common seeds that are looked at to tell whether it is boilerplate; of more, as many spread over all.
const MOST_OF_RUN: usize = 64;

/// Seeds that are looked up for one article, about.
const LISTS: usize = 512;

/// What an article shares with others.
#[derive(Debug)]
pub struct Answer {
    /// The article, those that it matches, and those that these match; the matches are its own.
    pub scan: Scan,
    /// Its index there.
    pub article: u32,
    /// The number in the library of each article there.
    pub numbers: Vec<u32>,
    /// The clusters it has to do with.
    pub stories: Stories,
}

impl Detector {
    /// What article `x` of a library shares with the others. The matches are those that [`scan`](Detector::scan) gives it
    /// among all, with these exceptions, each of which bounds the work: of a text at more than [`MOST_PLACES`] places only so
    /// many are looked at; of a family of more than [`LARGE`](crate::candidate::families::LARGE) articles a few that share a
    /// seed with it; and families are those that sketches join.
    ///
    /// # Errors
    /// Those of `library`.
    pub fn answer(&self, x: u32, library: &impl Library) -> Result<Answer> {
        let asking = Asking {
            detector: self,
            shelf: library,
            cap: propose::cap(library.families()),
            lists: RefCell::new(FxHashMap::with_capacity_and_hasher(LISTS, FxBuildHasher)),
            marks: RefCell::default(),
            articles: RefCell::default(),
            texts: RefCell::default(),
            seeds: RefCell::default(),
            tokens: RefCell::default(),
            matches: RefCell::default(),
            repeated: RefCell::default(),
            plain: RefCell::default(),
            compared: RefCell::default(),
            aligner: RefCell::default(),
        };
        let own = asking.matches(x)?;
        // What the others have in common with third ones is evidence too.
        let mut all: FxHashMap<Pair, Arc<Match>> = FxHashMap::default();
        let others: Vec<u32> = own
            .iter()
            .map(|(p, _)| if p.0 == x { p.1 } else { p.0 })
            .collect();
        for y in others {
            all.extend(asking.matches(y)?);
        }
        all.extend(own);
        let stories = asking.stories(x)?;
        asking.assemble(x, all, stories)
    }
}

type Matches = Vec<(Pair, Arc<Match>)>;

/// What is known while one article is asked about; everything is found once.
struct Asking<'l, L> {
    detector: &'l Detector,
    shelf: &'l L,
    cap: usize,
    lists: RefCell<FxHashMap<u64, Rc<[Place]>>>,
    /// The tokens of each article that are boilerplate.
    marks: RefCell<FxHashMap<u32, Rc<[Range<u32>]>>>,
    /// Each article with its boilerplate marked.
    articles: RefCell<FxHashMap<u32, Arc<Article>>>,
    /// Whether a line or a run of words is boilerplate.
    texts: RefCell<FxHashMap<Text, bool>>,
    /// The lines of each article that stand in others too.
    repeated: RefCell<FxHashMap<u32, Rc<[Range<u32>]>>>,
    seeds: RefCell<FxHashMap<u32, Rc<[Seed]>>>,
    tokens: RefCell<FxHashMap<u32, Rc<[u32]>>>,
    /// Whether two articles have a passage in common before any boilerplate is marked, and what they are found to be then.
    plain: RefCell<FxHashMap<Pair, Option<Found>>>,
    compared: RefCell<FxHashMap<Pair, Found>>,
    aligner: RefCell<Aligner>,
    matches: RefCell<FxHashMap<u32, Rc<Matches>>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Text {
    Line(u64),
    /// By the commonest of its seeds.
    Run(u64),
}

impl<L: Library> Asking<'_, L> {
    /// All matches of an article.
    fn matches(&self, x: u32) -> Result<Matches> {
        if let Some(matches) = self.matches.borrow().get(&x) {
            return Ok(matches.to_vec());
        }
        let mut out = Vec::new();
        for y in self.partners(x)? {
            let pair = self.in_order(x, y);
            out.extend(self.found(pair)?.map(|m| (pair, m)));
        }
        self.matches.borrow_mut().insert(x, Rc::new(out.clone()));
        Ok(out)
    }

    /// The articles worth aligning with one.
    fn partners(&self, x: u32) -> Result<Vec<u32>> {
        let marks = self.marks(x)?;
        let mut hits: Vec<u128> = Vec::new();
        let mut sample = Vec::new();
        for seed in &*self.seeds(x)? {
            if holds(&marks, seed.at) {
                continue;
            }
            let places = self.list(seed.hash)?;
            if places.is_empty() {
                continue;
            }
            self.sampled(x, seed, &places, &mut sample);
            let is_common = Kinship::count(self, &sample, self.cap + 1) > self.cap;
            if is_common {
                self.keep_neighbours(x, &mut sample);
            }
            propose::hits_of(x, &sample, is_common, self, |hit| {
                hits.push(propose::row(hit))
            });
        }
        hits.sort_unstable();
        hits.dedup();
        let (mut partners, mut out) = (Partners::default(), Vec::new());
        let pair = |h: &u128| (propose::lesser(*h), propose::greater(*h));
        for hits in hits.chunk_by(|h, k| pair(h) == pair(k)) {
            let (one, other) = pair(&hits[0]);
            let y = if one == x { other } else { one };
            if !self.is_partner(x, hits, &mut partners)? || !self.may_match(x, y)? {
                continue;
            }
            let marks = self.marks(y)?;
            let outside = |h: &&u128| {
                let [i, j] = propose::places(**h);
                !holds(&marks, if one == y { i } else { j })
            };
            let left: Vec<u128> = hits.iter().filter(outside).copied().collect();
            if left.len() == hits.len() || self.is_partner(x, &left, &mut partners)? {
                out.push(y);
            }
        }
        Ok(out)
    }

    /// Whether these hits of `x` and another make the two worth aligning. Most have one by chance, which what stands round it
    /// tells.
    fn is_partner(&self, x: u32, hits: &[u128], partners: &mut Partners) -> Result<bool> {
        let [hit] = *hits else {
            return Ok(!partners.of(hits, |z| self.tokens(z))?.is_empty());
        };
        let lesser = propose::lesser(hit);
        let articles = [lesser, propose::greater(hit)];
        let lengths = articles.map(|z| self.shelf.length(z));
        let [i, j] = propose::places(hit);
        let around = [(lengths[0], i), (lengths[1], j)].map(|(n, at)| propose::surroundings(n, at));
        let (own, [a, b]) = (self.tokens(x)?, around);
        Ok(if lesser == x {
            let b = self.shelf.some_tokens(articles[1], b)?;
            propose::is_partner(hit, lengths, [&own[a], &b])
        } else {
            let a = self.shelf.some_tokens(lesser, a)?;
            propose::is_partner(hit, lengths, [&a, &own[b]])
        })
    }

    /// The places of a seed of `x` that are gone through; those of `x` are among them in any case.
    fn sampled(&self, x: u32, seed: &Seed, places: &[Place], out: &mut Vec<Place>) {
        Kinship::sampled(self, places, out);
        if out.iter().all(|p| p.article != x) {
            let before = out.len();
            out.extend(places.iter().filter(|p| p.article == x));
            // It came after as many as are looked at.
            if out.len() == before {
                let (article, at) = (x, seed.at);
                out.push(Place { article, at });
            }
            if out.len() <= SORTED {
                self.sort(out);
            }
        }
    }

    /// Leaves the places of `x` and of the articles before and after it by id.
    fn keep_neighbours(&self, x: u32, places: &mut Vec<Place>) {
        let own = self.shelf.id(x);
        let (mut before, mut after) = ((x, ""), (x, ""));
        for p in places.iter() {
            let id = self.shelf.id(p.article);
            if id < own && (before.0 == x || before.1 < id) {
                before = (p.article, id);
            }
            if id > own && (after.0 == x || id < after.1) {
                after = (p.article, id);
            }
        }
        let kept = [x, before.0, after.0];
        places.retain(|p| kept.contains(&p.article));
        self.sort(places);
    }

    fn tokens(&self, x: u32) -> Result<Rc<[u32]>> {
        if let Some(tokens) = self.tokens.borrow().get(&x) {
            return Ok(Rc::clone(tokens));
        }
        let tokens: Rc<[u32]> = self.shelf.tokens(x)?.into();
        self.tokens.borrow_mut().insert(x, Rc::clone(&tokens));
        Ok(tokens)
    }

    fn seeds(&self, x: u32) -> Result<Rc<[Seed]>> {
        if let Some(seeds) = self.seeds.borrow().get(&x) {
            return Ok(Rc::clone(seeds));
        }
        let mut out = Vec::new();
        let tokens = self.tokens(x)?;
        if !tokens.is_empty() {
            seeds(&tokens, self.detector.settings.k, &mut Vec::new(), &mut out);
        }
        let seeds: Rc<[Seed]> = out.into();
        self.seeds.borrow_mut().insert(x, Rc::clone(&seeds));
        Ok(seeds)
    }

    /// The places of a seed that stands in more than one article; few of them by id and place.
    fn list(&self, hash: u64) -> Result<Rc<[Place]>> {
        if let Some(list) = self.lists.borrow().get(&hash) {
            return Ok(Rc::clone(list));
        }
        let mut places = Vec::new();
        self.shelf.seed(hash, MOST_PLACES, &mut places)?;
        if places.iter().all(|p| p.article == places[0].article) {
            places.clear();
        }
        if places.len() <= SORTED {
            self.sort(&mut places);
        }
        let list: Rc<[Place]> = places.into();
        self.lists.borrow_mut().insert(hash, Rc::clone(&list));
        Ok(list)
    }

    fn sort(&self, places: &mut [Place]) {
        places.sort_unstable_by(|p, q| {
            let ids = self.shelf.id(p.article).cmp(self.shelf.id(q.article));
            ids.then(p.at.cmp(&q.at))
        });
    }

    /// An article with its boilerplate marked.
    fn article(&self, x: u32) -> Result<Arc<Article>> {
        if let Some(article) = self.articles.borrow().get(&x) {
            return Ok(Arc::clone(article));
        }
        let mut article = self.shelf.article(x)?;
        let marks = self.marks(x)?;
        if !marks.is_empty() {
            let mut marked = (*article).clone();
            boilerplate::mark(&marks, &mut marked.parts.flags);
            article = Arc::new(marked);
        }
        self.articles.borrow_mut().insert(x, Arc::clone(&article));
        Ok(article)
    }

    /// The tokens of an article that are boilerplate.
    fn marks(&self, x: u32) -> Result<Rc<[Range<u32>]>> {
        if let Some(marks) = self.marks.borrow().get(&x) {
            return Ok(Rc::clone(marks));
        }
        let mut marks = Vec::new();
        for (hash, range) in self.lines(x)? {
            if self.is_boilerplate(Text::Line(hash), range.end - range.start)? {
                marks.push(range);
            }
        }
        for (seed, (_, range), _) in self.runs(x)? {
            if self.is_boilerplate(Text::Run(seed), 0)? {
                marks.push(range);
            }
        }
        let marks: Rc<[Range<u32>]> = marks.into();
        self.marks.borrow_mut().insert(x, Rc::clone(&marks));
        Ok(marks)
    }

    /// The lines of an article that may be boilerplate.
    fn lines(&self, x: u32) -> Result<Vec<(u64, Range<u32>)>> {
        let article = self.shelf.article(x)?;
        let mut lines = Vec::new();
        boilerplate::lines(x, &article.hashes, &article.parts, &mut lines);
        let line = |l: &boilerplate::Line| (l[0], l[1] as u32..l[2] as u32);
        Ok(lines.iter().map(line).collect())
    }

    /// The runs of seeds of many families in an article.
    fn runs(&self, x: u32) -> Result<Vec<(u64, Stretch, bool)>> {
        let mut many = Vec::new();
        for seed in &*self.seeds(x)? {
            many.extend(self.of_many(x, seed)?);
        }
        let mut out = Vec::new();
        if !many.is_empty() {
            boilerplate::runs_of(x, &many, self, &mut out)?;
        }
        Ok(out)
    }

    /// A seed of an article as [`boilerplate::runs_of`] wants it, if it stands in many families.
    fn of_many(&self, x: u32, seed: &Seed) -> Result<Option<[u64; 3]>> {
        let places = self.list(seed.hash)?;
        let place = u64::from(x) << 32 | u64::from(seed.at);
        let is_one = boilerplate::is_of_many(&places, self, self.cap);
        Ok(is_one.then_some([place, seed.hash, places.len() as u64]))
    }

    /// The run of seeds of many families round one at this place of an article, if it is the commonest there.
    fn run_round(&self, p: &Place, hash: u64) -> Result<Option<(Stretch, bool)>> {
        let seeds = self.seeds(p.article)?;
        let from = seeds.partition_point(|s| s.at < p.at);
        let mut many = VecDeque::new();
        let reach = propose::GUARANTEED_RUN as u32;
        let mut last = p.at;
        for s in &seeds[from..] {
            if s.at - last > reach {
                break;
            }
            if let Some(one) = self.of_many(p.article, s)? {
                many.push_back(one);
                last = s.at;
            }
        }
        last = p.at;
        for s in seeds[..from].iter().rev() {
            if last - s.at > reach {
                break;
            }
            if let Some(one) = self.of_many(p.article, s)? {
                many.push_front(one);
                last = s.at;
            }
        }
        let mut runs = Vec::new();
        boilerplate::runs_of(p.article, many.make_contiguous(), self, &mut runs)?;
        let run = runs
            .into_iter()
            .find(|r| r.0 == hash && r.1.1.contains(&p.at));
        Ok(run.map(|(_, stretch, is_speech)| (stretch, is_speech)))
    }

    /// Whether a text is boilerplate; a line is of so many tokens.
    fn is_boilerplate(&self, text: Text, tokens: u32) -> Result<bool> {
        if let Some(is_one) = self.texts.borrow().get(&text) {
            return Ok(*is_one);
        }
        let places = match text {
            Text::Line(hash) => self.places_of_line(hash, tokens)?,
            Text::Run(seed) => self.places_of_run(seed)?,
        };
        let is_one = places.len() >= MIN_FAMILIES && self.stands_alone(&places)?;
        self.texts.borrow_mut().insert(text, is_one);
        Ok(is_one)
    }

    fn places_of_line(&self, hash: u64, tokens: u32) -> Result<Vec<Stretch>> {
        let mut places = Vec::new();
        self.shelf.line(hash, MOST_PLACES, &mut places)?;
        self.sort(&mut places);
        let stretch = |p: &Place| (p.article, p.at..p.at + tokens);
        Ok(places.iter().map(stretch).collect())
    }

    fn places_of_run(&self, seed: u64) -> Result<Vec<Stretch>> {
        let (mut places, mut speech) = (Vec::new(), 0);
        let list = self.list(seed)?;
        let articles: Vec<&[Place]> = list.chunk_by(|p, q| p.article == q.article).collect();
        let step = articles.len().div_ceil(MOST_OF_RUN).max(1);
        for p in articles.iter().step_by(step).copied().flatten() {
            if let Some((place, is_speech)) = self.run_round(p, seed)?
                && places.last() != Some(&place)
            {
                places.push(place);
                speech += usize::from(is_speech);
            }
        }
        if !boilerplate::is_run(places.len() * step, speech * step) {
            places.clear();
        }
        places.sort_by(|p, q| self.shelf.id(p.0).cmp(self.shelf.id(q.0)));
        Ok(places)
    }

    /// Whether the articles of a text share nothing but it.
    fn stands_alone(&self, places: &[Stretch]) -> Result<bool> {
        let ranked = Ranked::new(self, places.iter().map(|p| p.0));
        let places: Vec<Stretch> = places
            .iter()
            .map(|(x, range)| (ranked.rank(*x), range.clone()))
            .collect();
        let repeated = |rank: u32| {
            let ranges = self.repeated(ranked.numbers[rank as usize])?;
            Ok(Cow::Owned(ranges.to_vec()))
        };
        Ok(boilerplate::families_of(&places, &ranked, &ranked, repeated)?.is_some())
    }

    /// The lines of an article that stand in others too, by place.
    fn repeated(&self, x: u32) -> Result<Rc<[Range<u32>]>> {
        if let Some(ranges) = self.repeated.borrow().get(&x) {
            return Ok(Rc::clone(ranges));
        }
        let (mut ranges, mut places) = (Vec::new(), Vec::new());
        for (hash, range) in self.lines(x)? {
            places.clear();
            self.shelf.line(hash, MIN_FAMILIES, &mut places)?;
            if places.len() >= MIN_FAMILIES {
                ranges.push(range);
            }
        }
        ranges.sort_unstable_by_key(|r| r.start);
        let ranges: Rc<[Range<u32>]> = ranges.into();
        self.repeated.borrow_mut().insert(x, Rc::clone(&ranges));
        Ok(ranges)
    }

    /// A scan of the articles of all these matches, with what follows from them, and of the matches those of `x`.
    fn assemble(
        &self,
        x: u32,
        all: FxHashMap<Pair, Arc<Match>>,
        stories: Stories,
    ) -> Result<Answer> {
        let named = all.keys().flat_map(|p| [p.0, p.1]);
        let ranked = Ranked::of(self, named.chain([x]).collect());
        let article = ranked.rank(x);
        let mut articles = Vec::with_capacity(ranked.numbers.len());
        for n in &ranked.numbers {
            articles.push((*self.article(*n)?).clone());
        }
        let digests = articles.iter().map(Digest::of).collect();
        let corpus = Corpus::held(articles, digests, self.detector.settings.k);
        let mut matches: Vec<Match> = all
            .into_values()
            .map(|m| Match {
                a: ranked.rank(m.a),
                b: ranked.rank(m.b),
                ..Arc::unwrap_or_clone(m)
            })
            .collect();
        matches.sort_unstable_by_key(|m| (m.a, m.b));
        let standings = self.detector.standings(&corpus);
        let copies = self.detector.copies(&corpus, &standings, &matches)?;
        self.detector
            .direct(&corpus, &standings, &copies, &mut matches)?;
        matches.retain(|m| m.a == article || m.b == article);
        let scan = Scan {
            articles: corpus.into_articles().unwrap_or_default(),
            standings,
            copies,
            matches,
            ..Scan::default()
        };
        Ok(Answer {
            scan,
            article,
            numbers: ranked.numbers,
            stories,
        })
    }
}

fn holds(marks: &[Range<u32>], at: u32) -> bool {
    marks.iter().any(|r| r.contains(&at))
}

impl<L: Library> Kinship for Asking<'_, L> {
    fn family(&self, article: u32) -> u32 {
        self.shelf.family(article)
    }

    fn size(&self, article: u32) -> usize {
        self.shelf.family_size(article)
    }
}

impl<L: Library> Articles for Asking<'_, L> {
    fn count(&self) -> usize {
        0
    }

    fn length(&self, article: u32) -> usize {
        self.shelf.length(article)
    }

    fn tokens(&self, article: u32) -> Result<Cow<'_, [u32]>> {
        self.shelf.tokens(article)
    }

    fn flags(&self, article: u32) -> Result<Cow<'_, [u8]>> {
        Ok(Cow::Owned(self.shelf.article(article)?.parts.flags.clone()))
    }

    fn seeds(&self, article: u32) -> Result<Vec<Seed>> {
        Ok(Asking::seeds(self, article)?.to_vec())
    }
}

#[cfg(test)]
pub(crate) mod made;
#[cfg(test)]
mod tests;
