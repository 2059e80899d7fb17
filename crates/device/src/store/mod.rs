//! What lies in IndexedDB. Every value is the JSON text of a type below, so that a rescue needs no
//! knowledge of this program.

pub(crate) mod drafts;
pub(crate) mod identity;
pub(crate) mod notes;
pub(crate) mod outbox;
pub(crate) mod save;

use indexed_db_futures::database::Database;
use indexed_db_futures::error::Error;
use indexed_db_futures::future::VoidRequest;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;

use crate::storage_error::StorageError;

pub(crate) const DATABASE: &str = "sightline";

/// Migrations only add (SYNC.md fault 6).
pub(crate) const VERSION: u8 = 1;

/// Operations, by op_id, exactly as they travel. Never rewritten.
pub(crate) const OPS: &str = "ops";
/// What marketing has not confirmed, by op_id: [`outbox::OutboxRow`].
pub(crate) const OUTBOX: &str = "outbox";
/// What this device holds because it was refused, by op_id: [`outbox::HeldRow`].
pub(crate) const HELD: &str = "held";
/// What marketing confirmed, by op_id: [`outbox::Confirmation`].
pub(crate) const RECEIPTS: &str = "receipts";
/// The view that lists read, newest first: [`notes::StoredNote`].
pub(crate) const NOTES: &str = "notes";
/// Unsaved text, by kind: [`drafts::Draft`].
pub(crate) const DRAFTS: &str = "drafts";
/// One of a kind, by name: [`identity::Identity`], the enrolment under way, the last confirmation.
pub(crate) const META: &str = "meta";

pub(crate) fn upgrade(old_version: f64, database: Database) -> Result<(), Error> {
    if old_version < 1.0 {
        for name in [OPS, OUTBOX, HELD, RECEIPTS, NOTES, DRAFTS, META] {
            database.create_object_store(name).build()?;
        }
    }
    Ok(())
}

/// Writes one value under one key; `await` what this returns inside the same transaction.
pub(crate) fn put(
    store: &ObjectStore<'_>,
    key: &str,
    value: &str,
) -> Result<VoidRequest, StorageError> {
    Ok(store.put(value).with_key(key).without_key_type().primitive()?)
}
