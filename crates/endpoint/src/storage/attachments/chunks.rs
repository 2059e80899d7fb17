//! The bytes of an attachment, in rows that each begin at a multiple of a chunk's length.
//!
//! So the number of rows depends on the attachment alone and never on how its upload was cut, and
//! any range is found without counting.

use protocol::limits::ATTACHMENT_CHUNK_BYTES;
use protocol::{AttachmentId, Sha256};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::Digest;

use crate::storage::StorageError;

/// Bytes of every chunk but the last.
pub(super) const CHUNK_BYTES: u64 = ATTACHMENT_CHUNK_BYTES as u64;

/// How many bytes there are from this offset to the end of its chunk.
pub(super) const fn to_end_of_chunk(offset: u64) -> usize {
    ATTACHMENT_CHUNK_BYTES - (offset % CHUNK_BYTES) as usize
}

/// Writes a piece behind the bytes that end at `at`.
pub(super) fn append(
    db: &Connection,
    attachment_id: AttachmentId,
    at: u64,
    data: &[u8],
) -> Result<(), StorageError> {
    let (mut at, mut rest) = (at, data);
    while !rest.is_empty() {
        let (now, later) = rest.split_at(rest.len().min(to_end_of_chunk(at)));
        fill(db, attachment_id, at, now)?;
        at += now.len() as u64;
        rest = later;
    }
    Ok(())
}

/// Writes bytes that all belong to one chunk.
fn fill(
    db: &Connection,
    attachment_id: AttachmentId,
    at: u64,
    data: &[u8],
) -> Result<(), StorageError> {
    let start = at - at % CHUNK_BYTES;
    let mut chunk = match at - start {
        0 => Vec::new(),
        _ => chunk(db, attachment_id, start)?.unwrap_or_default(),
    };
    if chunk.len() as u64 != at - start {
        // The offset says that they are here: this file is not what we wrote.
        return Err(StorageError::Database("a chunk of an attachment is incomplete".to_owned()));
    }
    chunk.extend_from_slice(data);
    db.prepare_cached(
        "INSERT INTO attachment_chunk (attachment_id, at, data) VALUES (?1, ?2, ?3)
         ON CONFLICT (attachment_id, at) DO UPDATE SET data = excluded.data",
    )?
    .execute(params![attachment_id.as_bytes(), start, chunk])?;
    Ok(())
}

/// The chunk that begins here.
pub(super) fn chunk(
    db: &Connection,
    attachment_id: AttachmentId,
    start: u64,
) -> Result<Option<Vec<u8>>, StorageError> {
    Ok(db
        .prepare_cached("SELECT data FROM attachment_chunk WHERE attachment_id = ?1 AND at = ?2")?
        .query_row(params![attachment_id.as_bytes(), start], |row| row.get(0))
        .optional()?)
}

/// The digest of all bytes that are here, never more than one chunk of them in memory.
pub(super) fn digest(db: &Connection, attachment_id: AttachmentId) -> Result<Sha256, StorageError> {
    let mut statement = db
        .prepare_cached("SELECT data FROM attachment_chunk WHERE attachment_id = ?1 ORDER BY at")?;
    let mut rows = statement.query([attachment_id.as_bytes().as_slice()])?;
    let mut hasher = sha2::Sha256::new();
    while let Some(row) = rows.next()? {
        let data = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        hasher.update(data);
    }
    Ok(Sha256::from_bytes(hasher.finalize().into()))
}

/// Removes all of them.
pub(super) fn remove(db: &Connection, attachment_id: AttachmentId) -> Result<(), StorageError> {
    db.prepare_cached("DELETE FROM attachment_chunk WHERE attachment_id = ?1")?
        .execute([attachment_id.as_bytes().as_slice()])?;
    Ok(())
}
