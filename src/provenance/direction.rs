//! The direction of a match: who has it from whom, or both from a third.

use super::{
    origin::{Standing, Who},
    weights::{self, confidence, odds},
};
use crate::{
    document::{Document, Precision},
    recognise::{Agencies, Basis, Role},
    span::Span,
};

/// One of the two articles of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The article of lesser id.
    A,
    /// The other.
    B,
}

impl Side {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// Where the text of a match comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// One has it from the other.
    From(Side),
    /// Both have it from a third.
    Common(Who),
    /// The evidence does not tell.
    Unknown,
}

impl Verdict {
    /// The name in the output format.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::From(side) => side.name(),
            Self::Common(_) => "common",
            Self::Unknown => "unknown",
        }
    }
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it is: `credit`, `home`, `contributor`, `cited`, `matched`, `reference`, `link`, `staff`, `repeated`, `holds`, `version` or `published`.
    pub kind: &'static str,
    /// Which article it stands in, or speaks of.
    pub side: Side,
    /// Its place there, if it has one.
    pub span: Option<Span>,
    /// What it says, where no span does.
    pub value: Option<String>,
    /// What it speaks for; [`Verdict::Unknown`] where it is told only.
    pub speaks_for: Verdict,
    /// How much it is believed, in (0, 1); 0.5 decides nothing.
    pub weight: f64,
}

/// Who has a text from whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// The verdict.
    pub verdict: Verdict,
    /// How sure it is, in (0, 1); of `unknown`, 0.
    pub confidence: f64,
    /// Who published first, where both times are known: no verdict.
    pub lean: Option<Side>,
    /// Seconds from the publication of `a` to that of `b`.
    pub lag_seconds: Option<i64>,
    /// All that was weighed.
    pub evidence: Vec<Evidence>,
}

impl Default for Direction {
    fn default() -> Self {
        Self {
            verdict: Verdict::Unknown,
            confidence: 0.0,
            lean: None,
            lag_seconds: None,
            evidence: Vec::new(),
        }
    }
}

impl Direction {
    /// The same for two articles that share speech alone: both may have heard it. A verdict stands only where both sides say
    /// the same.
    #[must_use]
    pub fn of_speech(mut self) -> Self {
        let says = |side| {
            self.evidence
                .iter()
                .any(|e| e.side == side && e.speaks_for == self.verdict && e.weight > 0.5)
        };
        if !(says(Side::A) && says(Side::B)) {
            self.verdict = Verdict::Unknown;
            self.confidence = 0.0;
        }
        self
    }
}

/// One article of a match, as the evidence sees it.
#[derive(Clone, Copy, Debug)]
pub struct Party<'a> {
    /// Where it stands and who may be its origin.
    pub standing: &'a Standing,
    /// The article itself.
    pub document: &'a Document,
    /// Its text, or what stands for it with the web addresses left ([`blank`](crate::text::blank)).
    pub text: &'a str,
    /// How many others it is matched with.
    pub matches: usize,
}

/// A third article that has what the two share, or an original that does.
#[derive(Clone, Debug)]
pub struct Third {
    /// Who it comes from.
    pub who: Who,
    /// Its id.
    pub id: String,
    /// Which of the two was found to have its passages.
    pub side: Side,
    /// Whether it was given as an original.
    pub is_reference: bool,
}

/// Weighs what is known of a match. `containment` is the share of `a` in `b` and of `b` in `a`.
#[must_use]
pub fn weigh(
    a: &Party<'_>,
    b: &Party<'_>,
    containment: [f64; 2],
    thirds: &[Third],
    agencies: &Agencies,
) -> Direction {
    let mut evidence: Vec<Evidence> = Vec::new();
    for (side, own, other) in [(Side::A, a, b), (Side::B, b, a)] {
        credits(side, own, other, thirds, agencies, &mut evidence);
    }
    same_home(a, b, &mut evidence);
    let credited = thirds.iter().any(|t| t.is_reference)
        || evidence
            .iter()
            .any(|e| e.weight > 0.5 && matches!(e.kind, "credit" | "home" | "reference"));
    for t in thirds.iter().filter(|t| t.is_reference || !credited) {
        evidence.push(Evidence {
            kind: if t.is_reference {
                "reference"
            } else {
                "matched"
            },
            side: t.side,
            span: None,
            value: Some(t.id.clone()),
            speaks_for: Verdict::Common(t.who.clone()),
            weight: if t.is_reference {
                weights::REFERENCE
            } else {
                weights::MATCHED
            },
        });
    }
    shape(a, b, containment, &mut evidence);
    versions(a, b, &mut evidence);
    let (lean, lag_seconds) = times(a, b, &mut evidence);
    let (verdict, confidence) = decide(&evidence);
    Direction {
        verdict,
        confidence,
        lean,
        lag_seconds,
        evidence,
    }
}

