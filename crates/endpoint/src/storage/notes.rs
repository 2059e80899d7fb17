//! The inbox's view of notes: list, filter, search, detail.

use protocol::console::{HistoryEntry, InboxNote, InboxPage, InboxQuery, NoteDetail, Rep};
use protocol::history::{Heads, state_hash as hash_of};
use protocol::limits::BIN_MS;
use protocol::planted::{self, Bug};
use protocol::{ClientTime, DeviceId, Note, NoteId, OpId, RepId, Seq, Sha256};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::history::{self, Step};
use super::search;
use super::selection::Selection;
use super::{
    StorageError, attachments, decisions, deeds, id_bytes, remarks, unreadable, view, work,
};
use crate::clock;

const PAGE_DEFAULT: u16 = 50;
const PAGE_MAX: u16 = 200;

const COLUMNS: &str = "note.seq, note.note_id, rep.rep_id, rep.name, note.saved_at_ms,
    note.utc_offset_minutes, note.received_at_ms, note.body, note.siblings,
    note.withdrawn_at_ms IS NOT NULL";
/// How many [`COLUMNS`] are; those of [`work::COLUMNS`] follow.
const COLUMNS_COUNT: usize = 10;

/// Shows the note that this operation creates, if it creates one whose words are there. Nothing
/// happens where it is shown already: then later operations may have changed it.
pub(super) fn begin(
    connection: &Connection,
    note_id: NoteId,
    first: &Step,
) -> Result<(), StorageError> {
    let (true, Some(note)) = (first.is_create(), first.note()) else { return Ok(()) };
    connection
        .prepare_cached(
            "INSERT INTO note (seq, note_id, rep_id, device_id, kind, text, customer, product,
                competitor, body, saved_at_ms, utc_offset_minutes, received_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (note_id) DO NOTHING",
        )?
        .execute(params![
            first.seq.0,
            note_id.as_bytes(),
            first.rep_id.as_bytes(),
            first.device_id.as_bytes(),
            note.kind().as_str(),
            note.text,
            note.customer,
            note.product,
            note.competitor(),
            serde_json::to_string(note).map_err(unwritable)?,
            first.body.saved_at.unix_ms,
            first.body.saved_at.utc_offset_minutes,
            first.received_at_ms
        ])?;
    work::begin(connection, first.seq, note_id)
}

/// What a history says, ready for the view.
struct Saying<'a> {
    heads: Heads,
    /// Of what stands, the newest by its device's clock.
    note: &'a Note,
    /// What stands beside it.
    siblings: Vec<&'a Note>,
    /// Who began: a note stays the device's that created it, whoever edits it.
    origin: &'a Step,
    withdrawn_at_ms: Option<i64>,
}

impl<'a> Saying<'a> {
    fn of(steps: &'a [Step]) -> Option<Self> {
        let heads = history::heads_of(steps)?;
        let words = |id: &OpId| steps.iter().find(|step| step.op_id == *id).and_then(Step::note);
        let mut siblings: Vec<&Note> = heads.contents.iter().filter_map(words).collect();
        // What the withdrawals saw may be gone while words beside it are still in the bin.
        let note = siblings.pop().or_else(|| steps.iter().rev().find_map(Step::note))?;
        let origin = steps.iter().find(|step| step.is_create());
        let origin = origin.or_else(|| steps.iter().find(|step| step.note().is_some()))?;
        let withdrawals = steps.iter().filter(|step| step.is_withdrawal());
        let withdrawn_at_ms = withdrawals.map(|step| step.received_at_ms).max();
        let withdrawn_at_ms = withdrawn_at_ms.filter(|_| heads.is_withdrawn);
        Some(Self { heads, note, siblings, origin, withdrawn_at_ms })
    }
}

