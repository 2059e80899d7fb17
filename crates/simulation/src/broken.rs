//! How a run fails: an invariant is broken, or the simulation itself is.

use std::fmt;

/// A broken invariant (SYNC.md §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its number; 0 where the simulation itself, or the endpoint's database, failed.
    pub invariant: u8,
    /// What was seen.
    pub what: String,
}

/// What may find an invariant broken.
pub(crate) type Checked<T = ()> = Result<T, Broken>;

impl Broken {
    pub(crate) fn new(invariant: u8, what: impl Into<String>) -> Self {
        Self { invariant, what: what.into() }
    }

    /// Something fails that is not under test.
    pub(crate) fn machinery(error: impl fmt::Display) -> Self {
        Self::new(0, error.to_string())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "invariant {}: {}", self.invariant, self.what)
    }
}

impl From<endpoint::storage::StorageError> for Broken {
    fn from(error: endpoint::storage::StorageError) -> Self {
        Self::machinery(error)
    }
}

impl From<rusqlite::Error> for Broken {
    fn from(error: rusqlite::Error) -> Self {
        Self::machinery(error)
    }
}
