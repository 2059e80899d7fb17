//! Rules of SYNC.md §1, one by one, against an engine whose driver is this test.

// A test that asks for what is not there has failed.
#![allow(clippy::unwrap_used)]

use protocol::limits::{BATCH_OPS_MAX, OP_BYTES_MAX};
use protocol::push::{PushAnswer, PushHeader, Receipt, Verdict};
use protocol::{BatchId, Code, DeviceId, Epoch, OpId, Seq};
use sync::{
    Effect, Engine, Event, LOCK_STOLEN_AFTER_MS, OutboxOp, PushOutcome, Reason, State, Turn,
};

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;

/// A driver with an outbox in memory. Locks, reads and settlements succeed at once; pushes wait.
struct Desk {
    engine: Engine,
    now_ms: u64,
    /// What chance gives; one more for each event.
    chance: u64,
    outbox: Vec<OutboxOp>,
    parked: Vec<(OpId, Code)>,
    pushes: Vec<(PushHeader, Vec<OpId>)>,
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

impl Desk {
    fn idle() -> Self {
        Self {
            engine: Engine::new(0),
            now_ms: 0,
            chance: u64::MAX / 3,
            outbox: Vec::new(),
            parked: Vec::new(),
            pushes: Vec::new(),
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
        self.tell(Event::Enrolled { device_id: DeviceId::new(1, [1; 10]), epoch: None });
    }

    fn tell(&mut self, event: Event) {
        self.chance = self.chance.wrapping_add(1);
        let chance = self.chance;
        let effects = self.engine.handle(event, self.now_ms, &mut || chance);
        self.effects.extend(effects.iter().cloned());
        for effect in effects {
            match effect {
                Effect::AcquireLock { .. } if self.lock_is_free => self.tell(Event::LockGranted),
                Effect::AcquireLock { .. } => self.tell(Event::LockDenied),
                Effect::ReadBatch { turn, after, ops_max, .. } => self.read(turn, after, ops_max),
                Effect::Push { header, op_ids } => self.pushes.push((header, op_ids)),
                Effect::Settle { turn, .. } if !self.store_writes => {
                    self.tell(Event::SettleFailed { turn });
                }
                Effect::Settle { turn, confirmed, parked } => {
                    self.outbox.retain(|row| {
                        !confirmed.iter().any(|c| c.receipt.op_id == row.op_id)
                            && !parked.iter().any(|p| p.op_id == row.op_id)
                    });
                    self.parked.extend(parked.iter().map(|p| (p.op_id, p.code)));
                    self.tell(Event::Settled { turn });
                }
                Effect::ReleaseLock | Effect::StatusChanged => {}
            }
        }
    }

    fn read(&mut self, turn: Turn, after: Option<OpId>, ops_max: usize) {
        let mut ops = self.outbox.clone();
        ops.retain(|row| after.is_none_or(|after| row.op_id > after));
        let more = ops.len() > ops_max;
        ops.truncate(ops_max);
        self.tell(Event::BatchRead { turn, ops, more });
    }

    fn end(&mut self, outcome: PushOutcome) {
        let batch_id = self.pushes.last().unwrap().0.batch_id;
        self.tell(Event::PushEnded { batch_id, outcome });
    }

    fn refuse(&mut self, status: u16, code: Option<Code>, retry_after_ms: Option<u64>) {
        self.end(PushOutcome::Refused { status, code, retry_after_ms });
    }

    fn answer(&mut self, verdict: impl Fn(OpId) -> Option<Verdict>) {
        let (header, op_ids) = self.pushes.last().unwrap().clone();
        self.end(PushOutcome::Answered(answer(header.batch_id, &op_ids, verdict)));
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
    let receipts = op_ids.iter().filter_map(receipt).collect();
    let (epoch, protocol) = (epoch(), protocol::limits::PROTOCOL);
    PushAnswer { protocol, batch_id, epoch, safe_seq: None, server_time_ms: 0, receipts, mac: None }
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
    assert_eq!(desk.pushes[0].0.epoch_seen, None);
    assert_eq!(desk.pushes[1].0.epoch_seen, Some(epoch()));
    assert_eq!(desk.engine.status().state, State::Idle);
    assert!(desk.outbox.is_empty() && desk.engine.status().last_success_ms.is_some());
    assert_eq!(desk.pass(), MINUTE_MS, "looks again every minute");
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
    desk.end(PushOutcome::NetworkFailed);
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
    desk.end(PushOutcome::NetworkFailed);
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
    let outcome = PushOutcome::Refused { status: 401, code, retry_after_ms: None };
    desk.tell(Event::PushEnded { batch_id: old, outcome });
    assert_eq!(desk.engine.status().state, State::Sending);
    desk.answer(stored);
    assert!(desk.outbox.is_empty());
}

#[test]
fn a_lost_identity_keeps_the_outbox_tries_each_quarter_of_an_hour_and_heals_at_once() {
    let holds = [
        (401, Code::TokenUnknown, Reason::NeedsEnrolment),
        (401, Code::DeviceRevoked, Reason::Revoked),
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
    let foreign = PushOutcome::Answered(answer(other, &op_ids, stored));
    desk.tell(Event::PushEnded { batch_id: other, outcome: foreign.clone() });
    assert_eq!(desk.engine.status().state, State::Sending);
    desk.end(foreign);
    assert_eq!((desk.reason(), desk.outbox.len()), (Some(Reason::NotOurs), 1));
}

#[test]
fn what_gets_no_receipt_is_stepped_over_and_offered_again() {
    let mut desk = Desk::enrolled(50);
    desk.end(PushOutcome::TimedOut);
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
    desk.end(PushOutcome::NotOurs);
    desk.pass();
    desk.answer(stored);
    assert_eq!(desk.pushes.last().unwrap().0.epoch_seen, Some(epoch()));
    desk.refuse(409, None, None);
    assert_eq!(desk.reason(), Some(Reason::EpochChanged));
    desk.pass();
    assert_eq!(desk.pushes.last().unwrap().0.epoch_seen, None, "offered as if never seen");
    desk.refuse(507, Some(Code::StorageFull), None);
    assert_eq!(desk.reason(), Some(Reason::EndpointFull));
    assert!(desk.pass() >= 5 * MINUTE_MS);
    desk.answer(stored);
    assert!(desk.outbox.is_empty());
}
