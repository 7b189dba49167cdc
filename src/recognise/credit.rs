//! Who is credited in a text, and as what: the origin of it, a contributor, somebody cited, a photographer's agency.
//!
//! An agency's name means little by itself; its place decides. Every rule here looks at the line a name stands in, at what
//! stands beside the name, and at where in the article the line stands.

use super::{
    FURNITURE, Paragraph,
    agency::{Agencies, AgencyKind, Certainty, Mention},
    byline,
    dateline::{self, Dateline},
    phrases, republication,
};
use crate::{
    span::Span,
    text::{Tokens, tokenize},
};

/// What a credit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Every credit, by place; those of the metadata first.
    pub credits: Vec<Credit>,
    /// A byline of somebody whose agency is not named; without a place it came with the text.
    pub staff: Option<Staff>,
}

/// A byline that names a person and no agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Its place in the text; none: it came with the text.
    pub span: Option<Span>,
    /// Whether it says that the person is on the staff.
    pub says_so: bool,
}

/// How near the end of a caption its credit stands, in bytes.
const CAPTION_END: u32 = 80;
/// Lines into the text after which a dateline opens a story of a list.
const DEEP: usize = 60;
/// Lines at either end of an article where a credit may stand alone.
const MARGIN: usize = 12;

/// An article as the rules see it.
struct Reader<'t> {
    table: &'t Agencies,
    text: &'t str,
    lines: &'t [Paragraph<'t>],
    flags: &'t [u8],
    tokens: &'t Tokens,
    /// The first line of the article's prose, and the last.
    body: std::ops::Range<usize>,
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
        p.tokens.len() >= 12 && p.is_sentence() && {
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
    };
    let mut out = Attribution::default();
    if let Some(field) = byline_field {
        reader.read_field(field, &mut out);
    }
    reader.read_lines(&mentions, &mut out);
    reader.read_captions(&mut out);
    out.credits
        .sort_by_key(|c| c.span.map(|s| (s.start, s.end)));
    out.credits.dedup();
    out
}

