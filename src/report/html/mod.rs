//! One page for a browser: what a scan found, to sort, filter and read side by side. It needs no network and no server.
//!
//! The tables stand in the page as HTML. What a cluster or a pair shows stands in it as blocks of JSON, which the
//! script turns into HTML when it is opened, so that a page of a thousand clusters opens at once. A
//! Content-Security-Policy in the page allows that style and that script alone, by their hashes.

mod data;
mod escape;
mod outlets;
mod rows;
mod utf16;

use std::io::{self, Write};

use super::{
    saved::{Saved, summary::headline},
    text::page::number,
};
use crate::hash;
use data::{Data, Pairs};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Bytes of data in a page that browsers still open at once.
pub const MAX_DATA: usize = 25_000_000;
/// Rows of a table, and clusters and pairs outside them that the page has: more make it slow to open and to sort.
const ROWS: usize = 2_000;
/// Boilerplate and errors listed at most, and characters of each.
const NOTES: usize = 200;
const NOTE_CHARS: usize = 300;

/// How a page is made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes of texts, pairs and clusters that it holds at most; what has no room is counted.
    pub max_data: usize,
    /// Whether it is about one pair, which is then open.
    pub one_pair: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_data: MAX_DATA,
            one_pair: false,
        }
    }
}

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn write(saved: &Saved, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let pairs = Pairs::of(saved);
    let data = data::fill(saved, &pairs, options.max_data);
    let headline = if options.one_pair {
        "two articles compared".to_owned()
    } else {
        headline(saved)
    };
    let hash_of = |s: &str| escape::base64(&hash::sha256(s.as_bytes()));
    let open = match (options.one_pair, data.pairs.first()) {
        (true, Some(m)) => format!(" data-open=\"m{m}\""),
        _ => String::new(),
    };
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; \
         script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>copytaster: {}</title>\n<style>{STYLE}</style>\n</head>\n<body{open}>\n",
        hash_of(STYLE),
        hash_of(SCRIPT),
        escape::text(&headline),
    )?;
    write!(
        out,
        "<a class=\"skip\" href=\"#main\">To the content</a>\n<header><h1>Which articles are the same text</h1>\n\
         <p>{}</p>\n",
        escape::text(&headline)
    )?;
    for f in &saved.run.filters {
        let told = escape::text(&f.to_string());
        writeln!(out, "<p class=\"note\">Only a part of the scan: {told}</p>")?;
    }
    write_limits(saved, options, &data, out)?;
    write!(
        out,
        "<noscript><p class=\"note\">The tables stand here as they are. Sorting, filtering and the details of clusters and \
         pairs need JavaScript.</p></noscript>\n</header>\n<main id=\"main\">\n<section id=\"list\" aria-label=\"All that was found\">\n"
    )?;
    rows::write(saved, &pairs, &data, out)?;
    outlets::write(saved, out)?;
    write_notes(saved, out)?;
    write!(
        out,
        "</section>\n<section id=\"view\" hidden aria-label=\"Details\"></section>\n</main>\n"
    )?;
    for (name, json) in &data.blocks {
        writeln!(
            out,
            "<script type=\"application/json\" id=\"{name}\">{json}</script>"
        )?;
    }
    write!(out, "<script>{SCRIPT}</script>\n</body>\n</html>\n")?;
    out.flush()
}

/// What the page does not hold, and why.
fn write_limits(
    saved: &Saved,
    options: &Options,
    data: &Data,
    out: &mut dyn Write,
) -> io::Result<()> {
    if data.pairs_left_out > 0 || !data.clusters_left_out.is_empty() {
        writeln!(
            out,
            "<p class=\"note\" id=\"left-out\">This page holds at most {} MB of data, 2,000 clusters, 1,000 pairs of a cluster and \
             2,000 outside: the largest clusters and the strongest pairs first. Left out are the details of {} of {} pairs and of {} of {} clusters; \
             <code>copytaster report</code> with a filter shows them.</p>",
            options.max_data as f64 / 1e6,
            number(data.pairs_left_out as u64),
            number(saved.matches.len() as u64),
            number(data.clusters_left_out.len() as u64),
            number(saved.clusters.len() as u64),
        )?;
    }
    let without = saved.articles.iter().filter(|a| a.text.is_none()).count();
    if without > 0 {
        writeln!(
            out,
            "<p class=\"note\" id=\"no-texts\">The saved scan has no text of {} articles: of these the beginnings of the shared \
             passages are shown. <code>copytaster scan --format jsonl --with-text</code> keeps the texts.</p>",
            number(without as u64)
        )?;
    }
    if saved.summary.pairs_left_out > 0 {
        writeln!(
            out,
            "<p class=\"note\">Of large clusters not every pair was compared: up to {} are not here.</p>",
            number(saved.summary.pairs_left_out)
        )?;
    }
    Ok(())
}

fn write_notes(saved: &Saved, out: &mut dyn Write) -> io::Result<()> {
    let short = |s: &str| -> String {
        let mut out: String = s.chars().take(NOTE_CHARS).collect();
        if out.len() < s.len() {
            out.push('…');
        }
        escape::text(&out)
    };
    let texts = saved.boilerplate.iter().chain(&saved.common_runs);
    let texts: Vec<String> = texts
        .map(|b| {
            let text = short(&b.text);
            format!(
                "<li><q dir=\"auto\">{text}</q> in {} articles of {} stories</li>",
                b.articles, b.groups
            )
        })
        .collect();
    write_note("Stock passages, which count for nothing", &texts, out)?;
    let errors = saved.errors.iter().map(|e| {
        let place = e
            .record
            .map_or_else(String::new, |r| format!(", record {r}"));
        let [path, message] = [&e.path, &e.message].map(|s| short(s));
        format!("<li><bdi>{path}</bdi>{place}: {message}</li>")
    });
    write_note("What could not be read", &errors.collect::<Vec<_>>(), out)?;
    let run = &saved.run;
    let agencies = run.agencies_version.as_deref().unwrap_or("none");
    let facts = [
        ("copytaster", &*run.version),
        ("table of agencies", agencies),
        ("SHA-256 of the settings", &*run.settings_sha256),
        ("settings", &*run.settings.to_string()),
    ];
    let facts =
        facts.map(|(name, value)| format!("<li>{name}: <code>{}</code></li>", escape::text(value)));
    write_note("How it was made", &facts, out)
}

fn write_note(title: &str, items: &[String], out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    write!(
        out,
        "<details><summary>{title} ({})</summary><ul>",
        items.len()
    )?;
    for item in items.iter().take(NOTES) {
        write!(out, "{item}")?;
    }
    if items.len() > NOTES {
        write!(out, "<li>and {} more</li>", items.len() - NOTES)?;
    }
    writeln!(out, "</ul></details>")
}
