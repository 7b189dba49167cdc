//! What all sections need to know of matches: which section each belongs to, and what one has to show for itself.

use std::io;

use crate::{
    align::{Aligned, PassageKind, similarity::Relation},
    detector::{Article, Match},
    recognise::{CHAR, is_prose},
    report::outcome::{Outcome, Snippet},
};

use super::page::{
    self, FAINT, GAP, HEADING, INDENT, PLAIN, Page, QUOTED, SHARE, columns, count, percent,
};

/// Passages of which at least this share is changed are said to be.
const CHANGED: f64 = 0.1;

/// Indices of the matches, by where they are shown.
#[derive(Default)]
pub(super) struct Sorted {
    /// Of each cluster, those between two of its members.
    pub(super) inside: Vec<Vec<u32>>,
    /// Of each cluster, those between a member and an article that is none.
    pub(super) across: Vec<Vec<u32>>,
    /// Those between two articles of no cluster.
    pub(super) apart: Vec<u32>,
}

impl Sorted {
    pub(super) fn new(outcome: &Outcome) -> Self {
        let clusters = outcome.scan.clusters.len();
        let mut sorted = Self {
            inside: vec![Vec::new(); clusters],
            across: vec![Vec::new(); clusters],
            apart: Vec::new(),
        };
        for (i, m) in outcome.scan.matches.iter().enumerate() {
            let i = i as u32;
            let of = [m.a, m.b].map(|x| outcome.cluster_of[x as usize]);
            if of == [None, None] {
                sorted.apart.push(i);
            } else if of[0] == of[1] {
                sorted.inside[of[0].unwrap_or_default() as usize].push(i);
            } else {
                for c in of.into_iter().flatten() {
                    sorted.across[c as usize].push(i);
                }
            }
        }
        sorted
    }
}

/// The passages that count: furniture and credits are no evidence.
pub(super) fn counted(passages: &[Aligned]) -> impl Iterator<Item = &Aligned> {
    passages
        .iter()
        .filter(|p| matches!(p.tally.kind(), PassageKind::Prose | PassageKind::Quote))
}

/// Matched tokens of the passages that count.
pub(super) fn matched(passages: &[Aligned]) -> u32 {
    counted(passages).map(Aligned::matched).sum()
}

/// What there is to say of the passages of a pair: `2 passages, 84 words`.
pub(super) fn describe(passages: &[Aligned], relation: Relation, article: &Article) -> Vec<String> {
    let words = count(matched(passages) as usize, unit(article));
    if relation == Relation::Quotes {
        // Between quotations each has its own words: they change nothing in the speech.
        return vec![format!("same speech quoted, {words}")];
    }
    let how_many = count(counted(passages).count(), "passage");
    let mut facts = vec![format!("{how_many}, {words}")];
    facts.extend(changed(passages));
    facts
}

/// How much of the passages is not the same in both, where it is enough to be told. What only the longer side has is cut
/// from the other, not changed in it.
pub(super) fn changed(passages: &[Aligned]) -> Option<String> {
    let shorter = |p: &Aligned| (p.a.end - p.a.start).min(p.b.end - p.b.start);
    let all: u32 = counted(passages).map(shorter).sum();
    let share = 1.0 - f64::from(matched(passages)) / f64::from(all.max(1));
    (share >= CHANGED).then(|| format!("{} changed", percent(share)))
}

/// What an article's tokens are called.
pub(super) fn unit(article: &Article) -> &'static str {
    let prose = article.parts.flags.iter().filter(|f| is_prose(**f));
    let (mut all, mut characters) = (0, 0);
    for f in prose {
        all += 1;
        characters += usize::from(f & CHAR != 0);
    }
    if characters * 2 > all {
        "character"
    } else {
        "word"
    }
}

/// `412 words`.
pub(super) fn length(article: &Article) -> String {
    count(article.parts.prose_tokens(), unit(article))
}

/// What a record says of itself beside its id: `Herald: The headline`; None where its id has to do.
pub(super) fn about(article: &Article) -> Option<String> {
    let meta = &article.document.meta;
    match (&meta.outlet, &meta.title) {
        (Some(outlet), Some(title)) => Some(format!("{outlet}: {title}")),
        (one, other) => one.as_ref().or(other.as_ref()).cloned(),
    }
}

/// A side of a match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    A,
    B,
}

impl End {
    pub(super) const BOTH: [Self; 2] = [Self::A, Self::B];

    pub(super) fn article(self, m: &Match) -> u32 {
        if self == Self::A { m.a } else { m.b }
    }

    pub(super) fn other(self) -> Self {
        if self == Self::A { Self::B } else { Self::A }
    }

    /// The share of this side's prose that stands in the other.
    pub(super) fn containment(self, of: [f64; 2]) -> f64 {
        of[usize::from(self == Self::B)]
    }
}

