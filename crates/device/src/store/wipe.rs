//! An admin shut this device out and marketing holds all that it had: nothing stays
//! (SECURITY.md, "revocation").

use protocol::DeviceId;

use super::{HELD, META, OF_VERSION_1, OF_VERSION_2, OUTBOX, UPLOADS, identity};
use crate::connection::Connection;
use crate::storage_error::StorageError;

/// Clears everything of this device, but only where nothing waits and nothing is held, photos
/// included: what marketing does not have stays. False where it does, and where the browser was
/// enrolled anew meanwhile: another tab may not have heard of it.
pub(crate) async fn wipe(
    connection: &Connection,
    device_id: DeviceId,
) -> Result<bool, StorageError> {
    connection
        .run(async |database| {
            let all: Vec<&str> = OF_VERSION_1.into_iter().chain(OF_VERSION_2).collect();
            let transaction = database.write(&all)?;
            if !identity::is_of(&transaction.store(META)?, device_id).await? {
                return Ok(false);
            }
            for name in [OUTBOX, HELD, UPLOADS] {
                if transaction.store(name)?.count()?.number().await? > 0 {
                    return Ok(false);
                }
            }
            for name in all {
                transaction.store(name)?.clear()?;
            }
            transaction.commit().await?;
            Ok(true)
        })
        .await
}
