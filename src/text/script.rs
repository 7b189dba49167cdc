//! Properties of characters: which are letters and digits, which belong to
//! scripts written without spaces, and which attach to others.

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::normalize::is_default_ignorable;

/// Whether `c` is a letter or a number.
///
/// The segmentation crate is asked, so that tokens depend on the Unicode
/// version of that crate alone, and not on the compiler's too.
pub(super) fn is_alphanumeric(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let mut word = [0; 4];
    c.encode_utf8(&mut word).unicode_words().next().is_some()
}

/// Whether `c` is a character of a script written without spaces between
/// words, each of which makes a token of its own with its marks.
///
/// Digits are left out: a number is one token in every script.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        // Thai, Lao
        '\u{e01}'..='\u{e3a}'
            | '\u{e40}'..='\u{e4e}'
            | '\u{e81}'..='\u{ecf}'
            | '\u{edc}'..='\u{edf}'
            // Myanmar
            | '\u{1000}'..='\u{103f}'
            | '\u{1050}'..='\u{108f}'
            | '\u{109a}'..='\u{109d}'
            | '\u{a9e0}'..='\u{a9ef}'
            | '\u{a9fa}'..='\u{a9fe}'
            | '\u{aa60}'..='\u{aa7f}'
            // Khmer
            | '\u{1780}'..='\u{17d3}'
            | '\u{17d7}'
            | '\u{17dc}'..='\u{17dd}'
            // Tai Le, New Tai Lue, Tai Tham, Tai Viet
            | '\u{1950}'..='\u{1974}'
            | '\u{1980}'..='\u{19c9}'
            | '\u{1a20}'..='\u{1a7c}'
            | '\u{1aa7}'
            | '\u{aa80}'..='\u{aadd}'
            // Radicals, which NFKC makes ideographs; marks of repetition
            | '\u{2e80}'..='\u{2ef3}'
            | '\u{2f00}'..='\u{2fd5}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3021}'..='\u{3029}'
            | '\u{3031}'..='\u{3035}'
            | '\u{3038}'..='\u{303c}'
            // Hiragana, Katakana
            | '\u{3041}'..='\u{3096}'
            | '\u{309d}'..='\u{309f}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{32d0}'..='\u{32fe}'
            | '\u{3300}'..='\u{3357}'
            | '\u{ff66}'..='\u{ff9d}'
            | '\u{1aff0}'..='\u{1b16f}'
            // Ahom, Tangut, Khitan, Nushu
            | '\u{11700}'..='\u{1171a}'
            | '\u{11740}'..='\u{11746}'
            | '\u{16ff2}'..='\u{16ff6}'
            | '\u{17000}'..='\u{18dff}'
            | '\u{1b170}'..='\u{1b2fb}'
            // Han
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{fad9}'
            | '\u{20000}'..='\u{3fffd}'
    )
}

/// Whether `c` attaches to what stands before it: `Word_Break` of `Extend`,
/// `Format` or `ZWJ`, and the zero-width space, which is treated as they are.
pub(super) fn attaches(c: char) -> bool {
    is_combining_mark(c)
        || matches!(
            c,
            '\u{ff9e}'..='\u{ff9f}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{13430}'..='\u{1343f}'
                | '\u{1f3fb}'..='\u{1f3ff}'
        )
        || (is_default_ignorable(c)
            && !matches!(
                c,
                // Hangul fillers are letters, and unassigned ones nothing.
                '\u{115f}'..='\u{1160}'
                    | '\u{3164}'
                    | '\u{ffa0}'
                    | '\u{2065}'
                    | '\u{fff0}'..='\u{fff8}'
                    | '\u{e0000}'
                    | '\u{e0002}'..='\u{e001f}'
                    | '\u{e0080}'..='\u{e00ff}'
                    | '\u{e01f0}'..='\u{e0fff}'
            ))
}

/// Whether `c` is the second half of a Thai or Lao syllable that Unicode calls
/// a letter: sara am, which readers see as one character with its consonant.
pub(super) fn is_sara_am(c: char) -> bool {
    matches!(c, '\u{e33}' | '\u{eb3}')
}

/// Whether `c` is a consonant that [`is_sara_am`] joins.
pub(super) fn takes_sara_am(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e2e}' | '\u{e81}'..='\u{eae}')
}

/// `Word_Break` of `ExtendNumLet`: punctuation that joins as letters do. The
/// narrow no-break space, which the standard lists with these, is a space here.
pub(super) fn is_connector(c: char) -> bool {
    matches!(
        c,
        '_' | '\u{203f}'..='\u{2040}'
            | '\u{2054}'
            | '\u{fe33}'..='\u{fe34}'
            | '\u{fe4d}'..='\u{fe4f}'
            | '\u{ff3f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attaches_is_what_the_segmenter_attaches() {
        for c in ('\0'..=char::MAX).filter(|&c| c != '\u{200b}') {
            let probe = format!("!{c}!");
            let attached = probe.split_word_bounds().next() != Some("!");
            // The two crates may be of different Unicode versions, by whose
            // new marks they differ.
            let newer = is_combining_mark(c) && !attached;
            assert!(newer || attached == attaches(c), "{:x}", c as u32);
        }
    }

    #[test]
    fn unspaced_characters_stand_alone() {
        for c in ('\0'..=char::MAX).filter(|&c| is_unspaced(c) && !attaches(c)) {
            let joins_letters = matches!(c, '\u{3005}' | '\u{303b}' | '\u{303c}');
            let pieces = format!("a{c}a").split_word_bounds().count();
            assert_eq!(pieces == 1, joins_letters, "{:x}", c as u32);
        }
        // And no other letter does.
        for c in
            ('\0'..=char::MAX).filter(|&c| is_alphanumeric(c) && !c.is_numeric() && !attaches(c))
        {
            let alone = format!("a{c}").split_word_bounds().count() == 2;
            assert!(!alone || is_unspaced(c), "{:x}", c as u32);
        }
    }
}
