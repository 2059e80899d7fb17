//! The outbox: operations that marketing has not confirmed, and what becomes of each.

use protocol::push::{Receipt, Verdict};
use protocol::{Code, DeviceId, NoteId, OpId};
use serde::{Deserialize, Serialize};
use sync::{Parked, Witness};

use super::history::{self, Mark};
use super::identity::{self, Identity};
use super::notes::NoteState;
use super::uploads::Upload;
use super::{
    CHANGES, HELD, META, NOTES, OPS, OUTBOX, RECEIPTS, UPLOADS, Written, epochs, id, id_ms, parse,
    put, put_row, sweep, text, uploads,
};
use crate::connection::Connection;
use crate::indexed_db::{self, ALL, Store, Transaction, everything};
use crate::storage_error::StorageError;

/// In [`META`]: when marketing last confirmed something.
const LAST_CONFIRMED: &str = "last-confirmed-ms";

/// Texts of the outbox that are read at once: however large each of them is, a phone has room for
/// so many.
const READ_AT_ONCE: usize = 250;

/// One unconfirmed operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutboxRow {
    /// The note whose state changes with the receipt.
    pub note_id: NoteId,
    /// Length of the operation's text.
    pub bytes: usize,
}

/// One operation that was refused: kept, shown, never sent by itself (SYNC.md §1, "Poison").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeldRow {
    /// See [`OutboxRow`].
    pub note_id: NoteId,
    /// See [`OutboxRow`].
    pub bytes: usize,
    /// Why.
    pub code: Code,
}

/// How much waits here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// Operations to be sent.
    pub pending: u32,
    /// When the oldest of them was saved, by the clock of that moment.
    pub oldest_ms: Option<u64>,
    /// Operations and attachments that were refused.
    pub held: u32,
    /// Attachments on their way.
    pub uploads: u32,
    /// Changes that this version of the app does not know.
    pub unknown_changes: u32,
    /// When marketing last confirmed something, by this device's clock.
    pub last_confirmed_ms: Option<u64>,
}

/// The oldest operations of the outbox.
pub(crate) struct Batch {
    /// Whose they were when they were read.
    pub sender: Option<Identity>,
    /// Each operation's id and its text as it travels, oldest first.
    pub ops: Vec<(OpId, String)>,
    /// Whether the outbox holds more than these.
    pub more: bool,
}

pub(crate) async fn backlog(connection: &Connection) -> Result<Backlog, StorageError> {
    connection
        .run(async |database| {
            backlog_in(&database.read(&[OUTBOX, HELD, UPLOADS, CHANGES, META])?).await
        })
        .await
}

/// The same in a transaction that has [`OUTBOX`], [`HELD`], [`UPLOADS`], [`CHANGES`] and [`META`].
pub(super) async fn backlog_in(transaction: &Transaction) -> Result<Backlog, StorageError> {
    let outbox = transaction.store(OUTBOX)?;
    let count = |name| transaction.store(name)?.count();
    let oldest = outbox.keys(&everything(), 1)?;
    let pending = count(OUTBOX)?;
    let held = count(HELD)?;
    let unknown_changes = count(CHANGES)?;
    let last_confirmed_ms = parse(text(&transaction.store(META)?, LAST_CONFIRMED).await?)?;
    let oldest = oldest.texts().await?.pop();
    let all: Vec<Upload> = uploads::all(&transaction.store(UPLOADS)?).await?;
    let refused = all.iter().filter(|upload| upload.code.is_some()).count();
    let sum = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Backlog {
        pending: pending.number().await?,
        oldest_ms: oldest.map(|key| id::<OpId>(&key)).transpose()?.map(|id| id_ms(id.as_bytes())),
        held: held.number().await?.saturating_add(sum(refused)),
        uploads: sum(all.len() - refused),
        unknown_changes: unknown_changes.number().await?,
        last_confirmed_ms,
    })
}

