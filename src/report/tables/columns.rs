//! The columns of the tables.

use super::{
    Cell, Field,
    Kind::{Number, Text, Whole},
    rows::{ClusterRow, OutletPair},
};
use crate::report::saved::{Article, Credit, Evidence, Match, Passage, Saved};

fn text(text: &Option<String>) -> Cell<'_> {
    text.as_deref().into()
}

/// One end of a span.
fn end(span: Option<[u32; 2]>, which: usize) -> Cell<'static> {
    span.map(|s| u64::from(s[which])).into()
}

/// A column `text` only where the scan was made with texts.
pub(super) fn articles<'s>(saved: &'s Saved) -> Vec<Field<'s, &'s Article>> {
    let mut fields: Vec<Field<'s, &'s Article>> = vec![
        ("id", Text, |a| a.id.as_str().into()),
        ("source_id", Text, |a| text(&a.source_id)),
        ("path", Text, |a| a.path.as_str().into()),
        ("record", Whole, |a| a.record.into()),
        ("text_sha256", Text, |a| a.text_sha256.as_str().into()),
        ("extractor", Text, |a| text(&a.extractor)),
        ("title", Text, |a| text(&a.title)),
        ("outlet", Text, |a| text(&a.outlet)),
        ("owner", Text, |a| text(&a.owner)),
        ("url", Text, |a| text(&a.url)),
        ("byline", Text, |a| text(&a.byline)),
        ("lang", Text, |a| text(&a.lang)),
        ("article_group", Text, |a| text(&a.group)),
        ("tokens", Whole, |a| a.tokens.into()),
        ("prose_tokens", Whole, |a| a.prose_tokens.into()),
        ("published", Text, |a| text(&a.published)),
        ("published_raw", Text, |a| text(&a.published_raw)),
        ("published_basis", Text, |a| text(&a.published_basis)),
        ("published_precision", Text, |a| {
            text(&a.published_precision)
        }),
        ("modified", Text, |a| text(&a.modified)),
        ("retrieved", Text, |a| text(&a.retrieved)),
        ("declared_source", Text, |a| text(&a.declared_source)),
        ("dateline_place", Text, |a| {
            a.dateline.as_ref().and_then(|d| d.place.as_deref()).into()
        }),
        ("dateline_day", Text, |a| {
            a.dateline.as_ref().and_then(|d| d.day.as_deref()).into()
        }),
        ("dateline_agency", Text, |a| {
            a.dateline.as_ref().and_then(|d| d.agency.as_deref()).into()
        }),
        ("origin", Text, |a| {
            a.origin.as_ref().map(|o| &*o.source).into()
        }),
        ("origin_confidence", Number, |a| {
            a.origin.as_ref().map(|o| o.confidence).into()
        }),
        ("cluster", Text, |a| text(&a.cluster)),
    ];
    if saved.articles.iter().any(|a| a.text.is_some()) {
        fields.push(("text", Text, |a| text(&a.text)));
    }
    fields
}

pub(super) fn credits<'s>() -> Vec<Field<'s, (&'s Article, &'s Credit)>> {
    vec![
        ("article", Text, |(a, _)| a.id.as_str().into()),
        ("agency", Text, |(_, c)| c.agency.as_str().into()),
        ("role", Text, |(_, c)| c.role.as_str().into()),
        ("basis", Text, |(_, c)| c.basis.as_str().into()),
        ("text", Text, |(_, c)| c.text.as_str().into()),
        ("span_start", Whole, |(_, c)| end(c.span, 0)),
        ("span_end", Whole, |(_, c)| end(c.span, 1)),
    ]
}

pub(super) fn matches<'s>() -> Vec<Field<'s, &'s Match>> {
    vec![
        ("a", Text, |m| m.a.as_str().into()),
        ("b", Text, |m| m.b.as_str().into()),
        ("relation", Text, |m| m.relation.as_str().into()),
        ("rule", Text, |m| m.rule.as_str().into()),
        ("jaccard", Number, |m| Some(m.jaccard).into()),
        ("a_in_b", Number, |m| Some(m.containment[0]).into()),
        ("b_in_a", Number, |m| Some(m.containment[1]).into()),
        ("score", Number, |m| Some(m.score).into()),
        ("passages", Whole, |m| (m.passages.len() as u64).into()),
        ("direction", Text, |m| m.direction.source.as_str().into()),
        ("agency", Text, |m| text(&m.direction.agency)),
        ("confidence", Number, |m| {
            Some(m.direction.confidence).into()
        }),
        ("lean", Text, |m| text(&m.direction.lean)),
        ("lag_seconds", Whole, |m| m.direction.lag_seconds.into()),
    ]
}

