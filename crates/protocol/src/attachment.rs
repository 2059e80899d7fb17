//! Attachments: photos, voice memos and files of a note, uploaded beside the operations
//! (SYNC.md §1, "Attachments").

use serde::{Deserialize, Serialize};

use crate::hash::Sha256;
use crate::id::{AttachmentId, Epoch, Seq};
use crate::limits::{ATTACHMENT_BYTES_MAX, NAME_CHARS_MAX};

/// The header of every answer to an upload (POST, HEAD, PATCH): an [`UploadWord`], sealed with the
/// device's receipt key (see [`crate::seal`]). tus itself has no way to tell the endpoint from a
/// portal that says 204.
pub const WORD_HEADER: &str = "upload-word";

/// The endpoint's word on how far an upload has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadWord {
    /// Which.
    pub attachment_id: AttachmentId,
    /// This life of the endpoint's database.
    pub epoch: Epoch,
    /// The endpoint's clock: milliseconds since 1970, UTC.
    pub server_time_ms: i64,
    /// How many bytes are committed and fsynced.
    pub offset: u64,
    /// Whether all are there and match the hash.
    pub is_complete: bool,
    /// The highest seq of the log at this moment. A backup that holds a higher one was taken later,
    /// and holds these bytes as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_seq: Option<Seq>,
}

/// What an attachment is. Its bytes travel by tus 1.0 and are linked once they match the hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Fresh for every attachment; an upload of the same one goes on where it stopped.
    pub attachment_id: AttachmentId,
    /// Of all its bytes.
    pub sha256: Sha256,
    /// How many bytes.
    pub bytes: u64,
    /// What the device says that they are; the endpoint looks for itself.
    pub media_type: String,
    /// The file's name, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Attachment {
    /// Whether it keeps within the limits of both ends.
    #[must_use]
    pub fn is_within_limits(&self) -> bool {
        let is_short = |text: &str| text.chars().count() <= NAME_CHARS_MAX;
        (1..=ATTACHMENT_BYTES_MAX).contains(&self.bytes)
            && is_short(&self.media_type)
            && self.name.as_deref().is_none_or(is_short)
    }
}
