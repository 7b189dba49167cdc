//! An array of articles, a feed or an agency item of JSON.
#![no_main]

mod reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reading::read(bytes, "a.json"));
