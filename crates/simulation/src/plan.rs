//! Plans a seed's life: days with people awake, nights without, and the end of all trouble.

use protocol::RepId;

use crate::agenda::{DAY_MS, MINUTE_MS, START_MS};
use crate::broken::Checked;
use crate::device::{Device, PLACES, Place, WORKER};
use crate::faults::Fault;
use crate::marketing::Chore;
use crate::people::REPS;
use crate::world::{Happening, World};

impl World {
    pub(crate) fn plan_everything(&mut self) -> Checked {
        let devices = 1 + self.chance.index(3);
        let second_rep = self.chance.permille(200);
        for name in REPS {
            let rep_id = RepId::new(START_MS, self.chance.bytes());
            self.server.hire(rep_id, name)?;
            self.reps.push(rep_id);
        }
        for n in 0..devices.min(self.scenario.devices_max) {
            let rep = usize::from(second_rep && n == 2);
            let has_locks = !self.has(Fault::NoLocks);
            let is_limited = self.chance.permille(500) && self.has(Fault::ProxyLimit);
            let proxy_bytes_max = if is_limited { 300_000 } else { usize::MAX };
            self.devices.push(Device::new(rep, has_locks, proxy_bytes_max));
            self.plan(0, Happening::Enrol { device: n });
        }
        let days = self.chance.pick(&[1, 1, 2, 2, 3, 4]);
        let mut from_ms = 0;
        for _ in 0..days.min(self.scenario.days_max) {
            let length_ms = (2 + self.chance.below(15)) * MINUTE_MS;
            self.plan_a_day(from_ms, length_ms);
            let night_ms = self.a_night_ms();
            from_ms += length_ms + night_ms;
        }
        self.plan(from_ms, Happening::Heal);
        Ok(())
    }

    /// From a coffee break to a long holiday.
    fn a_night_ms(&mut self) -> u64 {
        let night_ms = match self.chance.below(3) {
            0 => self.chance.below(DAY_MS / 2),
            1 => self.chance.below(3 * DAY_MS),
            _ => self.chance.below(50 * DAY_MS),
        };
        if self.has(Fault::Nights) { night_ms } else { 0 }
    }

    fn plan_a_day(&mut self, from_ms: u64, length_ms: u64) {
        if self.has(Fault::Nights) {
            // The endpoint tidies up whenever nobody asks anything of it.
            self.plan(from_ms, Happening::Chore(Chore::TidyUp));
        }
        let devices = self.devices.len();
        for device in 0..devices {
            for tab in 0..WORKER {
                let place = Place { device, tab };
                let at_ms = from_ms + self.chance.below(20_000);
                let opens = tab == 0 || self.chance.permille(400);
                if opens {
                    self.plan(at_ms, Happening::Open { place });
                }
            }
        }
        let saves = self.chance.index(Self::a_days_saves(self.scenario.saves_max));
        for _ in 0..saves {
            let place = self.a_place(WORKER);
            let at_ms = from_ms + self.chance.below(length_ms);
            let burst = 1 + self.chance.below(20);
            let is_burst = self.chance.permille(150) && self.has(Fault::Bursts);
            let count = if is_burst { burst } else { 1 };
            self.plan(at_ms, Happening::Save { place, count });
        }
        for _ in 0..self.chance.below(30) {
            let in_ms = self.chance.below(length_ms);
            self.plan_something(from_ms + in_ms, length_ms - in_ms);
        }
        for _ in 0..self.chance.below(6) {
            let at_ms = from_ms + self.chance.below(length_ms);
            self.plan_a_chore(at_ms);
        }
        if self.has(Fault::Mail) {
            for _ in 0..self.chance.below(12) {
                let at_ms = from_ms + self.chance.below(length_ms);
                self.plan(at_ms, Happening::Chore(Chore::Tell));
            }
        }
        if self.has(Fault::Nights) {
            for device in 0..devices {
                for tab in 0..PLACES {
                    self.plan(
                        from_ms + length_ms,
                        Happening::Kill { place: Place { device, tab } },
                    );
                }
            }
        }
    }

    const fn a_days_saves(saves_max: usize) -> usize {
        saves_max / 3 + 1
    }

    fn a_place(&mut self, tabs: usize) -> Place {
        Place { device: self.chance.index(self.devices.len()), tab: self.chance.index(tabs) }
    }

    fn plan_something(&mut self, at_ms: u64, left_ms: u64) {
        let (place, anywhere) = (self.a_place(WORKER), self.a_place(PLACES));
        let (draw, span_ms) = (self.chance.below(20), self.chance.below(left_ms));
        let device = place.device;
        let (fault, what) = match draw {
            0 | 1 => (Fault::Kill, Happening::Kill { place: anywhere }),
            2 => (Fault::PowerLoss, Happening::PowerLoss { device }),
            3 | 4 => (Fault::Freeze, Happening::Freeze { place }),
            5 => (Fault::DeviceClock, Happening::SetClock { device }),
            6 | 7 => (Fault::Offline, Happening::GoOffline { device, for_ms: span_ms }),
            8 => (Fault::ServerClock, Happening::Chore(Chore::SetClock)),
            9 => (Fault::Reenrol, Happening::Enrol { device }),
            10 | 11 => {
                let place = Place { tab: WORKER, ..place };
                return self.plan(at_ms, Happening::Open { place });
            }
            _ => (Fault::Restless, Happening::Trigger { place }),
        };
        if !self.has(fault) {
            return;
        }
        self.tally.faults += 1;
        if matches!(fault, Fault::Kill | Fault::PowerLoss) {
            self.plan(at_ms + span_ms, Happening::Open { place });
        }
        self.plan(at_ms, what);
    }

    fn plan_a_chore(&mut self, at_ms: u64) {
        let (fault, chore) = match self.chance.below(11) {
            8 | 9 => (Fault::Tokens, Chore::ForgetTokens),
            10 => (Fault::Revoke, Chore::Revoke),
            0..3 => (Fault::Backups, Chore::Backup),
            3 | 4 => (Fault::Restore, Chore::Restore),
            5 | 6 => (Fault::Backups, Chore::Forget),
            _ => (Fault::Restore, Chore::Restore),
        };
        // A restore needs a backup.
        if self.has(fault) && (fault != Fault::Restore || self.has(Fault::Backups)) {
            self.tally.faults += 1;
            self.plan(at_ms, Happening::Chore(chore));
        }
    }

    /// All trouble ends: people open their apps, and nothing fails any more. Clocks stay wrong.
    pub(crate) fn heal(&mut self) -> Checked {
        self.say(|| "all trouble ends".to_owned());
        self.is_troubled = false;
        self.healed_at_ms = Some(self.agenda.now_ms());
        for device in 0..self.devices.len() {
            self.devices[device].is_offline = false;
            self.devices[device].tabs.iter_mut().for_each(|tab| tab.freezes_with_lock = false);
            // The other tab may stay frozen, perhaps with the lock in its hands.
            let place = Place { device, tab: 0 };
            let life = self.tab(place).life;
            self.thaw(place, life)?;
            self.open(place);
            for in_ms in [0, 2 * MINUTE_MS, 4 * MINUTE_MS] {
                self.plan(in_ms, Happening::LookAt { place });
            }
        }
        self.plan(MINUTE_MS, Happening::Look);
        Ok(())
    }
}
