//! A corpus made up on the spot: articles of invented words, the same for the same kind and seed. An article is made from its
//! number alone, so that a corpus of any size takes no memory. Shared by the benches and `examples/make_corpus.rs`.

#![allow(dead_code)] // no user wants all of it

use serde::Serialize;

/// Words of the invented language; a power of two.
const WORDS: usize = 1 << OCTAVES;
/// How often its rank is doubled from the most common word to the rarest.
const OCTAVES: u32 = 14;
/// Every so many articles one is an edited copy of an earlier one.
const COPY_EVERY: u64 = 5;
/// Words between two blanks of the form that a template fills in, on average.
const BLANK_EVERY: u64 = 14;
/// Words of the excerpt at the end of a corpus.
const EXCERPT: usize = 100;

const AGENCIES: [&str; 6] = ["AP", "Reuters", "AFP", "dpa", "Xinhua", "ANSA"];
const MONTHS: [&str; 4] = ["Jan.", "Feb.", "March", "April"];
const ONSETS: [&str; 16] = [
    "b", "br", "d", "f", "g", "gl", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v",
];
const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ea", "ou", "io"];
const CODAS: [&str; 8] = ["", "", "", "n", "r", "s", "l", "th"];
const CYRILLIC: [&str; 8] = ["ба", "ве", "го", "ди", "жу", "ла", "ре", "шо"];

/// What a corpus is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Articles and edited copies of them, in ASCII.
    Plain,
    /// The same with curly quotes, dashes, accents and Cyrillic.
    Messy,
    /// Hostile: one paragraph stands in every article.
    Boilerplate,
    /// Hostile: one article over and over.
    Copies,
    /// Hostile: one form filled in with other names and numbers.
    Template,
}

impl Kind {
    pub const ALL: [(&str, Self); 5] = [
        ("plain", Self::Plain),
        ("messy", Self::Messy),
        ("boilerplate", Self::Boilerplate),
        ("copies", Self::Copies),
        ("template", Self::Template),
    ];

    pub fn of_name(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(n, _)| *n == name)?;
        Some(found.1)
    }

    fn is_hostile(self) -> bool {
        !matches!(self, Self::Plain | Self::Messy)
    }
}

/// A SplitMix64 stream: the only source of chance.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `n`.
    fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// A number from `least` to `most`.
    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }
}

/// One article, as its record is printed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Made {
    pub id: String,
    pub outlet: String,
    pub published: String,
    pub text: String,
}

/// Makes articles.
pub struct Maker {
    kind: Kind,
    seed: u64,
    /// By rank.
    words: Vec<String>,
    /// The paragraph that stands everywhere, the article that is repeated or the form that is filled in, by the kind.
    common: String,
}

impl Maker {
    pub fn new(kind: Kind, seed: u64) -> Self {
        let mut random = Random(seed);
        let mut word = |rank| invented(rank, kind == Kind::Messy, &mut random);
        let words = (0..WORDS).map(&mut word).collect();
        let mut maker = Self {
            kind,
            seed,
            words,
            common: String::new(),
        };
        let (mut random, mut common) = (maker.random(u64::MAX), String::new());
        match kind {
            Kind::Boilerplate => maker.paragraph(&mut random, &mut common),
            Kind::Copies | Kind::Template => maker.story(&mut random, &mut common),
            Kind::Plain | Kind::Messy => {}
        }
        maker.common = common;
        maker
    }

