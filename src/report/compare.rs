//! What a comparison of two articles found: as JSON, and for people, every score beside its threshold.

mod come_from;
mod page;

use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub use super::side_by_side::Layout;
use super::{
    model::{
        CreditRecord, DatelineRecord, DirectionRecord, OriginRecord, PassageRecord, both_rounded,
        round, rounded,
    },
    offsets::{Offsets, Unit},
    outcome::{Snippet, passage},
    side_by_side, sources,
    table::{Cells, Page},
    text::page::{count, percent},
    wrap::NO_BREAK_SPACE,
};
use crate::{
    align::{
        PassageKind,
        similarity::{Relation, Test},
    },
    candidate::{families::LARGE, propose::Proposal},
    detector::{Article, Comparison, Detector, OutOfScope, Stages, Verdict},
    settings::{PairScope, Settings},
};
pub use page::write_html;

/// Two articles and what comparing them found.
#[derive(Debug)]
pub struct Compared<'r> {
    /// The first article.
    pub a: &'r Article,
    /// The second.
    pub b: &'r Article,
    /// What they share.
    pub comparison: &'r Comparison,
    /// What the stages of a scan make of them, where they are of a corpus.
    pub stages: Option<&'r Stages>,
    /// What compared them.
    pub detector: &'r Detector,
}

