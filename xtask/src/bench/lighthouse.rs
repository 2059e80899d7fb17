//! What Lighthouse thinks of the app as it is served: the home screen of a phone that has never seen
//! it, on Lighthouse's own slow phone and slow network.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};
use bench_rows::{Row, percentile};

use crate::{debian, process, run, site, test, tools};

/// Lighthouse and all that it needs.
const SOURCE: &str = "tests/lighthouse";
const PROGRAM: &str = "node_modules/.bin/lighthouse";
/// Where the endpoint and the reports are.
const FOLDER: &str = "target/lighthouse";
/// Performance differs from one visit to the next.
const VISITS: usize = 5;
/// What it judges, and the score that it must give, of 100.
const CATEGORIES: [(&str, f64); 3] =
    [("performance", 95.0), ("accessibility", 100.0), ("best-practices", 100.0)];

/// Serves the built app and has it judged.
///
/// # Errors
/// When it does not build, or Lighthouse gives no score.
pub fn rows() -> Result<Vec<Row>> {
    site::build()?;
    process::run(process::cargo().args(["build", "--quiet", "--release"]).args(run::ENDPOINT))?;
    debian::install(&test::CHROMIUM[..1], "Lighthouse")?;
    let lighthouse = tools::npm(Path::new(SOURCE))?.join(PROGRAM);
    let folder = Path::new(FOLDER);
    site::remove(folder)?;
    fs::create_dir_all(folder)?;
    let endpoint = Endpoint::start(folder)?;
    let mut scores = vec![Vec::new(); CATEGORIES.len()];
    for visit in 1..=VISITS {
        let report = folder.join(format!("visit-{visit}.json"));
        judge(&lighthouse, &endpoint.url, &report)?;
        for ((category, _), scores) in CATEGORIES.iter().zip(&mut scores) {
            scores.push(score(&report, category)?);
        }
    }
    let rows = CATEGORIES.iter().zip(&scores).map(|((category, least), scores)| {
        let median = percentile(scores, 0.5).context("no visit")?;
        Ok(Row::new(format!("Lighthouse, {category}"), median, "").at_least(*least))
    });
    rows.collect()
}

fn judge(lighthouse: &Path, url: &str, report: &Path) -> Result<()> {
    let chromium = process::find("chromium").context("no chromium")?;
    let categories: Vec<&str> = CATEGORIES.iter().map(|(name, _)| *name).collect();
    let mut output = std::ffi::OsString::from("--output-path=");
    output.push(report);
    process::run(
        Command::new(lighthouse)
            .arg(url)
            .args(["--quiet", "--output=json", "--no-enable-error-reporting"])
            // Its default loads the page without any throttling and reckons from that. The app then
            // starts before the first paint, which no phone sees: the slow link is played instead.
            .arg("--throttling-method=devtools")
            .arg("--chrome-flags=--headless --no-sandbox --disable-gpu")
            .arg(format!("--only-categories={}", categories.join(",")))
            .arg(output)
            .env("CHROME_PATH", chromium),
    )
}

/// A category's score, of 100.
fn score(report: &Path, category: &str) -> Result<f64> {
    let report: serde_json::Value = serde_json::from_slice(&fs::read(report)?)?;
    let score = report["categories"][category]["score"].as_f64();
    Ok(score.with_context(|| format!("Lighthouse gave no score for {category}"))? * 100.0)
}

/// A running endpoint with a data folder of its own; ends when dropped.
struct Endpoint {
    child: Child,
    /// It stops where nobody listens any more.
    told: BufReader<ChildStdout>,
    url: String,
}

impl Endpoint {
    fn start(folder: &Path) -> Result<Self> {
        // Free now, and nobody else asks for one in the meantime.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let listen = format!("127.0.0.1:{port}");
        let mut child = Command::new(PathBuf::from("target/release/sightline"))
            .args(["serve", "--listen", &listen, "--data-dir"])
            .arg(folder.join("data"))
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the endpoint")?;
        let stdout = child.stdout.take().context("the endpoint tells nothing")?;
        let mut endpoint =
            Self { child, told: BufReader::new(stdout), url: format!("http://{listen}/") };
        // It speaks once it listens.
        endpoint.told.read_line(&mut String::new())?;
        Ok(endpoint)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