/// What the credits of one article say.
fn credits(
    side: Side,
    own: &Party<'_>,
    other: &Party<'_>,
    thirds: &[Third],
    agencies: &Agencies,
    out: &mut Vec<Evidence>,
) {
    let all: f64 = own
        .standing
        .candidates
        .iter()
        .map(super::Candidate::odds)
        .sum();
    for c in &own.standing.candidates {
        let first = c.claims.first();
        let by_reference = first.is_some_and(|f| f.basis == "reference");
        // The original speaks for itself where it has what the two share.
        if by_reference && thirds.iter().any(|t| t.is_reference && t.who == c.who) {
            continue;
        }
        let speaks_for = if other.standing.is_of(&c.who, agencies) {
            Verdict::From(side.other())
        } else if c.at_home {
            Verdict::From(side)
        } else {
            Verdict::Common(c.who.clone())
        };
        let staff = c.who == Who::Own;
        // What the article's other credits leave of this one.
        let share = confidence(c.odds(), all).max(0.5);
        let mark_alone = first.is_some_and(|f| {
            f.basis == Basis::Mark.name() && f.weight < weights::MARK_UNDER_DATELINE
        });
        out.push(Evidence {
            kind: if staff {
                "staff"
            } else if c.at_home {
                "home"
            } else if by_reference {
                "reference"
            } else {
                "credit"
            },
            side,
            span: first.and_then(|f| f.span),
            value: None,
            speaks_for,
            weight: match (staff, mark_alone) {
                (true, _) => weights::STAFF_OF_PAIR,
                (_, true) => weights::MARK_ALONE,
                _ => share,
            },
        });
    }
    for n in &own.standing.named {
        let (speaks_for, weight) = match (n.role, other.standing.is_of(&n.who, agencies)) {
            (Role::Contributor, true) => (Verdict::From(side.other()), weights::CONTRIBUTOR),
            (Role::Contributor, false)
                if n.who != Who::Own && !own.standing.is_of(&n.who, agencies) =>
            {
                (Verdict::Common(n.who.clone()), weights::CONTRIBUTOR)
            }
            (Role::Cited, true) if !own.standing.is_of(&n.who, agencies) => {
                (Verdict::From(side.other()), weights::CITED_AT_HOME)
            }
            _ => continue,
        };
        // Named twice is named once.
        let told =
            |e: &Evidence| e.side == side && e.kind == n.role.name() && e.speaks_for == speaks_for;
        if !out.iter().any(told) {
            out.push(Evidence {
                kind: n.role.name(),
                side,
                span: n.span,
                value: None,
                speaks_for,
                weight,
            });
        }
    }
    if own.standing.is_linked_from(other.text) {
        out.push(Evidence {
            kind: "link",
            side: side.other(),
            span: None,
            value: None,
            speaks_for: Verdict::From(side),
            weight: weights::LINK,
        });
    }
}

/// Two pages of one site, neither credited to anybody else: versions by one hand.
fn same_home(a: &Party<'_>, b: &Party<'_>, out: &mut Vec<Evidence>) {
    let Some(home) = a.standing.home.filter(|h| b.standing.home == Some(*h)) else {
        return;
    };
    out.retain(|e| e.kind != "home");
    let is_own = |p: &Party<'_>| p.standing.candidates.iter().all(|c| c.at_home);
    if is_own(a) && is_own(b) {
        out.push(Evidence {
            kind: "home",
            side: Side::A,
            span: None,
            value: None,
            speaks_for: Verdict::Common(Who::Agency(home)),
            weight: weights::SAME_HOME,
        });
    }
}

