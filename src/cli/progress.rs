//! Progress of long work: a bar on standard error, where that is a terminal; nothing otherwise.

use std::{
    io::{IsTerminal, stderr},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that ends sooner than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(400);

/// A bar over `total` bytes to read; unknown totals show what has been read.
pub(super) fn reading(total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => "reading {bar:30} {bytes}/{total_bytes}",
        None => "reading {bytes}",
    };
    bar(
        ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()),
        template,
    )
}

/// A spinner for the work after reading.
pub(super) fn comparing(articles: usize) -> ProgressBar {
    let spinner = bar(
        ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
        "comparing {msg} articles {spinner} {elapsed}",
    );
    spinner.set_message(articles.to_string());
    spinner.enable_steady_tick(Duration::from_millis(200));
    spinner
}

fn bar(bar: ProgressBar, template: &str) -> ProgressBar {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    if stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
        std::thread::sleep(Duration::ZERO.min(PATIENCE));
    }
    bar
}
