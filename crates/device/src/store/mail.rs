//! Mail: what marketing tells this rep, the last word under each key (`protocol::mail`).

use protocol::mail::{Content, Progress, Remark};
use protocol::{DecisionId, NoteId, Seq};
use serde::{Deserialize, Serialize};

use super::notes::StoredNote;
use super::{MAIL, parse, put_row, text};
use crate::connection::Connection;
use crate::indexed_db::{self, ALL, Request, Store, Transaction};
use crate::json;
use crate::storage_error::StorageError;

/// What this app knows of a letter that it has.
#[derive(Serialize, Deserialize)]
struct MailRow {
    /// Its place in what marketing tells; comparable within one epoch.
    seq: Seq,
    /// Whether the rep has looked at it.
    is_seen: bool,
    /// What it says.
    content: Content,
}

/// The same of what stands with a note. Reading notes leads to no other kind of letter: it comes
/// with the first screen, and each kind is code to be loaded.
#[derive(Deserialize)]
struct NoteRow {
    content: OfNote,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum OfNote {
    Progress(Progress),
    Remark(Remark),
}

/// So much of a [`MailRow`] tells whether it was looked at: what it says, which may be a megabyte, comes
/// behind that.
const GLANCE: u32 = 64;
/// Of one that waits for it.
const UNSEEN: &str = r#""is_seen":false"#;

/// Something that marketing tells this rep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What.
    pub content: Content,
    /// A later one has a higher seq.
    pub seq: Seq,
    /// Whether the rep has looked at it.
    pub is_seen: bool,
}

/// Kinds that wait for the rep to look at them: the first words of their keys.
const LOOKED_AT: [&str; 5] = ["decision", "question", "briefing", "test_group", "remark"];

/// Every key that begins with this word and a slash.
fn all_of(kind: &str) -> Result<wasm_bindgen::JsValue, StorageError> {
    // "0" is the character behind "/".
    indexed_db::between(&format!("{kind}/"), &format!("{kind}0"), true)
}

/// Puts a letter under its key, in a store of letters. An older one than what is there changes
/// nothing.
pub(super) async fn put_letter(
    store: &Store,
    key: &str,
    seq: Seq,
    content: Option<Content>,
) -> Result<(), StorageError> {
    let before: Option<MailRow> = parse(text(store, key).await?)?;
    if before.is_some_and(|before| before.seq > seq) {
        return Ok(());
    }
    match content {
        Some(content) => put_row(store, key, &MailRow { seq, is_seen: false, content })?,
        None => _ = store.delete(key)?,
    }
    Ok(())
}

/// Puts a letter of a resync in the place of what was under its key before. What says the same and
/// was looked at is not new.
pub(super) fn replace(
    mail: &Store,
    key: &str,
    row: &str,
    before: Option<&str>,
) -> Result<(), StorageError> {
    let mut row: MailRow = json::read(row)?;
    if let Some(before) = before {
        let before: MailRow = json::read(before)?;
        row.is_seen = before.is_seen && before.content == row.content;
    }
    put_row(mail, key, &row)
}

/// All letters whose key begins with this word, the newest first.
pub(crate) async fn of_kind(
    connection: &Connection,
    kind: &str,
) -> Result<Vec<Received>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[MAIL])?;
            let mut found = letters(&transaction, kind).await?;
            found.sort_unstable_by_key(|letter| core::cmp::Reverse(letter.seq));
            Ok(found)
        })
        .await
}

async fn letters(transaction: &Transaction, kind: &str) -> Result<Vec<Received>, StorageError> {
    let rows = transaction.store(MAIL)?.values(&all_of(kind)?, ALL)?.texts().await?;
    rows.iter().map(|row| Ok(received(json::read(row)?))).collect()
}

fn received(row: MailRow) -> Received {
    let MailRow { seq, is_seen, content } = row;
    Received { content, seq, is_seen }
}

/// How far each note has come that marketing tells of, the newest note first.
pub(crate) async fn progress(connection: &Connection) -> Result<Vec<Progress>, StorageError> {
    progress_where(connection, |_| true).await
}

