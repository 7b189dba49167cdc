//! What the tokenizer's fast path knows of each character: how UAX #29 joins
//! it to its neighbours, and what the normal form makes of it.
//!
//! Only characters whose normal form does not depend on their neighbours are
//! listed; all others are [`COMPLEX`] and go the long way, through the crates
//! that hold the Unicode tables. Tests hold every entry against those crates.

/// `ALetter`. The low four bits are set for characters of words alone.
pub(super) const LETTER: u8 = 0x01;
/// `Numeric`.
pub(super) const DIGIT: u8 = 0x02;
/// `ExtendNumLet`.
pub(super) const CONNECTOR: u8 = 0x04;
/// `Hebrew_Letter`: a letter which takes quotation marks into its words.
pub(super) const HEBREW: u8 = LETTER | CONNECTOR;
/// The normal form differs from the character, see [`fold`].
pub(super) const FOLDS: u8 = 0x08;
/// `MidLetter`; with [`MIDNUM`], `MidNumLet` or `Single_Quote`.
pub(super) const MIDLETTER: u8 = 0x10;
/// `MidNum`.
pub(super) const MIDNUM: u8 = 0x20;
/// `Extend` or `Format`: attaches to what stands before.
pub(super) const EXTEND: u8 = 0x40;
/// Of an [`EXTEND`]: the combining class is not zero, so order matters.
pub(super) const ORDERED: u8 = 0x10;
/// Of an [`EXTEND`]: it may compose with the character before it.
pub(super) const COMPOSES: u8 = 0x20;
/// A character of a script without spaces; with [`LETTER`], one that UAX #29
/// joins to letters all the same.
pub(super) const CHAR: u8 = 0x80;
/// Not known here.
pub(super) const COMPLEX: u8 = 0xc0;
/// Never joins anything.
pub(super) const BREAK: u8 = 0;

/// Whether a class is of a character that makes up words.
#[inline(always)]
pub(super) fn in_word(class: u8) -> bool {
    class.wrapping_sub(1) < 0x0f
}

/// Whether a class is of a character that attaches to the one before.
#[inline(always)]
pub(super) fn is_extend(class: u8) -> bool {
    class & 0xc0 == EXTEND
}

/// Whether a class is of punctuation that may stand within a word.
#[inline(always)]
pub(super) fn is_mid(class: u8) -> bool {
    class & 0xc0 == 0 && class & (MIDLETTER | MIDNUM) != 0
}

/// Class of each ASCII byte; all other bytes are [`COMPLEX`].
pub(super) static ASCII: [u8; 256] = {
    let mut ascii = [COMPLEX; 256];
    let mut byte = 0;
    while byte < 0x80 {
        ascii[byte] = TABLES.0[byte];
        byte += 1;
    }
    ascii
};

/// Class of a character.
#[inline(always)]
pub(super) fn class(code: u32) -> u8 {
    match slot(code) {
        Some(slot) => CLASSES[slot],
        None => match code {
            0x3400..=0x4dbf | 0x4e00..=0x9fff => CHAR,
            0xac00..=0xd7a3 => LETTER,
            _ => COMPLEX,
        },
    }
}

/// Normal form of a character whose class has [`FOLDS`]; zero if it has none.
#[inline(always)]
pub(super) fn fold(code: u32) -> u32 {
    match slot(code) {
        Some(slot) => FORMS[slot] as u32,
        None => code,
    }
}

const LOW: usize = 0x20c0;
const KANA: usize = 0x3000;
const WIDE: usize = 0xff00;
const SLOTS: usize = LOW + 0x100 + 0x66;

/// Place of a character in the tables.
#[inline(always)]
const fn slot(code: u32) -> Option<usize> {
    let code = code as usize;
    if code < LOW {
        Some(code)
    } else if code >= KANA && code < KANA + 0x100 {
        Some(LOW + code - KANA)
    } else if code >= WIDE && code < WIDE + 0x66 {
        Some(LOW + 0x100 + code - WIDE)
    } else {
        None
    }
}

static CLASSES: [u8; SLOTS] = TABLES.0;
static FORMS: [u16; SLOTS] = TABLES.1;

