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
    assert!(found.is_some(), "{bug:?} is not caught by {WORLDS} worlds");
    for found in found {
        assert_eq!(run(found).broken, None, "seed {} fails without {bug:?}", found.seed);
    }
}

#[test]
fn receipts_of_an_older_epoch_that_are_written_down_after_a_restore() {
    is_caught(
        Bug::OldReceiptsCount,
        &[Fault::SlowStore, Fault::Backups, Fault::Restore, Fault::NoLocks, Fault::Bursts],
    );
}

#[test]
fn an_epoch_that_is_learned_late_and_takes_the_place_of_a_later_one() {
    is_caught(
        Bug::LateEpochAdopted,
        &[Fault::SlowStore, Fault::Backups, Fault::Restore, Fault::NoLocks, Fault::Restless],
    );
}

#[test]
fn what_is_unconfirmed_sent_again_without_a_pause() {
    is_caught(Bug::NoPauseUnconfirmed, &[Fault::Mendable, Fault::OddReceipts]);
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
fn a_wipe_of_what_a_restore_has_taken_back() {
    is_caught(
        Bug::WipedAfterRestore,
        &[Fault::Backups, Fault::Restore, Fault::Revoke, Fault::Bursts],
    );
}

#[test]
fn a_wipe_of_the_device_that_was_enrolled_since() {
    is_caught(
        Bug::WipesAnother,
        &[Fault::Revoke, Fault::Reenrol, Fault::Freeze, Fault::SlowStore, Fault::NoLocks],
    );
}

#[test]
fn a_backup_of_another_log_that_counts_as_one_of_this() {
    is_caught(
        Bug::SafeAcrossRestores,
        &[Fault::Backups, Fault::Restore, Fault::Nights, Fault::Bursts],
    );
}

#[test]
fn an_emptied_edit_that_nobody_hears_of() {
    is_caught(Bug::EmptiedUnsaid, &[Fault::Edits, Fault::Nights, Fault::Offline, Fault::Lost]);
}
