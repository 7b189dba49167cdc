//! What a cleaned corpus leaves out: the log, the mask, the groups, and a summary for people.

use std::io::{self, Write};

use serde::Serialize;

use super::{
    model::round,
    outcome::Outcome,
    rows::{self, Cell, Column, Kind, TableFormat},
};
use crate::{
    align::similarity::Relation,
    policy::{
        cut::Cut,
        dedup::{Dedup, DedupSettings, Partner, Reason},
    },
};

/// What was decided, with all that is needed to tell it.
#[derive(Clone, Copy, Debug)]
pub struct Deduped<'d> {
    /// What was found.
    pub outcome: &'d Outcome,
    /// What is left out.
    pub dedup: &'d Dedup,
    /// By which settings.
    pub settings: &'d DedupSettings,
    /// What was cut from the texts, by article.
    pub cuts: &'d [Cut],
}

#[derive(Serialize)]
struct RemovedRecord<'r> {
    r#type: &'static str,
    id: &'r str,
    path: &'r str,
    record: Option<u64>,
    in_favour_of: &'r str,
    relation: &'static str,
    containment: f64,
    score: f64,
    jaccard: f64,
}

#[derive(Serialize)]
struct StayRecord<'r> {
    r#type: &'static str,
    id: &'r str,
    path: &'r str,
    record: Option<u64>,
    best: Option<&'r str>,
    best_kept: Option<bool>,
    relation: Option<&'static str>,
    containment: Option<f64>,
    score: Option<f64>,
    jaccard: Option<f64>,
}

#[derive(Serialize)]
struct CutRecord<'r> {
    r#type: &'static str,
    id: &'r str,
    path: &'r str,
    record: Option<u64>,
    bytes: u64,
    spans: Vec<[u32; 2]>,
}

#[derive(Serialize)]
struct SummaryRecord<'r> {
    r#type: &'static str,
    articles: usize,
    removed: usize,
    kept: usize,
    kept_not_contained: usize,
    kept_for_others: usize,
    cut: usize,
    cut_bytes: u64,
    errors: usize,
    keep: &'static str,
    prefer_outlets: &'r [String],
    min_contained: f64,
    pairs_left_out: u64,
}

/// The columns of a mask.
const MASK: [Column; 8] = [
    ("id", Kind::Text),
    ("file", Kind::Text),
    ("record", Kind::Whole),
    ("keep", Kind::Truth),
    ("cluster", Kind::Text),
    ("kept_id", Kind::Text),
    ("relation", Kind::Text),
    ("containment", Kind::Number),
];
/// The columns of a table of groups.
const GROUPS: [Column; 4] = [
    ("id", Kind::Text),
    ("file", Kind::Text),
    ("record", Kind::Whole),
    ("group", Kind::Text),
];

