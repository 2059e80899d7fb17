//! One server or one restore at a time: whoever holds the database keeps a lock on a file beside
//! it, which the system lets go of when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::copy::beside;

/// Held as long as it lives.
#[derive(Debug)]
pub struct Hold(#[expect(dead_code, reason = "what is held is the lock on it")] File);

impl Hold {
    /// Takes hold of the database; none where another process has it.
    ///
    /// # Errors
    /// Why the lock's file cannot be used.
    pub fn take(database: &Path) -> std::io::Result<Option<Self>> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(beside(database, ".lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
