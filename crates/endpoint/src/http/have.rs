//! `POST /api/v1/have`: which of these operations does the endpoint hold? (SYNC.md §1, "Restore
//! safety".)

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::have::HaveRequest;
use protocol::limits::{HAVE_OPS_MAX, MEDIA_TYPE};

use super::{Endpoint, Refusal, body, device};
use crate::clock::now_ms;
use crate::exchange::have;

/// An id takes 39 bytes; this is room for spaces, and for too many to be told so.
const BYTES_MAX: usize = 100 * HAVE_OPS_MAX;

pub(super) async fn have(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let (device::Known { caller, .. }, body) =
        device::authenticate(&endpoint, &headers, body).await?;
    let text = body::text(&headers, body, MEDIA_TYPE, BYTES_MAX).await?;
    let request: HaveRequest = body::json(&text)?;
    let answer =
        endpoint.storage.read(move |db| have::have(db, caller, &request, now_ms())).await??;
    device::sealed(&endpoint, caller.device_id, &answer)
}
