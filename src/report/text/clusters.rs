//! The section of clusters: versions of one story, and who else uses it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{
    Report,
    page::{self, FAINT, INDENT, NAME, Page, count},
    shared::{End, Row, changed, describe, id_columns, length, matched, write_longest, write_row},
    source,
};
use crate::{
    align::similarity::Relation,
    detector::{Article, Cluster, Match},
};

/// Members listed of a cluster.
const MEMBERS: usize = 12;
/// Articles outside it listed that use its text.
const USERS: usize = 6;
/// Least hexadecimal digits of a cluster's id.
const ID_DIGITS: usize = 4;
/// An article of which this much stands in another, which is longer by this much, is the other one cut.
const CUT_CONTAINED: f64 = 0.8;
const CUT_LONGER: f64 = 1.1;

const LEGEND: [&str; 2] = [
    "%: share of the article's prose found in the cluster's first article;",
    "under 'also used by', in the member it shares most with",
];

/// Writes the largest clusters.
pub(super) fn write(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let clusters = &report.outcome.scan.clusters;
    if clusters.is_empty() {
        return Ok(());
    }
    write_legend(page)?;
    let ids = &report.outcome.cluster_ids;
    let mut order: Vec<usize> = (0..clusters.len()).collect();
    order.sort_by(|x, y| {
        let size = |c: &usize| clusters[*c].members.len();
        size(y).cmp(&size(x)).then_with(|| ids[*x].cmp(&ids[*y]))
    });
    let digits = distinct_digits(ids);
    for c in order.iter().take(report.style.shown(order.len())) {
        page.blank()?;
        Story {
            report,
            c: *c,
            digits,
            credited: source::any_credit(report, &clusters[*c].members),
        }
        .write(page)?;
    }
    report.more(page, clusters.len())
}

/// On one line if there is room, else broken where it says a second thing.
fn write_legend(page: &mut Page<'_>) -> io::Result<()> {
    let line = LEGEND.join(" ");
    if page::columns(&line) <= page.width() {
        return page.wrap(FAINT, 0, &line);
    }
    LEGEND.iter().try_for_each(|l| page.wrap(FAINT, 0, l))
}

/// One cluster as it is shown.
struct Story<'r> {
    report: &'r Report<'r>,
    c: usize,
    digits: usize,
    /// Whether the page of any member says who wrote it.
    credited: bool,
}

