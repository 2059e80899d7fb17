//! Deeds: what marketing does, line by line, and how a line is taken back. The lines are the audit;
//! they are never deleted.
//!
//! A deed on notes can be undone as long as nothing was built on it: no later deed on any of its
//! notes stands. So deeds are undone from the last one back, however many.

use protocol::console::people::UserId;
use protocol::console::work::{Change, Deed, DeedAnswer, DeedPage, DeedRequest, WorkState};
use protocol::limits::{DEED_NOTES_MAX, DETAIL_CHARS_MAX, NAME_CHARS_MAX};
use protocol::{Code, DeedId, NoteId, TopicId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::objection::{NotMade, Objection};
use super::work::{self, Case, Standing};
use super::{StorageError, id_bytes, topics, unreadable, view};

/// Lines of a page of the audit.
const PAGE: usize = 100;

/// Who does something, when, and under which id it is remembered.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// Under which id.
    pub deed_id: DeedId,
    /// Who.
    pub user_id: UserId,
    /// When: milliseconds since 1970, UTC.
    pub now_ms: i64,
}

/// What stood there before, so that it can be put back.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Before {
    /// Notes.
    Notes(Vec<Stood>),
    /// There was no such topic, and its first notes stood so.
    NoTopic(TopicId, Vec<Stood>),
    /// A topic had this title, and told at this threshold.
    Topic(topics::Named),
    /// A topic had these notes of its own.
    Apart(topics::Merged),
}

/// How a note stood.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stood {
    note_id: NoteId,
    standing: Standing,
}

impl Stood {
    pub(super) const fn note_id(&self) -> NoteId {
        self.note_id
    }
}

/// A line to write.
#[derive(Default)]
pub(super) struct Line<'a> {
    pub(super) what: &'a str,
    pub(super) about: Option<&'a str>,
    /// The id of what it was done to, unless notes alone.
    pub(super) subject: Option<&'a [u8; 16]>,
    pub(super) notes: &'a [NoteId],
    pub(super) before: Option<Before>,
}

/// Writes a line into the audit, and tells its number.
pub(super) fn record(db: &Connection, by: &By, line: &Line<'_>) -> Result<i64, StorageError> {
    let before = line.before.as_ref().map(work::json).transpose()?;
    db.prepare_cached(
        "INSERT INTO deed (deed_id, user_id, at_ms, what, about, notes, subject, before)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        by.deed_id.as_bytes(),
        by.user_id.0,
        by.now_ms,
        line.what,
        line.about,
        i64::try_from(line.notes.len()).unwrap_or(i64::MAX),
        line.subject,
        before,
    ])?;
    let number = db.last_insert_rowid();
    let mut insert = db.prepare_cached(
        "INSERT INTO deed_note (note_id, number) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    for note_id in line.notes {
        insert.execute(params![note_id.as_bytes(), number])?;
    }
    Ok(number)
}

/// Does one thing to each of these notes. Where all of them were so already, nothing is recorded.
///
/// # Errors
/// Why nothing was done.
pub fn apply(db: &Connection, by: &By, request: &DeedRequest) -> Result<DeedAnswer, NotMade> {
    let DeedRequest { note_ids, change } = request;
    check(db, change)?;
    if note_ids.is_empty() {
        return Err(Objection::field("note_ids: none").into());
    }
    let before = change_each(db, note_ids, by.now_ms, change)?;
    let changed: Vec<NoteId> = before.iter().map(Stood::note_id).collect();
    if changed.is_empty() {
        return Ok(DeedAnswer { deed_id: by.deed_id, changed });
    }
    let about = about(db, change)?;
    record(
        db,
        by,
        &Line {
            what: name(change),
            about: about.as_deref(),
            subject: match change {
                Change::Classify(Some(topic_id)) => Some(topic_id.as_bytes()),
                _ => None,
            },
            notes: &changed,
            before: Some(Before::Notes(before)),
        },
    )?;
    Ok(DeedAnswer { deed_id: by.deed_id, changed })
}

/// Changes each of these notes, and tells how those stood that it changed.
pub(super) fn change_each(
    db: &Connection,
    note_ids: &[NoteId],
    now_ms: i64,
    change: &Change,
) -> Result<Vec<Stood>, NotMade> {
    let mut before = Vec::new();
    for case in cases(db, note_ids)? {
        let standing = changed(&case.standing, change, now_ms);
        if standing != case.standing {
            work::put(db, &case, &standing)?;
            before.push(Stood { note_id: case.note_id, standing: case.standing });
        }
    }
    Ok(before)
}

