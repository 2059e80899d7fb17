//! Saving a note: one strict transaction, read back before anyone says "Saved".

use indexed_db_futures::prelude::*;
use protocol::op::SealedOp;

use super::notes::{StoredNote, newest_first_key};
use super::outbox::OutboxRow;
use super::{DRAFTS, NOTES, OPS, OUTBOX, put};
use crate::connection::{Connection, strict};
use crate::storage_error::StorageError;

/// Everything that one save writes.
pub(crate) struct Save {
    /// Sealed before the transaction opens: a transaction commits itself across any other wait
    /// (SYNC.md fault 7).
    pub op: SealedOp,
    /// The list's view of the note.
    pub view: StoredNote,
}

/// Writes operation, outbox row and view, and takes the draft away, all or nothing; then reads
/// the operation back.
///
/// # Errors
/// Why nothing was saved. The draft is untouched then.
pub(crate) async fn save(connection: &Connection, save: &Save) -> Result<(), StorageError> {
    let op_id = save.op.op_id.to_string();
    let row = OutboxRow { note_id: save.view.note_id, bytes: save.op.json.len() };
    let (row, view) = (serde_json::to_string(&row)?, serde_json::to_string(&save.view)?);
    let view_key = newest_first_key(save.view.note_id);
    let draft_key = save.view.note.kind().as_str();
    connection
        .run(async |database| {
            let transaction = strict(database, &[OPS, OUTBOX, NOTES, DRAFTS])?;
            let ops = transaction.object_store(OPS)?;
            let outbox = transaction.object_store(OUTBOX)?;
            let notes = transaction.object_store(NOTES)?;
            let drafts = transaction.object_store(DRAFTS)?;
            let writes = [
                put(&ops, &op_id, &save.op.json)?,
                put(&outbox, &op_id, &row)?,
                put(&notes, &view_key, &view)?,
            ];
            let removal = drafts.delete(draft_key).primitive()?;
            for write in writes {
                write.await?;
            }
            removal.await?;
            transaction.commit().await?;
            read_back(database, &op_id, &save.op.json).await
        })
        .await
}

async fn read_back(
    database: &indexed_db_futures::database::Database,
    op_id: &str,
    written: &str,
) -> Result<(), StorageError> {
    let transaction = database.transaction(OPS).build()?;
    let read: Option<String> = transaction.object_store(OPS)?.get(op_id).primitive()?.await?;
    transaction.commit().await?;
    if read.as_deref() == Some(written) {
        return Ok(());
    }
    Err(StorageError::Lost("what was written did not read back".to_owned()))
}
