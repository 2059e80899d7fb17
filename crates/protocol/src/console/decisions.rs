//! Decisions: what marketing rectifies, and which notes led to it.

use serde::{Deserialize, Serialize};

use super::InboxNote;
use super::topics::TopicRef;
use super::work::Deed;
use crate::id::{DecisionId, NoteId, RepId, TopicId};
use crate::mail::Rectified;
use crate::words::Words;

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Every rep, those of tomorrow too.
    Everyone,
    /// These.
    Reps(Vec<RepId>),
    /// Of a decision: the authors of the notes that it cites.
    Authors,
}

/// What somebody writes: `POST /api/v1/decisions` for a new draft,
/// `PUT /api/v1/decisions/{decision_id}` with `If-Match` for a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionText {
    /// What it rectifies.
    pub rectified: Rectified,
    /// In a line; not blank.
    pub title: Words,
    /// What changes.
    #[serde(default)]
    pub text: Words,
    /// From which day on: a calendar date as in ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_day: Option<String>,
    /// The product that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Who is told, besides the authors of the cited notes, who always are.
    pub audience: Audience,
    /// The notes that it cites.
    #[serde(default)]
    pub note_ids: Vec<NoteId>,
    /// The topics that it cites; their notes are cited with them.
    #[serde(default)]
    pub topic_ids: Vec<TopicId>,
}

/// A decision, as `GET /api/v1/decisions` lists it, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Which.
    pub decision_id: DecisionId,
    /// Its `ETag`; grows with each change.
    pub version: i64,
    /// What it says.
    pub text: DecisionText,
    /// Who wrote it: an e-mail address.
    pub by: String,
    /// When: milliseconds since 1970, UTC.
    pub made_at_ms: i64,
    /// Since when reps know: `POST /api/v1/decisions/{decision_id}/publish`. From then on every
    /// change reaches them at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at_ms: Option<i64>,
    /// How many notes led to it.
    pub notes: u64,
    /// How many reps wrote them.
    pub reps: u64,
}

/// `GET /api/v1/decisions/{decision_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionDetail {
    /// The decision.
    pub decision: Decision,
    /// The notes that it cites, those of its topics included; at most 200.
    pub notes: Vec<InboxNote>,
    /// The topics that it cites.
    pub topics: Vec<TopicRef>,
    /// What was done to it, oldest first.
    pub deeds: Vec<Deed>,
}

/// A decision by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRef {
    /// Which.
    pub decision_id: DecisionId,
    /// In a line.
    pub title: Words,
    /// Since when reps know; none for a draft.
    pub published_at_ms: Option<i64>,
}
