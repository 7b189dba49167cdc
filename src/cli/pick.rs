//! Which article of a corpus a name on the command line means.

use std::{cmp::Reverse, fs, path::Path};

use anyhow::bail;

use crate::document::Document;

/// Ids named where one is not found, and how like it they must be, in [0, 1].
const SUGGESTIONS: usize = 3;
const LIKENESS: f64 = 0.4;

/// The id of the one article that `name` is the id, the id before ids were made unique, or the path of.
pub(super) fn find<'d>(documents: &'d [Document], name: &str) -> anyhow::Result<&'d str> {
    if let Some(d) = documents.iter().find(|d| d.id == name) {
        return Ok(&d.id);
    }
    let by_source: Vec<&Document> = documents
        .iter()
        .filter(|d| d.source_id.as_deref() == Some(name))
        .collect();
    let by_path: Vec<&Document> = documents.iter().filter(|d| d.path == name).collect();
    let by_file = || -> Vec<&Document> {
        // The same file by another way: `./a.txt` for `a.txt`.
        let Ok(file) = fs::canonicalize(name) else {
            return Vec::new();
        };
        let is_same = |d: &&Document| {
            Path::new(&d.path).file_name() == file.file_name()
                && fs::canonicalize(&d.path).is_ok_and(|p| p == file)
        };
        documents.iter().filter(is_same).collect()
    };
    let (found, what) = match (by_source.is_empty(), by_path.is_empty()) {
        (false, _) => (by_source, "came with the id"),
        (_, false) => (by_path, "are in"),
        _ => (by_file(), "are in"),
    };
    match found[..] {
        [d] => Ok(&d.id),
        [] => bail!(
            "no article has the id `{name}`{}",
            suggestion(documents, name)
        ),
        _ => {
            let ids: Vec<String> = found
                .iter()
                .take(SUGGESTIONS)
                .map(|d| format!("`{}`", d.id))
                .collect();
            let more = if found.len() > SUGGESTIONS {
                ", …"
            } else {
                ""
            };
            bail!(
                "{} articles {what} `{name}`; name one of them: {}{more}",
                found.len(),
                ids.join(", ")
            )
        }
    }
}

fn suggestion(documents: &[Document], name: &str) -> String {
    let ids: Vec<String> = nearest(documents, name)
        .into_iter()
        .map(|id| format!("`{id}`"))
        .collect();
    if !ids.is_empty() {
        return format!("; the nearest: {}", ids.join(", "));
    }
    if Path::new(name).is_file() {
        return format!("; to have the file in the corpus, add --in {name}");
    }
    format!(" among {}", documents.len())
}

/// The ids most like `name`: those that hold it, then by edits (Damerau-Levenshtein).
fn nearest<'d>(documents: &'d [Document], name: &str) -> Vec<&'d str> {
    let likeness = |id: &str| {
        if !name.is_empty() && id.contains(name) {
            1.0
        } else {
            strsim::normalized_damerau_levenshtein(id, name)
        }
    };
    let mut all: Vec<(u64, &str)> = documents
        .iter()
        .map(|d| (likeness(&d.id), &*d.id))
        .filter(|(l, _)| *l >= LIKENESS)
        .map(|(l, id)| ((l * 1e9) as u64, id))
        .collect();
    all.sort_unstable_by_key(|(l, id)| (Reverse(*l), *id));
    all.into_iter()
        .take(SUGGESTIONS)
        .map(|(_, id)| id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(id: &str, source_id: Option<&str>, path: &str) -> Document {
        Document {
            id: id.into(),
            source_id: source_id.map(Into::into),
            path: path.into(),
            ..Document::default()
        }
    }

    fn corpus() -> Vec<Document> {
        vec![
            document("ap/dam.txt", None, "ap/dam.txt"),
            document("storm-17", None, "feed.jsonl"),
            document("storm-71", None, "feed.jsonl"),
            document("x#1", Some("x"), "one.jsonl"),
            document("x#2", Some("x"), "two.jsonl"),
        ]
    }

    #[test]
    fn an_article_goes_by_its_id_or_the_path_it_is_alone_in() {
        let corpus = corpus();
        assert_eq!(find(&corpus, "storm-17").unwrap(), "storm-17");
        assert_eq!(find(&corpus, "ap/dam.txt").unwrap(), "ap/dam.txt");
        assert_eq!(find(&corpus, "two.jsonl").unwrap(), "x#2");
    }

    #[test]
    fn what_is_not_one_article_is_told_with_the_nearest() {
        let corpus = corpus();
        let error = |name: &str| find(&corpus, name).unwrap_err().to_string();
        assert_eq!(
            error("storm-16"),
            "no article has the id `storm-16`; the nearest: `storm-17`, `storm-71`"
        );
        assert_eq!(
            error("dam.txt"),
            "no article has the id `dam.txt`; the nearest: `ap/dam.txt`"
        );
        assert_eq!(error("zzz"), "no article has the id `zzz` among 5");
        assert_eq!(
            error("x"),
            "2 articles came with the id `x`; name one of them: `x#1`, `x#2`"
        );
        assert_eq!(
            error("feed.jsonl"),
            "2 articles are in `feed.jsonl`; name one of them: `storm-17`, `storm-71`"
        );
    }
}
