//! Feeds the readers of what comes from outside with whatever a fuzzer can think of.

use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::{process, tools};

/// What is fuzzed: a file of this name in fuzz/targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// What a device pushes
    Push,
    /// What claims to be an answer of the endpoint
    Pull,
    /// What a device hands in as a cursor
    Cursor,
    /// What a device sends to upload an attachment
    Tus,
    /// What is given as a copy to restore
    Restore,
}

/// What travelled once: where a fuzzer begins.
const SEEDS: &str = "crates/protocol/tests/fixtures/v1";

/// Fuzzes each target, or the one that is named, for so many seconds.
///
/// # Errors
/// When a target fails: the input that does it is under fuzz/artifacts.
pub fn run(only: Option<Target>, seconds: u64) -> Result<()> {
    tools::install(&[tools::CARGO_FUZZ])?;
    for target in Target::value_variants().iter().filter(|it| only.is_none_or(|only| only == **it))
    {
        let Some(name) = target.to_possible_value() else { continue };
        let corpus = Path::new("fuzz/corpus").join(name.get_name());
        std::fs::create_dir_all(&corpus)?;
        println!("Fuzzing {} for {seconds} seconds", name.get_name());
        let mut cargo_fuzz = std::process::Command::new(tools::path(tools::CARGO_FUZZ)?);
        cargo_fuzz
            // Safe Rust needs no address sanitizer, and what it costs is worth more inputs.
            .args(["fuzz", "run", "--sanitizer", "none", name.get_name()])
            .arg(&corpus)
            .arg(SEEDS)
            .args(["--", "-timeout=10", "-rss_limit_mb=4096"])
            .arg(format!("-max_total_time={seconds}"))
            // Coverage is counted by flags that stable compilers hold back.
            .env("RUSTC_BOOTSTRAP", "1");
        if process::run(&mut cargo_fuzz).is_err() {
            bail!("{} fails; see fuzz/artifacts/{0}", name.get_name());
        }
    }
    Ok(())
}
