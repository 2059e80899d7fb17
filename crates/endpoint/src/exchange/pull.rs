//! Pull: what changed for the caller's rep since its cursor (SYNC.md §1, "Pull").

use protocol::limits::{PROTOCOL, PULL_CHANGES_MAX};
use protocol::pull::{PullAnswer, RawChange};
use protocol::{BatchId, Code, DeviceId, Epoch, Seq};
use rusqlite::Connection;

use super::{Caller, word};
use crate::storage::{self, Keys, StorageError, backup, log};

/// An epoch and a seq.
const CURSOR_BYTES: usize = 24;

/// A page of the rep's operations, in the order of the log, from all their devices. `cursor` is
/// the last page's, none to begin; `limit` is cut to 1 to [`PULL_CHANGES_MAX`].
///
/// No cursor ever passes a seq that is still to come (SYNC.md §2, 8): there is one writer, SQLite
/// numbers the operations inside its transaction, and a reader sees commits whole and in their
/// order. So whatever commits later has a higher seq than all that could be read before.
///
/// # Errors
/// Why the database failed. The inner error is [`Code::CursorInvalid`] for a cursor that was not
/// given to this device, [`Code::CursorGone`] for one of another epoch, or
/// [`Code::DeviceRevoked`].
pub fn pull(
    db: &Connection,
    caller: Caller,
    cursor: Option<&str>,
    limit: u16,
    request_id: BatchId,
    now_ms: i64,
) -> Result<Result<PullAnswer<RawChange>, Code>, StorageError> {
    if let Err(code) = caller.not_revoked() {
        return Ok(Err(code));
    }
    let (epoch, keys) = (storage::epoch(db)?, Keys::of(db)?);
    let seen = match cursor.map_or(Ok(Seq(0)), |text| read(&keys, caller.device_id, epoch, text)) {
        Ok(seen) => seen,
        Err(code) => return Ok(Err(code)),
    };
    let limit = usize::from(limit.clamp(1, PULL_CHANGES_MAX));
    let mut places = log::places_after(db, caller.rep_id, seen, limit + 1)?;
    let has_more = places.len() > limit;
    places.truncate(limit);
    let reached = places.last().copied().unwrap_or(seen);
    let changes = places.into_iter().filter_map(|seq| log::change_at(db, seq).transpose());
    Ok(Ok(PullAnswer {
        protocol: PROTOCOL,
        request_id,
        cursor_seen: cursor.map(str::to_owned),
        changes: changes.collect::<Result<_, _>>()?,
        next_cursor: write(&keys, caller.device_id, epoch, reached),
        has_more,
        epoch,
        safe_seq: backup::safe_seq(db)?,
        server_time_ms: now_ms,
    }))
}

fn write(keys: &Keys, device_id: DeviceId, epoch: Epoch, Seq(seq): Seq) -> String {
    let bytes = [&epoch.as_bytes()[..], &seq.to_be_bytes()].concat();
    word::give(&keys.cursors(), device_id, &bytes)
}

fn read(keys: &Keys, device_id: DeviceId, epoch: Epoch, text: &str) -> Result<Seq, Code> {
    let bytes = word::take_back::<CURSOR_BYTES>(&keys.cursors(), device_id, text);
    let bytes = bytes.ok_or(Code::CursorInvalid)?;
    match (bytes.first_chunk::<16>(), bytes.last_chunk::<8>()) {
        (Some(of), Some(seq)) if Epoch::from_bytes(*of) == epoch => {
            Ok(Seq(i64::from_be_bytes(*seq)))
        }
        _ => Err(Code::CursorGone),
    }
}
