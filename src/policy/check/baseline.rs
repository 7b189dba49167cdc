//! The findings that are known: kept by content and counted, so that a file that moves is still known and one more copy is not.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Finding;
use crate::{
    error::{Error, ErrorKind, Result},
    text,
};

/// Version of the format.
const VERSION: u32 = 1;
/// Ids kept of the findings of one key, for people and for telling which of several is new.
const NAMED: usize = 100;

/// What a baseline knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    /// Version of the rules by which words are told, on which the keys depend.
    text: u32,
    findings: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    key: String,
    rule: String,
    count: usize,
    articles: Vec<Vec<String>>,
}

/// What a baseline knows and is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The key.
    pub key: String,
    /// The rule.
    pub rule: String,
    /// How many of it are gone.
    pub gone: usize,
    /// The articles it was last seen in.
    pub articles: Vec<String>,
}

impl Baseline {
    /// Of these findings, of articles of these ids.
    #[must_use]
    pub fn of<'f>(findings: &'f [Finding], ids: impl Fn(&'f Finding) -> Vec<&'f str>) -> Self {
        let mut entries: BTreeMap<&str, Entry> = BTreeMap::new();
        for f in findings {
            let entry = entries.entry(&f.key).or_insert_with(|| Entry {
                key: f.key.clone(),
                rule: f.rule.name().into(),
                count: 0,
                articles: Vec::new(),
            });
            entry.count += 1;
            if entry.articles.len() < NAMED {
                let ids = ids(f).into_iter().map(str::to_owned).collect();
                entry.articles.push(ids);
            }
        }
        Self {
            version: VERSION,
            text: text::VERSION,
            findings: entries.into_values().collect(),
        }
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] where it is no baseline, [`ErrorKind::Format`] where it is one of another version.
    pub fn read(json: &str) -> Result<Self> {
        let wrong = |kind, message: String| Err(Error::new(kind, message));
        #[derive(Deserialize)]
        struct Versions {
            version: u32,
        }
        let of = match serde_json::from_str::<Versions>(json) {
            Ok(of) => of.version,
            Err(e) => return wrong(ErrorKind::Syntax, format!("is no baseline: {e}")),
        };
        if of != VERSION {
            let message = format!("is a baseline of version {of}, and {VERSION} is read");
            return wrong(ErrorKind::Format, message);
        }
        let read: Self = match serde_json::from_str(json) {
            Ok(read) => read,
            Err(e) => return wrong(ErrorKind::Syntax, format!("is no baseline: {e}")),
        };
        if read.text != text::VERSION {
            let message = "was made by a program that tells words otherwise; write it anew with --write-baseline";
            return wrong(ErrorKind::Format, message.into());
        }
        Ok(read)
    }

    /// The file: JSON, a finding a line, sorted, so that a change is a small difference.
    ///
    /// # Errors
    /// None that an input could bring about.
    pub fn to_json(&self) -> Result<String> {
        let mut out = format!(
            "{{\"version\":{},\"text\":{},\"findings\":[",
            self.version, self.text
        );
        for (i, entry) in self.findings.iter().enumerate() {
            out.push_str(if i == 0 { "\n" } else { ",\n" });
            let line = serde_json::to_string(entry);
            out.push_str(&line.map_err(|e| Error::new(ErrorKind::Syntax, e.to_string()))?);
        }
        out.push_str("\n]}\n");
        Ok(out)
    }

    /// How many findings it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.findings.iter().map(|e| e.count).sum()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes out of `findings` what is known, and gives what is known and not among them. Where there are more of a key than are
    /// known, those of articles that it was seen in are taken first.
    pub(super) fn take_from<'f>(
        &self,
        findings: &mut Vec<Finding>,
        ids: impl Fn(&Finding) -> Vec<&'f str>,
    ) -> Vec<Stale> {
        let mut of_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, f) in findings.iter().enumerate() {
            of_key.entry(&f.key).or_default().push(i);
        }
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut stale = Vec::new();
        for entry in &self.findings {
            let mut found = of_key.remove(&*entry.key).unwrap_or_default();
            let seen: BTreeSet<&str> = entry.articles.iter().flatten().map(|s| &**s).collect();
            found.sort_by_key(|i| {
                let ids = ids(&findings[*i]);
                let unseen = ids.iter().filter(|id| !seen.contains(**id)).count();
                (unseen, *i)
            });
            taken.extend(found.iter().take(entry.count));
            if entry.count > found.len() {
                stale.push(Stale {
                    key: entry.key.clone(),
                    rule: entry.rule.clone(),
                    gone: entry.count - found.len(),
                    articles: entry.articles.first().cloned().unwrap_or_default(),
                });
            }
        }
        let mut index = 0..;
        findings.retain(|_| index.next().is_none_or(|i| !taken.contains(&i)));
        stale
    }

    /// Itself without what is no more.
    #[must_use]
    pub fn pruned(&self, stale: &[Stale]) -> Self {
        let gone: BTreeMap<&str, usize> = stale.iter().map(|s| (&*s.key, s.gone)).collect();
        let mut out = self.clone();
        for entry in &mut out.findings {
            let gone = gone.get(&*entry.key).copied().unwrap_or(0);
            entry.count = entry.count.saturating_sub(gone);
            entry.articles.truncate(entry.count);
        }
        out.findings.retain(|e| e.count > 0);
        out
    }
}
