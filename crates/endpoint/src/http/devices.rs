//! `/api/v1/devices`: admins see every device, and shut one out.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::console::DeviceEntry;
use protocol::{Code, DeviceId};

use super::session::Admin;
use super::{Endpoint, Refusal};
use crate::clock::now_ms;
use crate::storage::devices;

pub(super) async fn list(
    State(endpoint): State<Endpoint>,
    _: Admin,
) -> Result<Json<Vec<DeviceEntry>>, Refusal> {
    Ok(Json(endpoint.storage.read(devices::all).await?))
}

pub(super) async fn revoke(
    State(endpoint): State<Endpoint>,
    Admin(session): Admin,
    Path(device_id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let device_id: DeviceId = device_id.parse().map_err(|_| Code::NotFound)?;
    if !endpoint.storage.write(move |db| devices::revoke(db, device_id, now_ms())).await? {
        return Err(Code::NotFound.into());
    }
    tracing::info!(device = %device_id, by = session.email, "a device was revoked");
    Ok(StatusCode::NO_CONTENT)
}
