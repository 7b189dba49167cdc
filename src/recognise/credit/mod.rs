//! Who is credited in a text, and as what: the origin of it, a contributor, somebody cited, a photographer's agency.
//!
//! An agency's name means little by itself; its place decides. Every rule here looks at the line a name stands in, at what
//! stands beside the name, and at where in the article the line stands.

mod line;
mod place;

use std::ops::Range;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    FURNITURE, Paragraph,
    agency::{Agencies, Certainty, Mention},
    byline,
    dateline::{self, Dateline},
    phrases, republication,
};
use crate::{
    span::Span,
    text::{Tokens, tokenize},
};

/// What a credit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The text is theirs.
    Origin,
    /// They helped with it.
    Contributor,
    /// They are named as having reported something in it.
    Cited,
    /// A picture is theirs.
    Photo,
}

impl Role {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Contributor => "contributor",
            Self::Cited => "cited",
            Self::Photo => "photo",
        }
    }
}

/// Where a credit of origin stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// In the dateline.
    Dateline,
    /// In the byline.
    Byline,
    /// A note that the text first stood elsewhere.
    Republication,
    /// The copyright line.
    Copyright,
    /// In brackets or behind a dash at the end.
    Closing,
    /// A form that is a credit by itself, where the article opens or closes.
    Form,
    /// A line about the writer: whose correspondent he is.
    Writer,
    /// One word at the end, `Reuter`.
    Mark,
    /// Its reporters are listed among the contributors.
    Contributor,
    /// Under every picture of a page that is nothing but captions.
    Caption,
    /// Beside a picture, or in the running text.
    Text,
}

impl Basis {
    /// The name in the output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dateline => "dateline",
            Self::Byline => "byline",
            Self::Republication => "republication",
            Self::Copyright => "copyright",
            Self::Closing => "closing",
            Self::Form => "form",
            Self::Writer => "writer",
            Self::Mark => "mark",
            Self::Contributor => "contributor",
            Self::Caption => "caption",
            Self::Text => "text",
        }
    }
}

/// Who is credited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credited {
    /// An entry of the table of agencies, by its index.
    Agency(u16),
    /// Somebody who is not in the table, as printed.
    Named(Box<str>),
}

impl Credited {
    /// Who, as the output names it.
    #[must_use]
    pub fn name<'r>(&'r self, agencies: &'r Agencies) -> &'r str {
        match self {
            Self::Agency(i) => &agencies.all()[*i as usize].id,
            Self::Named(name) => name,
        }
    }
}

/// A credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// Who is credited.
    pub who: Credited,
    /// As what.
    pub role: Role,
    /// Where.
    pub basis: Basis,
    /// Its place in the text; none: it stands in the byline that came with the text.
    pub span: Option<Span>,
}

/// Who is credited in an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// The dateline that opens it.
    pub dateline: Option<Dateline>,
    /// Every credit, by place; those of the metadata first. Of an agency at most 32 in one role on one basis, of all others
    /// together as many.
    pub credits: Vec<Credit>,
    /// A byline of somebody whose agency is not named; without a place it came with the text.
    pub staff: Option<Staff>,
}

/// A byline that names a person and no agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Its place in the text; none: it came with the text.
    pub span: Option<Span>,
    /// Whether it says that the person is on the staff.
    pub says_so: bool,
}

/// Lines into the text after which a dateline opens a story of a list.
const DEEP: usize = 60;
/// Lines at either end of an article where a credit may stand alone.
const MARGIN: usize = 12;
/// Longest byline that comes with a text, in bytes; what is longer is no byline.
const LONGEST_FIELD: usize = 2000;
/// How often an agency is credited in one role on one basis, and how many are who are not in the table; a text that repeats
/// a credit more often says nothing new by it.
const REPEATS: usize = 32;

/// An article as the rules see it.
struct Reader<'t> {
    table: &'t Agencies,
    text: &'t str,
    lines: &'t [Paragraph<'t>],
    flags: &'t [u8],
    tokens: &'t Tokens,
    /// The first line of the article's prose, and one past the last.
    body: Range<usize>,
    /// Where the text ends but for white space and full stops.
    end: usize,
    article: dateline::Article<'t>,
}

/// What one rule found.
#[derive(Clone, Copy)]
struct Found {
    role: Role,
    basis: Basis,
    /// Its place, where that is more than the name.
    span: Option<Span>,
}

impl Found {
    fn origin(basis: Basis, span: Option<Span>) -> Self {
        Self {
            role: Role::Origin,
            basis,
            span,
        }
    }

    fn beside(role: Role) -> Self {
        Self {
            role,
            basis: Basis::Text,
            span: None,
        }
    }
}

