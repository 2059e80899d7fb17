//! One pass through the outbox: read, push, settle, batch after batch, from the oldest to the
//! newest. The next batch is read while one is in flight (SYNC.md §1, "Push").

use core::mem;

use protocol::limits::OP_BYTES_MAX;
use protocol::push::PushHeader;
use protocol::{BatchId, Code, OpId};

use crate::batch::{Batch, Sizing};
use crate::effect::{Confirmed, Effect, Parked};
use crate::engine::{Engine, PUSH_MS_MAX, Phase, Step};
use crate::event::{OutboxOp, Turn};
use crate::status::Reason;

/// Longest wait for the store. A hanging IndexedDB is a failing one (SYNC.md fault 2).
const STORE_MS_MAX: u64 = 30_000;
/// How much longer than the driver the engine waits for the end of a push.
const PUSH_GRACE_MS: u64 = 5_000;
/// So many operations may be refused alone and parked in a row at full speed. Beyond, the
/// endpoint's judgement is in doubt, and each further one waits for the backoff.
const PARKED_IN_A_ROW_MAX: u8 = 3;

/// How far the pass has come.
#[derive(Debug, Default)]
pub(crate) struct Pass {
    /// Operations up to here had their turn.
    after: Option<OpId>,
    /// Whether the outbox holds any beyond.
    more: bool,
    /// Some of them had no receipt: another pass follows, after a backoff.
    pub(crate) deferred: bool,
    /// Something was saved meanwhile, perhaps before `after`: another pass follows.
    pub(crate) again: bool,
}

impl Pass {
    /// This batch had its turn.
    pub(crate) fn step_past(&mut self, batch: &Batch) {
        self.after = batch.last();
        self.more = batch.more;
    }

    /// From the oldest again.
    pub(crate) fn restart(&mut self) {
        self.after = None;
        self.deferred = false;
    }

    /// This batch had its turn in vain: go on behind it, or from the oldest if it was the last.
    pub(crate) fn step_over(&mut self, batch: &Batch) {
        self.step_past(batch);
        self.deferred = true;
        if !batch.more {
            self.restart();
        }
    }
}

/// A read that is under way.
#[derive(Debug)]
pub(crate) struct Reading {
    turn: Turn,
    pub(crate) until_ms: u64,
}

/// What was read ahead.
#[derive(Debug)]
pub(crate) enum Prefetch {
    None,
    Asked(Turn),
    Ready { ops: Vec<OutboxOp>, more: bool },
}

/// A push that is under way.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) batch_id: BatchId,
    pub(crate) batch: Batch,
    pub(crate) until_ms: u64,
}

/// A settlement that is under way.
#[derive(Debug)]
pub(crate) struct Settling {
    turn: Turn,
    pub(crate) until_ms: u64,
    /// Whether the endpoint confirmed anything.
    success: bool,
}

impl Engine {
    fn next_turn(&mut self) -> Turn {
        self.last_turn += 1;
        Turn(self.last_turn)
    }

    fn ask(&mut self, after: Option<OpId>, sizing: Sizing, step: &mut Step<'_>) -> Turn {
        let turn = self.next_turn();
        let Sizing { ops_max, bytes_max, .. } = sizing;
        step.effects.push(Effect::ReadBatch { turn, after, ops_max, bytes_max });
        turn
    }

    /// Reads the next batch, now.
    pub(crate) fn read(&mut self, step: &mut Step<'_>) {
        if self.pass.after.is_none() {
            // A read from the start sees all that was saved before.
            self.pass.again = false;
        }
        self.prefetch = Prefetch::None;
        let turn = self.ask(self.pass.after, self.sizing, step);
        self.phase = Phase::Reading(Reading { turn, until_ms: step.now_ms + STORE_MS_MAX });
    }

    pub(crate) fn batch_read(
        &mut self,
        turn: Turn,
        ops: Vec<OutboxOp>,
        more: bool,
        step: &mut Step<'_>,
    ) {
        match (&self.phase, &self.prefetch) {
            (Phase::Reading(reading), _) if reading.turn == turn => self.use_read(ops, more, step),
            (_, Prefetch::Asked(asked)) if *asked == turn => {
                self.prefetch = Prefetch::Ready { ops, more };
            }
            _ => {}
        }
    }

    pub(crate) fn outbox_unreadable(&mut self, turn: Turn, step: &mut Step<'_>) {
        match (&self.phase, &self.prefetch) {
            (Phase::Reading(reading), _) if reading.turn == turn => self.storage_failed(step),
            // The read proper will tell whether it is still so.
            (_, Prefetch::Asked(asked)) if *asked == turn => self.prefetch = Prefetch::None,
            _ => {}
        }
    }

