//! From the paths named to the files read, in an order of their own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, overrides::Override, overrides::OverrideBuilder};

use super::unpack::Packing;
use super::{Format, ReadOptions, RecordError, STDIN, Skipped};
use crate::error::{Error, ErrorKind, Result, describe_io};

/// The name of the project's own ignore files.
const IGNORE_FILE: &str = ".copytasterignore";

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its path as given, or the folder's as given and the way from there, joined by `/`.
    pub path: String,
    /// Whether the user named it, rather than a folder it lies in.
    pub named: bool,
    /// Its format where that is known before it is opened.
    pub format: Option<Format>,
    /// Its size; None: not known in advance.
    pub bytes: Option<u64>,
    pub(super) open: PathBuf,
    pub(super) stdin: bool,
    /// It lies in another file.
    pub(super) is_inner: bool,
}

impl Found {
    /// A stream that is no file.
    pub(super) fn unnamed(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            named: true,
            format: Some(Format::Jsonl),
            bytes: None,
            open: PathBuf::new(),
            stdin: true,
            is_inner: false,
        }
    }

    /// Where it is opened; standard input: nowhere.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.open
    }

    /// Its extension, in lower case; empty: none.
    pub(super) fn extension(&self) -> String {
        extension_of(&self.open)
    }

    #[cfg(feature = "tables")]
    pub(super) fn extension_is(&self, extensions: &[&str]) -> bool {
        extensions.contains(&&*self.extension())
    }

    /// The format its extension stands for.
    pub(super) fn by_name(&self) -> Option<Format> {
        format_of(&self.open)
    }

    /// Whether the extension says that it is plain text.
    pub(super) fn vouched(&self) -> bool {
        self.by_name() == Some(Format::Plain)
    }

    /// Whether it is a file that can be opened again, as it is.
    #[cfg(any(feature = "packed", feature = "tables"))]
    pub(super) fn is_file(&self) -> bool {
        !self.stdin && !self.is_inner && self.bytes.is_some()
    }

    /// Whether its name says that it is packed, or an archive.
    pub(super) fn may_be_packed(&self) -> bool {
        is_container(&self.extension())
    }

    /// The same file, unpacked: its name without the extension that says how it is packed.
    pub(super) fn unpacked(&self) -> Self {
        let extension = self.extension();
        let open = match &*extension {
            "tgz" | "tbz2" | "txz" => self.open.with_extension("tar"),
            e if Packing::is_extension(e) => self.open.with_extension(""),
            _ => self.open.clone(),
        };
        Self {
            open,
            bytes: None,
            is_inner: true,
            ..self.clone()
        }
    }

    /// What is in memory, as if it were a file that somebody named.
    pub(super) fn in_memory(path: &str, size: u64) -> Self {
        Self {
            path: path.to_owned(),
            named: true,
            format: None,
            bytes: Some(size),
            open: PathBuf::from(path),
            stdin: false,
            is_inner: true,
        }
    }

    /// A file in this archive. None: one of those that systems leave in archives.
    #[cfg(feature = "packed")]
    pub(super) fn inside(&self, name: &str, size: u64) -> Option<Self> {
        let is_hidden = |part: &str| part.starts_with('.') && part != "." && part != "..";
        if name
            .split('/')
            .any(|part| is_hidden(part) || part == "__MACOSX")
        {
            return None;
        }
        let inner = Self {
            path: format!("{}!/{name}", self.path),
            named: false,
            format: None,
            bytes: Some(size),
            open: PathBuf::from(name),
            stdin: false,
            is_inner: true,
        };
        Some(inner)
    }
}

/// Which files in folders are read, by globs as `.gitignore` has them, from the folder on.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    /// As given, what to pass over with a `!` before it.
    globs: Vec<String>,
}

impl Globs {
    /// Only what matches one of `include`, if there are any, and none of `exclude`.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`]: a faulty glob.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self> {
        let excluded = exclude.iter().map(|g| format!("!{g}"));
        let globs = include.iter().cloned().chain(excluded).collect();
        let out = Self { globs };
        out.below(Path::new("."))
            .map_err(|e| Error::new(ErrorKind::Syntax, e.to_string()))?;
        Ok(out)
    }

    fn below(&self, root: &Path) -> std::result::Result<Override, ignore::Error> {
        let mut builder = OverrideBuilder::new(root);
        for glob in &self.globs {
            builder.add(glob)?;
        }
        builder.build()
    }
}

/// What there is to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The files, each once, by the bytes of their paths.
    pub files: Vec<Found>,
    /// What could not be found or looked into.
    pub errors: Vec<RecordError>,
    /// What was passed over.
    pub skipped: Skipped,
}

impl Listing {
    /// All the files' sizes together; None where a stream is among them.
    pub fn bytes(&self) -> Option<u64> {
        self.files.iter().map(|found| found.bytes).sum()
    }
}

fn extension_of(path: &Path) -> String {
    let extension = path.extension().and_then(|e| e.to_str());
    extension.unwrap_or_default().to_lowercase()
}

