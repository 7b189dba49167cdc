//! What the engine asks of those who keep articles.

use std::{borrow::Cow, ops::Range, sync::Arc};

use crate::{
    boilerplate,
    candidate::postings::{Place, posting},
    detector::{Article, Detector, Match, collect::Batch},
    error::Result,
    shingle,
};

/// The numbers of two articles, that of the lesser id first.
pub type Pair = (u32, u32);

/// Articles by number, and where their samples stand. An article that is asked about is one of them.
pub trait Library {
    /// How many families there are.
    fn families(&self) -> usize;
    /// The member of least id of the family of an article.
    fn family(&self, article: u32) -> u32;
    /// How many articles are of the family of this one.
    fn family_size(&self, article: u32) -> usize;
    /// The id of an article.
    fn id(&self, article: u32) -> &str;
    /// How many tokens it has.
    fn length(&self, article: u32) -> usize;
    /// Its tokens.
    ///
    /// # Errors
    /// Where they cannot be read.
    fn tokens(&self, article: u32) -> Result<Cow<'_, [u32]>>;
    /// Some of its tokens, by place.
    ///
    /// # Errors
    /// Where they cannot be read.
    fn some_tokens(&self, article: u32, some: Range<usize>) -> Result<Cow<'_, [u32]>> {
        Ok(some_of(self.tokens(article)?, some))
    }
    /// The article, no boilerplate marked in it.
    ///
    /// # Errors
    /// Where it cannot be read.
    fn article(&self, article: u32) -> Result<Arc<Article>>;
    /// Adds to `out` up to `most` places of a passage seed, in any order.
    ///
    /// # Errors
    /// Where they cannot be read.
    fn seed(&self, hash: u64, most: usize, out: &mut Vec<Place>) -> Result<()>;
    /// The same of a line, of each article the first ([`boilerplate::lines`]).
    ///
    /// # Errors
    /// Where they cannot be read.
    fn line(&self, hash: u64, most: usize, out: &mut Vec<Place>) -> Result<()>;
    /// What was found of two articles before ([`learn`](Self::learn)).
    fn known(&self, pair: Pair) -> Option<Known> {
        let _ = pair;
        None
    }
    /// What is found of two articles.
    fn learn(&self, pair: Pair, known: &Known) {
        let _ = (pair, known);
    }
}

/// Some of the tokens of an article; none where it has not as many.
pub(crate) fn some_of(tokens: Cow<'_, [u32]>, some: Range<usize>) -> Cow<'_, [u32]> {
    match tokens {
        Cow::Borrowed(all) => Cow::Borrowed(all.get(some).unwrap_or_default()),
        Cow::Owned(all) => Cow::Owned(all.get(some).unwrap_or_default().to_vec()),
    }
}

/// What is known of two articles.
#[derive(Clone, Debug)]
pub enum Known {
    /// They have no passage in common, whatever in them is boilerplate.
    Nothing,
    /// What was found of them with boilerplate of this hash in both.
    Found(u64, Found),
}

/// The match of two articles by the numbers of a library, its direction not yet weighed; none where they share too little.
pub type Found = Option<Arc<Match>>;

/// Samples of articles, each by its hash with the number of the article and the token it begins at
/// ([`posting`](crate::candidate::postings::posting)).
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// Passage seeds.
    pub seeds: Vec<u128>,
    /// Bands of sketches, which begin nowhere.
    pub bands: Vec<u128>,
    /// Lines that may be boilerplate.
    pub lines: Vec<u128>,
}

impl Detector {
    /// Adds the samples of an article that goes by `number`.
    pub fn samples_of(&self, article: &Article, number: u32, out: &mut Samples) {
        let mut batch = Batch::default();
        self.sample_of(article, number, &mut batch);
        out.seeds.append(&mut batch.seeds);
        out.bands.append(&mut batch.bands);
        let line = |l: &boilerplate::Line| posting(l[0], number, l[1] as u32);
        out.lines.extend(batch.lines.iter().map(line));
    }

    /// Whether two articles that share a band are of one family, by their tokens.
    #[must_use]
    pub fn are_kin(&self, a: &[u32], b: &[u32]) -> bool {
        let [a, b] = [a, b].map(|tokens| shingle::set(tokens, self.settings.k));
        shingle::jaccard(&a, &b) >= self.settings.jaccard
    }
}
