//! What the words beside a name make of it: a picture's credit, a citation, a contribution, a copyright line.

use unicode_normalization::UnicodeNormalization;

use super::{agency::Mention, calendar};

/// Words of a line that is no sentence.
const SHORT_LINE: usize = 14;

/// Words beside a name that make it the credit of a picture.
const PHOTO: &[&str] = &[
    "photo",
    "photos",
    "photograph",
    "photographer",
    "photographs",
    "image",
    "images",
    "getty",
    "picture",
    "pictures",
    "pool",
    "handout",
    "epa",
    "epa-efe",
    "shutterstock",
    "alamy",
    "istock",
    "camera",
    "graphic",
    "graphics",
    "infographic",
    "foto",
    "fotos",
    "fotografía",
    "fotograf",
    "bild",
    "bilder",
    "photographie",
    "crédit",
    "crédito",
    "фото",
    "图",
    "图片",
    "資料圖片",
    "写真",
    "사진",
    "صورة",
    "फोटो",
    "imagen",
    "imagens",
    "footage",
    "caption",
    "videostill",
    "screengrab",
    "archivbild",
    "archivo",
    "pics",
    "pic",
    "cartoon",
    "map",
];

/// Verbs and nouns behind a name that is cited.
const SAYS: &[&str] = &[
    "said",
    "says",
    "reported",
    "reports",
    "reporting",
    "report",
    "wrote",
    "writes",
    "quoted",
    "quotes",
    "cited",
    "cites",
    "added",
    "adds",
    "noted",
    "noted",
    "disclosed",
    "revealed",
    "announced",
    "claimed",
    "learned",
    "learnt",
    "understands",
    "observed",
    "interviewed",
    "asked",
    "tallied",
    "counted",
    "confirmed",
    "dispatch",
    "dispatches",
    "news agency",
    "newswire",
    "wire service",
    "correspondent",
    "reporter",
    "journalist",
    "interview",
    "has learned",
    "is reporting",
    "informó",
    "informa",
    "informó",
    "dijo",
    "señaló",
    "citó",
    "indicó",
    "reportó",
    "confirmó",
    "publicó",
    "noticiou",
    "informou",
    "disse",
    "afirmou",
    "divulgou",
    "rapporte",
    "a rapporté",
    "a indiqué",
    "a annoncé",
    "indique",
    "annonce",
    "selon",
    "apprend",
    "mande",
    "dit",
    "publie",
    "télégraphie",
    "communique",
    "reçoit",
    "meldet",
    "meldete",
    "berichtet",
    "berichtete",
    "zufolge",
    "schreibt",
    "meldung",
    "sagte",
    "erfuhr",
    "riferisce",
    "ha riferito",
    "scrive",
    "riporta",
    "meldt",
    "bericht",
    "сообщает",
    "сообщило",
    "сообщил",
    "передает",
    "передаёт",
    "передал",
    "передало",
    "заявил",
    "пишет",
    "со ссылкой",
    "повідомляє",
    "передає",
    "报道",
    "报道称",
    "報道",
    "援引",
    "が伝えた",
    "によると",
    "によれば",
    "가 보도",
    "보도했다",
    "에 따르면",
    "ذكرت",
    "أفادت",
    "نقلت",
    "के अनुसार",
    "ने बताया",
    "ने कहा",
    "bildirdi",
    "melaporkan",
    "lapor",
    "melaporkan",
];

/// Words before a name that is cited, and words that may stand between.
const CITES: &[&str] = &[
    "told",
    "tells",
    "telling",
    "to",
    "by",
    "citing",
    "cited",
    "quoting",
    "quoted",
    "according",
    "per",
    "reported",
    "with",
    "from",
    "for",
    "via",
    "from",
    "quotes",
    "según",
    "segun",
    "a",
    "de",
    "por",
    "citado",
    "declaró",
    "selon",
    "par",
    "à",
    "auprès",
    "d'après",
    "laut",
    "gegenüber",
    "zufolge",
    "von",
    "nach",
    "secondo",
    "a",
    "segundo",
    "volgens",
    "сообщил",
    "сообщила",
    "рассказал",
    "по",
    "данным",
    "заявил",
    "据",
    "據",
    "援引",
    "وفقا",
    "بحسب",
    "لوكالة",
    "reporters",
];

