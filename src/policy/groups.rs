//! Groups of articles that share prose by any way, so that a split of a corpus that keeps them whole leaks no text from one part
//! into the other.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::{align::similarity::Relation, detector::Scan, hash, sets::Sets};

/// Hexadecimal digits of a group's id.
const ID_DIGITS: usize = 12;

/// The id of each article's group: of all that matches of prose and clusters join with it, and of equal texts. It comes from the
/// texts of the members, so that the same texts give the same ids. An article that shares nothing is a group by itself. None
/// where the articles are not held.
#[must_use]
pub fn ids(scan: &Scan) -> Vec<String> {
    if !scan.is_held() {
        return Vec::new();
    }
    let n = scan.articles.len();
    let mut sets = Sets::new(n);
    let prose = scan
        .matches
        .iter()
        .filter(|m| m.relation != Relation::Quotes);
    for m in prose {
        sets.join(m.a, m.b);
    }
    // Of large clusters not every pair is a match, and texts that are out of scope are none.
    for c in &scan.clusters {
        for pair in c.members.windows(2) {
            sets.join(pair[0], pair[1]);
        }
    }
    let mut same: FxHashMap<&[u8; 32], u32> = FxHashMap::default();
    for (x, a) in (0u32..).zip(&scan.articles) {
        let first = *same.entry(&a.text_sha256).or_insert(x);
        sets.join(first, x);
    }
    let roots = sets.all();
    let mut members: BTreeMap<u32, Vec<&[u8; 32]>> = BTreeMap::new();
    for (root, a) in roots.iter().zip(&scan.articles) {
        members.entry(*root).or_default().push(&a.text_sha256);
    }
    let names: BTreeMap<u32, String> = members
        .into_iter()
        .map(|(root, mut texts)| {
            texts.sort_unstable();
            let all: Vec<u8> = texts.into_iter().flatten().copied().collect();
            let digits = hash::hex(&hash::sha256(&all), ID_DIGITS);
            (root, format!("g-{digits}"))
        })
        .collect();
    let name = |root: &u32| names.get(root).cloned().unwrap_or_default();
    roots.iter().map(name).collect()
}
