//! Notes that a text first stood elsewhere: `This story first appeared in …`, `Authored by … via …`.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;

use super::{
    Paragraph,
    agency::{Agencies, Mention},
    credit::{Credited, Role},
    screen::{self, Lists},
};
use crate::{calendar, span::Span};

/// Phrases after which the place of first publication is named.
#[rustfmt::skip]
const PHRASES: &[&str] = &[
    "first appeared in", "first appeared on", "first appeared at", "originally appeared in", "originally appeared on",
    "originally appeared at", "originally published by", "originally published in", "originally published on",
    "originally published at", "first published by", "first published in", "first published on", "first published at",
    "originally ran in", "originally posted on", "originally posted at", "republished from",
    "republished with permission from", "republished with permission of", "reprinted from",
    "reprinted with permission from", "reprinted by permission of", "reposted from", "cross-posted from",
    "crossposted from", "this article was produced by", "this story was produced by", "this story comes from",
    "authored by", "this article is republished from", "this story is courtesy of", "this story was provided by",
    "this article was provided by", "publicado originalmente en", "publicado originalmente por",
    "publicada originalmente en", "publicado originalmente em", "publicado primero en", "artículo publicado en",
    "article publié dans", "article original publié", "publié initialement par", "initialement publié sur",
    "erschien zuerst in", "erschien zuerst auf", "erschien zuerst bei", "d'abord été publié par",
    "d'abord été publié dans", "d’abord été publié par", "publicado primero por", "julkaistu ensin",
    "publicerades först i", "zuerst erschienen in", "zuerst erschienen bei", "pubblicato originariamente su",
    "впервые опубликовано", "оригинал статьи:", "source:", "source :", "fuente :", "المصدر :", "fuente:", "quelle:",
    "fonte:", "источник:", "джерело:", "来源：", "来源:", "来源： ", "來源：", "المصدر:", "출처:", "स्रोत:", "kaynak:", "źródło:",
];

/// Phrases after which an agency is the origin, but which say nothing of others.
#[rustfmt::skip]
const OF_AGENCIES: &[&str] = &[
    "distributed by", "brought to you by", "content created by", "provided by", "courtesy:", "courtesy of",
    "produced by", "izvor:", "forrás:", "zdroj:", "πηγή:", "bron:", "kilde:", "källa:", "lähde:", "sursa:",
];

/// Phrases before or after which an outlet is cited as the one that had it first.
#[rustfmt::skip]
const CITATIONS: &[&str] = &[
    "according to a report in", "according to a report by", "according to a report from", "according to a story in",
    "first reported the story", "first reported the news", "broke the story", "was first to report",
    "was the first to report", "first reported by", "first reported in", "as reported by", "según informa",
    "según publica", "según publicó", "comme le rapporte", "selon une information de", "wie zuerst",
    "как сообщает издание",
];

/// Longest note, in tokens.
const LONGEST: usize = 60;
/// Words of the name of a place of publication.
const NAME_WORDS: usize = 7;

/// All lists of this file.
pub(super) const LISTED: [(Lists, &[&str]); 3] = [
    (screen::REPUBLICATION, PHRASES),
    (screen::REPUBLICATION, OF_AGENCIES),
    (screen::REPUBLICATION, CITATIONS),
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let all: Vec<&str> = PHRASES
        .iter()
        .chain(OF_AGENCIES)
        .chain(CITATIONS)
        .copied()
        .collect();
    super::furniture::finder(&all)
});

/// Whom a note names, as what, and where.
pub(super) fn read(
    line: &Paragraph<'_>,
    named: &[Mention],
    table: &Agencies,
) -> Option<(Credited, Role, Span)> {
    if line.tokens.len() > LONGEST || line.lists & screen::REPUBLICATION == 0 {
        return None;
    }
    let found = FINDER.as_ref()?.find(line.text)?;
    let phrase = found.start();
    // Two patterns a phrase: as it is, and with a capital.
    let pattern = found.pattern().as_usize() / 2;
    if pattern >= PHRASES.len() + OF_AGENCIES.len() {
        return cited(line, found.start()..found.end(), named);
    }
    let label = line.text[..found.end()].trim_end().ends_with([':', '：']);
    // A label such as `Source:` opens its line.
    if label
        && !line.text[..phrase]
            .trim_matches(|c: char| !c.is_alphanumeric())
            .is_empty()
    {
        return None;
    }
    let mut from = found.end();
    let mut rest = &line.text[from..];
    // `Authored by Jane Orlow via TolvenBlog.com`: the second is the place.
    if let Some((at, word)) = ["via ", "Via "]
        .iter()
        .find_map(|v| rest.find(v).map(|at| (at, *v)))
        && at < 80
    {
        from += at + word.len();
        rest = &line.text[from..];
    }
    let base = line.span.start;
    let mention = named.iter().find(|m| {
        let at = (m.span.start - base) as usize;
        at >= from && line.text[from..at].split_whitespace().all(is_article)
    });
    if let Some(m) = mention {
        // `Source: Tolven News poll` is no credit.
        let after = line.text.get((m.span.end - base) as usize..).unwrap_or("");
        let ends = |c: char| !c.is_alphanumeric();
        return (!label || after.trim_start().chars().next().is_none_or(ends)).then(|| {
            let span = Span::new(base + phrase as u32, m.span.end);
            (Credited::Agency(m.agency), Role::Origin, span)
        });
    }
    if pattern >= PHRASES.len() {
        return None;
    }
    let name = name(rest)?;
    let is_site = name.contains('.') && !name.contains(' ');
    // `Source: Tolven Institute` stands under tables and polls.
    if label && !is_site {
        return None;
    }
    let start = from + (name.as_ptr() as usize - rest.as_ptr() as usize);
    let with_article = format!("The {name}");
    let known = table
        .named(name)
        .or_else(|| table.named(&with_article))
        .or_else(|| table.of_site(&name.to_lowercase()));
    let who = match known {
        Some(i) => Credited::Agency(i),
        None => Credited::Named(name.into()),
    };
    Some((
        who,
        Role::Origin,
        Span::new(base + phrase as u32, base + (start + name.len()) as u32),
    ))
}

