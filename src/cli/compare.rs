//! `compare`: two articles side by side.

use std::process::ExitCode;

use super::args::CompareArgs;

pub(super) fn run(_args: &CompareArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not there yet")
}
