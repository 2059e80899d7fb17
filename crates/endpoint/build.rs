//! Builds the endpoint again when the pages that it carries have changed.
#![allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]

fn main() {
    println!("cargo:rerun-if-changed=../../target/site");
}
