//! What lies in IndexedDB. Data is the JSON text of a type below, so that a rescue needs no
//! knowledge of this program; only keys and the pieces of attachments are not text.

pub(crate) mod attachments;
pub(crate) mod drafts;
pub(crate) mod epochs;
pub(crate) mod history;
pub(crate) mod identity;
pub(crate) mod keys;
pub(crate) mod notes;
pub(crate) mod outbox;
pub(crate) mod pull;
pub(crate) mod save;
pub(crate) mod sweep;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
pub(crate) mod uploads;
pub(crate) mod wipe;

use indexed_db_futures::database::Database;
use indexed_db_futures::error::Error;
use indexed_db_futures::future::VoidRequest;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::storage_error::StorageError;

pub(crate) const DATABASE: &str = "sightline";

/// Migrations only add (SYNC.md fault 6).
pub(crate) const VERSION: u8 = 2;

/// Operations of this rep, by op_id, exactly as they travel. Never rewritten.
pub(crate) const OPS: &str = "ops";
/// What marketing has not confirmed, by op_id: [`outbox::OutboxRow`].
pub(crate) const OUTBOX: &str = "outbox";
/// What this device holds because it was refused, by op_id: [`outbox::HeldRow`].
pub(crate) const HELD: &str = "held";
/// What marketing confirmed, by op_id: [`outbox::Confirmation`].
pub(crate) const RECEIPTS: &str = "receipts";
/// The view that lists read, newest first: [`notes::StoredNote`].
pub(crate) const NOTES: &str = "notes";
/// Unsaved text, by what it is for: [`drafts::Draft`].
pub(crate) const DRAFTS: &str = "drafts";
/// One of a kind, by name: [`identity::Identity`], [`epochs::Epochs`], [`pull::Pulled`], the last
/// confirmation.
pub(crate) const META: &str = "meta";
/// The device's own key and that of an enrolment under way, as Web Crypto's objects.
pub(crate) const KEYS: &str = "keys";
/// What was done to notes whose words are not here yet, by note_id: [`history::Step`]s.
pub(crate) const WORDLESS: &str = "wordless";
/// Changes of kinds that this version does not know, by seq, exactly as they came.
pub(crate) const CHANGES: &str = "changes";
/// What takes the place of [`CHANGES`] with the last page of a resync.
pub(crate) const SHADOW: &str = "shadow";
/// Attachments that are not at marketing's whole, by attachment_id: [`uploads::Upload`].
pub(crate) const UPLOADS: &str = "uploads";
/// Attachments that are, by attachment_id: [`uploads::Uploaded`].
pub(crate) const UPLOADED: &str = "uploaded";
/// Pieces of attachments, by [`attachments::chunk_key`]: their bytes and SHA-256.
pub(crate) const CHUNKS: &str = "chunks";

const OF_VERSION_1: [&str; 7] = [OPS, OUTBOX, HELD, RECEIPTS, NOTES, DRAFTS, META];
const OF_VERSION_2: [&str; 7] = [KEYS, WORDLESS, CHANGES, SHADOW, UPLOADS, UPLOADED, CHUNKS];

pub(crate) fn upgrade(old_version: f64, database: Database) -> Result<(), Error> {
    for (version, names) in [(1.0, OF_VERSION_1), (2.0, OF_VERSION_2)] {
        if old_version < version {
            for name in names {
                database.create_object_store(name).build()?;
            }
        }
    }
    Ok(())
}

/// How a write that holds in one epoch only ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// Committed.
    Done,
    /// Nothing was written: the store is in another epoch, and knows this.
    EpochMoved(sync::Memory),
}

/// Writes one text under one key; `await` what this returns inside the same transaction.
pub(crate) fn put(
    store: &ObjectStore<'_>,
    key: &str,
    value: &str,
) -> Result<VoidRequest, StorageError> {
    put_value(store, key, &value.into())
}

/// Writes one value that is no text.
pub(crate) fn put_value(
    store: &ObjectStore<'_>,
    key: &str,
    value: &JsValue,
) -> Result<VoidRequest, StorageError> {
    Ok(store.put(value).with_key(key).without_key_type().primitive()?)
}

/// Writes a row as JSON.
pub(crate) async fn put_row<T: Serialize>(
    store: &ObjectStore<'_>,
    key: &str,
    row: &T,
) -> Result<(), StorageError> {
    Ok(put(store, key, &serde_json::to_string(row)?)?.await?)
}

/// The text under a key, none where there is none.
pub(crate) async fn text(
    store: &ObjectStore<'_>,
    key: &str,
) -> Result<Option<String>, StorageError> {
    Ok(store.get::<String, _, _>(key).primitive()?.await?)
}

/// The row under a key, none where there is none.
pub(crate) async fn row<T: DeserializeOwned>(
    store: &ObjectStore<'_>,
    key: &str,
) -> Result<Option<T>, StorageError> {
    text(store, key).await?.map(|row| Ok(serde_json::from_str(&row)?)).transpose()
}

/// Takes away what is under a key, if anything.
pub(crate) async fn delete(store: &ObjectStore<'_>, key: &str) -> Result<(), StorageError> {
    Ok(store.delete(key).primitive()?.await?)
}

/// The id that a key is.
pub(crate) fn id<T: core::str::FromStr>(key: &str) -> Result<T, StorageError> {
    key.parse().map_err(|_| StorageError::Unreadable(format!("the id {key}")))
}
