//! The report as a whole: what holds of every page of it.

use super::*;
use crate::{
    document::Document,
    report::outcome::{Reading, Snippet},
    settings::Settings,
};

const STORY: &str = "The bridge at Tarn will stay closed to lorries until the autumn, the regional council said on Monday, \
    after divers found that a second pier had been cracked by the barge that struck it in October. Engineers will need \
    eleven weeks and nine hundred tonnes of stone. Bakers in Lower Fennel said they would go on carrying flour across on \
    handcarts, as they have done all winter, and that nobody had yet offered to pay for the shoes.";
const MORE: &str = "The council also put off a vote on the market hall, whose roof has leaked since the spring, and thanked \
    the school orchestra for playing on through the rain at the feast of the ferrymen.";
const ESSAY: &str = "I have crossed that river every day of my life and never once looked down. Now I do. Engineers will \
    need eleven weeks and nine hundred tonnes of stone. Bakers in Lower Fennel said they would go on carrying flour \
    across on handcarts, as they have done all winter. It is their \
    shoes that I keep thinking of, standing in a row by the oven door, white to the ankle, like the ghosts of a parade.";

fn document(id: &str, text: String) -> Document {
    Document {
        id: id.into(),
        text,
        ..Document::default()
    }
}

fn pages(documents: Vec<Document>, show: &Show, style: &Style) -> String {
    let detector = Detector::new(Settings::default()).unwrap();
    let outcome = Outcome::new(
        detector.scan(documents).unwrap(),
        Reading::default(),
        serde_json::Value::Null,
        detector.agencies().clone(),
    );
    let mut out = Vec::new();
    write(&outcome, &detector, show, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn style(width: usize) -> Style {
    Style {
        width,
        colour: false,
        limit: 50,
    }
}

/// A story, versions of it, and an article that borrows.
fn corpus() -> Vec<Document> {
    vec![
        document(
            "wire/bridge-at-tarn-closed-until-the-autumn-after-divers-find-a-crack.txt",
            format!("{STORY}\n\n{MORE}"),
        ),
        document("gazette/tarn.txt", STORY.into()),
        document(
            "紙/橋と川と靴と手押し車のはなし、そして石と潜水士と運送屋のはなし、秋までつづくはなし.txt",
            format!("{STORY} {MORE}"),
        ),
        document("tribune/shoes.txt", ESSAY.into()),
    ]
}

#[test]
fn a_story_its_versions_and_who_borrows() {
    let page = pages(corpus(), &Show::default(), &style(80));
    let lines: Vec<&str> = page.lines().collect();
    assert_eq!(
        lines[0],
        "4 articles, 1 cluster, 6 matches (1 identical, 2 near-duplicate, 3 reuse)"
    );
    assert!(lines[4].ends_with("3 versions of one story"), "{page}");
    assert!(page.contains(" 100 %  gazette/tarn.txt"), "{page}");
    assert!(page.contains("cut to 78 words"), "{page}");
    let used = lines
        .iter()
        .position(|l| l.trim() == "also used by")
        .unwrap();
    assert!(lines[used + 1].contains("tribune/shoes.txt"), "{page}");
    assert!(lines[used + 1].contains("1 passage, 31 words"), "{page}");
    assert!(
        lines[used + 2].starts_with("        \"Engineers will need eleven weeks"),
        "{page}"
    );
    assert_eq!(lines.len(), used + 3);
}

#[test]
fn no_line_is_wider_than_the_page() {
    for width in [50, 80, 120] {
        for snippet in [Snippet::Chars(200), Snippet::Full] {
            let show = Show {
                snippet,
                ..Show::default()
            };
            for line in pages(corpus(), &show, &style(width)).lines() {
                assert!(page::columns(line) <= width, "{line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}

#[test]
fn colours_change_nothing_but_colours() {
    let coloured = Style {
        colour: true,
        ..style(90)
    };
    let colours = pages(corpus(), &Show::default(), &coloured);
    let plain = pages(corpus(), &Show::default(), &style(90));
    assert!(colours.contains('\u{1b}') && !plain.contains('\u{1b}'));
    assert_eq!(anstream::adapter::strip_str(&colours).to_string(), plain);
}

#[test]
fn what_articles_hold_cannot_command_the_terminal() {
    let mut documents = corpus();
    for d in &mut documents {
        d.id = format!("\u{1b}]0;title\u{7}{}\n\u{202e}", d.id);
        d.text = d.text.replace("stone", "\u{1b}[2Jstone\u{9b}31m");
        d.meta.title = Some("\r\u{1b}[8mhidden".into());
    }
    let page = pages(documents, &Show::default(), &style(140));
    assert!(
        page.contains("tribune/shoes.txt") && page.contains("hidden"),
        "{page}"
    );
    assert!(
        page.chars()
            .all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')),
        "{page:?}"
    );
}

#[test]
fn long_lists_are_cut_and_counted() {
    let copies = |story: &str, of: &str, n: usize| {
        (0..n)
            .map(|i| document(&format!("{of}/{i:02}"), story.into()))
            .collect::<Vec<_>>()
    };
    let mut documents = copies(STORY, "bridge", 20);
    documents.extend(copies(MORE, "hall", 3));
    let page = pages(documents.clone(), &Show::default(), &style(80));
    assert!(
        page.contains("20 copies of one text\n        bridge/00  "),
        "{page}"
    );
    assert!(
        page.contains(" 100 %  bridge/12  identical\n        … and 7 more\n"),
        "{page}"
    );
    assert!(page.contains("3 copies of one text"), "{page}");
    let one = Style {
        limit: 1,
        ..style(80)
    };
    let page = pages(documents, &Show::default(), &one);
    assert!(!page.contains("3 copies of one text"), "{page}");
    assert!(
        page.ends_with("… and 1 more; --limit 0 or --format jsonl shows all\n"),
        "{page}"
    );
}

#[test]
fn a_version_unlike_the_first_is_shown_beside_the_one_it_is_like() {
    let words = |of: &str, n: usize| {
        (0..n)
            .map(|i| format!("{of}{i}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (start, middle, end) = (words("start", 100), words("middle", 150), words("end", 100));
    let documents = vec![
        document("early", start.clone()),
        document("first", format!("{start} {middle}")),
        document("later", format!("{middle} {end}")),
        document("latest", end),
    ];
    let page = pages(documents, &Show::default(), &style(80));
    let expected = "        first   250 words\n 100 %  early   cut to 100 words\n  60 %  later   250 words\n\
        \u{20}100 %  latest  cut to 100 words, found in later\n";
    assert!(page.ends_with(expected), "{page}");
}

#[test]
fn a_passage_of_another_member_than_the_first_names_it() {
    let words = |of: &str, n: usize| {
        (0..n)
            .map(|i| format!("{of}{i}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (story, added) = (words("story", 200), words("added", 60));
    let documents = vec![
        document("first", format!("{story} {}", words("more", 80))),
        document("second", format!("{story} {added}")),
        document("user", format!("{added} {}", words("own", 240))),
    ];
    let wide = pages(documents.clone(), &Show::default(), &style(80));
    assert!(
        wide.contains("  20 %  user    1 passage, 60 words of second\n"),
        "{wide}"
    );
    let mut long = documents;
    long[1].id = format!("second/{}", "long".repeat(12));
    let narrow = pages(long, &Show::default(), &style(80));
    let expected = format!("words\n        of second/{}\n        \"", "long".repeat(12));
    assert!(narrow.contains(&expected), "{narrow}");
}

#[test]
fn heads_members_and_pairs_say_where_the_text_comes_from() {
    let with = |id: &str, text: String, byline: Option<&str>, outlet: Option<&str>| {
        let mut d = document(id, text);
        d.meta.byline = byline.map(Into::into);
        d.meta.outlet = outlet.map(Into::into);
        d
    };
    let notice = "This story first appeared in the Fennel Courier.";
    let documents = vec![
        with("post", format!("TARN, May 3 (AP) — {STORY}"), None, None),
        with(
            "echo",
            format!("{STORY} {MORE}"),
            Some("Orla Fenwick"),
            None,
        ),
        with("star", STORY.into(), None, None),
    ];
    let page = pages(documents, &Show::default(), &style(80));
    assert!(
        page.contains("versions of one story, from AP (97 %)\n"),
        "{page}"
    );
    for (id, says) in [
        ("post", "credits AP"),
        ("echo", "own byline"),
        ("star", "no credit"),
    ] {
        let line = page.lines().find(|l| l.contains(id)).unwrap();
        assert!(line.ends_with(&format!(", {says}")), "{page}");
    }
    // Nobody says anything: nothing is said of it.
    let silent = pages(corpus(), &Show::default(), &style(80));
    assert!(
        !silent.contains("credit") && !silent.contains("from"),
        "{silent}"
    );
    let pair = |head: &str, tail: &str| {
        let words = |of: &str| (0..150).map(|i| format!("{of}{i} ")).collect::<String>();
        let documents = vec![
            with(
                "a",
                format!("{}{STORY}", words("first")),
                None,
                Some("Fennel Courier"),
            ),
            with(
                "b",
                format!("{head}{STORY} {}{tail}", words("other")),
                None,
                Some("Tarn Echo"),
            ),
        ];
        pages(documents, &Show::default(), &style(80))
    };
    let taken = pair("", &format!("\n\n{notice}"));
    let line = taken
        .lines()
        .find(|l| l.trim_start().starts_with("34 %  b"))
        .unwrap_or("");
    assert!(line.contains("from Fennel Courier"), "{taken}");
    let both = pair("TARN, May 3 (UPI) -- ", "");
    assert!(both.contains("words, both from UPI"), "{both}");
}

#[test]
fn nothing_found_says_why() {
    let none = pages(Vec::new(), &Show::default(), &style(80));
    assert!(
        none.starts_with("0 articles\n\nThere was no article to read"),
        "{none}"
    );
    let one = pages(
        vec![document("a", STORY.into())],
        &Show::default(),
        &style(80),
    );
    assert_eq!(
        one,
        "1 article\n\nThere is nothing to compare the one article with.\n"
    );
    let two = pages(
        vec![document("a", STORY.into()), document("b", MORE.into())],
        &Show::default(),
        &style(80),
    );
    assert!(
        two.contains("No two of the articles have enough in common"),
        "{two}"
    );
    let empty = pages(
        vec![document("a", String::new()), document("b", " ".into())],
        &Show::default(),
        &style(80),
    );
    assert!(
        empty.contains("Set aside\n  2 articles without a word: compared with nothing.\n"),
        "{empty}"
    );
}
