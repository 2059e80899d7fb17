//! A model of the device's store, after the words of `sync::Effect`: shared by all tabs and the
//! worker, outliving them, and with a memory of what is synced to the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::rc::Rc;

use protocol::have::Held;
use protocol::history::{self, Heads, Link};
use protocol::push::Receipt;
use protocol::{AttachmentId, Code, DeviceId, Epoch, MacKey, NoteId, OpId, RepId, Seq, Sha256};
use sync::{Memory, PURGE_AFTER_MS, Parked, Witness};

use crate::agenda::DAY_MS;
use crate::writing::Written;

/// Who the device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) device_id: DeviceId,
    pub(crate) rep_id: RepId,
    pub(crate) receipt_key: MacKey,
}

/// What is known of a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Confirmation {
    pub(crate) witness: Witness,
    /// None in quarantine.
    pub(crate) seq: Option<Seq>,
}

/// How an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Upload {
    Pending,
    Complete,
    Held(Code),
}

/// What a page of a pull says.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) cursor_seen: Option<String>,
    pub(crate) next_cursor: String,
    pub(crate) has_more: bool,
    pub(crate) changes: Vec<(Seq, NoteId, Option<Link>, OpId)>,
}

/// How far the pull has come, and what it brought.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pulled {
    pub(crate) cursor: Option<String>,
    /// The seq of the last change applied; the cursor itself is opaque.
    pub(crate) reached: Seq0,
    /// Everything that it brought, attachments too.
    pub(crate) op_ids: BTreeSet<OpId>,
    links: BTreeMap<NoteId, BTreeMap<OpId, Link>>,
}

/// A seq that begins before the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seq0(pub(crate) i64);

/// Everything that the database holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    pub(crate) identity: Option<Identity>,
    pub(crate) ops: BTreeMap<OpId, Rc<Written>>,
    pub(crate) outbox: BTreeSet<OpId>,
    pub(crate) held: BTreeMap<OpId, Code>,
    pub(crate) confirmed: BTreeMap<OpId, Confirmation>,
    pub(crate) uploads: BTreeMap<AttachmentId, Upload>,
    pub(crate) pulled: Pulled,
    pub(crate) shadow: Option<Pulled>,
    /// The list's view of own notes: it outlives the purge.
    own_links: BTreeMap<OpId, (NoteId, Link)>,
    epoch: Option<Epoch>,
    past_epochs: Vec<Epoch>,
    is_sweep_unfinished: bool,
    swept_at_ms: Option<u64>,
}

/// What became of a transaction that bears an epoch.
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

    /// A transaction that is synced some time later: what a rep wrote must never be in one.
    #[cfg(feature = "planted-bugs")]
    pub(crate) fn write_relaxed(&mut self) -> &mut Tables {
        if self.synced.is_none() {
            self.synced = Some(Box::new(self.tables.clone()));
        }
        &mut self.tables
    }

    pub(crate) fn lose_power(&mut self) {
        if let Some(synced) = self.synced.take() {
            self.tables = *synced;
        }
    }
}

impl Tables {
    /// One save: operation, outbox row, upload, view.
    pub(crate) fn save(&mut self, written: &Rc<Written>) {
        let op_id = written.op_id;
        self.ops.insert(op_id, Rc::clone(written));
        self.outbox.insert(op_id);
        if let Some(link) = &written.link {
            self.own_links.insert(op_id, (written.note_id, link.clone()));
        }
        if let Some(attachment) = &written.attachment {
            self.uploads.insert(attachment.attachment_id, Upload::Pending);
        }
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
        witness: Option<Witness>,
        confirmed: &[Receipt],
        parked: &[Parked],
        device_ms: u64,
    ) -> Wrote {
        if let Some(witness) = witness {
            if self.epoch != Some(witness.epoch) {
                return Wrote::EpochMoved(self.memory(device_ms));
            }
            for receipt in confirmed {
                self.confirm(receipt.op_id, witness, receipt.seq);
            }
        }
        for Parked { op_id, code } in parked {
            if self.outbox.remove(op_id) {
                self.held.insert(*op_id, *code);
            }
        }
        Wrote::Done
    }

    /// What is confirmed in this epoch stays so, with the time of the first confirmation: else a
    /// sweep a day would keep every operation young for ever, and nothing were ever purged.
    fn confirm(&mut self, op_id: OpId, witness: Witness, seq: Option<Seq>) {
        if !self.ops.contains_key(&op_id) {
            return;
        }
        self.outbox.remove(&op_id);
        self.held.remove(&op_id);
        let known = self.confirmed.entry(op_id).or_insert(Confirmation { witness, seq });
        if known.witness.epoch != witness.epoch {
            *known = Confirmation { witness, seq };
        }
        known.seq = known.seq.or(seq);
    }

    pub(crate) fn adopt(&mut self, epoch: Epoch, device_ms: u64) -> Wrote {
        if self.epoch == Some(epoch) {
            return Wrote::Done;
        }
        if self.past_epochs.contains(&epoch) {
            return Wrote::EpochMoved(self.memory(device_ms));
        }
        self.past_epochs.extend(self.epoch.replace(epoch));
        self.is_sweep_unfinished = true;
        Wrote::Done
    }

    pub(crate) fn read_confirmed(&self, after: Option<OpId>, ops_max: usize) -> (Vec<OpId>, bool) {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.confirmed.range((from, Bound::Unbounded)).map(|(op_id, _)| *op_id);
        let op_ids: Vec<OpId> = rest.by_ref().take(ops_max).collect();
        (op_ids, rest.next().is_some())
    }

