//! Processes of a journey: started with it, ended with it, by their id and never by name.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
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

/// A process with its children, and theirs.
pub(crate) fn family(id: u32) -> Vec<u32> {
    let mut family = vec![id];
    let mut at = 0;
    while let Some(parent) = family.get(at) {
        // Each child is its thread's that started it.
        let children = threads(*parent)
            .filter_map(|thread| std::fs::read_to_string(thread.join("children")).ok())
            .collect::<Vec<_>>()
            .join(" ");
        family.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        at += 1;
    }
    family
}

/// Waits until these processes are gone.
///
/// # Errors
/// Where one is still there.
pub(crate) async fn wait_gone(ids: &[u32]) -> Result<()> {
    for _ in 0..300 {
        if !ids.iter().any(|id| is_alive(*id)) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("some of the processes {ids:?} are still there after half a minute")
}

/// Whether any thread of the process runs. One that has ended keeps its id until its parent asks
/// for it, which an orphan's may never do, but has no files open any more.
fn is_alive(id: u32) -> bool {
    threads(id).any(|thread| {
        let stat = std::fs::read_to_string(thread.join("stat")).unwrap_or_default();
        // The state stands behind the name, which is in brackets and may have some in itself.
        stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with(['Z', 'X']))
    })
}

/// What the kernel tells of each thread of a process that is there (proc(5)).
fn threads(id: u32) -> impl Iterator<Item = PathBuf> {
    let threads = std::fs::read_dir(format!("/proc/{id}/task"));
    threads.into_iter().flatten().flatten().map(|thread| thread.path())
}

fn pid(id: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(id).ok()?)
}

/// A free port of the loopback interface, each once. None of those that the system gives to
/// whoever asks for any: an endpoint that is stopped for minutes gets its own back.
///
/// # Errors
/// Where there is none.
pub async fn free_port() -> Result<u16> {
    static NEXT: LazyLock<AtomicU16> =
        LazyLock::new(|| AtomicU16::new(fastrand::u16(15_000..31_000)));
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        if port >= 32_000 {
            bail!("no port is free");
        }
        if tokio::net::TcpListener::bind(("127.0.0.1", port)).await.is_ok() {
            return Ok(port);
        }
    }
}
