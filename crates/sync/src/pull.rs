//! Pull: what changed for this device's rep, page by page (SYNC.md §1, "Pull").

use protocol::BatchId;

use crate::effect::Effect;
use crate::engine::{Engine, Step};
use crate::event::{Outcome, PageHead};
use crate::phase::{Call, Task};
use crate::status::Reason;

/// While somebody may be looking.
const EVERY_MS: u64 = 5 * 60_000;
/// A page that is looked at again and again asks no more often than this.
const LOOKED_AT_EVERY_MS: u64 = 60_000;

/// When to pull.
#[derive(Debug, Default)]
pub(crate) struct Pulling {
    pub(crate) is_due: bool,
    finished_ms: Option<u64>,
    /// Begun anew, and no page has come yet.
    is_anew: bool,
}

impl Pulling {
    pub(crate) fn look_at_the_clock(&mut self, now_ms: u64) {
        self.is_due |= self.is_older(now_ms, EVERY_MS);
    }

    pub(crate) fn looked_at(&mut self, now_ms: u64) {
        self.is_due |= self.is_older(now_ms, LOOKED_AT_EVERY_MS);
    }

    fn is_older(&self, now_ms: u64, than_ms: u64) -> bool {
        self.finished_ms.is_none_or(|at_ms| now_ms - at_ms >= than_ms)
    }
}

impl Engine {
    pub(crate) fn pull(&mut self, step: &mut Step<'_>) {
        let request_id = self.call(Call::Pull, 0, step);
        step.effects.push(Effect::Pull { request_id });
    }

    pub(crate) fn pull_ended(
        &mut self,
        request_id: BatchId,
        outcome: Outcome<PageHead>,
        step: &mut Step<'_>,
    ) {
        let Some(call) = self.land(request_id, step) else { return };
        let page = match outcome.into_result() {
            Ok(page) => page,
            Err(failure) => return self.failed(call, failure, step),
        };
        if !self.is_present(page.epoch, page.server_time_ms, step) {
            return;
        }
        self.succeeded(step);
        let turn = self.store(Task::ApplyPage { has_more: page.has_more }, step);
        step.effects.push(Effect::ApplyPage { turn, request_id, epoch: page.epoch });
    }

    pub(crate) fn page_applied(&mut self, has_more: bool, step: &mut Step<'_>) {
        self.pulling.is_anew = false;
        if !has_more {
            self.pulling.is_due = false;
            self.pulling.finished_ms = Some(step.now_ms);
        }
        self.go_on(step);
    }

    /// The cursor is refused: begin anew. Where the beginning is refused too, there is no hurry.
    pub(crate) fn resync(&mut self, step: &mut Step<'_>) {
        self.pulling.is_anew = !self.pulling.is_anew;
        if !self.pulling.is_anew {
            return self.back_off(Reason::EndpointFailing, step);
        }
        let turn = self.store(Task::BeginResync, step);
        step.effects.push(Effect::BeginResync { turn });
    }
}
