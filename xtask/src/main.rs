//! Every chore of this repository, as `cargo xtask <chore>`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks through its standard streams"
)]

mod bench;
mod cache;
mod debian;
mod dist;
mod fuzz;
mod lint;
mod process;
mod run;
mod simulate;
mod site;
mod sysroot;
mod test;
mod toolchain;
mod tools;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

/// What can be asked for.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Builds, runs, tests and measures Sightline")]
enum Chore {
    /// Build app, console and endpoint, and serve them with their data in ./data
    Run {
        /// Further arguments of `sightline serve`, such as `--listen 127.0.0.1:9000`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        serve_arguments: Vec<String>,
    },
    /// Run every test, or one part of them
    Test {
        /// The only part to run
        #[arg(long, value_enum)]
        only: Option<test::Part>,
    },
    /// Measure what DESIGN.md section 7 gives a budget for
    Bench {
        /// The only part to measure
        #[arg(long, value_enum)]
        only: Option<bench::Part>,
    },
    /// Run engine and endpoint in simulated worlds: `--seeds N`, `--seed S --trace`,
    /// `--planted-bugs`
    Simulate {
        /// Arguments of the simulator; `--help` tells them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Fuzz what reads from outside; `cargo xtask test` does not
    Fuzz {
        /// The only target
        #[arg(long, value_enum)]
        only: Option<fuzz::Target>,
        /// For how long each
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Build the one binary: target/dist/sightline
    Dist,
    /// Check licences, sources and advisories of all dependencies
    Deny,
    /// All that has to pass before a merge: format, lints, dependencies, tests
    Ci,
    /// Install what the other chores need, browsers included
    Setup,
    /// Build app and console into target/site, as the endpoint serves them
    Site,
}

fn main() -> ExitCode {
    match enter_repository().and_then(|()| perform(Chore::parse())) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(chore: Chore) -> anyhow::Result<ExitCode> {
    match chore {
        Chore::Run { serve_arguments } => return run::serve(&serve_arguments),
        Chore::Test { only } => return test::run(only),
        Chore::Bench { only } => bench::run(only)?,
        Chore::Dist => dist::build()?,
        Chore::Simulate { arguments } => simulate::run(&arguments)?,
        Chore::Fuzz { only, seconds } => fuzz::run(only, seconds)?,
        Chore::Deny => lint::dependencies()?,
        Chore::Ci => {
            lint::all()?;
            return test::run(None);
        }
        Chore::Setup => test::install()?,
        Chore::Site => drop(site::build()?),
    }
    Ok(ExitCode::SUCCESS)
}

/// All paths below are relative to the repository, wherever the chore was called from.
fn enter_repository() -> anyhow::Result<()> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no folder around it")?;
    std::env::set_current_dir(root).with_context(|| format!("cannot enter {}", root.display()))
}
