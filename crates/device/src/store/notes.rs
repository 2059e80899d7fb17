//! The view that lists read: what each note says now, with its state.

use protocol::mail::{Progress, Remark};
use protocol::{Attachment, ClientTime, Code, Note, NoteId, OpId};
use serde::{Deserialize, Serialize};

use super::history::{Deed, Step};
use super::{ID_MS_MAX, MAIL, NOTES, OUTBOX, id, id_ms, mail, parse, text};
use crate::connection::Connection;
use crate::indexed_db::{self, ALL, Request, Transaction};
use crate::json;
use crate::storage_error::StorageError;

/// Notes that are looked through in one read: a few milliseconds' work, so that the page stays smooth.
const LOOKED_THROUGH_AT_ONCE: u32 = 500;

/// What became of a note, as far as this device knows (DESIGN.md §1).
///
/// A row's Saved means: sent, once it is not in the outbox any more. So a receipt rewrites no row,
/// and the two can never disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteState {
    /// On this device's disk.
    Saved,
    /// Committed at marketing's.
    Sent,
    /// Refused, or in marketing's quarantine: [`StoredNote::code`] says why.
    Held,
}

impl NoteState {
    /// The name in `data-state`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Sent => "sent",
            Self::Held => "held",
        }
    }
}

/// A note as this device stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredNote {
    /// Which note.
    pub note_id: NoteId,
    /// The operation that wrote what is shown.
    pub op_id: OpId,
    /// When, by the clock of the device that wrote it.
    pub saved_at: ClientTime,
    /// Saved while any operation of it waits here; else held if any is; else sent.
    pub state: NoteState,
    /// Why it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// What it says.
    pub note: Note,
    /// What else it says: written at the same time on another device, and never overwritten
    /// (SYNC.md §2, 13).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub siblings: Vec<Content>,
    /// Whether its rep took it back; then the rest is what it said last.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_withdrawn: bool,
    /// All its operations; empty where there is but the one that is shown, which began it. So the
    /// rows of most notes stay as small as they can be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<Step>,
    /// How far it has come at marketing's; none where that is nowhere yet. Never in its row.
    #[serde(skip)]
    pub progress: Option<Progress>,
    /// What marketing wrote in its thread, the oldest first. Only where one note is asked for.
    #[serde(skip)]
    pub remarks: Vec<Remark>,
}

/// How a note stands, as its author sees it (DESIGN.md §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// On this device's disk.
    Saved,
    /// Committed at marketing's.
    Sent,
    /// Somebody of marketing's has read it.
    Read,
    /// It has its place among the others.
    Classified,
    /// A decision cites it.
    Decided,
    /// Nothing comes of it, and marketing said why.
    Declined,
    /// Refused, or in marketing's quarantine: [`StoredNote::code`] says why.
    Held,
}

impl Standing {
    /// All, in the order in which a note comes by them.
    pub const ALL: [Self; 7] = [
        Self::Saved,
        Self::Sent,
        Self::Read,
        Self::Classified,
        Self::Decided,
        Self::Declined,
        Self::Held,
    ];

    /// The name in `data-state`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Sent => "sent",
            Self::Read => "read",
            Self::Classified => "classified",
            Self::Decided => "decided",
            Self::Declined => "declined",
            Self::Held => "held",
        }
    }
}

/// What one operation said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Which.
    pub op_id: OpId,
    /// When, by the clock of the device that wrote it.
    pub saved_at: ClientTime,
    /// Its words.
    pub note: Note,
}

/// As much of a [`StoredNote`] as tells whom it is on.
#[derive(Deserialize)]
struct OnCustomer {
    note_id: NoteId,
    note: Customer,
}

#[derive(Deserialize)]
struct Customer {
    customer: Option<String>,
}

impl StoredNote {
    /// A note that this operation begins, and that nobody sent yet.
    #[must_use]
    pub const fn begun(note_id: NoteId, op_id: OpId, saved_at: ClientTime, note: Note) -> Self {
        Self {
            note_id,
            op_id,
            saved_at,
            state: NoteState::Saved,
            code: None,
            note,
            siblings: Vec::new(),
            is_withdrawn: false,
            steps: Vec::new(),
            progress: None,
            remarks: Vec::new(),
        }
    }

    /// How it stands. What waits here or is held says so, whatever marketing did with what it has.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.state, &self.progress) {
            (NoteState::Saved, _) => Standing::Saved,
            (NoteState::Held, _) => Standing::Held,
            (NoteState::Sent, None) => Standing::Sent,
            (NoteState::Sent, Some(progress)) => match progress {
                Progress { declined: Some(_), .. } => Standing::Declined,
                Progress { decided_at_ms: Some(_), .. } => Standing::Decided,
                Progress { classified_at_ms: Some(_), .. } => Standing::Classified,
                Progress { read_at_ms: Some(_), .. } => Standing::Read,
                _ => Standing::Sent,
            },
        }
    }

    /// When its rep began it, in milliseconds since 1970 by the clock of the device that they held:
    /// lists are in this order, whatever was changed since.
    #[must_use]
    pub fn begun_ms(&self) -> u64 {
        begun_ms(self.note_id)
    }

    /// Photos, voice memos and files of it, in the order of their operations.
    pub fn attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.steps.iter().filter_map(|step| match &step.deed {
            Deed::Attachment(attachment) => Some(attachment),
            Deed::Words | Deed::Withdrawal | Deed::Reply => None,
        })
    }
}

