//! What a demo puts into the tables that reps and marketing fill over months, each in its moment.

use protocol::console::decisions::DecisionText;
use protocol::console::people::UserId;
use protocol::console::work::WorkState;
use protocol::note::Hypothesis;
use protocol::{DecisionId, DeviceId, NoteId, RepId, Sha256, TopicId, Words};
use rusqlite::{Connection, params};
use serde::Serialize;

use super::StorageError;

/// Whether nobody has ever used this database: no people, no notes, no reference data.
///
/// # Errors
/// Why it could not be read.
pub fn is_empty(db: &Connection) -> Result<bool, StorageError> {
    Ok(db.query_row(
        "SELECT NOT (EXISTS (SELECT 1 FROM rep) OR EXISTS (SELECT 1 FROM user)
            OR EXISTS (SELECT 1 FROM op) OR EXISTS (SELECT 1 FROM reference)
            OR EXISTS (SELECT 1 FROM quarantine))",
        [],
        |row| row.get(0),
    )?)
}

/// A rep who sells somewhere.
pub(crate) fn put_rep(
    db: &Connection,
    rep_id: RepId,
    name: &str,
    region: &str,
    at_ms: i64,
) -> Result<(), StorageError> {
    db.execute(
        "INSERT INTO rep (rep_id, name, region, created_at_ms) VALUES (?1, ?2, ?3, ?4)",
        params![rep_id.as_bytes(), name, region, at_ms],
    )?;
    Ok(())
}

/// A device that nobody can prove to be: it has no key.
pub(crate) fn put_device(
    db: &Connection,
    device_id: DeviceId,
    rep_id: RepId,
    name: &str,
    enrolled_at_ms: i64,
    seen_at_ms: i64,
) -> Result<(), StorageError> {
    db.execute(
        "INSERT INTO device (device_id, rep_id, name, key_hash, enrolled_at_ms, seen_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            device_id.as_bytes(),
            rep_id.as_bytes(),
            name,
            Sha256::of(device_id.as_bytes()).as_bytes(),
            enrolled_at_ms,
            seen_at_ms
        ],
    )?;
    Ok(())
}

/// A topic.
pub(crate) fn put_topic(
    db: &Connection,
    topic_id: TopicId,
    title: &str,
    at_ms: i64,
) -> Result<(), StorageError> {
    db.execute(
        "INSERT INTO topic (topic_id, title, made_at_ms) VALUES (?1, ?2, ?3)",
        params![topic_id.as_bytes(), title, at_ms],
    )?;
    Ok(())
}

/// How a note stands at marketing's.
pub(crate) struct Standing {
    pub(crate) state: WorkState,
    pub(crate) assignee: Option<UserId>,
    pub(crate) is_starred: bool,
    pub(crate) topic: Option<TopicId>,
    pub(crate) reason: Option<Words>,
    pub(crate) hypotheses: Option<Vec<Hypothesis>>,
    pub(crate) tag: Option<&'static str>,
    pub(crate) read_at_ms: Option<i64>,
    pub(crate) classified_at_ms: Option<i64>,
    pub(crate) closed_at_ms: Option<i64>,
}

/// Puts a note that the view shows into this standing.
pub(crate) fn put_standing(
    db: &Connection,
    note_id: NoteId,
    standing: &Standing,
) -> Result<(), StorageError> {
    db.prepare_cached(
        "UPDATE work SET state = ?2, version = version + 1, assignee = ?3, is_starred = ?4,
            topic_id = ?5, reason = ?6, hypotheses = ?7, read_at_ms = ?8, classified_at_ms = ?9,
            closed_at_ms = ?10
         WHERE note_id = ?1",
    )?
    .execute(params![
        note_id.as_bytes(),
        standing.state.as_str(),
        standing.assignee.map(|user| user.0),
        standing.is_starred,
        standing.topic.as_ref().map(TopicId::as_bytes),
        standing.reason.as_ref().map(json).transpose()?,
        standing.hypotheses.as_ref().map(json).transpose()?,
        standing.read_at_ms,
        standing.classified_at_ms,
        standing.closed_at_ms
    ])?;
    if let Some(tag) = standing.tag {
        db.prepare_cached(
            "INSERT INTO tag (tag, seq) SELECT ?1, seq FROM work WHERE note_id = ?2",
        )?
        .execute(params![tag, note_id.as_bytes()])?;
    }
    Ok(())
}

/// A decision that cites these notes, published or (none) a draft.
pub(crate) fn put_decision(
    db: &Connection,
    decision_id: DecisionId,
    text: &DecisionText,
    by: UserId,
    made_at_ms: i64,
    published_at_ms: Option<i64>,
    notes: &[NoteId],
) -> Result<(), StorageError> {
    db.execute(
        "INSERT INTO decision (decision_id, text, user_id, made_at_ms, published_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![decision_id.as_bytes(), json(text)?, by.0, made_at_ms, published_at_ms],
    )?;
    for topic_id in &text.topic_ids {
        db.execute(
            "INSERT INTO decision_topic (decision_id, topic_id) VALUES (?1, ?2)",
            params![decision_id.as_bytes(), topic_id.as_bytes()],
        )?;
    }
    let mut cite =
        db.prepare_cached("INSERT INTO decision_note (decision_id, note_id) VALUES (?1, ?2)")?;
    for note_id in notes {
        cite.execute(params![decision_id.as_bytes(), note_id.as_bytes()])?;
    }
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Database(error.to_string()))
}
