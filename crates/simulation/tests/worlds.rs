//! A sample of the campaign: `cargo xtask simulate` runs as many seeds as one likes.

use simulation::{Scenario, Tally, campaign, run};

#[test]
fn no_seed_of_a_sample_breaks_an_invariant() {
    let seeds = 150;
    let ended = campaign(0, seeds, 2, 1, Scenario::of);
    assert!(ended.failures.is_empty(), "{:?}", ended.failures);
    let Tally { saves, requests, faults, restores, .. } = ended.tally;
    // A world without trouble proves nothing.
    assert!(saves > 10 * seeds && requests > 50 * seeds && faults > 50 * seeds, "{ended:?}");
    assert!(restores > seeds / 20, "{ended:?}");
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..25 {
        let (once, twice) = (run(Scenario::of(seed)), run(Scenario::of(seed)));
        assert_eq!(once, twice, "seed {seed}");
        let other = run(Scenario::of(seed + 1_000_000));
        assert_ne!(once.tally.trace_hash, other.tally.trace_hash, "seed {seed}");
    }
}