/// These notes, each once.
pub(super) fn cases(db: &Connection, note_ids: &[NoteId]) -> Result<Vec<Case>, NotMade> {
    if note_ids.len() > DEED_NOTES_MAX {
        return Err(Objection::field(format!("note_ids: at most {DEED_NOTES_MAX}")).into());
    }
    // One that was confirmed a moment ago may still wait for its place in the view.
    view::catch_up(db)?;
    let mut found: Vec<Case> = Vec::with_capacity(note_ids.len());
    let mut seen = std::collections::HashSet::new();
    for note_id in note_ids {
        if seen.insert(*note_id) {
            let case = work::case(db, *note_id)?;
            found.push(case.ok_or_else(|| Objection::unknown("note", note_id))?);
        }
    }
    Ok(found)
}

fn check(db: &Connection, change: &Change) -> Result<(), NotMade> {
    match change {
        Change::Assign(Some(user)) if !is_user(db, *user)? => {
            Err(Objection::unknown("user", user).into())
        }
        Change::Tag(tag) => Ok(text("tag", tag, NAME_CHARS_MAX)?),
        Change::Classify(Some(topic_id)) => topics::check_open(db, *topic_id),
        Change::Decline(reason) if reason.is_blank() => {
            Err(Objection::field("reason: blank").into())
        }
        Change::Decline(reason) if reason.chars_max() > DETAIL_CHARS_MAX => {
            Err(Objection::field("reason: too long").into())
        }
        _ => Ok(()),
    }
}

/// Neither blank nor too long.
pub(super) fn text(field: &str, text: &str, chars_max: usize) -> Result<(), Objection> {
    if text.trim().is_empty() {
        return Err(Objection::field(format!("{field}: blank")));
    }
    if text.chars().nth(chars_max).is_some() {
        return Err(Objection::field(format!("{field}: at most {chars_max} characters")));
    }
    Ok(())
}

fn is_user(db: &Connection, user: UserId) -> Result<bool, StorageError> {
    Ok(db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM user WHERE user_id = ?1)")?
        .query_row([user.0], |row| row.get(0))?)
}

/// How a note stands after a change. States only go on, but by [`Change::Reopen`]; what is decided
/// stays so for as long as a decision cites it.
fn changed(standing: &Standing, change: &Change, now_ms: i64) -> Standing {
    let mut now = standing.clone();
    let is_open = !matches!(standing.state, WorkState::Decided | WorkState::Declined);
    match change {
        Change::Read => {
            if standing.state == WorkState::New {
                now.state = WorkState::Read;
                now.read_at_ms = Some(now_ms);
            }
        }
        Change::Reopen => {
            if standing.state != WorkState::Decided {
                now.state = WorkState::New;
                (now.read_at_ms, now.classified_at_ms, now.closed_at_ms) = (None, None, None);
                (now.topic_id, now.reason) = (None, None);
            }
        }
        Change::Star(is_starred) => now.is_starred = *is_starred,
        Change::Assign(user) => now.assignee = *user,
        Change::Tag(tag) => {
            let tag = tag.trim().to_owned();
            if let Err(place) = now.tags.binary_search(&tag) {
                now.tags.insert(place, tag);
            }
        }
        Change::Untag(tag) => now.tags.retain(|known| known != tag.trim()),
        Change::Snooze(until_ms) => now.snoozed_until_ms = *until_ms,
        Change::Classify(topic_id) => {
            now.topic_id = *topic_id;
            now.read_at_ms.get_or_insert(now_ms);
            now.classified_at_ms.get_or_insert(now_ms);
            if is_open {
                now.state = WorkState::Classified;
            }
        }
        Change::Decline(reason) => {
            if standing.state != WorkState::Decided {
                now.read_at_ms.get_or_insert(now_ms);
                now.reason = Some(reason.clone());
                if is_open {
                    now.state = WorkState::Declined;
                    now.closed_at_ms = Some(now_ms);
                }
            }
        }
        Change::Hypotheses(hypotheses) => now.hypotheses.clone_from(hypotheses),
    }
    now
}

