//! Reps, their invitations and their devices.

use protocol::enrol::{EnrolAnswer, EnrolRequest};
use protocol::{Code, DeviceId, Epoch, RepId, Sha256};
use rusqlite::{Connection, OptionalExtension, params};

use super::ops::Sender;
use super::{StorageError, id_bytes};
use crate::chance;

/// An invitation lasts 72 hours (SECURITY.md, "enrolment").
const INVITATION_MS: i64 = 72 * 3_600 * 1_000;
/// Longest name of a device, in characters.
const NAME_CHARS_MAX: usize = 100;

/// Invites a rep, who is made where there is none of that name. Returns the secret of the link.
///
/// # Errors
/// Why nothing was written.
pub fn invite(connection: &Connection, rep: &str, now_ms: i64) -> Result<String, StorageError> {
    connection.execute(
        "INSERT INTO rep (rep_id, name, created_at_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO NOTHING",
        params![chance::rep_id()?.as_bytes(), rep, now_ms],
    )?;
    let code = chance::secret()?;
    connection.execute(
        "INSERT INTO invitation (code_hash, rep_id, expires_at_ms)
         SELECT ?1, rep_id, ?2 FROM rep WHERE name = ?3",
        params![Sha256::of(code.as_bytes()).as_bytes(), now_ms + INVITATION_MS, rep],
    )?;
    Ok(code)
}

/// Makes the sender a device of the invited rep. The invitation is consumed by one atomic update;
/// the same device asking again gets the same answer (see [`EnrolRequest`]).
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn enrol(
    connection: &Connection,
    request: &EnrolRequest,
    epoch: Epoch,
    now_ms: i64,
) -> Result<Result<EnrolAnswer, Code>, StorageError> {
    let code_hash = Sha256::of(request.invitation.as_bytes());
    let secret_hash = Sha256::of(request.public_key.as_bytes());
    let invitation: Option<([u8; 16], i64, Option<[u8; 16]>)> = connection
        .query_row(
            "SELECT rep_id, expires_at_ms, device_id FROM invitation WHERE code_hash = ?1",
            [code_hash.as_bytes().as_slice()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((rep_id, expires_at_ms, used_by)) = invitation else {
        return Ok(Err(Code::InvitationUnknown));
    };
    let rep_id = RepId::from_bytes(rep_id);
    if let Some(device_id) = used_by {
        let is_same = connection
            .query_row(
                "SELECT 1 FROM device WHERE device_id = ?1 AND secret_hash = ?2",
                params![device_id, secret_hash.as_bytes()],
                |_| Ok(()),
            )
            .optional()?
            .is_some();
        if !is_same {
            return Ok(Err(Code::InvitationUsed));
        }
        return answer(connection, DeviceId::from_bytes(device_id), rep_id, epoch).map(Ok);
    }
    if now_ms >= expires_at_ms {
        return Ok(Err(Code::InvitationExpired));
    }
    let device_id = chance::device_id()?;
    let name: String = request.device_name.chars().take(NAME_CHARS_MAX).collect();
    let made = connection.execute(
        "INSERT INTO device (device_id, rep_id, name, secret_hash, enrolled_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (secret_hash) DO NOTHING",
        params![device_id.as_bytes(), rep_id.as_bytes(), name, secret_hash.as_bytes(), now_ms],
    )?;
    if made == 0 {
        // This secret is a device already, by another invitation: one secret, one device.
        return Ok(Err(Code::InvitationUsed));
    }
    let consumed = connection.execute(
        "UPDATE invitation SET device_id = ?1
         WHERE code_hash = ?2 AND device_id IS NULL AND expires_at_ms > ?3",
        params![device_id.as_bytes(), code_hash.as_bytes(), now_ms],
    )?;
    if consumed == 0 {
        // Somebody else was faster: this update alone decides, whatever was read above.
        connection.execute(
            "DELETE FROM device WHERE device_id = ?1",
            [device_id.as_bytes().as_slice()],
        )?;
        return Ok(Err(Code::InvitationUsed));
    }
    answer(connection, device_id, rep_id, epoch).map(Ok)
}

fn answer(
    connection: &Connection,
    device_id: DeviceId,
    rep_id: RepId,
    epoch: Epoch,
) -> Result<EnrolAnswer, StorageError> {
    let rep_name = connection.query_row(
        "SELECT name FROM rep WHERE rep_id = ?1",
        [rep_id.as_bytes().as_slice()],
        |row| row.get(0),
    )?;
    let receipt_key = protocol::MacKey::from_bytes([0; 32]);
    let admission = protocol::Mac::from_bytes([0; 32]);
    Ok(EnrolAnswer { device_id, rep_id, rep_name, epoch, receipt_key, admission })
}

/// The device whose token this is.
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn authenticate(
    connection: &Connection,
    secret_hash: Sha256,
) -> Result<Result<Sender, Code>, StorageError> {
    let found = connection
        .prepare_cached(
            "SELECT device_id, rep_id, revoked_at_ms IS NOT NULL FROM device WHERE secret_hash = ?1",
        )?
        .query_row([secret_hash.as_bytes().as_slice()], |row| {
            let sender = Sender {
                device_id: DeviceId::from_bytes(id_bytes(row, 0)?),
                rep_id: RepId::from_bytes(id_bytes(row, 1)?),
            };
            Ok((sender, row.get::<_, bool>(2)?))
        })
        .optional()?;
    Ok(match found {
        None => Err(Code::TokenUnknown),
        Some((_, true)) => Err(Code::DeviceRevoked),
        Some((sender, false)) => Ok(sender),
    })
}
