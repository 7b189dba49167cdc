//! A saved scan, the JSON Lines of `scan --format jsonl`, read back: its records, and each line as it stood.

mod edit;
pub mod filter;
mod narrow;
mod records;
pub mod summary;

use std::io::{self, BufRead, Read, Write};

use rustc_hash::FxHashMap;
use serde::Deserialize;

pub use records::*;

use super::model::SCHEMA;
use crate::error::{Error, ErrorKind, Result};

/// Longest line read, in bytes: an article of the greatest `--max-record` there is by default, with every character escaped.
pub const MAX_LINE: u64 = 256 << 20;

/// A scan as it was written.
#[derive(Debug)]
pub struct Saved {
    /// What the result depends on.
    pub run: Run,
    /// Every article, by id.
    pub articles: Vec<Article>,
    /// Every match, by its ids.
    pub matches: Vec<Match>,
    /// The nearest pairs that are no match.
    pub near_misses: Vec<NearMiss>,
    /// Text that stands in many groups.
    pub boilerplate: Vec<Boilerplate>,
    /// Runs of words in more groups than are compared pair by pair.
    pub common_runs: Vec<Boilerplate>,
    /// Every cluster, by id.
    pub clusters: Vec<Cluster>,
    /// What could not be read.
    pub errors: Vec<ReadError>,
    /// The counts.
    pub summary: Summary,
    /// Every line, in the order of the file; none where only the records were read.
    pub lines: Vec<Line>,
    index: FxHashMap<String, usize>,
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// As it stood, without its end.
    pub json: String,
    /// The record it holds.
    pub of: Of,
}

/// Which record a line holds; the number is its place among those of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the record of that name in the output format"
)]
pub enum Of {
    Run,
    Article(usize),
    Match(usize),
    NearMiss(usize),
    Boilerplate(usize),
    CommonRun(usize),
    Cluster(usize),
    Error(usize),
    Summary,
    /// A type of record that is not known here.
    Other,
}

#[derive(Deserialize)]
struct Tagged<'j> {
    #[serde(borrow)]
    r#type: std::borrow::Cow<'j, str>,
}

/// The records as they come, before it is known that they are all.
#[derive(Default)]
struct Records {
    run: Option<Run>,
    articles: Vec<Article>,
    matches: Vec<Match>,
    near_misses: Vec<NearMiss>,
    boilerplate: Vec<Boilerplate>,
    common_runs: Vec<Boilerplate>,
    clusters: Vec<Cluster>,
    errors: Vec<ReadError>,
    summary: Option<Summary>,
}

impl Saved {
    /// Reads a saved scan; `name` is what messages call it.
    ///
    /// # Errors
    /// What cannot be read; a line that is no record, or longer than [`MAX_LINE`]; a schema newer than [`SCHEMA`]; no
    /// `summary` at the end, as of a run that did not finish; a record that names an article which is not there.
    pub fn read(reader: impl BufRead, name: &str) -> Result<Self> {
        Self::read_with_limit(reader, name, MAX_LINE, true)
    }

    /// Reads the records alone, in half the memory.
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub fn read_records(reader: impl BufRead, name: &str) -> Result<Self> {
        Self::read_with_limit(reader, name, MAX_LINE, false)
    }

    fn read_with_limit(
        mut reader: impl BufRead,
        name: &str,
        limit: u64,
        keep: bool,
    ) -> Result<Self> {
        let mut records = Records::default();
        let mut lines = Vec::new();
        let mut bytes = Vec::new();
        for number in 1_u64.. {
            bytes.clear();
            let mut piece = reader.by_ref().take(limit.saturating_add(1));
            let n = piece
                .read_until(b'\n', &mut bytes)
                .map_err(|e| Error::io(format_args!("cannot read `{name}`"), e))?;
            if n == 0 {
                break;
            }
            if n as u64 > limit {
                let why = format!("longer than {limit} bytes");
                return Err(broken(name, number, ErrorKind::Limit, &why));
            }
            let bytes = bytes.trim_ascii_end();
            if bytes.is_empty() {
                continue;
            }
            let json = std::str::from_utf8(bytes)
                .map_err(|e| broken(name, number, ErrorKind::Encoding, &e.to_string()))?;
            let of = records
                .take(json)
                .map_err(|(kind, why)| broken(name, number, kind, &why))?;
            if keep {
                lines.push(Line {
                    json: json.to_owned(),
                    of,
                });
            }
        }
        records.finish(lines, name)
    }

