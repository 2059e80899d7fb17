//! A round: what the engine does between taking the lock and giving it back. The outbox always
//! comes first, also between two pages or pieces of anything else: words before media.

use protocol::planted::{self, Bug};
use protocol::push::Lane;

use crate::effect::Effect;
use crate::engine::{Engine, Step};
use crate::event::{Memory, Turn};
use crate::pass::Prefetch;
use crate::phase::{Phase, Task};
use crate::status::Reason;

impl Engine {
    /// The lock is ours.
    pub(crate) fn begin(&mut self, step: &mut Step<'_>) {
        if self.device_id.is_none() {
            return self.rest(Phase::Unenrolled, step);
        }
        self.sweep.look_at_the_clock(step.now_ms);
        self.pulling.look_at_the_clock(step.now_ms);
        self.uploading.look_at_the_clock(step.now_ms);
        if self.token.is_absent() {
            self.fetch_token(step);
        } else if self.pass.is_through {
            self.end_pass(step);
        } else {
            self.read(step);
        }
    }

    /// The outbox had its turn: what else is due?
    pub(crate) fn go_on(&mut self, step: &mut Step<'_>) {
        if self.pass.again || !self.locked {
            self.attempt(step);
        } else if self.lane == Lane::Deposit {
            self.hand_over(step);
        } else if self.sweep.is_due {
            self.read_confirmed(step);
        } else if self.pulling.is_due {
            self.pull(step);
        } else if self.uploading.is_due {
            self.read_upload(step);
        } else if self.pass.deferred {
            self.back_off(Reason::Unconfirmed, step);
        } else {
            self.idle(step);
        }
    }

    /// Something other than a push succeeded. What waits in vain in the outbox keeps its backoff:
    /// else every pull would make it start over, at full speed.
    pub(crate) fn succeeded(&mut self, step: &Step<'_>) {
        self.last_success_ms = Some(step.now_ms);
        if !self.pass.deferred {
            self.backoff.reset();
        }
    }

    pub(crate) fn settled(&mut self, turn: Turn, step: &mut Step<'_>) {
        match self.done(turn, step) {
            None if self.is_behind(turn) => self.count_success(step),
            None => {}
            Some(Task::Settle { success }) => self.batch_settled(success, step),
            Some(Task::AdoptEpoch) => self.epoch_adopted(step),
            Some(Task::Reconcile { last, more, has_missing }) => {
                self.reconciled(last, more, has_missing, step);
            }
            Some(Task::FinishSweep) => self.sweep_finished(step),
            Some(Task::ApplyPage { has_more }) => self.page_applied(has_more, step),
            // The pull begins anew; it is still due.
            Some(Task::BeginResync) => self.go_on(step),
            Some(Task::SettleUpload) => self.upload_settled(step),
            Some(Task::Wipe) => self.wiped(step),
            // Reads are answered with what was read: a driver that mixes them up has failed.
            Some(Task::ReadBatch | Task::ReadConfirmed | Task::ReadUpload) => {
                self.storage_failed(step);
            }
        }
    }

    pub(crate) fn settle_failed(&mut self, turn: Turn, step: &mut Step<'_>) {
        match self.done(turn, step) {
            None if self.is_behind(turn) => {
                self.pass.again = true;
                self.sizing.shrink();
            }
            None => {}
            // Something is still held here: it stays, until a person looks after it.
            Some(Task::Wipe) => {
                self.ask_again_next_time();
                self.hold(Reason::Revoked, step);
            }
            Some(_) => self.storage_failed(step),
        }
    }

    /// A question to the store has no answer. Never to be read as an empty one.
    pub(crate) fn unreadable(&mut self, turn: Turn, step: &mut Step<'_>) {
        if planted::is(Bug::ErrorIsEmpty) {
            self.batch_read(turn, Vec::new(), false, step);
        } else if self.done(turn, step).is_some() {
            self.storage_failed(step);
        } else if matches!(self.prefetch, Prefetch::Asked(asked) if asked == turn) {
            // The read proper will tell whether it is still so.
            self.prefetch = Prefetch::None;
        }
    }

    /// Another tab adopted another epoch: nothing was written, and all is offered there.
    pub(crate) fn epoch_moved(&mut self, turn: Turn, memory: Memory, step: &mut Step<'_>) {
        let is_awaited = self.done(turn, step).is_some();
        if is_awaited || self.is_behind(turn) {
            self.sweep.restart(memory.is_sweep_due);
            self.memory = memory;
            self.pass.again = true;
        }
        if is_awaited {
            self.pass.restart();
            self.attempt(step);
        }
    }

    /// This device's storage fails: its notes stay where they are, and the next pass starts over.
    pub(crate) fn storage_failed(&mut self, step: &mut Step<'_>) {
        self.pass.restart();
        self.sizing.shrink();
        self.back_off(Reason::DeviceStorage, step);
    }

    /// A revoked device has nothing more in its outbox. It is wiped once the endpoint itself has
    /// said, sealed, that it is revoked; a bare 401 could be anybody's.
    fn hand_over(&mut self, step: &mut Step<'_>) {
        if !self.is_shut_out && !planted::is(Bug::WipedByBare401) {
            self.push_nothing(step);
        } else if self.sweep.is_due && !planted::is(Bug::WipedAfterRestore) {
            // What a restore may have taken back is handed over again, whatever else waits in vain.
            self.read_confirmed(step);
        } else if self.pass.deferred {
            self.ask_again_next_time();
            self.back_off(Reason::Unconfirmed, step);
        } else {
            let Some(device_id) = self.device_id else {
                return self.rest(Phase::Unenrolled, step);
            };
            let turn = self.store(Task::Wipe, step);
            let epoch = self.epoch();
            step.effects.push(Effect::Wipe { turn, device_id, epoch });
        }
    }

    /// While something stays here that no endpoint takes, the endpoint is asked for its word each
    /// time: it may have been restored.
    fn ask_again_next_time(&mut self) {
        self.is_shut_out = planted::is(Bug::WipedAfterRestore);
    }

    fn wiped(&mut self, step: &mut Step<'_>) {
        self.device_id = None;
        self.memory = Memory::default();
        self.rest(Phase::Unenrolled, step);
    }
}
