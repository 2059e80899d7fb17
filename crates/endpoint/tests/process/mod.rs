//! The real binary as a process of its own.
#![allow(dead_code, reason = "each surface uses its own part")]

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// `sightline` with these arguments on this data folder.
pub fn sightline(data_dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sightline"));
    command.args(arguments).arg("--data-dir").arg(data_dir);
    command
}

/// Runs it to its end.
pub fn run(data_dir: &Path, arguments: &[&str]) -> Output {
    sightline(data_dir, arguments).output().unwrap()
}

/// What it said on standard output, in UTF-8.
#[track_caller]
pub fn said(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Asserts that it failed with one line that says this.
#[track_caller]
pub fn assert_refused(output: &Output, what: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it claims success");
    assert_eq!(output.stdout, b"", "an error goes to standard error alone");
    assert_eq!(error.lines().count(), 1, "one line: {error}");
    assert!(error.contains(what), "{error}");
}

/// `sightline serve`, killed when dropped.
pub struct Serving {
    pub address: SocketAddr,
    pub first_line: String,
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Serving {
    pub fn start(data_dir: &Path) -> Self {
        Self::start_in(data_dir, [])
    }

    /// With these variables in its environment.
    pub fn start_in(
        data_dir: &Path,
        environment: impl IntoIterator<Item = (&'static str, OsString)>,
    ) -> Self {
        let mut child = sightline(data_dir, &["serve", "--listen", "127.0.0.1:0"])
            .envs(environment)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first_line = String::new();
        stdout.read_line(&mut first_line).unwrap();
        let address = first_line.split("http://").nth(1).unwrap().split('/').next().unwrap();
        Self { address: address.parse().unwrap(), first_line, child, stdout }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: it ends where it stands.
    pub fn kill_now(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    }

    /// SIGTERM, without waiting.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// SIGTERM: it ends in order. What it had still said on standard output.
    pub fn stop(self) -> String {
        self.terminate();
        self.stop_after_signal()
    }

    /// Waits for an end in order.
    pub fn stop_after_signal(mut self) -> String {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert!(self.child.wait().unwrap().success());
        rest
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A push over a connection of its own; none if the endpoint was gone before its answer.
pub fn push(address: SocketAddr, secret: &str, body: &str) -> Option<(u16, Vec<u8>)> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent
        .post(format!("http://{address}/api/v1/push"))
        .header("authorization", format!("Bearer {secret}"))
        .header("content-type", protocol::limits::MEDIA_TYPE)
        .send(body)
        .ok()?;
    let bytes = answer.body_mut().read_to_vec().ok()?;
    Some((answer.status().as_u16(), bytes))
}