/// The same of a note that is known by its id alone.
#[must_use]
pub fn begun_ms(note_id: NoteId) -> u64 {
    id_ms(note_id.as_bytes())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The key of a note in the view: its id with every bit flipped, so that the newest comes first
/// and a plain `getAll` with a limit is the list's first page. A cursor walking backwards takes
/// two to five times as long (DESIGN.md §7).
pub(crate) fn newest_first_key(note_id: NoteId) -> String {
    NoteId::from_bytes(note_id.as_bytes().map(|byte| !byte)).to_string()
}

/// Up to `limit` notes, newest first, those after `after` in the list if it is given.
pub(crate) async fn page(
    connection: &Connection,
    after: Option<NoteId>,
    limit: u32,
) -> Result<Vec<StoredNote>, StorageError> {
    let from = after.map_or_else(String::new, newest_first_key);
    connection
        .run(async |database| {
            let transaction = database.read(&[NOTES, OUTBOX, MAIL])?;
            let rows = transaction.store(NOTES)?.values(&indexed_db::after(&from)?, limit)?;
            read_rows(&transaction, rows.texts().await?.iter().map(String::as_str)).await
        })
        .await
}

/// Notes that were begun at this time or later, newest first.
pub(crate) async fn since(
    connection: &Connection,
    from_ms: u64,
) -> Result<Vec<StoredNote>, StorageError> {
    let last = newest_first_key(NoteId::new(from_ms.min(ID_MS_MAX), [0; 10]));
    connection
        .run(async |database| {
            let transaction = database.read(&[NOTES, OUTBOX, MAIL])?;
            let range = indexed_db::up_to(&last)?;
            let rows = transaction.store(NOTES)?.values(&range, ALL)?.texts().await?;
            read_rows(&transaction, rows.iter().map(String::as_str)).await
        })
        .await
}

/// All notes on a customer whose name `is_theirs`, newest first.
pub(crate) async fn of_customer(
    connection: &Connection,
    is_theirs: impl Fn(&str) -> bool,
) -> Result<Vec<StoredNote>, StorageError> {
    let mut found = Vec::new();
    let mut from = Some(String::new());
    while let Some(after) = from {
        let (theirs, next) = connection
            .run(async |database| {
                let transaction = database.read(&[NOTES, OUTBOX, MAIL])?;
                let range = indexed_db::after(&after)?;
                let rows = transaction.store(NOTES)?.values(&range, LOOKED_THROUGH_AT_ONCE)?;
                let rows = rows.texts().await?;
                let (mut theirs, mut last) = (Vec::new(), None);
                for row in &rows {
                    let OnCustomer { note_id, note } = json::read(row)?;
                    if note.customer.is_some_and(|customer| is_theirs(&customer)) {
                        theirs.push(&**row);
                    }
                    last = Some(newest_first_key(note_id));
                }
                let theirs = read_rows(&transaction, theirs.into_iter()).await?;
                let is_full = rows.len() >= LOOKED_THROUGH_AT_ONCE as usize;
                Ok((theirs, last.filter(|_| is_full)))
            })
            .await?;
        found.extend(theirs);
        from = next;
    }
    Ok(found)
}

/// Rows that are next to each other, or nearly, as notes. The transaction has [`OUTBOX`] and
/// [`MAIL`].
async fn read_rows(
    transaction: &Transaction,
    rows: impl Iterator<Item = &str>,
) -> Result<Vec<StoredNote>, StorageError> {
    let mut notes: Vec<StoredNote> = rows.map(json::read).collect::<Result<_, _>>()?;
    tell_the_rest(transaction, &mut notes).await?;
    Ok(notes)
}

/// One note, none if this device does not have it.
pub(crate) async fn one(
    connection: &Connection,
    note_id: NoteId,
) -> Result<Option<StoredNote>, StorageError> {
    let key = newest_first_key(note_id);
    connection
        .run(async |database| {
            let transaction = database.read(&[NOTES, OUTBOX, MAIL])?;
            let mut note = parse::<StoredNote>(text(&transaction.store(NOTES)?, &key).await?)?;
            tell_the_rest(&transaction, note.as_mut_slice()).await?;
            if let Some(note) = &mut note {
                note.remarks = mail::remarks(&transaction, note_id).await?;
            }
            Ok(note)
        })
        .await
}

/// Tells of each note what is not in its row: whether it is sent, which it is once it has left the
/// outbox, and how far it has come at marketing's. The transaction has [`OUTBOX`] and [`MAIL`].
pub(super) async fn tell_the_rest(
    transaction: &Transaction,
    notes: &mut [StoredNote],
) -> Result<(), StorageError> {
    // Both are asked before either is waited for.
    let waiting = waiting_of(transaction, notes)?;
    let progress = mail::progress_of(transaction, notes)?;
    if let Some(waiting) = waiting {
        let waiting = waiting.texts().await?;
        let waiting: Vec<OpId> = waiting.iter().map(|key| id(key)).collect::<Result<_, _>>()?;
        let is_sent = |op_id: OpId| waiting.binary_search(&op_id).is_err();
        notes.iter_mut().for_each(|note| note.tell_sent(&is_sent));
    }
    if let Some(progress) = progress {
        mail::tell_progress(&progress.texts().await?, notes)?;
    }
    Ok(())
}

/// Asks which of their operations are in the outbox, none where all are known to be sent or held.
fn waiting_of(
    transaction: &Transaction,
    notes: &[StoredNote],
) -> Result<Option<Request>, StorageError> {
    let saved = || notes.iter().flat_map(StoredNote::saved);
    let (Some(first), Some(last)) = (saved().min(), saved().max()) else { return Ok(None) };
    let range = indexed_db::between(&first.to_string(), &last.to_string(), false)?;
    transaction.store(OUTBOX)?.keys(&range, ALL).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_newer_notes_sort_first() {
        let (older, newer) = (NoteId::new(1, [9; 10]), NoteId::new(2, [0; 10]));
        assert!(newest_first_key(newer) < newest_first_key(older));
    }
}
