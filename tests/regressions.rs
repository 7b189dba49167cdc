//! What once went wrong, each test named for it.

mod common;

use copytaster::recognise::{self, Agencies, FURNITURE, Parts};
use copytaster::text;

fn furniture(text: &str) -> usize {
    let tokens = text::tokenize(text);
    let parts = Parts::of(text, &tokens);
    parts.flags.iter().filter(|f| **f & FURNITURE != 0).count()
}

#[test]
fn windows_and_documents_at_the_ends_of_sentences_were_script() {
    let prose = "He put the letter on the sill of the window. Nobody had opened the document. \
        In the morning it lay on the street under the window. Rain had washed the ink from the document.";
    assert_eq!(furniture(prose), 0);
    assert_eq!(
        furniture(
            "A statue of Bolivar stands where Bolivar slept, beside a samovar from the Tula works of the time."
        ),
        0
    );
    let article = "The council met on Monday and voted for the new bridge after a debate of three hours in the old town hall by the sea.\n\
        The mayor said the work would begin in the spring and that nobody would lose a garden or a view of the water because of it.\n";
    assert!(
        furniture(&format!(
            "{article}window.dataLayer = window.dataLayer; document.write(now)"
        )) > 0
    );
    assert!(furniture(&format!("{article}var a = b; var c = d")) > 0);
}

/// Each place of a word in one article was held against each in the other: 200 million pairs here, and as many steps along
/// a run on every diagonal.
#[test]
fn a_word_said_over_and_over_made_work_by_its_square() {
    for word in ["buffalo ", "one two three four five six seven ", "水"] {
        let text = word.repeat(60_000 / word.len());
        let story = common::unrelated(1, 6);
        let documents = vec![
            common::document("a", format!("{text}\n\n{story}")),
            common::document("b", format!("{text} {text}\n\n{story}")),
            common::document("c", format!("{}\n\n{story}", common::unrelated(2, 9))),
        ];
        let found = common::scan(documents);
        let pairs: Vec<(u32, u32)> = found.matches.iter().map(|m| (m.a, m.b)).collect();
        assert_eq!(pairs, [(0, 1), (0, 2), (1, 2)], "{word}");
        assert!(
            found
                .matches
                .iter()
                .all(|m| m.passages.iter().map(|p| p.matched()).sum::<u32>() > 260),
            "{word}"
        );
    }
}

fn credits(text: &str) -> Vec<(&str, &'static str)> {
    let (_, found) = recognise::read(text, &text::tokenize(text), None, &Agencies::built_in());
    let slice = |c: &recognise::Credit| c.span.map_or("", |s| s.slice(text));
    found
        .credits
        .iter()
        .map(|c| (slice(c), c.role.name()))
        .collect()
}

#[test]
fn a_name_that_goes_on_in_the_next_line_ended_past_its_own() {
    assert_eq!(
        credits("Associated\nPress"),
        [("Associated\nPress", "origin")]
    );
    assert_eq!(
        credits("Nobody at the dam would say how deep it is, a clerk told The Associated\nPress on Friday.")[0].1,
        "cited"
    );
    // Whole lines, notes of first publication, datelines.
    for text in [
        "Source: Associated\nPress",
        "Photo Associated\nPress and more of it",
        "TOLVEN, March 4 (Associated\nPress) - The reservoir rose by eleven centimetres overnight.",
        "Kyodo\nNews",
        "This story first appeared in The New York\nTimes.",
    ] {
        credits(text);
    }
}

#[test]
fn a_name_behind_two_hundred_bytes_of_a_date_was_cut() {
    for n in 180..240 {
        credits(&format!(
            "date 2031-{} 新华社北京11月4日电 水位上升。",
            "1".repeat(n)
        ));
    }
}

#[test]
fn a_day_with_an_apostrophe_behind_it_was_cut_inside_the_apostrophe() {
    for mark in ["’", "»", "”", "。", "'", "é-’"] {
        credits(&format!(
            "The weir stood open until March, 4{mark} (AP) - and then it was shut."
        ));
        credits(&format!(
            "The weir stood open until March, 4{mark} Reuters — and then it was shut."
        ));
    }
}

/// The name began in the white space between two lines, before the line that it was read in.
#[test]
fn a_word_grown_together_with_a_name_was_taken_for_an_article_before_it() {
    let text = "The map of the weir was drawn on the rota dAssociated\n\rPresS©)\n\nNobody has seen it since.";
    assert_eq!(credits(text), []);
}
