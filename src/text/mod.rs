//! What a text is made of: tokens, sentences and paragraphs, all as positions
//! in the original text.

mod blank;
mod block;
mod class;
pub mod normalize;
mod script;
pub mod sentence;
pub mod tokenize;

pub use blank::blank;
pub(crate) use block::find;
pub use normalize::normalize_word;
pub use sentence::{paragraphs, sentences};
pub(crate) use tokenize::spans;
pub use tokenize::{tokenize, tokenize_into};

use crate::span::Span;

/// Number of the frozen normal form: which words are found, what they are
/// folded to, and how that is hashed. Fingerprints made under different
/// numbers cannot be compared.
pub const VERSION: u32 = 1;

/// Bit of [`Tokens::flags`]: the token is one character of a script written
/// without spaces between words.
pub const CHAR: u8 = 1;

/// The tokens of one text, in order: three columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Hash of each token's normal form.
    pub hashes: Vec<u32>,
    /// Where each token stands in the text: on character boundaries, in order,
    /// without overlap.
    pub spans: Vec<Span>,
    /// Properties of each token: [`CHAR`].
    pub flags: Vec<u8>,
}

impl Tokens {
    /// Number of tokens.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there is no token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Removes all tokens and keeps the memory.
    pub fn clear(&mut self) {
        self.hashes.clear();
        self.spans.clear();
        self.flags.clear();
    }
}

/// The part of `text` that a [`Span`] can address.
fn addressable(text: &str) -> &str {
    if text.len() <= u32::MAX as usize {
        return text;
    }
    let mut end = u32::MAX as usize;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests;
