//! The table of agencies, read from `agencies.toml`, and where a text names one. Nothing is decided here about what a name
//! in a text means; that is `credit`.

use std::{
    ops::Range,
    sync::{Arc, LazyLock},
};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::{
    error::{Error, ErrorKind, Result},
    span::Span,
    text::{Tokens, tokenize},
};

/// The table that comes with the program.
const BUILT_IN: &str = include_str!("agencies.toml");

/// Largest table read, in bytes.
const MAX_TABLE: usize = 16 << 20;

/// What an entry of the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgencyKind {
    /// A news agency: sells its copy to others.
    Agency,
    /// A news service of newspapers, or a syndicate of features.
    Syndicate,
    /// Distributes statements for those who pay.
    PressRelease,
    /// A newspaper, broadcaster or site that others print with credit.
    Outlet,
}

/// An entry of the table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// The short name the trade uses: what the output says.
    pub id: String,
    /// Full names, in every script they are printed in.
    #[serde(default)]
    pub names: Vec<String>,
    /// Forms that also mean other things, believed only in a credit's place.
    #[serde(default)]
    pub short: Vec<String>,
    /// Printed forms that are a credit by themselves where an article opens or closes.
    #[serde(default)]
    pub forms: Vec<String>,
    /// What it is.
    pub kind: AgencyKind,
    /// Country of its seat, ISO 3166-1.
    pub country: String,
    /// Languages of its services, ISO 639-1.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Year of its foundation.
    pub from: Option<i16>,
    /// Year of its end.
    pub until: Option<i16>,
    /// Ids of those it grew out of.
    #[serde(default)]
    pub predecessors: Vec<String>,
    /// Its own sites: registrable domains.
    #[serde(default)]
    pub sites: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    #[serde(default)]
    extends: bool,
    #[serde(default)]
    agency: Vec<Agency>,
    #[serde(default)]
    aggregators: Vec<String>,
}

/// How sure a form of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certainty {
    /// Means other things too.
    Short,
    /// Can hardly mean anything else.
    Name,
    /// Is a credit by itself.
    Form,
}

/// A form of a name: its tokens after the first, and how it must be written.
#[derive(Clone, Debug)]
struct Form {
    agency: u16,
    certainty: Certainty,
    /// The first of the rest, by which most forms are turned away.
    second: Option<u32>,
    rest: Box<[u32]>,
    /// As printed; none: in any case.
    exact: Option<Box<str>>,
    joined: Joined,
}

/// What a language joins to a name with an apostrophe or a particle, and is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joined {
    Nothing,
    /// `l'AFP`, `dell'Ansa`.
    Before,
    /// `CNN's`.
    Behind,
    /// `연합뉴스는`: so many bytes of a particle.
    Particle(u8),
}

/// Elided articles and prepositions of French, Italian, Catalan and Portuguese.
const ELIDED: [&str; 6] = ["l'", "d'", "dell'", "all'", "dall'", "qu'"];
/// Particles of Korean.
const PARTICLES: [&str; 8] = ["에", "는", "은", "가", "이", "를", "의", "와"];

/// Where a text names an agency.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mention {
    /// Index of the agency.
    pub(crate) agency: u16,
    pub(crate) certainty: Certainty,
    pub(crate) tokens: Range<usize>,
    pub(crate) span: Span,
}

/// All agencies that are known, ready to be looked for.
#[derive(Debug)]
pub struct Agencies {
    version: String,
    all: Vec<Agency>,
    forms: FxHashMap<u32, Vec<Form>>,
    /// One bit for the low bits of each first token: what most tokens of a text are turned away by.
    filter: Box<[u64]>,
    sites: FxHashMap<String, u16>,
    by_name: FxHashMap<String, u16>,
    aggregators: FxHashSet<String>,
}

/// 64 KiB, of which one bit in thirty is set.
const FILTER_BITS: u32 = 19;

static DEFAULT: LazyLock<Arc<Agencies>> = LazyLock::new(|| {
    Arc::new(
        Agencies::parse(BUILT_IN).unwrap_or_else(|_| Agencies::of(String::new(), Vec::new(), &[])),
    )
});

impl Agencies {
    /// The table that comes with the program.
    #[must_use]
    pub fn built_in() -> Arc<Self> {
        Arc::clone(&DEFAULT)
    }

    /// Reads a table: `version`, then `[[agency]]` entries. With `extends = true` its entries are added to those that come
    /// with the program, and replace the ones of their ids; without, they are all there are.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] with the place in the table, [`ErrorKind::Field`] where an id or a name stands twice,
    /// [`ErrorKind::Limit`] over 16 MiB.
    pub fn read(table: &str) -> Result<Self> {
        if table.len() > MAX_TABLE {
            return Err(Error::new(
                ErrorKind::Limit,
                "the table of agencies is longer than 16 MiB",
            ));
        }
        Self::parse(table)
    }

