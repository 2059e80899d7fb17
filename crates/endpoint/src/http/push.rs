//! `POST /api/v1/push`: stores a batch of operations and answers with a receipt for each, after
//! the commit is on the disk (SYNC.md §1, "Push").

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::limits::{BATCH_BYTES_MAX, MEDIA_TYPE};
use protocol::push::{PushHeader, PushRequest};

use super::{Endpoint, Refusal, body, device};
use crate::clock::now_ms;
use crate::exchange::{self, push};
use crate::storage::ops::Arrival;

pub(super) async fn push(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let (device::Known { token_hash, caller }, body) =
        device::authenticate(&endpoint, &headers, body).await?;
    let text = body::text(&headers, body, MEDIA_TYPE, BATCH_BYTES_MAX).await?;
    let request: PushRequest<'_> = body::json(&text)?;
    let PushRequest { protocol, schema, device_id, epoch_seen, batch_id, lane, ops } = request;
    let head = PushHeader { protocol, schema, device_id, epoch_seen, batch_id, lane };
    push::check(caller, &head, ops.len())?;
    // Reading and hashing is done here, beside the other requests; the one writer only writes.
    let arrivals: Vec<Arrival> = ops.iter().map(|raw| Arrival::read(raw.get())).collect();
    let stored = endpoint.storage.write(move |db| {
        let now_ms = now_ms();
        // Again, inside the transaction: the device may have been revoked meanwhile.
        match exchange::authenticate(db, token_hash, now_ms)? {
            Ok(caller) => push::push(db, caller, &head, &arrivals, now_ms),
            Err(code) => Ok(Err(code)),
        }
    });
    let answer = stored.await??;
    endpoint.counters.count(&answer.receipts);
    device::sealed(&endpoint, caller.device_id, &answer)
}
