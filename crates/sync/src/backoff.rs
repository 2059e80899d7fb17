//! How long to wait after trouble (SYNC.md §1, "Backoff").

use protocol::planted::{self, Bug};

/// One second doubled for each failure …
const FIRST_MS: u64 = 1_000;
/// … up to fifteen minutes.
pub(crate) const LONGEST_MS: u64 = 15 * 60_000;
/// The timer among the triggers: while the endpoint itself gave no sign of distress, no wait is
/// longer, so that a network that heals unannounced is noticed soon.
pub(crate) const TIMER_MS: u64 = 60_000;
/// A Retry-After beyond this is not believed: a limit on everything.
const TOLD_MS_MAX: u64 = 60 * 60_000;
/// Retry-After is stretched by up to 20 %, so that not all devices return at once.
const TOLD_JITTER_PERCENT: u64 = 20;

/// Counts failures since the last authenticated success.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Counts a failure and draws its wait, full jitter: U(0, min(longest, 1 s · 2ⁿ)), in
    /// milliseconds.
    pub(crate) fn failed_ms(&mut self, longest_ms: u64, chance: &mut dyn FnMut() -> u64) -> u64 {
        if planted::is(Bug::NoBackoff) {
            return 0;
        }
        let doubled_ms = FIRST_MS << self.failures.min(20);
        self.failures = self.failures.saturating_add(1);
        up_to_ms(doubled_ms.min(longest_ms).min(LONGEST_MS), chance)
    }

    /// An authenticated success.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// What Retry-After told plus its jitter, in milliseconds.
pub(crate) fn told_ms(retry_after_ms: u64, chance: &mut dyn FnMut() -> u64) -> u64 {
    let told_ms = retry_after_ms.min(TOLD_MS_MAX);
    told_ms + up_to_ms(told_ms * TOLD_JITTER_PERCENT / 100, chance)
}

/// Evenly between 0 and this many milliseconds, both included.
pub(crate) fn up_to_ms(most_ms: u64, chance: &mut dyn FnMut() -> u64) -> u64 {
    chance() % most_ms.saturating_add(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceilings_double_up_to_the_longest_and_start_again_after_success() {
        // With chance at one less than the ceiling + 1, the wait is the ceiling itself.
        let ceiling = |backoff: &mut Backoff| {
            (0..64).map(|bit| backoff.clone().failed_ms(LONGEST_MS, &mut || 1 << bit)).max()
        };
        let mut backoff = Backoff::default();
        assert!(ceiling(&mut backoff) <= Some(1_000));
        for failure in 0..100_u32 {
            let wait_ms = backoff.failed_ms(LONGEST_MS, &mut || u64::MAX);
            assert!(wait_ms <= (1_000 << failure.min(10)).min(LONGEST_MS), "{failure}");
        }
        assert_eq!(backoff.failed_ms(LONGEST_MS, &mut || LONGEST_MS), LONGEST_MS);
        assert_eq!(backoff.failed_ms(TIMER_MS, &mut || TIMER_MS), TIMER_MS);
        backoff.reset();
        assert_eq!(backoff.failed_ms(LONGEST_MS, &mut || 1_000), 1_000);
        assert_eq!(backoff.failed_ms(LONGEST_MS, &mut || 2_000), 2_000);
    }

    #[test]
    fn retry_after_is_stretched_never_shortened_and_has_a_limit() {
        assert_eq!(told_ms(10_000, &mut || 0), 10_000);
        assert_eq!(told_ms(10_000, &mut || 2_000), 12_000);
        assert_eq!(told_ms(10_000, &mut || 2_001), 10_000);
        assert_eq!(told_ms(u64::MAX, &mut || 0), TOLD_MS_MAX);
    }
}
