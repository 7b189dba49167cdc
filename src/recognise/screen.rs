//! Which lists of phrases a line may hold a phrase of, told by a look at four bytes in every second place, so that hardly any
//! line is searched for them byte by byte.
//!
//! Of each phrase, two neighbouring runs of four bytes are known, of which one stands in an even place wherever the phrase
//! does. A filter of one bit for a run turns nearly all places away; where it does not, the phrase itself is compared.

use std::sync::LazyLock;

use memchr::{memchr2_iter, memchr3};
use rustc_hash::FxHashMap;

use super::{credit_line, furniture, republication};

/// A set of lists of phrases.
pub(super) type Lists = u8;

/// Heads of lists of links.
pub(super) const LINKS: Lists = 1;
/// Notices.
pub(super) const NOTICES: Lists = 2;
/// Words that hint at a notice.
pub(super) const HINTS: Lists = 4;
/// Captions.
pub(super) const CAPTIONS: Lists = 8;
/// Program text.
pub(super) const SCRIPT: Lists = 16;
/// Credit lines.
pub(super) const CREDITS: Lists = 32;
/// Notes of first publication.
pub(super) const REPUBLICATION: Lists = 64;

/// Bytes of a run.
const RUN: usize = 4;
/// Sets the case of ASCII letters aside, and makes fewer of all other bytes.
const ANY_CASE: u32 = 0x2020_2020;
const FILTER_BITS: u32 = 16;

struct Phrase {
    bytes: Box<[u8]>,
    lists: Lists,
}

struct Screen {
    filter: Box<[u64; 1 << (FILTER_BITS - 6)]>,
    /// By run: the phrases that hold it, and how far from their beginning.
    places: FxHashMap<u32, Vec<(u16, i8)>>,
    phrases: Vec<Phrase>,
}

static SCREEN: LazyLock<Screen> = LazyLock::new(|| {
    let mut screen = Screen {
        filter: Box::new([0; 1 << (FILTER_BITS - 6)]),
        places: FxHashMap::default(),
        phrases: Vec::new(),
    };
    let all = furniture::LISTED
        .iter()
        .chain([&(CREDITS, credit_line::PHRASES)])
        .chain(&republication::LISTED);
    for (lists, phrases) in all {
        for phrase in *phrases {
            screen.add(phrase, *lists);
        }
    }
    screen
});

/// The lists of which `line` holds a phrase; more only where a phrase has less than four bytes.
pub(super) fn lists(line: &str) -> Lists {
    let bytes = line.as_bytes();
    SCREEN.lists(bytes) | if may_be_script(bytes) { SCRIPT } else { 0 }
}

/// Whether there may be a phrase of program text that is too short for a run.
fn may_be_script(line: &[u8]) -> bool {
    memchr3(b'{', b'}', b'|', line).is_some()
        || memchr2_iter(b';', b'>', line).any(|at| at > 0 && matches!(line[at - 1], b')' | b'='))
}

impl Screen {
    fn add(&mut self, phrase: &str, lists: Lists) {
        let capital = furniture::with_capital(phrase);
        for phrase in [phrase, &capital] {
            let bytes = phrase.as_bytes();
            let known = |p: &Phrase| p.lists == lists && p.bytes.eq_ignore_ascii_case(bytes);
            if bytes.len() < RUN || self.phrases.iter().rev().take(2).any(known) {
                continue;
            }
            let index = self.phrases.len() as u16;
            self.phrases.push(Phrase {
                bytes: bytes.into(),
                lists,
            });
            if let [a, b, c, d] = *bytes {
                self.add_run([a, b, c, d], index, 0);
                for before in 0..=u8::MAX {
                    self.add_run([before, a, b, c], index, -1);
                }
            } else {
                // Where the letters are the least common.
                let common = |run: &[u8]| run.iter().filter(|b| b" etaoinsr".contains(b)).count();
                let pairs = bytes.windows(RUN + 1).enumerate();
                let from = pairs
                    .min_by_key(|(_, pair)| common(pair))
                    .map_or(0, |p| p.0);
                for at in [from, from + 1] {
                    if let Some(run) = bytes[at..].first_chunk() {
                        self.add_run(*run, index, at as i8);
                    }
                }
            }
        }
    }

