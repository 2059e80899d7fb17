//! The real endpoint as a process of its own, that can be stopped, killed and started again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use protocol::console::InboxNote;
use tokio::process::Command;

use crate::path_from;
use crate::process::{Process, free_port};

/// An endpoint with a data folder and a port of its own, running or not.
#[derive(Debug)]
pub struct Endpoint {
    data_dir: PathBuf,
    port: u16,
    public_url: String,
    process: Option<Process>,
}

impl Endpoint {
    /// Starts one on an empty folder below `folder`.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start(folder: &Path) -> Result<Self> {
        let port = free_port().await?;
        Self::start_behind(folder, port, format!("http://127.0.0.1:{port}")).await
    }

    /// Starts one on the data of `sightline demo`.
    ///
    /// # Errors
    /// Where it is not filled or does not start.
    pub async fn start_demo(folder: &Path) -> Result<Self> {
        let port = free_port().await?;
        let data_dir = folder.join("data");
        std::fs::create_dir_all(&data_dir)?;
        let public_url = format!("http://127.0.0.1:{port}");
        let mut endpoint = Self { data_dir, port, public_url, process: None };
        endpoint.run(&["demo"]).await?;
        endpoint.start_again().await?;
        Ok(endpoint)
    }

    /// Starts one on `port` that people reach by `public_url`, a proxy's.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start_behind(folder: &Path, port: u16, public_url: String) -> Result<Self> {
        let data_dir = folder.join("data");
        std::fs::create_dir_all(&data_dir)?;
        let mut endpoint = Self { data_dir, port, public_url, process: None };
        endpoint.start_again().await?;
        Ok(endpoint)
    }

    /// The port it listens on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// A page of its site.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// Its interface, past any proxy.
    pub(crate) fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}/api/v1", self.port)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(path_from("SIGHTLINE_BIN", "target/debug/sightline"));
        command.args(arguments).arg("--data-dir").arg(&self.data_dir);
        command
    }

    /// Starts it on the same port and data.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start_again(&mut self) -> Result<()> {
        ensure!(self.process.is_none(), "the endpoint is running");
        let address = format!("127.0.0.1:{}", self.port);
        let command =
            self.command(&["serve", "--listen", &address, "--public-url", &self.public_url]);
        let log = self.data_dir.with_extension("log");
        let mut process = Process::start(command, &log)?;
        for _ in 0..600 {
            let health = reqwest::get(format!("http://{address}/healthz")).await;
            if health.is_ok_and(|health| health.status().is_success()) {
                self.process = Some(process);
                return Ok(());
            }
            if process.has_ended() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the endpoint does not start: {}", std::fs::read_to_string(&log).unwrap_or_default())
    }

    /// SIGTERM: it ends in order.
    ///
    /// # Errors
    /// Where it is not running.
    pub async fn stop(&mut self) -> Result<()> {
        self.process.take().context("the endpoint is not running")?.stop().await
    }

    /// SIGKILL: it ends where it stands.
    ///
    /// # Errors
    /// Where it is not running.
    pub async fn kill(&mut self) -> Result<()> {
        self.process.take().context("the endpoint is not running")?.kill().await
    }

    /// A rep's enrolment link.
    ///
    /// # Errors
    /// What the command line tells.
    pub async fn invite(&self, name: &str) -> Result<String> {
        self.run(&["invite", "--rep", name, "--public-url", &self.public_url]).await
    }

    /// A sign-in link of a person of marketing.
    ///
    /// # Errors
    /// What the command line tells.
    pub async fn user_add(&self, email: &str, role: &str) -> Result<String> {
        let user = ["user", "add", "--email", email, "--role", role];
        self.run(&[&user[..], &["--public-url", &self.public_url]].concat()).await
    }

    /// Shuts every device of a rep out, and tells how many.
    ///
    /// # Errors
    /// What the command line tells.
    pub async fn revoke_devices_of(&self, name: &str) -> Result<usize> {
        let list = self.run(&["device", "list"]).await?;
        let ids = list.lines().filter(|line| line.contains(name));
        let ids: Vec<&str> = ids.filter_map(|line| line.split_whitespace().next()).collect();
        for id in &ids {
            self.run(&["device", "revoke", id]).await?;
        }
        Ok(ids.len())
    }

    /// Copies everything into this file.
    ///
    /// # Errors
    /// What the command line tells.
    pub async fn backup(&self, file: &Path) -> Result<()> {
        self.run(&["backup", &file.to_string_lossy()]).await.map(drop)
    }

    /// Puts a copy in the place of the database; the endpoint has to be stopped.
    ///
    /// # Errors
    /// What the command line tells.
    pub async fn restore(&self, file: &Path) -> Result<()> {
        self.run(&["restore", &file.to_string_lossy()]).await.map(drop)
    }

    /// All notes that it holds.
    ///
    /// # Errors
    /// What the command line tells, or lines that are no notes.
    pub async fn export_ndjson(&self) -> Result<Vec<InboxNote>> {
        let lines = self.run(&["export", "--format", "ndjson"]).await?;
        let note = |line| serde_json::from_str(line).with_context(|| format!("a note: {line}"));
        lines.lines().map(note).collect()
    }

    async fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command(arguments).output().await?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "sightline {}: {error}", arguments.join(" "));
        Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
    }
}

/// Every text exactly once, byte for byte, and nothing else.
///
/// # Errors
/// Which are missing, doubled or not ours.
pub fn assert_exactly_once<'a>(
    notes: &[InboxNote],
    written: impl IntoIterator<Item = &'a str>,
) -> Result<()> {
    let mut counts: HashMap<&str, i64> = HashMap::new();
    for text in written {
        *counts.entry(text).or_default() += 1;
    }
    for note in notes {
        *counts.entry(&note.note.text).or_default() -= 1;
    }
    counts.retain(|_, count| *count != 0);
    ensure!(counts.is_empty(), "missing (above 0) or too many (below 0): {counts:#?}");
    Ok(())
}