const BETWEEN: &[&str] = &[
    "the",
    "news",
    "agency",
    "agencies",
    "state",
    "state-run",
    "official",
    "wire",
    "service",
    "television",
    "broadcaster",
    "newspaper",
    "la",
    "el",
    "l",
    "l'agence",
    "agence",
    "agencia",
    "agência",
    "agenzia",
    "agentur",
    "nachrichtenagentur",
    "der",
    "die",
    "dem",
    "une",
    "an",
    "media",
    "outlet",
    "network",
    "site",
    "website",
    "агентству",
    "агентство",
    "агентства",
    "correspondents",
    "journalists",
    "a",
    "semi-official",
    "local",
    "domestic",
    "international",
];

/// Verbs of `CITES` that need no preposition.
fn cites_alone(word: &str) -> bool {
    matches!(
        word,
        "told"
            | "tells"
            | "telling"
            | "citing"
            | "cited"
            | "quoting"
            | "quoted"
            | "per"
            | "según"
            | "segun"
            | "selon"
            | "laut"
            | "gegenüber"
            | "secondo"
            | "segundo"
            | "volgens"
            | "据"
            | "據"
            | "援引"
            | "بحسب"
            | "d'après"
    )
}

/// The last words of a text, at most `n`, as one slice.
pub(super) fn last_words(text: &str, n: usize) -> &str {
    let text = text.trim_end();
    let start = text
        .rmatch_indices(char::is_whitespace)
        .nth(n.saturating_sub(1))
        .map_or(0, |(at, s)| at + s.len());
    &text[start..]
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’' && c != '-')
        .filter(|w| !w.is_empty())
}

/// The near part of what stands before a name: at most 64 bytes.
fn near_before(before: &str) -> &str {
    let from = before.len().saturating_sub(64);
    let from = (from..=before.len())
        .find(|i| before.is_char_boundary(*i))
        .unwrap_or(before.len());
    &before[from..]
}

fn near_after(after: &str) -> &str {
    let to = (0..=after.len().min(64))
        .rev()
        .find(|i| after.is_char_boundary(*i))
        .unwrap_or(0);
    &after[..to]
}

fn is_photo_word(word: &str) -> bool {
    PHOTO.contains(&&*word.to_lowercase())
}

/// Whether a name is the credit of a picture by what stands right beside it.
pub(super) fn is_photo(before: &str, after: &str) -> bool {
    let (before, after) = (near_before(before), near_after(after));
    let next = words(after).next();
    if next.is_some_and(is_photo_word) && !after.trim_start().starts_with(['.', '!', '?', '\n']) {
        return true;
    }
    // `Jo Example/AP`, `AP/Jo Example`, `AP/Getty`; not `/AP/` and not `dpa/afp`.
    let slash_before = before.trim_end().ends_with('/')
        && words(before).next_back().is_some_and(|w| {
            w.starts_with(char::is_uppercase) && w.chars().any(char::is_lowercase)
        });
    let slash_after = after.starts_with('/')
        && after[1..].starts_with(char::is_uppercase)
        && words(after)
            .next()
            .is_some_and(|w| w.chars().any(char::is_lowercase));
    if slash_before || slash_after {
        return true;
    }
    let pipe = before.trim_end().ends_with('|') && after.trim_start().starts_with('|');
    // The words of the same sentence and bracket.
    let same = before
        .rsplit([')', ']', '.', '!', '?', ';', '…'])
        .next()
        .unwrap_or(before);
    let photo_before = words(same).rev().take(4).any(is_photo_word);
    let file = before.trim_end().to_lowercase().ends_with("photo.")
        || before.trim_end().to_lowercase().ends_with("image:");
    pipe || photo_before || file
}

