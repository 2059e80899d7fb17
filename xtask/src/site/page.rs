//! One page: Trunk's build, then its parts, wasm-opt, esbuild, names, the service worker, and compression.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use protocol::Sha256;

use crate::site::{compress, copy_folder, files_under, naming, page_folder, remove, split, worker};
use crate::toolchain::WasmToolchain;
use crate::{process, tools};

/// What rustc and wasm-bindgen use of WebAssembly, all of it in browsers since 2023 at the latest.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Passes of wasm-opt, in their order, each kept since what travels is smaller by it.
const PASSES: [&str; 6] = [
    // The stack begins at the very bottom, and ends with a trap before it comes this far.
    "--low-memory-unused",
    // Control flow made anew: the states of async functions leave nests of blocks behind.
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    // What is alike comes to stand together, where brotli finds it.
    "--reorder-functions-by-name",
];

/// A page that Trunk builds.
#[derive(Debug)]
pub struct Page {
    /// Its name, also of its folder under `target/pages`.
    pub name: &'static str,
    /// Where its `Trunk.toml` is.
    pub folder: &'static str,
    /// The path it is served at; Trunk.toml says the same.
    pub public_url: &'static str,
    /// The files and folders that it is made of.
    pub made_of: &'static [&'static str],
    /// Whether part of it is loaded later.
    pub is_split: bool,
    /// Whether it starts without a network, by a service worker.
    pub has_worker: bool,
}

/// Builds this page into its folder.
///
/// # Errors
/// When one of the steps fails.
pub fn build(page: &Page, toolchain: &WasmToolchain) -> Result<()> {
    println!("Building {} for the browser (minutes the first time)", page.name);
    let mut trunk = Command::new(tools::path(tools::TRUNK)?);
    trunk.arg("build").current_dir(page.folder);
    toolchain.apply(&mut trunk)?;
    // Trunk takes NO_COLOR for a switch that wants `true` or `false`.
    trunk.env_remove("NO_COLOR");
    process::run(&mut trunk)?;

    let folder = page_folder(page.name);
    remove(&folder)?;
    copy_folder(&folder.with_extension("trunk"), &folder)?;
    if page.is_split {
        split::apart(page.name, &folder)?;
    }
    optimise(&folder, &folder.with_extension("optimised"))?;
    for file in files_under(&folder)? {
        if file.extension().is_some_and(|extension| extension == "js") {
            minify(&file)?;
        }
    }
    naming::by_content(&folder, page.public_url)?;
    if page.has_worker {
        worker::write(&folder, toolchain)?;
    }
    compress::all(&folder)
}

/// Makes the WebAssembly in `folder` smaller. Its results are `kept`, as a new style sheet does not
/// change them.
pub fn optimise(folder: &Path, kept: &Path) -> Result<()> {
    fs::create_dir_all(kept)?;
    let mut results = Vec::new();
    for wasm in files_under(folder)? {
        if wasm.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let mut known_by = fs::read(&wasm)?;
        known_by.extend(FEATURES.concat().bytes());
        known_by.extend(PASSES.concat().bytes());
        known_by.extend(tools::WASM_OPT.identity().bytes());
        let result = kept.join(format!("{}.wasm", Sha256::of(&known_by)));
        if !result.is_file() {
            let draft = kept.join("draft.wasm");
            let mut wasm_opt = tools::of_npm(tools::WASM_OPT)?;
            process::run(wasm_opt.args(FEATURES).args(PASSES).arg(&wasm).arg("-o").arg(&draft))?;
            fs::rename(&draft, &result)?;
        }
        fs::copy(&result, &wasm).with_context(|| format!("cannot write {}", wasm.display()))?;
        results.push(result);
    }
    for old in files_under(kept)? {
        if !results.contains(&old) {
            fs::remove_file(&old)?;
        }
    }
    Ok(())
}

/// Makes a script smaller: wasm-bindgen writes its own for people to read.
pub fn minify(script: &Path) -> Result<()> {
    let mut esbuild = tools::of_npm(tools::ESBUILD)?;
    esbuild.args(["--minify", "--log-level=warning", "--allow-overwrite"]).arg(script);
    let mut outfile = OsString::from("--outfile=");
    outfile.push(script);
    process::run(esbuild.arg(outfile))
}
