//! What the words beside a name make of it: a picture's credit, a citation, a contribution, a copyright line. Word lists of
//! many languages, and small rules over the words next to the name.

use unicode_normalization::UnicodeNormalization;

use super::agency::Mention;
use crate::calendar;

/// Words of a line that is no sentence.
const SHORT_LINE: usize = 14;
/// Bytes looked at on either side of a name.
const NEAR: usize = 64;

/// Words beside a name that make it the credit of a picture.
#[rustfmt::skip]
const PHOTO: &[&str] = &[
    "photo", "photos", "photograph", "photographer", "photographs", "image", "images", "getty", "picture", "pictures", "pool", "handout", "epa",
    "epa-efe", "shutterstock", "alamy", "istock", "camera", "graphic", "graphics", "infographic", "foto", "fotos", "fotografía", "fotograf", "bild",
    "bilder", "photographie", "crédit", "crédito", "фото", "图", "图片", "摄", "攝", "資料圖片", "写真", "사진", "صورة", "फोटो", "imagen", "imagens", "footage",
    "caption", "videostill", "screengrab", "archivbild", "archivo", "pics", "pic", "cartoon", "map", "kuva", "kép", "fotó", "zdjęcie", "снимка", "світлина",
];

/// Verbs and nouns beside a name that is cited, in either order.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    // English
    "said", "says", "reported", "reports", "reporting", "report", "wrote", "writes", "quoted", "quotes", "quoting", "cited", "cites", "citing", "adds", "noted",
    "disclosed", "revealed", "announced", "claimed", "learned", "learnt", "understands", "observed", "interviewed", "asked", "confirmed", "told", "tells", "telling",
    "dispatch", "dispatches", "correspondent", "reporter", "journalist", "interview", "per", "according", "published", "obtained", "tallied", "counted",
    // Spanish, Portuguese, Italian, Romanian, Catalan
    "informó", "informa", "informaron", "dijo", "señaló", "citó", "indicó", "reportó", "confirmó", "publicó", "declaró", "según", "segun", "dijeron", "noticiou", "informou", "disse",
    "afirmou", "divulgou", "segundo", "secondo", "riferisce", "riferito", "scrive", "riporta", "afferma", "transmite", "anunță", "relatează", "scrie", "potrivit", "segons", "informat",
    // French
    "rapporte", "rapporté", "indiqué", "annoncé", "indique", "annonce", "selon", "apprend", "mande", "dit", "publie", "télégraphie", "communique", "reçoit", "d'après", "déclaré", "confié", "dépêche", "dépêches",
    "correspondant",
    // German, Dutch, Scandinavian, Finnish
    "meldet", "meldete", "berichtet", "berichtete", "zufolge", "schreibt", "meldung", "sagte", "erfuhr", "laut", "gegenüber", "meldt", "meldde", "bericht", "schrijft", "volgens", "zegt", "rapporterar",
    "skriver", "uppger", "melder", "rapporterer", "oplyser", "ifølge", "enligt", "kertoo", "kertoi", "mukaan", "uutisoi", "raportoi",
    // Slavic, Baltic, Hungarian, Greek, Turkish
    "сообщает", "сообщило", "сообщил", "сообщила", "сообщили", "передает", "передаёт", "передал", "передало", "заявил", "пишет", "рассказал", "данным", "ссылкой", "повідомляє", "повідомив", "передає", "пише",
    "съобщава", "съобщи", "предаде", "предава", "пише", "јавља", "informuje", "poinformowała", "podaje", "podała", "informovala", "informoval", "uvedla", "píše", "informuje", "javlja", "prenosi", "piše",
    "poroča", "navaja", "praneša", "pranešė", "ziņo", "vēsta", "jelentette", "jelenti", "közölte", "írja", "αναφέρει", "μεταδίδει", "σύμφωνα", "bildirdi", "duyurdu", "göre", "haberine", "aktardı", "teatab", "vahendab",
    // Arabic, Persian, Urdu, Hindi, Bengali
    "ذكرت", "أفادت", "نقلت", "قالت", "قال", "وفقا", "بحسب", "حسب", "گزارش", "نوشت", "کہا", "بتایا", "मुताबिक", "अनुसार", "बताया", "कहा", "জানিয়েছে",
    // Malay, Indonesian, Vietnamese
    "melaporkan", "dilaporkan", "lapor", "memetik", "dikutip", "theo", "đưa",
];

