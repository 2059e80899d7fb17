//! The driver of one tab, as `crates/device` is one in a browser: carries out the engine's effects
//! and tells it what came of them. Holds no rule of its own.

use std::collections::VecDeque;
use std::rc::Rc;

use protocol::have::HaveRequest;
use protocol::limits::PROTOCOL;
use protocol::planted::{self, Bug};
use protocol::{AttachmentId, BatchId, DeviceId, Epoch};
use sync::{Effect, Event, OutboxOp, Outcome, request_ms_max};

use crate::broken::{Broken, Checked};
use crate::device::store::Wrote;
use crate::device::{Calling, Device, Handle, Place};
use crate::faults::Fault;
use crate::network::{Ask, Request, Step};
use crate::people::photo_bytes;
use crate::world::{Happening, World};

/// Longest wait of the driver for one transaction (crates/device, `connection.rs`).
const WORK_MS_MAX: u64 = 10_000;
/// Bytes of a piece of an upload: few, so that there are pieces.
const PIECE_BYTES: usize = 200;
/// Bytes of a question that carries no operations, about.
const QUESTION_BYTES: usize = 1_024;

impl World {
    /// An engine hears of something, now or when its tab thaws.
    pub(crate) fn hear(&mut self, place: Place, life: u64, event: Event) -> Checked {
        let tab = self.tab_mut(place);
        if tab.life != life || tab.engine.is_none() {
            return Ok(());
        }
        if tab.is_frozen {
            tab.unheard.push(event);
            return Ok(());
        }
        self.tell(place, event)
    }

