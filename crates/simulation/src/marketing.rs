//! What happens at marketing's: backups, restores, admins, clocks.

use protocol::Epoch;

use crate::agenda::DAY_MS;
use crate::broken::Checked;
use crate::faults::Fault;
use crate::world::{Happening, World};
use crate::writing;

/// Something at marketing's.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Chore {
    /// Its clock is set, up to two days off.
    SetClock,
    /// `sightline backup`.
    Backup,
    /// `sightline backup --forget`.
    Forget,
    /// `sightline restore`, from any backup that was not forgotten.
    Restore,
    /// What the endpoint does when nobody asks anything of it.
    TidyUp,
    /// All tokens are gone.
    ForgetTokens,
    /// An admin shuts a device out.
    Revoke,
    /// Marketing tells a rep or everyone something, or takes it back.
    Tell,
}

impl World {
    pub(crate) fn chore(&mut self, chore: Chore) -> Checked {
        if !self.is_troubled {
            return Ok(());
        }
        let world_ms = self.agenda.now_ms();
        let draw = self.chance.next();
        match chore {
            Chore::SetClock => {
                let off_ms = draw % (4 * DAY_MS);
                self.server.set_clock(off_ms.wrapping_sub(2 * DAY_MS));
            }
            Chore::Backup => {
                let is_finished = !self.strikes(Fault::Crash, 100);
                let copy_id = self.chance.bytes();
                self.server.back_up(copy_id, is_finished, world_ms)?;
            }
            Chore::Forget => {
                let keeps_one = self.chance.permille(400);
                self.server.forget(draw, keeps_one, world_ms)?;
            }
            Chore::Restore => {
                let epoch = Epoch::new(world_ms, self.chance.bytes());
                let is_legacy_lost = self.chance.permille(200);
                if self.server.restore(draw, epoch, is_legacy_lost, world_ms)? {
                    self.tally.restores += 1;
                }
                // It was the wrong one, somebody notices.
                let (is_wrong, in_ms) = (self.chance.permille(300), self.chance.below(90_000));
                if is_wrong {
                    self.plan(in_ms, Happening::Chore(Chore::Restore));
                }
            }
            Chore::TidyUp => self.server.tidy_up(world_ms)?,
            Chore::ForgetTokens => self.server.forget_tokens()?,
            Chore::Revoke => {
                let device = &self.devices[draw as usize % self.devices.len()];
                if let Some(identity) = &device.store.read().identity {
                    self.server.revoke(identity.device_id, world_ms)?;
                }
            }
            Chore::Tell => {
                let which = draw % 6;
                let to = self
                    .chance
                    .permille(700)
                    .then(|| self.reps[draw as usize / 8 % self.reps.len()]);
                let text =
                    (!self.chance.permille(250)).then(|| writing::note(&mut self.chance).text);
                self.server.tell(to, which, text)?;
            }
        }
        if matches!(chore, Chore::Backup | Chore::Forget | Chore::Restore) {
            self.server.check_safe_seq()?;
        }
        self.say(|| format!("marketing: {chore:?}, now in {}", self.server.epoch()));
        Ok(())
    }
}
