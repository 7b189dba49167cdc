//! Holds the floors: data goes up, imports go down. A module may use what stands on a lower floor, and its own tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the crate root, bottom up. Modules of one floor do not know each other.
const FLOORS: &[(&str, &[&str])] = &[
    ("F0 ground", &["calendar", "error", "hash", "sets", "span"]),
    ("F0 temporary files", &["spool"]),
    ("F0 partitions", &["partitions"]),
    ("F1 documents", &["document"]),
    ("F2 text", &["text"]),
    ("F3 parts", &["shingle", "recognise"]),
    ("F4 samples", &["sketch"]),
    ("F4 candidates", &["candidate"]),
    ("F5 passages", &["align"]),
    ("F6 corpus", &["cluster", "boilerplate", "provenance"]),
    ("F7 settings", &["settings"]),
    ("F7 engine", &["detector"]),
    ("F7 index", &["index"]),
    ("F8 policy", &["policy"]),
    ("F9 input", &["read"]),
    ("F9 output", &["report"]),
    ("F10 program", &["cli"]),
];

/// The highest floor that a module may use, where that is lower than the one below its own.
const CEILINGS: &[(&str, &str)] = &[
    ("read", "F1 documents"),
    ("sketch", "F0 ground"),
    ("cluster", "F0 ground"),
];

/// What stands outside the floors: these only list or start the rest.
const ROOTS: &[&str] = &["lib", "main"];

fn floor_of(module: &str) -> Option<usize> {
    FLOORS
        .iter()
        .position(|(_, modules)| modules.contains(&module))
}

fn floor_named(name: &str) -> usize {
    FLOORS.iter().position(|(n, _)| *n == name).unwrap()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
    out.sort();
    out
}

/// The module of the crate root that a file belongs to.
fn tree_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str();
    Path::new(first)
        .file_stem()
        .unwrap()
        .to_string_lossy()
        .into_owned()
}

/// Source without comments: documentation may point anywhere.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|l| l.split_once("//").map_or(l, |(code, _)| code))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The modules that `code` names after `crate::`, in paths and in braces.
fn imports(code: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => out.extend(heads(list)),
            None => out.extend([ident(rest)]),
        }
    }
    out
}

fn ident(s: &str) -> String {
    s.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// The first name of each item of a list in braces, of which the opening one is read.
fn heads(list: &str) -> Vec<String> {
    let (mut depth, mut item, mut out) = (0, String::new(), Vec::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => out.push(std::mem::take(&mut item)),
            c if depth == 0 => item.push(c),
            _ => {}
        }
    }
    out.push(item);
    out.iter()
        .map(|i| ident(i.trim()))
        .filter(|i| !i.is_empty())
        .collect()
}

#[test]
fn reads_imports_as_they_are_written() {
    let names = |code: &str| imports(code).into_iter().collect::<Vec<_>>();
    assert_eq!(names("use crate::span::Span;"), ["span"]);
    assert_eq!(
        names(
            "use crate::{\n    align::{Aligned, Side, similarity::{A, B}},\n    hash,\n    text::{self, Tokens},\n};"
        ),
        ["align", "hash", "text"]
    );
    assert_eq!(
        names("let x = crate::hash::mix(1) + pub(crate) fn f() {}"),
        ["hash"]
    );
    assert!(names("use super::x; use std::{fs, io};").is_empty());
}

#[test]
fn every_module_has_its_floor() {
    let trees: BTreeSet<String> = sources(Path::new("src"))
        .iter()
        .map(|p| tree_of(p))
        .collect();
    let known: BTreeSet<String> = FLOORS
        .iter()
        .flat_map(|(_, m)| *m)
        .chain(ROOTS)
        .map(|m| (*m).to_owned())
        .collect();
    assert_eq!(trees, known);
}

#[test]
fn imports_go_down() {
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let tree = tree_of(&path);
        let Some(floor) = floor_of(&tree) else {
            continue;
        };
        let ceiling = CEILINGS
            .iter()
            .find(|(m, _)| *m == tree)
            .map_or(floor, |(_, highest)| floor_named(highest) + 1);
        for import in imports(&code(&path)).into_iter().filter(|i| *i != tree) {
            match floor_of(&import) {
                Some(other) if other < ceiling => {}
                Some(other) => wrong.push(format!(
                    "{} ({}) uses {import} ({})",
                    path.display(),
                    FLOORS[floor].0,
                    FLOORS[other].0
                )),
                None => wrong.push(format!(
                    "{} uses crate::{import}, which is no module",
                    path.display()
                )),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "imports that go up or sideways:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn only_the_program_prints() {
    let mut wrong = Vec::new();
    for path in sources(Path::new("src"))
        .into_iter()
        .filter(|p| tree_of(p) != "cli")
    {
        let code = code(&path);
        // Unit tests stand last in a file and may print.
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for call in ["println!", "eprintln!", "print!(", "dbg!"] {
            if code.contains(call) {
                wrong.push(format!("{} has {call}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn floors_are_told_once() {
    let mut seen = BTreeMap::new();
    for (floor, modules) in FLOORS {
        for m in *modules {
            assert!(seen.insert(m, floor).is_none(), "{m} stands on two floors");
        }
    }
}