const fn name(change: &Change) -> &'static str {
    match change {
        Change::Read => "read",
        Change::Reopen => "reopen",
        Change::Star(true) => "star",
        Change::Star(false) => "unstar",
        Change::Assign(_) => "assign",
        Change::Tag(_) => "tag",
        Change::Untag(_) => "untag",
        Change::Snooze(Some(_)) => "snooze",
        Change::Snooze(None) => "unsnooze",
        Change::Classify(_) => "classify",
        Change::Decline(_) => "decline",
        Change::Hypotheses(_) => "hypotheses",
    }
}

fn about(db: &Connection, change: &Change) -> Result<Option<String>, StorageError> {
    Ok(match change {
        Change::Tag(tag) | Change::Untag(tag) => Some(tag.trim().to_owned()),
        Change::Decline(reason) => Some(reason.pick(false).to_owned()),
        Change::Classify(Some(topic_id)) => topics::title(db, *topic_id)?,
        Change::Assign(Some(user)) => db
            .prepare_cached("SELECT email FROM user WHERE user_id = ?1")?
            .query_row([user.0], |row| row.get(0))
            .optional()?,
        _ => None,
    })
}

/// Takes a deed back, and says so in a line of its own.
///
/// # Errors
/// Why everything stands as it did.
pub fn undo(db: &Connection, by: &By, deed_id: DeedId) -> Result<(), NotMade> {
    let found = db
        .prepare_cached(
            "SELECT number, what, notes, subject, before, undone_at_ms IS NOT NULL
             FROM deed WHERE deed_id = ?1",
        )?
        .query_row([deed_id.as_bytes()], |row| {
            let number: i64 = row.get(0)?;
            let (what, notes): (String, i64) = (row.get(1)?, row.get(2)?);
            let subject: Option<[u8; 16]> = row.get(3)?;
            let (before, is_undone): (Option<String>, bool) = (row.get(4)?, row.get(5)?);
            Ok((number, what, notes, subject, before, is_undone))
        })
        .optional()?;
    let Some((number, what, notes, subject, before, is_undone)) = found else {
        return Err(Objection::unknown("deed", deed_id).into());
    };
    let refuse = |why: &str| NotMade::from(Objection::new(Code::NotUndoable, why));
    if is_undone {
        return Err(refuse("it was undone already"));
    }
    let Some(before) = before else { return Err(refuse("a deed of this kind stays")) };
    match serde_json::from_str(&before).map_err(unreadable)? {
        Before::Notes(stood) => put_back(db, number, stood)?,
        Before::NoTopic(topic_id, stood) => {
            put_back(db, number, stood)?;
            topics::unmake(db, topic_id)?;
        }
        Before::Topic(named) => topics::name_back(db, &named)?,
        Before::Apart(merged) => {
            topics::part(db, &merged)?;
            mark_undone(db, merged.companion, by.now_ms)?;
        }
    }
    mark_undone(db, number, by.now_ms)?;
    record(
        db,
        by,
        &Line { what: "undo", about: Some(&what), subject: subject.as_ref(), ..Line::default() },
    )?;
    db.prepare_cached("UPDATE deed SET notes = ?2 WHERE deed_id = ?1")?
        .execute(params![by.deed_id.as_bytes(), notes])?;
    Ok(())
}

fn mark_undone(db: &Connection, number: i64, now_ms: i64) -> Result<(), StorageError> {
    db.prepare_cached("UPDATE deed SET undone_at_ms = ?2 WHERE number = ?1")?
        .execute([number, now_ms])?;
    Ok(())
}

/// Lets notes stand as they did before the deed of this number. One that has left the inbox for
/// good meanwhile has nothing to be put back.
fn put_back(db: &Connection, number: i64, stood: Vec<Stood>) -> Result<(), NotMade> {
    for Stood { note_id, standing } in stood {
        if let Some(later) = later(db, number, note_id)? {
            let why = format!("\"{later}\" was done to note {note_id} since");
            return Err(Objection::new(Code::NotUndoable, why).into());
        }
        if let Some(topic_id) = standing.topic_id
            && topics::is_open(db, topic_id)? != Some(true)
        {
            let why = format!("topic {topic_id} is closed");
            return Err(Objection::new(Code::NotUndoable, why).into());
        }
        if let Some(case) = work::case(db, note_id)? {
            work::put(db, &case, &standing)?;
        }
    }
    Ok(())
}

