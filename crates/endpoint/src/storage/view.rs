//! The inbox's view of notes follows the log in bites, and the search index follows the view.
//!
//! A note's place in both costs several times what its place in the log does, and nobody waits for
//! it but a reader. So an operation is confirmed as soon as the log has it; the view takes in many
//! at a time: when nobody writes, once a second under load, and at once for whoever reads. More
//! than [`BEHIND_MAX`] never wait. `shown_to` tells how far it has come.
//!
//! Only beginnings of notes wait. What meets an earlier operation (an edit, a withdrawal, a second
//! beginning) is weighed and shown when it arrives (`ops`).

use protocol::Seq;
use rusqlite::Connection;

use super::{StorageError, history, notes, search};

/// Operations that are taken in at a time, while somebody may come who waits for the writer: some
/// fifty milliseconds.
const BITE: i64 = 2_000;
/// Most operations that may wait for the view after a commit.
const BEHIND_MAX: i64 = 20_000;

/// Shows every note that the log has.
///
/// # Errors
/// Why nothing was written.
pub fn catch_up(connection: &Connection) -> Result<(), StorageError> {
    take_in(connection, i64::MAX).map(drop)
}

/// Takes a bite into view and search. Tells whether more waits.
pub(super) fn take_a_bite(connection: &Connection) -> Result<bool, StorageError> {
    let has_more = take_in(connection, BITE)?;
    search::follow(connection)?;
    Ok(has_more)
}

/// Leaves no more than [`BEHIND_MAX`] waiting.
pub(super) fn keep_up(connection: &Connection) -> Result<(), StorageError> {
    let (shown_to, newest) = reach(connection)?;
    match beyond(BEHIND_MAX, newest - shown_to) {
        0 => Ok(()),
        too_many => {
            take_in(connection, too_many)?;
            search::follow(connection)
        }
    }
}

/// How many of those that wait to take in, so that at most `waiting_max` are left: a bite more
/// than must be, or each commit would have its own few.
const fn beyond(waiting_max: i64, waiting: i64) -> i64 {
    if waiting > waiting_max { waiting - waiting_max + BITE } else { 0 }
}

/// Whether the log has what the view does not show yet.
pub(super) fn is_behind(connection: &Connection) -> Result<bool, StorageError> {
    let (shown_to, newest) = reach(connection)?;
    Ok(shown_to < newest)
}

/// How far the view has come, and the newest operation of the log.
fn reach(connection: &Connection) -> Result<(i64, i64), StorageError> {
    let mut query = connection.prepare_cached(
        "SELECT (SELECT value FROM meta WHERE name = 'shown_to'),
                (SELECT coalesce(max(seq), 0) FROM op)",
    )?;
    Ok(query.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Takes in up to so many operations. Tells whether more waits.
fn take_in(connection: &Connection, operations_max: i64) -> Result<bool, StorageError> {
    let (shown_to, newest) = reach(connection)?;
    if newest <= shown_to {
        return Ok(false);
    }
    let until = newest.min(shown_to.saturating_add(operations_max));
    history::for_each_beginning(connection, Seq(shown_to), Seq(until), |note_id, step| {
        notes::begin(connection, note_id, step)
    })?;
    connection
        .prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'shown_to'")?
        .execute([until])?;
    Ok(until < newest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_never_wait_and_few_are_not_worth_a_commit() {
        for waiting in [0, 1, BEHIND_MAX] {
            assert_eq!(beyond(BEHIND_MAX, waiting), 0);
        }
        for waiting in [BEHIND_MAX + 1, BEHIND_MAX + BITE, 10 * BEHIND_MAX] {
            let left = waiting - beyond(BEHIND_MAX, waiting);
            assert_eq!(left, BEHIND_MAX - BITE);
        }
    }
}
