//! Runs the simulator: many worlds, or one with its trace.

use anyhow::Result;

use crate::process;

/// What the simulator calls the run that needs bugs to be compiled in.
const PLANTED_BUGS: &str = "--planted-bugs";

/// Runs the simulator with these arguments of its own.
///
/// # Errors
/// When it does not build, or an invariant of SYNC.md §2 is broken.
pub fn run(arguments: &[String]) -> Result<()> {
    let mut cargo = process::cargo();
    // Optimised: a world takes milliseconds then.
    cargo.args(["run", "--quiet", "--release", "--package", "simulation"]);
    if arguments.iter().any(|argument| argument == PLANTED_BUGS) {
        // In a folder of its own: the binary that is served never shares an artefact with it.
        cargo.args(["--features", "planted-bugs", "--target-dir", "target/planted"]);
    }
    process::run(cargo.arg("--").args(arguments))
}