impl Deduped<'_> {
    /// Writes the log: a JSON object a line for each article left out, for each that stays beside others of its cluster, and for
    /// each text cut, then a summary.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_log(&self, out: &mut dyn Write) -> io::Result<()> {
        for r in &self.dedup.removals {
            let (id, path, record) = self.place(r.article);
            let m = &self.outcome.scan.matches[r.kept.found as usize];
            line(
                out,
                &RemovedRecord {
                    r#type: "removed",
                    id,
                    path,
                    record,
                    in_favour_of: self.outcome.id(r.kept.article),
                    relation: m.relation.name(),
                    containment: round(r.kept.containment),
                    score: round(m.score()),
                    jaccard: round(m.jaccard),
                },
            )?;
        }
        let kept = self.dedup.kept(self.outcome.scan.count());
        for s in &self.dedup.stays {
            let (id, path, record) = self.place(s.article);
            let found = |p: &Partner| &self.outcome.scan.matches[p.found as usize];
            let m = s.best.as_ref().map(found);
            line(
                out,
                &StayRecord {
                    r#type: s.reason.name(),
                    id,
                    path,
                    record,
                    best: s.best.map(|p| self.outcome.id(p.article)),
                    best_kept: s.best.map(|p| kept[p.article as usize]),
                    relation: m.map(|m| m.relation.name()),
                    containment: s.best.map(|p| round(p.containment)),
                    score: m.map(|m| round(m.score())),
                    jaccard: m.map(|m| round(m.jaccard)),
                },
            )?;
        }
        for c in self.cuts {
            let (id, path, record) = self.place(c.article);
            line(
                out,
                &CutRecord {
                    r#type: "cut",
                    id,
                    path,
                    record,
                    bytes: c.bytes(),
                    spans: c.spans.iter().map(|s| [s.start, s.end]).collect(),
                },
            )?;
        }
        line(out, &self.summary())?;
        out.flush()
    }

    /// Writes the mask: a row for each article, in reading order, whether it stays, and if not in favour of which.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_mask(&self, format: TableFormat, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let scan = &self.outcome.scan;
        let mut removal = vec![None; scan.count()];
        for r in &self.dedup.removals {
            removal[r.article as usize] = Some(r.kept);
        }
        let order = self.reading_order();
        let row = |i: usize| -> Vec<Cell<'_>> {
            let x = order[i];
            let (id, path, record) = self.place(x);
            let kept = removal[x as usize];
            let cluster = self.outcome.cluster_of[x as usize];
            let relation = kept.map(|p| scan.matches[p.found as usize].relation.name());
            vec![
                id.into(),
                path.into(),
                record.into(),
                Cell::Truth(kept.is_none()),
                cluster
                    .map(|c| &*self.outcome.cluster_ids[c as usize])
                    .into(),
                kept.map(|p| self.outcome.id(p.article)).into(),
                relation.into(),
                kept.map(|p| round(p.containment)).into(),
            ]
        };
        rows::write(&MASK, order.len(), &row, format, out)?;
        out.flush()
    }

    /// Writes the group of each article, in reading order; `groups` are by index.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_groups(
        &self,
        groups: &[String],
        format: TableFormat,
        out: &mut (dyn Write + Send),
    ) -> io::Result<()> {
        let order = self.reading_order();
        let row = |i: usize| -> Vec<Cell<'_>> {
            let x = order[i];
            let (id, path, record) = self.place(x);
            let group = groups.get(x as usize).map(|g| &**g);
            vec![id.into(), path.into(), record.into(), group.into()]
        };
        rows::write(&GROUPS, order.len(), &row, format, out)?;
        out.flush()
    }

    /// Tells the counts to people.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        let s = self.summary();
        let of = |relation: Relation| {
            let removals = self.dedup.removals.iter();
            let of = |p: &Partner| self.outcome.scan.matches[p.found as usize].relation;
            removals.filter(|r| of(&r.kept) == relation).count()
        };
        writeln!(
            out,
            "{}, {}",
            count(s.articles, "article"),
            count(s.errors, "error")
        )?;
        writeln!(
            out,
            "{} removed ({} identical, {} near-duplicate, {} reuse), {} kept",
            s.removed,
            of(Relation::Identical),
            of(Relation::NearDuplicate),
            of(Relation::Reuse),
            s.kept,
        )?;
        if s.kept_not_contained > 0 {
            writeln!(
                out,
                "{} of a cluster kept: less than {} of each stands in one that stays",
                s.kept_not_contained, s.min_contained
            )?;
        }
        if s.kept_for_others > 0 {
            writeln!(
                out,
                "{} kept for what was removed in favour of them alone",
                s.kept_for_others
            )?;
        }
        if s.cut > 0 {
            writeln!(
                out,
                "{} cut from {}",
                count(s.cut_bytes as usize, "byte"),
                count(s.cut, "article")
            )?;
        }
        out.flush()
    }

    fn summary(&self) -> SummaryRecord<'_> {
        let articles = self.outcome.scan.count();
        let removed = self.dedup.removals.len();
        SummaryRecord {
            r#type: "summary",
            articles,
            removed,
            kept: articles - removed,
            kept_not_contained: self.dedup.count(Reason::NotContained),
            kept_for_others: self.dedup.count(Reason::ForOthers),
            cut: self.cuts.len(),
            cut_bytes: self.cuts.iter().map(Cut::bytes).sum(),
            errors: self.outcome.reading.errors.len(),
            keep: self.settings.keep.name(),
            prefer_outlets: &self.settings.prefer_outlets,
            min_contained: self.settings.min_contained,
            pairs_left_out: self.outcome.scan.pairs_left_out,
        }
    }

    fn place(&self, x: u32) -> (&str, &str, Option<u64>) {
        let d = &self.outcome.scan.articles[x as usize].document;
        (&d.id, &d.path, d.record)
    }

    fn reading_order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.outcome.scan.count() as u32).collect();
        order.sort_by_key(|x| {
            let (id, path, record) = self.place(*x);
            (path, record, id)
        });
        order
    }
}

fn line(out: &mut dyn Write, record: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.write_all(b"\n")
}

fn count(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}