impl Story<'_> {
    fn write(&self, page: &mut Page<'_>) -> io::Result<()> {
        let outcome = self.report.outcome;
        let members = self.members();
        let users = self.users();
        let (shown, used) = (members.len().min(MEMBERS), users.len().min(USERS));
        let representative = self.cluster().representative;
        let first = Row {
            share: None,
            article: representative,
            facts: vec![length(self.article(representative))],
            credit: self.credit(representative),
            of: None,
        };
        let listed = std::iter::once(&first)
            .chain(&members[..shown])
            .chain(users[..used].iter().map(|u| &u.row));
        let ids = id_columns(outcome, listed, page);
        page.put(NAME, self.name(self.c));
        page.to(INDENT);
        page.put(NAME, &self.title());
        page.end()?;
        write_row(page, outcome, &first, ids)?;
        for row in &members[..shown] {
            write_row(page, outcome, row, ids)?;
        }
        self.write_rest(page, members.len() - shown, "")?;
        if users.is_empty() {
            return Ok(());
        }
        page.put(FAINT, "  also used by");
        page.end()?;
        for user in &users[..used] {
            write_row(page, outcome, &user.row, ids)?;
            let article = self.article(user.row.article);
            write_longest(
                page,
                &user.of.passages,
                article,
                user.end,
                self.report.show.snippet,
            )?;
        }
        let quotes = users[used..]
            .iter()
            .filter(|u| u.of.relation == Relation::Quotes)
            .count();
        let how = match (quotes, users.len() - used) {
            (0, _) => String::new(),
            (q, all) if q == all => " that quote the same speech".into(),
            (q, _) => format!(
                ", {} of them quoting the same speech",
                page::number(q as u64)
            ),
        };
        self.write_rest(page, users.len() - used, &how)
    }

    fn write_rest(&self, page: &mut Page<'_>, rest: usize, how: &str) -> io::Result<()> {
        if rest == 0 {
            return Ok(());
        }
        page.to(INDENT);
        page.put(
            FAINT,
            &format!("… and {} more{how}", page::number(rest as u64)),
        );
        page.end()
    }

    fn cluster(&self) -> &Cluster {
        &self.report.outcome.scan.clusters[self.c]
    }

    fn article(&self, x: u32) -> &Article {
        &self.report.outcome.scan.articles[x as usize]
    }

    fn matches<'m>(&'m self, indices: &'m [u32]) -> impl Iterator<Item = &'m Match> {
        indices
            .iter()
            .map(|i| &self.report.outcome.scan.matches[*i as usize])
    }

    /// The start of a cluster's id, long enough to tell it from the others.
    fn name(&self, c: usize) -> &str {
        let id = &self.report.outcome.cluster_ids[c];
        id.get(..self.digits).unwrap_or(id)
    }

    fn title(&self) -> String {
        let cluster = self.cluster();
        let first = &self.article(cluster.representative).hashes;
        let n = page::number(cluster.members.len() as u64);
        let what = if cluster
            .members
            .iter()
            .all(|m| self.article(*m).hashes == *first)
        {
            "copies of one text"
        } else {
            "versions of one story"
        };
        format!("{n} {what}{}", source::of_cluster(self.report, cluster))
    }

    /// What the page of a member says of who wrote it, where any of the cluster says something.
    fn credit(&self, x: u32) -> Option<String> {
        self.credited.then(|| source::credit(self.report, x))
    }

    /// The members but the first: those found in it, by share, then those that are not, each with the one that holds most
    /// of it.
    fn members(&self) -> Vec<Row> {
        let first = self.cluster().representative;
        let mut best: BTreeMap<u32, (bool, f64, &Match, End)> = BTreeMap::new();
        for m in self.matches(&self.report.sorted.inside[self.c]) {
            for end in End::BOTH {
                let to_first = end.other().article(m) == first;
                let held = end.containment(m.containment);
                let known = best.get(&end.article(m));
                if known.is_none_or(|k| (k.0, k.1) < (to_first, held)) {
                    best.insert(end.article(m), (to_first, held, m, end));
                }
            }
        }
        best.remove(&first);
        let mut best: Vec<_> = best.into_iter().collect();
        // Stable: equal ones stay in the order of their ids.
        best.sort_by(|(_, x), (_, y)| y.0.cmp(&x.0).then(y.1.total_cmp(&x.1)));
        best.into_iter()
            .map(|(x, (_, _, m, end))| self.member(x, m, end))
            .collect()
    }

    fn member(&self, x: u32, m: &Match, end: End) -> Row {
        let (article, other) = (self.article(x), end.other().article(m));
        let share = end.containment(m.containment);
        let (words, longer) = (
            article.parts.prose_tokens(),
            self.article(other).parts.prose_tokens(),
        );
        let mut facts = Vec::new();
        if m.relation == Relation::Identical {
            facts.push("identical".to_owned());
        } else if share >= CUT_CONTAINED && longer as f64 >= CUT_LONGER * words as f64 {
            facts.push(format!("cut to {}", length(article)));
        } else {
            facts.push(length(article));
        }
        facts.extend(changed(&m.passages));
        if other != self.cluster().representative {
            facts.push(format!("found in {}", self.report.outcome.id(other)));
        }
        Row {
            share: Some(share),
            article: x,
            facts,
            credit: self.credit(x),
            of: None,
        }
    }

    /// Articles outside the cluster that share passages with a member, those of another cluster together: reuse before
    /// quotations, then by share.
    fn users(&self) -> Vec<User<'_>> {
        // By cluster, else by article.
        let mut uses: BTreeMap<(Option<u32>, u32), Vec<Use<'_>>> = BTreeMap::new();
        for of in self.matches(&self.report.sorted.across[self.c]) {
            let inside = |x: u32| self.cluster_of(x) == Some(self.c as u32);
            let end = if inside(of.a) { End::B } else { End::A };
            let cluster = self.cluster_of(end.article(of));
            let key = (cluster, cluster.map_or(end.article(of), |_| 0));
            uses.entry(key).or_default().push(Use { of, end });
        }
        let mut users: Vec<User<'_>> = uses
            .into_iter()
            .filter_map(|((cluster, _), uses)| self.user(cluster, &uses))
            .collect();
        users.sort_by(|x, y| {
            let quotes = |u: &User<'_>| u.of.relation == Relation::Quotes;
            let share = |u: &User<'_>| u.row.share.unwrap_or(0.0);
            let by_share = share(y).total_cmp(&share(x));
            let by_id = x.row.article.cmp(&y.row.article);
            quotes(x).cmp(&quotes(y)).then(by_share).then(by_id)
        });
        users
    }

    /// The strongest of the uses by one article, or by those of one other cluster.
    fn user<'m>(&self, cluster: Option<u32>, uses: &[Use<'m>]) -> Option<User<'m>> {
        let first = self.cluster().representative;
        let strength = |u: &Use<'_>| {
            let quotes = u.of.relation == Relation::Quotes;
            let words = matched(&u.of.passages);
            (!quotes, words, u.share(), u.member() == first)
        };
        // Matches come by id, and the first of equal ones stays.
        let best = uses
            .iter()
            .reduce(|x, y| if strength(y) > strength(x) { y } else { x })?;
        let article = best.article();
        let mut facts = describe(&best.of.passages, best.of.relation, self.article(article));
        if let Some(c) = cluster {
            let articles: BTreeSet<u32> = uses.iter().map(Use::article).collect();
            let name = self.name(c as usize);
            facts.push(match articles.len() - 1 {
                0 => format!("itself of {name}"),
                more => format!("with {} of {name}", count(more, "other")),
            });
        }
        let share = Some(best.share());
        Some(User {
            row: Row {
                share,
                article,
                facts,
                credit: None,
                of: (best.member() != first).then(|| best.member()),
            },
            of: best.of,
            end: best.end,
        })
    }

    fn cluster_of(&self, x: u32) -> Option<u32> {
        self.report.outcome.cluster_of[x as usize]
    }
}

