//! The engine: which event leads where, the lock, and waiting. What it does once it has the lock
//! is in `round.rs`.

use core::mem;

use protocol::planted::{self, Bug};
use protocol::push::Lane;
use protocol::{BatchId, DeviceId, Epoch};

use crate::backoff::{self, Backoff, LONGEST_MS, TIMER_MS, up_to_ms};
use crate::batch::Sizing;
use crate::clock::Clock;
use crate::effect::{Effect, Witness};
use crate::event::{Event, Memory, Turn};
use crate::pass::{Pass, Prefetch};
use crate::phase::{Call, Calling, Phase, STORE_MS_MAX, Storing, Task, Wait};
use crate::pull::Pulling;
use crate::status::{Reason, State, Status};
use crate::sweep::Sweep;
use crate::token::Token;
use crate::upload::Uploading;
use crate::watchdog::Watchdog;

/// Longest request of few bytes, in milliseconds; the driver gives up after it (SYNC.md §1,
/// "Errors").
pub const REQUEST_MS_MAX: u64 = 30_000;
/// A lock whose holder gave no sign of life for so long, in milliseconds, is taken over
/// (SYNC.md §1, "Push").
pub const LOCK_STOLEN_AFTER_MS: u64 = 60_000;
/// How much longer than the driver the engine waits for the end of a request.
const GRACE_MS: u64 = 5_000;
/// Longest wait for the lock's yes or no.
const LOCK_MS_MAX: u64 = 10_000;
/// How soon after a refused lock to ask again: one to three seconds.
const LOCK_RETRY_MS: u64 = 1_000;
/// A trigger cuts a backoff short, but not below this since its failure, and once only: so much
/// of a storm may a page full of events make.
const TRIGGER_GAP_MS: u64 = 5_000;
/// Spread of attempts that a trigger brings forward: ten thousand devices see one network return.
const TRIGGER_JITTER_MS: u64 = 2_000;

/// Longest request of so many bytes, in milliseconds: a link of one kilobyte a second gets
/// through (SYNC.md §1, "Errors").
#[must_use]
pub const fn request_ms_max(bytes: usize) -> u64 {
    let at_a_kilobyte_a_second_ms = bytes as u64;
    if at_a_kilobyte_a_second_ms > REQUEST_MS_MAX {
        at_a_kilobyte_a_second_ms
    } else {
        REQUEST_MS_MAX
    }
}

/// The moment of one event, and what comes of it.
pub(crate) struct Step<'a> {
    pub(crate) now_ms: u64,
    pub(crate) unix_ms: u64,
    pub(crate) chance: &'a mut dyn FnMut() -> u64,
    pub(crate) effects: Vec<Effect>,
}

impl Step<'_> {
    /// A fresh name for a request.
    pub(crate) fn request_id(&mut self) -> BatchId {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&(self.chance)().to_le_bytes());
        random[8..].copy_from_slice(&(self.chance)().to_le_bytes()[..2]);
        BatchId::new(self.unix_ms, random)
    }
}

/// The sync engine of one tab or worker.
///
/// Works in rounds, one request in flight at a time: a token, the outbox from its oldest operation
/// to its newest, then what is due of the sweep, the pull and the uploads. What gets no receipt is
/// stepped over, so that it never holds up another, and offered again by the next round.
#[derive(Debug)]
pub struct Engine {
    clock: Clock,
    pub(crate) device_id: Option<DeviceId>,
    pub(crate) memory: Memory,
    /// The epoch that the store is being told of.
    pub(crate) adopting: Option<Epoch>,
    /// The latest authentic answer of this epoch.
    pub(crate) word: Option<Witness>,
    pub(crate) lane: Lane,
    /// The endpoint itself said, sealed, that this device is revoked.
    pub(crate) is_shut_out: bool,
    /// The endpoint itself denied the latest claim that it is.
    pub(crate) is_claim_refuted: bool,
    pub(crate) token: Token,
    pub(crate) phase: Phase,
    pub(crate) pass: Pass,
    pub(crate) prefetch: Prefetch,
    /// Batches that are being settled behind the next one.
    pub(crate) behind: Vec<Turn>,
    pub(crate) sizing: Sizing,
    pub(crate) sweep: Sweep,
    pub(crate) pulling: Pulling,
    pub(crate) uploading: Uploading,
    pub(crate) watchdog: Watchdog,
    pub(crate) backoff: Backoff,
    /// The status of the refusals that count towards isolation, and how many came alike.
    pub(crate) alike: (u16, u8),
    /// Refused alone and parked, one after the other, without a success between.
    pub(crate) parked_in_a_row: u8,
    pub(crate) locked: bool,
    denied_since_ms: Option<u64>,
    last_turn: u64,
    pub(crate) last_success_ms: Option<u64>,
    pub(crate) clock_ahead_ms: Option<i64>,
    online_hint: bool,
}