/// Whether what stands before a name makes it the signature of a caption.
pub(super) fn is_signed(before: &str) -> bool {
    before.trim_end().ends_with(['/', '(', '|', '['])
        || words(near_before(before)).rev().take(2).any(is_photo_word)
}

/// Whether a whole line is the credit of a picture.
pub(super) fn is_photo_line(lower: &str, line: &str, named: &[&Mention], base: u32) -> bool {
    if lower.starts_with("credit:")
        || lower.starts_with("media:")
        || lower.starts_with("image copyright")
        || lower.starts_with("file photo")
    {
        return true;
    }
    if line.len() > 160 {
        return false;
    }
    let has_photo = words(lower).any(is_photo_word);
    let closes = named.last().is_some_and(|m| {
        line[..(m.span.start - base) as usize]
            .trim_end()
            .ends_with('.')
    });
    if has_photo
        && !closes
        && words(lower).count() <= SHORT_LINE
        && !is_copyright(lower)
        && !super::byline::begins(line)
    {
        return true;
    }
    // `Saul Loeb | AFP | Getty Images`, `Antonio Bronic / Reuters`: a name, a mark, an agency, and nothing else.
    let Some(m) = named.last() else { return false };
    let before = line[..(m.span.start - base) as usize].trim_end();
    let after = line[(m.span.end - base) as usize..].trim();
    let slashed = before.ends_with('/')
        && before
            .trim_end_matches(['/', ' '])
            .ends_with(char::is_alphabetic);
    slashed
        && after
            .trim_matches(|c: char| !c.is_alphanumeric())
            .is_empty()
        && !super::byline::begins(line)
}

/// Whether a line is a copyright line.
pub(super) fn is_copyright(lower: &str) -> bool {
    lower.len() <= 400
        && (lower.starts_with('©')
            || lower.starts_with("copyright")
            || lower.starts_with("(c)")
            || lower.contains(" © ")
            || lower.contains("™ & ©")
            || lower.contains("all rights reserved")
            || lower.contains("copyright ©")
            || lower.contains("todos los derechos reservados")
            || lower.contains("tous droits réservés")
            || lower.contains("alle rechte vorbehalten")
            || lower.contains("все права защищены")
            || lower.contains("版权所有")
            || lower.contains("無断転載")
            || lower.contains("무단 전재")
            || lower.contains("may not be published, broadcast")
            || lower.contains("-wire ™"))
}

const CONTRIBUTIONS: &[&str] = &[
    "contributed to this",
    "contributed to the",
    "contributed reporting",
    "contributed from",
    "contributed.",
    "contributed to",
    "with inputs from",
    "with input from",
    "inputs from",
    "with files from",
    "with reporting by",
    "with reporting from",
    "additional reporting by",
    "additional reporting from",
    "with agency inputs",
    "contribuyó a",
    "contribuyeron a",
    "con información de",
    "con datos de",
    "con informacion de",
    "ont contribué",
    "a contribué à",
    "avec l'",
    "(avec ",
    "avec afp",
    "mit material von",
    "mit material der",
    "mit informationen von",
    "mit agenturmaterial",
    "com informações da",
    "com informações de",
    "com agências",
    "ha contribuito",
    "con materiale di",
    "con informazioni di",
    "с использованием материалов",
    "при участии",
    "по материалам",
    "with wire reports",
    "compiled from",
    "from wire reports",
    "wire services",
    "(mit ",
];

/// Whether a line lists who helped with the text.
pub(super) fn is_contribution(lower: &str) -> bool {
    CONTRIBUTIONS.iter().any(|c| lower.contains(c)) && lower.len() <= 400
}

