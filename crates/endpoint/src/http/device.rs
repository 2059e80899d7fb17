//! What all requests of devices share: the bearer token before, the seal behind.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use protocol::limits::MEDIA_TYPE;
use protocol::{Code, MacKey, Sha256, seal};
use rusqlite::Connection;

use super::{Endpoint, Refusal, body};
use crate::clock::now_ms;
use crate::exchange::{self, Caller};
use crate::storage::StorageError;
use crate::storage::keys::Keys;

/// Who asks, by a token that was good when the request came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bearer {
    /// To authenticate again where it is written.
    pub(super) token_hash: Sha256,
    /// The device at that moment.
    pub(super) caller: Caller,
}

impl Bearer {
    /// Authenticates a request by its headers; one that is refused has its body read and
    /// forgotten, or its sender would never hear of the refusal.
    pub(super) async fn authenticated(
        endpoint: &Endpoint,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<(Self, Body), Refusal> {
        match Self::of(endpoint, headers).await {
            Ok(bearer) => Ok((bearer, body)),
            Err(refusal) => {
                body::discard(headers, body).await;
                Err(refusal)
            }
        }
    }

    /// Authenticates a request without a body.
    pub(super) async fn of(endpoint: &Endpoint, headers: &HeaderMap) -> Result<Self, Refusal> {
        let token_hash = token_hash(headers)?;
        let caller = endpoint
            .storage
            .read(move |db| exchange::authenticate(db, token_hash, now_ms()))
            .await??;
        Ok(Self { token_hash, caller })
    }
}

/// The hash of the bearer token (RFC 6750 §2.1): tokens are never stored, never logged.
fn token_hash(headers: &HeaderMap) -> Result<Sha256, Refusal> {
    let given = body::header_text(headers, header::AUTHORIZATION);
    match given.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => {
            Ok(Sha256::of(token.trim().as_bytes()))
        }
        _ => Err(Code::TokenMissing.into()),
    }
}

/// The key that seals the answers to this device.
pub(super) fn receipt_key(db: &Connection, caller: &Caller) -> Result<MacKey, StorageError> {
    Ok(Keys::of(db)?.receipts(caller.device_id))
}

/// The answer in our media type, sealed.
pub(super) fn sealed(key: &MacKey, answer: &impl serde::Serialize) -> Result<Response, Refusal> {
    let json =
        seal::seal(key, answer).map_err(|error| Refusal::new(Code::Internal, error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], json).into_response())
}
