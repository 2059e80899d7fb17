//! Rules of SYNC.md §1, one by one, against an engine whose driver is this test.

// A test that asks for what is not there has failed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use protocol::attachment::UploadWord;
use protocol::have::{HaveAnswer, Held};
use protocol::limits::{BATCH_OPS_MAX, OP_BYTES_MAX, PROTOCOL};
use protocol::push::{Lane, PushAnswer, PushHeader, Receipt, Verdict};
use protocol::{AttachmentId, BatchId, Code, DeviceId, Epoch, OpId, Seq};
use sync::{
    Effect, Engine, Event, LOCK_STOLEN_AFTER_MS, Memory, OutboxOp, Outcome, PageHead, Reason,
    State, Turn, UploadEnd,
};

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;

/// A driver with its store in memory. Locks, tokens, reads, writes and pulls succeed at once;
/// pushes, questions and uploads wait for the test.
struct Desk {
    engine: Engine,
    now_ms: u64,
    /// What chance gives; one more for each event.
    chance: u64,
    outbox: Vec<OutboxOp>,
    confirmed: BTreeSet<OpId>,
    parked: Vec<(OpId, Code)>,
    pushes: Vec<(PushHeader, Vec<OpId>)>,
    questions: Vec<(BatchId, Vec<OpId>)>,
    pulls: Vec<BatchId>,
    uploads: Vec<(BatchId, AttachmentId)>,
    to_upload: BTreeSet<AttachmentId>,
    /// What a pull ends with.
    pull: Outcome<PageHead>,
    /// Pages that there are still to pull.
    pages: usize,
    tokens: usize,
    effects: Vec<Effect>,
    lock_is_free: bool,
    store_writes: bool,
}

fn op(n: u64) -> OpId {
    OpId::new(n, [0; 10])
}

fn epoch() -> Epoch {
    Epoch::new(1, [1; 10])
}

fn next_epoch() -> Epoch {
    Epoch::new(2, [2; 10])
}

fn refusal<A>(status: u16, code: Option<Code>, retry_after_ms: Option<u64>) -> Outcome<A> {
    Outcome::Refused { status, code, retry_after_ms }
}

fn nothing_new(epoch: Epoch) -> Outcome<PageHead> {
    Outcome::Answered(PageHead { epoch, safe_seq: None, server_time_ms: 0, has_more: false })
}

impl Desk {
    fn idle() -> Self {
        Self {
            engine: Engine::new(0, BATCH_OPS_MAX),
            now_ms: 0,
            chance: u64::MAX / 3,
            outbox: Vec::new(),
            confirmed: BTreeSet::new(),
            parked: Vec::new(),
            pushes: Vec::new(),
            questions: Vec::new(),
            pulls: Vec::new(),
            uploads: Vec::new(),
            to_upload: BTreeSet::new(),
            pull: nothing_new(epoch()),
            pages: 1,
            tokens: 0,
            effects: Vec::new(),
            lock_is_free: true,
            store_writes: true,
        }
    }

    fn enrolled(ops: u64) -> Self {
        let mut desk = Self::idle();
        desk.outbox = (0..ops).map(|n| OutboxOp { op_id: op(n), bytes: 500 }).collect();
        desk.enrol();
        desk
    }

    fn enrol(&mut self) {
        let memory = Memory { epoch: Some(epoch()), ..Memory::default() };
        self.tell(Event::Enrolled { device_id: DeviceId::new(1, [1; 10]), memory });
    }

