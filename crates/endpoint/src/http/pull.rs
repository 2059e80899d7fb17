//! `GET /api/v1/pull`: what changed for this device's rep.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::limits::PULL_CHANGES_MAX;
use protocol::{BatchId, Code};

use super::device::{self, Bearer};
use super::{Endpoint, Refusal, inbox};
use crate::clock::now_ms;
use crate::exchange;

pub(super) async fn pull(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let bearer = Bearer::of(&endpoint, &headers).await?;
    let Asked { cursor, limit, request_id } = read(query.as_deref().unwrap_or_default())?;
    let (key, answer) = endpoint
        .storage
        .read(move |db| {
            let key = device::receipt_key(db, &bearer.caller)?;
            let cursor = cursor.as_deref();
            let page = exchange::pull(db, &bearer.caller, cursor, limit, request_id, now_ms())?;
            Ok(page.map(|page| (key, page)))
        })
        .await??;
    device::sealed(&key, &answer)
}

struct Asked {
    cursor: Option<String>,
    limit: u16,
    request_id: BatchId,
}

fn read(query: &str) -> Result<Asked, Refusal> {
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
    Ok(Asked { cursor, limit, request_id })
}
