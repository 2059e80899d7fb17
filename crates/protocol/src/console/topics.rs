//! Topics: notes that say the same, gathered.

use serde::{Deserialize, Serialize};

use super::InboxNote;
use super::work::Deed;
use crate::id::{DeedId, NoteId, TopicId};
use crate::note::Kind;

/// A topic by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicRef {
    /// Which.
    pub topic_id: TopicId,
    /// In a line.
    pub title: String,
}

/// A topic, as `GET /api/v1/topics` lists it: those with the most independent customers first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Which.
    pub topic_id: TopicId,
    /// In a line.
    pub title: String,
    /// Grows with each change; `ETag` of `GET /api/v1/topics/{topic_id}`.
    pub version: i64,
    /// How many notes.
    pub notes: u64,
    /// How many different customers; a name and what means the same count once.
    pub customers: u64,
    /// How many different reps.
    pub reps: u64,
    /// Kinds of its notes, the most frequent first.
    pub kinds: Vec<Kind>,
    /// When its first and its last note were received: milliseconds since 1970, UTC.
    pub first_ms: Option<i64>,
    /// See [`Topic::first_ms`].
    pub last_ms: Option<i64>,
    /// Tell when so many customers have said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_at: Option<u64>,
    /// The topic that it was merged into; then it has no notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<TopicRef>,
    /// In the answer to a `POST` or `PATCH`: the deed that it was, to undo it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deed_id: Option<DeedId>,
}

/// `GET /api/v1/topics/{topic_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicDetail {
    /// The topic.
    pub topic: Topic,
    /// Its newest notes, at most 200.
    pub notes: Vec<InboxNote>,
    /// What was done to it, oldest first.
    pub deeds: Vec<Deed>,
}

/// `POST /api/v1/topics`: gathers notes under a new title. Each becomes classified, and leaves the
/// topic that it was in. The answer is the [`Topic`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicRequest {
    /// In a line; not blank.
    pub title: String,
    /// Its first notes.
    #[serde(default)]
    pub note_ids: Vec<NoteId>,
}

/// `PATCH /api/v1/topics/{topic_id}`, with `If-Match`. The answer is the [`Topic`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicChange {
    /// Another title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Another threshold; 0 for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_at: Option<u64>,
    /// Merge all its notes into this topic; alone. Undone by undoing the deed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge_into: Option<TopicId>,
}

/// `GET /api/v1/notes/{note_id}/similar`: notes that may say the same, the most similar first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similar {
    /// The note.
    pub note: InboxNote,
    /// How similar, in hundredths: 0 to 100.
    pub score: u8,
}

/// `GET /api/v1/topics/suggestions`: groups among notes without a topic that may say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Words that they share, the most telling first.
    pub words: Vec<String>,
    /// At least two.
    pub notes: Vec<InboxNote>,
    /// The topic that they are most similar to, if one is similar enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<TopicRef>,
}
