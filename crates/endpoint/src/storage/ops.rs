//! Accepting operations: the heart of push (SYNC.md §1). Plain functions over a transaction.

use protocol::note::{Kind, Note};
use protocol::op::{Action, Op, OpBody};
use protocol::push::{Receipt, Verdict};
use protocol::{Code, DeviceId, OpId, RepId, Seq, Sha256};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;

use super::{StorageError, notes, quarantine};
use protocol::limits::{OP_BYTES_MAX, SCHEMA};

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    /// The device whose token it is.
    pub device_id: DeviceId,
    /// The rep whose device it is.
    pub rep_id: RepId,
}

/// Stores one operation, or what is wrong with it, and tells what was done. None where not even
/// its id can be read: it is in quarantine then, but there is no name to answer to.
///
/// # Errors
/// Why the database stored nothing.
pub fn accept(
    connection: &Connection,
    sender: Sender,
    raw: &str,
    now_ms: i64,
) -> Result<Option<Receipt>, StorageError> {
    if raw.len() > OP_BYTES_MAX {
        return Ok(id_of(raw).map(|op_id| Receipt {
            op_id,
            verdict: Verdict::Rejected,
            seq: None,
            code: Some(Code::BatchTooLarge),
        }));
    }
    let accepted = match read(raw) {
        Ok((op, body, note)) => insert(connection, sender, &op, &body, &note, now_ms)?,
        Err(code) => Accepted::Refused(code),
    };
    let receipt = |op_id, verdict, seq, code| Some(Receipt { op_id, verdict, seq, code });
    Ok(match accepted {
        Accepted::Stored(op_id, seq) => receipt(op_id, Verdict::Stored, Some(seq), None),
        Accepted::Duplicate(op_id, seq) => receipt(op_id, Verdict::Duplicate, Some(seq), None),
        Accepted::Refused(code) => {
            quarantine::put(connection, sender.device_id, code, raw, now_ms)?;
            id_of(raw)
                .and_then(|op_id| receipt(op_id, Verdict::StoredQuarantined, None, Some(code)))
        }
    })
}

enum Accepted {
    Stored(OpId, Seq),
    Duplicate(OpId, Seq),
    Refused(Code),
}

/// Reads an operation and checks every rule, or tells the one that it breaks.
fn read(raw: &str) -> Result<(Op<'_>, OpBody, Note), Code> {
    let op: Op<'_> = serde_json::from_str(raw).map_err(|_| Code::MalformedOp)?;
    let text = op.body.get();
    if Sha256::of(text.as_bytes()) != op.sha256 {
        return Err(Code::HashMismatch);
    }
    let body: OpBody = serde_json::from_str(text).map_err(|_| why_unreadable(text))?;
    if body.schema > SCHEMA {
        return Err(Code::FutureSchema);
    }
    let Action::Create(note) = &body.action else { return Err(Code::UnsupportedAction) };
    let note = note.clone();
    if let Some(fault) = note.faults().first() {
        return Err(fault.code);
    }
    Ok((op, body, note))
}

/// Of a body that does not read: written by a newer app, of an unknown kind, or simply broken.
fn why_unreadable(body: &str) -> Code {
    #[derive(Deserialize)]
    struct Glimpse {
        schema: Option<u64>,
        action: Option<std::collections::BTreeMap<String, ActionGlimpse>>,
    }
    #[derive(Deserialize)]
    struct ActionGlimpse {
        details: Option<std::collections::BTreeMap<String, serde::de::IgnoredAny>>,
    }
    let Ok(glimpse) = serde_json::from_str::<Glimpse>(body) else { return Code::MalformedOp };
    if glimpse.schema.is_some_and(|schema| schema > u64::from(SCHEMA)) {
        return Code::FutureSchema;
    }
    let kinds = glimpse.action.into_iter().flatten().filter_map(|(_, action)| action.details);
    if kinds.flatten().any(|(kind, _)| kind.parse::<Kind>().is_err()) {
        return Code::UnknownKind;
    }
    Code::MalformedOp
}

fn id_of(raw: &str) -> Option<OpId> {
    #[derive(Deserialize)]
    struct Name {
        op_id: OpId,
    }
    serde_json::from_str::<Name>(raw).ok().map(|name| name.op_id)
}

/// Never check-then-insert: the unique key decides (SYNC.md fault 19).
fn insert(
    connection: &Connection,
    sender: Sender,
    op: &Op<'_>,
    body: &OpBody,
    note: &Note,
    now_ms: i64,
) -> Result<Accepted, StorageError> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO op (op_id, note_id, device_id, sha256, body, received_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (op_id) DO NOTHING",
        )?
        .execute(params![
            op.op_id.as_bytes(),
            body.note_id.as_bytes(),
            sender.device_id.as_bytes(),
            op.sha256.as_bytes(),
            op.body.get(),
            now_ms
        ])?;
    if inserted == 0 {
        return known(connection, op);
    }
    let seq = Seq(connection.last_insert_rowid());
    let is_new_note = notes::add(connection, &notes::NewNote { seq, sender, body, note, now_ms })?;
    if !is_new_note {
        // Another operation created this note. Its rep's words are never overwritten.
        connection.prepare_cached("DELETE FROM op WHERE seq = ?1")?.execute([seq.0])?;
        return Ok(Accepted::Refused(Code::IdReuse));
    }
    Ok(Accepted::Stored(op.op_id, seq))
}

fn known(connection: &Connection, op: &Op<'_>) -> Result<Accepted, StorageError> {
    let stored: Option<(i64, [u8; 32])> = connection
        .prepare_cached("SELECT seq, sha256 FROM op WHERE op_id = ?1")?
        .query_row([op.op_id.as_bytes().as_slice()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match stored {
        Some((seq, sha256)) if sha256 == *op.sha256.as_bytes() => {
            Accepted::Duplicate(op.op_id, Seq(seq))
        }
        _ => Accepted::Refused(Code::IdReuse),
    })
}
