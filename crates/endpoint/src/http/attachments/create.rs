//! `POST /api/v1/attachments`: begins an upload, or finds it again (tus 1.0, creation), and takes
//! its first bytes if it brings some (creation with upload).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use protocol::limits::ATTACHMENT_BYTES_MAX;
use protocol::{Attachment, Code};

use super::receive::{Target, receive};
use super::{
    PIECE_MEDIA_TYPE, UPLOAD_LENGTH, UPLOAD_METADATA, metadata, needed_number, progress, word,
};
use crate::clock::now_ms;
use crate::http::{Endpoint, Refusal, body};
use crate::storage::attachments::{self, UNFINISHED_MAX, Upload};

/// How long a device with too many unfinished uploads is asked to wait before it begins another.
const TOO_MANY_S: u64 = 60;

pub(super) async fn create(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let (target, upload) = match begin(endpoint, headers).await {
        Ok(begun) => begun,
        Err(refusal) => {
            body::discard(headers, body).await;
            return Err(refusal);
        }
    };
    let (sender, attachment_id) = (target.sender, target.attachment_id);
    let location = format!("/api/v1/attachments/{attachment_id}");
    let location = HeaderValue::from_str(&location)
        .map_err(|error| Refusal::new(Code::Internal, error.to_string()))?;
    let upload = if body::header_text(headers, header::CONTENT_TYPE) == PIECE_MEDIA_TYPE {
        receive(target, upload, 0, headers, body).await?
    } else {
        body::discard(headers, body).await;
        upload
    };
    let location = [(header::LOCATION, location)];
    let answer = (StatusCode::CREATED, location, progress(&upload));
    word::sealed(endpoint, sender, attachment_id, &upload, answer).await
}

async fn begin(endpoint: &Endpoint, headers: &HeaderMap) -> Result<(Target, Upload), Refusal> {
    let sender = super::sender(endpoint, headers).await?;
    let attachment = announced(headers)?;
    let attachment_id = attachment.attachment_id;
    let begun = endpoint
        .storage
        .write(move |db| attachments::create(db, sender, &attachment, now_ms()))
        .await?;
    match begun {
        Ok(upload) => {
            let storage = endpoint.storage.clone();
            Ok((Target { storage, sender, attachment_id }, upload))
        }
        Err(Code::TooManyRequests) => {
            tracing::warn!(device = %sender.device_id, "over {UNFINISHED_MAX} unfinished uploads");
            Err(Refusal::later(Code::TooManyRequests, TOO_MANY_S))
        }
        Err(code) => Err(code.into()),
    }
}

/// What the headers say that will come.
fn announced(headers: &HeaderMap) -> Result<Attachment, Refusal> {
    let bytes = needed_number(headers, &UPLOAD_LENGTH)?;
    if bytes == 0 {
        return Err(Refusal::new(Code::MalformedRequest, "an attachment has at least one byte"));
    }
    if bytes > ATTACHMENT_BYTES_MAX {
        let detail = format!("at most {ATTACHMENT_BYTES_MAX} bytes");
        return Err(Refusal::new(Code::AttachmentTooLarge, detail));
    }
    let metadata = body::header_text(headers, UPLOAD_METADATA);
    metadata::attachment(metadata, bytes)
        .map_err(|fault| Refusal::new(Code::MalformedRequest, fault.to_string()))
}