/// The record of the output format.
#[derive(Serialize)]
#[serde(tag = "type", rename = "comparison")]
struct ComparisonRecord<'r> {
    a: &'r str,
    b: &'r str,
    relation: Option<Relation>,
    rule: Option<String>,
    #[serde(serialize_with = "rounded")]
    jaccard: f64,
    #[serde(serialize_with = "both_rounded")]
    containment: [f64; 2],
    #[serde(serialize_with = "rounded")]
    score: f64,
    tokens: [usize; 2],
    prose_tokens: [usize; 2],
    offsets: Unit,
    dateline: [Option<DatelineRecord<'r>>; 2],
    credits: [Vec<CreditRecord<'r>>; 2],
    origin: [Option<OriginRecord<'r>>; 2],
    direction: DirectionRecord<'r>,
    passages: Vec<PassageRecord<'r>>,
    tests: Vec<TestRecord>,
    verdict: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stages: Option<Value>,
}

#[derive(Serialize)]
struct TestRecord {
    relation: Relation,
    rule: String,
    found: Vec<f64>,
    needed: Vec<f64>,
    holds: bool,
}

/// Writes one JSON object, and a line end. Spans are in bytes.
///
/// # Errors
/// Those of `out`.
pub fn write_json(c: &Compared<'_>, out: &mut dyn Write) -> io::Result<()> {
    let articles = [c.a, c.b];
    let offsets = articles.map(|x| Offsets::new(&x.document.text, Unit::Bytes));
    let agencies = c.detector.agencies();
    let standings = articles.map(|x| c.detector.standing_of(x));
    let direction = c.detector.direction_of(c.a, c.b, c.comparison);
    let decided = c.comparison.decided_by();
    let round_all = |figures: &[f64]| figures.iter().map(|f| round(*f)).collect();
    let record = ComparisonRecord {
        a: &c.a.document.id,
        b: &c.b.document.id,
        relation: decided.map(|t| t.relation),
        rule: decided.map(Test::label),
        jaccard: c.comparison.jaccard,
        containment: c.comparison.shared.containment,
        score: c.comparison.shared.score(),
        tokens: [c.a, c.b].map(|x| x.hashes.len()),
        prose_tokens: [c.a, c.b].map(|x| x.parts.prose_tokens()),
        offsets: Unit::Bytes,
        dateline: [0, 1].map(|i| sources::dateline(articles[i], &offsets[i], agencies)),
        credits: [0, 1].map(|i| sources::credits(articles[i], &offsets[i], agencies)),
        origin: [0, 1].map(|i| sources::origin(&standings[i], agencies)),
        direction: sources::direction(&direction, articles, &offsets, agencies),
        passages: c
            .comparison
            .passages
            .iter()
            .map(|p| passage(p, c.a, c.b, &offsets, Snippet::Full))
            .collect(),
        tests: c
            .comparison
            .tests
            .iter()
            .map(|t| TestRecord {
                relation: t.relation,
                rule: t.label(),
                found: round_all(&t.found),
                needed: round_all(&t.needed),
                holds: t.holds,
            })
            .collect(),
        verdict: verdict(c),
        stages: c.stages.map(|s| stages_json(c, s)),
    };
    serde_json::to_writer(&mut *out, &record)?;
    out.write_all(b"\n")
}

fn stages_json(c: &Compared<'_>, s: &Stages) -> Value {
    let p = &s.proposal;
    let (settings, banding) = (c.detector.settings(), c.detector.banding());
    let scope: Map<String, Value> = match s.out_of_scope {
        Some(OutOfScope::Window { apart }) => [("seconds_apart".to_owned(), json!(apart))]
            .into_iter()
            .collect(),
        _ => Map::new(),
    };
    let mut out = json!({
        "articles": s.articles,
        "same_sequence": s.same_sequence,
        "sketch": {
            "jaccard": round(s.sketch_jaccard),
            "equal_bands": s.equal_bands,
            "bands": banding.bands,
            "rows": banding.rows,
            "probability": round(s.sketch_probability),
        },
        "family": {
            "same": p.same_family,
            "least_jaccard": round(s.family_jaccard),
            "sizes": p.family_sizes,
            "large_above": LARGE,
            "paired_in_large": p.paired_in_large,
        },
        "seeds": {
            "shared": s.shared_seeds,
            "boilerplate": s.boilerplate_seeds,
            "over_cap": p.over_cap,
            "cap": p.cap,
            "heard": p.heard,
            "longest_run": s.longest_run,
        },
        "neighbourhood": {
            "run": p.run,
            "run_needed": p.run_needed,
            "word_pairs": p.word_pairs,
            "word_pairs_needed": p.word_pairs_needed,
            "repeats": p.repeats,
            "holds": p.promising,
        },
        "boilerplate": s.boilerplate,
        "proposed": p.proposed,
        "scope": {"pairs": settings.pairs, "window_seconds": settings.window_seconds, "wanted": s.out_of_scope.is_none()},
        "matched": s.verdict == Verdict::Matched,
        "verdict": s.verdict.name(),
    });
    if let Some(o) = out["scope"].as_object_mut() {
        o.extend(scope);
    }
    out
}

/// Writes both articles side by side, then passages, rules, who has it from whom, stages and the verdict.
///
/// # Errors
/// Those of `out`.
pub fn write_text(c: &Compared<'_>, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let [in_b, in_a] = c.comparison.shared.containment.map(percent);
    let heads = [
        head("A", c.a, &format!("{in_b} in B")),
        head("B", c.b, &format!("{in_a} in A")),
    ];
    side_by_side::write(
        (c.a, &heads[0]),
        (c.b, &heads[1]),
        &c.comparison.passages,
        layout,
        out,
    )?;
    let page = Page {
        width: layout.width,
        colour: layout.colour,
    };
    passages(c, &page, out)?;
    rules(c, &page, out)?;
    come_from::write(c, &page, out)?;
    if let Some(s) = c.stages {
        page.title(
            &format!("In this corpus of {}", count(s.articles, "article")),
            out,
        )?;
        page.table(&stages_table(c, s), out)?;
    }
    writeln!(out)?;
    let style = match (c.stages, c.comparison.decided_by()) {
        (Some(s), _) if s.verdict != Verdict::Matched => AnsiColor::Red,
        (_, None) => AnsiColor::Red,
        _ => AnsiColor::Green,
    };
    page.paragraph(&verdict(c), style.on_default().effects(Effects::BOLD), out)
}

fn head(name: &str, x: &Article, contained: &str) -> Vec<String> {
    let m = &x.document.meta;
    let said = [
        m.outlet.as_deref(),
        m.published.as_ref().map(|p| &*p.raw),
        m.title.as_deref(),
    ];
    let said: Vec<&str> = said.into_iter().flatten().collect();
    let mut lines = vec![
        format!("{name}  {}", x.document.id),
        format!(
            "   {}, {} of prose; {contained}",
            count(x.hashes.len(), "token"),
            x.parts.prose_tokens()
        ),
    ];
    if !said.is_empty() {
        lines.push(format!("   {}", said.join(", ")));
    }
    lines
}

fn passages(c: &Compared<'_>, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    if c.comparison.passages.is_empty() {
        return page.title("No shared passage", out);
    }
    page.title(
        &format!(
            "{} ([1 … 1] above{}; spans in bytes)",
            count(c.comparison.passages.len(), "shared passage"),
            if page.colour {
                ""
            } else {
                "; {…} stands in one article only"
            }
        ),
        out,
    )?;
    let rows: Vec<Cells> = c
        .comparison
        .passages
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let [x, y] = [c.a.span_of(&p.a), c.b.span_of(&p.b)];
            let kind = match p.tally.kind() {
                PassageKind::Prose => "prose",
                PassageKind::Quote => "quote",
                PassageKind::Furniture => "furniture, not counted",
                PassageKind::Credit => "credit, not counted",
            };
            Cells {
                cells: vec![
                    (i + 1).to_string(),
                    count(p.matched() as usize, "token"),
                    format!("identity {}", percent(p.identity())),
                    format!("A {x}"),
                    format!("B {y}"),
                    kind.to_owned(),
                ],
                style: side_by_side::colour(i),
            }
        })
        .collect();
    page.table(&rows, out)
}

