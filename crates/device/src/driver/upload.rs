//! Uploads by tus 1.0 with creation and checksum: one request a step, one piece a request
//! (SYNC.md §1, "Attachments").

use js_sys::Uint8Array;
use protocol::attachment::UploadWord;
use protocol::{Attachment, AttachmentId, Code};
use sync::{Event, REQUEST_MS_MAX, Turn};
use wasm_bindgen::JsValue;

use super::Driver;
use crate::store::identity::Identity;
use crate::store::{attachments, uploads};
use crate::transport::{self, Ask, Body, Failure};
use crate::{crypto, reflect};

const PATH: &str = "/api/v1/attachments";
const PIECE: &str = "application/offset+octet-stream";

/// How far the endpoint has come with an attachment, by its own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reached {
    attachment_id: AttachmentId,
    offset: u64,
}

impl Driver {
    pub(super) async fn read_upload(&self, turn: Turn, after: Option<AttachmentId>) -> Event {
        match uploads::next(&self.connection, after).await {
            Ok(next) => Event::UploadRead { turn, next },
            Err(_) => Event::Unreadable { turn },
        }
    }

    /// One request: where the endpoint's offset is known, the next piece; else the creation, which
    /// is idempotent by the attachment's id, and whose answer tells the offset. After any failure
    /// the offset is asked again.
    pub(super) async fn upload(&self, attachment_id: AttachmentId) -> Result<UploadWord, Failure> {
        let (identity, token) = self.credentials().await?;
        let attachment = match uploads::one(&self.connection, attachment_id).await {
            Ok(Some(attachment)) => attachment,
            // Another tab was faster; the next step reads what is left.
            Ok(None) | Err(_) => return Err(Failure::Unreachable),
        };
        let reached = self.upload.take().filter(|it| it.attachment_id == attachment_id);
        let word = match reached {
            Some(Reached { offset, .. }) => {
                self.send_piece(&identity, &token, &attachment, offset).await
            }
            None => create(&identity, &token, &attachment).await,
        }?;
        if word.attachment_id != attachment_id {
            return Err(Failure::NotOurs);
        }
        self.upload.set(Some(Reached { attachment_id, offset: word.offset }));
        Ok(word)
    }

    async fn send_piece(
        &self,
        identity: &Identity,
        token: &str,
        attachment: &Attachment,
        offset: u64,
    ) -> Result<UploadWord, Failure> {
        let attachment_id = attachment.attachment_id;
        let key = attachments::chunk_key(attachment_id, offset);
        let Ok(chunk) = attachments::read(&self.connection, &key).await else {
            return Err(Failure::Unreachable);
        };
        // What does not match its hash here is treated as what does not match it there.
        let chunk = chunk.ok_or_else(spoilt)?;
        let piece = attachments::rest(&chunk, offset).ok_or_else(spoilt)?;
        let checksum = crypto::sha256(piece).await.map_err(|_| Failure::Unreachable)?;
        let headers = vec![
            ("tus-resumable", "1.0.0".to_owned()),
            ("upload-offset", offset.to_string()),
            ("upload-checksum", format!("sha256 {}", base64(checksum.as_bytes())?)),
        ];
        let body = Body::Bytes(PIECE, Uint8Array::from(piece));
        let (path, limit_ms) =
            (format!("{PATH}/{attachment_id}"), sync::request_ms_max(piece.len()));
        let path = &*path;
        let token = Some(token);
        let ask = Ask { method: "PATCH", path, token, body, headers, limit_ms };
        transport::ask(ask).await?.word(&identity.receipt_key)
    }
}

async fn create(
    identity: &Identity,
    token: &str,
    attachment: &Attachment,
) -> Result<UploadWord, Failure> {
    let headers = vec![
        ("tus-resumable", "1.0.0".to_owned()),
        ("upload-length", attachment.bytes.to_string()),
        ("upload-metadata", metadata(attachment)?),
    ];
    let ask = Ask {
        method: "POST",
        path: PATH,
        token: Some(token),
        body: Body::Nothing,
        headers,
        limit_ms: REQUEST_MS_MAX,
    };
    transport::ask(ask).await?.word(&identity.receipt_key)
}

/// Keys and their values in base64 (tus 1.0, creation).
fn metadata(attachment: &Attachment) -> Result<String, Failure> {
    let mut pairs = vec![
        ("attachment_id", attachment.attachment_id.to_string()),
        ("sha256", attachment.sha256.to_string()),
        ("media_type", attachment.media_type.clone()),
    ];
    pairs.extend(attachment.name.clone().map(|name| ("name", name)));
    let pair = |(key, value): (&str, String)| Ok(format!("{key} {}", base64(value.as_bytes())?));
    Ok(pairs.into_iter().map(pair).collect::<Result<Vec<_>, Failure>>()?.join(","))
}

const fn spoilt() -> Failure {
    Failure::Refused { status: 422, code: Some(Code::AttachmentMismatch), retry_after_ms: None }
}

/// By the browser's `btoa`, which takes one character a byte.
fn base64(bytes: &[u8]) -> Result<String, Failure> {
    let characters: String = bytes.iter().copied().map(char::from).collect();
    reflect::call(&js_sys::global(), "btoa", &[JsValue::from_str(&characters)])
        .ok()
        .and_then(|encoded| encoded.as_string())
        .ok_or(Failure::Unreachable)
}
