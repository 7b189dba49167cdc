//! What the shared passages of a pair amount to: containment, score and relation, as the output format defines them.
//! Every threshold of a relation is named here and nowhere else.

use serde::Serialize;

use super::{Aligned, MIN_PASSAGE, PassageKind, Tally, kind::QUOTE_SHARE, weight};
use crate::recognise::{Parts, QUOTED, is_prose};

/// How two articles relate, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The same normalised token sequence.
    Identical,
    /// Versions of one article.
    NearDuplicate,
    /// One has prose of the other, or both of a third.
    Reuse,
    /// They share quoted speech or a statement.
    Quotes,
}

impl Relation {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::NearDuplicate => "near-duplicate",
            Self::Reuse => "reuse",
            Self::Quotes => "quotes",
        }
    }

    /// Whether an edge of this relation joins a cluster.
    #[must_use]
    pub fn joins(self) -> bool {
        matches!(self, Self::Identical | Self::NearDuplicate)
    }
}

/// Thresholds of the relations.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Thresholds {
    /// `near-duplicate`: least containment of the shorter article, in (0, 1].
    pub near_duplicate_shorter: f64,
    /// `near-duplicate`: least containment of the longer one, in (0, 1].
    pub near_duplicate_longer: f64,
    /// `reuse`: least matched words of prose outside quotations (characters count half).
    pub reuse_words: u32,
    /// `reuse`: least whole sentences of prose shared.
    pub reuse_sentences: usize,
    /// `reuse`: least containment of the shorter article, in (0, 1].
    pub reuse_shorter: f64,
    /// `quotes`: least matched words (characters count half).
    pub quotes_words: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            near_duplicate_shorter: 0.5,
            near_duplicate_longer: 0.2,
            reuse_words: 40,
            reuse_sentences: 2,
            reuse_shorter: 0.5,
            quotes_words: 20,
        }
    }
}

/// Least words of a sentence that counts as one shared.
pub const SENTENCE: u32 = 8;
/// Least weight of the words round quoted speech for a sentence to be more than the quotation.
const ATTRIBUTION: u32 = 4;
/// Share of a sentence that must match for it to be shared whole.
pub const WHOLE: f64 = 0.6;

/// Beside the flags of a token: the passages cover it, and what either article marks it as is marked.
const COVERED: u8 = 128;

/// What a pair shares.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// Share of the prose of A matched in B, and of B in A; in [0, 1].
    pub containment: [f64; 2],
    /// Weights of all that is matched in prose and quote passages.
    pub tally: Tally,
    /// Weight of the prose matched, with the speech that stands inside stretches of it.
    pub prose_weight: u32,
    /// The same shares of the prose outside quotations.
    pub own: [f64; 2],
    /// Sentences of either article that stand whole in the other.
    pub sentences: usize,
    /// Whether A is the one of fewer prose tokens.
    pub a_is_shorter: bool,
}

/// One rule of a relation as it was tested: for showing why a pair is or is not matched.
#[derive(Clone, Debug, Serialize)]
pub struct Test {
    /// The relation it would give.
    pub relation: Relation,
    /// What it asks for, in words.
    pub rule: &'static str,
    /// The figures found, in the order of `needed`.
    pub found: Vec<f64>,
    /// The least figures that hold.
    pub needed: Vec<f64>,
    /// Whether it fails whatever the figures, as nearly all that is shared is speech.
    pub speech_alone: bool,
    /// Whether it holds.
    pub holds: bool,
}

impl Test {
    /// The rule with its thresholds, as the output format names it.
    #[must_use]
    pub fn label(&self) -> String {
        let needed: Vec<String> = self.needed.iter().map(f64::to_string).collect();
        let what = match self.rule {
            IDENTICAL => return "identical".to_owned(),
            WORDS => "prose_words",
            SENTENCES => "prose_sentences",
            QUOTED_WORDS => "words/quoted_share",
            _ => "containment",
        };
        format!("{what}>={}", needed.join("/"))
    }
}

const IDENTICAL: &str = "the same words";
const WORDS: &str = "words of prose";
const SENTENCES: &str = "sentences of prose";
const QUOTED_WORDS: &str = "words, and share of them quoted";

