//! Requests that change something.

use gloo_net::http::RequestBuilder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ApiError, accepted, prepared};

/// Sends JSON and reads the answer.
pub(super) async fn answered<T: DeserializeOwned>(
    request: RequestBuilder,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    let request = prepared(request).json(body).map_err(|_| ApiError::Unreadable)?;
    accepted(request.send().await).await?.json().await.map_err(|_| ApiError::Unreadable)
}

/// Sends JSON where only success counts.
pub(super) async fn done(request: RequestBuilder, body: &impl Serialize) -> Result<(), ApiError> {
    let request = prepared(request).json(body).map_err(|_| ApiError::Unreadable)?;
    accepted(request.send().await).await.map(drop)
}

/// Sends nothing but the request itself.
pub(super) async fn bare(request: RequestBuilder) -> Result<(), ApiError> {
    accepted(prepared(request).send().await).await.map(drop)
}

/// Says which version a change is of (RFC 9110 §13.1.1).
pub(super) fn of_version(request: RequestBuilder, version: i64) -> RequestBuilder {
    request.header("if-match", &format!("\"{version}\""))
}
