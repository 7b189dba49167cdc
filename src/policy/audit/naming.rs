//! Whether an article names a source, in whatever way: anything that a reader could take for a credit counts.

use crate::{
    detector::{Article, Copy},
    document::ReferenceKind,
    provenance::{Standing, Who, outlets::fold},
    recognise::{Agencies, Agency, Credited, QUOTED, Role},
    span::Span,
    text::tokenize,
};

/// What attributes a text to the company or body it is about, whose name it must have in any case. Lower case.
#[rustfmt::skip]
const ATTRIBUTIONS: &[&str] = &[
    "press release", "news release", "media release", "statement", "said in a release", "according to", "communiqu",
    "comunicado", "nota de prensa", "nota de imprensa", "pressemitteilung", "mitteilung", "persbericht", "comunicato",
    "пресс-релиз", "сообщении", "新闻稿", "声明", "聲明", "発表", "بيان",
];
/// What credits agencies without naming any. Lower case.
#[rustfmt::skip]
const SOMEBODY: &[&str] = &[
    " wires", "wire service", "wire report", "newswire", "news services", "news service report", "staff reports",
    "with agencies", "and agencies", "agency reports", "from agencies", "agencies contributed", "mit agenturen",
    "agenturmaterial", "con agencias", "redacción y agencias", "com agências", "avec agences", "avec les agences",
    "con agenzie", "по материалам агентств", "综合报道",
];
/// What tells a picture's credit from a byline that looks like one. Lower case.
#[rustfmt::skip]
const PICTURES: &[&str] = &[
    "photo", "foto", "фото", "image", "imagen", "picture", "getty", "pool", "handout", "camera", "video", "graphic",
    "写真", "图片", "图", "사진", "صورة",
];
/// Words that speak for oneself; `us` is a country in capitals.
#[rustfmt::skip]
const FIRST_PERSON: &[&str] = &[
    "we", "our", "ours", "my", "me", "mine", "i'm", "i've", "i'll", "i'd", "we're", "we've", "we'll", "ich", "wir",
    "unser", "unsere", "nous", "notre", "nos", "nosotros", "nuestro", "nuestra", "nós", "nosso", "nossa",
];
/// Share of the words of a passage in sentences of the first person from which all of it is somebody's statement.
const STATEMENT: f64 = 0.15;
/// Words of a line that tells who provided a page's text.
const LABEL: usize = 6;
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

/// Whether an article could be said to credit the source of a copy, or one of its kin. O(length of the text).
pub(super) fn names(
    a: &Article,
    standing: &Standing,
    copy: &Copy,
    kin: &[u16],
    agencies: &Agencies,
) -> bool {
    if credits_somebody(a) {
        return true;
    }
    match &copy.who {
        Who::Own => true,
        Who::Named(name) => {
            let is_body = copy.reference.is_some_and(ReferenceKind::is_statement);
            standing.is_of(&copy.who, agencies)
                || is_credited(a, &copy.who)
                || is_named(a, name) && (!is_body || is_attributed(a))
        }
        Who::Agency(_) => kin.iter().any(|j| names_agency(a, standing, *j, agencies)),
    }
}

/// Whether an article credits agencies without naming them, or is labelled with whoever provided it: `Example News•`.
fn credits_somebody(a: &Article) -> bool {
    let text = &*a.document.text;
    let label = |r: &std::ops::Range<u32>| {
        let line = a.span_of(r);
        (r.end - r.start) as usize <= LABEL
            && text
                .get(line.end as usize..)
                .is_some_and(|rest| rest.starts_with('•'))
    };
    let lower = text.to_lowercase();
    let byline = a.document.meta.byline.as_deref().unwrap_or("");
    let byline = format!(" {}", byline.to_lowercase());
    a.parts.paragraphs.iter().take(LABEL).any(label)
        || SOMEBODY
            .iter()
            .any(|s| lower.contains(s) || byline.contains(s))
}

/// Whether a passage is somebody's statement, told in the first person outside quotation marks.
pub(super) fn is_first_person(a: &Article, passage: &std::ops::Range<u32>) -> bool {
    let text = &*a.document.text;
    let is_speaker = |t: u32| {
        let word = a.spans()[t as usize].slice(text).replace('’', "'");
        a.parts.flags[t as usize] & QUOTED == 0
            && (word == "I" || FIRST_PERSON.contains(&&*word.to_lowercase()))
    };
    let sentences = &a.parts.sentences;
    let (mut spoken, mut from) = (0, passage.start);
    while from < passage.end {
        let next = sentences.partition_point(|s| *s <= from);
        let to = sentences
            .get(next)
            .map_or(passage.end, |s| (*s).min(passage.end));
        if (from..to).any(is_speaker) {
            spoken += to - from;
        }
        from = to;
    }
    f64::from(spoken) >= STATEMENT * f64::from(passage.end - passage.start)
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
        .filter(|s| says_picture(text, *s))
        .collect();
    let is_photo = |s: Span| photos.iter().any(|p| p.start <= s.start && s.end <= p.end);
    let mentions = agencies.mentions(text, &tokenize(text));
    mentions.iter().any(|m| m.agency == i && !is_photo(m.span))
        || has_spelling(text, agency, &photos)
}

/// Whether the line of a picture's credit says that it is one: `Jo Example / AP` may be a byline as well,
/// unless it stands in brackets on a line of its own.
fn says_picture(text: &str, credit: Span) -> bool {
    let (from, to) = (credit.start as usize, credit.end as usize);
    let (Some(before), Some(after)) = (text.get(..from), text.get(to..)) else {
        return false;
    };
    let from = before.rfind('\n').map_or(0, |n| n + 1);
    let to = after.find('\n').map_or(text.len(), |n| to + n);
    let line = text[from..to].trim().to_lowercase();
    line.starts_with('(') && line.ends_with(')') || PICTURES.iter().any(|p| line.contains(p))
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
        (is_short && all_capital)
            .then(|| letters.iter().map(|c| format!("{c}.")).collect::<String>())
    };
    if agency
        .short
        .iter()
        .filter_map(dotted)
        .any(|d| has(&d, text))
    {
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