    /// This device's storage fails: its notes stay where they are, and the next pass starts over.
    pub(crate) fn storage_failed(&mut self, step: &mut Step<'_>) {
        self.pass.restart();
        self.sizing.shrink();
        self.back_off(Reason::DeviceStorage, step);
    }

    fn use_read(&mut self, ops: Vec<OutboxOp>, more: bool, step: &mut Step<'_>) {
        let too_large = |op: &&OutboxOp| op.bytes > OP_BYTES_MAX;
        let parked: Vec<_> = ops
            .iter()
            .filter(too_large)
            .map(|op| Parked { op_id: op.op_id, code: Code::BatchTooLarge })
            .collect();
        if !parked.is_empty() {
            // No endpoint takes them. Parked first; then the same place is read again.
            self.pass.more = true;
            return self.settle(Vec::new(), parked, step);
        }
        match self.sizing.fit(ops, more) {
            Some(batch) => self.push(batch, step),
            None => self.end_pass(step),
        }
    }

    fn push(&mut self, batch: Batch, step: &mut Step<'_>) {
        let Some(identity) = self.identity else {
            return self.rest(Phase::Unenrolled, step);
        };
        let mut random = [0; 10];
        random[..8].copy_from_slice(&(step.chance)().to_le_bytes());
        random[8..].copy_from_slice(&(step.chance)().to_le_bytes()[..2]);
        let batch_id = BatchId::new(step.unix_ms, random);
        step.effects.push(Effect::Push {
            header: PushHeader::new(identity.device_id, identity.epoch_seen, batch_id),
            op_ids: batch.ops.iter().map(|op| op.op_id).collect(),
        });
        if batch.more {
            let turn = self.ask(batch.last(), self.sizing.grown(), step);
            self.prefetch = Prefetch::Asked(turn);
        }
        let until_ms = step.now_ms + PUSH_MS_MAX + PUSH_GRACE_MS;
        self.phase = Phase::Sending(Flight { batch_id, batch, until_ms });
    }

    pub(crate) fn settle(
        &mut self,
        confirmed: Vec<Confirmed>,
        parked: Vec<Parked>,
        step: &mut Step<'_>,
    ) {
        let turn = self.next_turn();
        let (until_ms, success) = (step.now_ms + STORE_MS_MAX, !confirmed.is_empty());
        self.phase = Phase::Settling(Settling { turn, until_ms, success });
        step.effects.push(Effect::Settle { turn, confirmed, parked });
    }

    /// Only now it counts as a success: were it the answer alone, a device that cannot write
    /// would send the same batch for ever without a pause.
    pub(crate) fn settled(&mut self, turn: Turn, step: &mut Step<'_>) {
        let Phase::Settling(settling) = &self.phase else { return };
        if settling.turn != turn {
            return;
        }
        if settling.success {
            self.backoff.reset();
            self.alike = (0, 0);
            self.parked_in_a_row = 0;
            self.sizing = self.sizing.grown();
            self.last_success_ms = Some(step.now_ms);
        }
        if self.parked_in_a_row > PARKED_IN_A_ROW_MAX {
            return self.back_off(Reason::Refusing, step);
        }
        self.proceed(step);
    }

    pub(crate) fn settle_failed(&mut self, turn: Turn, step: &mut Step<'_>) {
        if matches!(&self.phase, Phase::Settling(settling) if settling.turn == turn) {
            self.storage_failed(step);
        }
    }

    /// To the next batch.
    fn proceed(&mut self, step: &mut Step<'_>) {
        if !self.pass.more {
            return self.end_pass(step);
        }
        if !self.locked {
            return self.attempt(step);
        }
        match mem::replace(&mut self.prefetch, Prefetch::None) {
            Prefetch::Ready { ops, more } => self.use_read(ops, more, step),
            Prefetch::Asked(turn) => {
                let until_ms = step.now_ms + STORE_MS_MAX;
                self.phase = Phase::Reading(Reading { turn, until_ms });
            }
            Prefetch::None => self.read(step),
        }
    }

    fn end_pass(&mut self, step: &mut Step<'_>) {
        let deferred = self.pass.deferred;
        self.pass.restart();
        if deferred {
            self.back_off(Reason::Unconfirmed, step);
        } else if self.pass.again {
            self.attempt(step);
        } else {
            self.idle(step);
        }
    }
}
