//! Conditional requests (RFC 9110 §13): a change says which version it changes, so that of two who
//! change at once the second one hears of the first.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use protocol::Code;

use super::{Refusal, body};

/// The version that `If-Match` names; none for any.
///
/// # Errors
/// [`Code::MatchMissing`] without the header, [`Code::ChangedMeanwhile`] where it names none of ours.
pub(super) fn required(headers: &HeaderMap) -> Result<Option<i64>, Refusal> {
    if !headers.contains_key(header::IF_MATCH) {
        return Err(Refusal::new(Code::MatchMissing, "send If-Match with the ETag"));
    }
    given(headers)
}

/// The same where the header may be absent: then any.
///
/// # Errors
/// [`Code::ChangedMeanwhile`] where it names none of ours.
pub(super) fn given(headers: &HeaderMap) -> Result<Option<i64>, Refusal> {
    match body::header_text(headers, header::IF_MATCH).trim() {
        "" if !headers.contains_key(header::IF_MATCH) => Ok(None),
        "*" => Ok(None),
        tag => {
            let version = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            let version = version.and_then(|version| version.parse().ok());
            version.map(Some).ok_or_else(|| Refusal::new(Code::ChangedMeanwhile, "no such version"))
        }
    }
}

/// The `ETag` of a version.
pub(super) fn etag(version: i64) -> [(header::HeaderName, HeaderValue); 1] {
    let tag = HeaderValue::from_str(&format!("\"{version}\""));
    [(header::ETAG, tag.unwrap_or(HeaderValue::from_static("\"0\"")))]
}

/// The version that `If-Match` names, where only one will do.
///
/// # Errors
/// [`Code::MatchMissing`] where it names none.
pub(super) fn version(headers: &HeaderMap) -> Result<i64, Refusal> {
    let named = required(headers).ok().flatten();
    named.ok_or_else(|| Refusal::new(Code::MatchMissing, "If-Match: \"version\""))
}

/// An answer that tells its version.
pub(super) fn tagged(version: i64, answer: impl serde::Serialize) -> Response {
    (etag(version), Json(answer)).into_response()
}
