//! STUB
pub mod sentence;
use crate::span::Span;
use unicode_segmentation::UnicodeSegmentation;
pub const CHAR: u8 = 1; pub const VERSION: u32 = 1;
#[derive(Clone, Debug, Default)]
pub struct Tokens { pub hashes: Vec<u32>, pub spans: Vec<Span>, pub flags: Vec<u8> }
pub fn tokenize(text: &str) -> Tokens {
    let mut t = Tokens::default();
    for (i, w) in text.unicode_word_indices() {
        let n: String = w.to_lowercase().replace(['\'', '’'], "");
        let c = w.chars().next().unwrap();
        let ch = matches!(c, '\u{3040}'..='\u{9fff}' | '\u{e00}'..='\u{e7f}');
        t.hashes.push(crate::hash::token(n.as_bytes()));
        t.spans.push(Span::new(i as u32, (i + w.len()) as u32));
        t.flags.push(u8::from(ch));
    }
    t
}
