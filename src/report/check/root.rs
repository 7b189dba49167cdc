//! Paths from the root of the repository, by which services that show findings know a file.

use std::{
    env,
    path::{Component, Path, PathBuf},
};

/// The repository round the working folder; the working folder itself where there is none.
#[derive(Debug)]
pub(super) struct Root {
    top: PathBuf,
    here: PathBuf,
}

impl Root {
    pub(super) fn find() -> Self {
        let here = env::current_dir().unwrap_or_default();
        let top = here.ancestors().find(|p| p.join(".git").exists());
        Self {
            top: top.unwrap_or(&here).to_owned(),
            here,
        }
    }

    /// `path`, with `/` between folders, from the root; absolute where it lies outside.
    pub(super) fn path(&self, path: &str) -> String {
        // Names within an archive are no folders.
        let (file, inner) = match path.find("!/") {
            Some(at) => path.split_at(at),
            None => (path, ""),
        };
        let whole = plain(&self.here.join(file));
        let seen = whole.strip_prefix(&self.top).unwrap_or(&whole);
        let seen = seen.to_string_lossy();
        if cfg!(windows) {
            seen.replace('\\', "/") + inner
        } else {
            seen.into_owned() + inner
        }
    }
}

/// Without `.` and `..`, by the letters alone.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_path_is_seen_from_the_root_wherever_the_program_runs() {
        let root = Root {
            top: "/repo".into(),
            here: "/repo/data/news".into(),
        };
        for (given, seen) in [
            ("./a b.txt", "data/news/a b.txt"),
            ("../../x/y.txt", "x/y.txt"),
            ("/repo/z.txt", "z.txt"),
            ("../../../else/q.txt", "/else/q.txt"),
            ("a\\b.txt", "data/news/a\\b.txt"),
            ("c.zip!/../d.txt", "data/news/c.zip!/../d.txt"),
        ] {
            assert_eq!(root.path(given), seen);
        }
    }
}