    fn tell(&mut self, event: Event) {
        self.chance = self.chance.wrapping_add(1);
        let chance = self.chance;
        let effects = self.engine.handle(event, self.now_ms, &mut || chance);
        self.effects.extend(effects.iter().cloned());
        for effect in effects {
            if let Some(event) = self.carry_out(effect) {
                self.tell(event);
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        Some(match effect {
            Effect::AcquireLock { .. } if self.lock_is_free => Event::LockGranted,
            Effect::AcquireLock { .. } => Event::LockDenied,
            Effect::FetchToken { request_id } => {
                self.tokens += 1;
                Event::TokenEnded { request_id, outcome: Outcome::Answered(()) }
            }
            Effect::ReadBatch { turn, after, ops_max, .. } => self.read(turn, after, ops_max),
            Effect::Push { header, op_ids } => {
                self.pushes.push((header, op_ids));
                return None;
            }
            Effect::AskHave { request_id, op_ids } => {
                self.questions.push((request_id, op_ids));
                return None;
            }
            Effect::Pull { request_id } => {
                self.pulls.push(request_id);
                let mut outcome = self.pull.clone();
                if let Outcome::Answered(page) = &mut outcome {
                    page.has_more = self.pages > 1;
                    self.pages = self.pages.saturating_sub(1);
                }
                Event::PullEnded { request_id, outcome }
            }
            Effect::Upload { request_id, attachment_id } => {
                self.uploads.push((request_id, attachment_id));
                return None;
            }
            Effect::ReadConfirmed { turn, after, ops_max } => {
                let is_after = |op_id: &&OpId| after.is_none_or(|after| **op_id > after);
                let mut op_ids: Vec<_> = self.confirmed.iter().filter(is_after).copied().collect();
                let more = op_ids.len() > ops_max;
                op_ids.truncate(ops_max);
                Event::ConfirmedRead { turn, op_ids, more }
            }
            Effect::ReadUpload { turn, after } => {
                let mut waiting = self.to_upload.iter().copied();
                let next = waiting.find(|id| after.is_none_or(|after| *id > after));
                Event::UploadRead { turn, next }
            }
            Effect::ReleaseLock | Effect::StatusChanged | Effect::Recover => return None,
            write => self.write(write)?,
        })
    }

    fn write(&mut self, effect: Effect) -> Option<Event> {
        let (Effect::Settle { turn, .. }
        | Effect::AdoptEpoch { turn, .. }
        | Effect::Reconcile { turn, .. }
        | Effect::FinishSweep { turn, .. }
        | Effect::ApplyPage { turn, .. }
        | Effect::BeginResync { turn }
        | Effect::SettleUpload { turn, .. }
        | Effect::Wipe { turn, .. }) = effect
        else {
            return None;
        };
        if !self.store_writes {
            return Some(Event::SettleFailed { turn });
        }
        match effect {
            Effect::Settle { confirmed, parked, .. } => {
                self.confirmed.extend(confirmed.iter().map(|receipt| receipt.op_id));
                self.outbox.retain(|row| {
                    !self.confirmed.contains(&row.op_id)
                        && !parked.iter().any(|p| p.op_id == row.op_id)
                });
                self.parked.extend(parked.iter().map(|p| (p.op_id, p.code)));
            }
            Effect::Reconcile { missing, .. } => {
                for op_id in missing {
                    self.confirmed.remove(&op_id);
                    self.outbox.push(OutboxOp { op_id, bytes: 500 });
                }
            }
            Effect::SettleUpload { attachment_id, .. } => _ = self.to_upload.remove(&attachment_id),
            _ => {}
        }
        Some(Event::Settled { turn })
    }

    fn read(&mut self, turn: Turn, after: Option<OpId>, ops_max: usize) -> Event {
        let mut ops = self.outbox.clone();
        ops.sort_by_key(|row| row.op_id);
        ops.retain(|row| after.is_none_or(|after| row.op_id > after));
        let more = ops.len() > ops_max;
        ops.truncate(ops_max);
        Event::BatchRead { turn, ops, more }
    }

    fn end(&mut self, outcome: Outcome<PushAnswer>) {
        let batch_id = self.pushes.last().unwrap().0.batch_id;
        self.tell(Event::PushEnded { batch_id, outcome });
    }

    fn refuse(&mut self, status: u16, code: Option<Code>, retry_after_ms: Option<u64>) {
        self.end(refusal(status, code, retry_after_ms));
    }

    fn answer(&mut self, verdict: impl Fn(OpId) -> Option<Verdict>) {
        let (header, op_ids) = self.pushes.last().unwrap().clone();
        self.end(Outcome::Answered(answer(header.batch_id, &op_ids, verdict)));
    }

    /// Answers the last question to `have`.
    fn tell_held(&mut self, epoch: Epoch, is_held: impl Fn(OpId) -> bool) {
        let (request_id, op_ids) = self.questions.last().unwrap().clone();
        let held = op_ids.iter().filter(|id| is_held(**id));
        let held = held.map(|&op_id| Held { op_id, seq: Some(Seq(1)) }).collect();
        let (protocol, safe_seq, server_time_ms) = (PROTOCOL, Some(Seq(7)), 5);
        let answer = HaveAnswer { protocol, request_id, epoch, safe_seq, server_time_ms, held };
        self.tell(Event::HaveEnded { request_id, outcome: Outcome::Answered(answer) });
    }

    fn upload_comes(&mut self, is_complete: bool) {
        let attachment_id = self.uploads.last().unwrap().1;
        let (epoch, server_time_ms, offset, log_seq) = (epoch(), 0, 9, Some(Seq(3)));
        self.end_upload(Outcome::Answered(UploadWord {
            attachment_id,
            epoch,
            server_time_ms,
            offset,
            is_complete,
            log_seq,
        }));
    }

    fn end_upload(&mut self, outcome: Outcome<UploadWord>) {
        let (request_id, _) = *self.uploads.last().unwrap();
        self.tell(Event::UploadEnded { request_id, outcome });
    }

    /// Lets the deadline pass; how long that took.
    fn pass(&mut self) -> u64 {
        let at_ms = self.engine.deadline_ms().unwrap();
        let waited_ms = at_ms - self.now_ms;
        self.now_ms = at_ms;
        self.tell(Event::Timeout);
        waited_ms
    }

    fn reason(&self) -> Option<Reason> {
        match self.engine.status().state {
            State::Waiting { reason, .. } => Some(reason),
            _ => None,
        }
    }

    fn state(&self) -> State {
        self.engine.status().state
    }

    fn sizes(&self) -> Vec<usize> {
        self.pushes.iter().map(|(_, op_ids)| op_ids.len()).collect()
    }
}

fn answer(
    batch_id: BatchId,
    op_ids: &[OpId],
    verdict: impl Fn(OpId) -> Option<Verdict>,
) -> PushAnswer {
    let receipt = |&op_id: &OpId| {
        Some(Receipt { op_id, verdict: verdict(op_id)?, seq: Some(Seq(1)), code: None })
    };
    PushAnswer {
        protocol: PROTOCOL,
        batch_id,
        epoch: epoch(),
        safe_seq: None,
        server_time_ms: 0,
        lane: Lane::Normal,
        receipts: op_ids.iter().filter_map(receipt).collect(),
    }
}

fn stored(_: OpId) -> Option<Verdict> {
    Some(Verdict::Stored)
}

#[test]
fn quiet_until_enrolled() {
    let mut desk = Desk::idle();
    for event in [Event::Saved, Event::Online, Event::Visible, Event::Timeout, Event::LockDenied] {
        desk.tell(event);
    }
    assert!(desk.effects.is_empty() && desk.engine.deadline_ms().is_none());
    assert_eq!(desk.engine.status().state, State::NotEnrolled);
}

#[test]
fn a_backlog_drains_in_full_batches_the_next_read_while_one_is_in_flight() {
    let mut desk = Desk::enrolled(4_500);
    let pushed = desk.effects.iter().position(|e| matches!(e, Effect::Push { .. })).unwrap();
    assert!(matches!(desk.effects[pushed + 1], Effect::ReadBatch { after: Some(_), .. }));
    for _ in 0..3 {
        desk.answer(stored);
    }
    assert_eq!(desk.sizes(), [BATCH_OPS_MAX, BATCH_OPS_MAX, 500]);
    assert!(desk.pushes.iter().all(|(header, _)| header.epoch_seen == Some(epoch())));
    assert_eq!(desk.engine.status().state, State::Idle);
    assert!(desk.outbox.is_empty() && desk.engine.status().last_success_ms.is_some());
    assert_eq!(desk.pass(), MINUTE_MS, "looks again every minute");
}

/// A desk whose first batch is answered and whose second is on its way; the turn of the first
/// batch's writing, which the store has not done yet.
fn settling_behind() -> (Desk, Turn) {
    let mut desk = Desk::enrolled(4_500);
    let (header, op_ids) = desk.pushes[0].clone();
    let outcome = Outcome::Answered(answer(header.batch_id, &op_ids, stored));
    let event = Event::PushEnded { batch_id: header.batch_id, outcome };
    let effects = desk.engine.handle(event, desk.now_ms, &mut || 1);
    let mut turn = None;
    for effect in effects {
        match effect {
            Effect::Settle { turn: behind, .. } => turn = Some(behind),
            effect => {
                if let Some(event) = desk.carry_out(effect) {
                    desk.tell(event);
                }
            }
        }
    }
    assert_eq!(desk.pushes[1].1[0], op(2_000));
    (desk, turn.unwrap())
}

#[test]
fn the_next_batch_leaves_while_the_last_one_is_written_and_both_count() {
    let (mut desk, turn) = settling_behind();
    assert_eq!(desk.engine.status().last_success_ms, None, "not written yet");
    desk.tell(Event::Settled { turn });
    assert_eq!(desk.state(), State::Sending);
    assert_eq!(desk.engine.status().last_success_ms, Some(0));
}

#[test]
fn what_cannot_be_written_is_sent_again_and_cuts_no_rest_short() {
    let (mut desk, turn) = settling_behind();
    desk.tell(Event::SettleFailed { turn });
    while !desk.outbox.is_empty() {
        assert_eq!(desk.state(), State::Sending);
        desk.answer(stored);
    }
    assert!(desk.pushes[2..].iter().any(|(_, op_ids)| op_ids[0] == op(0)), "all of it again");
    // The endpoint asks for a rest meanwhile.
    let (mut desk, turn) = settling_behind();
    desk.refuse(503, None, Some(HOUR_MS));
    desk.tell(Event::SettleFailed { turn });
    assert_eq!(desk.reason(), Some(Reason::Busy));
    assert!(desk.pass() >= HOUR_MS);
}

#[test]
fn a_store_that_cannot_write_gets_no_second_batch_behind_the_first() {
    let (mut desk, turn) = settling_behind();
    desk.store_writes = false;
    desk.tell(Event::SettleFailed { turn });
    desk.answer(stored);
    assert_eq!(desk.reason(), Some(Reason::DeviceStorage));
    assert_eq!(desk.pushes.len(), 2);
}

#[test]
fn where_a_batch_belongs_to_another_epoch_everything_is_offered_there() {
    let (mut desk, turn) = settling_behind();
    let memory =
        Memory { epoch: Some(next_epoch()), past_epochs: vec![epoch()], is_sweep_due: true };
    desk.tell(Event::EpochMoved { turn, memory });
    assert_eq!(desk.pushes.len(), 2, "one request at a time");
    while !desk.outbox.is_empty() {
        let (header, op_ids) = desk.pushes.last().unwrap().clone();
        let answer = answer(header.batch_id, &op_ids, stored);
        desk.end(Outcome::Answered(PushAnswer { epoch: next_epoch(), ..answer }));
    }
    let mut of_the_oldest = desk.pushes.iter().filter(|(_, op_ids)| op_ids[0] == op(0));
    assert_eq!(of_the_oldest.next_back().unwrap().0.epoch_seen, Some(next_epoch()));
}

#[test]
fn what_is_saved_while_a_batch_is_in_flight_follows_at_once() {
    let mut desk = Desk::enrolled(1);
    for n in 1..=3 {
        // Sorts before what is in flight: the device's clock was set back.
        desk.outbox.insert(0, OutboxOp { op_id: OpId::new(0, [n; 10]), bytes: 500 });
        desk.tell(Event::Saved);
        desk.answer(stored);
        assert_eq!((desk.sizes().len(), desk.now_ms), (1 + usize::from(n), 0));
    }
}

#[test]
fn idle_means_that_nothing_is_left_unsent() {
    let mut desk = Desk::enrolled(3);
    desk.answer(|id| (id != op(1)).then_some(Verdict::Stored));
    assert_eq!((desk.reason(), desk.outbox.len()), (Some(Reason::Unconfirmed), 1));
}

#[test]
fn the_lock_is_held_only_while_there_is_something_to_do() {
    let mut desk = Desk::enrolled(1);
    assert!(!desk.effects.contains(&Effect::ReleaseLock));
    desk.end(Outcome::NetworkFailed);
    assert_eq!(desk.effects.iter().filter(|e| **e == Effect::ReleaseLock).count(), 1);
    desk.pass();
    desk.answer(stored);
    assert_eq!(desk.effects.iter().filter(|e| **e == Effect::ReleaseLock).count(), 2);
    desk.tell(Event::LockGranted);
    assert_eq!(desk.effects.last(), Some(&Effect::ReleaseLock), "granted too late");
}

#[test]
fn after_trouble_batches_are_small_and_grow_again() {
    let mut desk = Desk::enrolled(2_000);
    desk.end(Outcome::NetworkFailed);
    desk.pass();
    for _ in 0..4 {
        desk.answer(stored);
    }
    assert_eq!(desk.sizes(), [2_000, 20, 80, 320, 1_280, 300]);
}

#[test]
fn retry_after_is_obeyed_whatever_is_tapped() {
    let mut desk = Desk::enrolled(1);
    desk.refuse(503, Some(Code::Unavailable), Some(40 * SECOND_MS));
    for event in [Event::Saved, Event::Online, Event::Visible, Event::PageShown, Event::Woken] {
        desk.now_ms += SECOND_MS;
        desk.tell(event);
    }
    desk.enrol();
    assert_eq!((desk.pushes.len(), desk.reason()), (1, Some(Reason::Busy)));
    desk.pass();
    assert!((40 * SECOND_MS..=48 * SECOND_MS).contains(&desk.now_ms));
    assert_eq!(desk.pushes.len(), 2);
}

#[test]
fn a_trigger_cuts_a_backoff_short_but_makes_no_storm() {
    let mut desk = Desk::enrolled(1);
    for _ in 0..12 {
        desk.refuse(500, Some(Code::Internal), None);
        desk.pass();
    }
    let before = desk.pushes.len();
    for _ in 0..100 {
        desk.refuse(500, Some(Code::Internal), None);
        for _ in 0..10 {
            desk.now_ms += 100;
            desk.tell(Event::Online);
            desk.tell(Event::Saved);
            desk.tell(Event::Timeout);
        }
    }
    assert!(desk.pushes.len() - before <= 20, "one in five seconds: {}", desk.pushes.len());
}

#[test]
fn a_late_401_does_not_end_a_fresh_enrolment() {
    let mut desk = Desk::enrolled(1);
    let old = desk.pushes[0].0.batch_id;
    desk.enrol();
    assert_eq!(desk.pushes.len(), 2);
    let code = Some(Code::TokenUnknown);
    let outcome = refusal(401, code, None);
    desk.tell(Event::PushEnded { batch_id: old, outcome });
    assert_eq!(desk.engine.status().state, State::Sending);
    desk.answer(stored);
    assert!(desk.outbox.is_empty());
}

#[test]
fn a_lost_identity_keeps_the_outbox_tries_each_quarter_of_an_hour_and_heals_at_once() {
    let holds = [
        (401, Code::DeviceUnknown, Reason::NeedsEnrolment),
        (403, Code::WrongDevice, Reason::WrongDevice),
        (426, Code::UnsupportedProtocol, Reason::UpdateNeeded),
    ];
    for (status, code, reason) in holds {
        let mut desk = Desk::enrolled(3);
        desk.refuse(status, Some(code), None);
        desk.tell(Event::Saved);
        desk.tell(Event::Online);
        assert_eq!((desk.reason(), desk.pushes.len()), (Some(reason), 1));
        assert!((15 * MINUTE_MS..=18 * MINUTE_MS).contains(&desk.pass()));
        desk.refuse(status, Some(code), None);
        assert_eq!((desk.outbox.len(), desk.pushes.len()), (3, 2));
        desk.enrol();
        desk.answer(stored);
        assert!(desk.outbox.is_empty() && desk.parked.is_empty());
    }
}

#[test]
fn the_answer_to_another_batch_counts_for_nothing() {
    let mut desk = Desk::enrolled(1);
    let other = BatchId::new(9, [9; 10]);
    let op_ids = desk.pushes[0].1.clone();
    let foreign = Outcome::Answered(answer(other, &op_ids, stored));
    desk.tell(Event::PushEnded { batch_id: other, outcome: foreign.clone() });
    assert_eq!(desk.engine.status().state, State::Sending);
    desk.end(foreign);
    assert_eq!((desk.reason(), desk.outbox.len()), (Some(Reason::NotOurs), 1));
}

#[test]
fn what_gets_no_receipt_is_stepped_over_and_offered_again() {
    let mut desk = Desk::enrolled(50);
    desk.end(Outcome::TimedOut);
    desk.pass();
    let first_twenty = |id: OpId| (id >= op(20)).then_some(Verdict::Stored);
    desk.answer(first_twenty);
    assert_eq!(desk.reason(), Some(Reason::Unconfirmed));
    desk.pass();
    desk.answer(first_twenty);
    desk.answer(first_twenty);
    assert_eq!((desk.outbox.len(), desk.reason()), (20, Some(Reason::Unconfirmed)));
    desk.pass();
    desk.answer(stored);
    assert!(desk.outbox.is_empty());
}

#[test]
fn the_one_that_cannot_be_read_is_found_parked_and_holds_up_no_other() {
    let mut desk = Desk::enrolled(100);
    let started_ms = desk.now_ms;
    while desk.engine.status().state == State::Sending {
        if desk.pushes.last().unwrap().1.contains(&op(37)) {
            desk.refuse(400, Some(Code::MalformedRequest), None);
        } else {
            desk.answer(stored);
        }
    }
    assert_eq!(desk.parked, [(op(37), Code::MalformedRequest)]);
    assert_eq!((desk.engine.status().state, desk.outbox.len()), (State::Idle, 0));
    assert!(desk.pushes.len() < 40 && desk.now_ms == started_ms, "{:?}", desk.sizes());
}

#[test]
fn an_endpoint_that_refuses_everything_parks_slowly() {
    let mut desk = Desk::enrolled(100);
    while desk.engine.status().state == State::Sending {
        desk.refuse(413, None, None);
    }
    assert_eq!((desk.parked.len(), desk.reason()), (4, Some(Reason::Refusing)));
    while desk.now_ms < 60 * MINUTE_MS {
        desk.refuse(413, None, None);
        desk.pass();
    }
    assert!(desk.parked.len() < 30, "{}", desk.parked.len());
}

#[test]
fn five_failures_alike_lead_to_the_one_and_past_it_but_never_park_it() {
    for (status, code) in [(500, Some(Code::Internal)), (403, None), (404, None), (400, None)] {
        let mut desk = Desk::enrolled(60);
        while desk.outbox.len() > 1 {
            if desk.pushes.last().unwrap().1.contains(&op(0)) {
                desk.refuse(status, code, None);
            } else {
                desk.answer(stored);
            }
            if desk.engine.status().state != State::Sending {
                desk.pass();
            }
        }
        assert!(desk.parked.is_empty() && desk.now_ms < 120 * MINUTE_MS, "{}", desk.now_ms);
        assert_eq!(desk.sizes()[..11], [60, 20, 20, 20, 20, 10, 5, 2, 1, 1, 4]);
    }
}

#[test]
fn what_no_endpoint_takes_is_parked_unsent() {
    let mut desk = Desk::enrolled(0);
    desk.outbox = vec![
        OutboxOp { op_id: op(1), bytes: OP_BYTES_MAX + 1 },
        OutboxOp { op_id: op(2), bytes: OP_BYTES_MAX },
    ];
    desk.tell(Event::Saved);
    assert_eq!(desk.parked, [(op(1), Code::BatchTooLarge)]);
    assert_eq!(desk.pushes[0].1, [op(2)]);
}

#[test]
fn a_store_that_cannot_write_does_not_make_the_network_pay() {
    let mut desk = Desk::enrolled(1);
    desk.store_writes = false;
    let mut attempts = 0;
    while desk.now_ms < 10 * MINUTE_MS {
        if desk.engine.status().state == State::Sending {
            desk.answer(stored);
            attempts += 1;
        }
        assert_eq!(desk.reason(), Some(Reason::DeviceStorage));
        desk.pass();
    }
    assert!(attempts < 60, "{attempts}");
    desk.store_writes = true;
    desk.answer(stored);
    assert!(desk.outbox.is_empty());
}

#[test]
fn a_silent_lock_holder_is_robbed_a_lively_one_is_not() {
    let mut desk = Desk::idle();
    desk.lock_is_free = false;
    desk.enrol();
    while desk.now_ms < 5 * MINUTE_MS {
        desk.tell(Event::Woken);
        desk.pass();
    }
    assert!(!desk.effects.contains(&Effect::AcquireLock { steal: true }));
    let silent_since_ms = desk.now_ms;
    while !desk.effects.contains(&Effect::AcquireLock { steal: true }) {
        desk.pass();
    }
    let silent_ms = desk.now_ms - silent_since_ms;
    assert!((LOCK_STOLEN_AFTER_MS..LOCK_STOLEN_AFTER_MS + 5 * SECOND_MS).contains(&silent_ms));
}

#[test]
fn an_epoch_conflict_and_a_full_endpoint_are_waited_out() {
    let mut desk = Desk::enrolled(25);
    desk.end(Outcome::NotOurs);
    desk.pass();
    desk.answer(stored);
    assert_eq!(desk.pushes.last().unwrap().0.epoch_seen, Some(epoch()));
    desk.refuse(409, None, None);
    assert_eq!(desk.reason(), Some(Reason::EpochChanged));
    desk.pass();
    desk.refuse(507, Some(Code::StorageFull), None);
    assert_eq!(desk.reason(), Some(Reason::EndpointFull));
    assert!(desk.pass() >= 5 * MINUTE_MS);
    desk.answer(stored);
    assert!(desk.outbox.is_empty());
}

#[test]
fn an_expired_token_is_replaced_at_once_one_that_was_never_good_without_hurry() {
    let mut desk = Desk::enrolled(2);
    assert_eq!(desk.tokens, 1);
    desk.refuse(401, Some(Code::TokenUnknown), None);
    assert_eq!((desk.reason(), desk.tokens), (Some(Reason::EndpointFailing), 1));
    desk.pass();
    assert_eq!((desk.tokens, desk.pushes.len()), (2, 2));
    desk.answer(|id| (id == op(0)).then_some(Verdict::Stored));
    desk.pass();
    let before_ms = desk.now_ms;
    desk.refuse(401, Some(Code::TokenUnknown), None);
    assert_eq!((desk.now_ms, desk.tokens, desk.pushes.len()), (before_ms, 3, 4));
    desk.answer(stored);
    assert!(desk.outbox.is_empty());
}

#[test]
fn a_401_without_a_code_is_some_proxys_and_costs_no_token() {
    let mut desk = Desk::enrolled(1);
    desk.refuse(401, None, None);
    assert_eq!(desk.reason(), Some(Reason::NotOurs));
    desk.pass();
    assert_eq!((desk.tokens, desk.pushes.len()), (1, 2));
}

#[test]
fn a_new_epoch_is_adopted_first_and_everything_is_asked_about() {
    let mut desk = Desk::enrolled(3);
    desk.answer(stored);
    assert_eq!((desk.state(), desk.confirmed.len()), (State::Idle, 3));
    desk.outbox = vec![OutboxOp { op_id: op(9), bytes: 500 }];
    desk.tell(Event::Saved);
    let in_the_next = |desk: &mut Desk| {
        let (header, op_ids) = desk.pushes.last().unwrap().clone();
        let answer = PushAnswer { epoch: next_epoch(), ..answer(header.batch_id, &op_ids, stored) };
        desk.end(Outcome::Answered(answer));
    };
    desk.pull = nothing_new(next_epoch());
    in_the_next(&mut desk);
    let adopted = desk.effects.iter().any(|e| matches!(e, Effect::AdoptEpoch { .. }));
    assert!(adopted && desk.outbox.len() == 1, "nothing is settled before the epoch is known");
    assert_eq!(desk.pushes.last().unwrap().0.epoch_seen, Some(next_epoch()));
    in_the_next(&mut desk);
    assert_eq!(desk.questions.last().unwrap().1, [op(0), op(1), op(2), op(9)]);
    desk.tell_held(next_epoch(), |id| id == op(0) || id == op(9));
    assert_eq!(desk.pushes.last().unwrap().1, [op(1), op(2)], "what is missing is sent again");
    in_the_next(&mut desk);
    // The rest of the sweep: nothing is behind the last one.
    assert_eq!((desk.state(), desk.outbox.len(), desk.confirmed.len()), (State::Idle, 0, 4));
    let finished = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::FinishSweep { witness, safe_seq, .. } => Some((witness.epoch, *safe_seq)),
        _ => None,
    });
    assert_eq!(finished, Some((next_epoch(), Some(Seq(7)))));
}

