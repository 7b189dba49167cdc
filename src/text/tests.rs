//! Tokens against a naive reading of the rules, and in eight languages.

use proptest::prelude::*;
use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::normalize::is_removed;
use super::script::{
    attaches, is_alphanumeric, is_connector, is_sara_am, is_unspaced, takes_sara_am,
};
use super::tokenize::{Scanner, Sink};
use super::*;
use crate::hash;

/// Form, start, end and flags of a token.
type Token = (String, usize, usize, u8);

impl Sink for Vec<Token> {
    fn token(&mut self, form: &[u8], start: usize, end: usize, flags: u8) {
        let form = std::str::from_utf8(form).unwrap();
        self.push((form.to_owned(), start, end, flags));
    }
}

fn scanned(text: &str) -> Vec<Token> {
    let mut tokens = vec![];
    Scanner::new(text, &mut tokens).run();
    tokens
}

fn forms(text: &str) -> Vec<String> {
    scanned(text).into_iter().map(|token| token.0).collect()
}

/// Compatibility caseless matching of the Unicode standard, a step at a time.
fn plain_form(word: &str) -> String {
    let remove = |text: String| text.chars().filter(|&c| !is_removed(c)).collect::<String>();
    let fold = |text: String| UniCase::unicode(text).to_folded_case();
    let text = remove(word.to_owned()).nfd().collect();
    let text = fold(text).nfkd().collect();
    let text = fold(text).nfkd().collect();
    let text: String = remove(text).nfd().collect();
    let mut marked = String::new();
    let mut base = ' ';
    for c in text.chars() {
        if unicode_normalization::char::canonical_combining_class(c) == 0 {
            base = c;
        }
        if base != 'е' || c != '\u{308}' {
            marked.push(c);
        }
    }
    marked.nfc().collect()
}

/// The base of a character of an unspaced script, or none, and characters
/// with their positions.
type Piece = (Option<char>, Vec<(usize, char)>);

/// The rules as they are written, over the whole text at once.
fn plain(text: &str) -> Vec<Token> {
    let shown = text
        .replace('\u{200b}', "\u{2060}")
        .replace('\u{202f}', "\u{2009}");
    let mut segments: Vec<(usize, &str)> = shown.split_word_bound_indices().collect();
    for at in 1..segments.len() {
        let (start, before) = segments[at - 1];
        let mut chars = before.chars();
        if chars.next().is_some_and(takes_sara_am)
            && chars.all(attaches)
            && segments[at].1.starts_with(is_sara_am)
        {
            let end = segments[at].0 + segments[at].1.len();
            segments[at - 1].1 = &shown[start..end];
            segments[at].1 = "";
        }
    }
    let mut tokens = vec![];
    for (offset, segment) in segments {
        let mut pieces: Vec<Piece> = vec![];
        for (at, c) in segment.char_indices() {
            let at = offset + at;
            match pieces.last_mut() {
                Some((_, piece)) if attaches(c) => piece.push((at, c)),
                Some((Some(base), piece))
                    if is_sara_am(c)
                        && takes_sara_am(*base)
                        && !piece.iter().any(|&(_, c)| is_sara_am(c)) =>
                {
                    piece.push((at, c));
                }
                _ if is_unspaced(c) && !attaches(c) => pieces.push((Some(c), vec![(at, c)])),
                Some((None, piece)) => piece.push((at, c)),
                _ => pieces.push((None, vec![(at, c)])),
            }
        }
        let count = pieces.len();
        for (number, (base, mut piece)) in pieces.into_iter().enumerate() {
            let is_letter = |c: char| is_alphanumeric(c) && !attaches(c);
            let is_word_char = |c: char| is_letter(c) || is_connector(c);
            if base.is_none() {
                let Some(first) = piece.iter().position(|&(_, c)| is_word_char(c)) else {
                    continue;
                };
                piece.drain(..first);
                if number + 1 < count {
                    // Without punctuation, and the marks on it, at the end.
                    let mut keep = piece
                        .iter()
                        .rposition(|&(_, c)| is_word_char(c))
                        .map_or(0, |last| last + 1);
                    keep += piece[keep..]
                        .iter()
                        .take_while(|&&(_, c)| attaches(c))
                        .count();
                    piece.truncate(keep);
                }
                if !piece.iter().any(|&(_, c)| is_letter(c)) {
                    continue;
                }
            }
            let start = piece[0].0;
            let end = piece.last().map(|(at, c)| at + c.len_utf8()).unwrap();
            let form = plain_form(&text[start..end]);
            if !form.is_empty() {
                tokens.push((form, start, end, u8::from(base.is_some())));
            }
        }
    }
    tokens
}

