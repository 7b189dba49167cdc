//! The places of a dateline, and which names are places.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use super::{
    Reader,
    scan::{Kind, is_cased},
};
use crate::{calendar, recognise::agency::Certainty};

/// Words of one place.
const PLACE_WORDS: usize = 5;

/// Words in capitals that open a line before a dash and are no place.
#[rustfmt::skip]
const NO_PLACE: &[&str] = &[
    "update", "updated", "watch", "breaking", "exclusive", "video", "opinion", "analysis", "corrected", "correction",
    "wrapup", "factbox", "file", "advertisement", "live", "photo", "photos", "photograph", "note", "editor's", "dear",
    "question", "answer", "poll", "recap", "review", "preview", "commentary", "editorial", "feature", "brief",
    "briefs", "urgent", "alert", "bulletin", "kill", "eds", "advisory", "image", "gallery", "listen", "read",
    "related", "more", "story", "topic", "column", "letter", "letters", "interview", "timeline", "explainer", "fact",
    "check", "report", "reports", "reported", "by", "posted", "published", "date", "time", "source", "credit",
    "copyright", "tags", "news", "latest", "the", "a", "in", "on", "at", "if", "but", "and", "he", "she", "they", "it",
    "we", "i", "what", "why", "how", "who", "when", "where", "this", "that", "mr", "mrs", "spoiler", "warning",
    "disclosure", "disclaimer", "host", "guest", "chapter", "part", "episode", "season", "today", "tonight",
    "tomorrow", "yesterday", "ultima", "última", "urgente", "vídeo", "actualización", "exclusif", "vidéo", "mise",
    "eilmeldung", "kommentar", "aktualisiert", "видео", "срочно", "обновлено", "фото", "vs", "no", "yes",
];

/// Words that join the words of a place.
#[rustfmt::skip]
const JOINERS: &[&str] = &[
    "de", "del", "la", "las", "los", "el", "le", "les", "of", "the", "am", "an", "der", "den", "do", "da", "dos",
    "das", "du", "des", "sur", "sous", "en", "di", "na", "on", "upon", "und", "и", "на",
];

/// Words between two places.
const BETWEEN_PLACES: &[&str] = &["and", "y", "et", "und", "e", "и", "en", "og", "och"];

/// Cities that open a report without a date or an agency beside them, folded to lower case.
static CITIES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("cities.list").lines().collect());

/// Countries and states, folded to lower case.
static REGIONS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("regions.list").lines().collect());

/// The places of a dateline.
pub(super) struct Places {
    pub(super) at: Range<usize>,
    /// The first place alone.
    pub(super) first: Range<usize>,
    pub(super) next: usize,
    /// Whether the first place is all capitals.
    pub(super) is_capitals: bool,
    /// Whether its script has capitals.
    pub(super) is_cased: bool,
    /// Whether a second place or a region stands behind the first.
    pub(super) has_region: bool,
}

/// Whether a name is that of a known city.
pub(super) fn is_city(name: &str) -> bool {
    CITIES.contains(&*name.to_lowercase())
}

/// Whether a name is that of a known city, country or state.
pub(super) fn is_known(name: &str) -> bool {
    let name = &*name.to_lowercase();
    CITIES.contains(name) || REGIONS.contains(name)
}

