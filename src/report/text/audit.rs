//! The attribution audit for people: findings with their reasons, then the table of outlets by month.

use std::io::{self, Write};

use super::{
    Style,
    notes::list_errors,
    page::{
        FAINT, GAP, HEADING, NAME, PLAIN, Page, SHARE, columns, count, number, percent, quote,
        shorten,
    },
};
use crate::{
    policy::audit::{Category, Finding, FindingKind, RelationToSource, Row},
    report::audit::{Audited, month, share},
};

/// Where what belongs to a finding begins.
const INDENT: usize = 8;
/// Columns of an outlet's name at most, and the least there must be for the table to be one.
const OUTLET: usize = 24;
const LEAST_OUTLET: usize = 10;
/// Columns of the month, of numbers of articles and words, of a category.
const MONTH: usize = 7;
const ARTICLES: usize = 8;
const WORDS: usize = 10;
const SHARES: usize = 9;

const HEADS: [&str; 6] = ["own", "wire", "uncred.", "release", "none", "n. j."];

/// Writes the report of an audit.
///
/// # Errors
/// Those of `out`.
pub fn write(audited: &Audited<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, style.width, style.colour);
    page.wrap(HEADING, 0, &headline(audited))?;
    for kind in FindingKind::ALL {
        let of_kind = |f: &&Finding| f.kind == kind;
        let mut findings = audited.audit.findings.iter().filter(of_kind).peekable();
        if findings.peek().is_none() {
            continue;
        }
        page.blank()?;
        page.wrap(HEADING, 0, title(kind))?;
        for f in findings {
            page.blank()?;
            finding(audited, f, &mut page)?;
        }
    }
    if !audited.audit.table.is_empty() {
        table(audited, &mut page)?;
    }
    notes(audited, &mut page)?;
    out.flush()
}

fn headline(audited: &Audited<'_>) -> String {
    let (scan, audit) = (&audited.outcome.scan, audited.audit);
    let mut parts = vec![count(scan.articles.len(), "article")];
    if !scan.references.is_empty() {
        parts.push(count(scan.references.len(), "reference"));
    }
    let found = FindingKind::ALL.map(|k| (audit.count(k), k.name()));
    if found.iter().all(|(n, _)| *n == 0) {
        parts.push("no finding".into());
    }
    parts.extend(
        found
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{} {what}", number(*n as u64))),
    );
    let not_judged = audit.abstained.len();
    if not_judged > 0 {
        parts.push(format!("{} not judged", number(not_judged as u64)));
    }
    let errors = audited.outcome.reading.errors.len();
    if errors > 0 {
        parts.push(count(errors, "error"));
    }
    parts.join(", ")
}

fn title(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Uncredited => "Known copy whose source is named nowhere in the article",
        FindingKind::Miscredited => "Credited to one, and a reference text of another",
        FindingKind::Unsupported => {
            "Credited, and nothing shared with the reference set of that source (for information)"
        }
    }
}

