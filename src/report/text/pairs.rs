//! Pairs of articles outside the clusters, stock passages, and pairs that come near a threshold.

use std::io;

use super::{
    Report,
    page::{self, FAINT, GAP, HEADING, INDENT, Page, count, number},
    shared::{End, Row, describe, id_columns, matched, write_longest, write_row},
    source::{self, Told},
};
use crate::{
    align::{
        Aligned,
        similarity::{Relation, Test},
    },
    detector::Match,
};

/// Writes the pairs that share most.
pub(super) fn write(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let matches = &report.outcome.scan.matches;
    let mut pairs: Vec<(u32, &Match)> = report
        .sorted
        .apart
        .iter()
        .map(|i| &matches[*i as usize])
        .map(|m| (matched(&m.passages), m))
        .collect();
    if pairs.is_empty() {
        return Ok(());
    }
    // Stable: equal ones stay in the order of their ids.
    pairs.sort_by_key(|(words, m)| (m.relation == Relation::Quotes, std::cmp::Reverse(*words)));
    page.blank()?;
    page.put(HEADING, "Shared passages of articles in no cluster");
    page.put(FAINT, "  % of each in the other");
    page.end()?;
    for (_, m) in &pairs[..report.style.shown(pairs.len())] {
        page.blank()?;
        let facts = describe(
            &m.passages,
            m.relation,
            &report.outcome.scan.articles[m.a as usize],
        );
        let pair = Pair {
            of: [m.a, m.b],
            containment: m.containment,
            passages: &m.passages,
            facts,
            from: source::of_pair(report, m),
            why: None,
        };
        write_pair(report, page, pair)?;
    }
    report.more(page, pairs.len())
}

/// Two articles and what there is to say of them.
struct Pair<'p> {
    of: [u32; 2],
    containment: [f64; 2],
    passages: &'p [Aligned],
    facts: Vec<String>,
    /// Where each has the text from.
    from: Option<Told>,
    why: Option<String>,
}

/// Two lines, the article of which more is shared first, and the start of the longest passage.
fn write_pair(report: &Report<'_>, page: &mut Page<'_>, pair: Pair<'_>) -> io::Result<()> {
    let Pair {
        of,
        containment,
        passages,
        mut facts,
        from,
        why,
    } = pair;
    let outcome = report.outcome;
    let ends = if containment[1] > containment[0] {
        [End::B, End::A]
    } else {
        End::BOTH
    };
    let rows = ends.map(|end| {
        let mut facts = std::mem::take(&mut facts);
        match &from {
            // Said once, behind what is said of both.
            Some(Told::Both(from)) if !facts.is_empty() => facts.push(from.clone()),
            Some(Told::One(one, from)) if *one == end => facts.push(from.clone()),
            _ => {}
        }
        Row {
            share: Some(end.containment(containment)),
            article: of[usize::from(end == End::B)],
            facts,
            credit: None,
            of: None,
        }
    });
    let ids = id_columns(outcome, rows.iter(), page);
    for row in &rows {
        write_row(page, outcome, row, ids)?;
    }
    if let Some(why) = why {
        page.wrap(FAINT, INDENT, &why)?;
    }
    let first = &outcome.scan.articles[rows[0].article as usize];
    write_longest(page, passages, first, ends[0], report.show.snippet)
}

/// Writes the boilerplate, most printed first.
pub(super) fn write_stock(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let scan = &report.outcome.scan;
    if scan.boilerplate.is_empty() {
        return Ok(());
    }
    let mut stock: Vec<_> = scan.boilerplate.iter().collect();
    stock.sort_by_key(|b| std::cmp::Reverse((b.articles.len(), b.families)));
    page.blank()?;
    page.put(HEADING, "Stock passages");
    let what =
        "the same text in groups of articles that otherwise share nothing; not counted as prose";
    if GAP + page::columns(what) <= page.left() {
        page.put(FAINT, &format!("  {what}"));
        page.end()?;
    } else {
        page.end()?;
        page.wrap(FAINT, 0, what)?;
    }
    page.blank()?;
    for b in &stock[..report.style.shown(stock.len())] {
        let article = &scan.articles[b.article as usize];
        page.put(
            page::SHARE,
            &format!(
                "{:>width$}",
                number(b.articles.len() as u64),
                width = INDENT - 2
            ),
        );
        page.put(page::PLAIN, "  articles");
        page.put(FAINT, &format!(" in {}", count(b.families, "group")));
        page.put(page::PLAIN, "  ");
        let text = article.span_of(&b.tokens).slice(&article.document.text);
        if let Some(quote) = page::quote(text, page.left(), true) {
            page.put(page::QUOTED, &quote);
        }
        page.end()?;
    }
    report.more(page, stock.len())
}

