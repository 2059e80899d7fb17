//! What happens at marketing's: backups, restores, admins.

use crate::broken::Checked;
use crate::world::World;

/// Something at marketing's.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Chore {
    SetClock,
}

impl World {
    pub(crate) fn chore(&mut self, chore: Chore) -> Checked {
        match chore {
            Chore::SetClock => {
                let off_ms = self.chance.below(4 * crate::agenda::DAY_MS);
                self.server.set_clock(off_ms.wrapping_sub(2 * crate::agenda::DAY_MS));
            }
        }
        Ok(())
    }
}
