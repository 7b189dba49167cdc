//! What once went wrong, each test named for it.

use copytaster::recognise::{FURNITURE, Parts};
use copytaster::text;

fn furniture(text: &str) -> usize {
    let tokens = text::tokenize(text);
    let parts = Parts::of(text, &tokens);
    parts.flags.iter().filter(|f| **f & FURNITURE != 0).count()
}

#[test]
fn windows_and_documents_at_the_ends_of_sentences_were_script() {
    let prose = "He put the letter on the sill of the window. Nobody had opened the document. \
        In the morning it lay on the street under the window. Rain had washed the ink from the document.";
    assert_eq!(furniture(prose), 0);
    assert_eq!(
        furniture(
            "A statue of Bolivar stands where Bolivar slept, beside a samovar from the Tula works of the time."
        ),
        0
    );
    let article = "The council met on Monday and voted for the new bridge after a debate of three hours in the old town hall by the sea.\n\
        The mayor said the work would begin in the spring and that nobody would lose a garden or a view of the water because of it.\n";
    assert!(
        furniture(&format!(
            "{article}window.dataLayer = window.dataLayer; document.write(now)"
        )) > 0
    );
    assert!(furniture(&format!("{article}var a = b; var c = d")) > 0);
}
