//! One tab: an engine, and what must hold of what it does.

use std::collections::VecDeque;

use protocol::OpId;
use protocol::limits::{BATCH_BYTES_MAX, BATCH_OPS_MAX};
use protocol::push::PushHeader;
use sync::{Engine, Event, PushOutcome, Reason, State};

use crate::store::Store;

/// A push as the driver was asked for it.
#[derive(Debug, Clone)]
pub(crate) struct Pushed {
    pub(crate) header: PushHeader,
    pub(crate) op_ids: Vec<OpId>,
}

/// Pushes without any progress within [`WINDOW_MS`]: the search for one bad operation among
/// thousands, and a little.
const PUSHES_IN_VAIN_MAX: usize = 16;
const WINDOW_MS: u64 = 10_000;
/// After so long the engine may give up waiting for a driver that never answers.
const GIVEN_UP_MS: u64 = 35_000;

#[derive(Debug)]
pub(crate) struct Tab {
    /// None while the tab is closed.
    pub(crate) engine: Option<Engine>,
    /// Which opening this is; whatever was meant for an earlier one is lost.
    pub(crate) life: u64,
    pub(crate) timer: u64,
    pub(crate) pushed: Option<Pushed>,
    in_flight_since_ms: Option<u64>,
    not_before_ms: u64,
    in_vain_ms: VecDeque<u64>,
}

impl Tab {
    pub(crate) const fn closed() -> Self {
        Self {
            engine: None,
            life: 0,
            timer: 0,
            pushed: None,
            in_flight_since_ms: None,
            not_before_ms: 0,
            in_vain_ms: VecDeque::new(),
        }
    }

    /// Opens or closes it.
    pub(crate) fn replace(&mut self, engine: Option<Engine>) {
        let (life, timer) = (self.life + 1, self.timer);
        *self = Self { engine, life, timer, ..Self::closed() };
    }

    /// The device slept, or its clock says so.
    pub(crate) fn slept(&mut self) {
        self.not_before_ms = 0;
        self.in_flight_since_ms = None;
    }

    /// Before the engine takes an event.
    pub(crate) fn before(&mut self, event: &Event, now_ms: u64) {
        match event {
            Event::Enrolled { .. } => {
                self.in_flight_since_ms = None;
                self.in_vain_ms.clear();
            }
            Event::PushEnded { batch_id, outcome } if self.awaits(*batch_id) => {
                self.in_flight_since_ms = None;
                if let PushOutcome::Refused {
                    status: 429 | 503, retry_after_ms: Some(told), ..
                } = outcome
                {
                    self.not_before_ms = now_ms + told;
                }
            }
            Event::Settled { .. } => self.in_vain_ms.clear(),
            _ => {}
        }
    }

    fn awaits(&self, batch_id: protocol::BatchId) -> bool {
        let latest = self.pushed.as_ref().is_some_and(|p| p.header.batch_id == batch_id);
        latest
            && self.in_flight_since_ms.is_some()
            && matches!(self.engine.as_ref().map(|e| e.status().state), Some(State::Sending))
    }

    /// SYNC.md §2, 16: a storage error is told, never taken for an empty outbox.
    pub(crate) fn after(&self, event: &Event, was: State) -> Result<(), String> {
        let Some(engine) = &self.engine else { return Ok(()) };
        let state = engine.status().state;
        if matches!(event, Event::OutboxUnreadable { .. })
            && was == State::Looking
            && state != State::Looking
            && !matches!(state, State::Waiting { reason: Reason::DeviceStorage, .. })
        {
            return Err(format!("16: a storage error led to {state:?}"));
        }
        if engine.deadline_ms().is_none() && state != State::NotEnrolled {
            return Err(format!("5: no deadline in {state:?}"));
        }
        Ok(())
    }

    /// SYNC.md §2, 3 and 14; one batch in flight; batches within their limits.
    pub(crate) fn push(
        &mut self,
        pushed: Pushed,
        store: &Store,
        now_ms: u64,
    ) -> Result<(), String> {
        let mut ids = pushed.op_ids.clone();
        ids.dedup();
        let known = ids.iter().all(|id| store.saved.contains_key(id));
        if ids.len() != pushed.op_ids.len() || ids.is_empty() || !known {
            return Err("3: pushes what was never saved, nothing, or one twice".to_owned());
        }
        let bytes: usize = ids.iter().map(|id| store.saved[id].bytes).sum();
        if ids.len() > BATCH_OPS_MAX || (bytes > BATCH_BYTES_MAX && ids.len() > 1) {
            return Err(format!("a batch of {} operations, {bytes} bytes", ids.len()));
        }
        if self.in_flight_since_ms.is_some_and(|since_ms| now_ms < since_ms + GIVEN_UP_MS) {
            return Err("two batches in flight".to_owned());
        }
        if now_ms < self.not_before_ms {
            return Err("14: pushes before Retry-After is over".to_owned());
        }
        self.in_vain_ms.push_back(now_ms);
        while self.in_vain_ms.front().is_some_and(|at_ms| at_ms + WINDOW_MS < now_ms) {
            self.in_vain_ms.pop_front();
        }
        if self.in_vain_ms.len() > PUSHES_IN_VAIN_MAX {
            return Err("14: a storm of pushes in vain".to_owned());
        }
        self.in_flight_since_ms = Some(now_ms);
        self.pushed = Some(pushed);
        Ok(())
    }
}