/// Writes the pairs below every threshold that were asked for.
pub(super) fn write_near(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let near = &report.outcome.scan.near_misses;
    if near.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.put(HEADING, "Nearest pairs below every threshold");
    page.put(FAINT, "  % of each in the other");
    page.end()?;
    for n in near {
        page.blank()?;
        write_near_miss(report, page, [n.a, n.b])?;
    }
    Ok(())
}

/// One such pair, beside the threshold it comes nearest to.
pub(super) fn write_near_miss(
    report: &Report<'_>,
    page: &mut Page<'_>,
    of: [u32; 2],
) -> io::Result<()> {
    let [a, b] = of.map(|x| &report.outcome.scan.articles[x as usize]);
    let c = report.detector.compare_pair(a, b);
    let why = if c.passages.is_empty() {
        Some(format!(
            "no passage long enough to count, Jaccard {:.2}",
            c.jaccard
        ))
    } else {
        nearest_rule(&c.tests).map(missed)
    };
    let pair = Pair {
        of,
        containment: c.shared.containment,
        passages: &c.passages,
        facts: Vec::new(),
        from: None,
        why,
    };
    write_pair(report, page, pair)
}

/// The rule of which the largest part is fulfilled, by the figure that falls shortest; the first of equal ones.
fn nearest_rule(tests: &[Test]) -> Option<&Test> {
    let fulfilled = |t: &Test| {
        t.found
            .iter()
            .zip(&t.needed)
            .map(|(f, n)| f / n.max(f64::MIN_POSITIVE))
            .fold(1.0, f64::min)
    };
    let rules = tests.iter().filter(|t| t.relation != Relation::Identical);
    rules.reduce(|x, y| if fulfilled(y) > fulfilled(x) { y } else { x })
}

/// `words of prose 31, reuse takes 40`.
fn missed(test: &Test) -> String {
    let figures = |of: &[f64]| {
        let shown = of.iter().zip(&test.needed).map(|(x, needed)| match needed {
            // All thresholds up to 1 are shares.
            n if *n <= 1.0 => page::percent(*x),
            _ => format!("{x:.1}").trim_end_matches(".0").to_owned(),
        });
        shown.collect::<Vec<_>>().join(" and ")
    };
    format!(
        "{} {}, {} takes {}",
        test.rule,
        figures(&test.found),
        test.relation.name(),
        figures(&test.needed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(relation: Relation, rule: &'static str, found: &[f64], needed: &[f64]) -> Test {
        Test {
            relation,
            rule,
            found: found.to_vec(),
            needed: needed.to_vec(),
            speech_alone: false,
            holds: false,
        }
    }

    #[test]
    fn the_rule_told_is_the_one_that_lacks_least() {
        let tests = [
            test(Relation::Identical, "identical", &[0.0], &[1.0]),
            test(
                Relation::NearDuplicate,
                "containment of both",
                &[0.49, 0.02],
                &[0.5, 0.2],
            ),
            test(Relation::Reuse, "words of prose", &[31.5], &[40.0]),
            test(
                Relation::Quotes,
                "words, and share of them quoted",
                &[31.5, 0.1],
                &[20.0, 0.75],
            ),
        ];
        let nearest = nearest_rule(&tests).unwrap();
        assert_eq!(missed(nearest), "words of prose 31.5, reuse takes 40");
        assert_eq!(
            missed(&tests[1]),
            "containment of both 49 % and 2 %, near-duplicate takes 50 % and 20 %"
        );
        assert!(nearest_rule(&tests[..1]).is_none());
    }
}
