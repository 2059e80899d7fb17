//! Conditional requests (RFC 9110 §13): whoever changes something says which version they saw.

use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use protocol::Code;

use super::{Refusal, body};

/// The version that `If-Match` names.
///
/// # Errors
/// [`Code::MatchMissing`] where it names none.
pub(super) fn version(headers: &HeaderMap) -> Result<i64, Refusal> {
    let tag = body::header_text(headers, header::IF_MATCH).trim();
    let version = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    let version = version.and_then(|version| version.parse().ok());
    version.ok_or_else(|| Refusal::new(Code::MatchMissing, "If-Match: \"version\""))
}

/// An answer that tells its version.
pub(super) fn tagged(version: i64, answer: impl serde::Serialize) -> Response {
    ([(header::ETAG, format!("\"{version}\""))], Json(answer)).into_response()
}
