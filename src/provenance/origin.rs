//! The origin of an article: who wrote its text, as its credits say.

use super::{
    outlets::{Outlet, Outlets, address, fold},
    weights::{self, confidence, odds},
};
use crate::{
    document::Document,
    recognise::{Agencies, AgencyKind, Attribution, Basis, Credited, Role},
    span::Span,
};

/// Who a text may come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// An entry of the table of agencies, by its index.
    Agency(u16),
    /// Somebody who is not in the table.
    Named(Box<str>),
    /// The outlet's own staff.
    Own,
}

impl Who {
    /// The name in the output format.
    #[must_use]
    pub fn name<'n>(&'n self, agencies: &'n Agencies) -> &'n str {
        match self {
            Self::Agency(i) => &agencies.all()[*i as usize].id,
            Self::Named(name) => name,
            Self::Own => "own",
        }
    }
}

/// One thing that speaks for a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What it is: the name of a [`Basis`], `staff`, `site` or `reference`.
    pub basis: &'static str,
    /// Its place in the text, if it has one.
    pub span: Option<Span>,
    /// How much it is believed, in (0, 1).
    pub weight: f64,
}

/// One who may be the origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Who.
    pub who: Who,
    /// What speaks for it, the strongest first.
    pub claims: Vec<Claim>,
    /// Whether the article stands on its own site.
    pub at_home: bool,
}

impl Candidate {
    /// The odds that it is the origin: those of its strongest claim, and the square roots of the others', since credits in one
    /// article are set by one hand.
    #[must_use]
    pub fn odds(&self) -> f64 {
        odds_of(self.claims.iter())
    }
}

/// [`Candidate::odds`] by some of its claims, the strongest first.
pub(crate) fn odds_of<'c>(claims: impl Iterator<Item = &'c Claim>) -> f64 {
    let mut weights = claims.map(|c| odds(c.weight));
    let first = weights.next().unwrap_or(0.0);
    weights.fold(first, |all, w| all * w.max(1.0).sqrt())
}

/// Somebody named in an article who is no candidate by that.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Who.
    pub who: Who,
    /// As what: [`Role::Contributor`] or [`Role::Cited`].
    pub role: Role,
    /// Where.
    pub span: Option<Span>,
}

/// Where an article stands, and all who may be its origin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// The agency or outlet of the table whose own site it stands on.
    pub home: Option<u16>,
    /// Its outlet by the table of outlets.
    pub outlet: Option<Outlet>,
    /// All candidates, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// Others it names as having helped with the text or reported something in it.
    pub named: Vec<Named>,
    /// Names its outlet goes by, folded: for credits of other outlets to it.
    names: Vec<String>,
    address: Option<String>,
}

/// The origin of an article.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Origin<'s> {
    /// Who, as the output names it.
    pub source: &'s str,
    /// What speaks for it, the strongest first.
    pub claims: &'s [Claim],
    /// How sure that is, in (0, 1).
    pub confidence: f64,
}

impl Standing {
    /// Weighs the credits of an article. O(credits · candidates); of those who are in no table there are few.
    #[must_use]
    pub fn of(
        document: &Document,
        attribution: &Attribution,
        agencies: &Agencies,
        outlets: &Outlets,
    ) -> Self {
        let meta = &document.meta;
        let outlet = outlets.of(meta).cloned();
        let host = meta.url.as_deref().map(address).or_else(|| {
            meta.outlet
                .as_deref()
                .filter(|o| o.contains('.') && !o.contains(' '))
                .map(address)
        });
        let home = host
            .as_deref()
            .and_then(|h| agencies.of_site(h))
            .or_else(|| agencies.named(meta.outlet.as_deref()?));
        let mut out = Self {
            home,
            names: names(meta.outlet.as_deref(), host.as_deref(), outlet.as_ref()),
            address: meta.url.as_deref().map(address).filter(|a| a.contains('/')),
            outlet,
            candidates: Vec::new(),
            named: Vec::new(),
        };
        let under_dateline = attribution
            .dateline
            .as_ref()
            .is_some_and(|d| d.agencies.is_empty());
        for c in &attribution.credits {
            let who = match &c.who {
                Credited::Agency(i) => Who::Agency(*i),
                Credited::Named(name) if out.goes_by(name) => Who::Own,
                Credited::Named(name) => Who::Named(name.clone()),
            };
            match c.role {
                Role::Origin => {}
                Role::Photo => continue,
                role => {
                    out.named.push(Named {
                        who: who.clone(),
                        role,
                        span: c.span,
                    });
                    // Its own writers are listed: the text is likely its own.
                    if c.basis != Basis::Contributor {
                        continue;
                    }
                }
            }
            let weight = if c.basis == Basis::Mark && under_dateline {
                weights::MARK_UNDER_DATELINE
            } else {
                weights::of_basis(c.basis)
            };
            out.claim(
                who,
                Claim {
                    basis: c.basis.name(),
                    span: c.span,
                    weight,
                },
            );
        }
        if let Some(i) = meta.source.as_deref().and_then(|s| agencies.named(s)) {
            out.claim(
                Who::Agency(i),
                Claim {
                    basis: "declared",
                    span: None,
                    weight: weights::DECLARED,
                },
            );
        }
        if out.candidates.is_empty()
            && let Some(i) = home
            && agencies.all()[i as usize].kind != AgencyKind::Outlet
        {
            out.claim(
                Who::Agency(i),
                Claim {
                    basis: "site",
                    span: None,
                    weight: weights::SITE,
                },
            );
        }
        let aggregated = host.as_deref().is_some_and(|h| agencies.is_aggregator(h));
        if let Some(staff) = attribution.staff
            && !aggregated
        {
            let weight = if staff.says_so {
                weights::STAFF_SAYS_SO
            } else {
                weights::STAFF
            };
            // Agencies' reporters sign too: beside an agency's credit a person's name says nothing.
            if out.candidates.iter().all(|c| c.odds() < odds(weight)) {
                out.claim(
                    Who::Own,
                    Claim {
                        basis: "staff",
                        span: staff.span,
                        weight,
                    },
                );
            }
        }
        out.rank();
        out
    }