    fn parse(table: &str) -> Result<Self> {
        let mut file = parse_file(table)?;
        if file.extends {
            let base = parse_file(BUILT_IN)?;
            let given: FxHashSet<&str> = file.agency.iter().map(|a| &*a.id).collect();
            let mut all: Vec<Agency> = base
                .agency
                .into_iter()
                .filter(|a| !given.contains(&*a.id))
                .collect();
            file.version = format!("{}+{}", base.version, file.version);
            all.append(&mut file.agency);
            file.agency = all;
            file.aggregators.extend(base.aggregators);
        }
        check(&file.agency)?;
        Ok(Self::of(file.version, file.agency, &file.aggregators))
    }

    fn of(version: String, all: Vec<Agency>, aggregators: &[String]) -> Self {
        let mut table = Self {
            version,
            forms: FxHashMap::default(),
            filter: vec![0; 1 << (FILTER_BITS - 6)].into(),
            sites: FxHashMap::default(),
            by_name: FxHashMap::default(),
            aggregators: aggregators.iter().map(|s| s.to_lowercase()).collect(),
            all: Vec::new(),
        };
        for (i, a) in all.iter().enumerate() {
            let i = i as u16;
            for name in a.names.iter().chain(&a.short).chain([&a.id]) {
                table.by_name.entry(name.clone()).or_insert(i);
            }
            for name in &a.names {
                table.add(i, Certainty::Name, name);
            }
            for short in &a.short {
                table.add(i, Certainty::Short, short);
            }
            let names: Vec<Vec<u32>> = a
                .names
                .iter()
                .chain(&a.short)
                .map(|n| tokenize(n).hashes)
                .filter(|n| !n.is_empty())
                .collect();
            for form in &a.forms {
                let tokens = tokenize(form).hashes;
                let begins = names
                    .iter()
                    .any(|n| tokens.starts_with(n) && tokens.len() > n.len());
                let holds = |n: &Vec<u32>| tokens.windows(n.len()).skip(1).any(|w| w == &n[..]);
                // The grammar of credits reads brackets, places and words before a name, whosever it is.
                if names.contains(&tokens) {
                    table.add(i, Certainty::Short, form);
                } else if begins || !names.iter().any(holds) {
                    table.add(i, Certainty::Form, form);
                }
            }
            for site in &a.sites {
                table.add(i, Certainty::Name, site);
                table.sites.insert(site.to_lowercase(), i);
            }
        }
        for forms in table.forms.values_mut() {
            // The longest first; of equal ones the surest.
            forms.sort_by(|x, y| {
                (y.rest.len(), y.certainty)
                    .cmp(&(x.rest.len(), x.certainty))
                    .then(x.agency.cmp(&y.agency))
            });
        }
        table.all = all;
        table
    }

    /// Adds a form, with what languages join to it.
    fn add(&mut self, agency: u16, certainty: Certainty, form: &str) {
        self.add_form(agency, certainty, form, Joined::Nothing);
        if certainty == Certainty::Form {
            return;
        }
        let first = form.chars().next().unwrap_or(' ').to_ascii_lowercase();
        if matches!(first, 'a' | 'e' | 'i' | 'o' | 'u' | 'é' | 'h') {
            for elided in ELIDED {
                self.add_form(
                    agency,
                    certainty,
                    &format!("{elided}{form}"),
                    Joined::Before,
                );
            }
        }
        let last = form.chars().next_back().unwrap_or(' ');
        if last.is_ascii_alphabetic() {
            self.add_form(agency, certainty, &format!("{form}'s"), Joined::Behind);
        } else if ('\u{ac00}'..='\u{d7a3}').contains(&last) {
            for p in PARTICLES {
                let joined = Joined::Particle(p.len() as u8);
                self.add_form(agency, certainty, &format!("{form}{p}"), joined);
            }
        }
    }

    fn add_form(&mut self, agency: u16, certainty: Certainty, form: &str, joined: Joined) {
        let tokens = tokenize(form);
        let (Some((&first, rest)), Some(from), Some(to)) = (
            tokens.hashes.split_first(),
            tokens.spans.first(),
            tokens.spans.last(),
        ) else {
            return;
        };
        // Full names are printed in capitals too; short forms as they are, since "ap" and "uni" are words.
        let exact = (certainty != Certainty::Name || !is_long(form))
            .then(|| Span::new(from.start, to.end).slice(form).into());
        let bit = first & ((1 << FILTER_BITS) - 1);
        self.filter[(bit >> 6) as usize] |= 1 << (bit & 63);
        self.forms.entry(first).or_default().push(Form {
            agency,
            certainty,
            second: rest.first().copied(),
            rest: rest.into(),
            exact,
            joined,
        });
    }

