//! Which articles a cleaned corpus leaves out, and in favour of which others. It judges what a scan found: an article goes only
//! where the scan itself compared it with one that stays and found nearly all of it there, never by way of a third.

mod rank;
#[cfg(test)]
mod tests;

use std::{cmp::Reverse, collections::BinaryHeap, ops::Range};

use crate::{
    align::similarity::Relation,
    candidate::families::LARGE,
    detector::{Match, Scan},
};

pub use rank::Keep;

/// Least share of an article's prose that stands in the one it is removed in favour of, unless told otherwise.
pub const MIN_CONTAINED: f64 = 0.8;

/// How it is decided what stays.
#[derive(Clone, Debug, PartialEq)]
pub struct DedupSettings {
    /// Which of several that may stay does.
    pub keep: Keep,
    /// Outlets whose articles stay before those of others, the dearest first.
    pub prefer_outlets: Vec<String>,
    /// Least share of an article's prose that stands in the one it is removed in favour of, in (0, 1].
    pub min_contained: f64,
}

impl Default for DedupSettings {
    fn default() -> Self {
        Self {
            keep: Keep::default(),
            prefer_outlets: Vec::new(),
            min_contained: MIN_CONTAINED,
        }
    }
}

/// Another article that one was compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partner {
    /// Its index.
    pub article: u32,
    /// Index of their match.
    pub found: u32,
    /// The share of the one that stands in this.
    pub containment: f64,
}

/// An article that is left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Removal {
    /// Its index.
    pub article: u32,
    /// The article it is left out in favour of, which stays.
    pub kept: Partner,
}

/// Why an article stays although it has something of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Too little of it stands in any that stays.
    NotContained,
    /// Others are removed in favour of it that stand in nothing else.
    ForOthers,
}

impl Reason {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotContained => "kept_not_contained",
            Self::ForOthers => "kept_for_others",
        }
    }
}

/// An article that stays although it is of a cluster with others that do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stay {
    /// Its index.
    pub article: u32,
    /// Why.
    pub reason: Reason,
    /// The article that has most of it, among those that stay where there is one; none: it was compared with references alone.
    pub best: Option<Partner>,
}

/// What a cleaned corpus leaves out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dedup {
    /// What is left out, by article.
    pub removals: Vec<Removal>,
    /// What stays beside others of its cluster, by article.
    pub stays: Vec<Stay>,
}

impl Dedup {
    /// Decides for the articles of a scan; nothing goes where they are not held. The same for any order of input and any number
    /// of threads. O(matches · log matches).
    #[must_use]
    pub fn of(scan: &Scan, settings: &DedupSettings) -> Self {
        if !scan.is_held() {
            return Self::default();
        }
        let order = rank::order(scan, settings);
        let mut rank = vec![0u32; order.len()];
        for (r, x) in order.iter().enumerate() {
            rank[*x as usize] = r as u32;
        }
        let edges = Edges::of(scan, settings.min_contained);
        let state = Decider::new(&edges, &rank).decide(scan, &order);
        let is_kept = |x: u32| state[x as usize] == State::Kept;
        let of_rank = |p: &&Partner| rank[p.article as usize];
        let mut out = Self::default();
        for x in 0..order.len() as u32 {
            let kept = edges.holders(x).iter().filter(|p| is_kept(p.article));
            let kept = kept.min_by_key(of_rank).copied();
            match (is_kept(x), kept) {
                (false, Some(kept)) => out.removals.push(Removal { article: x, kept }),
                (true, Some(best)) => out.stays.push(Stay {
                    article: x,
                    reason: Reason::ForOthers,
                    best: Some(best),
                }),
                _ => {}
            }
        }
        let not_contained = not_contained(scan, &rank, &edges, is_kept);
        out.stays.extend(not_contained);
        out.stays.sort_by_key(|s| s.article);
        out
    }

    /// Whether each of `articles` articles stays.
    #[must_use]
    pub fn kept(&self, articles: usize) -> Vec<bool> {
        let mut kept = vec![true; articles];
        for r in &self.removals {
            if let Some(k) = kept.get_mut(r.article as usize) {
                *k = false;
            }
        }
        kept
    }

