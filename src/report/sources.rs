//! The records of what is known of sources: datelines, credits, origins and directions.

use super::{
    model::{CreditRecord, DatelineRecord, DirectionRecord, EvidenceRecord, OriginRecord},
    offsets::Offsets,
};
use crate::{
    detector::Article,
    document::Moment,
    provenance::{Direction, Side, Standing, Verdict},
    recognise::{Agencies, day_of},
};

pub(super) fn dateline<'r>(
    a: &'r Article,
    offsets: &Offsets<'_>,
    agencies: &'r Agencies,
) -> Option<DatelineRecord<'r>> {
    let d = a.attribution.dateline.as_ref()?;
    let date = d.date.and_then(|s| a.words(s));
    let published = a.document.meta.published.as_ref();
    let day = date.and_then(|d| day_of(d, published.and_then(Moment::year_and_month)));
    Some(DatelineRecord {
        place: d.place.and_then(|s| a.words(s)),
        date,
        day: day.map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}")),
        agency: d.agencies.first().map(|i| &*agencies.all()[*i as usize].id),
        span: offsets.span(d.span),
    })
}

pub(super) fn credits<'r>(
    a: &'r Article,
    offsets: &Offsets<'_>,
    agencies: &'r Agencies,
) -> Vec<CreditRecord<'r>> {
    let byline = a.document.meta.byline.as_deref().unwrap_or("");
    a.attribution
        .credits
        .iter()
        .map(|c| CreditRecord {
            agency: c.who.name(agencies),
            role: c.role.name(),
            basis: c.basis.name(),
            text: c.span.map_or(byline, |s| s.slice(&a.document.text)),
            span: c.span.map(|s| offsets.span(s)),
        })
        .collect()
}

pub(super) fn origin<'r>(
    standing: &'r Standing,
    agencies: &'r Agencies,
) -> Option<OriginRecord<'r>> {
    let o = standing.origin(agencies)?;
    Some(OriginRecord {
        source: o.source,
        basis: o.claims.iter().map(|c| c.basis).collect(),
        confidence: o.confidence,
    })
}

pub(super) fn direction<'r>(
    d: &'r Direction,
    [a, b]: [&'r Article; 2],
    offsets: &[Offsets<'_>; 2],
    agencies: &'r Agencies,
) -> DirectionRecord<'r> {
    let agency = |v: &'r Verdict| match v {
        Verdict::Common(who) => Some(who.name(agencies)),
        _ => None,
    };
    DirectionRecord {
        source: d.verdict.name(),
        agency: agency(&d.verdict),
        confidence: d.confidence,
        lean: d.lean.map(Side::name),
        lag_seconds: d.lag_seconds,
        evidence: d
            .evidence
            .iter()
            .map(|e| {
                let (article, offsets) = match e.side {
                    Side::A => (a, &offsets[0]),
                    Side::B => (b, &offsets[1]),
                };
                EvidenceRecord {
                    kind: e.kind,
                    r#in: e.side.name(),
                    text: e.span.and_then(|s| article.words(s)).or(e.value.as_deref()),
                    span: e.span.map(|s| offsets.span(s)),
                    source: (e.speaks_for != Verdict::Unknown).then(|| e.speaks_for.name()),
                    agency: agency(&e.speaks_for),
                    weight: e.weight,
                }
            })
            .collect(),
    }
}
