//! What a draft holds besides words: photos, voice memos, files. Durable as soon as it is chosen or
//! said; the pieces lie where an attachment's do, so that saving the note moves none of them.

use js_sys::{Array, Uint8Array};
use protocol::{Attachment, AttachmentId};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use web_sys::Blob;

use super::attachments::{self, Pieces};
use super::drafts::DraftFor;
use super::{CHUNKS, DRAFT_MEDIA, RECORDED, put_row};
use crate::connection::Connection;
use crate::indexed_db::{self, ALL, Transaction};
use crate::json;
use crate::storage_error::StorageError;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DraftMedia {
    /// Its pieces are in [`CHUNKS`].
    Whole(Attachment),
    /// A voice memo that nobody stopped yet; its seconds are in [`RECORDED`].
    Recording(Recording),
}

impl DraftMedia {
    /// Whether it is this voice memo, or what became of it.
    pub(crate) fn is(&self, recording: &Recording) -> bool {
        let attachment_id = match self {
            Self::Whole(attachment) => attachment.attachment_id,
            Self::Recording(recording) => recording.attachment_id,
        };
        attachment_id == recording.attachment_id
    }
}

/// What is known of a voice memo before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recording {
    pub attachment_id: AttachmentId,
    pub media_type: String,
    pub name: String,
}

/// The key of what this draft holds; in the order in which it came.
pub(crate) fn key(of: DraftFor, attachment_id: AttachmentId) -> String {
    format!("{}/{attachment_id}", of.key())
}

/// The key of a second of a voice memo, counted from zero.
pub(crate) fn second_key(attachment_id: AttachmentId, second: u32) -> String {
    format!("{attachment_id}/{second:06}")
}

/// Everything that this draft holds.
pub(crate) async fn read(
    connection: &Connection,
    of: DraftFor,
) -> Result<Vec<DraftMedia>, StorageError> {
    let key = of.key();
    // "0" comes right after "/".
    let range = indexed_db::between(&format!("{key}/"), &format!("{key}0"), true)?;
    let rows = connection
        .run(async |database| {
            let transaction = database.read(&[DRAFT_MEDIA])?;
            transaction.store(DRAFT_MEDIA)?.values(&range, ALL)?.texts().await
        })
        .await?;
    rows.iter().map(|row| Ok(json::read(row)?)).collect()
}

/// Keeps an attachment, whole; if it was being recorded, in place of its seconds.
///
/// # Errors
/// Why it is not kept; then nothing of it is, but the seconds are.
pub(crate) async fn keep(
    connection: &Connection,
    of: DraftFor,
    attachment: &Attachment,
    bytes: Uint8Array,
) -> Result<(), StorageError> {
    let attachment_id = attachment.attachment_id;
    let pieces = Pieces::of(attachment_id, bytes).await?;
    let (key, whole) = (key(of, attachment_id), DraftMedia::Whole(attachment.clone()));
    connection
        .run_within(pieces.limit_ms(), async |database| {
            let transaction = database.write(&[DRAFT_MEDIA, CHUNKS, RECORDED])?;
            put_row(&transaction.store(DRAFT_MEDIA)?, &key, &whole)?;
            pieces.put(&transaction).await?;
            forget_seconds(&transaction, attachment_id)?;
            transaction.commit().await
        })
        .await?;
    let read_back = pieces.read_back(connection).await;
    if read_back.is_err() {
        // What is not what was written must not come back as if it were.
        let _ = remove(connection, of, attachment_id).await;
    }
    read_back
}

/// Takes it away again.
pub(crate) async fn remove(
    connection: &Connection,
    of: DraftFor,
    attachment_id: AttachmentId,
) -> Result<(), StorageError> {
    let key = key(of, attachment_id);
    connection
        .run(async |database| {
            let transaction = database.write(&[DRAFT_MEDIA, CHUNKS, RECORDED])?;
            let media = transaction.store(DRAFT_MEDIA)?;
            // What a note took meanwhile keeps its pieces.
            if super::text(&media, &key).await?.is_some() {
                media.delete(&key)?;
                attachments::delete(&transaction, attachment_id)?;
                forget_seconds(&transaction, attachment_id)?;
            }
            transaction.commit().await
        })
        .await
}

/// Keeps another second of a voice memo.
pub(crate) async fn keep_second(
    connection: &Connection,
    of: DraftFor,
    recording: &Recording,
    second: u32,
    bytes: &Uint8Array,
) -> Result<(), StorageError> {
    let (key, row) = (key(of, recording.attachment_id), DraftMedia::Recording(recording.clone()));
    let second_key = second_key(recording.attachment_id, second);
    connection
        .run(async |database| {
            let transaction = database.write(&[DRAFT_MEDIA, RECORDED])?;
            put_row(&transaction.store(DRAFT_MEDIA)?, &key, &row)?;
            transaction.store(RECORDED)?.put(&second_key, bytes)?;
            transaction.commit().await
        })
        .await
}

/// All seconds of a voice memo that are kept, put together.
pub(crate) async fn recorded(
    connection: &Connection,
    attachment_id: AttachmentId,
) -> Result<Blob, StorageError> {
    let range = attachments::range(attachment_id)?;
    let seconds = connection
        .run(async |database| {
            let transaction = database.read(&[RECORDED])?;
            transaction.store(RECORDED)?.values(&range, ALL)?.await
        })
        .await?;
    let seconds: Array = seconds.dyn_into()?;
    Ok(Blob::new_with_buffer_source_sequence(&seconds)?)
}

fn forget_seconds(
    transaction: &Transaction,
    attachment_id: AttachmentId,
) -> Result<(), StorageError> {
    transaction.store(RECORDED)?.delete_range(&attachments::range(attachment_id)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use protocol::Kind;

    use super::*;

    #[test]
    fn what_a_draft_holds_sorts_by_when_it_came() {
        let id = |ms: u64| AttachmentId::new(ms, [9; 10]);
        let of = DraftFor::New(Kind::Need);
        assert!(key(of, id(1)) < key(of, id(2)));
        assert!(second_key(id(1), 9) < second_key(id(1), 10));
        assert!(second_key(id(1), 599) < second_key(id(2), 0));
    }
}
