//! A device that only the endpoint knows: it sends what was made beforehand.

use anyhow::{Result, anyhow};
use endpoint::clock::now_ms;
use endpoint::storage::{devices, tokens};
use protocol::enrol::EnrolRequest;
use protocol::{DeviceId, PublicKey, Signature};

use crate::chance;
use crate::ground::Ground;

/// An enrolled device without a browser.
pub(crate) struct RawDevice {
    pub(crate) device_id: DeviceId,
}

impl RawDevice {
    /// An invitation for the browser's device.
    pub(crate) async fn invite(ground: &Ground) -> Result<String> {
        Ok(ground.storage().write(|db| devices::invite(db, "Ana", now_ms())).await?)
    }

    /// Makes one, of another rep. Below the address where its signature would be checked: it has
    /// no key to sign with.
    pub(crate) async fn enrol(ground: &Ground) -> Result<Self> {
        let public_key = PublicKey::from_bytes(chance::bytes()?);
        let storage = ground.storage();
        let enrolled = storage.write(move |db| {
            let request = EnrolRequest {
                invitation: devices::invite(db, "Raw", now_ms())?,
                public_key,
                signature: Signature::from_bytes([0; 64]),
                device_name: "raw".to_owned(),
            };
            devices::enrol(db, &request, endpoint::chance::device_id()?, now_ms())
        });
        let answer = enrolled.await?.map_err(|code| anyhow!("not enrolled: {code}"))?;
        Ok(Self { device_id: answer.device_id })
    }

    /// A token that the endpoint takes now.
    pub(crate) async fn token(&self, ground: &Ground) -> Result<String> {
        let (device_id, chance) = (self.device_id, chance::bytes()?);
        let issued = move |db: &_| tokens::issue(db, device_id, chance, now_ms());
        Ok(ground.storage().write(issued).await?)
    }
}
