//! `index add --query`: each article is asked about and kept as it comes, for as long as any come.

use std::{
    io::{self, Write},
    iter,
    process::ExitCode,
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    thread,
    time::{Duration, Instant},
};

use rayon::prelude::*;

use super::{AddArgs, named, now, scan, settings, show, writer};
use crate::{
    document::Document,
    index::Writer,
    read::{self, RecordError},
    report::{answer, outcome::Show, output::OutputFile},
};

/// What is kept is made safe after so many articles, or so long.
const EVERY: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(1);
/// Articles that are read ahead; who writes faster than they are asked about waits.
const AHEAD: usize = 64;
/// Articles that are asked about together, of those that were read while others were.
const TOGETHER: usize = 16;

type Read = Result<Document, RecordError>;

pub(super) fn run(args: &AddArgs) -> anyhow::Result<ExitCode> {
    let options = settings::read_options(&args.input)?;
    let paths = settings::paths(&args.paths, &args.input)?;
    let writer = writer(args)?;
    let out = OutputFile::create(&args.to.output)?;
    let (give, take) = sync_channel::<Read>(AHEAD);
    // It ends with the input, or when nobody takes any more.
    thread::spawn(move || {
        let mut source = read::open(&paths, &options);
        source.all(|read| give.send(read).is_ok());
    });
    let mut feed = Feed {
        writer,
        out,
        show: show(args.to.offsets, args.snippet),
        acknowledges: args.acknowledge,
        read: 0,
        waiting: 0,
        errors: 0,
        is_fatal: false,
    };
    feed.go(&take)?;
    let failed = feed.is_fatal || scan::are_too_many(feed.errors, feed.read, args.max_errors);
    scan::finish(feed.out, Ok(()))?;
    Ok(scan::status(failed))
}

struct Feed {
    writer: Writer,
    out: OutputFile,
    show: Show,
    acknowledges: bool,
    /// Articles so far, and those of them that are not safe yet.
    read: u64,
    waiting: usize,
    errors: u64,
    is_fatal: bool,
}

impl Feed {
    fn go(&mut self, articles: &Receiver<Read>) -> anyhow::Result<()> {
        let mut since = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(since.elapsed());
            let next = if self.waiting == 0 {
                articles.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                articles.recv_timeout(left)
            };
            match next {
                Ok(read) => {
                    if self.waiting == 0 {
                        since = Instant::now();
                    }
                    let more = articles.try_iter();
                    let room = TOGETHER.min(EVERY - self.waiting) - 1;
                    self.take(iter::once(read).chain(more.take(room)))?;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.commit(),
            }
            if self.waiting >= EVERY || self.waiting > 0 && since.elapsed() >= PATIENCE {
                self.commit()?;
            }
        }
    }

    fn take(&mut self, read: impl Iterator<Item = Read>) -> anyhow::Result<()> {
        // An article, or an error in its place.
        let (mut documents, mut places) = (Vec::new(), Vec::new());
        for read in read {
            let place = read.map(|d| documents.push(named(d)));
            places.push(place);
        }
        self.read += documents.len() as u64;
        self.waiting += documents.len();
        let asked = self.writer.push_and_ask_all(documents, now())?;
        let answer = |asked| {
            let mut line = Vec::new();
            answer::write(asked, &self.writer, &self.show, &mut line).map(|()| line)
        };
        let lines: Vec<Vec<u8>> = asked
            .into_par_iter()
            .map(answer)
            .collect::<io::Result<_>>()?;
        let mut lines = lines.into_iter();
        for place in places {
            let line = match place {
                Ok(()) => lines.next().unwrap_or_default(),
                Err(e) => self.failed(&e)?,
            };
            self.print(&line)?;
        }
        Ok(())
    }

    /// The answer to what could not be read.
    fn failed(&mut self, e: &RecordError) -> io::Result<Vec<u8>> {
        scan::tell_one(e);
        self.errors += 1;
        self.is_fatal |= e.fatal;
        let mut line = Vec::new();
        answer::write_error(e, &mut line).map(|()| line)
    }

    fn commit(&mut self) -> anyhow::Result<()> {
        self.writer.commit()?;
        self.waiting = 0;
        let mut line = Vec::new();
        if self.acknowledges {
            answer::write_durable(self.read, &mut line)?;
        }
        self.print(&line)
    }

    /// At once, so that who waits for an answer has it.
    fn print(&mut self, line: &[u8]) -> anyhow::Result<()> {
        let written = self.out.write_all(line).and_then(|()| self.out.flush());
        Ok(written.map_err(|e| self.out.write_error(e))?)
    }
}
