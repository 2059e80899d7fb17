//! Topics: notes that say the same, gathered under a title. A merged topic keeps its row, so that
//! it can be parted again with every note that it had.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use protocol::console::topics::{Topic, TopicChange, TopicDetail, TopicRef, TopicRequest};
use protocol::console::work::Change;
use protocol::console::{InboxQuery, work::TopicAlert};
use protocol::limits::NAME_CHARS_MAX;
use protocol::mail::Referent;
use protocol::{Code, DeedId, Kind, NoteId, TopicId};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::deeds::{self, Before, By, Line, Stood};
use super::names::{Meaning, Meanings};
use super::objection::{NotMade, Objection};
use super::{StorageError, id_bytes, notes, view, work};

/// Most notes of a topic's detail.
const NOTES_MAX: u16 = 200;

/// What a topic was called, and at how many customers it told.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Named {
    topic_id: TopicId,
    /// The version that it had behind the change.
    version: i64,
    title: String,
    alert_at: Option<u64>,
}

/// What a merge moved.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Merged {
    topic_id: TopicId,
    into: TopicId,
    notes: Vec<NoteId>,
    /// The number of the deed that tells of it among those of the other topic.
    pub(super) companion: i64,
}

struct Stored {
    title: String,
    version: i64,
    alert_at: Option<u64>,
    merged_into: Option<TopicId>,
}

fn stored(db: &Connection, topic_id: TopicId) -> Result<Option<Stored>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT title, version, alert_at, merged_into FROM topic WHERE topic_id = ?1",
    )?;
    let found = query.query_row([topic_id.as_bytes()], |row| {
        let merged_into: Option<[u8; 16]> = row.get(3)?;
        Ok(Stored {
            title: row.get(0)?,
            version: row.get(1)?,
            alert_at: row.get(2)?,
            merged_into: merged_into.map(TopicId::from_bytes),
        })
    });
    Ok(found.optional()?)
}

fn known(db: &Connection, topic_id: TopicId) -> Result<Stored, NotMade> {
    Ok(stored(db, topic_id)?.ok_or_else(|| Objection::unknown("topic", topic_id))?)
}

/// Whether it takes notes; none where there is no such topic.
pub(super) fn is_open(db: &Connection, topic_id: TopicId) -> Result<Option<bool>, StorageError> {
    Ok(stored(db, topic_id)?.map(|topic| topic.merged_into.is_none()))
}

/// Refuses what is to go into a topic that takes no notes.
pub(super) fn check_open(db: &Connection, topic_id: TopicId) -> Result<(), NotMade> {
    if known(db, topic_id)?.merged_into.is_none() {
        return Ok(());
    }
    Err(Objection::new(Code::Closed, format!("topic {topic_id} was merged")).into())
}

/// Its title; none where there is no such topic.
pub(super) fn title(db: &Connection, topic_id: TopicId) -> Result<Option<String>, StorageError> {
    Ok(stored(db, topic_id)?.map(|topic| topic.title))
}

/// Gathers notes under a new title.
///
/// # Errors
/// Why nothing was made.
pub fn make(
    db: &Connection,
    by: &By,
    topic_id: TopicId,
    request: &TopicRequest,
) -> Result<Topic, NotMade> {
    deeds::text("title", &request.title, NAME_CHARS_MAX)?;
    let title = request.title.trim();
    db.prepare_cached("INSERT INTO topic (topic_id, title, made_at_ms) VALUES (?1, ?2, ?3)")?
        .execute(params![topic_id.as_bytes(), title, by.now_ms])?;
    let change = Change::Classify(Some(topic_id));
    let stood = deeds::change_each(db, &request.note_ids, by.now_ms, &change)?;
    let changed: Vec<NoteId> = stood.iter().map(Stood::note_id).collect();
    deeds::record(
        db,
        by,
        &Line {
            what: "topic_made",
            about: Some(title),
            subject: Some(topic_id.as_bytes()),
            notes: &changed,
            before: Some(Before::NoTopic(topic_id, stood)),
        },
    )?;
    answer(db, by, topic_id)
}

/// Renames a topic, sets its threshold, or merges it into another. `version` is the one that whoever
/// asks has seen; `companion` is the id of the other topic's line in the audit.
///
/// # Errors
/// Why it stands as it did.
pub fn change(
    db: &Connection,
    by: &By,
    companion: DeedId,
    topic_id: TopicId,
    version: i64,
    change: &TopicChange,
) -> Result<Topic, NotMade> {
    let topic = known(db, topic_id)?;
    if topic.version != version {
        return Err(Objection::changed(topic.version).into());
    }
    check_open(db, topic_id)?;
    match change.merge_into {
        Some(_) if change.title.is_some() || change.alert_at.is_some() => {
            return Err(Objection::field("merge_into: alone").into());
        }
        Some(into) => merge(db, by, companion, topic_id, into, &topic.title)?,
        None => rename(db, by, topic_id, topic, change)?,
    }
    answer(db, by, topic_id)
}

