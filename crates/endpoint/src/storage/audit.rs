//! The audit: a line for everything that marketing does. What can be undone writes more than a line.

use protocol::console::people::UserId;
use rusqlite::{Connection, params};

use super::StorageError;
use crate::chance;

/// Writes a line that cannot be undone: who did what, to what in words, and to which thing.
///
/// # Errors
/// Why nothing was written.
pub fn record(
    db: &Connection,
    user_id: UserId,
    what: &str,
    about: Option<&str>,
    subject: Option<&[u8; 16]>,
    now_ms: i64,
) -> Result<(), StorageError> {
    db.prepare_cached(
        "INSERT INTO deed (deed_id, user_id, at_ms, what, about, subject)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        chance::deed_id()?.as_bytes(),
        user_id.0,
        now_ms,
        what,
        about,
        subject
    ])?;
    Ok(())
}
