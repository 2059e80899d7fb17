//! Have: which of these operations does the endpoint hold? (SYNC.md §1, "Restore safety".)

use protocol::Code;
use protocol::have::{HaveAnswer, HaveRequest};
use protocol::limits::{HAVE_OPS_MAX, PROTOCOL};
use rusqlite::Connection;

use super::{Caller, understood};
use crate::storage::{self, StorageError, backup, log};

/// Names those of the caller's own rep that are in the log or in quarantine.
///
/// # Errors
/// Why the database failed. A refusal is the inner error.
pub fn have(
    db: &Connection,
    caller: Caller,
    request: &HaveRequest,
    now_ms: i64,
) -> Result<Result<HaveAnswer, Code>, StorageError> {
    if let Err(code) = check(caller, request) {
        return Ok(Err(code));
    }
    let held = request.op_ids.iter().map(|op_id| log::held(db, caller.rep_id, *op_id));
    Ok(Ok(HaveAnswer {
        protocol: PROTOCOL,
        request_id: request.request_id,
        held: held.filter_map(Result::transpose).collect::<Result<_, _>>()?,
        epoch: storage::epoch(db)?,
        safe_seq: backup::safe_seq(db)?,
        server_time_ms: now_ms,
    }))
}

fn check(caller: Caller, request: &HaveRequest) -> Result<(), Code> {
    understood(request.protocol)?;
    caller.is_device(request.device_id)?;
    caller.not_revoked()?;
    if request.op_ids.len() > HAVE_OPS_MAX { Err(Code::TooManyOps) } else { Ok(()) }
}