/// Whether the sentence round a name is about who helped with the text.
pub(super) fn is_sentence_of_contribution(before: &str, after: &str) -> bool {
    let near = near_before(before).to_lowercase();
    let next = near_after(after).to_lowercase();
    next.contains("contributed to this")
        || next.contains("contributed to the report")
        || [
            "with inputs from",
            "with files from",
            "additional reporting by",
            "with reporting by",
            "mit material von",
            "con información de",
            "com informações da",
        ]
        .iter()
        .any(|p| near.contains(p))
}

const POSTS: &[&str] = &[
    "writer",
    "writers",
    "reporter",
    "reporters",
    "correspondent",
    "correspondents",
    "journalist",
    "journalists",
    "editor",
    "researcher",
    "white house",
    "national security",
    "diplomatic",
    "political",
    "business",
    "sports",
    "staff",
    "supreme court",
    "medical",
    "science",
    "economics",
    "video",
];

/// Whether what stands behind a name says that somebody writes for it.
pub(super) fn is_writer_of(after: &str) -> bool {
    let lower = near_after(after).to_lowercase();
    let lower = lower.trim_start_matches(['\'', '’', 's', ' ']);
    POSTS.iter().any(|p| lower.starts_with(p))
        && [
            "writer",
            "reporter",
            "correspondent",
            "journalist",
            "editor",
            "researcher",
            "staff",
        ]
        .iter()
        .any(|p| lower.contains(p))
}

/// Whether a line says who its writer is.
pub(super) fn is_about_writer(lower: &str) -> bool {
    [
        " is a ",
        " is an ",
        " is the ",
        " writes for ",
        " reports for ",
        " are ",
    ]
    .iter()
    .any(|p| lower.contains(p))
}

/// The byte before which a bracket opens right before a name, and how far behind the name it closes, where nothing stands in it
/// but what `fits`.
pub(super) fn brackets(
    before: &str,
    after: &str,
    fits: impl Fn(&str) -> bool,
) -> Option<(usize, usize)> {
    let near = near_before(before);
    let open = near.rfind(['(', '[', '（', '【', '［', '〔'])?;
    let mark = near[open..].chars().next()?;
    let inside = &near[open + mark.len_utf8()..];
    if inside.contains([')', ']', '）', '】', '］']) {
        return None;
    }
    let next = near_after(after);
    let close = next.find([')', ']', '）', '】', '］', '〕'])?;
    let end = close + next[close..].chars().next()?.len_utf8();
    let at = before.len() - near.len() + open;
    // The name itself stands between the two.
    let rest = format!("{inside} {}", &next[..close]);
    let only = rest.trim_matches(|c: char| !c.is_alphanumeric());
    (only.is_empty()
        || rest.len() < 40
            && (fits(only)
                || only.chars().count() <= 14 && !only.contains(' ') && rest.contains(['/', '-'])))
    .then_some((at, end))
}

/// Whether text ends with a date or the day of one.
pub(super) fn ends_with_date(text: &str) -> bool {
    let text = near_before(text).trim_end_matches(['.', ',', ' ', '—', '–', '-', ':']);
    let mut back = words(text).rev();
    let Some(last) = back.next() else {
        return false;
    };
    let lower = last.to_lowercase();
    let day = |w: &str| w.chars().next().is_some_and(char::is_numeric) && w.chars().count() <= 4;
    let before = back.next().unwrap_or("").to_lowercase();
    calendar::is_month(&lower) && day(&before)
        || day(&lower) && calendar::is_month(&before)
        || day(&lower) && text[..text.len() - last.len()].trim_end().ends_with(',')
}

/// Whether a name stands between a date and a dash: `12 . — Reuter . —`.
pub(super) fn is_between_date_and_dash(before: &str, after: &str) -> bool {
    let before = near_before(before).trim_end();
    let after = after.trim_start();
    before.ends_with(['—', '–', '-', '.', ','])
        && ends_with_date(before)
        && after
            .trim_start_matches(['.', ',', ' '])
            .starts_with(['—', '–', '-', '―'])
}

