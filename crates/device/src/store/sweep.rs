//! What marketing holds: asked about again by the sweep, and dropped by the purge rule alone
//! (SYNC.md §1, "Restore safety").
//!
//! An operation that neither waits nor is held here was confirmed. Since when and where, the sweep
//! writes down as it finds it: a day late at most, which keeps it a day longer, and a backlog of
//! ten thousand does not wait for as many rows. Quarantine alone is written down at once, so that
//! whatever hears later that the operation is in the log can tell that it has to say so.

use protocol::have::Held;
use protocol::{Epoch, OpId, Seq};
use serde::{Deserialize, Serialize};
use sync::{PURGE_AFTER_MS, Witness};

use super::epochs::{self, EPOCHS};
use super::history::{self, Mark};
use super::notes::NoteState;
use super::outbox::OutboxRow;
use super::uploads::{self, Uploaded};
use super::{
    CHUNKS, HELD, META, NOTES, OPS, OUTBOX, RECEIPTS, UPLOADED, UPLOADS, Written, attachments, id,
    parse, put_row, text,
};
use crate::connection::Connection;
use crate::indexed_db::{self, ALL, Transaction};
use crate::json;
use crate::storage_error::StorageError;

/// Receipts that the purge reads at once.
const PURGE_PAGE: u32 = 1_000;
/// About how many operations one sweep drops; the rest has its turn tomorrow. A slow phone is to be
/// done long before the transaction is given up.
const DROPPED_MAX: usize = 2_000;

/// An operation that marketing holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Confirmation {
    /// In this life of its database.
    pub epoch: Epoch,
    /// Where in its log; none in quarantine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// Since when in this epoch, by the endpoint's clock; 0.1 did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_time_ms: Option<i64>,
}

/// Up to `ops_max` confirmed operations after `after`, ascending, and whether there are more.
pub(crate) async fn read_confirmed(
    connection: &Connection,
    after: Option<OpId>,
    ops_max: usize,
) -> Result<(Vec<OpId>, bool), StorageError> {
    let after = after.map_or_else(String::new, |op_id| op_id.to_string());
    let limit = u32::try_from(ops_max.saturating_add(1)).unwrap_or(u32::MAX);
    connection
        .run(async |database| {
            let transaction = database.read(&[OPS, OUTBOX, HELD])?;
            let (mut found, mut after) = (Vec::new(), after.clone());
            while found.len() <= ops_max {
                let page = indexed_db::after(&after)?;
                let keys = transaction.store(OPS)?.keys(&page, limit)?.texts().await?;
                let Some(last) = keys.last() else { break };
                after.clone_from(last);
                found.extend(confirmed(&transaction, keys).await?);
            }
            let more = found.len() > ops_max;
            found.truncate(ops_max);
            Ok((found.iter().map(|key| id(key)).collect::<Result<_, _>>()?, more))
        })
        .await
}

/// Those of these operations that neither wait nor are held; ascending, as they come.
async fn confirmed(
    transaction: &Transaction,
    mut keys: Vec<String>,
) -> Result<Vec<String>, StorageError> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(keys) };
    let range = indexed_db::between(first, last, false)?;
    let unsent = |name| transaction.store(name)?.keys(&range, ALL);
    for unsent in [unsent(OUTBOX)?, unsent(HELD)?] {
        keys = without(keys, &unsent.texts().await?);
    }
    Ok(keys)
}

/// These keys without those; both ascending.
fn without(mut keys: Vec<String>, those: &[String]) -> Vec<String> {
    let mut those = those.iter().peekable();
    keys.retain(|key| {
        while those.next_if(|that| *that < key).is_some() {}
        those.peek() != Some(&key)
    });
    keys
}

/// Writes what `have` answered: the held ones are confirmed in this epoch, the missing ones go
/// back to the outbox.
pub(crate) async fn reconcile(
    connection: &Connection,
    witness: Witness,
    held: &[Held],
    missing: &[OpId],
) -> Result<Written, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[META, RECEIPTS, OUTBOX, HELD, OPS, NOTES])?;
            let meta = transaction.store(META)?;
            if let Some(memory) = epochs::moved(&meta, witness.epoch).await? {
                return Ok(Written::EpochMoved(memory));
            }
            let mut marks = confirm_again(&transaction, witness, held).await?;
            marks.extend(offer_again(&transaction, missing).await?);
            history::mark(&transaction.store(NOTES)?, &marks).await?;
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

