//! Measures the device in a plain browser, without DevTools or a test driver attached and with a
//! profile on disk, against raw requests and raw IndexedDB in the same run (DESIGN.md §7).
//!
//! The runner is the server of the page: the real endpoint's whole HTTP over a database that is
//! put back before each round, and beside it a few addresses by which the page is told what to do.

mod backlog;
mod batches;
mod browser;
mod chance;
mod ground;
mod house;
mod link;
mod lists;
mod order;
mod peer;
mod raw_device;
mod saves;
mod slowed;
mod starts;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use bench_rows::Row;
use clap::{Parser, ValueEnum};

/// What to measure, and how often.
#[derive(Debug, Parser)]
#[command(name = "browser-bench")]
pub(crate) struct Plan {
    /// The built page: its scripts, and the device as WebAssembly.
    #[arg(long)]
    page: PathBuf,
    /// The built app; without it no start is measured.
    #[arg(long)]
    site: Option<PathBuf>,
    /// The browser.
    #[arg(long, default_value = "chromium")]
    browser: PathBuf,
    /// Where PouchDB and its endpoint are installed; without it they are left out.
    #[arg(long)]
    peer: Option<PathBuf>,
    /// The only part to measure.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Rounds; each measures everything once, in an order of its own.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Notes of the large backlog.
    #[arg(long, default_value_t = 10_000)]
    notes: usize,
    /// Saves of each round.
    #[arg(long, default_value_t = 100)]
    saves: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// A backlog on its way to the endpoint
    Backlog,
    /// From submit to "Saved"
    Save,
    /// The first screen of a long list
    List,
    /// The app's start, a long list looked through, and memory
    Start,
}

impl Plan {
    fn wants(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

fn main() -> Result<ExitCode> {
    let plan = Plan::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    let rows = runtime.block_on(async {
        tokio::select! {
            rows = Box::pin(measure(&plan)) => rows,
            // Returns from here, so that the browser ends as well.
            () = told_to_stop() => bail!("told to stop"),
        }
    })?;
    Ok(bench_rows::report(&rows)?)
}

async fn measure(plan: &Plan) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    if plan.wants(Part::Save) {
        rows.extend(Box::pin(saves::measure(plan)).await?);
    }
    if plan.wants(Part::List) {
        rows.extend(Box::pin(lists::measure(plan)).await?);
    }
    if plan.wants(Part::Start) && plan.site.is_some() {
        rows.extend(Box::pin(starts::measure(plan)).await?);
    }
    if plan.wants(Part::Backlog) {
        rows.extend(Box::pin(backlog::measure(plan)).await?);
    }
    Ok(rows)
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Says on standard error how far it is: a run takes minutes.
pub(crate) fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