/// What follows a name that is cited, in scripts without spaces or with particles.
#[rustfmt::skip]
const CITED_BY_SUFFIX: &[&str] = &[
    "报道", "報道", "報導", "消息称", "援引", "记者获悉", "が伝えた", "が報じ", "によると", "によれば", "の報道", "가 보도", "이 보도", "에 따르면", "는 보도", "가 전했",
    "news agency", "newswire", "wire service", "has learned", "is reporting", "के अनुसार", "के मुताबिक", "ने बताया", "ने कहा", "'nın haberine", "'a göre",
];

/// What precedes a name that is cited, in scripts without spaces.
const CITED_BY_PREFIX: &[&str] = &["据", "據", "援引", "引述", "引述了", "接受"];

/// Prepositions before a name that is cited, where a verb stands before them.
#[rustfmt::skip]
const PREPOSITIONS: &[&str] = &[
    "to", "by", "with", "from", "for", "via", "in", "a", "al", "de", "por", "par", "à", "auprès", "von", "nach", "bei", "der", "di", "da", "su", "till", "til", "по", "со", "для", "لوكالة", "إلى", "عن", "به", "از",
    "anfrage", "auf", "van", "aan",
];

/// Words that may stand between a verb or preposition and the name.
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "the", "news", "agency", "agencies", "state", "state-run", "official", "wire", "service", "television", "broadcaster", "newspaper", "la", "le", "el", "l", "il", "lo", "l'agence", "agence",
    "agencia", "agência", "agenzia", "agentur", "nachrichtenagentur", "der", "die", "dem", "das", "den", "une", "an", "media", "outlet", "network", "site", "website", "агентству", "агентство", "агентства", "агенция",
    "correspondents", "journalists", "semi-official", "local", "domestic", "international", "persbureau", "nyhetsbyrån", "nyhetsbyrået", "agencja", "agentura", "kantor", "berita", "az", "het", "وكالة", "خبرگزاری", "as", "o",
];

/// Posts of those who write for somebody.
#[rustfmt::skip]
const POSTS: &[&str] = &[
    "writer", "writers", "reporter", "reporters", "correspondent", "correspondents", "journalist", "journalists", "editor", "researcher", "white house", "national security",
    "diplomatic", "political", "business", "sports", "staff", "supreme court", "medical", "science", "economics", "video", "special",
];

#[rustfmt::skip]
const CONTRIBUTIONS: &[&str] = &[
    "contributed to this", "contributed to the report", "contributed to the story", "contributed to the article", "contributed reporting", "contributed from", "contributed.", "contributed information",
    "with inputs from", "with input from", "inputs from", "with files from", "with reporting by", "with reporting from", "with reports from", "additional reporting by", "additional reporting from",
    "with agency inputs", " inputs)", "contribuyó a", "contribuyeron a", "con información de", "con datos de", "con informacion de", "ont contribué", "a contribué à", "avec l'", "avec l’", "(avec ", "avec afp",
    "mit material von", "mit material der", "mit informationen von", "mit agenturmaterial", "com informações da", "com informações de", "com agências", "ha contribuito", "con materiale di",
    "con informazioni di", "с использованием материалов", "при участии", "по материалам", "with wire reports", "compiled from", "from wire reports", "wire services", "(mit ",
];

/// Words before a name in a byline that make it a helper's.
const HELP: &[&str] = &["avec", "with", "mit", "con", "com", "og", "med", "met"];

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’' && c != '-')
        .map(|w| w.trim_matches(['\'', '’', '-']))
        .filter(|w| !w.is_empty())
}

/// The last words of a text, at most `n`, as one slice; of words without end, what is near.
pub(super) fn last_words(text: &str, n: usize) -> &str {
    let text = last_bytes(text.trim_end(), 4 * NEAR);
    let start = text
        .rmatch_indices(char::is_whitespace)
        .nth(n.saturating_sub(1))
        .map_or(0, |(at, s)| at + s.len());
    &text[start..]
}

