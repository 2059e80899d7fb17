//! What the failure of a request means for what it carried. Which refusal means what is in
//! `refusal.rs`.

use protocol::Code;
use protocol::planted::{self, Bug};
use protocol::push::Lane;

use crate::backoff::{LONGEST_MS, up_to_ms};
use crate::batch::Batch;
use crate::effect::Parked;
use crate::engine::{Engine, Step};
use crate::event::Outcome;
use crate::phase::Call;
use crate::refusal::{self, Measure};
use crate::status::Reason;

/// So many failures alike look like the batch's own fault (SYNC.md §1, "Errors").
const ALIKE_MAX: u8 = 5;
/// A full disk is not emptied in a moment: at least so long, at most the longest backoff.
const FULL_MS_MIN: u64 = 5 * 60_000;

/// Why a request has no answer that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    Refused { status: u16, code: Option<Code>, retry_after_ms: Option<u64> },
    NotOurs,
    Network,
}

impl<A> Outcome<A> {
    pub(crate) fn into_result(self) -> Result<A, Failure> {
        match self {
            Self::Answered(answer) => Ok(answer),
            Self::Refused { status, code, retry_after_ms } => {
                Err(Failure::Refused { status, code, retry_after_ms })
            }
            Self::NotOurs => Err(Failure::NotOurs),
            Self::NetworkFailed | Self::TimedOut => Err(Failure::Network),
        }
    }
}

impl Engine {
    /// A request that is in flight no more failed.
    pub(crate) fn failed(&mut self, call: Call, failure: Failure, step: &mut Step<'_>) {
        match failure {
            Failure::NotOurs => self.unanswered(Reason::NotOurs, step),
            Failure::Network => self.unanswered(Reason::Network, step),
            Failure::Refused { status, code, retry_after_ms } => {
                let measure = refusal::measure(status, code);
                self.refused(call, status, measure, retry_after_ms, step);
            }
        }
    }

    fn refused(
        &mut self,
        call: Call,
        status: u16,
        measure: Measure,
        retry_after_ms: Option<u64>,
        step: &mut Step<'_>,
    ) {
        if !matches!(measure, Measure::Halve(_) | Measure::Isolate | Measure::NewToken) {
            self.sizing.shrink();
        }
        match measure {
            Measure::Wait(reason) => self.back_off(reason, step),
            Measure::Busy if planted::is(Bug::RetryAfterIgnored) => {
                self.back_off(Reason::Busy, step);
            }
            Measure::Busy => match retry_after_ms {
                Some(told_ms) => self.wait_as_told(told_ms, Reason::Busy, step),
                None => self.back_off(Reason::Busy, step),
            },
            Measure::Full => {
                let long_ms = FULL_MS_MIN + up_to_ms(LONGEST_MS - FULL_MS_MIN, step.chance);
                self.wait_as_told(retry_after_ms.unwrap_or(long_ms), Reason::EndpointFull, step);
            }
            Measure::Isolate => self.isolate(call, status, step),
            Measure::Halve(code) => self.halve(call, code, step),
            Measure::NewToken => {
                // With the new token the same turn goes on. Were it the outbox's again, a pass full
                // of failures could outlast every token, and nothing else ever had its turn.
                let carries_ops = matches!(&call, Call::Push(batch) if !batch.ops.is_empty());
                self.pass.is_through |= !carries_ops && !planted::is(Bug::TokenStartsOver);
                if let Call::Push(batch) = call
                    && planted::is(Bug::DropOn401)
                {
                    let parked = batch.ops.iter().map(|op| op.op_id);
                    let parked = parked.map(|op_id| Parked { op_id, code: Code::TokenUnknown });
                    self.pass.step_past(&batch);
                    return self.settle(None, Vec::new(), parked.collect(), step);
                }
                self.token_refused(step);
            }
            Measure::Deposit => self.shut_out(step),
            Measure::Resync if matches!(call, Call::Pull) => self.resync(step),
            Measure::Resync => self.back_off(Reason::EndpointFailing, step),
            Measure::OfferAgain => {
                self.pass.restart();
                self.back_off(Reason::EpochChanged, step);
            }
            Measure::Hold(reason) => self.hold(reason, step),
        }
    }

    /// The endpoint failed, perhaps by something in this request.
    fn isolate(&mut self, call: Call, status: u16, step: &mut Step<'_>) {
        match call {
            Call::Push(batch) => self.isolate_batch(&batch, status, step),
            Call::Upload(attachment_id) => self.upload_failed(attachment_id, step),
            Call::Token | Call::Have { .. } | Call::Pull => {
                self.back_off(Reason::EndpointFailing, step);
            }
        }
    }

    fn isolate_batch(&mut self, batch: &Batch, status: u16, step: &mut Step<'_>) {
        let before = if self.alike.0 == status { self.alike.1 } else { 0 };
        self.alike = (status, before.saturating_add(1));
        if self.alike.1 < ALIKE_MAX {
            self.sizing.shrink();
        } else if batch.ops.len() <= 1 {
            if planted::is(Bug::ParkedByCrash) && status == 500 {
                let code = Code::Internal;
                let parked = batch.ops.iter().map(|op| Parked { op_id: op.op_id, code });
                self.pass.step_past(batch);
                return self.settle(None, Vec::new(), parked.collect(), step);
            }
            if !planted::is(Bug::NeverSteppedOver) {
                self.pass.step_over(batch);
            }
        } else if !planted::is(Bug::NeverHalved) {
            self.sizing.halve(batch, false);
        }
        self.back_off(Reason::EndpointFailing, step);
    }

    /// The endpoint does not take this, for its size or for something in it.
    fn halve(&mut self, call: Call, code: Code, step: &mut Step<'_>) {
        match call {
            Call::Push(batch) => self.halve_batch(&batch, code, step),
            Call::Upload(attachment_id) => self.upload_refused(attachment_id, code, step),
            Call::Have { op_ids, .. } => {
                self.sweep.halve(op_ids.len());
                self.back_off(Reason::EndpointFailing, step);
            }
            Call::Token | Call::Pull => self.back_off(Reason::EndpointFailing, step),
        }
    }

    /// The search for the one at fault needs no pauses: a dozen steps lead to a single operation.
    fn halve_batch(&mut self, batch: &Batch, code: Code, step: &mut Step<'_>) {
        match batch.ops[..] {
            [op] => {
                self.parked_in_a_row = self.parked_in_a_row.saturating_add(1);
                self.pass.step_past(batch);
                self.settle(None, Vec::new(), vec![Parked { op_id: op.op_id, code }], step);
            }
            [] => self.back_off(Reason::EndpointFailing, step),
            _ if planted::is(Bug::TooLargeAgain) => self.back_off(Reason::EndpointFailing, step),
            _ => {
                self.sizing.halve(batch, code == Code::BatchTooLarge);
                self.attempt(step);
            }
        }
    }

    /// Somebody says that an admin shut this device out. All it does is change the door: what is
    /// held here is handed over, and only the endpoint's own sealed word leads further.
    fn shut_out(&mut self, step: &mut Step<'_>) {
        self.pass.restart();
        let was = core::mem::replace(&mut self.lane, Lane::Deposit);
        let is_hasty = core::mem::take(&mut self.is_claim_refuted);
        if was == Lane::Normal && !is_hasty {
            self.attempt(step);
        } else {
            self.back_off(Reason::Revoked, step);
        }
    }
}
