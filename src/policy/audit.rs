//! The attribution audit: which articles print copy that is known to be somebody's without saying so. It judges what a scan
//! found. Precision goes before recall: whatever could be a credit is one.

mod broken;
mod naming;
mod table;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, ops::Range};

use rayon::prelude::*;

use crate::{
    detector::{Article, Copy, Detector, KNOWN, Match, Scan, span_of},
    document::{Meta, ReferenceKind},
    provenance::{
        Candidate, Outlet, Side, Standing, Verdict, Who,
        weights::{COVERED, ORIGIN, REFERENCE, confidence},
    },
    recognise::{CHAR, QUOTED, is_prose},
    span::Span,
};

pub use broken::Abstention;
pub use table::{Category, Count, Row};

/// Least words shared of a finding, unless told otherwise.
pub const WORDS: u32 = 60;
/// Least share of an article's prose that is copy, of `uncredited`.
pub const SHARE: f64 = 0.2;

/// The chance that a finding is wrong although the known copy is what it is taken for; see [`Finding::confidence`].
pub mod risk {
    /// At least half of the article is the known copy.
    pub const WHOLE: f64 = 0.02;
    /// Less is: the rest may have come with a credit that was cut.
    pub const PART: f64 = 0.06;
    /// What is known of the two articles does not tell whose text it is; the known copy is an article of the corpus.
    pub const UNDIRECTED: f64 = 0.1;
    /// The article credits another: the reference set may hold what that other wrote.
    pub const CONTRADICTED: f64 = 0.05;
    /// A reference set seldom holds all that its source has written.
    pub const UNSUPPORTED: f64 = 0.5;
}

/// What is wrong with the credits of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// It has known copy of a source that it names nowhere.
    Uncredited,
    /// It credits one, and is a reference text of another.
    Miscredited,
    /// It credits one of whom a reference set was given, and shares nothing with it. For information.
    Unsupported,
}

impl FindingKind {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uncredited => "uncredited",
            Self::Miscredited => "miscredited",
            Self::Unsupported => "unsupported",
        }
    }
}

/// What an article's outlet and the source have to do with each other, as the table of outlets says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationToSource {
    /// One owner has both.
    SameOwner,
    /// The outlet subscribes to the source.
    Licensed,
    /// Nothing is known of either.
    Other,
}

impl RelationToSource {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SameOwner => "same-owner",
            Self::Licensed => "licensed",
            Self::Other => "other",
        }
    }
}

/// Where a piece of evidence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An article of the scan, by its index.
    Article(u32),
    /// A reference of the scan, by its index.
    Reference(u32),
}

impl Place {
    /// The article.
    #[must_use]
    pub fn article(self, scan: &Scan) -> Option<&Article> {
        match self {
            Self::Article(x) => scan.articles.get(x as usize),
            Self::Reference(x) => scan.references.get(x as usize),
        }
    }
}

/// Why somebody is taken for the source of an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The article it stands in.
    pub place: Place,
    /// Where there: the name of a basis of credits, `site`, `staff`, or `reference` for a text given as an original.
    pub basis: &'static str,
    /// Its place in the text; none: it stands in the byline, or is the address or the reference set.
    pub span: Option<Span>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Index of the article.
    pub article: u32,
    /// Whose copy it has; of `unsupported`, whom it credits.
    pub source: Who,
    /// Whom it credits; none: nobody, or of `uncredited` nobody but its own staff.
    pub credited: Option<Who>,
    /// Words of its prose that are known copy, speech in quotation marks not counted.
    pub words: u32,
    /// The share of its prose that those are.
    pub share: f64,
    /// How sure it is: the confidence in the source of the known copy (of `unsupported`, in the article's credit), times one
    /// less each [`risk`] that applies.
    pub confidence: f64,
    /// What its outlet has to do with the source.
    pub relation: RelationToSource,
    /// The article or reference known to be the source's that has most of the copy.
    pub known: Option<Place>,
    /// Where the copy stands in the article.
    pub passages: Vec<Span>,
    /// What was looked through for the source's name.
    pub searched: Vec<&'static str>,
    /// Why the copy is known to be the source's, then whom the article credits.
    pub evidence: Vec<Evidence>,
}