fn answer(db: &Connection, by: &By, topic_id: TopicId) -> Result<Topic, NotMade> {
    let topic = one(db, topic_id)?.ok_or_else(|| Objection::unknown("topic", topic_id))?;
    Ok(Topic { deed_id: Some(by.deed_id), ..topic })
}

fn rename(
    db: &Connection,
    by: &By,
    topic_id: TopicId,
    topic: Stored,
    change: &TopicChange,
) -> Result<(), NotMade> {
    if let Some(title) = &change.title {
        deeds::text("title", title, NAME_CHARS_MAX)?;
    }
    let title = change.title.as_deref().map_or(&*topic.title, str::trim).to_owned();
    let alert_at = change.alert_at.map_or(topic.alert_at, |at| (at > 0).then_some(at));
    let is_renamed = title != topic.title;
    if !is_renamed && alert_at == topic.alert_at {
        return Ok(());
    }
    set(db, topic_id, &title, alert_at)?;
    let (what, about) = if is_renamed {
        ("topic_renamed", title)
    } else {
        ("topic_alert_set", alert_at.unwrap_or_default().to_string())
    };
    let before = Before::Topic(Named {
        topic_id,
        version: topic.version + 1,
        title: topic.title,
        alert_at: topic.alert_at,
    });
    deeds::record(
        db,
        by,
        &Line {
            what,
            about: Some(&about),
            subject: Some(topic_id.as_bytes()),
            before: Some(before),
            ..Line::default()
        },
    )?;
    Ok(())
}

/// Its version grows, and reps who were told its title are told the new one.
fn set(
    db: &Connection,
    topic_id: TopicId,
    title: &str,
    alert_at: Option<u64>,
) -> Result<(), StorageError> {
    let before = self::title(db, topic_id)?;
    db.prepare_cached(
        "UPDATE topic SET title = ?2, alert_at = ?3, version = version + 1 WHERE topic_id = ?1",
    )?
    .execute(params![topic_id.as_bytes(), title, alert_at])?;
    if before.as_deref() == Some(title) {
        return Ok(());
    }
    for note_id in note_ids(db, topic_id)? {
        if let Some(case) = work::case(db, note_id)? {
            work::tell(db, note_id, case.rep_id, &case.standing)?;
        }
    }
    Ok(())
}

