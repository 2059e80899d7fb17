//! Enrolment: an invitation, used once, makes a browser a device of one rep.

use serde::{Deserialize, Serialize};

use crate::id::{DeviceId, Epoch, RepId};
use crate::mac::{Mac, MacKey};
use crate::proof::{PublicKey, Signature};

/// `POST /api/v1/enrol`.
///
/// The device makes its key and keeps it durably **before** it asks. If the answer is lost, the
/// same invitation with the same key gives the same device again; with any other key the
/// invitation is used up. So a lost answer never locks a rep out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// From the link's fragment, which no proxy and no server log ever sees.
    pub invitation: String,
    /// The public half of the device's key.
    pub public_key: PublicKey,
    /// By that key, of [`crate::proof::for_enrolment`]: nobody enrols with another's key.
    pub signature: Signature,
    /// What the rep calls this device.
    pub device_name: String,
}

/// The answer to an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolAnswer {
    /// Issued by the endpoint.
    pub device_id: DeviceId,
    /// The rep whose invitation it was.
    pub rep_id: RepId,
    /// The rep's name, to greet them by.
    pub rep_name: String,
    /// This life of the endpoint's database.
    pub epoch: Epoch,
    /// Seals every later answer to this device (see [`crate::seal`]).
    pub receipt_key: MacKey,
    /// The endpoint's own word, for the day when it is restored from a backup older than this
    /// device (see [`Admission`]).
    pub admission: Mac,
}

/// What the endpoint once confirmed about a device, sealed by itself. A device hands it in with
/// every proof: an endpoint that was restored from a backup older than the enrolment takes the
/// device in again, so that its notes come back (SYNC.md §2, 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// The rep whose device it is.
    pub rep_id: RepId,
    /// Their name at enrolment.
    pub rep_name: String,
    /// The public half of the device's key.
    pub public_key: PublicKey,
    /// By the endpoint, of all of these and the device's id.
    pub mac: Mac,
}

impl Admission {
    /// The parts that its MAC covers.
    #[must_use]
    pub fn parts<'a>(&'a self, device_id: &'a DeviceId) -> [&'a [u8]; 4] {
        [
            device_id.as_bytes(),
            self.rep_id.as_bytes(),
            self.rep_name.as_bytes(),
            self.public_key.as_bytes(),
        ]
    }
}
