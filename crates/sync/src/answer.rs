//! What the end of a push means for its batch.
//!
//! Here join, later: a new epoch leads to `have`, and an answer of an older epoch is ignored
//! (SYNC.md §1, "Restore safety"); a revoked device goes over to the deposit lane.

use core::mem;

use protocol::push::PushAnswer;
use protocol::{BatchId, Code};

use crate::backoff::{LONGEST_MS, up_to_ms};
use crate::batch::Batch;
use crate::effect::Parked;
use crate::engine::{Engine, Phase, Step};
use crate::event::PushOutcome;
use crate::pass::Flight;
use crate::receipts::{self, Sorted};
use crate::refusal::{self, Measure};
use crate::status::Reason;

/// So many failures alike look like the batch's own fault (SYNC.md §1, "Errors").
const ALIKE_MAX: u8 = 5;
/// A full disk is not emptied in a moment: at least so long, at most the longest backoff.
const FULL_MS_MIN: u64 = 5 * 60_000;

impl Engine {
    /// Anything but the end of the push in flight is ignored: late answers, and above all a late
    /// 401 to an identity that is no more.
    pub(crate) fn push_ended(
        &mut self,
        batch_id: BatchId,
        outcome: PushOutcome,
        step: &mut Step<'_>,
    ) {
        if !matches!(&self.phase, Phase::Sending(flight) if flight.batch_id == batch_id) {
            return;
        }
        match outcome {
            PushOutcome::Answered(answer) if answer.batch_id == batch_id => {
                self.answered(answer, step);
            }
            PushOutcome::Answered(_) | PushOutcome::NotOurs => {
                self.push_unanswered(Reason::NotOurs, step);
            }
            PushOutcome::NetworkFailed | PushOutcome::TimedOut => {
                self.push_unanswered(Reason::Network, step);
            }
            PushOutcome::Refused { status, code, retry_after_ms } => {
                self.refused(status, code, retry_after_ms, step);
            }
        }
    }

    /// Nothing is known of the batch: it is sent again as it stands, in small parts first.
    pub(crate) fn push_unanswered(&mut self, reason: Reason, step: &mut Step<'_>) {
        self.sizing.shrink();
        self.back_off(reason, step);
    }

    /// The batch in flight, which is in flight no more. The caller sets the next phase.
    fn land(&mut self, step: &Step<'_>) -> Option<Batch> {
        let resting = Phase::Idle { look_at_ms: step.now_ms };
        match mem::replace(&mut self.phase, resting) {
            Phase::Sending(Flight { batch, .. }) => Some(batch),
            other => {
                self.phase = other;
                None
            }
        }
    }

    fn answered(&mut self, answer: PushAnswer, step: &mut Step<'_>) {
        let Some(batch) = self.land(step) else { return };
        if let Some(identity) = &mut self.identity {
            identity.epoch_seen = Some(answer.epoch);
        }
        let Sorted { confirmed, parked, staying } = receipts::sort(&batch, answer);
        if confirmed.is_empty() && parked.is_empty() {
            self.pass.step_over(&batch);
            self.sizing.shrink();
            return self.back_off(Reason::Unconfirmed, step);
        }
        self.pass.step_past(&batch);
        self.pass.deferred |= staying > 0;
        self.settle(confirmed, parked, step);
    }

    fn refused(
        &mut self,
        status: u16,
        code: Option<Code>,
        retry_after_ms: Option<u64>,
        step: &mut Step<'_>,
    ) {
        let Some(batch) = self.land(step) else { return };
        let measure = refusal::measure(status, code);
        if !matches!(measure, Measure::Halve(_) | Measure::Isolate) {
            self.sizing.shrink();
        }
        match measure {
            Measure::Wait(reason) => self.back_off(reason, step),
            Measure::Busy => match retry_after_ms {
                Some(told_ms) => self.wait_as_told(told_ms, Reason::Busy, step),
                None => self.back_off(Reason::Busy, step),
            },
            Measure::Full => {
                let long_ms = FULL_MS_MIN + up_to_ms(LONGEST_MS - FULL_MS_MIN, step.chance);
                self.wait_as_told(retry_after_ms.unwrap_or(long_ms), Reason::EndpointFull, step);
            }
            Measure::Isolate => self.isolate(status, &batch, step),
            Measure::Halve(code) => self.halve(code, &batch, step),
            Measure::OfferAgain => {
                if let Some(identity) = &mut self.identity {
                    identity.epoch_seen = None;
                }
                self.pass.restart();
                self.back_off(Reason::EpochChanged, step);
            }
            Measure::Hold(reason) => self.hold(reason, step),
        }
    }

    /// The endpoint failed, perhaps by one of these.
    fn isolate(&mut self, status: u16, batch: &Batch, step: &mut Step<'_>) {
        let before = if self.alike.0 == status { self.alike.1 } else { 0 };
        self.alike = (status, before.saturating_add(1));
        if self.alike.1 < ALIKE_MAX {
            self.sizing.shrink();
        } else if batch.ops.len() == 1 {
            self.pass.step_over(batch);
        } else {
            self.sizing.halve(batch, false);
        }
        self.back_off(Reason::EndpointFailing, step);
    }

    /// The endpoint does not take this batch, for its size or for one of these. The search for
    /// it needs no pauses: a dozen steps lead to a single operation.
    fn halve(&mut self, code: Code, batch: &Batch, step: &mut Step<'_>) {
        if let [op] = batch.ops[..] {
            self.parked_in_a_row = self.parked_in_a_row.saturating_add(1);
            self.pass.step_past(batch);
            let parked = Parked { op_id: op.op_id, code };
            return self.settle(Vec::new(), vec![parked], step);
        }
        self.sizing.halve(batch, code == Code::BatchTooLarge);
        self.attempt(step);
    }
}