/// Shows a note of more than one operation as its history has it now; `steps` is all of it. Its
/// place in the list is where it began and stays: nothing moves under the reader's eyes.
pub(super) fn show(
    connection: &Connection,
    note_id: NoteId,
    steps: &[Step],
) -> Result<(), StorageError> {
    if planted::is(Bug::InboxStale) && steps.len() > 1 {
        return Ok(());
    }
    if let [first, _, ..] = steps {
        // It may still wait for its turn (see `view`).
        begin(connection, note_id, first)?;
    }
    let (Some(saying), Some(last)) = (Saying::of(steps), steps.last()) else { return Ok(()) };
    let Saying { heads, note, siblings, origin, withdrawn_at_ms } = saying;
    let heads: Vec<u8> = heads.contents.iter().flat_map(|id| *id.as_bytes()).collect();
    let siblings_json = match siblings.as_slice() {
        [] => None,
        siblings => Some(serde_json::to_string(siblings).map_err(unwritable)?),
    };
    let seq: i64 = connection
        .prepare_cached(
            "INSERT INTO note (seq, note_id, rep_id, device_id, kind, text, customer, product,
                competitor, body, saved_at_ms, utc_offset_minutes, received_at_ms, heads, siblings,
                withdrawn_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (note_id) DO UPDATE SET
                device_id = excluded.device_id, kind = excluded.kind, text = excluded.text,
                customer = excluded.customer, product = excluded.product,
                competitor = excluded.competitor, body = excluded.body,
                saved_at_ms = excluded.saved_at_ms,
                utc_offset_minutes = excluded.utc_offset_minutes, heads = excluded.heads,
                siblings = excluded.siblings, withdrawn_at_ms = excluded.withdrawn_at_ms
             RETURNING seq",
        )?
        .query_row(
            params![
                last.seq.0,
                note_id.as_bytes(),
                origin.rep_id.as_bytes(),
                origin.device_id.as_bytes(),
                note.kind().as_str(),
                note.text,
                note.customer,
                note.product,
                note.competitor(),
                serde_json::to_string(note).map_err(unwritable)?,
                origin.body.saved_at.unix_ms,
                origin.body.saved_at.utc_offset_minutes,
                last.received_at_ms,
                heads,
                siblings_json,
                withdrawn_at_ms
            ],
            |row| row.get(0),
        )?;
    work::begin(connection, Seq(seq), note_id)?;
    search::take_in_again(connection, Seq(seq))
}

fn unwritable(error: serde_json::Error) -> StorageError {
    StorageError::Database(error.to_string())
}

/// Lets go of the words of notes that were withdrawn 30 days ago or more: they leave the view, the
/// search and the log. Their operations' ids and hashes stay (SYNC.md §1, "Edits and withdrawals").
///
/// # Errors
/// Why nothing was written.
pub fn empty_bin(connection: &Connection, now_ms: i64) -> Result<(), StorageError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, note_id FROM note INDEXED BY note_withdrawn WHERE withdrawn_at_ms <= ?1",
    )?;
    let rows = statement.query_map([now_ms.saturating_sub(BIN_MS)], |row| {
        Ok((Seq(row.get(0)?), NoteId::from_bytes(id_bytes(row, 1)?)))
    })?;
    for (seq, note_id) in rows.collect::<Result<Vec<_>, _>>()? {
        search::leave_out(connection, seq)?;
        work::end(connection, seq)?;
        connection.execute("DELETE FROM note WHERE seq = ?1", [seq.0])?;
        history::empty(connection, note_id)?;
        attachments::forget(connection, note_id)?;
    }
    Ok(())
}

/// One digest of what the view shows of this rep's notes, withdrawn ones too. Devices compare it
/// with theirs (see [`hash_of`]). The view catches up first, so the connection has to be one that
/// writes.
///
/// # Errors
/// Why it could not be read.
pub fn state_hash(connection: &Connection, rep_id: RepId) -> Result<Sha256, StorageError> {
    view::catch_up(connection)?;
    let mut statement = connection.prepare_cached(
        "SELECT note.note_id, coalesce(note.heads, op.op_id), note.withdrawn_at_ms IS NOT NULL
         FROM note JOIN op ON op.seq = note.seq WHERE note.rep_id = ?1",
    )?;
    let rows = statement.query_map([rep_id.as_bytes().as_slice()], |row| {
        let heads: Vec<u8> = row.get(1)?;
        let (ids, _) = heads.as_chunks::<16>();
        let contents = ids.iter().map(|id| OpId::from_bytes(*id)).collect();
        let heads = Heads { contents, is_withdrawn: row.get(2)? };
        Ok((NoteId::from_bytes(id_bytes(row, 0)?), heads))
    })?;
    Ok(hash_of(rows.collect::<Result<Vec<_>, _>>()?))
}

/// One page of the inbox, newest first.
///
/// # Errors
/// Why it could not be read.
pub fn page(connection: &Connection, query: &InboxQuery) -> Result<InboxPage, StorageError> {
    page_at(connection, query, clock::now_ms())
}

