//! Measures what DESIGN.md section 7 gives a budget for.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::{process, site};

/// One kilobyte is 1,000 bytes, as in the figures of DESIGN.md.
const KB: u64 = 1_000;

/// A size with its limit.
struct Size {
    what: &'static str,
    bytes: u64,
    budget_bytes: u64,
}

/// Measures everything and compares it with its budget.
///
/// # Errors
/// When something cannot be measured or misses its budget.
pub fn run() -> Result<()> {
    site::build()?;
    let mut is_met = true;
    for size in [first_load()?, service_worker()?] {
        let Size { what, bytes, budget_bytes } = size;
        let verdict = if bytes <= budget_bytes { "ok" } else { "MISSED" };
        is_met &= bytes <= budget_bytes;
        println!("{what}, brotli 11: {bytes} bytes, budget {budget_bytes}: {verdict}");
    }
    if Path::new("crates/endpoint/benches").read_dir().is_ok_and(|mut it| it.next().is_some()) {
        process::run(process::cargo().args(["bench", "--package", "endpoint"]))?;
    }
    if !is_met {
        bail!("a budget of DESIGN.md section 7 is missed");
    }
    Ok(())
}

/// Everything up to the first capture: page, scripts, styles and WebAssembly of the app.
fn first_load() -> Result<Size> {
    let app = site::page_folder("app");
    let mut bytes = 0;
    for entry in fs::read_dir(&app)? {
        let file = entry?.path();
        let extension = file.extension().and_then(|extension| extension.to_str());
        let is_loaded = matches!(extension, Some("html" | "js" | "css" | "wasm"));
        if is_loaded && !is_of_the_worker(&file) {
            let sent = bytes_sent(&file)?;
            println!("  {sent:>7} {}", file.display());
            bytes += sent;
        }
    }
    Ok(Size { what: "app, first load", bytes, budget_bytes: 190 * KB })
}

/// The worker's script and its engine, none of it on the way to a first capture.
fn is_of_the_worker(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name == "sw.js" || name.starts_with("engine-")
}

fn service_worker() -> Result<Size> {
    let mut bytes = 0;
    for entry in fs::read_dir(site::page_folder("app"))? {
        let file = entry?.path();
        let extension = file.extension().and_then(|extension| extension.to_str());
        if is_of_the_worker(&file) && matches!(extension, Some("js" | "wasm")) {
            let sent = bytes_sent(&file)?;
            println!("  {sent:>7} {}", file.display());
            bytes += sent;
        }
    }
    Ok(Size { what: "service worker with its engine", bytes, budget_bytes: 90 * KB })
}

/// What travels for this file: it, or its brotli sibling where there is one.
fn bytes_sent(file: &Path) -> Result<u64> {
    let mut sibling = file.as_os_str().to_owned();
    sibling.push(".br");
    Ok(fs::metadata(Path::new(&sibling)).or_else(|_| fs::metadata(file))?.len())
}