const TABLES: ([u8; SLOTS], [u16; SLOTS]) = {
    let mut classes = [COMPLEX; SLOTS];
    let mut forms = [0; SLOTS];
    let mut run = 0;
    while run < RUNS.len() {
        let (first, last, class, shift) = RUNS[run];
        let mut code = first;
        while code <= last {
            if let Some(slot) = slot(code) {
                let form = match shift {
                    GONE => 0,
                    PAIR => code + 1 - ((code - first) & 1),
                    _ => code.wrapping_add_signed(shift),
                };
                classes[slot] = if form == code { class } else { class | FOLDS };
                forms[slot] = form as u16;
            }
            code += 1;
        }
        run += 1;
    }
    (classes, forms)
};

/// The normal form is empty.
const GONE: i32 = i32::MIN;
/// Capital and small letters take turns.
const PAIR: i32 = i32::MAX;

const BRK: u8 = BREAK;
const LET: u8 = LETTER;
const NUM: u8 = DIGIT;
const HEB: u8 = HEBREW;
const CON: u8 = CONNECTOR;
const MLE: u8 = MIDLETTER;
const MNU: u8 = MIDNUM;
const MNL: u8 = MIDLETTER | MIDNUM;
const EXT: u8 = EXTEND;
const EXC: u8 = EXTEND | ORDERED;
const EXM: u8 = EXTEND | COMPOSES;
const EXB: u8 = EXTEND | COMPOSES | ORDERED;
const CHR: u8 = CHAR;
const CHL: u8 = CHAR | LETTER;

