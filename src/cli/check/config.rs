//! The settings of a check: the file `copytaster.toml`, and what the command line puts in its place.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use globset::GlobMatcher;
use serde::{Deserialize, Serialize};

use crate::{
    align::similarity::Relation,
    cli::args::CheckArgs,
    document::Document,
    policy::check::{Allowance, Rule, Rules},
};

/// The name of the file.
const FILE: &str = "copytaster.toml";
/// A key this like a known one is that one mistyped.
const ALIKE: f64 = 0.6;

/// The keys of `[check]`.
const KEYS: &[&str] = &[
    "allow",
    "allow-empty",
    "baseline",
    "fail",
    "groups",
    "max-skipped",
    "min-passage",
    "min-score",
    "paths",
    "require-credit",
    "warn",
];
/// The keys of `[[check.allow]]`.
const ALLOW_KEYS: &[&str] = &["agency", "pair", "path", "reason", "rules"];
const RELATIONS: [Relation; 4] = [
    Relation::Identical,
    Relation::NearDuplicate,
    Relation::Reuse,
    Relation::Quotes,
];

/// What a check goes by.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct Config {
    /// What is checked where the command line names nothing.
    pub(super) paths: Vec<String>,
    fail: Vec<String>,
    warn: Vec<String>,
    min_passage: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_skipped: Option<u64>,
    pub(super) allow_empty: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline: Option<String>,
    require_credit: Vec<String>,
    min_score: BTreeMap<String, f64>,
    groups: BTreeMap<String, Vec<String>>,
    allow: Vec<Allow>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
struct Allow {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pair: Option<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        let rules = Rules::default();
        let names = |relations: &std::collections::BTreeSet<Relation>| {
            relations.iter().map(|r| r.name().to_owned()).collect()
        };
        Self {
            paths: vec![".".into()],
            fail: names(&rules.fail),
            warn: names(&rules.warn),
            min_passage: rules.min_passage,
            max_skipped: None,
            allow_empty: false,
            baseline: None,
            require_credit: Vec::new(),
            min_score: BTreeMap::new(),
            groups: BTreeMap::new(),
            allow: Vec::new(),
        }
    }
}

#[derive(Serialize)]
struct File<'c> {
    check: &'c Config,
}