fn check(text: &str) {
    let expected = plain(text);
    assert_eq!(
        scanned(text),
        expected,
        "{text:?} {}",
        text.escape_unicode()
    );
    let tokens = tokenize(text);
    assert_eq!(tokens.len(), expected.len());
    assert_eq!(
        (tokens.spans.len(), tokens.flags.len()),
        (tokens.len(), tokens.len())
    );
    let mut last = 0;
    for (i, (form, start, end, flags)) in expected.iter().enumerate() {
        assert_eq!(tokens.hashes[i], hash::token(form.as_bytes()));
        assert_eq!(tokens.flags[i], *flags);
        let Span { start: s, end: e } = tokens.spans[i];
        assert_eq!((s as usize, e as usize), (*start, *end));
        assert!(last <= s && s < e);
        assert!(text.get(*start..*end).is_some());
        last = e;
    }
}

#[rustfmt::skip]
const NASTY: &[&str] = &[
    "a", "B", "word", "É", "e\u{301}", "ß", "ſ", "ŉ", "İ", "ς", "Σ", "ǰ", "ﬁ", "1", "23", "٣",
    "०", "²", "½", "Ⅷ", "①", "_", "\u{203f}", "\u{202f}", "'", "’", "‘", "ʼ", "＇", "\"", "“",
    "”", "«", "»", "„", ".", ",", ";", ":", "·", "…", "!", "?", "-", "–", "—", "/", "@", "(",
    ")", " ", " ", " ", "\n", "\r\n", "\r", "\t", "\u{b}", "\u{c}", "\u{85}", "\u{a0}",
    "\u{2009}", "\u{2028}", "\u{2029}", "\u{3000}", "\0", "\u{7f}", "\u{ad}", "\u{200b}",
    "\u{200c}", "\u{200d}", "\u{200e}", "\u{2060}", "\u{feff}", "\u{fe0f}", "\u{34f}",
    "\u{1160}", "\u{3164}", "\u{300}", "\u{301}", "\u{308}", "\u{323}", "\u{327}", "\u{345}",
    "\u{20e3}", "\u{3099}", "ё", "Ё", "е", "Е", "й", "и\u{306}", "ж", "Ж", "№", "א", "ב", "׳",
    "״", "ا", "أ", "ل", "لا", "ﻻ", "ﷺ", "ﱞ", "ـ", "\u{64b}", "\u{64e}", "\u{651}", "\u{653}",
    "\u{654}", "\u{670}", "،", "क", "न", "ष", "\u{93c}", "\u{93e}", "\u{93f}", "\u{94d}", "ड़",
    "।", "ক", "\u{9c7}", "\u{9be}", "ก", "น", "\u{e31}", "\u{e35}", "\u{e38}", "\u{e48}",
    "\u{e49}", "ำ", "เ", "ๆ", "๕", "ກ", "ຳ", "ខ", "\u{17d2}", "\u{17b4}", "မ", "\u{1031}",
    "\u{1039}", "၁", "漢", "字", "々", "〇", "⼀", "豈", "。", "、", "，", "：", "．", "１", "Ａ", "＿", "あ",
    "が", "か", "ー", "ゝ", "カ", "タ", "ヽ", "ｶ", "ﾞ", "・", "゛", "㌔", "한", "글", "\u{1100}",
    "\u{1161}", "\u{11a8}", "👍", "👍🏽", "🏽", "👩", "❤", "🇩", "🇪", "🅰", "©", "™", "€", "𝐀", "𐐀",
    "𠀀", "\u{e0061}", "\u{fff9}", "\u{e000}", "\u{10ffff}",
];

fn nasty() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(NASTY), 0..24).prop_map(|parts| parts.concat())
}