/// The notes that these decisions cite, the newest first, each beside the decision.
pub(crate) async fn led_to(
    connection: &Connection,
    decisions: &[DecisionId],
) -> Result<Vec<(DecisionId, NoteId)>, StorageError> {
    let ids: Vec<String> = decisions.iter().map(DecisionId::to_string).collect();
    // Few notes lead to a decision: the others are not worth being parsed.
    let cites = |row: &str| ids.iter().any(|id| row.contains(id));
    let progress = progress_where(connection, cites).await?;
    let led = progress.iter().flat_map(|progress| {
        let cited = progress.decisions.iter().filter(|id| decisions.contains(id));
        cited.map(|decision_id| (*decision_id, progress.note_id))
    });
    Ok(led.collect())
}

async fn progress_where(
    connection: &Connection,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Progress>, StorageError> {
    let rows = connection
        .run(async |database| {
            let transaction = database.read(&[MAIL])?;
            transaction.store(MAIL)?.values(&all_of("progress")?, ALL)?.texts().await
        })
        .await?;
    let mut told = Vec::new();
    // Ids of newer notes are greater.
    for row in rows.iter().rev().filter(|row| is_wanted(row)) {
        if let OfNote::Progress(progress) = json::read::<NoteRow>(row)?.content {
            told.push(progress);
        }
    }
    Ok(told)
}

/// One letter, none where marketing tells nothing under this key.
pub(crate) async fn one(
    connection: &Connection,
    key: &str,
) -> Result<Option<Received>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[MAIL])?;
            Ok(parse(text(&transaction.store(MAIL)?, key).await?)?.map(received))
        })
        .await
}

/// How many letters wait for the rep to look at them.
pub(crate) async fn unseen(connection: &Connection) -> Result<u32, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[MAIL])?;
            let mut asked = Vec::with_capacity(LOOKED_AT.len());
            for kind in LOOKED_AT {
                asked.push(transaction.store(MAIL)?.values(&all_of(kind)?, ALL)?);
            }
            let mut count = 0;
            for rows in asked {
                let rows = rows.beginnings(GLANCE).await?;
                count += rows.iter().filter(|row| row.contains(UNSEEN)).count();
            }
            Ok(u32::try_from(count).unwrap_or(u32::MAX))
        })
        .await
}

/// The rep has looked at a letter. Tells whether that is news.
pub(crate) async fn mark_seen(connection: &Connection, key: &str) -> Result<bool, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[MAIL])?;
            let mail = transaction.store(MAIL)?;
            let row: Option<MailRow> = parse(text(&mail, key).await?)?;
            let Some(row) = row.filter(|row| !row.is_seen) else { return Ok(false) };
            put_row(&mail, key, &MailRow { is_seen: true, ..row })?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
}

/// Asks how far these notes have come at marketing's, none where there are no notes. The transaction
/// has [`MAIL`].
pub(super) fn progress_of(
    transaction: &Transaction,
    notes: &[StoredNote],
) -> Result<Option<Request>, StorageError> {
    let ids = || notes.iter().map(|note| note.note_id);
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else { return Ok(None) };
    let range = indexed_db::between(&progress_key(first), &progress_key(last), false)?;
    transaction.store(MAIL)?.values(&range, ALL).map(Some)
}

/// Tells it to each note; the rows are what [`progress_of`] found.
pub(super) fn tell_progress(rows: &[String], notes: &mut [StoredNote]) -> Result<(), StorageError> {
    let mut told: Vec<Progress> = Vec::with_capacity(rows.len());
    for row in rows {
        if let OfNote::Progress(progress) = json::read::<NoteRow>(row)?.content {
            told.push(progress);
        }
    }
    for note in notes {
        // In the order of the ids that they are keyed by.
        let place = told.binary_search_by_key(&note.note_id, |progress| progress.note_id);
        note.progress = place.ok().and_then(|place| told.get(place).cloned());
    }
    Ok(())
}

fn progress_key(note_id: NoteId) -> String {
    format!("progress/{note_id}")
}

/// What marketing wrote in the thread of a note, the oldest first. The transaction has [`MAIL`].
pub(crate) async fn remarks(
    transaction: &Transaction,
    note_id: NoteId,
) -> Result<Vec<Remark>, StorageError> {
    let rows = transaction.store(MAIL)?.values(&all_of("remark")?, ALL)?.texts().await?;
    let mut remarks = Vec::new();
    for row in &rows {
        match json::read::<NoteRow>(row)?.content {
            OfNote::Remark(remark) if remark.note_id == note_id => remarks.push(remark),
            OfNote::Remark(_) | OfNote::Progress(_) => {}
        }
    }
    remarks.sort_unstable_by_key(|remark| remark.at_ms);
    Ok(remarks)
}
