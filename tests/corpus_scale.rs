//! What only a whole corpus shows: text that is common, stories that are everywhere, and output that stays linear.

mod common;

use std::collections::BTreeSet;

use common::{Rng, document, edited, is, paragraph, scan, sentence, story, unrelated};
use copytaster::align::similarity::Relation;
use copytaster::detector::{Match, Scan};
use copytaster::document::Document;

/// All matches in readable form, for messages.
fn told(scan: &Scan, matches: &[&Match]) -> String {
    let id = |x: u32| &scan.articles[x as usize].document.id;
    let line = |m: &&Match| {
        format!(
            "{} {} {} {:.2?}",
            m.relation.name(),
            id(m.a),
            id(m.b),
            m.containment
        )
    };
    matches
        .iter()
        .take(10)
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

fn between<'s>(scan: &'s Scan, x: &str, y: &str) -> Vec<&'s Match> {
    let joins = |m: &&Match| {
        (is(scan, m.a, x) && is(scan, m.b, y)) || (is(scan, m.a, y) && is(scan, m.b, x))
    };
    scan.matches.iter().filter(joins).collect()
}

/// Text that no page tells by its own words: nothing in it is a phrase of notices.
fn footer() -> String {
    "The Gannet Bay Press is printed at the old net loft by the harbour wall and is owned by those who work on it. \
     Letters are welcome at the counter on weekday mornings, and corrections are set beside the tide tables on Fridays."
        .to_owned()
}

fn pages_with(n: u64, build: impl Fn(u64) -> String) -> Vec<Document> {
    (0..n)
        .map(|i| document(format!("page-{i:04}"), build(i)))
        .collect()
}

fn assert_boilerplate_alone(found: &Scan, pages: usize) {
    let all: Vec<&Match> = found.matches.iter().collect();
    assert!(
        all.is_empty(),
        "{} matches by a footer alone:\n{}",
        all.len(),
        told(found, &all)
    );
    assert!(found.clusters.is_empty());
    assert!(!found.boilerplate.is_empty());
    let widest = found
        .boilerplate
        .iter()
        .max_by_key(|b| b.articles.len())
        .unwrap();
    assert_eq!((widest.articles.len(), widest.families), (pages, pages));
}

#[test]
fn a_footer_of_two_thousand_pages_is_boilerplate_and_no_match() {
    let found = scan(pages_with(2_000, |i| {
        format!("{}\n\n{}", unrelated(i, 3), footer())
    }));
    assert_boilerplate_alone(&found, 2_000);
    assert_eq!(found.boilerplate.len(), 1);
}

#[test]
fn a_footer_of_several_lines_is_boilerplate_too() {
    let mut rng = Rng::new(7);
    let lines: Vec<String> = (0..4).map(|_| sentence(&mut rng, 16)).collect();
    let found = scan(pages_with(400, |i| {
        format!("{}\n{}", unrelated(i, 3), lines.join("\n"))
    }));
    assert_boilerplate_alone(&found, 400);
}

#[test]
fn a_footer_of_half_of_each_page_is_boilerplate_too() {
    let lines = story(&mut Rng::new(8), 2);
    let found = scan(pages_with(400, |i| {
        format!("{}\n\n{}", unrelated(i, 2), lines.join("\n"))
    }));
    assert_boilerplate_alone(&found, 400);
}

#[test]
fn a_footer_without_a_line_of_its_own_is_boilerplate_too() {
    let found = scan(pages_with(400, |i| {
        format!("{} {}", unrelated(i, 3).replace("\n\n", " "), footer())
    }));
    assert_boilerplate_alone(&found, 400);
}

#[test]
fn a_footer_of_few_pages_is_boilerplate_too() {
    let found = scan(pages_with(30, |i| {
        format!("{}\n\n{}", unrelated(i, 4), footer())
    }));
    assert_boilerplate_alone(&found, 30);
}