pub(super) fn passages<'s>() -> Vec<Field<'s, (&'s Match, u64, &'s Passage)>> {
    vec![
        ("a", Text, |(m, ..)| m.a.as_str().into()),
        ("b", Text, |(m, ..)| m.b.as_str().into()),
        ("number", Whole, |(_, n, _)| (*n).into()),
        ("a_start", Whole, |(.., p)| u64::from(p.a[0]).into()),
        ("a_end", Whole, |(.., p)| u64::from(p.a[1]).into()),
        ("b_start", Whole, |(.., p)| u64::from(p.b[0]).into()),
        ("b_end", Whole, |(.., p)| u64::from(p.b[1]).into()),
        ("tokens", Whole, |(.., p)| p.tokens.into()),
        ("identity", Number, |(.., p)| Some(p.identity).into()),
        ("kind", Text, |(.., p)| p.kind.as_str().into()),
        ("a_text", Text, |(.., p)| text(&p.a_text)),
        ("b_text", Text, |(.., p)| text(&p.b_text)),
    ]
}

/// `in` of the record is `side` here: the other is a word of SQL.
pub(super) fn evidence<'s>() -> Vec<Field<'s, (&'s Match, &'s Evidence)>> {
    vec![
        ("a", Text, |(m, _)| m.a.as_str().into()),
        ("b", Text, |(m, _)| m.b.as_str().into()),
        ("kind", Text, |(_, e)| e.kind.as_str().into()),
        ("side", Text, |(_, e)| e.r#in.as_str().into()),
        ("text", Text, |(_, e)| text(&e.text)),
        ("span_start", Whole, |(_, e)| end(e.span, 0)),
        ("span_end", Whole, |(_, e)| end(e.span, 1)),
        ("source", Text, |(_, e)| text(&e.source)),
        ("agency", Text, |(_, e)| text(&e.agency)),
        ("weight", Number, |(_, e)| Some(e.weight).into()),
    ]
}

pub(super) fn clusters<'s>() -> Vec<Field<'s, ClusterRow<'s>>> {
    vec![
        ("id", Text, |c| c.cluster.id.as_str().into()),
        ("members", Whole, |c| {
            (c.cluster.members.len() as u64).into()
        }),
        ("outlets", Whole, |c| c.outlets.into()),
        ("representative", Text, |c| {
            c.cluster.representative.as_str().into()
        }),
        ("origin_article", Text, |c| {
            c.cluster.origin.as_ref().map(|o| &*o.article).into()
        }),
        ("origin", Text, |c| {
            c.cluster.origin.as_ref().map(|o| &*o.source).into()
        }),
        ("origin_confidence", Number, |c| {
            c.cluster.origin.as_ref().map(|o| o.confidence).into()
        }),
        ("first_published", Text, |c| c.published[0].into()),
        ("last_published", Text, |c| c.published[1].into()),
        ("cohesion_min", Number, |c| {
            Some(c.cluster.cohesion.min).into()
        }),
        ("cohesion_mean", Number, |c| {
            Some(c.cluster.cohesion.mean).into()
        }),
    ]
}

pub(super) fn outlet_pairs<'s>() -> Vec<Field<'s, OutletPair<'s>>> {
    fn count(counts: &std::collections::BTreeMap<&str, u64>, name: &str) -> Cell<'static> {
        counts.get(name).copied().unwrap_or(0).into()
    }
    vec![
        ("outlet", Text, |p| p.outlets[0].into()),
        ("other", Text, |p| p.outlets[1].into()),
        ("month", Text, |p| p.month.into()),
        ("matches", Whole, |p| p.matches.into()),
        ("identical", Whole, |p| count(&p.relations, "identical")),
        ("near_duplicate", Whole, |p| {
            count(&p.relations, "near-duplicate")
        }),
        ("reuse", Whole, |p| count(&p.relations, "reuse")),
        ("quotes", Whole, |p| count(&p.relations, "quotes")),
        ("words", Whole, |p| p.tokens.into()),
        ("from_outlet", Whole, |p| count(&p.directions, "outlet")),
        ("from_other", Whole, |p| count(&p.directions, "other")),
        ("common", Whole, |p| count(&p.directions, "common")),
        ("unknown", Whole, |p| count(&p.directions, "unknown")),
        ("outlet_first", Whole, |p| p.before().0.into()),
        ("other_first", Whole, |p| p.before().1.into()),
        ("median_lag_seconds", Number, |p| p.median_lag().into()),
    ]
}