/// How the audit is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AuditSettings {
    /// Least words shared.
    pub words: u32,
    /// Least share of the article's prose, of `uncredited`.
    pub share: f64,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            words: WORDS,
            share: SHARE,
        }
    }
}

/// What the audit found.
#[derive(Debug, Default)]
pub struct Audit {
    /// The findings, by article, then by the name of the source.
    pub findings: Vec<Finding>,
    /// The articles not judged, and why.
    pub abstained: Vec<(u32, Abstention)>,
    /// The credits of each outlet and month, by name and month.
    pub table: Vec<Row>,
}

impl Audit {
    /// Audits the articles of a scan that `detector` made. The same for any number of threads.
    #[must_use]
    pub fn of(scan: &Scan, detector: &Detector, settings: AuditSettings) -> Self {
        let mut sets: Vec<Who> = scan
            .references
            .iter()
            .filter_map(|r| r.document.reference.as_ref())
            .map(|r| detector.named(&r.name))
            .collect();
        sets.sort_unstable();
        sets.dedup();
        let judge = Judge {
            scan,
            detector,
            settings,
            sets,
        };
        let judged: Vec<Judged> = (0..scan.articles.len() as u32)
            .into_par_iter()
            .map(|x| judge.article(x))
            .collect();
        let table = table::rows(scan, &judged);
        let mut out = Self {
            table,
            ..Self::default()
        };
        for (x, mut j) in judged.into_iter().enumerate() {
            let name = |f: &Finding| f.source.name(detector.agencies()).to_owned();
            j.findings.sort_by_cached_key(|f| (name(f), f.kind));
            out.findings.append(&mut j.findings);
            out.abstained.extend(j.abstained.map(|a| (x as u32, a)));
        }
        out
    }

    /// How many findings there are of each kind.
    #[must_use]
    pub fn count(&self, kind: FindingKind) -> usize {
        self.findings.iter().filter(|f| f.kind == kind).count()
    }

    /// How many articles were not judged, by reason.
    #[must_use]
    pub fn abstentions(&self) -> BTreeMap<&'static str, usize> {
        let mut out = BTreeMap::new();
        for (_, reason) in &self.abstained {
            *out.entry(reason.name()).or_default() += 1;
        }
        out
    }
}

/// What is made of one article.
#[derive(Debug)]
struct Judged {
    findings: Vec<Finding>,
    abstained: Option<Abstention>,
    /// What its credits say.
    category: Category,
    /// Words of its prose.
    words: u32,
    /// How many of them are uncredited copy, and of what kind.
    uncredited: Option<(Category, u32)>,
}

struct Judge<'s> {
    scan: &'s Scan,
    detector: &'s Detector,
    settings: AuditSettings,
    /// Of whom reference sets were given.
    sets: Vec<Who>,
}

