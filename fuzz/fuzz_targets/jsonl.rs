//! Any bytes are read as JSON Lines, and what comes of them is scanned and printed; a second time gives the same.
#![no_main]

use copytaster::detector::Detector;
use copytaster::document::Document;
use copytaster::read::{ReadOptions, make_unique, read_jsonl_bytes};
use copytaster::report::jsonl::Jsonl;
use copytaster::report::outcome::{Outcome, Reading, Show};
use copytaster::settings::Settings;
use libfuzzer_sys::fuzz_target;

/// Most articles scanned of one input.
const MOST: usize = 20;

fn printed(documents: Vec<Document>) -> Vec<u8> {
    let scan = Detector::new(Settings::default()).unwrap().scan(documents).unwrap();
    let n = scan.articles.len();
    assert!(scan.matches.len() <= n * n.saturating_sub(1) / 2);
    assert!(
        scan.matches
            .windows(2)
            .all(|w| (w[0].a, w[0].b) < (w[1].a, w[1].b))
    );
    assert!(scan.matches.iter().all(|m| m.a < m.b && (m.b as usize) < n));
    let outcome = Outcome::new(scan, Reading::default(), Default::default());
    let mut out = Vec::new();
    outcome
        .write(&Show::default(), &mut Jsonl(&mut out))
        .unwrap();
    out
}

fuzz_target!(|bytes: &[u8]| {
    let mut input = read_jsonl_bytes(bytes, &ReadOptions::default());
    input.documents.truncate(MOST);
    make_unique(&mut input.documents);
    let mut backwards = input.documents.clone();
    backwards.reverse();
    assert!(
        printed(input.documents) == printed(backwards),
        "the order of reading shows"
    );
});