impl Engine {
    /// An engine that has no identity yet and stays quiet until [`Event::Enrolled`].
    ///
    /// `now_ms` here and below: milliseconds since 1970 that do not go back while the engine
    /// lives; in a browser `performance.timeOrigin + performance.now()`. If they go back all the
    /// same, the engine takes it that no time has passed (SYNC.md §2, 15).
    ///
    /// `batch_ops_max`: most operations of a push, at most
    /// [`BATCH_OPS_MAX`](protocol::limits::BATCH_OPS_MAX), which is best where memory is not short.
    #[must_use]
    pub fn new(now_ms: u64, batch_ops_max: usize) -> Self {
        Self {
            clock: Clock::new(now_ms),
            device_id: None,
            memory: Memory::default(),
            adopting: None,
            word: None,
            lane: Lane::Normal,
            is_shut_out: false,
            is_claim_refuted: false,
            token: Token::Absent,
            phase: Phase::Unenrolled,
            pass: Pass::default(),
            prefetch: Prefetch::None,
            behind: Vec::new(),
            sizing: Sizing::new(batch_ops_max),
            sweep: Sweep::default(),
            pulling: Pulling::default(),
            uploading: Uploading::default(),
            watchdog: Watchdog::default(),
            backoff: Backoff::default(),
            alike: (0, 0),
            parked_in_a_row: 0,
            locked: false,
            denied_since_ms: None,
            last_turn: 0,
            last_success_ms: None,
            clock_ahead_ms: None,
            online_hint: true,
        }
    }

    /// Takes one event; returns what is to be done, in order. `chance` gives 64 random bits a
    /// call. Call it again only after the effects are under way; then ask for
    /// [`Engine::deadline_ms`].
    pub fn handle(
        &mut self,
        event: Event,
        now_ms: u64,
        chance: &mut dyn FnMut() -> u64,
    ) -> Vec<Effect> {
        let before = self.status();
        let now = self.clock.at(now_ms);
        let mut step = Step { now_ms: now, unix_ms: now_ms, chance, effects: Vec::new() };
        self.take(event, &mut step);
        if self.status() != before {
            step.effects.push(Effect::StatusChanged);
        }
        step.effects
    }

    /// When the driver must send [`Event::Timeout`] if nothing else happens, on its own clock.
    /// None only before [`Event::Enrolled`].
    #[must_use]
    pub fn deadline_ms(&self) -> Option<u64> {
        if planted::is(Bug::NoRetryTimer) && !matches!(self.phase, Phase::Calling(_)) {
            return None;
        }
        self.phase.deadline_ms().map(|at_ms| self.clock.for_driver(at_ms))
    }

