//! Who this device is, and the enrolment under way.

use indexed_db_futures::prelude::*;
use protocol::{DeviceId, Epoch, RepId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{META, put};
use crate::connection::{Connection, strict};
use crate::storage_error::StorageError;

const IDENTITY: &str = "identity";
const SECRET: &str = "enrolling-secret";

/// An enrolled device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Issued by the endpoint.
    pub device_id: DeviceId,
    /// The rep whose invitation it was.
    pub rep_id: RepId,
    /// The rep's name.
    pub rep_name: String,
    /// The endpoint's epoch at enrolment; the engine follows later ones while the page lives.
    pub epoch: Epoch,
    /// The bearer token: 64 hexadecimal digits.
    pub secret: String,
}

pub(crate) async fn read(connection: &Connection) -> Result<Option<Identity>, StorageError> {
    value(connection, IDENTITY).await
}

pub(crate) async fn write(
    connection: &Connection,
    identity: &Identity,
) -> Result<(), StorageError> {
    set(connection, IDENTITY, identity).await
}

/// The secret of the enrolment under way: written before the endpoint hears of it and used again
/// by every retry, so that a lost answer locks nobody out.
pub(crate) async fn enrolling_secret(connection: &Connection) -> Result<String, StorageError> {
    if let Some(secret) = value(connection, SECRET).await? {
        return Ok(secret);
    }
    let secret: String =
        crate::chance::bytes::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    set(connection, SECRET, &secret).await?;
    value(connection, SECRET)
        .await?
        .ok_or_else(|| StorageError::Lost("the device's secret did not read back".to_owned()))
}

/// After an enrolment, the next one gets a secret of its own.
pub(crate) async fn forget_enrolling_secret(connection: &Connection) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = strict(database, &[META])?;
            transaction.object_store(META)?.delete(SECRET).primitive()?.await?;
            Ok(transaction.commit().await?)
        })
        .await
}

async fn value<T: DeserializeOwned>(
    connection: &Connection,
    key: &str,
) -> Result<Option<T>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.transaction(META).build()?;
            let row: Option<String> = transaction.object_store(META)?.get(key).primitive()?.await?;
            row.map(|row| Ok(serde_json::from_str(&row)?)).transpose()
        })
        .await
}

async fn set<T: Serialize>(
    connection: &Connection,
    key: &str,
    value: &T,
) -> Result<(), StorageError> {
    let row = serde_json::to_string(value)?;
    connection
        .run(async |database| {
            let transaction = strict(database, &[META])?;
            put(&transaction.object_store(META)?, key, &row)?.await?;
            Ok(transaction.commit().await?)
        })
        .await
}