#[test]
fn an_excerpt_of_a_story_printed_everywhere_is_reuse() {
    let mut rng = Rng::new(1);
    let wire = story(&mut rng, 9);
    let mut documents: Vec<Document> = (0..600)
        .map(|i| {
            let headline = sentence(&mut rng, 7);
            let body = edited(&mut rng, &wire.join("\n\n"), 0.02);
            document(format!("outlet-{i:04}"), format!("{headline}\n\n{body}"))
        })
        .collect();
    for i in 0..5 {
        let own = story(&mut rng, 8);
        let at = 1 + i as usize;
        let text = [&own[..3], &wire[at..at + 3], &own[3..]]
            .concat()
            .join("\n\n");
        documents.push(document(format!("tribune-{i}"), text));
    }
    documents.extend((0..100).map(|i| document(format!("other-{i:04}"), unrelated(i, 5))));
    let found = scan(documents);
    assert!(
        found.boilerplate.is_empty(),
        "a paragraph of the story was called boilerplate"
    );
    for i in 0..5 {
        let excerpt = between(&found, &format!("tribune-{i}"), "outlet");
        assert!(
            !excerpt.is_empty(),
            "the excerpt of tribune-{i} was not found"
        );
        assert!(
            excerpt.len() <= 200,
            "{} matches for one excerpt",
            excerpt.len()
        );
        for m in excerpt {
            assert_eq!(m.relation, Relation::Reuse, "{}", told(&found, &[m]));
            assert_eq!(m.passages.len(), 1, "{}", told(&found, &[m]));
            assert!(m.passages[0].matched() > 100);
        }
    }
    assert!(between(&found, "other", "").is_empty());
    let sizes: Vec<usize> = found.clusters.iter().map(|c| c.members.len()).collect();
    assert_eq!(sizes, [600]);
}

#[test]
fn a_thousand_copies_give_linearly_many_records_and_count_the_rest() {
    let n = 1_000;
    let mut rng = Rng::new(2);
    let wire = story(&mut rng, 6).join("\n\n");
    let found = scan(
        (0..n)
            .map(|i| document(format!("copy-{i:04}"), edited(&mut rng, &wire, 0.02)))
            .collect(),
    );
    assert_eq!(found.clusters.len(), 1);
    let cluster = &found.clusters[0];
    assert_eq!(cluster.members.len(), n);
    assert!(
        found.matches.len() >= n - 1 && found.matches.len() <= 3 * n,
        "{} records",
        found.matches.len()
    );
    assert_eq!(
        found.pairs_left_out,
        (n * (n - 1) / 2 - found.matches.len()) as u64
    );
    let r = cluster.representative;
    let with_representative: BTreeSet<u32> = found
        .matches
        .iter()
        .filter(|m| m.a == r || m.b == r)
        .map(|m| if m.a == r { m.b } else { m.a })
        .collect();
    let others: BTreeSet<u32> = cluster
        .members
        .iter()
        .copied()
        .filter(|m| *m != r)
        .collect();
    assert_eq!(with_representative, others);
}

#[test]
fn copies_that_are_the_same_to_the_letter_give_linearly_many_records() {
    let n = 1_000;
    let wire = unrelated(3, 5);
    let found = scan(
        (0..n)
            .map(|i| document(format!("copy-{i:04}"), &*wire))
            .collect(),
    );
    assert!(
        found.matches.len() >= n - 1 && found.matches.len() <= 3 * n,
        "{} records",
        found.matches.len()
    );
    assert!(
        found
            .matches
            .iter()
            .all(|m| m.relation == Relation::Identical && m.score() == 1.0 && m.jaccard == 1.0)
    );
    assert_eq!(
        found.pairs_left_out,
        (n * (n - 1) / 2 - found.matches.len()) as u64
    );
    assert_eq!(found.clusters.len(), 1);
}

#[test]
fn a_roundup_of_ten_briefs_fuses_nothing() {
    let mut rng = Rng::new(4);
    let briefs: Vec<String> = (0..10).map(|_| paragraph(&mut rng, 80)).collect();
    let mut documents: Vec<Document> = briefs
        .iter()
        .enumerate()
        .map(|(i, b)| document(format!("brief-{i}"), &**b))
        .collect();
    documents.push(document("roundup", briefs.join("\n\n")));
    documents.extend((0..50).map(|i| document(format!("other-{i:04}"), unrelated(i, 4))));
    let found = scan(documents);
    let all: Vec<&Match> = found.matches.iter().collect();
    assert_eq!(
        between(&found, "brief", "roundup").len(),
        10,
        "{}",
        told(&found, &all)
    );
    assert_eq!(all.len(), 10, "{}", told(&found, &all));
    assert!(
        all.iter().all(|m| m.relation == Relation::Reuse),
        "{}",
        told(&found, &all)
    );
    assert!(found.clusters.is_empty());
}

