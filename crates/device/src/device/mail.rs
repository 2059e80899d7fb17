//! The facade's part for what comes from marketing, and what goes back.

use protocol::limits::SCHEMA;
use protocol::mail::{Content, Progress, Reference, Referent};
use protocol::note::{Fault, Field};
use protocol::{Action, DecisionId, NoteId, OpBody, OpId, Reply};

use super::{Device, SaveError, sealed};
use crate::storage_error::StorageError;
use crate::store::mail::{self, Received};
use crate::store::replies::{self, Given};
use crate::{chance, clock};

impl Device {
    /// All of a kind that marketing tells this rep, the newest first. `kind` is the first word of
    /// its keys: "decision", "question", "briefing", "test_group", "remark" (`protocol::mail`).
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn mail(&self, kind: &str) -> Result<Vec<Received>, StorageError> {
        mail::of_kind(&self.connection, kind).await
    }

    /// How far each note has come that marketing tells of, the newest note first.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn progress(&self) -> Result<Vec<Progress>, StorageError> {
        mail::progress(&self.connection).await
    }

    /// The notes that these decisions cite, the newest first, each beside the decision.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn led_to(
        &self,
        decisions: &[DecisionId],
    ) -> Result<Vec<(DecisionId, NoteId)>, StorageError> {
        mail::led_to(&self.connection, decisions).await
    }

    /// One letter by its key, none where marketing tells nothing under it.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn letter(&self, key: &str) -> Result<Option<Received>, StorageError> {
        mail::one(&self.connection, key).await
    }

    /// How many letters the rep has not looked at; neither reference data nor the progress of
    /// notes waits for that.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn unseen(&self) -> Result<u32, StorageError> {
        mail::unseen(&self.connection).await
    }

    /// The rep has looked at a letter.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn mark_seen(&self, key: &str) -> Result<(), StorageError> {
        if mail::mark_seen(&self.connection, key).await? {
            self.tell();
        }
        Ok(())
    }

    /// The customers, products or competitors that marketing knows, by name.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn references(&self, of: Referent) -> Result<Vec<Reference>, StorageError> {
        let letters = mail::of_kind(&self.connection, "reference").await?.into_iter();
        let mut known: Vec<Reference> = letters
            .filter_map(|letter| match letter.content {
                Content::Reference(reference) if reference.of == of => Some(reference),
                _ => None,
            })
            .collect();
        known.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(known)
    }

    /// What this rep replied, the newest first.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn replies(&self) -> Result<Vec<Given>, StorageError> {
        replies::all(&self.connection).await
    }

    /// Saves a reply. When this returns, it is on this device's disk. Only a remark stands in the
    /// thread of a note.
    ///
    /// # Errors
    /// Why nothing was saved.
    pub async fn reply(&self, in_thread_of: Option<NoteId>, reply: Reply) -> Result<(), SaveError> {
        if let Err(code) = reply.check() {
            return Err(SaveError::Faults(vec![Fault { field: Field::Text, code }]));
        }
        let now_ms = clock::now_ms();
        let note_id = match in_thread_of {
            Some(note_id) => note_id,
            None => NoteId::new(now_ms, chance::bytes()?),
        };
        let op_id = OpId::new(now_ms, chance::bytes()?);
        let (parents, saved_at) = (Vec::new(), clock::client_time());
        let action = Action::Reply(reply);
        let body = OpBody { schema: SCHEMA, note_id, parents, saved_at, action };
        replies::save(&self.connection, &sealed(op_id, &body)?, &body).await?;
        self.changed();
        self.copy_soon();
        Ok(())
    }
}
