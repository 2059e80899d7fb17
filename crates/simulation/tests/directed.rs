//! Planted bugs that a whole seed seldom meets, each in worlds that have only what it needs.
#![cfg(feature = "planted-bugs")]

use protocol::planted::{self, Bug};
use simulation::{Fault, FaultSet, Scenario, run};

/// Worlds that have to be enough.
const WORLDS: u64 = 1_500;

fn worlds(trouble: &[Fault]) -> impl Iterator<Item = Scenario> {
    let faults = trouble.iter().fold(FaultSet::NONE, |faults, fault| faults.with(*fault));
    (0..WORLDS).map(move |seed| Scenario { faults, ..Scenario::of(seed) })
}

/// The bug breaks an invariant within so many worlds of this trouble, none of which does without.
fn is_caught(bug: Bug, trouble: &[Fault]) {
    planted::plant(Some(bug));
    let found = worlds(trouble).find(|scenario| run(*scenario).broken.is_some());
    planted::plant(None);
    let Some(found) = found else { panic!("{bug:?} is not caught by {WORLDS} worlds") };
    assert_eq!(run(found).broken, None, "seed {} fails without {bug:?}", found.seed);
}

#[test]
fn receipts_of_an_older_epoch_that_are_written_down_after_a_restore() {
    is_caught(
        Bug::OldReceiptsCount,
        &[Fault::SlowStore, Fault::Backups, Fault::Restore, Fault::NoLocks, Fault::Bursts],
    );
}

#[test]
fn a_whole_batch_that_is_confirmed_by_any_answer() {
    is_caught(Bug::WholeBatchReceipt, &[Fault::OddReceipts, Fault::Bursts]);
}

#[test]
fn a_lock_that_is_never_taken_from_a_dead_hand() {
    is_caught(Bug::LockNeverStolen, &[Fault::Freeze, Fault::Bursts]);
}

#[test]
fn a_new_token_that_starts_the_outbox_over() {
    is_caught(Bug::TokenStartsOver, &[Fault::Mendable, Fault::Tokens, Fault::Bursts]);
}

#[test]
fn a_photo_whose_message_was_lost() {
    is_caught(
        Bug::PhotoForgotten,
        &[Fault::Attachments, Fault::NullReadBack, Fault::Unheard, Fault::Edits],
    );
}

#[test]
fn a_deposit_that_keeps_a_sibling_from_bringing_the_note_back() {
    is_caught(Bug::DepositHeld, &[Fault::Backups, Fault::Restore, Fault::Revoke, Fault::Bursts]);
}

#[test]
fn a_backup_of_another_log_that_counts_as_one_of_this() {
    is_caught(
        Bug::SafeAcrossRestores,
        &[Fault::Backups, Fault::Restore, Fault::Nights, Fault::Bursts],
    );
}

#[test]
fn a_withdrawal_that_takes_what_it_had_not_seen() {
    is_caught(Bug::WithdrawalEats, &[Fault::Edits, Fault::Offline, Fault::Lost]);
}
