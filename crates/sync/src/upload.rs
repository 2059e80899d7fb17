//! Uploads of attachments, piece by piece, after all that is words (SYNC.md §1, "Attachments").

use protocol::attachment::UploadWord;
use protocol::limits::ATTACHMENT_CHUNK_BYTES;
use protocol::planted::{self, Bug};
use protocol::{AttachmentId, BatchId, Code};

use crate::effect::{Effect, UploadEnd};
use crate::engine::{Engine, Step};
use crate::event::{Outcome, Turn};
use crate::phase::{Call, Task};
use crate::status::Reason;

/// So many times the whole may arrive and not match its hash, before it is held back.
const MISMATCHES_MAX: u8 = 3;
/// How often the store is asked, though nobody said that there is a new one.
const EVERY_MS: u64 = 5 * 60_000;
/// So many failures of one upload in a row, and the next one has its turn.
const FAILURES_MAX: u8 = 5;

/// How far the uploads have come.
#[derive(Debug, Default)]
pub(crate) struct Uploading {
    pub(crate) is_due: bool,
    /// Uploads up to here had their turn in this round.
    after: Option<AttachmentId>,
    /// Failures of the present one in a row.
    failures: u8,
    /// How often which one did not match.
    mismatches: Option<(AttachmentId, u8)>,
    /// When there was none left.
    finished_ms: Option<u64>,
}

impl Uploading {
    /// A photo whose saving tab died, or whose message was lost, is found all the same.
    pub(crate) fn look_at_the_clock(&mut self, now_ms: u64) {
        let is_old = self.finished_ms.is_none_or(|at_ms| now_ms - at_ms >= EVERY_MS);
        self.is_due |= is_old && !planted::is(Bug::PhotoForgotten);
    }
}

impl Engine {
    pub(crate) fn read_upload(&mut self, step: &mut Step<'_>) {
        let turn = self.store(Task::ReadUpload, step);
        step.effects.push(Effect::ReadUpload { turn, after: self.uploading.after });
    }

    pub(crate) fn upload_read(
        &mut self,
        turn: Turn,
        next: Option<AttachmentId>,
        step: &mut Step<'_>,
    ) {
        if self.done(turn, step).is_none() {
            return;
        }
        if let Some(attachment_id) = next {
            let call = Call::Upload(attachment_id);
            let request_id = self.call(call, ATTACHMENT_CHUNK_BYTES, step);
            return step.effects.push(Effect::Upload { request_id, attachment_id });
        }
        if self.uploading.after.take().is_some() {
            // Some had their turn in vain: another round follows.
            return self.back_off(Reason::EndpointFailing, step);
        }
        self.uploading.is_due = false;
        self.uploading.finished_ms = Some(step.now_ms);
        self.go_on(step);
    }

    pub(crate) fn upload_ended(
        &mut self,
        request_id: BatchId,
        outcome: Outcome<UploadWord>,
        step: &mut Step<'_>,
    ) {
        let Some(call) = self.land(request_id, step) else { return };
        let Call::Upload(attachment_id) = call else { return self.storage_failed(step) };
        match outcome.into_result() {
            Ok(word) => self.upload_went_on(attachment_id, &word, step),
            Err(failure) => self.failed(call, failure, step),
        }
    }

    fn upload_went_on(
        &mut self,
        attachment_id: AttachmentId,
        word: &UploadWord,
        step: &mut Step<'_>,
    ) {
        if !self.is_present(word.epoch, word.server_time_ms, step) {
            return;
        }
        self.uploading.failures = 0;
        self.succeeded(step);
        if word.is_complete {
            let witness = Self::witness(word.epoch, word.server_time_ms);
            let end = UploadEnd::Complete { witness, log_seq: word.log_seq };
            self.settle_upload(attachment_id, end, step);
        } else {
            self.go_on(step);
        }
    }

    /// The endpoint does not take this attachment.
    pub(crate) fn upload_refused(
        &mut self,
        attachment_id: AttachmentId,
        code: Code,
        step: &mut Step<'_>,
    ) {
        if code == Code::AttachmentMismatch {
            let before = self.uploading.mismatches.filter(|(id, _)| *id == attachment_id);
            let count = before.map_or(1, |(_, count)| count + 1);
            self.uploading.mismatches = Some((attachment_id, count));
            if count < MISMATCHES_MAX {
                return self.back_off(Reason::EndpointFailing, step);
            }
        }
        self.settle_upload(attachment_id, UploadEnd::Held(code), step);
    }

    /// It failed, perhaps for what is in it: after a while the others have their turn.
    pub(crate) fn upload_failed(&mut self, attachment_id: AttachmentId, step: &mut Step<'_>) {
        self.uploading.failures += 1;
        if self.uploading.failures >= FAILURES_MAX {
            self.uploading.failures = 0;
            self.uploading.after = Some(attachment_id);
        }
        self.back_off(Reason::EndpointFailing, step);
    }

    fn settle_upload(&mut self, attachment_id: AttachmentId, end: UploadEnd, step: &mut Step<'_>) {
        let turn = self.store(Task::SettleUpload, step);
        step.effects.push(Effect::SettleUpload { turn, attachment_id, end });
    }

    pub(crate) fn upload_settled(&mut self, step: &mut Step<'_>) {
        self.uploading.failures = 0;
        self.go_on(step);
    }
}
