//! Furniture of a page: navigation, teasers, captions, notices, scripts. Told by the words of a line and by its shape,
//! never by how often it stands in a corpus (that is `boilerplate`, and needs the corpus).

use super::{
    FURNITURE, Paragraph, QUOTED,
    screen::{self, Lists as Listed},
    set,
};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use memchr::memmem;

/// Longest line, in tokens, that phrases can make furniture.
pub(super) const LONGEST: usize = 160;
/// Lines of at most this many tokens and no end of a sentence are labels; three in a row are navigation.
const LABEL: usize = 7;
/// Longest teaser cut off by an ellipsis, in tokens.
const LONGEST_TEASER: usize = 70;

/// Sentences of at most this many tokens are notices if they hold one phrase of a notice.
const SHORT_NOTICE: usize = 40;
/// Captions of at most this many tokens are told by a credit anywhere in them.
const SHORT_CAPTION: usize = 60;
/// How near its end a longer caption names its photographer, in bytes.
const CREDIT_REACH: usize = 60;
/// Longest line that credits a photographer and says nothing else, in tokens.
const CREDIT_LINE: usize = 10;
/// Longest link in a list of them, in tokens.
const LONGEST_LINK: usize = 20;

/// Words that mark a notice only where little else is said.
const HINTS: &[&str] = &[
    "newsletter",
    "advertisement",
    "click here",
    "tap here",
    "your browser",
    "your inbox",
    "watch:",
    "related:",
    "see also:",
    "most read",
    "most popular",
    "now playing",
    "photo gallery",
    "article continues",
    "hide caption",
    "share this",
    "follow us on",
    "like us on",
    "read more:",
    "more news:",
    "watch live",
    "ad blocker",
    "boletín",
    "assine",
    "登録",
    "点击",
    "订阅",
    "シェア",
    "شارك",
    "по теме:",
    "सदस्यता",
];

/// Heads of lists of links.
const LISTS: &[&str] = &[
    "related articles",
    "related content",
    "related stories",
    "related coverage",
    "recommended",
    "more from",
    "most popular",
    "most read",
    "trending",
    "you may also like",
    "read more",
    "more stories",
    "más noticias",
    "te puede interesar",
    "читайте также",
    "相关阅读",
];

const NOTICES: &[&str] = &[
    "cookies",
    "digital subscription",
    "sign up for",
    "signed in as",
    "sign me up",
    "subscribe to",
    "subscribe now",
    "subscribe today",
    "privacy policy",
    "terms of service",
    "terms of use",
    "terms and conditions",
    "facebook commenting",
    "conversation guidelines",
    "posted to your facebook",
    "share on facebook",
    "share story",
    "download our app",
    "download the app",
    "story continued below",
    "story continues below",
    "continue reading",
    "read also",
    "read next",
    "related articles",
    "related stories",
    "view comments",
    "leave a comment",
    "comments are closed",
    "to comment on this",
    "add your two cents",
    "unlimited digital access",
    "support quality journalism",
    "supports journalism",
    "enable javascript",
    "toggle caption",
    "order reprint",
    "recommended video",
    "recommended stories",
    "we welcome your feedback",
    "be respectful",
    "link has been sent",
    "check out this story on",
    "join the nation",
    "commenting policy",
    "all times local",
    "your weather is set",
    "enter city and state",
    "interested in this topic",
    "suscríbase",
    "suscríbete",
    "política de privacidad",
    "lea también",
    "síguenos",
    "compartir en",
    "leia também",
    "leia mais",
    "inscrivez-vous",
    "lire aussi",
    "abonnieren sie",
    "lesen sie auch",
    "подпишитесь",
    "подписывайтесь",
    "читайте также",
    "читайте нас",
    "поделиться",
    "اشترك في",
    "اقرأ أيضا",
    "اقرأ أيضًا",
    "تابعونا",
    "न्यूज़लेटर",
    "यह भी पढ़ें",
    "हमें फॉलो",
    "शेयर करें",
    "扫码",
    "相关阅读",
    "分享到",
    "关注我们",
    "関連記事",
    "อ่านเพิ่มเติม",
    "สมัครรับ",
    "ข่าวที่เกี่ยวข้อง",
];

const CAPTIONS: &[&str] = &[
    "ap photo",
    "(ap/",
    "/ap)",
    "photo by",
    "photos by",
    "photograph by",
    "photo/",
    "photo:",
    "photos:",
    "photo credit",
    "file photo",
    "file -",
    "(file",
    "getty",
    "/afp",
    "afp/",
    "image copyright",
    "image:",
    "image caption",
    "picture:",
    "/reuters",
    "reuters/",
    "/associated press",
    "photo via",
    "/epa",
    "epa/",
    "shutterstock",
    "pool photo",
    "foto:",
    "фото:",
    "crédito:",
    "图片来源",
    "credit:",
    "media:",
    "in this photo",
    "photo, ",
    "/bloomberg",
    "via ap",
    "(photo",
    "[photo",
    "/pool",
    "/wenn",
];

/// Marks of program text; two of them make a line a script.
const SCRIPT: &[&str] = &[
    "{",
    "}",
    "();",
    "function(",
    "window.",
    "var ",
    "document.",
    "_taboola",
    "googletag",
    "]);",
    "||",
    "=>",
];

/// All lists of this file.
pub(super) const LISTED: [(Listed, &[&str]); 5] = [
    (screen::LINKS, LISTS),
    (screen::NOTICES, NOTICES),
    (screen::HINTS, HINTS),
    (screen::CAPTIONS, CAPTIONS),
    (screen::SCRIPT, SCRIPT),
];

