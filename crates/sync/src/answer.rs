//! What the answer to a push means for its batch.

use protocol::BatchId;
use protocol::planted::{self, Bug};
use protocol::push::{Lane, PushAnswer};

use crate::batch::Batch;
use crate::engine::{Engine, Step};
use crate::event::Outcome;
use crate::phase::Call;
use crate::receipts::{self, Sorted};
use crate::status::Reason;

impl Engine {
    pub(crate) fn push_ended(
        &mut self,
        batch_id: BatchId,
        outcome: Outcome<PushAnswer>,
        step: &mut Step<'_>,
    ) {
        if planted::is(Bug::Stale401)
            && matches!(outcome, Outcome::Refused { status: 401, code: Some(_), .. })
            && !self.is_calling(batch_id)
        {
            self.device_id = None;
            return self.rest(crate::phase::Phase::Unenrolled, step);
        }
        let Some(call) = self.land(batch_id, step) else { return };
        match (outcome.into_result(), call) {
            (Ok(answer), Call::Push(batch)) if answer.batch_id == batch_id => {
                self.answered(&batch, answer, step);
            }
            (Ok(_), _) => self.unanswered(Reason::NotOurs, step),
            (Err(failure), call) => self.failed(call, failure, step),
        }
    }

    fn answered(&mut self, batch: &Batch, answer: PushAnswer, step: &mut Step<'_>) {
        if !self.is_present(answer.epoch, answer.server_time_ms, step) {
            return;
        }
        self.is_claim_refuted |= self.lane == Lane::Deposit && answer.lane == Lane::Normal;
        if !planted::is(Bug::LaneSticks) {
            self.lane = answer.lane;
        }
        self.is_shut_out = answer.lane == Lane::Deposit;
        if batch.ops.is_empty() {
            // No success to start the backoff over for: a forger of 401s could ask for it for ever.
            self.last_success_ms = Some(step.now_ms);
            return self.go_on(step);
        }
        let witness = Self::witness(answer.epoch, answer.server_time_ms);
        let Sorted { confirmed, parked, staying } = receipts::sort(batch, answer);
        if confirmed.is_empty() && parked.is_empty() {
            self.pass.step_over(batch);
            self.sizing.shrink();
            if planted::is(Bug::NoPauseUnconfirmed) {
                self.pass.restart();
                return self.attempt(step);
            }
            return if batch.more {
                self.back_off(Reason::Unconfirmed, step);
            } else {
                self.end_pass(step);
            };
        }
        self.pass.step_past(batch);
        self.pass.deferred |= staying > 0;
        if parked.is_empty() && self.is_in_flow() {
            self.settle_behind(witness, confirmed, step);
        } else {
            self.settle(Some(witness), confirmed, parked, step);
        }
    }
}