/// All its notes, oldest first.
pub(super) fn note_ids(db: &Connection, topic_id: TopicId) -> Result<Vec<NoteId>, StorageError> {
    let mut query =
        db.prepare_cached("SELECT note_id FROM work WHERE topic_id = ?1 ORDER BY seq")?;
    let rows =
        query.query_map([topic_id.as_bytes()], |row| Ok(NoteId::from_bytes(id_bytes(row, 0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn merge(
    db: &Connection,
    by: &By,
    companion: DeedId,
    topic_id: TopicId,
    into: TopicId,
    title: &str,
) -> Result<(), NotMade> {
    if into == topic_id {
        return Err(Objection::field("merge_into: itself").into());
    }
    check_open(db, into)?;
    view::catch_up(db)?;
    let notes = note_ids(db, topic_id)?;
    move_each(db, &notes, topic_id, into)?;
    point(db, topic_id, Some(into))?;
    grow(db, into)?;
    let into_title = self::title(db, into)?;
    let companion = deeds::record(
        db,
        &By { deed_id: companion, ..*by },
        &Line {
            what: "topic_took_in",
            about: Some(title),
            subject: Some(into.as_bytes()),
            ..Line::default()
        },
    )?;
    let before = Before::Apart(Merged { topic_id, into, notes: notes.clone(), companion });
    deeds::record(
        db,
        by,
        &Line {
            what: "topic_merged",
            about: into_title.as_deref(),
            subject: Some(topic_id.as_bytes()),
            notes: &notes,
            before: Some(before),
        },
    )?;
    Ok(())
}

/// Takes those of these notes that are still in `from` over to `to`.
fn move_each(
    db: &Connection,
    notes: &[NoteId],
    from: TopicId,
    to: TopicId,
) -> Result<(), StorageError> {
    for note_id in notes {
        let Some(case) = work::case(db, *note_id)? else { continue };
        if case.standing.topic_id == Some(from) {
            let standing = work::Standing { topic_id: Some(to), ..case.standing.clone() };
            work::put(db, &case, &standing)?;
        }
    }
    Ok(())
}

fn point(db: &Connection, topic_id: TopicId, into: Option<TopicId>) -> Result<(), StorageError> {
    db.prepare_cached(
        "UPDATE topic SET merged_into = ?2, version = version + 1 WHERE topic_id = ?1",
    )?
    .execute(params![topic_id.as_bytes(), into.as_ref().map(TopicId::as_bytes)])?;
    Ok(())
}

fn grow(db: &Connection, topic_id: TopicId) -> Result<(), StorageError> {
    db.prepare_cached("UPDATE topic SET version = version + 1 WHERE topic_id = ?1")?
        .execute([topic_id.as_bytes()])?;
    Ok(())
}

/// Undoes a merge. What was done meanwhile with single notes stands: those that were taken out of
/// the other topic stay where they are.
pub(super) fn part(db: &Connection, merged: &Merged) -> Result<(), NotMade> {
    let Merged { topic_id, into, notes, .. } = merged;
    let is_merged = stored(db, *topic_id)?.is_some_and(|it| it.merged_into == Some(*into));
    if !is_merged || is_open(db, *into)? != Some(true) {
        let why = format!("topic {into} was merged since");
        return Err(Objection::new(Code::NotUndoable, why).into());
    }
    move_each(db, notes, *into, *topic_id)?;
    point(db, *topic_id, None)?;
    Ok(grow(db, *into)?)
}

/// Undoes a change of title or threshold.
pub(super) fn name_back(db: &Connection, named: &Named) -> Result<(), NotMade> {
    let topic = stored(db, named.topic_id)?;
    if topic.is_none_or(|topic| topic.version != named.version) {
        return Err(Objection::new(Code::NotUndoable, "the topic was changed since").into());
    }
    Ok(set(db, named.topic_id, &named.title, named.alert_at)?)
}

/// Undoes the making of a topic, if nothing has to do with it any more.
pub(super) fn unmake(db: &Connection, topic_id: TopicId) -> Result<(), NotMade> {
    let is_in_use: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM work WHERE topic_id = ?1)
                OR EXISTS (SELECT 1 FROM topic WHERE merged_into = ?1)
                OR EXISTS (SELECT 1 FROM topic WHERE topic_id = ?1 AND merged_into IS NOT NULL)
                OR EXISTS (SELECT 1 FROM decision_topic WHERE topic_id = ?1)",
        )?
        .query_row([topic_id.as_bytes()], |row| row.get(0))?;
    if is_in_use {
        return Err(Objection::new(Code::NotUndoable, "the topic is in use").into());
    }
    db.prepare_cached("DELETE FROM topic WHERE topic_id = ?1")?.execute([topic_id.as_bytes()])?;
    Ok(())
}

/// What is known of a topic's notes.
#[derive(Default)]
struct Count {
    notes: u64,
    customers: HashSet<Meaning>,
    reps: BTreeSet<[u8; 16]>,
    kinds: BTreeMap<&'static str, u64>,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
}

impl Count {
    fn kinds(&self) -> Vec<Kind> {
        let of = |kind: &Kind| self.kinds.get(kind.as_str()).copied().unwrap_or_default();
        let mut kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| of(kind) > 0).collect();
        kinds.sort_by_key(|kind| std::cmp::Reverse(of(kind)));
        kinds
    }
}

/// Counts the notes of one topic, or of all.
fn counts(
    db: &Connection,
    topic_id: Option<TopicId>,
) -> Result<BTreeMap<TopicId, Count>, StorageError> {
    let which = if topic_id.is_some() { "= ?1" } else { "IS NOT ?1" };
    let mut query = db.prepare_cached(&format!(
        "SELECT work.topic_id, note.customer, note.rep_id, note.kind, count(*),
            min(note.received_at_ms), max(note.received_at_ms)
         FROM work INDEXED BY work_by_topic CROSS JOIN note ON note.seq = work.seq
         WHERE work.topic_id IS NOT NULL AND work.topic_id {which}
            AND note.withdrawn_at_ms IS NULL
         GROUP BY work.topic_id, note.customer, note.rep_id, note.kind"
    ))?;
    let meanings = Meanings::of(db, Referent::Customer)?;
    let mut counts: BTreeMap<TopicId, Count> = BTreeMap::new();
    let mut rows = query.query([topic_id.as_ref().map(TopicId::as_bytes)])?;
    while let Some(row) = rows.next()? {
        let count = counts.entry(TopicId::from_bytes(id_bytes(row, 0)?)).or_default();
        let customer: Option<String> = row.get(1)?;
        let (kind, notes): (String, u64) = (row.get(3)?, row.get(4)?);
        count.notes += notes;
        count.customers.extend(customer.and_then(|name| meanings.of_name(&name)));
        count.reps.insert(id_bytes(row, 2)?);
        if let Ok(kind) = kind.parse::<Kind>() {
            *count.kinds.entry(kind.as_str()).or_default() += notes;
        }
        let (first_ms, last_ms): (i64, i64) = (row.get(5)?, row.get(6)?);
        count.first_ms = Some(count.first_ms.map_or(first_ms, |first| first.min(first_ms)));
        count.last_ms = Some(count.last_ms.map_or(last_ms, |last| last.max(last_ms)));
    }
    Ok(counts)
}

/// All topics, those with the most independent customers first.
///
/// # Errors
/// Why they could not be read.
pub fn list(db: &Connection) -> Result<Vec<Topic>, StorageError> {
    topics(db, None)
}

fn one(db: &Connection, topic_id: TopicId) -> Result<Option<Topic>, StorageError> {
    Ok(topics(db, Some(topic_id))?.pop())
}

fn topics(db: &Connection, topic_id: Option<TopicId>) -> Result<Vec<Topic>, StorageError> {
    let mut counts = counts(db, topic_id)?;
    let mut query = db.prepare_cached(
        "SELECT topic.topic_id, topic.title, topic.version, topic.alert_at, other.topic_id,
            other.title
         FROM topic LEFT JOIN topic AS other ON other.topic_id = topic.merged_into
         WHERE ?1 IS NULL OR topic.topic_id = ?1",
    )?;
    let rows = query.query_map([topic_id.as_ref().map(TopicId::as_bytes)], |row| {
        let topic_id = TopicId::from_bytes(id_bytes(row, 0)?);
        let count = counts.remove(&topic_id).unwrap_or_default();
        let (other, title): (Option<[u8; 16]>, Option<String>) = (row.get(4)?, row.get(5)?);
        Ok(Topic {
            topic_id,
            title: row.get(1)?,
            version: row.get(2)?,
            alert_at: row.get(3)?,
            notes: count.notes,
            customers: u64::try_from(count.customers.len()).unwrap_or(u64::MAX),
            reps: u64::try_from(count.reps.len()).unwrap_or(u64::MAX),
            kinds: count.kinds(),
            first_ms: count.first_ms,
            last_ms: count.last_ms,
            merged_into: other
                .zip(title)
                .map(|(id, title)| TopicRef { topic_id: TopicId::from_bytes(id), title }),
            deed_id: None,
        })
    })?;
    let mut topics: Vec<Topic> = rows.collect::<Result<_, _>>()?;
    topics.sort_by(|a, b| {
        (b.customers, b.notes).cmp(&(a.customers, a.notes)).then_with(|| a.title.cmp(&b.title))
    });
    Ok(topics)
}

/// A topic with its newest notes and its history; none where there is no such topic.
///
/// # Errors
/// Why it could not be read.
pub fn detail(db: &Connection, topic_id: TopicId) -> Result<Option<TopicDetail>, StorageError> {
    let Some(topic) = one(db, topic_id)? else { return Ok(None) };
    let query =
        InboxQuery { topic: Some(topic_id), limit: Some(NOTES_MAX), ..InboxQuery::default() };
    let notes = notes::page(db, &query)?.notes;
    let deeds = deeds::of_subject(db, topic_id.as_bytes())?;
    Ok(Some(TopicDetail { topic, notes, deeds }))
}

/// Topics that as many customers have named as somebody wanted to be told of.
pub(super) fn alerts(db: &Connection) -> Result<Vec<TopicAlert>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT topic_id FROM topic WHERE alert_at IS NOT NULL AND merged_into IS NULL",
    )?;
    let watched = query.query_map([], |row| Ok(TopicId::from_bytes(id_bytes(row, 0)?)))?;
    let mut alerts = Vec::new();
    for topic_id in watched.collect::<Result<Vec<_>, _>>()? {
        if let Some(topic) = one(db, topic_id)?
            && topic.alert_at.is_some_and(|at| topic.customers >= at)
        {
            let Topic { topic_id, title, customers, .. } = topic;
            alerts.push(TopicAlert { topic: TopicRef { topic_id, title }, customers });
        }
    }
    Ok(alerts)
}

/// A topic by name.
pub(super) fn by_name(
    db: &Connection,
    topic_id: TopicId,
) -> Result<Option<TopicRef>, StorageError> {
    Ok(title(db, topic_id)?.map(|title| TopicRef { topic_id, title }))
}
