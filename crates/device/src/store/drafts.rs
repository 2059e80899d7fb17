//! Drafts: what was typed and not yet saved. Kept at each pause, so that no call, reload or flat
//! battery takes it away (DESIGN.md §6).

use protocol::{Kind, NoteId, QuestionId, TestGroupId};
use serde::{Deserialize, Serialize};

use super::{DRAFTS, parse, put_row, text};
use crate::connection::Connection;
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

/// What a draft is for. Each has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftFor {
    /// A new note of this kind.
    New(Kind),
    /// An edit of this note.
    Edit(NoteId),
    /// A remark in the thread of this note.
    Thread(NoteId),
    /// An answer to this question of marketing's.
    Question(QuestionId),
    /// A customer's answers to the questionnaire of this test group.
    TestGroup(TestGroupId),
}

impl From<Kind> for DraftFor {
    fn from(kind: Kind) -> Self {
        Self::New(kind)
    }
}

impl DraftFor {
    /// Its key in [`DRAFTS`].
    pub(crate) fn key(self) -> String {
        match self {
            Self::New(kind) => kind.as_str().to_owned(),
            Self::Edit(note_id) => note_id.to_string(),
            Self::Thread(note_id) => format!("thread-{note_id}"),
            Self::Question(question_id) => format!("question-{question_id}"),
            Self::TestGroup(test_group_id) => format!("test_group-{test_group_id}"),
        }
    }
}

pub(crate) async fn read(
    connection: &Connection,
    of: DraftFor,
) -> Result<Option<Draft>, StorageError> {
    let key = of.key();
    connection
        .run(async |database| {
            let transaction = database.read(&[DRAFTS])?;
            parse(text(&transaction.store(DRAFTS)?, &key).await?)
        })
        .await
}

pub(crate) async fn keep(
    connection: &Connection,
    of: DraftFor,
    draft: &Draft,
) -> Result<(), StorageError> {
    let key = of.key();
    connection
        .run(async |database| {
            let transaction = database.write(&[DRAFTS])?;
            let drafts = transaction.store(DRAFTS)?;
            if draft.is_empty() {
                drafts.delete(&key)?;
            } else {
                put_row(&drafts, &key, draft)?;
            }
            transaction.commit().await
        })
        .await
}
