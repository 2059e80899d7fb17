//! Uploads of attachments: their bytes lie in this database and nowhere else, so that one backup
//! has them all, and are on the disk before anyone is told so (SYNC.md §1, "Attachments").
//!
//! `chunks` keeps the bytes, `links` knows which notes they belong to.

mod chunks;
mod links;

use protocol::limits::ATTACHMENT_CHUNK_BYTES;
use protocol::planted::{self, Bug};
use protocol::{Attachment, AttachmentId, Code, DeviceId, Sha256};
use rusqlite::{Connection, OptionalExtension, params};

pub use links::{Visible, read, visible};
pub(super) use links::{announce, forget, of_note};

use super::ops::Sender;
use super::{StorageError, transcripts};

/// An unfinished upload lives this long after its last piece (SYNC.md §1, "Attachments").
pub const UNFINISHED_MS: i64 = 30 * 24 * 3_600 * 1_000;
/// Most uploads that a device may leave unfinished.
pub const UNFINISHED_MAX: i64 = 1_000;
/// Most bytes of one [`append`], so that nobody waits long for the one writer.
pub const PIECE_BYTES_MAX: usize = ATTACHMENT_CHUNK_BYTES;
/// Most expired uploads that go in one chore, for the same reason.
const EXPIRED_AT_ONCE: usize = 4;

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload {
    /// How many bytes are here, all of them on the disk.
    pub offset: u64,
    /// How many there will be.
    pub bytes: u64,
    /// When it is given up: milliseconds since 1970, UTC; none once it is complete.
    pub expires_at_ms: Option<i64>,
}

impl Upload {
    /// Whether all of it is here and matches its hash.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.expires_at_ms.is_none()
    }

    /// How many bytes a piece has at most to end where a chunk ends: pieces cut so are written
    /// once, while others make the last chunk be written again.
    #[must_use]
    pub const fn to_end_of_chunk(&self) -> usize {
        chunks::to_end_of_chunk(self.offset)
    }
}

/// Begins an upload, or finds the one of the same content that this rep's device began before.
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn create(
    db: &Connection,
    sender: Sender,
    attachment: &Attachment,
    now_ms: i64,
) -> Result<Result<Upload, Code>, StorageError> {
    if !attachment.is_within_limits() {
        return Ok(Err(Code::AttachmentTooLarge));
    }
    if is_revoked(db, sender.device_id)? {
        return Ok(Err(Code::DeviceRevoked));
    }
    let Attachment { attachment_id, sha256, bytes, media_type, name } = attachment;
    // Never check-then-insert: the unique key decides (SYNC.md fault 19).
    let made = db
        .prepare_cached(
            "INSERT INTO attachment (attachment_id, rep_id, device_id, sha256, bytes, media_type,
                name, created_at_ms, expires_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (attachment_id) DO NOTHING",
        )?
        .execute(params![
            attachment_id.as_bytes(),
            sender.rep_id.as_bytes(),
            sender.device_id.as_bytes(),
            sha256.as_bytes(),
            bytes,
            media_type,
            name,
            now_ms,
            now_ms.saturating_add(UNFINISHED_MS),
        ])?;
    if made == 1 && unfinished(db, sender.device_id)? > UNFINISHED_MAX {
        remove(db, *attachment_id)?;
        return Ok(Err(Code::TooManyRequests));
    }
    let found = find(db, sender, *attachment_id)?;
    let same = found.filter(|it| it.sha256 == *sha256 && it.upload.bytes == *bytes);
    Ok(same.map(|it| it.upload).ok_or(Code::AttachmentReuse))
}

/// How far this upload is.
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn offset(
    db: &Connection,
    sender: Sender,
    attachment_id: AttachmentId,
) -> Result<Result<Upload, Code>, StorageError> {
    if is_revoked(db, sender.device_id)? {
        return Ok(Err(Code::DeviceRevoked));
    }
    let found = find(db, sender, attachment_id)?;
    Ok(found.map(|it| it.upload).ok_or(Code::NotFound))
}

/// Adds a piece of at most [`PIECE_BYTES_MAX`] that begins at this offset. The last one completes
/// the upload if the whole matches its hash; if not, it begins anew, for nobody knows which of its
/// pieces are the wrong ones.
///
/// # Errors
/// Why the database failed. A refusal is the inner error; nothing was added then.
pub fn append(
    db: &Connection,
    sender: Sender,
    attachment_id: AttachmentId,
    at: u64,
    data: &[u8],
    now_ms: i64,
) -> Result<Result<Upload, Code>, StorageError> {
    if is_revoked(db, sender.device_id)? {
        return Ok(Err(Code::DeviceRevoked));
    }
    let Some(Found { sha256, upload }) = find(db, sender, attachment_id)? else {
        return Ok(Err(Code::NotFound));
    };
    if at != upload.offset {
        return Ok(Err(Code::OffsetMismatch));
    }
    let offset = at.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
    if offset > upload.bytes || data.len() > PIECE_BYTES_MAX {
        return Ok(Err(Code::AttachmentTooLarge));
    }
    if data.is_empty() {
        return Ok(Ok(upload));
    }
    chunks::append(db, attachment_id, at, data)?;
    // A short read and hash of what the disk will hold, not of what came by: seldom more than a
    // few megabytes, and the same transaction says both "all is here" and "it is right".
    let is_right = || -> Result<bool, StorageError> {
        Ok(planted::is(Bug::UploadUnchecked) || chunks::digest(db, attachment_id)? == sha256)
    };
    if offset == upload.bytes && !is_right()? {
        if planted::is(Bug::MismatchKept) {
            return Ok(Err(Code::AttachmentMismatch));
        }
        chunks::remove(db, attachment_id)?;
        move_to(db, attachment_id, Upload { offset: 0, ..upload }, now_ms)?;
        return Ok(Err(Code::AttachmentMismatch));
    }
    move_to(db, attachment_id, Upload { offset, ..upload }, now_ms).map(Ok)
}

