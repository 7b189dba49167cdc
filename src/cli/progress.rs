//! Progress of long work: a line on standard error, where that is a terminal; nothing otherwise.

use std::{
    io::{IsTerminal, stderr},
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that ends sooner than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(400);
/// Between two drawings.
const TICK: Duration = Duration::from_millis(200);

/// Work in progress, shown until it is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    /// What shows the bar once patience is over; ends when its sender goes.
    waiter: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Counts bytes read, of `total` where that is known.
    pub(super) fn reading(total: Option<u64>) -> Self {
        match total {
            Some(_) => Self::start(
                total,
                "reading  {bar:30}  {binary_bytes} of {binary_total_bytes}",
            ),
            None => Self::start(None, "reading  {spinner}  {binary_bytes}"),
        }
    }

    /// Work on so many articles, whose end is not known.
    pub(super) fn comparing(articles: usize) -> Self {
        let progress = Self::start(None, "comparing {msg} articles  {spinner}  {elapsed}");
        progress.bar.set_message(articles.to_string());
        progress
    }

    /// So much more is done.
    pub(super) fn add(&self, n: u64) {
        self.bar.inc(n);
    }

    fn start(total: Option<u64>, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let waiter = stderr().is_terminal().then(|| {
            let (end, ended) = channel();
            let bar = bar.clone();
            let thread = thread::spawn(move || {
                if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(TICK);
                }
            });
            (end, thread)
        });
        Self { bar, waiter }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.waiter.take() {
            drop(end);
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
