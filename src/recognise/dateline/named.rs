//! The agencies of a dateline, between brackets or bare.

use std::ops::Range;

use super::{Reader, scan::Kind};

/// Agencies between brackets, or bare.
pub(super) struct Named {
    pub(super) agencies: Vec<u16>,
    pub(super) at: Range<usize>,
    /// Item after it.
    pub(super) next: usize,
    /// Whether brackets or slashes stand round it.
    pub(super) closed: bool,
}

/// Words for an agency that stand before its name.
const GENERIC: [&str; 10] = [
    "agenzia", "agencia", "agence", "agência", "agencija", "agentur", "ag", "иа", "риа", "ниат",
];

impl Reader<'_> {
    /// Agencies alone between brackets or slashes, from an item on.
    pub(super) fn closed_credit(&self, open: usize) -> Option<Named> {
        if !matches!(self.kind(open), Some(Kind::Open | Kind::Slash)) {
            return None;
        }
        // `JO EXAMPLE/AP/Getty`: slashes that touch words are a photographer's.
        let start = self.items[open].at.start;
        if self.kind(open) == Some(Kind::Slash) && self.text[..start].ends_with(char::is_alphabetic)
        {
            return None;
        }
        let is_bracket = self.kind(open) == Some(Kind::Open);
        let mut i = open + 1;
        let mut agencies = Vec::new();
        let mut others = 0;
        while i < self.items.len() && i - open < 14 {
            match self.kind(i)? {
                Kind::Close | Kind::Slash
                    if !agencies.is_empty()
                        && (self.kind(open) == Some(Kind::Slash))
                            == (self.kind(i) == Some(Kind::Slash)) =>
                {
                    let at = self.items[open].at.start..self.items[i].at.end;
                    return (others <= 2).then_some(Named {
                        agencies,
                        at,
                        next: i + 1,
                        closed: true,
                    });
                }
                Kind::Close | Kind::Open => return None,
                _ => match self.mention_at(i) {
                    Some(m) => {
                        if !agencies.contains(&m.agency) {
                            agencies.push(m.agency);
                        }
                        i = self.past(m);
                        continue;
                    }
                    // `Reuters Health`, `dpa/tmn`: desks and partners. `Jo Example / AP` is a photographer.
                    None if agencies.is_empty()
                        && is_bracket
                        && self.kind(i) == Some(Kind::Word)
                        && !self.may_precede(i) =>
                    {
                        return None;
                    }
                    None => others += usize::from(self.kind(i) == Some(Kind::Word)),
                },
            }
            i += 1;
        }
        None
    }

    /// Whether a word may stand before the name in its brackets: `(Agenzia Fides)`, `(The Tolven Post/Asia News Network)`.
    fn may_precede(&self, i: usize) -> bool {
        let is_generic = GENERIC.contains(&&*self.word(i).to_lowercase());
        let partner = (i..self.items.len().min(i + 6))
            .take_while(|k| !matches!(self.kind(*k), Some(Kind::Close)))
            .any(|k| self.kind(k) == Some(Kind::Slash) && self.mention_at(k + 1).is_some());
        is_generic
            || partner && self.word(i).starts_with(char::is_uppercase) && self.is_short_bracket(i)
    }

    /// Whether the bracket that an item stands in opens with `The`: names of papers do, those of photographers do not.
    fn is_short_bracket(&self, i: usize) -> bool {
        let open = (0..i).rev().find(|k| self.kind(*k) == Some(Kind::Open));
        open.is_some_and(|o| self.word(o + 1) == "The")
    }

    /// An agency without brackets behind a date or place: `16. Reuter. —`, `5 окт — РИА Новости.`
    pub(super) fn bare_credit(&self, from: usize) -> Option<Named> {
        let mut i = from;
        while matches!(
            self.kind(i),
            Some(Kind::Dash | Kind::Stop | Kind::Comma | Kind::Slash)
        ) && i - from < 3
        {
            i += 1;
        }
        let m = self.mention_at(i)?;
        let mut next = self.past(m);
        // The closing mark of a name in quotation marks.
        next += usize::from(self.kind(next) == Some(Kind::Other));
        let ends = next == self.items.len()
            || matches!(self.kind(next), Some(Kind::Dash | Kind::Stop | Kind::Colon));
        let at = self.items[i].at.start..(m.span.end - self.line.span.start) as usize;
        ends.then(|| Named {
            agencies: vec![m.agency],
            at,
            next,
            closed: false,
        })
    }
}
