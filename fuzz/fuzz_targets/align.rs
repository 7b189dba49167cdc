//! Two texts, parted by a line of `====`: their passages overlap nowhere and every share is a share.
#![no_main]

use copytaster::align::similarity::Relation;
use copytaster::detector::{Article, Detector};
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
        vec![false; a.hashes.len()],
        vec![false; b.hashes.len()],
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
        assert!(!a.span_of(&p.a).slice(&a.document.text).is_empty());
        assert!(!b.span_of(&p.b).slice(&b.document.text).is_empty());
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
        !a.hashes.is_empty() && a.hashes == b.hashes
    );
    assert_eq!(found.jaccard, detector.compare_pair(&b, &a).jaccard);
});
