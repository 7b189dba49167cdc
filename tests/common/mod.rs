//! Generated articles for the tests: words of our own, drawn with fixed seeds.
#![allow(dead_code, reason = "each test program uses a part")]

use copytaster::detector::{Article, Detector, Scan};
use copytaster::document::Document;
use copytaster::recognise::Agencies;
use copytaster::settings::Settings;

/// SplitMix64: small, and the same on every machine.
#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn chance(&mut self, p: f64) -> bool {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64 <= p
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// The words that hold sentences together: two in five of every text.
const SMALL: &[&str] = &[
    "the", "of", "and", "a", "to", "in", "was", "for", "that", "with", "on", "by", "at", "from",
    "had", "were", "their", "which", "but", "after", "an", "who", "as", "its", "until", "over",
];
const ONSETS: &[&str] = &[
    "b", "br", "c", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl",
    "qu", "r", "s", "sk", "st", "t", "tr", "v", "w", "y", "z", "th",
];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ai", "ea", "ou"];
const CODAS: &[&str] = &[
    "", "n", "r", "l", "st", "m", "ck", "nd", "ss", "x", "rt", "ng",
];

/// One of some 8 million words.
pub fn word(rng: &mut Rng) -> String {
    if rng.chance(0.4) {
        return rng.pick(SMALL).to_owned();
    }
    (0..2)
        .map(|_| [rng.pick(ONSETS), rng.pick(VOWELS), rng.pick(CODAS)].concat())
        .collect()
}

/// A sentence of so many words.
pub fn sentence(rng: &mut Rng, words: usize) -> String {
    let mut out = (0..words).map(|_| word(rng)).collect::<Vec<_>>().join(" ");
    if let Some(first) = out.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    out + "."
}

/// A paragraph of at least so many words, in sentences of 9 to 20.
pub fn paragraph(rng: &mut Rng, words: usize) -> String {
    let mut out = Vec::new();
    let mut left = words;
    while left > 0 {
        let n = (9 + rng.below(12)).min(left.max(9));
        out.push(sentence(rng, n));
        left = left.saturating_sub(n);
    }
    out.join(" ")
}

/// A story of so many paragraphs of about 45 words.
pub fn story(rng: &mut Rng, paragraphs: usize) -> Vec<String> {
    (0..paragraphs).map(|_| paragraph(rng, 45)).collect()
}

/// A story of its own, told by its seed.
pub fn unrelated(seed: u64, paragraphs: usize) -> String {
    story(&mut Rng::new(seed ^ 0x5eed_0000_0000), paragraphs).join("\n\n")
}

/// The text with each word exchanged for another with probability `p`.
pub fn edited(rng: &mut Rng, text: &str, p: f64) -> String {
    let lines = text.split('\n').map(|line| {
        let words = line.split(' ').map(|w| {
            if w.is_empty() || !rng.chance(p) {
                return w.to_owned();
            }
            let mut new = word(rng);
            if w.ends_with('.') {
                new.push('.');
            }
            new
        });
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub fn document(id: impl Into<String>, text: impl Into<String>) -> Document {
    let id = id.into();
    Document {
        path: id.clone(),
        id,
        text: text.into(),
        ..Document::default()
    }
}

pub fn article(text: &str) -> Article {
    Article::new(document("x", text), &Agencies::built_in())
}

pub fn detector() -> Detector {
    Detector::new(Settings::default()).unwrap()
}

pub fn scan(documents: Vec<Document>) -> Scan {
    detector().scan(documents).unwrap()
}

/// Whether the first words of an id before its number are these: `outlet-0017` is an `outlet`.
pub fn is(scan: &Scan, article: u32, kind: &str) -> bool {
    scan.articles[article as usize]
        .document
        .id
        .starts_with(kind)
}
