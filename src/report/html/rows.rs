//! The tables of clusters and of pairs outside them, which stand in the page without its script.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use super::{
    ROWS,
    data::{Data, Pairs},
    escape,
};
use crate::report::{
    saved::{Article, Cluster, Match, Saved, summary::by_size},
    text::page::percent,
};

/// Outlets named in a row.
const NAMED: usize = 3;
/// Bytes of titles of members by which a row is found, beside what it shows.
const FOUND_BY: usize = 1_000;

/// What can be chosen from in a filter, each with its number.
#[derive(Default)]
struct Choices<'s>(BTreeMap<&'s str, usize>);

impl<'s> Choices<'s> {
    fn of(names: impl Iterator<Item = &'s str>) -> Self {
        let names: BTreeSet<&str> = names.collect();
        Self(names.into_iter().zip(0..).collect())
    }

    fn numbers<'n>(&self, names: impl Iterator<Item = &'n str>) -> String {
        let numbers: BTreeSet<usize> = names.filter_map(|n| self.0.get(n).copied()).collect();
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        numbers.join(" ")
    }

    fn write(&self, id: &str, label: &str, all: &str, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "<label for=\"{id}\">{label}</label><select id=\"{id}\"><option value=\"\">{all}</option>"
        )?;
        for (name, n) in &self.0 {
            write!(out, "<option value=\"{n}\">{}</option>", escape::text(name))?;
        }
        writeln!(out, "</select>")
    }
}

struct Tables<'s> {
    saved: &'s Saved,
    pairs: &'s Pairs<'s>,
    data: &'s Data,
    outlets: Choices<'s>,
    sources: Choices<'s>,
    relations: Choices<'s>,
}

pub(super) fn write(
    saved: &Saved,
    pairs: &Pairs<'_>,
    data: &Data,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown = |a: &&Article| a.cluster.is_some();
    let paired = pairs.outside.iter().filter_map(|i| saved.matches.get(*i));
    let paired = paired.flat_map(|m| [&m.a, &m.b]);
    let articles: Vec<&Article> = saved
        .articles
        .iter()
        .filter(shown)
        .chain(paired.filter_map(|id| saved.article(id)))
        .collect();
    let own = articles.iter().filter_map(|a| source_of(a));
    let of_clusters = saved.clusters.iter().filter_map(|c| c.origin.as_ref());
    let of_pairs = saved
        .matches
        .iter()
        .filter_map(|m| m.direction.agency.as_deref());
    let tables = Tables {
        saved,
        pairs,
        data,
        outlets: Choices::of(articles.iter().filter_map(|a| a.outlet.as_deref())),
        sources: Choices::of(
            own.chain(of_clusters.map(|o| &*o.source))
                .chain(of_pairs)
                .filter(|s| *s != "own"),
        ),
        relations: Choices::of(saved.matches.iter().map(|m| &*m.relation)),
    };
    tables.filters(out)?;
    tables.clusters(out)?;
    tables.outside(out)
}

