//! Push: operations come in, each gets a receipt (SYNC.md §1, "Push").

use protocol::limits::PROTOCOL;
use protocol::planted::{self, Bug};
use protocol::push::{Lane, PushAnswer, PushRequest, Receipt};
use protocol::{BatchId, Code, DeviceId};
use rusqlite::Connection;

use super::{Caller, check_not_revoked, check_protocol};
use crate::storage::ops::{self, Arrival, Sender};
use crate::storage::{StorageError, backup, devices, schema};

/// A push, read without the database: a request's own work, so that the one writer has only to
/// write.
pub struct Intake {
    protocol: u16,
    device_id: DeviceId,
    batch_id: BatchId,
    lane: Lane,
    arrivals: Vec<Arrival>,
}

impl Intake {
    /// Reads, hashes and checks every operation.
    #[must_use]
    pub fn read(request: &PushRequest<'_>) -> Self {
        Self {
            protocol: request.protocol,
            device_id: request.device_id,
            batch_id: request.batch_id,
            lane: request.lane,
            arrivals: request.ops.iter().map(|raw| Arrival::read(raw.get())).collect(),
        }
    }
}

/// Stores what a push brought, inside the transaction of `connection`: what is wrong with an
/// operation is a value and undoes nothing. The answer may leave only after the commit.
///
/// # Errors
/// Why the database stored nothing. A refusal of the whole push is the inner error.
pub fn push(
    connection: &Connection,
    caller: &Caller,
    intake: &Intake,
    now_ms: i64,
) -> Result<Result<PushAnswer, Code>, StorageError> {
    if let Err(code) = check(caller, intake) {
        return Ok(Err(code));
    }
    if planted::is(Bug::PoisonBlocks) && intake.arrivals.iter().any(Arrival::is_broken) {
        return Ok(Err(Code::Internal));
    }
    let sender = Sender { device_id: caller.device_id, rep_id: caller.rep_id };
    let (lane, take_in): (_, fn(_, _, _, _) -> _) =
        if caller.is_revoked { (Lane::Deposit, ops::deposit) } else { (Lane::Normal, ops::store) };
    let take_in = if planted::is(Bug::DepositAsNotes) { ops::store as _ } else { take_in };
    let take_in = |arrival| take_in(connection, sender, arrival, now_ms).transpose();
    let receipts: Vec<Receipt> =
        intake.arrivals.iter().filter_map(take_in).collect::<Result<_, _>>()?;
    devices::seen(connection, caller.device_id, now_ms)?;
    Ok(Ok(PushAnswer {
        protocol: PROTOCOL,
        batch_id: intake.batch_id,
        epoch: schema::epoch(connection)?,
        safe_seq: backup::safe_seq(connection)?,
        server_time_ms: now_ms,
        lane,
        receipts,
    }))
}

fn check(caller: &Caller, intake: &Intake) -> Result<(), Code> {
    check_protocol(intake.protocol)?;
    if intake.device_id != caller.device_id {
        return Err(Code::WrongDevice);
    }
    if intake.lane == Lane::Normal { check_not_revoked(caller) } else { Ok(()) }
}
