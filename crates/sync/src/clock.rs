//! A time that never goes back, whatever the device's clock does (SYNC.md §2, 15).

use protocol::planted::{self, Bug};

/// Turns the driver's milliseconds into the engine's, and back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    last_ms: u64,
    ahead_ms: u64,
}

impl Clock {
    pub(crate) const fn new(driver_ms: u64) -> Self {
        Self { last_ms: driver_ms, ahead_ms: 0 }
    }

    /// The engine's time of this moment. When the driver's went back, none has passed: a wait
    /// neither ends for it nor lasts the years that a clock was set back.
    pub(crate) fn at(&mut self, driver_ms: u64) -> u64 {
        let is_back = driver_ms.saturating_add(self.ahead_ms) < self.last_ms;
        if is_back && planted::is(Bug::ClockTrusted) {
            return driver_ms;
        }
        if is_back {
            self.ahead_ms = self.last_ms - driver_ms;
        }
        self.last_ms = driver_ms.saturating_add(self.ahead_ms);
        self.last_ms
    }

    /// A time of the engine's, as the driver's clock will show it.
    pub(crate) const fn for_driver(&self, engine_ms: u64) -> u64 {
        engine_ms.saturating_sub(self.ahead_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_stands_still_and_then_runs_on() {
        let mut clock = Clock::new(1_000_000);
        assert_eq!(clock.at(1_000_500), 1_000_500);
        assert_eq!(clock.at(400), 1_000_500);
        assert_eq!(clock.at(700), 1_000_800);
        assert_eq!(clock.for_driver(1_000_900), 800);
        assert_eq!(clock.at(0), 1_000_800);
        assert_eq!(clock.at(5), 1_000_805);
    }
}
