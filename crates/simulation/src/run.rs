//! Runs one world from its beginning to its end.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::broken::Broken;
use crate::scenario::Scenario;
use crate::tally::Tally;
use crate::world::World;

/// How a world ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What it came to.
    pub tally: Tally,
    /// The invariant that was broken, if one was.
    pub broken: Option<Broken>,
}

/// Runs a world.
#[must_use]
pub fn run(scenario: Scenario) -> Ended {
    live(scenario, false)
}

/// Runs a world and prints its trace.
#[must_use]
pub fn run_printed(scenario: Scenario) -> Ended {
    live(scenario, true)
}

fn live(scenario: Scenario, is_printed: bool) -> Ended {
    #[cfg(feature = "planted-bugs")]
    protocol::planted::plant(scenario.planted);
    // A panic in shipped code is as bad as any broken invariant, and must not end a campaign.
    let ended = catch_unwind(AssertUnwindSafe(|| match World::new(scenario, is_printed) {
        Ok(world) => {
            let (result, tally) = world.run();
            Ended { tally, broken: result.err() }
        }
        Err(broken) => Ended { tally: Tally::default(), broken: Some(broken) },
    }));
    ended.unwrap_or_else(|_| Ended {
        tally: Tally::default(),
        broken: Some(Broken::new(0, "a panic")),
    })
}
