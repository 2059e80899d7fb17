//! Epochs: which life of the endpoint's database this device knows, which are past, and when it
//! last asked whether everything is there (SYNC.md §1, "Restore safety").

use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::Transaction;
use protocol::Epoch;
use serde::{Deserialize, Serialize};
use sync::Memory;

use super::{META, UPLOADED, UPLOADS, Written, put_row, row, uploads};
use crate::clock::now_ms;
use crate::connection::{Connection, strict};
use crate::storage_error::StorageError;

/// In [`META`].
pub(crate) const EPOCHS: &str = "epochs";
/// Past epochs that are remembered. An answer older than so many restores never comes.
const PAST_MAX: usize = 64;
/// A sweep is due once a day.
const SWEEP_EVERY_MS: u64 = 24 * 3_600_000;

/// See this file's first line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Epochs {
    present: Option<Epoch>,
    /// Oldest first.
    past: Vec<Epoch>,
    /// The sweep that this epoch began with has not come through.
    is_sweep_due: bool,
    /// When the last one did, by this device's clock.
    swept_at_ms: Option<u64>,
}

impl Epochs {
    /// Whether this is where the store is now.
    pub(crate) fn is_present(&self, epoch: Epoch) -> bool {
        self.present == Some(epoch)
    }

    /// Makes this the present one, and a sweep due. False where it is past already.
    pub(crate) fn begin(&mut self, epoch: Epoch) -> bool {
        if self.past.contains(&epoch) {
            return false;
        }
        if !self.is_present(epoch) {
            self.past.extend(self.present.replace(epoch));
            let beyond = self.past.len().saturating_sub(PAST_MAX);
            self.past.drain(..beyond);
            self.is_sweep_due = true;
        }
        true
    }

    /// The sweep has come through.
    pub(crate) fn swept(&mut self, now_ms: u64) {
        self.is_sweep_due = false;
        self.swept_at_ms = Some(now_ms);
    }

    /// For the engine. A day that cannot be told, since the clock was set, counts as over.
    pub(crate) fn memory(&self, now_ms: u64) -> Memory {
        let is_recent = |at_ms: u64| now_ms.abs_diff(at_ms) < SWEEP_EVERY_MS;
        Memory {
            epoch: self.present,
            past_epochs: self.past.clone(),
            is_sweep_due: self.is_sweep_due || !self.swept_at_ms.is_some_and(is_recent),
        }
    }
}

/// What [`META`] holds.
pub(crate) async fn read(meta: &ObjectStore<'_>) -> Result<Epochs, StorageError> {
    Ok(row(meta, EPOCHS).await?.unwrap_or_default())
}

/// What the store knows instead, where it is in another epoch than this.
pub(crate) async fn moved(
    meta: &ObjectStore<'_>,
    epoch: Epoch,
) -> Result<Option<Memory>, StorageError> {
    let epochs = read(meta).await?;
    Ok((!epochs.is_present(epoch)).then(|| epochs.memory(now_ms())))
}

/// What the store knows of the endpoint's past.
pub(crate) async fn memory(connection: &Connection) -> Result<Memory, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.transaction(META).build()?;
            Ok(read(&transaction.object_store(META)?).await?.memory(now_ms()))
        })
        .await
}

/// The endpoint is in a new life.
pub(crate) async fn adopt(connection: &Connection, epoch: Epoch) -> Result<Written, StorageError> {
    connection
        .run(async |database| {
            let transaction = strict(database, &[META, UPLOADS, UPLOADED])?;
            if let Some(memory) = begin(&transaction, epoch).await? {
                return Ok(Written::EpochMoved(memory));
            }
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

/// Begins an epoch, with every upload to be looked after again: a restored endpoint may have the
/// note and not the photo. Where it is past already: what the store knows instead.
pub(crate) async fn begin(
    transaction: &Transaction<'_>,
    epoch: Epoch,
) -> Result<Option<Memory>, StorageError> {
    let meta = transaction.object_store(META)?;
    let mut epochs = read(&meta).await?;
    if epochs.is_present(epoch) {
        return Ok(None);
    }
    if !epochs.begin(epoch) {
        return Ok(Some(epochs.memory(now_ms())));
    }
    put_row(&meta, EPOCHS, &epochs).await?;
    uploads::all_again(transaction).await?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(n: u64) -> Epoch {
        Epoch::new(n, [0; 10])
    }

    #[test]
    fn a_past_epoch_never_comes_back_and_the_oldest_are_forgotten() {
        let mut epochs = Epochs::default();
        assert!((0..70).all(|n| epochs.begin(epoch(n))));
        assert!(epochs.is_present(epoch(69)));
        assert!(!epochs.begin(epoch(68)), "past");
        assert_eq!(epochs.past.len(), PAST_MAX);
        assert_eq!(epochs.past.last(), Some(&epoch(68)));
        assert!(epochs.begin(epoch(69)), "the present one again changes nothing");
        assert_eq!(epochs.past.len(), PAST_MAX);
    }

    #[test]
    fn a_sweep_is_due_in_a_new_epoch_after_a_day_and_when_the_clock_was_set() {
        let mut epochs = Epochs::default();
        let is_due = |epochs: &Epochs, now_ms| epochs.memory(now_ms).is_sweep_due;
        assert!(is_due(&epochs, 0));
        let swept_ms = 10 * SWEEP_EVERY_MS;
        epochs.swept(swept_ms);
        assert!(!is_due(&epochs, swept_ms + SWEEP_EVERY_MS - 1));
        assert!(is_due(&epochs, swept_ms + SWEEP_EVERY_MS));
        assert!(is_due(&epochs, 0), "set back");
        epochs.begin(epoch(2));
        assert!(is_due(&epochs, swept_ms));
    }
}
