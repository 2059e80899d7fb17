//! The rescue file: all that is unsent, photos included, as one encrypted file that a rep carries to
//! another device when nothing else helps.
//!
//! Whatever became of the device that it came from: operations keep their ids and bytes, so one that
//! reaches marketing by both ways is stored once.

mod file;

use js_sys::Uint8Array;
use protocol::{Action, OpId, RepId, Sha256};

use self::file::Content;
use crate::connection::Connection;
use crate::crypto;
use crate::storage_error::StorageError;
use crate::store::attachments::{self, Pieces};
use crate::store::save::{self, Media};
use crate::store::uploads::{self, Upload};
use crate::store::{history, identity, outbox};

/// Fewest characters of a passphrase.
pub const PASSPHRASE_CHARS_MIN: usize = 8;

/// A rescue file, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescue {
    /// All of the file.
    pub file: Vec<u8>,
    /// How many operations.
    pub ops: usize,
    /// How many photos, voice memos and files.
    pub attachments: usize,
}

/// Why no rescue file is made or read. What is stored stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RescueError {
    /// The passphrase has fewer than [`PASSPHRASE_CHARS_MIN`] characters.
    #[error("the passphrase is too short")]
    PassphraseTooShort,
    /// It does not begin as a rescue file does.
    #[error("not a rescue file")]
    NotOurs,
    /// The passphrase is another one, or the file is not what was written: they cannot be told
    /// apart.
    #[error("a wrong passphrase, or a changed file")]
    NotOpened,
    /// This browser is no device of a rep yet, so nobody's notes may come in.
    #[error("not enrolled")]
    NotEnrolled,
    /// The notes are this person's, and this device is not (SYNC.md fault 16).
    #[error("the notes of {0}")]
    OfAnother(String),
    /// The browser has no cryptography here.
    #[error("no cryptography")]
    NoCryptography,
    /// The device's storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// All that is unsent, encrypted; none where nothing is.
pub(crate) async fn make(
    connection: &Connection,
    passphrase: &str,
) -> Result<Option<Rescue>, RescueError> {
    check(passphrase)?;
    let content = collect(connection).await?;
    if content.ops.is_empty() {
        return Ok(None);
    }
    let (ops, attachments) = (content.ops.len(), content.attachments.len());
    let plain = content.encode()?;
    let sealed = crypto::encrypt(passphrase, &plain).await;
    let sealed = sealed.map_err(|_| RescueError::NoCryptography)?;
    Ok(Some(Rescue { file: file::framed(&sealed), ops, attachments }))
}

fn check(passphrase: &str) -> Result<(), RescueError> {
    match passphrase.chars().nth(PASSPHRASE_CHARS_MIN - 1) {
        Some(_) => Ok(()),
        None => Err(RescueError::PassphraseTooShort),
    }
}

async fn collect(connection: &Connection) -> Result<Content, StorageError> {
    let identity = identity::read(connection).await?;
    let mut content = Content {
        rep_id: identity.as_ref().map(|identity| identity.rep_id),
        rep_name: identity.map(|identity| identity.rep_name).unwrap_or_default(),
        ops: Vec::new(),
        attachments: Vec::new(),
    };
    let mut op_ids = outbox::unsent(connection).await?;
    for upload in uploads::waiting(connection).await? {
        if let Some(bytes) = whole(connection, &upload).await? {
            op_ids.push(upload.op_id);
            content.attachments.push((upload, bytes));
        }
    }
    // What attached a photo goes along, though marketing may have that word already.
    op_ids.sort_unstable();
    op_ids.dedup();
    for op_id in op_ids {
        content.ops.extend(outbox::text_of(connection, op_id).await?);
    }
    Ok(content)
}

/// All bytes of an attachment; none where a piece of it is gone.
async fn whole(connection: &Connection, upload: &Upload) -> Result<Option<Vec<u8>>, StorageError> {
    let attachment = &upload.attachment;
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < attachment.bytes {
        let key = attachments::chunk_key(attachment.attachment_id, bytes.len() as u64);
        match attachments::read(connection, &key).await? {
            Some(piece) if !piece.is_empty() => bytes.extend(piece),
            _ => return Ok(None),
        }
    }
    Ok(Some(bytes))
}

/// Puts what a rescue file holds into the outbox of this device, as if it were saved now. Tells how
/// many operations came in; those that are here, or were, do not count.
pub(crate) async fn bring_in(
    connection: &Connection,
    file: &[u8],
    passphrase: &str,
) -> Result<usize, RescueError> {
    let sealed = file::unframed(file).ok_or(RescueError::NotOurs)?;
    let plain = crypto::decrypt(passphrase, sealed).await.map_err(|_| RescueError::NotOpened)?;
    let mut content = Content::decode(&plain).ok_or(RescueError::NotOpened)?;
    let identity = identity::read(connection).await?.ok_or(RescueError::NotEnrolled)?;
    if !is_own(content.rep_id, identity.rep_id) {
        return Err(RescueError::OfAnother(content.rep_name));
    }
    let mut count = 0;
    for text in &content.ops {
        let (op_id, body) = history::op(text).map_err(StorageError::from)?;
        let media = match body.action {
            Action::Attach(_) => media_of(&mut content.attachments, op_id).await?,
            _ => None,
        };
        count += usize::from(save::bring_back(connection, op_id, text, media.as_ref()).await?);
    }
    Ok(count)
}

/// Written before anyone enrolled, they belong to whoever enrols first.
fn is_own(of: Option<RepId>, here: RepId) -> bool {
    of.is_none_or(|of| of == here)
}

async fn media_of(
    attachments: &mut Vec<(Upload, Vec<u8>)>,
    op_id: OpId,
) -> Result<Option<Media>, StorageError> {
    let Some(at) = attachments.iter().position(|(upload, _)| upload.op_id == op_id) else {
        return Ok(None);
    };
    let (upload, bytes) = attachments.swap_remove(at);
    if Sha256::of(&bytes) != upload.attachment.sha256 {
        return Ok(None);
    }
    let bytes = Uint8Array::from(&*bytes);
    let pieces = Pieces::of(upload.attachment.attachment_id, bytes).await?;
    // Whatever held it on the other device, it is tried anew from here.
    Ok(Some(Media { upload: Upload { code: None, ..upload }, pieces }))
}
