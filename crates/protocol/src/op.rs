//! An operation: one save, immutable, and hashed as the very bytes that travel.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::attachment::Attachment;
use crate::hash::Sha256;
use crate::history::Link;
use crate::id::{NoteId, OpId};
use crate::note::Note;
use crate::reply::Reply;

/// What the device's clock said. Data, never order or expiry (SYNC.md §1, "Ids").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientTime {
    /// Milliseconds since 1970 in UTC, by the device's clock.
    pub unix_ms: i64,
    /// Local time less UTC, in minutes.
    pub utc_offset_minutes: i16,
}

/// What one save did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Wrote a new note.
    Create(Note),
    /// Replaced the content of a note.
    Edit(Note),
    /// Took a note back.
    Withdraw,
    /// Added a photo, a voice memo or a file. Its bytes are uploaded apart.
    Attach(Attachment),
    /// Answered marketing. The note stays as it is.
    Reply(Reply),
}

impl Action {
    /// What the note says by it, none where it says nothing.
    #[must_use]
    pub const fn note(&self) -> Option<&Note> {
        match self {
            Self::Create(note) | Self::Edit(note) => Some(note),
            Self::Withdraw | Self::Attach(_) | Self::Reply(_) => None,
        }
    }
}

/// Everything about a save that its hash covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpBody {
    /// [`crate::limits::SCHEMA`] of the app that wrote it.
    pub schema: u16,
    /// The note that it is about.
    pub note_id: NoteId,
    /// The operations of this note that its author had seen: edits form a DAG.
    pub parents: Vec<OpId>,
    /// When, by the device's clock.
    pub saved_at: ClientTime,
    /// What was done.
    pub action: Action,
}

/// An operation as it travels and as both ends store it. `body` stays the text that was hashed,
/// so that fields unknown to this version survive and the hash can be checked for ever.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Op<'a> {
    /// Fresh for every save.
    pub op_id: OpId,
    /// Of the bytes of `body`.
    pub sha256: Sha256,
    /// The JSON text of an [`OpBody`].
    #[serde(borrow)]
    pub body: &'a RawValue,
}

/// An operation sealed for travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedOp {
    /// Fresh for every save.
    pub op_id: OpId,
    /// Of the body's bytes.
    pub sha256: Sha256,
    /// The JSON text of an [`Op`], exactly as it will travel.
    pub json: String,
}

impl OpBody {
    /// This operation's place in the history of its note; none for an attachment or a reply,
    /// which stand beside it.
    #[must_use]
    pub fn link(&self, op_id: OpId) -> Option<Link> {
        let is_withdrawal = matches!(self.action, Action::Withdraw);
        let is_step = is_withdrawal || self.action.note().is_some();
        is_step.then(|| Link { op_id, parents: self.parents.clone(), is_withdrawal })
    }

    /// Writes the body down once, hashes those bytes, and wraps them for travel.
    ///
    /// # Errors
    /// When serialisation fails, which only memory can cause.
    pub fn seal(&self, op_id: OpId) -> serde_json::Result<SealedOp> {
        Ok(SealedOp::of(op_id, &serde_json::to_string(self)?))
    }
}

impl SealedOp {
    /// Hashes a body that is written down, the JSON text of an [`OpBody`], and wraps it as an
    /// [`Op`].
    #[must_use]
    pub fn of(op_id: OpId, body: &str) -> Self {
        let sha256 = Sha256::of(body.as_bytes());
        let json = format!(r#"{{"op_id":"{op_id}","sha256":"{sha256}","body":{body}}}"#);
        Self { op_id, sha256, json }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::{Details, Kind};

    #[test]
    fn the_hash_covers_the_bytes_that_travel() {
        let body = OpBody {
            schema: 1,
            note_id: NoteId::new(5, [1; 10]),
            parents: Vec::new(),
            saved_at: ClientTime { unix_ms: 5, utc_offset_minutes: 60 },
            action: Action::Create(Note {
                text: "déjà « vu » \u{1f469}\u{200d}\u{1f680}\n\"\\".to_owned(),
                customer: None,
                product: None,
                visit_id: None,
                place: None,
                hypotheses: Vec::new(),
                details: Details::empty(Kind::Gap),
            }),
        };
        let sealed = body.seal(OpId::new(5, [2; 10])).unwrap();
        let op: Op<'_> = serde_json::from_str(&sealed.json).unwrap();
        assert_eq!(Sha256::of(op.body.get().as_bytes()), op.sha256);
        assert_eq!(op.op_id, sealed.op_id);
        assert_eq!(serde_json::from_str::<OpBody>(op.body.get()).unwrap(), body);
    }
}
