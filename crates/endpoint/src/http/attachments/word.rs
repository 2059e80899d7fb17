//! The endpoint's sealed word on an upload, in a header of its own: tus has no way to tell the
//! endpoint from a portal that says 204 (SYNC.md fault 13). Public tus clients ignore it.

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use protocol::attachment::{UploadWord, WORD_HEADER};
use protocol::{AttachmentId, Code, seal};

use super::Sender;
use crate::clock::now_ms;
use crate::http::{Endpoint, Refusal};
use crate::storage::attachments::Upload;
use crate::storage::keys::Keys;
use crate::storage::{backup, epoch};

const WORD: HeaderName = HeaderName::from_static(WORD_HEADER);

/// This answer with the word that the upload is so far. Read after the bytes were committed: a
/// backup that holds a higher seq than it names was taken later.
pub(super) async fn sealed(
    endpoint: &Endpoint,
    sender: Sender,
    attachment_id: AttachmentId,
    upload: &Upload,
    answer: impl IntoResponse,
) -> Result<Response, Refusal> {
    let (offset, is_complete) = (upload.offset, upload.is_complete());
    let (key, word) = endpoint
        .storage
        .read(move |db| {
            let word = UploadWord {
                attachment_id,
                epoch: epoch(db)?,
                server_time_ms: now_ms(),
                offset,
                is_complete,
                log_seq: Some(backup::highest_seq(db)?),
            };
            Ok((Keys::of(db)?.receipts(sender.device_id), word))
        })
        .await?;
    let internal = |error: String| Refusal::new(Code::Internal, error);
    let word = seal::seal(&key, &word).map_err(|error| internal(error.to_string()))?;
    let word = HeaderValue::from_str(&word).map_err(|error| internal(error.to_string()))?;
    let mut answer = answer.into_response();
    answer.headers_mut().insert(WORD, word);
    Ok(answer)
}
