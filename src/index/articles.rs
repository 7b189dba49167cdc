//! The articles of an index: as they are stored, with their texts or without, and read back.

use std::sync::{Arc, PoisonError};

use super::{Home, Index, kept::Kept, packed::pack};
use crate::{
    detector::Article,
    document::Document,
    error::{Error, ErrorKind, Result},
};

/// Articles read back that are kept in memory.
const CACHED: usize = 2048;

impl Index {
    /// The article of an id; its text is empty where [none are kept](Self::keeps_texts).
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn document(&self, id: &str) -> Result<Option<Document>> {
        self.number(id).map(|n| self.document_of(n)).transpose()
    }

    /// All articles, in the order in which they were added; their texts are empty where [none are kept](Self::keeps_texts).
    ///
    /// # Errors
    /// Each where it cannot be read.
    pub fn documents(&self) -> impl Iterator<Item = Result<Document>> + '_ {
        let there = (0..self.slots.len() as u32).filter(|n| self.is_there(*n));
        there.map(|n| self.document_of(n))
    }

    pub(super) fn document_of(&self, n: u32) -> Result<Document> {
        let slot = &self.slots[n as usize];
        match slot.home {
            Home::Segment(s) if self.keeps_texts() => {
                self.segments[s as usize].document(slot.document, self.id(n))
            }
            Home::Segment(s) => {
                let kept = self.segments[s as usize].kept(slot.document, self.id(n))?;
                Ok(kept.into_document())
            }
            _ => match self.fresh.article(n) {
                Some(a) => Ok(a.document.clone()),
                None => Err(Error::new(
                    ErrorKind::NoSuchArticle,
                    "an article that was removed",
                )),
            },
        }
    }

    /// Whether the article of a number is this one, word for word.
    pub(super) fn is_of(&self, n: u32, document: &Document) -> Result<bool> {
        if self.keeps_texts() {
            return Ok(self.document_of(n)? == *document);
        }
        let slot = &self.slots[n as usize];
        let kept = match slot.home {
            Home::Segment(s) => self.segments[s as usize].kept(slot.document, self.id(n))?,
            _ => Kept::of(&*self.article(n)?, self.detector.agencies()),
        };
        Ok(kept.is_of(document))
    }

    /// Reads an article, as far as it is kept.
    pub(super) fn read(&self, document: Document) -> Article {
        let article = Article::new(document, self.detector.agencies());
        if self.keeps_texts() {
            article
        } else {
            article.without_text()
        }
    }

    /// The article of a number, no boilerplate marked in it.
    pub(super) fn article(&self, n: u32) -> Result<Arc<Article>> {
        if let Some(article) = self.fresh.article(n) {
            return Ok(Arc::clone(article));
        }
        let lock = || self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(article) = lock().get(&n) {
            return Ok(Arc::clone(article));
        }
        let slot = &self.slots[n as usize];
        let article = match slot.home {
            Home::Segment(s) if !self.keeps_texts() => {
                let (blobs, agencies) = ([slot.document, slot.tokens], self.detector.agencies());
                self.segments[s as usize].article(blobs, self.id(n), agencies)?
            }
            _ => Article::new(self.document_of(n)?, self.detector.agencies()),
        };
        if article.hashes.len() != slot.tokens.count() {
            return Err(self.broken("an article has not as many tokens as its text"));
        }
        let article = Arc::new(article);
        let mut cache = lock();
        if cache.len() >= CACHED {
            cache.clear();
        }
        cache.insert(n, Arc::clone(&article));
        Ok(article)
    }

    /// What is stored of an article.
    pub(super) fn packed(&self, article: &Article) -> Vec<u8> {
        if self.keeps_texts() {
            pack(&article.document)
        } else {
            pack(&Kept::of(article, self.detector.agencies()))
        }
    }
}
