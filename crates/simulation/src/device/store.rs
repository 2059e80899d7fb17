//! A model of the device's store: what `crates/device` keeps in IndexedDB, by the same rules, and a
//! memory of what of it is synced to the disk. Shared by all tabs and the worker; outlives them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::rc::Rc;

use protocol::enrol::Admission;
use protocol::have::Held;
use protocol::history::{self, Heads, Link};
use protocol::planted::{self, Bug};
use protocol::pull::Emptied;
use protocol::push::{Receipt, Verdict};
use protocol::{
    Attachment, AttachmentId, Code, DeviceId, Epoch, MacKey, NoteId, OpId, Seq, Sha256,
};
use sync::{Memory, PURGE_AFTER_MS, Parked, UploadEnd, Witness};

use crate::agenda::DAY_MS;
use crate::writing::Written;

/// Who the device is.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) device_id: DeviceId,
    pub(crate) receipt_key: MacKey,
    pub(crate) admission: Admission,
}

/// What is known of a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Confirmation {
    /// Of the first time in its epoch. For the invariants: the device does not store it.
    pub(crate) witness: Witness,
    /// The same, of the sweep that found it: the purge rule's.
    pub(crate) found: Option<Witness>,
    /// None in quarantine.
    pub(crate) seq: Option<Seq>,
    /// In the log, not in quarantine.
    pub(crate) is_sent: bool,
}

/// An attachment, and how its upload stands.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) op_id: OpId,
    pub(crate) attachment: Rc<Attachment>,
    pub(crate) state: UploadState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UploadState {
    Pending,
    Held(Code),
    Complete { epoch: Epoch, log_seq: Option<Seq> },
}

/// What a page of a pull says.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) cursor_seen: Option<String>,
    pub(crate) next_cursor: String,
    pub(crate) has_more: bool,
    pub(crate) server_time_ms: i64,
    pub(crate) changes: Vec<(Seq, Rc<Written>)>,
    pub(crate) emptied: Vec<Emptied>,
    pub(crate) letters: Vec<Letter>,
}

/// What marketing tells under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) seq: i64,
    pub(crate) key: String,
    /// None where it was taken back.
    pub(crate) content: Option<String>,
}

/// The last word under each key, with its seq.
pub(crate) type Mail = BTreeMap<String, (i64, String)>;

/// An operation that the purge rule took.
#[derive(Debug)]
pub(crate) struct Dropped {
    pub(crate) op_id: OpId,
    /// Since its confirmation, by the endpoint's clock.
    pub(crate) age_ms: i64,
    /// The attachment whose bytes went with it.
    pub(crate) photo: Option<AttachmentId>,
}

/// Everything that the database holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    pub(crate) identity: Option<Identity>,
    pub(crate) ops: BTreeMap<OpId, Rc<Written>>,
    pub(crate) outbox: BTreeSet<OpId>,
    pub(crate) held: BTreeMap<OpId, Code>,
    pub(crate) confirmed: BTreeMap<OpId, Confirmation>,
    pub(crate) uploads: BTreeMap<AttachmentId, Upload>,
    pub(crate) cursor: Option<String>,
    pub(crate) is_resync: bool,
    /// What marketing tells this rep.
    pub(crate) mail: Mail,
    /// What takes its place with the last page of a resync.
    pub(crate) mail_shadow: Mail,
    /// The views of notes: each with its history, which outlives the purge.
    notes: BTreeMap<NoteId, BTreeMap<OpId, Option<Link>>>,
    /// Operations of them whose words were gone already, told in this resync.
    heard_of: Vec<(NoteId, OpId)>,
    epoch: Option<Epoch>,
    past_epochs: Vec<Epoch>,
    is_sweep_unfinished: bool,
    swept_at_ms: Option<u64>,
}

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrote {
    Done,
    EpochMoved(Memory),
    /// It does not apply; nothing was written.
    Refused,
}

/// The database, and what of it would outlive a power cut.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    tables: Tables,
    /// What is synced, where that is older.
    synced: Option<Box<Tables>>,
}

