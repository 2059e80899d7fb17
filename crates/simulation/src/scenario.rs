//! What a world is made of: a seed, and limits that shrinking lowers.

use protocol::limits::BATCH_OPS_MAX;
use protocol::planted::Bug;

use crate::chance::Chance;
use crate::faults::FaultSet;

/// One world. Two of the same scenario are the same to the last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// All chance comes from it.
    pub seed: u64,
    /// The kinds of trouble.
    pub faults: FaultSet,
    /// Most devices.
    pub devices_max: usize,
    /// Most saves that are planned.
    pub saves_max: usize,
    /// Most days with people awake.
    pub days_max: usize,
    /// The bug that is planted in the shipped code, where the feature `planted-bugs` allows it.
    pub planted: Option<Bug>,
}

impl Scenario {
    /// Most devices that any seed has.
    pub const DEVICES_MAX: usize = 3;
    /// Most saves that any seed plans.
    pub const SAVES_MAX: usize = 40;
    /// Most days that any seed has.
    pub const DAYS_MAX: usize = 4;

    /// Most operations of a push. In every third world few: no day's notes fill a batch as large as
    /// the shipped ones, and what happens between two batches would never be seen.
    #[must_use]
    pub(crate) const fn batch_ops_max(&self) -> usize {
        if self.seed.is_multiple_of(3) { 2 + (self.seed / 3 % 5) as usize } else { BATCH_OPS_MAX }
    }

    /// The whole world of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self {
            seed,
            faults: FaultSet::drawn(&mut Chance::new(seed, 1)),
            devices_max: Self::DEVICES_MAX,
            saves_max: Self::SAVES_MAX,
            days_max: Self::DAYS_MAX,
            planted: None,
        }
    }
}
