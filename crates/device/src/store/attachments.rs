//! The pieces of attachments: at most 256 KiB each, as ArrayBuffers with their SHA-256. Never as
//! Blobs, which Safari loses (SYNC.md fault 8).

use js_sys::{Object, Reflect, Uint8Array};
use protocol::limits::ATTACHMENT_CHUNK_BYTES;
use protocol::{AttachmentId, Sha256};
use wasm_bindgen::JsValue;

use super::CHUNKS;
use crate::connection::Connection;
use crate::crypto;
use crate::indexed_db::{self, Transaction};
use crate::reflect;
use crate::storage_error::StorageError;

/// All of an attachment's bytes, and the hash of each piece: made before any transaction opens.
#[derive(Debug, Clone)]
pub(crate) struct Pieces {
    attachment_id: AttachmentId,
    bytes: Vec<u8>,
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
        bytes: Vec<u8>,
    ) -> Result<Self, StorageError> {
        let mut hashes = Vec::with_capacity(bytes.len().div_ceil(ATTACHMENT_CHUNK_BYTES));
        for piece in bytes.chunks(ATTACHMENT_CHUNK_BYTES) {
            hashes.push(crypto::sha256(piece).await?);
        }
        Ok(Self { attachment_id, bytes, hashes })
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Each piece's key, bytes and hash.
    fn each(&self) -> impl Iterator<Item = (String, &[u8], &Sha256)> {
        let pieces = self.bytes.chunks(ATTACHMENT_CHUNK_BYTES).zip(&self.hashes);
        pieces.scan(0, |at, (piece, sha256)| {
            let key = chunk_key(self.attachment_id, *at);
            *at += piece.len() as u64;
            Some((key, piece, sha256))
        })
    }

    pub(crate) async fn put(&self, transaction: &Transaction) -> Result<(), StorageError> {
        let store = transaction.store(CHUNKS)?;
        for (key, piece, sha256) in self.each() {
            let row = Object::new();
            Reflect::set(&row, &"sha256".into(), &sha256.to_string().into())?;
            Reflect::set(&row, &"bytes".into(), &Uint8Array::from(piece).buffer())?;
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
        for (key, piece, _) in self.each() {
            if read(connection, &key).await?.as_deref() != Some(piece) {
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
    let row: JsValue = connection
        .run(async |database| {
            let transaction = database.read(&[CHUNKS])?;
            transaction.store(CHUNKS)?.get(key)?.await
        })
        .await?;
    let Some((expected, bytes)) = parts(&row) else { return Ok(None) };
    let is_whole = crypto::sha256(&bytes).await?.to_string() == expected;
    Ok(is_whole.then_some(bytes))
}

/// What of a piece lies at this byte of its attachment and after; none where nothing does.
pub(crate) fn rest(piece: &[u8], at: u64) -> Option<&[u8]> {
    let within = usize::try_from(at % ATTACHMENT_CHUNK_BYTES as u64).ok()?;
    piece.get(within..).filter(|rest| !rest.is_empty())
}

fn parts(row: &JsValue) -> Option<(String, Vec<u8>)> {
    let sha256 = reflect::get(row, "sha256")?.as_string()?;
    let bytes = Uint8Array::new(&reflect::get(row, "bytes")?).to_vec();
    Some((sha256, bytes))
}

/// Takes all pieces of an attachment away.
pub(crate) fn delete(
    transaction: &Transaction,
    attachment_id: AttachmentId,
) -> Result<(), StorageError> {
    // "0" comes right after "/".
    let (from, to) = (format!("{attachment_id}/"), format!("{attachment_id}0"));
    transaction.store(CHUNKS)?.delete_range(&indexed_db::between(&from, &to, true)?)?;
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
