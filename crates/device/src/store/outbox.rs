//! The outbox: operations that marketing has not confirmed, and what becomes of each.

use std::collections::BTreeSet;

use indexed_db_futures::KeyRange;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use protocol::push::Verdict;
use protocol::{Code, Epoch, NoteId, OpId, Seq};
use serde::{Deserialize, Serialize};
use sync::{Confirmed, Parked};

use super::notes::{NoteState, StoredNote, newest_first_key};
use super::{HELD, META, NOTES, OPS, OUTBOX, RECEIPTS, put};
use crate::connection::{Connection, strict};
use crate::storage_error::StorageError;

/// In [`META`]: when marketing last confirmed something.
const LAST_CONFIRMED: &str = "last-confirmed-ms";

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
    #[serde(flatten)]
    pub row: OutboxRow,
    /// Why.
    pub code: Code,
}

/// One operation that marketing confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Confirmation {
    /// In which life of the endpoint's database.
    pub epoch: Epoch,
    /// How.
    pub verdict: Verdict,
    /// Where in its log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// Why, if it went to quarantine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

/// How much waits here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// Operations to be sent.
    pub pending: u32,
    /// Operations that were refused.
    pub held: u32,
    /// When marketing last confirmed something, by this device's clock.
    pub last_confirmed_ms: Option<u64>,
}

/// The oldest operations of the outbox.
pub(crate) struct Batch {
    /// Each operation's id and its text as it travels, oldest first.
    pub ops: Vec<(OpId, String)>,
    /// Whether the outbox holds more than these.
    pub more: bool,
}

pub(crate) async fn backlog(connection: &Connection) -> Result<Backlog, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.transaction([OUTBOX, HELD, META]).build()?;
            let pending = transaction.object_store(OUTBOX)?.count().primitive()?;
            let held = transaction.object_store(HELD)?.count().primitive()?;
            let last = transaction.object_store(META)?.get(LAST_CONFIRMED).primitive()?;
            let last: Option<String> = last.await?;
            let last_confirmed_ms = last.map(|last| serde_json::from_str(&last)).transpose()?;
            Ok(Backlog { pending: pending.await?, held: held.await?, last_confirmed_ms })
        })
        .await
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
    let unread = KeyRange::LowerBound(&*after, true);
    let limit = u32::try_from(ops_max.saturating_add(1)).unwrap_or(u32::MAX);
    connection
        .run(async |database| {
            let transaction = database.transaction([OUTBOX, OPS]).build()?;
            let outbox = transaction.object_store(OUTBOX)?;
            let keys = outbox
                .get_all_keys::<String>()
                .with_query::<&str, _>(unread.clone())
                .with_limit(limit)
                .primitive()?;
            let rows = outbox
                .get_all::<String>()
                .with_query::<&str, _>(unread.clone())
                .with_limit(limit)
                .primitive()?;
            let keys: Vec<String> = keys.await?.collect::<Result<_, _>>()?;
            let rows: Vec<String> = rows.await?.collect::<Result<_, _>>()?;
            let mut chosen = BTreeSet::new();
            let mut bytes = 0;
            for (key, row) in keys.iter().zip(&rows) {
                bytes += serde_json::from_str::<OutboxRow>(row)?.bytes;
                if chosen.len() == ops_max || (bytes > bytes_max && !chosen.is_empty()) {
                    break;
                }
                chosen.insert(key.as_str());
            }
            let (Some(first), Some(last)) = (chosen.first(), chosen.last()) else {
                return Ok(Batch { ops: Vec::new(), more: false });
            };
            // One read for the whole range: a `get` each takes many times as long. Confirmed
            // operations in between are few, since the oldest are sent first.
            let range = KeyRange::Bound(*first, false, *last, false);
            let ops = transaction.object_store(OPS)?;
            let ids =
                ops.get_all_keys::<String>().with_query::<&str, _>(range.clone()).primitive()?;
            let texts = ops.get_all::<String>().with_query::<&str, _>(range).primitive()?;
            let (ids, texts) = (ids.await?, texts.await?);
            let mut batch = Vec::with_capacity(chosen.len());
            for (id, text) in ids.zip(texts) {
                let id = id?;
                if chosen.contains(id.as_str()) {
                    let op_id =
                        id.parse().map_err(|_| StorageError::Unreadable(format!("op id {id}")))?;
                    batch.push((op_id, text?));
                }
            }
            if batch.len() != chosen.len() {
                return Err(StorageError::Unreadable("an operation of the outbox is gone".into()));
            }
            Ok(Batch { more: keys.len() > batch.len(), ops: batch })
        })
        .await
}