    /// Its version, as the table states it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every entry, in the order of the table.
    #[must_use]
    pub fn all(&self) -> &[Agency] {
        &self.all
    }

    /// The entry of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Agency> {
        self.all.iter().find(|a| a.id == id)
    }

    /// The index of the entry that goes by a name: an id, or a form of its name as the table has it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<u16> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn entry(&self, index: u16) -> &Agency {
        &self.all[index as usize]
    }

    /// The index of the agency whose own site a host is: `apnews.com`, `www.apnews.com`.
    #[must_use]
    pub fn of_site(&self, host: &str) -> Option<u16> {
        suffixes(host).find_map(|s| self.sites.get(s).copied())
    }

    /// Whether a host prints the copy of others as a rule, so that a byline there says nothing about who employs the writer.
    #[must_use]
    pub fn is_aggregator(&self, host: &str) -> bool {
        suffixes(host).any(|s| self.aggregators.contains(s))
    }

    /// Whether one grew out of the other, or both out of one: a credit to either is right for the other.
    #[must_use]
    pub fn are_kin(&self, a: &str, b: &str) -> bool {
        let grew_from = |x: &str, y: &str| {
            self.get(x)
                .is_some_and(|e| e.predecessors.iter().any(|p| p == y))
        };
        a == b || grew_from(a, b) || grew_from(b, a)
    }

    /// Every place where `text` names an agency: the longest form at each place, in order, without overlap. One pass over
    /// the tokens; all but a few are turned away by a look at one bit.
    pub(crate) fn mentions(&self, text: &str, tokens: &Tokens) -> Vec<Mention> {
        let mut out: Vec<Mention> = Vec::new();
        let mut next = 0;
        for (i, hash) in tokens.hashes.iter().enumerate() {
            let bit = hash & ((1 << FILTER_BITS) - 1);
            if self.filter[(bit >> 6) as usize] & (1 << (bit & 63)) == 0 || i < next {
                continue;
            }
            let Some(m) = self.mention_at(text, tokens, i) else {
                continue;
            };
            next = m.tokens.end;
            out.push(m);
        }
        out
    }

    fn mention_at(&self, text: &str, tokens: &Tokens, at: usize) -> Option<Mention> {
        let forms = self.forms.get(tokens.hashes.get(at)?)?;
        let next = tokens.hashes.get(at + 1).copied();
        forms.iter().find_map(|f| {
            if f.second.is_some() && f.second != next {
                return None;
            }
            let end = at + 1 + f.rest.len();
            if tokens.hashes.get(at + 1..end)? != &*f.rest {
                return None;
            }
            let span = Span::new(tokens.spans[at].start, tokens.spans[end - 1].end);
            let name = f.joined.name(text, &tokens.spans[at..end])?;
            let written = name.slice(text);
            let fits = match &f.exact {
                Some(exact) => same_words(span.slice(text), exact),
                // A name in small letters is a word: "sports news agency".
                None => !written.starts_with(char::is_lowercase) || written.contains('.'),
            };
            fits.then_some(Mention {
                agency: f.agency,
                certainty: f.certainty,
                tokens: at..end,
                span: name,
            })
        })
    }
}

impl Joined {
    /// The name alone, of tokens with something joined to it: none where they were written in one.
    fn name(self, text: &str, tokens: &[Span]) -> Option<Span> {
        let (first, last) = (*tokens.first()?, *tokens.last()?);
        let is_joint = |c: char| !c.is_alphanumeric();
        let (mut start, mut end) = (first.start, last.end);
        match self {
            Self::Nothing => {}
            Self::Before => {
                let (_, name) = first.slice(text).split_once(is_joint)?;
                start = first.end - name.trim_start_matches(is_joint).len() as u32;
            }
            Self::Behind => {
                let (name, _) = last.slice(text).rsplit_once(is_joint)?;
                end = last.start + name.trim_end_matches(is_joint).len() as u32;
            }
            Self::Particle(n) => end = last.end.saturating_sub(u32::from(n)),
        }
        Some(Span::new(start, end)).filter(|s| !s.slice(text).is_empty())
    }
}

/// Whether a name is long enough to be told in any case: two words, or a word of six letters.
fn is_long(name: &str) -> bool {
    name.contains(' ') || name.chars().count() > 5
}

/// Equal but for white space and what kind of apostrophe or dash stands between the words.
fn same_words(a: &str, b: &str) -> bool {
    a == b
        || a.chars()
            .filter(|c| c.is_alphanumeric())
            .eq(b.chars().filter(|c| c.is_alphanumeric()))
}

/// Longest name of a host, in bytes, by RFC 1035.
const LONGEST_HOST: usize = 253;

