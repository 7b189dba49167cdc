//! Which of several articles that may stay does.

use std::cmp::Ordering;

use crate::{
    detector::{Article, Scan},
    hash,
    provenance::{direction::Side, direction::Verdict},
};

use super::DedupSettings;

/// Which of several articles that may stay does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The one published first; without a time the last.
    #[default]
    Earliest,
    /// The one with most prose.
    Longest,
    /// The one that the others have it from, as credits say; else the one published first.
    Origin,
    /// The one read first: by path, then by record.
    First,
}

impl Keep {
    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Earliest => "earliest",
            Self::Longest => "longest",
            Self::Origin => "origin",
            Self::First => "first",
        }
    }
}

/// All articles, those that stay before others first. By what they are alone, not by the order they came in.
pub(super) fn order(scan: &Scan, settings: &DedupSettings) -> Vec<u32> {
    let preferred: Vec<u64> = settings.prefer_outlets.iter().map(|n| name(n)).collect();
    let preference: Vec<usize> = (0..scan.articles.len())
        .map(|x| preference(scan, x, &preferred))
        .collect();
    let sources = match settings.keep {
        Keep::Origin => sources(scan),
        _ => Vec::new(),
    };
    let articles = &scan.articles;
    let mut order: Vec<u32> = (0..articles.len() as u32).collect();
    order.sort_unstable_by(|&x, &y| {
        let (i, j) = (x as usize, y as usize);
        let (a, b) = (&articles[i], &articles[j]);
        let by_keep = match settings.keep {
            Keep::Earliest => earlier(a, b),
            Keep::Longest => b.parts.prose_tokens().cmp(&a.parts.prose_tokens()),
            Keep::Origin => sources[i].cmp(&sources[j]).then_with(|| earlier(a, b)),
            Keep::First => Ordering::Equal,
        };
        preference[i]
            .cmp(&preference[j])
            .then(by_keep)
            .then_with(|| place(a).cmp(&place(b)))
    });
    order
}

fn preference(scan: &Scan, x: usize, preferred: &[u64]) -> usize {
    if preferred.is_empty() {
        return 0;
    }
    let given = scan.articles[x].document.meta.outlet.as_deref();
    let known = scan.standings.get(x).and_then(|s| s.outlet.as_ref());
    let names = [given, known.map(|o| &*o.name)].map(|n| n.map(name));
    let of = |p: &u64| names.contains(&Some(*p));
    preferred.iter().position(of).unwrap_or(preferred.len())
}

/// A name, whatever its capitals.
fn name(name: &str) -> u64 {
    hash::name(&name.trim().to_lowercase())
}

fn earlier(a: &Article, b: &Article) -> Ordering {
    let time = |a: &Article| a.document.meta.published.as_ref().and_then(|p| p.seconds);
    match (time(a), time(b)) {
        (Some(x), Some(y)) => x.cmp(&y),
        (x, y) => y.is_some().cmp(&x.is_some()),
    }
}

/// Where an article was read.
fn place(a: &Article) -> (&[u8], Option<u64>, &str) {
    let d = &a.document;
    (d.path.as_bytes(), d.record, &d.id)
}

/// Of each article what is known of who has it from whom, the source before the rest: 0 named as the origin of its cluster,
/// 1 another has it from this, 2 nothing is known, 3 this has it from another.
fn sources(scan: &Scan) -> Vec<u8> {
    let n = scan.articles.len();
    let (mut gives, mut takes) = (vec![false; n], vec![false; n]);
    for m in &scan.matches {
        let (from, to) = match m.direction.verdict {
            Verdict::From(Side::A) => (m.a, m.b),
            Verdict::From(Side::B) => (m.b, m.a),
            _ => continue,
        };
        gives[from as usize] = true;
        takes[to as usize] = true;
    }
    let mut out: Vec<u8> = gives
        .iter()
        .zip(&takes)
        .map(|(gives, takes)| match (gives, takes) {
            (_, true) => 3,
            (true, false) => 1,
            (false, false) => 2,
        })
        .collect();
    for c in &scan.clusters {
        if let Some(o) = &c.origin
            && let Some(slot) = out.get_mut(o.article as usize)
        {
            *slot = 0;
        }
    }
    out
}
