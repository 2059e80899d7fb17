//! The facade's part for what marketing tells a rep, and what the rep replies.

use protocol::mail::{Content, Reference, Referent};
use protocol::{ClientTime, NoteId, OpId, Reply, Seq};

use super::{Device, SaveError};
use crate::storage_error::StorageError;
use crate::store::notes::{NoteState, StoredNote};

/// Something that marketing tells this rep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What it says.
    pub content: Content,
    /// Its place in what marketing told.
    pub seq: Seq,
    /// Whether the rep has seen it.
    pub is_seen: bool,
}

/// Something that this rep replied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Which operation.
    pub op_id: OpId,
    /// In whose thread, for a remark.
    pub note_id: NoteId,
    /// When, by the clock of the device that it was given on.
    pub saved_at: ClientTime,
    /// What was replied.
    pub reply: Reply,
    /// Whether marketing has it.
    pub is_sent: bool,
}

/// How a note stands, as its author sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// On this device's disk.
    Saved,
    /// Committed at marketing's.
    Sent,
    /// Somebody at marketing's read it.
    Read,
    /// It belongs to a topic.
    Classified,
    /// It led to a decision.
    Decided,
    /// Nothing comes of it, and marketing says why.
    Declined,
    /// Refused, or in marketing's quarantine.
    Held,
}

impl Standing {
    /// The name in `data-state`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Sent => "sent",
            Self::Read => "read",
            Self::Classified => "classified",
            Self::Decided => "decided",
            Self::Declined => "declined",
            Self::Held => "held",
        }
    }
}

impl StoredNote {
    /// How it stands.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        match (self.state, &self.progress) {
            (NoteState::Saved, _) => Standing::Saved,
            (NoteState::Held, _) => Standing::Held,
            (NoteState::Sent, None) => Standing::Sent,
            (NoteState::Sent, Some(progress)) => {
                if progress.declined.is_some() {
                    Standing::Declined
                } else if progress.decided_at_ms.is_some() {
                    Standing::Decided
                } else if progress.classified_at_ms.is_some() {
                    Standing::Classified
                } else if progress.read_at_ms.is_some() {
                    Standing::Read
                } else {
                    Standing::Sent
                }
            }
        }
    }
}

#[expect(clippy::unused_async, clippy::missing_errors_doc, reason = "a stand-in until the merge")]
impl Device {
    /// All of a kind that marketing tells, newest first.
    pub async fn mail(&self, _kind: &str) -> Result<Vec<Received>, StorageError> {
        Ok(Vec::new())
    }

    /// One letter by its key.
    pub async fn letter(&self, _key: &str) -> Result<Option<Received>, StorageError> {
        Ok(None)
    }

    /// How many letters are unseen.
    pub async fn unseen(&self) -> Result<u32, StorageError> {
        Ok(0)
    }

    /// The rep has seen it.
    pub async fn mark_seen(&self, _key: &str) -> Result<(), StorageError> {
        Ok(())
    }

    /// Names of reference data.
    pub async fn references(&self, _of: Referent) -> Result<Vec<Reference>, StorageError> {
        Ok(Vec::new())
    }

    /// All of this rep's replies, newest first.
    pub async fn replies(&self) -> Result<Vec<Given>, StorageError> {
        Ok(Vec::new())
    }

    /// Saves a reply.
    pub async fn reply(
        &self,
        _in_thread_of: Option<NoteId>,
        _reply: Reply,
    ) -> Result<(), SaveError> {
        Err(StorageError::Blocked.into())
    }
}
