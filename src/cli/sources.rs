//! What the user knows of sources beforehand: tables of agencies and outlets, and texts that are originals.

use std::{collections::HashSet, fs, sync::Arc};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::args::{ReferenceArg, SourceArgs};
use crate::{
    detector::Detector,
    document::Document,
    error::{Error, Result as Checked},
    hash,
    provenance::Outlets,
    read::{self, ReadOptions},
    recognise::Agencies,
};

/// Tables and references, read and checked.
pub(super) struct Sources {
    agencies: Arc<Agencies>,
    outlets: Arc<Outlets>,
    references: Vec<Document>,
    printed: Value,
}

impl Sources {
    /// Reads all that is named; the first thing wrong is an error, since a run with half of it would say too much.
    pub(super) fn read(args: &SourceArgs, options: &ReadOptions) -> anyhow::Result<Self> {
        let mut printed = json!({"agencies": null, "outlets": null, "references": []});
        let agencies = match &args.agencies {
            Some(path) => Arc::new(table(path, "agencies", &mut printed, Agencies::read)?),
            None => Agencies::built_in(),
        };
        let outlets = match &args.outlets {
            Some(path) => Arc::new(table(path, "outlets", &mut printed, Outlets::read)?),
            None => Arc::default(),
        };
        // In an order of their own, so that the order of the options changes nothing.
        let mut sets: Vec<&ReferenceArg> = args.reference.iter().collect();
        sets.sort_by_key(|r| (r.of.kind, &r.of.name, &r.path));
        sets.dedup();
        let (mut references, mut listed) = (Vec::new(), Vec::new());
        for set in sets {
            let documents = read_set(set, options)?;
            listed.push(json!({
                "kind": set.of.kind.name(),
                "name": set.of.name,
                "path": set.path,
                "sha256": digest(&documents),
            }));
            references.extend(documents);
        }
        read::make_unique(&mut references);
        printed["references"] = Value::from(listed);
        Ok(Self {
            agencies,
            outlets,
            references,
            printed,
        })
    }

    /// The detector that goes by these tables.
    pub(super) fn known_to(&self, detector: Detector) -> Detector {
        detector.with_tables(Arc::clone(&self.agencies), Arc::clone(&self.outlets))
    }

    /// What was given, for the `run` record.
    pub(super) fn printed(&self) -> &Value {
        &self.printed
    }

    /// The articles and, after them, the references, under ids that no article has.
    pub(super) fn with_references(self, mut documents: Vec<Document>) -> Vec<Document> {
        let mut references = self.beside(documents.iter().map(|d| &*d.id));
        documents.append(&mut references);
        documents
    }

    /// The references, under ids that are none of these.
    pub(super) fn beside<'i>(self, ids: impl Iterator<Item = &'i str>) -> Vec<Document> {
        let mut references = self.references;
        if references.is_empty() {
            return references;
        }
        let taken: HashSet<&str> = ids.collect();
        // Each is made longer than what it clashes with, so none of them clash with each other.
        if references.iter().any(|r| taken.contains(&*r.id)) {
            let longest = taken.iter().map(|id| id.len()).max().unwrap_or(0);
            let tail = "'".repeat(longest);
            for r in &mut references {
                r.id.push_str(&tail);
            }
        }
        references
    }
}

/// Reads a table and notes its name and SHA-256.
fn table<T>(
    path: &str,
    what: &str,
    printed: &mut Value,
    read: fn(&str) -> Checked<T>,
) -> anyhow::Result<T> {
    let bytes =
        fs::read(path).map_err(|e| Error::io(format!("--{what}: cannot read `{path}`"), e))?;
    let text =
        std::str::from_utf8(&bytes).with_context(|| format!("--{what}: `{path}` is not UTF-8"))?;
    let table = read(text).with_context(|| format!("--{what}: `{path}`"))?;
    printed[what] = json!({"file": path, "sha256": hash::hex(&hash::sha256(&bytes), 64)});
    Ok(table)
}

fn read_set(set: &ReferenceArg, options: &ReadOptions) -> anyhow::Result<Vec<Document>> {
    let given = format!("{}:{}", set.of.kind.name(), set.of.name);
    let input = read::read_all(std::slice::from_ref(&set.path), options, &|_| ());
    if let Some(e) = input.errors.first() {
        bail!("--reference {given}: {e}");
    }
    if input.documents.is_empty() {
        bail!("--reference {given}: `{}` holds no article", set.path);
    }
    let mut documents = input.documents;
    for d in &mut documents {
        d.id = format!("{given}={}", d.id);
        d.reference = Some(set.of.clone());
    }
    Ok(documents)
}

/// SHA-256 over all of a set that can decide a result: names, places, bylines, times and texts.
fn digest(documents: &[Document]) -> String {
    let mut all = Vec::new();
    for d in documents {
        let m = &d.meta;
        let published = m.published.as_ref().map(|p| &p.raw);
        let fields = [&m.title, &m.outlet, &m.url, &m.byline, &m.group];
        let text = Some(&d.text);
        for field in [Some(&d.id), published, text]
            .into_iter()
            .chain(fields.map(Option::as_ref))
        {
            all.extend(hash::sha256(field.map_or("", |s| s).as_bytes()));
        }
    }
    hash::hex(&hash::sha256(&all), 64)
}