/// Applies what the endpoint said in one strict transaction: what is confirmed leaves the outbox
/// and its note turns Sent; what is refused is held. Changes nothing for operations that are not
/// in the outbox any more, so this may run twice.
pub(crate) async fn settle(
    connection: &Connection,
    confirmed: &[Confirmed],
    parked: &[Parked],
    now_ms: u64,
) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = strict(database, &[OUTBOX, RECEIPTS, HELD, NOTES, META])?;
            let outbox = transaction.object_store(OUTBOX)?;
            let receipts = transaction.object_store(RECEIPTS)?;
            let held = transaction.object_store(HELD)?;
            let notes = transaction.object_store(NOTES)?;
            for Confirmed { receipt, epoch } in confirmed {
                let Some((key, row)) = take(&outbox, receipt.op_id).await? else { continue };
                let confirmation = Confirmation {
                    epoch: *epoch,
                    verdict: receipt.verdict,
                    seq: receipt.seq,
                    code: receipt.code,
                };
                let state = match receipt.verdict {
                    Verdict::StoredQuarantined => NoteState::Held,
                    _ => NoteState::Sent,
                };
                let confirmation = serde_json::to_string(&confirmation)?;
                put(&receipts, &key, &confirmation)?.await?;
                show(&notes, row.note_id, receipt.op_id, state, receipt.code).await?;
            }
            if !confirmed.is_empty() {
                let meta = transaction.object_store(META)?;
                put(&meta, LAST_CONFIRMED, &now_ms.to_string())?.await?;
            }
            for &Parked { op_id, code } in parked {
                let Some((key, row)) = take(&outbox, op_id).await? else { continue };
                let note_id = row.note_id;
                let row = serde_json::to_string(&HeldRow { row, code })?;
                put(&held, &key, &row)?.await?;
                show(&notes, note_id, op_id, NoteState::Held, Some(code)).await?;
            }
            Ok(transaction.commit().await?)
        })
        .await
}

/// Takes an operation out of the outbox: its key and row, none if it is not there.
async fn take(
    outbox: &ObjectStore<'_>,
    op_id: OpId,
) -> Result<Option<(String, OutboxRow)>, StorageError> {
    let key = op_id.to_string();
    let Some(row) = outbox.get::<String, _, _>(&*key).primitive()?.await? else {
        return Ok(None);
    };
    let row = serde_json::from_str(&row)?;
    outbox.delete(&*key).primitive()?.await?;
    Ok(Some((key, row)))
}

/// Puts everything that is held back into the outbox: the rep asked to try again.
pub(crate) async fn release_held(connection: &Connection) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = strict(database, &[OUTBOX, HELD, NOTES])?;
            let outbox = transaction.object_store(OUTBOX)?;
            let held = transaction.object_store(HELD)?;
            let notes = transaction.object_store(NOTES)?;
            let keys = held.get_all_keys::<String>().primitive()?.await?;
            for key in keys.collect::<Result<Vec<_>, _>>()? {
                let Some(row) = held.get::<String, _, _>(&*key).primitive()?.await? else {
                    continue;
                };
                let row: HeldRow = serde_json::from_str(&row)?;
                let op_id =
                    key.parse().map_err(|_| StorageError::Unreadable(format!("op id {key}")))?;
                let back = serde_json::to_string(&row.row)?;
                put(&outbox, &key, &back)?.await?;
                held.delete(&*key).primitive()?.await?;
                show(&notes, row.row.note_id, op_id, NoteState::Saved, None).await?;
            }
            Ok(transaction.commit().await?)
        })
        .await
}

/// Sets the state of a note, unless a later save shows something else by now.
async fn show(
    notes: &ObjectStore<'_>,
    note_id: NoteId,
    op_id: OpId,
    state: NoteState,
    code: Option<Code>,
) -> Result<(), StorageError> {
    let key = newest_first_key(note_id);
    let Some(row) = notes.get::<String, _, _>(&*key).primitive()?.await? else {
        return Ok(());
    };
    let mut note: StoredNote = serde_json::from_str(&row)?;
    if note.op_id == op_id {
        (note.state, note.code) = (state, code);
        put(notes, &key, &serde_json::to_string(&note)?)?.await?;
    }
    Ok(())
}
