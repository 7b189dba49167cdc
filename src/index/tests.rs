//! An index answers as a scan of its contents does, whatever was added and removed, in whatever order, and after it is opened
//! again.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::candidate::postings::key;
use crate::detector::{
    Answer, Cluster, MOST_PLACES, Match, Scan,
    one::made::{Plan, document, plan},
};

/// A made article in words of which no two are spelt nearly alike.
fn spelt_apart(mut document: Document) -> Document {
    let is_made = |word: &&str| word.contains(|c: char| c.is_ascii_digit());
    let mut text = String::new();
    for piece in document
        .text
        .split_inclusive(|c: char| !c.is_alphanumeric())
    {
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        let hash = hash::name(word);
        match Some(word).filter(is_made) {
            Some(_) => text.extend((0..9).map(|i| char::from(b'a' + (hash >> (6 * i)) as u8 % 26))),
            None => text += word,
        }
        text += &piece[word.len()..];
    }
    document.text = text;
    document
}

fn detector() -> Detector {
    Detector::new(Settings::default()).unwrap()
}

/// A match as two may have it who number articles differently.
fn told(scan: &Scan, m: &Match) -> String {
    let id = |x: u32| &scan.articles[x as usize].document.id;
    let passages: Vec<_> = m.passages.iter().map(|p| (&p.a, &p.b, &p.tally)).collect();
    format!(
        "{} {} {:?} {} {:?} {passages:?} {:?}",
        id(m.a),
        id(m.b),
        m.relation,
        m.jaccard,
        m.containment,
        m.direction
    )
}

/// What a scan says of one article's own pairs and of its cluster.
fn of_scan(documents: Vec<Document>, id: &str) -> (Vec<String>, Vec<String>) {
    let scan = detector().scan(documents).unwrap();
    let ids = |c: &Cluster| -> Vec<String> {
        let id = |x: &u32| scan.articles[*x as usize].document.id.clone();
        c.members.iter().map(id).collect()
    };
    let clusters = scan.clusters.iter().map(ids);
    let cluster = clusters
        .filter(|c| c.iter().any(|m| m == id))
        .collect::<Vec<_>>();
    let is_own = |m: &&Match| {
        [m.a, m.b]
            .iter()
            .any(|x| scan.articles[*x as usize].document.id == id)
    };
    let own = scan.matches.iter().filter(is_own);
    (own.map(|m| told(&scan, m)).collect(), cluster.concat())
}

fn of_answer(index: &Index, asked: &Asked) -> (Vec<String>, Vec<String>) {
    let Answer {
        scan,
        article,
        numbers,
        stories,
    } = &asked.answer;
    let own = numbers[*article as usize];
    let id = |n: &u32| {
        if *n == own {
            scan.articles[*article as usize].document.id.clone()
        } else {
            index.id(*n).to_owned()
        }
    };
    let mut cluster: Vec<String> = stories.of(own).unwrap_or_default().iter().map(id).collect();
    cluster.sort_unstable();
    assert_eq!(asked.cluster.is_some(), !cluster.is_empty());
    (
        scan.matches.iter().map(|m| told(scan, m)).collect(),
        cluster,
    )
}

/// Whether another article has the same words.
fn has_twin(asked: &Asked) -> bool {
    let mut matches = asked.answer.scan.matches.iter();
    matches.any(|m| m.relation == Relation::Identical)
}

/// What is done to an index.
#[derive(Clone, Debug)]
enum Step {
    /// Articles, by the number that makes their ids.
    Add(Vec<(usize, Plan)>, How),
    Remove(Vec<usize>),
    Commit,
    Reopen,
    Compact,
}

/// How articles are added.
#[derive(Clone, Copy, Debug)]
enum How {
    /// And not asked about.
    AtOnce,
    OneByOne,
    Together,
}

fn step() -> impl Strategy<Value = Step> {
    let articles = prop::collection::vec((0usize..30, plan()), 1..8);
    let how = prop::sample::select(vec![How::AtOnce, How::OneByOne, How::Together]);
    prop_oneof![
        6 => (articles, how).prop_map(|(a, how)| Step::Add(a, how)),
        2 => prop::collection::vec(0usize..30, 1..5).prop_map(Step::Remove),
        1 => Just(Step::Commit),
        1 => Just(Step::Reopen),
        1 => Just(Step::Compact),
    ]
}

