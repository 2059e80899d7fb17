//! The log as a rep's devices read it: what of theirs it holds, and what came after a cursor.

use protocol::have::Held;
use protocol::pull::{Change, RawChange, What};
use protocol::{Op, OpId, RepId, Seq, Sha256};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::value::RawValue;

use super::{StorageError, id_bytes};

/// Where this operation of this rep is held, in the log or in quarantine; none where it is not.
/// Another rep's operation of the same id is not theirs: to say that it is held would let a device
/// drop what only it has.
///
/// # Errors
/// Why it could not be read.
pub fn held(db: &Connection, rep_id: RepId, op_id: OpId) -> Result<Option<Held>, StorageError> {
    let ids = params![op_id.as_bytes(), rep_id.as_bytes()];
    let seq = db
        .prepare_cached(
            "SELECT seq FROM op JOIN device USING (device_id) WHERE op_id = ?1 AND rep_id = ?2",
        )?
        .query_row(ids, |row| row.get(0))
        .optional()?;
    if let Some(seq) = seq {
        return Ok(Some(Held { op_id, seq: Some(Seq(seq)) }));
    }
    let is_set_aside = db
        .prepare_cached(
            "SELECT 1 FROM quarantine JOIN device USING (device_id)
             WHERE op_id = ?1 AND rep_id = ?2",
        )?
        .exists(ids)?;
    Ok(is_set_aside.then_some(Held { op_id, seq: None }))
}

/// The places of this rep's operations after this one, in the order of the log, at most so many.
/// Each device has a short list of its own in an index, so a page costs the same wherever it
/// begins.
///
/// # Errors
/// Why they could not be read.
pub fn places_after(
    db: &Connection,
    rep_id: RepId,
    after: Seq,
    places_max: usize,
) -> Result<Vec<Seq>, StorageError> {
    let mut devices = db.prepare_cached("SELECT device_id FROM device WHERE rep_id = ?1")?;
    let mut places = db.prepare_cached(
        "SELECT seq FROM op WHERE device_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let limit = i64::try_from(places_max).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for device in devices.query_map([rep_id.as_bytes().as_slice()], |row| id_bytes(row, 0))? {
        let own = places.query_map(params![device?, after.0, limit], |row| row.get(0).map(Seq))?;
        found.extend(own.collect::<Result<Vec<Seq>, _>>()?);
    }
    found.sort_unstable();
    found.truncate(places_max);
    Ok(found)
}

/// The operation at this place as a change, its body byte for byte as it was pushed. None where
/// its words were withdrawn and are gone: whoever has never seen the note shall not see it now.
///
/// # Errors
/// Why it could not be read.
pub fn change_at(db: &Connection, seq: Seq) -> Result<Option<RawChange>, StorageError> {
    let mut statement = db.prepare_cached(
        "SELECT op_id, sha256, body FROM op WHERE seq = ?1 AND is_emptied IS NULL",
    )?;
    let found: Option<([u8; 16], [u8; 32], String)> = statement
        .query_row([seq.0], |row| Ok((id_bytes(row, 0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((op_id, sha256, body)) = found else { return Ok(None) };
    let (op_id, sha256) = (OpId::from_bytes(op_id), Sha256::from_bytes(sha256));
    written(seq, op_id, sha256, body)
        .map(Some)
        .map_err(|error| StorageError::Database(format!("operation {}: {error}", seq.0)))
}

fn written(seq: Seq, op_id: OpId, sha256: Sha256, body: String) -> serde_json::Result<RawChange> {
    let body = RawValue::from_string(body)?;
    let op = serde_json::value::to_raw_value(&Op { op_id, sha256, body: &body })?;
    serde_json::value::to_raw_value(&Change { seq, what: What::Op(&op) })
}
