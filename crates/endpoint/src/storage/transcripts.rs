//! What voice memos say, as somebody of marketing's typed it. It is found by the search with the
//! words of the note.

use protocol::console::work::TranscriptRequest;
use protocol::limits::TEXT_CHARS_MAX;
use protocol::{AttachmentId, NoteId, Seq};
use rusqlite::{Connection, params};

use super::deeds::{self, By, Line};
use super::objection::{NotMade, Objection};
use super::{StorageError, attachments, id_bytes, search, view};

/// Writes down what a memo says; blank takes it away.
///
/// # Errors
/// Why it says what it did.
pub fn put(
    db: &Connection,
    by: &By,
    attachment_id: AttachmentId,
    request: &TranscriptRequest,
) -> Result<(), NotMade> {
    if attachments::visible(db, attachment_id)?.is_none() {
        return Err(Objection::unknown("attachment", attachment_id).into());
    }
    let is_blank = request.text.trim().is_empty();
    if is_blank {
        forget(db, attachment_id)?;
    } else {
        deeds::text("text", &request.text, TEXT_CHARS_MAX)?;
        db.prepare_cached(
            "INSERT INTO transcript (attachment_id, text, user_id, at_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (attachment_id) DO UPDATE SET
                text = excluded.text, user_id = excluded.user_id, at_ms = excluded.at_ms",
        )?
        .execute(params![
            attachment_id.as_bytes(),
            request.text,
            by.user_id.0,
            by.now_ms
        ])?;
    }
    view::catch_up(db)?;
    let notes = notes_with(db, attachment_id)?;
    for (seq, _) in &notes {
        search::take_in_again(db, *seq)?;
    }
    let note_ids: Vec<NoteId> = notes.into_iter().map(|(_, note_id)| note_id).collect();
    deeds::record(db, by, &Line { what: "transcript", notes: &note_ids, ..Line::default() })?;
    Ok(())
}

fn notes_with(
    db: &Connection,
    attachment_id: AttachmentId,
) -> Result<Vec<(Seq, NoteId)>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT note.seq, note.note_id FROM announcement JOIN note USING (note_id)
         WHERE attachment_id = ?1",
    )?;
    let rows = query.query_map([attachment_id.as_bytes()], |row| {
        Ok((Seq(row.get(0)?), NoteId::from_bytes(id_bytes(row, 1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Its memo is gone.
pub(super) fn forget(db: &Connection, attachment_id: AttachmentId) -> Result<(), StorageError> {
    db.prepare_cached("DELETE FROM transcript WHERE attachment_id = ?1")?
        .execute([attachment_id.as_bytes()])?;
    Ok(())
}