    /// The article of an id.
    #[must_use]
    pub fn article(&self, id: &str) -> Option<&Article> {
        self.articles.get(self.place(id)?)
    }

    /// The place among the articles of that of an id.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// Writes every line as it stands.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_jsonl(&self, out: &mut dyn Write) -> io::Result<()> {
        self.lines
            .iter()
            .try_for_each(|l| writeln!(out, "{}", l.json))
    }

    /// Writes the lines as one array, as `scan --format json` does.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        for (i, line) in self.lines.iter().enumerate() {
            write!(out, "{}\n{}", if i == 0 { "[" } else { "," }, line.json)?;
        }
        writeln!(out, "\n]")
    }

    /// A number among the settings of `relations`, such as `reuse_words`.
    #[must_use]
    pub fn threshold(&self, name: &str) -> Option<f64> {
        self.run.settings.get("relations")?.get(name)?.as_f64()
    }
}

type Why = (ErrorKind, String);

impl Records {
    fn take(&mut self, json: &str) -> Result<Of, Why> {
        if self.run.is_none() && json.starts_with('[') {
            let why = "an array; what is read is the output of `scan --format jsonl`, not `json`";
            return Err((ErrorKind::Format, why.into()));
        }
        let tagged: Tagged<'_> = parse(json)?;
        match (&*tagged.r#type, &self.run) {
            ("run", None) => self.run = Some(run(json)?),
            ("run", Some(_)) => {
                return Err((ErrorKind::Format, "a second run begins".into()));
            }
            (_, None) => {
                let why = "the first record of a saved scan is of type `run`";
                return Err((ErrorKind::Format, why.into()));
            }
            _ => {}
        }
        Ok(match &*tagged.r#type {
            "run" => Of::Run,
            "article" => Of::Article(push(&mut self.articles, json)?),
            "match" => Of::Match(push(&mut self.matches, json)?),
            "near_miss" => Of::NearMiss(push(&mut self.near_misses, json)?),
            "boilerplate" => Of::Boilerplate(push(&mut self.boilerplate, json)?),
            "common_run" => Of::CommonRun(push(&mut self.common_runs, json)?),
            "cluster" => Of::Cluster(push(&mut self.clusters, json)?),
            "error" => Of::Error(push(&mut self.errors, json)?),
            "summary" => {
                self.summary = Some(parse(json)?);
                Of::Summary
            }
            _ => Of::Other,
        })
    }

    fn finish(self, lines: Vec<Line>, name: &str) -> Result<Saved> {
        let is_empty = self.run.is_none();
        let (Some(run), Some(summary)) = (self.run, self.summary) else {
            let why = if is_empty {
                "is empty"
            } else {
                "has no `summary`: the run did not finish, or the file is cut off"
            };
            return Err(Error::new(ErrorKind::Format, format!("`{name}` {why}")));
        };
        let saved = Saved {
            index: index_of(&self.articles),
            run,
            articles: self.articles,
            matches: self.matches,
            near_misses: self.near_misses,
            boilerplate: self.boilerplate,
            common_runs: self.common_runs,
            clusters: self.clusters,
            errors: self.errors,
            summary,
            lines,
        };
        let of_matches = saved.matches.iter().flat_map(|m| [&m.a, &m.b]);
        let of_misses = saved.near_misses.iter().flat_map(|m| [&m.a, &m.b]);
        let of_clusters = saved
            .clusters
            .iter()
            .flat_map(|c| c.members.iter().chain([&c.representative]));
        let mut named = of_matches.chain(of_misses).chain(of_clusters);
        if let Some(id) = named.find(|id| saved.place(id).is_none()) {
            let why = format!("`{name}` names the article `{id}`, of which it has no record");
            return Err(Error::new(ErrorKind::Format, why));
        }
        drop(named);
        Ok(saved)
    }
}

fn index_of(articles: &[Article]) -> FxHashMap<String, usize> {
    let ids = articles.iter().map(|a| a.id.clone());
    ids.zip(0..).collect()
}

fn run(json: &str) -> Result<Run, Why> {
    #[derive(Deserialize)]
    struct Numbered {
        schema: u32,
    }
    // A newer schema may have other fields.
    let Numbered { schema } = parse(json)?;
    if schema > SCHEMA {
        let why = format!("written in schema {schema}; this version reads up to {SCHEMA}");
        return Err((ErrorKind::Format, why));
    }
    let run: Run = parse(json)?;
    if run.settings.get("audit").is_some() {
        return Err((
            ErrorKind::Format,
            "the result of an audit, not of a scan".into(),
        ));
    }
    Ok(run)
}

