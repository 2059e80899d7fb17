//! Push: a batch of operations to the endpoint, and one receipt for each (SYNC.md §1, "Push").

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::id::{BatchId, DeviceId, Epoch, OpId, Seq};
use crate::limits::{PROTOCOL, SCHEMA};
use crate::planted::{self, Bug};
use crate::problem::Code;

/// What stands before the operations of a push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushHeader {
    /// [`PROTOCOL`] of the sender.
    pub protocol: u16,
    /// [`SCHEMA`] of the sender.
    pub schema: u16,
    /// The sender; must be the token's own device.
    pub device_id: DeviceId,
    /// The epoch that the sender last saw, if any.
    pub epoch_seen: Option<Epoch>,
    /// Fresh for every attempt; echoed by the answer.
    pub batch_id: BatchId,
    /// What is asked of the endpoint.
    #[serde(default, skip_serializing_if = "Lane::is_normal")]
    pub lane: Lane,
}

/// By which door operations come in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Into the log, as notes.
    #[default]
    Normal,
    /// A revoked device hands over what it still holds, all of it into quarantine
    /// (SYNC.md §1, "Errors"; SECURITY.md, "revocation").
    Deposit,
}

impl Lane {
    /// Whether this is the normal one.
    #[must_use]
    pub const fn is_normal(&self) -> bool {
        matches!(self, Self::Normal)
    }
}

impl PushHeader {
    /// The header of this app's own version.
    #[must_use]
    pub const fn new(device_id: DeviceId, epoch_seen: Option<Epoch>, batch_id: BatchId) -> Self {
        let lane = Lane::Normal;
        Self { protocol: PROTOCOL, schema: SCHEMA, device_id, epoch_seen, batch_id, lane }
    }

    /// The body of the request: this header and the operations' texts, untouched.
    ///
    /// # Errors
    /// When serialisation fails, which only memory can cause.
    pub fn encode<'a>(&self, ops: impl IntoIterator<Item = &'a str>) -> serde_json::Result<String> {
        Ok(with_ops(serde_json::to_string(self)?, ops))
    }
}

/// The body of a push: the JSON of its [`PushHeader`], with the operations' texts, untouched.
#[must_use]
pub fn with_ops<'a>(header: String, ops: impl IntoIterator<Item = &'a str>) -> String {
    let mut json = header;
    json.pop();
    json.push_str(r#","ops":["#);
    for (index, op) in ops.into_iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        json.push_str(op);
    }
    json.push_str("]}");
    json
}

/// A push as the endpoint reads it. Each operation stays raw until its own turn, so that one bad
/// one never holds up another (SYNC.md fault 20).
#[derive(Debug, Deserialize)]
pub struct PushRequest<'a> {
    /// See [`PushHeader::protocol`].
    pub protocol: u16,
    /// See [`PushHeader::schema`].
    pub schema: u16,
    /// See [`PushHeader::device_id`].
    pub device_id: DeviceId,
    /// See [`PushHeader::epoch_seen`].
    pub epoch_seen: Option<Epoch>,
    /// See [`PushHeader::batch_id`].
    pub batch_id: BatchId,
    /// See [`PushHeader::lane`].
    #[serde(default)]
    pub lane: Lane,
    /// The operations' texts, each an [`crate::op::Op`] if it is well.
    #[serde(borrow)]
    pub ops: Vec<&'a RawValue>,
}

/// What the endpoint did with one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Committed and fsynced.
    Stored,
    /// Was there already, with the same hash: a success.
    Duplicate,
    /// Committed and fsynced, raw, where marketing looks at what is broken: confirmed too.
    StoredQuarantined,
    /// Not stored and never will be; the device keeps and shows it.
    Rejected,
    /// Not stored now; send again.
    Retry,
}

/// The endpoint's answer for one operation. A missing receipt means not stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whose receipt this is.
    pub op_id: OpId,
    /// What was done.
    pub verdict: Verdict,
    /// Where in the endpoint's log, when stored there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// Why, when quarantined or rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

impl Verdict {
    /// Whether marketing's endpoint holds the operation durably.
    #[must_use]
    pub fn is_confirmed(self) -> bool {
        matches!(self, Self::Stored | Self::Duplicate | Self::StoredQuarantined)
            || (planted::is(Bug::RetryCounts) && self == Self::Retry)
    }
}

/// The answer to a push; sent only after the commit was fsynced, sealed with the device's receipt
/// key (see [`crate::seal`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushAnswer {
    /// [`PROTOCOL`] of the endpoint.
    pub protocol: u16,
    /// Echo of the request's.
    pub batch_id: BatchId,
    /// This life of the endpoint's database.
    pub epoch: Epoch,
    /// The highest seq inside every backup that could still be restored; none without backups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_seq: Option<Seq>,
    /// The endpoint's clock: milliseconds since 1970, UTC.
    pub server_time_ms: i64,
    /// The door that the operations came in by: [`Lane::Deposit`] only where the device is revoked.
    #[serde(default, skip_serializing_if = "Lane::is_normal")]
    pub lane: Lane,
    /// One for each operation that could be told apart by its id.
    pub receipts: Vec<Receipt>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> PushHeader {
        PushHeader::new(DeviceId::new(1, [1; 10]), None, BatchId::new(2, [2; 10]))
    }

    #[test]
    fn operations_travel_byte_for_byte() {
        let ops = [r#"{"a" : 1}"#, r#"{"b":"é\u00e9"}"#];
        let json = header().encode(ops).unwrap();
        let request: PushRequest<'_> = serde_json::from_str(&json).unwrap();
        assert_eq!(request.ops.iter().map(|op| op.get()).collect::<Vec<_>>(), ops);
        assert_eq!(request.batch_id, header().batch_id);
    }

    #[test]
    fn an_empty_batch_is_well_formed() {
        let json = header().encode([]).unwrap();
        assert!(serde_json::from_str::<PushRequest<'_>>(&json).unwrap().ops.is_empty());
    }
}
