//! Reading a request's body: its media type, its compression, its limits, its encoding.

use std::io::Read;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, header};
use flate2::read::MultiGzDecoder;
use futures_util::StreamExt;
use protocol::Code;
use protocol::limits::BATCH_BYTES_MAX;

use super::Refusal;

/// Longest wait for a body that nobody will read.
const DISCARD_TIME_MAX: Duration = Duration::from_secs(5);
/// Most bytes of one that are read all the same, unless twice what is asked for is more.
const DISCARD_BYTES_MAX: usize = 2 * BATCH_BYTES_MAX;

/// Reads a body of this media type, at most `bytes_max` before and after decompression.
///
/// # Errors
/// A refusal for each way in which it can be wrong.
pub(crate) async fn text(
    headers: &HeaderMap,
    body: Body,
    media_type: &str,
    bytes_max: usize,
) -> Result<String, Refusal> {
    let bytes = bytes(headers, body, media_type, bytes_max).await?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Refusal::new(Code::InvalidUtf8, format!("at byte {at}"))
    })
}

/// The same of a body that need not be text.
///
/// # Errors
/// A refusal for each way in which it can be wrong.
pub(crate) async fn bytes(
    headers: &HeaderMap,
    body: Body,
    media_type: &str,
    bytes_max: usize,
) -> Result<Vec<u8>, Refusal> {
    let is_gzip = match check_head(headers, media_type, bytes_max) {
        Ok(is_gzip) => is_gzip,
        Err(refusal) => {
            discard_up_to(headers, body, patience(bytes_max)).await;
            return Err(refusal);
        }
    };
    let bytes = collect(body, bytes_max).await?;
    if is_gzip { gunzip(&bytes, bytes_max) } else { Ok(bytes) }
}

/// Whether the body is compressed, if its headers promise one that we take.
fn check_head(headers: &HeaderMap, media_type: &str, bytes_max: usize) -> Result<bool, Refusal> {
    let given = header_text(headers, header::CONTENT_TYPE);
    let given = given.split(';').next().unwrap_or_default().trim();
    if !given.eq_ignore_ascii_case(media_type) {
        return Err(Refusal::new(Code::UnsupportedMediaType, format!("send {media_type}")));
    }
    if declared_bytes(headers).is_some_and(|bytes| bytes > bytes_max) {
        return Err(too_large(bytes_max));
    }
    match header_text(headers, header::CONTENT_ENCODING).trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(false),
        "gzip" => Ok(true),
        _ => Err(Refusal::new(Code::UnsupportedEncoding, "send gzip or identity")),
    }
}

fn declared_bytes(headers: &HeaderMap) -> Option<usize> {
    header_text(headers, header::CONTENT_LENGTH).parse().ok()
}

fn too_large(bytes_max: usize) -> Refusal {
    Refusal::new(Code::BatchTooLarge, format!("at most {bytes_max} bytes"))
}

async fn collect(body: Body, bytes_max: usize) -> Result<Vec<u8>, Refusal> {
    let mut frames = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(frame) = frames.next().await {
        let frame =
            frame.map_err(|_| Refusal::new(Code::MalformedRequest, "the body broke off"))?;
        if bytes.len() + frame.len() > bytes_max {
            discard_frames(frames, patience(bytes_max)).await;
            return Err(too_large(bytes_max));
        }
        bytes.extend_from_slice(&frame);
    }
    Ok(bytes)
}

/// Reads and forgets a body of ordinary size before a refusal. A server that answers and closes
/// with unread bytes resets the connection, and the client never learns why (RFC 9112 §9.6).
pub(crate) async fn discard(headers: &HeaderMap, body: Body) {
    discard_up_to(headers, body, DISCARD_BYTES_MAX).await;
}

/// Whoever sends twice as much as is allowed, and not more, learns why it is refused.
fn patience(bytes_max: usize) -> usize {
    bytes_max.saturating_mul(2).max(DISCARD_BYTES_MAX)
}

async fn discard_up_to(headers: &HeaderMap, body: Body, bytes_max: usize) {
    if declared_bytes(headers).is_none_or(|bytes| bytes <= bytes_max) {
        discard_frames(body.into_data_stream(), bytes_max).await;
    }
}

async fn discard_frames(mut frames: BodyDataStream, bytes_max: usize) {
    let mut bytes = 0;
    let read = async {
        while let Some(Ok(frame)) = frames.next().await {
            bytes += frame.len();
            if bytes > bytes_max {
                break;
            }
        }
    };
    // Whoever dawdles is told at once.
    let _ = tokio::time::timeout(DISCARD_TIME_MAX, read).await;
}

fn gunzip(bytes: &[u8], bytes_max: usize) -> Result<Vec<u8>, Refusal> {
    let mut text = Vec::new();
    // One byte more than is allowed tells a bomb from a batch that just fits.
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut text)
        .map_err(|error| Refusal::new(Code::BrokenGzip, error.to_string()))?;
    if text.len() > bytes_max {
        return Err(Refusal::new(
            Code::BatchTooLarge,
            format!("at most {bytes_max} bytes once decompressed"),
        ));
    }
    Ok(text)
}

/// A header's text, empty where it is absent or not text.
pub(crate) fn header_text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Reads JSON of this shape. Depth is bounded by serde_json's own limit of 128 levels.
///
/// # Errors
/// Where it is no JSON, or of another shape.
pub(crate) fn json<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Result<T, Refusal> {
    serde_json::from_str(text)
        .map_err(|error| Refusal::new(Code::MalformedRequest, error.to_string()))
}
