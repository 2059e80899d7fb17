//! Runs worlds: many seeds, or one with its trace.
#![allow(clippy::print_stdout, reason = "a command line speaks through its standard streams")]

use std::process::ExitCode;

use simulation::{Scenario, Tally, run, run_printed};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    if args[1] == "--seed" {
        let e = run_printed(Scenario::of(args[2].parse().unwrap_or(0)));
        println!(
            "{e:?} {:?}",
            Scenario::of(args[2].parse().unwrap_or(0)).faults.iter().collect::<Vec<_>>()
        );
        return ExitCode::SUCCESS;
    }
    let n: u64 = args[1].parse().unwrap_or(100);
    let first: u64 = args.get(2).and_then(|a| a.parse().ok()).unwrap_or(0);
    let begun = std::time::Instant::now();
    let mut t = Tally::default();
    let mut bad = 0;
    for seed in first..first + n {
        let e = run(Scenario::of(seed));
        t.add(&e.tally);
        if let Some(b) = e.broken {
            bad += 1;
            if bad < 20 {
                println!("{seed}: {b}");
            }
        }
    }
    println!("{n} seeds, {bad} bad, {:?} {:?}", begun.elapsed(), t);
    ExitCode::SUCCESS
}
