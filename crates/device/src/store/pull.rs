//! What was pulled: a page and its cursor in one transaction (SYNC.md §1, "Pull").
//!
//! Operations of the rep's other devices become this device's own to keep: stored as they came, and
//! so offered again if a restored endpoint has lost them. A resync therefore takes no operation away. What it replaces are the changes that this
//! version cannot read: their seq means nothing in another epoch. And what was only heard of, an
//! operation whose words were gone, is forgotten when it begins: nobody could bring that back to a
//! restored endpoint, which either tells of it again or never had it (simulation, seed 43339).

use protocol::pull::{Emptied, PullAnswer};
use protocol::{NoteId, OpBody, OpId, Seq};
use serde::{Deserialize, Serialize};

use super::history;
use super::notes::NoteState;
use super::{
    CHANGES, META, NOTES, OPS, SHADOW, WORDLESS, Written, epochs, parse, put, put_row, text,
};
use crate::connection::Connection;
use crate::indexed_db::{ALL, Store, Transaction, everything};
use crate::json::{self, Raw, RawText};
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
pub(crate) type Page = PullAnswer<RawText>;

/// Where the next page begins.
pub(crate) async fn cursor(connection: &Connection) -> Result<Option<String>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[META])?;
            let pulled: Option<Pulled> = parse(text(&transaction.store(META)?, PULLED).await?)?;
            Ok(pulled.and_then(|pulled| pulled.cursor))
        })
        .await
}

/// Forgets the cursor and what was only heard of, and begins a shadow.
pub(crate) async fn begin_resync(connection: &Connection) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[META, OPS, NOTES, WORDLESS, SHADOW])?;
            transaction.store(SHADOW)?.clear()?;
            let meta = transaction.store(META)?;
            let anew = Pulled { cursor: None, is_resync: true };
            put_row(&meta, PULLED, &anew)?;
            for (note_id, op_id) in emptied(&meta).await? {
                history::forget_emptied(&transaction, note_id, op_id).await?;
            }
            meta.delete(EMPTIED)?;
            transaction.commit().await
        })
        .await
}

/// Writes a page and its cursor, if it goes on from the stored one; else nothing, which is no
/// failure: another tab was faster.
pub(crate) async fn apply(connection: &Connection, page: &Page) -> Result<Written, StorageError> {
    connection
        .run(async |database| {
            let stores = [META, OPS, NOTES, WORDLESS, CHANGES, SHADOW];
            let transaction = database.write(&stores)?;
            let meta = transaction.store(META)?;
            if let Some(memory) = epochs::moved(&meta, page.epoch).await? {
                return Ok(Written::EpochMoved(memory));
            }
            let Pulled { cursor, is_resync } =
                parse(text(&meta, PULLED).await?)?.unwrap_or_default();
            if cursor != page.cursor_seen {
                return Ok(Written::Done);
            }
            let unread = if is_resync { SHADOW } else { CHANGES };
            for raw in &page.changes {
                apply_one(&transaction, &raw.0, unread).await?;
            }
            hear_of(&transaction, &page.emptied).await?;
            let is_last = !page.has_more;
            if is_resync && is_last {
                swap(&transaction).await?;
            }
            let cursor = Some(page.next_cursor.clone());
            put_row(&meta, PULLED, &Pulled { cursor, is_resync: is_resync && !is_last })?;
            transaction.commit().await?;
            Ok(Written::Done)
        })
        .await
}

/// Notes that these operations were there, and that their words are gone.
async fn hear_of(transaction: &Transaction, heard_of: &[Emptied]) -> Result<(), StorageError> {
    let mut news = Vec::new();
    for emptied in heard_of {
        if history::add_emptied(transaction, emptied).await? {
            news.push((emptied.note_id, emptied.op_id));
        }
    }
    if news.is_empty() {
        return Ok(());
    }
    let meta = transaction.store(META)?;
    let mut known = emptied(&meta).await?;
    known.extend(news);
    put_row(&meta, EMPTIED, &known)
}

/// The operations that were only heard of.
async fn emptied(meta: &Store) -> Result<Vec<(NoteId, OpId)>, StorageError> {
    Ok(parse(text(meta, EMPTIED).await?)?.unwrap_or_default())
}

async fn apply_one(transaction: &Transaction, raw: &str, unread: &str) -> Result<(), StorageError> {
    match known(raw) {
        Some((op_id, body, text)) => keep_op(transaction, op_id, &body, text).await,
        None => {
            // A newer app will read it; where it has no seq, nobody can say what it is.
            let Ok(OfAnyKind { seq }) = json::read(raw) else { return Ok(()) };
            let store = transaction.store(unread)?;
            put(&store, &format!("{:016}", seq.0), raw)
        }
    }
}

/// What every change has.
#[derive(Deserialize)]
struct OfAnyKind {
    seq: Seq,
}

/// An operation that this version can read: its id, what it says, and its text.
fn known(raw: &str) -> Option<(OpId, OpBody, &str)> {
    let Change { what: What::Op(Raw(text)) } = json::read(raw).ok()?;
    let (op_id, body) = history::op(text).ok()?;
    Some((op_id, body, text))
}

/// As [`protocol::pull::Change`].
#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    what: What<'a>,
}

/// As [`protocol::pull::What`].
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum What<'a> {
    #[serde(borrow)]
    Op(Raw<'a>),
}

async fn keep_op(
    transaction: &Transaction,
    op_id: OpId,
    body: &OpBody,
    op_text: &str,
) -> Result<(), StorageError> {
    let (ops, key) = (transaction.store(OPS)?, op_id.to_string());
    let is_here = text(&ops, &key).await?.is_some()
        || history::knows(transaction, body.note_id, op_id).await?;
    if is_here {
        // Own, pulled before, or purged.
        return Ok(());
    }
    put(&ops, &key, op_text)?;
    history::add(transaction, op_id, body, NoteState::Sent).await
}

/// The shadow takes the place of what it shadows.
async fn swap(transaction: &Transaction) -> Result<(), StorageError> {
    let changes = transaction.store(CHANGES)?;
    let shadow = transaction.store(SHADOW)?;
    let rows = shadow.rows(&everything(), ALL).await?;
    changes.clear()?;
    for (key, row) in &rows {
        put(&changes, key, row)?;
    }
    shadow.clear()?;
    Ok(())
}