#[test]
fn an_answer_of_an_older_epoch_is_ignored() {
    let mut desk = Desk::idle();
    desk.outbox = vec![OutboxOp { op_id: op(1), bytes: 500 }];
    let memory =
        Memory { epoch: Some(next_epoch()), past_epochs: vec![epoch()], is_sweep_due: false };
    desk.tell(Event::Enrolled { device_id: DeviceId::new(1, [1; 10]), memory });
    desk.answer(stored);
    assert_eq!((desk.reason(), desk.outbox.len()), (Some(Reason::NotOurs), 1));
    assert!(!desk.effects.iter().any(|e| matches!(e, Effect::AdoptEpoch { .. })));
}

#[test]
fn a_store_in_another_epoch_takes_the_engine_along() {
    let mut desk = Desk::enrolled(1);
    desk.store_writes = true;
    let batch_id = desk.pushes[0].0.batch_id;
    let outcome = Outcome::Answered(answer(batch_id, &[op(0)], stored));
    let now_ms = desk.now_ms;
    let effects = desk.engine.handle(Event::PushEnded { batch_id, outcome }, now_ms, &mut || 1);
    let turn = effects.iter().find_map(|effect| match effect {
        Effect::Settle { turn, .. } => Some(*turn),
        _ => None,
    });
    let memory =
        Memory { epoch: Some(next_epoch()), past_epochs: vec![epoch()], is_sweep_due: true };
    desk.tell(Event::EpochMoved { turn: turn.unwrap(), memory });
    assert_eq!(desk.pushes.last().unwrap().0.epoch_seen, Some(next_epoch()));
}