/// Reads up to `ops_max` operations of up to `bytes_max` bytes in all, oldest first, only those
/// after `after`; always at least one if there is any, whatever its size.
pub(crate) async fn read_batch(
    connection: &Connection,
    after: Option<OpId>,
    ops_max: usize,
    bytes_max: usize,
) -> Result<Batch, StorageError> {
    let after = after.map_or_else(String::new, |op_id| op_id.to_string());
    let limit = u32::try_from(ops_max.saturating_add(1)).unwrap_or(u32::MAX);
    connection
        .run(async |database| {
            let transaction = database.read(&[META, OUTBOX, OPS])?;
            let sender = identity::of_meta(&transaction.store(META)?).await?;
            let outbox = transaction.store(OUTBOX)?;
            let unread = indexed_db::after(&after)?;
            let keys = outbox.keys(&unread, limit)?.texts().await?;
            let (mut ops, mut bytes) = (Vec::new(), 0);
            'full: for keys in keys.get(..ops_max).unwrap_or(&keys).chunks(READ_AT_ONCE) {
                for (key, text) in keys.iter().zip(texts_of(&transaction, keys).await?) {
                    bytes += text.len();
                    if bytes > bytes_max && !ops.is_empty() {
                        break 'full;
                    }
                    ops.push((id(key)?, text));
                }
            }
            Ok(Batch { sender, more: keys.len() > ops.len(), ops })
        })
        .await
}

/// The texts of these operations, which are neighbours in the outbox.
async fn texts_of(transaction: &Transaction, of: &[String]) -> Result<Vec<String>, StorageError> {
    let (Some(first), Some(last)) = (of.first(), of.last()) else { return Ok(Vec::new()) };
    // Confirmed operations in between are few, since the oldest are sent first.
    let range = indexed_db::between(first, last, false)?;
    let ops = transaction.store(OPS)?;
    let mut texts = ops.values(&range, ALL)?.texts().await?;
    // Their keys are not read, which takes as long again, where the texts can tell them.
    if texts.len() != of.len() || !texts.iter().zip(of).all(|(text, key)| is_text_of(text, key)) {
        let mut of = of.iter().peekable();
        let keys = ops.keys(&range, ALL)?.texts().await?;
        let mut keys = keys.iter();
        texts.retain(|_| keys.next().is_some_and(|key| of.next_if(|next| *next == key).is_some()));
        if of.next().is_some() {
            return Err(StorageError::Unreadable("an operation of the outbox is gone".into()));
        }
    }
    Ok(texts)
}

/// Whether a text begins with this id, as what this app wrote does.
fn is_text_of(text: &str, op_id: &str) -> bool {
    text.strip_prefix(r#"{"op_id":""#).is_some_and(|rest| rest.starts_with(op_id))
}

/// Every operation that marketing has not confirmed, what is held included, in the order of ids.
pub(crate) async fn unsent(connection: &Connection) -> Result<Vec<OpId>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[OUTBOX, HELD])?;
            let keys = |name| transaction.store(name)?.keys(&everything(), ALL);
            let (waiting, held) = (keys(OUTBOX)?, keys(HELD)?);
            let mut keys = waiting.texts().await?;
            keys.extend(held.texts().await?);
            // Ids of equal length sort as they are written.
            keys.sort_unstable();
            keys.iter().map(|key| id(key)).collect()
        })
        .await
}

/// An operation as it travels, none if it is not here.
pub(crate) async fn text_of(
    connection: &Connection,
    op_id: OpId,
) -> Result<Option<String>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[OPS])?;
            text(&transaction.store(OPS)?, &op_id.to_string()).await
        })
        .await
}

/// Applies what the endpoint said in one strict transaction: what is confirmed leaves the outbox,
/// which makes it Sent; what is refused is held. Of operations that are neither in the outbox nor
/// held any more it changes nothing, so this may run twice. `confirmed` is ascending.
///
/// A deposit's answer is refused where its `depositor` was enrolled anew meanwhile: what the new
/// device pushes goes into the log, and would be shown as held.
pub(crate) async fn settle(
    connection: &Connection,
    depositor: Option<DeviceId>,
    witness: Option<Witness>,
    confirmed: &[Receipt],
    parked: &[Parked],
    now_ms: u64,
) -> Result<Written, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[OUTBOX, HELD, NOTES, META, RECEIPTS])?;
            let meta = transaction.store(META)?;
            if depositor.is_some() {
                let identity = identity::of_meta(&meta).await?;
                if identity.map(|it| it.device_id) != depositor {
                    return Ok(Written::Refused);
                }
            }
            let mut marks = Vec::new();
            if let Some(witness) = witness {
                if let Some(memory) = epochs::moved(&meta, witness.epoch).await? {
                    return Ok(Written::EpochMoved(memory));
                }
                confirm(&transaction, witness, confirmed, &mut marks).await?;
                put(&meta, LAST_CONFIRMED, &now_ms.to_string())?;
            }
            park(&transaction, parked, &mut marks).await?;
            history::mark(&transaction.store(NOTES)?, &marks).await?;
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

