//! Accepting operations: the heart of push (SYNC.md §1). Plain functions over a transaction.

use protocol::note::Kind;
use protocol::op::{Action, Op, OpBody};
use protocol::planted::{self, Bug};
use protocol::pull::Emptied;
use protocol::push::{Receipt, Verdict};
use protocol::{Code, DeviceId, OpId, RepId, Seq, Sha256};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;

use super::{StorageError, attachments, history, notes, quarantine, replies};
use protocol::limits::{OP_BYTES_MAX, PARENTS_MAX, SCHEMA};

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    /// The device whose token it is.
    pub device_id: DeviceId,
    /// The rep whose device it is.
    pub rep_id: RepId,
}

/// One operation, read and checked without the database: a request's own work, so that the one
/// writer has only to write.
pub struct Arrival {
    op_id: Option<OpId>,
    reading: Reading,
}

enum Reading {
    Good(Box<Good>),
    Broken { code: Code, raw: String },
    TooLarge,
}

struct Good {
    op_id: OpId,
    sha256: Sha256,
    body_text: String,
    body: OpBody,
    raw: String,
}

impl Arrival {
    /// Whether it breaks a rule.
    pub(crate) const fn is_broken(&self) -> bool {
        matches!(self.reading, Reading::Broken { .. })
    }

    /// Reads an operation and checks every rule that needs no database.
    #[must_use]
    pub fn read(raw: &str) -> Self {
        if raw.len() > OP_BYTES_MAX {
            return Self { op_id: id_of(raw), reading: Reading::TooLarge };
        }
        match read(raw) {
            Ok(good) => Self { op_id: Some(good.op_id), reading: Reading::Good(Box::new(good)) },
            Err(code) => {
                Self { op_id: id_of(raw), reading: Reading::Broken { code, raw: raw.to_owned() } }
            }
        }
    }
}

/// Reads and stores one operation: [`Arrival::read`] and [`store`].
///
/// # Errors
/// Why the database stored nothing.
pub fn accept(
    connection: &Connection,
    sender: Sender,
    raw: &str,
    now_ms: i64,
) -> Result<Option<Receipt>, StorageError> {
    store(connection, sender, &Arrival::read(raw), now_ms)
}

/// Stores one operation, or what is wrong with it, and tells what was done. None where not even
/// its id can be read: it is in quarantine then, but there is no name to answer to.
///
/// # Errors
/// Why the database stored nothing.
pub fn store(
    connection: &Connection,
    sender: Sender,
    arrival: &Arrival,
    now_ms: i64,
) -> Result<Option<Receipt>, StorageError> {
    let (verdict, seq, code) = match &arrival.reading {
        Reading::TooLarge => (Verdict::Rejected, None, Some(Code::BatchTooLarge)),
        Reading::Broken { code, raw } => {
            quarantine::put(connection, sender.device_id, *code, arrival.op_id, raw, now_ms)?;
            (Verdict::StoredQuarantined, None, Some(*code))
        }
        Reading::Good(good) => match insert(connection, sender, good, now_ms)? {
            Inserted::New(seq) => (Verdict::Stored, Some(seq), None),
            Inserted::Known(seq) => (Verdict::Duplicate, Some(seq), None),
            Inserted::Refused(code) => {
                quarantine::put(
                    connection,
                    sender.device_id,
                    code,
                    arrival.op_id,
                    &good.raw,
                    now_ms,
                )?;
                (Verdict::StoredQuarantined, None, Some(code))
            }
        },
    };
    Ok(arrival.op_id.map(|op_id| Receipt { op_id, verdict, seq, code }))
}

