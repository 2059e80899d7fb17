//! The inbox's view of notes: list, filter, search, detail.

use protocol::console::{HistoryEntry, InboxNote, InboxPage, InboxQuery, NoteDetail, Rep};
use protocol::note::Note;
use protocol::op::{Action, OpBody};
use protocol::{ClientTime, DeviceId, NoteId, OpId, RepId, Seq};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::ops::Sender;
use super::search::match_expression;
use super::{StorageError, id_bytes};

const PAGE_DEFAULT: u16 = 50;
const PAGE_MAX: u16 = 200;

const COLUMNS: &str = "note.seq, note.note_id, rep.rep_id, rep.name, note.saved_at_ms,
    note.utc_offset_minutes, note.received_at_ms, note.body";

/// Time filters are exact as long as the endpoint's own clock is never set back by more than a
/// day: then whatever was received a day before the span comes before it in the log, too.
const STEP_BACK_MAX_MS: i64 = 24 * 3_600 * 1_000;
const AROUND_START: &str = "coalesce((SELECT seq FROM note WHERE received_at_ms < ?
    ORDER BY received_at_ms DESC LIMIT 1), 0)";
const AROUND_END: &str = "coalesce((SELECT seq FROM note WHERE received_at_ms >= ?
    ORDER BY received_at_ms LIMIT 1), 9223372036854775807)";

pub(super) struct NewNote<'a> {
    pub(super) seq: Seq,
    pub(super) sender: Sender,
    pub(super) body: &'a OpBody,
    pub(super) note: &'a Note,
    pub(super) note_json: &'a str,
    pub(super) now_ms: i64,
}

/// Adds a note to the view; false where the note is there already.
pub(super) fn add(connection: &Connection, new: &NewNote<'_>) -> Result<bool, StorageError> {
    let NewNote { seq, sender, body, note, note_json, now_ms } = new;
    let added = connection
        .prepare_cached(
            "INSERT INTO note (seq, note_id, rep_id, device_id, kind, text, customer, product,
                competitor, body, saved_at_ms, utc_offset_minutes, received_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (note_id) DO NOTHING",
        )?
        .execute(params![
            seq.0,
            body.note_id.as_bytes(),
            sender.rep_id.as_bytes(),
            sender.device_id.as_bytes(),
            note.kind().as_str(),
            note.text,
            note.customer,
            note.product,
            note.competitor(),
            note_json,
            body.saved_at.unix_ms,
            body.saved_at.utc_offset_minutes,
            now_ms
        ])?;
    Ok(added == 1)
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
        sql.push_str("note ");
        "note.seq"
    };
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
    if !wheres.is_empty() {
        sql.push_str(" WHERE ");
        sql.push_str(&wheres.join(" AND "));
    }
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
            Ok((read(row)?, DeviceId::from_bytes(id_bytes(row, 8)?), row.get(9)?))
        })
        .optional()?;
    let Some((note, device_id, device_name)) = found else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT op_id, body, received_at_ms FROM op WHERE note_id = ?1 ORDER BY seq",
    )?;
    let rows = statement.query_map([note_id.as_bytes().as_slice()], |row| {
        let body: String = row.get(1)?;
        let body: OpBody = serde_json::from_str(&body).map_err(unreadable)?;
        Ok(HistoryEntry {
            op_id: OpId::from_bytes(id_bytes(row, 0)?),
            action: action_name(&body.action).to_owned(),
            saved_at: body.saved_at,
            received_at_ms: row.get(2)?,
        })
    })?;
    let history = rows.collect::<Result<_, _>>()?;
    Ok(Some(NoteDetail { note, device_id, device_name, history, attachments: Vec::new() }))
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

const fn action_name(action: &Action) -> &'static str {
    match action {
        Action::Create(_) => "create",
        Action::Edit(_) => "edit",
        Action::Withdraw => "withdraw",
        Action::Attach(_) => "attach",
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<InboxNote> {
    let body: String = row.get(7)?;
    Ok(InboxNote {
        seq: Seq(row.get(0)?),
        note_id: NoteId::from_bytes(id_bytes(row, 1)?),
        rep: Rep { rep_id: RepId::from_bytes(id_bytes(row, 2)?), name: row.get(3)? },
        saved_at: ClientTime { unix_ms: row.get(4)?, utc_offset_minutes: row.get(5)? },
        received_at_ms: row.get(6)?,
        note: serde_json::from_str(&body).map_err(unreadable)?,
        siblings: Vec::new(),
        is_withdrawn: false,
    })
}

/// Tells where, never what: this ends in the log, and the log holds no note's text.
fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    let place = format!("a stored note cannot be read at column {}", error.column());
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, place.into())
}
