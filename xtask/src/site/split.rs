//! Takes a page's WebAssembly apart into what the first screen needs and what is loaded later, where
//! the page's own code marks such functions (`src/lazy.rs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::site::module::PROFILE;
use crate::site::{files_under, remove};
use crate::toolchain::TARGET;
use crate::{process, tools};

/// What the splitter calls its script, which loads the files when they are asked for.
const LINKS: &str = "__wasm_split.js";

/// Puts the parts of this page's program in the place of the one that Trunk put into `folder`.
///
/// # Errors
/// When a step fails.
pub fn apart(name: &str, folder: &Path) -> Result<()> {
    let built = PathBuf::from("target/wasm").join(TARGET).join(PROFILE).join(name);
    let draft = folder.with_extension("parts");
    remove(&draft)?;
    fs::create_dir_all(&draft)?;
    let mut splitter = Command::new(tools::path(tools::WASM_SPLIT)?);
    splitter.args(["--target", "web", "--out-name", name]).arg(built.with_extension("wasm"));
    process::run(splitter.arg(&draft))?;
    // Unlike Trunk's, this one keeps what the parts are linked by.
    let mut bindgen = Command::new(tools::path(tools::WASM_BINDGEN)?);
    bindgen.args(["--target", "web", "--no-typescript", "--keep-lld-exports"]);
    bindgen.args(["--out-name", name, "--out-dir"]).arg(&draft);
    let main = draft.join(name).with_extension("wasm");
    process::run(bindgen.arg(&main))?;
    fs::remove_file(&main)?;
    bundle(&draft.join(name).with_extension("js"))?;
    fs::remove_file(draft.join(LINKS))?;
    for file in files_under(&draft)? {
        let place = folder.join(file.strip_prefix(&draft)?);
        fs::copy(&file, &place).with_context(|| format!("cannot write {}", place.display()))?;
    }
    Ok(())
}

/// Makes one script of the page's and the one that loads the parts: each imports the other, so none
/// of the two could be named by its content.
fn bundle(script: &Path) -> Result<()> {
    let mut esbuild = tools::of_npm(tools::ESBUILD)?;
    esbuild.args(["--bundle", "--format=esm", "--log-level=warning", "--allow-overwrite"]);
    // wasm-bindgen names the splitter's script once for each file that it loads.
    esbuild.arg("--log-override:duplicate-object-key=silent");
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(script);
    process::run(esbuild.arg(outfile).arg(script))
}
