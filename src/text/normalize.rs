//! The normal form of one word: what two spellings of the same word share.
//!
//! The form is frozen under [`super::VERSION`]; any change to what a word
//! becomes must raise that number.

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

/// Cyrillic small letter ie, to which io (`ё`) is folded.
const IE: char = '\u{435}';
const DIAERESIS: char = '\u{308}';

/// Appends the normal form of `word` to `out`, after clearing it.
///
/// The form is NFKC with full case folding, without apostrophes, default
/// ignorable code points (soft hyphen, zero-width characters, bidi marks,
/// variation selectors), Arabic tatweel and vowel marks, and white space that
/// a compatibility mapping brings in; Cyrillic `ё` becomes `е`. It is
/// idempotent. A word made only of removed characters becomes empty.
///
/// ```
/// # use copytaster::text::normalize_word;
/// let mut form = String::new();
/// normalize_word("Ｄon’t", &mut form);
/// assert_eq!(form, "dont");
/// ```
pub fn normalize_word(word: &str, out: &mut String) {
    out.clear();
    if word.is_ascii() {
        out.extend(
            word.chars()
                .filter(|&c| c != '\'' && !c.is_whitespace())
                .map(|c| c.to_ascii_lowercase()),
        );
        return;
    }
    // Compatibility caseless matching of the Unicode standard (D146): folding
    // can undo normalisation and the other way round, so each comes twice.
    let kept: String = word.chars().filter(|&c| !is_removed(c)).nfd().collect();
    let kept: String = UniCase::unicode(kept).to_folded_case().nfkd().collect();
    let kept: String = UniCase::unicode(kept).to_folded_case();
    let mut after_ie = false;
    out.extend(
        kept.chars()
            .nfkd()
            .filter(|&c| !is_removed(c))
            // Anew, since a removed character may have stood between two
            // marks and so kept them out of canonical order.
            .nfd()
            .filter(|&c| {
                if c == DIAERESIS && after_ie {
                    return false;
                }
                after_ie = c == IE || (after_ie && is_mark(c));
                true
            })
            .nfc(),
    );
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::canonical_combining_class(c) != 0
}

/// Whether the normal form leaves `c` out.
pub(super) fn is_removed(c: char) -> bool {
    is_apostrophe(c) || is_default_ignorable(c) || is_arabic_ornament(c) || c.is_whitespace()
}

/// Characters that stand for an apostrophe within a word.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '\u{ff07}')
}

/// `Default_Ignorable_Code_Point`: characters that show nothing.
pub(super) fn is_default_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Tatweel, vowel marks and recitation marks: the same Arabic word is written
/// with and without them. Hamza and madda above or below are letters' own parts.
fn is_arabic_ornament(c: char) -> bool {
    matches!(
        c,
        '\u{640}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{652}'
            | '\u{656}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}'
            | '\u{6e7}'..='\u{6e8}'
            | '\u{6ea}'..='\u{6ed}'
            | '\u{8d3}'..='\u{8e1}'
            | '\u{8e3}'..='\u{8ff}'
    )
}
