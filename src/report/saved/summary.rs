//! A saved scan in short, as text for people: its clusters with their members, then the pairs outside them.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{self, Write},
};

use super::{Article, Cluster, Match, Saved};
use crate::report::text::page::{count, number, percent, visible};

/// Members listed of a cluster.
const MEMBERS: usize = 50;

/// Writes the summary; of clusters and of pairs outside them at most `limit` each, 0 for all.
///
/// # Errors
/// Those of `out`.
pub fn write(saved: &Saved, limit: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", headline(saved))?;
    for f in &saved.run.filters {
        writeln!(out, "only: {}", visible(&f.to_string()))?;
    }
    let mut inside: BTreeMap<&str, Vec<&Match>> = BTreeMap::new();
    let mut outside = Vec::new();
    for m in &saved.matches {
        match cluster_of(saved, m) {
            Some(c) => inside.entry(c).or_default().push(m),
            None => outside.push(m),
        }
    }
    let most = |n: usize| if limit == 0 { n } else { n.min(limit) };
    let clusters = by_size(saved);
    for c in clusters.iter().take(most(clusters.len())) {
        let pairs = inside.get(&*c.id).map_or(&[][..], |p| p);
        cluster(saved, c, pairs, out)?;
    }
    more(clusters.len(), most(clusters.len()), out)?;
    if !outside.is_empty() {
        writeln!(out, "\npairs outside clusters")?;
    }
    outside.sort_by(|x, y| y.score.total_cmp(&x.score));
    for m in outside.iter().take(most(outside.len())) {
        pair(m, out)?;
    }
    more(outside.len(), most(outside.len()), out)
}

/// The cluster of which both articles of a match are.
pub(in crate::report) fn cluster_of<'s>(saved: &'s Saved, m: &Match) -> Option<&'s str> {
    let [a, b] = [&m.a, &m.b].map(|id| saved.article(id)?.cluster.as_deref());
    a.filter(|_| a == b)
}

/// The clusters, the largest first.
pub(in crate::report) fn by_size(saved: &Saved) -> Vec<&Cluster> {
    let mut all: Vec<&Cluster> = saved.clusters.iter().collect();
    all.sort_by(|x, y| {
        let size = y.members.len().cmp(&x.members.len());
        size.then_with(|| x.id.cmp(&y.id))
    });
    all
}

/// How many there are of everything, on one line.
pub(in crate::report) fn headline(saved: &Saved) -> String {
    let mut relations: BTreeMap<&str, u64> = BTreeMap::new();
    for m in &saved.matches {
        *relations.entry(&m.relation).or_default() += 1;
    }
    let known = ["identical", "near-duplicate", "reuse", "quotes"];
    let known = known.into_iter().filter(|r| relations.contains_key(r));
    let others = relations
        .keys()
        .copied()
        .filter(|r| !known.clone().any(|k| k == *r));
    let told: Vec<String> = known
        .clone()
        .chain(others)
        .map(|r| {
            format!(
                "{} {r}",
                number(relations.get(r).copied().unwrap_or_default())
            )
        })
        .collect();
    let mut parts = vec![count(saved.articles.len(), "article")];
    if saved.matches.is_empty() {
        parts.push("nothing shared".into());
    } else {
        parts.push(count(saved.clusters.len(), "cluster"));
        let matches = count(saved.matches.len(), "match");
        parts.push(format!("{matches} ({})", told.join(", ")));
    }
    let rest = [
        (saved.boilerplate.len(), "stock passage"),
        (saved.errors.len(), "error"),
    ];
    let rest = rest.iter().filter(|(n, _)| *n > 0);
    parts.extend(rest.map(|(n, what)| count(*n, what)));
    parts.join(", ")
}

fn cluster(saved: &Saved, c: &Cluster, pairs: &[&Match], out: &mut dyn Write) -> io::Result<()> {
    let from = c.origin.as_ref().map_or_else(String::new, |o| {
        format!(", from {} ({})", visible(&o.source), percent(o.confidence))
    });
    let versions = c.members.len();
    writeln!(
        out,
        "\n{}  {versions} versions of one story{from}",
        visible(&c.id)
    )?;
    let mut members: Vec<&Article> = c.members.iter().filter_map(|m| saved.article(m)).collect();
    members.sort_by_key(|a| (a.published.is_none(), &a.published, &a.id));
    for a in members.iter().take(MEMBERS) {
        writeln!(out, "  {}", described(a))?;
    }
    more(members.len(), members.len().min(MEMBERS), out)?;
    // What the first line says of all is not said again of each.
    let of_all = c.origin.as_ref().map(|o| &*o.source);
    let told = pairs.iter().filter(|m| match &*m.direction.source {
        "unknown" => false,
        "common" => m.direction.agency.as_deref() != of_all,
        _ => true,
    });
    let told: Vec<String> = told.map(|m| direction(m)).collect();
    for line in told.iter().take(MEMBERS) {
        writeln!(out, "    {line}")?;
    }
    more(told.len(), told.len().min(MEMBERS), out)
}

fn described(a: &Article) -> String {
    let parts = [
        Some(&*a.id),
        a.outlet.as_deref(),
        a.published.as_deref(),
        a.title.as_deref(),
    ];
    let parts: Vec<Cow<'_, str>> = parts.into_iter().flatten().map(visible).collect();
    let credit = a.origin.as_ref().map_or_else(String::new, |o| {
        format!("  (credits {})", visible(&o.source))
    });
    format!("{}{credit}", parts.join("  "))
}

fn pair(m: &Match, out: &mut dyn Write) -> io::Result<()> {
    let [a, b] = m.containment.map(percent);
    let ids = [&m.a, &m.b].map(|id| visible(id));
    writeln!(
        out,
        "  {}  {} ({a}) ~ {} ({b}){}",
        visible(&m.relation),
        ids[0],
        ids[1],
        match &*m.direction.source {
            "unknown" => String::new(),
            _ => format!(": {}", direction(m)),
        }
    )
}

fn direction(m: &Match) -> String {
    let [a, b] = [&m.a, &m.b].map(|id| visible(id));
    let sure = percent(m.direction.confidence);
    match &*m.direction.source {
        "a" => format!("{b} has it from {a} ({sure})"),
        "b" => format!("{a} has it from {b} ({sure})"),
        "common" => {
            let whom = m.direction.agency.as_deref().unwrap_or("a third");
            format!("{a} and {b} have it from {} ({sure})", visible(whom))
        }
        _ => format!("{a} ~ {b}"),
    }
}

fn more(all: usize, shown: usize, out: &mut dyn Write) -> io::Result<()> {
    if all > shown {
        writeln!(out, "  … and {} more", all - shown)?;
    }
    Ok(())
}
