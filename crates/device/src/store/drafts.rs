//! Drafts: what was typed and not yet saved. Kept at each pause, so that no call, reload or flat
//! battery takes it away (DESIGN.md §6).

use indexed_db_futures::prelude::*;
use protocol::Kind;
use serde::{Deserialize, Serialize};

use super::{DRAFTS, put};
use crate::connection::{Connection, strict};
use crate::storage_error::StorageError;

/// The fields of a form as typed, by name; nothing is checked before a save.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The words.
    pub text: String,
    /// Every other field that is not empty: name and content.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
}

impl Draft {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.fields.is_empty()
    }
}

pub(crate) async fn read(
    connection: &Connection,
    kind: Kind,
) -> Result<Option<Draft>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.transaction(DRAFTS).build()?;
            let row: Option<String> =
                transaction.object_store(DRAFTS)?.get(kind.as_str()).primitive()?.await?;
            row.map(|row| Ok(serde_json::from_str(&row)?)).transpose()
        })
        .await
}

pub(crate) async fn keep(
    connection: &Connection,
    kind: Kind,
    draft: &Draft,
) -> Result<(), StorageError> {
    let row = serde_json::to_string(draft)?;
    connection
        .run(async |database| {
            let transaction = strict(database, &[DRAFTS])?;
            let drafts = transaction.object_store(DRAFTS)?;
            if draft.is_empty() {
                drafts.delete(kind.as_str()).primitive()?.await?;
            } else {
                put(&drafts, kind.as_str(), &row)?.await?;
            }
            Ok(transaction.commit().await?)
        })
        .await
}
