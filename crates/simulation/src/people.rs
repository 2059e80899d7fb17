//! What people and browsers do: write, tap around, open and close, lose power.

use std::rc::Rc;

use protocol::enrol::{Admission, EnrolAnswer};
use protocol::op::{Action, ClientTime};
use protocol::planted::{self, Bug};
use protocol::{Attachment, AttachmentId, DeviceId, NoteId, OpId, PublicKey, Reply, Sha256};
use sync::{Engine, Event};

use crate::agenda::{DAY_MS, MINUTE_MS};
use crate::broken::{Broken, Checked};
use crate::device::store::Identity;
use crate::device::{Handle, PLACES, Place, WORKER};
use crate::faults::Fault;
use crate::world::{Happening, World};
use crate::writing::{self, Draft, Nature};

/// Most minutes that a local time is off UTC.
const UTC_OFFSETS: [i16; 5] = [-720, 0, 60, 120, 840];

/// Whose devices there are.
pub(crate) const REPS: [&str; 2] = ["Ada", "Ben"];

impl World {
    pub(crate) fn open(&mut self, place: Place) {
        if self.tab(place).engine.is_some() {
            return;
        }
        let device_ms = self.device_ms(place.device);
        let batch_ops_max = self.scenario.batch_ops_max();
        let tab = self.tab_mut(place);
        tab.replace(Some(Engine::new(device_ms, batch_ops_max)));
        let life = tab.life;
        let in_ms = 1 + self.chance.below(10);
        self.plan(in_ms, Happening::Boot { place, life });
        if place.tab == WORKER {
            // A browser gives its worker some minutes at most.
            let in_ms = self.chance.below(5 * MINUTE_MS);
            self.plan(in_ms, Happening::Kill { place });
        }
    }

    /// The tab reads who it is. An error is never "nobody" (SYNC.md fault 10): it asks again.
    pub(crate) fn boot(&mut self, place: Place, life: u64) -> Checked {
        if self.tab(place).life != life {
            return Ok(());
        }
        if self.strikes(Fault::ReadError, 60) {
            self.plan(1_000, Happening::Boot { place, life });
            return Ok(());
        }
        let device_ms = self.device_ms(place.device);
        let tables = self.devices[place.device].store.read();
        let Some(identity) = &tables.identity else { return Ok(()) };
        let (device_id, memory) = (identity.device_id, tables.memory(device_ms));
        self.hear(place, life, Event::Enrolled { device_id, memory })
    }

    pub(crate) fn kill(&mut self, place: Place) {
        self.tab_mut(place).replace(None);
        let lock = &mut self.devices[place.device].lock;
        if *lock == Some(place.tab) {
            *lock = None;
        }
    }

    pub(crate) fn lose_power(&mut self, device: usize) {
        if self.is_troubled {
            self.say(|| format!("{device} loses power"));
            self.devices[device].store.lose_power();
            self.close_all(device);
        }
    }

    pub(crate) fn close_all(&mut self, device: usize) {
        for tab in 0..PLACES {
            self.kill(Place { device, tab });
        }
    }

    pub(crate) fn freeze(&mut self, place: Place) {
        if self.chance.permille(400) {
            self.tab_mut(place).freezes_with_lock = true;
            return;
        }
        self.freeze_now(place);
    }

    pub(crate) fn freeze_now(&mut self, place: Place) {
        // Some are never looked at again.
        let (for_ms, thaws) = (self.chance.below(20 * MINUTE_MS), self.chance.permille(600));
        let tab = self.tab_mut(place);
        (tab.is_frozen, tab.freezes_with_lock) = (true, false);
        let life = tab.life;
        if thaws {
            self.plan(for_ms, Happening::Thaw { place, life });
        }
    }

    /// All that it missed comes at once, then `pageshow`, at which the driver opens the database
    /// anew (SYNC.md fault 11).
    pub(crate) fn thaw(&mut self, place: Place, life: u64) -> Checked {
        let tab = self.tab_mut(place);
        if tab.life != life || !tab.is_frozen {
            return Ok(());
        }
        tab.is_frozen = false;
        tab.slept();
        tab.handle = Handle::Well;
        let unheard = std::mem::take(&mut tab.unheard);
        for event in unheard.into_iter().chain([Event::PageShown]) {
            self.hear(place, life, event)?;
        }
        Ok(())
    }