/// A confirmation of this epoch keeps its time: were it renewed every day, it would never be old
/// enough for the purge rule. `held` is ascending.
async fn confirm_again(
    transaction: &Transaction,
    witness: Witness,
    held: &[Held],
) -> Result<Vec<Mark>, StorageError> {
    let mut marks = Vec::new();
    let (Some(first), Some(last)) = (held.first(), held.last()) else { return Ok(marks) };
    let range = indexed_db::between(&first.op_id.to_string(), &last.op_id.to_string(), false)?;
    let here = transaction.store(OPS)?.keys(&range, ALL)?.texts().await?;
    let confirmed = confirmed(transaction, here).await?;
    let receipts = transaction.store(RECEIPTS)?;
    let mut known = receipts.rows(&range, ALL).await?.into_iter().peekable();
    for Held { op_id, seq } in held {
        let key = op_id.to_string();
        // Since it was asked about, another tab may have offered it again, or dropped it.
        if confirmed.binary_search(&key).is_err() {
            continue;
        }
        while known.next_if(|(before, _)| *before < key).is_some() {}
        let row = known.next_if(|(known, _)| *known == key).map(|(_, row)| row);
        let before = parse::<Confirmation>(row)?;
        if seq.is_some() && before.as_ref().is_some_and(|it| it.seq.is_none()) {
            marks.extend(leave_quarantine(transaction, *op_id).await?);
        }
        let since = before.as_ref().filter(|it| it.epoch == witness.epoch);
        let server_time_ms = since.and_then(|it| it.server_time_ms);
        let server_time_ms = server_time_ms.or(Some(witness.server_time_ms));
        let now = Confirmation { epoch: witness.epoch, seq: *seq, server_time_ms };
        if before.as_ref() != Some(&now) {
            put_row(&receipts, &key, &now)?;
        }
    }
    Ok(marks)
}

/// Remembers that marketing holds this operation in quarantine.
pub(super) fn enter_quarantine(
    transaction: &Transaction,
    key: &str,
    witness: Witness,
) -> Result<(), StorageError> {
    let Witness { epoch, server_time_ms } = witness;
    let row = Confirmation { epoch, seq: None, server_time_ms: Some(server_time_ms) };
    put_row(&transaction.store(RECEIPTS)?, key, &row)
}

/// An operation stood in quarantine and is in the log: the rep's other device brought it.
async fn leave_quarantine(
    transaction: &Transaction,
    op_id: OpId,
) -> Result<Option<Mark>, StorageError> {
    let text = text(&transaction.store(OPS)?, &op_id.to_string()).await?;
    let Some(text) = text else { return Ok(None) };
    let note_id = history::body(&text)?.note_id;
    Ok(Some(Mark { op_id, note_id, state: NoteState::Sent, code: None }))
}

async fn offer_again(
    transaction: &Transaction,
    missing: &[OpId],
) -> Result<Vec<Mark>, StorageError> {
    let receipts = transaction.store(RECEIPTS)?;
    let outbox = transaction.store(OUTBOX)?;
    let held = transaction.store(HELD)?;
    let ops = transaction.store(OPS)?;
    let mut marks = Vec::with_capacity(missing.len());
    for &op_id in missing {
        let key = op_id.to_string();
        // Not any more: another tab was faster.
        let is_here = text(&outbox, &key).await?.is_some() || text(&held, &key).await?.is_some();
        let Some(text) = text(&ops, &key).await?.filter(|_| !is_here) else { continue };
        let note_id = history::body(&text)?.note_id;
        put_row(&outbox, &key, &OutboxRow { note_id, bytes: text.len() })?;
        receipts.delete(&key)?;
        marks.push(Mark { op_id, note_id, state: NoteState::Saved, code: None });
    }
    Ok(marks)
}

/// The sweep has come through: remembers when, and drops what the purge rule allows. The list's
/// view of a note stays.
pub(crate) async fn finish(
    connection: &Connection,
    witness: Witness,
    safe_seq: Option<Seq>,
    now_ms: u64,
) -> Result<Written, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[META, RECEIPTS, OPS, UPLOADS, UPLOADED, CHUNKS])?;
            let meta = transaction.store(META)?;
            if let Some(memory) = epochs::moved(&meta, witness.epoch).await? {
                return Ok(Written::EpochMoved(memory));
            }
            let mut epochs = epochs::read(&meta).await?;
            epochs.swept(now_ms);
            put_row(&meta, EPOCHS, &epochs)?;
            if let Some(safe_seq) = safe_seq {
                purge(&transaction, witness, safe_seq).await?;
            }
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

