//! `PATCH /api/v1/attachments/{attachment_id}`: the bytes from an offset on.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::{AttachmentId, Code};

use super::receive::{Target, receive};
use super::{PIECE_MEDIA_TYPE, UPLOAD_OFFSET, needed_number, progress, word};
use crate::http::{Endpoint, Refusal, body};
use crate::storage::attachments::{self, Upload};

pub(super) async fn patch(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    body: Body,
    attachment_id: AttachmentId,
) -> Result<Response, Refusal> {
    let (target, at, upload) = match begin(endpoint, headers, attachment_id).await {
        Ok(begun) => begun,
        Err(refusal) => {
            body::discard(headers, body).await;
            return Err(refusal);
        }
    };
    let received = if at == upload.offset {
        receive(target.clone(), upload, at, headers, body).await
    } else {
        body::discard(headers, body).await;
        Err(Code::OffsetMismatch.into())
    };
    match received {
        Ok(upload) => {
            let answer = (StatusCode::NO_CONTENT, progress(&upload));
            word::sealed(endpoint, target.sender, attachment_id, &upload, answer).await
        }
        Err(refusal) => Ok(with_offset(&target, refusal).await),
    }
}

async fn begin(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    attachment_id: AttachmentId,
) -> Result<(Target, u64, Upload), Refusal> {
    let sender = super::sender(endpoint, headers).await?;
    if body::header_text(headers, header::CONTENT_TYPE) != PIECE_MEDIA_TYPE {
        let detail = format!("send {PIECE_MEDIA_TYPE}");
        return Err(Refusal::new(Code::UnsupportedMediaType, detail));
    }
    let at = needed_number(headers, &UPLOAD_OFFSET)?;
    let storage = endpoint.storage.clone();
    let upload = storage.read(move |db| attachments::offset(db, sender, attachment_id)).await??;
    Ok((Target { storage, sender, attachment_id }, at, upload))
}

/// The refusal, and where the upload goes on, which saves its client a question.
async fn with_offset(target: &Target, refusal: Refusal) -> Response {
    let mut response = refusal.into_response();
    if let Ok(upload) = target.now().await {
        response.headers_mut().insert(UPLOAD_OFFSET, HeaderValue::from(upload.offset));
    }
    response
}
