//! What must hold once all is quiet (SYNC.md §2, those marked Q).

use std::collections::{BTreeMap, BTreeSet};

use protocol::history::Heads;
use protocol::{NoteId, OpId, RepId, Sha256};
use sync::State;

use crate::agenda::MINUTE_MS;
use crate::broken::{Broken, Checked};
use crate::device::Device;
use crate::device::store::{Confirmation, Mail, Tables, UploadState};
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
            if let Some(left) = self.left_of(device)? {
                let state = device.tabs[0].engine.as_ref().map(|engine| engine.status().state);
                return Ok(Some(format!("device {n} {left}, {state:?}")));
            }
        }
        Ok(None)
    }

    fn left_of(&self, device: &Device) -> Checked<Option<String>> {
        let tables = device.store.read();
        let Some(identity) = &tables.identity else { return Ok(None) };
        let unsent = tables.outbox.iter().filter(|op_id| !self.is_stuck(op_id)).count();
        if unsent > 0 {
            return Ok(Some(format!("has {unsent} unsent")));
        }
        let state = device.tabs[0].engine.as_ref().map(|engine| engine.status().state);
        let epoch = self.server.epoch();
        let is_old = |it: &Confirmation| it.witness.epoch != epoch;
        if tables.epoch() != Some(epoch) || tables.confirmed.values().any(is_old) {
            return Ok(Some("has not swept".to_owned()));
        }
        if self.server.revoked.contains(&identity.device_id) {
            // It is wiped soon, or holds something that it must not lose.
            let keeps = !tables.held.is_empty()
                || !tables.outbox.is_empty()
                || tables.uploads.values().any(|it| !is_complete(it.state));
            return Ok((!keeps).then(|| "is not wiped".to_owned()));
        }
        let siblings = self.server.log_of_siblings(self.reps[device.rep], identity.device_id)?;
        let unpulled = siblings.iter().filter(|(_, op_id)| !self.knows(tables, op_id)).count();
        if unpulled > 0 || tables.is_resync {
            return Ok(Some(format!("has {unpulled} to pull")));
        }
        let told = self.server.letters(self.reps[device.rep])?;
        let told = told.into_iter().filter_map(|it| Some((it.key, (it.seq, it.content?))));
        if tables.mail != told.collect::<Mail>() {
            return Ok(Some("does not show what marketing tells".to_owned()));
        }
        if tables.uploads.values().any(|upload| upload.state == UploadState::Pending) {
            return Ok(Some("has photos to upload".to_owned()));
        }
        let is_idle = matches!(state, Some(State::Idle));
        Ok((!is_idle && tables.outbox.is_empty()).then(|| "is not idle".to_owned()))
    }

    fn knows(&self, tables: &Tables, op_id: &OpId) -> bool {
        self.written.get(op_id).is_some_and(|(_, op)| tables.knows(op.note_id, *op_id))
    }

    /// All of them.
    pub(crate) fn check_at_rest(&self) -> Checked {
        self.check_log()?;
        let books = self.server.books();
        for op_id in &self.said {
            self.check_said(*op_id, &books.ops)?;
        }
        for device in &self.devices {
            let tables = device.store.read();
            for op_id in tables.confirmed.keys() {
                if !books.ops.contains_key(op_id) {
                    return Err(Broken::new(7, format!("{op_id} is on its device, not back")));
                }
            }
            for (attachment_id, upload) in &tables.uploads {
                if is_complete(upload.state) && !books.photos.contains(attachment_id) {
                    return Err(Broken::new(7, format!("the photo {attachment_id} is not back")));
                }
            }
            self.check_hashes(device.rep, tables)?;
        }
        self.reps.iter().try_for_each(|rep_id| self.check_siblings(*rep_id))
    }

    /// SYNC.md §2, 1: exactly once, with its own hash, in the log or visible in quarantine; or
    /// visible on the device that holds it.
    fn check_said(&self, op_id: OpId, committed: &BTreeMap<OpId, Shelf>) -> Checked {
        let Some((device, _)) = self.written.get(&op_id) else {
            return Err(Broken::new(3, format!("{op_id} was said to be saved and never was")));
        };
        let tables = self.devices[*device].store.read();
        let is_kept = tables.held.contains_key(&op_id) || tables.outbox.contains(&op_id);
        match committed.get(&op_id) {
            Some(_) if is_kept && !self.is_stuck(&op_id) => {
                Err(Broken::new(1, format!("{op_id} is there, and unsent here")))
            }
            Some(_) if self.server.is_taken_for_another(op_id)? => {
                Err(Broken::new(1, format!("{op_id} is taken for another")))
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

    /// SYNC.md §2, 1 and 3: the log has each operation once, as it was written, and no other.
    fn check_log(&self) -> Checked {
        let mut before = None;
        for (op_id, sha256, body) in self.server.log()? {
            if before == Some(op_id) {
                return Err(Broken::new(3, format!("{op_id} is there twice")));
            }
            before = Some(op_id);
            let Some((_, op)) = self.written.get(&op_id) else {
                return Err(Broken::new(3, format!("{op_id} is there and nobody saved it")));
            };
            let is_whole = body.is_none_or(|body| Sha256::of(body.as_bytes()) == op.sha256);
            if sha256 != op.sha256 || !is_whole {
                return Err(Broken::new(1, format!("{op_id} is there with another hash")));
            }
        }
        Ok(())
    }

    /// SYNC.md §2, 9: the device shows what the inbox shows.
    fn check_hashes(&self, rep: usize, tables: &Tables) -> Checked {
        let is_out =
            tables.identity.as_ref().is_none_or(|it| self.server.revoked.contains(&it.device_id));
        if is_out || !tables.outbox.is_empty() {
            return Ok(());
        }
        let emptied = self.server.emptied()?;
        for note_id in &emptied {
            if tables.heads(*note_id).is_some_and(|heads| !heads.is_withdrawn) {
                return Err(Broken::new(9, format!("{note_id} is shown, and was withdrawn")));
            }
        }
        if self.server.state_hash(self.reps[rep])? == tables.state_hash(&emptied) {
            return Ok(());
        }
        let there = self.server.heads(self.reps[rep])?;
        let notes: BTreeSet<NoteId> = tables.notes().chain(there.keys().copied()).collect();
        let differing = notes.difference(&emptied).filter_map(|note_id| {
            let (here, there) = (tables.heads(*note_id), there.get(note_id).cloned());
            (here != there).then(|| format!("{note_id} here {here:?}, there {there:?}"))
        });
        let what = differing.take(2).collect::<Vec<_>>().join("; ");
        Err(Broken::new(9, format!("device and inbox show different notes: {what}")))
    }

    /// SYNC.md §2, 13: whatever nobody has seen stands, by a reckoning of our own.
    fn check_siblings(&self, rep_id: RepId) -> Checked {
        let shown = self.server.heads(rep_id)?;
        let books = self.server.books();
        let in_log = |op_id: &OpId| books.ops.get(op_id) == Some(&Shelf::Log);
        let links: Vec<_> = self
            .written
            .values()
            .filter(|(_, op)| in_log(&op.op_id))
            .filter_map(|(_, op)| Some((op.note_id, op.link.as_ref()?)))
            .collect();
        let seen: BTreeSet<OpId> =
            links.iter().flat_map(|(_, link)| link.parents.iter().copied()).collect();
        for (note_id, Heads { contents, is_withdrawn }) in &shown {
            let own = links.iter().filter(|(of, _)| of == note_id).map(|(_, link)| link);
            let unseen = own.filter(|link| !link.is_withdrawal && !seen.contains(&link.op_id));
            let standing: Vec<OpId> = unseen.map(|link| link.op_id).collect();
            let is_right = match standing.is_empty() {
                true => *is_withdrawn,
                false => !is_withdrawn && *contents == standing,
            };
            if !is_right {
                let what = format!("of {note_id} {standing:?} stand, {contents:?} are shown");
                return Err(Broken::new(13, what));
            }
        }
        Ok(())
    }
}

const fn is_complete(state: UploadState) -> bool {
    matches!(state, UploadState::Complete { .. })
}
