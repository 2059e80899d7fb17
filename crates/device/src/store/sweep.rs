//! What is confirmed: asked about again by the sweep, and dropped by the purge rule alone
//! (SYNC.md §1, "Restore safety").

use protocol::have::Held;
use protocol::{OpId, Seq};
use sync::{PURGE_AFTER_MS, Witness};

use super::epochs::{self, EPOCHS};
use super::history::{self, Mark};
use super::notes::NoteState;
use super::outbox::{Confirmation, OutboxRow, state_of};
use super::uploads::{self, Uploaded};
use super::{
    CHUNKS, META, NOTES, OPS, OUTBOX, RECEIPTS, UPLOADED, UPLOADS, Written, attachments, id, parse,
    put_row, text,
};
use crate::connection::Connection;
use crate::indexed_db::{self, Transaction};
use crate::json;
use crate::storage_error::StorageError;

/// Receipts that the purge reads at once.
const PURGE_PAGE: u32 = 1_000;
/// About how many operations one sweep drops; the rest has its turn tomorrow. A slow phone is to be
/// done long before the transaction is given up.
const DROPPED_MAX: usize = 2_000;

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
            let transaction = database.read(&[RECEIPTS])?;
            let keys = transaction.store(RECEIPTS)?.keys(&indexed_db::after(&after)?, limit)?;
            let mut op_ids: Vec<OpId> =
                keys.texts().await?.iter().map(|key| id(key)).collect::<Result<_, _>>()?;
            let more = op_ids.len() > ops_max;
            op_ids.truncate(ops_max);
            Ok((op_ids, more))
        })
        .await
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
            let transaction = database.write(&[META, RECEIPTS, OUTBOX, OPS, NOTES])?;
            let meta = transaction.store(META)?;
            if let Some(memory) = epochs::moved(&meta, witness.epoch).await? {
                return Ok(Written::EpochMoved(memory));
            }
            confirm_again(&transaction, witness, held).await?;
            let marks = offer_again(&transaction, missing).await?;
            history::mark(&transaction.store(NOTES)?, &marks).await?;
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

/// A confirmation of this epoch keeps its time: were it renewed every day, it would never be old
/// enough for the purge rule.
async fn confirm_again(
    transaction: &Transaction,
    witness: Witness,
    held: &[Held],
) -> Result<(), StorageError> {
    let receipts = transaction.store(RECEIPTS)?;
    for Held { op_id, seq } in held {
        let key = op_id.to_string();
        let Some(mut confirmation) = parse::<Confirmation>(text(&receipts, &key).await?)? else {
            continue;
        };
        let is_of_now =
            confirmation.epoch == witness.epoch && confirmation.server_time_ms.is_some();
        if is_of_now && confirmation.seq == *seq {
            continue;
        }
        if !is_of_now {
            confirmation.server_time_ms = Some(witness.server_time_ms);
        }
        (confirmation.epoch, confirmation.seq) = (witness.epoch, *seq);
        put_row(&receipts, &key, &confirmation)?;
    }
    Ok(())
}

async fn offer_again(
    transaction: &Transaction,
    missing: &[OpId],
) -> Result<Vec<Mark>, StorageError> {
    let receipts = transaction.store(RECEIPTS)?;
    let outbox = transaction.store(OUTBOX)?;
    let ops = transaction.store(OPS)?;
    let mut marks = Vec::with_capacity(missing.len());
    for &op_id in missing {
        let key = op_id.to_string();
        let (Some(_), Some(text)) = (text(&receipts, &key).await?, text(&ops, &key).await?) else {
            continue;
        };
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
        && state_of(confirmation.verdict) == NoteState::Sent
        && confirmation.seq.is_some_and(|seq| seq <= safe_seq)
        && confirmation.server_time_ms.is_some_and(is_old)
}

#[cfg(test)]
mod tests {
    use protocol::Epoch;
    use protocol::push::Verdict;

    use super::*;

    const NOW_MS: i64 = 1_800_000_000_000;

    fn witness() -> Witness {
        Witness { epoch: Epoch::new(2, [0; 10]), server_time_ms: NOW_MS }
    }

    fn old() -> Confirmation {
        Confirmation {
            epoch: witness().epoch,
            verdict: Verdict::Stored,
            seq: Some(Seq(5)),
            code: None,
            server_time_ms: Some(NOW_MS - PURGE_AFTER_MS - 1),
        }
    }

    #[test]
    fn the_purge_rule() {
        let table = [
            (old(), 5, true, "old, and in every backup"),
            (old(), 4, false, "not in every backup"),
            (Confirmation { seq: None, ..old() }, 5, false, "nowhere in the log"),
            (Confirmation { epoch: Epoch::new(1, [0; 10]), ..old() }, 5, false, "another epoch"),
            (
                Confirmation { server_time_ms: Some(NOW_MS - PURGE_AFTER_MS), ..old() },
                5,
                false,
                "30 days to the millisecond",
            ),
            (Confirmation { server_time_ms: None, ..old() }, 5, false, "0.1 kept no time"),
            (Confirmation { server_time_ms: Some(i64::MAX), ..old() }, 5, false, "in the future"),
            (
                Confirmation { verdict: Verdict::StoredQuarantined, ..old() },
                5,
                false,
                "in quarantine",
            ),
        ];
        for (confirmation, safe_seq, expected, why) in table {
            assert_eq!(may_be_dropped(&confirmation, witness(), Seq(safe_seq)), expected, "{why}");
        }
    }
}
