//! Push: a batch of operations comes in, each gets its receipt (SYNC.md §1, "Push").

use protocol::Code;
use protocol::limits::{BATCH_OPS_MAX, PROTOCOL};
use protocol::push::{Lane, PushAnswer, PushHeader, Receipt};
use rusqlite::Connection;

use super::{Caller, understood};
use crate::storage::ops::{self, Arrival};
use crate::storage::{self, StorageError, backup};

/// Whether this batch may come in at all; needs no database.
///
/// # Errors
/// Why not.
pub fn check(caller: Caller, head: &PushHeader, ops: usize) -> Result<(), Code> {
    understood(head.protocol)?;
    caller.is_device(head.device_id)?;
    if ops > BATCH_OPS_MAX {
        return Err(Code::BatchTooLarge);
    }
    match head.lane {
        Lane::Normal => caller.not_revoked(),
        Lane::Deposit => Ok(()),
    }
}

/// Stores a batch and answers for each of its operations. What a revoked device deposits goes into
/// quarantine, all of it; one that is not revoked and thinks so has its notes stored as ever.
///
/// # Errors
/// Why the database stored nothing. A refusal is the inner error: nothing is stored then, either.
pub fn push(
    db: &Connection,
    caller: Caller,
    head: &PushHeader,
    arrivals: &[Arrival],
    now_ms: i64,
) -> Result<Result<PushAnswer, Code>, StorageError> {
    if let Err(code) = check(caller, head, arrivals.len()) {
        return Ok(Err(code));
    }
    let sender = caller.sender();
    let (lane, take) = if caller.is_revoked {
        (Lane::Deposit, ops::deposit as Take)
    } else {
        (Lane::Normal, ops::store as Take)
    };
    let receipts = arrivals.iter().filter_map(|it| take(db, sender, it, now_ms).transpose());
    Ok(Ok(PushAnswer {
        protocol: PROTOCOL,
        batch_id: head.batch_id,
        receipts: receipts.collect::<Result<_, _>>()?,
        epoch: storage::epoch(db)?,
        safe_seq: backup::safe_seq(db)?,
        server_time_ms: now_ms,
        lane,
    }))
}

/// By which door an operation goes in.
type Take = fn(&Connection, ops::Sender, &Arrival, i64) -> Result<Option<Receipt>, StorageError>;