fn rules(c: &Compared<'_>, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    page.title("Rules, the first that holds decides", out)?;
    let mut decided = false;
    let rows: Vec<Cells> = c
        .comparison
        .tests
        .iter()
        .map(|t| {
            let first = t.holds && !decided;
            decided |= t.holds;
            let verdict = match (t.holds, first) {
                (_, true) => "decides",
                (true, _) => "holds",
                _ => "fails",
            };
            let style = if first {
                AnsiColor::Green.on_default().effects(Effects::BOLD)
            } else {
                Style::new()
            };
            Cells {
                cells: vec![
                    verdict.to_owned(),
                    t.relation.name().to_owned(),
                    t.rule.to_owned(),
                    figures(t, NO_BREAK_SPACE),
                ],
                style,
            }
        })
        .collect();
    page.table(&rows, out)?;
    writeln!(
        out,
        "  Jaccard {} (exact, of runs of {})",
        figure(c.comparison.jaccard),
        count(c.detector.settings().k, "token")
    )
}

/// Each figure beside its threshold.
fn figures(t: &Test, space: &str) -> String {
    if t.relation == Relation::Identical {
        return if t.holds { "yes" } else { "no" }.to_owned();
    }
    let one = |(f, n): (&f64, &f64)| {
        format!(
            "{}{space}{}{space}{}",
            figure(*f),
            if f >= n { "≥" } else { "<" },
            figure(*n)
        )
    };
    let mut all: Vec<String> = t.found.iter().zip(&t.needed).map(one).collect();
    if t.speech_alone {
        all.push("but nearly all of it speech".to_owned());
    }
    all.join(", ")
}

