//! Tells whether a page is still what it was made of: a hash over all of that.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use protocol::Sha256;

use crate::site::page::Page;
use crate::site::{files_under, page_folder};
use crate::tools;

/// Folders of a crate that no page is made of.
const LEFT_OUT: [&str; 3] = ["tests", "benches", "target"];

/// The hash of everything this page is made of, and of what it is made with.
///
/// # Errors
/// When one of its files cannot be read.
pub fn of(page: &Page, shared: &[&str], compiler: &str) -> Result<String> {
    let mut list = format!("{compiler}\n{}\n", tools::WASM_SPLIT.identity());
    list.push_str(&format!("{}\n{}\n", tools::WASM_OPT.identity(), tools::ESBUILD.identity()));
    for part in page.made_of.iter().chain(shared) {
        for file in files_of(Path::new(part))? {
            let content =
                fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            list.push_str(&format!("{} {}\n", file.display(), Sha256::of(&content)));
        }
    }
    Ok(Sha256::of(list.as_bytes()).to_string())
}

fn files_of(part: &Path) -> Result<Vec<PathBuf>> {
    if part.is_file() {
        return Ok(vec![part.to_path_buf()]);
    }
    let mut files = files_under(part)?;
    files.retain(|file| {
        let inside = file.strip_prefix(part).unwrap_or(file);
        !inside.iter().any(|name| LEFT_OUT.iter().any(|left_out| name == *left_out))
    });
    Ok(files)
}

/// Whether the page in its folder was made of just this.
pub fn is_current(page: &str, stamp: &str) -> bool {
    page_folder(page).is_dir() && fs::read_to_string(place(page)).is_ok_and(|it| it == stamp)
}

/// Notes what the page in its folder was made of.
///
/// # Errors
/// When that cannot be written.
pub fn write(page: &str, stamp: &str) -> Result<()> {
    fs::write(place(page), stamp).with_context(|| format!("cannot note the state of {page}"))
}

fn place(page: &str) -> PathBuf {
    page_folder(page).with_extension("stamp")
}
