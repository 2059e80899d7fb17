//! `POST /api/v1/push`: stores a batch of operations and answers with a receipt for each, after
//! the commit is on the disk (SYNC.md §1, "Push").

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use protocol::limits::{BATCH_BYTES_MAX, BATCH_OPS_MAX, MEDIA_TYPE, PROTOCOL, PROTOCOL_OLDEST};
use protocol::push::{PushAnswer, PushRequest, Receipt};
use protocol::{Code, Sha256};

use super::{Endpoint, Refusal, body};
use crate::clock::now_ms;
use crate::storage::devices;
use crate::storage::ops::{self, Arrival};

pub(super) async fn push(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    // Before the body is decoded: nobody without a token makes us work.
    let (secret_hash, sender) = match authenticate(&endpoint, &headers).await {
        Ok(known) => known,
        Err(refusal) => {
            body::discard(&headers, body).await;
            return Err(refusal);
        }
    };
    let text = body::text(&headers, body, MEDIA_TYPE, BATCH_BYTES_MAX).await?;
    let request: PushRequest<'_> = body::json(&text)?;
    check(&request)?;
    if request.device_id != sender.device_id {
        return Err(Code::WrongDevice.into());
    }
    let batch_id = request.batch_id;
    // Reading and hashing is done here, beside the other requests; the one writer only writes.
    let arrivals: Vec<Arrival> = request.ops.iter().map(|raw| Arrival::read(raw.get())).collect();
    let receipts = endpoint
        .storage
        .write(move |db| {
            // Again, inside the transaction: the device may have been revoked meanwhile.
            let sender = match devices::authenticate(db, secret_hash)? {
                Ok(sender) => sender,
                Err(code) => return Ok(Err(code)),
            };
            let now_ms = now_ms();
            let store = |arrival| ops::store(db, sender, arrival, now_ms).transpose();
            arrivals.iter().filter_map(store).collect::<Result<Vec<Receipt>, _>>().map(Ok)
        })
        .await??;
    endpoint.counters.count(&receipts);
    let answer = PushAnswer {
        protocol: PROTOCOL,
        batch_id,
        epoch: endpoint.storage.epoch(),
        safe_seq: None,
        lane: protocol::push::Lane::Normal,
        server_time_ms: now_ms(),
        receipts,
    };
    let json = serde_json::to_vec(&answer)
        .map_err(|error| Refusal::new(Code::Internal, error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], json).into_response())
}

async fn authenticate(
    endpoint: &Endpoint,
    headers: &HeaderMap,
) -> Result<(Sha256, ops::Sender), Refusal> {
    let secret_hash = bearer(headers)?;
    let sender = endpoint.storage.read(move |db| devices::authenticate(db, secret_hash)).await??;
    Ok((secret_hash, sender))
}

fn check(request: &PushRequest<'_>) -> Result<(), Refusal> {
    if !(PROTOCOL_OLDEST..=PROTOCOL).contains(&request.protocol) {
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

/// The hash of the bearer token (RFC 6750 §2.1): tokens are never stored, never logged.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Sha256, Refusal> {
    let given = body::header_text(headers, header::AUTHORIZATION);
    match given.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => {
            Ok(Sha256::of(token.trim().as_bytes()))
        }
        _ => Err(Code::TokenMissing.into()),
    }
}
