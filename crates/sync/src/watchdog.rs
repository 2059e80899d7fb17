//! The watchdog: acts when the oldest operation waits for long while requests succeed
//! (SYNC.md §1, "Backoff"): then it is this device that is stuck, most likely on a dead handle.

use protocol::OpId;

/// So long may an operation wait, and so fresh must a success be.
const PATIENCE_MS: u64 = 5 * 60_000;

#[derive(Debug, Default)]
pub(crate) struct Watchdog {
    waits: Option<Waits>,
    /// How often it acted.
    pub(crate) recoveries: u32,
}

#[derive(Debug, Clone, Copy)]
struct Waits {
    oldest: Option<OpId>,
    since_ms: u64,
}

impl Watchdog {
    /// Something was saved; the store has not shown it yet.
    pub(crate) fn something_waits(&mut self, now_ms: u64) {
        self.waits.get_or_insert(Waits { oldest: None, since_ms: now_ms });
    }

    /// The store showed the oldest, or that there is none.
    pub(crate) fn oldest_is(&mut self, oldest: Option<OpId>, now_ms: u64) {
        self.waits = oldest.map(|op_id| match self.waits {
            Some(waits) if waits.oldest.is_none_or(|before| before == op_id) => {
                Waits { oldest, ..waits }
            }
            _ => Waits { oldest, since_ms: now_ms },
        });
    }

    /// Whether it is time to act; then not again for a while.
    pub(crate) fn bites(&mut self, now_ms: u64, last_success_ms: Option<u64>) -> bool {
        let is_fresh = |at_ms| now_ms - at_ms < PATIENCE_MS;
        let Some(waits) = &mut self.waits else { return false };
        if is_fresh(waits.since_ms) || !last_success_ms.is_some_and(is_fresh) {
            return false;
        }
        waits.since_ms = now_ms;
        self.recoveries = self.recoveries.saturating_add(1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bites_only_for_the_same_old_operation_while_requests_succeed() {
        let op = |n| Some(OpId::new(n, [0; 10]));
        let mut dog = Watchdog::default();
        assert!(!dog.bites(10 * PATIENCE_MS, Some(10 * PATIENCE_MS)));
        dog.something_waits(0);
        dog.oldest_is(op(1), 10);
        assert!(!dog.bites(PATIENCE_MS - 1, Some(PATIENCE_MS - 1)), "not yet");
        assert!(!dog.bites(PATIENCE_MS, None), "nothing ever succeeded: it is the network");
        assert!(!dog.bites(2 * PATIENCE_MS, Some(PATIENCE_MS)), "nor of late");
        assert!(dog.bites(2 * PATIENCE_MS, Some(2 * PATIENCE_MS - 1)));
        assert!(!dog.bites(2 * PATIENCE_MS + 1, Some(2 * PATIENCE_MS)), "once in a while");
        dog.oldest_is(op(2), 3 * PATIENCE_MS);
        assert!(!dog.bites(3 * PATIENCE_MS + 1, Some(3 * PATIENCE_MS)), "another one is younger");
        dog.oldest_is(None, 4 * PATIENCE_MS);
        assert!(!dog.bites(9 * PATIENCE_MS, Some(9 * PATIENCE_MS)), "nothing waits");
    }
}
