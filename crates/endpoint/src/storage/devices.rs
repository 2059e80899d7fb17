//! Reps, their invitations and their devices.

use protocol::console::{DeviceEntry, Rep};
use protocol::enrol::{Admission, EnrolAnswer, EnrolRequest};
use protocol::planted::{self, Bug};
use protocol::{Code, DeviceId, Mac, RepId, Sha256};
use rusqlite::{Connection, OptionalExtension, params};

use super::keys::Keys;
use super::{StorageError, id_bytes, schema};
use crate::chance;

/// An invitation lasts 72 hours (SECURITY.md, "enrolment").
pub const INVITATION_MS: i64 = 72 * 3_600 * 1_000;
/// Longest name of a device, in characters.
const NAME_CHARS_MAX: usize = 100;

/// Invites a rep, who is made where there is none of that name, and belongs again if they were
/// removed. Returns the secret of the link.
///
/// # Errors
/// Why nothing was written.
pub fn invite(connection: &Connection, rep: &str, now_ms: i64) -> Result<String, StorageError> {
    connection.execute(
        "INSERT INTO rep (rep_id, name, created_at_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET removed_at_ms = NULL",
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

/// Makes the sender, whose signature was found right, a device of the invited rep, under this
/// fresh id. The invitation
/// is consumed by one atomic update; the same device asking again gets the same answer (see
/// [`EnrolRequest`]).
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn enrol(
    connection: &Connection,
    request: &EnrolRequest,
    device_id: DeviceId,
    now_ms: i64,
) -> Result<Result<EnrolAnswer, Code>, StorageError> {
    let code_hash = Sha256::of(request.invitation.as_bytes());
    let key_hash = Sha256::of(request.public_key.as_bytes());
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
    if let Some(known) = used_by {
        let is_same = connection
            .query_row(
                "SELECT 1 FROM device WHERE device_id = ?1 AND key_hash = ?2",
                params![known, key_hash.as_bytes()],
                |_| Ok(()),
            )
            .optional()?
            .is_some();
        if !is_same && !planted::is(Bug::InvitationReusable) {
            return Ok(Err(Code::InvitationUsed));
        }
        return answer(connection, DeviceId::from_bytes(known), rep_id, request).map(Ok);
    }
    if now_ms >= expires_at_ms {
        return Ok(Err(Code::InvitationExpired));
    }
    let name: String = request.device_name.chars().take(NAME_CHARS_MAX).collect();
    let made = connection.execute(
        "INSERT INTO device (device_id, rep_id, name, key_hash, public_key, enrolled_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (key_hash) DO NOTHING",
        params![
            device_id.as_bytes(),
            rep_id.as_bytes(),
            name,
            key_hash.as_bytes(),
            request.public_key.as_bytes(),
            now_ms
        ],
    )?;
    if made == 0 {
        // This key is a device already, by another invitation: one key, one device.
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
    answer(connection, device_id, rep_id, request).map(Ok)
}

fn answer(
    connection: &Connection,
    device_id: DeviceId,
    rep_id: RepId,
    request: &EnrolRequest,
) -> Result<EnrolAnswer, StorageError> {
    let rep_name = connection.query_row(
        "SELECT name FROM rep WHERE rep_id = ?1",
        [rep_id.as_bytes().as_slice()],
        |row| row.get(0),
    )?;
    let keys = Keys::of(connection)?;
    let mac = Mac::from_bytes([0; 32]);
    let admission = Admission { rep_id, rep_name, public_key: request.public_key, mac };
    let mac = keys.admissions().mac(&admission.parts(&device_id));
    Ok(EnrolAnswer {
        device_id,
        rep_id,
        rep_name: admission.rep_name,
        epoch: schema::epoch(connection)?,
        receipt_key: keys.receipts(device_id),
        admission: mac,
    })
}

/// Makes a device again that this database does not know, by an admission whose MAC and owner
/// were found right: it was restored from a copy older than the device. False where the key is
/// another device's by now, which enrolled with it since: one key, one device.
pub(super) fn take_in_again(
    connection: &Connection,
    device_id: DeviceId,
    admission: &Admission,
    now_ms: i64,
) -> Result<bool, StorageError> {
    let key_hash = Sha256::of(admission.public_key.as_bytes());
    let mut taken = connection.prepare_cached("SELECT 1 FROM device WHERE key_hash = ?1")?;
    if taken.exists([key_hash.as_bytes().as_slice()])? {
        return Ok(false);
    }
    let rep_id = admission.rep_id.as_bytes();
    // A name stands for one rep; the id makes it one where the copy knows another of this name.
    connection.execute(
        "INSERT INTO rep (rep_id, name, created_at_ms)
         SELECT ?1, ?2 || CASE WHEN EXISTS (SELECT 1 FROM rep WHERE name = ?2)
            THEN ' ' || hex(?1) ELSE '' END, ?3
         WHERE NOT EXISTS (SELECT 1 FROM rep WHERE rep_id = ?1)",
        params![rep_id, admission.rep_name, now_ms],
    )?;
    connection.execute(
        "INSERT INTO device (device_id, rep_id, name, key_hash, public_key, enrolled_at_ms)
         VALUES (?1, ?2, '', ?3, ?4, ?5)",
        params![
            device_id.as_bytes(),
            rep_id,
            key_hash.as_bytes(),
            admission.public_key.as_bytes(),
            now_ms
        ],
    )?;
    Ok(true)
}

/// Notes that a device was heard of, to the minute: a row a push would be a row too many.
///
/// # Errors
/// Why nothing was written.
pub fn seen(connection: &Connection, device_id: DeviceId, now_ms: i64) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "UPDATE device SET seen_at_ms = ?2
             WHERE device_id = ?1 AND coalesce(seen_at_ms, 0) <= ?2 - 60000",
        )?
        .execute(params![device_id.as_bytes(), now_ms])?;
    Ok(())
}

/// All devices, by rep and age.
///
/// # Errors
/// Why they could not be read.
pub fn list(connection: &Connection) -> Result<Vec<DeviceEntry>, StorageError> {
    let mut query = connection.prepare_cached(
        "SELECT device_id, rep_id, rep.name, device.name, enrolled_at_ms, seen_at_ms, revoked_at_ms
         FROM device JOIN rep USING (rep_id) ORDER BY rep.name, enrolled_at_ms, device_id",
    )?;
    let rows = query.query_map([], |row| {
        Ok(DeviceEntry {
            device_id: DeviceId::from_bytes(id_bytes(row, 0)?),
            rep: Rep { rep_id: RepId::from_bytes(id_bytes(row, 1)?), name: row.get(2)? },
            name: row.get(3)?,
            enrolled_at_ms: row.get(4)?,
            seen_at_ms: row.get(5)?,
            revoked_at_ms: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The other devices of this rep.
pub(crate) fn siblings(
    connection: &Connection,
    rep_id: RepId,
    device_id: DeviceId,
) -> Result<Vec<DeviceId>, StorageError> {
    let mut query = connection
        .prepare_cached("SELECT device_id FROM device WHERE rep_id = ?1 AND device_id <> ?2")?;
    let rows = query.query_map(params![rep_id.as_bytes(), device_id.as_bytes()], |row| {
        Ok(DeviceId::from_bytes(id_bytes(row, 0)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Shuts a device out, at once and for good. False where there is none of this id.
///
/// # Errors
/// Why nothing was written.
pub fn revoke(
    connection: &Connection,
    device_id: DeviceId,
    now_ms: i64,
) -> Result<bool, StorageError> {
    let found = connection.execute(
        "UPDATE device SET revoked_at_ms = coalesce(revoked_at_ms, ?2) WHERE device_id = ?1",
        params![device_id.as_bytes(), now_ms],
    )?;
    Ok(found == 1)
}
