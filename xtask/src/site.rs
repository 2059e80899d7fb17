//! Builds app and console as the endpoint serves them, into `target/site`.
//!
//! Each page has a folder of its own under `target/pages` and is built again only when something
//! it is made of has changed; `target/site` is both of them together.

mod compress;
mod module;
mod naming;
mod page;
mod split;
mod stamp;
mod worker;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub use crate::site::module::Module;
use crate::site::page::Page;
use crate::{cache, process, toolchain, tools};

const PAGES: [Page; 2] = [
    Page {
        name: "app",
        folder: ".",
        public_url: "/",
        made_of: &[
            "index.html",
            "Trunk.toml",
            "build.rs",
            "src",
            "style",
            "public",
            "crates/protocol",
            "crates/sync",
            "crates/device",
            "crates/worker",
        ],
        is_split: true,
        has_worker: true,
    },
    Page {
        name: "console",
        folder: "crates/console",
        public_url: "/console/",
        made_of: &["style", "crates/protocol", "crates/console"],
        is_split: false,
        has_worker: false,
    },
];

/// What every page is made of besides: versions of dependencies, profiles, and how it is built.
const SHARED: [&str; 5] =
    ["Cargo.toml", "Cargo.lock", "xtask/src/site.rs", "xtask/src/site", "xtask/src/toolchain.rs"];

/// Where the finished site is.
pub fn folder() -> &'static Path {
    Path::new("target/site")
}

/// Where the finished page of this name is, without the other.
pub fn page_folder(name: &str) -> PathBuf {
    Path::new("target/pages").join(name)
}

/// Builds what has changed, and returns the site's folder.
///
/// # Errors
/// When a tool cannot be installed or a page does not build.
pub fn build() -> Result<&'static Path> {
    let toolchain = toolchain::wasm()?;
    tools::install(&[tools::TRUNK, tools::WASM_BINDGEN, tools::WASM_SPLIT])?;
    let _lock = cache::lock("target/pages/lock".into())?;
    let mut is_fetched = false;
    let mut has_changed = !folder().is_dir();
    for page in &PAGES {
        let stamp = stamp::of(page, &SHARED, &toolchain.identity)?;
        if stamp::is_current(page.name, &stamp) {
            continue;
        }
        if !is_fetched {
            // Trunk builds offline. This takes no time when nothing is new.
            process::run(process::cargo().args(["fetch", "--quiet"]))?;
            is_fetched = true;
        }
        page::build(page, &toolchain)?;
        stamp::write(page.name, &stamp)?;
        has_changed = true;
    }
    if has_changed {
        assemble()?;
    }
    Ok(folder())
}

/// Puts the pages together. The site's folder changes at once and only when it has to: its time
/// tells cargo whether the endpoint, which carries it, is to be built again.
fn assemble() -> Result<()> {
    let draft = Path::new("target/site.draft");
    remove(draft)?;
    copy_folder(&page_folder("app"), draft)?;
    copy_folder(&page_folder("console"), &draft.join("console"))?;
    remove(folder())?;
    fs::rename(draft, folder()).context("cannot put the site in its place")
}

pub fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    Ok(())
}

pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in files_under(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, &target).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// Every file in this folder and the folders in it, in the same order on every machine.
pub fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
