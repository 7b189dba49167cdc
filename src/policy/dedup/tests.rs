//! The decision beside its definition, on made-up matches.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    detector::{Article, Cluster},
    document::{Document, Moment},
    provenance::Direction,
    recognise::Agencies,
};

/// What is made up of an article: when it was published, its outlet, its length in words.
type Made = (Option<u32>, u8, usize);
/// What is made up of a match: its ends, its relation, its containments in hundredths.
type Pair = (usize, usize, u8, u8, u8);

fn article(n: usize, (published, outlet, words): Made) -> Article {
    let mut d = Document {
        id: format!("id{n:03}"),
        path: "feed.jsonl".into(),
        record: Some(1 + (n as u64 * 7) % 50),
        text: format!("{} {n}.", "Bees stopped the clock".repeat(words)),
        ..Document::default()
    };
    d.meta.outlet = Some(format!("Outlet {outlet}"));
    let time = |t: u32| Moment::parse(&(1_600_000_000 + t).to_string(), "field");
    d.meta.published = published.map(time);
    Article::new(d, &Agencies::built_in())
}

/// A scan of the articles in the order of `order`, and of the pairs; the rest is what the engine would make of them.
fn scan(made: &[Made], pairs: &[Pair], order: &[usize]) -> Scan {
    let n = made.len();
    let mut at = vec![0u32; n];
    for (index, x) in order.iter().enumerate() {
        at[*x] = index as u32;
    }
    let mut known: BTreeMap<(usize, usize), (u8, [u8; 2])> = BTreeMap::new();
    for (x, y, relation, c, d) in pairs {
        let (x, y) = (x % n, y % n);
        if x != y {
            let c = if x < y { [*c, *d] } else { [*d, *c] };
            known.entry((x.min(y), x.max(y))).or_insert((*relation, c));
        }
    }
    let mut out = Scan::default();
    out.articles = order.iter().map(|x| article(*x, made[*x])).collect();
    for ((x, y), (relation, c)) in known {
        let relation = match relation % 4 {
            0 => Relation::Identical,
            1 => Relation::NearDuplicate,
            2 => Relation::Reuse,
            _ => Relation::Quotes,
        };
        let [c, d] = c.map(|c| f64::from(c) / 100.0);
        let (mut a, mut b, mut containment) = (at[x], at[y], [c, d]);
        if a > b {
            (a, b) = (b, a);
            containment.reverse();
        }
        out.matches.push(Match {
            a,
            b,
            relation,
            rule: String::new(),
            jaccard: 0.5,
            containment,
            passages: Vec::new(),
            direction: Direction::default(),
        });
    }
    out.matches.sort_by_key(|m| (m.a, m.b));
    let mut sets = crate::sets::Sets::new(n);
    for m in out.matches.iter().filter(|m| m.relation.joins()) {
        sets.join(m.a, m.b);
    }
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (x, root) in (0u32..).zip(sets.all()) {
        members.entry(root).or_default().push(x);
    }
    let clusters = members.into_values().filter(|m| m.len() > 1);
    out.clusters = clusters
        .map(|members| Cluster {
            representative: members[0],
            members,
            least: 0.5,
            mean: 0.5,
            origin: None,
        })
        .collect();
    out
}

/// Whether a match of the two lets `x` be removed in favour of `y`: the definition.
fn may(scan: &Scan, x: u32, y: u32, least: f64) -> bool {
    scan.matches.iter().any(|m| {
        let share = match (m.a, m.b) {
            (a, b) if (a, b) == (x, y) => m.containment[0],
            (a, b) if (a, b) == (y, x) => m.containment[1],
            _ => return false,
        };
        match m.relation {
            Relation::Identical => true,
            Relation::NearDuplicate | Relation::Reuse => share >= least,
            Relation::Quotes => false,
        }
    })
}

/// Of each article the id of the one it is removed in favour of.
fn by_id(scan: &Scan, dedup: &Dedup) -> BTreeMap<String, String> {
    let id = |x: u32| scan.articles[x as usize].document.id.clone();
    let removals = dedup.removals.iter();
    removals
        .map(|r| (id(r.article), id(r.kept.article)))
        .collect()
}

fn settings(keep: u8, prefer: bool) -> DedupSettings {
    let keep = [Keep::Earliest, Keep::Longest, Keep::Origin, Keep::First][keep as usize % 4];
    let prefer_outlets = match prefer {
        true => vec!["outlet 2".into(), "Outlet 0".into()],
        false => Vec::new(),
    };
    DedupSettings {
        keep,
        prefer_outlets,
        ..DedupSettings::default()
    }
}