impl Config {
    /// The nearest file above the working folder, and what the command line says.
    pub(super) fn read(args: &CheckArgs) -> anyhow::Result<Self> {
        let file = match &args.config {
            Some(file) => Some(PathBuf::from(file)),
            None if args.isolated => None,
            None => nearest(&env::current_dir().context("there is no working folder")?),
        };
        let mut config = match file {
            Some(file) => {
                let name = file.display();
                let text = fs::read_to_string(&file);
                let text = text.with_context(|| format!("cannot read the settings `{name}`"))?;
                Self::parse(&text).with_context(|| format!("`{name}`"))?
            }
            None => Self::default(),
        };
        config.take(args);
        // What is wrong is told before the work.
        config.rules()?;
        config.groups()?;
        Ok(config)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let table: toml::Table = toml::from_str(text)?;
        known(&table, &["check"], "")?;
        let Some(check) = table.get("check") else {
            return Ok(Self::default());
        };
        let Some(keys) = check.as_table() else {
            bail!("`check` is no table");
        };
        known(keys, KEYS, "check.")?;
        if let Some(scores) = keys.get("min-score").and_then(toml::Value::as_table) {
            known(scores, &RELATIONS.map(Relation::name), "check.min-score.")?;
        }
        for allow in keys
            .get("allow")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(allow) = allow.as_table() {
                known(allow, ALLOW_KEYS, "check.allow.")?;
            }
        }
        Ok(check.clone().try_into()?)
    }

    /// What the command line gives goes before what the file does.
    fn take(&mut self, args: &CheckArgs) {
        if !args.paths.is_empty() || args.input.files_from.is_some() {
            self.paths.clone_from(&args.paths);
        }
        if let Some(fail) = &args.fail {
            self.fail.clone_from(fail);
            self.warn.retain(|w| !fail.contains(w));
        }
        if let Some(warn) = &args.warn {
            self.warn.clone_from(warn);
            self.fail.retain(|f| !warn.contains(f));
        }
        self.min_score.extend(args.min_score.iter().cloned());
        if let Some(words) = args.min_passage {
            self.min_passage = words;
        }
        if args.max_skipped.is_some() {
            self.max_skipped = args.max_skipped;
        }
        self.allow_empty |= args.allow_empty;
        if args.baseline.is_some() {
            self.baseline.clone_from(&args.baseline);
        }
        if !args.group.is_empty() {
            self.groups.clear();
            for (name, glob) in &args.group {
                self.groups
                    .entry(name.clone())
                    .or_default()
                    .push(glob.clone());
            }
        }
        if !args.require_credit.is_empty() {
            self.require_credit.clone_from(&args.require_credit);
        }
    }

    /// As the file would have it.
    pub(super) fn to_toml(&self) -> anyhow::Result<String> {
        Ok(toml::to_string(&File { check: self })?)
    }

    pub(super) fn rules(&self) -> anyhow::Result<Rules> {
        let relations = |names: &[String]| {
            names
                .iter()
                .map(|n| relation(n))
                .collect::<anyhow::Result<_>>()
        };
        let mut min_score = BTreeMap::new();
        for (name, score) in &self.min_score {
            if !(0.0..=1.0).contains(score) {
                bail!("the least score of {name} is {score}, and scores are from 0 to 1");
            }
            min_score.insert(relation(name)?, *score);
        }
        let rules = Rules {
            fail: relations(&self.fail)?,
            warn: relations(&self.warn)?,
            min_score,
            min_passage: self.min_passage,
            allow: self
                .allow
                .iter()
                .map(Allow::read)
                .collect::<anyhow::Result<_>>()?,
            require_credit: self.require_credit.clone(),
            across_groups: false,
        };
        if let Some(both) = rules.fail.intersection(&rules.warn).next() {
            bail!("`{}` is to fail and to warn", both.name());
        }
        Ok(rules)
    }

    pub(super) fn groups(&self) -> anyhow::Result<Groups> {
        if self.groups.len() == 1 {
            bail!("one group leaks into nothing; give two or more");
        }
        let mut out = Vec::new();
        for (name, globs) in &self.groups {
            for glob in globs {
                out.push((name.clone(), Allowance::pattern(glob)?));
            }
        }
        Ok(Groups(out))
    }
}

impl Allow {
    fn read(&self) -> anyhow::Result<Allowance> {
        if self.pair.is_none() && self.path.is_none() && self.agency.is_none() {
            bail!(
                "an allowance needs a `pair`, a `path` or an `agency`: it would allow everything"
            );
        }
        let pattern = |glob: &String| Allowance::pattern(glob);
        let mut rules = std::collections::BTreeSet::new();
        for name in &self.rules {
            let found = Rule::ALL.into_iter().find(|r| r.name() == name);
            let names = Rule::ALL.map(Rule::name);
            rules.insert(found.with_context(|| unknown(name, &names, "rule"))?);
        }
        Ok(Allowance {
            rules,
            pair: match &self.pair {
                Some([a, b]) => Some([pattern(a)?, pattern(b)?]),
                None => None,
            },
            path: self.path.as_ref().map(pattern).transpose()?,
            agency: self.agency.clone(),
        })
    }
}

/// Groups by the patterns of their paths, in the order of their names.
pub(super) struct Groups(Vec<(String, GlobMatcher)>);

impl Groups {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn of(&self, d: &Document) -> Option<&str> {
        let found = self.0.iter().find(|(_, glob)| Allowance::is_for(glob, d));
        found.map(|(name, _)| &**name)
    }
}

fn relation(name: &str) -> anyhow::Result<Relation> {
    let found = RELATIONS.into_iter().find(|r| r.name() == name);
    found.with_context(|| unknown(name, &RELATIONS.map(Relation::name), "relation"))
}

