//! `GET /api/v1/pull?cursor&limit&request_id`: what changed for the device's rep (SYNC.md §1,
//! "Pull").

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::limits::PULL_CHANGES_MAX;
use protocol::{BatchId, Code};

use super::{Endpoint, Refusal, device, inbox};
use crate::clock::now_ms;
use crate::exchange::pull;

struct Query {
    cursor: Option<String>,
    limit: u16,
    request_id: BatchId,
}

pub(super) async fn pull(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let device::Known { caller, .. } = device::known(&endpoint, &headers).await?;
    let Query { cursor, limit, request_id } = read(query.as_deref().unwrap_or_default())?;
    let page = endpoint
        .storage
        .read(move |db| pull::pull(db, caller, cursor.as_deref(), limit, request_id, now_ms()));
    device::sealed(&endpoint, caller.device_id, &page.await??)
}

/// Names that are none of ours are a newer app's.
fn read(query: &str) -> Result<Query, Refusal> {
    let (mut cursor, mut limit, mut request_id) = (None, PULL_CHANGES_MAX, None);
    for (name, value) in inbox::pairs(query)? {
        let bad = || Refusal::new(Code::BadQuery, name.clone());
        match name.as_str() {
            "cursor" => cursor = Some(value),
            "limit" => limit = value.parse().map_err(|_| bad())?,
            "request_id" => request_id = Some(value.parse().map_err(|_| bad())?),
            _ => {}
        }
    }
    let request_id = request_id.ok_or_else(|| Refusal::new(Code::BadQuery, "request_id"))?;
    Ok(Query { cursor, limit, request_id })
}
