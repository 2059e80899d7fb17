//! What must hold once all is quiet (SYNC.md §2, those marked Q).

use std::collections::{BTreeMap, BTreeSet};

use protocol::{NoteId, OpId, Sha256};
use sync::State;

use crate::agenda::MINUTE_MS;
use crate::broken::{Broken, Checked};
use crate::device::store::{Confirmation, Seq0, Tables, Upload};
use crate::server::Shelf;
use crate::world::World;

/// Once trouble ends, all is quiet within so long: four times the longest wait, which is an hour
/// and a fifth of it (an endpoint's Retry-After that was told in time of trouble).
const HEALED_WITHIN_MS: u64 = 4 * 72 * MINUTE_MS;
/// How much longer each operation that is never mended may hold up the others: five failures
/// alike and the search for it, with backoff.
const ISOLATED_WITHIN_MS: u64 = 60 * MINUTE_MS;

impl World {
    /// Whether all is at rest, in time.
    pub(crate) fn look(&mut self) -> Checked<bool> {
        let now_ms = self.agenda.now_ms();
        let since_ms = now_ms - self.healed_at_ms.unwrap_or(now_ms);
        let Some(busy) = self.what_is_left()? else {
            self.tally.healed_in_ms_max = since_ms;
            return Ok(true);
        };
        let stuck = self.written.keys().filter(|op_id| self.is_stuck(op_id)).count() as u64;
        if since_ms > HEALED_WITHIN_MS + stuck * ISOLATED_WITHIN_MS {
            return Err(Broken::new(5, format!("long after the last fault: {busy}")));
        }
        Ok(false)
    }

    /// Whether no try will ever send it. It must not hold up another (SYNC.md fault 20).
    fn is_stuck(&self, op_id: &OpId) -> bool {
        let is_mendable = |op: &crate::writing::Written| op.nature.is_mendable();
        !self.gets_mended && self.written.get(op_id).is_some_and(|(_, op)| is_mendable(op))
    }

    /// What keeps the world from its rest.
    fn what_is_left(&self) -> Checked<Option<String>> {
        for (n, device) in self.devices.iter().enumerate() {
            let tables = device.store.read();
            if tables.identity.is_none() {
                continue;
            }
            let state = device.tabs[0].engine.as_ref().map(|engine| engine.status().state);
            let unsent = tables.outbox.iter().filter(|op_id| !self.is_stuck(op_id)).count();
            if unsent > 0 {
                return Ok(Some(format!("device {n} has {unsent} unsent, {state:?}")));
            }
            let epoch = self.server.epoch();
            let is_old = |it: &Confirmation| it.witness.epoch != epoch;
            if tables.epoch() != Some(epoch) || tables.confirmed.values().any(is_old) {
                return Ok(Some(format!("device {n} has not swept, {state:?}")));
            }
            if let Some(left) = self.left_to_pull(tables, device.rep)? {
                return Ok(Some(format!("device {n} has {left} to pull, {state:?}")));
            }
            if tables.uploads.values().any(|upload| *upload == Upload::Pending) {
                return Ok(Some(format!("device {n} has photos to upload, {state:?}")));
            }
            let is_idle = matches!(state, Some(State::Idle));
            if !is_idle && tables.outbox.is_empty() {
                return Ok(Some(format!("device {n} is {state:?}")));
            }
        }
        Ok(None)
    }

    fn left_to_pull(&self, tables: &Tables, rep: usize) -> Checked<Option<i64>> {
        let last = self.server.last_seq(self.reps[rep])?;
        let Seq0(reached) = tables.pulled.reached;
        let is_behind = tables.shadow.is_some() || reached < last;
        Ok(is_behind.then_some(last - reached))
    }

