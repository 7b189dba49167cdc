//! Who publishes what: domains and paths to outlet, owner, country and the wires it subscribes to.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::{
    document::Meta,
    error::{Error, ErrorKind, Result},
};

/// Largest table read, in bytes.
const MAX_TABLE: usize = 64 << 20;
/// Longest name of a host, in bytes, by RFC 1035.
const LONGEST_HOST: usize = 253;

/// An outlet, as a table of outlets describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlet {
    /// Its name.
    pub name: String,
    /// Domains, or domains and the beginning of a path: `example.org`, `example.org/wire`.
    #[serde(default)]
    pub sites: Vec<String>,
    /// Who owns it.
    pub owner: Option<String>,
    /// Country, ISO 3166-1.
    pub country: Option<String>,
    /// Ids of the agencies whose copy it may print.
    #[serde(default)]
    pub wires: Vec<String>,
}

/// A table of outlets: none unless one is given.
#[derive(Clone, Debug, Default)]
pub struct Outlets {
    all: Vec<Outlet>,
    by_site: FxHashMap<String, usize>,
    by_name: FxHashMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    outlet: Vec<Outlet>,
}

impl Outlets {
    /// Reads a table of `[[outlet]]` entries.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] with the line, [`ErrorKind::Field`] where a site or a name stands twice, [`ErrorKind::Limit`]
    /// over 64 MiB.
    pub fn read(table: &str) -> Result<Self> {
        if table.len() > MAX_TABLE {
            return Err(Error::new(
                ErrorKind::Limit,
                "the table of outlets is longer than 64 MiB",
            ));
        }
        let file: File =
            toml::from_str(table).map_err(|e| Error::in_table("outlets", table, &e))?;
        let mut out = Self::default();
        for (i, o) in file.outlet.iter().enumerate() {
            let twice = |what: &str| {
                Error::new(
                    ErrorKind::Field,
                    format!("the table of outlets: `{what}` stands twice"),
                )
            };
            if out.by_name.insert(fold(&o.name), i).is_some() {
                return Err(twice(&o.name));
            }
            for site in &o.sites {
                if out.by_site.insert(address(site), i).is_some() {
                    return Err(twice(site));
                }
            }
        }
        out.all = file.outlet;
        Ok(out)
    }

    /// The outlet of an article: by the longest beginning of its address that is in the table, else by its name.
    #[must_use]
    pub fn of(&self, meta: &Meta) -> Option<&Outlet> {
        if self.all.is_empty() {
            return None;
        }
        let by_address = |a: &str| {
            let full = address(a);
            let mut path = full.as_str();
            loop {
                // The host, then the domains above it.
                let (host, rest) = path.split_once('/').unwrap_or((path, ""));
                if host.len() > LONGEST_HOST {
                    return None;
                }
                let mut domain = host;
                loop {
                    let key = if rest.is_empty() {
                        domain.to_owned()
                    } else {
                        format!("{domain}/{rest}")
                    };
                    if let Some(i) = self.by_site.get(&key) {
                        return Some(*i);
                    }
                    match domain.split_once('.') {
                        Some((_, above)) if above.contains('.') => domain = above,
                        _ => break,
                    }
                }
                path = path.rsplit_once('/')?.0;
            }
        };
        let found = meta
            .url
            .as_deref()
            .and_then(by_address)
            .or_else(|| {
                meta.outlet
                    .as_deref()
                    .and_then(|o| self.by_name.get(&fold(o)).copied())
            })
            .or_else(|| meta.outlet.as_deref().and_then(by_address))?;
        self.all.get(found)
    }
}

/// An address without its scheme, `www.` and what follows a question mark, in lower case; at most eight steps of path.
#[must_use]
pub fn address(url: &str) -> String {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, r)| r);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let rest = rest
        .strip_prefix("www.")
        .unwrap_or(rest)
        .trim_end_matches('/');
    let cut = rest
        .match_indices('/')
        .nth(8)
        .map_or(rest.len(), |(at, _)| at);
    rest[..cut].to_lowercase()
}

/// A name in letters and digits alone, lower case.
#[must_use]
pub fn fold(name: &str) -> String {
    let lower = name.to_lowercase();
    let bare = lower.strip_prefix("the ").unwrap_or(&lower);
    bare.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(outlet: Option<&str>, url: Option<&str>) -> Meta {
        Meta {
            outlet: outlet.map(Into::into),
            url: url.map(Into::into),
            ..Meta::default()
        }
    }

    const TABLE: &str = "[[outlet]]\nname = \"Tolven Post\"\nsites = [\"tolven.example\"]\nowner = \"Vesk\"\n\
        [[outlet]]\nname = \"Tolven Wire Pages\"\nsites = [\"tolven.example/wire\"]\nwires = [\"AP\"]\n";

    #[test]
    fn the_longest_beginning_of_an_address_wins() {
        let outlets = Outlets::read(TABLE).unwrap();
        let name = |o, u| outlets.of(&meta(o, u)).map(|o| &*o.name);
        assert_eq!(
            name(None, Some("https://www.tolven.example/wire/2031/x?y=1")),
            Some("Tolven Wire Pages")
        );
        assert_eq!(
            name(None, Some("http://news.tolven.example/a")),
            Some("Tolven Post")
        );
        assert_eq!(name(Some("the tolven post"), None), Some("Tolven Post"));
        assert_eq!(
            name(Some("tolven.example/sport"), None),
            Some("Tolven Post")
        );
        assert_eq!(name(Some("other"), Some("nottolven.example")), None);
    }

    #[test]
    fn a_faulty_table_is_refused_with_its_place() {
        let error = Outlets::read("[[outlet]]\nname = 3\n").unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
        assert_eq!(
            Outlets::read(&format!("{TABLE}{TABLE}"))
                .unwrap_err()
                .kind(),
            ErrorKind::Field
        );
    }
}
