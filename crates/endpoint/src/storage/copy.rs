//! A copy of the whole database in one file: how it is made, and how one tells that it is whole.

use std::fs::File;
use std::path::{Path, PathBuf};

use protocol::Sha256;
use rusqlite::{Connection, OpenFlags};

use super::schema;

/// Why a file is no copy to restore from, or why none could be made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Something else, whatever its name says.
    #[error("it is no database of Sightline")]
    NotOurs,
    /// Made by a later version of this program.
    #[error("it was made by a newer version of this program; update it first")]
    TooNew,
    /// Not as it was written.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

impl From<rusqlite::Error> for CopyError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Self::NotOurs,
            Some(rusqlite::ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            _ => Self::File(std::io::Error::other(error)),
        }
    }
}

/// Opens a copy to read from.
///
/// # Errors
/// Why it cannot be read.
pub fn open(file: &Path) -> Result<Connection, CopyError> {
    // SQLite takes an empty file for an empty database, and a folder for no file at all.
    if !std::fs::metadata(file)?.is_file() {
        return Err(CopyError::NotOurs);
    }
    Ok(Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// Tells whether a copy is ours and whole. SQLite checks its structure; what it cannot see, a byte
/// of a text that is another, the hashes tell that came with the operations.
///
/// # Errors
/// What is wrong with it.
pub fn verify(copy: &Connection) -> Result<(), CopyError> {
    let pragma = |name| copy.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id")? != i64::from(schema::APPLICATION_ID) {
        return Err(CopyError::NotOurs);
    }
    if usize::try_from(pragma("user_version")?).is_ok_and(|version| version > schema::VERSION) {
        return Err(CopyError::TooNew);
    }
    let said: String = copy.query_row("PRAGMA integrity_check (1)", [], |row| row.get(0))?;
    if said != "ok" {
        return Err(CopyError::Damaged(said.replace('\n', "; ")));
    }
    for (sql, what) in [
        ("SELECT body, sha256 FROM op WHERE is_emptied IS NULL", "an operation"),
        ("SELECT raw, raw_sha256 FROM quarantine", "an entry of the quarantine"),
    ] {
        let mut statement = copy.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (text, hash) = (row.get_ref(0)?, row.get_ref(1)?);
            let is_whole = text.as_bytes().is_ok_and(|text| {
                hash.as_bytes().is_ok_and(|hash| hash == Sha256::of(text).as_bytes())
            });
            if !is_whole {
                return Err(CopyError::Damaged(format!("{what} does not match its hash")));
            }
        }
    }
    Ok(())
}

/// Writes a copy of what is committed now, beside whoever writes on. The file may be there only if
/// it is empty. It holds nothing that was deleted, and needs no other file.
///
/// # Errors
/// Why it could not be made.
pub fn write(from: &Connection, file: &Path) -> Result<(), CopyError> {
    let name = file.to_str().ok_or_else(|| std::io::Error::other("its name is not UTF-8"))?;
    from.execute("VACUUM INTO ?1", [name])?;
    Ok(sync(file)?)
}

/// Returns once the file, and that it is in its folder, would survive a power cut.
///
/// # Errors
/// Why it is not sure.
pub fn sync(file: &Path) -> std::io::Result<()> {
    File::open(file)?.sync_all()?;
    sync_folder(file)
}

/// The same for the folder alone: what was renamed into it or out of it.
///
/// # Errors
/// Why it is not sure.
pub fn sync_folder(file: &Path) -> std::io::Result<()> {
    // Elsewhere a folder cannot be opened, and a rename is durable by itself.
    #[cfg(unix)]
    {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// A file beside the database that belongs to it.
#[must_use]
pub fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
