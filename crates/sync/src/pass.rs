//! One pass through the outbox: read, push, settle, batch after batch, from the oldest to the
//! newest. The next batch is read while one is in flight (SYNC.md §1, "Push").

use core::mem;

use protocol::limits::OP_BYTES_MAX;
use protocol::push::{PushHeader, Receipt};
use protocol::{Code, DeviceId, OpId};

use crate::batch::{Batch, Sizing};
use crate::effect::{Effect, Parked, Witness};
use crate::engine::{Engine, Step};
use crate::event::{OutboxOp, Turn};
use crate::phase::{Call, Phase, STORE_MS_MAX, Storing, Task};
use crate::status::Reason;

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
    /// The last batch had its turn in vain: what else is due has its own before the next pass.
    pub(crate) is_through: bool,
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
        self.is_through = false;
    }

    /// This batch had its turn in vain: go on behind it.
    pub(crate) fn step_over(&mut self, batch: &Batch) {
        self.step_past(batch);
        self.deferred = true;
        self.is_through = !batch.more;
    }
}

/// What was read ahead.
#[derive(Debug)]
pub(crate) enum Prefetch {
    None,
    Asked(Turn),
    Ready { ops: Vec<OutboxOp>, more: bool },
}

impl Engine {
    fn ask(&mut self, turn: Turn, after: Option<OpId>, sizing: Sizing, step: &mut Step<'_>) {
        let Sizing { ops_max, bytes_max, .. } = sizing;
        step.effects.push(Effect::ReadBatch { turn, after, ops_max, bytes_max });
    }

    /// Reads the next batch, now.
    pub(crate) fn read(&mut self, step: &mut Step<'_>) {
        if self.pass.after.is_none() {
            // A read from the start sees all that was saved before.
            self.pass.again = false;
            self.pass.deferred = false;
        }
        self.prefetch = Prefetch::None;
        let turn = self.store(Task::ReadBatch, step);
        self.ask(turn, self.pass.after, self.sizing, step);
    }

    pub(crate) fn batch_read(
        &mut self,
        turn: Turn,
        ops: Vec<OutboxOp>,
        more: bool,
        step: &mut Step<'_>,
    ) {
        if self.done(turn, step).is_some() {
            self.use_read(ops, more, step);
        } else if matches!(self.prefetch, Prefetch::Asked(asked) if asked == turn) {
            self.prefetch = Prefetch::Ready { ops, more };
        }
    }

    fn use_read(&mut self, ops: Vec<OutboxOp>, more: bool, step: &mut Step<'_>) {
        if self.pass.after.is_none() {
            self.watchdog.oldest_is(ops.first().map(|op| op.op_id), step.now_ms);
        }
        let too_large = |op: &&OutboxOp| op.bytes > OP_BYTES_MAX;
        let parked: Vec<_> = ops
            .iter()
            .filter(too_large)
            .map(|op| Parked { op_id: op.op_id, code: Code::BatchTooLarge })
            .collect();
        if !parked.is_empty() {
            // No endpoint takes them. Parked first; then the same place is read again.
            self.pass.more = true;
            return self.settle(None, Vec::new(), parked, step);
        }
        match self.sizing.fit(ops, more) {
            Some(batch) => self.push(batch, step),
            None => self.end_pass(step),
        }
    }

    /// Asks for the endpoint's word alone.
    pub(crate) fn push_nothing(&mut self, step: &mut Step<'_>) {
        self.push(Batch { ops: Vec::new(), more: false }, step);
    }

    fn push(&mut self, batch: Batch, step: &mut Step<'_>) {
        let Some(device_id) = self.device_id else {
            return self.rest(Phase::Unenrolled, step);
        };
        let op_ids = batch.ops.iter().map(|op| op.op_id).collect();
        let (last, more, bytes) = (batch.last(), batch.more, batch.bytes());
        let batch_id = self.call(Call::Push(batch), bytes, step);
        let header =
            PushHeader { lane: self.lane, ..PushHeader::new(device_id, self.epoch(), batch_id) };
        step.effects.push(Effect::Push { header, op_ids });
        if more {
            let turn = self.next_turn();
            self.ask(turn, last, self.sizing.grown(), step);
            self.prefetch = Prefetch::Asked(turn);
        }
    }

    pub(crate) fn settle(
        &mut self,
        witness: Option<Witness>,
        confirmed: Vec<Receipt>,
        parked: Vec<Parked>,
        step: &mut Step<'_>,
    ) {
        let success = !confirmed.is_empty();
        let witness = witness.filter(|_| success);
        let turn = self.store(Task::Settle { success }, step);
        let depositor = self.depositor();
        step.effects.push(Effect::Settle { turn, depositor, witness, confirmed, parked });
    }

    /// Who deposits, if this device was shut out.
    fn depositor(&self) -> Option<DeviceId> {
        self.device_id.filter(|_| self.is_shut_out)
    }

    /// Settles while the next batch is on its way already: else a backlog would wait for disk and
    /// network in turn. What the store does not write is sent again by another pass.
    pub(crate) fn settle_behind(
        &mut self,
        witness: Witness,
        confirmed: Vec<Receipt>,
        step: &mut Step<'_>,
    ) {
        let turn = self.next_turn();
        self.behind.push(turn);
        let (depositor, witness, parked) = (self.depositor(), Some(witness), Vec::new());
        step.effects.push(Effect::Settle { turn, depositor, witness, confirmed, parked });
        self.proceed(step);
    }

    /// Whether the next batch was read ahead, and there was no trouble of late: after some, each
    /// batch is of the size that its predecessor's success allows.
    pub(crate) fn is_in_flow(&self) -> bool {
        let is_read = match &self.prefetch {
            Prefetch::None => false,
            Prefetch::Asked(_) => true,
            Prefetch::Ready { ops, .. } => !ops.is_empty(),
        };
        is_read && self.pass.more && self.sizing.is_full()
    }

    /// Whether this is a batch that was settled behind the next one; only once.
    pub(crate) fn is_behind(&mut self, turn: Turn) -> bool {
        let at = self.behind.iter().position(|behind| *behind == turn);
        at.map(|at| self.behind.swap_remove(at)).is_some()
    }

    /// Only now it counts as a success: were it the answer alone, a device that cannot write
    /// would send the same batch for ever without a pause.
    pub(crate) fn count_success(&mut self, step: &Step<'_>) {
        self.backoff.reset();
        self.alike = (0, 0);
        self.parked_in_a_row = 0;
        self.sizing = self.sizing.grown();
        self.last_success_ms = Some(step.now_ms);
    }

    pub(crate) fn batch_settled(&mut self, success: bool, step: &mut Step<'_>) {
        if success {
            self.count_success(step);
        }
        if self.parked_in_a_row > PARKED_IN_A_ROW_MAX {
            return self.back_off(Reason::Refusing, step);
        }
        self.proceed(step);
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
                self.phase = Phase::Storing(Storing { turn, until_ms, task: Task::ReadBatch });
            }
            Prefetch::None => self.read(step),
        }
    }

    /// All of the outbox had its turn.
    pub(crate) fn end_pass(&mut self, step: &mut Step<'_>) {
        self.pass.restart();
        self.go_on(step);
    }
}
