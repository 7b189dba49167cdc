//! Case tables for the parts of a text: each line says what share of its words each flag marks.

use super::*;
use crate::text::tokenize;

/// The words of `text` that carry `flag`, joined by spaces.
fn marked(text: &str, flag: u8) -> String {
    let tokens = tokenize(text);
    let parts = Parts::of(text, &tokens);
    let words: Vec<&str> = tokens
        .spans
        .iter()
        .zip(&parts.flags)
        .filter(|(_, f)| *f & flag != 0)
        .map(|(s, _)| s.slice(text))
        .collect();
    words.join(" ")
}

/// Prose enough that the page is no page of furniture alone.
const BODY: &str = "The reservoir above Tolven rose by eleven centimetres overnight, and the engineers who have watched \
    it since the autumn said that the spillway would be opened by hand if the pumps failed again before the weekend.";

#[test]
fn quoted_speech() {
    let cases = [
        ("He said \"we shall see\" and left.", "we shall see"),
        ("He said “we shall see” and left.", "we shall see"),
        ("Sagte: „wir werden sehen“ und ging.", "wir werden sehen"),
        ("Dijo «ya veremos» y se fue.", "ya veremos"),
        ("He said ‘‘we shall see’’ and left.", "we shall see"),
        ("彼は「見てみよう」と言った。", "見 て み よ う"),
        // Inches, and a mark after a word, open nothing.
        ("A 6\" pipe and a 4\" valve burst.", ""),
        // The paragraph of a long quotation that goes on in the next.
        (
            "“We begin today, he said, and we end\n\n“when the road is whole.”",
            "We begin today he said and we end when the road is whole",
        ),
        // A stray mark in mid-paragraph quotes nothing.
        ("The sign read \" and nobody knew why.", ""),
    ];
    for (text, quoted) in cases {
        assert_eq!(marked(text, QUOTED), quoted, "{text}");
    }
}

#[test]
fn a_post_set_into_the_page_is_speech() {
    let text = format!(
        "{BODY}\n\nThe gates are open and nobody asked us first\n\n— Mira Tolven (@miratolven) July 4, 2031\n\n{BODY}"
    );
    assert_eq!(
        marked(&text, QUOTED),
        "The gates are open and nobody asked us first"
    );
}

#[test]
fn furniture_of_a_page() {
    let furniture = [
        "Sign up for our newsletter and never miss a story",
        "Read more: the bridge that nobody wanted",
        "Subscribe now",
        "Advertisement",
        "FILE - In this March 3 photo, workers stand on the dam. (AP Photo/Ann Example)",
        "Workers stand on the dam on Monday. Jo Example/Getty Images",
        "The minister, who has held three posts in as many years, is expected to ...",
        "window._queue = window._queue || []; _queue.push({mode: 'list'});",
        "Подпишитесь на наш канал",
        "Suscríbete a nuestro boletín",
    ];
    for line in furniture {
        let text = format!("{BODY}\n\n{line}\n\n{BODY}");
        let words: Vec<&str> = tokenize(line).spans.iter().map(|s| s.slice(line)).collect();
        assert_eq!(marked(&text, FURNITURE), words.join(" "), "{line}");
    }
}

#[test]
fn a_menu_is_furniture_and_a_headline_is_not() {
    let text =
        format!("Dam gates opened by hand\n\n{BODY}\n\nHome\nWorld\nSport\nWeather\n\n{BODY}");
    assert_eq!(marked(&text, FURNITURE), "Home World Sport Weather");
}

#[test]
fn a_table_of_figures_is_no_menu() {
    let text = format!("{BODY}\n\nTolven 1.47 2.04\nVesk 1.49 2.11\nMarlow 1.52 2.07\n\n{BODY}");
    assert_eq!(marked(&text, FURNITURE), "");
}

#[test]
fn prose_that_mentions_such_things_stays_prose() {
    let prose = [
        "The editor of the newsletter, who had kept its list of readers in a shoe box for thirty years and would not \
         hear of a computer, told the council that he would rather stop than change, and the council, after an hour, \
         agreed with him and paid for another shoe box.",
        "By noon the water had reached the second step.",
        "She gave each of the volunteers a cookie and an advertisement for the ferry.",
        "Who knows? Nobody at the dam did...and nobody asked.",
    ];
    for line in prose {
        let text = format!("{BODY}\n\n{line}\n\n{BODY}");
        assert_eq!(marked(&text, FURNITURE | CREDIT), "", "{line}");
    }
}

#[test]
fn a_page_of_nothing_but_captions_is_about_them() {
    let text = "Workers stand on the dam. (AP Photo/Ann Example)\n\nThe spillway at dusk. (AP Photo/Ann Example)";
    assert_eq!(marked(text, FURNITURE), "");
}

#[test]
fn credit_lines() {
    let credits = [
        "By Jane Orlow, Staff Writer",
        "Copyright 2031 The Associated Press. All rights reserved.",
        "(Reporting by A. Example; Editing by B. Example)",
        "Associated Press writer Jo Example contributed to this report.",
        "© Tolven Press",
        "Por Ana Ejemplo",
    ];
    for line in credits {
        let text = format!("{BODY}\n\n{line}\n\n{BODY}");
        let words: Vec<&str> = tokenize(line).spans.iter().map(|s| s.slice(line)).collect();
        assert_eq!(marked(&text, CREDIT), words.join(" "), "{line}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_gets_one_set_of_flags_a_token(text in "(\\PC|[\n\"“”‘’«»…—@(){}]|By |Twitter|retweets){0,200}") {
        let tokens = tokenize(&text);
        let parts = Parts::of(&text, &tokens);
        proptest::prop_assert_eq!(parts.flags.len(), tokens.hashes.len());
        proptest::prop_assert!(parts.sentences.is_sorted());
        proptest::prop_assert!(parts.paragraphs.windows(2).all(|w| w[0].end <= w[1].start));
    }
}