/// Refuses keys that are none.
fn known(table: &toml::Table, keys: &[&str], within: &str) -> anyhow::Result<()> {
    match table.keys().find(|k| !keys.contains(&&***k)) {
        Some(key) => bail!("{}", unknown(&format!("{within}{key}"), keys, "key")),
        None => Ok(()),
    }
}

/// `there is no key `check.fial`; did you mean `fail`?`
fn unknown(name: &str, known: &[&str], what: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    let like = |k: &&str| strsim::normalized_damerau_levenshtein(last, k);
    let nearest = known.iter().max_by(|a, b| like(a).total_cmp(&like(b)));
    match nearest.filter(|k| like(k) >= ALIKE) {
        Some(nearest) => format!("there is no {what} `{name}`; did you mean `{nearest}`?"),
        None => format!("there is no {what} `{name}`; they are {}", known.join(", ")),
    }
}

fn nearest(from: &Path) -> Option<PathBuf> {
    from.ancestors()
        .map(|folder| folder.join(FILE))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = include_str!("../../../copytaster.schema.json");

    #[test]
    fn a_key_that_is_none_is_told_with_the_nearest() {
        for (text, told) in [
            ("[chekc]", "there is no key `chekc`; did you mean `check`?"),
            (
                "[check]\nfial = []",
                "there is no key `check.fial`; did you mean `fail`?",
            ),
            (
                "[check]\nzzz = 1",
                "there is no key `check.zzz`; they are allow, allow-empty",
            ),
            ("[check.min-score]\nresue = 0.5", "did you mean `reuse`?"),
            ("[[check.allow]]\npaths = 'x'", "did you mean `path`?"),
            ("check = 1", "`check` is no table"),
            ("[check]\nfail = 'x'", "invalid type"),
        ] {
            let error = Config::parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (text, told) in [
            (
                "[check]\nfail = ['reuse']",
                "`reuse` is to fail and to warn",
            ),
            ("[check]\nfail = ['copy']", "there is no relation `copy`"),
            ("[check.min-score]\nreuse = 2.0", "scores are from 0 to 1"),
            ("[[check.allow]]\nreason = 'x'", "it would allow everything"),
            ("[[check.allow]]\npath = 'a['", "is no pattern"),
            (
                "[[check.allow]]\npath = 'a'\nrules = ['leak']",
                "there is no rule `leak`",
            ),
        ] {
            let error = format!("{:#}", Config::parse(text).unwrap().rules().unwrap_err());
            assert!(error.contains(told), "{error}");
        }
        let one = Config::parse("[check.groups]\ntrain = ['a']").unwrap();
        assert!(one.groups().is_err());
    }

    #[test]
    fn what_is_printed_is_read_again() {
        let text = "[check]\npaths = ['a']\nmax-skipped = 3\nbaseline = 'b.json'\n[check.min-score]\nreuse = 0.5\n\
            [check.groups]\ntest = ['t/**']\ntrain = ['u/**']\n[[check.allow]]\npair = ['a', 'b']\nreason = 'r'\n";
        let config = Config::parse(text).unwrap();
        let printed = config.to_toml().unwrap();
        assert_eq!(Config::parse(&printed).unwrap().to_toml().unwrap(), printed);
        assert!(
            printed.contains("fail = [\"identical\", \"near-duplicate\"]"),
            "{printed}"
        );
    }

    #[test]
    fn the_schema_has_the_same_keys() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let keys = |at: &str| {
            let found = schema.pointer(at).and_then(serde_json::Value::as_object);
            found
                .unwrap()
                .keys()
                .cloned()
                .collect::<std::collections::BTreeSet<_>>()
        };
        let mine = |keys: &[&str]| keys.iter().map(|k| (*k).to_owned()).collect();
        let check = "/properties/check/properties";
        assert_eq!(keys(check), mine(KEYS));
        assert_eq!(
            keys(&format!("{check}/allow/items/properties")),
            mine(ALLOW_KEYS)
        );
        assert_eq!(
            keys(&format!("{check}/min-score/properties")),
            mine(&RELATIONS.map(Relation::name))
        );
    }
}