impl Store {
    pub(crate) const fn read(&self) -> &Tables {
        &self.tables
    }

    /// A transaction with strict durability: synced when it returns.
    pub(crate) fn write(&mut self) -> &mut Tables {
        self.synced = None;
        &mut self.tables
    }

    /// A save, which must be a strict one.
    pub(crate) fn save(&mut self, written: &Rc<Written>) {
        if planted::is(Bug::RelaxedSave) && self.synced.is_none() {
            self.synced = Some(Box::new(self.tables.clone()));
            return self.tables.save(written);
        }
        self.write().save(written);
    }

    pub(crate) fn lose_power(&mut self) {
        if let Some(synced) = self.synced.take() {
            self.tables = *synced;
        }
    }
}

impl Tables {
    /// One save: operation, outbox row, upload, view.
    fn save(&mut self, written: &Rc<Written>) {
        let op_id = written.op_id;
        self.ops.insert(op_id, Rc::clone(written));
        self.outbox.insert(op_id);
        self.show(written);
        if let Some(attachment) = &written.attachment {
            let attachment = Rc::clone(attachment);
            let state = UploadState::Pending;
            self.uploads.insert(attachment.attachment_id, Upload { op_id, attachment, state });
        }
    }

    fn show(&mut self, written: &Written) {
        let note = self.notes.entry(written.note_id).or_default();
        note.insert(written.op_id, written.link.clone());
    }

    pub(crate) fn memory(&self, device_ms: u64) -> Memory {
        let is_old = self.swept_at_ms.is_none_or(|at_ms| device_ms.abs_diff(at_ms) >= DAY_MS);
        Memory {
            epoch: self.epoch,
            past_epochs: self.past_epochs.clone(),
            is_sweep_due: self.is_sweep_unfinished || is_old,
        }
    }

    pub(crate) const fn epoch(&self) -> Option<Epoch> {
        self.epoch
    }

    fn moved(&self, epoch: Epoch, device_ms: u64) -> Option<Wrote> {
        (self.epoch != Some(epoch)).then(|| Wrote::EpochMoved(self.memory(device_ms)))
    }

    pub(crate) fn read_batch(
        &self,
        after: Option<OpId>,
        ops_max: usize,
        bytes_max: usize,
    ) -> (Vec<Rc<Written>>, bool) {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self
            .outbox
            .range((from, Bound::Unbounded))
            .filter_map(|op_id| self.ops.get(op_id))
            .peekable();
        let (mut ops, mut sum) = (Vec::new(), 0);
        while let Some(op) = rest.peek() {
            if ops.len() == ops_max || (!ops.is_empty() && sum + op.bytes > bytes_max) {
                break;
            }
            sum += op.bytes;
            ops.push(Rc::clone(op));
            rest.next();
        }
        (ops, rest.peek().is_some())
    }

    pub(crate) fn settle(
        &mut self,
        depositor: Option<DeviceId>,
        witness: Option<Witness>,
        confirmed: &[Receipt],
        parked: &[Parked],
        device_ms: u64,
    ) -> Wrote {
        let device_id = self.identity.as_ref().map(|it| it.device_id);
        if depositor.is_some() && depositor != device_id {
            return Wrote::Refused;
        }
        if let Some(witness) = witness {
            if let Some(moved) = self.moved(witness.epoch, device_ms)
                && !planted::is(Bug::OldReceiptsCount)
            {
                return moved;
            }
            confirmed.iter().for_each(|receipt| self.confirm(receipt, witness));
        }
        for Parked { op_id, code } in parked {
            if self.outbox.remove(op_id) {
                self.held.insert(*op_id, *code);
            }
        }
        Wrote::Done
    }

    fn confirm(&mut self, receipt: &Receipt, witness: Witness) {
        let Receipt { op_id, verdict, seq, .. } = *receipt;
        let was_unsent = self.outbox.remove(&op_id) | self.held.remove(&op_id).is_some();
        if !was_unsent {
            return;
        }
        if planted::is(Bug::PurgeOnReceipt) {
            self.ops.remove(&op_id);
            return;
        }
        let is_sent = verdict != Verdict::StoredQuarantined;
        self.confirmed.insert(op_id, Confirmation { witness, found: None, seq, is_sent });
    }

