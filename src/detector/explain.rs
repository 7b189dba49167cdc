//! Why a scan does or does not match two articles of a corpus: each stage of the scan asked about the one pair. Nothing is
//! decided here; every figure comes from the code that decides.

use super::{
    Article, Comparison, Detector, OutOfScope, Prepared, is_boilerplate, scope::Scope, seeds,
};
use crate::{
    candidate::{families::LARGE, postings::Place, propose::Proposal},
    document::Document,
    error::{Error, ErrorKind, Result},
    sketch::{minhash::estimate_jaccard, winnow::Seed},
    spool::Scratch,
};

/// Places of shared seeds at which the longest common run is looked for: a bound on texts that repeat themselves.
const MOST_PLACES: usize = 1 << 20;
/// Tokens compared for it, for each token of the two.
const MOST_STEPS: usize = 16;

/// Two articles of a corpus, compared as a scan of it compares them.
#[derive(Debug)]
pub struct Explanation {
    /// The first article; boilerplate of the corpus is furniture in it.
    pub a: Article,
    /// The second.
    pub b: Article,
    /// What they share, whether or not the scan would have looked.
    pub comparison: Comparison,
    /// What each stage of the scan makes of them.
    pub stages: Stages,
}

/// What each stage of a scan makes of a pair.
#[derive(Clone, Debug)]
pub struct Stages {
    /// Articles of the corpus.
    pub articles: usize,
    /// Whether both are the same sequence of tokens.
    pub same_sequence: bool,
    /// Jaccard as the sketches tell it, in [0, 1].
    pub sketch_jaccard: f64,
    /// Bands of the sketches that are equal: one is enough to try whether the two are of one family.
    pub equal_bands: usize,
    /// Probability that the sketches of two articles of their exact Jaccard have an equal band, in [0, 1].
    pub sketch_probability: f64,
    /// Jaccard from which two articles whose sketches meet are of one family, in (0, 1).
    pub family_jaccard: f64,
    /// Seeds that stand in both.
    pub shared_seeds: usize,
    /// Of them, those that stand in nothing but boilerplate in one of the two: they propose nothing.
    pub boilerplate_seeds: usize,
    /// Tokens of the longest common run that has a shared seed in it.
    pub longest_run: usize,
    /// What families and seeds make of the pair.
    pub proposal: Proposal,
    /// Why the settings leave the pair out, if they do.
    pub out_of_scope: Option<OutOfScope>,
    /// Pieces of the corpus's boilerplate that stand in both.
    pub boilerplate: usize,
    /// What becomes of the pair in the scan.
    pub verdict: Verdict,
}

/// What becomes of a pair in a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is a match.
    Matched,
    /// It would be a match, but stands in a cluster too large for every pair to be reported.
    LeftOut,
    /// It is compared, and no rule holds.
    NoRule,
    /// It is proposed, but outside what the settings ask for.
    OutOfScope,
    /// No stage proposes it.
    NotProposed,
    /// One of the two has no words.
    Empty,
}

impl Verdict {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::LeftOut => "left-out",
            Self::NoRule => "no-rule",
            Self::OutOfScope => "out-of-scope",
            Self::NotProposed => "not-proposed",
            Self::Empty => "empty",
        }
    }
}

impl Detector {
    /// Compares articles `a` and `b` of a corpus as [`Detector::scan`] of it does, and tells what each stage of the scan
    /// makes of them. Costs less than a scan where the pair is no match, and as much where it is one of a large corpus.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchArticle`] where no document has one of the ids; [`ErrorKind::Settings`] where both are the same.
    pub fn explain(&self, documents: Vec<Document>, a: &str, b: &str) -> Result<Explanation> {
        if a == b {
            return Err(Error::new(
                ErrorKind::Settings,
                format!("`{a}` would be compared with itself"),
            ));
        }
        let scratch = Scratch::Memory;
        let prepared = self.prepare(documents, &scratch)?;
        let articles = prepared.corpus.articles();
        // References stand last, in an order of their own.
        let reported = prepared.corpus.reported();
        let index = |id: &str| {
            let found = articles[..reported].binary_search_by(|x| x.document.id.as_str().cmp(id));
            found.map_err(|_| {
                Error::new(
                    ErrorKind::NoSuchArticle,
                    format!("no article has the id `{id}`"),
                )
            })
        };
        let (x, y) = (index(a)?, index(b)?);
        // As a scan does, which has the lesser id first; turned at the end.
        let (low, high) = (x.min(y), x.max(y));
        let (mut comparison, mut stages) = self.explain_pair(&prepared, low as u32, high as u32)?;
        let mut articles = if stages.verdict == Verdict::Matched && articles.len() > LARGE {
            let scan = self.compare_proposed(prepared, &scratch)?;
            if !scan
                .matches
                .iter()
                .any(|m| (m.a as usize, m.b as usize) == (low, high))
            {
                stages.verdict = Verdict::LeftOut;
            }
            scan.articles
        } else {
            prepared.corpus.into_articles().unwrap_or_default()
        };
        let second = articles.swap_remove(high);
        let first = articles.swap_remove(low);
        let (a, b) = if x == low {
            (first, second)
        } else {
            (second, first)
        };
        if x != low {
            comparison = comparison.turned();
            stages.proposal.family_sizes.reverse();
        }
        Ok(Explanation {
            a,
            b,
            comparison,
            stages,
        })
    }

