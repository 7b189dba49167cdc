//! Passage seeds of a whole corpus: from a seed to the places it stands at, and from an article to its seeds.

use rayon::prelude::*;

use crate::{shingle::shared_by, sketch::winnow::Seed};

/// A place of a seed: an article and a token of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the article.
    pub article: u32,
    /// Index of the seed's first token, or [`EVERYWHERE`].
    pub at: u32,
}

/// In place of a token: the seed stands at too many places of the article to name them.
pub const EVERYWHERE: u32 = u32::MAX;

/// Seeds that stand in at least two articles, with all their places.
#[derive(Debug, Default)]
pub struct Postings {
    /// Where each list begins in `places`; one more at the end.
    starts: Vec<u32>,
    places: Vec<Place>,
    /// Where each article's entries begin in `entries`; one more at the end.
    article_starts: Vec<u32>,
    entries: Vec<(u32, u32)>,
    /// All seeds of each article, those of it alone included.
    totals: Vec<u32>,
}

impl Postings {
    /// Builds the lists of `articles`. O(n log n) in the number of seeds; the result does not depend on threads.
    #[must_use]
    pub fn build(articles: &[Vec<Seed>]) -> Self {
        let mut all: Vec<(u64, Place)> = articles
            .par_iter()
            .enumerate()
            .flat_map_iter(|(i, seeds)| {
                seeds.iter().map(move |s| {
                    (
                        s.hash,
                        Place {
                            article: i as u32,
                            at: s.at,
                        },
                    )
                })
            })
            .collect();
        all.par_sort_unstable();
        let mut starts = vec![0u32];
        let mut places = Vec::new();
        for list in all.chunk_by(|x, y| x.0 == y.0) {
            if list.first().map(|p| p.1.article) == list.last().map(|p| p.1.article) {
                continue;
            }
            places.extend(list.iter().map(|p| p.1));
            starts.push(places.len() as u32);
        }
        drop(all);
        let totals = articles.iter().map(|s| s.len() as u32).collect();
        Self::of_lists(starts, places, totals)
    }

    fn of_lists(starts: Vec<u32>, places: Vec<Place>, totals: Vec<u32>) -> Self {
        let mut article_starts = vec![0u32; totals.len() + 1];
        for p in &places {
            article_starts[p.article as usize + 1] += 1;
        }
        for i in 0..totals.len() {
            article_starts[i + 1] += article_starts[i];
        }
        let mut next = article_starts.clone();
        let mut entries = vec![(0, 0); places.len()];
        for (list, w) in starts.windows(2).enumerate() {
            for p in &places[w[0] as usize..w[1] as usize] {
                let slot = &mut next[p.article as usize];
                entries[*slot as usize] = (list as u32, p.at);
                *slot += 1;
            }
        }
        Self {
            starts,
            places,
            article_starts,
            entries,
            totals,
        }
    }

    /// The same lists with only the places that `keep` holds on to; a list may end up empty.
    #[must_use]
    pub fn thinned(&self, mut keep: impl FnMut(&[Place], &mut Vec<Place>)) -> Self {
        let mut starts = vec![0u32];
        let mut places = Vec::new();
        for list in 0..self.len() as u32 {
            keep(self.places(list), &mut places);
            starts.push(places.len() as u32);
        }
        Self::of_lists(starts, places, self.totals.clone())
    }

    /// All seeds of an article, those that stand in no other included.
    #[must_use]
    pub fn seeds(&self, article: u32) -> u32 {
        self.totals[article as usize]
    }

    /// How many seeds stand in at least two articles.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether no two articles share a seed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The places of a list, by article and token.
    #[must_use]
    pub fn places(&self, list: u32) -> &[Place] {
        let i = list as usize;
        &self.places[self.starts[i] as usize..self.starts[i + 1] as usize]
    }

    /// The lists two articles both stand in, ascending.
    #[must_use]
    pub fn in_both(&self, x: u32, y: u32) -> Vec<u32> {
        let of_y = self.of_article(y);
        let mut out: Vec<u32> = self
            .of_article(x)
            .iter()
            .map(|e| e.0)
            .filter(|l| of_y.binary_search_by_key(l, |e| e.0).is_ok())
            .collect();
        out.dedup();
        out
    }

    /// How many lists two articles both stand in. Linear in the entries of both.
    #[must_use]
    pub fn shared(&self, x: u32, y: u32) -> usize {
        // Entries of an article are in the order of their lists.
        shared_by(self.of_article(x), self.of_article(y), |e| e.0)
    }

    /// The lists that an article stands in, ascending, each with the token.
    #[must_use]
    pub fn of_article(&self, article: u32) -> &[(u32, u32)] {
        let i = article as usize;
        &self.entries[self.article_starts[i] as usize..self.article_starts[i + 1] as usize]
    }
}
