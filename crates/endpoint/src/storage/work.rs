//! What marketing does with notes: states, hands, tags, stars. A note's row is read and put back as
//! a whole ([`Standing`]), so that the audit can say what stood there before.

use protocol::console::people::UserId;
use protocol::console::topics::TopicRef;
use protocol::console::work::{Work, WorkState};
use protocol::mail::{Content, Declined, Progress};
use protocol::note::Hypothesis;
use protocol::{DecisionId, NoteId, RepId, Seq, TopicId, Words};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{StorageError, id_bytes, mail, unreadable};

/// What [`read`] reads, from a query that has `work`, and `topic` where the note has one.
pub(super) const COLUMNS: &str = "work.state, work.version, work.assignee, work.is_starred,
    work.snoozed_until_ms, work.topic_id, topic.title, work.reason, work.hypotheses,
    (SELECT json_group_array(tag ORDER BY tag) FROM tag WHERE tag.seq = work.seq)";

/// A note came into the inbox's view: it is new. What was done with one that is there already stays.
pub(super) fn begin(db: &Connection, seq: Seq, note_id: NoteId) -> Result<(), StorageError> {
    db.prepare_cached("INSERT OR IGNORE INTO work (note_id, seq) VALUES (?1, ?2)")?
        .execute(params![note_id.as_bytes(), seq.0])?;
    Ok(())
}

/// A note leaves the inbox's view for good. What was done with it stays in the audit.
pub(super) fn end(db: &Connection, seq: Seq) -> Result<(), StorageError> {
    db.prepare_cached("DELETE FROM tag WHERE seq = ?1")?.execute([seq.0])?;
    db.prepare_cached("DELETE FROM work WHERE seq = ?1")?.execute([seq.0])?;
    Ok(())
}

/// What marketing did with a note so far, from [`COLUMNS`] that begin at `first`.
pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Work> {
    let state: String = row.get(first)?;
    let state = state_of(&state);
    let topic_id: Option<[u8; 16]> = row.get(first + 5)?;
    let title: Option<String> = row.get(first + 6)?;
    let reason: Option<String> = row.get(first + 7)?;
    let hypotheses: Option<String> = row.get(first + 8)?;
    let tags: String = row.get(first + 9)?;
    Ok(Work {
        state,
        version: row.get(first + 1)?,
        assignee: row.get::<_, Option<i64>>(first + 2)?.map(UserId),
        tags: serde_json::from_str(&tags).map_err(unreadable)?,
        is_starred: row.get(first + 3)?,
        snoozed_until_ms: row.get(first + 4)?,
        topic: topic_id
            .zip(title)
            .map(|(id, title)| TopicRef { topic_id: TopicId::from_bytes(id), title }),
        // A decision outranks an earlier refusal, which is kept in case the decision lets go of it.
        reason: parsed(reason.filter(|_| state == WorkState::Declined))?,
        hypotheses: parsed(hypotheses)?,
    })
}

fn parsed<T: serde::de::DeserializeOwned>(text: Option<String>) -> rusqlite::Result<Option<T>> {
    text.map(|text| serde_json::from_str(&text).map_err(unreadable)).transpose()
}

/// The state of this name.
pub(super) fn state_of(name: &str) -> WorkState {
    let found = WorkState::ALL.iter().find(|state| state.as_str() == name);
    found.copied().unwrap_or(WorkState::New)
}

/// All that a note's row says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Standing {
    pub(super) state: WorkState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) assignee: Option<UserId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(super) is_starred: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) snoozed_until_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) topic_id: Option<TopicId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hypotheses: Option<Vec<Hypothesis>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) read_at_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) classified_at_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) closed_at_ms: Option<i64>,
}

impl Standing {
    /// Whether its rep would be told something else by this than by the other.
    pub(super) fn tells_otherwise(&self, other: &Self) -> bool {
        let told = |it: &Self| {
            (
                it.state,
                it.topic_id,
                it.reason.clone(),
                it.read_at_ms,
                it.classified_at_ms,
                it.closed_at_ms,
            )
        };
        told(self) != told(other)
    }
}

/// A note that marketing works on.
pub(super) struct Case {
    pub(super) note_id: NoteId,
    pub(super) seq: Seq,
    pub(super) rep_id: RepId,
    pub(super) standing: Standing,
}

