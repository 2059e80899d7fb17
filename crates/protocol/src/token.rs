//! `POST /api/v1/token`: a device proves who it is and gets a token for a few minutes.
//!
//! Asked without a proof, the endpoint gives a challenge; asked with the challenge signed, a
//! token. Nothing is rotated, so a lost answer costs one more question and locks nobody out.

use serde::{Deserialize, Serialize};

use crate::enrol::Admission;
use crate::id::DeviceId;
use crate::proof::Signature;

/// How long a token is good, in milliseconds (SECURITY.md: 10 to 15 minutes).
pub const TOKEN_MS: u64 = 12 * 60_000;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRequest {
    /// Who asks.
    pub device_id: DeviceId,
    /// The challenge, answered; none to get one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// A challenge, answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// As the endpoint gave it; good once, for a minute.
    pub challenge: String,
    /// By the device's key, of [`crate::proof::for_token`].
    pub signature: Signature,
    /// What the endpoint said at enrolment.
    pub admission: Admission,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenAnswer {
    /// To be signed.
    Challenge(String),
    /// The bearer token (RFC 6750) of the requests to come, [`TOKEN_MS`] long.
    Token(String),
}