    /// All but what is left out of large clusters, which only a whole scan can tell.
    fn explain_pair(&self, prepared: &Prepared, x: u32, y: u32) -> Result<(Comparison, Stages)> {
        let articles = prepared.corpus.articles();
        let (a, b) = (&articles[x as usize], &articles[y as usize]);
        let comparison = self.compare_pair(a, b);
        let [s, t] = [a, b].map(|article| self.sketch_of(article));
        let marks = &prepared.marks;
        let is_marked = |p: &Place| marks.holds(p.article, p.at);
        let proposal = prepared
            .proposer
            .why([x, y], &a.hashes, &b.hashes, is_marked)?;
        let places = self.shared_places(a, b);
        let in_boilerplate =
            |x: &Article, at: &[u32]| at.iter().all(|i| is_boilerplate(&x.parts, *i));
        let lost = places
            .iter()
            .filter(|[p, q]| in_boilerplate(a, p) || in_boilerplate(b, q));
        let out_of_scope = self.out_of_scope(&Scope::of(&a.document), &Scope::of(&b.document));
        let is_empty = a.hashes.is_empty() || b.hashes.is_empty();
        let verdict = match comparison.decided_by() {
            _ if is_empty => Verdict::Empty,
            _ if !proposal.proposed => Verdict::NotProposed,
            _ if out_of_scope.is_some() => Verdict::OutOfScope,
            None => Verdict::NoRule,
            Some(_) => Verdict::Matched,
        };
        let stands_in = |articles: &[u32], x: u32| articles.binary_search(&x).is_ok();
        let stages = Stages {
            articles: prepared.corpus.reported(),
            same_sequence: !is_empty && a.sequence == b.sequence,
            sketch_jaccard: if is_empty {
                0.0
            } else {
                estimate_jaccard(&s, &t).unwrap_or(0.0)
            },
            equal_bands: if is_empty {
                0
            } else {
                self.banding.equal_bands(&s, &t)
            },
            sketch_probability: self.banding.probability(comparison.jaccard),
            family_jaccard: self.settings.jaccard,
            shared_seeds: places.len(),
            boilerplate_seeds: lost.count(),
            longest_run: longest_run(&a.hashes, &b.hashes, &places),
            proposal,
            out_of_scope,
            boilerplate: prepared
                .common
                .boilerplate
                .iter()
                .filter(|p| stands_in(&p.articles, x) && stands_in(&p.articles, y))
                .count(),
            verdict,
        };
        Ok((comparison, stages))
    }

    /// The places of each seed that both have: in the first, and in the second.
    fn shared_places(&self, a: &Article, b: &Article) -> Vec<[Vec<u32>; 2]> {
        let [x, y] = [a, b].map(|article| {
            let mut out: Vec<Seed> = Vec::new();
            seeds(&article.hashes, self.settings.k, &mut Vec::new(), &mut out);
            out.sort_unstable_by_key(|s| (s.hash, s.at));
            out
        });
        x.chunk_by(|s, t| s.hash == t.hash)
            .filter_map(|of_a| {
                let hash = of_a.first()?.hash;
                let from = y.partition_point(|s| s.hash < hash);
                let of_b = y[from..].iter().take_while(|s| s.hash == hash);
                let places = [
                    of_a.iter().map(|s| s.at).collect(),
                    of_b.map(|s| s.at).collect::<Vec<u32>>(),
                ];
                (!places[1].is_empty()).then_some(places)
            })
            .collect()
    }
}

