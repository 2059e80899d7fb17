//! What must hold after every step (SYNC.md §2, those marked S), checked where it could change.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::have::Held;
use protocol::limits::{BATCH_BYTES_MAX, BATCH_OPS_MAX, OP_BYTES_MAX};
use protocol::push::{PushHeader, Receipt};
use protocol::{AttachmentId, BatchId, Epoch, OpId};
use sync::{Event, PURGE_AFTER_MS, Parked, Reason, State, UploadEnd, Witness};

use crate::broken::{Broken, Checked};
use crate::device::Place;
use crate::device::store::{Dropped, Tables};
use crate::world::World;

/// Requests of one device without any progress within [`WINDOW_MS`]: the search for a bad
/// operation among thousands takes a dozen, each of three engines fails a few times, and somebody
/// taps around.
const VAIN_MAX: usize = 40;
const WINDOW_MS: u64 = 10_000;
/// How much longer than the driver the engine waits.
const GRACE_MS: u64 = 5_000;

impl World {
    /// Before an engine takes an event.
    pub(crate) fn before(&mut self, place: Place, event: &Event) {
        let now_ms = self.agenda.now_ms();
        let tab = self.tab_mut(place);
        let ended = match event {
            Event::Enrolled { .. } => {
                tab.calling = None;
                return;
            }
            Event::PushEnded { batch_id: id, outcome } => Some((*id, told(outcome))),
            Event::HaveEnded { request_id: id, outcome } => Some((*id, told(outcome))),
            Event::PullEnded { request_id: id, outcome } => Some((*id, told(outcome))),
            Event::TokenEnded { request_id: id, outcome } => Some((*id, told(outcome))),
            Event::UploadEnded { request_id: id, outcome } => Some((*id, told(outcome))),
            _ => None,
        };
        let Some((request_id, told_ms)) = ended else { return };
        if tab.calling.is_none_or(|calling| calling.request_id != request_id) {
            return;
        }
        tab.calling = None;
        if let Some(told_ms) = told_ms {
            tab.not_before_ms = now_ms + told_ms;
        }
    }

    /// Something came of the requests so far.
    pub(crate) fn progress(&mut self, device: usize) {
        self.devices[device].sent_at_ms.clear();
    }

    /// After it took it: SYNC.md §2, 16 (a storage error is told, never taken for emptiness) and
    /// 5 (nothing waits without a deadline).
    pub(crate) fn after(
        &self,
        place: Place,
        is_failure: bool,
        was: State,
        deadline_ms: Option<u64>,
    ) -> Checked {
        let Some(engine) = &self.tab(place).engine else { return Ok(()) };
        let state = engine.status().state;
        let was_busy = matches!(was, State::Looking | State::Sending);
        let is_told =
            matches!(state, State::Waiting { reason: Reason::DeviceStorage | Reason::Revoked, .. });
        if is_failure && was_busy && was != state && !is_told {
            return Err(Broken::new(16, format!("a storage error led to {state:?}")));
        }
        if deadline_ms.is_none() && state != State::NotEnrolled {
            return Err(Broken::new(5, format!("no deadline in {state:?}")));
        }
        Ok(())
    }

    /// SYNC.md §2, 14: what a device asks is bounded, one at a time in each tab, and the endpoint's
    /// wish for quiet counts.
    pub(crate) fn check_request(&mut self, place: Place, request_id: BatchId) -> Checked {
        let now_ms = self.agenda.now_ms();
        let tab = self.tab(place);
        let is_busy = tab.calling.is_some_and(|calling| {
            calling.request_id == request_id || now_ms < calling.given_up_at_ms + GRACE_MS
        });
        if is_busy {
            return Err(Broken::new(14, "two requests in flight, or one name twice"));
        }
        if now_ms < tab.not_before_ms {
            return Err(Broken::new(14, "a request before Retry-After is over"));
        }
        let device = &mut self.devices[place.device];
        device.sent_at_ms.push_back(now_ms);
        while device.sent_at_ms.front().is_some_and(|at_ms| at_ms + WINDOW_MS < now_ms) {
            device.sent_at_ms.pop_front();
        }
        let burst = device.sent_at_ms.len();
        self.tally.burst_max = self.tally.burst_max.max(burst as u64);
        if burst > VAIN_MAX {
            return Err(Broken::new(14, format!("a storm: {burst} requests in vain")));
        }
        Ok(())
    }

