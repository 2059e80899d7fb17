//! What marketing does with notes: states, hands, tags, and deeds that can be undone.

use serde::{Deserialize, Serialize};

use super::people::UserId;
use super::topics::TopicRef;
use crate::choice::choice;
use crate::id::{DeedId, NoteId, TopicId};
use crate::note::{Hypothesis, Kind};
use crate::words::Words;

choice! {
    /// How far a note has come at marketing's.
    WorkState {
        /// Nobody has looked at it.
        New = "new",
        /// Somebody has.
        Read = "read",
        /// It has its place: a topic, or marketing says that it stands alone.
        Classified = "classified",
        /// A decision cites it.
        Decided = "decided",
        /// Nothing will come of it, and its rep knows why.
        Declined = "declined",
    }
}

/// What marketing did with a note so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// How far it has come.
    pub state: WorkState,
    /// Grows with each change of it.
    pub version: i64,
    /// In whose hands it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
    /// In alphabetical order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether somebody starred it.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_starred: bool,
    /// Until when it stays out of sight: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until_ms: Option<i64>,
    /// The topic that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<TopicRef>,
    /// Why nothing comes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
    /// The rep's hypotheses as marketing sees them; none where it said nothing about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypotheses: Option<Vec<Hypothesis>>,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            state: WorkState::New,
            version: 0,
            assignee: None,
            tags: Vec::new(),
            is_starred: false,
            snoozed_until_ms: None,
            topic: None,
            reason: None,
            hypotheses: None,
        }
    }
}

/// `POST /api/v1/deeds`: one change of one or more notes, all or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedRequest {
    /// Which notes; at most [`crate::limits::DEED_NOTES_MAX`].
    pub note_ids: Vec<NoteId>,
    /// What is done to each.
    pub change: Change,
}

/// What is done to a note. States only go on, but by [`Change::Reopen`]: who reads a classified
/// note again leaves it classified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Somebody has looked at it.
    Read,
    /// Back among the new ones.
    Reopen,
    /// With a star, or without.
    Star(bool),
    /// Into these hands, or nobody's.
    Assign(Option<UserId>),
    /// A tag more.
    Tag(String),
    /// A tag less.
    Untag(String),
    /// Out of sight until then (milliseconds since 1970, UTC), or back.
    Snooze(Option<i64>),
    /// It has its place: in this topic, or in none.
    Classify(Option<TopicId>),
    /// Nothing will come of it. The reason reaches its rep.
    Decline(Words),
    /// What marketing thinks of the rep's hypotheses; none takes that back.
    Hypotheses(Option<Vec<Hypothesis>>),
}

/// The answer to a [`DeedRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedAnswer {
    /// `POST /api/v1/deeds/{deed_id}/undo` takes it back, as long as nothing was built on it.
    pub deed_id: DeedId,
    /// The notes that it changed; those that were so already are left out.
    pub changed: Vec<NoteId>,
}

/// One thing that marketing did: a line of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Which.
    pub deed_id: DeedId,
    /// Who did it: an e-mail address.
    pub by: String,
    /// When: milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// What: a stable name, such as "read", "decline", "topic_merged", "decision_published".
    pub what: String,
    /// What to, in words: a title, a tag, a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How many notes it changed.
    pub notes: u64,
    /// Whether it was taken back.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_undone: bool,
}

/// `GET /api/v1/deeds?before_ms`: the audit, newest first, 100 at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedPage {
    /// Newest first.
    pub deeds: Vec<Deed>,
    /// Whether there are older ones.
    pub has_more: bool,
}

/// `POST /api/v1/notes/{note_id}/remarks`: words into the thread of a note. They reach its rep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkRequest {
    /// The words; not blank.
    pub text: String,
}

/// `PUT /api/v1/attachments/{attachment_id}/transcript`: what a voice memo says. Searchable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptRequest {
    /// The words; blank takes them away.
    pub text: String,
}

/// `GET /api/v1/views`: how much waits, and since when. So that no note is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Views {
    /// By state; snoozed and withdrawn ones are left out.
    pub states: Vec<(WorkState, Waiting)>,
    /// New ones by kind.
    pub new_kinds: Vec<(Kind, Waiting)>,
    /// In the reader's own hands, neither decided nor declined.
    pub mine: Waiting,
    /// With a star.
    pub starred: Waiting,
    /// Out of sight.
    pub snoozed: Waiting,
    /// The reader's own, by name.
    pub saved: Vec<SavedView>,
    /// All tags in use, in alphabetical order.
    pub tags: Vec<String>,
    /// Who can be given a note.
    pub users: Vec<(UserId, String)>,
    /// Regions of customers and reps, in alphabetical order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// The Monday of last week, as in ISO 8601, as long as the reader has not opened its digest:
    /// `PUT /api/v1/digest/{week}/opened` says that they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_due: Option<String>,
    /// Topics that as many customers have named as somebody wanted to be told of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<TopicAlert>,
}

/// A topic has come to its [`super::topics::Topic::alert_at`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicAlert {
    /// Which.
    pub topic: TopicRef,
    /// How many different customers have named it.
    pub customers: u64,
}

/// How many notes, and the age of the oldest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// How many.
    pub count: u64,
    /// When the oldest was received: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_ms: Option<i64>,
}

/// A view that somebody keeps: `POST /api/v1/views` makes or replaces one of a name,
/// `DELETE /api/v1/views/{name}` takes it away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// The query string of the console's inbox, "?kind=gap&state=new".
    pub query: String,
}

/// `GET /api/v1/digest?week`: what a week brought. `week` is the Monday, as in ISO 8601; the
/// current one if absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Its Monday.
    pub week: String,
    /// Notes received, by kind.
    pub received: Vec<(Kind, u64)>,
    /// Notes that became read, classified, decided or declined.
    pub done: Vec<(WorkState, u64)>,
    /// What still waits to be read.
    pub unread: Waiting,
    /// Topics that grew most, with how many notes came to them.
    pub topics: Vec<(TopicRef, u64)>,
    /// Titles of the decisions that were published.
    pub decisions: Vec<Words>,
}

/// An event of `GET /api/v1/events` (server-sent events): the name is "arrived" or "changed", the
/// data the highest seq of the log. Whoever hears it reads again what is shown.
pub const EVENTS: [&str; 2] = ["arrived", "changed"];