#[test]
fn everything_is_asked_about_once_a_day_and_after_an_unfinished_sweep() {
    let mut desk = Desk::enrolled(2);
    desk.answer(stored);
    assert!(desk.questions.is_empty());
    while desk.now_ms < 25 * HOUR_MS {
        desk.pass();
        if desk.state() != State::Idle {
            desk.tell_held(epoch(), |_| true);
        }
    }
    assert_eq!(desk.questions.len(), 1);
    let memory = Memory { epoch: Some(epoch()), is_sweep_due: true, ..Memory::default() };
    desk.tell(Event::Enrolled { device_id: DeviceId::new(1, [1; 10]), memory });
    assert_eq!(desk.questions.len(), 2);
}

#[test]
fn what_is_saved_during_a_sweep_is_sent_before_the_next_question() {
    let mut desk = Desk::enrolled(0);
    desk.confirmed = (0..2_500).map(op).collect();
    let memory = Memory { epoch: Some(epoch()), is_sweep_due: true, ..Memory::default() };
    desk.tell(Event::Enrolled { device_id: DeviceId::new(1, [1; 10]), memory });
    assert_eq!(desk.questions.last().unwrap().1.len(), 1_000);
    desk.outbox = vec![OutboxOp { op_id: op(9_000), bytes: 500 }];
    desk.tell(Event::Saved);
    desk.tell_held(epoch(), |_| true);
    assert_eq!(desk.pushes.last().unwrap().1, [op(9_000)]);
    desk.answer(stored);
    desk.tell_held(epoch(), |_| true);
    desk.tell_held(epoch(), |_| true);
    let asked: Vec<_> = desk.questions.iter().map(|(_, op_ids)| op_ids.len()).collect();
    assert_eq!((asked, desk.state()), (vec![1_000, 1_000, 501], State::Idle));
}

