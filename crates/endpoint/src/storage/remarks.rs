//! The thread of a note: what marketing and its rep say to each other.

use protocol::console::Remark;
use protocol::console::people::UserId;
use protocol::console::work::RemarkRequest;
use protocol::limits::DETAIL_CHARS_MAX;
use protocol::mail::{Content, Remark as Letter};
use protocol::{NoteId, RemarkId, Reply};
use rusqlite::{Connection, params};

use super::deeds::{self, By, Line};
use super::objection::{NotMade, Objection};
use super::{StorageError, mail, unreadable, view, work};

/// Says something in the thread of a note; its rep will read it.
///
/// # Errors
/// Why nothing was said.
pub fn add(
    db: &Connection,
    by: &By,
    remark_id: RemarkId,
    note_id: NoteId,
    request: &RemarkRequest,
) -> Result<(), NotMade> {
    deeds::text("text", &request.text, DETAIL_CHARS_MAX)?;
    view::catch_up(db)?;
    let case = work::case(db, note_id)?.ok_or_else(|| Objection::unknown("note", note_id))?;
    db.prepare_cached(
        "INSERT INTO remark (remark_id, note_id, user_id, at_ms, text)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        remark_id.as_bytes(),
        note_id.as_bytes(),
        by.user_id.0,
        by.now_ms,
        request.text
    ])?;
    let remark = Letter {
        remark_id,
        note_id,
        by: email(db, by.user_id)?,
        at_ms: by.now_ms,
        text: request.text.clone(),
    };
    mail::post(db, Some(case.rep_id), &Content::Remark(remark))?;
    deeds::record(db, by, &Line { what: "remark", notes: &[note_id], ..Line::default() })?;
    Ok(())
}

pub(super) fn email(db: &Connection, user: UserId) -> Result<String, StorageError> {
    Ok(db
        .prepare_cached("SELECT email FROM user WHERE user_id = ?1")?
        .query_row([user.0], |row| row.get(0))?)
}

/// What was said about a note, oldest first.
pub(super) fn thread(db: &Connection, note_id: NoteId) -> Result<Vec<Remark>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT false, user.email, remark.at_ms, remark.text
         FROM remark JOIN user USING (user_id) WHERE note_id = ?1
         UNION ALL
         SELECT true, rep.name, reply.received_at_ms, reply.body
         FROM reply JOIN rep USING (rep_id) WHERE target = ?1 AND kind = 'remark'
         ORDER BY 3",
    )?;
    let rows = query.query_map([note_id.as_bytes()], |row| {
        let is_of_rep = row.get(0)?;
        let text: String = row.get(3)?;
        let text = if is_of_rep {
            match serde_json::from_str(&text).map_err(unreadable)? {
                Reply::Remark { text } => text,
                _ => String::new(),
            }
        } else {
            text
        };
        Ok(Remark { is_of_rep, by: row.get(1)?, at_ms: row.get(2)?, text })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
