//! Pull: what changed for a rep, in the order of the log (SYNC.md §1, "Pull").

use protocol::limits::{PROTOCOL, PULL_CHANGES_MAX};
use protocol::planted::{self, Bug};
use protocol::pull::{Change, PullAnswer, RawChange, What};
use protocol::{BatchId, Code, Seq};
use rusqlite::Connection;
use serde_json::value::RawValue;

use super::{Caller, check_not_revoked, cursor};
use crate::storage::keys::Keys;
use crate::storage::ops::{self, Entry, Logged};
use crate::storage::{StorageError, backup, devices, schema};

/// Most bytes of the changes of a page, but always one: 200 of the largest would be 100 MB.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// A page of what this rep's *other* devices pushed: a device knows what it wrote itself, and to
/// hear it again would cost it as much as to send it.
///
/// Gap-safe: the one writer allocates every seq and commits in their order, so below the highest
/// committed seq nothing can appear any more. A database whose seqs commit out of order has to
/// take a lock for each (PostgreSQL's sequences do).
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn pull(
    connection: &Connection,
    caller: &Caller,
    cursor: Option<&str>,
    limit: u16,
    request_id: BatchId,
    now_ms: i64,
) -> Result<Result<PullAnswer<RawChange>, Code>, StorageError> {
    if let Err(code) = check_not_revoked(caller) {
        return Ok(Err(code));
    }
    let epoch = schema::epoch(connection)?;
    let key = Keys::of(connection)?.cursors(caller.device_id);
    let after = match cursor.map(|text| cursor::read(&key, epoch, text)) {
        None => Seq(0),
        Some(Ok(seq)) => seq,
        Some(Err(code)) => return Ok(Err(code)),
    };
    // Before the operations themselves: what is committed in between belongs to the next page.
    let newest = backup::highest_seq(connection)?;
    let limit = usize::from(limit.clamp(1, PULL_CHANGES_MAX));
    let (logged, has_more) = page(connection, caller, after, newest, limit)?;
    let behind = if has_more && !planted::is(Bug::CursorSkips) {
        logged.last().map_or(after, |last| last.seq)
    } else {
        newest
    };
    let (mut changes, mut emptied) = (Vec::new(), Vec::new());
    for Logged { seq, what } in logged {
        match what {
            Entry::Op(text) => changes.push(change(seq, &text)?),
            Entry::Emptied(place) => emptied.push(place),
        }
    }
    Ok(Ok(PullAnswer {
        protocol: PROTOCOL,
        request_id,
        cursor_seen: cursor.map(str::to_owned),
        epoch,
        safe_seq: backup::safe_seq(connection)?,
        server_time_ms: now_ms,
        changes,
        emptied,
        next_cursor: cursor::write(&key, epoch, behind.max(after)),
        has_more,
    }))
}

/// The operations of a page, and whether there are more. Each device's are in order by an index;
/// a rep has few devices, so their lists are merged here.
fn page(
    connection: &Connection,
    caller: &Caller,
    after: Seq,
    until: Seq,
    limit: usize,
) -> Result<(Vec<Logged>, bool), StorageError> {
    let mut found = Vec::new();
    for device_id in devices::siblings(connection, caller.rep_id, caller.device_id)? {
        found.extend(ops::of_device(connection, device_id, after, until, limit + 1)?);
    }
    found.sort_by_key(|logged| logged.seq);
    let mut bytes = 0;
    let fitting = found
        .iter()
        .take(limit)
        .take_while(|logged| {
            let is_first = bytes == 0;
            bytes += logged.bytes();
            is_first || bytes <= PAGE_BYTES
        })
        .count();
    let has_more = found.len() > fitting;
    found.truncate(fitting);
    Ok((found, has_more))
}

fn change(seq: Seq, op: &str) -> Result<RawChange, StorageError> {
    let unreadable = |error: serde_json::Error| StorageError::Database(error.to_string());
    let op: &RawValue = serde_json::from_str(op).map_err(unreadable)?;
    let change = Change { seq, what: What::Op(op) };
    RawValue::from_string(serde_json::to_string(&change).map_err(unreadable)?).map_err(unreadable)
}
