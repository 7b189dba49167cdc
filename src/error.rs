//! The library's error: what kind of thing went wrong, in words a user can act on.

use std::error::Error as StdError;
use std::{fmt, io};

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file, folder or pipe could not be opened, read or written.
    Io,
    /// The input breaks the grammar of its format.
    Syntax,
    /// A field of a record is missing or of the wrong type.
    Field,
    /// The bytes are not text in a known encoding.
    Encoding,
    /// Something is larger than a limit allows.
    Limit,
    /// Settings that contradict each other or are out of range.
    Settings,
    /// A file is not of the format or version expected.
    Format,
    /// No article goes by the name given.
    NoSuchArticle,
}

impl ErrorKind {
    /// A stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Io => "io",
            Self::Syntax => "syntax",
            Self::Field => "field",
            Self::Encoding => "encoding",
            Self::Limit => "limit",
            Self::Settings => "settings",
            Self::Format => "format",
            Self::NoSuchArticle => "no-such-article",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An error: a kind, a message, and what caused it.
///
/// The message already says what its cause says, so a program may print it alone.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// A result whose error is [`Error`] unless told otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error without a cause.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
        }))
    }

    /// An operating-system error, with what was being done: `cannot write to `out``.
    pub fn io(doing: impl fmt::Display, cause: io::Error) -> Self {
        let message = format!("{doing}: {}", describe_io(&cause));
        Self::new(ErrorKind::Io, message).with_source(cause)
    }

    /// What is no TOML in a table, with its line.
    pub(crate) fn in_table(what: &str, table: &str, e: &toml::de::Error) -> Self {
        let at = e.span().map_or(0, |s| s.start.min(table.len()));
        let before = &table.as_bytes()[..at];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let message = format!("the table of {what}, line {line}: {}", e.message());
        Self::new(ErrorKind::Syntax, message)
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the reader of our output has gone away, as `| head` does:
    /// no failure of ours, and nothing to complain about.
    pub fn is_broken_pipe(&self) -> bool {
        let mut cause = StdError::source(self);
        while let Some(error) = cause {
            let kind = if let Some(io) = error.downcast_ref::<io::Error>() {
                Some(io.kind())
            } else {
                error
                    .downcast_ref::<serde_json::Error>()
                    .and_then(serde_json::Error::io_error_kind)
            };
            if kind == Some(io::ErrorKind::BrokenPipe) {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("source", &self.0.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source as &(dyn StdError + 'static))
    }
}

/// An operating-system error in plain words, without its number where the words suffice.
pub(crate) fn describe_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "is a folder".into(),
        io::ErrorKind::NotADirectory => "part of the path is not a folder".into(),
        io::ErrorKind::BrokenPipe => "the reading end was closed".into(),
        io::ErrorKind::StorageFull => "no space left".into(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".into(),
        io::ErrorKind::UnexpectedEof => "ends too early".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_its_message_and_keeps_kind_and_cause() {
        let error = Error::new(ErrorKind::Limit, "too long").with_source("because");
        assert_eq!(error.to_string(), "too long");
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert_eq!(
            StdError::source(&error).map(ToString::to_string),
            Some("because".into())
        );
        assert!(!error.is_broken_pipe());
        assert_eq!(error.kind().to_string(), "limit");
    }

    #[test]
    fn tells_a_broken_pipe_however_deep() {
        let pipe = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(Error::io("cannot write", pipe()).is_broken_pipe());
        let outer = Error::new(ErrorKind::Io, "report").with_source(Error::io("write", pipe()));
        assert!(outer.is_broken_pipe());
        let json = serde_json::Error::io(pipe());
        assert!(
            Error::new(ErrorKind::Io, "report")
                .with_source(json)
                .is_broken_pipe()
        );
        let missing = Error::io("cannot open `x`", io::Error::from(io::ErrorKind::NotFound));
        assert!(!missing.is_broken_pipe());
        assert_eq!(
            missing.to_string(),
            "cannot open `x`: no such file or folder"
        );
    }

    #[test]
    fn is_one_word_large_and_crosses_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
