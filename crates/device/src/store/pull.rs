//! What was pulled: a page and its cursor in one transaction (SYNC.md §1, "Pull").
//!
//! Operations of the rep's other devices become this device's own to keep: stored as they came,
//! confirmed where they stand in the log, and so offered again if a restored endpoint has lost
//! them. A resync therefore takes no operation away. What it replaces are the changes that this
//! version cannot read: their seq means nothing in another epoch. And what was only heard of, an
//! operation whose words were gone, is forgotten when it begins: nobody could bring that back to a
//! restored endpoint, which either tells of it again or never had it (simulation, seed 43339).

use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::Transaction;
use protocol::pull::{Change, Emptied, PullAnswer, RawChange, What};
use protocol::push::Verdict;
use protocol::{NoteId, Op, OpBody, OpId, Seq};
use serde::{Deserialize, Serialize};

use super::history;
use super::notes::NoteState;
use super::outbox::Confirmation;
use super::{
    CHANGES, META, NOTES, OPS, RECEIPTS, SHADOW, WORDLESS, Written, delete, epochs, put, put_row,
    row, text,
};
use crate::connection::{Connection, strict};
use crate::storage_error::StorageError;

/// In [`META`].
const PULLED: &str = "pulled";

/// In [`META`]: the operations that were only heard of, with their notes.
const EMPTIED: &str = "emptied";

/// How far this device has pulled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pulled {
    /// Where the next page begins; none for the beginning.
    pub cursor: Option<String>,
    /// Begun anew: unread changes go into the shadow until the last page.
    is_resync: bool,
}

/// A page as it came.
pub(crate) type Page = PullAnswer<RawChange>;

/// Where the next page begins.
pub(crate) async fn cursor(connection: &Connection) -> Result<Option<String>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.transaction(META).build()?;
            let pulled: Option<Pulled> = row(&transaction.object_store(META)?, PULLED).await?;
            Ok(pulled.and_then(|pulled| pulled.cursor))
        })
        .await
}

/// Forgets the cursor and what was only heard of, and begins a shadow.
pub(crate) async fn begin_resync(connection: &Connection) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = strict(database, &[META, OPS, NOTES, WORDLESS, SHADOW])?;
            transaction.object_store(SHADOW)?.clear()?.await?;
            let meta = transaction.object_store(META)?;
            let anew = Pulled { cursor: None, is_resync: true };
            put_row(&meta, PULLED, &anew).await?;
            let emptied: Vec<(NoteId, OpId)> = row(&meta, EMPTIED).await?.unwrap_or_default();
            for (note_id, op_id) in emptied {
                history::forget_emptied(&transaction, note_id, op_id).await?;
            }
            delete(&meta, EMPTIED).await?;
            Ok(transaction.commit().await?)
        })
        .await
}

/// Writes a page and its cursor, if it goes on from the stored one; else nothing, which is no
/// failure: another tab was faster.
pub(crate) async fn apply(connection: &Connection, page: &Page) -> Result<Written, StorageError> {
    connection
        .run(async |database| {
            let stores = [META, OPS, RECEIPTS, NOTES, WORDLESS, CHANGES, SHADOW];
            let transaction = strict(database, &stores)?;
            let meta = transaction.object_store(META)?;
            if let Some(memory) = epochs::moved(&meta, page.epoch).await? {
                return Ok(Written::EpochMoved(memory));
            }
            let Pulled { cursor, is_resync } = row(&meta, PULLED).await?.unwrap_or_default();
            if cursor != page.cursor_seen {
                return Ok(Written::Done);
            }
            let unread = if is_resync { SHADOW } else { CHANGES };
            for raw in &page.changes {
                apply_one(&transaction, page, raw, unread).await?;
            }
            hear_of(&transaction, &page.emptied).await?;
            let is_last = !page.has_more;
            if is_resync && is_last {
                swap(&transaction).await?;
            }
            let cursor = Some(page.next_cursor.clone());
            put_row(&meta, PULLED, &Pulled { cursor, is_resync: is_resync && !is_last }).await?;
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

/// Notes that these operations were there, and that their words are gone.
async fn hear_of(transaction: &Transaction<'_>, emptied: &[Emptied]) -> Result<(), StorageError> {
    let mut news = Vec::new();
    for emptied in emptied {
        if history::add_emptied(transaction, emptied).await? {
            news.push((emptied.note_id, emptied.op_id));
        }
    }
    if news.is_empty() {
        return Ok(());
    }
    let meta = transaction.object_store(META)?;
    let mut known: Vec<(NoteId, OpId)> = row(&meta, EMPTIED).await?.unwrap_or_default();
    known.extend(news);
    put_row(&meta, EMPTIED, &known).await
}

async fn apply_one(
    transaction: &Transaction<'_>,
    page: &Page,
    raw: &RawChange,
    unread: &str,
) -> Result<(), StorageError> {
    match known(raw) {
        Some((seq, op_id, body, text)) => keep_op(transaction, page, seq, op_id, &body, text).await,
        None => {
            // A newer app will read it; where it has no seq, nobody can say what it is.
            let Ok(OfAnyKind { seq }) = serde_json::from_str(raw.get()) else { return Ok(()) };
            let store = transaction.object_store(unread)?;
            Ok(put(&store, &format!("{:016}", seq.0), raw.get())?.await?)
        }
    }
}

/// What every change has.
#[derive(Deserialize)]
struct OfAnyKind {
    seq: Seq,
}

/// An operation that this version can read: where it stands, its id, what it says, and its text.
fn known(raw: &RawChange) -> Option<(Seq, OpId, OpBody, &str)> {
    let Change { seq, what: What::Op(text) } = Change::read(raw)?;
    let op: Op<'_> = serde_json::from_str(text.get()).ok()?;
    let body = serde_json::from_str(op.body.get()).ok()?;
    Some((seq, op.op_id, body, text.get()))
}

async fn keep_op(
    transaction: &Transaction<'_>,
    page: &Page,
    seq: Seq,
    op_id: OpId,
    body: &OpBody,
    op_text: &str,
) -> Result<(), StorageError> {
    let (ops, key) = (transaction.object_store(OPS)?, op_id.to_string());
    let is_here = text(&ops, &key).await?.is_some()
        || history::knows(transaction, body.note_id, op_id).await?;
    if is_here {
        // Own, pulled before, or purged: its receipt is the push's and the sweep's to write.
        return Ok(());
    }
    let confirmation = Confirmation {
        epoch: page.epoch,
        verdict: Verdict::Stored,
        seq: Some(seq),
        code: None,
        server_time_ms: Some(page.server_time_ms),
    };
    put(&ops, &key, op_text)?.await?;
    put_row(&transaction.object_store(RECEIPTS)?, &key, &confirmation).await?;
    history::add(transaction, op_id, body, NoteState::Sent).await
}

/// The shadow takes the place of what it shadows.
async fn swap(transaction: &Transaction<'_>) -> Result<(), StorageError> {
    let changes = transaction.object_store(CHANGES)?;
    let shadow = transaction.object_store(SHADOW)?;
    let keys = shadow.get_all_keys::<String>().primitive()?;
    let rows = shadow.get_all::<String>().primitive()?;
    let (keys, rows) = (keys.await?, rows.await?);
    changes.clear()?.await?;
    for (key, row) in keys.zip(rows) {
        put(&changes, &key?, &row?)?.await?;
    }
    Ok(shadow.clear()?.await?)
}