    pub(crate) fn adopt(&mut self, from: Option<Epoch>, epoch: Epoch, device_ms: u64) -> Wrote {
        if self.epoch == Some(epoch) {
            return Wrote::Done;
        }
        let is_overtaken = self.epoch != from && !planted::is(Bug::LateEpochAdopted);
        if is_overtaken || self.past_epochs.contains(&epoch) {
            return Wrote::EpochMoved(self.memory(device_ms));
        }
        self.past_epochs.extend(self.epoch.replace(epoch));
        self.is_sweep_unfinished = true;
        for upload in self.uploads.values_mut() {
            if matches!(upload.state, UploadState::Complete { .. }) {
                upload.state = UploadState::Pending;
            }
        }
        Wrote::Done
    }

    pub(crate) fn read_confirmed(&self, after: Option<OpId>, ops_max: usize) -> (Vec<OpId>, bool) {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let is_unsent = |op_id: &OpId| self.outbox.contains(op_id) || self.held.contains_key(op_id);
        let here = self.ops.range((from, Bound::Unbounded)).map(|(op_id, _)| *op_id);
        let mut rest = here.filter(|op_id| !is_unsent(op_id));
        let op_ids: Vec<OpId> = rest.by_ref().take(ops_max).collect();
        (op_ids, rest.next().is_some())
    }

    /// A confirmation of this epoch keeps its time: were it renewed every day, it would never be
    /// old enough for the purge rule.
    pub(crate) fn reconcile(
        &mut self,
        witness: Witness,
        held: &[Held],
        missing: &[OpId],
        device_ms: u64,
    ) -> Wrote {
        if let Some(moved) = self.moved(witness.epoch, device_ms) {
            return moved;
        }
        for Held { op_id, seq } in held {
            if let Some(confirmation) = self.confirmed.get_mut(op_id) {
                if confirmation.witness.epoch != witness.epoch {
                    confirmation.witness = witness;
                }
                let found = confirmation.found.filter(|it| it.epoch == witness.epoch);
                confirmation.found = found.or(Some(witness));
                confirmation.seq = *seq;
                // Deposited once, brought into the log by another device since.
                confirmation.is_sent |= seq.is_some();
            }
        }
        for op_id in missing {
            if self.ops.contains_key(op_id) && self.confirmed.remove(op_id).is_some() {
                self.outbox.insert(*op_id);
            }
        }
        Wrote::Done
    }

    /// Tells what it dropped.
    pub(crate) fn finish_sweep(
        &mut self,
        witness: Witness,
        safe_seq: Option<Seq>,
        device_ms: u64,
    ) -> (Wrote, Vec<Dropped>) {
        if let Some(moved) = self.moved(witness.epoch, device_ms) {
            return (moved, Vec::new());
        }
        self.is_sweep_unfinished = false;
        self.swept_at_ms = Some(device_ms);
        let safe_seq = if planted::is(Bug::PurgeUnsafe) { Some(Seq(i64::MAX)) } else { safe_seq };
        let Some(safe_seq) = safe_seq else { return (Wrote::Done, Vec::new()) };
        let may_go = |(op_id, confirmation): &(&OpId, &Confirmation)| {
            may_be_dropped(confirmation, witness, safe_seq)
                && self.may_lose_photo(**op_id, witness.epoch, safe_seq)
        };
        let chosen: Vec<(OpId, i64)> = self
            .confirmed
            .iter()
            .filter(may_go)
            .filter_map(|(op_id, it)| {
                Some((*op_id, witness.server_time_ms - it.found?.server_time_ms))
            })
            .collect();
        let mut dropped = Vec::new();
        for (op_id, age_ms) in chosen {
            self.confirmed.remove(&op_id);
            self.ops.remove(&op_id);
            let photos = self.uploads.extract_if(.., |_, upload| upload.op_id == op_id);
            let photo = photos.map(|(attachment_id, _)| attachment_id).next();
            dropped.push(Dropped { op_id, age_ms, photo });
        }
        (Wrote::Done, dropped)
    }

