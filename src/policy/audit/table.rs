//! The credits of a corpus by outlet and month of publication.

use std::collections::BTreeMap;

use super::judge::Judged;
use crate::{
    detector::{Article, Scan},
    document::Moment,
    provenance::{Standing, outlets::address},
};

/// Where an article's text comes from, as far as is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Its own staff, or an agency on its own site.
    Own,
    /// An agency or another outlet, and it says so.
    CreditedWire,
    /// An agency or another outlet, and it does not say so.
    UncreditedWire,
    /// A statement of a company or government, told or not.
    PressRelease,
    /// Nothing is said and nothing found.
    NoSource,
    /// Nothing is said, and the text is not whole or its sources are contested.
    NotJudged,
}

impl Category {
    /// All of them, in the order of the output.
    pub const ALL: [Self; 6] = [
        Self::Own,
        Self::CreditedWire,
        Self::UncreditedWire,
        Self::PressRelease,
        Self::NoSource,
        Self::NotJudged,
    ];

    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own_byline",
            Self::CreditedWire => "credited_wire",
            Self::UncreditedWire => "uncredited_wire",
            Self::PressRelease => "press_release",
            Self::NoSource => "no_source",
            Self::NotJudged => "not_judged",
        }
    }
}

/// Articles and words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Articles.
    pub articles: u64,
    /// Words of their prose.
    pub words: u64,
}

impl Count {
    fn add(&mut self, articles: u64, words: u32) {
        self.articles += articles;
        self.words += u64::from(words);
    }
}

/// An outlet in a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The outlet: as the table of outlets names it, else as given, else the host of the address.
    pub outlet: Option<String>,
    /// Its owner, where that is known.
    pub owner: Option<String>,
    /// The month of publication, `2018-07`; none: undated.
    pub month: Option<String>,
    /// All its articles.
    pub all: Count,
    /// Those of each category, in the order of [`Category::ALL`].
    pub of: [Count; 6],
}

impl Row {
    /// The articles and words of a category.
    #[must_use]
    pub fn count(&self, category: Category) -> Count {
        self.of[category as usize]
    }
}

/// The rows, by outlet and month; undated ones last of each.
pub(super) fn rows(scan: &Scan, judged: &[Judged]) -> Vec<Row> {
    type Key = (Option<String>, bool, Option<String>);
    let mut rows: BTreeMap<Key, Row> = BTreeMap::new();
    for ((a, standing), j) in scan.articles.iter().zip(&scan.standings).zip(judged) {
        let (outlet, month) = (outlet(a, standing), month(a));
        let key = (outlet.clone(), month.is_none(), month.clone());
        let row = rows.entry(key).or_insert_with(|| Row {
            outlet,
            owner: standing.outlet.as_ref().and_then(|o| o.owner.clone()),
            month,
            all: Count::default(),
            of: [Count::default(); 6],
        });
        row.all.add(1, j.words);
        match j.uncredited {
            // The words that are copied are; the rest is what the credits say.
            Some((category, copied)) => {
                let copied = copied.min(j.words);
                row.of[category as usize].add(1, copied);
                row.of[j.category as usize].add(0, j.words - copied);
            }
            None => row.of[j.category as usize].add(1, j.words),
        }
    }
    rows.into_values().collect()
}

fn outlet(a: &Article, standing: &Standing) -> Option<String> {
    let m = &a.document.meta;
    let host = |url: &String| address(url).split('/').next().map(str::to_owned);
    standing
        .outlet
        .as_ref()
        .map(|o| o.name.clone())
        .or_else(|| m.outlet.clone())
        .or_else(|| m.url.as_ref().and_then(host))
}

fn month(a: &Article) -> Option<String> {
    let published = a.document.meta.published.as_ref();
    let date = published.and_then(Moment::rfc3339)?;
    // Years beyond 9999 or before 0 have more characters than the others.
    let end = date.match_indices('-').filter(|(i, _)| *i > 0).nth(1)?.0;
    Some(date[..end].to_owned())
}