    /// How many stay for a reason.
    #[must_use]
    pub fn count(&self, reason: Reason) -> usize {
        self.stays.iter().filter(|s| s.reason == reason).count()
    }
}

/// The members of clusters that stay although others of them do, but for the first of each cluster.
fn not_contained(
    scan: &Scan,
    rank: &[u32],
    edges: &Edges,
    is_kept: impl Fn(u32) -> bool,
) -> Vec<Stay> {
    let mut best: Vec<Option<Partner>> = vec![None; rank.len()];
    for (i, m) in scan.matches.iter().enumerate() {
        let Some(contained) = containment(m) else {
            continue;
        };
        for (x, article, containment) in [(m.a, m.b, contained[0]), (m.b, m.a, contained[1])] {
            let found = Partner {
                article,
                found: i as u32,
                containment,
            };
            let slot = &mut best[x as usize];
            let better = slot.is_none_or(|b| {
                let key = |p: &Partner| (is_kept(p.article), p.containment);
                let ((k, c), (l, d)) = (key(&found), key(&b));
                k.cmp(&l)
                    .then(c.total_cmp(&d))
                    .then(rank[b.article as usize].cmp(&rank[article as usize]))
                    .is_gt()
            });
            if better {
                *slot = Some(found);
            }
        }
    }
    let mut out = Vec::new();
    for c in &scan.clusters {
        let kept = || c.members.iter().copied().filter(|x| is_kept(*x));
        let first = kept().min_by_key(|x| rank[*x as usize]);
        // What stays for the sake of others is told as that.
        let stays = kept()
            .filter(|x| Some(*x) != first && !edges.holders(*x).iter().any(|p| is_kept(p.article)));
        out.extend(stays.map(|x| Stay {
            article: x,
            reason: Reason::NotContained,
            best: best[x as usize],
        }));
    }
    out
}

/// What of each of the two stands in the other; none where they share speech alone.
fn containment(m: &Match) -> Option<[f64; 2]> {
    match m.relation {
        // Also where there is no prose to have a share of.
        Relation::Identical => Some([1.0; 2]),
        Relation::NearDuplicate | Relation::Reuse => Some(m.containment),
        Relation::Quotes => None,
    }
}

/// Which articles may be removed in favour of which.
struct Edges {
    /// Of each article those that hold it.
    holders: Lists,
    /// Of each article those that it holds.
    held: Lists,
}

/// A list for each article.
struct Lists {
    starts: Vec<usize>,
    partners: Vec<Partner>,
}

impl Lists {
    fn of(n: usize, mut pairs: Vec<(u32, Partner)>) -> Self {
        pairs.sort_unstable_by_key(|(x, p)| (*x, p.article));
        let mut starts = vec![0; n + 1];
        for (x, _) in &pairs {
            starts[*x as usize + 1] += 1;
        }
        for x in 0..n {
            starts[x + 1] += starts[x];
        }
        Self {
            starts,
            partners: pairs.into_iter().map(|(_, p)| p).collect(),
        }
    }

    fn range(&self, x: u32) -> Range<usize> {
        self.starts[x as usize]..self.starts[x as usize + 1]
    }

    fn get(&self, x: u32) -> &[Partner] {
        &self.partners[self.range(x)]
    }
}

impl Edges {
    fn of(scan: &Scan, least: f64) -> Self {
        let (mut holders, mut held) = (Vec::new(), Vec::new());
        for (i, m) in scan.matches.iter().enumerate() {
            let Some([a_in_b, b_in_a]) = containment(m) else {
                continue;
            };
            for (x, y, containment) in [(m.a, m.b, a_in_b), (m.b, m.a, b_in_a)] {
                if containment >= least {
                    let to = |article| Partner {
                        article,
                        found: i as u32,
                        containment,
                    };
                    holders.push((x, to(y)));
                    held.push((y, to(x)));
                }
            }
        }
        let n = scan.articles.len();
        Self {
            holders: Lists::of(n, holders),
            held: Lists::of(n, held),
        }
    }

    fn holders(&self, x: u32) -> &[Partner] {
        self.holders.get(x)
    }