    /// The clock goes up to two years off. Forward, every wait is over, as after a long sleep: an
    /// engine cannot tell the two apart.
    pub(crate) fn set_clock(&mut self, device: usize) {
        let two_years_ms = 2 * 365 * DAY_MS;
        let off_ms = self.chance.below(2 * two_years_ms).wrapping_sub(two_years_ms);
        if !self.has(Fault::DeviceClock) || !self.is_troubled {
            return;
        }
        self.tally.faults += 1;
        let before_ms = self.device_ms(device);
        self.devices[device].clock_off_ms = off_ms;
        if self.device_ms(device) > before_ms {
            self.devices[device].tabs.iter_mut().for_each(crate::device::Tab::slept);
        }
        self.say(|| format!("the clock of {device} is set"));
    }

    pub(crate) fn go_offline(&mut self, device: usize, for_ms: u64) {
        if self.is_troubled {
            self.devices[device].is_offline = true;
            self.plan(for_ms, Happening::GoOnline { device });
        }
    }

    pub(crate) fn go_online(&mut self, device: usize) -> Checked {
        self.devices[device].is_offline = false;
        for tab in 0..PLACES {
            // The browser may not notice.
            let (place, life) = (Place { device, tab }, self.devices[device].tabs[tab].life);
            if self.chance.permille(700) {
                self.hear(place, life, Event::Online)?;
            }
        }
        Ok(())
    }

    /// A person who taps around makes many events; a browser says wrong things about the network.
    pub(crate) fn trigger(&mut self, place: Place) -> Checked {
        let life = self.tab(place).life;
        for _ in 0..=self.chance.below(4) {
            let event = match self.chance.below(28) {
                0..7 => Event::Online,
                7..11 => Event::Offline,
                11..18 => Event::Visible,
                18..22 => Event::PageShown,
                22 => Event::LockGranted,
                23 => Event::LockDenied,
                24 => Event::LockLost,
                _ => Event::Timeout,
            };
            if event == Event::PageShown {
                self.tab_mut(place).handle = Handle::Well;
            }
            self.hear(place, life, event)?;
        }
        Ok(())
    }

    /// The rep enrols this browser. The one before, if any, is a device no more.
    pub(crate) fn enrol(&mut self, device: usize) -> Checked {
        let now_ms = self.agenda.now_ms();
        let rep_id = self.reps[self.devices[device].rep];
        let invitation = self.server.invite(REPS[self.devices[device].rep], now_ms)?;
        let public_key = PublicKey::from_bytes(self.chance.bytes());
        let device_id = DeviceId::new(now_ms, self.chance.bytes());
        if self.chance.permille(200) {
            self.check_invitation(&invitation, public_key, device_id)?;
        }
        let answer = self.server.enrol(&invitation, public_key, device_id, now_ms)?;
        let answer = answer.map_err(|code| Broken::new(11, format!("locked out by {code}")))?;
        let EnrolAnswer { rep_name, receipt_key, admission: mac, .. } = answer;
        let admission = Admission { rep_id, rep_name, public_key, mac };
        self.devices[device].store.write().identity =
            Some(Identity { device_id, receipt_key, admission });
        self.say(|| format!("{device} is enrolled as {device_id}"));
        for tab in 0..PLACES {
            let place = Place { device, tab };
            self.tab_mut(place).token = None;
            self.tab_mut(place).calling = None;
            let (life, device_ms) = (self.tab(place).life, self.device_ms(device));
            let memory = self.devices[device].store.read().memory(device_ms);
            self.hear(place, life, Event::Enrolled { device_id, memory })?;
        }
        Ok(())
    }

    /// SYNC.md §2, 11: one invitation makes at most one device, and the same key, whose answer was
    /// lost, is that device again.
    fn check_invitation(
        &mut self,
        invitation: &str,
        public_key: PublicKey,
        device_id: DeviceId,
    ) -> Checked {
        let now_ms = self.agenda.now_ms();
        let lost = self.server.enrol(invitation, public_key, device_id, now_ms)?;
        lost.map_err(|code| Broken::new(11, format!("a good invitation is refused: {code}")))?;
        let other_key = PublicKey::from_bytes(self.chance.bytes());
        let other_id = DeviceId::new(now_ms, self.chance.bytes());
        if self.server.enrol(invitation, other_key, other_id, now_ms)?.is_ok() {
            return Err(Broken::new(11, "an invitation made two devices"));
        }
        let again = self.server.enrol(invitation, public_key, other_id, now_ms)?;
        match again {
            Ok(answer) if answer.device_id == device_id => Ok(()),
            _ => Err(Broken::new(11, "the same key is not the same device")),
        }
    }