impl Shared {
    /// Measures what the passages of a pair amount to.
    #[must_use]
    pub fn of(passages: &[Aligned], a: &Parts, b: &Parts) -> Self {
        let mut tally = Tally::default();
        let mut prose_weight = 0;
        let mut covered = [a.flags.clone(), b.flags.clone()];
        for p in passages {
            if !matches!(p.tally.kind(), PassageKind::Prose | PassageKind::Quote) {
                continue;
            }
            tally += p.tally;
            // Speech inside a stretch that is mostly prose was borrowed with it.
            let with_speech = p.tally.prose >= p.tally.quoted;
            prose_weight += p.tally.prose + if with_speech { p.tally.quoted } else { 0 };
            for t in &p.tiles {
                let (i, j, len) = (t.a as usize, t.b as usize, t.len as usize);
                let flags = a.flags[i..][..len].iter().zip(&b.flags[j..][..len]);
                let [x, y] = &mut covered;
                let places = x[i..][..len].iter_mut().zip(&mut y[j..][..len]);
                for ((x, y), (f, g)) in places.zip(flags) {
                    (*x, *y) = (f | g | COVERED, f | g | COVERED);
                }
            }
        }
        let all = [prose_of(&a.flags), prose_of(&b.flags)];
        let a_is_shorter = all[0].prose <= all[1].prose;
        if tally == Tally::default() {
            return Self {
                a_is_shorter,
                ..Self::default()
            };
        }
        let held = [covered_prose(&covered[0], a), covered_prose(&covered[1], b)];
        let shares = |of: fn(&Prose) -> usize| {
            [0, 1].map(|side| match of(&all[side]) {
                0 => 0.0,
                all => of(&held[side]) as f64 / all as f64,
            })
        };
        Self {
            containment: shares(|p| p.prose),
            tally,
            prose_weight,
            own: shares(|p| p.own),
            sentences: whole_sentences(&covered[0], a).max(whole_sentences(&covered[1], b)),
            a_is_shorter,
        }
    }

    /// Makes the second article the first.
    pub(crate) fn turn(&mut self) {
        self.containment.reverse();
        self.own.reverse();
        self.a_is_shorter = !self.a_is_shorter;
    }

    /// The greater containment: the score of the pair.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.containment[0].max(self.containment[1])
    }

    /// Share of what is matched that is quoted, in [0, 1].
    #[must_use]
    pub fn quoted_share(&self) -> f64 {
        let all = self.tally.prose + self.tally.quoted;
        if all == 0 {
            0.0
        } else {
            f64::from(self.tally.quoted) / f64::from(all)
        }
    }

    /// Whether nearly all that is shared is quoted, and the words round the quotations are not shared too.
    fn is_speech_alone(&self) -> bool {
        let own = if self.a_is_shorter {
            self.own[0]
        } else {
            self.own[1]
        };
        self.quoted_share() >= QUOTE_SHARE && own < 0.5
    }

    /// Tests every rule, in the order in which the first that holds decides.
    #[must_use]
    pub fn tests(&self, identical: bool, t: &Thresholds) -> Vec<Test> {
        let [x, y] = self.containment;
        let (shorter, longer) = if self.a_is_shorter { (x, y) } else { (y, x) };
        // Articles that share nothing but what somebody said are versions of nothing, however much he said.
        let speech_alone = self.is_speech_alone();
        let words = |w: u32| f64::from(w) / 2.0;
        let all = self.tally.prose + self.tally.quoted;
        let quoted = self.quoted_share();
        let test = |relation, rule, found: &[f64], needed: &[f64]| Test {
            relation,
            rule,
            found: found.to_vec(),
            needed: needed.to_vec(),
            speech_alone: false,
            holds: found.iter().zip(needed).all(|(f, n)| f >= n),
        };
        let more_than_speech = |t: Test| Test {
            speech_alone,
            holds: t.holds && !speech_alone,
            ..t
        };
        vec![
            test(
                Relation::Identical,
                IDENTICAL,
                &[f64::from(u8::from(identical))],
                &[1.0],
            ),
            more_than_speech(test(
                Relation::NearDuplicate,
                "containment of shorter and longer",
                &[shorter, longer],
                &[t.near_duplicate_shorter, t.near_duplicate_longer],
            )),
            test(
                Relation::Reuse,
                WORDS,
                &[words(self.prose_weight)],
                &[f64::from(t.reuse_words)],
            ),
            more_than_speech(test(
                Relation::Reuse,
                SENTENCES,
                &[self.sentences as f64],
                &[t.reuse_sentences as f64],
            )),
            more_than_speech(test(
                Relation::Reuse,
                "containment of shorter",
                &[shorter],
                &[t.reuse_shorter],
            )),
            test(
                Relation::Quotes,
                QUOTED_WORDS,
                &[words(all), quoted],
                &[f64::from(t.quotes_words), QUOTE_SHARE],
            ),
        ]
    }
}