/// Where in `text` a part of it begins.
fn start_in(part: &str, text: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

fn near_before(before: &str) -> &str {
    last_bytes(before, NEAR)
}

/// The end of a text, at most `n` bytes.
fn last_bytes(text: &str, n: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(n))..]
}

fn near_after(after: &str) -> &str {
    &after[..after.floor_char_boundary(NEAR)]
}

fn is_photo_word(word: &str) -> bool {
    PHOTO.contains(&&*word.to_lowercase())
}

fn begins_small_name(text: &str) -> bool {
    text.starts_with(char::is_uppercase)
        && words(text)
            .next()
            .is_some_and(|w| w.chars().any(char::is_lowercase))
}

/// Whether a name is the credit of a picture by what stands right beside it.
pub(super) fn is_photo(before: &str, after: &str) -> bool {
    let (before, after) = (near_before(before), near_after(after));
    let next = words(after).next();
    if next.is_some_and(is_photo_word) && !after.trim_start().starts_with(['.', '!', '?', '\n']) {
        return true;
    }
    // `Jo Example/AP`, `AP/Jo Example`, `AP/Getty`; not `/AP/` and not `dpa/afp`.
    let name_before = before.trim_end().ends_with('/')
        && words(before).next_back().is_some_and(|w| {
            w.starts_with(char::is_uppercase) && w.chars().any(char::is_lowercase)
        });
    let name_after = after.strip_prefix('/').is_some_and(begins_small_name);
    let between_bars = before.trim_end().ends_with('|') && after.trim_start().starts_with('|');
    // The words of the same sentence and bracket.
    let same = before
        .rsplit([')', ']', '.', '!', '?', ';', '…'])
        .next()
        .unwrap_or(before);
    let photo_before = words(same).rev().take(4).any(is_photo_word);
    let label = before.trim_end().to_lowercase();
    let labelled = label.ends_with("photo.") || label.ends_with("image:");
    name_before || name_after || between_bars || photo_before || labelled
}

/// Whether a whole line is the credit of a picture.
pub(super) fn is_photo_line(lower: &str, line: &str, named: &[&Mention], base: u32) -> bool {
    const LONGEST: usize = 160;
    let labels = ["credit:", "media:", "image copyright", "file photo"];
    if labels.iter().any(|l| lower.starts_with(l)) {
        return true;
    }
    if line.len() > LONGEST || super::byline::begins(line) {
        return false;
    }
    let Some(m) = named.last() else { return false };
    let before = line[..(m.span.start - base) as usize].trim_end();
    // A name may go on in the next line.
    let after = line
        .get((m.span.end - base) as usize..)
        .unwrap_or("")
        .trim();
    if words(lower).any(is_photo_word)
        && words(lower).count() <= SHORT_LINE
        && !before.ends_with('.')
        && !is_copyright(lower)
    {
        return true;
    }
    // `Antonio Example / Reuters`: a name, a slash, an agency, and nothing else.
    let slashed = before.ends_with('/')
        && before
            .trim_end_matches(['/', ' '])
            .ends_with(char::is_alphabetic);
    slashed
        && after
            .trim_matches(|c: char| !c.is_alphanumeric())
            .is_empty()
}

/// Whether what stands before a name opens the signature of a caption: a bracket behind the end of a sentence.
pub(super) fn is_signature(before: &str) -> bool {
    let near = near_before(before);
    near.rfind(['(', '[']).is_some_and(|open| {
        before[..before.len() - near.len() + open]
            .trim_end()
            .ends_with(['.', '!', '?', '"', '”', '’'])
    })
}

/// Whether a line is a copyright line.
pub(super) fn is_copyright(lower: &str) -> bool {
    const LONGEST: usize = 400;
    #[rustfmt::skip]
    const MARKS: &[&str] = &[
        " © ", "™ & ©", "all rights reserved", "copyright ©", "todos los derechos reservados", "tous droits réservés", "alle rechte vorbehalten",
        "riproduzione riservata", "todos os direitos reservados", "все права защищены", "版权所有", "無断転載", "무단 전재", "may not be published, broadcast", "-wire ™",
    ];
    lower.len() <= LONGEST
        && (["©", "copyright", "(c)"]
            .iter()
            .any(|m| lower.starts_with(m))
            || MARKS.iter().any(|m| lower.contains(m)))
}

