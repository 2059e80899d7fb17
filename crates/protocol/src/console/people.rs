//! People: reps, their devices and invitations, and marketing's own users.

use serde::{Deserialize, Serialize};

use super::{DeviceEntry, Rep, Role};

/// A user's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub i64);

impl core::fmt::Display for UserId {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(out)
    }
}

/// `GET /api/v1/people`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// By name.
    pub reps: Vec<RepEntry>,
    /// By e-mail address.
    pub users: Vec<UserEntry>,
}

/// A rep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepEntry {
    /// Who.
    pub rep: Rep,
    /// Where they sell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Since when they do not belong any more: milliseconds since 1970, UTC. Their devices were
    /// shut out then; what they had not sent comes into quarantine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at_ms: Option<i64>,
    /// How many notes they wrote.
    pub notes: u64,
    /// When the last was received: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_note_ms: Option<i64>,
    /// Their devices, newest first.
    pub devices: Vec<DeviceEntry>,
    /// Invitations that nobody has used and that have not expired: when they do (milliseconds
    /// since 1970, UTC).
    pub open_invitations: Vec<i64>,
}

/// A user of the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserEntry {
    /// Which.
    pub user_id: UserId,
    /// Who.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// `POST /api/v1/invitations` (admins): invites a rep, known or new, to enrol a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRequest {
    /// The rep's name; not blank.
    pub name: String,
    /// Where they sell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// `POST /api/v1/users` (admins): makes a user, or changes the role of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRequest {
    /// Who: an e-mail address.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// A link that is good once: of an invitation, or to sign in by. Shown once, stored hashed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeLink {
    /// The whole address.
    pub link: String,
    /// The same as a QR code: an SVG image without scripts.
    pub qr_svg: String,
    /// Until when: milliseconds since 1970, UTC.
    pub expires_at_ms: i64,
}

/// `PATCH /api/v1/reps/{rep_id}` (admins).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepChange {
    /// Another region; blank for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Whether they belong. A removed rep's devices are shut out at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_removed: Option<bool>,
}