/// Whether text ends with a bracket that holds a date: `(July 15)`, as captions of films do.
pub(super) fn ends_with_dated_bracket(before: &str) -> bool {
    let near = near_before(before).trim_end();
    near.strip_suffix(')')
        .and_then(|n| n.rsplit_once('('))
        .is_some_and(|(_, inside)| ends_with_date(inside))
}

/// Whether a line opens as the heading of an agency's dispatches: `Dépêches de l'Agence …`.
pub(super) fn is_heading_of_dispatches(before: &str) -> bool {
    if before.len() > 60 {
        return false;
    }
    let Some(first) = words(before).next().map(str::to_lowercase) else {
        return false;
    };
    let plain: String = first.nfd().filter(char::is_ascii).collect();
    // Old papers are read by scanners.
    [
        "depeches",
        "telegrammes",
        "telegramme",
        "services",
        "depeschen",
    ]
    .iter()
    .any(|w| strsim::osa_distance(&plain, w) <= 2)
}

/// Whether a name stands apart from the sentence before it and the one behind it.
pub(super) fn stands_apart(before: &str, after: &str) -> bool {
    let before = before.trim_end();
    let after = after.trim_start();
    let open = before.is_empty()
        || before.ends_with([
            '/', '(', '-', '—', '–', '.', '|', '•', ',', ':', ']', '»', '”', '"', '【', '（', '［',
            '=',
        ]);
    let close = after.is_empty()
        || after.starts_with([
            '/', ')', '-', '—', '–', '.', '|', '•', ',', ':', '】', '）', '］', '=',
        ]);
    open && close
}

/// Whether a name is cited: how many bytes before it and behind it belong to the citation.
pub(super) fn citation(before: &str, after: &str) -> Option<(usize, usize)> {
    let next = near_after(after);
    let lower = next.to_lowercase();
    let trimmed = lower.trim_start_matches(['\'', '’', ' ', '-', ',']);
    if !next.trim_start().starts_with(['.', '!', '?'])
        && let Some(says) = SAYS.iter().find(|s| {
            trimmed.strip_prefix(**s).is_some_and(|r| !r.starts_with(|c: char| c.is_alphanumeric() && c.is_ascii()))
        })
        // Case folding may change lengths; the verb is found again as printed.
        && lower.len() == next.len()
    {
        let ahead = lower.len() - trimmed.len() + says.len();
        return next.is_char_boundary(ahead).then_some((0, ahead));
    }
    let near = near_before(before);
    let mut seen: Vec<&str> = Vec::new();
    for w in words(near).rev().take(6) {
        let lower = w.to_lowercase();
        seen.push(w);
        if BETWEEN.contains(&&*lower) {
            continue;
        }
        if !CITES.contains(&&*lower) {
            return None;
        }
        let start = w.as_ptr() as usize - near.as_ptr() as usize;
        if cites_alone(&lower) {
            return Some((near.len() - start, 0));
        }
        // A preposition needs its verb: `according to`, `reported by`, `interview with`.
        let verb = words(&near[..start]).next_back()?.to_lowercase();
        let verbs = [
            "according",
            "reported",
            "quoted",
            "cited",
            "published",
            "obtained",
            "interview",
            "statement",
            "report",
            "dispatch",
            "dispatches",
            "account",
            "seen",
            "reviewed",
            "sent",
            "given",
            "speaking",
            "spoke",
            "talking",
            "declaró",
            "dijo",
            "information",
            "comments",
            "told",
            "dépêche",
            "dépêches",
            "correspondant",
            "données",
            "данным",
            "telegramm",
            "meldung",
            "interviewed",
            "reports",
            "data",
            "tally",
            "acuerdo",
            "figures",
        ];
        if !verbs.contains(&&*verb) {
            return None;
        }
        let at = near[..start]
            .to_lowercase()
            .rfind(&verb)
            .filter(|a| near.is_char_boundary(*a))
            .unwrap_or(start);
        return Some((near.len() - at, 0));
    }
    None
}