    fn held(&self, x: u32) -> &[Partner] {
        self.held.get(x)
    }

    /// Whether `x` may be removed in favour of `y`.
    fn holds(&self, y: u32, x: u32) -> bool {
        let of = self.holders(x);
        of.binary_search_by_key(&y, |p| p.article).is_ok()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Undecided,
    Kept,
    Removed,
}

/// Keeps one article after the other, the first by rank of those that nothing longer still waiting holds, and removes what it
/// holds. So of equals the first by rank stays, and of a text and its extract the text.
struct Decider<'e> {
    edges: &'e Edges,
    rank: &'e [u32],
    state: Vec<State>,
    /// How many undecided articles hold each without standing in it themselves.
    waits_for: Vec<u32>,
    ready: BinaryHeap<Reverse<(u32, u32)>>,
}

impl<'e> Decider<'e> {
    fn new(edges: &'e Edges, rank: &'e [u32]) -> Self {
        let n = rank.len() as u32;
        let longer = |x: u32| {
            edges
                .holders(x)
                .iter()
                .filter(move |p| !edges.holds(x, p.article))
        };
        let waits_for: Vec<u32> = (0..n).map(|x| longer(x).count() as u32).collect();
        let ready = (0..n).filter(|x| waits_for[*x as usize] == 0);
        Self {
            edges,
            rank,
            state: vec![State::Undecided; n as usize],
            ready: ready.map(|x| Reverse((rank[x as usize], x))).collect(),
            waits_for,
        }
    }

    fn decide(mut self, scan: &Scan, order: &[u32]) -> Vec<State> {
        // Of a large cluster not all pairs are known. What holds most of the others must stay, or they all do.
        let large = scan.clusters.iter().filter(|c| c.members.len() > LARGE);
        let mut hubs: Vec<u32> = large.flat_map(|c| &c.members).copied().collect();
        let holds = |x: u32| self.edges.held(x).len();
        hubs.retain(|x| holds(*x) > 0);
        hubs.sort_unstable_by_key(|x| (Reverse(holds(*x)), self.rank[*x as usize]));
        for x in hubs {
            self.keep(x);
        }
        let mut rest = order.iter();
        loop {
            let next = match self.ready.pop() {
                Some(Reverse((_, x))) => x,
                // Each of some waits for another of them.
                None => match rest.find(|x| self.is_undecided(**x)) {
                    Some(x) => *x,
                    None => break,
                },
            };
            self.keep(next);
        }
        self.drop_needless(order);
        self.state
    }

    fn is_undecided(&self, x: u32) -> bool {
        self.state[x as usize] == State::Undecided
    }

    fn keep(&mut self, x: u32) {
        if !self.is_undecided(x) {
            return;
        }
        self.set(x, State::Kept);
        for p in self.edges.held(x) {
            if self.is_undecided(p.article) {
                self.set(p.article, State::Removed);
            }
        }
    }

    fn set(&mut self, x: u32, state: State) {
        self.state[x as usize] = state;
        for p in self.edges.held(x) {
            let z = p.article;
            if self.edges.holds(z, x) {
                continue;
            }
            let waits = &mut self.waits_for[z as usize];
            *waits = waits.saturating_sub(1);
            if *waits == 0 && self.is_undecided(z) {
                self.ready.push(Reverse((self.rank[z as usize], z)));
            }
        }
    }

    /// Removes what was kept before something that holds it was, where all that it holds stands in another that stays.
    fn drop_needless(&mut self, order: &[u32]) {
        let is_kept = |state: &[State], y: u32| state[y as usize] == State::Kept;
        for x in order.iter().rev().copied() {
            let stands_in = |state: &[State], z: u32| {
                let mut holders = self.edges.holders(z).iter();
                holders.any(|p| p.article != x && is_kept(state, p.article))
            };
            let needless =
                is_kept(&self.state, x)
                    && stands_in(&self.state, x)
                    && self.edges.held(x).iter().all(|p| {
                        is_kept(&self.state, p.article) || stands_in(&self.state, p.article)
                    });
            if needless {
                self.state[x as usize] = State::Removed;
            }
        }
    }
}
