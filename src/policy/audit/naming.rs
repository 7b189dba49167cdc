//! Whether an article names a source, in whatever way: anything that a reader could take for a credit counts.

use crate::{
    detector::Article,
    document::ReferenceKind,
    provenance::{Standing, Who, outlets::fold},
    recognise::{Agencies, Agency, Credited, Role},
    span::Span,
    text::tokenize,
};

/// What attributes a text to the company or body it is about, whose name it must have in any case. Lower case.
const ATTRIBUTIONS: &[&str] = &[
    "press release",
    "news release",
    "media release",
    "statement",
    "said in a release",
    "according to",
    "communiqu",
    "comunicado",
    "nota de prensa",
    "nota de imprensa",
    "pressemitteilung",
    "mitteilung",
    "persbericht",
    "comunicato",
    "пресс-релиз",
    "сообщении",
    "新闻稿",
    "声明",
    "聲明",
    "発表",
    "بيان",
];
/// Characters of a name from which it is looked for as a string, whatever stands beside it.
const LONG: usize = 6;

/// What is looked through: the text, and what came with it.
pub(super) fn searched(a: &Article) -> Vec<&'static str> {
    let m = &a.document.meta;
    let fields = [
        ("title", &m.title),
        ("byline", &m.byline),
        ("outlet", &m.outlet),
        ("url", &m.url),
    ];
    let given = fields.iter().filter(|(_, f)| f.is_some()).map(|f| f.0);
    std::iter::once("text").chain(given).collect()
}

/// Whether an article could be said to credit `who`, whose copy is known as an original of the kind `reference` or by
/// credits elsewhere. O(length of the text).
pub(super) fn names(
    a: &Article,
    standing: &Standing,
    who: &Who,
    reference: Option<ReferenceKind>,
    agencies: &Agencies,
) -> bool {
    match who {
        Who::Own => true,
        Who::Named(name) => {
            let is_body = matches!(
                reference,
                Some(ReferenceKind::PressRelease | ReferenceKind::Government)
            );
            standing.is_of(who, agencies)
                || is_credited(a, who)
                || is_named(a, name) && (!is_body || is_attributed(a))
        }
        Who::Agency(i) => {
            let source = &agencies.all()[*i as usize].id;
            let kin = |j: &usize| agencies.are_kin(&agencies.all()[*j].id, source);
            (0..agencies.all().len())
                .filter(kin)
                .any(|j| names_agency(a, standing, j as u16, agencies))
        }
    }
}

fn is_credited(a: &Article, who: &Who) -> bool {
    let credits = &a.attribution.credits;
    credits.iter().any(|c| {
        c.role != Role::Photo
            && match (&c.who, who) {
                (Credited::Agency(i), Who::Agency(j)) => i == j,
                (Credited::Named(x), Who::Named(y)) => fold(x) == fold(y),
                _ => false,
            }
    })
}

/// Whether the text or what came with it has a name that is in no table.
fn is_named(a: &Article, name: &str) -> bool {
    let name = fold(name);
    let m = &a.document.meta;
    let given = [&m.title, &m.byline, &m.outlet, &m.url];
    !name.is_empty()
        && std::iter::once(&*a.document.text)
            .chain(given.into_iter().flatten().map(|s| &**s))
            .any(|text| fold(text).contains(&name))
}

fn is_attributed(a: &Article) -> bool {
    let text = a.document.text.to_lowercase();
    ATTRIBUTIONS.iter().any(|s| text.contains(s))
}

fn names_agency(a: &Article, standing: &Standing, i: u16, agencies: &Agencies) -> bool {
    let who = Who::Agency(i);
    if standing.is_of(&who, agencies) || is_credited(a, &who) {
        return true;
    }
    let agency = &agencies.all()[i as usize];
    let m = &a.document.meta;
    let given = [&m.title, &m.byline, &m.outlet];
    given.into_iter().flatten().any(|s| {
        let tokens = tokenize(s);
        agencies.mentions(s, &tokens).iter().any(|m| m.agency == i) || has_spelling(s, agency, &[])
    }) || m.url.as_deref().is_some_and(|u| is_in_address(u, agency))
        || names_in_text(a, i, agency, agencies)
}

/// A name in the text that is no picture's credit.
fn names_in_text(a: &Article, i: u16, agency: &Agency, agencies: &Agencies) -> bool {
    let text = &*a.document.text;
    let photos: Vec<Span> = a
        .attribution
        .credits
        .iter()
        .filter(|c| c.role == Role::Photo && c.who == Credited::Agency(i))
        .filter_map(|c| c.span)
        .collect();
    let is_photo = |s: Span| photos.iter().any(|p| p.start <= s.start && s.end <= p.end);
    let mentions = agencies.mentions(text, &a.tokens);
    mentions.iter().any(|m| m.agency == i && !is_photo(m.span)) || has_spelling(text, agency, &photos)
}

/// Whether a text has a spelling of a name that the table's forms miss: in small letters, grown together with the word
/// before it, or a short form with full stops.
fn has_spelling(text: &str, agency: &Agency, photos: &[Span]) -> bool {
    let is_apart = |(at, s): (usize, &str)| {
        let (from, to) = (at as u32, (at + s.len()) as u32);
        !photos.iter().any(|p| p.start < to && from < p.end)
    };
    let has = |name: &str, text: &str| text.match_indices(name).any(is_apart);
    let dotted = |short: &String| {
        let letters: Vec<char> = short.chars().collect();
        let is_short = (2..=5).contains(&letters.len());
        let all_capital = letters.iter().all(|c| c.is_uppercase());
        (is_short && all_capital).then(|| letters.iter().map(|c| format!("{c}.")).collect::<String>())
    };
    if agency.short.iter().filter_map(dotted).any(|d| has(&d, text)) {
        return true;
    }
    // Of ASCII alone, so that places stay what they are.
    let lower = text.to_ascii_lowercase();
    agency
        .names
        .iter()
        .filter(|n| n.chars().count() >= LONG)
        .any(|n| has(&n.to_ascii_lowercase(), &lower))
}

/// Whether a step of an address is a name of an agency: `/ap/`, `/wire-reuters-/`.
fn is_in_address(url: &str, agency: &Agency) -> bool {
    let url = url.to_lowercase();
    let names = agency.short.iter().chain(&agency.names).chain([&agency.id]);
    let names: Vec<String> = names.map(|n| fold(n)).filter(|n| n.len() > 1).collect();
    url.split(|c: char| !c.is_alphanumeric())
        .any(|step| names.iter().any(|n| n == step))
}
