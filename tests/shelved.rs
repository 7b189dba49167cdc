//! A scan with the articles in temporary files finds what a scan in memory finds.

mod common;

use common::{Rng, detector, document, edited, paragraph, story, unrelated};
use copytaster::{
    detector::{Detector, Scan},
    document::{Document, Moment, Reference, ReferenceKind},
    settings::{PairScope, Settings},
};

/// Copies of an agency's story, excerpts, a story of hundreds of papers, footers, a common statement, an empty article, and an
/// original known as one.
fn corpus() -> Vec<Document> {
    let mut rng = Rng::new(3);
    let mut out = Vec::new();
    let footer = paragraph(&mut rng, 40);
    let statement = paragraph(&mut rng, 34);
    for i in 0..12 {
        let wire = story(&mut rng, 6).join("\n\n");
        let credit = if i % 2 == 0 {
            "PORT ALMA, July 3 (Reuters) - "
        } else {
            ""
        };
        out.push(document(format!("wire-{i}"), format!("{credit}{wire}")));
        for j in 0..3 {
            let text = edited(&mut rng, &wire, 0.05 * f64::from(j));
            out.push(document(format!("paper-{i}-{j}"), text));
        }
    }
    for i in 0..90 {
        let own = unrelated(i, 4);
        out.push(document(format!("page-{i}"), format!("{own}\n\n{footer}")));
        let quoting = format!(
            "{}\n\n“{statement}” {}",
            unrelated(100 + i, 2),
            unrelated(200 + i, 2)
        );
        out.push(document(format!("quoting-{i}"), quoting));
    }
    let everywhere = story(&mut rng, 5).join("\n\n");
    for i in 0..230 {
        out.push(document(
            format!("copy-{i}"),
            edited(&mut rng, &everywhere, 0.03),
        ));
    }
    let excerpt = everywhere.split("\n\n").nth(2).unwrap();
    out.push(document(
        "excerpt",
        format!("{}\n\n{excerpt}", unrelated(999, 4)),
    ));
    out.push(document("empty", " \n"));
    out.push(document("short", "a few words only"));
    for (i, d) in out.iter_mut().enumerate() {
        d.meta.outlet = (i % 3 > 0).then(|| format!("outlet {}", i % 7));
        d.meta.published =
            (i % 4 > 0).then(|| Moment::parse(&format!("2024-05-{:02}", 1 + i % 28), "field"));
        d.record = Some(i as u64);
    }
    let mut original = document("statement", &*everywhere);
    original.reference = Some(Reference {
        kind: ReferenceKind::PressRelease,
        name: "Gannet Bay".into(),
    });
    out.push(original);
    out
}

fn shelved(detector: &Detector, documents: &[Document], batch: usize) -> Scan {
    let folder = tempfile::tempdir().unwrap();
    let mut collector = detector.collector(folder.path()).unwrap();
    for batch in documents.chunks(batch) {
        collector.add(batch.to_vec()).unwrap();
    }
    assert!(collector.spilled() > 0);
    let scan = collector.finish().unwrap();
    #[cfg(unix)]
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "a file has a name"
    );
    scan
}

fn told(scan: &Scan) -> Vec<String> {
    let matches = scan.matches.iter().map(|m| {
        let passages: Vec<_> = m
            .passages
            .iter()
            .map(|p| (&p.a, &p.b, p.matched(), p.tally))
            .collect();
        format!(
            "{} {} {:?} {} {} {:?} {passages:?} {:?}",
            scan.id(m.a),
            scan.id(m.b),
            m.relation,
            m.rule,
            m.jaccard,
            m.containment,
            m.direction
        )
    });
    let rest = format!(
        "{:?} {:?} {:?} {:?} {} {}",
        scan.clusters,
        scan.boilerplate,
        scan.common_runs,
        scan.near_misses,
        scan.capped_seeds,
        scan.pairs_left_out
    );
    let articles = (0..scan.count() as u32).map(|x| {
        let a = scan.article(x).unwrap();
        format!(
            "{} {:?} {:?} {:?} {:?}",
            scan.id(x),
            a.document,
            a.parts.flags,
            scan.standing(&a, x),
            scan.text_sha256(x)
        )
    });
    matches.chain([rest]).chain(articles).collect()
}

#[test]
fn finds_what_a_scan_in_memory_finds() {
    let documents = corpus();
    let mut backwards = documents.clone();
    backwards.reverse();
    let settings = [
        Settings {
            near_misses: 5,
            ..Settings::default()
        },
        Settings {
            pairs: PairScope::CrossOutlet,
            window_seconds: Some(5 * 86_400),
            ..Settings::default()
        },
    ];
    for settings in settings {
        let detector = Detector::new(settings).unwrap();
        let held = detector.scan(documents.clone()).unwrap();
        assert!(held.is_held() && held.matches.len() > 50 && !held.clusters.is_empty());
        assert!(!held.boilerplate.is_empty());
        let expected = told(&held);
        for (documents, batch) in [(&documents, 7), (&backwards, 1000)] {
            let scan = shelved(&detector, documents, batch);
            assert!(!scan.is_held() && scan.count() == held.count());
            assert_eq!(
                (scan.empty(), scan.undated()),
                (held.empty(), held.undated())
            );
            let all: Vec<u32> = (0..scan.count() as u32).collect();
            assert_eq!(scan.outlets(&all), held.outlets(&all));
            for (found, expected) in told(&scan).iter().zip(&expected) {
                assert_eq!(found, expected);
            }
        }
    }
}

#[test]
fn an_article_goes_by_the_name_it_is_given() {
    let detector = detector();
    let folder = tempfile::tempdir().unwrap();
    let mut collector = detector.collector(folder.path()).unwrap();
    collector
        .add(vec![document("x", "one two"), document("x", "three")])
        .unwrap();
    assert_eq!(collector.ids().collect::<Vec<_>>(), ["x", "x"]);
    assert_ne!(collector.text_sha256(0), collector.text_sha256(1));
    collector.rename(0, "z");
    let scan = collector.finish().unwrap();
    assert_eq!([scan.id(0), scan.id(1)], ["x", "z"]);
    let renamed = scan.article(1).unwrap();
    assert_eq!(
        (&*renamed.document.id, renamed.document.source_id.as_deref()),
        ("z", Some("x"))
    );
}

#[test]
fn a_folder_that_is_not_there_is_an_error_that_names_it() {
    let error = detector().collector("no/such/folder".as_ref()).unwrap_err();
    assert!(error.to_string().contains("`no/such/folder`"), "{error}");
}
