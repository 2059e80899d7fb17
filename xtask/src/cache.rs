//! The folder that keeps installed tools between chores and between clones of this repository.

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The cache's folder: `SIGHTLINE_CACHE`, else `sightline` in the user's own cache.
///
/// # Errors
/// When the environment names no place for it, or it cannot be made.
pub fn folder() -> Result<PathBuf> {
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = named("SIGHTLINE_CACHE")
        .or_else(|| named("XDG_CACHE_HOME").map(|cache| cache.join("sightline")))
        .or_else(|| named("HOME").map(|home| home.join(".cache").join("sightline")))
        .context("neither SIGHTLINE_CACHE nor HOME is set: no place for tools")?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    folder.canonicalize().with_context(|| format!("cannot find {}", folder.display()))
}

/// Where cargo keeps what it fetched.
///
/// # Errors
/// When the environment names no place for it.
pub fn of_cargo() -> Result<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    named
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .context("neither CARGO_HOME nor HOME is set: no place for what cargo fetched")
}

/// A promise that no other chore changes the same folder; it ends when dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "holds the lock by being open")] File);

/// Waits until no other chore holds the lock of this name, and says so when it has to wait.
///
/// # Errors
/// When the lock file cannot be made or locked.
pub fn lock(file: PathBuf) -> Result<Lock> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let open = File::create(&file).with_context(|| format!("cannot make {}", file.display()))?;
    match open.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("Waiting for another `cargo xtask` ({})", file.display());
            open.lock().with_context(|| format!("cannot lock {}", file.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", file.display()));
        }
    }
    Ok(Lock(open))
}
