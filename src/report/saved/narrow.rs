//! What is left of the clusters of a saved scan where some of its matches are left out.

use std::collections::BTreeMap;

use super::{Cluster, ClusterOrigin, Cohesion, Match, Saved};
use crate::report::model::round;

/// The relations that join articles to a cluster.
pub(super) const JOINING: [&str; 2] = ["identical", "near-duplicate"];

/// The clusters that the kept matches join: of each, the members that one of them still has.
pub(super) fn clusters(saved: &Saved, kept: &[bool]) -> BTreeMap<usize, Cluster> {
    let places: BTreeMap<&str, usize> = saved
        .clusters
        .iter()
        .enumerate()
        .map(|(i, c)| (&*c.id, i))
        .collect();
    let place = |id: &str| {
        let cluster = saved.article(id)?.cluster.as_deref()?;
        places.get(cluster).copied()
    };
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    let mut joined: BTreeMap<usize, Vec<&Match>> = BTreeMap::new();
    for (m, kept) in saved.matches.iter().zip(kept) {
        let Some(c) = place(&m.a).filter(|c| place(&m.b) == Some(*c)) else {
            continue;
        };
        if JOINING.contains(&&*m.relation) {
            *before.entry(c).or_default() += 1;
            if *kept {
                joined.entry(c).or_default().push(m);
            }
        }
    }
    let mut out = BTreeMap::new();
    for (c, matches) in joined {
        let Some(cluster) = saved.clusters.get(c) else {
            continue;
        };
        let new = if before.get(&c) == Some(&matches.len()) {
            cluster.clone()
        } else {
            narrowed(saved, cluster, &matches)
        };
        out.insert(c, new);
    }
    out
}

fn narrowed(saved: &Saved, cluster: &Cluster, matches: &[&Match]) -> Cluster {
    // How often each is matched, and how much of the others stands in it.
    let mut held: BTreeMap<&str, f64> = BTreeMap::new();
    for m in matches {
        *held.entry(&m.a).or_default() += m.containment[1];
        *held.entry(&m.b).or_default() += m.containment[0];
    }
    let is_member = |id: &str| held.contains_key(id);
    let representative = if is_member(&cluster.representative) {
        cluster.representative.clone()
    } else {
        let most = held
            .iter()
            .max_by(|x, y| x.1.total_cmp(y.1).then(y.0.cmp(x.0)));
        most.map_or_else(String::new, |(id, _)| (*id).to_owned())
    };
    let origin = cluster.origin.as_ref().map(|o| {
        let credits = |id: &&str| {
            let own = saved.article(id).and_then(|a| a.origin.as_ref());
            own.filter(|x| x.source == o.source).map(|x| x.confidence)
        };
        let surest = held
            .keys()
            .filter(|id| credits(id).is_some())
            .max_by(|x, y| {
                let [p, q] = [x, y].map(|id| credits(id).unwrap_or_default());
                p.total_cmp(&q).then(y.cmp(x))
            });
        let article = if is_member(&o.article) {
            o.article.clone()
        } else {
            surest.map_or_else(|| representative.clone(), |id| (*id).to_owned())
        };
        ClusterOrigin {
            article,
            ..o.clone()
        }
    });
    let scores = matches.iter().map(|m| m.score);
    Cluster {
        id: cluster.id.clone(),
        members: held.keys().map(|id| (*id).to_owned()).collect(),
        origin,
        cohesion: Cohesion {
            min: round(scores.clone().fold(1.0, f64::min)),
            mean: round(scores.sum::<f64>() / matches.len().max(1) as f64),
        },
        representative,
    }
}