/// Records how far an upload is; at its end it is complete.
fn move_to(
    db: &Connection,
    attachment_id: AttachmentId,
    upload: Upload,
    now_ms: i64,
) -> Result<Upload, StorageError> {
    let is_complete = upload.offset == upload.bytes;
    let completed_at_ms = is_complete.then_some(now_ms);
    let expires_at_ms = (!is_complete).then(|| now_ms.saturating_add(UNFINISHED_MS));
    db.prepare_cached(
        "UPDATE attachment SET offset = ?2, completed_at_ms = ?3, expires_at_ms = ?4
         WHERE attachment_id = ?1",
    )?
    .execute(params![
        attachment_id.as_bytes(),
        upload.offset,
        completed_at_ms,
        expires_at_ms
    ])?;
    Ok(Upload { expires_at_ms, ..upload })
}

/// Gives up an unfinished upload. A complete one stays: it may be a note's already.
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn terminate(
    db: &Connection,
    sender: Sender,
    attachment_id: AttachmentId,
) -> Result<Result<(), Code>, StorageError> {
    let upload = match offset(db, sender, attachment_id)? {
        Ok(upload) => upload,
        Err(code) => return Ok(Err(code)),
    };
    if upload.is_complete() {
        return Ok(Err(Code::MethodNotAllowed));
    }
    remove(db, attachment_id)?;
    Ok(Ok(()))
}

/// Removes unfinished uploads whose time is over, a few at a time. A device that comes back all
/// the same simply begins again.
///
/// # Errors
/// Why nothing was written.
pub fn expire(db: &Connection, now_ms: i64) -> Result<(), StorageError> {
    let mut statement = db.prepare_cached(
        "SELECT attachment_id FROM attachment WHERE expires_at_ms <= ?1
         ORDER BY expires_at_ms LIMIT ?2",
    )?;
    let rows = statement.query_map(params![now_ms, EXPIRED_AT_ONCE], |row| row.get(0))?;
    for bytes in rows.collect::<Result<Vec<[u8; 16]>, _>>()? {
        remove(db, AttachmentId::from_bytes(bytes))?;
    }
    Ok(())
}

struct Found {
    sha256: Sha256,
    upload: Upload,
}

/// This rep's upload of this id; another rep's is none.
fn find(
    db: &Connection,
    sender: Sender,
    attachment_id: AttachmentId,
) -> Result<Option<Found>, StorageError> {
    Ok(db
        .prepare_cached(
            "SELECT sha256, offset, bytes, expires_at_ms FROM attachment
             WHERE attachment_id = ?1 AND rep_id = ?2",
        )?
        .query_row(params![attachment_id.as_bytes(), sender.rep_id.as_bytes()], |row| {
            Ok(Found {
                sha256: Sha256::from_bytes(row.get(0)?),
                upload: Upload {
                    offset: row.get(1)?,
                    bytes: row.get(2)?,
                    expires_at_ms: row.get(3)?,
                },
            })
        })
        .optional()?)
}

/// Whether this device was shut out. Each write asks again: a long upload outlives the moment at
/// which its token was looked at.
fn is_revoked(db: &Connection, device_id: DeviceId) -> Result<bool, StorageError> {
    Ok(db
        .prepare_cached(
            "SELECT NOT EXISTS
                (SELECT 1 FROM device WHERE device_id = ?1 AND revoked_at_ms IS NULL)",
        )?
        .query_row([device_id.as_bytes().as_slice()], |row| row.get(0))?)
}

fn unfinished(db: &Connection, device_id: DeviceId) -> Result<i64, StorageError> {
    Ok(db
        .prepare_cached(
            "SELECT count(*) FROM attachment
             WHERE device_id = ?1 AND expires_at_ms IS NOT NULL",
        )?
        .query_row([device_id.as_bytes().as_slice()], |row| row.get(0))?)
}

fn remove(db: &Connection, attachment_id: AttachmentId) -> Result<(), StorageError> {
    chunks::remove(db, attachment_id)?;
    transcripts::forget(db, attachment_id)?;
    db.prepare_cached("DELETE FROM attachment WHERE attachment_id = ?1")?
        .execute([attachment_id.as_bytes().as_slice()])?;
    Ok(())
}
