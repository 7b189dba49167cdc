//! One article judged: what of it is known copy, and whether anything in it says so.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Abstention, AuditSettings, Category, Evidence, Finding, FindingKind, Place, RelationToSource,
    broken, naming, risk,
};
use crate::{
    align::PassageKind,
    detector::{Article, Copy, Detector, KNOWN, Match, Scan, overlap},
    document::{Document, Meta, ReferenceKind},
    provenance::{
        Candidate, Outlet, Side, Standing, Verdict, Who, odds_of,
        weights::{COVERED, ORIGIN, REFERENCE, confidence},
    },
    recognise::{AgencyKind, CHAR, QUOTED, is_prose},
};

/// What is made of one article.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) abstained: Option<Abstention>,
    /// What its credits say.
    pub(super) category: Category,
    /// Words of its prose.
    pub(super) words: u32,
    /// How many of them are uncredited copy, and of what kind.
    pub(super) uncredited: Option<(Category, u32)>,
}

/// What an article holds of somebody's copy.
#[derive(Debug, Default)]
struct Held {
    /// Its tokens, ascending.
    ranges: Vec<Range<u32>>,
    /// Words among them that are nobody's speech.
    words: u32,
}

pub(super) struct Judge<'s> {
    scan: &'s Scan,
    detector: &'s Detector,
    settings: AuditSettings,
    /// Of whom reference sets were given.
    sets: Vec<Who>,
    /// The references, by what an article is known again by.
    originals: FxHashSet<Identity<'s>>,
    /// Of each agency that there is copy of, those whose credit is as right.
    kin: FxHashMap<u16, Vec<u16>>,
}

/// The name of a file, the record of it, the text.
type Identity<'d> = (&'d str, Option<u64>, &'d str);

fn identity(d: &Document) -> Identity<'_> {
    let file = d.path.rsplit('/').next().unwrap_or("");
    (file, d.record, &d.text)
}

impl<'s> Judge<'s> {
    pub(super) fn new(scan: &'s Scan, detector: &'s Detector, settings: AuditSettings) -> Self {
        let mut sets: Vec<Who> = scan
            .references
            .iter()
            .filter_map(|r| r.document.reference.as_ref())
            .map(|r| detector.named(&r.name))
            .collect();
        sets.sort_unstable();
        sets.dedup();
        let agencies = detector.agencies();
        let mut kin: FxHashMap<u16, Vec<u16>> = FxHashMap::default();
        for c in scan.copies.iter().flatten() {
            if let Who::Agency(i) = c.who {
                kin.entry(i).or_insert_with(|| {
                    let source = &agencies.all()[i as usize].id;
                    let all = agencies.all().iter().enumerate();
                    let same = all.filter(|(_, a)| agencies.are_kin(&a.id, source));
                    same.map(|(j, _)| j as u16).collect()
                });
            }
        }
        Self {
            scan,
            detector,
            settings,
            sets,
            originals: scan
                .references
                .iter()
                .map(|r| identity(&r.document))
                .collect(),
            kin,
        }
    }