async fn purge(
    transaction: &Transaction,
    witness: Witness,
    safe_seq: Seq,
) -> Result<(), StorageError> {
    let receipts = transaction.store(RECEIPTS)?;
    let ops = transaction.store(OPS)?;
    let media = media(transaction).await?;
    let mut after = String::new();
    let mut dropped = 0;
    while dropped < DROPPED_MAX {
        let page = indexed_db::after(&after)?;
        let rows = receipts.rows(&page, PURGE_PAGE).await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        for (key, row) in &rows {
            let is_old = may_be_dropped(&json::read(row)?, witness, safe_seq);
            if !is_old {
                continue;
            }
            match of_op(&media, id(key)?) {
                None => {}
                Some(Some(uploaded)) if uploaded.is_safe(witness.epoch, safe_seq) => {
                    let attachment_id = uploaded.upload.attachment.attachment_id;
                    attachments::delete(transaction, attachment_id)?;
                    transaction.store(UPLOADED)?.delete(&attachment_id.to_string())?;
                }
                // Its bytes may be needed yet, and an operation goes only with them.
                Some(_) => continue,
            }
            ops.delete(key)?;
            receipts.delete(key)?;
            dropped += 1;
        }
        after = last.clone();
    }
    Ok(())
}

/// An upload, by the operation that attached it; none where it is not complete.
type OfOp = (OpId, Option<Uploaded>);

/// All uploads, ascending by their operations.
async fn media(transaction: &Transaction) -> Result<Vec<OfOp>, StorageError> {
    let waiting: Vec<uploads::Upload> = uploads::all(&transaction.store(UPLOADS)?).await?;
    let complete: Vec<Uploaded> = uploads::all(&transaction.store(UPLOADED)?).await?;
    let mut media: Vec<OfOp> = waiting.iter().map(|upload| (upload.op_id, None)).collect();
    media.extend(complete.into_iter().map(|uploaded| (uploaded.upload.op_id, Some(uploaded))));
    media.sort_unstable_by_key(|(op_id, _)| *op_id);
    Ok(media)
}

fn of_op(media: &[OfOp], op_id: OpId) -> Option<&Option<Uploaded>> {
    let at = media.binary_search_by_key(&op_id, |(op_id, _)| *op_id).ok()?;
    media.get(at).map(|(_, uploaded)| uploaded)
}

/// The purge rule (SYNC.md §1): confirmed in this epoch, inside every backup that could still be
/// restored, and over 30 days old by the endpoint's clock.
fn may_be_dropped(confirmation: &Confirmation, witness: Witness, safe_seq: Seq) -> bool {
    let is_old = |at_ms: i64| witness.server_time_ms.saturating_sub(at_ms) > PURGE_AFTER_MS;
    confirmation.epoch == witness.epoch
        && confirmation.seq.is_some_and(|seq| seq <= safe_seq)
        && confirmation.server_time_ms.is_some_and(is_old)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_800_000_000_000;

    fn witness() -> Witness {
        Witness { epoch: Epoch::new(2, [0; 10]), server_time_ms: NOW_MS }
    }

    fn old() -> Confirmation {
        Confirmation {
            epoch: witness().epoch,
            seq: Some(Seq(5)),
            server_time_ms: Some(NOW_MS - PURGE_AFTER_MS - 1),
        }
    }

    #[test]
    fn a_row_of_an_earlier_version_is_read() {
        let row = r#"{"epoch":"00000000-0002-7000-8000-000000000000","verdict":"stored","seq":5}"#;
        let expected = Confirmation { server_time_ms: None, ..old() };
        assert_eq!(json::read(row), Ok(expected));
    }

    #[test]
    fn the_purge_rule() {
        let table = [
            (old(), 5, true, "old, and in every backup"),
            (old(), 4, false, "not in every backup"),
            (Confirmation { seq: None, ..old() }, 5, false, "in quarantine"),
            (Confirmation { epoch: Epoch::new(1, [0; 10]), ..old() }, 5, false, "another epoch"),
            (
                Confirmation { server_time_ms: Some(NOW_MS - PURGE_AFTER_MS), ..old() },
                5,
                false,
                "30 days to the millisecond",
            ),
            (Confirmation { server_time_ms: None, ..old() }, 5, false, "0.1 kept no time"),
            (Confirmation { server_time_ms: Some(i64::MAX), ..old() }, 5, false, "in the future"),
        ];
        for (confirmation, safe_seq, expected, why) in table {
            assert_eq!(may_be_dropped(&confirmation, witness(), Seq(safe_seq)), expected, "{why}");
        }
    }
}
