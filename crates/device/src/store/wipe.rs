//! An admin shut this device out and marketing holds all that it had: nothing stays
//! (SECURITY.md, "revocation").

use indexed_db_futures::prelude::*;

use super::{HELD, OF_VERSION_1, OF_VERSION_2, OUTBOX, UPLOADS};
use crate::connection::{Connection, strict};
use crate::storage_error::StorageError;

/// Clears everything, but only where nothing waits and nothing is held, photos included: what
/// marketing does not have stays. False where it does.
pub(crate) async fn wipe(connection: &Connection) -> Result<bool, StorageError> {
    connection
        .run(async |database| {
            let all: Vec<&str> = OF_VERSION_1.into_iter().chain(OF_VERSION_2).collect();
            let transaction = strict(database, &all)?;
            for name in [OUTBOX, HELD, UPLOADS] {
                if transaction.object_store(name)?.count().primitive()?.await? > 0 {
                    return Ok(false);
                }
            }
            for name in all {
                transaction.object_store(name)?.clear()?.await?;
            }
            transaction.commit().await?;
            Ok(true)
        })
        .await
}
