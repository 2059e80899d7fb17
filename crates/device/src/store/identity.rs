//! Who this device is.

use protocol::enrol::{Admission, EnrolAnswer};
use protocol::{DeviceId, Epoch, MacKey, PublicKey, RepId};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{KEYS, META, UPLOADED, UPLOADS, parse, put_row, text};
use crate::connection::Connection;
use crate::crypto::KeyPair;
use crate::indexed_db::Store;
use crate::json;
use crate::storage_error::StorageError;
use crate::store::{epochs, keys};

const IDENTITY: &str = "identity";

/// An enrolled device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Issued by the endpoint.
    pub device_id: DeviceId,
    /// The rep whose invitation it was.
    pub rep_id: RepId,
    /// The rep's name.
    pub rep_name: String,
    /// The endpoint's epoch at enrolment.
    pub epoch: Epoch,
    /// By it the endpoint's answers are told from any other's.
    pub(crate) receipt_key: MacKey,
    /// For an endpoint that was restored from before this enrolment.
    pub(crate) admission: Admission,
}

impl Identity {
    pub(crate) fn new(answer: EnrolAnswer, public_key: PublicKey) -> Self {
        let EnrolAnswer { device_id, rep_id, rep_name, epoch, receipt_key, admission } = answer;
        let admission =
            Admission { rep_id, rep_name: rep_name.clone(), public_key, mac: admission };
        Self { device_id, rep_id, rep_name, epoch, receipt_key, admission }
    }
}

/// Whose notes lie here: what every version of an identity has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Owner {
    rep_id: RepId,
    rep_name: String,
    epoch: Epoch,
}

impl Owner {
    /// Whether another person enrols. The same name in another epoch is the same person, whom a
    /// restored endpoint knows by another id.
    pub(crate) fn is_another(&self, answer: &EnrolAnswer) -> bool {
        let is_same_name = self.rep_name == answer.rep_name && self.epoch != answer.epoch;
        self.rep_id != answer.rep_id && !is_same_name
    }
}

/// What 0.1 stored: a secret and no key.
#[derive(Deserialize)]
struct OfVersion1 {
    #[serde(rename = "secret")]
    _secret: IgnoredAny,
}

/// The identity; none before enrolment, and for a device of 0.1, which has no key: it enrols
/// again, and keeps its notes.
pub(crate) async fn read(connection: &Connection) -> Result<Option<Identity>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[META])?;
            of_meta(&transaction.store(META)?).await
        })
        .await
}

/// The same, of a transaction that has [`META`].
pub(crate) async fn of_meta(meta: &Store) -> Result<Option<Identity>, StorageError> {
    text(meta, IDENTITY).await?.map_or(Ok(None), |stored| of_text(&stored))
}

fn of_text(stored: &str) -> Result<Option<Identity>, StorageError> {
    match json::read(stored) {
        Ok(identity) => Ok(Some(identity)),
        Err(_) if json::read::<OfVersion1>(stored).is_ok() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whose device this is or was.
pub(crate) async fn owner(connection: &Connection) -> Result<Option<Owner>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[META])?;
            parse(text(&transaction.store(META)?, IDENTITY).await?)
        })
        .await
}

/// Writes identity, key and epoch at once. The key of the enrolment becomes the device's; the next
/// enrolment makes another.
pub(crate) async fn write(
    connection: &Connection,
    identity: &Identity,
    key: &KeyPair,
) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[META, KEYS, UPLOADS, UPLOADED])?;
            let meta = transaction.store(META)?;
            let stored_keys = transaction.store(KEYS)?;
            // Only the first one: a later epoch is the engine's to learn, in its order.
            epochs::begin(&transaction, None, identity.epoch).await?;
            put_row(&meta, IDENTITY, identity)?;
            stored_keys.put(keys::DEVICE, key.to_store())?;
            stored_keys.delete(keys::ENROLLING)?;
            transaction.commit().await
        })
        .await
}

#[cfg(test)]
mod tests {
    use protocol::Mac;

    use super::*;

    const OLD: &str = r#"{"device_id":"01890a5d-ac96-774b-bcce-b302099a8057",
        "rep_id":"01890a5d-ac96-774b-bcce-b302099a8058","rep_name":"Awa Diop",
        "epoch":"01890a5d-ac96-774b-bcce-b302099a8059","secret":"00ff"}"#;

    fn answer(rep: u8, name: &str, epoch: u64) -> EnrolAnswer {
        EnrolAnswer {
            device_id: DeviceId::new(1, [1; 10]),
            rep_id: RepId::from_bytes([rep; 16]),
            rep_name: name.to_owned(),
            epoch: Epoch::new(epoch, [0; 10]),
            receipt_key: MacKey::from_bytes([1; 32]),
            admission: Mac::from_bytes([2; 32]),
        }
    }

    #[test]
    fn a_device_of_0_1_enrols_again_and_anything_else_unreadable_is_an_error() {
        assert_eq!(of_text(OLD), Ok(None));
        assert!(json::read::<Owner>(OLD).is_ok());
        assert!(matches!(of_text("{}"), Err(StorageError::Unreadable(_))));
        let identity = Identity::new(answer(1, "Awa", 1), PublicKey::from_bytes([4; 65]));
        let stored = serde_json::to_string(&identity).unwrap();
        assert_eq!(of_text(&stored), Ok(Some(identity)));
    }

    #[test]
    fn the_same_name_is_the_same_person_only_after_a_restore() {
        let owner = Owner {
            rep_id: RepId::from_bytes([1; 16]),
            rep_name: "Awa".to_owned(),
            epoch: Epoch::new(1, [0; 10]),
        };
        assert!(!owner.is_another(&answer(1, "Awa", 1)));
        assert!(!owner.is_another(&answer(1, "Awa Diop", 1)));
        assert!(owner.is_another(&answer(2, "Awa", 1)));
        assert!(!owner.is_another(&answer(2, "Awa", 2)));
        assert!(owner.is_another(&answer(2, "Bea", 2)));
    }
}
