//! `GET /api/v1/attachments/{attachment_id}`: marketing downloads what belongs to a note.

use std::ops::Range;

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use protocol::{AttachmentId, Code};

use super::{media_type, range};
use crate::http::session::SignedIn;
use crate::http::{Endpoint, Refusal, body};
use crate::storage::StorageError;
use crate::storage::attachments::{self, Visible};

/// Whatever it is, a browser that opens it in our name must run nothing of it.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

pub(super) async fn download(
    endpoint: &Endpoint,
    parts: &mut Parts,
    attachment_id: AttachmentId,
) -> Result<Response, Refusal> {
    SignedIn::from_request_parts(parts, endpoint).await?;
    let found = endpoint.storage.read(move |db| {
        let Some(visible) = attachments::visible(db, attachment_id)? else { return Ok(None) };
        Ok(attachments::read(db, attachment_id, 0)?.map(|first| (visible, first)))
    });
    let (visible, first) = found.await?.ok_or(Code::NotFound)?;
    let (media_type, extension) = media_type::of(&first);
    let wanted = wanted(&parts.headers, visible);
    let range = wanted.clone().unwrap_or(0..visible.bytes);
    // A picture may be looked at; whatever else it is goes to the disk. With a generated name: what
    // a rep's device calls it never reaches a header.
    let how = if media_type.starts_with("image/") { "inline" } else { "attachment" };
    let name = format!("{how}; filename=\"{attachment_id}.{extension}\"");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_DISPOSITION, value(&name)?);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::ETAG, value(&etag(visible))?);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    let status = if let Some(Range { start, end }) = wanted {
        let span = format!("bytes {start}-{}/{}", end - 1, visible.bytes);
        headers.insert(header::CONTENT_RANGE, value(&span)?);
        StatusCode::PARTIAL_CONTENT
    } else {
        StatusCode::OK
    };
    Ok((status, headers, bytes(endpoint, attachment_id, range)).into_response())
}

/// The range that is asked for, if it is asked of this very content (RFC 9110 §13.1.5).
fn wanted(headers: &HeaderMap, visible: Visible) -> Option<Range<u64>> {
    let condition = body::header_text(headers, header::IF_RANGE);
    let is_of_this = condition.is_empty() || condition == etag(visible);
    let header = body::header_text(headers, header::RANGE);
    is_of_this.then(|| range::wanted(header, visible.bytes)).flatten()
}

fn etag(visible: Visible) -> String {
    format!("\"{}\"", visible.sha256)
}

fn value(text: &str) -> Result<HeaderValue, Refusal> {
    HeaderValue::from_str(text).map_err(|error| Refusal::new(Code::Internal, error.to_string()))
}

/// Chunk by chunk, as fast as they are taken.
fn bytes(endpoint: &Endpoint, attachment_id: AttachmentId, range: Range<u64>) -> Body {
    let storage = endpoint.storage.clone();
    Body::from_stream(try_unfold(range, move |range| {
        let storage = storage.clone();
        async move {
            if range.is_empty() {
                return Ok(None);
            }
            let chunk = storage.read(move |db| attachments::read(db, attachment_id, range.start));
            // Its note may have been emptied meanwhile: then the answer breaks off.
            let gone = || StorageError::Database("an attachment went while it was read".to_owned());
            let mut chunk = chunk.await?.ok_or_else(gone)?;
            let left = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
            chunk.truncate(left);
            let next = range.start + chunk.len() as u64..range.end;
            Ok::<_, StorageError>(Some((Bytes::from(chunk), next)))
        }
    }))
}
