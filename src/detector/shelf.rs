//! Articles that are not held in memory: their documents and tokens in temporary files, read back one at a time. What the
//! engine reads in an article it reads again; that takes some ten microseconds, and less room than to keep it.

use std::sync::Arc;

use super::Article;
use crate::{
    boilerplate::Marks,
    document::Document,
    error::{Error, ErrorKind, Result},
    recognise::Agencies,
    spool::Spool,
};

/// Where one article stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    document: u64,
    bytes: u32,
    tokens: u64,
    text_sha256: [u8; 32],
}

impl Place {
    pub(super) fn text_sha256(&self) -> [u8; 32] {
        self.text_sha256
    }
}

/// Articles in the order in which they were read.
#[derive(Debug)]
pub(super) struct Pile {
    documents: Spool,
    tokens: Spool,
    agencies: Arc<Agencies>,
}

impl Pile {
    pub(super) fn new(documents: Spool, tokens: Spool, agencies: Arc<Agencies>) -> Self {
        Self {
            documents,
            tokens,
            agencies,
        }
    }

    /// Puts an article down.
    pub(super) fn put(&self, article: &Article) -> Result<Place> {
        let bytes = serde_json::to_vec(&article.document).map_err(|e| broken(&e))?;
        Ok(Place {
            document: self.documents.append(&bytes)?,
            bytes: bytes.len() as u32,
            tokens: self.tokens.append(bytemuck::cast_slice(&article.hashes))?,
            text_sha256: article.text_sha256,
        })
    }

    /// Bytes in temporary files.
    pub(super) fn spilled(&self) -> u64 {
        self.documents.len() + self.tokens.len()
    }
}

/// Articles in their final order.
#[derive(Debug)]
pub(super) struct Shelf {
    pile: Pile,
    /// By index.
    places: Vec<Place>,
    /// By index: the id, and whether it is another than the article came with.
    ids: Vec<(Box<str>, bool)>,
    marks: Arc<Marks>,
}

impl Shelf {
    pub(super) fn new(pile: Pile, places: Vec<Place>, ids: Vec<(Box<str>, bool)>) -> Self {
        Self {
            pile,
            places,
            ids,
            marks: Arc::default(),
        }
    }

    pub(super) fn mark(&mut self, marks: Arc<Marks>) {
        self.marks = marks;
    }

    pub(super) fn id(&self, x: u32) -> &str {
        &self.ids[x as usize].0
    }

    pub(super) fn text_sha256(&self, x: u32) -> [u8; 32] {
        self.places[x as usize].text_sha256
    }

    pub(super) fn article(&self, x: u32) -> Result<Article> {
        let place = &self.places[x as usize];
        let mut bytes = vec![0; place.bytes as usize];
        self.pile.documents.read(place.document, &mut bytes)?;
        let mut document: Document = serde_json::from_slice(&bytes).map_err(|e| broken(&e))?;
        let (id, is_new) = &self.ids[x as usize];
        if *is_new {
            document.source_id = Some(std::mem::replace(&mut document.id, id.to_string()));
        }
        let mut article = Article::new(document, &self.pile.agencies);
        self.marks.set(x, &mut article.parts.flags);
        Ok(article)
    }

    /// The tokens of an article of `n`.
    pub(super) fn tokens(&self, x: u32, n: usize) -> Result<Vec<u32>> {
        let mut out = vec![0u32; n];
        let place = &self.places[x as usize];
        self.pile
            .tokens
            .read(place.tokens, bytemuck::cast_slice_mut(&mut out))?;
        Ok(out)
    }
}

fn broken(e: &serde_json::Error) -> Error {
    Error::new(
        ErrorKind::Io,
        format!("a temporary file does not hold what was written to it: {e}"),
    )
}