    /// SYNC.md §2, 3, and the limits of a batch.
    pub(crate) fn check_push(&self, place: Place, header: &PushHeader, op_ids: &[OpId]) -> Checked {
        let mut ids = op_ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() != op_ids.len() {
            return Err(Broken::new(3, format!("{:?} has an operation twice", header.batch_id)));
        }
        let mut bytes = 0;
        for op_id in op_ids {
            let Some((device, op)) = self.written.get(op_id) else {
                return Err(Broken::new(3, format!("{op_id} is sent and was never saved")));
            };
            // What was pulled is offered again, but never another rep's.
            if self.devices[*device].rep != self.devices[place.device].rep {
                return Err(Broken::new(3, format!("{op_id} is another rep's")));
            }
            bytes += op.bytes;
        }
        let is_too_large = bytes > BATCH_BYTES_MAX && op_ids.len() > 1 || bytes > OP_BYTES_MAX * 5;
        if op_ids.len() > BATCH_OPS_MAX || is_too_large {
            let what = format!("a batch of {} operations, {bytes} bytes", op_ids.len());
            return Err(Broken::new(14, what));
        }
        Ok(())
    }

    /// SYNC.md §2, 2 and 4: nothing is marked as sent that is not committed in that life of the
    /// database, which is the one that the device knows as the present (§1, "Restore safety"), and
    /// nothing is held back that another try could send.
    pub(crate) fn check_settlement(
        &self,
        place: Place,
        witness: Option<Witness>,
        confirmed: &[Receipt],
        parked: &[Parked],
    ) -> Checked {
        for receipt in confirmed {
            let Some(witness) = witness else {
                return Err(Broken::new(2, "confirmed without a witness"));
            };
            self.check_sent(witness.epoch, receipt.op_id)?;
            if self.devices[place.device].store.read().epoch() != Some(witness.epoch) {
                let what = format!("{} is told as sent by an answer of the past", receipt.op_id);
                return Err(Broken::new(2, what));
            }
        }
        let limit = OP_BYTES_MAX.min(self.devices[place.device].proxy_bytes_max);
        for Parked { op_id, code } in parked {
            let Some((_, op)) = self.written.get(op_id) else {
                return Err(Broken::new(3, format!("{op_id} is held and was never saved")));
            };
            if !op.nature.is_unsendable() && op.bytes <= limit {
                let what = format!("{op_id} is held with {code}, though it is {:?}", op.nature);
                return Err(Broken::new(4, what));
            }
        }
        Ok(())
    }

    pub(crate) fn check_held(&self, witness: Witness, held: &[Held]) -> Checked {
        held.iter().try_for_each(|held| self.check_sent(witness.epoch, held.op_id))
    }

    fn check_sent(&self, epoch: Epoch, op_id: OpId) -> Checked {
        if self.server.has(epoch, op_id) {
            return Ok(());
        }
        Err(Broken::new(2, format!("{op_id} is told as sent and is not committed")))
    }

    /// SYNC.md §2, 2 and 4: what a device drops is in the database and in every backup that could
    /// still be restored.
    pub(crate) fn check_purge(&mut self, purged: &[Dropped]) -> Checked {
        self.tally.purged += purged.len() as u64;
        for Dropped { op_id, age_ms, photo } in purged {
            if *age_ms <= PURGE_AFTER_MS {
                return Err(Broken::new(4, format!("{op_id} is purged {age_ms} ms young")));
            }
            if photo.is_some_and(|id| !self.server.has_photo(id)) {
                return Err(Broken::new(2, format!("the photo of {op_id} is purged, not there")));
            }
            if !self.server.has(self.server.epoch(), *op_id) {
                return Err(Broken::new(2, format!("{op_id} is purged and is not committed")));
            }
            for (n, backup) in self.server.backups.iter().enumerate() {
                let lacks_op = !backup.books.ops.contains_key(op_id);
                let lacks_photo = photo.is_some_and(|id| !backup.books.photos.contains(&id));
                if !backup.is_forgotten && (lacks_op || lacks_photo) {
                    let what = format!("{op_id} or its photo is purged and not in backup {n}");
                    return Err(Broken::new(2, what));
                }
            }
        }
        Ok(())
    }

