//! SARIF 2.1.0 (OASIS, 2020), as code scanning reads it.

use std::{
    io::{self, Write},
    path::Path,
};

use serde_json::{Value, json};

use super::{Checked, Place, View, root::Root};
use crate::policy::check::Rule;

/// Results that code scanning takes of one run, the gravest first.
const MOST: usize = 5_000;

/// Writes one run; of more results than are taken it says so.
///
/// # Errors
/// Those of `out`.
pub fn write(checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
    let root = Root::find();
    let all = checked.check.findings.len();
    let mut notes: Vec<Value> = (checked.outcome.reading.errors.iter())
        .map(|e| {
            let record = e.record.map_or(String::new(), |n| format!(", record {n}"));
            json!({
                "level": "error",
                "message": {"text": format!("{}{record}: {}", e.path, e.message)},
                "locations": [{"physicalLocation": {"artifactLocation": artifact(&root.path(&e.path))}}],
            })
        })
        .collect();
    notes.truncate(MOST);
    notes.push(json!({"level": "note", "message": {"text": checked.verdict()}}));
    if all > MOST {
        let text = format!("{all} results; the {MOST} gravest are given, as no more are taken");
        notes.push(json!({"level": "warning", "message": {"text": text}}));
    }
    let results: Vec<Value> = checked
        .views()
        .take(MOST)
        .map(|v| result(&v, &root))
        .collect();
    let rules: Vec<Value> = Rule::ALL.into_iter().map(rule).collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "copytaster",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": !checked.is_in_doubt,
                "toolExecutionNotifications": notes,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {"found": all},
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)?;
    out.flush()
}

fn rule(rule: Rule) -> Value {
    json!({
        "id": id(rule),
        "name": rule.name(),
        "shortDescription": {"text": rule.title()},
        "fullDescription": {"text": rule.help()},
        "help": {"text": rule.help()},
        "properties": {"tags": ["copytaster", "duplicate-text"]},
    })
}

fn id(rule: Rule) -> String {
    format!("copytaster/{}", rule.name())
}

fn result(view: &View<'_>, root: &Root) -> Value {
    let f = view.finding;
    let index = Rule::ALL.iter().position(|r| *r == f.rule);
    let said = format!("{} {}", view.at.id, view.message);
    json!({
        "ruleId": id(f.rule),
        "ruleIndex": index,
        "level": f.level.name(),
        "message": {"text": said},
        "locations": [location(&view.at, None, root)],
        "relatedLocations": view.other.iter().map(|p| location(p, Some(p.id), root)).collect::<Vec<_>>(),
        "partialFingerprints": {"copytasterWords/v1": format!("{}:{}", f.key, f.occurrence)},
    })
}

fn location(place: &Place<'_>, named: Option<&str>, root: &Root) -> Value {
    let mut physical = json!({"artifactLocation": artifact(&root.path(place.path))});
    if let Some(l) = &place.lines {
        let mut region = json!({"startLine": l.start_line});
        // Of a record its line is known, and no more.
        if place.record.is_none() {
            region["startColumn"] = json!(l.start_column);
            region["endLine"] = json!(l.end_line);
            region["endColumn"] = json!(l.end_column);
        }
        region["snippet"] = json!({"text": place.snippet});
        physical["region"] = region;
    }
    let mut out = json!({
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": place.id}],
    });
    if let Some(name) = named {
        out["id"] = json!(0);
        out["message"] = json!({"text": format!("the same words in {name}")});
    }
    out
}

/// A reference as RFC 3986 has it, relative but for what is outside of the repository.
fn artifact(path: &str) -> Value {
    let mut uri = String::with_capacity(path.len());
    for b in path.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/') {
            uri.push(char::from(b));
        } else {
            uri.push_str(&format!("%{b:02X}"));
        }
    }
    if path.starts_with('/') {
        json!({"uri": format!("file://{uri}")})
    } else if Path::new(path).is_absolute() {
        json!({"uri": format!("file:///{uri}")})
    } else {
        json!({"uri": uri, "uriBaseId": "%SRCROOT%"})
    }
}