#[test]
fn a_pull_goes_on_to_the_last_page() {
    let mut desk = Desk::idle();
    desk.pages = 4;
    desk.enrol();
    let applied = desk.effects.iter().filter(|e| matches!(e, Effect::ApplyPage { .. })).count();
    assert_eq!((desk.pulls.len(), applied, desk.state()), (4, 4, State::Idle));
}

#[test]
fn a_stale_cursor_begins_anew_at_once_and_then_without_hurry() {
    let mut desk = Desk::idle();
    desk.pull = refusal(410, Some(Code::CursorGone), None);
    desk.enrol();
    let begun = |desk: &Desk| {
        desk.effects.iter().filter(|e| matches!(e, Effect::BeginResync { .. })).count()
    };
    assert_eq!((desk.pulls.len(), begun(&desk)), (2, 1));
    assert_eq!(desk.reason(), Some(Reason::EndpointFailing));
    desk.pull = nothing_new(epoch());
    desk.pass();
    assert_eq!((desk.pulls.len(), begun(&desk), desk.state()), (3, 1, State::Idle));
    desk.pull = refusal(400, Some(Code::CursorInvalid), None);
    desk.now_ms += 5 * MINUTE_MS;
    desk.tell(Event::Visible);
    assert_eq!((desk.pulls.len(), begun(&desk)), (5, 2));
}