/// Few enough kinds that they meet often.
fn nastier() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(NASTY), 1..6).prop_flat_map(|kinds| {
        prop::collection::vec(prop::sample::select(kinds), 0..16).prop_map(|parts| parts.concat())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn arbitrary_text_is_read_by_the_rules(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn ascii_is_read_by_the_rules(
        text in prop_oneof!["[a-cA-C0-2_.,;:' \"-]{0,40}", "[\\x00-\\x7f]{0,80}", "[aB1_.'é]{0,40}"]
    ) {
        check(&text);
    }

    #[test]
    fn nasty_text_is_read_by_the_rules(text in nasty()) {
        check(&text);
    }

    #[test]
    fn nastier_text_is_read_by_the_rules(text in nastier()) {
        check(&text);
    }

    #[test]
    fn normal_form_is_idempotent(word in prop_oneof![any::<String>(), nasty(), nastier()]) {
        let (mut once, mut twice) = (String::new(), String::new());
        normalize_word(&word, &mut once);
        normalize_word(&once, &mut twice);
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(once, plain_form(&word));
    }

    #[test]
    fn splitting_lines_changes_nothing(text in nasty(), other in nasty()) {
        let whole = forms(&format!("{text}\n{other}"));
        prop_assert_eq!(whole, [forms(&text), forms(&other)].concat());
    }
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(forms(text).join(" "), expected);
    check(text);
}

#[test]
fn english() {
    reads(
        "“Don’t,” Ms. O'Neil told the U.S. envoy — who’d paid $1,000.50 at 10:30—“co-operate!”",
        "dont ms oneil told the u.s envoy whod paid 1,000.50 at 10 30 co operate",
    );
    reads(
        "DON'T don’t don＇t donʼt don\u{ad}t",
        "dont dont dont dont dont",
    );
    reads(
        "ze\u{200b}ro wi\u{2060}dth soft\u{ad}ly\u{200e}",
        "zero width softly",
    );
    reads(
        "snake_case 'quoted' rock'n'roll ﬁnal Ｗｉｄｅ naïve nai\u{308}ve",
        "snake_case quoted rocknroll final wide naïve naïve",
    );
}

#[test]
fn spanish() {
    reads(
        "«¿Cuándo volverá el niño?», preguntó LA SEÑORA Muñoz en 2019.",
        "cuándo volverá el niño preguntó la señora muñoz en 2019",
    );
}

#[test]
fn french() {
    reads(
        "L’été, l'œuvre d’Éluard\u{202f}: 10\u{202f}000 €",
        "lété lœuvre déluard 10 000",
    );
}

#[test]
fn russian() {
    reads(
        "«Ещё идёт дождь», — сказал Пётр; МОСКВА, 5-й год, те\u{308}плый.",
        "еще идет дождь сказал петр москва 5 й год теплый",
    );
}

#[test]
fn arabic() {
    reads(
        "قَالَ الوَزِيرُ: «لا، شُكْـــرًا» في ٢٠١٩؟ ﻻ أحد",
        "قال الوزير لا شكرا في ٢٠١٩ لا أحد",
    );
    reads("می\u{200c}روم", "میروم");
}

#[test]
fn hebrew() {
    reads(
        "ארה\"ב וצה״ל אמרו ל'כן' ב-2019",
        "ארה\"ב וצה״ל אמרו לכן ב 2019",
    );
}

#[test]
fn hindi() {
    reads("लड़के ने हिन्दी में कहा।", "लड\u{93c}के ने हिन्दी में कहा");
    // Spelt with the composed letter, and with a joiner that shows nothing.
    reads("ल\u{95c}के क्\u{200d}षत्रिय", "लड\u{93c}के क्षत्रिय");
}

#[test]
fn chinese() {
    reads(
        "他说：“2019年，ＧＤＰ增长3.5％。”⼀人",
        "他 说 2019 年 gdp 增 长 3.5 一 人",
    );
}

#[test]
fn japanese() {
    reads(
        "人々はカップとｶﾞﾗｽを買った。スーパー_か\u{3099}",
        "人 々 は カ ッ プ と ガ ラ ス を 買 っ た ス ー パ ー が",
    );
    reads("ア_b1タ々c", "ア _b1 タ 々 c");
}

#[test]
fn thai() {
    reads("น้ำดื่ม ๒๐ บาท", "น้\u{e4d}า ดื่ ม ๒๐ บ า ท");
}

#[test]
fn lao_khmer_myanmar() {
    reads("ນ້ຳ ພາສາ", "ນ້\u{ecd}າ ພ າ ສ າ");
    reads("ខ្មែរ", "ខ\u{17d2} មែ រ");
    reads("မြန်မာ", "မြ န် မာ");
}

#[test]
fn korean() {
    reads(
        "한국어 뉴스, 2019년 \u{1112}\u{1161}\u{11ab}",
        "한국어 뉴스 2019년 한",
    );
}

#[test]
fn flags_tell_characters_from_words() {
    let flags = tokenize("word 漢字 かな カナ ไทย ລາວ 한글 2019").flags;
    assert_eq!(flags, [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
}

#[test]
fn spans_are_of_the_original() {
    let text = "“Ze\u{200b}ro’s” \u{feff}№5, e\u{301}té\u{ad}!";
    let tokens = tokenize(text);
    let words: Vec<&str> = tokens.spans.iter().map(|s| s.slice(text)).collect();
    assert_eq!(words, ["Ze\u{200b}ro’s", "5", "e\u{301}té\u{ad}"]);
}

#[test]
fn nothing_gives_nothing() {
    for text in [
        "",
        " ",
        "\0",
        "—",
        "\u{301}\u{301}",
        "_",
        "\u{3164}",
        "ـ",
        "ʼ",
        "\u{202f}_\u{93e}",
    ] {
        assert!(forms(text).is_empty(), "{text:?}");
        check(text);
    }
}

#[test]
fn buffers_are_reused() {
    let mut tokens = tokenize("some words that were here before");
    tokenize_into("two words", &mut tokens);
    assert_eq!(tokens, tokenize("two words"));
    tokens.clear();
    assert!(tokens.is_empty());
}

#[test]
fn normal_forms() {
    for (word, expected) in [
        ("Straße", "strasse"),
        ("ΛΌΓΟΣ", "λόγοσ"),
        ("λόγος", "λόγοσ"),
        ("ŉ", "n"),
        ("x²", "x2"),
        ("①", "1"),
        ("½", "1⁄2"),
        ("е\u{308}\u{301}", "е\u{301}"),
        ("ё\u{308}", "е"),
        ("Ёлка", "елка"),
        ("Йод", "йод"),
        ("ﷺ", "صلىاللهعليهوسلم"),
        ("آب", "آب"),
        ("ا\u{64e}\u{654}", "أ"),
        ("\u{ad}'\u{200b}", ""),
        ("ᾳ\u{301}", "άι"),
    ] {
        let mut form = String::new();
        normalize_word(word, &mut form);
        assert_eq!(form, expected, "{word}");
    }
}

/// A form that changes here needs a new [`VERSION`].
#[test]
fn hashes_are_frozen() {
    assert_eq!(VERSION, 1);
    let text =
        "The U.S. “won’t” pay 1,000.50. Ещё идёт дождь; شُكْرًا 漢字カナ น้ำ e\u{301}té ﬁn हिन्दी";
    let tokens = tokenize(text);
    let all = tokens
        .hashes
        .iter()
        .flat_map(|h| h.to_le_bytes())
        .collect::<Vec<u8>>();
    assert_eq!(
        (tokens.len(), hash::token(b"the"), hash::token(&all)),
        (17, 3_531_404_520, 3_088_324_200)
    );
}

#[rustfmt::skip]
const HOSTILE: &[&str] = &[
    "a", "A", "é", "e\u{301}", "\u{301}", "\u{323}\u{301}", "a.", ".", "'", "a'", "1,", "_",
    "\0", "\u{ad}", "a\u{ad}", "a.\u{ad}", "\u{200b}", "\u{200d}", "\u{200d}👍", "👍", "🇩",
    "א\"", "א'", "א", "漢", "漢\u{301}", "カ", "カ_", "々.", "ำ", "กำ", "น\u{e49}", "ก\u{200d}🅰",
    "ـ", "ё", "е\u{308}", "ﷺ", "한", "\u{1100}", "। ", "a\u{345}", "\u{fff9}", "a。", "a.\n",
    "\n",
];

/// Long enough that a quadratic step would take minutes.
#[test]
fn hostile_texts_take_linear_time() {
    const LEN: usize = 1 << 18;
    for unit in HOSTILE {
        let text = unit.repeat(LEN / unit.len());
        for text in [
            text.clone(),
            format!("a.{text}"),
            format!("ก{text}b"),
            format!("é'{text}é"),
        ] {
            let tokens = tokenize(&text);
            let starts = sentences(&text, &tokens);
            assert!(starts.len() <= tokens.len());
            assert!(paragraphs(&text).len() <= text.len());
        }
    }
}
