//! Reads feeds into a standing index, and prints of each new story one article: the agency's original where it came too, else
//! the first version. Stories that an earlier run saw are not printed again.
//!
//! ```sh
//! cargo run --release --example feed_reader -- news-index feed.jsonl more.xml
//! tail -n 1000 feed.jsonl | cargo run --release --example feed_reader -- news-index -
//! ```
//!
//! The first argument is the folder of the index, which is made where it is not there.

use std::{
    collections::HashMap,
    env,
    io::{self, Write},
    path::Path,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use copytaster::{
    align::similarity::Relation,
    detector::Detector,
    error::{Error, Result},
    hash,
    index::{Asked, Index, Status, Writer},
    provenance::{Side, Verdict},
    read::{self, ReadOptions},
    settings::Settings,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((folder, paths)) = arguments
        .split_first()
        .filter(|(_, paths)| !paths.is_empty())
    else {
        eprintln!("usage: feed_reader INDEX FEED...");
        return ExitCode::from(2);
    };
    match run(Path::new(folder), paths, &mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

/// Reads all feeds, and prints the id and the title of an article of each story that is new.
pub fn run(folder: &Path, paths: &[String], out: &mut dyn Write) -> Result<()> {
    let settings = if Index::is_in(folder) {
        Index::settings(folder, Settings::default())?
    } else {
        Settings::default()
    };
    let mut writer = Writer::open(folder, Detector::new(settings)?)?;
    let mut stories = Stories::default();
    for article in read::open(paths, &ReadOptions::default()) {
        let mut article = match article {
            Ok(article) => article,
            Err(e) => {
                eprintln!("{e}");
                continue;
            }
        };
        if article.id == article.path {
            // It came without an id of its own: it goes by its text.
            article.id = hash::hex(&hash::sha256(article.text.as_bytes()), 8);
        }
        let (id, title) = (article.id.clone(), article.meta.title.clone());
        let asked = writer.push_and_ask(article, now())?;
        stories.take(id, title.unwrap_or_default(), &asked);
    }
    // One commit for all: what is printed is safe.
    writer.commit()?;
    for (id, title) in stories.told {
        writeln!(out, "{id}\t{title}").map_err(|e| Error::io("cannot print", e))?;
    }
    Ok(())
}

/// The stories that began in this run.
#[derive(Default)]
struct Stories {
    /// By the ids of all their articles, their places in `told`.
    of: HashMap<String, usize>,
    /// What is printed of each.
    told: Vec<(String, String)>,
}

impl Stories {
    fn take(&mut self, id: String, title: String, asked: &Asked) {
        match asked.status {
            Status::New | Status::Reuse => {
                self.of.insert(id.clone(), self.told.len());
                self.told.push((id, title));
            }
            Status::Seen | Status::Version => {
                let Some((story, is_original)) = self.known(asked) else {
                    return;
                };
                if is_original {
                    self.told[story] = (id.clone(), title);
                }
                self.of.insert(id, story);
            }
        }
    }

    /// The story that an article is of, if that is new, and whether the article is the original of what was to be printed.
    fn known(&self, asked: &Asked) -> Option<(usize, bool)> {
        let (scan, x) = (&asked.answer.scan, asked.answer.article);
        let is_version = |r| matches!(r, Relation::Identical | Relation::NearDuplicate);
        let versions = scan.matches.iter().filter(|m| is_version(m.relation));
        let mut known = None;
        for m in versions {
            let (side, other) = if m.a == x {
                (Side::A, m.b)
            } else {
                (Side::B, m.a)
            };
            let other = &scan.articles[other as usize].document.id;
            if let Some(story) = self.of.get(other) {
                let is_source = match &m.direction.verdict {
                    Verdict::From(source) => *source == side,
                    Verdict::Common(_) | Verdict::Unknown => false,
                };
                let (_, already) = known.unwrap_or((*story, false));
                known = Some((
                    *story,
                    already || is_source && self.told[*story].0 == *other,
                ));
            }
        }
        known
    }
}

/// Unix time.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |d| d.as_secs() as i64)
}