impl Tables<'_> {
    /// Hidden until the script is there.
    fn filters(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "<form id=\"filters\" role=\"search\" hidden><h2 class=\"quiet\">Filter</h2><label for=\"f-text\">Text</label>\
             <input id=\"f-text\" type=\"search\" autocomplete=\"off\">"
        )?;
        self.outlets
            .write("f-outlet", "Outlet", "every outlet", out)?;
        self.sources
            .write("f-source", "From", "whoever it is from", out)?;
        self.relations
            .write("f-relation", "Relation", "every relation", out)?;
        writeln!(
            out,
            "<button type=\"button\" id=\"f-clear\">Clear</button><p id=\"f-shown\" role=\"status\"></p></form>"
        )
    }

    fn clusters(&self, out: &mut dyn Write) -> io::Result<()> {
        let all = by_size(self.saved);
        writeln!(out, "<h2>Clusters</h2>")?;
        if all.is_empty() {
            return writeln!(out, "<p>No articles are versions of one story.</p>");
        }
        writeln!(
            out,
            "<table id=\"clusters\"><caption>Versions of one story, the largest first</caption><thead><tr>{}{}{}{}{}{}</tr></thead><tbody>",
            head("Story", ""),
            head("Versions", "n"),
            head("From", ""),
            head("First published", "w"),
            head("Last", "w"),
            head("Alike", "n w"),
        )?;
        for (n, c) in all.iter().take(ROWS).enumerate() {
            self.cluster(n, c, out)?;
        }
        writeln!(out, "</tbody></table>")?;
        more(all.len(), "clusters", out)
    }

    fn cluster(&self, n: usize, c: &Cluster, out: &mut dyn Write) -> io::Result<()> {
        let members = c.members.iter().filter_map(|id| self.saved.article(id));
        let members: Vec<&Article> = members.collect();
        let head = self.saved.article(&c.representative);
        let inside = self.pairs.inside.get(&*c.id).map_or(&[][..], |p| p);
        let inside: Vec<&Match> = inside
            .iter()
            .filter_map(|i| self.saved.matches.get(*i))
            .collect();
        let leading_out = self.pairs.leading_out.get(&*c.id).map_or(&[][..], |p| p);
        let leading_out = leading_out
            .iter()
            .filter_map(|i| self.saved.matches.get(*i));
        let relations = inside
            .iter()
            .copied()
            .chain(leading_out)
            .map(|m| &*m.relation);
        let from = c.origin.as_ref();
        let sources = members
            .iter()
            .filter_map(|a| source_of(a))
            .chain(from.map(|o| &*o.source))
            .chain(inside.iter().filter_map(|m| m.direction.agency.as_deref()));
        let title = head.map_or(&*c.id, name);
        let link = if self.data.clusters_left_out.contains(&n) {
            format!("<bdi>{}</bdi>", escape::text(title))
        } else {
            format!("<a href=\"#c{n}\" dir=\"auto\">{}</a>", escape::text(title))
        };
        let mut times: Vec<&str> = members
            .iter()
            .filter_map(|a| a.published.as_deref())
            .collect();
        times.sort_unstable();
        let [first, last] = [times.first(), times.last()].map(|t| t.copied().unwrap_or(""));
        let source = from.map_or_else(String::new, |o| {
            format!(
                "{} <small>{}</small>",
                escape::text(&o.source),
                percent(o.confidence)
            )
        });
        let mut found_by: String = members
            .iter()
            .flat_map(|a| [a.title.as_deref().unwrap_or_default(), "\n", &a.id, "\n"])
            .collect();
        found_by.truncate(found_by.floor_char_boundary(FOUND_BY));
        writeln!(
            out,
            "<tr data-o=\"{}\" data-s=\"{}\" data-r=\"{}\" data-t=\"{}\"><td>{link}<small class=\"under\">{}</small></td>\
             <td class=\"n\" data-v=\"{}\">{}</td><td>{source}</td><td class=\"w\">{}</td><td class=\"w\">{}</td>\
             <td class=\"n w\" data-v=\"{}\">{}</td></tr>",
            self.outlets
                .numbers(members.iter().filter_map(|a| a.outlet.as_deref())),
            self.sources.numbers(sources),
            self.relations.numbers(relations),
            escape::text(&found_by),
            outlets(&members),
            members.len(),
            members.len(),
            time(first),
            time(last),
            c.cohesion.mean,
            percent(c.cohesion.mean),
        )
    }

    fn outside(&self, out: &mut dyn Write) -> io::Result<()> {
        let all = &self.pairs.outside;
        if all.is_empty() {
            return Ok(());
        }
        write!(
            out,
            "<h2>Pairs outside clusters</h2>\n<table id=\"pairs\"><caption>Articles that are no versions of one story and yet share text, the strongest first</caption>\
             <thead><tr>{}{}{}{}</tr></thead><tbody>\n",
            head("Articles", ""),
            head("Relation", ""),
            head("Who has it from whom", "w"),
            head("Shared", "n"),
        )?;
        for i in all.iter().take(ROWS) {
            let Some(m) = self.saved.matches.get(*i) else {
                continue;
            };
            self.pair(*i, m, out)?;
        }
        writeln!(out, "</tbody></table>")?;
        more(all.len(), "pairs", out)
    }

    fn pair(&self, i: usize, m: &Match, out: &mut dyn Write) -> io::Result<()> {
        let both = [&m.a, &m.b].map(|id| self.saved.article(id));
        let [Some(a), Some(b)] = both else {
            return Ok(());
        };
        let titles = [a, b].map(|x| format!("<bdi>{}</bdi>", escape::text(name(x))));
        let titles = titles.join(" <span class=\"and\">and</span> ");
        let link = if self.data.pairs.contains(&i) {
            format!("<a href=\"#m{i}\">{titles}</a>")
        } else {
            titles
        };
        let sources = [a, b].into_iter().filter_map(source_of);
        let direction = match (&*m.direction.source, m.direction.agency.as_deref()) {
            ("a", _) => "the second from the first".to_owned(),
            ("b", _) => "the first from the second".to_owned(),
            ("common", Some(agency)) => format!("both from {agency}"),
            ("common", None) => "both from a third".to_owned(),
            _ => "not known".to_owned(),
        };
        writeln!(
            out,
            "<tr data-o=\"{}\" data-s=\"{}\" data-r=\"{}\" data-t=\"{}\"><td>{link}<small class=\"under\">{}</small></td>\
             <td>{}</td><td class=\"w\">{}</td><td class=\"n\" data-v=\"{}\">{}</td></tr>",
            self.outlets
                .numbers([a, b].into_iter().filter_map(|x| x.outlet.as_deref())),
            self.sources
                .numbers(sources.chain(m.direction.agency.as_deref())),
            self.relations.numbers([&*m.relation].into_iter()),
            escape::text(&format!("{}\n{}", a.id, b.id)),
            outlets(&[a, b]),
            escape::text(&m.relation),
            escape::text(&direction),
            m.score,
            percent(m.score),
        )
    }
}

