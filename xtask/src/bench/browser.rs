//! The device in a plain Chromium: builds the page that is measured, and has it measured.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use bench_rows::Row;

use super::{Part, told_by};
use crate::site::{Module, copy_folder, page_folder};
use crate::{debian, process, site, test, toolchain, tools};

/// What the page is made of besides the device.
const SCRIPTS: &str = "benches/browser/page";

/// PouchDB and its endpoint.
const PEER: &str = "benches/browser/peer";

/// The device as it ships, and the scripts that drive it.
const DEVICE: Module<'static> =
    Module { package: "browser-bench", program: "page", name: "device", kind: "web" };

/// Measures the parts that need a browser.
///
/// # Errors
/// When the page does not build or something cannot be measured.
pub fn rows(only: Option<Part>) -> Result<Vec<Row>> {
    let page = build()?;
    debian::install(&test::CHROMIUM[..1], "measuring in a browser")?;
    let mut bench = process::cargo();
    bench.args(["run", "--release", "--package", "browser-bench", "--bin", "browser-bench", "--"]);
    bench.arg("--page").arg(page);
    if matches!(only, None | Some(Part::Start)) {
        site::build()?;
        bench.arg("--site").arg(fs::canonicalize(page_folder("app"))?);
    }
    if !matches!(only, Some(Part::Save | Part::List | Part::Start)) {
        bench.arg("--peer").arg(tools::npm(Path::new(PEER))?);
    }
    match only {
        Some(Part::Backlog) => _ = bench.args(["--only", "backlog"]),
        Some(Part::Save) => _ = bench.args(["--only", "save"]),
        Some(Part::List) => _ = bench.args(["--only", "list"]),
        Some(Part::Start) => _ = bench.args(["--only", "start"]),
        Some(Part::Size | Part::Endpoint | Part::Lighthouse) | None => {}
    }
    told_by(&mut bench)
}

/// Builds the page into a folder, which it returns.
fn build() -> Result<std::path::PathBuf> {
    let toolchain = toolchain::wasm()?;
    tools::install(&[tools::WASM_BINDGEN])?;
    let folder = page_folder("bench");
    DEVICE.build(&folder, &toolchain)?;
    copy_folder(Path::new(SCRIPTS), &folder)?;
    fs::canonicalize(&folder).context("the page is not where it was built")
}
