//! The inbox's view of notes: list, filter, search, detail.

use protocol::console::work::Work;
use protocol::console::{HistoryEntry, InboxNote, InboxPage, InboxQuery, NoteDetail, Rep};
use protocol::history::{Heads, state_hash as hash_of};
use protocol::limits::BIN_MS;
use protocol::planted::{self, Bug};
use protocol::{ClientTime, DeviceId, Note, NoteId, OpId, RepId, Seq, Sha256};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::history::{self, Step};
use super::search::{self, match_expression};
use super::{StorageError, attachments, id_bytes, unreadable, view, work};

const PAGE_DEFAULT: u16 = 50;
const PAGE_MAX: u16 = 200;

const COLUMNS: &str = "note.seq, note.note_id, rep.rep_id, rep.name, note.saved_at_ms,
    note.utc_offset_minutes, note.received_at_ms, note.body, note.siblings,
    note.withdrawn_at_ms IS NOT NULL";

/// Time filters are exact as long as the endpoint's own clock is never set back by more than a
/// day: then whatever was received a day before the span comes before it in the log, too.
const STEP_BACK_MAX_MS: i64 = 24 * 3_600 * 1_000;
const AROUND_START: &str = "coalesce((SELECT seq FROM note WHERE received_at_ms < ?
    ORDER BY received_at_ms DESC LIMIT 1), 0)";
const AROUND_END: &str = "coalesce((SELECT seq FROM note WHERE received_at_ms >= ?
    ORDER BY received_at_ms LIMIT 1), 9223372036854775807)";

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
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let Some((sql, mut values)) = select(query) else {
        return Ok(InboxPage { notes: Vec::new(), next_before: None });
    };
    values.push(Value::from(i64::from(limit) + 1));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), read)?;
    let mut notes: Vec<InboxNote> = rows.collect::<Result<_, _>>()?;
    let has_more = notes.len() > usize::from(limit);
    notes.truncate(usize::from(limit));
    let next_before = notes.last().filter(|_| has_more).map(|note| note.seq);
    Ok(InboxPage { notes, next_before })
}

/// The query for a page, without its limit; none where the search can match nothing. Every
/// filter walks an index backwards, so a page costs the same among a million notes.
fn select(query: &InboxQuery) -> Option<(String, Vec<Value>)> {
    let mut sql = format!("SELECT {COLUMNS} FROM ");
    let mut values = Vec::new();
    let mut wheres = Vec::new();
    let key = if let Some(words) = query.q.as_deref().filter(|words| !words.trim().is_empty()) {
        sql.push_str("note_search JOIN note ON note.seq = note_search.rowid ");
        wheres.push("note_search MATCH ?");
        values.push(Value::from(match_expression(words, query)?));
        "note_search.rowid"
    } else {
        // The bin is small beside the notes: there every other filter is a look at the row.
        sql.push_str(if query.withdrawn { "note INDEXED BY note_withdrawn " } else { "note " });
        "note.seq"
    };
    wheres.push(if query.withdrawn {
        "note.withdrawn_at_ms IS NOT NULL"
    } else {
        "note.withdrawn_at_ms IS NULL"
    });
    sql.push_str("JOIN rep ON rep.rep_id = note.rep_id");
    if let Some(kind) = query.kind {
        wheres.push("note.kind = ?");
        values.push(Value::from(kind.as_str().to_owned()));
    }
    if let Some(rep) = query.rep {
        wheres.push("note.rep_id = ?");
        values.push(Value::from(rep.as_bytes().to_vec()));
    }
    // The bounds by seq are what makes it quick; the plus keeps SQLite from sorting by time.
    let since = format!("+note.received_at_ms >= ? AND {key} >= {AROUND_START}");
    let until = format!("+note.received_at_ms < ? AND {key} <= {AROUND_END}");
    if let Some(from_ms) = query.from_ms {
        wheres.push(&since);
        values.push(Value::from(from_ms));
        values.push(Value::from(from_ms.saturating_sub(STEP_BACK_MAX_MS)));
    }
    if let Some(to_ms) = query.to_ms {
        wheres.push(&until);
        values.push(Value::from(to_ms));
        values.push(Value::from(to_ms.saturating_add(STEP_BACK_MAX_MS)));
    }
    let before = format!("{key} < ?");
    if let Some(before_seq) = query.before {
        wheres.push(&before);
        values.push(Value::from(before_seq.0));
    }
    sql.push_str(" WHERE ");
    sql.push_str(&wheres.join(" AND "));
    sql.push_str(&format!(" ORDER BY {key} DESC LIMIT ?"));
    Some((sql, values))
}

/// One note with its history, none if there is no such note.
///
/// # Errors
/// Why it could not be read.
pub fn detail(
    connection: &Connection,
    note_id: NoteId,
) -> Result<Option<NoteDetail>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS}, note.device_id, device.name
         FROM note JOIN rep ON rep.rep_id = note.rep_id
         JOIN device ON device.device_id = note.device_id WHERE note.note_id = ?1"
    );
    let found = connection
        .prepare_cached(&sql)?
        .query_row([note_id.as_bytes().as_slice()], |row| {
            Ok((read(row)?, DeviceId::from_bytes(id_bytes(row, 10)?), row.get(11)?))
        })
        .optional()?;
    let Some((note, device_id, device_name)) = found else { return Ok(None) };
    let entry = |step: Step| HistoryEntry {
        op_id: step.op_id,
        action: step.action_name().to_owned(),
        saved_at: step.body.saved_at,
        received_at_ms: step.received_at_ms,
    };
    let history = history::of_note(connection, note_id)?.into_iter().map(entry).collect();
    let attachments = attachments::of_note(connection, note_id)?;
    let (thread, decisions, deeds) = (Vec::new(), Vec::new(), Vec::new());
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
        work: Work::default(),
    })
}