/// Of every removal what must hold; of what stays that it could not go.
fn check(scan: &Scan, dedup: &Dedup, settings: &DedupSettings) {
    let n = scan.articles.len() as u32;
    let least = settings.min_contained;
    let kept = dedup.kept(n as usize);
    let is_kept = |x: u32| kept[x as usize];
    let order = rank::order(scan, settings);
    let rank = |x: u32| order.iter().position(|y| *y == x).unwrap();
    let may = |x, y| may(scan, x, y, least);
    for r in &dedup.removals {
        let (x, y) = (r.article, r.kept.article);
        assert!(
            !is_kept(x) && is_kept(y),
            "{x} in favour of {y}, which stays"
        );
        assert!(may(x, y), "{x} stands in {y}, by a match of the two");
        let m = &scan.matches[r.kept.found as usize];
        assert!((m.a, m.b) == (x.min(y), x.max(y)));
        assert!(r.kept.containment >= least);
        let first = (0..n)
            .filter(|z| is_kept(*z) && may(x, *z))
            .min_by_key(|z| rank(*z));
        assert_eq!(
            Some(y),
            first,
            "the first by rank of those that may hold {x}"
        );
        // In favour of one of lesser rank only where that holds more, or something else did.
        let is_longer = |z: u32| may(x, z) && !may(z, x);
        assert!(rank(y) < rank(x) || (0..n).any(is_longer), "{x} before {y}");
    }
    for x in (0..n).filter(|x| is_kept(*x)) {
        let holder = (0..n).find(|y| is_kept(*y) && may(x, *y));
        let needs_it =
            |z: u32| !is_kept(z) && may(z, x) && !(0..n).any(|y| y != x && is_kept(y) && may(z, y));
        let told = dedup.stays.iter().find(|s| s.article == x);
        if holder.is_some() {
            assert!(
                (0..n).any(needs_it),
                "{x} stays although it stands in another that does"
            );
            assert_eq!(told.map(|s| s.reason), Some(Reason::ForOthers));
        } else {
            assert!(told.is_none_or(|s| s.reason == Reason::NotContained));
        }
    }
    for c in &scan.clusters {
        let stay: Vec<u32> = c.members.iter().copied().filter(|x| is_kept(*x)).collect();
        let told = stay
            .iter()
            .filter(|x| dedup.stays.iter().any(|s| s.article == **x));
        assert!(
            told.count() + 1 >= stay.len(),
            "all that stay but one are told"
        );
    }
}

/// Every group of articles that are joined by pairs that may remove keeps one.
fn check_groups(scan: &Scan, dedup: &Dedup, least: f64) {
    let n = scan.articles.len();
    let mut sets = crate::sets::Sets::new(n);
    for x in 0..n as u32 {
        for y in 0..n as u32 {
            if may(scan, x, y, least) {
                sets.join(x, y);
            }
        }
    }
    let roots = sets.all();
    let kept = dedup.kept(n);
    for root in &roots {
        assert!((0..n).any(|x| roots[x] == *root && kept[x]));
    }
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec((prop::option::of(0u32..4), 0u8..4, 1usize..4), 1..12)
}

fn pairs() -> impl Strategy<Value = Vec<Pair>> {
    let share = || prop::sample::select(vec![10u8, 60, 79, 80, 81, 95, 100]);
    let pair = (0usize..12, 0usize..12, 1u8..4, share(), share());
    let identical = (0usize..12, 0usize..12, Just(0u8), Just(100u8), Just(100u8));
    prop::collection::vec(prop_oneof![4 => pair, 1 => identical], 0..30)
}