/// Takes what is confirmed out of [`OUTBOX`] and [`HELD`]. Only what is not simply sent needs a
/// mark at its note (see [`super::notes::NoteState`]).
async fn confirm(
    transaction: &Transaction,
    witness: Witness,
    confirmed: &[Receipt],
    marks: &mut Vec<Mark>,
) -> Result<(), StorageError> {
    let (Some(first), Some(last)) = (confirmed.first(), confirmed.last()) else { return Ok(()) };
    let range = indexed_db::between(&first.op_id.to_string(), &last.op_id.to_string(), false)?;
    let (outbox, held) = (transaction.store(OUTBOX)?, transaction.store(HELD)?);
    let (waiting, parked) = (outbox.keys(&range, ALL)?, held.keys(&range, ALL)?);
    let (waiting, parked) = (waiting.texts().await?, parked.texts().await?);
    for (store, keys, was_held) in [(&outbox, waiting, false), (&held, parked, true)] {
        let mut leaving = Vec::with_capacity(keys.len());
        for key in keys {
            let receipt = receipt_of(confirmed, id(&key)?);
            if let Some(&Receipt { op_id, verdict, code, .. }) = receipt
                && let state = state_of(verdict)
                && (was_held || state != NoteState::Sent)
                && let Some(OutboxRow { note_id, .. }) = parse(text(store, &key).await?)?
            {
                marks.push(Mark { op_id, note_id, state, code });
                if state == NoteState::Held {
                    sweep::enter_quarantine(transaction, &key, witness)?;
                }
            }
            leaving.push((key, receipt.is_some()));
        }
        delete_runs(store, &leaving)?;
    }
    Ok(())
}

fn receipt_of(confirmed: &[Receipt], op_id: OpId) -> Option<&Receipt> {
    let at = confirmed.binary_search_by(|receipt| receipt.op_id.cmp(&op_id)).ok()?;
    confirmed.get(at)
}

/// Deletes those of these neighbouring keys that are to leave, with one request for each run of
/// them: one for each key takes a hundred times as long.
fn delete_runs(store: &Store, keys: &[(String, bool)]) -> Result<(), StorageError> {
    for run in keys.chunk_by(|(_, a), (_, b)| a == b) {
        if let (Some((first, true)), Some((last, _))) = (run.first(), run.last()) {
            store.delete_range(&indexed_db::between(first, last, false)?)?;
        }
    }
    Ok(())
}

/// What marketing's verdict makes of an operation that it holds.
const fn state_of(verdict: Verdict) -> NoteState {
    match verdict {
        Verdict::StoredQuarantined => NoteState::Held,
        _ => NoteState::Sent,
    }
}

async fn park(
    transaction: &Transaction,
    parked: &[Parked],
    marks: &mut Vec<Mark>,
) -> Result<(), StorageError> {
    let outbox = transaction.store(OUTBOX)?;
    let held = transaction.store(HELD)?;
    for &Parked { op_id, code } in parked {
        let key = op_id.to_string();
        let Some(OutboxRow { note_id, bytes }) = parse(text(&outbox, &key).await?)? else {
            continue;
        };
        outbox.delete(&key)?;
        put_row(&held, &key, &HeldRow { note_id, bytes, code })?;
        marks.push(Mark { op_id, note_id, state: NoteState::Held, code: Some(code) });
    }
    Ok(())
}

/// Puts everything that is held back into the outbox: the rep asked to try again.
pub(crate) async fn release_held(connection: &Connection) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[OUTBOX, HELD, NOTES, UPLOADS])?;
            let outbox = transaction.store(OUTBOX)?;
            let held = transaction.store(HELD)?;
            let mut marks = Vec::new();
            for key in held.keys(&everything(), ALL)?.texts().await? {
                let Some(row) = parse::<OutboxRow>(text(&held, &key).await?)? else { continue };
                put_row(&outbox, &key, &row)?;
                held.delete(&key)?;
                let state = NoteState::Saved;
                marks.push(Mark { op_id: id(&key)?, note_id: row.note_id, state, code: None });
            }
            history::mark(&transaction.store(NOTES)?, &marks).await?;
            uploads::release_held(&transaction).await?;
            transaction.commit().await
        })
        .await
}