/// An outlet cited by name. Agencies are cited everywhere; of those `phrases` tells.
fn cited(
    line: &Paragraph<'_>,
    phrase: Range<usize>,
    named: &[Mention],
) -> Option<(Credited, Role, Span)> {
    let base = line.span.start;
    let (before, after) = (&line.text[..phrase.start], &line.text[phrase.end..]);
    let (name, from, to) = match name(after.trim_start()) {
        Some(n)
            if !before.ends_with(|c: char| c.is_uppercase())
                && after.starts_with(' ')
                && !line.text[phrase.clone()].ends_with("story") =>
        {
            let at = n.as_ptr() as usize - line.text.as_ptr() as usize;
            (n, phrase.start, at + n.len())
        }
        _ => {
            // `Tolven Post first reported the story.`
            let start = before
                .rfind(['.', '!', '?', ',', ';', ':', '"', '”'])
                .map_or(0, |i| {
                    i + before[i..].chars().next().map_or(1, char::len_utf8)
                });
            let n = name(&before[start..])?;
            let at = n.as_ptr() as usize - line.text.as_ptr() as usize;
            (n, at, phrase.end)
        }
    };
    let span = Span::new(base + from as u32, base + to as u32);
    if let Some(m) = named
        .iter()
        .find(|m| m.span.start >= span.start && m.span.end <= span.end)
    {
        return Some((Credited::Agency(m.agency), Role::Cited, span));
    }
    Some((Credited::Named(name.into()), Role::Cited, span))
}

/// Whether a word before a name is an article or a mark.
fn is_article(word: &str) -> bool {
    const ARTICLES: [&str; 14] = [
        "the", "a", "an", "el", "la", "le", "les", "die", "der", "das", "l", "o", "il", "agency",
    ];
    let bare = word
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    bare.is_empty() || ARTICLES.contains(&&*bare)
}

/// The name that text begins with: words with a capital, or a domain.
fn name(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    for article in [
        "the ", "The ", "el ", "la ", "El ", "La ", "le ", "Le ", "die ", "der ", "das ",
    ] {
        rest = rest.strip_prefix(article).unwrap_or(rest);
    }
    let mut end = 0;
    for (words, word) in rest.split_inclusive(' ').enumerate() {
        let plain = word.trim();
        let first = plain.chars().next()?;
        let lower = plain.to_lowercase();
        let is_site = plain.contains('.') && !plain.ends_with('.') && plain.is_ascii();
        let joins = words > 0
            && matches!(
                &*lower,
                "of" | "de" | "for" | "and" | "&" | "del" | "la" | "der" | "du"
            );
        if !(first.is_uppercase() || is_site || joins || !first.is_ascii()) || words == NAME_WORDS {
            break;
        }
        let stop = plain.trim_end_matches(['.', ',', ';', ':', ')', '”', '"', '!', '’']);
        let owner = stop.strip_suffix("'s").or_else(|| stop.strip_suffix("’s"));
        let (stop, owns) = (owner.unwrap_or(stop), owner.is_some());
        let at = word.as_ptr() as usize - rest.as_ptr() as usize;
        if !joins {
            if calendar::is_month(&stop.to_lowercase())
                || calendar::is_weekday(&stop.to_lowercase())
            {
                break;
            }
            end = at + (plain.as_ptr() as usize - word.as_ptr() as usize) + stop.len();
        }
        if owns || stop.len() < plain.len() {
            break;
        }
    }
    let name = rest.get(..end)?;
    (name.chars().count() >= 3 && name.len() <= 120 && !name.starts_with(char::is_numeric))
        .then_some(name)
}
