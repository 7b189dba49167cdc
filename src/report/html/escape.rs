//! Text and JSON that may stand in a page, whatever they hold.

use serde::Serialize;

/// `text` as content or as an attribute in double quotes. Control characters, which no page may hold, are replaced.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// JSON in which no character means anything to HTML or ends a line of JavaScript. Nothing where it cannot be made.
pub(super) fn json(value: &impl Serialize) -> Option<String> {
    let plain = serde_json::to_string(value).ok()?;
    let mut out = String::with_capacity(plain.len() + plain.len() / 16);
    // These stand in strings alone.
    for c in plain.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{7f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    Some(out)
}

/// Base64 with padding, as a Content-Security-Policy wants its hashes.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= three.len() { digit.into() } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_means_anything() {
        assert_eq!(
            text("<a b='\"'>&\u{0}\n"),
            "&lt;a b=&#39;&quot;&#39;&gt;&amp;\u{fffd}\n"
        );
        let odd = "</script><!-- & \u{2028}\u{2029} é";
        let safe = json(&odd).unwrap();
        assert!(!safe.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), odd);
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        let known = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
        let coded = [
            "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy",
        ];
        assert_eq!(known.map(|k| base64(k.as_bytes())), coded);
    }
}
