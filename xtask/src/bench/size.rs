//! How much a browser has to load.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use bench_rows::Row;

use crate::site;

/// One kilobyte is 1,000 bytes, as in the figures of DESIGN.md.
const KB: f64 = 1_000.0;

/// Builds the site and weighs it, as it travels.
///
/// # Errors
/// When it does not build.
pub fn rows() -> Result<Vec<Row>> {
    site::build()?;
    let (mut first_load, mut later, mut worker) = (0, 0, 0);
    for entry in fs::read_dir(site::page_folder("app"))? {
        let file = entry?.path();
        let bytes = match file.extension().and_then(|extension| extension.to_str()) {
            Some("html" | "css") => &mut first_load,
            Some("js" | "wasm") if has_name(&file, &["sw.", "engine-"]) => &mut worker,
            // The splitter's names of what is loaded later.
            Some("wasm") if has_name(&file, &["split_", "chunk_"]) => &mut later,
            Some("js" | "wasm") => &mut first_load,
            _ => continue,
        };
        let sent = bytes_sent(&file)?;
        println!("  {sent:>7} {}", file.display());
        *bytes += sent;
    }
    let row = |name: &str, bytes: u64| Row::new(name, bytes as f64, "bytes").on("brotli 11");
    Ok(vec![
        row("app, first load up to first capture", first_load).at_most(190.0 * KB),
        row("app, loaded once that can begin", later),
        row("service worker with its engine", worker).at_most(90.0 * KB),
    ])
}

fn has_name(file: &Path, beginnings: &[&str]) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    beginnings.iter().any(|beginning| name.starts_with(beginning))
}

/// What travels for this file: it, or its brotli sibling where there is one.
fn bytes_sent(file: &Path) -> Result<u64> {
    let mut sibling = file.as_os_str().to_owned();
    sibling.push(".br");
    Ok(fs::metadata(PathBuf::from(sibling)).or_else(|_| fs::metadata(file))?.len())
}
