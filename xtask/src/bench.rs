//! Measures what DESIGN.md section 7 gives a budget for: one table, and `target/bench.json`.

mod browser;
mod lighthouse;
mod size;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use bench_rows::{ROWS_FILE, Row};
use clap::ValueEnum;

use crate::process;

/// A part of the budgets that can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// What a browser has to load
    Size,
    /// The endpoint's intake, inbox, and steady load
    Endpoint,
    /// A backlog from a browser's outbox to the endpoint's disk
    Backlog,
    /// From submit to "Saved" in a browser
    Save,
    /// The first screen of a long list in a browser
    List,
    /// The app's start, a long list looked through, and memory
    Start,
    /// What Lighthouse thinks of the app
    Lighthouse,
}

/// All rows, for whoever draws curves of them.
const RESULT: &str = "target/bench.json";

/// Measures one part, or everything, and compares it with its budgets.
///
/// # Errors
/// When something cannot be measured or misses its budget.
pub fn run(only: Option<Part>) -> Result<()> {
    let wants = |part| only.is_none_or(|only| only == part);
    let mut rows = Vec::new();
    if wants(Part::Size) {
        rows.extend(size::rows()?);
    }
    if wants(Part::Endpoint) {
        rows.extend(told_by(process::cargo().args(["bench", "--package", "endpoint"]))?);
    }
    if wants(Part::Lighthouse) {
        rows.extend(lighthouse::rows()?);
    }
    if [Part::Save, Part::List, Part::Start, Part::Backlog].into_iter().any(wants) {
        rows.extend(browser::rows(only)?);
    }
    print!("{}", bench_rows::table(&rows));
    fs::write(RESULT, serde_json::to_vec_pretty(&rows)?)
        .with_context(|| format!("cannot write {RESULT}"))?;
    let missed = rows.iter().filter(|row| !row.is_met()).count();
    if missed > 0 {
        bail!("{missed} budgets of DESIGN.md section 7 are missed");
    }
    Ok(())
}

/// Runs a bench of its own and returns the rows that it hands on.
fn told_by(bench: &mut std::process::Command) -> Result<Vec<Row>> {
    let file = PathBuf::from("target/bench.rows");
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    if file.exists() {
        fs::remove_file(&file)?;
    }
    process::run(bench.env(ROWS_FILE, absolute(&file)?))?;
    let rows = bench_rows::read(&file)?;
    if rows.is_empty() {
        bail!("`{}` measured nothing", process::shown(bench));
    }
    Ok(rows)
}

/// Cargo runs each bench in its own package's folder.
fn absolute(file: &Path) -> Result<PathBuf> {
    Ok(std::env::current_dir()?.join(file))
}
