//! The articles of a scan: what is kept of each, and how it is had again.

use std::{borrow::Cow, ops::Deref};

use super::{Article, scope::Scope, seeds};
use crate::{
    boilerplate::{self, Marks},
    error::Result,
    sketch::winnow::Seed,
};

/// What of an article is kept in memory in any case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digest {
    /// Identity of its tokens.
    pub(super) sequence: u128,
    /// How many there are.
    pub(super) tokens: u32,
    /// What decides with whom it is compared.
    pub(super) scope: Scope,
}

impl Digest {
    pub(super) fn of(article: &Article) -> Self {
        Self {
            sequence: article.sequence,
            tokens: article.tokens.hashes.len() as u32,
            scope: Scope::of(&article.document),
        }
    }

    /// Whether both are the same words, of which there are some.
    pub(super) fn is_same_text(&self, other: &Self) -> bool {
        self.sequence == other.sequence && self.tokens > 0
    }
}

/// All articles of a scan, by index.
#[derive(Debug)]
pub(super) struct Corpus {
    pub(super) digests: Vec<Digest>,
    articles: Vec<Article>,
    /// Tokens of a shingle.
    k: usize,
}

/// An article that is held, or one read back.
pub(super) enum Had<'c> {
    Held(&'c Article),
}

impl Deref for Had<'_> {
    type Target = Article;

    fn deref(&self) -> &Article {
        match self {
            Self::Held(a) => a,
        }
    }
}

impl Corpus {
    /// Articles that are held in memory.
    pub(super) fn held(articles: Vec<Article>, digests: Vec<Digest>, k: usize) -> Self {
        Self {
            digests,
            articles,
            k,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.digests.len()
    }

    pub(super) fn digest(&self, x: u32) -> &Digest {
        &self.digests[x as usize]
    }

    pub(super) fn article(&self, x: u32) -> Result<Had<'_>> {
        Ok(Had::Held(&self.articles[x as usize]))
    }

    /// Marks boilerplate in every article.
    pub(super) fn mark(&mut self, marks: &Marks) {
        if !marks.is_empty() {
            for (x, a) in self.articles.iter_mut().enumerate() {
                marks.set(x as u32, &mut a.parts.flags);
            }
        }
    }

    /// All articles.
    pub(super) fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// All articles, to keep.
    pub(super) fn into_articles(self) -> Vec<Article> {
        self.articles
    }
}

impl boilerplate::Articles for Corpus {
    fn count(&self) -> usize {
        self.len()
    }

    fn length(&self, article: u32) -> usize {
        self.digest(article).tokens as usize
    }

    fn tokens(&self, article: u32) -> Result<Cow<'_, [u32]>> {
        Ok(match self.article(article)? {
            Had::Held(a) => Cow::Borrowed(&a.tokens.hashes),
        })
    }

    fn flags(&self, article: u32) -> Result<Cow<'_, [u8]>> {
        Ok(match self.article(article)? {
            Had::Held(a) => Cow::Borrowed(&a.parts.flags),
        })
    }

    fn seeds(&self, article: u32) -> Result<Vec<Seed>> {
        let mut out = Vec::new();
        seeds(&self.tokens(article)?, self.k, &mut Vec::new(), &mut out);
        Ok(out)
    }
}
