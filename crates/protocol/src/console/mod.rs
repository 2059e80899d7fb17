//! What marketing's console reads from the endpoint, and what it asks of it.

pub mod analysis;
pub mod decisions;
pub mod field;
pub mod people;
pub mod reference;
mod says;
pub mod topics;
pub mod work;

use serde::{Deserialize, Serialize};

use crate::attachment::Attachment;
use crate::choice::choice;
use crate::id::{DeviceId, NoteId, OpId, RepId, Seq, TopicId};
use crate::note::{Hypothesis, Kind, Note};
use crate::op::ClientTime;
use crate::problem::Code;

use people::UserId;
pub use says::Says;
use work::{Work, WorkState};

/// What a signed-in person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads and answers notes.
    Marketer,
    /// That, and people and settings.
    Admin,
}

impl Role {
    /// The name on the wire and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Marketer => "marketer",
            Self::Admin => "admin",
        }
    }
}

/// `POST /api/v1/session`: signs in by a one-time link.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignInRequest {
    /// From the link's fragment.
    pub code: String,
}

/// `GET /api/v1/session`: who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Which user.
    pub user_id: UserId,
    /// Who.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// A rep, to filter by: `GET /api/v1/reps`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rep {
    /// Which.
    pub rep_id: RepId,
    /// Called what.
    pub name: String,
}

/// `GET /api/v1/notes`: which notes, newest first. Also selects what an export holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxQuery {
    /// Only this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Only this rep's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<RepId>,
    /// Only received at or after: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_ms: Option<i64>,
    /// Only received before: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_ms: Option<i64>,
    /// Words that must all occur in text, customer, product or competitor; case and accents are
    /// folded, the last word may be a beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only those in this state; without it all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<WorkState>,
    /// Only those that are neither decided nor declined.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub open: bool,
    /// Only those that are assigned to this user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
    /// Only those with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Only those with a star.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub starred: bool,
    /// Only those that are snoozed now; else, where a state or open ones are asked for, only the others.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub snoozed: bool,
    /// Only those of this topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<TopicId>,
    /// Only those on this product, by its name or any name that means it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Only those on this customer, by its name or any name that means it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Only those on this competitor, by its name or any name that means it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub competitor: Option<String>,
    /// Only those from this region: their customer's, else their rep's, as in the analysis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Only those on customers of this segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Only those of which their rep or marketing holds this hypothesis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypothesis: Option<Hypothesis>,
    /// What became of that hypothesis; without it whatever did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Only those that say this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<Says>,
    /// Only those that have none of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<Without>,
    /// Only those that their reps took back, as long as they are kept; else only the others.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub withdrawn: bool,
    /// Only notes before this one in the list: [`InboxPage::next_before`] of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// Most notes of a page; at most 200, 50 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

choice! {
    /// Who holds a hypothesis on a note.
    Verdict {
        /// The rep, whatever marketing says.
        Named = "named",
        /// The rep, and marketing agreed.
        Confirmed = "confirmed",
        /// The rep, and marketing saw it otherwise.
        Rejected = "rejected",
        /// Marketing alone.
        Added = "added",
    }
}

choice! {
    /// What a note may have none of.
    Without {
        /// It is on no product.
        Product = "product",
        /// It is in no topic.
        Topic = "topic",
    }
}

/// One page of the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxPage {
    /// Newest first.
    pub notes: Vec<InboxNote>,
    /// Where the next page starts; none on the last.
    pub next_before: Option<Seq>,
}

/// A note in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxNote {
    /// Which.
    pub note_id: NoteId,
    /// Its place in the endpoint's log; the inbox's order.
    pub seq: Seq,
    /// Whose.
    pub rep: Rep,
    /// When saved, by the device's clock.
    pub saved_at: ClientTime,
    /// When received: milliseconds since 1970, UTC, by the endpoint's clock.
    pub received_at_ms: i64,
    /// What it says.
    pub note: Note,
    /// What it says as well: edits that did not see each other. Empty but for such.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub siblings: Vec<Note>,
    /// Whether its rep took it back.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_withdrawn: bool,
    /// What marketing did with it so far.
    #[serde(default)]
    pub work: Work,
}

/// `GET /api/v1/notes/{note_id}`: a note with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteDetail {
    /// The note.
    pub note: InboxNote,
    /// The device that it was written on.
    pub device_id: DeviceId,
    /// What the rep calls that device.
    pub device_name: String,
    /// Every operation on it, oldest first.
    pub history: Vec<HistoryEntry>,
    /// Its photos, voice memos and files, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<NoteAttachment>,
    /// What marketing and the rep said to each other about it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thread: Vec<Remark>,
    /// The decisions that cite it, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<decisions::DecisionRef>,
    /// What marketing did with it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deeds: Vec<work::Deed>,
}

/// Words in the thread of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Whether its rep wrote it; else somebody of marketing's.
    pub is_of_rep: bool,
    /// Who: a rep's name, or an e-mail address.
    pub by: String,
    /// When it was received: milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// Its words.
    pub text: String,
}

/// An attachment of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteAttachment {
    /// What its rep's device announced.
    pub attachment: Attachment,
    /// Whether all of it is here and matches its hash: then
    /// `GET /api/v1/attachments/{attachment_id}` has it.
    pub is_complete: bool,
    /// What a voice memo says, as somebody of marketing's typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<String>,
}

/// An enrolled device: `GET /api/v1/devices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceEntry {
    /// Which.
    pub device_id: DeviceId,
    /// Whose.
    pub rep: Rep,
    /// What the rep calls it.
    pub name: String,
    /// Since when: milliseconds since 1970, UTC.
    pub enrolled_at_ms: i64,
    /// When it was last heard of: milliseconds since 1970, UTC; none if never.
    pub seen_at_ms: Option<i64>,
    /// When it was shut out: milliseconds since 1970, UTC; none if it was not.
    pub revoked_at_ms: Option<i64>,
}

/// One operation of a note's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Which.
    pub op_id: OpId,
    /// "create", "edit", "withdraw" or "attach".
    pub action: String,
    /// When, by the device's clock.
    pub saved_at: ClientTime,
    /// When received: milliseconds since 1970, UTC.
    pub received_at_ms: i64,
}

/// `GET /api/v1/quarantine`: what the endpoint holds raw because it breaks a rule, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinePage {
    /// Newest first.
    pub entries: Vec<QuarantineEntry>,
    /// How many there are in all.
    pub total: u64,
}

/// One thing in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineEntry {
    /// Its number.
    pub id: i64,
    /// Whose device sent it.
    pub rep: Rep,
    /// That device.
    pub device_id: DeviceId,
    /// Which rule it breaks.
    pub code: Code,
    /// When received: milliseconds since 1970, UTC.
    pub received_at_ms: i64,
    /// Exactly what arrived.
    pub raw: String,
}