impl<'t> Reader<'t> {
    /// The byline that came with the text.
    fn read_field(&self, field: &str, out: &mut Attribution) {
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
            // A dateline stands before the text, or at most a few sentences into a page.
            if out.dateline.is_none() && dateline::may_open(line, here) {
                let found = dateline::read(line, here, self.lines.get(i + 1));
                // One that names an agency is sure of itself, but not one deep inside a list of stories.
                let may_be_bare = |dated| sentences <= MARGIN && (dated || !self.is_caption(line));
                let opens = |f: &Dateline| {
                    if f.agencies.is_empty() {
                        may_be_bare(f.date.is_some())
                    } else {
                        i < self.body.start + DEEP && 2 * line.tokens.start <= self.tokens.len()
                    }
                };
                if let Some(found) = found.filter(opens) {
                    for agency in &found.agencies {
                        out.credits.push(Credit {
                            who: Credited::Agency(*agency),
                            role: Role::Origin,
                            basis: Basis::Dateline,
                            span: found.credit,
                        });
                    }
                    told = Some(found.span);
                    out.dateline = Some(found);
                }
            }
            sentences += usize::from(line.tokens.len() >= 12 && line.is_sentence());
            let is_margin = i < self.body.start + 3 || i < MARGIN || i + MARGIN >= self.lines.len();
            if is_margin && republication::may_be(line) {
                if let Some((who, role, span)) = republication::read(line, here, self.table) {
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
            }
            if here.is_empty() {
                let is_head = i <= self.body.start + 2;
                if is_head && let Some(credit) = self.glued(line) {
                    out.credits.push(credit);
                    continue;
                }
                if out.staff.is_none() && is_head && byline::is_byline(line.text) {
                    out.staff = Some(Staff {
                        span: Some(line.span),
                        says_so: byline::says_staff(line.text),
                    });
                }
                continue;
            }
            let rest: Vec<&Mention> = here
                .iter()
                .filter(|m| told.is_none_or(|t| m.span.start >= t.end || m.span.end <= t.start))
                .collect();
            self.read_line(i, line, &rest, out);
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

    /// A page of nothing but captions: the text is the picture agency's.
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
        let mut prose = self
            .lines
            .iter()
            .filter(|l| l.is_long() && l.is_sentence_or_credit());
        // The credit ends the caption, in brackets or behind a slash.
        let credited = |l: &Paragraph<'_>| {
            out.credits.iter().any(|c| {
                c.who == first.who
                    && c.span.is_some_and(|s| {
                        s.start >= l.span.start
                            && s.end <= l.span.end
                            && l.span.end - s.end <= CAPTION_END
                            && phrases::is_signed(
                                &self.text[l.span.start as usize..s.start as usize],
                            )
                    })
            })
        };
        if prose.clone().next().is_some() && prose.all(credited) {
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

    /// The credits of the agencies named in one line.
    fn read_line(&self, i: usize, line: &Paragraph<'_>, named: &[&Mention], out: &mut Attribution) {
        if named.is_empty() {
            return;
        }
        let whole = self.whole_line(i, line, named);
        for m in named {
            let found = match whole {
                Some(found) => found,
                None => match self.place_of(i, line, m, out.dateline.is_some()) {
                    Some(found) => found,
                    None => continue,
                },
            };
            out.credits.push(Credit {
                who: Credited::Agency(m.agency),
                role: found.role,
                basis: found.basis,
                span: Some(found.span.unwrap_or(m.span)),
            });
        }
    }

    /// What a line says of every agency in it, where it is a credit and nothing else.
    fn whole_line(&self, i: usize, line: &Paragraph<'_>, named: &[&Mention]) -> Option<Found> {
        let n = line.tokens.len();
        if n > byline::LONGEST + 20 {
            return None;
        }
        let lower = line.text.to_lowercase();
        let origin = |basis| {
            Some(Found {
                role: Role::Origin,
                basis,
                span: Some(line.span),
            })
        };
        if phrases::is_photo_line(&lower, line.text, named, line.span.start) {
            return Some(Found {
                role: Role::Photo,
                basis: Basis::Text,
                span: None,
            });
        }
        if phrases::is_copyright(&lower) {
            return origin(Basis::Copyright);
        }
        if phrases::is_contribution(&lower) {
            // `Associated Press writers … contributed` stands under the agency's own copy.
            let is_writer = named
                .iter()
                .any(|m| phrases::is_writer_of(self.after(line, m)));
            let role = if is_writer {
                Role::Origin
            } else {
                Role::Contributor
            };
            return Some(Found {
                role: if is_writer { Role::Origin } else { role },
                basis: Basis::Contributor,
                span: Some(line.span),
            });
        }
        if n <= byline::LONGEST
            && phrases::is_about_writer(&lower)
            && named
                .iter()
                .any(|m| phrases::is_writer_of(self.after(line, m)))
        {
            return origin(Basis::Writer);
        }
        let is_tail = i + 1 >= self.body.end && i > self.body.start;
        let is_head = i <= self.body.start + 2 && !is_tail;
        if byline::is_byline_of(line, named, self.tokens, self.text) {
            let only = byline::is_only(line, named);
            // `Jo Example (AP)` under a picture.
            let in_brackets = line.text.ends_with(')') && !only && !byline::begins(line.text);
            if in_brackets && is_head {
                return Some(Found {
                    role: Role::Photo,
                    basis: Basis::Text,
                    span: None,
                });
            }
            let explicit = byline::begins(line.text);
            let dated = byline::has_date(&lower)
                || self
                    .lines
                    .get(i + 1)
                    .is_some_and(|l| byline::is_date_line(l.text) || self.opens_body(l));
            // The first line under the headline, before anything that could have a picture.
            let sure = named.iter().all(|m| m.certainty > Certainty::Short);
            let opens = i <= 1 && sure && self.lines.get(i + 1).is_some_and(Paragraph::is_sentence);
            if explicit
                || opens && !is_tail
                || dated && !is_tail && (is_head || only)
                || only && !is_tail && (is_head || i < MARGIN)
            {
                return origin(Basis::Byline);
            }
            if only && is_tail {
                let sure = named.iter().any(|m| m.certainty > Certainty::Short);
                let bare = !line
                    .text
                    .starts_with(['—', '–', '-', '(', '/', '[', '［', '（']);
                return origin(if sure || !bare {
                    Basis::Closing
                } else {
                    Basis::Mark
                });
            }
            if !only && is_tail && line.text.starts_with(['—', '–', '-']) {
                return origin(Basis::Closing);
            }
            // A name and an agency, after the byline: whose picture it is.
            return Some(Found {
                role: Role::Photo,
                basis: Basis::Text,
                span: None,
            });
        }
        None
    }

    /// Whether a line begins with what a dateline begins with.
    fn opens_body(&self, line: &Paragraph<'_>) -> bool {
        line.text.len() < 2000 && dateline::read(line, &[], None).is_some()
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

    /// What the place of one name in a line says.
    fn place_of(
        &self,
        i: usize,
        line: &Paragraph<'_>,
        m: &Mention,
        has_dateline: bool,
    ) -> Option<Found> {
        let (before, after) = (self.before(line, m), self.after(line, m));
        if phrases::is_photo(before, after) {
            return Some(Found {
                role: Role::Photo,
                basis: Basis::Text,
                span: None,
            });
        }
        if let Some(found) = self.bracketed(line, m, before, after) {
            return found;
        }
        if phrases::is_sentence_of_contribution(before, after) {
            return Some(Found {
                role: Role::Contributor,
                basis: Basis::Contributor,
                span: None,
            });
        }
        if phrases::is_between_date_and_dash(before, after) {
            return Some(Found {
                role: Role::Origin,
                basis: Basis::Dateline,
                span: None,
            });
        }
        if i == 0 && phrases::is_heading_of_dispatches(before) {
            return Some(Found {
                role: Role::Origin,
                basis: Basis::Byline,
                span: None,
            });
        }
        if self.is_closing_mark(i, line, m, before, after, has_dateline) {
            let sure =
                m.certainty == Certainty::Name && before.trim_end().ends_with(['—', '–', '-', '/']);
            return Some(Found {
                role: Role::Origin,
                basis: if sure { Basis::Closing } else { Basis::Mark },
                span: None,
            });
        }
        let is_end = i < self.body.start + 2 || i + 2 >= self.body.end;
        if m.certainty == Certainty::Form && is_end && phrases::stands_apart(before, after) {
            return Some(Found {
                role: Role::Origin,
                basis: Basis::Form,
                span: None,
            });
        }
        let is_agency = self.table.entry(m.agency).kind != AgencyKind::PressRelease;
        phrases::citation(before, after)
            .filter(|_| is_agency)
            .map(|(back, ahead)| Found {
                role: Role::Cited,
                basis: Basis::Text,
                span: Some(Span::new(
                    m.span.start - back as u32,
                    m.span.end + ahead as u32,
                )),
            })
    }

    /// A name alone between brackets: `Some(None)` where it is explained there, not credited.
    fn bracketed(
        &self,
        line: &Paragraph<'_>,
        m: &Mention,
        before: &str,
        after: &str,
    ) -> Option<Option<Found>> {
        let (open, close) = phrases::brackets(before, after, |inside| self.names_agencies(inside))?;
        let head = before[..open].trim_end();
        let tail = after[close..].trim_start();
        let span = Span::new(line.span.start + open as u32, m.span.end + close as u32);
        let found = |basis| {
            Some(Some(Found {
                role: Role::Origin,
                basis,
                span: Some(span),
            }))
        };
        let dash = tail
            .trim_start_matches(['.', ',', ' ', '"', '”'])
            .starts_with(['—', '–', '-', '―', '_', '=']);
        if head.is_empty() {
            return if dash || tail.is_empty() || tail.starts_with(char::is_uppercase) {
                found(Basis::Dateline)
            } else {
                Some(None)
            };
        }
        let last = head.chars().next_back().unwrap_or(' ');
        let dated = phrases::ends_with_date(head);
        if dash && (last.is_alphanumeric() || matches!(last, '.' | ',' | ')' | '-')) || dated {
            // `Associated Press (AP) - `: explained, however a dash follows.
            let explained = m.certainty == Certainty::Short
                && self.names_agencies(phrases::last_words(head, 3));
            return if explained {
                Some(None)
            } else {
                found(Basis::Dateline)
            };
        }
        let ends_sentence = matches!(
            last,
            '.' | '!'
                | '?'
                | '”'
                | '"'
                | '»'
                | '…'
                | '。'
                | '」'
                | '।'
                | '؟'
                | ':'
                | ';'
                | '—'
                | '-'
                | ','
        );
        let opens_next =
            tail.is_empty() || tail.starts_with(|c: char| c.is_uppercase() || c == '.');
        let late = self.is_late(m);
        if opens_next && ends_sentence && late
            || tail.trim_matches(['.', ' ', '"', '”']).is_empty() && late && line.is_long()
        {
            return found(Basis::Closing);
        }
        if ends_sentence && (tail.is_empty() || !late) {
            return Some(Some(Found {
                role: Role::Photo,
                basis: Basis::Text,
                span: Some(span),
            }));
        }
        Some(None)
    }

    /// Whether some words are agencies' names and nothing else.
    fn names_agencies(&self, words: &str) -> bool {
        let tokens = tokenize(words);
        let named: usize = self
            .table
            .mentions(words, &tokens)
            .iter()
            .map(|m| m.tokens.len())
            .sum();
        named > 0 && tokens.len() <= named + 2
    }

    /// Whether a name stands in the later part of the article.
    fn is_late(&self, m: &Mention) -> bool {
        let n = self.tokens.len();
        5 * m.tokens.end >= 2 * n || n < 60
    }

    /// One word behind the last sentence of an article, or of a line near its end.
    fn is_closing_mark(
        &self,
        i: usize,
        line: &Paragraph<'_>,
        m: &Mention,
        before: &str,
        after: &str,
        has_dateline: bool,
    ) -> bool {
        let ends = |s: &str| s.trim_matches(|c: char| !c.is_alphanumeric()).is_empty();
        let is_last = i + 4 >= self.lines.len() || i + 1 >= self.body.end;
        // Tables end without a full stop; under a dateline the last word of all is a mark all the same.
        let is_end = m.span.end as usize >= self.text.trim_end().trim_end_matches('.').len();
        let single = m.certainty == Certainty::Short && m.tokens.len() == 1;
        let apart = before.trim_end().ends_with([
            '.', '!', '?', '"', '”', '»', '—', '–', '/', '。', '！', '」', '।', '؟',
        ]) || before.ends_with("- ")
            || is_end && has_dateline && single && !phrases::ends_with_dated_bracket(before);
        is_last && apart && ends(after) && line.tokens.len() > m.tokens.len() && self.is_late(m)
    }
}

#[derive(Clone, Copy)]
struct Found {
    role: Role,
    basis: Basis,
    span: Option<Span>,
}
