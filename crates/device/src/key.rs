//! The device's key: made here, kept here, and trusted only once it came back from the disk and
//! worked (SYNC.md fault 9).

use wasm_bindgen::JsValue;

use crate::connection::Connection;
use crate::crypto::{self, KeyPair};
use crate::storage_error::StorageError;
use crate::store::keys;

/// What a key signs to show that it works; no message of ours begins so.
const TRIAL: &[u8] = b"sightline trial";

/// Why there is no key to enrol with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyError {
    /// This browser, or this mode of it, makes no such key or cannot keep it.
    NotKept,
    /// The storage failed otherwise.
    Storage(StorageError),
}

/// The key of the enrolment under way: made and durable before the endpoint hears of it, and used
/// again by every retry, so that a lost answer locks nobody out.
pub(crate) async fn for_enrolment(connection: &Connection) -> Result<KeyPair, KeyError> {
    if let Some(key) = stored(connection, keys::ENROLLING).await? {
        return Ok(key);
    }
    let made = crypto::generate().await.map_err(not_kept)?;
    keys::write(connection, keys::ENROLLING, &made).await.map_err(not_taken)?;
    // Read by a fresh connection: what is in a cache is not yet kept.
    connection.drop_handle();
    stored(connection, keys::ENROLLING).await?.ok_or(KeyError::NotKept)
}

/// The key of the enrolled device; none where there is none, or it came back as nothing.
pub(crate) async fn of_device(connection: &Connection) -> Result<Option<KeyPair>, StorageError> {
    keys::read(connection, keys::DEVICE).await
}

/// A key as the disk gives it back, if it signs and verifies.
async fn stored(connection: &Connection, name: &str) -> Result<Option<KeyPair>, KeyError> {
    let Some(key) = keys::read(connection, name).await.map_err(KeyError::Storage)? else {
        return Ok(None);
    };
    Ok(works(&key).await.then_some(key))
}

/// Whether a key does what it is for.
pub(crate) async fn works(key: &KeyPair) -> bool {
    let Ok(signature) = key.sign(TRIAL).await else { return false };
    key.verifies(&signature, TRIAL).await.unwrap_or(false)
}

fn not_kept(_: JsValue) -> KeyError {
    KeyError::NotKept
}

/// The storage works, as the read before it showed; what it does not take is the key.
fn not_taken(error: StorageError) -> KeyError {
    match error {
        StorageError::Unavailable(_) => KeyError::NotKept,
        error => KeyError::Storage(error),
    }
}
