//! Runs the tests, and installs what they need first.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::debian::{self, Package, data, program};
use crate::{process, run, simulate, site, toolchain, tools};

/// A part of the tests that can be run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Everything that needs no browser but the one for the device's own tests
    Unit,
    /// The sync engine against simulated networks, crashes and clocks
    Simulate,
    /// Journeys through app and console in Chromium, Firefox and WebKitGTK
    Browser,
    /// The endpoint on PostgreSQL
    Postgres,
    /// Bad and hostile input to the endpoint
    Attacks,
}

/// A browser to test and measure in, and its driver.
pub const CHROMIUM: [Package<'static>; 2] =
    [program("chromium", "chromium"), program("chromium-driver", "chromedriver")];

const OTHER_BROWSERS: [Package<'static>; 7] = [
    program("firefox-esr", "firefox-esr"),
    program("webkit2gtk-driver", "WebKitWebDriver"),
    // With it WebKit records sound.
    data("gstreamer1.0-plugins-bad"),
    program("xvfb", "xvfb-run"),
    program("xauth", "xauth"),
    data("fonts-dejavu-core"),
    data("fonts-noto-color-emoji"),
];

/// Worlds that every run of the tests simulates: some eight minutes on two idle cores.
const SEEDS: u32 = 200_000;

/// What looks for what keeps people out of a page, and its script.
const AXE: &str = "tests/axe";
const AXE_SCRIPT: &str = "node_modules/axe-core/axe.min.js";

/// Runs one part of the tests, or all that exist.
///
/// # Errors
/// When a test fails or cannot be run.
pub fn run(only: Option<Part>) -> Result<ExitCode> {
    match only {
        Some(Part::Unit) => unit()?,
        Some(Part::Simulate) => {
            cargo_test(&["--package", "sync", "--package", "simulation"])?;
            simulated()?;
        }
        Some(Part::Attacks) => cargo_test(&["--package", "endpoint", "--test", "attacks*"])?,
        Some(Part::Browser) => browser()?,
        Some(Part::Postgres) => {
            eprintln!(
                "error: the endpoint does not speak to PostgreSQL yet: there is nothing to test"
            );
            return Ok(ExitCode::from(2));
        }
        // The other parts are within these two.
        None => {
            unit()?;
            simulated()?;
            browser()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Installs everything that any chore needs.
///
/// # Errors
/// When something cannot be installed.
pub fn install() -> Result<()> {
    toolchain::wasm()?;
    tools::install(&[
        tools::TRUNK,
        tools::WASM_BINDGEN,
        tools::WASM_SPLIT,
        tools::GECKODRIVER,
        tools::CARGO_DENY,
    ])?;
    tools::of_npm(tools::WASM_OPT)?;
    tools::of_npm(tools::ESBUILD)?;
    install_browsers()
}

fn install_browsers() -> Result<()> {
    debian::install(&CHROMIUM, "tests in browsers")?;
    debian::install(&OTHER_BROWSERS, "tests in browsers")
}

fn cargo_test(arguments: &[&str]) -> Result<()> {
    process::run(process::cargo().arg("test").args(arguments))
}

fn unit() -> Result<()> {
    cargo_test(&["--workspace", "--exclude", "journeys"])?;
    if has_browser_tests(Path::new("crates/device"))? {
        device_in_chromium()?;
    }
    tus_js()
}

/// A sample of the simulated worlds, none of which may fail, and the planted bugs, each of which must
/// be caught; campaigns are in docs/LEDGER.md.
fn simulated() -> Result<()> {
    simulate::run(&["--seeds".to_owned(), SEEDS.to_string()])?;
    simulate::run(&["--planted-bugs".to_owned()])
}

/// The public tus client against the endpoint's uploads; needs Node.
fn tus_js() -> Result<()> {
    let client = tools::npm(Path::new("tests/tus_js"))?;
    process::run(
        process::cargo()
            .args(["test", "--package", "endpoint", "--test", "tus_js_client"])
            .env("SIGHTLINE_TUS_JS", client),
    )
}

/// Whether a crate has tests that only a browser can run.
fn has_browser_tests(package: &Path) -> Result<bool> {
    for file in site::files_under(package)? {
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        if is_rust && std::fs::read_to_string(&file)?.contains("#[wasm_bindgen_test]") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The device's tests need a real IndexedDB. How Chromium starts is in crates/device/webdriver.json.
fn device_in_chromium() -> Result<()> {
    let toolchain = toolchain::wasm()?;
    tools::install(&[tools::WASM_BINDGEN])?;
    debian::install(&CHROMIUM, "the device's tests")?;
    process::run(
        toolchain
            .cargo()?
            .args(["test", "--package", "device", "--tests", "--target", toolchain::TARGET])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            // Seconds for all tests of one file; the runner's own 20 are few for a busy machine.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
            // Seconds for the driver to start.
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
            .env("CHROMEDRIVER", found("chromedriver")?),
    )
}

/// Journeys share one machine and real time, so they run one after the other.
fn browser() -> Result<()> {
    install_browsers()?;
    tools::install(&[tools::GECKODRIVER])?;
    site::build()?;
    process::run(process::cargo().args(["build", "--quiet"]).args(run::ENDPOINT))?;
    let here = std::env::current_dir().context("cannot tell where this is")?;
    process::run(
        process::cargo()
            .args(["test", "--package", "journeys", "--", "--test-threads=1"])
            .env("SIGHTLINE_BIN", here.join("target/debug/sightline"))
            .env("SIGHTLINE_SCREENSHOTS", here.join("target/screenshots"))
            .env("SIGHTLINE_AXE", tools::npm(Path::new(AXE))?.join(AXE_SCRIPT))
            .env("SIGHTLINE_CHROMEDRIVER", found("chromedriver")?)
            .env("SIGHTLINE_GECKODRIVER", tools::path(tools::GECKODRIVER)?)
            .env("SIGHTLINE_WEBKITDRIVER", found("WebKitWebDriver")?),
    )
}

fn found(program: &str) -> Result<PathBuf> {
    process::find(program).with_context(|| format!("{program} is not to be found in PATH"))
}
