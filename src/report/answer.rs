//! What an index says of one article, as one line of JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::{
    model::{MatchRecord, rounded},
    outcome::{Outcome, Reading, Show},
};
use crate::{
    detector::Match,
    index::{Asked, Change, ClusterId, Index},
    read::RecordError,
};

#[derive(Serialize)]
#[serde(tag = "type", rename = "answer")]
struct AnswerRecord<'r> {
    id: &'r str,
    status: &'static str,
    best: Option<Best<'r>>,
    matches: Vec<MatchRecord<'r>>,
    cluster: Option<String>,
    cluster_change: Vec<Changed>,
}

/// Clusters that are one now, or one that is several.
#[derive(Serialize)]
struct Changed {
    change: &'static str,
    from: Vec<String>,
    into: Vec<String>,
}

impl From<&Change> for Changed {
    fn from(change: &Change) -> Self {
        let names = |ids: &[ClusterId]| ids.iter().map(ClusterId::to_string).collect();
        match change {
            Change::Merge { into, from } => Self {
                change: "merge",
                from: names(from),
                into: names(&[*into]),
            },
            Change::Split { from, into } => Self {
                change: "split",
                from: names(&[*from]),
                into: names(into),
            },
        }
    }
}

/// The match that says most.
#[derive(Serialize)]
struct Best<'r> {
    id: &'r str,
    relation: &'static str,
    #[serde(serialize_with = "rounded")]
    score: f64,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "answer")]
struct Failed<'r> {
    id: Option<&'r str>,
    status: &'static str,
    path: &'r str,
    record: Option<u64>,
    message: &'r str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "durable")]
struct Durable {
    articles: u64,
}

/// Appends the answer to an article that was read.
///
/// # Errors
/// Those of `out`.
pub fn write(asked: Asked, index: &Index, show: &Show, out: &mut dyn Write) -> io::Result<()> {
    let (x, status) = (asked.answer.article, asked.status.name());
    let agencies = index.detector().agencies().clone();
    let outcome = Outcome::new(asked.answer.scan, Reading::default(), Value::Null, agencies);
    let matches = &outcome.scan.matches;
    let best = matches.iter().min_by(|m, n| {
        let by_relation = (m.relation as u8).cmp(&(n.relation as u8));
        by_relation.then(n.score().total_cmp(&m.score()))
    });
    let other = |m: &Match| if m.a == x { m.b } else { m.a };
    let record = AnswerRecord {
        id: outcome.id(x),
        status,
        best: best.map(|m| Best {
            id: outcome.id(other(m)),
            relation: m.relation.name(),
            score: m.score(),
        }),
        matches: matches
            .iter()
            .map(|m| outcome.match_record(m, show))
            .collect(),
        cluster: asked.cluster.map(|c| c.to_string()),
        cluster_change: asked.changes.iter().map(Changed::from).collect(),
    };
    line(&record, out)
}

/// Appends the answer to a record that could not be read.
///
/// # Errors
/// Those of `out`.
pub fn write_error(e: &RecordError, out: &mut dyn Write) -> io::Result<()> {
    let record = Failed {
        id: None,
        status: "error",
        path: &e.path,
        record: e.record,
        message: &e.message,
    };
    line(&record, out)
}

/// Appends how many articles that were read are safe on the disk.
///
/// # Errors
/// Those of `out`.
pub fn write_durable(articles: u64, out: &mut dyn Write) -> io::Result<()> {
    line(&Durable { articles }, out)
}

fn line(record: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut json = serde_json::to_vec(record)?;
    json.push(b'\n');
    out.write_all(&json)
}
