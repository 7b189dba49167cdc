//! Texts made to be slow to read, or to make much out of little: each is read to its end, and what comes of it is bounded
//! however large it is. Work by the square of a million would not end.

mod common;

use copytaster::{
    document::Document,
    provenance::{Outlets, Standing},
    recognise::{self, Agencies, Attribution, Basis, Credit, Credited, Role},
    text::tokenize,
};

const BODY: &str = "\n\nThe reservoir above Tolven rose by eleven centimetres overnight, and the engineers who have watched it \
    since the autumn said that it would hold until the snow is gone.";

/// Most credits of one who in one role on one basis, and of all who are in no table.
const REPEATS: usize = 32;

fn read(text: &str) -> Attribution {
    recognise::read(text, &tokenize(text), None, &Agencies::built_in()).1
}

fn standing(document: &Document, found: &Attribution) -> Standing {
    Standing::of(document, found, &Agencies::built_in(), &Outlets::default())
}

fn count(found: &Attribution, is: impl Fn(&Credit) -> bool) -> usize {
    found.credits.iter().filter(|c| is(c)).count()
}

/// A name of letters for a number, no two alike.
fn name(mut i: usize) -> String {
    let mut out = String::new();
    for _ in 0..5 {
        out.push((b'a' + (i % 26) as u8) as char);
        i /= 26;
    }
    out
}

#[test]
fn lines_without_end() {
    const MB: usize = 1_000_000;
    for line in [
        "a", "(", "-", "—", "“", "[", "/", "x/", "AP(", "水", "1", ".", "'", "By ", "©",
    ] {
        let text = format!("{}{BODY}", line.repeat(MB / line.len()));
        let found = read(&text);
        assert!(
            found.credits.len() <= REPEATS && found.dateline.is_none(),
            "{line}: {found:?}"
        );
    }
    let deep = format!("{}AP{}{BODY}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(read(&deep).credits.len() <= 1);
    let deep = format!("{}{}{BODY}", "(AP ".repeat(100_000), ")".repeat(100_000));
    assert!(read(&deep).credits.len() <= REPEATS);
}

#[test]
fn a_line_of_thousands_of_names() {
    let n = 30_000;
    for (names, behind) in [
        ("AP ", ""),
        ("AP, Reuters, AFP, Xinhua, ", ""),
        ("AP/", ""),
        ("l'AFP ", ""),
        ("x(AP)-", ""),
        ("Aa(AP)-", ""),
        ("x. (AP) y ", "."),
        ("Rain. AP — ", "."),
        ("x/AP Photo y ", ""),
        ("told Reuters ", ""),
        ("연합뉴스는 ", ""),
        ("新华社北京11月4日电", ""),
    ] {
        let line = format!("{}{}", names.repeat(n), behind.repeat(10 * n));
        for text in [format!("{line}{BODY}"), format!("{BODY}\n{line}")] {
            let found = read(&text);
            // Four agencies at most, in four roles.
            assert!(
                found.credits.len() <= 16 * REPEATS,
                "{names}: {}",
                found.credits.len()
            );
            assert!(
                standing(&common::document("x", text), &found)
                    .candidates
                    .len()
                    <= 4
            );
        }
    }
}

#[test]
fn a_hundred_thousand_lines_that_credit() {
    for line in [
        "By AP",
        "(c) AP",
        "Ana Orlow, AP",
        "Tolven rose",
        "LONDON, March 4 (AP) - The reservoir rose by eleven centimetres overnight.",
        "TOLVEN - The reservoir rose by eleven centimetres overnight, they said",
        "Workers of the dam stand on it at the end of a long and dry day in June. (AP Photo)",
        "Source: Reuters",
    ] {
        let text = format!("{}{BODY}", format!("{line}\n").repeat(100_000));
        let found = read(&text);
        let most = [Role::Origin, Role::Photo, Role::Cited, Role::Contributor]
            .map(|role| count(&found, |c| c.role == role));
        assert!(most.iter().all(|n| *n <= 2 * REPEATS), "{line}: {most:?}");
    }
}

/// Each was a search of the article for the place, named again in small letters.
#[test]
fn places_in_capitals_that_the_article_never_names() {
    let lines: String = (0..100_000)
        .map(|i| {
            format!(
                "TOLVEN{} - The reservoir rose by eleven centimetres, they said\n",
                name(i).to_uppercase()
            )
        })
        .collect();
    assert_eq!(read(&lines).dateline, None);
    let signed = lines.replace("TOLVEN", "Ana Orlow, Reuters\nTOLVEN");
    assert!(read(&signed).credits.len() <= 2 * REPEATS);
}

#[test]
fn sources_that_are_in_no_table() {
    let sources: String = (0..50_000)
        .map(|i| format!("Source: {}.example\n", name(i)))
        .collect();
    let text = format!("{sources}{BODY}");
    let found = read(&text);
    assert_eq!(
        count(&found, |c| matches!(c.who, Credited::Named(_))
            && c.basis == Basis::Republication),
        REPEATS
    );
    // The first of them.
    let first = found.credits.first().map(|c| c.who.clone());
    assert_eq!(
        first,
        Some(Credited::Named(format!("{}.example", name(0)).into()))
    );
    assert_eq!(
        standing(&common::document("x", text), &found)
            .candidates
            .len(),
        REPEATS
    );
}

#[test]
fn a_match_of_two_articles_with_fifty_thousand_credits_each() {
    let cited = "The weir was opened on Friday, a man at the gate told Reuters and AFP; so said AP, Xinhua reported.\n";
    let sources: String = (0..25_000)
        .map(|i| format!("Source: {}.example\n", name(i)))
        .collect();
    let text = format!("{sources}{BODY}\n{}", cited.repeat(12_500));
    let other = format!(
        "{}{BODY}\n{}",
        sources.replace(".example", ".example.org"),
        cited.repeat(12_500)
    );
    let found = common::scan(vec![
        common::document("a", text),
        common::document("b", other),
    ]);
    for m in &found.matches {
        assert!(
            m.direction.evidence.len() <= 4 * REPEATS,
            "{}",
            m.direction.evidence.len()
        );
    }
    assert_eq!(found.matches.len(), 1);
}

#[test]
fn metadata_of_a_megabyte() {
    let agencies = Agencies::built_in();
    for field in ["AP, Reuters, ", "Ana Orlow ", "a.", "a/", "(", "AP"] {
        let long = field.repeat(1_000_000 / field.len());
        let found = recognise::read(BODY, &tokenize(BODY), Some(&long), &agencies).1;
        assert!(found.credits.is_empty() && found.staff.is_none(), "{field}");
        for meta in 0..2 {
            let mut document = common::document("x", BODY);
            let url = format!("https://{long}.example/x");
            if meta == 0 {
                document.meta.url = Some(url);
            } else {
                document.meta.outlet = Some(format!("{long}.example"));
            }
            assert_eq!(standing(&document, &found).origin(&agencies), None);
        }
        let table = "[[outlet]]\nname = \"Tolven Post\"\nsites = [\"tolven.example\"]\n";
        let mut meta = Document::default().meta;
        meta.url = Some(format!("https://{long}.tolven.example/x"));
        let _ = Outlets::read(table).unwrap().of(&meta);
    }
}
