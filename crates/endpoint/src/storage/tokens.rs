//! Challenges and the tokens that answering one gives (SECURITY.md, "device").
//!
//! A challenge is the endpoint's own sealed word and needs no row: asking for one writes nothing,
//! so nobody can fill a disk with questions. Only a right answer leaves a mark.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::enrol::Admission;
use protocol::planted::{self, Bug};
use protocol::token::{Proof, TOKEN_MS};
use protocol::{Code, DeviceId, Mac, PublicKey, RepId, Sha256};
use rusqlite::{Connection, OptionalExtension, params};

use super::keys::Keys;
use super::{StorageError, devices, id_bytes};

/// A challenge is answered at once or not at all.
const CHALLENGE_MS: i64 = 60_000;
/// Expiry, chance and seal.
const CHALLENGE_BYTES: usize = 8 + 16 + 32;
/// A used challenge is remembered for so long after it has expired: a clock that is set back by
/// less makes none of them good again.
const REMEMBERED_MS: i64 = 3_600_000;
/// Expired rows that are taken away with each new token, at most.
const FORGOTTEN_A_TIME: u32 = 100;

/// A fresh challenge for whoever claims to be this device.
///
/// # Errors
/// Why the key could not be read.
pub fn challenge(
    connection: &Connection,
    device_id: DeviceId,
    chance: [u8; 16],
    now_ms: i64,
) -> Result<String, StorageError> {
    let expires = now_ms.saturating_add(CHALLENGE_MS).to_be_bytes();
    let mac = Keys::of(connection)?.challenges().mac(&parts(&device_id, &expires, &chance));
    Ok(URL_SAFE_NO_PAD.encode([&expires[..], &chance, mac.as_bytes()].concat()))
}

fn parts<'a>(device_id: &'a DeviceId, expires: &'a [u8], chance: &'a [u8]) -> [&'a [u8]; 3] {
    [device_id.as_bytes(), expires, chance]
}

/// When this challenge expires, if it was given to this device here.
fn expiry_ms(keys: &Keys, device_id: DeviceId, challenge: &str) -> Option<i64> {
    let bytes = URL_SAFE_NO_PAD.decode(challenge).ok()?;
    let bytes: &[u8; CHALLENGE_BYTES] = bytes.as_slice().try_into().ok()?;
    let (expires, rest) = bytes.split_at(8);
    let (chance, mac) = rest.split_at(16);
    let mac = Mac::from_bytes(mac.try_into().ok()?);
    let is_ours = keys.challenges().is_mac(&parts(&device_id, expires, chance), &mac);
    is_ours.then(|| i64::from_be_bytes(expires.try_into().unwrap_or_default()))
}

/// The key that the proof must be signed with: the device's own, or, where the database does not
/// know the device, the one that an admission of this endpoint's names.
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn key_of(
    connection: &Connection,
    device_id: DeviceId,
    admission: &Admission,
) -> Result<Result<PublicKey, Code>, StorageError> {
    if let Some(key) = known_key(connection, device_id)? {
        // A device of before there were keys has none: it enrols again.
        return Ok(key.ok_or(Code::DeviceUnknown));
    }
    let keys = Keys::of(connection)?;
    let is_ours = keys.admissions().is_mac(&admission.parts(&device_id), &admission.mac)
        && !planted::is(Bug::AdmissionIgnored);
    Ok(if is_ours { Ok(admission.public_key) } else { Err(Code::DeviceUnknown) })
}

fn known_key(
    connection: &Connection,
    device_id: DeviceId,
) -> Result<Option<Option<PublicKey>>, StorageError> {
    let mut query =
        connection.prepare_cached("SELECT public_key FROM device WHERE device_id = ?1")?;
    let key: Option<Option<[u8; 65]>> =
        query.query_row([device_id.as_bytes().as_slice()], |row| row.get(0)).optional()?;
    Ok(key.map(|key| key.map(PublicKey::from_bytes)))
}