    /// A rep saves, perhaps many notes at once.
    pub(crate) fn save(&mut self, place: Place, count: u64) -> Checked {
        let is_enrolled = self.devices[place.device].store.read().identity.is_some();
        let is_looking = self.tab(place).engine.is_some() && !self.tab(place).is_frozen;
        if !is_enrolled || !is_looking {
            return Ok(());
        }
        let mut has_saved = false;
        for _ in 0..count {
            has_saved |= self.save_one(place)?;
        }
        if !has_saved {
            return Ok(());
        }
        self.wake_others(place);
        self.tell(place, Event::Saved)
    }

    /// One strict transaction, read back; only then "Saved". Whatever fails, the words stay in
    /// the form, and the rep tries again later: another save.
    fn save_one(&mut self, place: Place) -> Checked<bool> {
        let draft = self.draft(place);
        let nature = match draft.action {
            // Only words can be wrong.
            Action::Withdraw | Action::Attach(_) | Action::Reply(_) => Nature::Plain,
            _ => Nature::drawn(self.faults(), &mut self.chance),
        };
        let written = Rc::new(writing::write(draft, nature, &mut self.chance)?);
        if self.strikes(Fault::Abort, 60) {
            return Ok(false);
        }
        self.devices[place.device].store.save(&written);
        let op_id = written.op_id;
        if self.written.insert(op_id, (place.device, Rc::clone(&written))).is_some() {
            return Err(Broken::new(3, format!("{op_id} is given out twice")));
        }
        self.say(|| format!("{} saves {op_id} ({nature:?})", place.device));
        if self.strikes(Fault::NullReadBack, 60) {
            return Ok(false);
        }
        self.tally.saves += 1;
        self.said.insert(op_id);
        Ok(true)
    }

    fn draft(&mut self, place: Place) -> Draft {
        let device_ms = self.device_ms(place.device);
        let op_id = OpId::new(device_ms, self.chance.bytes());
        let utc_offset_minutes = self.chance.pick(&UTC_OFFSETS);
        let saved_at = ClientTime { unix_ms: device_ms as i64, utc_offset_minutes };
        let (draw, which) = (self.chance.below(100), self.chance.next());
        let note = writing::note(&mut self.chance);
        let tables = self.devices[place.device].store.read();
        let notes: Vec<NoteId> = tables.notes().collect();
        let known = notes.get(which as usize % notes.len().max(1)).copied();
        let known = known.map(|note_id| (note_id, tables.unseen(note_id)));
        let count = tables.ops.len() as u64;
        let edited = known.as_ref().and_then(|(_, parents)| parents.first().copied());
        let edits = self.has(Fault::Edits) && draw < 40;
        let attaches = self.has(Fault::Attachments) && (60..75).contains(&draw);
        let replies = self.has(Fault::Mail) && (75..90).contains(&draw);
        let op_id = if planted::is(Bug::RevisionCounters) {
            OpId::new(count, [place.device as u8; 10])
        } else {
            op_id
        };
        match known {
            Some((note_id, parents)) if edits => {
                let action = if draw < 10 { Action::Withdraw } else { Action::Edit(note) };
                let op_id = edited.filter(|_| planted::is(Bug::IdReusedOnEdit)).unwrap_or(op_id);
                Draft { op_id, note_id, parents, saved_at, action }
            }
            Some((note_id, _)) if attaches => {
                let action = Action::Attach(self.photo(device_ms));
                Draft { op_id, note_id, parents: Vec::new(), saved_at, action }
            }
            Some((note_id, _)) if replies => {
                let action = Action::Reply(Reply::Remark { text: note.text });
                Draft { op_id, note_id, parents: Vec::new(), saved_at, action }
            }
            _ => {
                let note_id = NoteId::new(device_ms, self.chance.bytes());
                Draft {
                    op_id,
                    note_id,
                    parents: Vec::new(),
                    saved_at,
                    action: Action::Create(note),
                }
            }
        }
    }

    fn photo(&mut self, device_ms: u64) -> Attachment {
        let attachment_id = AttachmentId::new(device_ms, self.chance.bytes());
        let bytes = 1 + self.chance.below(700);
        let content = photo_bytes(attachment_id, bytes);
        Attachment {
            attachment_id,
            sha256: Sha256::of(&content),
            bytes,
            media_type: "image/jpeg".to_owned(),
            name: None,
        }
    }
}

/// What a photo looks like: always the same for its id.
pub(crate) fn photo_bytes(attachment_id: AttachmentId, bytes: u64) -> Vec<u8> {
    let pattern = attachment_id.as_bytes();
    (0..bytes as usize).map(|at| pattern[at % 16] ^ (at / 16) as u8).collect()
}