/// What was done to a note after the deed of this number and stands. What stands beside a note's
/// work changes nothing of it.
fn later(db: &Connection, number: i64, note_id: NoteId) -> Result<Option<String>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT what FROM deed_note JOIN deed USING (number)
         WHERE note_id = ?1 AND number > ?2 AND undone_at_ms IS NULL
            AND what NOT IN ('remark', 'transcript', 'undo')
         ORDER BY number DESC LIMIT 1",
    )?;
    Ok(query.query_row(params![note_id.as_bytes(), number], |row| row.get(0)).optional()?)
}

const COLUMNS: &str = "deed.deed_id, user.email, deed.at_ms, deed.what, deed.about, deed.notes,
    deed.undone_at_ms IS NOT NULL";

fn read(row: &Row<'_>) -> rusqlite::Result<Deed> {
    Ok(Deed {
        deed_id: DeedId::from_bytes(id_bytes(row, 0)?),
        by: row.get(1)?,
        at_ms: row.get(2)?,
        what: row.get(3)?,
        about: row.get(4)?,
        notes: row.get(5)?,
        is_undone: row.get(6)?,
    })
}

/// A page of the audit, newest first. Lines of one millisecond are never parted.
///
/// # Errors
/// Why it could not be read.
pub fn page(db: &Connection, before_ms: Option<i64>) -> Result<DeedPage, StorageError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM deed JOIN user USING (user_id)
         WHERE deed.at_ms < ?1 ORDER BY deed.at_ms DESC, deed.number DESC"
    ))?;
    let mut deeds: Vec<Deed> = Vec::new();
    for deed in query.query_map([before_ms.unwrap_or(i64::MAX)], read)? {
        let deed = deed?;
        if deeds.len() >= PAGE && deeds.last().is_some_and(|last| last.at_ms != deed.at_ms) {
            return Ok(DeedPage { deeds, has_more: true });
        }
        deeds.push(deed);
    }
    Ok(DeedPage { deeds, has_more: false })
}

/// What was done to a note, oldest first.
pub(super) fn of_note(db: &Connection, note_id: NoteId) -> Result<Vec<Deed>, StorageError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM deed_note JOIN deed USING (number) JOIN user USING (user_id)
         WHERE deed_note.note_id = ?1 ORDER BY deed_note.number"
    ))?;
    let rows = query.query_map([note_id.as_bytes()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What was done to anything but a note, oldest first.
pub(super) fn of_subject(db: &Connection, subject: &[u8; 16]) -> Result<Vec<Deed>, StorageError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM deed JOIN user USING (user_id)
         WHERE deed.subject = ?1 ORDER BY deed.number"
    ))?;
    let rows = query.query_map([subject], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use protocol::Words;

    use super::*;

    fn new() -> Standing {
        Standing {
            state: WorkState::New,
            assignee: None,
            tags: Vec::new(),
            is_starred: false,
            snoozed_until_ms: None,
            topic_id: None,
            reason: None,
            hypotheses: None,
            read_at_ms: None,
            classified_at_ms: None,
            closed_at_ms: None,
        }
    }

    #[test]
    fn states_only_go_on_but_by_reopening() {
        let because = || Change::Decline(Words { en: "no".to_owned(), fr: String::new() });
        let classified = changed(&new(), &Change::Classify(None), 5);
        assert_eq!(classified.state, WorkState::Classified);
        assert_eq!((classified.read_at_ms, classified.classified_at_ms), (Some(5), Some(5)));
        assert_eq!(changed(&classified, &Change::Read, 6), classified);
        let declined = changed(&classified, &because(), 7);
        assert_eq!((declined.state, declined.closed_at_ms), (WorkState::Declined, Some(7)));
        assert_eq!(changed(&declined, &Change::Classify(None), 8), declined);
        assert_eq!(changed(&declined, &because(), 9), declined);
        assert_eq!(changed(&declined, &Change::Reopen, 10), new());
        let decided = Standing { state: WorkState::Decided, closed_at_ms: Some(1), ..classified };
        for change in [Change::Read, Change::Reopen, because(), Change::Classify(None)] {
            assert_eq!(changed(&decided, &change, 11), decided, "{change:?}");
        }
    }

    #[test]
    fn tags_are_trimmed_sorted_and_each_there_once() {
        let tags = ["price", " Export ", "price"].map(str::to_owned);
        let tagged = tags.into_iter().fold(new(), |it, tag| changed(&it, &Change::Tag(tag), 1));
        assert_eq!(tagged.tags, ["Export", "price"]);
        let untagged = changed(&tagged, &Change::Untag("Export ".to_owned()), 2);
        assert_eq!(untagged.tags, ["price"]);
    }
}
