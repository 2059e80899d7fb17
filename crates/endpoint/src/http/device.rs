//! Which device asks, by its bearer token (RFC 6750 §2.1), and answers that it knows to be ours.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use protocol::limits::MEDIA_TYPE;
use protocol::{Code, DeviceId, Sha256, seal};
use serde::Serialize;

use super::{Endpoint, Refusal, body};
use crate::clock::now_ms;
use crate::exchange::{self, Caller};

/// A device that is known, as of a moment ago.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// To ask again inside the transaction: tokens end, and devices are revoked meanwhile.
    pub(super) token_hash: Sha256,
    pub(super) caller: Caller,
}

/// Before the body is decoded: nobody without a token makes us work.
///
/// # Errors
/// Why it is not let in; its body is read and forgotten then.
pub(super) async fn authenticate(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Known, Body), Refusal> {
    match known(endpoint, headers).await {
        Ok(known) => Ok((known, body)),
        Err(refusal) => {
            body::discard(headers, body).await;
            Err(refusal)
        }
    }
}

/// The same for a request without a body.
///
/// # Errors
/// Why it is not let in.
pub(super) async fn known(endpoint: &Endpoint, headers: &HeaderMap) -> Result<Known, Refusal> {
    let token_hash = bearer(headers)?;
    let ask = move |db: &rusqlite::Connection| exchange::authenticate(db, token_hash, now_ms());
    let caller = endpoint.storage.read(ask).await??;
    Ok(Known { token_hash, caller })
}

/// The hash of the token: tokens are never stored, never logged.
fn bearer(headers: &HeaderMap) -> Result<Sha256, Refusal> {
    let given = body::header_text(headers, header::AUTHORIZATION);
    match given.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => {
            Ok(Sha256::of(token.trim().as_bytes()))
        }
        _ => Err(Code::TokenMissing.into()),
    }
}

/// An answer that no portal or proxy can make (SYNC.md fault 13).
///
/// # Errors
/// When serialisation fails, which only memory can cause.
pub(super) fn sealed(
    endpoint: &Endpoint,
    device_id: DeviceId,
    answer: &impl Serialize,
) -> Result<Response, Refusal> {
    let key = endpoint.storage.keys().receipts(device_id);
    let json = seal::seal(&key, answer)
        .map_err(|error| Refusal::new(Code::Internal, error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], json).into_response())
}
