//! Output folders: whole or not there at all.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use tempfile::{Builder, TempDir};

use crate::error::{Error, ErrorKind, Result};

/// A folder to write files into. It appears under its name, all files in it, only when [`finish`](Self::finish) succeeds.
#[derive(Debug)]
pub struct OutputFolder {
    name: String,
    folder: TempDir,
    target: PathBuf,
}

impl OutputFolder {
    /// Makes a hidden folder beside `path`, where nothing may be but an empty folder.
    ///
    /// # Errors
    /// [`ErrorKind::Io`].
    pub fn create(path: &str) -> Result<Self> {
        let target = free(path)?;
        let (Some(name), Some(beside)) = (target.file_name(), target.parent()) else {
            return Err(refuse(path, "names no folder"));
        };
        let prefix = format!(".{}.", name.to_string_lossy());
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        #[cfg(unix)]
        let permissions = {
            use std::os::unix::fs::PermissionsExt;
            // Less what the umask takes away, as for any new folder.
            fs::Permissions::from_mode(0o777)
        };
        #[cfg(unix)]
        builder.permissions(permissions);
        let folder = builder.tempdir_in(beside).map_err(|e| cannot(path, e))?;
        Ok(Self {
            name: path.to_owned(),
            folder,
            target,
        })
    }

    /// Whether [`create`](Self::create) would succeed.
    ///
    /// # Errors
    /// Those of [`create`](Self::create).
    pub fn check(path: &str) -> Result<()> {
        Self::create(path).map(|_| ())
    }

    /// Opens a new file in it, by its way from there.
    ///
    /// # Errors
    /// [`ErrorKind::Io`], also where there is one of the name.
    pub fn file(&self, way: &Path) -> Result<File> {
        let place = self.folder.path().join(way);
        let made = place
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| File::create_new(&place));
        made.map_err(|e| {
            let name = Path::new(&self.name).join(way);
            cannot(&name.to_string_lossy(), e)
        })
    }

    /// Puts the folder in its place.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: somebody has put something there meanwhile, or it cannot be done.
    pub fn finish(self) -> Result<()> {
        let Self {
            name,
            folder,
            target,
        } = self;
        // Not everywhere does a folder take the place of an empty one.
        let renamed = fs::rename(folder.path(), &target).or_else(|e| {
            fs::remove_dir(&target).map_err(|_| e)?;
            fs::rename(folder.path(), &target)
        });
        renamed.map_err(|e| cannot(&name, e))?;
        // It is not where the temporary one was.
        let _ = folder.keep();
        Ok(())
    }
}

/// The real place of a folder that is not there, or empty.
fn free(path: &str) -> Result<PathBuf> {
    let given = Path::new(path);
    match fs::read_dir(given) {
        Ok(mut entries) => match entries.next() {
            None => fs::canonicalize(given).map_err(|e| cannot(path, e)),
            Some(_) => Err(refuse(path, "is a folder that is not empty")),
        },
        Err(e) if e.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(given).is_err() => {
            let name = given
                .file_name()
                .ok_or_else(|| refuse(path, "names no folder"))?;
            let beside = match given.parent() {
                Some(p) if !p.as_os_str().is_empty() => p,
                _ => Path::new("."),
            };
            let beside = fs::canonicalize(beside).map_err(|e| cannot(path, e))?;
            Ok(beside.join(name))
        }
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => Err(refuse(
            path,
            "is no folder, and several files are to be written",
        )),
        Err(e) => Err(cannot(path, e)),
    }
}

fn cannot(name: &str, cause: io::Error) -> Error {
    Error::io(format_args!("cannot write `{name}`"), cause)
}

fn refuse(name: &str, why: &str) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write `{name}`: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_or_not_at_all() {
        let here = TempDir::new().unwrap();
        let path = here.path().join("out");
        let name = path.to_str().unwrap();
        let list = || fs::read_dir(here.path()).unwrap().count();
        let out = OutputFolder::create(name).unwrap();
        io::Write::write_all(&mut out.file(Path::new("a/b.txt")).unwrap(), b"x").unwrap();
        assert!(out.file(Path::new("a/b.txt")).is_err());
        assert!(!path.exists());
        drop(out);
        assert_eq!(list(), 0);
        fs::create_dir(&path).unwrap();
        let out = OutputFolder::create(name).unwrap();
        io::Write::write_all(&mut out.file(Path::new("a/b.txt")).unwrap(), b"x").unwrap();
        out.finish().unwrap();
        assert_eq!(fs::read(path.join("a/b.txt")).unwrap(), b"x");
        assert_eq!(list(), 1);
        let error = OutputFolder::create(name).unwrap_err();
        assert!(error.to_string().contains("not empty"), "{error}");
        fs::write(here.path().join("file"), "x").unwrap();
        let error = OutputFolder::check(here.path().join("file").to_str().unwrap());
        assert!(error.unwrap_err().to_string().contains("is no folder"));
    }
}
