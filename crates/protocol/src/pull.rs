//! `GET /api/v1/pull?cursor&limit&request_id`: what changed for this device's rep since the cursor
//! (SYNC.md §1, "Pull").

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::id::{BatchId, Epoch, NoteId, OpId, Seq};

/// The answer: a page of changes. `C` is [`RawChange`] where they are only passed on, so that
/// fields and kinds unknown to this version survive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullAnswer<C> {
    /// [`crate::limits::PROTOCOL`] of the endpoint.
    pub protocol: u16,
    /// Echo of the request's.
    pub request_id: BatchId,
    /// Echo of the request's; none for the beginning. A page is applied only where it goes on.
    pub cursor_seen: Option<String>,
    /// This life of the endpoint's database.
    pub epoch: Epoch,
    /// The highest seq inside every backup that could still be restored; none without backups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_seq: Option<Seq>,
    /// The endpoint's clock: milliseconds since 1970, UTC.
    pub server_time_ms: i64,
    /// In the order of the log.
    pub changes: Vec<C>,
    /// Operations of the same stretch of the log whose words are gone (SYNC.md §1, "Edits and
    /// withdrawals"): who missed them must still know that they were seen by others, or would show
    /// for ever what an edit replaced before the note was withdrawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emptied: Vec<Emptied>,
    /// Where the next page begins. Opaque, authentic, and this device's alone.
    pub next_cursor: String,
    /// Whether there is more already.
    pub has_more: bool,
}

/// The place in the history of its note of an operation that wrote words which are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emptied {
    /// Which.
    pub op_id: OpId,
    /// Of which note.
    pub note_id: NoteId,
    /// The operations that its author had seen.
    pub parents: Vec<OpId>,
}

/// A change, untouched.
pub type RawChange = Box<RawValue>;

/// What this version reads of a change.
#[derive(Debug, Deserialize, Serialize)]
pub struct Change<'a> {
    /// Where in the endpoint's log; the only order there is.
    pub seq: Seq,
    /// What it is.
    #[serde(borrow)]
    pub what: What<'a>,
}

/// What a change is.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What<'a> {
    /// An operation of this rep, perhaps of another device of theirs: the text of an
    /// [`crate::Op`], byte for byte as it was pushed.
    #[serde(borrow)]
    Op(&'a RawValue),
    /// What marketing tells this rep: the text of a [`crate::mail::Letter`]. The seqs of letters are
    /// a row of their own.
    #[serde(borrow)]
    Mail(&'a RawValue),
}

impl<'a> Change<'a> {
    /// Reads a change; none where its kind is unknown: "update the app".
    #[must_use]
    pub fn read(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_travels_byte_for_byte_and_an_unknown_kind_is_no_failure() {
        let op: Box<RawValue> = serde_json::from_str(r#"{"a" : 1,"b":"\u00e9"}"#).unwrap();
        let change = Change { seq: Seq(5), what: What::Op(&op) };
        let json = serde_json::to_string(&change).unwrap();
        assert_eq!(json, r#"{"seq":5,"what":{"op":{"a" : 1,"b":"\u00e9"}}}"#);
        let raw: RawChange = serde_json::from_str(&json).unwrap();
        let What::Op(read) = Change::read(&raw).unwrap().what else { panic!("{json}") };
        assert_eq!(read.get(), op.get());
        let newer = r#"{"seq":6,"what":{"hologram":{}},"also":1}"#;
        let raw: RawChange = serde_json::from_str(newer).unwrap();
        assert!(Change::read(&raw).is_none());
        assert_eq!(raw.get(), newer);
    }
}