    fn add_run(&mut self, run: [u8; RUN], phrase: u16, at: i8) {
        let run = u32::from_le_bytes(run) | ANY_CASE;
        let (word, bit) = slot(run);
        self.filter[word] |= bit;
        let places = self.places.entry(run).or_default();
        if !places.contains(&(phrase, at)) {
            places.push((phrase, at));
        }
    }

    fn lists(&self, line: &[u8]) -> Lists {
        let mut found = 0;
        let mut rest = line;
        while let Some(run) = rest.first_chunk() {
            let run = u32::from_le_bytes(*run) | ANY_CASE;
            let (word, bit) = slot(run);
            if self.filter[word] & bit != 0 {
                found |= self.lists_at(run, line, line.len() - rest.len());
            }
            rest = &rest[2..];
        }
        found
    }

    #[cold]
    fn lists_at(&self, run: u32, line: &[u8], at: usize) -> Lists {
        let Some(places) = self.places.get(&run) else {
            return 0;
        };
        let stands = |&(phrase, offset): &(u16, i8)| {
            let phrase = &self.phrases[phrase as usize];
            let start = at.checked_add_signed(-isize::from(offset))?;
            let text = line.get(start..start + phrase.bytes.len())?;
            text.eq_ignore_ascii_case(&phrase.bytes)
                .then_some(phrase.lists)
        };
        places.iter().filter_map(stands).fold(0, |all, l| all | l)
    }
}

/// The bit of a run: which word of the filter, and in it.
#[inline(always)]
fn slot(run: u32) -> (usize, u64) {
    let hash = run.wrapping_mul(0x9e37_79b1) >> (32 - FILTER_BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every phrase with its list, as written and with a capital.
    fn all() -> Vec<(String, Lists)> {
        let lists = furniture::LISTED
            .iter()
            .chain([&(CREDITS, credit_line::PHRASES)])
            .chain(&republication::LISTED);
        lists
            .flat_map(|(l, phrases)| phrases.iter().map(move |p| (p, *l)))
            .flat_map(|(p, l)| [((*p).to_owned(), l), (furniture::with_capital(p), l)])
            .collect()
    }

    fn plain(line: &str) -> Lists {
        let holds = |p: &str| {
            let mut parts = line.as_bytes().windows(p.len());
            parts.any(|w| w.eq_ignore_ascii_case(p.as_bytes()))
        };
        let found = all().into_iter().filter(|(p, _)| holds(p));
        found.fold(0, |lists, (_, l)| lists | l)
    }

    #[test]
    fn every_phrase_is_found_in_every_place() {
        for (phrase, list) in all() {
            for phrase in [phrase.to_ascii_uppercase(), phrase] {
                for line in ["", "x", "xy", "der"].map(|before| format!("{before}{phrase}")) {
                    assert_ne!(lists(&line) & list, 0, "{line}");
                    assert_ne!(lists(&format!("{line}é")) & list, 0, "{line}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn lists_are_those_whose_phrases_stand_in_the_line(
            parts in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(all()).prop_map(|p| p.0),
                    prop::sample::select(all()).prop_map(|p| p.0.chars().skip(1).collect()),
                    "[ -~é]{0,5}",
                ],
                0..6,
            )
        ) {
            let line = parts.concat();
            let (found, held) = (lists(&line), plain(&line));
            prop_assert_eq!(found & held, held);
            // Only phrases too short for a run are told by less than all of them.
            prop_assert_eq!(found & !SCRIPT, held & !SCRIPT);
        }
    }
}
