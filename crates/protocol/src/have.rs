//! `POST /api/v1/have`: which of these operations does the endpoint hold? Asked of everything
//! after a restore and once a day (SYNC.md §1, "Restore safety").

use serde::{Deserialize, Serialize};

use crate::id::{BatchId, DeviceId, Epoch, OpId, Seq};

/// The question; at most [`crate::limits::HAVE_OPS_MAX`] operations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HaveRequest {
    /// [`crate::limits::PROTOCOL`] of the sender.
    pub protocol: u16,
    /// The sender; must be the token's own device.
    pub device_id: DeviceId,
    /// Fresh for every attempt; echoed by the answer.
    pub request_id: BatchId,
    /// Which.
    pub op_ids: Vec<OpId>,
}

/// The answer. An operation that it does not name is not held: it is sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HaveAnswer {
    /// [`crate::limits::PROTOCOL`] of the endpoint.
    pub protocol: u16,
    /// Echo of the request's.
    pub request_id: BatchId,
    /// This life of the endpoint's database.
    pub epoch: Epoch,
    /// The highest seq inside every backup that could still be restored; none without backups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_seq: Option<Seq>,
    /// The endpoint's clock: milliseconds since 1970, UTC.
    pub server_time_ms: i64,
    /// Those that it holds, in the log or in quarantine.
    pub held: Vec<Held>,
}

/// An operation that the endpoint holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Which.
    pub op_id: OpId,
    /// Where in the endpoint's log; none in quarantine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
}
