//! Reps, their devices and invitations, and users.

use gloo_net::http::Request;
use protocol::console::people::{InvitationRequest, OneTimeLink, People, RepChange, UserRequest};
use protocol::{DeviceId, RepId};

use super::write::{answered, bare, done};
use super::{ApiError, get};

/// `GET /api/v1/people`
pub(crate) async fn people() -> Result<People, ApiError> {
    get("/api/v1/people").await
}

/// `POST /api/v1/invitations`
pub(crate) async fn invite(request: &InvitationRequest) -> Result<OneTimeLink, ApiError> {
    answered(Request::post("/api/v1/invitations"), request).await
}

/// `POST /api/v1/users`: the link is for them to sign in.
pub(crate) async fn set_user(request: &UserRequest) -> Result<OneTimeLink, ApiError> {
    answered(Request::post("/api/v1/users"), request).await
}

/// `PATCH /api/v1/reps/{rep_id}`
pub(crate) async fn change_rep(rep_id: RepId, change: &RepChange) -> Result<(), ApiError> {
    done(Request::patch(&format!("/api/v1/reps/{rep_id}")), change).await
}

/// `POST /api/v1/devices/{device_id}/revoke`
pub(crate) async fn revoke(device_id: DeviceId) -> Result<(), ApiError> {
    bare(Request::post(&format!("/api/v1/devices/{device_id}/revoke"))).await
}
