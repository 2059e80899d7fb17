//! A slower processor for a browser that runs already, without its DevTools: a control group of Linux
//! gives all its processes together a part of one processor's time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustix::process::Pid;

use crate::browser::Browser;

/// The browser gets one part of so many of one processor's time.
pub(crate) const TIMES: u32 = 4;
/// Its time is handed out so often, in microseconds: often enough that no short piece of work gets by
/// at full speed.
const PERIOD_US: u32 = 5_000;

/// Where control groups are: one tree for all (version 2), or one for the processor's time (1).
const TREES: [&str; 3] = ["/sys/fs/cgroup", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"];

/// For as long as this is kept.
pub(crate) struct Slowed {
    group: PathBuf,
    parent: PathBuf,
    browser: Pid,
}

impl Slowed {
    /// Slows all processes of this browser.
    ///
    /// # Errors
    /// Where this machine does not permit it.
    pub(crate) fn down(browser: Pid) -> Result<Self> {
        let own = fs::read_to_string("/proc/self/cgroup")?;
        let parent = TREES.iter().find_map(|tree| parent(Path::new(tree), &own));
        let parent = parent.context("no control group of the processor's time")?;
        let group = parent.join(format!("sightline-bench-{}", std::process::id()));
        fs::create_dir(&group)?;
        let slowed = Self { group, parent, browser };
        slowed.limit().context("no share of the processor's time can be set")?;
        slowed.gather(&slowed.group)?;
        Ok(slowed)
    }

    fn limit(&self) -> Result<()> {
        let (file, quota_us) = (|name: &str| self.group.join(name), PERIOD_US / TIMES);
        let max = file("cpu.max");
        if max.exists() {
            return Ok(fs::write(max, format!("{quota_us} {PERIOD_US}"))?);
        }
        fs::write(file("cpu.cfs_period_us"), PERIOD_US.to_string())?;
        Ok(fs::write(file("cpu.cfs_quota_us"), quota_us.to_string())?)
    }

    /// Puts the browser's processes into a control group. What they start later is born there.
    fn gather(&self, group: &Path) -> Result<()> {
        let members = group.join("cgroup.procs");
        for process in Browser::processes(self.browser)? {
            let id = process.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // One that ends meanwhile needs no group.
            let moved = fs::write(&members, id);
            if moved.is_err() && process.exists() {
                moved.context("a process of the browser stays where it is")?;
            }
        }
        Ok(())
    }
}

impl Drop for Slowed {
    fn drop(&mut self) {
        // A group that still has members stays, and limits nobody else.
        let _ = self.gather(&self.parent);
        let _ = fs::remove_dir(&self.group);
    }
}

/// The folder of the group that this process is in, as `/proc/self/cgroup` tells it, where this tree
/// rules over the processor's time: "4:cpu,cpuacct:/a" in version 1, "0::/a" in version 2.
fn parent(tree: &Path, own: &str) -> Option<PathBuf> {
    let is_one_for_all = tree.join("cgroup.controllers").exists();
    let path = own.lines().find_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        let is_it = match is_one_for_all {
            true => controllers.is_empty(),
            false => controllers.split(',').any(|one| one == "cpu"),
        };
        is_it.then_some(path)
    })?;
    let folder = tree.join(path.trim_start_matches('/'));
    folder.join("cgroup.procs").exists().then_some(folder)
}
