//! The engine: which event leads where. How a batch travels is in `pass.rs`, what its answer
//! means in `answer.rs`.

use core::mem;

use protocol::{DeviceId, Epoch};

use crate::backoff::{self, Backoff, LONGEST_MS, TIMER_MS, up_to_ms};
use crate::batch::Sizing;
use crate::clock::Clock;
use crate::effect::Effect;
use crate::event::Event;
use crate::pass::{Flight, Pass, Prefetch, Reading, Settling};
use crate::status::{Reason, State, Status};

/// Longest push, in milliseconds; the driver gives up after it (SYNC.md §1, "Errors").
pub const PUSH_MS_MAX: u64 = 30_000;
/// A lock whose holder gave no sign of life for so long, in milliseconds, is taken over
/// (SYNC.md §1, "Push").
pub const LOCK_STOLEN_AFTER_MS: u64 = 60_000;
/// Longest wait for the lock's yes or no.
const LOCK_MS_MAX: u64 = 10_000;
/// How soon after a refused lock to ask again: one to three seconds.
const LOCK_RETRY_MS: u64 = 1_000;
/// A trigger cuts a backoff short, but not below this since its failure, and once only: so much
/// of a storm may a page full of events make.
const TRIGGER_GAP_MS: u64 = 5_000;
/// Spread of attempts that a trigger brings forward: ten thousand devices see one network return.
const TRIGGER_JITTER_MS: u64 = 2_000;

/// The moment of one event, and what comes of it.
pub(crate) struct Step<'a> {
    pub(crate) now_ms: u64,
    pub(crate) unix_ms: u64,
    pub(crate) chance: &'a mut dyn FnMut() -> u64,
    pub(crate) effects: Vec<Effect>,
}

/// A rest before the next attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    began_ms: u64,
    until_ms: u64,
    reason: Reason,
    /// No trigger cuts it short: the endpoint asked for it, or only time or a person can help.
    firm: bool,
    /// A trigger did already.
    hastened: bool,
}

/// What the engine waits for. Every one of them has a deadline, but the first.
#[derive(Debug)]
pub(crate) enum Phase {
    Unenrolled,
    Idle { look_at_ms: u64 },
    Waiting(Wait),
    Locking { until_ms: u64 },
    Reading(Reading),
    Sending(Flight),
    Settling(Settling),
}

/// Whose notes these are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identity {
    pub(crate) device_id: DeviceId,
    /// The endpoint's last answer was in this epoch. Where a change of it leads to `have` is
    /// `answer.rs`.
    pub(crate) epoch_seen: Option<Epoch>,
}

/// The sync engine of one tab or worker.
///
/// Sends the outbox in passes: from its oldest operation to its newest, batch after batch, one in
/// flight at a time. What gets no receipt is stepped over, so that it never holds up another, and
/// offered again by the next pass.
#[derive(Debug)]
pub struct Engine {
    clock: Clock,
    pub(crate) identity: Option<Identity>,
    pub(crate) phase: Phase,
    pub(crate) pass: Pass,
    pub(crate) prefetch: Prefetch,
    pub(crate) sizing: Sizing,
    pub(crate) backoff: Backoff,
    /// The status of the refusals that count towards isolation, and how many came alike.
    pub(crate) alike: (u16, u8),
    /// Refused alone and parked, one after the other, without a success between.
    pub(crate) parked_in_a_row: u8,
    pub(crate) locked: bool,
    denied_since_ms: Option<u64>,
    pub(crate) last_turn: u64,
    pub(crate) last_success_ms: Option<u64>,
    online_hint: bool,
}

impl Engine {
    /// An engine that has no identity yet and stays quiet until [`Event::Enrolled`].
    ///
    /// `now_ms` here and below: milliseconds since 1970 that do not go back while the engine
    /// lives; in a browser `performance.timeOrigin + performance.now()`. If they go back all the
    /// same, the engine takes it that no time has passed (SYNC.md §2, 15).
    #[must_use]
    pub fn new(now_ms: u64) -> Self {
        Self {
            clock: Clock::new(now_ms),
            identity: None,
            phase: Phase::Unenrolled,
            pass: Pass::default(),
            prefetch: Prefetch::None,
            sizing: Sizing::new(),
            backoff: Backoff::default(),
            alike: (0, 0),
            parked_in_a_row: 0,
            locked: false,
            denied_since_ms: None,
            last_turn: 0,
            last_success_ms: None,
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
        self.deadline().map(|at_ms| self.clock.for_driver(at_ms))
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
            Phase::Locking { .. } | Phase::Reading(_) => State::Looking,
            Phase::Sending(_) | Phase::Settling(_) => State::Sending,
        };
        Status {
            state,
            last_success_ms: self.last_success_ms.map(|at_ms| self.clock.for_driver(at_ms)),
            online_hint: self.online_hint,
        }
    }