    /// The records of a corpus of `n` articles, made one by one. A hostile one ends with an article more, `excerpt`: some
    /// hundred words of the first in a text of its own, which should still be found.
    pub fn corpus(&self, n: u64) -> impl Iterator<Item = Made> + '_ {
        let excerpt = self.kind.is_hostile().then(|| self.excerpt(n));
        (0..n).map(|i| self.article(i)).chain(excerpt)
    }

    /// The article of a number.
    pub fn article(&self, i: u64) -> Made {
        let mut random = self.random(i);
        let mut text = String::with_capacity(4096);
        match self.kind {
            Kind::Copies => text.push_str(&self.common),
            Kind::Template => self.fill_in(&mut random, &mut text),
            Kind::Boilerplate => {
                self.story(&mut random, &mut text);
                text.push_str("\n\n");
                text.push_str(&self.common);
            }
            Kind::Plain | Kind::Messy if i % COPY_EVERY == COPY_EVERY - 1 => {
                // Of one that is no copy itself.
                let original = random.below(i / COPY_EVERY + 1) * COPY_EVERY + random.below(4);
                let mut copied = String::new();
                self.story(&mut self.random(original), &mut copied);
                self.edit(&copied, &mut random, &mut text);
            }
            Kind::Plain | Kind::Messy => self.story(&mut random, &mut text),
        }
        record(format!("made-{i:08}"), &mut random, text)
    }

    fn excerpt(&self, n: u64) -> Made {
        let first = self.article(0).text;
        let middle: Vec<&str> = first.split(' ').skip(20).take(EXCERPT).collect();
        let mut random = self.random(n);
        let mut text = String::new();
        self.paragraph(&mut random, &mut text);
        text.push_str("\n\n");
        text.push_str(&middle.join(" "));
        text.push_str("\n\n");
        self.paragraph(&mut random, &mut text);
        record("excerpt".into(), &mut random, text)
    }

    fn random(&self, i: u64) -> Random {
        Random(Random(self.seed ^ i.wrapping_mul(0xd6e8_feb8_6659_fd93)).next())
    }

    /// A word: its rank is even over octaves, so that its frequency falls as one over its rank (Zipf).
    fn word(&self, random: &mut Random) -> &str {
        let octave = random.below(u64::from(OCTAVES));
        let rank = (1 << octave) + random.below(1 << octave);
        &self.words[rank as usize]
    }

    fn name(&self, random: &mut Random, out: &mut String) {
        let rank = random.between(WORDS as u64 / 8, WORDS as u64 - 1);
        capitalised(&self.words[rank as usize], out);
    }

    fn number(random: &mut Random, out: &mut String) {
        let digits = random.between(1, 4) as u32;
        out.push_str(&random.below(10u64.pow(digits)).to_string());
    }

    /// Dateline, paragraphs, and sometimes who reported it.
    fn story(&self, random: &mut Random, out: &mut String) {
        if !random.one_in(3) {
            self.dateline(random, out);
        }
        for p in 0..random.between(4, 9) {
            if p > 0 {
                out.push_str("\n\n");
            }
            self.paragraph(random, out);
        }
        if random.one_in(8) {
            out.push_str("\n\n(Reporting by ");
            self.name(random, out);
            out.push(' ');
            self.name(random, out);
            out.push_str("; Editing by ");
            self.name(random, out);
            out.push(' ');
            self.name(random, out);
            out.push(')');
        }
    }

    fn dateline(&self, random: &mut Random, out: &mut String) {
        let mut place = String::new();
        self.name(random, &mut place);
        out.push_str(&place.to_uppercase());
        if random.one_in(2) {
            let day = random.between(1, 28).to_string();
            out.extend([", ", random.of(&MONTHS), " ", &day]);
        }
        let dash = if self.kind == Kind::Messy { "—" } else { "-" };
        out.extend([" (", random.of(&AGENCIES), ") ", dash, " "]);
    }

    fn paragraph(&self, random: &mut Random, out: &mut String) {
        let (open, close) = match self.kind {
            Kind::Messy => ('“', '”'),
            _ => ('"', '"'),
        };
        for s in 0..random.between(2, 5) {
            if s > 0 {
                out.push(' ');
            }
            let is_quoted = random.one_in(6);
            if is_quoted {
                out.push(open);
            }
            self.sentence(random, out);
            if is_quoted {
                out.push(',');
                out.push(close);
                out.push_str(" said ");
                self.name(random, out);
            }
            out.push('.');
        }
    }

    /// A sentence without its full stop.
    fn sentence(&self, random: &mut Random, out: &mut String) {
        capitalised(self.word(random), out);
        for _ in 0..random.between(7, 23) {
            // One draw for all that is rare.
            match random.below(64) {
                0..4 => out.push_str(", "),
                4 if self.kind == Kind::Messy => out.push_str(" – "),
                _ => out.push(' '),
            }
            match random.below(64) {
                0..4 => self.name(random, out),
                4 => Self::number(random, out),
                5 if self.kind == Kind::Messy => {
                    out.push_str(self.word(random));
                    out.push_str("’s");
                }
                _ => out.push_str(self.word(random)),
            }
        }
    }

    /// A copy as papers make them: a paragraph or two left out, a word here and there replaced, sometimes one of their own
    /// paragraphs before it.
    fn edit(&self, story: &str, random: &mut Random, out: &mut String) {
        if random.one_in(4) {
            self.paragraph(random, out);
        }
        for paragraph in story.split("\n\n") {
            if random.one_in(6) {
                continue;
            }
            if !out.is_empty() {
                out.push_str("\n\n");
            }
            for (w, word) in paragraph.split(' ').enumerate() {
                if w > 0 {
                    out.push(' ');
                }
                out.push_str(if random.one_in(40) {
                    self.word(random)
                } else {
                    word
                });
            }
        }
        if out.is_empty() {
            out.push_str(story);
        }
    }

    fn fill_in(&self, random: &mut Random, out: &mut String) {
        // The blanks are at the same places each time.
        let mut blanks = self.random(u64::MAX - 1);
        for (w, word) in self.common.split(' ').enumerate() {
            if w > 0 {
                out.push(' ');
            }
            match blanks.below(2 * BLANK_EVERY) {
                0 => self.name(random, out),
                1 => Self::number(random, out),
                _ => out.push_str(word),
            }
        }
    }
}

fn record(id: String, random: &mut Random, text: String) -> Made {
    let (day, hour) = (random.between(1, 28), random.below(24));
    Made {
        id,
        outlet: format!("paper{}.example", random.below(200)),
        published: format!("2026-02-{day:02}T{hour:02}:00:00Z"),
        text,
    }
}

/// The word of a rank: the longer, the rarer.
fn invented(rank: usize, is_messy: bool, random: &mut Random) -> String {
    let syllables = 1 + rank.max(1).ilog2() / 5;
    let mut word = String::new();
    if is_messy && rank % 16 == 3 {
        (0..=syllables).for_each(|_| word.push_str(random.of(&CYRILLIC)));
        return word;
    }
    for _ in 0..syllables {
        word.push_str(random.of(&ONSETS));
        word.push_str(random.of(&VOWELS));
        word.push_str(random.of(&CODAS));
    }
    if is_messy && rank % 8 == 5 {
        return word
            .replace('a', "á")
            .replace('e', "ë")
            .replace('s', "š")
            .replace('o', "ø");
    }
    word
}

fn capitalised(word: &str, out: &mut String) {
    let mut chars = word.chars();
    out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    out.push_str(chars.as_str());
}
