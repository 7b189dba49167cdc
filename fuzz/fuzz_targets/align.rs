//! Two texts, parted by a line of `====`: their passages overlap nowhere and every share is a share.
#![no_main]

use copytaster::align::similarity::Relation;
use copytaster::detector::{Article, Detector, span_of};
use copytaster::document::Document;
use copytaster::recognise::Agencies;
use copytaster::settings::Settings;
use libfuzzer_sys::fuzz_target;

fn article(text: &str) -> Article {
    let document = Document {
        text: text.to_owned(),
        ..Document::default()
    };
    Article::new(document, &Agencies::built_in())
}

fuzz_target!(|text: &str| {
    let (a, b) = text.split_once("\n====\n").unwrap_or((text, text));
    let (a, b) = (article(a), article(b));
    let detector = Detector::new(Settings::default()).unwrap();
    let found = detector.compare_pair(&a, &b);
    let mut used = [
        vec![false; a.tokens.hashes.len()],
        vec![false; b.tokens.hashes.len()],
    ];
    for p in &found.passages {
        for (used, range) in used.iter_mut().zip([&p.a, &p.b]) {
            let here = &mut used[range.start as usize..range.end as usize];
            assert!(
                !here.is_empty() && !here.contains(&true),
                "passages overlap"
            );
            here.fill(true);
        }
        assert!(p.identity() > 0.0 && p.identity() <= 1.0);
        assert!(!span_of(&a.tokens, &p.a).slice(&a.document.text).is_empty());
        assert!(!span_of(&b.tokens, &p.b).slice(&b.document.text).is_empty());
    }
    let shares = found.shared.containment;
    for share in [
        found.jaccard,
        shares[0],
        shares[1],
        found.shared.score(),
        found.shared.quoted_share(),
    ] {
        assert!((0.0..=1.0).contains(&share), "{share} is no share");
    }
    let identical = found.tests.iter().any(|t| t.relation == Relation::Identical && t.holds);
    assert_eq!(
        identical,
        !a.tokens.hashes.is_empty() && a.tokens.hashes == b.tokens.hashes
    );
    assert_eq!(found.jaccard, detector.compare_pair(&b, &a).jaccard);
});
