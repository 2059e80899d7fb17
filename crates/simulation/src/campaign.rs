//! Runs many seeds on several threads.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::broken::Broken;
use crate::run::run;
use crate::scenario::Scenario;
use crate::tally::Tally;

/// Seeds that a thread takes at a time.
const BITE: u64 = 64;

/// What many seeds came to.
#[derive(Debug, Clone, Default)]
pub struct Campaign {
    /// How many ran.
    pub seeds: u64,
    /// Of all of them.
    pub tally: Tally,
    /// Those that broke an invariant, ascending.
    pub failures: Vec<(u64, Broken)>,
}

impl Campaign {
    fn add(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.tally.add(&other.tally);
        self.failures.extend(other.failures);
    }
}

/// Runs the `world` of each of `seeds` from `first` on, on so many threads. Ends early once
/// `failures_max` have failed.
#[must_use]
pub fn campaign(
    first: u64,
    seeds: u64,
    jobs: usize,
    failures_max: u64,
    world: impl Fn(u64) -> Scenario + Sync,
) -> Campaign {
    let (next, failed) = (AtomicU64::new(first), AtomicU64::new(0));
    let end = first.saturating_add(seeds);
    let sum = Mutex::new(Campaign::default());
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                let mut own = Campaign::default();
                loop {
                    let from = next.fetch_add(BITE, Ordering::Relaxed);
                    if from >= end || failed.load(Ordering::Relaxed) >= failures_max {
                        break;
                    }
                    for seed in from..end.min(from + BITE) {
                        live(seed, world(seed), &mut own, &failed);
                    }
                }
                sum.lock().unwrap_or_else(PoisonError::into_inner).add(own);
            });
        }
    });
    let mut sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    sum.failures.sort_by_key(|(seed, _)| *seed);
    sum
}

fn live(seed: u64, scenario: Scenario, own: &mut Campaign, failed: &AtomicU64) {
    let ended = run(scenario);
    own.seeds += 1;
    own.tally.add(&ended.tally);
    if let Some(broken) = ended.broken {
        failed.fetch_add(1, Ordering::Relaxed);
        own.failures.push((seed, broken));
    }
}