fn finding(audited: &Audited<'_>, f: &Finding, page: &mut Page<'_>) -> io::Result<()> {
    let record = audited.finding(f);
    page.put(SHARE, &format!("{:>6}", percent(f.share)));
    page.to(INDENT);
    let id = shorten(record.article, page.left()).into_owned();
    page.put(NAME, &id);
    page.end()?;
    let stands: Vec<&str> = [record.outlet, record.url, record.published.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    page.wrap(FAINT, INDENT, &stands.join(", "))?;
    let source = record.source;
    let mut what = match f.kind {
        FindingKind::Unsupported => format!("credits {source}"),
        _ => format!("{} of {source}", count(f.words as usize, "word")),
    };
    if let (FindingKind::Miscredited | FindingKind::Uncredited, Some(other)) =
        (f.kind, record.credited)
    {
        what += &format!(", credits {other}");
    }
    what += &format!("; confidence {:.2}", f.confidence);
    match f.relation {
        RelationToSource::SameOwner => what += "; same owner as the source",
        RelationToSource::Licensed => what += "; subscribes to the source",
        RelationToSource::Other => {}
    }
    page.wrap(PLAIN, INDENT, &what)?;
    if let Some(known) = record.known {
        page.wrap(PLAIN, INDENT, &format!("known from {known}"))?;
    }
    for e in &f.evidence {
        let e = audited.evidence(e);
        let text = e
            .text
            .and_then(|t| quote(t, page.width().saturating_sub(INDENT + 12), true));
        let text = text.unwrap_or_default();
        page.wrap(
            FAINT,
            INDENT,
            &format!("{} {text} in {}", e.basis, e.article),
        )?;
    }
    page.wrap(
        FAINT,
        INDENT,
        &format!("looked through: {}", record.searched),
    )?;
    let text = &audited.outcome.scan.articles[f.article as usize]
        .document
        .text;
    if let Some(first) = f
        .passages
        .iter()
        .max_by_key(|s| (s.len(), std::cmp::Reverse(s.start)))
    {
        let room = page.width().saturating_sub(INDENT);
        if let Some(quoted) = quote(first.slice(text), room, false) {
            page.wrap(super::page::QUOTED, INDENT, &quoted)?;
        }
    }
    Ok(())
}

fn table(audited: &Audited<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let rows = &audited.audit.table;
    page.blank()?;
    page.wrap(
        HEADING,
        0,
        "Where the articles come from, by outlet and month",
    )?;
    page.wrap(
        FAINT,
        0,
        "share of articles / share of words, in %. own: own byline; wire: credited to an agency or another outlet; uncred.: \
         their copy without credit; release: statements of companies and governments; none: no source found; n. j.: not judged",
    )?;
    page.blank()?;
    let figures = GAP + MONTH + ARTICLES + WORDS + HEADS.len() * SHARES;
    let widest = rows.iter().map(|r| columns(outlet(r))).max().unwrap_or(0);
    let room = page.width().saturating_sub(figures);
    if room < LEAST_OUTLET {
        return rows.iter().try_for_each(|r| paragraph(r, page));
    }
    let name = widest.clamp("outlet".len(), OUTLET.min(room));
    page.put(FAINT, "outlet");
    page.to(name + GAP);
    page.put(FAINT, "month");
    page.put(
        FAINT,
        &format!(
            "{:>width$}{:>WORDS$}",
            "articles",
            "words",
            width = ARTICLES + MONTH - 5
        ),
    );
    page.put(FAINT, &HEADS.map(|h| format!("{h:>SHARES$}")).concat());
    page.end()?;
    for r in rows {
        let shown = shorten(outlet(r), name).into_owned();
        page.put(PLAIN, &shown);
        page.to(name + GAP);
        page.put(PLAIN, month(r));
        page.to(name + GAP + MONTH);
        page.put(
            PLAIN,
            &format!(
                "{:>ARTICLES$}{:>WORDS$}",
                number(r.all.articles),
                number(r.all.words)
            ),
        );
        for c in Category::ALL {
            let text = if r.count(c) == Default::default() {
                "·".into()
            } else {
                shares(r, c)
            };
            page.put(PLAIN, &format!("{text:>SHARES$}"));
        }
        page.end()?;
        if let Some(owner) = &r.owner {
            page.to(GAP);
            page.put(FAINT, owner);
            page.end()?;
        }
    }
    Ok(())
}

/// A row where there is no room for columns.
fn paragraph(r: &Row, page: &mut Page<'_>) -> io::Result<()> {
    let of = Category::ALL
        .into_iter()
        .zip(HEADS)
        .filter(|(c, _)| r.count(*c) != Default::default())
        .map(|(c, head)| format!("{head} {}", shares(r, c)));
    let parts = [
        month(r).to_owned(),
        count(r.all.articles as usize, "article"),
        count(r.all.words as usize, "word"),
    ];
    let parts: Vec<String> = parts.into_iter().chain(of).collect();
    page.wrap(PLAIN, 0, outlet(r))?;
    page.wrap(FAINT, GAP, r.owner.as_deref().unwrap_or(""))?;
    page.wrap(PLAIN, GAP, &parts.join(", "))
}

fn outlet(r: &Row) -> &str {
    r.outlet.as_deref().unwrap_or("(no outlet)")
}

fn shares(r: &Row, c: Category) -> String {
    let n = r.count(c);
    let bare = |part, all| {
        percent(share(part, all))
            .trim_end_matches([' ', '%'])
            .to_owned()
    };
    format!(
        "{}/{}",
        bare(n.articles, r.all.articles),
        bare(n.words, r.all.words)
    )
}

fn notes(audited: &Audited<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let errors = &audited.outcome.reading.errors;
    if !errors.is_empty() {
        page.blank()?;
        page.wrap(
            HEADING,
            0,
            &format!("{} could not be read", count(errors.len(), "input")),
        )?;
        list_errors(errors, page)?;
    }
    let reasons = audited.audit.abstentions();
    if !reasons.is_empty() {
        let reasons: Vec<String> = reasons
            .iter()
            .map(|(reason, n)| format!("{} {reason}", number(*n as u64)))
            .collect();
        page.blank()?;
        page.wrap(FAINT, 0, &format!("Not judged: {}.", reasons.join(", ")))?;
    }
    Ok(())
}
