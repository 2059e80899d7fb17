//! Power cut in the middle of pushes, again and again: what was confirmed is there, and after a
//! resend everything is there exactly once (SYNC.md §2, invariants 1, 2 and 6).
//!
//! `SIGHTLINE_CUTS` tells how often.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where it fails, and tells its figures"
)]

mod fixture;
mod process;
mod siege;

use power_cut::cuts_or;
use siege::Siege;

#[test]
fn a_power_cut_in_the_middle_of_pushes_loses_and_doubles_nothing() {
    let mut siege = Siege::with_power_cuts(|cut| cut);
    for _ in 0..cuts_or(100) {
        siege.strike();
        assert_eq!(siege.tally.lost, 0, "{:?}", siege.tally);
        siege.resend();
    }
    siege.finish();
}

/// Not syncing the log at each commit is all that tells `synchronous = NORMAL` from `FULL`
/// (sqlite.org/pragma.html#pragma_synchronous); so deaf to it, the binary that ships runs as it
/// would under NORMAL.
#[test]
fn the_same_cuts_with_relaxed_syncing_lose_notes() {
    let mut siege = Siege::with_power_cuts(|cut| cut.deaf_to("-wal"));
    for _ in 0..cuts_or(100).div_ceil(5) {
        siege.strike();
    }
    println!("{:?}", siege.tally);
    assert!(siege.tally.lost > 0, "{:?}", siege.tally);
}
