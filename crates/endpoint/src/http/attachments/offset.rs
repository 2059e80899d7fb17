//! `HEAD /api/v1/attachments/{attachment_id}`: where an upload goes on.

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use protocol::AttachmentId;

use super::{UPLOAD_LENGTH, progress, word};
use crate::http::{Endpoint, Refusal};
use crate::storage::attachments;

pub(super) async fn offset(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    attachment_id: AttachmentId,
) -> Result<Response, Refusal> {
    let sender = super::sender(endpoint, headers).await?;
    let upload =
        endpoint.storage.read(move |db| attachments::offset(db, sender, attachment_id)).await??;
    let length = [(UPLOAD_LENGTH, HeaderValue::from(upload.bytes))];
    // That nobody on the way keeps it is said on all answers of the interface.
    let answer = (StatusCode::OK, length, progress(&upload));
    word::sealed(endpoint, sender, attachment_id, &upload, answer).await
}
