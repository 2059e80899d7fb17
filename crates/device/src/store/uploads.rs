//! Attachments on their way to marketing's: which are not there whole, and which are.

use protocol::{Attachment, AttachmentId, Code, Epoch, OpId, Seq};
use serde::{Deserialize, Serialize};
use sync::UploadEnd;

use super::{META, UPLOADED, UPLOADS, Written, epochs, parse, put_row, text};
use crate::connection::Connection;
use crate::indexed_db::{self, ALL, Store, Transaction, everything};
use crate::json;
use crate::storage_error::StorageError;

/// An attachment that is not at marketing's whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Upload {
    /// The operation that attached it.
    pub op_id: OpId,
    pub attachment: Attachment,
    /// Why it is held, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

/// An attachment that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Uploaded {
    /// Goes back to [`UPLOADS`] in the next epoch.
    pub upload: Upload,
    pub epoch: Epoch,
    /// The highest seq of the endpoint's log when it was complete there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_seq: Option<Seq>,
}

impl Uploaded {
    /// Whether every backup that could still be restored holds it (SYNC.md §1, "Purge rule").
    pub(crate) fn is_safe(&self, epoch: Epoch, safe_seq: Seq) -> bool {
        self.epoch == epoch && self.log_seq.is_some_and(|log_seq| log_seq < safe_seq)
    }
}

/// What became of an attachment of this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// Not whole at marketing's.
    Waiting,
    /// Whole at marketing's.
    Sent,
    /// Refused, with this code; it stays here.
    Held(Code),
}

/// The oldest that is not held, after the one given.
pub(crate) async fn next(
    connection: &Connection,
    after: Option<AttachmentId>,
) -> Result<Option<AttachmentId>, StorageError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    connection
        .run(async |database| {
            let transaction = database.read(&[UPLOADS])?;
            let rows = transaction.store(UPLOADS)?.values(&indexed_db::after(&after)?, ALL)?;
            for row in rows.texts().await? {
                let upload: Upload = json::read(&row)?;
                if upload.code.is_none() {
                    return Ok(Some(upload.attachment.attachment_id));
                }
            }
            Ok(None)
        })
        .await
}

/// All that are not at marketing's whole, what is held included.
pub(crate) async fn waiting(connection: &Connection) -> Result<Vec<Upload>, StorageError> {
    connection.run(async |database| all(&database.read(&[UPLOADS])?.store(UPLOADS)?).await).await
}

/// One that is to be uploaded, none if it is not any more.
pub(crate) async fn one(
    connection: &Connection,
    attachment_id: AttachmentId,
) -> Result<Option<Attachment>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[UPLOADS])?;
            let uploads = transaction.store(UPLOADS)?;
            let upload: Option<Upload> = parse(text(&uploads, &attachment_id.to_string()).await?)?;
            Ok(upload.map(|upload| upload.attachment))
        })
        .await
}

/// What became of an attachment; none where this device does not hold it.
pub(crate) async fn state(
    connection: &Connection,
    attachment_id: AttachmentId,
) -> Result<Option<UploadState>, StorageError> {
    let key = attachment_id.to_string();
    connection
        .run(async |database| {
            let transaction = database.read(&[UPLOADS, UPLOADED])?;
            let waiting: Option<Upload> = parse(text(&transaction.store(UPLOADS)?, &key).await?)?;
            if let Some(upload) = waiting {
                return Ok(Some(upload.code.map_or(UploadState::Waiting, UploadState::Held)));
            }
            let is_sent = text(&transaction.store(UPLOADED)?, &key).await?.is_some();
            Ok(is_sent.then_some(UploadState::Sent))
        })
        .await
}

/// An upload came to its end. Its pieces stay until the purge rule takes them.
pub(crate) async fn settle(
    connection: &Connection,
    attachment_id: AttachmentId,
    end: UploadEnd,
) -> Result<Written, StorageError> {
    let key = attachment_id.to_string();
    connection
        .run(async |database| {
            let transaction = database.write(&[UPLOADS, UPLOADED, META])?;
            let uploads = transaction.store(UPLOADS)?;
            if let UploadEnd::Complete { witness, .. } = end
                && let Some(memory) =
                    epochs::moved(&transaction.store(META)?, witness.epoch).await?
            {
                return Ok(Written::EpochMoved(memory));
            }
            let Some(mut upload) = parse::<Upload>(text(&uploads, &key).await?)? else {
                return Ok(Written::Done);
            };
            match end {
                UploadEnd::Complete { witness, log_seq } => {
                    upload.code = None;
                    let uploaded = Uploaded { upload, epoch: witness.epoch, log_seq };
                    put_row(&transaction.store(UPLOADED)?, &key, &uploaded)?;
                    uploads.delete(&key)?;
                }
                UploadEnd::Held(code) => {
                    upload.code = Some(code);
                    put_row(&uploads, &key, &upload)?;
                }
            }
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

/// Every complete upload is to be looked after again.
pub(crate) async fn all_again(transaction: &Transaction) -> Result<(), StorageError> {
    let uploads = transaction.store(UPLOADS)?;
    let uploaded = transaction.store(UPLOADED)?;
    for Uploaded { upload, .. } in all(&uploaded).await? {
        put_row(&uploads, &upload.attachment.attachment_id.to_string(), &upload)?;
    }
    uploaded.clear()?;
    Ok(())
}

/// What is held is tried again: the rep asked for it.
pub(crate) async fn release_held(transaction: &Transaction) -> Result<(), StorageError> {
    let uploads = transaction.store(UPLOADS)?;
    for upload in all::<Upload>(&uploads).await? {
        if upload.code.is_some() {
            let key = upload.attachment.attachment_id.to_string();
            put_row(&uploads, &key, &Upload { code: None, ..upload })?;
        }
    }
    Ok(())
}

/// All rows of [`UPLOADS`] or [`UPLOADED`]: small, and as many as there are attachments.
pub(crate) async fn all<T: serde::de::DeserializeOwned>(
    store: &Store,
) -> Result<Vec<T>, StorageError> {
    let rows = store.values(&everything(), ALL)?.texts().await?;
    rows.iter().map(|row| Ok(json::read(row)?)).collect()
}

#[cfg(test)]
mod tests {
    use protocol::Sha256;

    use super::*;

    #[test]
    fn an_attachment_is_safe_only_below_what_every_backup_of_this_epoch_has() {
        let (here, elsewhere) = (Epoch::new(1, [0; 10]), Epoch::new(2, [0; 10]));
        let uploaded = |log_seq: Option<i64>| Uploaded {
            upload: Upload {
                op_id: OpId::new(1, [0; 10]),
                attachment: Attachment {
                    attachment_id: AttachmentId::new(1, [0; 10]),
                    sha256: Sha256::of(b""),
                    bytes: 1,
                    media_type: "image/jpeg".to_owned(),
                    name: None,
                },
                code: None,
            },
            epoch: here,
            log_seq: log_seq.map(Seq),
        };
        assert!(uploaded(Some(4)).is_safe(here, Seq(5)));
        assert!(!uploaded(Some(5)).is_safe(here, Seq(5)), "backed up at that very moment");
        assert!(!uploaded(None).is_safe(here, Seq(5)));
        assert!(!uploaded(Some(4)).is_safe(elsewhere, Seq(5)));
    }
}