/// The format an extension stands for.
fn format_of(path: &Path) -> Option<Format> {
    Some(match &*extension_of(path) {
        "txt" | "md" | "text" => Format::Plain,
        "jsonl" | "ndjson" => Format::Jsonl,
        "json" => Format::Json,
        "html" | "htm" | "xhtml" => Format::Html,
        "rss" | "atom" => Format::Feed,
        "xml" | "nitf" | "newsml" | "g2" | "ninjs" | "anpa" => Format::Wire,
        "csv" | "tsv" | "tab" => Format::Csv,
        "parquet" => Format::Parquet,
        "warc" => Format::Warc,
        _ => return None,
    })
}

/// Whether an extension is that of packed files or archives.
fn is_container(extension: &str) -> bool {
    Packing::is_extension(extension) || ["tar", "tgz", "tbz2", "txz", "zip"].contains(&extension)
}

/// Whether an extension is certainly that of no article: such files are not even opened.
fn is_other(extension: &str) -> bool {
    #[rustfmt::skip]
    const OTHER: &[&str] = &[
        "7z", "avi", "bin", "bmp", "class", "css", "dll", "doc", "docx", "eot", "exe", "gif", "ico", "iso", "jar", "jpeg",
        "jpg", "js", "lock", "map", "mov", "mp3", "mp4", "o", "odt", "ogg", "otf", "pdf", "png", "ppt", "pptx", "py", "pyc",
        "rar", "rs", "sh", "so", "sql", "sqlite", "svg", "tif", "tiff", "toml", "ttf", "wav", "webm", "webp", "woff", "woff2",
        "xls", "xlsx", "yaml", "yml",
    ];
    OTHER.contains(&extension)
}

/// Finds the files behind the paths: files, folders, or `-` for standard input.
///
/// In folders, hidden files and what `.copytasterignore` and `.gitignore` files there exclude are
/// left out, and so are files that are of no known format by content or name. Ignore
/// files above a named folder, and the user's own git settings, are not consulted: a folder gives
/// the same articles wherever it lies. A file reached twice is read once.
pub fn find(paths: &[String], options: &ReadOptions) -> Listing {
    let mut named: Vec<&String> = paths.iter().collect();
    named.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    named.dedup();
    let mut finder = Finder::default();
    for path in named {
        finder.add(path, options);
    }
    finder.finish()
}

/// Where a file really is. Standard input and what has no path are their own.
type Place = PathBuf;

#[derive(Default)]
struct Finder {
    files: Vec<(Place, Found)>,
    others: Vec<(Place, String)>,
    errors: Vec<RecordError>,
    /// Folders that links led into, lest links to links multiply.
    linked: Arc<Mutex<HashSet<PathBuf>>>,
    /// Real places of folders, since most files share one with their neighbours.
    folders: HashMap<PathBuf, PathBuf>,
}

impl Finder {
    fn add(&mut self, path: &str, options: &ReadOptions) {
        if path == STDIN {
            let found = Found {
                format: options.input_format,
                ..Found::unnamed(path)
            };
            self.files.push((PathBuf::from(STDIN), found));
            return;
        }
        let open = PathBuf::from(path);
        let metadata = match fs::metadata(&open) {
            Ok(metadata) => metadata,
            Err(error) => {
                self.errors
                    .push(RecordError::io(path, "cannot be opened", &error, true));
                return;
            }
        };
        if metadata.is_dir() {
            self.walk(path, &open, options);
            return;
        }
        let place = fs::canonicalize(&open).unwrap_or_else(|_| open.clone());
        let found = Found {
            path: path.to_owned(),
            named: true,
            format: options.input_format,
            bytes: metadata.is_file().then_some(metadata.len()),
            open,
            stdin: false,
            is_inner: false,
        };
        self.files.push((place, found));
    }