/// Takes what a revoked device still holds, whatever it is, raw into quarantine. Only what the log
/// has already stays there alone: its answer was lost before the device was shut out.
///
/// # Errors
/// Why the database stored nothing.
pub fn deposit(
    connection: &Connection,
    sender: Sender,
    arrival: &Arrival,
    now_ms: i64,
) -> Result<Option<Receipt>, StorageError> {
    let raw = match &arrival.reading {
        Reading::TooLarge => return store(connection, sender, arrival, now_ms),
        Reading::Broken { raw, .. } => raw,
        Reading::Good(good) => {
            if let Some(Inserted::Known(seq)) = known(connection, good)? {
                let (op_id, verdict) = (good.op_id, Verdict::Duplicate);
                return Ok(Some(Receipt { op_id, verdict, seq: Some(seq), code: None }));
            }
            &good.raw
        }
    };
    let (op_id, code) = (arrival.op_id, Code::Deposited);
    quarantine::put(connection, sender.device_id, code, op_id, raw, now_ms)?;
    let verdict = Verdict::StoredQuarantined;
    Ok(op_id.map(|op_id| Receipt { op_id, verdict, seq: None, code: Some(code) }))
}

/// Where this rep's operation of this id is in the log; none where it is not.
pub(crate) fn seq_of(
    connection: &Connection,
    rep_id: RepId,
    op_id: OpId,
) -> Result<Option<Seq>, StorageError> {
    let mut query = connection.prepare_cached(
        "SELECT seq FROM op JOIN device USING (device_id) WHERE op_id = ?1 AND rep_id = ?2",
    )?;
    let seq = query.query_row(params![op_id.as_bytes(), rep_id.as_bytes()], |row| row.get(0));
    Ok(seq.optional()?.map(Seq))
}

/// An operation of the log.
pub(crate) struct Logged {
    pub(crate) seq: Seq,
    pub(crate) what: Entry,
}

/// What the log has of it.
pub(crate) enum Entry {
    /// The JSON text of an [`Op`], as it was pushed.
    Op(String),
    /// Its words have left the log.
    Emptied(Emptied),
}

impl Logged {
    /// What it counts in a page.
    pub(crate) const fn bytes(&self) -> usize {
        match &self.what {
            Entry::Op(text) => text.len(),
            Entry::Emptied(place) => 100 + 40 * place.parents.len(),
        }
    }
}

