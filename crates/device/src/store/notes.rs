//! The view that lists read: what each note says now, with its state.

use protocol::{Attachment, ClientTime, Code, Note, NoteId, OpId};
use serde::{Deserialize, Serialize};

use super::history::{Deed, Step};
use super::{NOTES, OUTBOX, id, id_ms, parse, text};
use crate::connection::Connection;
use crate::indexed_db::{self, ALL, Transaction};
use crate::json;
use crate::storage_error::StorageError;

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
    /// How far it has come at marketing's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<protocol::mail::Progress>,
    /// All its operations; empty where there is but the one that is shown, which began it. So the
    /// rows of most notes stay as small as they can be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<Step>,
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
            progress: None,
            steps: Vec::new(),
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
            Deed::Words | Deed::Withdrawal => None,
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
            let transaction = database.read(&[NOTES, OUTBOX])?;
            let rows = transaction.store(NOTES)?.values(&indexed_db::after(&from)?, limit)?;
            let rows = rows.texts().await?;
            let mut notes: Vec<StoredNote> =
                rows.iter().map(|row| json::read(row)).collect::<Result<_, _>>()?;
            tell_sent(&transaction, &mut notes).await?;
            Ok(notes)
        })
        .await
}

/// One note, none if this device does not have it.
pub(crate) async fn one(
    connection: &Connection,
    note_id: NoteId,
) -> Result<Option<StoredNote>, StorageError> {
    let key = newest_first_key(note_id);
    connection
        .run(async |database| {
            let transaction = database.read(&[NOTES, OUTBOX])?;
            let mut note = parse::<StoredNote>(text(&transaction.store(NOTES)?, &key).await?)?;
            tell_sent(&transaction, note.as_mut_slice()).await?;
            Ok(note)
        })
        .await
}

/// What left the outbox since its row was written is sent.
pub(crate) async fn tell_sent(
    transaction: &Transaction,
    notes: &mut [StoredNote],
) -> Result<(), StorageError> {
    let saved = || notes.iter().flat_map(StoredNote::saved);
    let (Some(first), Some(last)) = (saved().min(), saved().max()) else { return Ok(()) };
    let range = indexed_db::between(&first.to_string(), &last.to_string(), false)?;
    let waiting = transaction.store(OUTBOX)?.keys(&range, ALL)?.texts().await?;
    let waiting: Vec<OpId> = waiting.iter().map(|key| id(key)).collect::<Result<_, _>>()?;
    let is_sent = |op_id: OpId| waiting.binary_search(&op_id).is_err();
    notes.iter_mut().for_each(|note| note.tell_sent(&is_sent));
    Ok(())
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