impl Judge<'_> {
    fn article(&self, x: u32) -> Judged {
        let a = &self.scan.articles[x as usize];
        let credit = self.credit(x);
        let mut findings = Vec::new();
        let mut contested = false;
        if !self.is_reference(a) {
            contested = self.copied(x, &mut findings);
            findings.extend(self.unsupported(x));
        }
        let told = findings.iter().any(|f| f.kind != FindingKind::Unsupported) || contested;
        let reason = if told || credit.is_none() {
            broken::reason(a).or(contested.then_some(Abstention::Contested))
        } else {
            None
        };
        if reason.is_some() {
            findings.clear();
        }
        let uncredited = findings.iter().find(|f| f.kind == FindingKind::Uncredited);
        Judged {
            abstained: reason,
            category: match credit {
                Some((who, _)) => self.category(x, who),
                None if reason.is_some() => Category::NotJudged,
                None => Category::NoSource,
            },
            words: words(a, std::iter::once(0..a.parts.flags.len() as u32), is_prose),
            uncredited: uncredited.map(|f| (self.category_of_copy(f), f.words)),
            findings,
        }
    }

    /// Whether an article was given as a reference as well: then it is the original.
    fn is_reference(&self, a: &Article) -> bool {
        let file = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let d = &a.document;
        self.scan.references.iter().any(|r| {
            let r = &r.document;
            r.record == d.record && file(&r.path) == file(&d.path) && r.text == d.text
        })
    }

    /// Finds what is copied and not credited; whether credits elsewhere contradict each other about it.
    fn copied(&self, x: u32, findings: &mut Vec<Finding>) -> bool {
        let a = &self.scan.articles[x as usize];
        let copies = &self.scan.copies[x as usize];
        let mut contested = false;
        // What was given as an original is believed before what a credit says.
        let mut in_order: Vec<&Copy> = copies.iter().collect();
        in_order.sort_by_key(|c| c.reference.is_none());
        for c in in_order {
            let told = |f: &Finding| self.are_kin(&f.source, &c.who);
            let own_words = is_own_prose(a, &c.ranges);
            if own_words < self.settings.words || findings.iter().any(told) || self.names(x, c) {
                continue;
            }
            if c.reference.is_none() && self.is_from(x, c) {
                continue;
            }
            let others = copies.iter().filter(|d| {
                !self.are_kin(&d.who, &c.who) && 2 * shared(&c.ranges, &d.ranges) >= size(&c.ranges)
            });
            let (named, unnamed): (Vec<&Copy>, Vec<&Copy>) = others.partition(|d| self.names(x, d));
            if c.reference.is_none() {
                // The passage is known by a credit that the article has too, or by an original.
                if !named.is_empty() || unnamed.iter().any(|d| d.reference.is_some()) {
                    continue;
                }
            }
            let Some(finding) = self.finding(x, c, own_words) else {
                continue;
            };
            let rival = |d: &&Copy| c.reference.is_some() == d.reference.is_some();
            if unnamed.iter().any(rival) || self.is_contradicted(x, c) {
                contested = true;
                continue;
            }
            findings.push(finding);
        }
        contested
    }

    fn finding(&self, x: u32, c: &Copy, own_words: u32) -> Option<Finding> {
        let a = &self.scan.articles[x as usize];
        let all = words(a, std::iter::once(0..a.parts.flags.len() as u32), is_prose);
        let share = f64::from(own_words) / f64::from(all.max(1));
        let credit = self
            .credit(x)
            .filter(|(who, sure)| **who != Who::Own && *sure >= KNOWN && !self.is_home(x, who));
        let is_reference = c.reference.is_some();
        let is_whole = f64::from(c.prose) >= COVERED * a.parts.prose_tokens() as f64;
        let kind = match credit {
            Some(_) if is_reference && is_whole => FindingKind::Miscredited,
            _ if share >= self.settings.share => FindingKind::Uncredited,
            _ => return None,
        };
        let known = self.place(c)?;
        let mut sure = if is_reference {
            REFERENCE
        } else {
            self.sure_of(known, &c.who)
        };
        sure *= 1.0 - if is_whole { risk::WHOLE } else { risk::PART };
        if !is_reference && !self.is_directed(x, c) {
            sure *= 1.0 - risk::UNDIRECTED;
        }
        if credit.is_some() {
            sure *= 1.0 - risk::CONTRADICTED;
        }
        let mut evidence = self.evidence(known, &c.who);
        if let Some((who, _)) = credit {
            evidence.extend(self.evidence(Place::Article(x), who));
        }
        Some(Finding {
            kind,
            article: x,
            source: c.who.clone(),
            credited: credit.map(|(who, _)| who.clone()),
            words: own_words,
            share,
            confidence: sure,
            relation: self.relation(x, &c.who),
            known: Some(known),
            passages: c.ranges.iter().map(|r| span_of(&a.tokens, r)).collect(),
            searched: naming::searched(a),
            evidence,
        })
    }

    /// Credits one of whom a reference set was given, and shares nothing with it.
    fn unsupported(&self, x: u32) -> Option<Finding> {
        let (who, sure) = self.credit(x)?;
        let has_set = self.sets.iter().any(|s| self.are_kin(s, who));
        let mut copies = self.scan.copies[x as usize].iter();
        let supported = copies.any(|c| c.reference.is_some() && self.are_kin(&c.who, who));
        (has_set && !supported && sure >= ORIGIN && !self.is_home(x, who)).then(|| Finding {
            kind: FindingKind::Unsupported,
            article: x,
            source: who.clone(),
            credited: Some(who.clone()),
            words: 0,
            share: 0.0,
            confidence: sure * (1.0 - risk::UNSUPPORTED),
            relation: self.relation(x, who),
            known: None,
            passages: Vec::new(),
            searched: naming::searched(&self.scan.articles[x as usize]),
            evidence: self.evidence(Place::Article(x), who),
        })
    }

    /// Whom an article credits, with the confidence that its credits alone give.
    fn credit(&self, x: u32) -> Option<(&Who, f64)> {
        let standing = &self.scan.standings[x as usize];
        best_credit(standing).filter(|(_, sure)| *sure >= ORIGIN)
    }

    fn is_home(&self, x: u32, who: &Who) -> bool {
        let agencies = self.detector.agencies();
        let standing = &self.scan.standings[x as usize];
        let at_home = |c: &Candidate| c.who == *who && c.at_home;
        standing.candidates.iter().any(at_home) || standing.is_of(who, agencies)
    }

    /// Whether anything in an article, or in what came with it, could credit the source of a copy.
    fn names(&self, x: u32, c: &Copy) -> bool {
        let (a, standing) = (
            &self.scan.articles[x as usize],
            &self.scan.standings[x as usize],
        );
        naming::names(a, standing, &c.who, c.reference, self.detector.agencies())
    }

    fn are_kin(&self, x: &Who, y: &Who) -> bool {
        let agencies = self.detector.agencies();
        x == y || agencies.are_kin(x.name(agencies), y.name(agencies))
    }

    /// The match of an article with the article of the corpus that shows a copy to be the source's.
    fn match_with(&self, x: u32, c: &Copy) -> Option<(&Match, Side)> {
        let Some(Place::Article(y)) = self.place(c) else {
            return None;
        };
        let pair = (x.min(y), x.max(y));
        let found = self
            .scan
            .matches
            .binary_search_by_key(&pair, |m| (m.a, m.b));
        let side = if x < y { Side::A } else { Side::B };
        found.ok().map(|i| (&self.scan.matches[i], side))
    }

    /// Whether the other article may have the text from this one, or both from somebody else.
    fn is_from(&self, x: u32, c: &Copy) -> bool {
        let Some((m, side)) = self.match_with(x, c) else {
            return false;
        };
        let other_home = matches!(self.place(c), Some(Place::Article(y)) if self.is_home(y, &c.who));
        match &m.direction.verdict {
            Verdict::From(from) => *from == side,
            Verdict::Common(who) => !self.are_kin(who, &c.who),
            // An outlet's own article that came later is no original of this one.
            Verdict::Unknown => other_home && m.direction.lean == Some(side),
        }
    }

    /// Whether the evidence on the two articles says as well that this one has its text from the source.
    fn is_directed(&self, x: u32, c: &Copy) -> bool {
        self.match_with(x, c)
            .is_some_and(|(m, _)| m.direction.verdict != Verdict::Unknown)
    }

    /// Whether an article surely credits another than the source of copy that is known by a credit alone.
    fn is_contradicted(&self, x: u32, c: &Copy) -> bool {
        let other = |(who, sure): (&Who, f64)| {
            *who != Who::Own && sure >= KNOWN && !self.is_home(x, who)
        };
        c.reference.is_none() && self.credit(x).is_some_and(other)
    }

    fn place(&self, c: &Copy) -> Option<Place> {
        let (articles, place): (&[Article], fn(u32) -> Place) = match c.reference {
            None => (&self.scan.articles, Place::Article),
            Some(_) => (&self.scan.references, Place::Reference),
        };
        let found = articles.binary_search_by(|a| a.document.id.cmp(&c.of));
        found.ok().map(|i| place(i as u32))
    }

    fn sure_of(&self, known: Place, who: &Who) -> f64 {
        let Place::Article(y) = known else {
            return REFERENCE;
        };
        best_credit(&self.scan.standings[y as usize])
            .filter(|(w, _)| *w == who)
            .map_or(KNOWN, |(_, sure)| sure)
    }

    /// What shows an article to be somebody's.
    fn evidence(&self, place: Place, who: &Who) -> Vec<Evidence> {
        let one = |basis, span| Evidence { place, basis, span };
        let Place::Article(y) = place else {
            return vec![one("reference", None)];
        };
        let candidates = &self.scan.standings[y as usize].candidates;
        candidates
            .iter()
            .filter(|c| c.who == *who)
            .flat_map(|c| &c.claims)
            .filter(|c| c.basis != "reference")
            .map(|c| one(c.basis, c.span))
            .collect()
    }

    fn relation(&self, x: u32, who: &Who) -> RelationToSource {
        let agencies = self.detector.agencies();
        let Some(outlet) = &self.scan.standings[x as usize].outlet else {
            return RelationToSource::Other;
        };
        let owner = self
            .outlet_of(who)
            .and_then(|o| o.owner.as_ref())
            .filter(|o| !o.is_empty());
        let name = who.name(agencies);
        if owner.is_some() && owner == outlet.owner.as_ref() {
            RelationToSource::SameOwner
        } else if outlet.wires.iter().any(|w| agencies.are_kin(w, name)) {
            RelationToSource::Licensed
        } else {
            RelationToSource::Other
        }
    }

    /// A source as the table of outlets has it: by its names, else by its sites.
    fn outlet_of(&self, who: &Who) -> Option<&Outlet> {
        let agencies = self.detector.agencies();
        let mut named = vec![who.name(agencies)];
        if let Who::Agency(i) = who {
            let agency = &agencies.all()[*i as usize];
            named.extend(agency.names.iter().chain(&agency.sites).map(|s| &**s));
        }
        named.into_iter().find_map(|name| {
            self.detector.outlets().of(&Meta {
                outlet: Some(name.into()),
                ..Meta::default()
            })
        })
    }

    fn category(&self, x: u32, who: &Who) -> Category {
        if *who == Who::Own || self.is_home(x, who) {
            Category::Own
        } else if self.is_release(who) {
            Category::PressRelease
        } else {
            Category::CreditedWire
        }
    }

    fn category_of_copy(&self, f: &Finding) -> Category {
        let kind = match f.known {
            Some(Place::Reference(r)) => self.scan.references[r as usize]
                .document
                .reference
                .as_ref()
                .map(|r| r.kind),
            _ => None,
        };
        let is_statement = matches!(
            kind,
            Some(ReferenceKind::PressRelease | ReferenceKind::Government)
        );
        if is_statement || self.is_release(&f.source) {
            Category::PressRelease
        } else {
            Category::UncreditedWire
        }
    }

    fn is_release(&self, who: &Who) -> bool {
        let all = self.detector.agencies().all();
        matches!(who, Who::Agency(i) if all[*i as usize].kind == crate::recognise::AgencyKind::PressRelease)
    }
}