/// The note of this id; none where there is none, or not any more.
pub(super) fn case(db: &Connection, note_id: NoteId) -> Result<Option<Case>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT work.seq, note.rep_id, work.state, work.assignee, work.is_starred,
            work.snoozed_until_ms, work.topic_id, work.reason, work.hypotheses, work.read_at_ms,
            work.classified_at_ms, work.closed_at_ms,
            (SELECT json_group_array(tag ORDER BY tag) FROM tag WHERE tag.seq = work.seq)
         FROM work JOIN note ON note.seq = work.seq WHERE work.note_id = ?1",
    )?;
    let found = query.query_row([note_id.as_bytes()], |row| {
        let state: String = row.get(2)?;
        let topic_id: Option<[u8; 16]> = row.get(6)?;
        let tags: String = row.get(12)?;
        let standing = Standing {
            state: state_of(&state),
            assignee: row.get::<_, Option<i64>>(3)?.map(UserId),
            tags: serde_json::from_str(&tags).map_err(unreadable)?,
            is_starred: row.get(4)?,
            snoozed_until_ms: row.get(5)?,
            topic_id: topic_id.map(TopicId::from_bytes),
            reason: parsed(row.get(7)?)?,
            hypotheses: parsed(row.get(8)?)?,
            read_at_ms: row.get(9)?,
            classified_at_ms: row.get(10)?,
            closed_at_ms: row.get(11)?,
        };
        let rep_id = RepId::from_bytes(id_bytes(row, 1)?);
        Ok(Case { note_id, seq: Seq(row.get(0)?), rep_id, standing })
    });
    Ok(found.optional()?)
}

/// Lets a note stand so from now on, and tells its rep where that changes what they know.
pub(super) fn put(db: &Connection, case: &Case, now: &Standing) -> Result<(), StorageError> {
    let reason = now.reason.as_ref().map(json).transpose()?;
    let hypotheses = now.hypotheses.as_ref().map(json).transpose()?;
    db.prepare_cached(
        "UPDATE work SET version = version + 1, state = ?2, assignee = ?3, is_starred = ?4,
            snoozed_until_ms = ?5, topic_id = ?6, reason = ?7, hypotheses = ?8, read_at_ms = ?9,
            classified_at_ms = ?10, closed_at_ms = ?11
         WHERE seq = ?1",
    )?
    .execute(params![
        case.seq.0,
        now.state.as_str(),
        now.assignee.map(|user| user.0),
        now.is_starred,
        now.snoozed_until_ms,
        now.topic_id.as_ref().map(TopicId::as_bytes),
        reason,
        hypotheses,
        now.read_at_ms,
        now.classified_at_ms,
        now.closed_at_ms,
    ])?;
    for tag in case.standing.tags.iter().filter(|tag| !now.tags.contains(tag)) {
        db.prepare_cached("DELETE FROM tag WHERE tag = ?1 AND seq = ?2")?
            .execute(params![tag, case.seq.0])?;
    }
    for tag in now.tags.iter().filter(|tag| !case.standing.tags.contains(tag)) {
        db.prepare_cached("INSERT OR IGNORE INTO tag (tag, seq) VALUES (?1, ?2)")?
            .execute(params![tag, case.seq.0])?;
    }
    if now.tells_otherwise(&case.standing) {
        tell(db, case.note_id, case.rep_id, now)?;
    }
    Ok(())
}

/// Tells a note's rep all that holds now, or takes back what they were told where nothing is left.
pub(super) fn tell(
    db: &Connection,
    note_id: NoteId,
    rep_id: RepId,
    standing: &Standing,
) -> Result<(), StorageError> {
    let progress = progress(db, note_id, standing)?;
    let is_nothing = progress.read_at_ms.is_none()
        && progress.classified_at_ms.is_none()
        && progress.decided_at_ms.is_none()
        && progress.declined.is_none();
    let content = Content::Progress(progress);
    if is_nothing {
        mail::take_back(db, Some(rep_id), &content.key())
    } else {
        mail::post(db, Some(rep_id), &content)
    }
}

fn progress(
    db: &Connection,
    note_id: NoteId,
    standing: &Standing,
) -> Result<Progress, StorageError> {
    let closed_at = |state| standing.closed_at_ms.filter(|_| standing.state == state);
    let topic = match standing.topic_id {
        Some(topic_id) => db
            .prepare_cached("SELECT title FROM topic WHERE topic_id = ?1")?
            .query_row([topic_id.as_bytes()], |row| row.get(0))
            .optional()?,
        None => None,
    };
    let mut decisions = db.prepare_cached(
        "SELECT decision_id FROM decision_note JOIN decision USING (decision_id)
         WHERE note_id = ?1 AND published_at_ms IS NOT NULL
         ORDER BY published_at_ms DESC, decision_id DESC",
    )?;
    let decisions = decisions
        .query_map([note_id.as_bytes()], |row| Ok(DecisionId::from_bytes(id_bytes(row, 0)?)))?;
    let reason = standing.reason.clone().unwrap_or_default();
    Ok(Progress {
        note_id,
        // Who decided on it had read it.
        read_at_ms: standing.read_at_ms.or(standing.closed_at_ms),
        classified_at_ms: standing.classified_at_ms,
        topic,
        decided_at_ms: closed_at(WorkState::Decided),
        decisions: decisions.collect::<Result<_, _>>()?,
        declined: closed_at(WorkState::Declined).map(|at_ms| Declined { at_ms, reason }),
    })
}

/// The JSON text of what a column keeps.
pub(super) fn json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Database(error.to_string()))
}