/// Share of an article shorter than [`MIN_PASSAGE`] that its least passage takes.
pub const SHORT_PASSAGE: f64 = 0.7;

/// Least weight of a passage of a pair: [`MIN_PASSAGE`], but where an article is shorter than that, seven tenths of it.
#[must_use]
pub fn least_passage(a: &Parts, b: &Parts) -> u32 {
    let least = |p: &Parts| {
        // Every token weighs something.
        if p.flags.len() >= MIN_PASSAGE as usize {
            return MIN_PASSAGE;
        }
        let all: u32 = p.flags.iter().map(|f| weight(*f)).sum();
        if all >= MIN_PASSAGE {
            MIN_PASSAGE
        } else {
            (SHORT_PASSAGE * f64::from(all)).ceil() as u32
        }
    };
    least(a).min(least(b)).max(1)
}

/// Tokens of prose, and those of them outside quotations.
struct Prose {
    prose: usize,
    own: usize,
}

fn prose_of(flags: &[u8]) -> Prose {
    Prose {
        prose: count(flags, flags, |_, f| is_prose(f)),
        own: count(flags, flags, |_, f| is_own(f)),
    }
}

/// Of what is prose by the article's own flags, that which is covered.
fn covered_prose(covered: &[u8], parts: &Parts) -> Prose {
    let held = |c: u8| c & COVERED != 0;
    Prose {
        prose: count(covered, &parts.flags, |c, f| held(c) && is_prose(f)),
        own: count(covered, &parts.flags, |c, f| held(c) && is_own(f)),
    }
}

fn is_own(flags: u8) -> bool {
    is_prose(flags) && flags & QUOTED == 0
}

/// How many pairs of bytes are such; counted in bytes, many at a time.
#[inline]
fn count(x: &[u8], y: &[u8], are: impl Fn(u8, u8) -> bool) -> usize {
    const AT_ONCE: usize = 240;
    let several = |(x, y): (&[u8], &[u8])| {
        let each = x.iter().zip(y).map(|(x, y)| u8::from(are(*x, *y)));
        usize::from(each.sum::<u8>())
    };
    x.chunks(AT_ONCE).zip(y.chunks(AT_ONCE)).map(several).sum()
}

/// Sentences of which nearly all tokens are covered: those of prose, and, once there is one, those with speech in them too.
fn whole_sentences(covered: &[u8], parts: &Parts) -> usize {
    let ends = parts.sentences.iter().skip(1).copied();
    let ends = ends.chain([covered.len() as u32]);
    let (mut prose, mut with_speech) = (0, 0);
    for (&from, to) in parts.sentences.iter().zip(ends) {
        // What either article marks as speech is speech in both.
        let sentence = &covered[from as usize..to as usize];
        let held: u32 = sentence.iter().map(|c| u32::from(c / COVERED)).sum();
        if f64::from(held) < WHOLE * sentence.len() as f64 {
            continue;
        }
        let (own, all) = (weight_of(sentence, is_own), weight_of(sentence, is_prose));
        if all < 2 * SENTENCE {
            continue;
        }
        if own >= 2 * SENTENCE && 2 * own >= all {
            prose += 1;
        } else if own >= ATTRIBUTION {
            with_speech += 1;
        }
    }
    if prose == 0 { 0 } else { prose + with_speech }
}

