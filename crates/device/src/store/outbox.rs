//! The outbox: operations that marketing has not confirmed, and what becomes of each.

use std::collections::BTreeSet;

use indexed_db_futures::KeyRange;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::Transaction;
use protocol::push::{Receipt, Verdict};
use protocol::{Code, Epoch, NoteId, OpId, Seq};
use serde::{Deserialize, Serialize};
use sync::{Parked, Witness};

use super::history::{self, Mark};
use super::notes::NoteState;
use super::{
    CHANGES, HELD, META, NOTES, OPS, OUTBOX, RECEIPTS, UPLOADS, Written, delete, epochs, id, put,
    put_row, row, uploads,
};
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
    /// When it was first confirmed in this epoch, by the endpoint's clock; 0.1 did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_time_ms: Option<i64>,
}

/// How much waits here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// Operations to be sent.
    pub pending: u32,
    /// When the oldest of them was saved, by the clock of that moment.
    pub oldest_ms: Option<u64>,
    /// Operations that were refused.
    pub held: u32,
    /// Attachments that are not at marketing's whole.
    pub uploads: u32,
    /// Changes that this version of the app does not know.
    pub unknown_changes: u32,
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
            let transaction =
                database.transaction([OUTBOX, HELD, UPLOADS, CHANGES, META]).build()?;
            let outbox = transaction.object_store(OUTBOX)?;
            let count = |name| -> Result<_, StorageError> {
                Ok(transaction.object_store(name)?.count().primitive()?)
            };
            let oldest = outbox.get_all_keys::<String>().with_limit(1).primitive()?;
            let pending = count(OUTBOX)?;
            let held = count(HELD)?;
            let uploads = count(UPLOADS)?;
            let unknown_changes = count(CHANGES)?;
            let last_confirmed_ms = row(&transaction.object_store(META)?, LAST_CONFIRMED).await?;
            let oldest = oldest.await?.next().transpose()?;
            Ok(Backlog {
                pending: pending.await?,
                oldest_ms: oldest.map(|key| id::<OpId>(&key)).transpose()?.map(saved_ms),
                held: held.await?,
                uploads: uploads.await?,
                unknown_changes: unknown_changes.await?,
                last_confirmed_ms,
            })
        })
        .await
}

/// When an operation was saved, in milliseconds since 1970: the first 48 bits of its id
/// (RFC 9562 §5.7).
fn saved_ms(op_id: OpId) -> u64 {
    op_id.as_bytes().iter().take(6).fold(0, |ms, byte| ms << 8 | u64::from(*byte))
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
                    batch.push((super::id(&id)?, text?));
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
/// and its note turns Sent; what is refused is held. Changes nothing for operations that are
/// neither in the outbox nor held any more, so this may run twice.
pub(crate) async fn settle(
    connection: &Connection,
    witness: Option<Witness>,
    confirmed: &[Receipt],
    parked: &[Parked],
    now_ms: u64,
) -> Result<Written, StorageError> {
    connection
        .run(async |database| {
            let transaction = strict(database, &[OUTBOX, RECEIPTS, HELD, NOTES, META])?;
            let meta = transaction.object_store(META)?;
            let mut marks = Vec::with_capacity(confirmed.len() + parked.len());
            if let Some(witness) = witness {
                if let Some(memory) = epochs::moved(&meta, witness.epoch).await? {
                    return Ok(Written::EpochMoved(memory));
                }
                confirm(&transaction, witness, confirmed, &mut marks).await?;
                put(&meta, LAST_CONFIRMED, &now_ms.to_string())?.await?;
            }
            park(&transaction, parked, &mut marks).await?;
            history::mark(&transaction.object_store(NOTES)?, &marks).await?;
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

async fn confirm(
    transaction: &Transaction<'_>,
    witness: Witness,
    confirmed: &[Receipt],
    marks: &mut Vec<Mark>,
) -> Result<(), StorageError> {
    let outbox = transaction.object_store(OUTBOX)?;
    let receipts = transaction.object_store(RECEIPTS)?;
    let held = transaction.object_store(HELD)?;
    // All are asked for before the first answer: one at a time takes many times as long.
    let mut reads = Vec::with_capacity(confirmed.len());
    for receipt in confirmed {
        let key = receipt.op_id.to_string();
        let waiting = outbox.get::<String, _, _>(&*key).primitive()?;
        let parked = held.get::<String, _, _>(&*key).primitive()?;
        reads.push((receipt, key, waiting, parked));
    }
    let mut writes = Vec::with_capacity(3 * reads.len());
    for (receipt, key, waiting, parked) in reads {
        let (waiting, parked) = (waiting.await?, parked.await?);
        let Some(row) = waiting.or(parked) else { continue };
        let row: OutboxRow = serde_json::from_str(&row)?;
        let Receipt { op_id, verdict, seq, code } = *receipt;
        let confirmation = Confirmation {
            epoch: witness.epoch,
            verdict,
            seq,
            code,
            server_time_ms: Some(witness.server_time_ms),
        };
        writes.push(outbox.delete(&*key).primitive()?);
        writes.push(held.delete(&*key).primitive()?);
        writes.push(put(&receipts, &key, &serde_json::to_string(&confirmation)?)?);
        let state = state_of(verdict);
        marks.push(Mark { op_id, note_id: row.note_id, state, code });
    }
    for write in writes {
        write.await?;
    }
    Ok(())
}

/// What marketing's verdict makes of an operation that it holds.
pub(crate) const fn state_of(verdict: Verdict) -> NoteState {
    match verdict {
        Verdict::StoredQuarantined => NoteState::Held,
        _ => NoteState::Sent,
    }
}

async fn park(
    transaction: &Transaction<'_>,
    parked: &[Parked],
    marks: &mut Vec<Mark>,
) -> Result<(), StorageError> {
    let outbox = transaction.object_store(OUTBOX)?;
    let held = transaction.object_store(HELD)?;
    for &Parked { op_id, code } in parked {
        let key = op_id.to_string();
        let Some(row) = row::<OutboxRow>(&outbox, &key).await? else { continue };
        let note_id = row.note_id;
        delete(&outbox, &key).await?;
        put_row(&held, &key, &HeldRow { row, code }).await?;
        marks.push(Mark { op_id, note_id, state: NoteState::Held, code: Some(code) });
    }
    Ok(())
}

/// Puts everything that is held back into the outbox: the rep asked to try again.
pub(crate) async fn release_held(connection: &Connection) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = strict(database, &[OUTBOX, HELD, NOTES, UPLOADS])?;
            let outbox = transaction.object_store(OUTBOX)?;
            let held = transaction.object_store(HELD)?;
            let mut marks = Vec::new();
            let keys = held.get_all_keys::<String>().primitive()?.await?;
            for key in keys.collect::<Result<Vec<_>, _>>()? {
                let Some(HeldRow { row, .. }) = row(&held, &key).await? else { continue };
                put_row(&outbox, &key, &row).await?;
                delete(&held, &key).await?;
                let state = NoteState::Saved;
                marks.push(Mark { op_id: id(&key)?, note_id: row.note_id, state, code: None });
            }
            history::mark(&transaction.object_store(NOTES)?, &marks).await?;
            uploads::release_held(&transaction).await?;
            Ok(transaction.commit().await?)
        })
        .await
}