fn push<'j, T: Deserialize<'j>>(records: &mut Vec<T>, json: &'j str) -> Result<usize, Why> {
    records.push(parse(json)?);
    Ok(records.len() - 1)
}

fn parse<'j, T: Deserialize<'j>>(json: &'j str) -> Result<T, Why> {
    serde_json::from_str(json).map_err(|e| {
        // A record is one line: of the place only the column means something.
        let told = e.to_string();
        let at = format!(" at line {} column {}", e.line(), e.column());
        let what = told.strip_suffix(&at).unwrap_or(&told);
        (ErrorKind::Syntax, format!("{what} (column {})", e.column()))
    })
}

fn broken(name: &str, line: u64, kind: ErrorKind, why: &str) -> Error {
    Error::new(kind, format!("`{name}`, line {line}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::offsets::Unit;

    const RUN: &str = r#"{"type":"run","schema":1,"version":"0.1.0","settings":{"relations":{"reuse_words":40}},"settings_sha256":"","agencies_version":null,"offsets":"chars","later":[1]}"#;
    const ARTICLE: &str =
        r#"{"type":"article","id":"a","path":"a.txt","tokens":9,"text":"\u003cé"}"#;
    const SUMMARY: &str = r#"{"type":"summary","articles":1,"matches":0,"clusters":0}"#;

    fn read(lines: &[&str]) -> Result<Saved> {
        Saved::read(lines.join("\n").as_bytes(), "x.jsonl")
    }

    fn refused(lines: &[&str]) -> String {
        read(lines).unwrap_err().to_string()
    }

    #[test]
    fn reads_records_and_keeps_their_lines() {
        let odd = r#"{"type":"weather","sun":true}"#;
        let saved = read(&[RUN, "", ARTICLE, odd, SUMMARY]).unwrap();
        assert_eq!(saved.run.offsets, Unit::Chars);
        assert_eq!(saved.threshold("reuse_words"), Some(40.0));
        assert_eq!(saved.article("a").unwrap().text.as_deref(), Some("<é"));
        assert!(saved.article("b").is_none());
        let kept: Vec<(&str, Of)> = saved.lines.iter().map(|l| (&*l.json, l.of)).collect();
        assert_eq!(
            kept,
            [
                (RUN, Of::Run),
                (ARTICLE, Of::Article(0)),
                (odd, Of::Other),
                (SUMMARY, Of::Summary)
            ]
        );
    }

    #[test]
    fn says_where_and_why_a_line_is_broken() {
        assert!(refused(&[RUN, "{\"type\":"]).starts_with("`x.jsonl`, line 2: EOF"));
        let no_id = refused(&[RUN, ARTICLE, r#"{"type":"article"}"#]);
        assert_eq!(no_id, "`x.jsonl`, line 3: missing field `id` (column 18)");
        assert!(refused(&[ARTICLE]).contains("line 1: the first record"));
        assert!(refused(&["[", RUN]).contains("`scan --format jsonl`, not `json`"));
        assert!(refused(&[RUN, RUN]).contains("line 2: a second run"));
    }

    #[test]
    fn refuses_what_it_cannot_vouch_for() {
        assert!(refused(&[RUN, ARTICLE]).contains("has no `summary`"));
        assert!(refused(&[]).contains("is empty"));
        let newer = RUN.replace("\"schema\":1", "\"schema\":2");
        assert!(refused(&[&newer, SUMMARY]).contains("schema 2; this version reads up to 1"));
        let audit = RUN.replace("\"relations\"", "\"audit\"");
        assert!(refused(&[&audit, SUMMARY]).contains("audit"));
        let pair = r#"{"type":"near_miss","a":"a","b":"z","jaccard":0.1,"score":0.1}"#;
        assert!(refused(&[RUN, ARTICLE, pair, SUMMARY]).contains("article `z`"));
    }

    #[test]
    fn bounds_the_length_of_a_line() {
        let file = [RUN, ARTICLE, SUMMARY].join("\n");
        let limit = RUN.len() as u64 + 1;
        assert!(Saved::read_with_limit(file.as_bytes(), "x", limit, true).is_ok());
        let e = Saved::read_with_limit(file.as_bytes(), "x", limit - 1, true).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Limit);
    }
}