    /// For the quiet sync line.
    #[must_use]
    pub fn status(&self) -> Status {
        let state = match &self.phase {
            Phase::Unenrolled => State::NotEnrolled,
            Phase::Idle { .. } => State::Idle,
            Phase::Waiting(wait) => State::Waiting {
                until_ms: self.clock.for_driver(wait.until_ms),
                reason: wait.reason,
            },
            Phase::Calling(Calling { call: Call::Push(_) | Call::Upload(_), .. })
            | Phase::Storing(Storing { task: Task::Settle { .. }, .. }) => State::Sending,
            Phase::Locking { .. } | Phase::Storing(_) | Phase::Calling(_) => State::Looking,
        };
        Status {
            state,
            last_success_ms: self.last_success_ms.map(|at_ms| self.clock.for_driver(at_ms)),
            online_hint: self.online_hint,
            clock_ahead_ms: self.clock_ahead_ms,
            is_revoked: self.lane == Lane::Deposit,
            recoveries: self.watchdog.recoveries,
        }
    }

    fn take(&mut self, event: Event, step: &mut Step<'_>) {
        match event {
            Event::Enrolled { device_id, memory } => self.enrolled(device_id, memory, step),
            Event::Saved => {
                self.watchdog.something_waits(step.now_ms);
                self.outbox_grew(step);
            }
            Event::Woken => {
                self.denied_since_ms = None;
                self.outbox_grew(step);
            }
            Event::Online => {
                self.online_hint = true;
                self.looked_at(step);
            }
            Event::Offline => self.online_hint = false,
            Event::Visible | Event::PageShown => self.looked_at(step),
            Event::Timeout => self.overdue(step),
            Event::LockGranted => self.lock_granted(step),
            Event::LockDenied => self.lock_denied(step),
            Event::LockLost => self.lock_lost(step),
            Event::TokenEnded { request_id, outcome } => {
                self.token_ended(request_id, outcome, step);
            }
            Event::BatchRead { turn, ops, more } => self.batch_read(turn, ops, more, step),
            Event::ConfirmedRead { turn, op_ids, more } => {
                self.confirmed_read(turn, op_ids, more, step);
            }
            Event::UploadRead { turn, next } => self.upload_read(turn, next, step),
            Event::Unreadable { turn } => self.unreadable(turn, step),
            Event::PushEnded { batch_id, outcome } => self.push_ended(batch_id, outcome, step),
            Event::HaveEnded { request_id, outcome } => self.have_ended(request_id, outcome, step),
            Event::PullEnded { request_id, outcome } => self.pull_ended(request_id, outcome, step),
            Event::UploadEnded { request_id, outcome } => {
                self.upload_ended(request_id, outcome, step);
            }
            Event::Settled { turn } => self.settled(turn, step),
            Event::SettleFailed { turn } => self.settle_failed(turn, step),
            Event::EpochMoved { turn, memory } => self.epoch_moved(turn, memory, step),
        }
    }

    fn enrolled(&mut self, device_id: DeviceId, memory: Memory, step: &mut Step<'_>) {
        self.device_id = Some(device_id);
        self.sweep.is_due = memory.is_sweep_due;
        self.memory = memory;
        self.word = None;
        self.lane = Lane::Normal;
        self.is_shut_out = false;
        self.token = Token::Absent;
        self.pulling.is_due = true;
        self.uploading.is_due = true;
        if let Phase::Waiting(wait) = &self.phase
            && wait.firm
            && matches!(wait.reason, Reason::Busy | Reason::EndpointFull)
        {
            // The endpoint asked for this wait; who we are does not shorten it.
            return;
        }
        self.backoff.reset();
        self.alike = (0, 0);
        self.pass = Pass::default();
        self.prefetch = Prefetch::None;
        self.behind.clear();
        self.attempt(step);
    }

    fn outbox_grew(&mut self, step: &mut Step<'_>) {
        self.pass.again = true;
        self.uploading.is_due = true;
        self.triggered(step);
    }

    /// Somebody looks, or there may be a network again.
    fn looked_at(&mut self, step: &mut Step<'_>) {
        self.pulling.looked_at(step.now_ms);
        self.triggered(step);
    }

