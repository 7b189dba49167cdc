//! What stands for a text that is not kept: as long in every unit, and nothing in it to be read but web addresses.

/// A figure of so many bytes of UTF-8, 1 to 4, and of as many UTF-16 code units as any character of so many.
const FIGURES: [char; 4] = ['0', '²', '①', '𝟎'];

/// `text` with a figure in place of each character, line ends too, so that each place in it is where it was in any unit. Figures,
/// as no two numbers are words of nearly the same spelling. Web addresses are left, as far as they are ASCII: a link is evidence of
/// who has a text from whom.
///
/// ```
/// # use copytaster::text::blank;
/// assert_eq!(blank("Für 5 €,\n(see vesk.example/a)"), "0²0000①0000000vesk.example/a)");
/// ```
#[must_use]
pub fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest
            .find(|c| !may_stand_in_address(c))
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(run);
        if is_address(run) {
            out += run;
        } else {
            out.extend(run.chars().map(figure));
        }
        let next = after.find(may_stand_in_address).unwrap_or(after.len());
        let (between, after) = after.split_at(next);
        out.extend(between.chars().map(figure));
        rest = after;
    }
    out
}

fn figure(c: char) -> char {
    FIGURES[c.len_utf8() - 1]
}

/// The characters of RFC 3986.
fn may_stand_in_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// Whether there is a host and something behind it: a dot, and a slash after that.
fn is_address(run: &str) -> bool {
    let behind = run.split_once('.').map(|(_, behind)| behind);
    behind.is_some_and(|b| b.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    #[test]
    fn addresses_stay_and_words_do_not() {
        let text = "Siehe https://vesk.example/2018/a,b.html。Ja/nein. Ende.";
        assert_eq!(
            blank(text),
            "000000https://vesk.example/2018/a,b.html①00000000000000"
        );
        assert_eq!(blank(""), "");
    }

    proptest::proptest! {
        #[test]
        fn every_place_is_where_it_was(text in "(\\PC|[a-z./ \n]|é|中|😀){0,200}") {
            let blank = blank(&text);
            let places = |t: &str| -> Vec<(usize, usize)> {
                t.char_indices().map(|(at, c)| (at, c.len_utf16())).collect()
            };
            proptest::prop_assert_eq!(places(&blank), places(&text));
        }

        #[test]
        fn words_become_figures(text in "(\\PC|[a-z. \n]|é|中|😀){0,200}") {
            let text = text.replace('/', " ");
            let blank = blank(&text);
            for span in tokenize(&text).spans {
                proptest::prop_assert!(span.slice(&blank).chars().all(char::is_numeric));
            }
        }
    }
}
