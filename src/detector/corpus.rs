//! The articles of a scan: what is kept of each in memory, and how the rest is had again.

use std::{borrow::Cow, ops::Deref, sync::Arc};

use super::{Article, scope::Scope, seeds, shelf::Shelf};
use crate::{
    boilerplate::{self, Marks},
    error::Result,
    sketch::winnow::Seed,
};

/// What of an article is kept in memory in any case.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Digest {
    /// Identity of its tokens.
    pub(super) sequence: u128,
    /// How many there are.
    pub(super) tokens: u32,
    /// Whether it is a reference.
    pub(super) is_reference: bool,
    /// What decides with whom it is compared.
    pub(super) scope: Scope,
}

impl Digest {
    pub(super) fn of(article: &Article) -> Self {
        Self {
            sequence: article.sequence,
            tokens: article.hashes.len() as u32,
            is_reference: article.document.reference.is_some(),
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
    store: Store,
    /// Tokens of a shingle.
    k: usize,
}

#[derive(Debug)]
enum Store {
    Held(Vec<Article>),
    Shelved(Shelf),
}

/// An article that is held in memory, or one read back.
#[derive(Debug)]
pub enum Had<'c> {
    /// Held.
    Held(&'c Article),
    /// Read back.
    Read(Box<Article>),
}

impl Deref for Had<'_> {
    type Target = Article;

    fn deref(&self) -> &Article {
        match self {
            Self::Held(a) => a,
            Self::Read(a) => a,
        }
    }
}

impl Corpus {
    /// Articles that are held in memory.
    pub(super) fn held(articles: Vec<Article>, digests: Vec<Digest>, k: usize) -> Self {
        let store = Store::Held(articles);
        Self { digests, store, k }
    }

    /// Articles on a shelf.
    pub(super) fn shelved(shelf: Shelf, digests: Vec<Digest>, k: usize) -> Self {
        let store = Store::Shelved(shelf);
        Self { digests, store, k }
    }

    pub(super) fn len(&self) -> usize {
        self.digests.len()
    }

    /// How many articles are no references; those stand first.
    pub(super) fn reported(&self) -> usize {
        self.digests.partition_point(|d| !d.is_reference)
    }

    pub(super) fn digest(&self, x: u32) -> &Digest {
        &self.digests[x as usize]
    }

    pub(super) fn id(&self, x: u32) -> &str {
        match &self.store {
            Store::Held(articles) => &articles[x as usize].document.id,
            Store::Shelved(shelf) => shelf.id(x),
        }
    }

    pub(super) fn text_sha256(&self, x: u32) -> [u8; 32] {
        match &self.store {
            Store::Held(articles) => articles[x as usize].text_sha256,
            Store::Shelved(shelf) => shelf.text_sha256(x),
        }
    }

    pub(super) fn article(&self, x: u32) -> Result<Had<'_>> {
        Ok(match &self.store {
            Store::Held(articles) => Had::Held(&articles[x as usize]),
            Store::Shelved(shelf) => Had::Read(Box::new(shelf.article(x)?)),
        })
    }

    /// Marks boilerplate in every article.
    pub(super) fn mark(&mut self, marks: &Arc<Marks>) {
        match &mut self.store {
            Store::Shelved(shelf) => shelf.mark(Arc::clone(marks)),
            Store::Held(articles) if !marks.is_empty() => {
                for (x, a) in articles.iter_mut().enumerate() {
                    marks.set(x as u32, &mut a.parts.flags);
                }
            }
            Store::Held(_) => {}
        }
    }

    /// Whether all articles are in memory.
    pub(super) fn is_held(&self) -> bool {
        matches!(self.store, Store::Held(_))
    }

    /// All articles, where they are held.
    pub(super) fn articles(&self) -> &[Article] {
        match &self.store {
            Store::Held(articles) => articles,
            Store::Shelved(_) => &[],
        }
    }

    /// All articles, where they are held, else the corpus as it is.
    pub(super) fn into_articles(self) -> std::result::Result<Vec<Article>, Box<Self>> {
        match self.store {
            Store::Held(articles) => Ok(articles),
            Store::Shelved(_) => Err(Box::new(self)),
        }
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
        Ok(match &self.store {
            Store::Held(articles) => Cow::Borrowed(&articles[article as usize].hashes),
            Store::Shelved(shelf) => {
                let n = self.length(article);
                Cow::Owned(shelf.tokens(article, n)?)
            }
        })
    }

    fn flags(&self, article: u32) -> Result<Cow<'_, [u8]>> {
        Ok(match self.article(article)? {
            Had::Held(a) => Cow::Borrowed(&a.parts.flags),
            Had::Read(a) => Cow::Owned(a.parts.flags),
        })
    }

    fn seeds(&self, article: u32) -> Result<Vec<Seed>> {
        let mut out = Vec::new();
        seeds(&self.tokens(article)?, self.k, &mut Vec::new(), &mut out);
        Ok(out)
    }
}
