//! Keys: the browser's own objects, copied in and out without ever showing what is secret.

use indexed_db_futures::prelude::*;
use wasm_bindgen::JsValue;

use super::{KEYS, put_value};
use crate::connection::{Connection, strict};
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
            let transaction = database.transaction(KEYS).build()?;
            let keys = transaction.object_store(KEYS)?;
            let stored: Option<JsValue> = keys.get(name).primitive()?.await?;
            Ok(stored.and_then(KeyPair::of_stored))
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
            let transaction = strict(database, &[KEYS])?;
            put_value(&transaction.object_store(KEYS)?, name, key.to_store())?.await?;
            Ok(transaction.commit().await?)
        })
        .await
}
