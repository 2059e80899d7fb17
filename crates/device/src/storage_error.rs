//! Why this device's storage failed. An error is never read as "empty" (SYNC.md fault 10).

use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

use crate::json::{Unreadable, Unwritable};

/// Why this device's storage failed, each with its own way on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// No storage in this browser or mode: another browser, or a normal window.
    #[error("storage is not available: {0}")]
    Unavailable(String),
    /// Another tab holds an older version open: close it.
    #[error("an older tab blocks the storage")]
    Blocked,
    /// A newer version of the app has the storage: reload.
    #[error("a newer version of the app has the storage")]
    Outdated,
    /// The disk or the site's share of it is full: free some room.
    #[error("the storage is full")]
    Full,
    /// The connection to the storage died and could not be had again: reload.
    #[error("the storage was lost: {0}")]
    Lost(String),
    /// What is stored cannot be read: keep it, and tell.
    #[error("stored data cannot be read: {0}")]
    Unreadable(String),
}

impl StorageError {
    /// Whether a fresh connection may help: a dead handle says so in several ways
    /// (SYNC.md fault 2).
    pub(crate) const fn wants_reopening(&self) -> bool {
        matches!(self, Self::Lost(_))
    }

    fn of_exception(name: &str, message: &str) -> Self {
        match name {
            "QuotaExceededError" => Self::Full,
            "SecurityError" | "NotSupportedError" | "DataCloneError" => {
                Self::Unavailable(message.to_owned())
            }
            "VersionError" => Self::Outdated,
            _ => Self::Lost(format!("{name}: {message}")),
        }
    }
}

impl From<DomException> for StorageError {
    fn from(error: DomException) -> Self {
        Self::of_exception(&error.name(), &error.message())
    }
}

impl From<JsValue> for StorageError {
    fn from(value: JsValue) -> Self {
        match value.dyn_into::<DomException>() {
            Ok(error) => error.into(),
            Err(value) => {
                Self::Lost(value.as_string().unwrap_or_else(|| "no word of the browser".to_owned()))
            }
        }
    }
}

impl From<Unreadable> for StorageError {
    fn from(error: Unreadable) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<Unwritable> for StorageError {
    fn from(error: Unwritable) -> Self {
        Self::Unreadable(error.to_string())
    }
}