    /// An operation goes only with the bytes that it attached, and those only where every backup
    /// has them.
    fn may_lose_photo(&self, op_id: OpId, epoch: Epoch, safe_seq: Seq) -> bool {
        let mut uploads = self.uploads.values().filter(|upload| upload.op_id == op_id);
        uploads.all(|upload| match upload.state {
            UploadState::Complete { epoch: of, log_seq } => {
                of == epoch && log_seq.is_some_and(|log_seq| log_seq < safe_seq)
            }
            UploadState::Pending | UploadState::Held(_) => false,
        })
    }

    /// Tells whether the page was written.
    pub(crate) fn apply_page(
        &mut self,
        page: &Page,
        epoch: Epoch,
        device_ms: u64,
    ) -> (Wrote, bool) {
        if let Some(moved) = self.moved(epoch, device_ms) {
            return (moved, false);
        }
        if self.cursor != page.cursor_seen {
            return (Wrote::Done, false);
        }
        for (seq, op) in &page.changes {
            self.keep(*seq, op, epoch, page.server_time_ms);
        }
        for Emptied { op_id, note_id, parents } in &page.emptied {
            let note = self.notes.entry(*note_id).or_default();
            let (op_id, parents, is_withdrawal) = (*op_id, parents.clone(), false);
            if let Entry::Vacant(vacant) = note.entry(op_id) {
                vacant.insert(Some(Link { op_id, parents, is_withdrawal }));
                self.heard_of.push((*note_id, op_id));
            }
        }
        let mail = if self.is_resync { &mut self.mail_shadow } else { &mut self.mail };
        for Letter { seq, key, content } in &page.letters {
            if mail.get(key).is_some_and(|(before, _)| before > seq) {
                continue;
            }
            match content {
                Some(content) => _ = mail.insert(key.clone(), (*seq, content.clone())),
                None => _ = mail.remove(key),
            }
        }
        self.cursor = Some(page.next_cursor.clone());
        if self.is_resync && !page.has_more {
            self.mail = std::mem::take(&mut self.mail_shadow);
        }
        self.is_resync &= page.has_more;
        (Wrote::Done, true)
    }

    /// An operation of the rep's other devices becomes this device's own to keep, and is offered
    /// again if a restored endpoint has lost it.
    fn keep(&mut self, seq: Seq, op: &Rc<Written>, epoch: Epoch, server_time_ms: i64) {
        if self.ops.contains_key(&op.op_id) || self.knows(op.note_id, op.op_id) {
            return;
        }
        let witness = Witness { epoch, server_time_ms };
        let (seq, is_sent) = (Some(seq), true);
        self.ops.insert(op.op_id, Rc::clone(op));
        self.confirmed.insert(op.op_id, Confirmation { witness, found: None, seq, is_sent });
        self.show(op);
    }

    pub(crate) fn begin_resync(&mut self) {
        self.cursor = None;
        self.is_resync = true;
        self.mail_shadow.clear();
        for (note_id, op_id) in self.heard_of.drain(..) {
            if let Some(note) = self.notes.get_mut(&note_id) {
                note.remove(&op_id);
            }
        }
        if planted::is(Bug::ResyncEmptiesOutbox) {
            self.outbox.clear();
        }
    }

