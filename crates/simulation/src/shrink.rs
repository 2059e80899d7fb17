//! Makes a failing world smaller for as long as it breaks the same invariant.

use crate::run::run;
use crate::scenario::Scenario;

/// The smallest world that was found to break this invariant, beginning with one that does.
#[must_use]
pub fn shrink(mut scenario: Scenario, invariant: u8) -> Scenario {
    let fails = |scenario| run(scenario).broken.is_some_and(|it| it.invariant == invariant);
    loop {
        let smaller = smaller(scenario).into_iter().find(|smaller| fails(*smaller));
        match smaller {
            Some(found) => scenario = found,
            None => return scenario,
        }
    }
}

/// Worlds that lack one thing more, the greatest steps first.
fn smaller(of: Scenario) -> Vec<Scenario> {
    let Scenario { faults, devices_max, saves_max, days_max, .. } = of;
    let mut worlds = Vec::new();
    for devices_max in 1..devices_max {
        worlds.push(Scenario { devices_max, ..of });
    }
    for days_max in 1..days_max {
        worlds.push(Scenario { days_max, ..of });
    }
    for saves_max in [saves_max / 4, saves_max / 2, saves_max.saturating_sub(3)] {
        if saves_max < of.saves_max {
            worlds.push(Scenario { saves_max, ..of });
        }
    }
    worlds.extend(faults.iter().map(|fault| Scenario { faults: faults.without(fault), ..of }));
    worlds
}