/// Weight of the tokens whose flags are such.
#[inline]
fn weight_of(flags: &[u8], are: impl Fn(u8) -> bool) -> u32 {
    flags.iter().map(|f| u32::from(are(*f)) * weight(*f)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        align::seed::Tile,
        recognise::{CHAR, CREDIT, FURNITURE},
    };
    use proptest::prelude::*;

    fn parts() -> impl Strategy<Value = Parts> {
        let flag = prop::sample::select(vec![0, 0, 0, CHAR, QUOTED, QUOTED, FURNITURE, CREDIT]);
        let sentences = prop::collection::btree_set(1u32..300, 0..12);
        (prop::collection::vec(flag, 0..300), sentences).prop_map(|(flags, sentences)| Parts {
            sentences: std::iter::once(0)
                .chain(sentences)
                .filter(|s| (*s as usize) < flags.len())
                .collect(),
            flags,
            ..Parts::default()
        })
    }

    /// The shares and the sentences, a token at a time.
    fn plain(covered: &[Option<u8>], parts: &Parts) -> (f64, f64, usize) {
        let own = |f: u8| is_prose(f) && f & QUOTED == 0;
        let share = |is: &dyn Fn(u8) -> bool| {
            let all = parts.flags.iter().filter(|f| is(**f)).count();
            let held = (0..covered.len()).filter(|i| covered[*i].is_some() && is(parts.flags[*i]));
            held.count() as f64 / all.max(1) as f64
        };
        let (mut prose, mut with_speech) = (0, 0);
        for (n, from) in parts.sentences.iter().enumerate() {
            let to = parts
                .sentences
                .get(n + 1)
                .map_or(covered.len(), |s| *s as usize);
            let places = *from as usize..to;
            let weigh = |is: &dyn Fn(u8) -> bool| -> u32 {
                let flags = places.clone().map(|i| covered[i].unwrap_or(parts.flags[i]));
                flags.filter(|f| is(*f)).map(weight).sum()
            };
            let held = places.clone().filter(|i| covered[*i].is_some()).count();
            let whole = held as f64 >= WHOLE * places.len() as f64;
            match (weigh(&own), weigh(&is_prose)) {
                (own, all) if !whole || all < 16 || own < 4 => (),
                (own, all) if own >= 16 && 2 * own >= all => prose += 1,
                _ => with_speech += 1,
            }
        }
        (
            share(&is_prose),
            share(&own),
            if prose == 0 { 0 } else { prose + with_speech },
        )
    }

    proptest! {
        #[test]
        fn shares_are_as_defined(a in parts(), b in parts(), lens in prop::collection::vec((0u32..20, 1u32..60, any::<bool>()), 0..8)) {
            let (mut at, mut passages) = (0, Vec::<Aligned>::new());
            let shorter = a.flags.len().min(b.flags.len()) as u32;
            for (gap, len, joins) in lens {
                let tile = Tile { a: at + gap, b: at + gap, len };
                at += gap + len;
                if at > shorter {
                    break;
                }
                match passages.last_mut() {
                    Some(p) if joins => {
                        let tiles = [&p.tiles[..], &[tile]].concat();
                        *p = Aligned::of(tiles, &a.flags, &b.flags);
                    }
                    _ => passages.push(Aligned::of(vec![tile], &a.flags, &b.flags)),
                }
            }
            let shared = Shared::of(&passages, &a, &b);
            let mut covered = [vec![None; a.flags.len()], vec![None; b.flags.len()]];
            for p in &passages {
                if matches!(p.tally.kind(), PassageKind::Prose | PassageKind::Quote) {
                    for k in p.tiles.iter().flat_map(|t| t.a..t.a + t.len).map(|k| k as usize) {
                        covered[0][k] = Some(a.flags[k] | b.flags[k]);
                        covered[1][k] = covered[0][k];
                    }
                }
            }
            let (x, y) = (plain(&covered[0], &a), plain(&covered[1], &b));
            prop_assert_eq!(shared.containment, [x.0, y.0]);
            prop_assert_eq!(shared.own, [x.1, y.1]);
            prop_assert_eq!(shared.sentences, x.2.max(y.2));
            prop_assert_eq!(shared.a_is_shorter, a.prose_tokens() <= b.prose_tokens());
        }
    }
}