    fn walk(&mut self, path: &str, root: &Path, options: &ReadOptions) {
        if let Err(error) = fs::read_dir(root) {
            self.errors
                .push(RecordError::io(path, "cannot be opened", &error, true));
            return;
        }
        let linked = Arc::clone(&self.linked);
        let walk = WalkBuilder::new(root)
            .standard_filters(false)
            .hidden(!options.hidden)
            // Checked when they were made.
            .overrides(
                options
                    .globs
                    .below(root)
                    .unwrap_or_else(|_| Override::empty()),
            )
            .git_ignore(true)
            .require_git(false)
            .add_custom_ignore_filename(IGNORE_FILE)
            .follow_links(true)
            .sort_by_file_name(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()))
            .filter_entry(move |entry| enter(entry, &linked))
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => self.entry(path, root, &entry),
                Err(error) => self.errors.push(walk_error(path, root, &error)),
            }
        }
    }

    fn entry(&mut self, root_path: &str, root: &Path, entry: &DirEntry) {
        if let Some(error) = entry.error()
            && let Some(error) = ignore_file_error(root_path, root, error)
        {
            self.errors.push(error);
        }
        // Pipes and devices in a folder are no articles, and could keep us waiting for ever.
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            return;
        }
        let open = entry.path().to_path_buf();
        let place = self.place(entry);
        let path = join(root_path, root, &open);
        let extension = extension_of(&open);
        if is_other(&extension) {
            self.others.push((place, extension));
            return;
        }
        let found = Found {
            path,
            named: false,
            format: None,
            bytes: entry.metadata().ok().map(|metadata| metadata.len()),
            open,
            stdin: false,
            is_inner: false,
        };
        self.files.push((place, found));
    }

    fn place(&mut self, entry: &DirEntry) -> Place {
        let path = entry.path();
        let folder = path.parent().filter(|_| !entry.path_is_symlink());
        let (Some(folder), Some(name)) = (folder, path.file_name()) else {
            return fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        };
        if let Some(real) = self.folders.get(folder) {
            return real.join(name);
        }
        let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        let place = real.join(name);
        self.folders.insert(folder.to_path_buf(), real);
        place
    }

    fn finish(mut self) -> Listing {
        // The smallest path of a file is the one it goes by. Formats the user set, and the right
        // to be read whatever the extension, hold for the file however it was reached.
        self.files.sort_by(|(_, a), (_, b)| {
            let paths = a.path.as_bytes().cmp(b.path.as_bytes());
            // Names that are not UTF-8 may look alike.
            paths
                .then_with(|| b.named.cmp(&a.named))
                .then_with(|| a.open.cmp(&b.open))
        });
        let mut at: HashMap<Place, usize> = HashMap::with_capacity(self.files.len());
        let mut files: Vec<Found> = Vec::with_capacity(self.files.len());
        for (place, found) in self.files {
            match at.get(&place).and_then(|&index| files.get_mut(index)) {
                Some(first) => {
                    if found.named && !first.named {
                        first.format = found.format;
                        first.named = true;
                    }
                }
                None => {
                    at.insert(place, files.len());
                    files.push(found);
                }
            }
        }
        let mut other_files = BTreeMap::new();
        let mut counted = HashSet::new();
        for (place, extension) in self.others {
            if !at.contains_key(&place) && counted.insert(place) {
                *other_files.entry(extension).or_insert(0) += 1;
            }
        }
        self.errors
            .sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
        self.errors.dedup();
        Listing {
            files,
            errors: self.errors,
            skipped: Skipped { other_files },
        }
    }
}

/// Whether to go into an entry: a folder reached by a link is entered once, by whichever link.
fn enter(entry: &DirEntry, linked: &Mutex<HashSet<PathBuf>>) -> bool {
    if entry.depth() > 0 && entry.file_name() == ".git" {
        return false;
    }
    if !entry.path_is_symlink() || !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return true;
    }
    let Ok(real) = fs::canonicalize(entry.path()) else {
        return true;
    };
    let mut linked = linked.lock().unwrap_or_else(PoisonError::into_inner);
    linked.insert(real)
}

/// The path a file goes by: the folder's as given, and the way from there.
fn join(root_path: &str, root: &Path, file: &Path) -> String {
    let mut path = root_path
        .trim_end_matches(std::path::is_separator)
        .to_owned();
    for part in file.strip_prefix(root).unwrap_or(file) {
        path.push('/');
        path.push_str(&part.to_string_lossy());
    }
    path
}

/// A trouble met on the way through a folder, by the path it concerns.
fn walk_error(root_path: &str, root: &Path, error: &ignore::Error) -> RecordError {
    let (path, cause) = unwrap(error, None);
    let path = path.map_or_else(|| root_path.to_owned(), |path| join(root_path, root, path));
    let message = match cause {
        ignore::Error::Loop { ancestor, child } => {
            let path = join(root_path, root, child);
            let ancestor = join(root_path, root, ancestor);
            let message = format!("is a link that leads back to `{ancestor}`");
            return RecordError::new(&path, None, ErrorKind::Io, message);
        }
        ignore::Error::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            "is a link that leads nowhere".to_owned()
        }
        ignore::Error::Io(error) => format!("cannot be opened: {}", describe_io(error)),
        other => other.to_string(),
    };
    RecordError::new(&path, None, ErrorKind::Io, message)
}

/// A faulty pattern in an ignore file of the project's own. Those in `.gitignore` are git's.
fn ignore_file_error(root_path: &str, root: &Path, error: &ignore::Error) -> Option<RecordError> {
    if let ignore::Error::Partial(errors) = error {
        return errors
            .iter()
            .find_map(|error| ignore_file_error(root_path, root, error));
    }
    let (path, cause) = unwrap(error, None);
    let path = path.filter(|path| path.ends_with(IGNORE_FILE))?;
    let path = join(root_path, root, path);
    Some(RecordError::new(
        &path,
        None,
        ErrorKind::Syntax,
        cause.to_string(),
    ))
}

/// Takes the wrappings off an error, keeping the path one of them may name.
fn unwrap<'e>(
    error: &'e ignore::Error,
    path: Option<&'e Path>,
) -> (Option<&'e Path>, &'e ignore::Error) {
    match error {
        ignore::Error::WithPath { path, err } => unwrap(err, Some(path)),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            unwrap(err, path)
        }
        ignore::Error::Partial(errors) => match errors.first() {
            Some(first) => unwrap(first, path),
            None => (path, error),
        },
        _ => (path, error),
    }
}