/// Gives a token for a proof whose signature was found right under `signed_with`. Uses up the
/// challenge by one atomic insert, and takes in again a device that a restore made unknown.
/// `chance` becomes the token.
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn grant(
    connection: &Connection,
    device_id: DeviceId,
    proof: &Proof,
    signed_with: PublicKey,
    chance: [u8; 32],
    now_ms: i64,
) -> Result<Result<String, Code>, StorageError> {
    let keys = Keys::of(connection)?;
    let expires_ms = match expiry_ms(&keys, device_id, &proof.challenge) {
        Some(expires_ms) if now_ms < expires_ms => expires_ms,
        _ => return Ok(Err(Code::ProofRefused)),
    };
    match key_of(connection, device_id, &proof.admission)? {
        Ok(key) if key == signed_with => {}
        Ok(_) => return Ok(Err(Code::ProofRefused)),
        Err(code) => return Ok(Err(code)),
    }
    let used = connection
        .prepare_cached(
            "INSERT INTO used_challenge (hash, expires_at_ms) VALUES (?1, ?2)
             ON CONFLICT (hash) DO NOTHING",
        )?
        .execute(params![Sha256::of(proof.challenge.as_bytes()).as_bytes(), expires_ms])?;
    if used == 0 {
        return Ok(Err(Code::ProofRefused));
    }
    if known_key(connection, device_id)?.is_none()
        && !devices::take_in_again(connection, device_id, &proof.admission, now_ms)?
    {
        return Ok(Err(Code::DeviceUnknown));
    }
    issue(connection, device_id, chance, now_ms).map(Ok)
}

/// Writes a token down, hashed, and returns it. Whoever calls it knows who is asking.
///
/// # Errors
/// Why nothing was written.
pub fn issue(
    connection: &Connection,
    device_id: DeviceId,
    chance: [u8; 32],
    now_ms: i64,
) -> Result<String, StorageError> {
    forget_expired(connection, now_ms)?;
    devices::seen(connection, device_id, now_ms)?;
    let token = URL_SAFE_NO_PAD.encode(chance);
    let expires_ms = now_ms.saturating_add(i64::try_from(TOKEN_MS).unwrap_or(i64::MAX));
    connection
        .prepare_cached(
            "INSERT INTO token (token_hash, device_id, expires_at_ms) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![
            Sha256::of(token.as_bytes()).as_bytes(),
            device_id.as_bytes(),
            expires_ms
        ])?;
    Ok(token)
}

/// Takes away what has expired, a part of it at a time.
///
/// # Errors
/// Why nothing was written.
pub fn forget_expired(connection: &Connection, now_ms: i64) -> Result<(), StorageError> {
    for (table, remembered_ms) in [("token", 0), ("used_challenge", REMEMBERED_MS)] {
        let sql = format!(
            "DELETE FROM {table} WHERE rowid IN
                (SELECT rowid FROM {table} WHERE expires_at_ms <= ?1 LIMIT ?2)"
        );
        let until_ms = now_ms.saturating_sub(remembered_ms);
        connection.prepare_cached(&sql)?.execute(params![until_ms, FORGOTTEN_A_TIME])?;
    }
    Ok(())
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The device whose token it is.
    pub device_id: DeviceId,
    /// The rep whose device it is.
    pub rep_id: RepId,
    /// Whether an admin shut it out: then it may deposit and nothing else.
    pub is_revoked: bool,
}

/// The device whose token this is.
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn authenticate(
    connection: &Connection,
    token_hash: Sha256,
    now_ms: i64,
) -> Result<Result<Caller, Code>, StorageError> {
    let good_at_ms = if planted::is(Bug::TokenNeverExpires) { i64::MIN } else { now_ms };
    let found = connection
        .prepare_cached(
            "SELECT device_id, rep_id, revoked_at_ms IS NOT NULL FROM token
             JOIN device USING (device_id) WHERE token_hash = ?1 AND expires_at_ms > ?2",
        )?
        .query_row(params![token_hash.as_bytes(), good_at_ms], |row| {
            Ok(Caller {
                device_id: DeviceId::from_bytes(id_bytes(row, 0)?),
                rep_id: RepId::from_bytes(id_bytes(row, 1)?),
                is_revoked: row.get(2)?,
            })
        })
        .optional()?;
    Ok(found.ok_or(Code::TokenUnknown))
}