/// The likeliest origin by credits, what reference sets say left out.
fn best_credit(standing: &Standing) -> Option<(&Who, f64)> {
    let credits: Vec<(&Who, f64)> = standing
        .candidates
        .iter()
        .filter_map(|c| {
            let mut alone = c.clone();
            alone.claims.retain(|c| c.basis != "reference");
            (!alone.claims.is_empty()).then(|| (&c.who, alone.odds()))
        })
        .collect();
    let all: f64 = credits.iter().map(|c| c.1).sum();
    let best = credits
        .into_iter()
        .max_by(|x, y| x.1.total_cmp(&y.1).then(y.0.cmp(x.0)))?;
    Some((best.0, confidence(best.1, all)))
}

/// Words among the tokens of some ranges that are wanted: two characters of a script without spaces are one.
fn words(a: &Article, ranges: impl Iterator<Item = Range<u32>>, wanted: fn(u8) -> bool) -> u32 {
    let halves: u32 = ranges
        .filter_map(|r| a.parts.flags.get(r.start as usize..r.end as usize))
        .flatten()
        .filter(|f| wanted(**f))
        .map(|f| if f & CHAR == 0 { 2 } else { 1 })
        .sum();
    halves / 2
}

/// Words of prose in some ranges that are nobody's speech: a statement that two print is not the copy of one.
fn is_own_prose(a: &Article, ranges: &[Range<u32>]) -> u32 {
    words(a, ranges.iter().cloned(), |f| is_prose(f) && f & QUOTED == 0)
}

fn size(ranges: &[Range<u32>]) -> u32 {
    ranges.iter().map(|r| r.end - r.start).sum()
}

/// How many tokens of some ranges stand in others, which ascend and are apart.
fn shared(some: &[Range<u32>], others: &[Range<u32>]) -> u32 {
    let holds = |t: u32| {
        let i = others.partition_point(|o| o.end <= t);
        others.get(i).is_some_and(|o| o.start <= t)
    };
    some.iter()
        .flat_map(Clone::clone)
        .filter(|t| holds(*t))
        .count() as u32
}