    /// All of them.
    pub(crate) fn check_at_rest(&self) -> Checked {
        self.check_ids()?;
        let committed = self.server.committed();
        for op_id in &self.said {
            self.check_said(*op_id, &committed)?;
        }
        for device in &self.devices {
            let tables = device.store.read();
            for op_id in tables.confirmed.keys() {
                if !committed.contains_key(op_id) {
                    return Err(Broken::new(7, format!("{op_id} is on its device, not back")));
                }
            }
            self.check_hashes(device.rep, tables)?;
        }
        Ok(())
    }

    /// SYNC.md §2, 1: exactly once, with its own hash, in the log or visible in quarantine; or
    /// visible on the device that holds it.
    fn check_said(&self, op_id: OpId, committed: &BTreeMap<OpId, Shelf>) -> Checked {
        let Some((device, op)) = self.written.get(&op_id) else {
            return Err(Broken::new(3, format!("{op_id} was said to be saved and never was")));
        };
        let tables = self.devices[*device].store.read();
        let is_kept = tables.held.contains_key(&op_id) || tables.outbox.contains(&op_id);
        match committed.get(&op_id) {
            Some(Shelf::Log) if self.server.sha256(op_id)? != Some(op.sha256) => {
                Err(Broken::new(1, format!("{op_id} is there with another hash")))
            }
            Some(_) if is_kept && !self.is_stuck(&op_id) => {
                Err(Broken::new(1, format!("{op_id} is there, and unsent here")))
            }
            Some(_) => Ok(()),
            None if is_kept => {
                let may_stay = self.is_stuck(&op_id) || tables.held.contains_key(&op_id);
                if may_stay { Ok(()) } else { Err(Broken::new(1, format!("{op_id} is unsent"))) }
            }
            // A shut-out device handed it over; then the endpoint lost it with a restore.
            None if self.given_up.contains(&op_id) && self.server.restores > 0 => Ok(()),
            None => Err(Broken::new(1, format!("{op_id} is lost"))),
        }
    }

    /// SYNC.md §2, 3.
    fn check_ids(&self) -> Checked {
        let mut statement = self.server.db().prepare("SELECT op_id FROM op ORDER BY op_id")?;
        let mut rows = statement.query([])?;
        let mut before = None;
        while let Some(row) = rows.next()? {
            let op_id = OpId::from_bytes(row.get(0)?);
            if before == Some(op_id) {
                return Err(Broken::new(3, format!("{op_id} is there twice")));
            }
            if !self.written.contains_key(&op_id) {
                return Err(Broken::new(3, format!("{op_id} is there and nobody saved it")));
            }
            before = Some(op_id);
        }
        Ok(())
    }

    /// SYNC.md §2, 9: the device shows what the inbox shows.
    fn check_hashes(&self, rep: usize, tables: &Tables) -> Checked {
        if tables.identity.is_none() || !tables.outbox.is_empty() {
            return Ok(());
        }
        let there: Sha256 = endpoint::storage::notes::state_hash(self.server.db(), self.reps[rep])?;
        let emptied = self.server.emptied()?;
        for note_id in &emptied {
            if tables.heads(*note_id).is_some_and(|heads| !heads.is_withdrawn) {
                return Err(Broken::new(9, format!("{note_id} is shown, and was withdrawn")));
            }
        }
        if there != tables.state_hash(&emptied) {
            let what = self.difference(tables, rep, &emptied)?;
            return Err(Broken::new(9, format!("device and inbox show different notes: {what}")));
        }
        Ok(())
    }

    fn difference(
        &self,
        tables: &Tables,
        rep: usize,
        emptied: &BTreeSet<NoteId>,
    ) -> Checked<String> {
        let there = self.server.heads(self.reps[rep])?;
        let notes = tables.notes();
        let notes = notes.iter().chain(there.keys()).filter(|note_id| !emptied.contains(note_id));
        let differing = notes.filter_map(|note_id| {
            let (here, there) = (tables.heads(*note_id), there.get(note_id).cloned());
            (here != there).then(|| format!("{note_id} here {here:?}, there {there:?}"))
        });
        Ok(differing.take(2).collect::<Vec<_>>().join("; "))
    }
}
