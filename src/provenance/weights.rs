//! How much each kind of evidence is believed, in one place. The table in `docs/provenance.md` says how often it was right.

use crate::recognise::Basis;

/// Confidence from which an origin is told.
pub const ORIGIN: f64 = 0.5;
/// Confidence from which a direction is told; below it stands `unknown`.
pub const VERDICT: f64 = 0.8;
/// Confidence never claimed beyond.
pub const MOST: f64 = 0.99;

/// A mark such as `Reuter` at the end of a text that opens with a dateline.
pub const MARK_UNDER_DATELINE: f64 = 0.95;
/// The byline of a person, where no agency is credited.
pub const STAFF: f64 = 0.85;
/// A byline that says that the person is on the staff.
pub const STAFF_SAYS_SO: f64 = 0.95;
/// An agency's own site, where the text credits nobody.
pub const SITE: f64 = 0.82;
/// Whom the page's metadata or the item names as its source, outside the text.
pub const DECLARED: f64 = 0.93;
/// Copy known to be an original.
pub const REFERENCE: f64 = 0.97;
/// A third article of the corpus, credited, that has the same passages.
pub const MATCHED: f64 = 0.85;
/// The text of one links to the other.
pub const LINK: f64 = 0.85;
/// A contributor's copy, where a match shares text with it.
pub const CONTRIBUTOR: f64 = 0.9;
/// A citation of the one on whose site the other article stands.
pub const CITED_AT_HOME: f64 = 0.88;
/// Both pages stand on one site, and credit nobody else.
pub const SAME_HOME: f64 = 0.85;
/// A mark alone at the end: told, and decides nothing, since it is seen under copy credited to others.
pub const MARK_ALONE: f64 = 0.5;
/// A byline of a person on one side of a match.
pub const STAFF_OF_PAIR: f64 = 0.6;
/// The version that others repeat.
pub const REPEATED: f64 = 0.55;
/// The version that holds the other.
pub const HOLDS: f64 = 0.55;

/// Share of what two articles share that must stand in a third for it to speak about them.
pub const COVERED: f64 = 0.5;

/// The share of credits in this place that tell the origin, as believed.
#[must_use]
pub fn of_basis(basis: Basis) -> f64 {
    match basis {
        Basis::Dateline | Basis::Byline => 0.97,
        Basis::Republication => 0.95,
        Basis::Copyright => 0.94,
        Basis::Closing => 0.93,
        Basis::Writer => 0.9,
        Basis::Form => 0.88,
        Basis::Caption => 0.8,
        Basis::Contributor => 0.75,
        Basis::Mark => 0.6,
        Basis::Text => 0.5,
    }
}

/// The odds of a probability in (0, 1).
#[must_use]
pub fn odds(p: f64) -> f64 {
    p / (1.0 - p)
}

/// The confidence of a hypothesis of such odds, where those of all hypotheses sum to `all`.
#[must_use]
pub fn confidence(own: f64, all: f64) -> f64 {
    (own / (1.0 + all)).min(MOST)
}
