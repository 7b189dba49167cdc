//! A page without its programs: what stands in scripts, styles and comments is most of a page today, and none of it is read but
//! JSON-LD. Taken out at the speed of a search for `<`, before anything looks closer. (HTML, 13.2.5: where tags begin and end.)

use memchr::{memchr, memmem};

/// Elements without an end, and those whose end is often left out and which do not stand in themselves.
#[rustfmt::skip]
const FLAT: &[&str] = &[
    "area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li", "link", "meta",
    "option", "p", "param", "source", "td", "th", "tr", "track", "wbr",
];
/// Elements in each other beyond which nothing takes a page apart: no article needs them, and each costs time with all above it.
const DEEPEST: usize = 500;
/// Most blocks of JSON-LD that are kept of a page.
const MOST: usize = 1000;

pub(super) struct Lean {
    /// The page with empty comments, and without what its scripts and styles hold.
    pub(super) html: String,
    /// What its scripts of JSON-LD held.
    pub(super) json_ld: Vec<String>,
    /// How much of `html`, in bytes, comes before its elements stand too deep in each other; nothing where they never do.
    pub(super) shallow: Option<usize>,
}

/// Takes a page's programs out. Time: linear.
pub(super) fn lean(html: &str) -> Lean {
    let bytes = html.as_bytes();
    let mut out = String::with_capacity(html.len());
    let (mut json_ld, mut depth, mut shallow) = (Vec::new(), 0_usize, None);
    // What comes before `kept` is in `out` or left out; what comes before `at` has been looked at.
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = memchr(b'<', bytes.get(at..).unwrap_or_default()) {
        let start = at + found;
        let tag = match &bytes[start + 1..] {
            [b'!', b'-', b'-', ..] => {
                // What stands before and behind must not become one.
                out.push_str(&html[kept..start]);
                out.push_str("<!-->");
                at = end_of_comment(bytes, start + 4);
                kept = at;
                continue;
            }
            [b'/', tag @ ..] if is_letter(tag) => {
                at = end_of_tag(bytes, start);
                if !FLAT.iter().any(|name| is_named(tag, name)) {
                    depth = depth.saturating_sub(1);
                }
                continue;
            }
            tag if is_letter(tag) => {
                at = end_of_tag(bytes, start);
                tag
            }
            [b'/' | b'!' | b'?', rest @ ..] => {
                at = memchr(b'>', rest).map_or(bytes.len(), |end| start + end + 3);
                continue;
            }
            _ => {
                at = start + 1;
                continue;
            }
        };
        if !FLAT.iter().any(|name| is_named(tag, name)) {
            depth += 1;
            if depth > DEEPEST && shallow.is_none() {
                shallow = Some(out.len() + start - kept);
            }
        }
        let raw = ["script", "style"].into_iter().find(|n| is_named(tag, n));
        let Some(name) = raw else { continue };
        let end = end_of_raw(bytes, at, name);
        if name == "script" && is_escaped(&bytes[at..end]) {
            break;
        }
        let holds_data = name == "script" && {
            let tag = bytes[start..at].to_ascii_lowercase();
            memmem::find(&tag, b"ld+json").is_some()
        };
        if holds_data && json_ld.len() < MOST {
            json_ld.push(html[at..end].to_owned());
        }
        out.push_str(&html[kept..at]);
        (kept, at) = (end, end);
    }
    out.push_str(&html[kept..]);
    Lean {
        html: out,
        json_ld,
        shallow,
    }
}

fn is_letter(tag: &[u8]) -> bool {
    tag.first().is_some_and(u8::is_ascii_alphabetic)
}

