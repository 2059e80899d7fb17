//! The history of a note, read from the log: what its heads are, and whose it is.

use protocol::history::{Heads, Link, heads};
use protocol::op::Action;
use protocol::pull::Emptied;
use protocol::{Attachment, ClientTime, Code, DeviceId, Note, NoteId, OpId, RepId, Reply, Seq};
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::{StorageError, id_bytes};

/// One operation of a note, as the log has it.
pub(super) struct Step {
    pub(super) seq: Seq,
    pub(super) op_id: OpId,
    pub(super) device_id: DeviceId,
    pub(super) rep_id: RepId,
    pub(super) received_at_ms: i64,
    pub(super) body: Stored,
}

/// What the log has of an [`protocol::OpBody`]: the same, but that the content may be gone.
#[derive(Deserialize, Serialize)]
pub(super) struct Stored {
    schema: u16,
    note_id: NoteId,
    parents: Vec<OpId>,
    pub(super) saved_at: ClientTime,
    action: StoredAction,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum StoredAction {
    Create(Option<Box<Note>>),
    Edit(Option<Box<Note>>),
    Withdraw,
    Attach(Box<Attachment>),
    Reply(Box<Reply>),
}

impl Step {
    /// What the note says by it; none where it says nothing, or not any more.
    pub(super) fn note(&self) -> Option<&Note> {
        match &self.body.action {
            StoredAction::Create(note) | StoredAction::Edit(note) => note.as_deref(),
            StoredAction::Withdraw | StoredAction::Attach(_) | StoredAction::Reply(_) => None,
        }
    }

    /// The name of its action in the console's history.
    pub(super) const fn action_name(&self) -> &'static str {
        match self.body.action {
            StoredAction::Create(_) => "create",
            StoredAction::Edit(_) => "edit",
            StoredAction::Withdraw => "withdraw",
            StoredAction::Attach(_) => "attach",
            StoredAction::Reply(_) => "reply",
        }
    }

    pub(super) const fn is_create(&self) -> bool {
        matches!(self.body.action, StoredAction::Create(_))
    }

    pub(super) const fn is_withdrawal(&self) -> bool {
        matches!(self.body.action, StoredAction::Withdraw)
    }

    fn link(&self) -> Option<Link> {
        let stands_beside =
            matches!(self.body.action, StoredAction::Attach(_) | StoredAction::Reply(_));
        let (op_id, is_withdrawal) = (self.op_id, self.is_withdrawal());
        (!stands_beside).then(|| Link { op_id, parents: self.body.parents.clone(), is_withdrawal })
    }
}

const COLUMNS: &str = "op.note_id, op.seq, op.op_id, op.device_id, device.rep_id,
    op.received_at_ms, op.body";

/// Every operation on this note, in the order of the log.
pub(super) fn of_note(connection: &Connection, note_id: NoteId) -> Result<Vec<Step>, StorageError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM op JOIN device ON device.device_id = op.device_id
         WHERE op.note_id = ?1 ORDER BY op.seq"
    ))?;
    let rows = statement.query_map([note_id.as_bytes().as_slice()], read)?;
    Ok(rows.map(|row| Ok(row?.1)).collect::<rusqlite::Result<_>>()?)
}

/// Gives `each` every operation with `after < seq <= until` that is its note's first in the log, and
/// the note. The others were weighed when they came, a beginning that came late among them: it may
/// have been withdrawn already, and show nothing (simulation, seed 30696).
pub(super) fn for_each_beginning(
    connection: &Connection,
    after: Seq,
    until: Seq,
    mut each: impl FnMut(NoteId, &Step) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM op JOIN device ON device.device_id = op.device_id
         WHERE op.seq > ?1 AND op.seq <= ?2 AND NOT EXISTS
            (SELECT 1 FROM op AS earlier WHERE earlier.note_id = op.note_id AND earlier.seq < op.seq)
         ORDER BY op.seq"
    ))?;
    for row in statement.query_map([after.0, until.0], read)? {
        let (note_id, step) = row?;
        each(note_id, &step)?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<(NoteId, Step)> {
    let body = row.get_ref(6)?.as_str()?;
    let step = Step {
        seq: Seq(row.get(1)?),
        op_id: OpId::from_bytes(id_bytes(row, 2)?),
        device_id: DeviceId::from_bytes(id_bytes(row, 3)?),
        rep_id: RepId::from_bytes(id_bytes(row, 4)?),
        received_at_ms: row.get(5)?,
        body: serde_json::from_str(body).map_err(super::unreadable)?,
    };
    Ok((NoteId::from_bytes(id_bytes(row, 0)?), step))
}

/// Whether the log has an operation on this note before this one.
pub(super) fn has_earlier(
    connection: &Connection,
    note_id: NoteId,
    seq: Seq,
) -> Result<bool, StorageError> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM op WHERE note_id = ?1 AND seq < ?2)")?
        .query_row(params![note_id.as_bytes(), seq.0], |row| row.get(0))?)
}

/// The place of an operation in the history of its note, of which that alone is left.
pub(super) fn place(op_id: OpId, body: &str) -> rusqlite::Result<Emptied> {
    let Stored { note_id, parents, .. } = serde_json::from_str(body).map_err(super::unreadable)?;
    Ok(Emptied { op_id, note_id, parents })
}

/// What the note says now; none where nothing says anything.
pub(super) fn heads_of(steps: &[Step]) -> Option<Heads> {
    heads(&steps.iter().filter_map(Step::link).collect::<Vec<_>>())
}

/// Why the log must not keep this operation, if so. `earlier` is the history without it.
pub(super) fn objection(earlier: &[Step], rep_id: RepId, action: &Action) -> Option<Code> {
    // Another operation created this note, and its words are never overwritten.
    if matches!(action, Action::Create(_)) && earlier.iter().any(Step::is_create) {
        return Some(Code::IdReuse);
    }
    // All of a history is one rep's, by this very rule: its beginning tells whose.
    let is_of_another = earlier.first().is_some_and(|first| first.rep_id != rep_id);
    is_of_another.then_some(Code::NoteOfAnother)
}

/// Removes the words of a note's operations from the log. That they were there, when, and with
/// which hash, stays for ever: so a resend is still a duplicate (SYNC.md §1, "Push").
pub(super) fn empty(connection: &Connection, note_id: NoteId) -> Result<(), StorageError> {
    for mut step in of_note(connection, note_id)? {
        match &mut step.body.action {
            StoredAction::Create(note) | StoredAction::Edit(note) => *note = None,
            StoredAction::Withdraw | StoredAction::Attach(_) | StoredAction::Reply(_) => continue,
        }
        let body = serde_json::to_string(&step.body)
            .map_err(|error| StorageError::Database(error.to_string()))?;
        connection
            .prepare_cached("UPDATE op SET body = ?2, is_emptied = 1 WHERE seq = ?1")?
            .execute(params![step.seq.0, body])?;
    }
    Ok(())
}
