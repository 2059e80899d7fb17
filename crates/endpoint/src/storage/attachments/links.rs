//! Which notes an attachment belongs to. An operation announces it, an upload brings it; whichever
//! comes last makes it visible, for both have to say the same (SYNC.md §2, invariant 12).

use protocol::console::NoteAttachment;
use protocol::{Attachment, AttachmentId, NoteId, RepId, Seq, Sha256};
use rusqlite::{Connection, OptionalExtension, params};

use super::{chunks, remove};
use crate::storage::{StorageError, id_bytes};

/// Holds for an announcement and the complete upload that it means.
const MATCH: &str = "attachment.attachment_id = announcement.attachment_id
    AND attachment.rep_id = announcement.rep_id AND attachment.sha256 = announcement.sha256
    AND attachment.bytes = announcement.bytes AND attachment.completed_at_ms IS NOT NULL";

/// Remembers that the operation `seq` names an attachment.
pub(in crate::storage) fn announce(
    db: &Connection,
    seq: Seq,
    note_id: NoteId,
    rep_id: RepId,
    attachment: &Attachment,
) -> Result<(), StorageError> {
    db.prepare_cached(
        "INSERT INTO announcement (seq, note_id, rep_id, attachment_id, sha256, bytes, media_type,
            name)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        seq.0,
        note_id.as_bytes(),
        rep_id.as_bytes(),
        attachment.attachment_id.as_bytes(),
        attachment.sha256.as_bytes(),
        attachment.bytes,
        attachment.media_type,
        attachment.name,
    ])?;
    Ok(())
}

/// A note's attachments, each once, in the order in which they were announced.
pub(in crate::storage) fn of_note(
    db: &Connection,
    note_id: NoteId,
) -> Result<Vec<NoteAttachment>, StorageError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT attachment_id, sha256, bytes, media_type, name,
                EXISTS (SELECT 1 FROM attachment WHERE {MATCH}),
                (SELECT transcript.text FROM transcript
                    WHERE transcript.attachment_id = announcement.attachment_id)
         FROM announcement WHERE note_id = ?1
         GROUP BY attachment_id, sha256, bytes ORDER BY min(seq)"
    ))?;
    let rows = statement.query_map([note_id.as_bytes().as_slice()], |row| {
        Ok(NoteAttachment {
            attachment: Attachment {
                attachment_id: AttachmentId::from_bytes(id_bytes(row, 0)?),
                sha256: Sha256::from_bytes(row.get(1)?),
                bytes: row.get(2)?,
                media_type: row.get(3)?,
                name: row.get(4)?,
            },
            is_complete: row.get(5)?,
            transcript: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// An attachment that marketing may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visible {
    /// How many bytes.
    pub bytes: u64,
    /// Of all of them.
    pub sha256: Sha256,
}

/// The complete attachment of this id, if it belongs to a note.
///
/// # Errors
/// Why it could not be read.
pub fn visible(
    db: &Connection,
    attachment_id: AttachmentId,
) -> Result<Option<Visible>, StorageError> {
    Ok(db
        .prepare_cached(&format!(
            "SELECT attachment.bytes, attachment.sha256 FROM announcement, attachment
             WHERE announcement.attachment_id = ?1 AND {MATCH} LIMIT 1"
        ))?
        .query_row([attachment_id.as_bytes().as_slice()], |row| {
            Ok(Visible { bytes: row.get(0)?, sha256: Sha256::from_bytes(row.get(1)?) })
        })
        .optional()?)
}

/// The bytes of a visible attachment from `at` to the end of their chunk; none behind its end.
///
/// # Errors
/// Why they could not be read.
pub fn read(
    db: &Connection,
    attachment_id: AttachmentId,
    at: u64,
) -> Result<Option<Vec<u8>>, StorageError> {
    let within = at % chunks::CHUNK_BYTES;
    let chunk = chunks::chunk(db, attachment_id, at - within)?;
    let skip = usize::try_from(within).unwrap_or(usize::MAX);
    Ok(chunk.and_then(|mut chunk| {
        let rest = chunk.split_off(skip.min(chunk.len()));
        (!rest.is_empty()).then_some(rest)
    }))
}

/// Lets go of a note's attachments, with their bytes: its words went, too.
pub(in crate::storage) fn forget(db: &Connection, note_id: NoteId) -> Result<(), StorageError> {
    let mut statement = db.prepare_cached(
        "DELETE FROM announcement WHERE note_id = ?1 RETURNING attachment_id, rep_id",
    )?;
    let rows = statement
        .query_map([note_id.as_bytes().as_slice()], |row| Ok((id_bytes(row, 0)?, row.get(1)?)))?;
    for (attachment_id, rep_id) in rows.collect::<Result<Vec<([u8; 16], [u8; 16])>, _>>()? {
        let is_orphan: bool = db
            .prepare_cached(
                "SELECT EXISTS
                    (SELECT 1 FROM attachment WHERE attachment_id = ?1 AND rep_id = ?2)
                 AND NOT EXISTS (SELECT 1 FROM announcement WHERE attachment_id = ?1)",
            )?
            .query_row(params![attachment_id, rep_id], |row| row.get(0))?;
        if is_orphan {
            remove(db, AttachmentId::from_bytes(attachment_id))?;
        }
    }
    Ok(())
}
