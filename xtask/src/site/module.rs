//! A program of this workspace as WebAssembly, with the JavaScript around it, as it ships.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::site::{page, remove};
use crate::toolchain::{TARGET, WasmToolchain};
use crate::{process, tools};

/// The profile of what travels to a phone, in Cargo.toml.
pub const PROFILE: &str = "wasm-release";

/// A program that Trunk does not build, since no page of the app is made of it.
#[derive(Debug, Clone, Copy)]
pub struct Module<'a> {
    /// The package it is in.
    pub package: &'a str,
    /// Its binary there.
    pub program: &'a str,
    /// What its files are called.
    pub name: &'a str,
    /// How its script is loaded, in wasm-bindgen's words: `web`, `no-modules`.
    pub kind: &'a str,
}

impl Module<'_> {
    /// Builds `name.js` and `name_bg.wasm` into `folder`, which is emptied first.
    ///
    /// # Errors
    /// When a step fails.
    pub fn build(&self, folder: &Path, toolchain: &WasmToolchain) -> Result<()> {
        let Self { package, program, name, kind } = self;
        process::run(
            toolchain
                .cargo()?
                .args(["build", "--quiet", "--package", package, "--bin", program])
                .args(["--target", TARGET, "--profile", PROFILE]),
        )?;
        let built = PathBuf::from("target/wasm").join(TARGET).join(PROFILE).join(program);
        remove(folder)?;
        let mut bindgen = Command::new(tools::path(tools::WASM_BINDGEN)?);
        bindgen.args(["--target", kind, "--no-typescript", "--out-name", name, "--out-dir"]);
        process::run(bindgen.arg(folder).arg(built.with_extension("wasm")))?;
        page::optimise(folder, &folder.with_extension("optimised"))
    }
}
