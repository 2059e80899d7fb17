//! Takes the bytes of a request into an upload, each piece on the disk before the next is asked
//! for; never more than a few chunks in memory, however much a client sends at once.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use protocol::limits::ATTACHMENT_CHUNK_BYTES;
use protocol::{AttachmentId, Code};

use super::checksum::Checksum;
use super::frames::{Frames, Next};
use super::{Sender, UPLOAD_CHECKSUM, number};
use crate::clock::now_ms;
use crate::http::{Refusal, body};
use crate::storage::Storage;
use crate::storage::attachments::{self, Upload};

/// Most bytes of a piece with a checksum: it has to be held until it is known to be right.
const CHECKED_BYTES_MAX: usize = 4 * ATTACHMENT_CHUNK_BYTES;

/// An upload, and whose it is.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) storage: Arc<Storage>,
    pub(super) sender: Sender,
    pub(super) attachment_id: AttachmentId,
}

impl Target {
    /// How far it is.
    pub(super) async fn now(&self) -> Result<Upload, Refusal> {
        let Self { sender, attachment_id, .. } = *self;
        Ok(self.storage.read(move |db| attachments::offset(db, sender, attachment_id)).await??)
    }

    async fn append(&self, at: u64, data: Vec<u8>) -> Result<Upload, Refusal> {
        let Self { sender, attachment_id, .. } = *self;
        let append =
            move |db: &_| attachments::append(db, sender, attachment_id, at, &data, now_ms());
        Ok(self.storage.write(append).await??)
    }
}

/// Takes a body that begins at byte `at` of the upload. A body that breaks off leaves what came of
/// it, unless it has a checksum, which nobody can check then.
pub(super) async fn receive(
    target: Target,
    upload: Upload,
    at: u64,
    headers: &HeaderMap,
    body: Body,
) -> Result<Upload, Refusal> {
    let checksum = match check_head(upload, at, headers) {
        Ok(checksum) => checksum,
        Err(refusal) => {
            body::discard(headers, body).await;
            return Err(refusal);
        }
    };
    let skip = upload.offset - at;
    // A task of its own: when a connection breaks, its request is dropped where it stands, and
    // the bytes that came would be dropped with it.
    let (received, rest) = tokio::spawn(async move {
        match checksum {
            None => {
                let mut frames = Frames::new(body, skip);
                (stream(&target, upload, &mut frames).await, frames.into_rest())
            }
            Some(checksum) => {
                let mut frames = Frames::new(body, 0);
                (checked(&target, upload, skip, checksum, &mut frames).await, frames.into_rest())
            }
        }
    })
    .await
    .map_err(|error| Refusal::new(Code::Internal, error.to_string()))?;
    if received.is_err() {
        body::discard(headers, rest).await;
    }
    received
}

/// Refuses before anything is written what cannot be right.
fn check_head(upload: Upload, at: u64, headers: &HeaderMap) -> Result<Option<Checksum>, Refusal> {
    let declared = number(headers, &header::CONTENT_LENGTH)?.unwrap_or_default();
    if declared > upload.bytes.saturating_sub(at) {
        return Err(too_long());
    }
    let Some(given) = headers.get(UPLOAD_CHECKSUM) else { return Ok(None) };
    let checksum = Checksum::read(given.to_str().unwrap_or_default())
        .map_err(|fault| Refusal::new(Code::MalformedRequest, fault.to_string()))?;
    Ok(Some(checksum))
}

fn too_long() -> Refusal {
    Refusal::new(Code::AttachmentTooLarge, "more bytes than the upload was announced with")
}

fn broken_off() -> Refusal {
    Refusal::new(Code::MalformedRequest, "the body broke off")
}

async fn stream(
    target: &Target,
    mut upload: Upload,
    frames: &mut Frames,
) -> Result<Upload, Refusal> {
    let mut waiting = Vec::new();
    loop {
        let next = frames.next().await;
        if let Next::Bytes(bytes) = &next {
            waiting.extend_from_slice(bytes);
            if waiting.len() as u64 > upload.bytes - upload.offset {
                return Err(too_long());
            }
        }
        // A piece is written once something follows it: so the one that would complete the upload
        // waits for the end of the body, which may be longer than was announced.
        let is_over = !matches!(next, Next::Bytes(_));
        while waiting.len() > upload.to_end_of_chunk() || is_over && !waiting.is_empty() {
            let rest = waiting.split_off(waiting.len().min(upload.to_end_of_chunk()));
            let piece = std::mem::replace(&mut waiting, rest);
            upload = target.append(upload.offset, piece).await?;
        }
        match next {
            Next::Bytes(_) => {}
            Next::End => return Ok(upload),
            Next::BrokenOff => return Err(broken_off()),
        }
    }
}

async fn checked(
    target: &Target,
    mut upload: Upload,
    skip: u64,
    checksum: Checksum,
    frames: &mut Frames,
) -> Result<Upload, Refusal> {
    let mut whole = Vec::new();
    loop {
        match frames.next().await {
            Next::Bytes(bytes) => whole.extend_from_slice(&bytes),
            Next::End => break,
            Next::BrokenOff => return Err(broken_off()),
        }
        if whole.len() > CHECKED_BYTES_MAX {
            let detail = format!("at most {CHECKED_BYTES_MAX} bytes with a checksum");
            return Err(Refusal::new(Code::AttachmentTooLarge, detail));
        }
    }
    if !checksum.is_of(&whole) {
        return Err(Code::ChecksumMismatch.into());
    }
    let skip = usize::try_from(skip).unwrap_or(usize::MAX).min(whole.len());
    let mut waiting = whole.split_off(skip);
    if waiting.len() as u64 > upload.bytes - upload.offset {
        return Err(too_long());
    }
    while !waiting.is_empty() {
        let rest = waiting.split_off(waiting.len().min(upload.to_end_of_chunk()));
        let piece = std::mem::replace(&mut waiting, rest);
        upload = target.append(upload.offset, piece).await?;
    }
    Ok(upload)
}
