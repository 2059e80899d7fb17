//! The facade's part for what a note holds besides words: photos, voice memos, files.

use js_sys::Uint8Array;
use protocol::limits::{ATTACHMENT_BYTES_MAX, NAME_CHARS_MAX, SCHEMA};
use protocol::{Action, Attachment, AttachmentId, Code, Note, NoteId, OpBody, OpId};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::{Device, SaveError, sealed};
use crate::memo::{self, Memo, MemoError};
use crate::storage_error::StorageError;
use crate::store::attachments;
use crate::store::draft_media::{self, DraftMedia};
use crate::store::drafts::DraftFor;
use crate::store::notes;
use crate::store::save::{self, Adoption};
use crate::store::uploads::{self, Upload, UploadState};
use crate::{chance, clock, crypto, room};

/// A photo or a file that is to be kept with a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMedia {
    /// The file's name.
    pub name: String,
    /// What the browser says that it is.
    pub media_type: String,
    /// All of it, where the browser has it: it is read only once it is known to fit.
    pub content: Blob,
}

/// What a draft holds besides words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// In the order in which they came.
    pub media: Vec<Attachment>,
    /// Why a voice memo that a crash left could not be made whole. It is tried again the next time.
    pub unfinished: Option<SaveError>,
}

impl Device {
    /// Keeps a photo or a file with a draft. When this returns, all of it is on this device's disk.
    ///
    /// # Errors
    /// Why it is not kept. What was typed is not touched.
    pub async fn keep_media(
        &self,
        of: impl Into<DraftFor>,
        new: NewMedia,
    ) -> Result<Attachment, SaveError> {
        let NewMedia { name, media_type, content } = new;
        let bytes = content.size();
        #[expect(clippy::cast_precision_loss, reason = "128 MiB")]
        let is_within_limits = bytes > 0.0 && bytes <= ATTACHMENT_BYTES_MAX as f64;
        if !is_within_limits {
            return Err(SaveError::Attachment(Code::AttachmentTooLarge));
        }
        if !room::has_room_for(bytes).await {
            return Err(StorageError::Full.into());
        }
        let bytes =
            JsFuture::from(content.array_buffer()).await.map_err(|_| SaveError::FileGone)?;
        let bytes = Uint8Array::new(&bytes);
        let attachment_id = AttachmentId::new(clock::now_ms(), chance::bytes()?);
        let attachment = described(attachment_id, &media_type, &name, &bytes).await?;
        draft_media::keep(&self.connection, of.into(), &attachment, bytes).await?;
        Ok(attachment)
    }

    /// What a draft holds besides words. A voice memo that a crash left is made whole first.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn draft_media(&self, of: impl Into<DraftFor>) -> Result<Held, StorageError> {
        let of = of.into();
        let mut held = Held::default();
        for media in draft_media::read(&self.connection, of).await? {
            match media {
                DraftMedia::Whole(attachment) => held.media.push(attachment),
                DraftMedia::Recording(recording) => {
                    match memo::rescue(&self.connection, of, &recording).await {
                        Ok(memo) => held.media.extend(memo),
                        Err(error) => held.unfinished = Some(error),
                    }
                }
            }
        }
        Ok(held)
    }

    /// Takes something out of a draft.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn remove_media(
        &self,
        of: impl Into<DraftFor>,
        attachment_id: AttachmentId,
    ) -> Result<(), StorageError> {
        draft_media::remove(&self.connection, of.into(), attachment_id).await
    }

    /// Begins a voice memo, which belongs to this draft from its first second. Its file is called
    /// `name`, with the extension of its kind.
    ///
    /// # Errors
    /// Why it does not begin.
    pub async fn record(&self, of: impl Into<DraftFor>, name: &str) -> Result<Memo, MemoError> {
        Memo::begin(&self.connection, of.into(), name).await
    }

    /// Saves a new note with what its draft holds besides words, all or nothing: each of `media`
    /// becomes the note's, exactly once.
    ///
    /// # Errors
    /// Why nothing was saved. The draft is untouched then.
    pub async fn save_with(&self, note: Note, media: &[Attachment]) -> Result<NoteId, SaveError> {
        Ok(self.create(note, media).await?.note_id)
    }

    /// Takes what the draft of an edit holds into its note, all or nothing and exactly once.
    ///
    /// # Errors
    /// Why nothing was attached. The draft still holds it then.
    pub async fn adopt(&self, note_id: NoteId, media: &[Attachment]) -> Result<(), SaveError> {
        if media.is_empty() {
            return Ok(());
        }
        let stored = notes::one(&self.connection, note_id).await?;
        let parents = stored.ok_or(SaveError::NoSuchNote)?.heads();
        let adoptions = adoptions(note_id, &parents, DraftFor::Edit(note_id), media)?;
        save::adopt(&self.connection, &adoptions).await?;
        self.changed();
        self.copy_soon();
        Ok(())
    }

    /// The bytes of an attachment, none where they are not on this device.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn content(&self, attachment: &Attachment) -> Result<Option<Blob>, StorageError> {
        attachments::content(&self.connection, attachment).await
    }

    /// What became of an attachment; none where its bytes are not on this device: another one has
    /// them, or marketing has had them for long.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn upload_state(
        &self,
        attachment_id: AttachmentId,
    ) -> Result<Option<UploadState>, StorageError> {
        uploads::state(&self.connection, attachment_id).await
    }
}

/// What an attachment is.
pub(crate) async fn described(
    attachment_id: AttachmentId,
    media_type: &str,
    name: &str,
    bytes: &Uint8Array,
) -> Result<Attachment, SaveError> {
    let short = |text: &str| text.chars().take(NAME_CHARS_MAX).collect::<String>();
    let attachment = Attachment {
        attachment_id,
        sha256: crypto::sha256_of(bytes).await.map_err(StorageError::from)?,
        bytes: u64::from(bytes.length()),
        media_type: short(media_type),
        name: Some(short(name)).filter(|name| !name.is_empty()),
    };
    if !attachment.is_within_limits() {
        return Err(SaveError::Attachment(Code::AttachmentTooLarge));
    }
    Ok(attachment)
}

/// An operation for each, beside one another: what is attached changes no words.
pub(super) fn adoptions(
    note_id: NoteId,
    parents: &[OpId],
    draft: DraftFor,
    media: &[Attachment],
) -> Result<Vec<Adoption>, StorageError> {
    let saved_at = clock::client_time();
    let adoption = |attachment: &Attachment| {
        let op_id = OpId::new(clock::now_ms(), chance::bytes()?);
        let body = OpBody {
            schema: SCHEMA,
            note_id,
            parents: parents.to_vec(),
            saved_at,
            action: Action::Attach(attachment.clone()),
        };
        let upload = Upload { op_id, attachment: attachment.clone(), code: None };
        Ok(Adoption { op: sealed(op_id, &body)?, body, draft, upload })
    };
    media.iter().map(adoption).collect()
}
