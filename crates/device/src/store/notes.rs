//! The view that lists read: each note as its rep last saved it, with its state.

use indexed_db_futures::KeyRange;
use indexed_db_futures::prelude::*;
use protocol::{ClientTime, Code, Note, NoteId, OpId};
use serde::{Deserialize, Serialize};

use super::NOTES;
use crate::connection::Connection;
use crate::storage_error::StorageError;

/// What became of a note, as far as this device knows (DESIGN.md §1).
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
    /// When, by this device's clock.
    pub saved_at: ClientTime,
    /// What became of it.
    pub state: NoteState,
    /// Why it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// What it says.
    pub note: Note,
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
            let transaction = database.transaction(NOTES).build()?;
            let rows: Vec<String> = transaction
                .object_store(NOTES)?
                .get_all::<String>()
                .with_query::<&str, _>(KeyRange::LowerBound(&*from, true))
                .with_limit(limit)
                .primitive()?
                .await?
                .collect::<Result<_, _>>()?;
            rows.iter().map(|row| Ok(serde_json::from_str(row)?)).collect()
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
            let transaction = database.transaction(NOTES).build()?;
            let row: Option<String> =
                transaction.object_store(NOTES)?.get(&*key).primitive()?.await?;
            row.map(|row| Ok(serde_json::from_str(&row)?)).transpose()
        })
        .await
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
