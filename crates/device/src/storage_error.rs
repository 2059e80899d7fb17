//! Why this device's storage failed. An error is never read as "empty" (SYNC.md fault 10).

use indexed_db_futures::error::{DomException, Error, OpenDbError, UnexpectedDataError};
use wasm_bindgen::{JsCast, JsValue};

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
        let inner: web_sys::DomException = error.into();
        Self::of_exception(&inner.name(), &inner.message())
    }
}

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        match error {
            Error::DomException(error) => error.into(),
            // Quota: only `abort` fires, no `error` (SYNC.md fault 4); the reason is lost with it.
            Error::MissingData(UnexpectedDataError::TransactionAborted) => Self::Full,
            Error::Serialisation(error) => Self::Unreadable(error.to_string()),
            Error::Unknown(error) => JsValue::from(error).into(),
            other => Self::Lost(other.to_string()),
        }
    }
}

impl From<OpenDbError> for StorageError {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::Base(error) => error.into(),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<JsValue> for StorageError {
    fn from(value: JsValue) -> Self {
        match value.dyn_ref::<web_sys::DomException>() {
            Some(inner) => Self::of_exception(&inner.name(), &inner.message()),
            None => Self::Lost(format!("{value:?}")),
        }
    }
}

impl From<serde_json::Error> for StorageError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}