/// Articles that share nothing but what somebody said, each in a paragraph of its own words.
fn quoting(n: u64) -> Vec<Document> {
    let statement = paragraph(&mut Rng::new(5), 36);
    let article = |i: u64| {
        let own = story(&mut Rng::new(900 + i), 4);
        format!(
            "{}\n\n{}\n\n“{statement}” {}\n\n{}",
            own[0], own[1], own[2], own[3]
        )
    };
    (0..n)
        .map(|i| document(format!("quoting-{i:04}"), article(i)))
        .collect()
}

#[test]
fn a_statement_in_few_articles_gives_every_pair() {
    let found = scan(quoting(8));
    assert_eq!(found.matches.len(), 28);
    assert!(found.matches.iter().all(|m| m.relation == Relation::Quotes));
    assert!(found.boilerplate.is_empty() && found.clusters.is_empty());
}

#[test]
fn a_statement_in_a_hundred_articles_is_bounded() {
    for n in [100, 400] {
        let found = scan(quoting(n));
        let all: Vec<&Match> = found.matches.iter().collect();
        assert!(
            all.iter().all(|m| m.relation == Relation::Quotes),
            "{}",
            told(&found, &all)
        );
        assert!(
            all.len() as u64 >= n - 1 && all.len() as u64 <= 10 * n,
            "{} records for {n} articles",
            all.len()
        );
        assert!(found.clusters.is_empty() && found.boilerplate.is_empty());
    }
}

/// What a machine writes every day: one form, other names and figures.
fn form(rng: &mut Rng) -> String {
    let (name, place) = (common::word(rng), common::word(rng));
    let mut figure = || format!("{}.{:02}", 1 + rng.below(900), rng.below(100));
    format!(
        "Shares of {name} closed at {} crowns on the {place} exchange on Tuesday, {} per cent above the price of the day before. \
         The company, which is valued at {} million crowns, has traded between {} and {} crowns in the past year. \
         Some {} thousand shares changed hands, against an average of {} thousand over the past month.",
        figure(),
        figure(),
        figure(),
        figure(),
        figure(),
        figure(),
        figure()
    )
}

#[test]
fn articles_of_one_form_stay_bounded() {
    let n = 3_000;
    let mut rng = Rng::new(6);
    let found = scan(
        (0..n)
            .map(|i| document(format!("form-{i:04}"), form(&mut rng)))
            .collect(),
    );
    assert!(
        found.matches.len() <= 10 * n,
        "{} records for {n} articles",
        found.matches.len()
    );
}

/// Versions of one story in two outlets, more than are compared pair by pair.
fn in_two_outlets(n: u64) -> Vec<Document> {
    let mut rng = Rng::new(11);
    let whole = story(&mut rng, 6).join("\n\n");
    (0..n)
        .map(|i| {
            let mut d = document(format!("copy-{i:04}"), edited(&mut rng, &whole, 0.02));
            d.meta.outlet = Some(if i % 6 == 0 { "few" } else { "many" }.into());
            d
        })
        .collect()
}

#[test]
fn scope_leaves_no_member_of_a_large_family_alone() {
    let settings = copytaster::settings::Settings {
        pairs: copytaster::settings::PairScope::CrossOutlet,
        ..Default::default()
    };
    let detector = copytaster::detector::Detector::new(settings).unwrap();
    let found = detector.scan(in_two_outlets(300)).unwrap();
    let matched: BTreeSet<u32> = found.matches.iter().flat_map(|m| [m.a, m.b]).collect();
    assert_eq!(matched.len(), 300);
    let outlet = |x: u32| &found.articles[x as usize].document.meta.outlet;
    assert!(found.matches.iter().all(|m| outlet(m.a) != outlet(m.b)));
}

#[test]
fn a_run_over_the_cap_is_reported_even_if_no_pair_of_it_is_compared() {
    let run = "the tide gauge at gannet bay stood four metres above its mark on tuesday night";
    let documents = (0..100u64)
        .map(|i| {
            let text = format!("{} {run} {}", unrelated(i, 4), unrelated(1_000 + i, 3));
            document(format!("page-{i:03}"), text)
        })
        .collect();
    let found = scan(documents);
    assert!(found.matches.is_empty());
    let [common] = &found.common_runs[..] else {
        panic!("{} runs reported", found.common_runs.len());
    };
    assert_eq!((common.articles.len(), common.families), (100, 100));
    let article = &found.articles[common.article as usize];
    let text = article.span_of(&common.tokens);
    assert_eq!(text.slice(&article.document.text), run);
}