/// Reads who is credited. `flags` are those of the tokens, furniture marked. O(length of the text).
pub(super) fn read(
    table: &Agencies,
    text: &str,
    tokens: &Tokens,
    lines: &[Paragraph<'_>],
    flags: &[u8],
    byline_field: Option<&str>,
) -> Attribution {
    let mentions = table.mentions(text, tokens);
    let is_body = |p: &Paragraph<'_>| {
        p.is_long() && p.is_sentence() && {
            let furniture = flags[p.tokens.clone()]
                .iter()
                .filter(|f| **f & FURNITURE != 0);
            2 * furniture.count() < p.tokens.len()
        }
    };
    let first = lines.iter().position(is_body).unwrap_or(0);
    let last = lines
        .iter()
        .rposition(is_body)
        .unwrap_or(lines.len().saturating_sub(1));
    let reader = Reader {
        table,
        text,
        lines,
        flags,
        tokens,
        body: first..last + 1,
        end: text.trim_end().trim_end_matches('.').len(),
        article: dateline::Article::new(text),
    };
    let mut out = Attribution::default();
    if let Some(field) = byline_field {
        reader.read_field(field, &mut out);
    }
    reader.read_lines(&mentions, &mut out);
    reader.read_captions(&mut out);
    out.credits
        .sort_by_key(|c| (c.span.map(|s| (s.start, s.end)), c.who.clone(), c.role));
    out.credits.dedup();
    drop_repeats(&mut out.credits);
    out
}

/// Leaves the first [`REPEATS`] credits of each kind.
fn drop_repeats(credits: &mut Vec<Credit>) {
    let mut seen: FxHashMap<(Option<u16>, Role, Basis), usize> = FxHashMap::default();
    credits.retain(|c| {
        let who = match c.who {
            Credited::Agency(i) => Some(i),
            Credited::Named(_) => None,
        };
        let n = seen.entry((who, c.role, c.basis)).or_default();
        *n += 1;
        *n <= REPEATS
    });
}

