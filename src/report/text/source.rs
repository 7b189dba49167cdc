//! Who has a text from whom, in as few words as tell it.

use super::{Report, page::percent, shared::End};
use crate::{
    detector::{Cluster, Match},
    provenance::{Side, Verdict},
};

/// What an article's page says of who wrote it.
pub(super) fn credit(report: &Report<'_>, article: u32) -> String {
    let standing = &report.outcome.scan.standings[article as usize];
    let Some(origin) = standing.origin(report.detector.agencies()) else {
        return "no credit".into();
    };
    let says = |basis: &str| origin.claims.iter().any(|c| c.basis == basis);
    let elsewhere = |basis: &str| matches!(basis, "site" | "reference");
    match origin.source {
        "own" if says("staff") => "own byline".into(),
        "own" => "own credit".into(),
        // Known by where it stands or by what it shares, and not told by the page.
        source if says("site") => format!("on the site of {source}"),
        _ if origin.claims.iter().all(|c| elsewhere(c.basis)) => "no credit".into(),
        source => format!("credits {source}"),
    }
}

/// Whether the page of any of these says who wrote it.
pub(super) fn any_credit(report: &Report<'_>, articles: &[u32]) -> bool {
    articles.iter().any(|x| credit(report, *x) != "no credit")
}

/// `, from AP (97 %)`; nothing where it is not known.
pub(super) fn of_cluster(report: &Report<'_>, cluster: &Cluster) -> String {
    cluster.origin.as_ref().map_or_else(String::new, |o| {
        let who = o.who.name(report.detector.agencies());
        format!(", from {who} ({})", percent(o.confidence))
    })
}

/// Where a pair has its text from.
pub(super) enum Told {
    /// Said of both: `both from UPI`.
    Both(String),
    /// Said of the one that has it from the other: `from Harbour Herald`.
    One(End, String),
}

/// What there is to say of where a match has its text from; nothing where it is not known.
pub(super) fn of_pair(report: &Report<'_>, m: &Match) -> Option<Told> {
    let from = |x: u32| format!("from {}", name(report, x));
    match &m.direction.verdict {
        Verdict::Unknown => None,
        Verdict::From(Side::A) => Some(Told::One(End::B, from(m.a))),
        Verdict::From(Side::B) => Some(Told::One(End::A, from(m.b))),
        Verdict::Common(who) => {
            let who = who.name(report.detector.agencies());
            Some(Told::Both(format!("both from {who}")))
        }
    }
}

/// Where an article stands: its outlet, else the agency on whose site it is.
fn name<'r>(report: &'r Report<'_>, article: u32) -> &'r str {
    let standing = &report.outcome.scan.standings[article as usize];
    let outlet = report.outcome.scan.articles[article as usize]
        .document
        .meta
        .outlet
        .as_deref();
    let known = standing.outlet.as_ref().map(|o| &*o.name);
    let home = standing
        .home
        .map(|i| &*report.detector.agencies().all()[i as usize].id);
    known.or(outlet).or(home).unwrap_or("the other")
}
