//! Have: which of these operations are here? (SYNC.md §1, "Restore safety")

use protocol::Code;
use protocol::have::{HaveAnswer, HaveRequest, Held};
use protocol::limits::{HAVE_OPS_MAX, PROTOCOL};
use protocol::planted::{self, Bug};
use rusqlite::Connection;

use super::{Caller, check_not_revoked, check_protocol};
use crate::storage::{StorageError, backup, ops, quarantine, schema};

/// Tells which it holds, in the log or in quarantine. Only what came from devices of the caller's
/// own rep counts: another's operation of the same id is not theirs, and none of their business.
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn have(
    connection: &Connection,
    caller: &Caller,
    request: &HaveRequest,
    now_ms: i64,
) -> Result<Result<HaveAnswer, Code>, StorageError> {
    if let Err(code) = check(caller, request) {
        return Ok(Err(code));
    }
    let mut held = Vec::with_capacity(request.op_ids.len());
    for &op_id in &request.op_ids {
        let seq = ops::seq_of(connection, caller.rep_id, op_id)?;
        if planted::is(Bug::HaveSaysAll)
            || seq.is_some()
            || quarantine::holds(connection, caller.rep_id, op_id)?
        {
            held.push(Held { op_id, seq });
        }
    }
    Ok(Ok(HaveAnswer {
        protocol: PROTOCOL,
        request_id: request.request_id,
        epoch: schema::epoch(connection)?,
        safe_seq: backup::safe_seq(connection)?,
        server_time_ms: now_ms,
        held,
    }))
}

fn check(caller: &Caller, request: &HaveRequest) -> Result<(), Code> {
    check_protocol(request.protocol)?;
    if request.device_id != caller.device_id {
        return Err(Code::WrongDevice);
    }
    check_not_revoked(caller)?;
    if request.op_ids.len() > HAVE_OPS_MAX { Err(Code::TooManyOps) } else { Ok(()) }
}
