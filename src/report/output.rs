//! Output files: whole or not there at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::{Error, ErrorKind, Result};

/// Stands for standard output.
const STDOUT: &str = "-";

const BUFFER: usize = 128 << 10;

/// How many links in a row are followed to a file that is not there yet.
const MAX_LINKS: usize = 40;

/// A place to write to. A regular file appears under its name only when [`finish`](Self::finish)
/// succeeds; dropped before, it leaves whatever stood there untouched. Standard output, pipes and
/// devices are written as one goes.
///
/// Writes give an [`io::Error`]; [`write_error`](Self::write_error) adds the name.
pub struct OutputFile {
    name: String,
    sink: BufWriter<Sink>,
}

enum Sink {
    Whole {
        file: NamedTempFile,
        target: PathBuf,
    },
    Direct(Box<dyn Write + Send>),
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Whole { file, .. } => file.write(bytes),
            Self::Direct(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Whole { file, .. } => file.flush(),
            Self::Direct(writer) => writer.flush(),
        }
    }
}

impl OutputFile {
    /// Opens `path` for writing; `-` is standard output.
    pub fn create(path: &str) -> Result<Self> {
        let sink = match path {
            STDOUT | "/dev/stdout" => Sink::Direct(Box::new(io::stdout())),
            "/dev/stderr" => Sink::Direct(Box::new(io::stderr())),
            _ => open(path)?,
        };
        Ok(Self {
            name: path.to_owned(),
            sink: BufWriter::with_capacity(BUFFER, sink),
        })
    }

    /// Whether [`create`](Self::create) would succeed for a regular file; streams and devices are not touched.
    ///
    /// # Errors
    /// Those of [`create`](Self::create).
    pub fn check(path: &str) -> Result<()> {
        let is_file = fs::metadata(path).is_ok_and(|m| m.is_file()) || !Path::new(path).exists();
        if path != STDOUT && is_file {
            Self::create(path)?;
        }
        Ok(())
    }

    /// The path as given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// An error met while writing, with the name of what was written to.
    pub fn write_error(&self, cause: io::Error) -> Error {
        cannot_write(&self.name, cause)
    }

    /// Writes out what is buffered and puts the file in its place.
    pub fn finish(self) -> Result<()> {
        let Self { name, sink } = self;
        let (sink, rest) = match sink.into_inner() {
            Ok(sink) => (sink, Ok(())),
            Err(error) => {
                let (error, sink) = error.into_parts();
                // The unwritten rest must not be tried again when the buffer goes.
                let (sink, _) = sink.into_parts();
                (sink, Err(error))
            }
        };
        rest.and_then(|()| sink.commit())
            .map_err(|cause| cannot_write(&name, cause))
    }
}

impl Sink {
    fn commit(self) -> io::Result<()> {
        match self {
            Self::Direct(mut writer) => writer.flush(),
            Self::Whole { file, target } => {
                // Else a crash right after the renaming could leave an empty file behind.
                file.as_file().sync_all()?;
                file.persist(&target).map_err(|error| error.error)?;
                Ok(())
            }
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

fn cannot_write(name: &str, cause: io::Error) -> Error {
    let name = if name == STDOUT {
        "standard output"
    } else {
        name
    };
    Error::io(format_args!("cannot write `{name}`"), cause)
}

fn refuse(path: &str, why: &str) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write `{path}`: {why}"))
}

fn open(path: &str) -> Result<Sink> {
    let given = Path::new(path);
    let metadata = match fs::metadata(given) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(cannot_write(path, error)),
    };
    if let Some(metadata) = &metadata {
        if metadata.is_dir() {
            return Err(refuse(path, "is a folder"));
        }
        // What a descriptor's name leads to is open elsewhere: replacing it would help nobody.
        if !metadata.is_file() || is_descriptor(given) {
            let file = OpenOptions::new().write(true).open(given);
            let file: File = file.map_err(|error| cannot_write(path, error))?;
            return Ok(Sink::Direct(Box::new(file)));
        }
        if metadata.permissions().readonly() {
            return Err(refuse(path, "is read-only"));
        }
    }
    // A link stays a link; what it points to is replaced.
    let target = resolve(given).map_err(|error| cannot_write(path, error))?;
    let Some(name) = target.file_name() else {
        return Err(refuse(path, "names no file"));
    };
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(refuse(path, &format!("there is no folder `{folder}`")));
    }
    let prefix = format!(".{}.", name.to_string_lossy());
    let mut builder = Builder::new();
    // Hidden, so that reading a folder does not take it for an article.
    builder.prefix(&prefix).suffix(".tmp");
    #[cfg(unix)]
    let permissions = {
        use std::os::unix::fs::PermissionsExt;
        // Less what the umask takes away, as for any new file.
        fs::Permissions::from_mode(0o666)
    };
    #[cfg(unix)]
    builder.permissions(permissions);
    let file = builder.tempfile_in(folder).map_err(|cause| {
        let folder = folder.display();
        Error::io(
            format_args!("cannot write `{path}`: in folder `{folder}`"),
            cause,
        )
    })?;
    if let Some(metadata) = metadata {
        // Best effort: a file system without permissions is no reason to write nothing.
        let _ = fs::set_permissions(file.path(), metadata.permissions());
    }
    Ok(Sink::Whole { file, target })
}

/// Where a path leads in the end, whether or not there is a file.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            // Not a link, or not there.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links in a row"))
}

/// `/dev/fd/3`, `/proc/self/fd/3`.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev/fd") || (path.starts_with("/proc") && path.iter().any(|p| p == "fd"))
}