impl Reader<'_> {
    /// The byline that came with the text.
    fn read_field(&self, field: &str, out: &mut Attribution) {
        // Every credit of a byline is printed with all of it.
        if field.len() > LONGEST_FIELD {
            return;
        }
        let tokens = tokenize(field);
        let named = self.table.mentions(field, &tokens);
        for m in &named {
            out.credits.push(Credit {
                who: Credited::Agency(m.agency),
                role: Role::Origin,
                basis: Basis::Byline,
                span: None,
            });
        }
        if named.is_empty() && byline::is_person(field) {
            out.staff = Some(Staff {
                span: None,
                says_so: byline::says_staff(field),
            });
        }
    }

    fn read_lines(&self, mentions: &[Mention], out: &mut Attribution) {
        let mut next = 0;
        let mut sentences = 0;
        for (i, line) in self.lines.iter().enumerate() {
            let from = next;
            while next < mentions.len() && mentions[next].span.start < line.span.end {
                next += 1;
            }
            let here = &mentions[from..next];
            let mut told: Option<Span> = None;
            if out.dateline.is_none()
                && dateline::may_open(line, here)
                && let Some(found) = self.dateline(i, line, here, sentences)
            {
                out.credits
                    .extend(found.agencies.iter().map(|agency| Credit {
                        who: Credited::Agency(*agency),
                        role: Role::Origin,
                        basis: Basis::Dateline,
                        span: found.credit,
                    }));
                told = Some(found.span);
                out.dateline = Some(found);
            }
            sentences += usize::from(line.is_long() && line.is_sentence());
            let is_margin = i < self.body.start + 3 || i < MARGIN || i + MARGIN >= self.lines.len();
            if is_margin
                && let Some((who, role, span)) = republication::read(line, here, self.table)
            {
                let basis = if role == Role::Origin {
                    Basis::Republication
                } else {
                    Basis::Text
                };
                out.credits.push(Credit {
                    who,
                    role,
                    basis,
                    span: Some(span),
                });
                continue;
            }
            if here.is_empty() {
                self.read_nameless(i, line, out);
                continue;
            }
            let rest: Vec<&Mention> = here
                .iter()
                .filter(|m| told.is_none_or(|t| m.span.start >= t.end || m.span.end <= t.start))
                .collect();
            if !rest.is_empty() {
                self.read_line(i, line, &rest, out);
            }
        }
    }

    /// The dateline that a line opens with, where the article may have one there: before the text or a few sentences into a
    /// page. One that names an agency is sure of itself, but not deep inside a list of stories.
    fn dateline(
        &self,
        i: usize,
        line: &Paragraph<'_>,
        here: &[Mention],
        sentences: usize,
    ) -> Option<Dateline> {
        let is_early = sentences <= MARGIN;
        let is_shallow = i < self.body.start + DEEP && 2 * line.tokens.start <= self.tokens.len();
        if !is_early && (here.is_empty() || !is_shallow) {
            return None;
        }
        let found = dateline::read(line, here, self.lines.get(i + 1), &self.article)?;
        let opens = if found.agencies.is_empty() {
            is_early && (found.date.is_some() || !self.is_caption(line))
        } else {
            is_shallow
        };
        opens.then_some(found)
    }

    /// A line that names no agency: a byline of a person, or a name that the page's markup glued to another.
    fn read_nameless(&self, i: usize, line: &Paragraph<'_>, out: &mut Attribution) {
        if i > self.body.start + 2 {
            return;
        }
        if let Some(credit) = self.glued(line) {
            out.credits.push(credit);
        } else if out.staff.is_none() && byline::is_byline(line.text) {
            out.staff = Some(Staff {
                span: Some(line.span),
                says_so: byline::says_staff(line.text),
            });
        }
    }

    /// A byline of which a page's markup swallowed the space: `Jane OrlowAssociated Press`.
    fn glued(&self, line: &Paragraph<'_>) -> Option<Credit> {
        if line.tokens.len() > byline::LONGEST || line.is_sentence() {
            return None;
        }
        let next = line.text.chars().skip(1);
        let seam = |((i, a), b): ((usize, char), char)| {
            (a.is_lowercase() && b.is_uppercase()).then_some(i + a.len_utf8())
        };
        let at = line.text.char_indices().zip(next).filter_map(seam).last()?;
        let name = &line.text[at..];
        let tokens = tokenize(name);
        let named = self.table.mentions(name, &tokens);
        let m = named
            .first()
            .filter(|m| m.certainty == Certainty::Name && m.tokens == (0..tokens.len()))?;
        let base = line.span.start + at as u32;
        Some(Credit {
            who: Credited::Agency(m.agency),
            role: Role::Origin,
            basis: Basis::Byline,
            span: Some(Span::new(base + m.span.start, base + m.span.end)),
        })
    }

    /// A page of nothing but captions, each signed behind its last sentence: the text is the picture agency's.
    fn read_captions(&self, out: &mut Attribution) {
        if out.staff.is_some()
            || out.dateline.is_some()
            || out.credits.iter().any(|c| c.role != Role::Photo)
        {
            return;
        }
        let Some(first) = out.credits.first().cloned() else {
            return;
        };
        let mut captions = self
            .lines
            .iter()
            .filter(|l| l.is_long() && (l.is_sentence() || l.text.ends_with([')', ']'])));
        let is_signed = |l: &Paragraph<'_>| {
            // The lines were read in order.
            let from = out
                .credits
                .partition_point(|c| c.span.is_none_or(|s| s.start < l.span.start));
            out.credits[from..]
                .iter()
                .filter_map(|c| Some((&c.who, c.span?)))
                .take_while(|(_, s)| s.start < l.span.end)
                .any(|(who, s)| {
                    *who == first.who
                        && s.end <= l.span.end
                        && phrases::is_signature(
                            &self.text[l.span.start as usize..s.start as usize],
                        )
                })
        };
        if captions.clone().next().is_some() && captions.all(is_signed) {
            out.credits.push(Credit {
                role: Role::Origin,
                basis: Basis::Caption,
                ..first
            });
        }
    }

    fn is_caption(&self, line: &Paragraph<'_>) -> bool {
        let flags = &self.flags[line.tokens.clone()];
        !flags.is_empty() && flags.iter().all(|f| f & FURNITURE != 0)
    }

    /// The credits of the agencies named in one line: what the line says of all of them, else what the place of each says.
    fn read_line(&self, i: usize, line: &Paragraph<'_>, named: &[&Mention], out: &mut Attribution) {
        let has_dateline = out.dateline.is_some();
        let whole = self.whole_line(i, line, named);
        for m in named {
            let found = match &whole {
                Some(whole) => whole.of(self, line, m),
                None => self.place_of(i, line, m, has_dateline),
            };
            if let Some(found) = found {
                out.credits.push(Credit {
                    who: Credited::Agency(m.agency),
                    role: found.role,
                    basis: found.basis,
                    // A name may go on in the next line.
                    span: Some(
                        found
                            .span
                            .map_or(m.span, |s| Span::new(s.start, s.end.max(m.span.end))),
                    ),
                });
            }
        }
        if let Some(line::Whole::Byline { staff: true, .. }) = whole
            && out.staff.is_none()
        {
            out.staff = Some(Staff {
                span: Some(line.span),
                says_so: byline::says_staff(line.text),
            });
        }
    }

    fn before<'l>(&self, line: &Paragraph<'l>, m: &Mention) -> &'l str {
        line.text
            .get(..(m.span.start - line.span.start) as usize)
            .unwrap_or("")
    }

    fn after<'l>(&self, line: &Paragraph<'l>, m: &Mention) -> &'l str {
        line.text
            .get((m.span.end - line.span.start) as usize..)
            .unwrap_or("")
    }
}
