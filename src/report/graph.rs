//! What the graph formats, [`super::prov`] and [`super::jsonld`], have in common: names of things, what follows from a
//! direction, and lists that are written a batch at a time.
//!
//! A graph is told by thing or by kind of relation, not by record: what an article is based on belongs to the article, though
//! the matches come after it. So these formats go through a result several times, each time with one thing in view, instead
//! of keeping what they have seen; nothing but a batch of text is in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use rayon::prelude::*;
use serde_json::{Map, Value};

use super::outcome::Outcome;
use crate::{
    align::PassageKind,
    detector::Match,
    provenance::{Side, Verdict},
    recognise::Role,
};

/// The namespace of everything that has no address.
pub(super) const NAMESPACE: &str = "urn:copytaster:";
/// What an origin is called that is the outlet itself.
pub(super) const OWN: &str = "own";
/// Members formatted side by side at a time.
const BATCH: usize = 1024;
/// Digits of a settings digest that name a run.
const RUN_DIGITS: usize = 16;

/// The members of an object or array that one call adds, each with the comma before it.
pub(super) struct Members(String);

impl Members {
    /// Adds a member of an object.
    pub(super) fn named(&mut self, name: &str, value: &Value) {
        self.0.push_str(",\n");
        self.0.push_str(&Value::from(name).to_string());
        self.0.push(':');
        self.0.push_str(&value.to_string());
    }

    /// Adds a member of an array.
    pub(super) fn item(&mut self, value: &Value) {
        self.0.push_str(",\n");
        self.0.push_str(&value.to_string());
    }
}

/// An object or array being written. Without members, nothing of it is.
pub(super) struct List<'w, W> {
    out: &'w mut W,
    opening: String,
    begun: bool,
}

impl<'w, W: Write> List<'w, W> {
    /// A list that begins with `opening`.
    pub(super) fn new(out: &'w mut W, opening: String) -> Self {
        Self {
            out,
            opening,
            begun: false,
        }
    }

