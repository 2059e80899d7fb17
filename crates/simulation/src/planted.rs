//! Plants each known bug in turn, in the code that ships, and sees whether the simulation finds it.

use protocol::planted::Bug;

use crate::broken::Broken;
use crate::campaign::{Campaign, campaign};
use crate::faults::{Fault, FaultSet};
use crate::run::run;
use crate::scenario::Scenario;

/// Whole worlds by which a hit rate is measured.
const MEASURED: u64 = 300;
/// Narrow worlds that have to be enough for a rare bug.
const NARROW_MAX: u64 = 6_000;
/// Bugs that fewer whole worlds than this catch are hunted in narrow ones as well.
const SELDOM_PERCENT: f64 = 1.0;

/// What became of one bug.
#[derive(Debug, Clone)]
pub struct Hunt {
    /// Which.
    pub bug: Bug,
    /// In worlds with all kinds of trouble.
    pub whole: Catch,
    /// In worlds that have only the trouble which it needs, where the whole ones seldom catch it.
    pub narrow: Option<Catch>,
}

/// How many worlds caught a bug.
#[derive(Debug, Clone)]
pub struct Catch {
    /// How many ran.
    pub worlds: u64,
    /// How many of them broke an invariant.
    pub hits: u64,
    /// The first of them, and what it broke.
    pub first: Option<(Scenario, Broken)>,
}

impl Hunt {
    /// Whether it is found: often in whole worlds, or in those that are made for it.
    #[must_use]
    pub fn is_caught(&self) -> bool {
        self.narrow.as_ref().map_or(self.whole.hits > 0, |narrow| narrow.hits > 0)
    }
}

impl Catch {
    /// Worlds in a hundred that catch it.
    #[must_use]
    pub fn hit_percent(&self) -> f64 {
        self.hits as f64 * 100.0 / self.worlds.max(1) as f64
    }
}

/// Hunts one bug.
///
/// # Errors
/// The world that broke an invariant with the bug, where it breaks one without it just as well:
/// then nothing was caught.
pub fn hunt(bug: Bug, jobs: usize) -> Result<Hunt, Scenario> {
    let whole = catch(MEASURED, jobs, u64::MAX, |seed| Scenario {
        planted: Some(bug),
        ..Scenario::of(seed)
    })?;
    let is_seldom = whole.hit_percent() < SELDOM_PERCENT;
    let narrow = is_seldom.then(|| {
        let faults = needed(bug).iter().fold(FaultSet::NONE, |faults, fault| faults.with(*fault));
        catch(NARROW_MAX, jobs, 1, |seed| Scenario {
            planted: Some(bug),
            faults,
            ..Scenario::of(seed)
        })
    });
    Ok(Hunt { bug, whole, narrow: narrow.transpose()? })
}

fn catch(
    worlds: u64,
    jobs: usize,
    hits_max: u64,
    world: impl Fn(u64) -> Scenario + Sync,
) -> Result<Catch, Scenario> {
    let Campaign { seeds, failures, .. } = campaign(0, worlds, jobs, hits_max, &world);
    let hits = failures.len() as u64;
    let first = failures.into_iter().next().map(|(seed, broken)| (world(seed), broken));
    if let Some((scenario, _)) = &first {
        let without = Scenario { planted: None, ..*scenario };
        if run(without).broken.is_some() {
            return Err(without);
        }
    }
    Ok(Catch { worlds: seeds, hits, first })
}

/// The trouble without which a bug that is seldom met does no harm.
const fn needed(bug: Bug) -> &'static [Fault] {
    use Fault::{
        Attachments, Backups, Bursts, Edits, Forged, Freeze, Lost, Mendable, Nights, NoLocks,
        NullReadBack, OddReceipts, Offline, Reenrol, Restless, Restore, Revoke, SlowStore, Tokens,
        Unheard,
    };
    match bug {
        Bug::OldReceiptsCount => &[SlowStore, Backups, Restore, NoLocks, Bursts],
        Bug::LateEpochAdopted => &[SlowStore, Backups, Restore, NoLocks, Restless],
        Bug::NoPauseUnconfirmed => &[Mendable, OddReceipts],
        Bug::NeverHalved | Bug::NeverSteppedOver => &[Mendable, Bursts],
        Bug::LaneSticks => &[Forged, Bursts, Restless],
        Bug::LockNeverStolen => &[Freeze, Bursts],
        Bug::TokenStartsOver => &[Mendable, Tokens, Bursts],
        Bug::PhotoForgotten => &[Attachments, NullReadBack, Unheard, Edits],
        Bug::DepositHeld | Bug::WipedAfterRestore => &[Backups, Restore, Revoke, Bursts],
        Bug::WipesAnother => &[Revoke, Reenrol, SlowStore, Tokens, NoLocks],
        Bug::SafeAcrossRestores => &[Backups, Restore],
        Bug::AdmissionIgnored => &[Backups, Restore, Reenrol],
        Bug::EmptiedUnsaid => &[Edits, Nights, Offline, Lost],
        // Counted anew, once some of what was counted is purged.
        Bug::RevisionCounters => &[Backups, Nights],
        _ => &[],
    }
}