/// What is told by which version is whole and which is repeated: never enough for a verdict.
fn shape(a: &Party<'_>, b: &Party<'_>, containment: [f64; 2], out: &mut Vec<Evidence>) {
    let mut speak = |kind, side, value: String, weight| {
        out.push(Evidence {
            kind,
            side,
            span: None,
            value: Some(value),
            speaks_for: Verdict::From(side),
            weight,
        });
    };
    let [a_in_b, b_in_a] = containment;
    for (side, inside, holds) in [(Side::A, b_in_a, a_in_b), (Side::B, a_in_b, b_in_a)] {
        if inside >= 0.9 && holds <= 0.7 {
            speak(
                "holds",
                side,
                format!("{inside:.2}/{holds:.2}"),
                weights::HOLDS,
            );
        }
    }
    for (side, own, other) in [(Side::A, a, b), (Side::B, b, a)] {
        if own.matches >= 2 * other.matches + 2 {
            speak(
                "repeated",
                side,
                format!("{}/{}", own.matches, other.matches),
                weights::REPEATED,
            );
        }
    }
}

/// Two versions of one item, by the lasting name that its provider gave it: told, as it does not say which text is older.
fn versions(a: &Party<'_>, b: &Party<'_>, out: &mut Vec<Evidence>) {
    let items = [a, b].map(|party| party.document.meta.item.as_deref());
    let [Some(x), Some(y)] = items else { return };
    if x.guid.is_none() || x.guid != y.guid {
        return;
    }
    for (side, item) in [(Side::A, x), (Side::B, y)] {
        out.push(Evidence {
            kind: "version",
            side,
            span: None,
            value: item.version.clone(),
            speaks_for: Verdict::Unknown,
            weight: 0.5,
        });
    }
}

/// Who published first, and how long before: a lean, never a verdict.
fn times(a: &Party<'_>, b: &Party<'_>, out: &mut Vec<Evidence>) -> (Option<Side>, Option<i64>) {
    const DAY: i64 = 86_400;
    let published = [a, b].map(|party| party.document.meta.published.as_ref());
    let [Some(x), Some(y)] = published else {
        return (None, None);
    };
    let (Some(s), Some(t)) = (x.seconds, y.seconds) else {
        return (None, None);
    };
    for (side, m) in [(Side::A, x), (Side::B, y)] {
        out.push(Evidence {
            kind: "published",
            side,
            span: None,
            value: m.rfc3339(),
            speaks_for: Verdict::Unknown,
            weight: 0.5,
        });
    }
    let lag = t - s;
    // Unless both say in which zone they count, their clocks may be most of a day apart; a day is told by its midnight.
    let blur = match (x.precision, y.precision, x.zoned && y.zoned) {
        (Precision::Day, Precision::Day, _) => DAY,
        (Precision::Day, _, _) | (_, Precision::Day, _) => 2 * DAY,
        (_, _, true) => 60,
        _ => DAY + 2 * 3600,
    };
    let lean = (lag.abs() >= blur).then_some(if lag > 0 { Side::A } else { Side::B });
    (lean, Some(lag))
}

/// The hypothesis of the greatest odds, from a confidence of [`weights::VERDICT`].
fn decide(evidence: &[Evidence]) -> (Verdict, f64) {
    let mut hypotheses: Vec<(&Verdict, f64)> = Vec::new();
    for e in evidence
        .iter()
        .filter(|e| e.speaks_for != Verdict::Unknown && e.weight != 0.5)
    {
        match hypotheses.iter_mut().find(|h| *h.0 == e.speaks_for) {
            Some(h) => h.1 *= odds(e.weight),
            None => hypotheses.push((&e.speaks_for, odds(e.weight))),
        }
    }
    let all: f64 = hypotheses.iter().map(|h| h.1).sum();
    let best = hypotheses
        .iter()
        .max_by(|x, y| x.1.total_cmp(&y.1).then(y.0.cmp(x.0)));
    match best.map(|(v, o)| (*v, confidence(*o, all))) {
        Some((verdict, c)) if c >= weights::VERDICT => (verdict.clone(), c),
        _ => (Verdict::Unknown, 0.0),
    }
}
