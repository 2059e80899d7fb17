//! `POST /api/v1/push`: answers only after the commit is on the disk (SYNC.md §1, "Push").

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::Code;
use protocol::limits::{BATCH_BYTES_MAX, BATCH_OPS_MAX, MEDIA_TYPE, PROTOCOL, PROTOCOL_OLDEST};
use protocol::push::PushRequest;

use super::device::{self, Bearer};
use super::{Endpoint, Refusal, body};
use crate::clock::now_ms;
use crate::exchange::{self, Intake};

pub(super) async fn push(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    // Before the body is decoded: nobody without a token makes us work.
    let (bearer, body) = Bearer::authenticated(&endpoint, &headers, body).await?;
    let text = body::text(&headers, body, MEDIA_TYPE, BATCH_BYTES_MAX).await?;
    let request: PushRequest<'_> = body::json(&text)?;
    check(&request)?;
    // Reading and hashing is done here, beside the other requests; the one writer only writes.
    let intake = Intake::read(&request);
    let (keys, answer) = endpoint
        .storage
        .write(move |db| {
            let now_ms = now_ms();
            // Again, inside the transaction: the device may have been revoked meanwhile.
            let caller = match exchange::authenticate(db, bearer.token_hash, now_ms)? {
                Ok(caller) => caller,
                Err(code) => return Ok(Err(code)),
            };
            let key = device::receipt_key(db, &caller)?;
            Ok(exchange::push(db, &caller, &intake, now_ms)?.map(|answer| (key, answer)))
        })
        .await??;
    endpoint.counters.count(&answer.receipts);
    device::sealed(&keys, &answer)
}

fn check(request: &PushRequest<'_>) -> Result<(), Refusal> {
    if exchange::check_protocol(request.protocol).is_err() {
        let detail = format!("protocols {PROTOCOL_OLDEST} to {PROTOCOL}");
        return Err(Refusal::new(Code::UnsupportedProtocol, detail));
    }
    if request.ops.len() > BATCH_OPS_MAX {
        return Err(Refusal::new(
            Code::BatchTooLarge,
            format!("at most {BATCH_OPS_MAX} operations"),
        ));
    }
    Ok(())
}