fn source_of(a: &Article) -> Option<&str> {
    a.origin.as_ref().map(|o| &*o.source)
}

/// What an article goes by for people.
fn name(a: &Article) -> &str {
    a.title
        .as_deref()
        .filter(|t| !t.trim().is_empty())
        .unwrap_or(&a.id)
}

/// The names of their outlets, those of most articles first.
fn outlets(articles: &[&Article]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for outlet in articles.iter().filter_map(|a| a.outlet.as_deref()) {
        *counts.entry(outlet).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(y.0)));
    let named = counts.iter().take(NAMED);
    let named: Vec<String> = named
        .map(|(o, _)| format!("<bdi>{}</bdi>", escape::text(o)))
        .collect();
    let rest = match counts.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    named.join(", ") + &rest
}

fn time(t: &str) -> String {
    if t.is_empty() {
        return String::new();
    }
    let told = t.replace('T', " ");
    let told = told.trim_end_matches('Z');
    let told = told.get(..16).unwrap_or(told);
    format!(
        "<time datetime=\"{}\">{}</time>",
        escape::text(t),
        escape::text(told)
    )
}

/// A head whose words the script makes a button.
fn head(name: &str, class: &str) -> String {
    let class = if class.is_empty() {
        String::new()
    } else {
        format!(" class=\"{class}\"")
    };
    format!("<th scope=\"col\" aria-sort=\"none\"{class}><span class=\"sort\">{name}</span></th>")
}

fn more(all: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    if all > ROWS {
        writeln!(
            out,
            "<p class=\"note\">The table holds {ROWS} of {all} {what}.</p>"
        )?;
    }
    Ok(())
}