fn stages_table(c: &Compared<'_>, s: &Stages) -> Vec<Cells> {
    let p = &s.proposal;
    let banding = c.detector.banding();
    let yes = |b: bool| if b { "yes" } else { "no" }.to_owned();
    let family = match (p.same_family, p.paired_in_large) {
        (false, _) => format!(
            "not of one: {} and {}",
            count(p.family_sizes[0], "article"),
            count(p.family_sizes[1], "article")
        ),
        (true, None) => format!("the same, of {}", count(p.family_sizes[0], "article")),
        (true, Some(paired)) => format!(
            "the same, of {}: too many for all pairs (over {LARGE}); {}",
            count(p.family_sizes[0], "article"),
            if paired {
                "this one is compared"
            } else {
                "compared are the representative and the nearest sibling only"
            }
        ),
    };
    let seeds = match s.shared_seeds {
        0 => "none shared".to_owned(),
        n => format!(
            "{n} shared: {} in boilerplate, {} in more families than the cap of {}, {} brought the two together; longest common run {}",
            s.boilerplate_seeds,
            p.over_cap,
            p.cap,
            p.heard,
            count(s.longest_run, "token")
        ),
    };
    let mut rows = vec![
        ("same words", yes(s.same_sequence)),
        (
            "sketch",
            format!(
                "Jaccard about {}; {} of {} bands equal, of {}; a pair of Jaccard {} has one with probability {}",
                figure(s.sketch_jaccard),
                s.equal_bands,
                banding.bands,
                count(banding.rows, "row"),
                figure(c.comparison.jaccard),
                figure(s.sketch_probability)
            ),
        ),
        (
            "family",
            format!("{family} (from Jaccard {})", figure(s.family_jaccard)),
        ),
        ("seeds", seeds),
        ("neighbourhood", neighbourhood(p)),
        ("proposed", yes(p.proposed)),
        ("wanted", scope(c.detector.settings(), s.out_of_scope)),
    ];
    if s.boilerplate > 0 {
        rows.push((
            "boilerplate",
            format!(
                "{} of the corpus in both, not counted",
                count(s.boilerplate, "stock passage")
            ),
        ));
    }
    rows.into_iter()
        .map(|(name, said)| Cells {
            cells: vec![name.to_owned(), said],
            style: Style::new(),
        })
        .collect()
}

/// What was seen round the seeds that brought the two together.
fn neighbourhood(p: &Proposal) -> String {
    if p.heard == 0 {
        "not looked at".to_owned()
    } else if p.repeats {
        "passes as a text that repeats itself".to_owned()
    } else if p.run >= p.run_needed {
        format!("passes on a run: {} ≥ {} tokens", p.run, p.run_needed)
    } else if p.promising {
        // Looking ends where enough is seen: longer runs may stand elsewhere.
        format!(
            "passes on pairs of words: {} ≥ {} (longest run looked at {}, {} would do)",
            p.word_pairs, p.word_pairs_needed, p.run, p.run_needed
        )
    } else {
        format!(
            "fails: longest run looked at {} < {} tokens, pairs of words {} < {}",
            p.run, p.run_needed, p.word_pairs, p.word_pairs_needed
        )
    }
}

fn scope(settings: &Settings, out: Option<OutOfScope>) -> String {
    match out {
        Some(OutOfScope::SameOutlet) => {
            "no: both are of one outlet, and --pairs is cross-outlet".to_owned()
        }
        Some(OutOfScope::SameGroup) => {
            "no: both are of one group, and --pairs is cross-group".to_owned()
        }
        Some(OutOfScope::Window { apart }) => {
            format!(
                "no: published {} apart, and --window is {}",
                time(apart),
                time(settings.window_seconds.unwrap_or(0).unsigned_abs())
            )
        }
        None if settings.pairs == PairScope::All && settings.window_seconds.is_none() => {
            "yes: every pair is".to_owned()
        }
        None => "yes".to_owned(),
    }
}