/// A host and the domains above it, the longest first: `a.b.com`, `b.com`.
fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    let host = host.split(['/', '?', '#']).next().unwrap_or(host);
    let host = Some(host).filter(|h| h.len() <= LONGEST_HOST);
    std::iter::successors(host, |h| h.split_once('.').map(|(_, rest)| rest))
        .filter(|h| h.contains('.'))
}

fn parse_file(table: &str) -> Result<File> {
    toml::from_str(table).map_err(|e| Error::in_table("agencies", table, &e))
}

fn check(all: &[Agency]) -> Result<()> {
    let bad = |what: String| {
        Err(Error::new(
            ErrorKind::Field,
            format!("the table of agencies: {what}"),
        ))
    };
    if all.len() > usize::from(u16::MAX) {
        return bad("more than 65,535 entries".into());
    }
    let mut ids = FxHashSet::default();
    let mut forms: FxHashMap<&str, &str> = FxHashMap::default();
    for a in all {
        if a.id.is_empty() || a.id == "own" {
            return bad(format!("`{}` is no id", a.id));
        }
        if !ids.insert(&*a.id) {
            return bad(format!("`{}` stands twice", a.id));
        }
        let own: FxHashSet<&str> = a.names.iter().chain(&a.short).map(|s| &**s).collect();
        for form in own {
            if let Some(other) = forms.insert(form, &a.id) {
                return bad(format!("`{form}` is a name of `{other}` and of `{}`", a.id));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<(String, &str)> {
        let table = Agencies::built_in();
        table
            .mentions(text, &tokenize(text))
            .iter()
            .map(|m| (table.entry(m.agency).id.clone(), m.span.slice(text)))
            .collect()
    }

    #[test]
    fn the_built_in_table_is_sound_and_large() {
        let table = parse_file(BUILT_IN).unwrap();
        check(&table.agency).unwrap();
        let table = Agencies::built_in();
        let all = table.all();
        assert!(all.iter().filter(|a| a.kind != AgencyKind::Outlet).count() >= 180);
        for a in all {
            assert!(!a.names.is_empty() || !a.short.is_empty(), "{}", a.id);
            assert!(!a.forms.is_empty(), "{}", a.id);
            assert_eq!(a.country.len(), 2, "{}", a.id);
            assert!(a.from.zip(a.until).is_none_or(|(f, u)| f <= u), "{}", a.id);
            for p in &a.predecessors {
                assert!(Agencies::built_in().get(p).is_some(), "{}: {p}", a.id);
            }
        }
    }

    #[test]
    fn names_stand_in_any_case_and_short_forms_as_printed() {
        assert_eq!(named("the associated press said"), []);
        assert_eq!(
            named("ASSOCIATED PRESS and CGTN, not cgtn"),
            [
                ("AP".to_owned(), "ASSOCIATED PRESS"),
                ("CGTN".to_owned(), "CGTN")
            ]
        );
    }

    #[test]
    fn what_is_joined_to_a_name_is_told_by_its_apostrophe() {
        for (text, name) in [
            ("dit l'AFP.", "AFP"),
            ("dit l’AFP.", "AFP"),
            ("CNN’s man", "CNN"),
            ("of dell'Associated\r\nPress", "Associated\r\nPress"),
        ] {
            let found: Vec<&str> = named(text).iter().map(|n| n.1).collect();
            assert_eq!(found, [name]);
        }
        for text in ["lAFP", "rota dAssociated\n\rPress", "two CNNs"] {
            assert_eq!(named(text), [], "{text}");
        }
    }

    #[test]
    fn sites_are_told_by_their_domain() {
        let table = Agencies::built_in();
        let id = |host| table.of_site(host).map(|i| &*table.entry(i).id);
        assert_eq!(id("www.apnews.com"), Some("AP"));
        assert_eq!(id("apnews.com/article/x"), Some("AP"));
        assert_eq!(id("notapnews.com"), None);
    }

    #[test]
    fn tables_are_extended_replaced_and_refused_with_the_place() {
        let own = "version = \"x\"\n[[agency]]\nid = \"Tolven Wire\"\nnames = [\"Tolven Wire\"]\nkind = \"agency\"\ncountry = \"GB\"\n";
        let alone = Agencies::read(own).unwrap();
        assert_eq!((alone.all().len(), alone.version()), (1, "x"));
        let more = Agencies::read(&format!("extends = true\n{own}")).unwrap();
        assert!(more.all().len() > 180 && more.version().ends_with("+x"));
        let twice = format!("{own}{}", own.split_once('\n').unwrap().1);
        assert_eq!(Agencies::read(&twice).unwrap_err().kind(), ErrorKind::Field);
        let error = Agencies::read("version = \"x\"\n[[agency]]\nid = 3\n").unwrap_err();
        assert!(error.to_string().contains("line 3"), "{error}");
    }
}
