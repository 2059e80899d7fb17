//! An admin shut this device out and marketing holds all that it had: nothing stays
//! (SECURITY.md, "revocation").

use protocol::{DeviceId, Epoch};

use super::{HELD, META, OUTBOX, UPLOADS, Written, all, epochs, identity};
use crate::connection::Connection;
use crate::storage_error::StorageError;

/// Clears everything of this device, but only where nothing waits and nothing is held, photos
/// included: what marketing does not have stays. Refused where it does, and where the browser was
/// enrolled anew meanwhile: another tab may not have heard of it. Nor may it have heard of a
/// restore, which took back what marketing had: so it holds in this epoch alone.
pub(crate) async fn wipe(
    connection: &Connection,
    device_id: DeviceId,
    epoch: Option<Epoch>,
) -> Result<Written, StorageError> {
    connection
        .run(async |database| {
            let stores = all();
            let transaction = database.write(&stores)?;
            let meta = transaction.store(META)?;
            if let Some(identity) = identity::of_meta(&meta).await? {
                if identity.device_id != device_id {
                    return Ok(Written::Refused);
                }
                if let Some(memory) = epochs::elsewhere(&meta, epoch).await? {
                    return Ok(Written::EpochMoved(memory));
                }
            }
            for name in [OUTBOX, HELD, UPLOADS] {
                if transaction.store(name)?.count()?.number().await? > 0 {
                    return Ok(Written::Refused);
                }
            }
            for name in stores {
                transaction.store(name)?.clear()?;
            }
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}