/// A match of an article outside a cluster, which is its `end`, with a member.
struct Use<'m> {
    of: &'m Match,
    end: End,
}

impl Use<'_> {
    fn article(&self) -> u32 {
        self.end.article(self.of)
    }

    /// The member it is a match with.
    fn member(&self) -> u32 {
        self.end.other().article(self.of)
    }

    fn share(&self) -> f64 {
        self.end.containment(self.of.containment)
    }
}

/// An article outside a cluster, with its strongest match with a member.
struct User<'m> {
    row: Row,
    of: &'m Match,
    end: End,
}

/// How long a start of each id tells all of them apart.
fn distinct_digits(ids: &[String]) -> usize {
    let mut sorted: Vec<&str> = ids.iter().map(|i| &**i).collect();
    sorted.sort_unstable();
    let common = |x: &str, y: &str| x.bytes().zip(y.bytes()).take_while(|(p, q)| p == q).count();
    let most = sorted
        .windows(2)
        .map(|w| common(w[0], w[1]))
        .max()
        .unwrap_or(0);
    (most + 1).max("c-".len() + ID_DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_as_short_as_tells_them_apart() {
        let ids = |of: &[&str]| of.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(distinct_digits(&[]), 6);
        assert_eq!(
            distinct_digits(&ids(&["c-0123456789ab", "c-1123456789ab"])),
            6
        );
        assert_eq!(
            distinct_digits(&ids(&[
                "c-0123456789ab",
                "c-1123456789ab",
                "c-0123457789ab"
            ])),
            9
        );
    }
}
