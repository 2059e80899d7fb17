//! Plants each known bug in turn, in the code that ships, and sees whether the simulation finds it.

use protocol::planted::{self, Bug};

use crate::broken::Broken;
use crate::campaign::{Campaign, campaign};

/// Seeds by which a hit rate is measured.
const MEASURED: u64 = 300;
/// Seeds after which a bug counts as not caught.
const SEEDS_MAX: u64 = 30_000;

/// What became of one bug.
#[derive(Debug, Clone)]
pub struct Hunt {
    /// Which.
    pub bug: Bug,
    /// How many seeds ran.
    pub seeds: u64,
    /// How many of them broke an invariant.
    pub hits: u64,
    /// The first of them, and which invariant it broke.
    pub first: Option<(u64, Broken)>,
}

impl Hunt {
    /// Seeds in a hundred that catch it.
    #[must_use]
    pub fn hit_percent(&self) -> f64 {
        self.hits as f64 * 100.0 / self.seeds.max(1) as f64
    }
}

/// Hunts one bug: over [`MEASURED`] seeds, and on up to [`SEEDS_MAX`] if none of them caught it.
#[must_use]
pub fn hunt(bug: Bug, jobs: usize) -> Hunt {
    let plant = || planted::plant(Some(bug));
    let mut sum = campaign(0, MEASURED, jobs, u64::MAX, plant);
    while sum.failures.is_empty() && sum.seeds < SEEDS_MAX {
        sum = add(sum.seeds, campaign(sum.seeds, MEASURED, jobs, u64::MAX, plant));
    }
    let Campaign { seeds, failures, .. } = sum;
    let hits = failures.len() as u64;
    Hunt { bug, seeds, hits, first: failures.into_iter().next() }
}

fn add(before: u64, mut more: Campaign) -> Campaign {
    more.seeds += before;
    more
}
