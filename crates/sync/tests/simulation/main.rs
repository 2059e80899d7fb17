//! The engine in a simulated world: tabs, a store, a network and an endpoint that fail in every
//! way SYNC.md §3 knows of and the engine can see, driven by one seed in virtual time.
//!
//! `SIGHTLINE_SEEDS=N` runs more seeds, `SIGHTLINE_SEED=S` only that one and prints its trace.

// A failing seed and its trace are for whoever runs it.
#![allow(clippy::print_stderr, clippy::print_stdout)]

mod chance;
mod endpoint;
mod network;
mod plant;
mod store;
mod tab;
mod world;

use plant::Plant;
use world::{Outcome, World};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run(seed: u64, plant: Plant, trace: bool) -> Result<Outcome, String> {
    World::new(seed, plant, trace).run()
}

#[test]
fn no_operation_is_lost_doubled_or_stuck() {
    if let Some(seed) = number("SIGHTLINE_SEED") {
        let outcome = run(seed, Plant::Nothing, true);
        println!("SIGHTLINE_SEED={seed}: {outcome:?}");
        assert!(outcome.is_ok());
        return;
    }
    let seeds = number("SIGHTLINE_SEEDS").unwrap_or(2_000);
    let mut sum = Outcome::default();
    for seed in 0..seeds {
        match run(seed, Plant::Nothing, false) {
            Ok(outcome) => sum.add(&outcome),
            Err(why) => panic!("SIGHTLINE_SEED={seed} fails: {why}"),
        }
    }
    println!("{seeds} seeds: {sum:?}");
    // A world without trouble proves nothing.
    assert!(sum.faults > 10 * seeds && sum.pushes > 10 * seeds && sum.saves > 10 * seeds);
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..100 {
        let once = World::new(seed, Plant::Nothing, false).hashed().run();
        let twice = World::new(seed, Plant::Nothing, false).hashed().run();
        assert!(once.is_ok() && once == twice, "SIGHTLINE_SEED={seed}: {once:?} {twice:?}");
    }
}

#[test]
fn every_planted_bug_is_caught() {
    let seeds = 50;
    for plant in Plant::BUGS {
        let failures: Vec<_> =
            (0..seeds).filter_map(|seed| run(seed, plant, false).err()).collect();
        println!(
            "{plant:?}: caught by {} of {seeds} seeds, e.g. {:?}",
            failures.len(),
            failures.first()
        );
        assert!(!failures.is_empty(), "{plant:?} was not caught by any of {seeds} seeds");
    }
}
