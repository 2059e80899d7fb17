//! What reps reply to marketing: a row beside each such operation of the log.

use protocol::reply::{Answer, Questionnaire, Reply, Vote};
use protocol::{NoteId, RepId, Seq};
use rusqlite::{Connection, params};

use super::{StorageError, field};

/// Remembers that the operation `seq` is a reply. It belongs to the operation's own transaction.
pub(super) fn take_in(
    db: &Connection,
    seq: Seq,
    note_id: NoteId,
    rep_id: RepId,
    reply: &Reply,
    now_ms: i64,
) -> Result<(), StorageError> {
    let (kind, target) = match reply {
        Reply::Remark { .. } => ("remark", *note_id.as_bytes()),
        Reply::Answer(Answer { question_id, .. }) => ("answer", *question_id.as_bytes()),
        Reply::Acknowledgement { briefing_id, .. } => ("acknowledgement", *briefing_id.as_bytes()),
        Reply::Vote(Vote { briefing_id, .. }) => ("vote", *briefing_id.as_bytes()),
        Reply::Questionnaire(Questionnaire { test_group_id, .. }) => {
            ("questionnaire", *test_group_id.as_bytes())
        }
    };
    let body =
        serde_json::to_string(reply).map_err(|error| StorageError::Database(error.to_string()))?;
    let is_late = field::is_closed(db, &target, now_ms)?;
    db.prepare_cached(
        "INSERT INTO reply (seq, kind, target, rep_id, received_at_ms, body, is_late)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![seq.0, kind, target, rep_id.as_bytes(), now_ms, body, is_late])?;
    if let Reply::Answer(Answer { question_id, .. }) = reply {
        field::answered(db, *question_id, now_ms)?;
    }
    Ok(())
}
