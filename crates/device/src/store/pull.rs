//! What was pulled: a page and its cursor in one transaction (SYNC.md §1, "Pull").
//!
//! Operations of the rep's other devices become this device's own to keep: stored as they came, and
//! so offered again if a restored endpoint has lost them. A resync therefore takes no operation away.
//! What it replaces is marketing's own: the mail, and the changes that this version cannot read,
//! whose seq means nothing in another epoch. And what was only heard of, an
//! operation whose words were gone, is forgotten when it begins: nobody could bring that back to a
//! restored endpoint, which either tells of it again or never had it (simulation, seed 43339).

use protocol::mail::Content;
use protocol::pull::{Emptied, PullAnswer};
use protocol::{NoteId, OpBody, OpId, Seq};
use serde::{Deserialize, Serialize};

use super::history;
use super::notes::NoteState;
use super::{
    CHANGES, MAIL, META, NOTES, OPS, REPLIES, SHADOW, WORDLESS, Written, epochs, mail, parse, put,
    put_row, replies, text,
};
use crate::connection::Connection;
use crate::indexed_db::{ALL, Store, Transaction, everything};
use crate::json::{self, Raw, RawText};
use crate::storage_error::StorageError;

/// In [`META`].
const PULLED: &str = "pulled";

/// In [`META`]: the version of the app that last looked through [`CHANGES`].
const READ_BY: &str = "read-by";

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
            let stores = [META, OPS, NOTES, WORDLESS, REPLIES, CHANGES, MAIL, SHADOW];
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
            if !is_resync {
                read_again(&transaction, &meta).await?;
            }
            for raw in &page.changes {
                apply_one(&transaction, &raw.0, is_resync).await?;
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

async fn apply_one(
    transaction: &Transaction,
    raw: &str,
    is_resync: bool,
) -> Result<(), StorageError> {
    match known(raw) {
        Some(Known::Op(op_id, body, text)) => keep_op(transaction, op_id, &body, text).await,
        Some(Known::Letter(seq, key, content)) if is_resync => {
            let shadow = transaction.store(SHADOW)?;
            mail::put_letter(&shadow, &shadow_key(&key), seq, content).await
        }
        Some(Known::Letter(seq, key, content)) => {
            mail::put_letter(&transaction.store(MAIL)?, &key, seq, content).await
        }
        None => {
            // A newer app will read it; where it has no seq, nobody can say what it is.
            let Ok(OfAnyKind { seq }) = json::read(raw) else { return Ok(()) };
            let store = transaction.store(if is_resync { SHADOW } else { CHANGES })?;
            put(&store, &format!("{:016}", seq.0), raw)
        }
    }
}

/// What an earlier version of the app could not read, and this one can, takes its place. Looked at
/// once for each version.
async fn read_again(transaction: &Transaction, meta: &Store) -> Result<(), StorageError> {
    let version = env!("CARGO_PKG_VERSION");
    if text(meta, READ_BY).await?.as_deref() == Some(version) {
        return Ok(());
    }
    let changes = transaction.store(CHANGES)?;
    for (key, raw) in changes.rows(&everything(), ALL).await? {
        if known(&raw).is_some() {
            changes.delete(&key)?;
            apply_one(transaction, &raw, false).await?;
        }
    }
    put(meta, READ_BY, version)
}

/// Where a letter waits for the end of a resync, apart from the numbers of [`CHANGES`].
fn shadow_key(key: &str) -> String {
    format!("{LETTER}{key}")
}

const LETTER: &str = "letter/";

/// What every change has.
#[derive(Deserialize)]
struct OfAnyKind {
    seq: Seq,
}

/// A change that this version can read.
enum Known<'a> {
    /// An operation: its id, what it says, and its text.
    Op(OpId, Box<OpBody>, &'a str),
    /// A letter: its seq, its key, and what it says.
    Letter(Seq, String, Option<Content>),
}

fn known(raw: &str) -> Option<Known<'_>> {
    let Change { seq, what } = json::read(raw).ok()?;
    match what {
        What::Op(Raw(text)) => {
            let (op_id, body) = history::op(text).ok()?;
            Some(Known::Op(op_id, Box::new(body), text))
        }
        What::Mail(Raw(text)) => {
            let Letter { key, content } = json::read(text).ok()?;
            Some(Known::Letter(seq, key, content))
        }
    }
}

/// As [`protocol::pull::Change`].
#[derive(Deserialize)]
struct Change<'a> {
    seq: Seq,
    #[serde(borrow)]
    what: What<'a>,
}

/// As [`protocol::pull::What`].
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum What<'a> {
    #[serde(borrow)]
    Op(Raw<'a>),
    #[serde(borrow)]
    Mail(Raw<'a>),
}

/// As [`protocol::mail::Letter`].
#[derive(Deserialize)]
struct Letter {
    key: String,
    #[serde(default)]
    content: Option<Content>,
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
    replies::keep(transaction, op_id, body)?;
    history::add(transaction, op_id, body, NoteState::Sent).await
}

/// The shadow takes the place of what it shadows.
async fn swap(transaction: &Transaction) -> Result<(), StorageError> {
    let (changes, mail) = (transaction.store(CHANGES)?, transaction.store(MAIL)?);
    let shadow = transaction.store(SHADOW)?;
    let rows = shadow.rows(&everything(), ALL).await?;
    let before = mail.rows(&everything(), ALL).await?;
    changes.clear()?;
    mail.clear()?;
    for (key, row) in &rows {
        match key.strip_prefix(LETTER) {
            Some(key) => {
                let place = before.binary_search_by(|(other, _)| other.as_str().cmp(key));
                let before = place.ok().and_then(|place| before.get(place));
                mail::replace(&mail, key, row, before.map(|(_, row)| row.as_str()))?;
            }
            None => put(&changes, key, row)?,
        }
    }
    shadow.clear()?;
    Ok(())
}
