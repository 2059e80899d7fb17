//! Epochs: which life of the endpoint's database this device knows, which are past, and when it
//! last asked whether everything is there (SYNC.md §1, "Restore safety").

use protocol::Epoch;
use serde::{Deserialize, Serialize};
use sync::Memory;

use super::{META, UPLOADED, UPLOADS, Written, parse, put_row, text, uploads};
use crate::clock::now_ms;
use crate::connection::Connection;
use crate::indexed_db::{Store, Transaction};
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

    /// Makes this the present one in place of `from`, and a sweep due. False where it is past
    /// already, or another tab adopted another one meanwhile: epochs have no order of their own,
    /// so one that is learned late must never take the place of a later one (simulation, seed
    /// 1757).
    pub(crate) fn begin(&mut self, from: Option<Epoch>, epoch: Epoch) -> bool {
        if self.is_present(epoch) {
            return true;
        }
        if self.present != from || self.past.contains(&epoch) {
            return false;
        }
        self.past.extend(self.present.replace(epoch));
        let beyond = self.past.len().saturating_sub(PAST_MAX);
        self.past.drain(..beyond);
        self.is_sweep_due = true;
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
pub(crate) async fn read(meta: &Store) -> Result<Epochs, StorageError> {
    Ok(parse(text(meta, EPOCHS).await?)?.unwrap_or_default())
}

/// What the store knows instead, where it is in another epoch than this.
pub(crate) async fn moved(meta: &Store, epoch: Epoch) -> Result<Option<Memory>, StorageError> {
    elsewhere(meta, Some(epoch)).await
}

/// The same for an epoch that may be none yet.
pub(crate) async fn elsewhere(
    meta: &Store,
    epoch: Option<Epoch>,
) -> Result<Option<Memory>, StorageError> {
    let epochs = read(meta).await?;
    Ok((epochs.present != epoch).then(|| epochs.memory(now_ms())))
}

/// What the store knows of the endpoint's past.
pub(crate) async fn memory(connection: &Connection) -> Result<Memory, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[META])?;
            Ok(read(&transaction.store(META)?).await?.memory(now_ms()))
        })
        .await
}

/// The endpoint is in a new life, after `from`.
pub(crate) async fn adopt(
    connection: &Connection,
    from: Option<Epoch>,
    epoch: Epoch,
) -> Result<Written, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[META, UPLOADS, UPLOADED])?;
            if let Some(memory) = begin(&transaction, from, epoch).await? {
                return Ok(Written::EpochMoved(memory));
            }
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

/// Begins an epoch, with every upload to be looked after again: a restored endpoint may have the
/// note and not the photo. Where it does not follow on what is here: what the store knows instead.
pub(crate) async fn begin(
    transaction: &Transaction,
    from: Option<Epoch>,
    epoch: Epoch,
) -> Result<Option<Memory>, StorageError> {
    let meta = transaction.store(META)?;
    let mut epochs = read(&meta).await?;
    if epochs.is_present(epoch) {
        return Ok(None);
    }
    if !epochs.begin(from, epoch) {
        return Ok(Some(epochs.memory(now_ms())));
    }
    put_row(&meta, EPOCHS, &epochs)?;
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
        assert!((0..70).all(|n| epochs.begin(epochs.present, epoch(n))));
        assert!(epochs.is_present(epoch(69)));
        assert!(!epochs.begin(Some(epoch(69)), epoch(68)), "past");
        assert_eq!(epochs.past.len(), PAST_MAX);
        assert_eq!(epochs.past.last(), Some(&epoch(68)));
        assert!(epochs.begin(None, epoch(69)), "the present one again changes nothing");
        assert_eq!(epochs.past.len(), PAST_MAX);
    }

    #[test]
    fn an_epoch_that_is_learned_late_takes_no_other_ones_place() {
        let mut epochs = Epochs::default();
        assert!(epochs.begin(None, epoch(1)));
        // The endpoint is restored twice. One tab hears of both, another only of the first.
        assert!(epochs.begin(Some(epoch(1)), epoch(3)));
        assert!(!epochs.begin(Some(epoch(1)), epoch(2)));
        assert!(epochs.is_present(epoch(3)));
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
        epochs.begin(None, epoch(2));
        assert!(is_due(&epochs, swept_ms));
    }
}
