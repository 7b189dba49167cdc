//! A table in Parquet. The reader below ours panics on some broken files, and ours makes an error of it: here only what is not
//! caught counts.
#![no_main]

mod reading;

libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |bytes: &[u8]| {
    reading::read(bytes, "a.parquet");
});
