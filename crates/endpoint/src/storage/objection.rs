//! Changes that are made whole or refused whole, and why one was refused.

use protocol::Code;
use rusqlite::Connection;

use super::StorageError;

/// Why a change was refused: whoever asked for it can do something about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Which rule.
    pub code: Code,
    /// What it met, in English, for developers and logs.
    pub detail: String,
}

impl Objection {
    /// No such thing.
    pub(super) fn unknown(what: &str, id: impl std::fmt::Display) -> Self {
        Self { code: Code::NotFound, detail: format!("{what} {id}") }
    }

    /// A field that says what cannot be.
    pub(super) fn field(what: impl Into<String>) -> Self {
        Self { code: Code::InvalidField, detail: what.into() }
    }

    pub(super) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// Somebody else was quicker.
    pub(super) fn changed(version: i64) -> Self {
        Self::new(Code::ChangedMeanwhile, format!("the version is {version}"))
    }
}

/// Why a change was not made.
#[derive(Debug)]
pub enum NotMade {
    /// It was refused.
    Refused(Objection),
    /// The database failed.
    Failed(StorageError),
}

impl From<Objection> for NotMade {
    fn from(objection: Objection) -> Self {
        Self::Refused(objection)
    }
}

impl From<StorageError> for NotMade {
    fn from(error: StorageError) -> Self {
        Self::Failed(error)
    }
}

impl From<rusqlite::Error> for NotMade {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Makes a change in a savepoint of its own, so that one which is refused half way leaves nothing
/// behind. Shaped as what a writer takes: the refusal is the inner error.
///
/// # Errors
/// Why the database failed.
pub fn all_or_nothing<T>(
    db: &Connection,
    change: impl FnOnce(&Connection) -> Result<T, NotMade>,
) -> Result<Result<T, Objection>, StorageError> {
    db.execute_batch("SAVEPOINT change")?;
    match change(db) {
        Ok(made) => {
            db.execute_batch("RELEASE change")?;
            Ok(Ok(made))
        }
        Err(NotMade::Refused(objection)) => {
            db.execute_batch("ROLLBACK TO change; RELEASE change")?;
            Ok(Err(objection))
        }
        // The writer rolls all of it back.
        Err(NotMade::Failed(error)) => Err(error),
    }
}