#[test]
fn pulls_come_at_start_when_looked_at_and_now_and_then_and_no_oftener() {
    let mut desk = Desk::enrolled(0);
    assert_eq!((desk.pulls.len(), desk.state()), (1, State::Idle));
    desk.tell(Event::Visible);
    assert_eq!(desk.pulls.len(), 1, "just asked");
    desk.now_ms += MINUTE_MS;
    desk.tell(Event::Visible);
    assert_eq!(desk.pulls.len(), 2);
    for _ in 0..60 {
        desk.pass();
    }
    assert_eq!(desk.pulls.len(), 2 + 12, "every five minutes");
}

#[test]
fn a_forgotten_operation_holds_up_neither_pull_nor_upload_and_makes_no_storm() {
    let mut desk = Desk::enrolled(1);
    desk.to_upload = [AttachmentId::new(1, [1; 10])].into();
    let mut pushes = 0;
    while desk.now_ms < HOUR_MS {
        if desk.uploads.len() == 1 && !desk.to_upload.is_empty() {
            desk.upload_comes(true);
        } else if desk.state() == State::Sending {
            desk.answer(|_| None);
            pushes += 1;
        } else {
            desk.pass();
        }
    }
    assert!(desk.pulls.len() >= 2 && desk.to_upload.is_empty());
    assert!(pushes < 60, "{pushes} in an hour");
}