/// Does the steps, and compares with what should be there.
fn run(steps: &[Step], question: &Plan, changed: &Plan, texts: bool) {
    let folder = tempfile::tempdir().unwrap();
    let open = || match texts {
        true => Writer::open(folder.path(), detector()).unwrap(),
        false => Writer::open_without_texts(folder.path(), detector()).unwrap(),
    };
    let document = |i: usize, plan: &Plan| match texts {
        true => document(i, plan),
        false => spelt_apart(document(i, plan)),
    };
    let mut writer = open();
    let mut there: BTreeMap<String, Document> = BTreeMap::new();
    for s in steps {
        match s {
            Step::Add(articles, how) => {
                let documents: Vec<Document> =
                    articles.iter().map(|(i, p)| document(*i, p)).collect();
                let mut together = match how {
                    How::Together => writer.push_and_ask_all(documents.clone(), 7).unwrap(),
                    _ => Vec::new(),
                }
                .into_iter();
                for d in &documents {
                    let before = there.insert(d.id.clone(), d.clone());
                    let asked = match how {
                        How::AtOnce => continue,
                        How::OneByOne => writer.push_and_ask(d.clone(), 7).unwrap(),
                        How::Together => together.next().unwrap(),
                    };
                    let all: Vec<Document> = there.values().cloned().collect();
                    let expected = of_scan(all, &d.id);
                    assert_eq!(of_answer(&writer, &asked), expected, "added {}", d.id);
                    let is_seen = before.as_ref() == Some(d) || has_twin(&asked);
                    assert_eq!(asked.status == Status::Seen, is_seen);
                }
                if let How::AtOnce = how {
                    writer.add(documents, 7).unwrap();
                }
            }
            Step::Remove(which) => {
                let ids: Vec<String> = which.iter().map(|i| document(*i, question).id).collect();
                writer.remove(ids.iter().map(String::as_str)).unwrap();
                for id in &ids {
                    there.remove(id);
                }
            }
            Step::Commit => writer.commit().unwrap(),
            Step::Compact => writer.compact().unwrap(),
            Step::Reopen => {
                writer.commit().unwrap();
                drop(writer);
                writer = open();
            }
        }
        assert_eq!(writer.len(), there.len());
    }
    let ask = |index: &Index| {
        for (i, p) in [(99, question), (3, changed)] {
            let d = document(i, p);
            let mut all = there.clone();
            all.insert(d.id.clone(), d.clone());
            let asked = index.ask(d.clone()).unwrap();
            assert_eq!(
                of_answer(index, &asked),
                of_scan(all.into_values().collect(), &d.id)
            );
        }
        let mut documents: Vec<Document> = index.documents().map(Result::unwrap).collect();
        documents.sort_by(|x, y| x.id.cmp(&y.id));
        let mut there: Vec<Document> = there.values().cloned().collect();
        if !texts {
            there.iter_mut().for_each(|d| d.text.clear());
        }
        assert_eq!(documents, there);
        assert!(index.verify().is_empty());
    };
    ask(&writer);
    writer.commit().unwrap();
    ask(&writer);
    drop(writer);
    ask(&Index::open(folder.path(), detector()).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_answer_is_that_of_a_scan(
        steps in prop::collection::vec(step(), 1..9),
        question in plan(),
        changed in plan(),
        texts in any::<bool>(),
    ) {
        run(&steps, &question, &changed, texts);
    }
}

#[test]
fn clusters_keep_their_names_and_tell_when_they_change() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path(), detector()).unwrap();
    let story = |paragraphs: &[u64]| Plan {
        paragraphs: paragraphs.to_vec(),
        footers: Vec::new(),
        credit: None,
        cut: false,
    };
    let mut push = |i: usize, paragraphs: &[u64]| {
        let asked = writer
            .push_and_ask(document(i, &story(paragraphs)), 0)
            .unwrap();
        (asked.cluster.map(|c| c.to_string()), asked.changes)
    };
    let named = |name: &str| (Some(name.to_owned()), Vec::new());
    assert_eq!(push(0, &[1, 2, 3]), (None, Vec::new()));
    assert_eq!(push(1, &[1, 2, 3, 4]), named("k-0"));
    assert_eq!(push(2, &[11, 12, 13]), (None, Vec::new()));
    assert_eq!(push(3, &[11, 12, 13, 14]), named("k-2"));
    // The first is replaced, and still names it.
    assert_eq!(push(0, &[1, 2, 4]), named("k-0"));
    let (name, changes) = push(4, &[1, 2, 3, 4, 11, 12, 13, 14]);
    assert_eq!(name.as_deref(), Some("k-0"));
    let merged = Change::Merge {
        into: ClusterId(0),
        from: vec![ClusterId(0), ClusterId(2)],
    };
    assert_eq!(changes, [merged]);
    writer.commit().unwrap();
    drop(writer);
    let index = Index::open(folder.path(), detector()).unwrap();
    let asked = index.ask(document(9, &story(&[11, 12, 13]))).unwrap();
    assert_eq!(asked.cluster, Some(ClusterId(0)));
}

/// Of more places than are looked at, which they are once followed from what had been written by then.
#[test]
fn an_answer_does_not_depend_on_when_articles_were_written() {
    let in_many = |i: u64| Plan {
        paragraphs: vec![1, 100 + i, 2000 + i],
        footers: Vec::new(),
        credit: None,
        cut: false,
    };
    let many = MOST_PLACES as u64 + 40;
    let documents: Vec<Document> = (0..many)
        .map(|i| document(i as usize, &in_many(i)))
        .collect();
    let question = document(many as usize, &in_many(many));
    let mut seen = Vec::new();
    for written in [
        &[][..],
        &[100],
        &[530],
        &[150, 300, 530],
        &[documents.len()],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(folder.path(), detector()).unwrap();
        for (i, d) in documents.iter().enumerate() {
            writer.push(d.clone(), 0).unwrap();
            if written.contains(&(i + 1)) {
                writer.commit().unwrap();
            }
        }
        let article = Article::new(question.clone(), writer.detector.agencies());
        let mut samples = Samples::default();
        writer.detector.samples_of(&article, 0, &mut samples);
        let mut lists = Vec::new();
        for seed in samples.seeds {
            let (mut first, mut out) = (Vec::new(), Vec::new());
            let key = key(seed);
            for (most, out) in [(MOST_PLACES, &mut first), (usize::MAX, &mut out)] {
                writer
                    .places(Of::Seeds, key, Among::ALL, most, out)
                    .unwrap();
            }
            out.truncate(MOST_PLACES);
            assert_eq!(first, out);
            lists.push(first);
        }
        assert!(lists.iter().any(|l| l.len() == MOST_PLACES));
        let asked = writer.ask(question.clone()).unwrap();
        let pushed = writer.push_and_ask(question.clone(), 0).unwrap();
        let answer = of_answer(&writer, &asked);
        assert_eq!(of_answer(&writer, &pushed), answer);
        seen.push((lists, answer));
    }
    assert!(seen.iter().all(|s| *s == seen[0]));
}
