//! Articles made up: what they are looked up by, and records. All of it follows from numbers, so that nothing is held.

/// Postings of an article: seeds, bands, lines.
pub const PER_ARTICLE: u64 = 170;
/// Hashes of a query.
pub const ASKED: u64 = 100;
/// As many of them stand nowhere.
const MISSING: u64 = 10;
/// One article in so many has the common hash.
const COMMON: u64 = 8;
/// A hash is expected in 1, 2, 4 ... 64 places, as many postings each.
const CLASSES: u64 = 7;

/// Bytes of a record: metadata and the text, compressed.
const RECORD: u64 = 1_300;

/// The finisher of splitmix64.
pub fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The hash that stands in many articles.
pub fn common() -> u64 {
    mix(u64::MAX)
}

/// The hash at `place` of an article, where there are `articles` in all.
fn hash(articles: u64, article: u64, place: u64) -> u64 {
    if place == 0 && article.is_multiple_of(COMMON) {
        return common();
    }
    let drawn = mix(article * PER_ARTICLE + place);
    let class = drawn % CLASSES;
    let hashes = (articles * PER_ARTICLE / CLASSES) >> class;
    mix((class << 56) | ((drawn >> 8) % hashes.max(1)))
}

/// Postings of articles from `from` to `to`, as hash, article, place; not sorted.
pub fn postings(articles: u64, from: u64, to: u64) -> Vec<u128> {
    (from..to)
        .flat_map(|article| (0..PER_ARTICLE).map(move |place| (article, place)))
        .map(|(article, place)| {
            u128::from(hash(articles, article, place)) << 64 | u128::from(article << 32 | place)
        })
        .collect()
}

/// Hashes of an article and some that stand nowhere.
pub fn query(articles: u64, article: u64) -> Vec<u64> {
    let there = (1..=ASKED - MISSING).map(|place| hash(articles, article, place));
    let missing = (0..MISSING).map(|n| mix(1 << 63 | (article * MISSING + n)));
    there.chain(missing).collect()
}

/// The id of an article.
pub fn id(number: u32) -> String {
    format!("example.com/news/{:016x}", mix(number.into()))
}

/// The record of an article; as good as random, as what is compressed is.
pub fn record(number: u32) -> Vec<u8> {
    (0..RECORD.div_ceil(8))
        .flat_map(|word| mix(u64::from(number) << 32 | word).to_le_bytes())
        .take(RECORD as usize)
        .collect()
}