impl Reader<'_> {
    pub(super) fn places(&self, from: usize) -> Option<Places> {
        let first = self.place(from)?;
        let name = &self.text[first.clone()];
        let lower = name.to_lowercase();
        let head = lower.split([' ', '.']).next().unwrap_or("");
        if NO_PLACE.contains(&head) && !(head == "the" && name.contains(' '))
            || calendar::is_weekday(head)
            || lower == "domingo"
            || self.date(from).is_some()
        {
            return None;
        }
        let letters = || name.chars().filter(|c| c.is_alphabetic());
        let is_cased = letters().any(is_cased);
        let is_capitals = is_cased
            && letters().count() > 2
            && letters().filter(|c| c.is_lowercase()).count() * 8 <= letters().count();
        let mut at = first.clone();
        let mut next = self.item_from(first.end);
        let mut words = name.split_whitespace().count();
        let mut has_region = false;
        for _ in 0..4 {
            let mut i = next;
            let joined = match self.kind(i) {
                Some(Kind::Comma | Kind::Slash) => {
                    i += 1;
                    true
                }
                // `N.Y,.`
                Some(Kind::Word) if BETWEEN_PLACES.contains(&self.word(i)) => {
                    i += 1;
                    true
                }
                Some(Kind::Open) => {
                    // A region in brackets.
                    if self.closed_credit(i).is_some() {
                        break;
                    }
                    let Some(place) = self.place(i + 1) else {
                        break;
                    };
                    let close = self.item_from(place.end);
                    if self.kind(close) != Some(Kind::Close) {
                        break;
                    }
                    at.end = self.items[close].at.end;
                    next = close + 1;
                    has_region = true;
                    continue;
                }
                _ => false,
            };
            while self.kind(i) == Some(Kind::Comma) {
                i += 1;
            }
            if !joined || self.date(i).is_some() || self.is_named_agency(i) {
                break;
            }
            if self.kind(i) == Some(Kind::Open) {
                next = i;
                continue;
            }
            let Some(place) = self.place(i) else { break };
            words += self.text[place.clone()].split_whitespace().count();
            if words > 3 * PLACE_WORDS {
                return None;
            }
            at.end = place.end;
            next = self.item_from(place.end);
            has_region = true;
        }
        Some(Places {
            at,
            first,
            next,
            is_capitals,
            is_cased,
            has_region,
        })
    }

    /// Whether an agency begins with an item, and not a state that has its letters: `MASONTOWN, PA., March 2`.
    fn is_named_agency(&self, i: usize) -> bool {
        self.mention_at(i).is_some_and(|m| {
            let behind = self.separators(self.past(m));
            m.certainty > Certainty::Short || self.date(behind).is_none()
        })
    }

    pub(super) fn item_from(&self, byte: usize) -> usize {
        self.items
            .iter()
            .position(|x| x.at.start >= byte)
            .unwrap_or(self.items.len())
    }

    /// One place: words with a capital, or of a script without capitals, and what joins them.
    pub(super) fn place(&self, from: usize) -> Option<Range<usize>> {
        let start = self.items.get(from)?.at.start;
        let is_region = from > 0 && self.kind(from - 1) == Some(Kind::Comma);
        let mut end = None;
        let mut i = from;
        let mut words = 0;
        while words < PLACE_WORDS + 1 {
            if self.kind(i) != Some(Kind::Word) || self.date(i).is_some() && words > 0 {
                break;
            }
            let word = self.word(i);
            let first = word.chars().next()?;
            if first.is_uppercase() || !is_cased(first) {
                if BETWEEN_PLACES.contains(&word) && words > 0 {
                    break;
                }
                words += 1;
                let mut stop = self.items[i].at.end;
                // The full stop of an abbreviation: `Mich.`, `ST. LOUIS`.
                let abbreviated = self.kind(i + 1) == Some(Kind::Stop)
                    && self.items[i + 1].at.start == stop
                    && word.chars().count() <= 6
                    && is_cased(first)
                    && self.goes_on_after_stop(i + 2, is_region);
                if abbreviated {
                    stop = self.items[i + 1].at.end;
                    i += 1;
                }
                end = Some(stop);
                i += 1;
            } else if words > 0
                && JOINERS.contains(&word)
                && !(BETWEEN_PLACES.contains(&word) && word != "en")
            {
                i += 1;
            } else {
                break;
            }
        }
        end.filter(|_| words <= PLACE_WORDS).map(|e| start..e)
    }

    /// Whether a full stop before this item ends an abbreviation, not a sentence.
    fn goes_on_after_stop(&self, i: usize, is_region: bool) -> bool {
        match self.kind(i) {
            Some(Kind::Comma) => true,
            Some(Kind::Open | Kind::Dash | Kind::Slash) => is_region,
            Some(Kind::Word) if self.date(i).is_some() => is_region,
            Some(Kind::Word) => self.word(i).chars().all(|c| !c.is_lowercase()),
            _ => false,
        }
    }
}