    /// Something happened that makes an attempt worth it now.
    fn triggered(&mut self, step: &mut Step<'_>) {
        self.overdue(step);
        match &mut self.phase {
            Phase::Idle { .. } => self.attempt(step),
            Phase::Waiting(wait)
                if !wait.firm && !wait.hastened && wait.reason != Reason::OtherTab =>
            {
                let soonest_ms = step.now_ms.max(wait.began_ms + TRIGGER_GAP_MS);
                let at_ms = soonest_ms + up_to_ms(TRIGGER_JITTER_MS, step.chance);
                wait.until_ms = wait.until_ms.min(at_ms);
                wait.hastened = true;
            }
            _ => {}
        }
    }

    fn overdue(&mut self, step: &mut Step<'_>) {
        if self.phase.deadline_ms().is_none_or(|at_ms| step.now_ms < at_ms) {
            return;
        }
        match &self.phase {
            Phase::Unenrolled => {}
            Phase::Idle { .. } | Phase::Waiting(_) => self.attempt(step),
            Phase::Locking { .. } => self.lock_denied(step),
            Phase::Storing(_) => self.storage_failed(step),
            Phase::Calling(_) => self.unanswered(Reason::Network, step),
        }
    }

    /// Starts or goes on with a round, as soon as the lock is ours.
    pub(crate) fn attempt(&mut self, step: &mut Step<'_>) {
        if self.watchdog.bites(step.now_ms, self.last_success_ms) {
            step.effects.push(Effect::Recover);
            self.denied_since_ms = self.denied_since_ms.map(|_| 0);
        }
        if self.locked {
            return self.begin(step);
        }
        let steal = self
            .denied_since_ms
            .is_some_and(|since_ms| step.now_ms - since_ms >= LOCK_STOLEN_AFTER_MS)
            && !planted::is(Bug::LockNeverStolen);
        self.prefetch = Prefetch::None;
        self.phase = Phase::Locking { until_ms: step.now_ms + LOCK_MS_MAX };
        step.effects.push(Effect::AcquireLock { steal });
    }

    fn lock_granted(&mut self, step: &mut Step<'_>) {
        if matches!(self.phase, Phase::Locking { .. }) {
            self.locked = true;
            self.denied_since_ms = None;
            self.begin(step);
        } else if !self.locked {
            // Too late; another tab may need it.
            step.effects.push(Effect::ReleaseLock);
        }
    }

    fn lock_denied(&mut self, step: &mut Step<'_>) {
        if matches!(self.phase, Phase::Locking { .. }) {
            self.denied_since_ms.get_or_insert(step.now_ms);
            let wait_ms = LOCK_RETRY_MS + up_to_ms(2 * LOCK_RETRY_MS, step.chance);
            self.wait(wait_ms, Reason::OtherTab, false, step);
        }
    }

    /// A request in flight still lands: what its answer confirms is true whoever holds the lock.
    fn lock_lost(&mut self, step: &mut Step<'_>) {
        self.locked = false;
        if matches!(&self.phase, Phase::Storing(Storing { task: Task::ReadBatch, .. })) {
            self.attempt(step);
        }
    }

    /// Asks the store; the caller pushes the effect with this turn.
    pub(crate) fn store(&mut self, task: Task, step: &Step<'_>) -> Turn {
        let turn = self.next_turn();
        let until_ms = step.now_ms + STORE_MS_MAX;
        self.phase = Phase::Storing(Storing { turn, until_ms, task });
        turn
    }

    /// Asks the endpoint with a request of so many bytes; the caller pushes the effect under this
    /// name.
    pub(crate) fn call(&mut self, call: Call, bytes: usize, step: &mut Step<'_>) -> BatchId {
        let request_id = step.request_id();
        let until_ms = step.now_ms + request_ms_max(bytes) + GRACE_MS;
        self.phase = Phase::Calling(Calling { request_id, until_ms, call });
        request_id
    }

    pub(crate) fn next_turn(&mut self) -> Turn {
        self.last_turn += 1;
        Turn(self.last_turn)
    }