/// What becomes of the pair, and why, in a sentence or two.
fn verdict(c: &Compared<'_>) -> String {
    let empty: Vec<&str> = [c.a, c.b]
        .into_iter()
        .filter(|x| x.hashes.is_empty())
        .map(|x| &*x.document.id)
        .collect();
    if let Some(first) = empty.first() {
        return format!("No match: `{first}` is empty; an article without words matches nothing.");
    }
    let by_itself = match c.comparison.decided_by() {
        Some(t) if t.relation == Relation::Identical => {
            "identical: the same words in the same order".to_owned()
        }
        Some(t) => format!("{}: {}, {}", t.relation.name(), t.rule, figures(t, " ")),
        None => "no rule holds".to_owned(),
    };
    let Some(s) = c.stages else {
        return match c.comparison.decided_by() {
            Some(_) => format!("{by_itself}."),
            None => "No match: no rule holds.".to_owned(),
        };
    };
    match s.verdict {
        Verdict::Matched => format!("Matched in this corpus as {by_itself}."),
        Verdict::NoRule => "Not matched in this corpus: compared, but no rule holds.".to_owned(),
        Verdict::LeftOut => format!(
            "Compared, but not reported: both stand in a cluster of more than {LARGE} articles, of which only the nearest pairs are. ({by_itself})"
        ),
        Verdict::OutOfScope => format!(
            "Not matched in this corpus: not wanted ({}). By itself: {by_itself}.",
            scope(c.detector.settings(), s.out_of_scope)
        ),
        Verdict::Empty | Verdict::NotProposed => format!(
            "Not matched in this corpus: not compared, as {}. By itself: {by_itself}.",
            why_not_proposed(s)
        ),
    }
}

fn why_not_proposed(s: &Stages) -> String {
    let p = &s.proposal;
    if p.paired_in_large == Some(false) {
        return format!(
            "both are of one family of {}, and neither is its representative nor the nearest sibling of the other",
            count(p.family_sizes[0], "article")
        );
    }
    if p.heard > 0 {
        return format!(
            "their shared seeds stand in a run of no more than {} and among {} shared pairs of words, too few for a passage",
            count(p.run, "token"),
            p.word_pairs
        );
    }
    if s.shared_seeds == 0 {
        return "they share no run of words that serves as a seed".to_owned();
    }
    let cap = format!("in more families of articles than the cap of {}", p.cap);
    match (s.boilerplate_seeds, p.over_cap) {
        (n, _) if n == s.shared_seeds => "all they share is boilerplate of the corpus".to_owned(),
        (_, n) if n == s.shared_seeds => format!("every seed they share stands {cap}"),
        (n, m) if n + m >= s.shared_seeds => {
            format!("every seed they share is of boilerplate or stands {cap}")
        }
        _ => format!(
            "other articles of a family of more than {LARGE} speak for the seeds they share, but those of boilerplate and those {cap}"
        ),
    }
}

fn figure(x: f64) -> String {
    round(x).to_string()
}

/// A length of time in its largest unit that divides it, else to a tenth.
fn time(seconds: u64) -> String {
    let (unit, name) = match seconds {
        86_400.. => (86_400.0, "day"),
        3_600.. => (3_600.0, "hour"),
        60.. => (60.0, "minute"),
        _ => (1.0, "second"),
    };
    let n = (seconds as f64 / unit * 10.0).round() / 10.0;
    format!("{n} {name}{}", if n == 1.0 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_round_the_seeds_is_told_as_what_was_looked_at() {
        let mut p = Proposal {
            over_cap: 0,
            cap: 64,
            heard: 3,
            repeats: false,
            run: 9,
            run_needed: 12,
            word_pairs: 16,
            word_pairs_needed: 10,
            same_family: false,
            family_sizes: [1, 1],
            paired_in_large: None,
            promising: true,
            proposed: true,
        };
        assert_eq!(
            neighbourhood(&p),
            "passes on pairs of words: 16 ≥ 10 (longest run looked at 9, 12 would do)"
        );
        p.run = 31;
        assert_eq!(neighbourhood(&p), "passes on a run: 31 ≥ 12 tokens");
        (p.run, p.word_pairs, p.promising) = (9, 4, false);
        assert_eq!(
            neighbourhood(&p),
            "fails: longest run looked at 9 < 12 tokens, pairs of words 4 < 10"
        );
    }
}
