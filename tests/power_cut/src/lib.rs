//! A power cut, played: after the processes were killed, every file is put back to what was last
//! synced. Killing a process alone loses nothing that it has written; only this tells durable from
//! written (SYNC.md, "What durable costs and is worth").

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Records what is synced; compiled of `durable.c`, where the model is explained.
const LIBRARY: &str = concat!(env!("OUT_DIR"), "/libdurable.so");

/// The variable that tells the processes of one power cut from all others.
const SHADOW: &str = "SIGHTLINE_POWER_CUT_SHADOW";

/// Watches a folder and everything below it. Only what is written by processes with its
/// [environment](Self::environment) is recorded: nobody else may write there.
#[derive(Debug)]
pub struct PowerCut {
    root: PathBuf,
    shadow: TempDir,
    deaf_to: &'static str,
}

/// What a cut took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Files whose content was rolled back.
    pub files: usize,
    /// How many bytes these files had.
    pub bytes: u64,
}

impl PowerCut {
    /// Watches `root`. What is there now counts as synced. No process may be writing there.
    ///
    /// # Errors
    /// Where the folder cannot be read or copied, its file system knows no times of birth, or this
    /// is not Linux.
    pub fn new(root: &Path) -> io::Result<Self> {
        if !Path::new(LIBRARY).is_file() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "power cuts need Linux"));
        }
        let cut = Self { root: root.canonicalize()?, shadow: TempDir::new()?, deaf_to: "" };
        for file in cut.files()? {
            fs::copy(&file, cut.copy_of(&fs::metadata(&file)?)?)?;
        }
        Ok(cut)
    }

    /// Takes syncs of files whose names end so for nothing, as a disk does that lies, or a program
    /// that saves itself the trouble.
    #[must_use]
    pub const fn deaf_to(mut self, ending: &'static str) -> Self {
        self.deaf_to = ending;
        self
    }

    /// What the processes under test, and those that start them, need in their environment.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, OsString); 4] {
        [
            ("LD_PRELOAD", LIBRARY.into()),
            ("SIGHTLINE_POWER_CUT_ROOT", self.root.clone().into()),
            (SHADOW, self.shadow.path().into()),
            ("SIGHTLINE_POWER_CUT_DEAF_TO", self.deaf_to.into()),
        ]
    }

    /// SIGKILL to every process that was started with this environment, and to those that came of
    /// it: a power cut takes them all, and none writes any more when this returns.
    ///
    /// # Errors
    /// Where the processes of this machine cannot be listed.
    pub fn kill_all(&self) -> io::Result<()> {
        loop {
            let living = self.processes()?;
            if living.is_empty() {
                return Ok(());
            }
            for process in living {
                // It may have ended meanwhile.
                let _ = kill_process(process, Signal::KILL);
            }
        }
    }

    /// Processes with this shadow in their environment. Those that have ended have none.
    fn processes(&self) -> io::Result<Vec<Pid>> {
        let own = [SHADOW.as_bytes(), b"=", self.shadow.path().as_os_str().as_bytes()].concat();
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc")? {
            let entry = entry?;
            let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
            let Some(id) = id.and_then(Pid::from_raw) else { continue };
            // Gone meanwhile, or another user's: not ours.
            let Ok(environment) = fs::read(entry.path().join("environ")) else { continue };
            if environment.split(|byte| *byte == 0).any(|variable| variable == own) {
                found.push(id);
            }
        }
        Ok(found)
    }

    /// Puts every file back to what was last synced, and empties those that never were. Only after
    /// the processes are gone.
    ///
    /// # Errors
    /// Where a file cannot be read or written.
    pub fn cut(&self) -> io::Result<Taken> {
        let mut taken = Taken::default();
        for file in self.files()? {
            let copy = match fs::read(self.copy_of(&fs::metadata(&file)?)?) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
                copy => copy?,
            };
            let written = fs::read(&file)?;
            if written != copy {
                taken.files += 1;
                taken.bytes += written.len() as u64;
                // In place: a new file would have another name in the shadow.
                fs::write(&file, copy)?;
            }
        }
        Ok(taken)
    }

    /// Where `durable.c` puts the copy of this file.
    fn copy_of(&self, file: &Metadata) -> io::Result<PathBuf> {
        let born = file.created()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
        let name = format!("{}-{}.{:09}", file.ino(), born.as_secs(), born.subsec_nanos());
        Ok(self.shadow.path().join(name))
    }

    /// Every regular file below the root.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let (mut files, mut folders) = (Vec::new(), vec![self.root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                // Of the entry itself: a link's target is somewhere else.
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    files.push(entry.path());
                }
            }
        }
        Ok(files)
    }
}

/// How many cuts a test is to make: `SIGHTLINE_CUTS`, or so many where it is not set.
#[must_use]
pub fn cuts_or(default: u32) -> u32 {
    let wanted = std::env::var("SIGHTLINE_CUTS").ok();
    wanted.and_then(|cuts| cuts.parse().ok()).unwrap_or(default)
}