/// First and last character, class, and distance to the normal form.
#[rustfmt::skip]
const RUNS: &[(u32, u32, u8, i32)] = &[
    (0x0, 0x26, BRK, 0), (0x27, 0x27, MNL, GONE), (0x28, 0x2b, BRK, 0), (0x2c, 0x2c, MNU, 0),
    (0x2d, 0x2d, BRK, 0), (0x2e, 0x2e, MNL, 0), (0x2f, 0x2f, BRK, 0), (0x30, 0x39, NUM, 0), (0x3a, 0x3a, MLE, 0),
    (0x3b, 0x3b, MNU, 0), (0x3c, 0x40, BRK, 0), (0x41, 0x5a, LET, 32), (0x5b, 0x5e, BRK, 0), (0x5f, 0x5f, CON, 0),
    (0x60, 0x60, BRK, 0), (0x61, 0x7a, LET, 0), (0x7b, 0xa7, BRK, 0), (0xaa, 0xaa, LET, -73),
    (0xab, 0xac, BRK, 0), (0xad, 0xad, EXT, GONE), (0xb0, 0xb1, BRK, 0), (0xb5, 0xb5, LET, 775),
    (0xb6, 0xb6, BRK, 0), (0xb7, 0xb7, MLE, 0), (0xba, 0xba, LET, -75), (0xbb, 0xbb, BRK, 0),
    (0xbf, 0xbf, BRK, 0), (0xc0, 0xd6, LET, 32), (0xd7, 0xd7, BRK, 0), (0xd8, 0xde, LET, 32),
    (0xe0, 0xf6, LET, 0), (0xf7, 0xf7, BRK, 0), (0xf8, 0xff, LET, 0), (0x100, 0x12f, LET, PAIR),
    (0x131, 0x131, LET, 0), (0x134, 0x137, LET, PAIR), (0x138, 0x138, LET, 0), (0x139, 0x13e, LET, PAIR),
    (0x141, 0x148, LET, PAIR), (0x149, 0x149, LET, -219), (0x14a, 0x177, LET, PAIR), (0x178, 0x178, LET, -121),
    (0x179, 0x17e, LET, PAIR), (0x17f, 0x17f, LET, -268), (0x18f, 0x18f, LET, 202), (0x1a0, 0x1a5, LET, PAIR),
    (0x1af, 0x1b0, LET, PAIR), (0x1cd, 0x1dc, LET, PAIR), (0x1dd, 0x1dd, LET, 0), (0x1de, 0x1ef, LET, PAIR),
    (0x1f8, 0x21f, LET, PAIR), (0x222, 0x233, LET, PAIR), (0x234, 0x239, LET, 0), (0x250, 0x2af, LET, 0),
    (0x2bc, 0x2bc, LET, GONE), (0x300, 0x304, EXB, 0), (0x305, 0x305, EXC, 0), (0x306, 0x30c, EXB, 0),
    (0x30d, 0x30e, EXC, 0), (0x30f, 0x30f, EXB, 0), (0x310, 0x310, EXC, 0), (0x311, 0x311, EXB, 0),
    (0x312, 0x312, EXC, 0), (0x313, 0x314, EXB, 0), (0x315, 0x31a, EXC, 0), (0x31b, 0x31b, EXB, 0),
    (0x31c, 0x322, EXC, 0), (0x323, 0x328, EXB, 0), (0x329, 0x32c, EXC, 0), (0x32d, 0x32e, EXB, 0),
    (0x32f, 0x32f, EXC, 0), (0x330, 0x331, EXB, 0), (0x332, 0x337, EXC, 0), (0x338, 0x338, EXB, 0),
    (0x339, 0x33f, EXC, 0), (0x342, 0x342, EXB, 0), (0x346, 0x34e, EXC, 0), (0x34f, 0x34f, EXT, GONE),
    (0x350, 0x36f, EXC, 0), (0x370, 0x373, LET, PAIR), (0x374, 0x374, LET, -187), (0x375, 0x375, BRK, 0),
    (0x376, 0x377, LET, PAIR), (0x37e, 0x37e, MNU, -835), (0x386, 0x386, LET, 38), (0x387, 0x387, MLE, -720),
    (0x388, 0x38a, LET, 37), (0x38c, 0x38c, LET, 64), (0x38e, 0x38f, LET, 63), (0x390, 0x390, LET, 0),
    (0x391, 0x3a1, LET, 32), (0x3a3, 0x3ab, LET, 32), (0x3ac, 0x3c1, LET, 0), (0x3c2, 0x3c3, LET, PAIR),
    (0x3c4, 0x3ce, LET, 0), (0x3d8, 0x3ef, LET, PAIR), (0x400, 0x400, LET, 80), (0x401, 0x401, LET, 52),
    (0x402, 0x40f, LET, 80), (0x410, 0x42f, LET, 32), (0x430, 0x450, LET, 0), (0x451, 0x451, LET, -28),
    (0x452, 0x45f, LET, 0), (0x460, 0x481, LET, PAIR), (0x482, 0x482, BRK, 0), (0x483, 0x487, EXC, 0),
    (0x488, 0x489, EXT, 0), (0x48a, 0x4bf, LET, PAIR), (0x4c0, 0x4c0, LET, 15), (0x4c1, 0x4ce, LET, PAIR),
    (0x4cf, 0x4cf, LET, 0), (0x4d0, 0x52f, LET, PAIR), (0x531, 0x556, LET, 48), (0x558, 0x558, BRK, 0),
    (0x559, 0x559, LET, 0), (0x55d, 0x55d, BRK, 0), (0x55f, 0x55f, MLE, 0), (0x560, 0x586, LET, 0),
    (0x588, 0x588, LET, 0), (0x589, 0x589, MNU, 0), (0x58b, 0x58f, BRK, 0),
    (0x591, 0x5bd, EXC, 0), (0x5be, 0x5be, BRK, 0), (0x5bf, 0x5bf, EXC, 0), (0x5c0, 0x5c0, BRK, 0),
    (0x5c1, 0x5c2, EXC, 0), (0x5c3, 0x5c3, BRK, 0), (0x5c4, 0x5c5, EXC, 0), (0x5c6, 0x5c6, BRK, 0),
    (0x5c7, 0x5c7, EXC, 0), (0x5d0, 0x5ea, HEB, 0), (0x5ef, 0x5f2, HEB, 0), (0x5f4, 0x5f4, MLE, 0),
    (0x606, 0x60b, BRK, 0),
    (0x60c, 0x60d, MNU, 0), (0x60e, 0x60f, BRK, 0), (0x610, 0x61a, EXT, GONE), (0x61b, 0x61b, BRK, 0),
    (0x61c, 0x61c, EXT, GONE), (0x61d, 0x61f, BRK, 0), (0x620, 0x63f, LET, 0), (0x640, 0x640, LET, GONE),
    (0x641, 0x64a, LET, 0), (0x64b, 0x652, EXT, GONE), (0x653, 0x655, EXB, 0), (0x656, 0x65f, EXT, GONE),
    (0x660, 0x669, NUM, 0), (0x66a, 0x66a, BRK, 0), (0x66c, 0x66c, MNU, 0), (0x66d, 0x66d, BRK, 0),
    (0x66e, 0x66f, LET, 0), (0x670, 0x670, EXT, GONE), (0x671, 0x674, LET, 0), (0x679, 0x6d3, LET, 0),
    (0x6d4, 0x6d4, BRK, 0), (0x6d5, 0x6d5, LET, 0), (0x6d6, 0x6dc, EXT, GONE), (0x6de, 0x6de, BRK, 0),
    (0x6df, 0x6e4, EXT, GONE), (0x6e5, 0x6e6, LET, 0), (0x6e7, 0x6e8, EXT, GONE), (0x6e9, 0x6e9, BRK, 0),
    (0x6ea, 0x6ed, EXT, GONE), (0x6ee, 0x6ef, LET, 0), (0x6f0, 0x6f9, NUM, 0), (0x6fa, 0x6fc, LET, 0),
    (0x6fd, 0x6fe, BRK, 0), (0x6ff, 0x6ff, LET, 0), (0x900, 0x903, EXT, 0), (0x904, 0x939, LET, 0),
    (0x93a, 0x93b, EXT, 0), (0x93c, 0x93c, EXB, 0), (0x93d, 0x93d, LET, 0), (0x93e, 0x94c, EXT, 0),
    (0x94d, 0x94d, EXC, 0), (0x94e, 0x94f, EXT, 0), (0x950, 0x950, LET, 0), (0x951, 0x954, EXC, 0),
    (0x955, 0x957, EXT, 0), (0x960, 0x961, LET, 0), (0x962, 0x963, EXT, 0), (0x964, 0x965, BRK, 0),
    (0x966, 0x96f, NUM, 0), (0x970, 0x970, BRK, 0), (0x971, 0x980, LET, 0), (0x981, 0x983, EXT, 0),
    (0x985, 0x98c, LET, 0), (0x98f, 0x990, LET, 0), (0x993, 0x9a8, LET, 0), (0x9aa, 0x9b0, LET, 0),
    (0x9b2, 0x9b2, LET, 0), (0x9b6, 0x9b9, LET, 0), (0x9bc, 0x9bc, EXC, 0), (0x9bd, 0x9bd, LET, 0),
    (0x9be, 0x9be, EXM, 0), (0x9bf, 0x9c4, EXT, 0), (0x9c7, 0x9c8, EXT, 0), (0x9cb, 0x9cc, EXT, 0),
    (0x9cd, 0x9cd, EXC, 0), (0x9ce, 0x9ce, LET, 0), (0x9d7, 0x9d7, EXM, 0), (0x9e0, 0x9e1, LET, 0),
    (0x9e2, 0x9e3, EXT, 0), (0x9e6, 0x9ef, NUM, 0), (0x9f0, 0x9f1, LET, 0), (0x9f2, 0x9f3, BRK, 0),
    (0x9fa, 0x9fb, BRK, 0), (0x9fc, 0x9fc, LET, 0), (0x9fd, 0x9fd, BRK, 0), (0x9fe, 0x9fe, EXC, 0),
    (0xa01, 0xa03, EXT, 0), (0xa05, 0xa0a, LET, 0), (0xa0f, 0xa10, LET, 0), (0xa13, 0xa28, LET, 0),
    (0xa2a, 0xa30, LET, 0), (0xa32, 0xa32, LET, 0), (0xa35, 0xa35, LET, 0), (0xa38, 0xa39, LET, 0),
    (0xa3c, 0xa3c, EXC, 0), (0xa3e, 0xa42, EXT, 0), (0xa47, 0xa48, EXT, 0), (0xa4b, 0xa4c, EXT, 0),
    (0xa4d, 0xa4d, EXC, 0), (0xa51, 0xa51, EXT, 0), (0xa5c, 0xa5c, LET, 0), (0xa66, 0xa6f, NUM, 0),
    (0xa70, 0xa71, EXT, 0), (0xa72, 0xa74, LET, 0), (0xa75, 0xa75, EXT, 0), (0xa76, 0xa76, BRK, 0),
    (0xa81, 0xa83, EXT, 0), (0xa85, 0xa8d, LET, 0), (0xa8f, 0xa91, LET, 0), (0xa93, 0xaa8, LET, 0),
    (0xaaa, 0xab0, LET, 0), (0xab2, 0xab3, LET, 0), (0xab5, 0xab9, LET, 0), (0xabc, 0xabc, EXC, 0),
    (0xabd, 0xabd, LET, 0), (0xabe, 0xac5, EXT, 0), (0xac7, 0xac9, EXT, 0), (0xacb, 0xacc, EXT, 0),
    (0xacd, 0xacd, EXC, 0), (0xad0, 0xad0, LET, 0), (0xae0, 0xae1, LET, 0), (0xae2, 0xae3, EXT, 0),
    (0xae6, 0xaef, NUM, 0), (0xaf0, 0xaf1, BRK, 0), (0xaf9, 0xaf9, LET, 0), (0xafa, 0xaff, EXT, 0),
    (0xb01, 0xb03, EXT, 0), (0xb05, 0xb0c, LET, 0), (0xb0f, 0xb10, LET, 0), (0xb13, 0xb28, LET, 0),
    (0xb2a, 0xb30, LET, 0), (0xb32, 0xb33, LET, 0), (0xb35, 0xb39, LET, 0), (0xb3c, 0xb3c, EXC, 0),
    (0xb3d, 0xb3d, LET, 0), (0xb3e, 0xb3e, EXM, 0), (0xb3f, 0xb44, EXT, 0), (0xb47, 0xb48, EXT, 0),
    (0xb4b, 0xb4c, EXT, 0), (0xb4d, 0xb4d, EXC, 0), (0xb53, 0xb55, EXT, 0), (0xb56, 0xb57, EXM, 0),
    (0xb5f, 0xb61, LET, 0), (0xb62, 0xb63, EXT, 0), (0xb66, 0xb6f, NUM, 0), (0xb70, 0xb70, BRK, 0),
    (0xb71, 0xb71, LET, 0), (0xb82, 0xb82, EXT, 0), (0xb83, 0xb83, LET, 0), (0xb85, 0xb8a, LET, 0),
    (0xb8e, 0xb90, LET, 0), (0xb92, 0xb95, LET, 0), (0xb99, 0xb9a, LET, 0), (0xb9c, 0xb9c, LET, 0),
    (0xb9e, 0xb9f, LET, 0), (0xba3, 0xba4, LET, 0), (0xba8, 0xbaa, LET, 0), (0xbae, 0xbb9, LET, 0),
    (0xbbe, 0xbbe, EXM, 0), (0xbbf, 0xbc2, EXT, 0), (0xbc6, 0xbc8, EXT, 0), (0xbca, 0xbcc, EXT, 0),
    (0xbcd, 0xbcd, EXC, 0), (0xbd0, 0xbd0, LET, 0), (0xbd7, 0xbd7, EXM, 0), (0xbe6, 0xbef, NUM, 0),
    (0xbf3, 0xbfa, BRK, 0), (0xc00, 0xc04, EXT, 0), (0xc05, 0xc0c, LET, 0), (0xc0e, 0xc10, LET, 0),
    (0xc12, 0xc28, LET, 0), (0xc2a, 0xc39, LET, 0), (0xc3c, 0xc3c, EXC, 0), (0xc3d, 0xc3d, LET, 0),
    (0xc3e, 0xc44, EXT, 0), (0xc46, 0xc48, EXT, 0), (0xc4a, 0xc4c, EXT, 0), (0xc4d, 0xc4d, EXC, 0),
    (0xc55, 0xc55, EXC, 0), (0xc56, 0xc56, EXB, 0), (0xc58, 0xc5a, LET, 0), (0xc5c, 0xc5d, LET, 0),
    (0xc60, 0xc61, LET, 0), (0xc62, 0xc63, EXT, 0), (0xc66, 0xc6f, NUM, 0), (0xc77, 0xc77, BRK, 0),
    (0xc7f, 0xc7f, BRK, 0), (0xc80, 0xc80, LET, 0), (0xc81, 0xc83, EXT, 0), (0xc84, 0xc84, BRK, 0),
    (0xc85, 0xc8c, LET, 0), (0xc8e, 0xc90, LET, 0), (0xc92, 0xca8, LET, 0), (0xcaa, 0xcb3, LET, 0),
    (0xcb5, 0xcb9, LET, 0), (0xcbc, 0xcbc, EXC, 0), (0xcbd, 0xcbd, LET, 0), (0xcbe, 0xcc1, EXT, 0),
    (0xcc2, 0xcc2, EXM, 0), (0xcc3, 0xcc4, EXT, 0), (0xcc6, 0xcc8, EXT, 0), (0xcca, 0xccc, EXT, 0),
    (0xccd, 0xccd, EXC, 0), (0xcd5, 0xcd6, EXM, 0), (0xcdc, 0xcde, LET, 0), (0xce0, 0xce1, LET, 0),
    (0xce2, 0xce3, EXT, 0), (0xce6, 0xcef, NUM, 0), (0xcf1, 0xcf2, LET, 0), (0xcf3, 0xcf3, EXT, 0),
    (0xd00, 0xd03, EXT, 0), (0xd04, 0xd0c, LET, 0), (0xd0e, 0xd10, LET, 0), (0xd12, 0xd3a, LET, 0),
    (0xd3b, 0xd3c, EXC, 0), (0xd3d, 0xd3d, LET, 0), (0xd3e, 0xd3e, EXM, 0), (0xd3f, 0xd44, EXT, 0),
    (0xd46, 0xd48, EXT, 0), (0xd4a, 0xd4c, EXT, 0), (0xd4d, 0xd4d, EXC, 0), (0xd4e, 0xd4e, LET, 0),
    (0xd4f, 0xd4f, BRK, 0), (0xd54, 0xd56, LET, 0), (0xd57, 0xd57, EXM, 0), (0xd5f, 0xd61, LET, 0),
    (0xd62, 0xd63, EXT, 0), (0xd66, 0xd6f, NUM, 0), (0xd79, 0xd79, BRK, 0), (0xd7a, 0xd7f, LET, 0),
    (0xd81, 0xd83, EXT, 0), (0xd85, 0xd96, LET, 0), (0xd9a, 0xdb1, LET, 0), (0xdb3, 0xdbb, LET, 0),
    (0xdbd, 0xdbd, LET, 0), (0xdc0, 0xdc6, LET, 0), (0xdca, 0xdca, EXB, 0), (0xdcf, 0xdcf, EXM, 0),
    (0xdd0, 0xdd4, EXT, 0), (0xdd6, 0xdd6, EXT, 0), (0xdd8, 0xdde, EXT, 0), (0xddf, 0xddf, EXM, 0),
    (0xde6, 0xdef, NUM, 0), (0xdf2, 0xdf3, EXT, 0), (0xdf4, 0xdf4, BRK, 0), (0xe01, 0xe30, CHR, 0),
    (0xe31, 0xe31, EXT, 0), (0xe32, 0xe32, CHR, 0), (0xe34, 0xe37, EXT, 0), (0xe38, 0xe3a, EXC, 0),
    (0xe3f, 0xe3f, BRK, 0), (0xe40, 0xe46, CHR, 0), (0xe47, 0xe47, EXT, 0), (0xe48, 0xe4b, EXC, 0),
    (0xe4c, 0xe4e, EXT, 0), (0xe4f, 0xe4f, BRK, 0), (0xe50, 0xe59, NUM, 0), (0xe5a, 0xe5b, BRK, 0),
    (0xe81, 0xe82, CHR, 0), (0xe84, 0xe84, CHR, 0), (0xe86, 0xe8a, CHR, 0), (0xe8c, 0xea3, CHR, 0),
    (0xea5, 0xea5, CHR, 0), (0xea7, 0xeb0, CHR, 0), (0xeb1, 0xeb1, EXT, 0), (0xeb2, 0xeb2, CHR, 0),
    (0xeb4, 0xeb7, EXT, 0), (0xeb8, 0xeba, EXC, 0), (0xebb, 0xebc, EXT, 0), (0xebd, 0xebd, CHR, 0),
    (0xec0, 0xec4, CHR, 0), (0xec6, 0xec6, CHR, 0), (0xec8, 0xecb, EXC, 0), (0xecc, 0xece, EXT, 0),
    (0xed0, 0xed9, NUM, 0), (0xede, 0xedf, CHR, 0), (0x1000, 0x102a, CHR, 0), (0x102b, 0x102d, EXT, 0),
    (0x102e, 0x102e, EXM, 0), (0x102f, 0x1036, EXT, 0), (0x1037, 0x1037, EXC, 0), (0x1038, 0x1038, EXT, 0),
    (0x1039, 0x103a, EXC, 0), (0x103b, 0x103e, EXT, 0), (0x103f, 0x103f, CHR, 0), (0x1040, 0x1049, NUM, 0),
    (0x104a, 0x104f, BRK, 0), (0x1050, 0x1055, CHR, 0), (0x1056, 0x1059, EXT, 0), (0x105a, 0x105d, CHR, 0),
    (0x105e, 0x1060, EXT, 0), (0x1061, 0x1061, CHR, 0), (0x1062, 0x1064, EXT, 0), (0x1065, 0x1066, CHR, 0),
    (0x1067, 0x106d, EXT, 0), (0x106e, 0x1070, CHR, 0), (0x1071, 0x1074, EXT, 0), (0x1075, 0x1081, CHR, 0),
    (0x1082, 0x108c, EXT, 0), (0x108d, 0x108d, EXC, 0), (0x108e, 0x108e, CHR, 0), (0x108f, 0x108f, EXT, 0),
    (0x1090, 0x1099, NUM, 0), (0x109a, 0x109d, EXT, 0), (0x109e, 0x109f, BRK, 0), (0x10a0, 0x10c5, LET, 7264),
    (0x10c7, 0x10c7, LET, 7264), (0x10cd, 0x10cd, LET, 7264), (0x10d0, 0x10fa, LET, 0), (0x10fb, 0x10fb, BRK, 0),
    (0x10fc, 0x10fc, LET, -32), (0x10fd, 0x10ff, LET, 0), (0x1200, 0x1248, LET, 0), (0x124a, 0x124d, LET, 0),
    (0x1250, 0x1256, LET, 0), (0x1258, 0x1258, LET, 0), (0x125a, 0x125d, LET, 0), (0x1260, 0x1288, LET, 0),
    (0x128a, 0x128d, LET, 0), (0x1290, 0x12b0, LET, 0), (0x12b2, 0x12b5, LET, 0), (0x12b8, 0x12be, LET, 0),
    (0x12c0, 0x12c0, LET, 0), (0x12c2, 0x12c5, LET, 0), (0x12c8, 0x12d6, LET, 0), (0x12d8, 0x1310, LET, 0),
    (0x1312, 0x1315, LET, 0), (0x1318, 0x135a, LET, 0), (0x135d, 0x135f, EXC, 0), (0x1780, 0x17b3, CHR, 0),
    (0x17b4, 0x17b5, EXT, GONE), (0x17b6, 0x17d1, EXT, 0), (0x17d2, 0x17d2, EXC, 0), (0x17d3, 0x17d3, EXT, 0),
    (0x17d4, 0x17d6, BRK, 0), (0x17d7, 0x17d7, CHR, 0), (0x17d8, 0x17db, BRK, 0), (0x17dc, 0x17dc, CHR, 0),
    (0x17dd, 0x17dd, EXC, 0), (0x17e0, 0x17e9, NUM, 0), (0x1e00, 0x1e95, LET, PAIR), (0x1ea0, 0x1eff, LET, PAIR),
    (0x2000, 0x200a, BRK, 0), (0x200b, 0x200f, EXT, GONE), (0x2010, 0x2016, BRK, 0), (0x2018, 0x2019, MNL, GONE),
    (0x201a, 0x2023, BRK, 0), (0x2024, 0x2024, MNL, -8182), (0x2027, 0x2027, MLE, 0), (0x2028, 0x2029, BRK, 0),
    (0x202a, 0x202e, EXT, GONE), (0x202f, 0x2032, BRK, 0), (0x2035, 0x2035, BRK, 0), (0x2038, 0x203b, BRK, 0),
    (0x203d, 0x203d, BRK, 0), (0x203f, 0x2040, CON, 0), (0x2041, 0x2043, BRK, 0), (0x2044, 0x2044, MNU, 0),
    (0x2045, 0x2046, BRK, 0), (0x204a, 0x2053, BRK, 0), (0x2054, 0x2054, CON, 0), (0x2055, 0x2056, BRK, 0),
    (0x2058, 0x205f, BRK, 0), (0x2060, 0x2064, EXT, GONE), (0x2066, 0x206f, EXT, GONE), (0x20a0, 0x20a7, BRK, 0),
    (0x20a9, 0x20bf, BRK, 0), (0x3000, 0x3004, BRK, 0), (0x3005, 0x3005, CHL, 0), (0x3006, 0x3007, CHR, 0),
    (0x3008, 0x3020, BRK, 0), (0x3021, 0x3029, CHR, 0), (0x302a, 0x302f, EXC, 0), (0x3031, 0x3035, CHR, 0),
    (0x3036, 0x3037, BRK, 0), (0x303b, 0x303c, CHL, 0), (0x303e, 0x303f, BRK, 0), (0x3041, 0x3096, CHR, 0),
    (0x3099, 0x309a, EXB, 0), (0x309d, 0x309e, CHR, 0), (0x30a0, 0x30a0, BRK, 0), (0x30a1, 0x30fa, CHR, 0),
    (0x30fb, 0x30fb, BRK, 0), (0x30fc, 0x30fe, CHR, 0), (0xff01, 0xff06, BRK, 0), (0xff07, 0xff07, MNL, GONE),
    (0xff08, 0xff0b, BRK, 0), (0xff0c, 0xff0c, MNU, -65248), (0xff0d, 0xff0d, BRK, 0),
    (0xff0e, 0xff0e, MNL, -65248), (0xff0f, 0xff0f, BRK, 0), (0xff10, 0xff19, NUM, -65248),
    (0xff1a, 0xff1a, MLE, -65248), (0xff1b, 0xff1b, MNU, -65248), (0xff1c, 0xff20, BRK, 0),
    (0xff21, 0xff3a, LET, -65216), (0xff3b, 0xff3e, BRK, 0), (0xff3f, 0xff3f, CON, -65248),
    (0xff40, 0xff40, BRK, 0), (0xff41, 0xff5a, LET, -65248), (0xff5b, 0xff65, BRK, 0),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalize::normalize_word;
    use crate::text::script::{attaches, is_alphanumeric, is_unspaced};
    use unicode_normalization::char::canonical_combining_class;
    use unicode_normalization::{IsNormalized, is_nfkc_quick};
    use unicode_segmentation::UnicodeSegmentation;

    fn is_one(text: String) -> bool {
        text.split_word_bounds().count() == 1
    }

    /// Class by experiment on the segmenter.
    fn observed(c: char) -> u8 {
        let (letter, digit) = (is_one(format!("a.{c}")), is_one(format!("1,{c}")));
        let after_letter = is_one(format!("a{c}"));
        let within = |d: char| is_one(format!("{d}{c}{d}"));
        // What is called a connector in the standard but a space by readers.
        if matches!(c, '\u{202f}') {
            return BREAK;
        }
        if attaches(c) {
            return EXTEND;
        }
        if is_unspaced(c) {
            return if letter { CHAR | LETTER } else { CHAR };
        }
        match (letter, digit) {
            (true, _) if is_one(format!("{c}\"{c}")) => HEBREW,
            (true, _) => LETTER,
            (_, true) => DIGIT,
            _ if after_letter => CONNECTOR,
            _ => match (within('a'), within('1')) {
                (true, true) => MIDLETTER | MIDNUM,
                (true, false) => MIDLETTER,
                (false, true) => MIDNUM,
                (false, false) => BREAK,
            },
        }
    }

    #[test]
    fn classes_are_those_of_the_unicode_tables() {
        let mut known = 0;
        let mut form = String::new();
        for c in '\0'..=char::MAX {
            let class = class(c as u32);
            if class == COMPLEX {
                continue;
            }
            known += 1;
            let kind = if is_extend(class) {
                EXTEND
            } else {
                class & !FOLDS
            };
            // The zero-width space attaches here, though not in the standard.
            let c_observed = if c == '\u{200b}' { EXTEND } else { observed(c) };
            assert_eq!(kind, c_observed, "{:x}", c as u32);

            // No emoji.
            if !is_extend(class) {
                let after_joiner = is_one(format!("a\u{200d}{c}"));
                assert_eq!(after_joiner, is_one(format!("a{c}")), "{:x}", c as u32);
            }

            // A word is a segment that holds an alphanumeric character.
            if class & (LETTER | DIGIT) != 0 && in_word(class) || kind & CHAR != 0 {
                assert!(is_alphanumeric(c), "{:x}", c as u32);
            } else if !is_extend(class) {
                assert!(!is_alphanumeric(c), "{:x}", c as u32);
            }

            if class == BREAK {
                continue;
            }
            normalize_word(c.encode_utf8(&mut [0; 4]), &mut form);
            let mut forms = form.chars();
            let (first, second) = (forms.next(), forms.next());
            assert_eq!(second, None, "{:x}", c as u32);
            let expected = if class & FOLDS != 0 {
                fold(c as u32)
            } else {
                c as u32
            };
            assert_eq!(first.map_or(0, u32::from), expected, "{:x}", c as u32);
            let Some(first) = first else { continue };
            assert!(!is_extend(class) || class & FOLDS == 0);
            // Its form must not depend on what stands beside it.
            let inert = is_nfkc_quick(std::iter::once(first)) == IsNormalized::Yes;
            assert_eq!(
                !inert,
                is_extend(class) && class & COMPOSES != 0,
                "{:x}",
                c as u32
            );
            let ordered = canonical_combining_class(first) != 0;
            assert_eq!(
                ordered,
                is_extend(class) && class & ORDERED != 0,
                "{:x}",
                c as u32
            );
        }
        assert!(known > 40_000, "{known}");
    }

    #[test]
    fn ascii_agrees() {
        for byte in 0..=255u8 {
            let expected = if byte.is_ascii() {
                class(byte.into())
            } else {
                COMPLEX
            };
            assert_eq!(ASCII[byte as usize], expected);
        }
    }
}
