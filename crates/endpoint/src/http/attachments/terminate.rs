//! `DELETE /api/v1/attachments/{attachment_id}`: gives up an unfinished upload (tus 1.0,
//! termination).

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use protocol::{AttachmentId, Code};

use crate::http::{Endpoint, Refusal};
use crate::storage::attachments;

pub(super) async fn terminate(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    attachment_id: AttachmentId,
) -> Result<Response, Refusal> {
    let sender = super::sender(endpoint, headers).await?;
    let ended =
        endpoint.storage.write(move |db| attachments::terminate(db, sender, attachment_id)).await?;
    match ended {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(code @ Code::MethodNotAllowed) => {
            Err(Refusal::new(code, "a complete attachment stays; withdraw its note"))
        }
        Err(code) => Err(code.into()),
    }
}