    fn claim(&mut self, who: Who, claim: Claim) {
        let at_home = matches!(&who, Who::Agency(i) if Some(*i) == self.home) || who == Who::Own;
        let at = self
            .candidates
            .iter()
            .position(|c| c.who == who)
            .unwrap_or_else(|| {
                self.candidates.push(Candidate {
                    who,
                    claims: Vec::new(),
                    at_home,
                });
                self.candidates.len() - 1
            });
        let claims = &mut self.candidates[at].claims;
        // Three credits of one kind are one credit.
        if claims.iter().all(|c| c.basis != claim.basis) {
            claims.push(claim);
            claims.sort_by(|x, y| y.weight.total_cmp(&x.weight));
        }
    }

    /// Adds that much of the article stands in copy known to be an original of `who`.
    pub fn add_reference(&mut self, who: Who) {
        self.claim(
            who,
            Claim {
                basis: "reference",
                span: None,
                weight: weights::REFERENCE,
            },
        );
        self.rank();
    }

    fn rank(&mut self) {
        self.candidates
            .sort_by(|x, y| y.odds().total_cmp(&x.odds()));
    }

    /// Whether a name, as a credit prints it, is that of the article's outlet.
    #[must_use]
    pub fn goes_by(&self, name: &str) -> bool {
        let name = fold(name);
        name.len() > 3 && self.names.contains(&name)
    }

    /// Whether the article stands on the site of `who`.
    #[must_use]
    pub fn is_of(&self, who: &Who, agencies: &Agencies) -> bool {
        match who {
            Who::Agency(i) => {
                self.home == Some(*i) || self.goes_by(&agencies.all()[*i as usize].id)
            }
            Who::Named(name) => self.goes_by(name),
            Who::Own => false,
        }
    }

    /// Whether `text` links to the article.
    #[must_use]
    pub fn is_linked_from(&self, text: &str) -> bool {
        self.address
            .as_ref()
            .is_some_and(|a| a.len() > 12 && text.contains(a.as_str()))
    }

    /// The likeliest origin, from a confidence of [`weights::ORIGIN`].
    #[must_use]
    pub fn origin<'s>(&'s self, agencies: &'s Agencies) -> Option<Origin<'s>> {
        let best = self.candidates.first()?;
        let all: f64 = self.candidates.iter().map(Candidate::odds).sum();
        let confidence = confidence(best.odds(), all);
        // An outlet's credit on its own site is its own staff's.
        let own = best.at_home
            && matches!(&best.who, Who::Agency(i) if agencies.all()[*i as usize].kind == AgencyKind::Outlet);
        (confidence >= weights::ORIGIN || self.candidates.len() > 1).then(|| Origin {
            source: if own { "own" } else { best.who.name(agencies) },
            claims: &best.claims,
            confidence,
        })
    }
}

/// The names an outlet goes by: its own, the labels of its host, what the table of outlets says.
fn names(outlet: Option<&str>, host: Option<&str>, known: Option<&Outlet>) -> Vec<String> {
    const NO_NAMES: [&str; 10] = [
        "www", "com", "news", "net", "org", "co", "info", "example", "m", "amp",
    ];
    let without_article = |l: &str| {
        l.strip_prefix("the")
            .filter(|r| r.len() > 5)
            .map(str::to_owned)
    };
    let labels = host
        .into_iter()
        .flat_map(|h| h.split('/').next().unwrap_or("").split('.'))
        .filter(|l| !NO_NAMES.contains(l) && l.len() > 2);
    let mut out: Vec<String> = outlet
        .into_iter()
        .chain(known.map(|o| &*o.name))
        .chain(labels)
        .chain(host)
        .map(fold)
        .filter(|n| !n.is_empty())
        .collect();
    let bare: Vec<String> = out.iter().filter_map(|n| without_article(n)).collect();
    out.extend(bare);
    out.sort_unstable();
    out.dedup();
    out
}
