//! Two articles as a saved scan of one pair, which is what a page is made from.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Compared, write_json};
use crate::{
    detector::Article,
    document::Moment,
    report::{html, model::SCHEMA, saved::Saved},
};

/// What stands for the relation where no rule holds.
const NO_RELATION: &str = "none";

/// Writes a page on which the two stand side by side.
///
/// # Errors
/// Those of `out`.
pub fn write_html(c: &Compared<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut comparison = Vec::new();
    write_json(c, &mut comparison)?;
    let mut pair: Value = serde_json::from_slice(&comparison)?;
    let origins = [0, 1].map(|i| pair["origin"][i].take());
    pair["type"] = "match".into();
    if pair["relation"].is_null() {
        pair["relation"] = NO_RELATION.into();
        pair["rule"] = "no rule holds".into();
    }
    let [a, b] = origins;
    let lines = [
        json!({
            "type": "run", "schema": SCHEMA, "version": env!("CARGO_PKG_VERSION"), "offsets": "bytes",
            "settings": c.detector.settings(), "agencies_version": c.detector.agencies().version(),
        }),
        article(c.a, a),
        article(c.b, b),
        pair,
        json!({"type": "summary", "articles": 2, "matches": 1, "clusters": 0}),
    ];
    let lines = lines.map(|l| l.to_string()).join("\n");
    let saved =
        Saved::read_records(lines.as_bytes(), "the comparison").map_err(io::Error::other)?;
    let options = html::Options {
        one_pair: true,
        ..html::Options::default()
    };
    html::write(&saved, &options, out)
}

fn article(a: &Article, origin: Value) -> Value {
    let (d, m) = (&a.document, &a.document.meta);
    json!({
        "type": "article", "id": d.id, "path": d.path, "title": m.title, "outlet": m.outlet, "url": m.url,
        "byline": m.byline, "lang": m.lang, "tokens": a.hashes.len(), "prose_tokens": a.parts.prose_tokens(),
        "published": m.published.as_ref().and_then(Moment::rfc3339), "origin": origin, "text": d.text,
    })
}
