//! Processes of a journey: started with it, ended with it, by their id and never by name.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, Command};

/// A child that leads a group of its own, so that its children end with it.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    group: Option<Pid>,
}

impl Process {
    /// Starts `command`; what it prints goes to `log`.
    pub(crate) fn start(mut command: Command, log: &Path) -> Result<Self> {
        let program = command.as_std().get_program().to_owned();
        let out = std::fs::File::options().create(true).append(true).open(log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let group = child.id().and_then(pid);
        Ok(Self { child, group })
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end, and insists after a while.
    pub(crate) async fn stop(mut self) -> Result<()> {
        if let Some(group) = self.group {
            let _ = kill_process(group, Signal::TERM);
        }
        let patience = Duration::from_secs(15);
        match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(ended) => {
                ended?;
            }
            Err(_) => return self.kill().await,
        }
        self.kill_now();
        Ok(())
    }

    /// SIGKILL: no chance to tidy up.
    pub(crate) async fn kill(mut self) -> Result<()> {
        self.kill_now();
        self.child.wait().await?;
        Ok(())
    }

    fn kill_now(&mut self) {
        if let Some(group) = self.group.take() {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Once the leader is gone and its group was killed, the id may be another's.
        if self.child.id().is_some() {
            self.kill_now();
        }
    }
}

/// Kills one process by its id.
pub(crate) fn kill_by_id(id: u32) {
    if let Some(pid) = pid(id) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// Whether a process of that id is there.
pub(crate) fn is_alive(id: u32) -> bool {
    pid(id).is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

fn pid(id: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(id).ok()?)
}

/// A free port of the loopback interface.
///
/// # Errors
/// Where there is none.
pub async fn free_port() -> Result<u16> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    Ok(listener.local_addr()?.port())
}
