//! `cargo xtask simulate`: many worlds, or one with its trace.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks through its standard streams"
)]

use std::num::NonZero;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use protocol::planted::Bug;
use simulation::{Broken, Campaign, Fault, FaultSet, Scenario, Tally, campaign, run, shrink};

/// Failing seeds that are told one by one, and of which the first is shrunk.
const FAILURES_TOLD: usize = 10;

/// What can be asked for.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask simulate", about = "Runs engine and endpoint in simulated worlds")]
struct Wish {
    /// How many seeds to run
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Threads; one for each core if not given
    #[arg(long)]
    jobs: Option<NonZero<usize>>,
    /// Only this seed
    #[arg(long)]
    seed: Option<u64>,
    /// Print every step of it
    #[arg(long, requires = "seed")]
    trace: bool,
    /// Only these kinds of trouble, by commas
    #[arg(long, value_delimiter = ',')]
    only: Option<Vec<Fault>>,
    /// At most so many devices
    #[arg(long)]
    devices: Option<usize>,
    /// At most so many saves
    #[arg(long)]
    saves: Option<usize>,
    /// At most so many days
    #[arg(long)]
    days: Option<usize>,
    /// Plant each known bug in turn, and see that each is caught
    #[arg(long)]
    planted_bugs: bool,
    /// Plant this one
    #[arg(long)]
    plant: Option<Bug>,
}

fn main() -> ExitCode {
    let wish = Wish::parse();
    let jobs = wish.jobs.or_else(|| std::thread::available_parallelism().ok());
    let jobs = jobs.map_or(1, NonZero::get);
    if (wish.planted_bugs || wish.plant.is_some()) && !cfg!(feature = "planted-bugs") {
        eprintln!("error: this was built without the feature planted-bugs");
        return ExitCode::from(2);
    }
    if wish.planted_bugs {
        return planted_bugs(jobs);
    }
    match wish.seed {
        Some(seed) => one(scenario(&wish, seed), wish.trace),
        None => many(&wish, jobs),
    }
}

fn scenario(wish: &Wish, seed: u64) -> Scenario {
    let whole = Scenario::of(seed);
    let faults = wish.only.as_ref().map_or(whole.faults, |only| {
        only.iter().fold(FaultSet::NONE, |faults, fault| faults.with(*fault))
    });
    Scenario {
        seed,
        faults,
        devices_max: wish.devices.unwrap_or(whole.devices_max),
        saves_max: wish.saves.unwrap_or(whole.saves_max),
        days_max: wish.days.unwrap_or(whole.days_max),
        planted: wish.plant,
    }
}

fn one(scenario: Scenario, is_printed: bool) -> ExitCode {
    let kinds: Vec<&str> = scenario.faults.iter().map(Fault::as_str).collect();
    println!("seed {}, trouble: {}", scenario.seed, kinds.join(","));
    let ended = if is_printed { simulation::run_printed(scenario) } else { run(scenario) };
    println!("{:?}", ended.tally);
    match ended.broken {
        None => ExitCode::SUCCESS,
        Some(broken) => {
            println!("{broken}");
            ExitCode::FAILURE
        }
    }
}

fn many(wish: &Wish, jobs: usize) -> ExitCode {
    let begun = Instant::now();
    let world = |seed| scenario(wish, seed);
    let Campaign { seeds, tally, failures } =
        campaign(wish.first, wish.seeds, jobs, FAILURES_TOLD as u64, world);
    for (seed, broken) in &failures {
        println!("seed {seed}: {broken}");
    }
    if let Some((seed, broken)) = failures.first() {
        tell_smaller(world(*seed), broken);
    }
    tell(seeds, &tally, begun.elapsed().as_secs_f64());
    if failures.is_empty() {
        println!("{seeds} seeds: none failed");
        return ExitCode::SUCCESS;
    }
    println!("{seeds} seeds: {} failed", failures.len());
    ExitCode::FAILURE
}

fn tell(seeds: u64, tally: &Tally, seconds: f64) {
    let Tally { saves, requests, faults, restores, purged, healed_in_ms_max, .. } = tally;
    println!(
        "{saves} saves, {requests} requests, {faults} faults, {restores} restores, {purged} purged; \
         at rest at the latest {} virtual minutes after the last fault; at most {} requests of a \
         device in vain in ten seconds; trace {:016x}; {seconds:.1} s, {:.0} seeds a second",
        healed_in_ms_max / 60_000,
        tally.burst_max,
        tally.trace_hash,
        seeds as f64 / seconds
    );
}

/// The smallest world that fails like this one, as a command.
fn tell_smaller(failing: Scenario, broken: &Broken) {
    println!(
        "smaller: cargo xtask simulate {} --trace",
        wish_of(shrink(failing, broken.invariant))
    );
}

/// The arguments that ask for this world.
fn wish_of(world: Scenario) -> String {
    let Scenario { seed, faults, devices_max, saves_max, days_max, planted } = world;
    let kinds: Vec<&str> = faults.iter().map(Fault::as_str).collect();
    let plant = planted.map(|bug| format!(" --plant \"{}\"", bug.as_str())).unwrap_or_default();
    format!(
        "--seed {seed} --devices {devices_max} --saves {saves_max} --days {days_max} --only {}{plant}",
        kinds.join(",")
    )
}

#[cfg(not(feature = "planted-bugs"))]
const fn planted_bugs(_jobs: usize) -> ExitCode {
    ExitCode::FAILURE
}

#[cfg(feature = "planted-bugs")]
fn planted_bugs(jobs: usize) -> ExitCode {
    let mut caught = 0;
    println!("{:<36} {:>11} {:>16}  what was seen", "bug", "hit rate", "in narrow worlds");
    for bug in Bug::ALL {
        let hunt = match simulation::hunt(*bug, jobs) {
            Ok(hunt) => hunt,
            Err(world) => {
                println!("a world fails without any bug: {}", wish_of(world));
                return ExitCode::FAILURE;
            }
        };
        let narrow = hunt.narrow.as_ref();
        let needed = narrow.map(|narrow| format!("{} of {}", narrow.hits, narrow.worlds));
        let first = narrow.and_then(|narrow| narrow.first.as_ref()).or(hunt.whole.first.as_ref());
        let seen = first.map_or("NOT CAUGHT".to_owned(), |(world, broken)| {
            format!("seed {}, {broken}", world.seed)
        });
        let (rate, needed) = (hunt.whole.hit_percent(), needed.unwrap_or_default());
        println!("{:<36} {rate:>10.2}% {needed:>16}  {seen}", bug.as_str());
        caught += usize::from(hunt.is_caught());
    }
    println!("planted bugs: {caught} of {} caught", Bug::ALL.len());
    if caught == Bug::ALL.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
