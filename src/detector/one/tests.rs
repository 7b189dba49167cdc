//! An answer is what a scan of all says of the article's own pairs.

use std::{borrow::Cow, sync::Arc};

use proptest::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    made::{Plan, document, paragraph, plan, sentence},
    *,
};
use crate::{
    candidate::families::Families, document::Document, settings::Settings, spool::Scratch,
};

/// A library in memory, its numbers in the order in which articles came.
struct Shelf {
    articles: Vec<Arc<Article>>,
    families: Families,
    /// The rank of each article by id, and the article of each rank.
    rank: Vec<u32>,
    number: Vec<u32>,
    seeds: FxHashMap<u64, Vec<Place>>,
    lines: FxHashMap<u64, Vec<Place>>,
}

impl Shelf {
    fn new(detector: &Detector, documents: &[Document]) -> Self {
        let prepared = detector
            .prepare(documents.to_vec(), &Scratch::Memory)
            .unwrap();
        let read = |d: &Document| Arc::new(Article::new(d.clone(), detector.agencies()));
        let articles: Vec<Arc<Article>> = documents.iter().map(read).collect();
        let mut number: Vec<u32> = (0..articles.len() as u32).collect();
        number.sort_by_key(|n| &articles[*n as usize].document.id);
        let mut rank = vec![0; number.len()];
        for (r, n) in number.iter().enumerate() {
            rank[*n as usize] = r as u32;
        }
        let mut seeds: FxHashMap<u64, Vec<Place>> = FxHashMap::default();
        let mut lines: FxHashMap<u64, Vec<Place>> = FxHashMap::default();
        for (n, a) in articles.iter().enumerate() {
            let article = n as u32;
            let (mut of_article, mut of_lines) = (Vec::new(), Vec::new());
            if !a.hashes.is_empty() {
                let k = detector.settings.k;
                super::seeds(&a.hashes, k, &mut Vec::new(), &mut of_article);
            }
            for s in of_article {
                let place = Place { article, at: s.at };
                seeds.entry(s.hash).or_default().push(place);
            }
            boilerplate::lines(article, &a.hashes, &a.parts, &mut of_lines);
            for l in of_lines {
                let at = l[1] as u32;
                lines.entry(l[0]).or_default().push(Place { article, at });
            }
        }
        Self {
            articles,
            families: prepared.proposer.into_families(),
            rank,
            number,
            seeds,
            lines,
        }
    }
}

impl Library for Shelf {
    fn families(&self) -> usize {
        self.families.len()
    }

    fn family(&self, article: u32) -> u32 {
        self.number[self.families.family(self.rank[article as usize]) as usize]
    }

    fn family_size(&self, article: u32) -> usize {
        self.families.size(self.rank[article as usize])
    }

    fn id(&self, article: u32) -> &str {
        &self.articles[article as usize].document.id
    }

    fn length(&self, article: u32) -> usize {
        self.articles[article as usize].hashes.len()
    }

    fn tokens(&self, article: u32) -> Result<Cow<'_, [u32]>> {
        Ok(Cow::Borrowed(&self.articles[article as usize].hashes))
    }

    fn article(&self, article: u32) -> Result<Arc<Article>> {
        Ok(Arc::clone(&self.articles[article as usize]))
    }

    fn seed(&self, hash: u64, most: usize, out: &mut Vec<Place>) -> Result<()> {
        out.extend(self.seeds.get(&hash).into_iter().flatten().take(most));
        Ok(())
    }

    fn line(&self, hash: u64, most: usize, out: &mut Vec<Place>) -> Result<()> {
        out.extend(self.lines.get(&hash).into_iter().flatten().take(most));
        Ok(())
    }
}

/// A match as two may have it who number articles differently.
fn told(scan: &Scan, m: &Match) -> String {
    let id = |x: u32| &scan.articles[x as usize].document.id;
    let passages: Vec<_> = m.passages.iter().map(|p| (&p.a, &p.b, &p.tally)).collect();
    format!(
        "{} {} {:?} {} {} {:?} {passages:?} {:?}",
        id(m.a),
        id(m.b),
        m.relation,
        m.rule,
        m.jaccard,
        m.containment,
        m.direction
    )
}

/// The number of matches, once every article's answer is that of the scan.
fn agree(documents: &[Document]) -> usize {
    let detector = Detector::new(Settings::default()).unwrap();
    let scan = detector.scan(documents.to_vec()).unwrap();
    let shelf = Shelf::new(&detector, documents);
    for (n, d) in documents.iter().enumerate() {
        let answer = detector.answer(n as u32, &shelf).unwrap();
        assert_eq!(
            answer.scan.articles[answer.article as usize].document.id,
            d.id
        );
        let is_own = |m: &&Match| {
            [m.a, m.b]
                .iter()
                .any(|x| scan.articles[*x as usize].document.id == d.id)
        };
        let of_scan = scan.matches.iter().filter(is_own);
        let expected: Vec<String> = of_scan.map(|m| told(&scan, m)).collect();
        let matches = answer.scan.matches.iter();
        let found: Vec<String> = matches.map(|m| told(&answer.scan, m)).collect();
        assert_eq!(found, expected, "of `{}`", d.id);
    }
    scan.matches.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_answer_is_that_of_the_scan(plans in prop::collection::vec(plan(), 2..40)) {
        let documents: Vec<Document> = plans.iter().enumerate().map(|(i, p)| document(i, p)).collect();
        agree(&documents);
    }
}

#[test]
fn boilerplate_is_found_as_by_the_scan() {
    // A footer in six groups, and below an article that has it too.
    let story = |i: u64| Plan {
        paragraphs: vec![100 + i * 3, 101 + i * 3, 102 + i * 3],
        footers: vec![0, 1],
        credit: None,
        cut: false,
    };
    let mut plans: Vec<Plan> = (0..6).map(story).collect();
    plans.push(Plan {
        cut: true,
        ..story(2)
    });
    let documents: Vec<Document> = (0..).zip(&plans).map(|(i, p)| document(i, p)).collect();
    assert_eq!(agree(&documents), 1);
    let four: Vec<Document> = documents[..4].to_vec();
    assert_eq!(agree(&four), 6, "in four groups it is shared text");
}

#[test]
fn runs_over_the_cap_are_found_as_by_the_scan() {
    for families in [22, 70] {
        let documents: Vec<Document> = (0..families)
            .map(|i| {
                // No line of its own: only its words tell the shared run.
                let own = [200 + i * 2, 201 + i * 2].map(paragraph);
                let text = format!("{} {} {}", own[0], sentence(9_001).repeat(2), own[1]);
                Document {
                    id: format!("{}", i * 7919 % 1000),
                    text,
                    ..Document::default()
                }
            })
            .collect();
        agree(&documents);
    }
}
