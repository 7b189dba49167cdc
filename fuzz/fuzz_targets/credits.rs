//! Who is credited in any text. Its first line up to a NUL, if it has one, is the byline that came with it.
#![no_main]

use copytaster::document::Document;
use copytaster::provenance::{Outlets, Standing};
use copytaster::recognise::{self, Agencies, Attribution, Credited};
use copytaster::span::Span;
use copytaster::text::tokenize;
use libfuzzer_sys::fuzz_target;

fn read(text: &str, byline: Option<&str>) -> Attribution {
    recognise::read(text, &tokenize(text), byline, &Agencies::built_in()).1
}

/// A span lies in the text, on boundaries of characters, and is not empty.
fn check(span: Span, text: &str) {
    let slice = text.get(span.start as usize..span.end as usize);
    assert!(slice.is_some_and(|s| !s.is_empty()), "{span} is no part of the text");
}

fuzz_target!(|input: &str| {
    let (byline, text) = match input.split_once('\0') {
        Some((b, t)) if !b.contains('\n') => (Some(b), t),
        _ => (None, input),
    };
    let found = read(text, byline);
    let table = Agencies::built_in();
    for c in &found.credits {
        if let Credited::Agency(i) = &c.who {
            assert!((*i as usize) < table.all().len());
        }
        let Some(span) = c.span else {
            assert!(byline.is_some(), "a credit without a place");
            continue;
        };
        check(span, text);
        let slice = span.slice(text);
        match &c.who {
            Credited::Agency(_) => assert!(slice.contains(char::is_alphanumeric), "{slice:?} names nobody"),
            Credited::Named(name) => assert!(slice.contains(&**name), "{slice:?} does not name {name:?}"),
        }
    }
    if let Some(staff) = &found.staff {
        match staff.span {
            Some(span) => check(span, text),
            None => assert!(byline.is_some()),
        }
    }
    if let Some(d) = &found.dateline {
        check(d.span, text);
        assert!(d.place.is_some() || d.date.is_some() || !d.agencies.is_empty());
        assert_eq!(d.credit.is_some(), !d.agencies.is_empty());
        for part in [d.place, d.date, d.credit].into_iter().flatten() {
            check(part, text);
            assert!(
                d.span.start <= part.start && part.end <= d.span.end,
                "{part} is no part of the dateline {}",
                d.span
            );
        }
    }
    let document = Document {
        text: text.to_owned(),
        ..Document::default()
    };
    let standing = Standing::of(&document, &found, &table, &Outlets::default());
    if let Some(origin) = standing.origin(&table) {
        assert!(origin.confidence > 0.0 && origin.confidence <= 0.99, "{}", origin.confidence);
        assert!(!origin.claims.is_empty() && !origin.source.is_empty());
    }
    assert_eq!(read(&format!("{text}   "), byline), found, "spaces at the end change the credits");
});
