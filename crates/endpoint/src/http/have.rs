//! `POST /api/v1/have`: which of these operations are here?

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::have::HaveRequest;
use protocol::limits::MEDIA_TYPE;

use super::device::{self, Bearer};
use super::{Endpoint, Refusal, body};
use crate::clock::now_ms;
use crate::exchange;

/// A thousand ids with room to spare.
const BYTES_MAX: usize = 128 * 1024;

pub(super) async fn have(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let (bearer, body) = Bearer::authenticated(&endpoint, &headers, body).await?;
    let text = body::text(&headers, body, MEDIA_TYPE, BYTES_MAX).await?;
    let request: HaveRequest = body::json(&text)?;
    let (key, answer) = endpoint
        .storage
        .read(move |db| {
            let key = device::receipt_key(db, &bearer.caller)?;
            let answer = exchange::have(db, &bearer.caller, &request, now_ms())?;
            Ok(answer.map(|answer| (key, answer)))
        })
        .await??;
    device::sealed(&key, &answer)
}
