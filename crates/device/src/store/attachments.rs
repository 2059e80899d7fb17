//! The pieces of attachments: at most 256 KiB each, as ArrayBuffers with their SHA-256. Never as
//! Blobs, which Safari loses (SYNC.md fault 8).

use js_sys::{Array, Object, Reflect, Uint8Array};
use protocol::limits::ATTACHMENT_CHUNK_BYTES;
use protocol::{Attachment, AttachmentId, Sha256};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag};

use super::CHUNKS;
use crate::connection::{Connection, WORK_MS_MAX};
use crate::crypto;
use crate::indexed_db::{self, ALL, Transaction};
use crate::reflect;
use crate::storage_error::StorageError;

#[expect(clippy::cast_possible_truncation, reason = "256 KiB")]
const PIECE_BYTES: u32 = ATTACHMENT_CHUNK_BYTES as u32;

/// Slowest disk that is waited for, in bytes a millisecond.
const BYTES_A_MS: u32 = 500;

/// All of an attachment's bytes, and the hash of each piece: made before any transaction opens.
/// The bytes stay the browser's: 128 MiB more would be too much for a phone.
#[derive(Debug, Clone)]
pub(crate) struct Pieces {
    attachment_id: AttachmentId,
    bytes: Uint8Array,
    hashes: Vec<Sha256>,
}

/// The key of the piece in which this byte lies.
pub(crate) fn chunk_key(attachment_id: AttachmentId, at: u64) -> String {
    let index = at / ATTACHMENT_CHUNK_BYTES as u64;
    format!("{attachment_id}/{index:06}")
}

impl Pieces {
    pub(crate) async fn of(
        attachment_id: AttachmentId,
        bytes: Uint8Array,
    ) -> Result<Self, StorageError> {
        let mut pieces = Self { attachment_id, bytes, hashes: Vec::new() };
        for index in 0..pieces.bytes.length().div_ceil(PIECE_BYTES) {
            let sha256 = crypto::sha256_of(&pieces.piece(index)).await?;
            pieces.hashes.push(sha256);
        }
        Ok(pieces)
    }

    /// How long writing them may take, in milliseconds.
    pub(crate) fn limit_ms(&self) -> u32 {
        WORK_MS_MAX.saturating_add(self.bytes.length() / BYTES_A_MS)
    }

    fn piece(&self, index: u32) -> Uint8Array {
        let from = index.saturating_mul(PIECE_BYTES);
        self.bytes.slice(from, from.saturating_add(PIECE_BYTES))
    }

    /// Each piece's place, key and hash.
    fn each(&self) -> impl Iterator<Item = (u32, String, &Sha256)> {
        (0..).zip(&self.hashes).map(|(index, sha256)| {
            let at = u64::from(index) * ATTACHMENT_CHUNK_BYTES as u64;
            (index, chunk_key(self.attachment_id, at), sha256)
        })
    }

    pub(crate) async fn put(&self, transaction: &Transaction) -> Result<(), StorageError> {
        let store = transaction.store(CHUNKS)?;
        for (index, key, sha256) in self.each() {
            let row = Object::new();
            Reflect::set(&row, &"sha256".into(), &sha256.to_string().into())?;
            Reflect::set(&row, &"bytes".into(), &self.piece(index).buffer())?;
            // One after the other: side by side all of them would be in memory twice.
            store.put(&key, &row)?.await?;
        }
        Ok(())
    }

    /// Reads every piece back.
    ///
    /// # Errors
    /// Where one is not what was written.
    pub(crate) async fn read_back(&self, connection: &Connection) -> Result<(), StorageError> {
        for (_, key, sha256) in self.each() {
            let piece = row(connection, &key).await?;
            if !is_whole(&piece, Some(sha256)).await? {
                let reason = "a piece of an attachment did not read back".to_owned();
                return Err(StorageError::Lost(reason));
            }
        }
        Ok(())
    }
}

/// The piece under this key as it was written; none where it is gone or not what it was.
pub(crate) async fn read(
    connection: &Connection,
    key: &str,
) -> Result<Option<Vec<u8>>, StorageError> {
    let row = row(connection, key).await?;
    let is_whole = is_whole(&row, None).await?;
    Ok(parts(&row).filter(|_| is_whole).map(|(_, bytes)| bytes.to_vec()))
}

/// All pieces of an attachment, put together in the order of their keys; none where there is none.
/// Never in this program's memory: the browser keeps a [`Blob`] where it likes.
pub(crate) async fn content(
    connection: &Connection,
    attachment: &Attachment,
) -> Result<Option<Blob>, StorageError> {
    let range = range(attachment.attachment_id)?;
    let rows: JsValue = connection
        .run(async |database| {
            let transaction = database.read(&[CHUNKS])?;
            transaction.store(CHUNKS)?.values(&range, ALL)?.await
        })
        .await?;
    let rows: Array = rows.dyn_into()?;
    let bytes: Array = rows.iter().filter_map(|row| parts(&row)).map(|(_, bytes)| bytes).collect();
    let options = BlobPropertyBag::new();
    options.set_type(&attachment.media_type);
    let content = Blob::new_with_buffer_source_sequence_and_options(&bytes, &options)?;
    #[expect(clippy::cast_precision_loss, reason = "at most 128 MiB")]
    let is_whole = content.size() == attachment.bytes as f64;
    Ok(is_whole.then_some(content))
}

async fn row(connection: &Connection, key: &str) -> Result<JsValue, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[CHUNKS])?;
            transaction.store(CHUNKS)?.get(key)?.await
        })
        .await
}

/// Whether the bytes of a row match its hash, and this one.
async fn is_whole(row: &JsValue, expected: Option<&Sha256>) -> Result<bool, StorageError> {
    let Some((stored, bytes)) = parts(row) else { return Ok(false) };
    let sha256 = crypto::sha256_of(&bytes).await?;
    Ok(sha256.to_string() == stored && expected.is_none_or(|expected| *expected == sha256))
}

/// What of a piece lies at this byte of its attachment and after; none where nothing does.
pub(crate) fn rest(piece: &[u8], at: u64) -> Option<&[u8]> {
    let within = usize::try_from(at % ATTACHMENT_CHUNK_BYTES as u64).ok()?;
    piece.get(within..).filter(|rest| !rest.is_empty())
}

fn parts(row: &JsValue) -> Option<(String, Uint8Array)> {
    let sha256 = reflect::get(row, "sha256")?.as_string()?;
    Some((sha256, Uint8Array::new(&reflect::get(row, "bytes")?)))
}

/// The keys of all pieces of an attachment.
pub(crate) fn range(attachment_id: AttachmentId) -> Result<JsValue, StorageError> {
    // "0" comes right after "/".
    indexed_db::between(&format!("{attachment_id}/"), &format!("{attachment_id}0"), true)
}

/// Takes all pieces of an attachment away.
pub(crate) fn delete(
    transaction: &Transaction,
    attachment_id: AttachmentId,
) -> Result<(), StorageError> {
    transaction.store(CHUNKS)?.delete_range(&range(attachment_id)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_pieces_sort_by_their_place() {
        let id = AttachmentId::new(1, [0; 10]);
        let chunk = ATTACHMENT_CHUNK_BYTES as u64;
        assert_eq!(chunk_key(id, 0), chunk_key(id, chunk - 1));
        assert_eq!(chunk_key(id, chunk), format!("{id}/000001"));
        assert!(chunk_key(id, 9 * chunk) < chunk_key(id, 10 * chunk));
        assert!(chunk_key(id, 0) > format!("{id}/") && chunk_key(id, u64::MAX) < format!("{id}0"));
    }
}
