//! The one binary to install: endpoint, app and console.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{process, run, site};

/// Builds `target/dist/sightline`.
///
/// # Errors
/// When something does not build.
pub fn build() -> Result<()> {
    site::build()?;
    println!("Building the endpoint");
    process::run(process::cargo().args(["build", "--release"]).args(run::ENDPOINT))?;
    let binary = Path::new("target/dist/sightline");
    fs::create_dir_all("target/dist").context("cannot make target/dist")?;
    fs::copy("target/release/sightline", binary)
        .with_context(|| format!("cannot write {}", binary.display()))?;
    // The copy only: the original keeps the names that a backtrace needs.
    process::run(Command::new("strip").arg(binary))?;
    let bytes = fs::metadata(binary)?.len();
    println!("{} ({:.1} MB)", binary.display(), bytes as f64 / 1e6);
    Ok(())
}
