//! Decisions: drafts that cite notes and topics, and what publishing one tells reps.
//!
//! A note is decided for as long as a published decision cites it. A topic brings the notes that it
//! has when it is first cited, and at each later change those that came to it; what it brought stays
//! cited as long as the topic does, whatever becomes of the topic.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use protocol::console::InboxNote;
use protocol::console::decisions::{Audience, Decision, DecisionDetail, DecisionRef, DecisionText};
use protocol::console::work::WorkState;
use protocol::limits::{DEED_NOTES_MAX, ITEMS_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use protocol::mail::{Content, Decision as Letter};
use protocol::{Code, DecisionId, NoteId, RepId, TopicId, Words};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::deeds::{self, By, Line};
use super::objection::{NotMade, Objection};
use super::work::{Case, Standing};
use super::{StorageError, id_bytes, mail, notes, topics, unreadable, view, work};

/// Most notes of a decision's detail.
const NOTES_MAX: usize = 200;

/// Begins a draft.
///
/// # Errors
/// Why there is none.
pub fn make(
    db: &Connection,
    by: &By,
    decision_id: DecisionId,
    text: &DecisionText,
) -> Result<Decision, NotMade> {
    check(db, text)?;
    db.prepare_cached(
        "INSERT INTO decision (decision_id, text, user_id, made_at_ms) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![decision_id.as_bytes(), work::json(text)?, by.user_id.0, by.now_ms])?;
    cite(db, decision_id, text)?;
    record(db, by, "decision_made", decision_id, text, &[])?;
    known(db, decision_id)
}

/// Changes a decision. `version` is the one that whoever asks has seen. Of a published one, reps
/// hear at once.
///
/// # Errors
/// Why it stands as it did.
pub fn change(
    db: &Connection,
    by: &By,
    decision_id: DecisionId,
    version: i64,
    text: &DecisionText,
) -> Result<Decision, NotMade> {
    let before = seen(db, decision_id, version)?;
    check(db, text)?;
    db.prepare_cached(
        "UPDATE decision SET text = ?2, version = version + 1 WHERE decision_id = ?1",
    )?
    .execute(params![decision_id.as_bytes(), work::json(text)?])?;
    let others = cite(db, decision_id, text)?;
    let changed = match before.published_at_ms {
        Some(at_ms) => {
            tell(db, decision_id, text, at_ms)?;
            settle(db, others, by.now_ms)?
        }
        None => Vec::new(),
    };
    record(db, by, "decision_changed", decision_id, text, &changed)?;
    known(db, decision_id)
}

/// Publishes a draft: its notes become decided, and reps hear of it.
///
/// # Errors
/// Why it is a draft still.
pub fn publish(
    db: &Connection,
    by: &By,
    decision_id: DecisionId,
    version: i64,
) -> Result<Decision, NotMade> {
    let Decision { text, published_at_ms, .. } = seen(db, decision_id, version)?;
    if published_at_ms.is_some() {
        return Err(Objection::new(Code::Closed, "it is published already").into());
    }
    db.prepare_cached(
        "UPDATE decision SET published_at_ms = ?2, version = version + 1 WHERE decision_id = ?1",
    )?
    .execute(params![decision_id.as_bytes(), by.now_ms])?;
    tell(db, decision_id, &text, by.now_ms)?;
    let changed = settle(db, cited(db, decision_id)?.into_keys(), by.now_ms)?;
    record(db, by, "decision_published", decision_id, &text, &changed)?;
    known(db, decision_id)
}

fn record(
    db: &Connection,
    by: &By,
    what: &str,
    decision_id: DecisionId,
    text: &DecisionText,
    notes: &[NoteId],
) -> Result<(), StorageError> {
    let about = Some(text.title.pick(false));
    let subject = Some(decision_id.as_bytes());
    deeds::record(db, by, &Line { what, about, subject, notes, before: None }).map(drop)
}

/// The decision, if this is its version.
fn seen(db: &Connection, decision_id: DecisionId, version: i64) -> Result<Decision, NotMade> {
    let decision = known(db, decision_id)?;
    if decision.version == version {
        Ok(decision)
    } else {
        Err(Objection::changed(decision.version).into())
    }
}

fn known(db: &Connection, decision_id: DecisionId) -> Result<Decision, NotMade> {
    Ok(one(db, decision_id)?.ok_or_else(|| Objection::unknown("decision", decision_id))?)
}

fn check(db: &Connection, text: &DecisionText) -> Result<(), NotMade> {
    let DecisionText { title, text, from_day, product, audience, note_ids, topic_ids, .. } = text;
    words("title", title, NAME_CHARS_MAX)?;
    if title.is_blank() {
        return Err(Objection::field("title: blank").into());
    }
    words("text", text, TEXT_CHARS_MAX)?;
    if from_day.as_ref().is_some_and(|day| day.parse::<Date>().is_err()) {
        return Err(Objection::field("from_day: a day such as 2026-06-01").into());
    }
    if let Some(product) = product {
        deeds::text("product", product, NAME_CHARS_MAX)?;
    }
    if note_ids.len() > DEED_NOTES_MAX {
        return Err(Objection::field(format!("note_ids: at most {DEED_NOTES_MAX}")).into());
    }
    if topic_ids.len() > ITEMS_MAX {
        return Err(Objection::field(format!("topic_ids: at most {ITEMS_MAX}")).into());
    }
    if let Audience::Reps(reps) = audience {
        for rep_id in reps {
            let is_known: bool = db
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM rep WHERE rep_id = ?1)")?
                .query_row([rep_id.as_bytes()], |row| row.get(0))?;
            if !is_known {
                return Err(Objection::unknown("rep", rep_id).into());
            }
        }
    }
    Ok(())
}

fn words(field: &str, words: &Words, chars_max: usize) -> Result<(), Objection> {
    if words.chars_max() > chars_max {
        return Err(Objection::field(format!("{field}: at most {chars_max} characters")));
    }
    Ok(())
}

/// The notes that a decision cites, each with the topic that brought it, if one did.
fn cited(
    db: &Connection,
    decision_id: DecisionId,
) -> Result<BTreeMap<NoteId, Option<TopicId>>, StorageError> {
    let mut query =
        db.prepare_cached("SELECT note_id, topic_id FROM decision_note WHERE decision_id = ?1")?;
    let rows = query.query_map([decision_id.as_bytes()], |row| {
        let topic_id: Option<[u8; 16]> = row.get(1)?;
        Ok((NoteId::from_bytes(id_bytes(row, 0)?), topic_id.map(TopicId::from_bytes)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn cited_topics(db: &Connection, decision_id: DecisionId) -> Result<Vec<TopicId>, StorageError> {
    let mut query =
        db.prepare_cached("SELECT topic_id FROM decision_topic WHERE decision_id = ?1")?;
    let rows = query
        .query_map([decision_id.as_bytes()], |row| Ok(TopicId::from_bytes(id_bytes(row, 0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Cites what the text names, and tells which notes are cited now and were not, or the other way
/// round.
fn cite(
    db: &Connection,
    decision_id: DecisionId,
    text: &DecisionText,
) -> Result<Vec<NoteId>, NotMade> {
    view::catch_up(db)?;
    let before = cited(db, decision_id)?;
    let topics_before = cited_topics(db, decision_id)?;
    let mut now: BTreeMap<NoteId, Option<TopicId>> = BTreeMap::new();
    for topic_id in &text.topic_ids {
        if !topics_before.contains(topic_id) {
            topics::check_open(db, *topic_id)?;
        }
        let kept = before.iter().filter(|(_, by)| **by == Some(*topic_id)).map(|(id, _)| *id);
        now.extend(kept.chain(topics::note_ids(db, *topic_id)?).map(|id| (id, Some(*topic_id))));
    }
    for note_id in &text.note_ids {
        if !before.contains_key(note_id) && work::case(db, *note_id)?.is_none() {
            return Err(Objection::unknown("note", note_id).into());
        }
        now.insert(*note_id, None);
    }
    db.prepare_cached("DELETE FROM decision_note WHERE decision_id = ?1")?
        .execute([decision_id.as_bytes()])?;
    db.prepare_cached("DELETE FROM decision_topic WHERE decision_id = ?1")?
        .execute([decision_id.as_bytes()])?;
    let mut insert = db.prepare_cached(
        "INSERT INTO decision_note (decision_id, note_id, topic_id) VALUES (?1, ?2, ?3)",
    )?;
    for (note_id, topic_id) in &now {
        let topic_id = topic_id.as_ref().map(TopicId::as_bytes);
        insert.execute(params![decision_id.as_bytes(), note_id.as_bytes(), topic_id])?;
    }
    let mut insert = db.prepare_cached(
        "INSERT INTO decision_topic (decision_id, topic_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    for topic_id in &text.topic_ids {
        insert.execute(params![decision_id.as_bytes(), topic_id.as_bytes()])?;
    }
    let came = now.keys().filter(|id| !before.contains_key(id));
    let went = before.keys().filter(|id| !now.contains_key(id));
    Ok(came.chain(went).copied().collect())
}

/// Lets these notes stand as the published decisions on them say, tells their reps, and tells which
/// of them stand otherwise now.
fn settle(
    db: &Connection,
    notes: impl IntoIterator<Item = NoteId>,
    now_ms: i64,
) -> Result<Vec<NoteId>, StorageError> {
    let mut changed = Vec::new();
    for note_id in notes {
        let Some(case) = work::case(db, note_id)? else { continue };
        let is_decided: bool = db
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM decision_note JOIN decision USING (decision_id)
                 WHERE note_id = ?1 AND published_at_ms IS NOT NULL)",
            )?
            .query_row([note_id.as_bytes()], |row| row.get(0))?;
        let was_decided = case.standing.state == WorkState::Decided;
        if is_decided == was_decided {
            // Of which decisions, is news to its rep all the same.
            work::tell(db, note_id, case.rep_id, &case.standing)?;
            continue;
        }
        let standing = if is_decided {
            let closed_at_ms = Some(now_ms);
            Standing { state: WorkState::Decided, closed_at_ms, ..case.standing.clone() }
        } else {
            as_before(db, &case)?
        };
        work::put(db, &case, &standing)?;
        changed.push(note_id);
    }
    Ok(changed)
}

/// How a note stood before it was decided.
fn as_before(db: &Connection, case: &Case) -> Result<Standing, StorageError> {
    let standing = case.standing.clone();
    let (state, closed_at_ms) = if standing.reason.is_some() {
        let declined_at_ms = db
            .prepare_cached(
                "SELECT max(at_ms) FROM deed_note JOIN deed USING (number)
                 WHERE note_id = ?1 AND what = 'decline' AND undone_at_ms IS NULL",
            )?
            .query_row([case.note_id.as_bytes()], |row| row.get(0))?;
        (WorkState::Declined, declined_at_ms)
    } else if standing.classified_at_ms.is_some() {
        (WorkState::Classified, None)
    } else if standing.read_at_ms.is_some() {
        (WorkState::Read, None)
    } else {
        (WorkState::New, None)
    };
    Ok(Standing { state, closed_at_ms, ..standing })
}

/// Tells reps what the decision says now, and takes it back from whom it does not concern any more.
fn tell(
    db: &Connection,
    decision_id: DecisionId,
    text: &DecisionText,
    at_ms: i64,
) -> Result<(), StorageError> {
    let mut to: BTreeSet<Option<RepId>> = BTreeSet::new();
    match &text.audience {
        Audience::Everyone => _ = to.insert(None),
        Audience::Authors => to.extend(authors(db, decision_id)?.into_iter().map(Some)),
        Audience::Reps(reps) => {
            to.extend(reps.iter().copied().chain(authors(db, decision_id)?).map(Some));
        }
    }
    let DecisionText { rectified, title, text, from_day, product, .. } = text.clone();
    let content =
        Content::Decision(Letter { decision_id, rectified, title, text, from_day, product, at_ms });
    // First taken back, then told: what a rep hears last is what holds.
    let key = content.key();
    for reader in mail::readers(db, &key)? {
        if !to.contains(&reader) {
            mail::take_back(db, reader, &key)?;
        }
    }
    to.into_iter().try_for_each(|reader| mail::post(db, reader, &content))
}

fn authors(db: &Connection, decision_id: DecisionId) -> Result<Vec<RepId>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT rep_id FROM decision_note JOIN note USING (note_id)
         WHERE decision_id = ?1",
    )?;
    let rows = query
        .query_map([decision_id.as_bytes()], |row| Ok(RepId::from_bytes(id_bytes(row, 0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const COLUMNS: &str = "decision.decision_id, decision.version, decision.text, user.email,
    decision.made_at_ms, decision.published_at_ms,
    (SELECT count(*) FROM decision_note AS cited WHERE cited.decision_id = decision.decision_id),
    (SELECT count(DISTINCT rep_id) FROM decision_note AS cited JOIN note USING (note_id)
        WHERE cited.decision_id = decision.decision_id)";

fn read(row: &Row<'_>) -> rusqlite::Result<Decision> {
    let text: String = row.get(2)?;
    Ok(Decision {
        decision_id: DecisionId::from_bytes(id_bytes(row, 0)?),
        version: row.get(1)?,
        text: serde_json::from_str(&text).map_err(unreadable)?,
        by: row.get(3)?,
        made_at_ms: row.get(4)?,
        published_at_ms: row.get(5)?,
        notes: row.get(6)?,
        reps: row.get(7)?,
    })
}

/// All decisions, newest first.
///
/// # Errors
/// Why they could not be read.
pub fn list(db: &Connection) -> Result<Vec<Decision>, StorageError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM decision JOIN user USING (user_id)
         ORDER BY made_at_ms DESC, decision_id DESC"
    ))?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn one(db: &Connection, decision_id: DecisionId) -> Result<Option<Decision>, StorageError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM decision JOIN user USING (user_id) WHERE decision_id = ?1"
    ))?;
    Ok(query.query_row([decision_id.as_bytes()], read).optional()?)
}

/// A decision with what it cites and its history; none where there is no such decision.
///
/// # Errors
/// Why it could not be read.
pub fn detail(
    db: &Connection,
    decision_id: DecisionId,
) -> Result<Option<DecisionDetail>, StorageError> {
    let Some(decision) = one(db, decision_id)? else { return Ok(None) };
    let cited: Vec<_> = decision.text.topic_ids.iter().map(|id| topics::by_name(db, *id)).collect();
    Ok(Some(DecisionDetail {
        notes: notes_of(db, decision_id)?,
        topics: cited.into_iter().filter_map(Result::transpose).collect::<Result<_, _>>()?,
        deeds: deeds::of_subject(db, decision_id.as_bytes())?,
        decision,
    }))
}

fn notes_of(db: &Connection, decision_id: DecisionId) -> Result<Vec<InboxNote>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT note_id FROM decision_note JOIN note USING (note_id)
         WHERE decision_id = ?1 ORDER BY note.seq DESC LIMIT ?2",
    )?;
    let most = i64::try_from(NOTES_MAX).unwrap_or(i64::MAX);
    let rows = query.query_map(params![decision_id.as_bytes(), most], |row| {
        Ok(NoteId::from_bytes(id_bytes(row, 0)?))
    })?;
    let note_ids = rows.collect::<Result<Vec<_>, _>>()?;
    note_ids.into_iter().filter_map(|note_id| notes::one(db, note_id).transpose()).collect()
}

/// The decisions that cite a note, drafts too, newest first.
pub(super) fn citing(db: &Connection, note_id: NoteId) -> Result<Vec<DecisionRef>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT decision_id, text ->> '$.title.en', text ->> '$.title.fr', published_at_ms
         FROM decision_note JOIN decision USING (decision_id)
         WHERE note_id = ?1 ORDER BY made_at_ms DESC, decision_id DESC",
    )?;
    let rows = query.query_map([note_id.as_bytes()], |row| {
        let (en, fr): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        Ok(DecisionRef {
            decision_id: DecisionId::from_bytes(id_bytes(row, 0)?),
            title: Words { en: en.unwrap_or_default(), fr: fr.unwrap_or_default() },
            published_at_ms: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
