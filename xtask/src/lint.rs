//! What is checked without running anything: format, lints, dependencies.

use std::process::Command;

use anyhow::Result;

use crate::{process, tools};

/// Checks format, lints and dependencies, and stops at the first that does not pass.
///
/// # Errors
/// When one does not pass.
pub fn all() -> Result<()> {
    process::run(process::cargo().args(["fmt", "--all", "--check"]))?;
    let clippy = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
    process::run(process::cargo().args(clippy))?;
    dependencies()
}

/// Checks all dependencies against deny.toml.
///
/// # Errors
/// When one is not allowed, or cargo-deny cannot be installed.
pub fn dependencies() -> Result<()> {
    tools::install(&[tools::CARGO_DENY])?;
    let deny = || tools::path(tools::CARGO_DENY).map(Command::new);
    process::run(deny()?.args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))?;
    // The database of advisories is not a registry: some machines cannot reach it.
    if process::succeeds(deny()?.args(["fetch", "db"])) {
        process::run(deny()?.args(["check", "--hide-inclusion-graph", "advisories"]))
    } else {
        println!("Advisories are NOT checked: their database cannot be reached from here");
        Ok(())
    }
}
