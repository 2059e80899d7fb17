//! The endpoint's keys. One is born with the database and lies in every backup; the others are
//! derived from it, so that a restored endpoint still knows what it once gave out.

use protocol::{DeviceId, MacKey};
use rusqlite::Connection;

use super::StorageError;
use crate::chance;

/// Makes the key where the database has none yet.
pub(super) fn make(connection: &Connection) -> Result<(), StorageError> {
    connection.execute(
        "INSERT INTO meta VALUES ('endpoint_key', ?1) ON CONFLICT (name) DO NOTHING",
        [chance::bytes::<32>()?.as_slice()],
    )?;
    Ok(())
}

/// What the endpoint authenticates with.
#[derive(Debug, Clone, Copy)]
pub struct Keys(MacKey);

impl Keys {
    /// The database's own.
    ///
    /// # Errors
    /// Why it could not be read.
    pub fn of(connection: &Connection) -> Result<Self, StorageError> {
        let mut query =
            connection.prepare_cached("SELECT value FROM meta WHERE name = 'endpoint_key'")?;
        Ok(Self(MacKey::from_bytes(query.query_row([], |row| row.get(0))?)))
    }

    /// Seals the answers to this device.
    #[must_use]
    pub fn receipts(&self, device_id: DeviceId) -> MacKey {
        self.0.derive(&[b"receipts", device_id.as_bytes()])
    }

    /// Vouches for devices that a restored database does not know.
    #[must_use]
    pub fn admissions(&self) -> MacKey {
        self.0.derive(&[b"admissions"])
    }

    /// Vouches for challenges.
    #[must_use]
    pub fn challenges(&self) -> MacKey {
        self.0.derive(&[b"challenges"])
    }

    /// Vouches for the cursors of this device.
    #[must_use]
    pub fn cursors(&self, device_id: DeviceId) -> MacKey {
        self.0.derive(&[b"cursors", device_id.as_bytes()])
    }
}
