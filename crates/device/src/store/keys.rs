//! Keys: the browser's own objects, copied in and out without ever showing what is secret.

use super::KEYS;
use crate::connection::Connection;
use crate::crypto::KeyPair;
use crate::storage_error::StorageError;

/// The key of the enrolled device.
pub(crate) const DEVICE: &str = "device";
/// The key of the enrolment under way.
pub(crate) const ENROLLING: &str = "enrolling";

/// The key of this name; none where there is none or it came back as nothing.
pub(crate) async fn read(
    connection: &Connection,
    name: &str,
) -> Result<Option<KeyPair>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[KEYS])?;
            let stored = transaction.store(KEYS)?.get(name)?.await?;
            Ok(KeyPair::of_stored(stored))
        })
        .await
}

pub(crate) async fn write(
    connection: &Connection,
    name: &str,
    key: &KeyPair,
) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[KEYS])?;
            transaction.store(KEYS)?.put(name, key.to_store())?;
            transaction.commit().await
        })
        .await
}