/// Whether an element's name, after its `<` or `</`, is `name`.
fn is_named(tag: &[u8], name: &str) -> bool {
    tag.get(..name.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
        && (tag.get(name.len()))
            .is_none_or(|b| matches!(b, b'\t' | b'\n' | 0xc | b'\r' | b' ' | b'/' | b'>'))
}

/// Where the tag that begins at `start` is over: a `>` in the quotes of an attribute ends none.
fn end_of_tag(bytes: &[u8], start: usize) -> usize {
    let is_space = |b: u8| matches!(b, b'\t' | b'\n' | 0xc | b'\r' | b' ');
    let find = |from: usize, is_end: &dyn Fn(u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        let found = rest.iter().position(|&b| is_end(b));
        found.map_or(bytes.len(), |found| from + found)
    };
    let mut at = find(start + 1, &|b| is_space(b) || matches!(b, b'/' | b'>'));
    loop {
        at = find(at, &|b| !is_space(b) && b != b'/');
        match bytes.get(at) {
            None => return at,
            Some(b'>') => return at + 1,
            Some(_) => {}
        }
        // A name may begin with `=`.
        at = find(at + 1, &|b| is_space(b) || matches!(b, b'/' | b'>' | b'='));
        let value = find(at, &|b| !is_space(b));
        if bytes.get(value) != Some(&b'=') {
            continue;
        }
        at = find(value + 1, &|b| !is_space(b));
        at = match bytes.get(at) {
            Some(&quote @ (b'"' | b'\'')) => match memchr(quote, &bytes[at + 1..]) {
                Some(close) => at + close + 2,
                None => return bytes.len(),
            },
            _ => find(at, &|b| is_space(b) || b == b'>'),
        };
    }
}

/// Where a comment is over whose text begins at `at`; `<!-->` and `<!--->` are over at once.
fn end_of_comment(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    if rest.starts_with(b">") {
        return at + 1;
    }
    if rest.starts_with(b"->") {
        return at + 2;
    }
    let mut from = 0;
    while let Some(found) = memmem::find(&rest[from..], b"--") {
        let after = from + found + 2;
        match rest.get(after..) {
            Some([b'>', ..]) => return at + after + 1,
            Some([b'!', b'>', ..]) => return at + after + 2,
            _ => from = after - 1,
        }
    }
    bytes.len()
}

/// Where the text of a script or a style is over that begins at `at`.
fn end_of_raw(bytes: &[u8], at: usize, name: &str) -> usize {
    memmem::find_iter(&bytes[at..], b"</")
        .map(|found| at + found)
        .find(|&end| is_named(&bytes[end + 2..], name))
        .unwrap_or(bytes.len())
}

/// Whether a script goes on beyond what looks like its end: where another begins in a comment of it. What comes after is left
/// as it stands.
fn is_escaped(script: &[u8]) -> bool {
    memmem::find(script, b"<!--").is_some_and(|comment| {
        let inner = script[comment..].to_ascii_lowercase();
        memmem::find(&inner, b"<script").is_some()
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use html5ever::{
        tendril::StrTendril,
        tokenizer::{
            BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
            states::RawKind,
        },
    };
    use proptest::prelude::*;

    use super::*;

    /// What a browser's tokenizer makes of a page: its tags, and its text where no script or style holds it.
    #[derive(Default)]
    struct Seen(RefCell<(Vec<String>, bool)>);

    impl TokenSink for Seen {
        type Handle = ();

        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            let (seen, is_raw) = &mut *self.0.borrow_mut();
            match token {
                Token::CharacterTokens(text) if !*is_raw => match seen.last_mut() {
                    Some(last) if !last.starts_with('<') => last.push_str(&text),
                    _ => seen.push(text.to_string()),
                },
                Token::TagToken(tag) => {
                    *is_raw = false;
                    seen.push(format!("<{:?} {} {:?}", tag.kind, tag.name, tag.attrs));
                    if tag.kind == TagKind::StartTag {
                        let kind = match &*tag.name {
                            "script" => RawKind::ScriptData,
                            "style" => RawKind::Rawtext,
                            _ => return TokenSinkResult::Continue,
                        };
                        *is_raw = true;
                        return TokenSinkResult::RawData(kind);
                    }
                }
                _ => {}
            }
            TokenSinkResult::Continue
        }
    }

    fn seen(html: &str) -> Vec<String> {
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from(html));
        let tokenizer = Tokenizer::new(Seen::default(), TokenizerOpts::default());
        while let html5ever::TokenizerResult::Script(()) = tokenizer.feed(&queue) {}
        tokenizer.end();
        tokenizer.sink.0.into_inner().0
    }

    #[test]
    fn programs_go_and_data_stays() {
        for (html, left) in [
            ("a<script>b < c</script>d", "a<script></script>d"),
            (
                "<SCRIPT src='>'>x</Script >y",
                "<SCRIPT src='>'></Script >y",
            ),
            ("<style>p{}</style><p>x", "<style></style><p>x"),
            (
                "<script type=\"application/LD+json\">{}</script>",
                "<script type=\"application/LD+json\"></script>",
            ),
            (
                "a<!-- <p> -->b<!-->c<!--->d<!-- e --!>f",
                "a<!-->b<!-->c<!-->d<!-->f",
            ),
            ("a<!-- never closed", "a<!-->"),
            (
                "<p title='<script>'>x<scripted>y",
                "<p title='<script>'>x<scripted>y",
            ),
            ("<p title=it's>x", "<p title=it's>x"),
            ("1 < 2 <", "1 < 2 <"),
            ("<<!-- x -->/script>", "<<!-->/script>"),
            ("<p a=='<style>x", "<p a=='<style>x"),
            ("<p ='>'>x<p / b = '>'>y", "<p ='>'>x<p / b = '>'>y"),
            ("<script>never closed", "<script>"),
            ("<script>'</scripts>' </script>x", "<script></script>x"),
        ] {
            assert_eq!(lean(html).html, left, "{html}");
        }
    }

    #[test]
    fn data_is_kept_apart_and_depth_is_told() {
        let page = "<script type=application/ld+json>{\"a\":1}</script><script>x</script><script type='application/ld+json'> []";
        assert_eq!(lean(page).json_ld, ["{\"a\":1}", " []"]);
        let deep = format!("<!-- -->{}<p>", "<div>".repeat(DEEPEST));
        assert_eq!(lean(&deep).shallow, None);
        let deeper = format!("{deep}<div><div>");
        assert_eq!(lean(&deeper).shallow, Some(deep.len() - 3));
        let flat = "<p><br><li><b>x</b>".repeat(1000);
        assert_eq!(lean(&flat).shallow, None);
    }

    proptest! {
        #[test]
        fn a_tokenizer_sees_the_same_tags_and_text(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "<script>", "</script>", "<script ", "</script", "<style>", "</style>", "<!--", "-->", "--!>", "->", "<p class=",
                "\"", "'", ">", "=", " ", "x", "é", "<", "</", "/", "-", "!", "\n", "<b>", "</b>", "ld+json",
            ]), 0..24),
        ) {
            let html = pieces.concat();
            prop_assert_eq!(seen(&lean(&html).html), seen(&html), "{}", html);
        }
    }
}
