//! To the field: briefings, questions and test groups, and what came back.

mod audience;
mod briefings;
mod check;
mod items;
mod pictures;
mod questions;
mod replies;
mod test_groups;

use protocol::QuestionId;
use rusqlite::{Connection, OptionalExtension, params};

use super::StorageError;
pub use items::{Item, Stored, change, close, detail, list, make, one, publish, reopen, take_back};

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

/// A question was answered: it closes where that was enough. What came late is none of the quota.
pub(super) fn answered(
    db: &Connection,
    question_id: QuestionId,
    now_ms: i64,
) -> Result<(), StorageError> {
    let is_enough: Option<bool> = db
        .prepare_cached(
            "SELECT ifnull(json_extract(text, '$.quota') <=
                (SELECT count(DISTINCT rep_id) FROM reply
                 WHERE target = item_id AND kind = 'answer' AND NOT is_late), 0)
             FROM field_item WHERE item_id = ?1 AND kind = 'question' AND closed_at_ms IS NULL
                AND published_at_ms IS NOT NULL",
        )?
        .query_row([question_id.as_bytes()], |row| row.get(0))
        .optional()?;
    if is_enough == Some(true) {
        items::end(db, question_id.as_bytes(), &questions::key(question_id), now_ms)?;
    }
    Ok(())
}

/// Ends what has come to its time.
///
/// # Errors
/// Why nothing was written.
pub fn expire(db: &Connection, now_ms: i64) -> Result<(), StorageError> {
    let mut query = db.prepare_cached(
        "SELECT item_id, kind, json_extract(text, '$.expires_at_ms') AS expires_at_ms
         FROM field_item WHERE published_at_ms IS NOT NULL AND closed_at_ms IS NULL
            AND expires_at_ms <= ?1",
    )?;
    let rows = query.query_map([now_ms], |row| {
        Ok((super::id_bytes(row, 0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
    })?;
    for (item_id, kind, expires_at_ms) in rows.collect::<Result<Vec<_>, _>>()? {
        let key = if kind == "question" {
            questions::key(QuestionId::from_bytes(item_id))
        } else {
            test_groups::key(protocol::TestGroupId::from_bytes(item_id))
        };
        items::end(db, &item_id, &key, expires_at_ms)?;
    }
    Ok(())
}
