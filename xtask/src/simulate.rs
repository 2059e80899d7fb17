//! Runs the simulator: many worlds, or one with its trace.

use anyhow::Result;

use crate::process;

/// What the simulator calls the runs that need bugs to be compiled in.
const WITH_BUGS: [&str; 2] = ["--planted-bugs", "--plant"];

/// Runs the simulator with these arguments of its own.
///
/// # Errors
/// When it does not build, or an invariant of SYNC.md §2 is broken.
pub fn run(arguments: &[String]) -> Result<()> {
    let mut cargo = process::cargo();
    // Optimised: a world takes milliseconds then.
    cargo.args(["run", "--quiet", "--release", "--package", "simulation"]);
    if arguments.iter().any(|argument| WITH_BUGS.contains(&argument.as_str())) {
        // The endpoint's binary is not among what this builds: none with bugs is ever served.
        cargo.args(["--features", "planted-bugs"]);
    }
    process::run(cargo.arg("--").args(arguments))
}
