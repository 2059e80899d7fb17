//! What is kept beside the database to check its word: which operations each of its lives has
//! committed, looked up by questions that are not the endpoint's own.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use protocol::history::Heads;
use protocol::push::PushAnswer;
use protocol::{AttachmentId, DeviceId, Epoch, NoteId, OpId, RepId, Sha256};
use rusqlite::{OptionalExtension, params};

use super::Server;
use crate::broken::{Broken, Checked};
use crate::device::store::Letter;
use crate::people::photo_bytes;

/// Where a committed operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Log,
    Quarantine,
}

/// What one life of the database has committed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Books {
    pub(crate) ops: BTreeMap<OpId, Shelf>,
    /// Attachments that are there whole.
    pub(crate) photos: BTreeSet<AttachmentId>,
}

impl Server {
    /// Looks which of these this life of the database has committed by now.
    pub(super) fn note(&mut self, device_id: DeviceId, op_ids: &[OpId]) -> Checked {
        let known = self.books();
        let mut found = Vec::new();
        for op_id in op_ids {
            let Some(shelf) = self.shelf(*op_id)? else { continue };
            // SYNC.md §2, 10: a revoked device can only deposit into quarantine.
            let is_new = shelf == Shelf::Log && known.ops.get(op_id) != Some(&Shelf::Log);
            if is_new && self.revoked.contains(&device_id) {
                return Err(Broken::new(10, format!("{op_id} of a revoked device is in the log")));
            }
            found.push((*op_id, shelf));
        }
        drop(known);
        Rc::make_mut(self.committed.entry(self.epoch).or_default()).ops.extend(found);
        Ok(())
    }

    fn shelf(&self, op_id: OpId) -> Checked<Option<Shelf>> {
        let id = op_id.as_bytes().as_slice();
        if self.db.prepare_cached("SELECT 1 FROM op WHERE op_id = ?1")?.exists([id])? {
            return Ok(Some(Shelf::Log));
        }
        let quarantine = "SELECT 1 FROM quarantine WHERE op_id = ?1";
        let is_there = self.db.prepare_cached(quarantine)?.exists([id])?;
        Ok(is_there.then_some(Shelf::Quarantine))
    }