#[test]
fn a_revoked_device_hands_over_what_it_holds_and_is_wiped_only_on_the_endpoints_own_word() {
    let mut desk = Desk::enrolled(2);
    desk.refuse(401, Some(Code::DeviceRevoked), None);
    let deposits = |desk: &mut Desk, lane| {
        let (header, op_ids) = desk.pushes.last().unwrap().clone();
        assert_eq!(header.lane, Lane::Deposit);
        let verdict = |_| Some(Verdict::StoredQuarantined);
        let answer = PushAnswer { lane, ..answer(header.batch_id, &op_ids, verdict) };
        desk.end(Outcome::Answered(answer));
    };
    assert!(desk.engine.status().is_revoked);
    let device_id = desk.pushes.last().unwrap().0.device_id;
    deposits(&mut desk, Lane::Deposit);
    let depositors: Vec<_> = desk.effects.iter().filter_map(depositor).collect();
    assert_eq!(depositors, [device_id], "not to be written once it is enrolled anew");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::Wipe { .. })));
    assert_eq!((desk.state(), desk.pulls.len()), (State::NotEnrolled, 0));
    // With nothing to hand over, the sealed word is asked for; a forged 401 ends there.
    let mut desk = Desk::enrolled(0);
    desk.pull = refusal(401, Some(Code::DeviceRevoked), None);
    desk.now_ms += 5 * MINUTE_MS;
    desk.tell(Event::Visible);
    assert_eq!(desk.pushes.last().unwrap().1, []);
    desk.pull = nothing_new(epoch());
    deposits(&mut desk, Lane::Normal);
    assert!(!desk.effects.iter().any(|e| matches!(e, Effect::Wipe { .. })));
    assert!(!desk.engine.status().is_revoked && desk.state() == State::Idle);
}

const fn depositor(effect: &Effect) -> Option<DeviceId> {
    let Effect::Settle { depositor, .. } = effect else { return None };
    *depositor
}

