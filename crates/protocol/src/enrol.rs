//! Enrolment: an invitation, used once, makes a browser a device of one rep.

use serde::{Deserialize, Serialize};

use crate::id::{DeviceId, Epoch, RepId};

/// `POST /api/v1/enrol`.
///
/// The device makes its own secret and keeps it durably **before** it asks. If the answer is
/// lost, the same invitation with the same secret gives the same device again; with any other
/// secret the invitation is used up. So a lost answer never locks a rep out.
#[derive(Clone, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// From the link's fragment, which no proxy and no server log ever sees.
    pub invitation: String,
    /// 32 random bytes as 64 hexadecimal digits; from then on the device's bearer token.
    pub device_secret: String,
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
}
