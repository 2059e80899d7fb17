//! Tokens: a challenge, its signed answer, a token for a few minutes (SECURITY.md, "device").
//!
//! The signature itself is checked by whoever calls, between [`signer`] and [`issue`]: it takes
//! longer than all the rest, so the one writer is not kept waiting with it.

use protocol::token::Proof;
use protocol::{Code, DeviceId, PublicKey, Sha256};
use rusqlite::Connection;

use super::word;
use crate::storage::{Keys, StorageError, devices, tokens};

/// How long a challenge may be answered, in milliseconds.
const CHALLENGE_MS: i64 = 60_000;

/// Its end, and 16 random bytes.
const CHALLENGE_BYTES: usize = 24;

/// A challenge for this device. It is the endpoint's sealed word, so nothing is stored and nobody
/// learns by it whether there is such a device.
#[must_use]
pub fn challenge(keys: &Keys, device_id: DeviceId, chance: [u8; 16], now_ms: i64) -> String {
    let expires_at_ms = now_ms.saturating_add(CHALLENGE_MS);
    let bytes = [&expires_at_ms.to_be_bytes()[..], &chance].concat();
    word::give(&keys.challenges(), device_id, &bytes)
}

/// What a good challenge says.
struct Challenge {
    hash: Sha256,
    expires_at_ms: i64,
}

fn good(keys: &Keys, device_id: DeviceId, text: &str, now_ms: i64) -> Result<Challenge, Code> {
    let bytes = word::take_back::<CHALLENGE_BYTES>(&keys.challenges(), device_id, text);
    let bytes = bytes.ok_or(Code::ProofRefused)?;
    let expires_at_ms = bytes.first_chunk().map_or(i64::MIN, |bytes| i64::from_be_bytes(*bytes));
    if now_ms >= expires_at_ms {
        return Err(Code::ProofRefused);
    }
    Ok(Challenge { hash: Sha256::of(&bytes), expires_at_ms })
}

/// Whose signature the proof has to bear: the key of the device, or that of its admission where an
/// endpoint was restored from a backup older than the device.
///
/// # Errors
/// Why the database failed. The inner error is [`Code::ProofRefused`] for a challenge that is not
/// good, [`Code::DeviceUnknown`] for a device that was never taken in here.
pub fn signer(
    db: &Connection,
    device_id: DeviceId,
    proof: &Proof,
    now_ms: i64,
) -> Result<Result<PublicKey, Code>, StorageError> {
    let keys = Keys::of(db)?;
    if let Err(code) = good(&keys, device_id, &proof.challenge, now_ms) {
        return Ok(Err(code));
    }
    if devices::is_known(db, device_id)? {
        // One from before there were keys has to enrol again.
        return Ok(devices::key(db, device_id)?.ok_or(Code::DeviceUnknown));
    }
    let is_ours = keys.has_admitted(device_id, &proof.admission);
    Ok(if is_ours { Ok(proof.admission.public_key) } else { Err(Code::DeviceUnknown) })
}

/// A token that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// For the device alone; only its hash is stored.
    pub token: String,
    /// Whether the device was unknown and taken in again by its admission.
    pub is_readmitted: bool,
}

/// Makes a token of these random bytes for whoever signed the proof: its challenge is used up, an
/// unknown device is taken in again. Revoked devices get one, too: it opens the deposit lane alone.
///
/// # Errors
/// Why the database failed. The inner error is one of [`signer`]'s, or [`Code::ProofRefused`] where
/// the challenge was used before.
pub fn issue(
    db: &Connection,
    device_id: DeviceId,
    proof: &Proof,
    chance: [u8; 32],
    now_ms: i64,
) -> Result<Result<Issued, Code>, StorageError> {
    let keys = Keys::of(db)?;
    let challenge = match good(&keys, device_id, &proof.challenge, now_ms) {
        Ok(challenge) => challenge,
        Err(code) => return Ok(Err(code)),
    };
    let is_known = devices::is_known(db, device_id)?;
    if !is_known {
        let is_ours = keys.has_admitted(device_id, &proof.admission);
        if !is_ours || !devices::readmit(db, device_id, &proof.admission, now_ms)? {
            return Ok(Err(Code::DeviceUnknown));
        }
    }
    if !tokens::use_up(db, challenge.hash, challenge.expires_at_ms)? {
        return Ok(Err(Code::ProofRefused));
    }
    let token = tokens::grant(db, device_id, chance, now_ms)?;
    Ok(Ok(Issued { token, is_readmitted: !is_known }))
}
