//! The `sightline` binary. Errors go to standard error, one line and what to do.

use std::process::ExitCode;

use clap::Parser;
use endpoint::command::{self, Command};

fn main() -> ExitCode {
    match command::run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            command::complain(&error);
            ExitCode::FAILURE
        }
    }
}