/// Whether a line lists who helped with the text.
pub(super) fn is_contribution(lower: &str) -> bool {
    const LONGEST: usize = 400;
    lower.len() <= LONGEST && CONTRIBUTIONS.iter().any(|c| lower.contains(c))
}

/// Whether the sentence round a name is about who helped with the text.
pub(super) fn is_sentence_of_contribution(before: &str, after: &str) -> bool {
    const BEFORE: &[&str] = &[
        "with inputs from",
        "with files from",
        "additional reporting by",
        "with reporting by",
        "mit material von",
        "con información de",
        "com informações da",
    ];
    let near = near_before(before).to_lowercase();
    let next = near_after(after).to_lowercase();
    next.contains("contributed to this")
        || next.contains("contributed to the report")
        || BEFORE.iter().any(|p| near.contains(p))
}

/// Whether the word before a name in a byline makes it a helper's: `(avec AFP)`.
pub(super) fn is_helper(before: &str) -> bool {
    words(near_before(before))
        .next_back()
        .is_some_and(|w| HELP.contains(&&*w.to_lowercase()))
}

/// Whether what stands behind a name says that somebody writes for it.
pub(super) fn is_writer_of(after: &str) -> bool {
    const WRITERS: &[&str] = &[
        "writer",
        "reporter",
        "correspondent",
        "journalist",
        "editor",
        "researcher",
        "staff",
    ];
    let lower = near_after(after).to_lowercase();
    let lower = lower.trim_start();
    POSTS.iter().any(|p| lower.starts_with(p)) && WRITERS.iter().any(|p| lower.contains(p))
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
    const OPEN: [char; 6] = ['(', '[', '（', '【', '［', '〔'];
    const CLOSE: [char; 6] = [')', ']', '）', '】', '］', '〕'];
    const LONGEST: usize = 40;
    const LONGEST_DESK: usize = 14;
    let near = near_before(before);
    let open = near.rfind(OPEN)?;
    let mark = near[open..].chars().next()?;
    let inside = &near[open + mark.len_utf8()..];
    if inside.contains(CLOSE) {
        return None;
    }
    let next = near_after(after);
    let close = next.find(CLOSE)?;
    let end = close + next[close..].chars().next()?.len_utf8();
    let at = before.len() - near.len() + open;
    let rest = format!("{inside} {}", &next[..close]);
    let only = rest.trim_matches(|c: char| !c.is_alphanumeric());
    let desk =
        only.chars().count() <= LONGEST_DESK && !only.contains(' ') && rest.contains(['/', '-']);
    (only.is_empty() || rest.len() < LONGEST && (fits(only) || desk)).then_some((at, end))
}

/// Whether a bracket opens with thanks to whoever had it first.
pub(super) fn is_thanks(bracket: &str) -> bool {
    let lower = bracket
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    ["h/t", "via ", "hat tip"]
        .iter()
        .any(|t| lower.starts_with(t))
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
        || day(&lower) && text[..start_in(last, text)].trim_end().ends_with(',')
}

/// Whether text ends with a bracket that holds a date: `(July 15)`, as captions of films do.
pub(super) fn ends_with_dated_bracket(before: &str) -> bool {
    let near = near_before(before).trim_end();
    let inside = near.strip_suffix(')').and_then(|n| n.rsplit_once('('));
    inside.is_some_and(|(_, inside)| ends_with_date(inside))
}

/// Whether a name stands between a date and a dash: `12 . — Reuter . —`.
pub(super) fn is_between_date_and_dash(before: &str, after: &str) -> bool {
    let before = near_before(before).trim_end();
    let rest = after.trim_start().trim_start_matches(['.', ',', ' ']);
    before.ends_with(['—', '–', '-', '.', ','])
        && ends_with_date(before)
        && rest.starts_with(['—', '–', '-', '―'])
}

