//! JUnit XML: a suite a rule, a case a finding; what could not be read is an error.

use std::io::{self, Write};

use super::{Checked, root::Root};
use crate::policy::check::{Level, Rule};

/// Writes the findings as test cases. Warnings pass and say what they are.
///
/// # Errors
/// Those of `out`.
pub fn write(checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = checked.summary();
    let root = Root::find();
    let unread = &checked.outcome.reading.errors;
    // One case stands for the articles, so that a check that finds nothing is not an empty one.
    let tests = checked.check.findings.len() + unread.len() + 1;
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="copytaster" tests="{tests}" failures="{}" errors="{}">"#,
        summary.errors,
        unread.len()
    )?;
    writeln!(
        out,
        r#"  <testsuite name="articles" tests="{}" failures="0" errors="{}">"#,
        unread.len() + 1,
        unread.len()
    )?;
    writeln!(
        out,
        r#"    <testcase classname="articles" name="{} checked"/>"#,
        summary.articles
    )?;
    for e in unread {
        let record = e.record.map_or(String::new(), |n| format!(" record {n}"));
        writeln!(
            out,
            r#"    <testcase classname="articles" name="{}{record}"><error message="{}"/></testcase>"#,
            escaped(&e.path),
            escaped(&e.message)
        )?;
    }
    writeln!(out, "  </testsuite>")?;
    let all: Vec<_> = checked.views().collect();
    for rule in Rule::ALL {
        let views: Vec<_> = all.iter().filter(|v| v.finding.rule == rule).collect();
        if views.is_empty() {
            continue;
        }
        let failures = views
            .iter()
            .filter(|v| v.finding.level == Level::Error)
            .count();
        writeln!(
            out,
            r#"  <testsuite name="{}" tests="{}" failures="{failures}" errors="0">"#,
            rule.name(),
            views.len()
        )?;
        for v in views {
            write!(
                out,
                r#"    <testcase classname="{}" name="{}" file="{}">"#,
                rule.name(),
                escaped(v.at.id),
                escaped(&root.path(v.at.path))
            )?;
            let (message, words) = (escaped(&v.message), escaped(&v.at.words()));
            match v.finding.level {
                Level::Error => write!(
                    out,
                    r#"<failure message="{message}" type="{}">{words}</failure>"#,
                    rule.name()
                )?,
                Level::Warning => {
                    write!(out, "<system-out>warning: {message}\n{words}</system-out>")?
                }
            }
            writeln!(out, "</testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")?;
    out.flush()
}

/// As text or a quoted value of XML 1.0; characters that it cannot hold are replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_escaped_or_replaced() {
        assert_eq!(
            escaped("a<b>&\"c\"\n\u{1}\u{ffff}é"),
            "a&lt;b&gt;&amp;&quot;c&quot;&#10;\u{fffd}\u{fffd}é"
        );
    }
}
