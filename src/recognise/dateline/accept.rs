//! Whether what looks like a dateline is one. Ordinary openings have places, dashes and dates too.

use super::{
    LEAST_BODY, LEAST_LINE_BELOW, Line, Reader,
    date::Date,
    named::Named,
    place::{Places, is_city, is_known},
    scan::{Kind, is_cased, is_opening},
};

impl Reader<'_> {
    /// Whether places with a date, a credit, or neither, up to the item `end`, are a dateline.
    pub(super) fn is_accepted(
        &self,
        places: &Places,
        date: Option<&Date>,
        credit: Option<&Named>,
        end: usize,
        below: Option<&Line<'_>>,
    ) -> bool {
        let past = end + usize::from(self.kind(end) == Some(Kind::Stop));
        let alone = past >= self.items.len() && self.line.text.len() == self.text.len();
        match credit {
            Some(c) => self.is_credited(places, date.is_some(), c, end, alone),
            None if alone => self.stands_alone(places, below),
            None => self.is_bare(places, date, end),
        }
    }

    /// With an agency: `HELSINKI (AP) —`, `Paris, 3 août (AFP) …`, `Damascus, SANA-`.
    fn is_credited(
        &self,
        places: &Places,
        dated: bool,
        credit: &Named,
        end: usize,
        alone: bool,
    ) -> bool {
        let dash = self.has_dash(end);
        if !credit.closed {
            let comma = self.kind(places.next) == Some(Kind::Comma);
            return dated || dash && (places.is_capitals || !places.is_cased || comma);
        }
        let is_place = || places.is_capitals || places.has_region || self.is_known(places);
        let opens = || {
            let first = self.body(end).chars().next();
            first.is_some_and(|c| c.is_uppercase() || c.is_numeric() || !is_cased(c))
        };
        // `Baghdad / NINA / …`; a name between slashes or bars is a photographer's.
        if self.text[credit.at.clone()].starts_with(['/', '|']) && !dash && !dated {
            return opens() && self.is_place(places);
        }
        dash || alone && is_place()
            || matches!(self.kind(end), Some(Kind::Equals | Kind::Colon))
            || (dated || places.is_capitals || self.kind(end) == Some(Kind::Stop)) && opens()
    }

    /// On a line of its own above the text: `TURNBERRY, Scotland`, `SYDNEY, Wednesday.`
    fn stands_alone(&self, places: &Places, below: Option<&Line<'_>>) -> bool {
        const LONGEST: usize = 8;
        let above_text = below.is_some_and(|b| {
            b.tokens.len() >= LEAST_LINE_BELOW && (b.is_sentence() || b.text.ends_with(':'))
        });
        above_text
            && self.mentions.is_empty()
            && places.is_capitals
            && self.items.len() <= LONGEST
            && (self.is_city(places) || self.has_known_region(places))
    }

    /// Without an agency: `HELSINKI —`, `London, March 11 -`.
    fn is_bare(&self, places: &Places, date: Option<&Date>, end: usize) -> bool {
        let dash = self.has_dash(end);
        let body = self.body(end);
        let mark = self.text[self.items.get(end).map_or(0, |x| x.at.end)..].trim_start();
        let dated = date.is_some_and(|d| d.full);
        let opens = mark.starts_with(is_opening)
            || body
                .chars()
                .next()
                .is_some_and(|c| dated || c.is_uppercase() || c.is_numeric() || !is_cased(c));
        // `BRUSSELS, BELGIUM - JULY 11: …` is how picture agencies open captions.
        let dated_caption = date.is_none() && dash && self.date(end + 1).is_some();
        if body.len() < LEAST_BODY || !opens || dated_caption {
            return false;
        }
        match date {
            Some(d) if d.full => {
                let ends = dash || self.kind(end) == Some(Kind::Colon);
                ends || !places.is_cased && self.kind(end) == Some(Kind::Stop)
            }
            Some(_) => dash,
            None if !dash => false,
            None if places.is_capitals => self.is_place(places),
            None => self.is_city(places) && self.line.is_sentence() && body.len() > 2 * LEAST_BODY,
        }
    }

    /// Whether words in capitals are a place: a known one, one in a known region, or one that the article names again.
    fn is_place(&self, places: &Places) -> bool {
        self.is_known(places) || self.has_known_region(places) || self.is_named_again(places)
    }

    fn is_known(&self, places: &Places) -> bool {
        let first = &self.text[places.first.clone()];
        is_known(first) || first.split('-').next().is_some_and(is_known)
    }

    /// Whether an item begins the name of a known city.
    pub(super) fn opens_with_city(&self, item: usize) -> bool {
        self.place(item).is_some_and(|p| is_city(&self.text[p]))
    }

    fn is_city(&self, places: &Places) -> bool {
        is_city(&self.text[places.first.clone()])
    }

    fn has_known_region(&self, places: &Places) -> bool {
        let rest = self.text[places.first.end..places.at.end].trim_start_matches([',', ' ', '/']);
        let abbreviated = rest.len() <= 6 && rest.ends_with('.');
        let code = rest.len() == 2 && rest.chars().all(char::is_uppercase);
        !rest.is_empty()
            && (abbreviated || code || rest.split([',', '/']).any(|r| is_known(r.trim())))
    }

    /// Whether the article names the place in small letters, in mid-sentence.
    fn is_named_again(&self, places: &Places) -> bool {
        const LEAST: usize = 4;
        let name = &self.text[places.first.clone()];
        if name.len() < LEAST {
            return false;
        }
        let mut title = String::with_capacity(name.len() + 2);
        let mut begins = true;
        for c in name.chars() {
            if begins {
                title.push(c);
            } else {
                title.extend(c.to_lowercase());
            }
            begins = !c.is_alphanumeric();
        }
        let Some(article) = self.article.search() else {
            return false;
        };
        article.match_indices(&title).any(|(at, _)| {
            let before = article[..at].strip_suffix(' ');
            let after = article[at + title.len()..].chars().next();
            before.is_some_and(|b| b.ends_with(char::is_lowercase))
                && !after.is_some_and(char::is_alphanumeric)
        })
    }
}
