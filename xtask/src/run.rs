//! Builds everything and serves it.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::{process, site};

/// The endpoint's crate and its program.
pub const ENDPOINT: [&str; 4] = ["--package", "endpoint", "--bin", "sightline"];

/// Serves app, console and endpoint with their data in `./data`, until stopped.
///
/// # Errors
/// When something does not build, or the endpoint cannot be started.
pub fn serve(serve_arguments: &[String]) -> Result<ExitCode> {
    site::build()?;
    println!("Building the endpoint");
    process::run(process::cargo().args(["build", "--quiet", "--release"]).args(ENDPOINT))?;
    let mut endpoint = Command::new(Path::new("target/release/sightline"));
    endpoint.arg("serve").args(serve_arguments);
    if !serve_arguments.iter().any(|argument| argument.starts_with("--data-dir")) {
        endpoint.args(["--data-dir", "./data"]);
    }
    // The endpoint takes this process's place: signals reach it, and its exit status is ours.
    println!("$ {}", process::shown(&endpoint));
    Err(endpoint.exec()).context("cannot start target/release/sightline")
}
