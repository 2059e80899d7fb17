//! The endpoint's own key, born with the database and part of every backup, and the keys that are
//! derived from it, one a purpose: so that a restored endpoint still knows its own word.

use protocol::enrol::Admission;
use protocol::{DeviceId, Mac, MacKey, PublicKey, RepId};
use rusqlite::Connection;

use super::StorageError;

/// Where it is kept, in `meta`.
pub(super) const NAME: &str = "endpoint_key";

/// What this endpoint seals by, and knows again.
#[derive(Clone)]
pub struct Keys(MacKey);

impl Keys {
    /// Those of this database.
    ///
    /// # Errors
    /// Why it could not be read.
    pub fn of(db: &Connection) -> Result<Self, StorageError> {
        let mut query = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        Ok(Self(MacKey::from_bytes(query.query_row([NAME], |row| row.get(0))?)))
    }

    /// Seals the answers to this device (see [`protocol::seal`]).
    #[must_use]
    pub fn receipts(&self, device_id: DeviceId) -> MacKey {
        self.0.derive(&[b"receipts", device_id.as_bytes()])
    }

    /// Knows the cursors that were given to devices.
    #[must_use]
    pub fn cursors(&self) -> MacKey {
        self.0.derive(&[b"cursors"])
    }

    /// Knows the challenges that were given to devices.
    #[must_use]
    pub fn challenges(&self) -> MacKey {
        self.0.derive(&[b"challenges"])
    }

    /// Our word that this device was enrolled here (see [`Admission`]).
    #[must_use]
    pub fn admit(
        &self,
        device_id: DeviceId,
        rep_id: RepId,
        rep_name: &str,
        public_key: &PublicKey,
    ) -> Mac {
        let mac = Mac::from_bytes([0; 32]);
        let (rep_name, public_key) = (rep_name.to_owned(), *public_key);
        let admission = Admission { rep_id, rep_name, public_key, mac };
        self.admissions().mac(&admission.parts(&device_id))
    }

    /// Whether this is our word.
    #[must_use]
    pub fn has_admitted(&self, device_id: DeviceId, admission: &Admission) -> bool {
        self.admissions().is_mac(&admission.parts(&device_id), &admission.mac)
    }

    fn admissions(&self) -> MacKey {
        self.0.derive(&[b"admissions"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_and_every_device_has_a_key_of_its_own() {
        let keys = Keys(MacKey::from_bytes([1; 32]));
        let device = |n| DeviceId::new(n, [0; 10]);
        let all = [
            keys.receipts(device(1)),
            keys.receipts(device(2)),
            keys.cursors(),
            keys.challenges(),
            keys.admissions(),
        ];
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
