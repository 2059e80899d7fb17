//! What waits to be sent, as a rep counts it.

use std::collections::BTreeSet;

use super::outbox::{self, Backlog, OutboxRow};
use super::{CHANGES, HELD, META, OUTBOX, REPLIES, UPLOADS};
use crate::connection::Connection;
use crate::indexed_db::{self, ALL, Transaction, everything};
use crate::json;
use crate::storage_error::StorageError;

/// Operations that are looked at: what a person has unsent. Whoever has more is told how many
/// operations there are, since this is asked for many times while they are being sent.
const LOOKED_AT_MAX: u32 = 200;

/// What waits to be sent, as a rep counts it: a note is one, however many operations say what it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Notes that are new, changed, taken back, or have something added.
    pub notes: u32,
    /// What was replied to marketing.
    pub replies: u32,
}

/// The backlog, and what of it is notes and what is replies; none where that is too much to be
/// looked at.
pub(crate) async fn told_apart(
    connection: &Connection,
) -> Result<(Backlog, Option<Waiting>), StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[OUTBOX, HELD, UPLOADS, CHANGES, META, REPLIES])?;
            let backlog = outbox::backlog_in(&transaction).await?;
            let waiting = match backlog.pending {
                0 => Some(Waiting::default()),
                1..=LOOKED_AT_MAX => Some(waiting(&transaction).await?),
                _ => None,
            };
            Ok((backlog, waiting))
        })
        .await
}

async fn waiting(transaction: &Transaction) -> Result<Waiting, StorageError> {
    let rows = transaction.store(OUTBOX)?.rows(&everything(), LOOKED_AT_MAX).await?;
    let (Some((first, _)), Some((last, _))) = (rows.first(), rows.last()) else {
        return Ok(Waiting::default());
    };
    let range = indexed_db::between(first, last, false)?;
    let replies = transaction.store(REPLIES)?.keys(&range, ALL)?.texts().await?;
    let mut notes = BTreeSet::new();
    let mut waiting = Waiting::default();
    for (key, row) in &rows {
        if replies.binary_search(key).is_ok() {
            waiting.replies += 1;
        } else {
            notes.insert(json::read::<OutboxRow>(row)?.note_id);
        }
    }
    waiting.notes = u32::try_from(notes.len()).unwrap_or(u32::MAX);
    Ok(waiting)
}