/// Writes the start of the longest passage as it stands in `article`, which is the side `end` of the pair.
pub(super) fn write_longest(
    page: &mut Page<'_>,
    passages: &[Aligned],
    article: &Article,
    end: End,
    snippet: Snippet,
) -> io::Result<()> {
    // The first of equal ones.
    let longest = counted(passages).reduce(|x, y| if y.matched() > x.matched() { y } else { x });
    let Some(longest) = longest else {
        return Ok(());
    };
    let range = if end == End::A {
        &longest.a
    } else {
        &longest.b
    };
    let text = article.span_of(range).slice(&article.document.text);
    match snippet {
        Snippet::Chars(0) => Ok(()),
        Snippet::Full => page.wrap(QUOTED, INDENT, &format!("\"{text}\"")),
        Snippet::Chars(n) => {
            let cut = text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
            let Some(quote) = page::quote(&text[..cut], page.width() - INDENT, cut == text.len())
            else {
                return Ok(());
            };
            page.to(INDENT);
            page.put(QUOTED, &quote);
            page.end()
        }
    }
}

/// One article in a list.
pub(super) struct Row {
    /// Its share, where it has one.
    pub(super) share: Option<f64>,
    /// Its index.
    pub(super) article: u32,
    /// What there is to say of it, most telling first.
    pub(super) facts: Vec<String>,
    /// What its page says of who wrote it: told behind the first fact.
    pub(super) credit: Option<String>,
    /// The article whose text the first fact is about, where that is not plain from where the row stands.
    pub(super) of: Option<u32>,
}

/// Columns kept for what stands beside the ids at most, and for the ids whatever that leaves.
const FACTS: usize = 34;
const LEAST_ID: usize = 20;
/// Less of a title says nothing.
const LEAST_TITLE: usize = 16;
/// Nor does less of a credit.
const LEAST_CREDIT: usize = 16;

/// The columns to give to the ids of `rows`, of those that have something beside them.
pub(super) fn id_columns<'x>(
    outcome: &Outcome,
    rows: impl Iterator<Item = &'x Row> + Clone,
    page: &Page<'_>,
) -> usize {
    let rows = rows.filter(|r| !r.facts.is_empty());
    let widest = |of: &dyn Fn(&Row) -> usize| rows.clone().map(of).max().unwrap_or(0);
    let facts = widest(&|r| columns(&r.facts[0])).min(FACTS);
    let most = page
        .width()
        .saturating_sub(INDENT + GAP + facts)
        .max(LEAST_ID);
    widest(&|r| columns(outcome.id(r.article))).min(most)
}

/// Writes `  97 %  id  facts  Outlet: the title`; an article that a fact is of goes on the next line if need be.
pub(super) fn write_row(
    page: &mut Page<'_>,
    outcome: &Outcome,
    row: &Row,
    ids: usize,
) -> io::Result<()> {
    if let Some(of) = row.share {
        page.put(SHARE, &page::share(of));
    }
    page.to(INDENT);
    let room = if row.facts.is_empty() {
        page.left()
    } else {
        ids
    };
    page.put(
        if row.share.is_some() { PLAIN } else { HEADING },
        &page::shorten(outcome.id(row.article), room),
    );
    if !row.facts.is_empty() {
        page.to(INDENT + ids + GAP);
    }
    for (i, fact) in row.facts.iter().enumerate() {
        let fact = if i == 0 {
            fact.clone()
        } else {
            format!(", {fact}")
        };
        // The first is cut if need be; of the others, a part would mislead.
        if i > 0 && columns(&fact) > page.left() {
            break;
        }
        page.put(PLAIN, &fact);
        if let Some(of) = row.of.filter(|_| i == 0) {
            write_of(page, outcome.id(of))?;
        }
        if let Some(credit) = row.credit.as_ref().filter(|_| i == 0) {
            let credit = format!(", {credit}");
            if columns(&credit) <= page.left() || page.left() >= LEAST_CREDIT {
                page.put(PLAIN, &credit);
            }
        }
    }
    if let Some(about) = about(&outcome.scan.articles[row.article as usize])
        && page.left() >= LEAST_TITLE + GAP
    {
        page.put(FAINT, "  ");
        page.put(FAINT, &about);
    }
    page.end()
}

/// Adds ` of id`, whole if it fits on a line of its own.
fn write_of(page: &mut Page<'_>, id: &str) -> io::Result<()> {
    let of = " of ";
    if of.len() + columns(id) <= page.left() {
        page.put(PLAIN, of);
    } else {
        page.end()?;
        page.to(INDENT);
        page.put(PLAIN, of.trim_start());
    }
    let room = page.left();
    page.put(PLAIN, &page::shorten(id, room));
    Ok(())
}
