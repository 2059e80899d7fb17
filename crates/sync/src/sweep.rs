//! The sweep: asks the endpoint about everything that it once confirmed, after a restore and once
//! a day, and sends again what it does not have (SYNC.md §1, "Restore safety").

use protocol::have::{HaveAnswer, Held};
use protocol::limits::HAVE_OPS_MAX;
use protocol::planted::{self, Bug};
use protocol::push::Lane;
use protocol::{BatchId, OpId, Seq};

use crate::effect::{Effect, Witness};
use crate::engine::{Engine, Step};
use crate::event::{Outcome, Turn};
use crate::phase::{Call, Task};

/// Once a day.
const EVERY_MS: u64 = 24 * 3_600_000;
/// Confirmations older than this, in milliseconds by the endpoint's clock, may be purged
/// (SYNC.md §1, "Purge rule").
pub const PURGE_AFTER_MS: i64 = 30 * 24 * 3_600_000;
/// Bytes of an id in a question.
const ID_BYTES: usize = 39;

/// How far the sweep has come.
#[derive(Debug)]
pub(crate) struct Sweep {
    pub(crate) is_due: bool,
    after: Option<OpId>,
    /// Most operations of one question.
    ops_max: usize,
    /// When the last one came through.
    finished_ms: Option<u64>,
    /// What the latest answer said.
    latest: Option<(Witness, Option<Seq>)>,
}

impl Default for Sweep {
    fn default() -> Self {
        Self { is_due: false, after: None, ops_max: HAVE_OPS_MAX, finished_ms: None, latest: None }
    }
}

impl Sweep {
    pub(crate) fn restart(&mut self, is_due: bool) {
        self.is_due = is_due;
        self.after = None;
        self.latest = None;
    }

    /// The driver knows of the time before this page; the engine counts from its own beginning.
    pub(crate) fn look_at_the_clock(&mut self, now_ms: u64) {
        let since_ms = *self.finished_ms.get_or_insert(now_ms);
        if now_ms - since_ms >= EVERY_MS {
            self.is_due = true;
        }
    }

    /// A question of so many operations is too large for someone on the way.
    pub(crate) fn halve(&mut self, asked: usize) {
        self.ops_max = (asked / 2).max(1);
    }
}

impl Engine {
    pub(crate) fn read_confirmed(&mut self, step: &mut Step<'_>) {
        let (after, ops_max) = (self.sweep.after, self.sweep.ops_max);
        let turn = self.store(Task::ReadConfirmed, step);
        step.effects.push(Effect::ReadConfirmed { turn, after, ops_max });
    }

    pub(crate) fn confirmed_read(
        &mut self,
        turn: Turn,
        mut op_ids: Vec<OpId>,
        more: bool,
        step: &mut Step<'_>,
    ) {
        if self.done(turn, step).is_none() {
            return;
        }
        let more = more || op_ids.len() > self.sweep.ops_max;
        op_ids.truncate(self.sweep.ops_max);
        if op_ids.is_empty() {
            return self.finish_sweep(step);
        }
        if self.lane == Lane::Deposit {
            return self.offer_again(op_ids, more, step);
        }
        let bytes = op_ids.len() * ID_BYTES;
        let request_id = self.call(Call::Have { op_ids: op_ids.clone(), more }, bytes, step);
        step.effects.push(Effect::AskHave { request_id, op_ids });
    }

    /// A revoked device may not ask what is there: it hands all of it over once more, and hears
    /// for each operation that it is a duplicate or is stored now.
    fn offer_again(&mut self, missing: Vec<OpId>, more: bool, step: &mut Step<'_>) {
        let word = self.word.filter(|word| Some(word.epoch) == self.epoch());
        let Some(witness) = word else { return self.push_nothing(step) };
        let last = missing.last().copied();
        let turn = self.store(Task::Reconcile { last, more, has_missing: true }, step);
        step.effects.push(Effect::Reconcile { turn, witness, held: Vec::new(), missing });
    }

    pub(crate) fn have_ended(
        &mut self,
        request_id: BatchId,
        outcome: Outcome<HaveAnswer>,
        step: &mut Step<'_>,
    ) {
        let Some(call) = self.land(request_id, step) else { return };
        let (answer, op_ids, more) = match (outcome.into_result(), call) {
            (Ok(answer), Call::Have { op_ids, more }) => (answer, op_ids, more),
            (Err(failure), call) => return self.failed(call, failure, step),
            (Ok(_), _) => return self.storage_failed(step),
        };
        if !self.is_present(answer.epoch, answer.server_time_ms, step) {
            return;
        }
        self.succeeded(step);
        let witness = Self::witness(answer.epoch, answer.server_time_ms);
        self.sweep.latest = Some((witness, answer.safe_seq));
        let (held, missing) = sort(&op_ids, answer.held);
        let last = op_ids.last().copied();
        let has_missing = !missing.is_empty();
        let turn = self.store(Task::Reconcile { last, more, has_missing }, step);
        step.effects.push(Effect::Reconcile { turn, witness, held, missing });
    }

    pub(crate) fn reconciled(
        &mut self,
        last: Option<OpId>,
        more: bool,
        has_missing: bool,
        step: &mut Step<'_>,
    ) {
        self.sweep.after = last;
        // What came back to the outbox is sent before the next question.
        self.pass.again |= has_missing;
        if more || has_missing { self.go_on(step) } else { self.finish_sweep(step) }
    }

    fn finish_sweep(&mut self, step: &mut Step<'_>) {
        let Some((witness, safe_seq)) = self.sweep.latest else {
            // Nothing is confirmed here: nothing to ask, nothing to purge.
            return self.sweep_finished(step);
        };
        let turn = self.store(Task::FinishSweep, step);
        step.effects.push(Effect::FinishSweep { turn, witness, safe_seq });
    }

    pub(crate) fn sweep_finished(&mut self, step: &mut Step<'_>) {
        self.sweep.restart(false);
        self.sweep.finished_ms = Some(step.now_ms);
        self.go_on(step);
    }
}

/// Those asked for that are held, and those that are not. What was not asked for is ignored.
fn sort(asked: &[OpId], answered: Vec<Held>) -> (Vec<Held>, Vec<OpId>) {
    // In the question's own order, which is ascending.
    let mut found: Vec<(OpId, Option<Held>)> = asked.iter().map(|op_id| (*op_id, None)).collect();
    for held in answered {
        if let Ok(at) = asked.binary_search(&held.op_id)
            && let Some((_, slot)) = found.get_mut(at)
        {
            *slot = Some(held);
        }
    }
    let held = found.iter().filter_map(|(_, held)| *held).collect();
    let is_missing =
        |(_, held): &&(OpId, Option<Held>)| held.is_none() && !planted::is(Bug::MissingIgnored);
    let missing = found.iter().filter(is_missing).map(|(op_id, _)| *op_id).collect();
    (held, missing)
}