static LISTS_FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(LISTS));
static NOTICE_FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(NOTICES));
static HINT_FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(HINTS));
static CAPTION_FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(CAPTIONS));
static SCRIPT_FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(SCRIPT));

/// One automaton for all phrases, blind to ASCII case and to a capital at the start in any script; none only if the
/// phrases themselves were too many for one.
pub(super) fn finder(phrases: &[&str]) -> Option<AhoCorasick> {
    let all = phrases
        .iter()
        .flat_map(|p| [(*p).to_owned(), with_capital(p)]);
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(all)
        .ok()
}

/// A phrase as it opens a sentence.
pub(super) fn with_capital(phrase: &str) -> String {
    let mut chars = phrase.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// Sets [`FURNITURE`] on the tokens of furniture.
pub(super) fn mark(paragraphs: &[Paragraph<'_>], flags: &mut [u8]) {
    let mut links = false;
    let mut next = paragraphs.iter().skip(1);
    for p in paragraphs {
        let goes_on = next.next().is_some_and(|n| n.text.starts_with(['…', '.']));
        // Under the head of a list of links come links, until a sentence ends it.
        links = p.tokens.len() <= LABEL && found(&LISTS_FINDER, screen::LINKS, p) > 0
            || links && p.tokens.len() <= LONGEST_LINK && !is_sentence(p.text);
        if links || is_furniture(p, goes_on || all_quoted(flags, p)) {
            set(flags, &p.tokens, FURNITURE);
        }
    }
    // A photographer credited on a line of his own: the line above is the caption.
    for pair in paragraphs.windows(2) {
        let (above, p) = (&pair[0], &pair[1]);
        if p.text.starts_with('(')
            && p.tokens.len() <= CREDIT_LINE
            && is_caption(p)
            && above.tokens.len() <= LONGEST
        {
            set(flags, &above.tokens, FURNITURE);
        }
    }
    // Labels in a row: a menu, a list of links, buttons.
    for run in paragraphs.chunk_by(|a, b| is_label(a) && is_label(b)) {
        if run.len() >= 3 {
            for p in run {
                set(flags, &p.tokens, FURNITURE);
            }
        }
    }
}

fn all_quoted(flags: &[u8], p: &Paragraph<'_>) -> bool {
    flags[p.tokens.clone()].iter().all(|f| f & QUOTED != 0)
}

/// How many phrases of a list stand in a line, two at most.
fn found(finder: &LazyLock<Option<AhoCorasick>>, list: Listed, p: &Paragraph<'_>) -> usize {
    if p.lists & list == 0 {
        return 0;
    }
    finder
        .as_ref()
        .map_or(0, |f| f.find_iter(p.text).take(2).count())
}

/// `goes_on`: an ellipsis at the end is no cut, as the text goes on or is a quotation.
fn is_furniture(p: &Paragraph<'_>, goes_on: bool) -> bool {
    let n = p.tokens.len();
    if n > LONGEST {
        static WINDOW: LazyLock<memmem::Finder<'static>> =
            LazyLock::new(|| memmem::Finder::new("window."));
        return WINDOW.find(p.text.as_bytes()).is_some() && is_script(p.text);
    }
    let cut_off =
        !goes_on && n <= LONGEST_TEASER && (p.text.ends_with("...") || p.text.ends_with('…'));
    // Prose may mention a newsletter: the longer the line, the more it must say to be a notice.
    let (notices, hints) = (
        found(&NOTICE_FINDER, screen::NOTICES, p),
        found(&HINT_FINDER, screen::HINTS, p),
    );
    let says_more = is_sentence(p.text);
    cut_off
        || notices + hints > 1
        || notices > 0 && (n <= SHORT_NOTICE || !says_more)
        || hints > 0 && (n <= LABEL || !says_more)
        || is_caption(p)
        || p.lists & screen::SCRIPT != 0 && is_script(p.text)
}

/// Program text. Prose has windows and documents too, at the ends of sentences, and names such as Bolivar.
fn is_script(line: &str) -> bool {
    let is_code = |from: usize, to: usize| {
        let inside_word = line[..from].ends_with(char::is_alphanumeric)
            && line[from..].starts_with(char::is_alphabetic);
        let ends_sentence =
            line[..to].ends_with('.') && !line[to..].starts_with(char::is_alphabetic);
        !inside_word && !ends_sentence
    };
    SCRIPT_FINDER.as_ref().is_some_and(|f| {
        f.find_iter(line)
            .filter(|m| is_code(m.start(), m.end()))
            .nth(1)
            .is_some()
    })
}

/// A caption names its photographer: anywhere in a short line, at the start or end of a long one.
fn is_caption(p: &Paragraph<'_>) -> bool {
    if p.lists & screen::CAPTIONS == 0 {
        return false;
    }
    CAPTION_FINDER.as_ref().is_some_and(|f| {
        f.find_iter(p.text).any(|m| {
            p.tokens.len() <= SHORT_CAPTION
                || m.start() == 0
                || p.text.len() - m.end() <= CREDIT_REACH
        })
    })
}

fn is_label(p: &Paragraph<'_>) -> bool {
    p.tokens.len() <= LABEL && !is_sentence(p.text) && !is_figures(p.text)
}

/// A row of a table: as many figures as letters.
fn is_figures(line: &str) -> bool {
    let count = |f: fn(&char) -> bool| line.chars().filter(f).count();
    2 * count(|c| c.is_numeric()) >= count(|c| c.is_alphabetic()) && count(|c| c.is_numeric()) > 2
}

pub(super) fn is_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '”', '»', ')', '\'', '’'])
        .ends_with(['.', '!', '?', '。', '！', '？', '؟', '।'])
}