    /// SYNC.md §2, 8: up to its cursor a device has every change of its rep's other devices.
    pub(crate) fn check_cursor(&self, device: usize, epoch: Epoch) -> Checked {
        if epoch != self.server.epoch() {
            return Ok(());
        }
        let device = &self.devices[device];
        let tables = device.store.read();
        let (Some(identity), Some(cursor)) = (&tables.identity, &tables.cursor) else {
            return Ok(());
        };
        let (reached, reached_mail) = position(cursor)?;
        let mail = if tables.is_resync { &tables.mail_shadow } else { &tables.mail };
        for letter in self.server.letters(self.reps[device.rep])? {
            let is_read =
                mail.get(&letter.key).map(|(_, content)| content) == letter.content.as_ref();
            if letter.seq <= reached_mail && !is_read {
                return Err(Broken::new(8, format!("the cursor passed {}", letter.key)));
            }
        }
        let siblings = self.server.log_of_siblings(self.reps[device.rep], identity.device_id)?;
        for (_, op_id) in siblings.iter().filter(|(seq, _)| *seq <= reached) {
            let is_known =
                self.written.get(op_id).is_some_and(|(_, op)| tables.knows(op.note_id, *op_id));
            if !is_known {
                return Err(Broken::new(8, format!("the cursor passed {op_id}")));
            }
        }
        Ok(())
    }

    /// SYNC.md §2, 12 and 2: an upload is complete only with the right bytes, committed.
    pub(crate) fn check_upload(&self, attachment_id: AttachmentId, end: UploadEnd) -> Checked {
        match end {
            UploadEnd::Held(_) => Ok(()),
            UploadEnd::Complete { witness, .. } => {
                if self.server.had_photo(witness.epoch, attachment_id) {
                    return Ok(());
                }
                Err(Broken::new(12, format!("{attachment_id} is told as sent and is not there")))
            }
        }
    }

    /// A device is wiped only by the endpoint's own word, and only of what is committed there.
    pub(crate) fn check_wipe(&self, before: &Tables) -> Checked {
        let Some(identity) = &before.identity else { return Ok(()) };
        if !self.server.ever_revoked.contains(&identity.device_id) {
            return Err(Broken::new(4, "a device is wiped that nobody shut out"));
        }
        if let Some(op_id) = before.outbox.iter().chain(before.held.keys()).next() {
            return Err(Broken::new(4, format!("{op_id} is wiped and was never sent")));
        }
        let epoch = self.server.epoch();
        if before.epoch() != Some(epoch) {
            // Restored this very moment: the device cannot know.
            return Ok(());
        }
        let lost = before.confirmed.keys().find(|op_id| !self.server.has(epoch, **op_id));
        match lost {
            None => Ok(()),
            Some(op_id) => {
                Err(Broken::new(7, format!("{op_id} is wiped and was not offered again")))
            }
        }
    }
}

/// Where a cursor stands, in the log and in the mail: behind sixteen bytes of epoch, eight of each.
fn position(cursor: &str) -> Checked<(i64, i64)> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(Broken::machinery)?;
    let seq = |from: usize| {
        let seq = bytes.get(from..from + 8).and_then(|bytes| bytes.try_into().ok());
        seq.map(i64::from_be_bytes).ok_or_else(|| Broken::machinery("a cursor of another shape"))
    };
    Ok((seq(16)?, seq(24)?))
}

/// The Retry-After of a 429 or 503 that the engine must obey, in milliseconds.
const fn told<A>(outcome: &sync::Outcome<A>) -> Option<u64> {
    match outcome {
        sync::Outcome::Refused { status: 429 | 503, retry_after_ms, .. } => *retry_after_ms,
        _ => None,
    }
}
