//! The standard library for the browser, built once and for size: Debian's compiler comes without,
//! and rustup's is built for speed.
//!
//! It goes into a private folder that looks to the compiler like its own, so that nothing under
//! `/usr` is written. A new version of the compiler, or another
//! way of building, gets a new folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use protocol::Sha256;

use crate::toolchain::TARGET;
use crate::{cache, process};

/// `test` is for wasm-bindgen-test, `proc_macro` for crates that name it.
const BUILD_STD: &str = "-Zbuild-std=std,test,panic_abort,panic_unwind,proc_macro";
/// Every byte of it is downloaded by phones.
const FOR_SIZE: &str = "-Zbuild-std-features=optimize_for_size";
const SEED: &str = "seed";

/// Where the private folder for this compiler is, or would be.
///
/// # Errors
/// When the compiler does not tell its version.
pub fn folder(rustc: &Path) -> Result<PathBuf> {
    let version = process::answer(Command::new(rustc).arg("-vV"))?;
    let field = |name| version.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let release = field("release:").context("rustc names no release")?;
    let commit: String = field("commit-hash:").unwrap_or("unknown").chars().take(9).collect();
    let recipe = Sha256::of(format!("{BUILD_STD} {FOR_SIZE}").as_bytes()).to_string();
    Ok(cache::folder()?.join(format!("wasm-sysroot-{release}-{commit}-{}", &recipe[..6])))
}

/// The part of a sysroot that holds the libraries for the browser.
pub fn library(sysroot: &Path) -> PathBuf {
    sysroot.join("lib").join("rustlib").join(TARGET).join("lib")
}

/// Whether a compiler that looks here finds its standard library.
pub fn is_complete(library: &Path) -> bool {
    let is_std = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    };
    fs::read_dir(library).is_ok_and(|entries| entries.flatten().any(is_std))
}

/// Builds the private folder for this compiler.
///
/// # Errors
/// When the library does not compile or the cache cannot be written.
pub fn build(rustc: &Path, cargo: &Path) -> Result<PathBuf> {
    let finished = folder(rustc)?;
    if is_complete(&library(&finished)) {
        return Ok(finished);
    }
    println!("Building Rust's standard library for {TARGET} (about 1 minute, once)");
    let workshop = cache::folder()?.join("build").join("std");
    if workshop.exists() {
        fs::remove_dir_all(&workshop).context("cannot clear the last attempt")?;
    }
    let libraries = compile(rustc, cargo, &workshop)?;
    let draft = workshop.join("sysroot");
    link_the_rest(rustc, &draft)?;
    fs::create_dir_all(library(&draft))?;
    for path in libraries {
        let name = path.file_name().context("a library without a name")?;
        fs::copy(&path, library(&draft).join(name))
            .with_context(|| format!("cannot copy {}", path.display()))?;
    }
    // Renamed only when whole: an interrupted build is never taken for a compiler.
    if finished.exists() {
        fs::remove_dir_all(&finished)?;
    }
    fs::rename(&draft, &finished).context("cannot put the standard library in its place")?;
    fs::remove_dir_all(&workshop)?;
    Ok(finished)
}

/// Compiles the standard library for the smallest of crates; the libraries that came of it.
fn compile(rustc: &Path, cargo: &Path, workshop: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(workshop.join("src"))?;
    let manifest = format!("[package]\nname = \"{SEED}\"\nedition = \"2024\"\n[workspace]\n");
    fs::write(workshop.join("Cargo.toml"), manifest)?;
    fs::write(workshop.join("src").join("lib.rs"), "")?;
    let target = workshop.join("target");
    let folders: Vec<&Path> = rustc.parent().into_iter().collect();
    process::run(
        Command::new(cargo)
            .args(["build", "--release", "--quiet", BUILD_STD, FOR_SIZE, "--target", TARGET])
            .current_dir(workshop)
            .env("PATH", process::path_starting_with(&folders)?)
            .env("RUSTC", rustc)
            .env("CARGO_TARGET_DIR", &target)
            // Building the standard library is asked of nightly compilers only.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "z")
            // Link-time optimisation of the app reaches into the library through its bitcode.
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Cembed-bitcode=yes")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("RUSTFLAGS")
            .env_remove("LD_LIBRARY_PATH")
            .env_remove("RUSTUP_TOOLCHAIN"),
    )?;
    let mut libraries = Vec::new();
    for entry in fs::read_dir(target.join(TARGET).join("release").join("deps"))? {
        let path = entry?.path();
        let is_seed = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(&format!("lib{SEED}-")));
        if path.extension().is_some_and(|extension| extension == "rlib") && !is_seed {
            libraries.push(path);
        }
    }
    Ok(libraries)
}

/// Links to all that the compiler has beside the libraries for the browser.
fn link_the_rest(rustc: &Path, draft: &Path) -> Result<()> {
    let own = process::answer(Command::new(rustc).args(["--print", "sysroot"]))?;
    let own = Path::new(&own).join("lib").join("rustlib");
    let draft = draft.join("lib").join("rustlib");
    fs::create_dir_all(&draft)?;
    for entry in fs::read_dir(&own).with_context(|| format!("cannot read {}", own.display()))? {
        let entry = entry?;
        if entry.file_name() != TARGET {
            symlink(entry.path(), draft.join(entry.file_name()))?;
        }
    }
    Ok(())
}
