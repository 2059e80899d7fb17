//! Voice memos: each second is on the disk when the next one comes, so a crash loses one at most.

use core::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use protocol::{Attachment, AttachmentId};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::connection::Connection;
use crate::device::{SaveError, described};
use crate::lock::Lock;
use crate::recorder::{BITS_A_SECOND, Heard, NoMicrophone, Recorder};
use crate::storage_error::StorageError;
use crate::store::draft_media::{self, DraftMedia, Recording};
use crate::store::drafts::DraftFor;
use crate::{chance, clock, room};

/// Longest voice memo, in milliseconds: 10 minutes.
pub const MEMO_MS_MAX: u32 = 10 * 60 * 1_000;

/// What the longest one takes, in bytes; twice, since its seconds go only once it is whole.
const ROOM: f64 = 2.0 * (BITS_A_SECOND / 8) as f64 * (MEMO_MS_MAX / 1_000) as f64;

/// How often it is looked whether another tab records: a page that was just left lets go of its lock
/// a little later.
const LOOKS_MAX: u32 = 5;
/// Between two looks, in milliseconds.
const LOOK_MS: u32 = 200;

/// Why there is no voice memo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MemoError {
    /// Nothing can be heard.
    #[error(transparent)]
    NoMicrophone(#[from] NoMicrophone),
    /// Nothing could be kept.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// How a voice memo ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemoEnd {
    /// Somebody stopped it.
    Stopped,
    /// It is as long as it may be.
    Limit,
    /// The microphone went away.
    MicrophoneLost,
    /// From here on nothing could be kept.
    NotKept(StorageError),
}

/// A voice memo that is being recorded.
#[derive(Clone)]
pub struct Memo {
    recorder: Rc<Recorder>,
    recording: Recording,
    of: DraftFor,
    connection: Connection,
    is_at_limit: Rc<Cell<bool>>,
    lock: Lock,
}

impl Memo {
    /// Begins one.
    pub(crate) async fn begin(
        connection: &Connection,
        of: DraftFor,
        name: &str,
    ) -> Result<Self, MemoError> {
        if !room::has_room_for(ROOM).await {
            return Err(StorageError::Full.into());
        }
        let attachment_id = AttachmentId::new(clock::now_ms(), chance::bytes()?);
        // By it another tab sees that it is not one that a crash left.
        let lock = lock(attachment_id);
        lock.acquire(false, || {}).await;
        let recorder = Recorder::start().await.inspect_err(|_| lock.release())?;
        let media_type = recorder.media_type();
        let name = format!("{name}.{}", extension(&media_type));
        Ok(Self {
            recorder: Rc::new(recorder),
            recording: Recording { attachment_id, media_type, name },
            of,
            connection: connection.clone(),
            is_at_limit: Rc::default(),
            lock,
        })
    }

    /// Stops it; [`Memo::keep`] comes to its end then.
    pub fn stop(&self) {
        self.recorder.stop();
    }

    /// Keeps what is said until the memo ends: the attachment that it is then, none where nothing
    /// was heard, and how it ended.
    ///
    /// # Errors
    /// Why it could not be made whole. Its seconds are kept, and the draft tries again.
    pub async fn keep(self) -> (Result<Option<Attachment>, SaveError>, MemoEnd) {
        let limit = {
            let memo = self.clone();
            Timeout::new(MEMO_MS_MAX, move || {
                memo.is_at_limit.set(true);
                memo.stop();
            })
        };
        let end = self.listen().await;
        drop(limit);
        self.recorder.release();
        let whole = finish(&self.connection, self.of, &self.recording).await;
        self.lock.release();
        (whole, end)
    }

    async fn listen(&self) -> MemoEnd {
        let mut is_lost = false;
        let mut second = 0;
        loop {
            match self.recorder.next().await {
                Heard::Piece(piece) => {
                    if let Err(error) = self.keep_second(second, &piece).await {
                        self.stop();
                        return MemoEnd::NotKept(error);
                    }
                    second += 1;
                }
                Heard::Lost => {
                    is_lost = true;
                    self.stop();
                }
                Heard::End if is_lost => return MemoEnd::MicrophoneLost,
                Heard::End if self.is_at_limit.get() => return MemoEnd::Limit,
                Heard::End => return MemoEnd::Stopped,
            }
        }
    }

    async fn keep_second(&self, second: u32, piece: &Blob) -> Result<(), StorageError> {
        let bytes = Uint8Array::new(&JsFuture::from(piece.array_buffer()).await?);
        draft_media::keep_second(&self.connection, self.of, &self.recording, second, &bytes).await
    }
}

/// Makes one whole that a crash left. None where nothing was heard, or where another tab records it
/// this very moment.
///
/// # Errors
/// Why it is not whole.
pub(crate) async fn rescue(
    connection: &Connection,
    of: DraftFor,
    recording: &Recording,
) -> Result<Option<Attachment>, SaveError> {
    let lock = lock(recording.attachment_id);
    let mut looks = 1;
    while !lock.acquire(false, || {}).await {
        if looks >= LOOKS_MAX {
            return Ok(None);
        }
        looks += 1;
        TimeoutFuture::new(LOOK_MS).await;
    }
    let held = draft_media::read(connection, of).await;
    let rescued = match held.map(|held| held.into_iter().find(|it| it.is(recording))) {
        // The other tab came to its end meanwhile.
        Ok(Some(DraftMedia::Whole(attachment))) => Ok(Some(attachment)),
        Ok(Some(DraftMedia::Recording(_))) => finish(connection, of, recording).await,
        Ok(None) => Ok(None),
        Err(error) => Err(error.into()),
    };
    lock.release();
    rescued
}

async fn finish(
    connection: &Connection,
    of: DraftFor,
    recording: &Recording,
) -> Result<Option<Attachment>, SaveError> {
    let Recording { attachment_id, media_type, name } = recording;
    let content = draft_media::recorded(connection, *attachment_id).await?;
    if content.size() == 0.0 {
        return Ok(None);
    }
    let bytes = JsFuture::from(content.array_buffer()).await.map_err(StorageError::from)?;
    let bytes = Uint8Array::new(&bytes);
    let attachment = described(*attachment_id, media_type, name, &bytes).await?;
    draft_media::keep(connection, of, &attachment, bytes).await?;
    Ok(Some(attachment))
}

fn lock(attachment_id: AttachmentId) -> Lock {
    Lock::named(&format!("sightline-memo-{attachment_id}"))
}

/// The end of a file's name.
fn extension(media_type: &str) -> &str {
    match media_type {
        "audio/mp4" => "m4a",
        _ => media_type.rsplit('/').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memo_has_the_extension_of_its_kind() {
        assert_eq!(extension("audio/mp4"), "m4a");
        assert_eq!(extension("audio/webm"), "webm");
        assert_eq!(extension(""), "");
    }
}