/// Simulation, seed 369525.
#[test]
fn a_wipe_in_an_epoch_that_is_past_offers_everything_again_instead() {
    let mut desk = Desk::enrolled(1);
    desk.answer(stored);
    desk.outbox.push(OutboxOp { op_id: op(1), bytes: 500 });
    desk.tell(Event::Saved);
    desk.refuse(401, Some(Code::DeviceRevoked), None);
    let (header, op_ids) = desk.pushes.last().unwrap().clone();
    let verdict = |_| Some(Verdict::StoredQuarantined);
    let answer = PushAnswer { lane: Lane::Deposit, ..answer(header.batch_id, &op_ids, verdict) };
    let event = Event::PushEnded { batch_id: header.batch_id, outcome: Outcome::Answered(answer) };
    let settle = desk.engine.handle(event, desk.now_ms, &mut || 1).remove(0);
    let settled = desk.carry_out(settle).unwrap();
    let wipe = desk.engine.handle(settled, desk.now_ms, &mut || 1).remove(0);
    let Effect::Wipe { turn, epoch: Some(of), .. } = wipe else { panic!("{wipe:?}") };
    assert_eq!(of, epoch());
    let memory =
        Memory { epoch: Some(next_epoch()), past_epochs: vec![epoch()], is_sweep_due: true };
    desk.tell(Event::EpochMoved { turn, memory });
    let (header, op_ids) = desk.pushes.last().unwrap();
    assert_eq!((header.epoch_seen, &**op_ids), (Some(next_epoch()), &[][..]), "its word there");
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Wipe { .. })));
}

#[test]
fn a_shut_out_device_asks_for_the_endpoints_word_whatever_waits_in_vain() {
    let mut desk = Desk::enrolled(1);
    desk.refuse(401, Some(Code::DeviceRevoked), None);
    let mut words = 0;
    let mut expired_at = None;
    while desk.now_ms < 12 * HOUR_MS {
        if desk.state() != State::Sending {
            desk.pass();
            continue;
        }
        let at = desk.pushes.len();
        if !desk.pushes.last().unwrap().1.is_empty() {
            assert_ne!(expired_at, Some(at - 1), "an expired token costs no other turn");
            desk.refuse(403, None, None);
        } else if words % 2 == 1 && expired_at != Some(at - 1) {
            expired_at = Some(at);
            desk.refuse(401, Some(Code::TokenUnknown), None);
        } else {
            words += 1;
            let batch_id = desk.pushes.last().unwrap().0.batch_id;
            let answer = PushAnswer { lane: Lane::Deposit, ..answer(batch_id, &[], stored) };
            desk.end(Outcome::Answered(answer));
        }
    }
    assert!((4..60).contains(&words), "{words} in twelve hours");
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Wipe { .. })));
}

#[test]
fn a_forger_of_revocations_makes_no_storm() {
    let mut desk = Desk::enrolled(0);
    desk.pull = refusal(401, Some(Code::DeviceRevoked), None);
    desk.now_ms += 5 * MINUTE_MS;
    desk.tell(Event::Visible);
    while desk.now_ms < 2 * HOUR_MS {
        if desk.state() == State::Sending {
            desk.answer(stored);
        } else {
            desk.pass();
        }
    }
    assert!(desk.pushes.len() < 60, "{}", desk.pushes.len());
}

#[test]
fn words_go_before_the_next_piece_of_a_photo() {
    let mut desk = Desk::enrolled(0);
    desk.to_upload = [AttachmentId::new(1, [1; 10])].into();
    desk.tell(Event::Saved);
    desk.outbox = vec![OutboxOp { op_id: op(1), bytes: 500 }];
    desk.tell(Event::Saved);
    desk.upload_comes(false);
    assert_eq!((desk.pushes.len(), desk.uploads.len()), (1, 1));
    desk.answer(stored);
    assert_eq!(desk.uploads.len(), 2);
    desk.upload_comes(true);
    assert!(desk.to_upload.is_empty() && desk.state() == State::Idle);
}

#[test]
fn an_attachment_that_never_matches_is_held_and_one_that_fails_lets_others_by() {
    let (bad, good) = (AttachmentId::new(1, [1; 10]), AttachmentId::new(2, [2; 10]));
    let mut desk = Desk::enrolled(0);
    desk.to_upload = [bad, good].into();
    desk.tell(Event::Saved);
    for _ in 0..2 {
        desk.end_upload(refusal(422, Some(Code::AttachmentMismatch), None));
        desk.pass();
    }
    desk.end_upload(refusal(422, Some(Code::AttachmentMismatch), None));
    let held = desk.effects.iter().any(|effect| {
        matches!(
            effect,
            Effect::SettleUpload { end: UploadEnd::Held(Code::AttachmentMismatch), .. }
        )
    });
    assert!(held && desk.to_upload.len() == 1);
    desk.to_upload = [bad, good].into();
    desk.end_upload(refusal(503, None, Some(1_000)));
    while desk.uploads.last().unwrap().1 == bad || desk.to_upload.contains(&good) {
        if desk.state() != State::Sending {
            desk.pass();
        } else if desk.uploads.last().unwrap().1 == bad {
            desk.end_upload(refusal(403, None, None));
        } else {
            desk.upload_comes(true);
        }
        assert!(desk.now_ms < 5 * HOUR_MS, "the good one never had its turn");
    }
    assert_eq!(desk.to_upload, [bad].into());
}

#[test]
fn a_clock_that_is_wrong_is_told_and_changes_nothing() {
    let mut desk = Desk::enrolled(1);
    desk.now_ms = 2 * HOUR_MS;
    desk.tell(Event::Timeout);
    desk.pass();
    desk.answer(stored);
    let ahead_ms = desk.engine.status().clock_ahead_ms.unwrap();
    assert!(ahead_ms >= i64::try_from(2 * HOUR_MS).unwrap(), "{ahead_ms}");
    assert!(desk.outbox.is_empty());
}

#[test]
fn a_large_batch_on_a_slow_link_is_given_the_time_it_needs() {
    assert_eq!(sync::request_ms_max(100), 30 * SECOND_MS);
    assert_eq!(sync::request_ms_max(512 * 1024), 524_288, "one kilobyte a second");
}
