//! Pull: what changed for a rep, in the order of the log (SYNC.md §1, "Pull").

use protocol::limits::{PROTOCOL, PULL_CHANGES_MAX};
use protocol::planted::{self, Bug};
use protocol::pull::{Change, PullAnswer, RawChange, What};
use protocol::{BatchId, Code, Seq};
use rusqlite::Connection;
use serde_json::value::RawValue;

use super::cursor::Place;
use super::{Caller, check_not_revoked, cursor};
use crate::storage::keys::Keys;
use crate::storage::mail::{self, Posted};
use crate::storage::ops::{self, Entry, Logged};
use crate::storage::{StorageError, backup, devices, schema};

/// Most bytes of the changes of a page, but always one: 200 of the largest would be 100 MB.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// A page of what this rep's *other* devices pushed, and of what marketing tells the rep: a device
/// knows what it wrote itself, and to hear it again would cost it as much as to send it.
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
        None => Place::BEGINNING,
        Some(Ok(place)) => place,
        Some(Err(code)) => return Ok(Err(code)),
    };
    // Before what is read itself: what is committed in between belongs to the next page.
    let newest =
        Place { log: backup::highest_seq(connection)?, mail: mail::highest_seq(connection)? };
    let limit = usize::from(limit.clamp(1, PULL_CHANGES_MAX));
    let mut room = Room { changes: limit, bytes: PAGE_BYTES };
    let (logged, has_more_logged) = page(connection, caller, after.log, newest.log, &mut room)?;
    let (posted, has_more_mail) = letters(connection, caller, after.mail, newest.mail, &mut room)?;
    let behind = |has_more, last: Option<Seq>, after, newest| {
        if has_more && !planted::is(Bug::CursorSkips) { last.unwrap_or(after) } else { newest }
    };
    let last_logged = logged.last().map(|last| last.seq);
    let last_posted = posted.last().map(|last| last.seq);
    let behind = Place {
        log: behind(has_more_logged, last_logged, after.log, newest.log).max(after.log),
        mail: behind(has_more_mail, last_posted, after.mail, newest.mail).max(after.mail),
    };
    let (mut changes, mut emptied) = (Vec::new(), Vec::new());
    for Logged { seq, what } in logged {
        match what {
            Entry::Op(text) => changes.push(change(seq, &text, What::Op)?),
            Entry::Emptied(place) => emptied.push(place),
        }
    }
    for Posted { seq, letter } in posted {
        changes.push(change(seq, &letter, What::Mail)?);
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
        next_cursor: cursor::write(&key, epoch, behind),
        has_more: has_more_logged || has_more_mail,
    }))
}

/// What a page has room for.
struct Room {
    changes: usize,
    bytes: usize,
}

impl Room {
    /// How many of these fit, of this many bytes each. Where nothing is in the page yet, one always
    /// does.
    fn take(&mut self, bytes: impl Iterator<Item = usize>) -> usize {
        let mut taken = 0;
        for bytes in bytes {
            let is_first = self.bytes == PAGE_BYTES;
            if self.changes == 0 || (bytes > self.bytes && !is_first) {
                break;
            }
            self.changes -= 1;
            self.bytes = self.bytes.saturating_sub(bytes.max(1));
            taken += 1;
        }
        taken
    }
}

/// The operations of a page, and whether there are more. Each device's are in order by an index;
/// a rep has few devices, so their lists are merged here.
fn page(
    connection: &Connection,
    caller: &Caller,
    after: Seq,
    until: Seq,
    room: &mut Room,
) -> Result<(Vec<Logged>, bool), StorageError> {
    let mut found = Vec::new();
    for device_id in devices::siblings(connection, caller.rep_id, caller.device_id)? {
        found.extend(ops::of_device(connection, device_id, after, until, room.changes + 1)?);
    }
    found.sort_by_key(|logged| logged.seq);
    let fitting = room.take(found.iter().map(Logged::bytes));
    let has_more = found.len() > fitting;
    found.truncate(fitting);
    Ok((found, has_more))
}

/// What marketing tells this rep, as far as there is room behind the operations.
fn letters(
    connection: &Connection,
    caller: &Caller,
    after: Seq,
    until: Seq,
    room: &mut Room,
) -> Result<(Vec<Posted>, bool), StorageError> {
    let mut found = mail::of_rep(connection, caller.rep_id, after, until, room.changes + 1)?;
    let fitting = room.take(found.iter().map(|posted| posted.letter.len()));
    let has_more = found.len() > fitting;
    found.truncate(fitting);
    Ok((found, has_more))
}

fn change<'a>(
    seq: Seq,
    text: &'a str,
    what: fn(&'a RawValue) -> What<'a>,
) -> Result<RawChange, StorageError> {
    let unreadable = |error: serde_json::Error| StorageError::Database(error.to_string());
    let raw: &'a RawValue = serde_json::from_str(text).map_err(unreadable)?;
    let change = Change { seq, what: what(raw) };
    RawValue::from_string(serde_json::to_string(&change).map_err(unreadable)?).map_err(unreadable)
}
