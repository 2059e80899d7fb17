//! A plain Chromium: no DevTools, no driver, a profile on disk; ended by its id.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::ground::place;

/// What keeps it quiet: nothing of its own in the background, no questions.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--password-store=basic",
];

/// A running browser, ended when dropped.
pub(crate) struct Browser {
    group: Option<Pid>,
    _child: Child,
    _profile: TempDir,
}

impl Browser {
    /// Opens `url` on an empty profile.
    pub(crate) fn open(program: &Path, url: &str) -> Result<Self> {
        let profile = TempDir::new_in(place()).context("no place for the browser's profile")?;
        let mut argument = std::ffi::OsString::from("--user-data-dir=");
        argument.push(profile.path());
        let child = Command::new(program)
            .args(ARGUMENTS)
            .arg(argument)
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Ok(Self { group: id.and_then(Pid::from_raw), _child: child, _profile: profile })
    }
}

impl Browser {
    /// The memory of all its processes, in bytes; what they share counts once.
    pub(crate) fn memory(group: Pid) -> Result<u64> {
        let mut kilobytes = 0;
        for folder in Self::processes(group)? {
            // A process that ends meanwhile holds nothing.
            let Ok(rollup) = std::fs::read_to_string(folder.join("smaps_rollup")) else { continue };
            let share = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
            let share = share.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            kilobytes += share.context("a process does not tell its memory")?;
        }
        Ok(kilobytes * 1_024)
    }

    /// All its processes, as their folders in `/proc`.
    pub(crate) fn processes(group: Pid) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir("/proc")? {
            let folder = entry?.path();
            let Ok(stat) = std::fs::read_to_string(folder.join("stat")) else { continue };
            // Its name may hold spaces and parentheses: the fields begin behind the last of them.
            let fields = stat.rsplit(')').next().unwrap_or_default();
            let of_group = fields.split_whitespace().nth(2).and_then(|id| id.parse().ok());
            if of_group == Some(group.as_raw_nonzero().get()) {
                found.push(folder);
            }
        }
        Ok(found)
    }

    /// The group of all its processes.
    pub(crate) const fn group(&self) -> Option<Pid> {
        self.group
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It leads a group of its own, so its children end with it.
        if let Some(group) = self.group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}