/// Up to `limit` operations of this device with `after < seq <= until`, in the order of the log.
pub(crate) fn of_device(
    connection: &Connection,
    device_id: DeviceId,
    after: Seq,
    until: Seq,
    limit: usize,
) -> Result<Vec<Logged>, StorageError> {
    let mut query = connection.prepare_cached(
        "SELECT seq, op_id, sha256, body, is_emptied IS NOT NULL FROM op
         WHERE device_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4",
    )?;
    let rows = query.query_map(
        params![device_id.as_bytes(), after.0, until.0, i64::try_from(limit).unwrap_or(i64::MAX)],
        |row| {
            let op_id = OpId::from_bytes(row.get(1)?);
            let sha256 = Sha256::from_bytes(row.get(2)?);
            let body: String = row.get(3)?;
            let what = if row.get(4)? {
                Entry::Emptied(history::place(op_id, &body)?)
            } else {
                Entry::Op(format!(r#"{{"op_id":"{op_id}","sha256":"{sha256}","body":{body}}}"#))
            };
            Ok(Logged { seq: Seq(row.get(0)?), what })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads an operation and checks every rule, or tells the one that it breaks.
fn read(raw: &str) -> Result<Good, Code> {
    let op: Op<'_> = serde_json::from_str(raw).map_err(|_| Code::MalformedOp)?;
    let text = op.body.get();
    if Sha256::of(text.as_bytes()) != op.sha256 && !planted::is(Bug::HashUnchecked) {
        return Err(Code::HashMismatch);
    }
    let body: OpBody = serde_json::from_str(text).map_err(|_| why_unreadable(text))?;
    if body.schema > SCHEMA {
        return Err(Code::FutureSchema);
    }
    // An operation that has seen itself could never be shown.
    if body.parents.len() > PARENTS_MAX || body.parents.contains(&op.op_id) {
        return Err(Code::MalformedOp);
    }
    check(&body.action)?;
    Ok(Good {
        op_id: op.op_id,
        sha256: op.sha256,
        body_text: text.to_owned(),
        body,
        raw: raw.to_owned(),
    })
}

fn check(action: &Action) -> Result<(), Code> {
    match action {
        Action::Create(note) | Action::Edit(note) => {
            note.faults().first().map_or(Ok(()), |fault| Err(fault.code))
        }
        Action::Attach(attachment) if !attachment.is_within_limits() => {
            Err(Code::AttachmentTooLarge)
        }
        Action::Reply(reply) => reply.check(),
        Action::Withdraw | Action::Attach(_) => Ok(()),
    }
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

enum Inserted {
    New(Seq),
    Known(Seq),
    Refused(Code),
}

/// Never check-then-insert: the unique key decides (SYNC.md fault 19).
fn insert(
    connection: &Connection,
    sender: Sender,
    good: &Good,
    now_ms: i64,
) -> Result<Inserted, StorageError> {
    let sql = if planted::is(Bug::NoUniqueKey) || planted::is(Bug::CheckThenInsert) {
        "INSERT INTO op (op_id, note_id, device_id, sha256, body, received_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
    } else {
        "INSERT INTO op (op_id, note_id, device_id, sha256, body, received_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (op_id) DO NOTHING"
    };
    let inserted = connection.prepare_cached(sql)?.execute(params![
        good.op_id.as_bytes(),
        good.body.note_id.as_bytes(),
        sender.device_id.as_bytes(),
        good.sha256.as_bytes(),
        good.body_text,
        now_ms
    ])?;
    if inserted == 0 {
        return Ok(known(connection, good)?.unwrap_or(Inserted::Refused(Code::IdReuse)));
    }
    let seq = Seq(connection.last_insert_rowid());
    let body = &good.body;
    let is_creation = matches!(body.action, Action::Create(_));
    // Nearly all of them: nothing to weigh, and the view follows.
    if is_creation && !history::has_earlier(connection, body.note_id, seq)? {
        return Ok(Inserted::New(seq));
    }
    let steps = history::of_note(connection, body.note_id)?;
    let earlier = &steps[..steps.len().saturating_sub(1)];
    if let Some(code) = history::objection(earlier, sender.rep_id, &body.action) {
        // The log takes in only what the inbox shows.
        connection.prepare_cached("DELETE FROM op WHERE seq = ?1")?.execute([seq.0])?;
        return Ok(Inserted::Refused(code));
    }
    match &body.action {
        // An attachment stands beside what a note says, and so does a reply.
        Action::Attach(attachment) => {
            attachments::announce(connection, seq, body.note_id, sender.rep_id, attachment)?;
        }
        Action::Reply(reply) => {
            replies::take_in(connection, seq, body.note_id, sender.rep_id, reply, now_ms)?;
        }
        Action::Create(_) | Action::Edit(_) | Action::Withdraw => {
            notes::show(connection, body.note_id, &steps)?;
        }
    }
    Ok(Inserted::New(seq))
}

/// What is in the log under the operation's id, if anything is.
fn known(connection: &Connection, good: &Good) -> Result<Option<Inserted>, StorageError> {
    let stored: Option<(i64, [u8; 32])> = connection
        .prepare_cached("SELECT seq, sha256 FROM op WHERE op_id = ?1")?
        .query_row([good.op_id.as_bytes().as_slice()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if planted::is(Bug::RepeatQuarantined) {
        return Ok(None);
    }
    let is_same = |sha256| sha256 == *good.sha256.as_bytes();
    Ok(stored.map(|(seq, sha256)| {
        if is_same(sha256) { Inserted::Known(Seq(seq)) } else { Inserted::Refused(Code::IdReuse) }
    }))
}
