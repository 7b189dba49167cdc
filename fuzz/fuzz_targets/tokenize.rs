//! Any text has tokens, sentences and paragraphs in order, on character boundaries.
#![no_main]

use copytaster::recognise::Parts;
use copytaster::text::{sentence, tokenize};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let tokens = tokenize(text);
    let n = tokens.hashes.len();
    assert_eq!((tokens.spans.len(), tokens.flags.len()), (n, n));
    let mut end = 0;
    for span in &tokens.spans {
        assert!(
            end <= span.start && span.start < span.end,
            "spans in order: {span}"
        );
        assert!(!span.slice(text).is_empty(), "a token of the text: {span}");
        end = span.end;
    }
    let sentences = sentence::sentences(text, &tokens);
    assert!(sentences.windows(2).all(|w| w[0] < w[1]));
    assert!(sentences.iter().all(|s| (*s as usize) < n));
    assert_eq!(sentences.first().copied(), (n > 0).then_some(0));
    let mut end = 0;
    for span in sentence::paragraphs(text) {
        assert!(
            end <= span.start && !span.slice(text).is_empty(),
            "paragraphs in order: {span}"
        );
        end = span.end;
    }
    let parts = Parts::of(text, &tokens);
    assert_eq!(parts.flags.len(), n);
    assert!(parts.paragraphs.windows(2).all(|w| w[0].end <= w[1].start));
    assert!(
        parts
            .paragraphs
            .iter()
            .all(|p| p.start < p.end && p.end as usize <= n)
    );
});
