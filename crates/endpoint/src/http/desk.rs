//! What handlers of marketing's requests share: reading what somebody wrote, and saying what is wrong
//! with it.

use axum::body::Body;
use axum::http::HeaderMap;
use protocol::Code;
use serde::de::DeserializeOwned;

use super::{Refusal, body};
use crate::storage::StorageError;
use crate::storage::objection::Objection;

/// Reads JSON of at most so many bytes.
///
/// # Errors
/// [`Code::TooLarge`] where there are more, else as [`body::text`] and [`body::json`].
pub(super) async fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
) -> Result<T, Refusal> {
    let text = body::text(headers, body, "application/json", bytes_max).await;
    body::json(&text.map_err(as_too_large)?)
}

/// A push is a batch; what marketing sends is not.
pub(super) fn as_too_large(refusal: Refusal) -> Refusal {
    refusal.with(Code::BatchTooLarge, Code::TooLarge)
}

/// What a change came to, or why it was refused.
///
/// # Errors
/// Why it was refused, or that the database failed.
pub(super) fn made<T>(done: Result<Result<T, Objection>, StorageError>) -> Result<T, Refusal> {
    done?.map_err(|objection| Refusal::new(objection.code, objection.detail))
}