    pub(crate) fn is_calling(&self, request_id: BatchId) -> bool {
        matches!(&self.phase, Phase::Calling(calling) if calling.request_id == request_id)
    }

    /// The request of this name, which is in flight no more. None for anything but the one in
    /// flight: late answers, and above all a late 401 to an identity that is no more. The caller
    /// sets the next phase.
    pub(crate) fn land(&mut self, request_id: BatchId, step: &Step<'_>) -> Option<Call> {
        if !self.is_calling(request_id) {
            return None;
        }
        let resting = Phase::Idle { look_at_ms: step.now_ms };
        match mem::replace(&mut self.phase, resting) {
            Phase::Calling(Calling { call, .. }) => Some(call),
            other => {
                self.phase = other;
                None
            }
        }
    }

    /// What the store has done, if this is the turn it was asked with. The caller sets the next
    /// phase.
    pub(crate) fn done(&mut self, turn: Turn, step: &Step<'_>) -> Option<Task> {
        if !self.phase.awaits(turn) {
            return None;
        }
        let resting = Phase::Idle { look_at_ms: step.now_ms };
        match mem::replace(&mut self.phase, resting) {
            Phase::Storing(Storing { task, .. }) => Some(task),
            other => {
                self.phase = other;
                None
            }
        }
    }

    /// Rests, with the lock given back. Forgets what was read ahead: it may be old by then.
    pub(crate) fn rest(&mut self, phase: Phase, step: &mut Step<'_>) {
        self.phase = phase;
        self.prefetch = Prefetch::None;
        if mem::take(&mut self.locked) {
            step.effects.push(Effect::ReleaseLock);
        }
    }

    /// Nothing is left to do. Looks again every minute all the same, for what a tab saved whose
    /// last message was lost.
    pub(crate) fn idle(&mut self, step: &mut Step<'_>) {
        self.rest(Phase::Idle { look_at_ms: step.now_ms + TIMER_MS }, step);
    }

    fn wait(&mut self, wait_ms: u64, reason: Reason, firm: bool, step: &mut Step<'_>) {
        let (began_ms, until_ms) = (step.now_ms, step.now_ms + wait_ms);
        let wait = Wait { began_ms, until_ms, reason, firm, hastened: false };
        self.rest(Phase::Waiting(wait), step);
    }

    /// Waits with full jitter. The minute's timer ends the wait too, unless the endpoint itself
    /// is in distress and must be spared.
    pub(crate) fn back_off(&mut self, reason: Reason, step: &mut Step<'_>) {
        let longest_ms = match reason {
            Reason::Network | Reason::NotOurs | Reason::DeviceStorage => TIMER_MS,
            _ => LONGEST_MS,
        };
        let wait_ms = self.backoff.failed_ms(longest_ms, step.chance);
        self.wait(wait_ms, reason, false, step);
    }

    /// Waits as long as the endpoint asks for, and never less than the backoff.
    pub(crate) fn wait_as_told(
        &mut self,
        retry_after_ms: u64,
        reason: Reason,
        step: &mut Step<'_>,
    ) {
        let backoff_ms = self.backoff.failed_ms(LONGEST_MS, step.chance);
        let wait_ms = backoff::told_ms(retry_after_ms, step.chance).max(backoff_ms);
        self.wait(wait_ms, reason, true, step);
    }

    /// Stops sending until a person or a new app helps; tries by itself every fifteen minutes.
    pub(crate) fn hold(&mut self, reason: Reason, step: &mut Step<'_>) {
        self.pass = Pass::default();
        self.wait(backoff::told_ms(LONGEST_MS, step.chance), reason, true, step);
    }

    /// Nothing is known of the request: what it carried is sent again as it stands, in small
    /// parts first.
    pub(crate) fn unanswered(&mut self, reason: Reason, step: &mut Step<'_>) {
        self.sizing.shrink();
        self.back_off(reason, step);
    }

    /// The current epoch, once one was adopted.
    pub(crate) const fn epoch(&self) -> Option<Epoch> {
        self.memory.epoch
    }
}