    pub(crate) fn next_upload(&self, after: Option<AttachmentId>) -> Option<AttachmentId> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.uploads.range((from, Bound::Unbounded));
        rest.find(|(_, upload)| upload.state == UploadState::Pending).map(|(id, _)| *id)
    }

    pub(crate) fn settle_upload(
        &mut self,
        attachment_id: AttachmentId,
        end: UploadEnd,
        device_ms: u64,
    ) -> Wrote {
        let state = match end {
            UploadEnd::Held(code) => UploadState::Held(code),
            UploadEnd::Complete { witness, log_seq } => {
                if let Some(moved) = self.moved(witness.epoch, device_ms) {
                    return moved;
                }
                UploadState::Complete { epoch: witness.epoch, log_seq }
            }
        };
        if let Some(upload) = self.uploads.get_mut(&attachment_id)
            && !matches!(upload.state, UploadState::Complete { .. })
        {
            upload.state = state;
        }
        Wrote::Done
    }

    /// Forgets everything, if nothing waits to be handed over.
    pub(crate) fn wipe(
        &mut self,
        device_id: DeviceId,
        epoch: Option<Epoch>,
        device_ms: u64,
    ) -> Wrote {
        let is_another = self.identity.as_ref().is_some_and(|it| it.device_id != device_id);
        if is_another && !planted::is(Bug::WipesAnother) {
            return Wrote::Refused;
        }
        if self.identity.is_some() && self.epoch != epoch {
            return Wrote::EpochMoved(self.memory(device_ms));
        }
        let has_photos =
            self.uploads.values().any(|it| !matches!(it.state, UploadState::Complete { .. }));
        let is_empty = self.outbox.is_empty() && self.held.is_empty() && !has_photos;
        if !is_empty && !planted::is(Bug::WipedUnsent) {
            return Wrote::Refused;
        }
        *self = Self::default();
        Wrote::Done
    }

    /// Whether the view has this operation, even if its text was purged.
    pub(crate) fn knows(&self, note_id: NoteId, op_id: OpId) -> bool {
        self.notes.get(&note_id).is_some_and(|note| note.contains_key(&op_id))
    }

    /// What an operation on this note names as its parents: all that no other one saw.
    pub(crate) fn unseen(&self, note_id: NoteId) -> Vec<OpId> {
        let links: Vec<&Link> = self
            .notes
            .get(&note_id)
            .into_iter()
            .flatten()
            .filter_map(|(_, it)| it.as_ref())
            .collect();
        let is_seen = |op_id: &OpId| links.iter().any(|link| link.parents.contains(op_id));
        links.iter().map(|link| link.op_id).filter(|op_id| !is_seen(op_id)).collect()
    }

    /// What a note says, but for what marketing did not take as a note: that stands apart, with
    /// its reason.
    pub(crate) fn heads(&self, note_id: NoteId) -> Option<Heads> {
        let links = self.notes.get(&note_id).into_iter().flatten();
        let links: Vec<Link> = links
            .filter(|(op_id, _)| !self.is_set_aside(**op_id))
            .filter_map(|(_, link)| link.clone())
            .collect();
        history::heads(&links)
    }

    fn is_set_aside(&self, op_id: OpId) -> bool {
        let is_quarantined = self.confirmed.get(&op_id).is_some_and(|it| !it.is_sent);
        is_quarantined || self.held.contains_key(&op_id)
    }

    /// Every note that is shown here.
    pub(crate) fn notes(&self) -> impl Iterator<Item = NoteId> {
        self.notes.keys().copied()
    }

    /// A digest of all that is shown (SYNC.md §2, 9), but for these notes.
    pub(crate) fn state_hash(&self, except: &BTreeSet<NoteId>) -> Sha256 {
        let shown = |note_id| Some((note_id, self.heads(note_id)?));
        let notes = self.notes().filter(|note_id| !except.contains(note_id));
        history::state_hash(notes.filter_map(shown))
    }
}

/// SYNC.md §1, "Purge rule".
fn may_be_dropped(confirmation: &Confirmation, witness: Witness, safe_seq: Seq) -> bool {
    let Confirmation { found: Some(found), seq, is_sent, .. } = confirmation else { return false };
    let age_ms = witness.server_time_ms.saturating_sub(found.server_time_ms);
    let is_of_now = found.epoch == witness.epoch;
    let is_old = age_ms > PURGE_AFTER_MS || planted::is(Bug::PurgeYoung);
    is_of_now && is_old && *is_sent && seq.is_some_and(|seq| seq <= safe_seq)
}