    fn take(&mut self, event: Event, step: &mut Step<'_>) {
        match event {
            Event::Enrolled { device_id, epoch } => {
                self.enrolled(Identity { device_id, epoch_seen: epoch }, step);
            }
            Event::Saved => self.outbox_grew(step),
            Event::Woken => {
                self.denied_since_ms = None;
                self.outbox_grew(step);
            }
            Event::Online => {
                self.online_hint = true;
                self.triggered(step);
            }
            Event::Offline => self.online_hint = false,
            Event::Visible | Event::PageShown => self.triggered(step),
            Event::Timeout => self.overdue(step),
            Event::LockGranted => self.lock_granted(step),
            Event::LockDenied => self.lock_denied(step),
            Event::LockLost => self.lock_lost(step),
            Event::BatchRead { turn, ops, more } => self.batch_read(turn, ops, more, step),
            Event::OutboxUnreadable { turn } => self.outbox_unreadable(turn, step),
            Event::PushEnded { batch_id, outcome } => self.push_ended(batch_id, outcome, step),
            Event::Settled { turn } => self.settled(turn, step),
            Event::SettleFailed { turn } => self.settle_failed(turn, step),
        }
    }

    fn enrolled(&mut self, identity: Identity, step: &mut Step<'_>) {
        self.identity = Some(identity);
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
        self.attempt(step);
    }

    fn outbox_grew(&mut self, step: &mut Step<'_>) {
        self.pass.again = true;
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

    fn deadline(&self) -> Option<u64> {
        match &self.phase {
            Phase::Unenrolled => None,
            Phase::Idle { look_at_ms } => Some(*look_at_ms),
            Phase::Waiting(wait) => Some(wait.until_ms),
            Phase::Locking { until_ms } => Some(*until_ms),
            Phase::Reading(reading) => Some(reading.until_ms),
            Phase::Sending(flight) => Some(flight.until_ms),
            Phase::Settling(settling) => Some(settling.until_ms),
        }
    }

    fn overdue(&mut self, step: &mut Step<'_>) {
        if self.deadline().is_none_or(|at_ms| step.now_ms < at_ms) {
            return;
        }
        match &self.phase {
            Phase::Unenrolled => {}
            Phase::Idle { .. } | Phase::Waiting(_) => self.attempt(step),
            Phase::Locking { .. } => self.lock_denied(step),
            Phase::Reading(_) | Phase::Settling(_) => self.storage_failed(step),
            Phase::Sending(_) => self.push_unanswered(Reason::Network, step),
        }
    }

    /// Starts or goes on with a pass, as soon as the lock is ours.
    pub(crate) fn attempt(&mut self, step: &mut Step<'_>) {
        if self.locked {
            return self.read(step);
        }
        let steal = self
            .denied_since_ms
            .is_some_and(|since_ms| step.now_ms - since_ms >= LOCK_STOLEN_AFTER_MS);
        self.prefetch = Prefetch::None;
        self.phase = Phase::Locking { until_ms: step.now_ms + LOCK_MS_MAX };
        step.effects.push(Effect::AcquireLock { steal });
    }

    fn lock_granted(&mut self, step: &mut Step<'_>) {
        if matches!(self.phase, Phase::Locking { .. }) {
            self.locked = true;
            self.denied_since_ms = None;
            self.read(step);
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

    /// A batch in flight still lands: what its answer confirms is true whoever holds the lock.
    fn lock_lost(&mut self, step: &mut Step<'_>) {
        self.locked = false;
        if matches!(self.phase, Phase::Reading(_)) {
            self.attempt(step);
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

    /// Nothing is left to send. Looks again every minute all the same, for what a tab saved whose
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
}
