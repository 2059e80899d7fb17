//! What lies in IndexedDB. Data is the JSON text of a type below, so that a rescue needs no
//! knowledge of this program; only keys and the pieces of attachments are not text.

pub(crate) mod attachments;
pub(crate) mod draft_media;
pub(crate) mod drafts;
pub(crate) mod epochs;
pub(crate) mod history;
pub(crate) mod identity;
pub(crate) mod keys;
pub(crate) mod mail;
pub(crate) mod moments;
pub(crate) mod notes;
pub(crate) mod outbox;
pub(crate) mod pull;
pub(crate) mod replies;
pub(crate) mod save;
pub(crate) mod sweep;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
pub(crate) mod uploads;
pub(crate) mod visits;
pub(crate) mod waiting;
pub(crate) mod wipe;

use crate::indexed_db::Store;
use crate::json;
use crate::storage_error::StorageError;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) const DATABASE: &str = "sightline";

/// Migrations only add (SYNC.md fault 6).
pub(crate) const VERSION: u32 = 4;

/// Operations of this rep, by op_id, exactly as they travel. Never rewritten.
pub(crate) const OPS: &str = "ops";
/// What marketing has not confirmed, by op_id: [`outbox::OutboxRow`].
pub(crate) const OUTBOX: &str = "outbox";
/// What this device holds because it was refused, by op_id: [`outbox::HeldRow`].
pub(crate) const HELD: &str = "held";
/// Since when marketing holds what it confirmed, by op_id: [`sweep::Confirmation`].
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
/// What takes the place of [`CHANGES`] and [`MAIL`] with the last page of a resync.
pub(crate) const SHADOW: &str = "shadow";
/// Attachments that are not at marketing's whole, by attachment_id: [`uploads::Upload`].
pub(crate) const UPLOADS: &str = "uploads";
/// Attachments that are, by attachment_id: [`uploads::Uploaded`].
pub(crate) const UPLOADED: &str = "uploaded";
/// Pieces of attachments, by [`attachments::chunk_key`]: their bytes and SHA-256. Those of drafts
/// lie here as well.
pub(crate) const CHUNKS: &str = "chunks";
/// What drafts hold besides words, by [`draft_media::key`]: [`draft_media::DraftMedia`].
pub(crate) const DRAFT_MEDIA: &str = "draft_media";
/// Voice memos that are being recorded, by [`draft_media::second_key`]: the bytes of each second.
pub(crate) const RECORDED: &str = "recorded";

/// The rep's meetings, newest first: [`visits::Visit`].
pub(crate) const VISITS: &str = "visits";
/// What marketing tells this rep, by [`protocol::mail::Content::key`].
pub(crate) const MAIL: &str = "mail";
/// What this rep replied, by op_id.
pub(crate) const REPLIES: &str = "replies";

const OF_VERSION_1: [&str; 7] = [OPS, OUTBOX, HELD, RECEIPTS, NOTES, DRAFTS, META];
const OF_VERSION_2: [&str; 7] = [KEYS, WORDLESS, CHANGES, SHADOW, UPLOADS, UPLOADED, CHUNKS];
const OF_VERSION_3: [&str; 3] = [DRAFT_MEDIA, RECORDED, VISITS];
const OF_VERSION_4: [&str; 2] = [MAIL, REPLIES];

/// The stores that each version added.
const VERSIONS: [(u32, &[&str]); 4] =
    [(1, &OF_VERSION_1), (2, &OF_VERSION_2), (3, &OF_VERSION_3), (4, &OF_VERSION_4)];

/// Every store.
pub(crate) fn all() -> Vec<&'static str> {
    missing(0)
}

/// The stores that a database of this version (0: none) has yet to get.
pub(crate) fn missing(old_version: u32) -> Vec<&'static str> {
    let newer = VERSIONS.into_iter().filter(|(version, _)| old_version < *version);
    newer.flat_map(|(_, stores)| stores.iter().copied()).collect()
}

/// How a write that holds in one epoch only ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// Committed.
    Done,
    /// Nothing was written: the store is in another epoch, and knows this.
    EpochMoved(sync::Memory),
    /// Nothing was written: it does not apply.
    Refused,
}

/// Writes one text under one key. That it is written, the transaction's commit tells.
pub(crate) fn put(store: &Store, key: &str, value: &str) -> Result<(), StorageError> {
    store.put(key, &value.into())?;
    Ok(())
}

/// Writes a row as JSON.
pub(crate) fn put_row<T: Serialize>(store: &Store, key: &str, row: &T) -> Result<(), StorageError> {
    put(store, key, &json::write(row)?)
}

/// The text under a key, none where there is none.
pub(crate) async fn text(store: &Store, key: &str) -> Result<Option<String>, StorageError> {
    store.get(key)?.text().await
}

/// The row that a text is, none where there is none.
pub(crate) fn parse<T: DeserializeOwned>(text: Option<String>) -> Result<Option<T>, StorageError> {
    text.map(|text| Ok(json::read(&text)?)).transpose()
}

/// The id that a key is.
pub(crate) fn id<T: core::str::FromStr>(key: &str) -> Result<T, StorageError> {
    key.parse().map_err(|_| StorageError::Unreadable(format!("the id {key}")))
}

/// The greatest time that an id can hold (RFC 9562 §5.7).
pub(crate) const ID_MS_MAX: u64 = (1 << 48) - 1;

/// When an id was made, in milliseconds since 1970 by the clock of its device: its first 48 bits
/// (RFC 9562 §5.7).
pub(crate) fn id_ms(bytes: &[u8; 16]) -> u64 {
    bytes.iter().take(6).fold(0, |ms, byte| ms << 8 | u64::from(*byte))
}
