//! Ids, one article each.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::document::Document;
use crate::hash;

/// Makes the ids unique. Of several articles with one id, each gets `id#` and the first eight
/// hexadecimal digits of its text's SHA-256; equal texts are told apart by `#2`, `#3` in order.
/// `source_id` keeps the id they came with. An id that was unique stays.
pub fn make_unique(documents: &mut [Document]) {
    let ids: Vec<&str> = documents.iter().map(|d| &*d.id).collect();
    let digest = |i: usize| hash::sha256(documents[i].text.as_bytes());
    for (i, id) in new_names(&ids, digest) {
        let document = &mut documents[i];
        document.source_id = Some(std::mem::replace(&mut document.id, id));
    }
}

/// The ids that [`make_unique`] gives, each with the place of the one it is put for. `text_sha256` is asked only of articles
/// whose id is shared.
pub fn new_names(
    ids: &[&str],
    text_sha256: impl Fn(usize) -> [u8; 32] + Sync,
) -> Vec<(usize, String)> {
    if ids.is_sorted_by(|x, y| x < y) {
        return Vec::new();
    }
    // Maps with a secret, as ids may be made up by an enemy.
    let mut counts: HashMap<&str, u64> = HashMap::with_capacity(ids.len());
    for id in ids {
        *counts.entry(id).or_default() += 1;
    }
    if counts.len() == ids.len() {
        return Vec::new();
    }
    let bases: Vec<(usize, String)> = ids
        .par_iter()
        .enumerate()
        .filter(|(_, id)| counts.get(*id).is_some_and(|n| *n > 1))
        .map(|(i, id)| {
            let [a, b, c, d, ..] = text_sha256(i);
            (i, format!("{id}#{a:02x}{b:02x}{c:02x}{d:02x}"))
        })
        .collect();
    let mut made: HashSet<String> = HashSet::new();
    // Where numbering stands for each base, so that a million equal texts take no million squared.
    let mut next: HashMap<String, u64> = HashMap::new();
    let mut renamed = Vec::new();
    for (index, base) in bases {
        let number = next.entry(base.clone()).or_insert(1);
        let id = loop {
            let id = match *number {
                1 => base.clone(),
                n => format!("{base}#{n}"),
            };
            *number += 1;
            // Somebody may have given just this id to another article.
            if !counts.contains_key(id.as_str()) && !made.contains(&id) {
                break id;
            }
        };
        made.insert(id.clone());
        renamed.push((index, id));
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn documents(items: &[(&str, &str)]) -> Vec<Document> {
        let make = |&(id, text): &(&str, &str)| Document {
            id: id.into(),
            text: text.into(),
            ..Document::default()
        };
        items.iter().map(make).collect()
    }

    fn unique(items: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
        let mut documents = documents(items);
        make_unique(&mut documents);
        documents.into_iter().map(|d| (d.id, d.source_id)).collect()
    }

    // First eight digits of the SHA-256 of "abc".
    const ABC: &str = "ba7816bf";

    #[test]
    fn each_of_several_gets_a_hash_and_equal_texts_a_number() {
        let ids = unique(&[
            ("x", "abc"),
            ("y", "abc"),
            ("x", "abc"),
            ("x", ""),
            ("x", "abc"),
        ]);
        let x = Some("x".to_owned());
        assert_eq!(ids[0], (format!("x#{ABC}"), x.clone()));
        assert_eq!(ids[1], ("y".into(), None));
        assert_eq!(ids[2], (format!("x#{ABC}#2"), x.clone()));
        assert_eq!(ids[3], ("x#e3b0c442".into(), x.clone()));
        assert_eq!(ids[4], (format!("x#{ABC}#3"), x));
    }

    #[test]
    fn a_made_up_id_gives_way_to_a_given_one() {
        let taken = format!("x#{ABC}");
        let ids = unique(&[("x", "abc"), (&taken, "other"), ("x", "abc")]);
        assert_eq!(ids[0].0, format!("x#{ABC}#2"));
        assert_eq!(ids[1], (taken, None));
        assert_eq!(ids[2].0, format!("x#{ABC}#3"));
    }

    proptest! {
        #[test]
        fn always_unique(items in prop::collection::vec(
            ("(x|x#ba7816bf|x#ba7816bf#2|x#ba7816bf#ba7816bf|y)", "(abc|d)"), 0..24,
        )) {
            let items: Vec<(&str, &str)> =
                items.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            let ids = unique(&items);
            let distinct: HashSet<&String> = ids.iter().map(|(id, _)| id).collect();
            prop_assert_eq!(distinct.len(), items.len());
            for (given, (id, source)) in items.iter().zip(&ids) {
                prop_assert_eq!(given.0, source.as_ref().unwrap_or(id).as_str());
            }
        }
    }
}