/// The longest run of tokens equal in both round any of the places; of texts that repeat themselves, of those looked at.
fn longest_run(a: &[u32], b: &[u32], places: &[[Vec<u32>; 2]]) -> usize {
    // By diagonal, so that no run is measured twice; those that stand at like places first.
    let mut starts: Vec<(i64, u32, u32)> = places
        .iter()
        .flat_map(|[p, q]| p.iter().flat_map(move |i| q.iter().map(move |j| (*i, *j))))
        .take(MOST_PLACES)
        .map(|(i, j)| (i64::from(i) - i64::from(j), i, j))
        .collect();
    starts.sort_unstable_by_key(|(diagonal, i, _)| (diagonal.unsigned_abs(), *diagonal, *i));
    let (mut longest, mut reached, mut steps) = (0, (i64::MIN, 0), 0);
    for (diagonal, i, j) in starts {
        let (i, j) = (i as usize, j as usize);
        if reached.0 == diagonal && i < reached.1 {
            continue;
        }
        let ends = a[..i].iter().rev().zip(b[..j].iter().rev());
        let before = ends.take_while(|(x, y)| x == y).count();
        let goes_on = a[i..].iter().zip(&b[j..]);
        let after = goes_on.take_while(|(x, y)| x == y).count();
        longest = longest.max(before + after);
        reached = (diagonal, i + after);
        steps += before + after;
        if steps > MOST_STEPS * (a.len() + b.len()) {
            break;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{PairScope, Settings};

    fn document(id: &str, text: &str) -> Document {
        Document {
            id: id.into(),
            text: text.into(),
            ..Document::default()
        }
    }

    /// Words from a small generator, so that texts of other seeds share nothing.
    fn words(seed: u64, n: usize) -> String {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let word = |_| {
            state = crate::hash::mix(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
            format!("w{:x} ", state >> 24)
        };
        (0..n).map(word).collect()
    }

    fn detector(settings: Settings) -> Detector {
        Detector::new(settings).unwrap()
    }

    /// Texts that share nothing, little, much, a common line; versions; short ones; an empty one.
    fn corpus() -> Vec<Document> {
        let stock = words(900, 30);
        let mut out = vec![
            document("empty", " \n"),
            document("one", "one"),
            document("short-1", "a few words only here"),
            document("short-2", "a few words only there"),
        ];
        for i in 0..30 {
            let own = words(i, 150);
            let lent = words(i / 3, [8, 14, 60][i as usize % 3]);
            out.push(document(
                &format!("n{i:02}"),
                &format!("{own}\n{lent}\n{}", if i % 2 == 0 { &stock } else { "" }),
            ));
            out.push(document(
                &format!("v{i:02}"),
                &format!("{own} {}", words(i + 400, i as usize * 10)),
            ));
        }
        out
    }

    #[test]
    fn every_verdict_is_that_of_the_scan() {
        for settings in [
            Settings::default(),
            Settings {
                pairs: PairScope::CrossOutlet,
                ..Settings::default()
            },
        ] {
            let detector = detector(settings);
            let mut documents = corpus();
            for (i, d) in documents.iter_mut().enumerate() {
                d.meta.outlet = (i % 2 == 0).then(|| format!("outlet {}", i % 4));
            }
            let scan = detector.scan(documents.clone()).unwrap();
            let prepared = detector.prepare(documents, &Scratch::Memory).unwrap();
            assert!(scan.matches.len() > 20 && !scan.boilerplate.is_empty());
            let n = prepared.corpus.len() as u32;
            for x in 0..n {
                for y in x + 1..n {
                    let (comparison, stages) = detector.explain_pair(&prepared, x, y).unwrap();
                    let found = scan.matches.iter().find(|m| (m.a, m.b) == (x, y));
                    assert_eq!(
                        found.is_some(),
                        stages.verdict == Verdict::Matched,
                        "{x} {y} {stages:?}"
                    );
                    if let Some(m) = found {
                        assert_eq!(
                            Some(m.relation),
                            comparison.decided_by().map(|t| t.relation)
                        );
                        assert_eq!(m.containment, comparison.shared.containment);
                        assert_eq!(m.jaccard, comparison.jaccard);
                        assert_eq!(m.passages.len(), comparison.passages.len());
                    }
                }
            }
        }
    }

    #[test]
    fn a_pair_is_the_same_from_either_side() {
        let detector = detector(Settings::default());
        let there = detector.explain(corpus(), "n05", "v01").unwrap();
        let back = detector.explain(corpus(), "v01", "n05").unwrap();
        assert_eq!(
            (&*there.a.document.id, &*back.a.document.id),
            ("n05", "v01")
        );
        let [x, y] = there.comparison.shared.containment;
        assert_eq!(back.comparison.shared.containment, [y, x]);
        assert!(!there.comparison.passages.is_empty());
        let turned = back.comparison.turned();
        for (p, q) in there.comparison.passages.iter().zip(&turned.passages) {
            assert_eq!((&p.a, &p.b, p.matched()), (&q.a, &q.b, q.matched()));
        }
        assert_eq!(
            there.stages.proposal.family_sizes[0],
            back.stages.proposal.family_sizes[1]
        );
    }

    #[test]
    fn tells_why_nothing_proposes_a_pair() {
        let detector = detector(Settings::default());
        let why = |a: &str, b: &str| detector.explain(corpus(), a, b).unwrap().stages;
        let strangers = why("n00", "n05");
        assert_eq!(
            (
                strangers.verdict,
                strangers.shared_seeds,
                strangers.longest_run
            ),
            (Verdict::NotProposed, 0, 0)
        );
        let empty = why("empty", "n00");
        assert_eq!(
            (empty.verdict, empty.same_sequence, empty.equal_bands),
            (Verdict::Empty, false, 0)
        );
        let versions = why("n06", "v06");
        assert_eq!(versions.verdict, Verdict::Matched);
        assert!(
            versions.longest_run >= 150
                && versions.proposal.same_family
                && versions.equal_bands > 0
        );
    }

    /// Ninety articles that share one sentence, and nothing else.
    fn with_a_sentence(sentence: &str) -> Vec<Document> {
        let text = |i: u64| {
            format!(
                "{}\n{}{sentence}{}",
                words(3000 + i, 30),
                words(1000 + i, 50),
                words(2000 + i, 50)
            )
        };
        (0..90)
            .map(|i| document(&format!("d{i:02}"), &text(i)))
            .collect()
    }

    #[test]
    fn seeds_over_the_cap_are_told() {
        let statement = format!("\u{201c}{}\u{201d} ", words(7, 30).trim());
        let e = detector(Settings::default())
            .explain(with_a_sentence(&statement), "d10", "d70")
            .unwrap();
        let (s, p) = (&e.stages, e.stages.proposal);
        assert_eq!(
            (s.verdict, s.longest_run, s.boilerplate_seeds),
            (Verdict::NotProposed, 30, 0),
            "{s:?}"
        );
        assert!(
            p.over_cap > 0 && p.heard == 0 && p.over_cap == s.shared_seeds,
            "{s:?}"
        );
        assert_eq!(p.cap, 64);
    }

    #[test]
    fn seeds_of_boilerplate_are_told() {
        let e = detector(Settings::default())
            .explain(with_a_sentence(&words(7, 30)), "d10", "d70")
            .unwrap();
        let s = &e.stages;
        assert_eq!(
            (s.verdict, s.longest_run, s.boilerplate),
            (Verdict::NotProposed, 30, 1),
            "{s:?}"
        );
        assert!(
            s.shared_seeds > 0 && s.boilerplate_seeds == s.shared_seeds,
            "{s:?}"
        );
    }

    #[test]
    fn a_pair_left_out_of_a_large_cluster_is_told() {
        let story = words(5, 300);
        let documents = || -> Vec<Document> {
            (0..230)
                .map(|i| {
                    document(
                        &format!("d{i:03}"),
                        &format!("{story}{}", words(100 + i, 20)),
                    )
                })
                .collect()
        };
        let detector = detector(Settings::default());
        let scan = detector.scan(documents()).unwrap();
        assert!(scan.pairs_left_out > 0 && !scan.matches.is_empty());
        let is_printed = |x: &str, y: &str| {
            scan.matches.iter().any(|m| {
                scan.articles[m.a as usize].document.id == x
                    && scan.articles[m.b as usize].document.id == y
            })
        };
        let mut verdicts = Vec::new();
        let first = &scan.matches[0];
        let printed = [first.a, first.b].map(|x| scan.articles[x as usize].document.id.as_str());
        for [x, y] in [printed, ["d100", "d200"], ["d003", "d004"]] {
            let e = detector.explain(documents(), x, y).unwrap();
            assert_eq!(
                is_printed(x, y),
                e.stages.verdict == Verdict::Matched,
                "{x} {y}"
            );
            assert!(
                e.comparison.decided_by().is_some() && e.stages.proposal.family_sizes == [230, 230]
            );
            verdicts.push(e.stages.verdict);
        }
        assert!(
            verdicts.contains(&Verdict::Matched) && verdicts.iter().any(|v| *v != Verdict::Matched),
            "{verdicts:?}"
        );
    }

    #[test]
    fn names_what_is_not_there() {
        let detector = detector(Settings::default());
        let error = |a: &str, b: &str| detector.explain(corpus(), a, b).unwrap_err();
        assert_eq!(error("n00", "x").kind(), ErrorKind::NoSuchArticle);
        assert_eq!(error("n00", "n00").kind(), ErrorKind::Settings);
        assert!(error("y", "n00").to_string().contains("`y`"));
    }

    #[test]
    fn the_longest_run_is_found_wherever_a_seed_of_it_lies() {
        let (a, b) = ([1, 2, 3, 4, 5, 6, 7, 1, 2, 3], [9, 1, 2, 3, 9, 3, 4, 5, 6]);
        let places = [[vec![0, 7], vec![1]], [vec![3], vec![6]]];
        assert_eq!(longest_run(&a, &b, &places), 4);
        assert_eq!(longest_run(&a, &b, &places[..1]), 3);
        assert_eq!(longest_run(&a, &b, &[]), 0);
    }
}