/// One page of the inbox as it is at a moment: whether a note is snoozed is a matter of time.
///
/// # Errors
/// Why it could not be read.
pub fn page_at(
    connection: &Connection,
    query: &InboxQuery,
    now_ms: i64,
) -> Result<InboxPage, StorageError> {
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let mut notes: Vec<InboxNote> = Vec::new();
    for walk in Selection::of(connection, query, now_ms)? {
        let (sql, mut values) = walk.sql(&format!("{COLUMNS}, {}", work::COLUMNS));
        values.push(Value::from(i64::from(limit) + 1));
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), read)?;
        notes.extend(rows.collect::<Result<Vec<_>, _>>()?);
    }
    notes.sort_by_key(|note| std::cmp::Reverse(note.seq));
    let has_more = notes.len() > usize::from(limit);
    notes.truncate(usize::from(limit));
    let next_before = notes.last().filter(|_| has_more).map(|note| note.seq);
    Ok(InboxPage { notes, next_before })
}

/// One note of the inbox; none where there is no such note, or not any more.
pub(super) fn one(
    connection: &Connection,
    note_id: NoteId,
) -> Result<Option<InboxNote>, StorageError> {
    let sql = format!("SELECT {COLUMNS}, {} FROM {JOINED} WHERE note.note_id = ?1", work::COLUMNS);
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([note_id.as_bytes()], read).optional()?)
}

/// A note and what marketing did with it.
const JOINED: &str = "note JOIN rep ON rep.rep_id = note.rep_id JOIN work ON work.seq = note.seq
    LEFT JOIN topic ON topic.topic_id = work.topic_id";

/// One note with its history, none if there is no such note.
///
/// # Errors
/// Why it could not be read.
pub fn detail(
    connection: &Connection,
    note_id: NoteId,
) -> Result<Option<NoteDetail>, StorageError> {
    let Some(note) = one(connection, note_id)? else { return Ok(None) };
    let (device_id, device_name) = connection
        .prepare_cached(
            "SELECT device_id, device.name FROM note JOIN device USING (device_id)
             WHERE note_id = ?1",
        )?
        .query_row([note_id.as_bytes()], |row| {
            Ok((DeviceId::from_bytes(id_bytes(row, 0)?), row.get(1)?))
        })?;
    let entry = |step: Step| HistoryEntry {
        op_id: step.op_id,
        action: step.action_name().to_owned(),
        saved_at: step.body.saved_at,
        received_at_ms: step.received_at_ms,
    };
    let history = history::of_note(connection, note_id)?.into_iter().map(entry).collect();
    let attachments = attachments::of_note(connection, note_id)?;
    let thread = remarks::thread(connection, note_id)?;
    let decisions = decisions::citing(connection, note_id)?;
    let deeds = deeds::of_note(connection, note_id)?;
    Ok(Some(NoteDetail {
        note,
        device_id,
        device_name,
        history,
        attachments,
        thread,
        decisions,
        deeds,
    }))
}

/// How many notes there are.
///
/// # Errors
/// Why they could not be counted.
pub fn count(connection: &Connection) -> Result<u64, StorageError> {
    Ok(connection.query_row("SELECT count(*) FROM note", [], |row| row.get(0))?)
}

/// Whoever has notes or devices here, by name.
///
/// # Errors
/// Why they could not be read.
pub fn reps(connection: &Connection) -> Result<Vec<Rep>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT rep_id, name FROM rep ORDER BY name")?;
    let rows = statement.query_map([], |row| {
        Ok(Rep { rep_id: RepId::from_bytes(id_bytes(row, 0)?), name: row.get(1)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<InboxNote> {
    let body: String = row.get(7)?;
    let siblings: Option<String> = row.get(8)?;
    Ok(InboxNote {
        seq: Seq(row.get(0)?),
        note_id: NoteId::from_bytes(id_bytes(row, 1)?),
        rep: Rep { rep_id: RepId::from_bytes(id_bytes(row, 2)?), name: row.get(3)? },
        saved_at: ClientTime { unix_ms: row.get(4)?, utc_offset_minutes: row.get(5)? },
        received_at_ms: row.get(6)?,
        note: serde_json::from_str(&body).map_err(unreadable)?,
        siblings: match siblings {
            Some(siblings) => serde_json::from_str(&siblings).map_err(unreadable)?,
            None => Vec::new(),
        },
        is_withdrawn: row.get(9)?,
        work: work::read(row, COLUMNS_COUNT)?,
    })
}
