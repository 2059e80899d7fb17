//! Saving: one strict transaction, read back before anyone says "Saved".

use protocol::op::SealedOp;
use protocol::{OpBody, OpId};

use super::attachments::Pieces;
use super::drafts::DraftFor;
use super::history;
use super::notes::{NoteState, StoredNote, newest_first_key};
use super::outbox::OutboxRow;
use super::uploads::Upload;
use super::{CHUNKS, DRAFTS, NOTES, OPS, OUTBOX, UPLOADED, UPLOADS, WORDLESS, put, put_row, text};
use crate::connection::{Connection, WORK_MS_MAX};
use crate::indexed_db::{Database, Transaction};
use crate::json;
use crate::storage_error::StorageError;

/// Slowest disk that is waited for, in bytes a millisecond.
const BYTES_A_MS: usize = 500;

/// A new note, and everything that its save writes.
pub(crate) struct Save {
    /// Sealed before the transaction opens: a transaction commits itself across any other wait
    /// (SYNC.md fault 7).
    pub op: SealedOp,
    /// The list's view of the note.
    pub view: StoredNote,
}

/// A change of a note that is here.
pub(crate) struct Change {
    /// See [`Save::op`].
    pub op: SealedOp,
    /// What the operation says.
    pub body: OpBody,
    /// What it attaches, if it does.
    pub media: Option<Media>,
}

/// An attachment with its bytes.
pub(crate) struct Media {
    pub upload: Upload,
    pub pieces: Pieces,
}

/// Writes operation, outbox row and view, and takes the draft away, all or nothing; then reads
/// the operation back.
///
/// # Errors
/// Why nothing was saved. The draft is untouched then.
pub(crate) async fn save(connection: &Connection, save: &Save) -> Result<(), StorageError> {
    let op_id = save.op.op_id.to_string();
    let row = OutboxRow { note_id: save.view.note_id, bytes: save.op.json.len() };
    let (row, view) = (json::write(&row)?, json::write(&save.view)?);
    let view_key = newest_first_key(save.view.note_id);
    let draft_key = save.view.note.kind().as_str();
    connection
        .run(async |database| {
            let transaction = database.write(&[OPS, OUTBOX, NOTES, DRAFTS])?;
            put(&transaction.store(OPS)?, &op_id, &save.op.json)?;
            put(&transaction.store(OUTBOX)?, &op_id, &row)?;
            put(&transaction.store(NOTES)?, &view_key, &view)?;
            transaction.store(DRAFTS)?.delete(draft_key)?;
            commit(transaction, database, &op_id, &save.op.json).await
        })
        .await
}

/// The same for a change of a note, with the bytes that it attaches: all or nothing.
///
/// # Errors
/// Why nothing was saved.
pub(crate) async fn change(connection: &Connection, change: &Change) -> Result<(), StorageError> {
    let Change { op, body, media } = change;
    let outbox_row = OutboxRow { note_id: body.note_id, bytes: op.json.len() };
    let key = op.op_id.to_string();
    connection
        .run_within(limit_ms(media.as_ref()), async |database| {
            let stores = [OPS, OUTBOX, NOTES, WORDLESS, DRAFTS, UPLOADS, CHUNKS];
            let transaction = database.write(&stores)?;
            put(&transaction.store(OPS)?, &key, &op.json)?;
            put_row(&transaction.store(OUTBOX)?, &key, &outbox_row)?;
            history::add(&transaction, op.op_id, body, NoteState::Saved).await?;
            put_media(&transaction, media.as_ref()).await?;
            if media.is_none() {
                let draft = DraftFor::Edit(body.note_id).key();
                transaction.store(DRAFTS)?.delete(&draft)?;
            }
            commit(transaction, database, &key, &op.json).await
        })
        .await?;
    match media {
        Some(media) => media.pieces.read_back(connection).await,
        None => Ok(()),
    }
}

/// Puts an operation back that this database has lost, as if it were saved now, with what it
/// attaches. False where all of it is here, or was: what is not in the outbox then, marketing has
/// confirmed.
///
/// # Errors
/// Why it is not back.
pub(crate) async fn bring_back(
    connection: &Connection,
    op_id: OpId,
    op_text: &str,
    media: Option<&Media>,
) -> Result<bool, StorageError> {
    let body = history::body(op_text)?;
    let row = OutboxRow { note_id: body.note_id, bytes: op_text.len() };
    let key = op_id.to_string();
    connection
        .run_within(limit_ms(media), async |database| {
            let stores = [OPS, OUTBOX, NOTES, WORDLESS, UPLOADS, UPLOADED, CHUNKS];
            let transaction = database.write(&stores)?;
            let ops = transaction.store(OPS)?;
            let is_here = text(&ops, &key).await?.is_some();
            if is_here || history::knows(&transaction, body.note_id, op_id).await? {
                // Another device may have told of a photo whose bytes it never had.
                let Some(media) = media else { return Ok(false) };
                if has_media(&transaction, media).await? {
                    return Ok(false);
                }
                put_media(&transaction, Some(media)).await?;
                transaction.commit().await?;
                return Ok(true);
            }
            put(&ops, &key, op_text)?;
            put_row(&transaction.store(OUTBOX)?, &key, &row)?;
            history::add(&transaction, op_id, &body, NoteState::Saved).await?;
            put_media(&transaction, media).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
}

/// How long a transaction may take that writes these bytes as well, in milliseconds.
fn limit_ms(media: Option<&Media>) -> u32 {
    let media_bytes = media.map_or(0, |media| media.pieces.len());
    WORK_MS_MAX.saturating_add(u32::try_from(media_bytes / BYTES_A_MS).unwrap_or(u32::MAX))
}

async fn has_media(transaction: &Transaction, media: &Media) -> Result<bool, StorageError> {
    let key = media.upload.attachment.attachment_id.to_string();
    for name in [UPLOADS, UPLOADED] {
        if text(&transaction.store(name)?, &key).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn put_media(transaction: &Transaction, media: Option<&Media>) -> Result<(), StorageError> {
    let Some(Media { upload, pieces }) = media else { return Ok(()) };
    let attachment_id = upload.attachment.attachment_id.to_string();
    put_row(&transaction.store(UPLOADS)?, &attachment_id, upload)?;
    pieces.put(transaction).await
}

/// Commits, and reads the operation back. The reading is asked for at once, which spares a way to
/// the browser and back; it begins when the writing has ended, as it reads what that writes.
async fn commit(
    transaction: Transaction,
    database: &Database,
    op_id: &str,
    written: &str,
) -> Result<(), StorageError> {
    let committing = transaction.begin_commit()?;
    let reading = database.read(&[OPS])?;
    let read = reading.store(OPS)?.get(op_id)?;
    committing.await?;
    if read.text().await?.as_deref() == Some(written) {
        return Ok(());
    }
    Err(StorageError::Lost("what was written did not read back".to_owned()))
}
