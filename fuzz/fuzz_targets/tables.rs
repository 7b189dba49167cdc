//! Any table of agencies or outlets is read, or refused with a message; one that was read can be looked into.
#![no_main]

use copytaster::provenance::Outlets;
use copytaster::recognise::{self, Agencies};
use copytaster::text::tokenize;
use libfuzzer_sys::fuzz_target;

const TEXT: &str = "TOLVEN, March 4 (AP) - The reservoir rose by eleven centimetres overnight, Reuters reported.\n\
    By Jane Orlow, Tolven Wire\n(c) Tolven Wire";

fuzz_target!(|table: &str| {
    match Agencies::read(table) {
        Ok(agencies) => {
            for a in agencies.all() {
                assert!(!a.id.is_empty());
                assert_eq!(agencies.get(&a.id), Some(a));
            }
            let found = recognise::read(TEXT, &tokenize(TEXT), Some("Tolven Wire"), &agencies).1;
            for c in &found.credits {
                assert!(c.span.is_none_or(|s| !s.slice(TEXT).is_empty()));
            }
            // The names of the table, in a text of their own.
            let names: Vec<&str> = agencies
                .all()
                .iter()
                .filter(|_| agencies.all().len() < 50)
                .flat_map(|a| a.names.iter().chain(&a.short).chain(&a.forms))
                .map(|n| &**n)
                .collect();
            let text = format!("{}\n\nIt rained. ({})", names.join(", "), names.join("/"));
            let _ = recognise::read(&text, &tokenize(&text), Some(&text), &agencies);
        }
        Err(e) => assert!(!e.to_string().is_empty()),
    }
    if let Err(e) = Outlets::read(table) {
        assert!(!e.to_string().is_empty());
    }
});
