//! Which matches of a scan, and which findings of its audit, break a rule.

use std::collections::BTreeMap;

use crate::{
    align::PassageKind,
    align::similarity::Relation,
    detector::{Article, Detector, Match, Scan},
    hash,
    policy::audit::{Audit, FindingKind},
    provenance::{Side, Verdict},
};

use super::{Baseline, Check, Finding, Level, Rule, Rules, Subject};

/// Hexadecimal digits of a key.
const KEY_DIGITS: usize = 24;

/// Tokens of the shortest item that leaks where it only stands in another; shorter ones leak where they are equal.
const ITEM: usize = 13;

/// Judges a scan that `detector` made of articles that are held.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'j> {
    /// The scan.
    pub scan: &'j Scan,
    /// What made it.
    pub detector: &'j Detector,
    /// The audit of it, where credits are required.
    pub audit: Option<&'j Audit>,
    /// By what it is judged.
    pub rules: &'j Rules,
    /// Which articles are looked at; none: all.
    pub changed: Option<&'j [bool]>,
}

impl Judge<'_> {
    /// All that breaks a rule, less what `baseline` knows. The same for any number of threads.
    #[must_use]
    pub fn check(&self, baseline: Option<&Baseline>) -> Check {
        let mut out = Check::default();
        let mut found = Vec::new();
        for (index, m) in self.scan.matches.iter().enumerate() {
            let Some((rule, level)) = self.broken(m) else {
                continue;
            };
            if self.is_allowed(rule, m) {
                out.allowed += 1;
                continue;
            }
            found.push(Finding {
                rule,
                level,
                subject: Subject::Match(index, self.at_fault(m)),
                key: self.key_of_match(rule, m),
                occurrence: 0,
            });
        }
        self.credits(&mut found, &mut out.allowed);
        // The articles of a scan are sorted by id, and its matches by articles.
        let order = |f: &Finding| match f.subject {
            Subject::Match(index, _) | Subject::Credit(index) => index,
        };
        found.sort_by_key(|f| (f.level, f.rule, order(f)));
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let occurrences: Vec<usize> = found
            .iter()
            .map(|f| {
                let n = seen.entry(&f.key).or_default();
                *n += 1;
                *n - 1
            })
            .collect();
        for (f, n) in found.iter_mut().zip(occurrences) {
            f.occurrence = n;
        }
        match baseline {
            None => out.findings = found,
            Some(known) => {
                let all = found.len();
                // Of a part of the corpus nothing is known to be gone.
                let stale = known.take_from(&mut found, |f| self.ids(f));
                out.stale = if self.changed.is_none() {
                    stale
                } else {
                    Vec::new()
                };
                out.known = all - found.len();
                out.findings = found;
            }
        }
        out
    }

    /// The ids of the articles of a finding.
    #[must_use]
    pub fn ids(&self, finding: &Finding) -> Vec<&str> {
        let articles = match finding.subject {
            Subject::Match(index, _) => self
                .scan
                .matches
                .get(index)
                .map_or(Vec::new(), |m| vec![m.a, m.b]),
            Subject::Credit(index) => {
                let found = self.audit.and_then(|a| a.findings.get(index));
                found.map_or(Vec::new(), |f| vec![f.article])
            }
        };
        articles.into_iter().map(|x| self.scan.id(x)).collect()
    }

    fn articles(&self, m: &Match) -> [&Article; 2] {
        [m.a, m.b].map(|x| &self.scan.articles[x as usize])
    }

    fn is_changed(&self, article: u32) -> bool {
        self.changed
            .is_none_or(|c| c.get(article as usize).copied().unwrap_or(false))
    }

    /// The rule that a match breaks.
    fn broken(&self, m: &Match) -> Option<(Rule, Level)> {
        if !self.is_changed(m.a) && !self.is_changed(m.b) {
            return None;
        }
        let rules = self.rules;
        let least = rules.min_score.get(&m.relation).copied().unwrap_or(0.0);
        let is_prose = |kind| matches!(kind, PassageKind::Prose | PassageKind::Quote);
        let longest = m.passages.iter().filter(|p| is_prose(p.tally.kind()));
        let longest = longest.map(|p| p.matched()).max().unwrap_or(0);
        // Articles that are equal may be shorter than any passage.
        if m.score() < least || longest < rules.min_passage && m.relation != Relation::Identical {
            return None;
        }
        if rules.across_groups {
            let groups = self.articles(m).map(|a| a.document.meta.group.as_deref());
            let [Some(a), Some(b)] = groups else {
                return None;
            };
            let shortest = self.articles(m).map(|a| a.hashes.len()).into_iter().min();
            let is_told = m.relation == Relation::Identical || shortest >= Some(ITEM);
            return (a != b && is_told && m.relation != Relation::Quotes)
                .then_some((Rule::Leakage, Level::Error));
        }
        let level = if rules.fail.contains(&m.relation) {
            Level::Error
        } else if rules.warn.contains(&m.relation) {
            Level::Warning
        } else {
            return None;
        };
        Some((Rule::of(m.relation), level))
    }

    fn is_allowed(&self, rule: Rule, m: &Match) -> bool {
        let agencies = self.detector.agencies();
        let common = match &m.direction.verdict {
            Verdict::Common(who) => Some(who.name(agencies)),
            _ => None,
        };
        let origin = |x: u32| {
            Some(
                self.scan
                    .standings
                    .get(x as usize)?
                    .origin(agencies)?
                    .source,
            )
        };
        let agency = common.or_else(|| origin(m.a).filter(|a| origin(m.b) == Some(a)));
        let documents = self.articles(m).map(|a| &a.document);
        (self.rules.allow.iter()).any(|a| a.covers(rule, documents, agency))
    }

    /// Which of two articles is to be looked at: the one that changed; that has it from the other; that came later; of
    /// which more stands in the other.
    fn at_fault(&self, m: &Match) -> Side {
        match (self.is_changed(m.a), self.is_changed(m.b)) {
            (true, false) => return Side::A,
            (false, true) => return Side::B,
            _ => {}
        }
        match (&m.direction.verdict, m.direction.lean) {
            (Verdict::From(Side::B), _) | (_, Some(Side::B)) => Side::A,
            (Verdict::From(Side::A), _) | (_, Some(Side::A)) => Side::B,
            _ if m.containment[0] > m.containment[1] => Side::A,
            _ => Side::B,
        }
    }

    /// From the words shared, in the order in which each article has them.
    fn key_of_match(&self, rule: Rule, m: &Match) -> String {
        let [a, b] = self.articles(m);
        let mut ranges: [Vec<_>; 2] = [Vec::new(), Vec::new()];
        for p in &m.passages {
            ranges[0].push(p.a.clone());
            ranges[1].push(p.b.clone());
        }
        let [x, y] = &mut ranges;
        let mut sides = [(a, x), (b, y)].map(|(article, ranges)| {
            ranges.sort_by_key(|r| r.start);
            let words = ranges.iter().flat_map(|r| {
                article
                    .hashes
                    .get(r.start as usize..r.end as usize)
                    .unwrap_or_default()
            });
            let words: Vec<u32> = if ranges.is_empty() {
                article.hashes.to_vec()
            } else {
                words.copied().collect()
            };
            digest(&words)
        });
        sides.sort_unstable();
        let mut all = rule.name().as_bytes().to_vec();
        all.extend(sides.concat());
        hash::hex(&hash::sha256(&all), KEY_DIGITS)
    }

    /// What the audit found of sources that must be credited.
    fn credits(&self, found: &mut Vec<Finding>, allowed: &mut usize) {
        let agencies = self.detector.agencies();
        let wanted = |name: &str| {
            (self.rules.require_credit.iter()).any(|w| w == "*" || w.eq_ignore_ascii_case(name))
        };
        for (index, f) in self
            .audit
            .iter()
            .flat_map(|a| a.findings.iter().enumerate())
        {
            let source = f.source.name(agencies);
            if f.kind != FindingKind::Uncredited || !wanted(source) || !self.is_changed(f.article) {
                continue;
            }
            let Some(article) = self.scan.articles.get(f.article as usize) else {
                continue;
            };
            let document = &article.document;
            let covers =
                |a: &super::Allowance| a.covers(Rule::MissingCredit, [document; 2], Some(source));
            // An allowance for a pair says nothing of a credit.
            if self
                .rules
                .allow
                .iter()
                .any(|a| a.pair.is_none() && covers(a))
            {
                *allowed += 1;
                continue;
            }
            let mut all = Rule::MissingCredit.name().as_bytes().to_vec();
            all.extend(source.as_bytes());
            for span in &f.passages {
                all.extend(hash::sha256(span.slice(&document.text).as_bytes()));
            }
            found.push(Finding {
                rule: Rule::MissingCredit,
                level: Level::Error,
                subject: Subject::Credit(index),
                key: hash::hex(&hash::sha256(&all), KEY_DIGITS),
                occurrence: 0,
            });
        }
    }
}

fn digest(words: &[u32]) -> [u8; 32] {
    let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
    hash::sha256(&bytes)
}
