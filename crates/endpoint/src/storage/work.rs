//! What marketing does with notes: states, hands, tags, stars.

use protocol::{NoteId, Seq};
use rusqlite::{Connection, params};

use super::StorageError;

/// A note came into the inbox's view: it is new. What was done with one that is there already stays.
pub(super) fn begin(db: &Connection, seq: Seq, note_id: NoteId) -> Result<(), StorageError> {
    db.prepare_cached("INSERT OR IGNORE INTO work (note_id, seq) VALUES (?1, ?2)")?
        .execute(params![note_id.as_bytes(), seq.0])?;
    Ok(())
}

/// A note leaves the inbox's view for good. What was done with it stays in the audit.
pub(super) fn end(db: &Connection, seq: Seq) -> Result<(), StorageError> {
    db.prepare_cached("DELETE FROM tag WHERE seq = ?1")?.execute([seq.0])?;
    db.prepare_cached("DELETE FROM work WHERE seq = ?1")?.execute([seq.0])?;
    Ok(())
}
