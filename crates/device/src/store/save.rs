//! Saving: one strict transaction, read back before anyone says "Saved".

use protocol::op::SealedOp;
use protocol::{OpBody, OpId};

use super::drafts::DraftFor;
use super::history;
use super::notes::{NoteState, StoredNote, newest_first_key};
use super::outbox::OutboxRow;
use super::uploads::Upload;
use super::{
    DRAFT_MEDIA, DRAFTS, NOTES, OPS, OUTBOX, UPLOADS, WORDLESS, draft_media, put, put_row, text,
};
use crate::connection::Connection;
use crate::indexed_db::{Database, Transaction};
use crate::json;
use crate::storage_error::StorageError;

/// A new note, and everything that its save writes.
pub(crate) struct Save {
    /// Sealed before the transaction opens: a transaction commits itself across any other wait
    /// (SYNC.md fault 7).
    pub op: SealedOp,
    /// The list's view of the note.
    pub view: StoredNote,
    /// What its draft holds besides words.
    pub adoptions: Vec<Adoption>,
}

/// A change of a note that is here.
pub(crate) struct Change {
    /// See [`Save::op`].
    pub op: SealedOp,
    /// What the operation says.
    pub body: OpBody,
}

/// What a draft holds becomes a note's. Its pieces stay where they are.
pub(crate) struct Adoption {
    /// The operation that attaches it; see [`Save::op`].
    pub op: SealedOp,
    /// What the operation says.
    pub body: OpBody,
    /// Whose it was.
    pub draft: DraftFor,
    /// To be sent.
    pub upload: Upload,
}

/// What [`adopt`] writes.
const OF_ADOPTION: [&str; 6] = [OPS, OUTBOX, NOTES, WORDLESS, UPLOADS, DRAFT_MEDIA];

/// Writes operation, outbox row and view, takes the draft away and what it holds into the note,
/// all or nothing; then reads the operation back.
///
/// # Errors
/// Why nothing was saved. The draft is untouched then.
pub(crate) async fn save(connection: &Connection, save: &Save) -> Result<(), StorageError> {
    let op_id = save.op.op_id.to_string();
    let row = OutboxRow { note_id: save.view.note_id, bytes: save.op.json.len() };
    let (row, view) = (json::write(&row)?, json::write(&save.view)?);
    let view_key = newest_first_key(save.view.note_id);
    let draft_key = save.view.note.kind().as_str();
    let mut stores = vec![OPS, OUTBOX, NOTES, DRAFTS];
    if !save.adoptions.is_empty() {
        stores.extend(OF_ADOPTION.into_iter().filter(|name| ![OPS, OUTBOX, NOTES].contains(name)));
    }
    connection
        .run(async |database| {
            let transaction = database.write(&stores)?;
            put(&transaction.store(OPS)?, &op_id, &save.op.json)?;
            put(&transaction.store(OUTBOX)?, &op_id, &row)?;
            put(&transaction.store(NOTES)?, &view_key, &view)?;
            transaction.store(DRAFTS)?.delete(draft_key)?;
            let adopted = adopt_all(&transaction, &save.adoptions).await?;
            transaction.commit().await?;
            read_back(database, &op_id, &save.op.json).await?;
            read_back_all(database, &adopted).await
        })
        .await
}

/// The same for a change of a note.
///
/// # Errors
/// Why nothing was saved.
pub(crate) async fn change(connection: &Connection, change: &Change) -> Result<(), StorageError> {
    let Change { op, body } = change;
    let outbox_row = OutboxRow { note_id: body.note_id, bytes: op.json.len() };
    let key = op.op_id.to_string();
    connection
        .run(async |database| {
            let transaction = database.write(&[OPS, OUTBOX, NOTES, WORDLESS, DRAFTS])?;
            put(&transaction.store(OPS)?, &key, &op.json)?;
            put_row(&transaction.store(OUTBOX)?, &key, &outbox_row)?;
            history::add(&transaction, op.op_id, body, NoteState::Saved).await?;
            transaction.store(DRAFTS)?.delete(&DraftFor::Edit(body.note_id).key())?;
            transaction.commit().await?;
            read_back(database, &key, &op.json).await
        })
        .await
}

/// Takes what a draft holds into a note that is here: all or nothing, and each exactly once.
///
/// # Errors
/// Why nothing was attached. The draft still holds it then.
pub(crate) async fn adopt(
    connection: &Connection,
    adoptions: &[Adoption],
) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&OF_ADOPTION)?;
            let adopted = adopt_all(&transaction, adoptions).await?;
            transaction.commit().await?;
            read_back_all(database, &adopted).await
        })
        .await
}

/// Tells which it took. What the draft does not hold any more was taken before: by an earlier
/// attempt whose answer was lost, or in another tab.
async fn adopt_all<'a>(
    transaction: &Transaction,
    adoptions: &'a [Adoption],
) -> Result<Vec<&'a SealedOp>, StorageError> {
    let mut adopted = Vec::with_capacity(adoptions.len());
    for Adoption { op, body, draft, upload } in adoptions {
        let held = transaction.store(DRAFT_MEDIA)?;
        let attachment_id = upload.attachment.attachment_id;
        let held_key = draft_media::key(*draft, attachment_id);
        let key = op.op_id.to_string();
        let ops = transaction.store(OPS)?;
        if text(&held, &held_key).await?.is_none() {
            // An earlier attempt took it, and a new note's view was written anew since.
            if text(&ops, &key).await?.is_some() {
                history::add(transaction, op.op_id, body, NoteState::Saved).await?;
            }
            continue;
        }
        let outbox_row = OutboxRow { note_id: body.note_id, bytes: op.json.len() };
        put(&ops, &key, &op.json)?;
        put_row(&transaction.store(OUTBOX)?, &key, &outbox_row)?;
        history::add(transaction, op.op_id, body, NoteState::Saved).await?;
        put_row(&transaction.store(UPLOADS)?, &attachment_id.to_string(), upload)?;
        held.delete(&held_key)?;
        adopted.push(op);
    }
    Ok(adopted)
}

async fn read_back_all(database: &Database, ops: &[&SealedOp]) -> Result<(), StorageError> {
    for op in ops {
        read_back(database, &op.op_id.to_string(), &op.json).await?;
    }
    Ok(())
}

/// Puts an operation back that this database has lost, as if it were saved now. False where it is
/// here, or was: what is not in the outbox then, marketing has confirmed.
///
/// # Errors
/// Why it is not back.
pub(crate) async fn bring_back(
    connection: &Connection,
    op_id: OpId,
    op_text: &str,
) -> Result<bool, StorageError> {
    let body = history::body(op_text)?;
    let row = OutboxRow { note_id: body.note_id, bytes: op_text.len() };
    let key = op_id.to_string();
    connection
        .run(async |database| {
            let transaction = database.write(&[OPS, OUTBOX, NOTES, WORDLESS])?;
            let ops = transaction.store(OPS)?;
            let is_here = text(&ops, &key).await?.is_some();
            if is_here || history::knows(&transaction, body.note_id, op_id).await? {
                return Ok(false);
            }
            put(&ops, &key, op_text)?;
            put_row(&transaction.store(OUTBOX)?, &key, &row)?;
            history::add(&transaction, op_id, &body, NoteState::Saved).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
}

async fn read_back(database: &Database, op_id: &str, written: &str) -> Result<(), StorageError> {
    let transaction = database.read(&[OPS])?;
    let read = text(&transaction.store(OPS)?, op_id).await?;
    transaction.commit().await?;
    if read.as_deref() == Some(written) {
        return Ok(());
    }
    Err(StorageError::Lost("what was written did not read back".to_owned()))
}