/// Whether a name stands between a bar and a dash: `Ana Example | Agência – …`.
pub(super) fn is_between_bar_and_dash(before: &str, after: &str) -> bool {
    let dash = after.trim_start().starts_with(['—', '–', '-']);
    dash && before.trim_end().ends_with('|') && before.len() <= NEAR
}

/// Whether a line opens as the heading of an agency's dispatches: `Dépêches de l'Agence …`.
pub(super) fn is_heading_of_dispatches(before: &str) -> bool {
    if before.len() > NEAR {
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

/// Whether a name stands apart from the words before it and those behind it.
pub(super) fn stands_apart(before: &str, after: &str) -> bool {
    const OPEN: &[char] = &[
        '/', '(', '-', '—', '–', '.', '|', '•', ',', ':', ']', '»', '”', '"', '【', '（', '［', '=',
    ];
    const CLOSE: &[char] = &[
        '/', '(', ')', '-', '—', '–', '.', '|', '•', ',', ':', '】', '）', '］', '=',
    ];
    let (before, after) = (before.trim_end(), after.trim_start());
    let open = before.is_empty() || before.ends_with(OPEN);
    let close = after.is_empty() || after.starts_with(CLOSE);
    open && close
}

/// Whether what stands before a name in a line of names opens a credit: nothing, a mark, or `by`.
pub(super) fn opens_credit(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty()
        || before.ends_with([',', '|', '/', '(', '–', '—', '-', ':', '•'])
        || super::byline::begins(&format!("{before} X")) && words(before).count() <= 2
}

/// Whether what stands behind a name in a line of names ends a credit: nothing, a mark, or a time.
pub(super) fn closes_credit(after: &str) -> bool {
    let after = after.trim_start();
    after.is_empty()
        || !after.starts_with(|c: char| c.is_alphabetic() || matches!(c, '\'' | '’'))
        || super::byline::has_date(&after.to_lowercase())
}

/// Whether text ends as a sentence does.
pub(super) fn ends_sentence(before: &str) -> bool {
    before.trim_end().ends_with([
        '.', '!', '?', '"', '”', '»', '…', '。', '！', '？', '」', '।', '؟',
    ])
}

/// Whether a name is cited: how many bytes before it and behind it belong to the citation.
pub(super) fn citation(before: &str, after: &str) -> Option<(usize, usize)> {
    cited_behind(after)
        .map(|n| (0, n))
        .or_else(|| cited_before(before).map(|n| (n, 0)))
}

/// `Efe reported`: bytes behind the name up to the end of the verb.
fn cited_behind(after: &str) -> Option<usize> {
    let next = near_after(after);
    let rest = next.trim_start_matches([' ', '-', '\u{a0}', '»', '”', '"']);
    let skipped = next.len() - rest.len();
    if let Some(s) = CITED_BY_SUFFIX.iter().find(|s| rest.starts_with(**s)) {
        return Some(skipped + s.len());
    }
    let word = words(rest).next().filter(|w| rest.starts_with(w))?;
    let is_verb = skipped > 0 && VERBS.contains(&&*word.to_lowercase());
    is_verb.then_some(skipped + word.len())
}

/// `told Reuters`, `according to Xinhua`: bytes before the name from the beginning of the citation.
fn cited_before(before: &str) -> Option<usize> {
    const REACH: usize = 6;
    let near = near_before(before);
    if let Some(p) = CITED_BY_PREFIX.iter().find(|p| near.ends_with(**p)) {
        return Some(p.len());
    }
    let start = |w: &str| near.len() - start_in(w, near);
    let mut preposition = false;
    for w in words(near).rev().take(REACH) {
        let lower = w.to_lowercase();
        if VERBS.contains(&&*lower) {
            return Some(start(w));
        }
        // Behind a preposition the verb may stand a word or two away: `dijo un trabajador a Reuters`.
        if PREPOSITIONS.contains(&&*lower) {
            preposition = true;
        } else if !BETWEEN.contains(&&*lower) && !preposition {
            return None;
        }
    }
    None
}