    pub(super) fn article(&self, x: u32) -> Judged {
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
            words: prose_words(a),
            uncredited: uncredited.map(|f| (self.category_of_copy(f), f.words)),
            findings,
        }
    }

    /// Whether an article was given as a reference as well: then it is the original.
    fn is_reference(&self, a: &Article) -> bool {
        self.originals.contains(&identity(&a.document))
    }

    /// Finds what is copied and not credited; whether credits elsewhere contradict each other about it.
    fn copied(&self, x: u32, findings: &mut Vec<Finding>) -> bool {
        let copies = &self.scan.copies[x as usize];
        let mut contested = false;
        // What was given as an original is believed before what a credit says.
        let mut in_order: Vec<&Copy> = copies.iter().collect();
        in_order.sort_by_key(|c| c.reference.is_none());
        for c in in_order {
            // Who is known by a credit alone must be somebody whose trade it is: a person may sign anywhere.
            if c.reference.is_none() && !matches!(c.who, Who::Agency(_)) {
                continue;
            }
            let told = |f: &Finding| self.are_kin(&f.source, &c.who);
            let held = self.held(x, c);
            if held.words < self.settings.words || findings.iter().any(told) || self.names(x, c) {
                continue;
            }
            if c.reference.is_none() && (self.is_from(x, c) || self.credited_other(x).is_some()) {
                continue;
            }
            let others = copies.iter().filter(|d| {
                !self.are_kin(&d.who, &c.who)
                    && 2 * overlap(&held.ranges, &d.ranges) >= size(&held.ranges)
            });
            let (named, unnamed): (Vec<&Copy>, Vec<&Copy>) = others.partition(|d| self.names(x, d));
            if c.reference.is_none() {
                // The passage is known by a credit that the article has too, or by an original.
                if !named.is_empty() || unnamed.iter().any(|d| d.reference.is_some()) {
                    continue;
                }
            }
            let Some(finding) = self.finding(x, c, &held) else {
                continue;
            };
            let rival = |d: &&Copy| c.reference.is_some() == d.reference.is_some();
            if unnamed.iter().any(rival) {
                contested = true;
                continue;
            }
            findings.push(finding);
        }
        contested
    }

    /// Where the copy stands in the article, and how many words of it are nobody's speech. Of an article known by its
    /// credits, that is what the two share, less what is told in the first person and what either has in quotation marks:
    /// statements and posts that both print are not the copy of one.
    fn held(&self, x: u32, c: &Copy) -> Held {
        let a = &self.scan.articles[x as usize];
        let own = |a: &Article, r: &Range<u32>| {
            words(a, std::iter::once(r.clone()), |f| {
                is_prose(f) && f & QUOTED == 0
            })
        };
        let Some((m, side)) = self.match_with(x, c) else {
            // A statement given as an original may speak for itself; an agency does not.
            let may_speak = c.reference.is_some_and(ReferenceKind::is_statement);
            let ranges: Vec<Range<u32>> = c
                .ranges
                .iter()
                .filter(|r| may_speak || !naming::is_first_person(a, r))
                .cloned()
                .collect();
            return Held {
                words: ranges.iter().map(|r| own(a, r)).sum(),
                ranges,
            };
        };
        let other = match side {
            Side::A => m.b,
            Side::B => m.a,
        };
        let other = &self.scan.articles[other as usize];
        let mut out = Held::default();
        for p in m
            .passages
            .iter()
            .filter(|p| p.tally.kind() == PassageKind::Prose)
        {
            let (here, there) = match side {
                Side::A => (&p.a, &p.b),
                Side::B => (&p.b, &p.a),
            };
            if !naming::is_first_person(a, here) {
                out.words += own(a, here).min(own(other, there));
                out.ranges.push(here.clone());
            }
        }
        out.ranges.sort_unstable_by_key(|r| r.start);
        out
    }

    fn finding(&self, x: u32, c: &Copy, held: &Held) -> Option<Finding> {
        let a = &self.scan.articles[x as usize];
        let all = prose_words(a);
        let share = f64::from(held.words) / f64::from(all.max(1));
        let credit = self.credited_other(x);
        let is_reference = c.reference.is_some();
        let in_all = words(a, held.ranges.iter().cloned(), is_prose);
        let is_whole = f64::from(in_all) >= COVERED * f64::from(all);
        let kind = if credit.is_some() && is_reference && is_whole {
            FindingKind::Miscredited
        } else if share >= self.settings.share {
            FindingKind::Uncredited
        } else {
            return None;
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
            words: held.words,
            share,
            confidence: sure,
            relation: self.relation(x, &c.who),
            known: Some(known),
            passages: held.ranges.iter().map(|r| a.span_of(r)).collect(),
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
        let kin = match &c.who {
            Who::Agency(i) => self.kin.get(i).map_or(&[][..], |k| k),
            _ => &[],
        };
        naming::names(a, standing, c, kin, self.detector.agencies())
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
        let other_home =
            matches!(self.place(c), Some(Place::Article(y)) if self.is_home(y, &c.who));
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

    /// Whom an article surely credits that is not its own outlet: then another's credit elsewhere is not enough to doubt it.
    fn credited_other(&self, x: u32) -> Option<(&Who, f64)> {
        self.credit(x)
            .filter(|(who, sure)| **who != Who::Own && *sure >= KNOWN && !self.is_home(x, who))
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
        if kind.is_some_and(ReferenceKind::is_statement) || self.is_release(&f.source) {
            Category::PressRelease
        } else {
            Category::UncreditedWire
        }
    }

    fn is_release(&self, who: &Who) -> bool {
        let all = self.detector.agencies().all();
        matches!(who, Who::Agency(i) if all[*i as usize].kind == AgencyKind::PressRelease)
    }
}

/// The likeliest origin by credits, what reference sets say left out.
fn best_credit(standing: &Standing) -> Option<(&Who, f64)> {
    let credits: Vec<(&Who, f64)> = standing
        .candidates
        .iter()
        .filter_map(|c| {
            let mut claims = c
                .claims
                .iter()
                .filter(|c| c.basis != "reference")
                .peekable();
            claims.peek()?;
            Some((&c.who, odds_of(claims)))
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

fn prose_words(a: &Article) -> u32 {
    words(a, std::iter::once(0..a.parts.flags.len() as u32), is_prose)
}

fn size(ranges: &[Range<u32>]) -> u32 {
    ranges.iter().map(|r| r.end - r.start).sum()
}