    /// Gives an engine an event, does what it asks for, and sets its timer.
    pub(crate) fn tell(&mut self, place: Place, event: Event) -> Checked {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let device_ms = self.device_ms(place.device);
            self.before(place, &event);
            let Place { device, tab: n } = place;
            self.say(|| format!("{device}.{n} {event:?}"));
            let is_failure = matches!(event, Event::Unreadable { .. } | Event::SettleFailed { .. });
            let has_lock = matches!(event, Event::LockGranted);
            let tab = &mut self.devices[device].tabs[n];
            let Some(engine) = &mut tab.engine else { return Ok(()) };
            let was = engine.status().state;
            let chance = &mut self.chance;
            let effects = engine.handle(event, device_ms, &mut || chance.next());
            let deadline_ms = engine.deadline_ms();
            self.trace.fold(deadline_ms.unwrap_or_default() ^ effects.len() as u64);
            self.say(|| format!("    -> {effects:?}"));
            self.after(place, is_failure, was, deadline_ms)?;
            for effect in effects {
                events.extend(self.carry_out(place, effect)?);
            }
            let tab = self.tab_mut(place);
            tab.timer += 1;
            let timer = tab.timer;
            if let Some(at_ms) = deadline_ms {
                self.plan(at_ms.saturating_sub(device_ms), Happening::Timer { place, timer });
            }
            if has_lock && self.tab(place).freezes_with_lock {
                self.freeze_now(place);
            }
        }
        Ok(())
    }

    /// Begins one effect; returns what the engine is told at once.
    fn carry_out(&mut self, place: Place, effect: Effect) -> Checked<Option<Event>> {
        match effect {
            Effect::StatusChanged => {}
            Effect::Recover => self.tab_mut(place).handle = Handle::Well,
            Effect::ReleaseLock => {
                let lock = &mut self.devices[place.device].lock;
                if *lock == Some(place.tab) {
                    *lock = None;
                }
            }
            Effect::AcquireLock { steal } => {
                if !self.strikes(Fault::LockTrouble, 30) {
                    return Ok(Some(self.lock(place, steal)));
                }
            }
            Effect::FetchToken { request_id } => {
                self.send(place, request_id, Ask::Token, QUESTION_BYTES)?;
            }
            Effect::Push { header, op_ids } => {
                let tab = self.tab(place);
                let ops: Vec<_> = op_ids.iter().filter_map(|op_id| tab.text(op_id)).collect();
                let bytes = ops.iter().map(|op| op.bytes).sum();
                let texts = ops.iter().map(|op| &*op.text);
                let body = header.encode(texts).map_err(Broken::machinery)?;
                self.check_push(place, &header, &op_ids)?;
                if planted::is(Bug::DequeueBeforeReceipt) {
                    let tables = self.devices[place.device].store.write();
                    tables.outbox.retain(|op_id| !op_ids.contains(op_id));
                }
                self.send(place, header.batch_id, Ask::Push { body, op_ids }, bytes)?;
            }
            Effect::AskHave { request_id, op_ids } => {
                if let Some(identity) = &self.devices[place.device].store.read().identity {
                    let device_id = identity.device_id;
                    let ask = HaveRequest { protocol: PROTOCOL, device_id, request_id, op_ids };
                    self.send(place, request_id, Ask::Have(ask), QUESTION_BYTES)?;
                }
            }
            Effect::Pull { request_id } => {
                let cursor = self.devices[place.device].store.read().cursor.clone();
                self.send(place, request_id, Ask::Pull { cursor }, QUESTION_BYTES)?;
            }
            Effect::Upload { request_id, attachment_id } => {
                if let Some(step) = self.next_step(place, attachment_id) {
                    let ask = Ask::Upload { attachment_id, step };
                    self.send(place, request_id, ask, QUESTION_BYTES)?;
                } else {
                    // Another tab was faster.
                    let (life, outcome) = (self.tab(place).life, Outcome::NetworkFailed);
                    let event = Event::UploadEnded { request_id, outcome };
                    self.plan(1, Happening::Tell { place, life, event });
                }
            }
            effect => self.begin_work(place, effect),
        }
        Ok(None)
    }

    fn lock(&mut self, place: Place, steal: bool) -> Event {
        let device = &mut self.devices[place.device];
        if !device.has_locks {
            return Event::LockGranted;
        }
        if let Some(holder) = device.lock.filter(|holder| *holder != place.tab) {
            if !steal {
                return Event::LockDenied;
            }
            let life = device.tabs[holder].life;
            let place = Place { tab: holder, ..place };
            self.plan(0, Happening::Tell { place, life, event: Event::LockLost });
        }
        self.devices[place.device].lock = Some(place.tab);
        Event::LockGranted
    }

    /// Hands a transaction to the browser.
    fn begin_work(&mut self, place: Place, effect: Effect) {
        let slow_ms = if self.strikes(Fault::SlowStore, 60) { 60_000 } else { 10 };
        let in_ms = self.chance.below(slow_ms);
        let life = self.tab(place).life;
        self.plan(in_ms, Happening::Work { place, life, effect });
    }

    /// The browser does a transaction, or fails to.
    pub(crate) fn work(&mut self, place: Place, life: u64, effect: Effect) -> Checked {
        if self.tab(place).life != life {
            return Ok(());
        }
        if self.strikes(Fault::DeadHandle, 15) {
            self.tab_mut(place).handle = Handle::Dead;
        }
        if self.strikes(Fault::HangingHandle, 5) {
            self.tab_mut(place).handle = Handle::Hanging;
        }
        let (aborts, misreads) =
            (self.strikes(Fault::Abort, 60), self.strikes(Fault::ReadError, 60));
        let event = match self.tab(place).handle {
            Handle::Hanging => {
                // The driver gives up on the handle and does the work again on a fresh one.
                self.tab_mut(place).handle = Handle::Well;
                self.plan(WORK_MS_MAX, Happening::Work { place, life, effect });
                return Ok(());
            }
            Handle::Dead => {
                // The driver sees the error and opens another for the next work.
                self.tab_mut(place).handle = Handle::Well;
                failed(&effect)
            }
            Handle::Well if is_read(&effect) && misreads => failed(&effect),
            Handle::Well if !is_read(&effect) && aborts => {
                self.keep_cursor_alone(place, &effect);
                failed(&effect)
            }
            Handle::Well => self.transact(place, effect)?,
        };
        if let Some(event) = event.filter(|_| !self.strikes(Fault::SlowStore, 10)) {
            self.plan(1, Happening::Tell { place, life, event });
        }
        Ok(())
    }

    /// A planted bug: page and cursor are written by two transactions, and the page's fails.
    fn keep_cursor_alone(&mut self, place: Place, effect: &Effect) {
        let Device { store, tabs, .. } = &mut self.devices[place.device];
        if let Effect::ApplyPage { request_id, epoch, .. } = effect
            && let Some((id, page)) = &tabs[place.tab].page
            && planted::is(Bug::CursorBeforeChanges)
            && id == request_id
            && store.read().epoch() == Some(*epoch)
        {
            store.write().cursor = Some(page.next_cursor.clone());
        }
    }

    fn transact(&mut self, place: Place, effect: Effect) -> Checked<Option<Event>> {
        let device_ms = self.device_ms(place.device);
        if is_progress(&effect) {
            self.progress(place.device);
        }
        let store = &mut self.devices[place.device].store;
        let (turn, wrote) = match effect {
            Effect::ReadBatch { turn, after, ops_max, bytes_max } => {
                let (read, more) = store.read().read_batch(after, ops_max, bytes_max);
                let ops =
                    read.iter().map(|op| OutboxOp { op_id: op.op_id, bytes: op.bytes }).collect();
                self.tab_mut(place).keep(read);
                return Ok(Some(Event::BatchRead { turn, ops, more }));
            }
            Effect::ReadConfirmed { turn, after, ops_max } => {
                let (op_ids, more) = store.read().read_confirmed(after, ops_max);
                return Ok(Some(Event::ConfirmedRead { turn, op_ids, more }));
            }
            Effect::ReadUpload { turn, after } => {
                let next = store.read().next_upload(after);
                return Ok(Some(Event::UploadRead { turn, next }));
            }
            Effect::Settle { turn, depositor, witness, confirmed, parked } => {
                let store = store.write();
                let wrote = store.settle(depositor, witness, &confirmed, &parked, device_ms);
                if wrote == Wrote::Done {
                    self.check_settlement(place, witness, &confirmed, &parked)?;
                }
                (turn, wrote)
            }
            Effect::AdoptEpoch { turn, from, epoch } => {
                let wrote = store.write().adopt(from, epoch, device_ms);
                self.tab_mut(place).upload = None;
                (turn, wrote)
            }
            Effect::Reconcile { turn, witness, held, missing } => {
                let wrote = store.write().reconcile(witness, &held, &missing, device_ms);
                if wrote == Wrote::Done {
                    self.check_held(witness, &held)?;
                }
                (turn, wrote)
            }
            Effect::FinishSweep { turn, witness, safe_seq } => {
                let (wrote, purged) = store.write().finish_sweep(witness, safe_seq, device_ms);
                self.check_purge(&purged)?;
                (turn, wrote)
            }
            Effect::ApplyPage { turn, request_id, epoch } => {
                (turn, self.apply_page(place, request_id, epoch)?)
            }
            Effect::BeginResync { turn } => {
                store.write().begin_resync();
                (turn, Wrote::Done)
            }
            Effect::SettleUpload { turn, attachment_id, end } => {
                let wrote = store.write().settle_upload(attachment_id, end, device_ms);
                if wrote == Wrote::Done {
                    self.check_upload(attachment_id, end)?;
                }
                (turn, wrote)
            }
            Effect::Wipe { turn, device_id, epoch } => (turn, self.wipe(place, device_id, epoch)?),
            _ => return Ok(None),
        };
        self.wake_others(place);
        Ok(Some(match wrote {
            Wrote::Done => Event::Settled { turn },
            Wrote::Refused => Event::SettleFailed { turn },
            Wrote::EpochMoved(memory) => Event::EpochMoved { turn, memory },
        }))
    }

    fn apply_page(&mut self, place: Place, request_id: BatchId, epoch: Epoch) -> Checked<Wrote> {
        let device_ms = self.device_ms(place.device);
        let device = &mut self.devices[place.device];
        let kept = device.tabs[place.tab].page.as_ref().filter(|(id, _)| *id == request_id);
        let Some((_, page)) = kept else { return Ok(Wrote::Refused) };
        let page_moves = page.cursor_seen.as_ref() != Some(&page.next_cursor);
        let (wrote, is_applied) = device.store.write().apply_page(page, epoch, device_ms);
        if is_applied && page_moves {
            self.check_cursor(place.device, epoch)?;
        }
        Ok(wrote)
    }

    /// Everything of a shut-out device goes, if the store agrees.
    fn wipe(&mut self, place: Place, device_id: DeviceId, epoch: Option<Epoch>) -> Checked<Wrote> {
        let device_ms = self.device_ms(place.device);
        let before = self.devices[place.device].store.read().clone();
        let wrote = self.devices[place.device].store.write().wipe(device_id, epoch, device_ms);
        if wrote == Wrote::Done {
            self.check_wipe(&before)?;
            self.given_up.extend(before.confirmed.keys());
            self.tab_mut(place).token = None;
        }
        Ok(wrote)
    }

    /// Where the endpoint's offset is known, the next piece; else the question for it. After any
    /// failure it is asked again.
    fn next_step(&mut self, place: Place, attachment_id: AttachmentId) -> Option<Step> {
        let reached = self.tab_mut(place).upload.take().filter(|(id, _)| *id == attachment_id);
        let upload = self.devices[place.device].store.read().uploads.get(&attachment_id)?;
        let attachment = Rc::clone(&upload.attachment);
        let Some((_, at)) = reached else { return Some(Step::Begin(attachment)) };
        let data = photo_bytes(attachment_id, attachment.bytes);
        let (from, left) = (at as usize, data.len().saturating_sub(at as usize));
        let mut data = data[from.min(data.len())..][..left.min(PIECE_BYTES)].to_vec();
        // A byte goes wrong between the disk and the endpoint, and no checksum tells.
        let spoils = self.strikes(Fault::Forged, 60);
        if let Some(byte) = data.last_mut().filter(|_| spoils) {
            *byte ^= 1;
        }
        Some(Step::Piece { at, data })
    }

    fn send(&mut self, place: Place, request_id: BatchId, ask: Ask, bytes: usize) -> Checked {
        let gives_up_ms = request_ms_max(bytes);
        self.check_request(place, request_id)?;
        let tab = self.tab(place);
        let (life, token) = (tab.life, tab.token.clone());
        // A driver that finds no identity answers as if there were no network; the engine's own
        // deadline comes to the same.
        let Some(identity) = &self.devices[place.device].store.read().identity else {
            return Ok(());
        };
        let request = Request {
            from: place,
            life,
            request_id,
            device_id: identity.device_id,
            admission: identity.admission.clone(),
            key: identity.receipt_key,
            token,
            ask,
            bytes,
        };
        self.dispatch(Rc::new(request), gives_up_ms);
        Ok(())
    }

    pub(crate) fn expects(&mut self, place: Place, request_id: BatchId, gives_up_ms: u64) {
        let given_up_at_ms = self.agenda.now_ms() + gives_up_ms;
        self.tab_mut(place).calling = Some(Calling { request_id, given_up_at_ms });
    }

    /// After every save and settlement the other tabs are told.
    pub(crate) fn wake_others(&mut self, place: Place) {
        for tab in 0..crate::device::PLACES {
            let other = Place { tab, ..place };
            let is_unheard = self.strikes(Fault::Unheard, 500);
            if tab != place.tab && self.tab(other).engine.is_some() && !is_unheard {
                let life = self.tab(other).life;
                self.plan(1, Happening::Tell { place: other, life, event: Event::Woken });
            }
        }
    }
}

const fn is_read(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::ReadBatch { .. } | Effect::ReadConfirmed { .. } | Effect::ReadUpload { .. }
    )
}

/// Whether it writes down what came of a request.
const fn is_progress(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Settle { .. }
            | Effect::Reconcile { .. }
            | Effect::FinishSweep { .. }
            | Effect::ApplyPage { .. }
            | Effect::SettleUpload { .. }
    )
}

/// What the engine is told of work that failed.
const fn failed(effect: &Effect) -> Option<Event> {
    match *effect {
        Effect::ReadBatch { turn, .. }
        | Effect::ReadConfirmed { turn, .. }
        | Effect::ReadUpload { turn, .. } => Some(Event::Unreadable { turn }),
        Effect::Settle { turn, .. }
        | Effect::AdoptEpoch { turn, .. }
        | Effect::Reconcile { turn, .. }
        | Effect::FinishSweep { turn, .. }
        | Effect::ApplyPage { turn, .. }
        | Effect::BeginResync { turn }
        | Effect::SettleUpload { turn, .. }
        | Effect::Wipe { turn, .. } => Some(Event::SettleFailed { turn }),
        _ => None,
    }
}
