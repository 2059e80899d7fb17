//! The tokens that devices come in by, stored as hashes alone, and the challenges that were used.

use protocol::token::TOKEN_MS;
use protocol::{DeviceId, RepId, Sha256};
use rusqlite::{Connection, OptionalExtension, params};

use super::ops::Sender;
use super::{StorageError, id_bytes};

/// How long a used challenge is remembered beyond its end, in milliseconds: should the endpoint's
/// clock be set back, it is still no good.
const REMEMBERED_MS: i64 = 3_600 * 1_000;

/// Whose token this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The device and its rep.
    pub sender: Sender,
    /// Whether the device was shut out.
    pub is_revoked: bool,
}

/// Makes a token of these random bytes for a device that is known, and notes when it was seen.
///
/// # Errors
/// Why nothing was written.
pub fn grant(
    db: &Connection,
    device_id: DeviceId,
    chance: [u8; 32],
    now_ms: i64,
) -> Result<String, StorageError> {
    let token: String = chance.iter().map(|byte| format!("{byte:02x}")).collect();
    let expires_at_ms = now_ms.saturating_add_unsigned(TOKEN_MS);
    db.prepare_cached(
        "INSERT INTO token (token_hash, device_id, expires_at_ms) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![
        Sha256::of(token.as_bytes()).as_bytes(),
        device_id.as_bytes(),
        expires_at_ms
    ])?;
    db.prepare_cached("UPDATE device SET seen_at_ms = ?2 WHERE device_id = ?1")?
        .execute(params![device_id.as_bytes(), now_ms])?;
    Ok(token)
}

/// Whose it is; none where there is no such token, or not any more.
///
/// # Errors
/// Why the database failed.
pub fn owner(
    db: &Connection,
    token_hash: Sha256,
    now_ms: i64,
) -> Result<Option<Owner>, StorageError> {
    Ok(db
        .prepare_cached(
            "SELECT device.device_id, device.rep_id, device.revoked_at_ms IS NOT NULL
             FROM token JOIN device USING (device_id)
             WHERE token.token_hash = ?1 AND token.expires_at_ms > ?2",
        )?
        .query_row(params![token_hash.as_bytes(), now_ms], |row| {
            let device_id = DeviceId::from_bytes(id_bytes(row, 0)?);
            let rep_id = RepId::from_bytes(id_bytes(row, 1)?);
            Ok(Owner { sender: Sender { device_id, rep_id }, is_revoked: row.get(2)? })
        })
        .optional()?)
}

/// Uses up a challenge; false where it was used already. The unique key decides, never a look
/// before.
///
/// # Errors
/// Why nothing was written.
pub fn use_up(
    db: &Connection,
    challenge: Sha256,
    expires_at_ms: i64,
) -> Result<bool, StorageError> {
    let used = db
        .prepare_cached(
            "INSERT INTO used_challenge (hash, expires_at_ms) VALUES (?1, ?2)
             ON CONFLICT (hash) DO NOTHING",
        )?
        .execute(params![challenge.as_bytes(), expires_at_ms])?;
    Ok(used == 1)
}

/// Forgets what is no good to anyone any more.
///
/// # Errors
/// Why nothing was written.
pub fn forget_expired(db: &Connection, now_ms: i64) -> Result<(), StorageError> {
    db.prepare_cached("DELETE FROM token WHERE expires_at_ms <= ?1")?.execute([now_ms])?;
    db.prepare_cached("DELETE FROM used_challenge WHERE expires_at_ms <= ?1")?
        .execute([now_ms.saturating_sub(REMEMBERED_MS)])?;
    Ok(())
}