    /// Adds the members that `render` gives for each of 0 to `n`, in that order.
    pub(super) fn add(
        &mut self,
        n: usize,
        render: impl Fn(usize, &mut Members) + Sync,
    ) -> io::Result<()> {
        for from in (0..n).step_by(BATCH) {
            let batch: Vec<String> = (from..(from + BATCH).min(n))
                .into_par_iter()
                .map(|i| {
                    let mut members = Members(String::new());
                    render(i, &mut members);
                    members.0
                })
                .collect();
            for text in batch.iter().filter(|t| !t.is_empty()) {
                let mut text = text.as_str();
                if !self.begun {
                    self.out.write_all(self.opening.as_bytes())?;
                    text = text.strip_prefix(',').unwrap_or(text);
                    self.begun = true;
                }
                self.out.write_all(text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Adds the members of `all`.
    pub(super) fn add_all<T: Sync>(
        &mut self,
        all: &[T],
        render: impl Fn(&T, &mut Members) + Sync,
    ) -> io::Result<()> {
        self.add(all.len(), |i, members| {
            if let Some(x) = all.get(i) {
                render(x, members);
            }
        })
    }

    /// Ends the list.
    pub(super) fn close(self, ending: &str) -> io::Result<()> {
        if self.begun {
            self.out.write_all(ending.as_bytes())?;
        }
        Ok(())
    }
}

/// Sets a field where there is something to tell.
pub(super) fn put(map: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(name.into(), value.into());
    }
}

/// The name of an article: its id, percent-encoded.
pub(super) fn article(id: &str) -> String {
    format!("article/{}", encoded(id, true))
}

/// The name of an agency or outlet.
pub(super) fn agent(name: &str) -> String {
    format!("agent/{}", encoded(name, false))
}

/// The name of a cluster.
pub(super) fn cluster(id: &str) -> String {
    format!("cluster/{}", encoded(id, false))
}

/// The name of a match. No encoded id has the sign that joins the two.
pub(super) fn of_match(a: &str, b: &str) -> String {
    format!("match/{}+{}", encoded(a, true), encoded(b, true))
}

/// A run's own name, from its settings.
pub(super) fn of_run(settings_sha256: &str) -> &str {
    settings_sha256.get(..RUN_DIGITS).unwrap_or(settings_sha256)
}

/// Percent-encodes all but what may stand in a local name of PROV-N, a URN and an IRI alike without a second thought.
fn encoded(text: &str, keeps_slash: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, b) in text.bytes().enumerate() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => out.push(char::from(b)),
            b'/' if keeps_slash => out.push('/'),
            // A local name does not end in one.
            b'.' if i + 1 < text.len() => out.push('.'),
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// What a match says of who has it from whom.
pub(super) enum Descent<'o> {
    /// One from the other.
    From { derived: u32, source: u32 },
    /// Both from the copy of an agency.
    Common { agency: &'o str, copy: String },
    /// It does not tell.
    Unknown,
}

/// Reads the direction of a match. Versions of one story are taken to go back to one copy, that of their cluster; of other
/// pairs nothing says that their agency's text is one, so each has its own.
pub(super) fn descent<'o>(outcome: &'o Outcome, m: &'o Match) -> Descent<'o> {
    match &m.direction.verdict {
        Verdict::From(Side::A) => Descent::From {
            derived: m.b,
            source: m.a,
        },
        Verdict::From(Side::B) => Descent::From {
            derived: m.a,
            source: m.b,
        },
        Verdict::Common(who) => {
            let agency = who.name(&outcome.agencies);
            let of = |x: u32| outcome.cluster_of.get(x as usize).copied().flatten();
            let story = of(m.a)
                .filter(|c| of(m.b) == Some(*c))
                .and_then(|c| outcome.cluster_ids.get(c as usize))
                .map_or_else(
                    || {
                        let (a, b) = (outcome.id(m.a), outcome.id(m.b));
                        format!("{}+{}", encoded(a, true), encoded(b, true))
                    },
                    |c| encoded(c, false),
                );
            Descent::Common {
                agency,
                copy: format!("copy/{}/{story}", encoded(agency, false)),
            }
        }
        Verdict::Unknown => Descent::Unknown,
    }
}

/// The kinds of evidence that speak for a match's verdict.
pub(super) fn evidence(m: &Match) -> Vec<&'static str> {
    let speaking = m.direction.evidence.iter();
    let kinds: BTreeSet<&str> = speaking
        .filter(|e| e.speaks_for != Verdict::Unknown && e.speaks_for == m.direction.verdict)
        .map(|e| e.kind)
        .collect();
    kinds.into_iter().collect()
}

/// The copies that articles have in common, each with its agency.
pub(super) fn copies(outcome: &Outcome) -> BTreeMap<String, &str> {
    outcome
        .scan
        .matches
        .iter()
        .filter_map(|m| match descent(outcome, m) {
            Descent::Common { agency, copy } => Some((copy, agency)),
            _ => None,
        })
        .collect()
}

/// Who an article's credits name besides its origin, each once: contributors and those cited.
pub(super) fn others_named(outcome: &Outcome, article: usize) -> BTreeSet<(&'static str, &str)> {
    let credits = &outcome.scan.articles[article].attribution.credits;
    credits
        .iter()
        .filter(|c| matches!(c.role, Role::Contributor | Role::Cited))
        .map(|c| (c.role.name(), c.who.name(&outcome.agencies)))
        .collect()
}

/// Every agency and outlet that a graph names.
pub(super) fn agents(outcome: &Outcome) -> BTreeSet<&str> {
    let scan = &outcome.scan;
    let mut out: BTreeSet<&str> = copies(outcome).into_values().collect();
    for (i, (a, standing)) in scan.articles.iter().zip(&scan.standings).enumerate() {
        out.extend(a.document.meta.outlet.as_deref());
        let origin = standing.origin(&outcome.agencies).map(|o| o.source);
        out.extend(origin.filter(|o| *o != OWN));
        out.extend(others_named(outcome, i).into_iter().map(|(_, who)| who));
    }
    let origins = scan.clusters.iter().filter_map(|c| c.origin.as_ref());
    out.extend(origins.map(|o| o.who.name(&outcome.agencies)));
    out
}

/// The name of a passage's kind, where it is one that is told: what is no text of the articles' own is not.
pub(super) fn kind_told(kind: PassageKind) -> Option<&'static str> {
    match kind {
        PassageKind::Prose => Some("prose"),
        PassageKind::Quote => Some("quote"),
        _ => None,
    }
}

/// A share in percent, to two decimals.
pub(super) fn percent(share: f64) -> f64 {
    (share * 10_000.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_and_stay_apart() {
        assert_eq!(article("a/b c.txt"), "article/a/b%20c.txt");
        assert_eq!(article("é:+%."), "article/%C3%A9%3A%2B%25%2E");
        assert_eq!(agent("A/B"), "agent/A%2FB");
        assert_ne!(of_match("a+b", "c"), of_match("a", "b+c"));
        assert_ne!(of_match("x/y", "z"), of_match("x", "y/z"));
        assert_eq!(of_run("0123456789abcdef01"), "0123456789abcdef");
    }

    #[test]
    fn a_list_without_members_is_not_there() {
        let mut out = Vec::new();
        let mut list = List::new(&mut out, ",\"x\":{".into());
        list.add(3000, |_, _| ()).unwrap();
        list.close("}").unwrap();
        assert_eq!(out, b"");
        let mut list = List::new(&mut out, ",\"x\":{".into());
        list.add(3000, |i, members| {
            if i % 1500 == 1 {
                members.named(&i.to_string(), &Value::Null);
            }
        })
        .unwrap();
        list.close("}").unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            ",\"x\":{\n\"1\":null,\n\"1501\":null}"
        );
    }
}
