//! Reps, their invitations and their devices.

use protocol::console::{DeviceEntry, Rep};
use protocol::enrol::{Admission, EnrolAnswer, EnrolRequest};
use protocol::{Code, DeviceId, PublicKey, RepId, Sha256};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Keys, StorageError, id_bytes, schema};
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

struct Invitation {
    rep_id: RepId,
    expires_at_ms: i64,
    used_by: Option<DeviceId>,
}

/// Makes the sender, whose signature is good, a device of the invited rep under this fresh id. The
/// invitation is consumed by one atomic update; the same key asking again gets the same answer
/// (see [`EnrolRequest`]).
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
    let Some(invitation) = invitation(connection, code_hash)? else {
        return Ok(Err(Code::InvitationUnknown));
    };
    let Invitation { rep_id, expires_at_ms, used_by } = invitation;
    if let Some(known) = used_by {
        if key(connection, known)? != Some(request.public_key) {
            return Ok(Err(Code::InvitationUsed));
        }
        return answer(connection, known, rep_id, &request.public_key).map(Ok);
    }
    if now_ms >= expires_at_ms {
        return Ok(Err(Code::InvitationExpired));
    }
    let name: String = request.device_name.chars().take(NAME_CHARS_MAX).collect();
    if !insert(connection, device_id, rep_id, &name, &request.public_key, now_ms)? {
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
    answer(connection, device_id, rep_id, &request.public_key).map(Ok)
}

fn invitation(db: &Connection, code_hash: Sha256) -> Result<Option<Invitation>, StorageError> {
    Ok(db
        .query_row(
            "SELECT rep_id, expires_at_ms, device_id FROM invitation WHERE code_hash = ?1",
            [code_hash.as_bytes().as_slice()],
            |row| {
                Ok(Invitation {
                    rep_id: RepId::from_bytes(id_bytes(row, 0)?),
                    expires_at_ms: row.get(1)?,
                    used_by: row.get::<_, Option<_>>(2)?.map(DeviceId::from_bytes),
                })
            },
        )
        .optional()?)
}

fn answer(
    connection: &Connection,
    device_id: DeviceId,
    rep_id: RepId,
    public_key: &PublicKey,
) -> Result<EnrolAnswer, StorageError> {
    let rep_name: String = connection.query_row(
        "SELECT name FROM rep WHERE rep_id = ?1",
        [rep_id.as_bytes().as_slice()],
        |row| row.get(0),
    )?;
    let (epoch, keys) = (schema::epoch(connection)?, Keys::of(connection)?);
    let receipt_key = keys.receipts(device_id);
    let admission = keys.admit(device_id, rep_id, &rep_name, public_key);
    Ok(EnrolAnswer { device_id, rep_id, rep_name, epoch, receipt_key, admission })
}

/// Takes a device in again that an earlier life of this database knew (SYNC.md §2, 7); its
/// admission is known to be ours. False where its key is another device's by now.
///
/// # Errors
/// Why nothing was written.
pub fn readmit(
    db: &Connection,
    device_id: DeviceId,
    admission: &Admission,
    now_ms: i64,
) -> Result<bool, StorageError> {
    let Admission { rep_id, rep_name, public_key, .. } = admission;
    // A refusal is no failure, nothing is rolled back by it: no rep may be left behind.
    let mut taken = db.prepare_cached("SELECT 1 FROM device WHERE public_key = ?1")?;
    if taken.exists([public_key.as_bytes().as_slice()])? {
        return Ok(false);
    }
    remember_rep(db, *rep_id, rep_name, now_ms)?;
    // What it was called, only the database knew that is lost.
    insert(db, device_id, *rep_id, "", public_key, now_ms)
}

/// Makes sure that there is this rep. A name stands for one rep; the id makes it one where another
/// bears it by now.
///
/// # Errors
/// Why nothing was written.
pub fn remember_rep(
    db: &Connection,
    rep_id: RepId,
    name: &str,
    created_at_ms: i64,
) -> Result<(), StorageError> {
    db.execute(
        "INSERT INTO rep (rep_id, name, created_at_ms)
         SELECT ?1, ?2 || CASE WHEN EXISTS (SELECT 1 FROM rep WHERE name = ?2)
            THEN ' ' || hex(?1) ELSE '' END, ?3
         WHERE NOT EXISTS (SELECT 1 FROM rep WHERE rep_id = ?1)",
        params![rep_id.as_bytes(), name, created_at_ms],
    )?;
    Ok(())
}

/// False where this key or this id is a device already.
fn insert(
    db: &Connection,
    device_id: DeviceId,
    rep_id: RepId,
    name: &str,
    public_key: &PublicKey,
    now_ms: i64,
) -> Result<bool, StorageError> {
    let made = db.execute(
        "INSERT INTO device (device_id, rep_id, name, public_key, enrolled_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        params![device_id.as_bytes(), rep_id.as_bytes(), name, public_key.as_bytes(), now_ms],
    )?;
    Ok(made == 1)
}

/// Whether there is this device.
///
/// # Errors
/// Why the database failed.
pub fn is_known(db: &Connection, device_id: DeviceId) -> Result<bool, StorageError> {
    let mut query = db.prepare_cached("SELECT 1 FROM device WHERE device_id = ?1")?;
    Ok(query.exists([device_id.as_bytes().as_slice()])?)
}

/// The public half of a device's key; none where the device is unknown or was enrolled before
/// there were keys.
///
/// # Errors
/// Why the database failed.
pub fn key(db: &Connection, device_id: DeviceId) -> Result<Option<PublicKey>, StorageError> {
    let key: Option<Option<[u8; 65]>> = db
        .prepare_cached("SELECT public_key FROM device WHERE device_id = ?1")?
        .query_row([device_id.as_bytes().as_slice()], |row| row.get(0))
        .optional()?;
    Ok(key.flatten().map(PublicKey::from_bytes))
}

/// All devices, by rep, oldest first.
///
/// # Errors
/// Why they could not be read.
pub fn all(db: &Connection) -> Result<Vec<DeviceEntry>, StorageError> {
    let mut statement = db.prepare_cached(
        "SELECT device_id, rep.rep_id, rep.name, device.name, enrolled_at_ms, seen_at_ms,
            revoked_at_ms
         FROM device JOIN rep USING (rep_id) ORDER BY rep.name, enrolled_at_ms, device_id",
    )?;
    let rows = statement.query_map([], |row| {
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

/// Shuts a device out: from now on it may only deposit what it holds, with the tokens that it has
/// and with those to come (SECURITY.md, "revocation"). The first time stands. False where there is
/// no such device.
///
/// # Errors
/// Why nothing was written.
pub fn revoke(db: &Connection, device_id: DeviceId, now_ms: i64) -> Result<bool, StorageError> {
    let found = db.execute(
        "UPDATE device SET revoked_at_ms = coalesce(revoked_at_ms, ?2) WHERE device_id = ?1",
        params![device_id.as_bytes(), now_ms],
    )?;
    Ok(found == 1)
}