    pub(crate) fn reconcile(
        &mut self,
        witness: Witness,
        held: &[Held],
        missing: &[OpId],
        device_ms: u64,
    ) -> Wrote {
        if self.epoch != Some(witness.epoch) {
            return Wrote::EpochMoved(self.memory(device_ms));
        }
        for held in held {
            self.confirm(held.op_id, witness, held.seq);
        }
        for op_id in missing {
            if self.confirmed.remove(op_id).is_some() {
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
    ) -> (Wrote, Vec<OpId>) {
        if self.epoch != Some(witness.epoch) {
            return (Wrote::EpochMoved(self.memory(device_ms)), Vec::new());
        }
        self.is_sweep_unfinished = false;
        self.swept_at_ms = Some(device_ms);
        let purged: Vec<OpId> = self
            .confirmed
            .iter()
            .filter(|(_, confirmation)| is_purgeable(confirmation, witness, safe_seq))
            .map(|(op_id, _)| *op_id)
            .collect();
        for op_id in &purged {
            self.confirmed.remove(op_id);
            if let Some(attachment) = self.ops.remove(op_id).and_then(|op| op.attachment.clone()) {
                self.uploads.remove(&attachment.attachment_id);
            }
        }
        (Wrote::Done, purged)
    }

    /// The cursor to ask with: the shadow's during a resync.
    pub(crate) fn cursor(&self) -> Option<&str> {
        self.shadow.as_ref().unwrap_or(&self.pulled).cursor.as_deref()
    }

    /// Tells whether the page was written.
    pub(crate) fn apply_page(
        &mut self,
        page: &Page,
        epoch: Epoch,
        device_ms: u64,
    ) -> (Wrote, bool) {
        if self.epoch != Some(epoch) {
            return (Wrote::EpochMoved(self.memory(device_ms)), false);
        }
        if self.cursor() != page.cursor_seen.as_deref() {
            return (Wrote::Done, false);
        }
        let into = self.shadow.as_mut().unwrap_or(&mut self.pulled);
        for (seq, note_id, link, op_id) in &page.changes {
            into.reached = into.reached.max(Seq0(seq.0));
            into.op_ids.insert(*op_id);
            if let Some(link) = link {
                into.links.entry(*note_id).or_default().insert(link.op_id, link.clone());
            }
        }
        into.cursor = Some(page.next_cursor.clone());
        if !page.has_more
            && let Some(shadow) = self.shadow.take()
        {
            self.pulled = shadow;
        }
        (Wrote::Done, true)
    }

    pub(crate) fn begin_resync(&mut self) {
        self.shadow = Some(Pulled::default());
    }

    pub(crate) fn next_upload(&self, after: Option<AttachmentId>) -> Option<AttachmentId> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.uploads.range((from, Bound::Unbounded));
        rest.find(|(_, upload)| **upload == Upload::Pending).map(|(id, _)| *id)
    }

    pub(crate) fn settle_upload(&mut self, attachment_id: AttachmentId, code: Option<Code>) {
        if let Some(upload) = self.uploads.get_mut(&attachment_id) {
            *upload = code.map_or(Upload::Complete, Upload::Held);
        }
    }

    /// Forgets everything, if nothing waits to be handed over.
    pub(crate) fn wipe(&mut self) -> Wrote {
        if !self.outbox.is_empty() || !self.held.is_empty() {
            return Wrote::Refused;
        }
        *self = Self::default();
        Wrote::Done
    }

    /// The heads of a note as this device shows it.
    pub(crate) fn heads(&self, note_id: NoteId) -> Option<Heads> {
        let links: Vec<Link> = self.links(note_id).into_values().collect();
        history::heads(&links)
    }

    fn links(&self, note_id: NoteId) -> BTreeMap<OpId, Link> {
        let mut links = self.pulled.links.get(&note_id).cloned().unwrap_or_default();
        for (op_id, (_, link)) in self.own_links.iter().filter(|(_, (id, _))| *id == note_id) {
            if self.is_shown(*op_id) {
                links.insert(*op_id, link.clone());
            }
        }
        links
    }

    /// An own operation that marketing did not take as a note stands apart, with its reason.
    fn is_shown(&self, op_id: OpId) -> bool {
        let is_quarantined = self.confirmed.get(&op_id).is_some_and(|it| it.seq.is_none());
        !is_quarantined && !self.held.contains_key(&op_id) && self.ops.contains_key(&op_id)
    }

    /// Every note that is shown here.
    pub(crate) fn notes(&self) -> BTreeSet<NoteId> {
        let own = self.own_links.values().map(|(note_id, _)| *note_id);
        self.pulled.links.keys().copied().chain(own).collect()
    }

    /// A digest of all that is shown (SYNC.md §2, 9), but for these notes.
    pub(crate) fn state_hash(&self, except: &BTreeSet<NoteId>) -> Sha256 {
        let shown = |note_id| Some((note_id, self.heads(note_id)?));
        let notes = self.notes().into_iter().filter(|note_id| !except.contains(note_id));
        history::state_hash(notes.filter_map(shown))
    }
}

/// SYNC.md §1, "Purge rule".
fn is_purgeable(confirmation: &Confirmation, witness: Witness, safe_seq: Option<Seq>) -> bool {
    let is_of_this_epoch = confirmation.witness.epoch == witness.epoch;
    let is_safe = matches!((confirmation.seq, safe_seq), (Some(seq), Some(safe)) if seq <= safe);
    let age_ms = witness.server_time_ms.saturating_sub(confirmation.witness.server_time_ms);
    is_of_this_epoch && is_safe && age_ms > PURGE_AFTER_MS
}