    /// Who is shut out, as the database says.
    pub(super) fn revoked_now(&self) -> Checked<BTreeSet<DeviceId>> {
        let query = "SELECT device_id FROM device WHERE revoked_at_ms IS NOT NULL";
        let mut statement = self.db.prepare_cached(query)?;
        let rows = statement.query_map([], |row| Ok(DeviceId::from_bytes(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// SYNC.md §2, 10: a revoked device reads nothing.
    pub(super) fn check_reader(&self, device_id: DeviceId) -> Checked {
        if self.revoked.contains(&device_id) {
            return Err(Broken::new(10, format!("{device_id} is revoked and reads")));
        }
        Ok(())
    }

    /// SYNC.md §2, 10: nor does one whose token has expired.
    pub(super) fn check_token(&self, token: &str, now_ms: i64) -> Checked {
        if self.tokens.get(token).is_none_or(|until_ms| now_ms >= *until_ms) {
            return Err(Broken::new(10, "a token opens that is not good any more"));
        }
        Ok(())
    }

    /// SYNC.md §2, 6: whatever is confirmed is committed.
    pub(super) fn check_receipts(&self, answer: &PushAnswer) -> Checked {
        for receipt in answer.receipts.iter().filter(|receipt| receipt.verdict.is_confirmed()) {
            if !self.has(answer.epoch, receipt.op_id) {
                return Err(Broken::new(6, format!("{} has a receipt, no commit", receipt.op_id)));
            }
        }
        Ok(())
    }

    /// Whether this life of the database committed the operation.
    pub(crate) fn has(&self, epoch: Epoch, op_id: OpId) -> bool {
        self.committed.get(&epoch).is_some_and(|books| books.ops.contains_key(&op_id))
    }

    /// What the present life of the database has committed.
    pub(crate) fn books(&self) -> Rc<Books> {
        self.committed.get(&self.epoch).map(Rc::clone).unwrap_or_default()
    }

    /// Whether this life of the database had all of the attachment.
    pub(crate) fn had_photo(&self, epoch: Epoch, attachment_id: AttachmentId) -> bool {
        self.committed.get(&epoch).is_some_and(|books| books.photos.contains(&attachment_id))
    }

    /// Whether the present one has.
    pub(crate) fn has_photo(&self, attachment_id: AttachmentId) -> bool {
        self.had_photo(self.epoch, attachment_id)
    }

    /// SYNC.md §2, 12: what is told as complete has the right bytes.
    pub(super) fn note_photo(&mut self, attachment_id: AttachmentId, bytes: u64) -> Checked {
        let mut statement = self.db.prepare_cached(
            "SELECT data FROM attachment_chunk WHERE attachment_id = ?1 ORDER BY at",
        )?;
        let id = attachment_id.as_bytes().as_slice();
        let chunks = statement.query_map([id], |row| row.get::<_, Vec<u8>>(0))?;
        let stored: Vec<Vec<u8>> = chunks.collect::<Result<_, _>>()?;
        if stored.concat() != photo_bytes(attachment_id, bytes) {
            return Err(Broken::new(12, format!("{attachment_id} is complete with other bytes")));
        }
        drop(statement);
        Rc::make_mut(self.committed.entry(self.epoch).or_default()).photos.insert(attachment_id);
        Ok(())
    }

    /// What of this rep's is in the log, but for what came from this device.
    pub(crate) fn log_of_siblings(
        &self,
        rep_id: RepId,
        device_id: DeviceId,
    ) -> Checked<Vec<(i64, OpId)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT seq, op_id FROM op JOIN device USING (device_id)
             WHERE rep_id = ?1 AND device_id <> ?2 ORDER BY seq",
        )?;
        let ids = params![rep_id.as_bytes(), device_id.as_bytes()];
        let rows = statement
            .query_map(ids, |row| Ok((row.get::<_, i64>(0)?, OpId::from_bytes(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What marketing tells this rep, in its order, and what it took back.
    pub(crate) fn letters(&self, rep_id: RepId) -> Checked<Vec<Letter>> {
        let mut statement = self.db.prepare_cached(
            "SELECT seq, key, content FROM mail WHERE rep_id = ?1 OR rep_id IS NULL ORDER BY seq",
        )?;
        let rows = statement.query_map([rep_id.as_bytes().as_slice()], |row| {
            Ok(Letter { seq: row.get(0)?, key: row.get(1)?, content: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every operation of the log: its id, its hash as it came, and its text, none where its words
    /// are gone.
    pub(crate) fn log(&self) -> Checked<Vec<(OpId, Sha256, Option<String>)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT op_id, sha256, CASE WHEN is_emptied IS NULL THEN body END
             FROM op ORDER BY op_id",
        )?;
        let rows = statement.query_map([], |row| {
            let (op_id, sha256) = (row.get(0)?, row.get(1)?);
            Ok((OpId::from_bytes(op_id), Sha256::from_bytes(sha256), row.get(2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the inbox shows of this rep's notes.
    pub(crate) fn heads(&self, rep_id: RepId) -> Checked<BTreeMap<NoteId, Heads>> {
        endpoint::storage::view::catch_up(&self.db)?;
        let mut statement = self.db.prepare_cached(
            "SELECT note.note_id, coalesce(note.heads, op.op_id), note.withdrawn_at_ms IS NOT NULL
             FROM note JOIN op ON op.seq = note.seq WHERE note.rep_id = ?1",
        )?;
        let rows = statement.query_map([rep_id.as_bytes().as_slice()], |row| {
            let heads: Vec<u8> = row.get(1)?;
            let (ids, _) = heads.as_chunks::<16>();
            let contents = ids.iter().map(|id| OpId::from_bytes(*id)).collect();
            let heads = Heads { contents, is_withdrawn: row.get(2)? };
            Ok((NoteId::from_bytes(row.get(0)?), heads))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A digest of what the inbox shows of this rep's notes, as the endpoint makes it.
    pub(crate) fn state_hash(&self, rep_id: RepId) -> Checked<Sha256> {
        Ok(endpoint::storage::notes::state_hash(&self.db, rep_id)?)
    }

    /// Notes whose words are gone from here, 30 days after they were withdrawn.
    pub(crate) fn emptied(&self) -> Checked<BTreeSet<NoteId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT note_id FROM op WHERE is_emptied
             AND NOT EXISTS (SELECT 1 FROM note WHERE note.note_id = op.note_id)",
        )?;
        let rows = statement.query_map([], |row| Ok(NoteId::from_bytes(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether this operation is in quarantine as one whose id was taken by other content.
    pub(crate) fn is_taken_for_another(&self, op_id: OpId) -> Checked<bool> {
        let query = "SELECT 1 FROM quarantine WHERE op_id = ?1 AND code = 'id_reuse'";
        let found = self
            .db
            .prepare_cached(query)?
            .query_row([op_id.as_bytes().as_slice()], |_| Ok(()))
            .optional()?;
        Ok(found.is_some())
    }
}