proptest! {
    #[test]
    fn keeps_to_the_rules(made in made(), pairs in pairs(), keep in 0u8..4, prefer: bool) {
        let order: Vec<usize> = (0..made.len()).collect();
        let scan = scan(&made, &pairs, &order);
        let settings = settings(keep, prefer);
        let dedup = Dedup::of(&scan, &settings);
        check(&scan, &dedup, &settings);
        check_groups(&scan, &dedup, settings.min_contained);
    }

    #[test]
    fn the_order_of_input_changes_nothing(
        made in made(), pairs in pairs(), keep in 0u8..4, prefer: bool, keys in prop::collection::vec(any::<u32>(), 12),
    ) {
        let settings = settings(keep, prefer);
        let mut order: Vec<usize> = (0..made.len()).collect();
        let one = scan(&made, &pairs, &order);
        order.sort_by_key(|x| keys[*x]);
        let other = scan(&made, &pairs, &order);
        let [one, other] = [one, other].map(|s| by_id(&s, &Dedup::of(&s, &settings)));
        prop_assert_eq!(one, other);
    }

    // Plain definition, where every pair holds each other: the first by rank that nothing kept holds is kept.
    #[test]
    fn of_equals_the_first_by_rank_stays(made in made(), pairs in pairs(), keep in 0u8..4) {
        let pairs: Vec<Pair> = pairs.into_iter().map(|(x, y, r, ..)| (x, y, r, 90, 90)).collect();
        let order: Vec<usize> = (0..made.len()).collect();
        let scan = scan(&made, &pairs, &order);
        let settings = settings(keep, false);
        let mut naive: Vec<u32> = Vec::new();
        for x in rank::order(&scan, &settings) {
            if !naive.iter().any(|y| may(&scan, x, *y, 0.8)) {
                naive.push(x);
            }
        }
        naive.sort_unstable();
        let kept = Dedup::of(&scan, &settings).kept(made.len());
        let kept: Vec<u32> = (0..made.len() as u32).filter(|x| kept[*x as usize]).collect();
        prop_assert_eq!(kept, naive);
    }
}

const PLAIN: Made = (None, 0, 1);

#[test]
fn a_roundup_does_not_go_for_a_brief_it_holds() {
    // The brief came first; the roundup has all of it.
    let made = [(Some(0), 0, 1), (Some(9), 0, 3)];
    let s = scan(&made, &[(0, 1, 2, 100, 10)], &[0, 1]);
    for keep in 0..4 {
        let dedup = Dedup::of(&s, &settings(keep, false));
        assert_eq!(
            by_id(&s, &dedup),
            BTreeMap::from([("id000".into(), "id001".into())])
        );
    }
}

#[test]
fn nothing_goes_by_way_of_a_third() {
    // 1 stands in 0, 2 in 1, and 2 was not compared with 0.
    let s = scan(
        &[PLAIN; 3],
        &[(0, 1, 1, 90, 90), (1, 2, 1, 90, 90)],
        &[0, 1, 2],
    );
    let dedup = Dedup::of(&s, &settings(3, false));
    assert_eq!(
        by_id(&s, &dedup),
        BTreeMap::from([("id001".into(), "id000".into())])
    );
    let [stay] = &dedup.stays[..] else {
        panic!("{:?}", dedup.stays)
    };
    assert_eq!((stay.article, stay.reason), (2, Reason::NotContained));
    // The best it has stands in what does not stay.
    assert_eq!(stay.best.map(|p| p.article), Some(1));
}

#[test]
fn speech_removes_nothing_and_the_threshold_is_the_least() {
    let one = |relation, share, least| {
        let s = scan(&[PLAIN; 2], &[(0, 1, relation, share, share)], &[0, 1]);
        let settings = DedupSettings {
            min_contained: least,
            ..DedupSettings::default()
        };
        Dedup::of(&s, &settings).removals.len()
    };
    assert_eq!(one(3, 100, 0.8), 0);
    assert_eq!(one(1, 80, 0.8), 1);
    assert_eq!(one(1, 79, 0.8), 0);
    assert_eq!(one(1, 79, 0.79), 1);
    assert_eq!(one(1, 99, 1.0), 0);
    assert_eq!(one(2, 100, 1.0), 1);
}

#[test]
fn in_a_large_cluster_what_holds_most_stays() {
    // 250 versions, each compared with number 7 alone, which is neither the first nor the longest.
    let n = 250;
    let pairs: Vec<Pair> = (0..n)
        .filter(|x| *x != 7)
        .map(|x| (x, 7, 1, 95, 85))
        .collect();
    let order: Vec<usize> = (0..n).collect();
    let s = scan(&vec![PLAIN; n], &pairs, &order);
    let dedup = Dedup::of(&s, &settings(3, false));
    assert_eq!(dedup.removals.len(), n - 1);
    assert!(dedup.removals.iter().all(|r| r.kept.article == 7));
}

#[test]
fn preferred_outlets_and_times_rank() {
    let order = [0, 1, 2, 3];
    let made = [
        (None, 0, 1),
        (Some(3), 1, 1),
        (Some(1), 2, 1),
        (Some(2), 0, 2),
    ];
    let s = scan(&made, &[], &order);
    let rank = |keep, prefer| rank::order(&s, &settings(keep, prefer));
    assert_eq!(rank(0, false), [2, 3, 1, 0]);
    assert_eq!(rank(0, true), [2, 3, 0, 1]);
    assert_eq!(rank(1, false), [3, 0, 1, 2]);
    assert_eq!(rank(3, false), [0, 1, 2, 3]);
}
